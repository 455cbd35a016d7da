"""The pages on hardware: links lead somewhere, and the addresses in their commands can be read."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from livegrade.capture.recordrules import record_flag
from livegrade.transport.address import parse_sink, parse_source

ROOT = Path(__file__).parents[1]
PAGES = [*sorted((ROOT / "hardware").glob("**/*.md")), ROOT / "docs" / "record-flags.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_pages(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_addresses_in_commands_can_be_read() -> None:
    read = 0
    for page in PAGES:
        text = page.read_text(encoding="utf-8").replace("\\\n", " ").replace("RULE[+RULE]...", "flag+running")
        for line in re.findall(r"^ {4}livegrade .+$", text, re.MULTILINE):
            for before, word in pairwise(line.split()):
                if word.startswith("decklink:") and before == "--out":
                    parse_sink(word)
                elif word.startswith("decklink:"):
                    record_flag(parse_source(word))
                read += word.startswith("decklink:")
    assert read > 10
