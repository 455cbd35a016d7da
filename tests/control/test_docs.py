"""docs/api.md says what the types of the API say."""

from __future__ import annotations

import re

import msgspec

from livegrade.control.commands import NAMES
from livegrade.control.server import BURST, RATE
from livegrade.control.state import SessionTree, SinkTree, SlotTree


def test_every_command_has_its_words_and_no_other_has(repository) -> None:
    text = (repository / "docs/api.md").read_text(encoding="utf-8").partition("## Commands")[2].partition("\n## ")[0]
    sections = dict(re.findall(r"^### (\S+)\n\n(.*?)(?=^### |\Z)", text, re.S | re.M))
    assert sections.keys() == NAMES.keys()
    for name, kind in NAMES.items():
        fields = {field.encode_name for field in msgspec.structs.fields(kind)}
        assert {field for field in fields if f"`{field}`" not in sections[name]} == set(), name


def test_the_state_is_described_field_by_field(repository) -> None:
    text = (repository / "docs/api.md").read_text(encoding="utf-8").partition("## The state")[2]
    for kind in (SessionTree, SlotTree, SinkTree):
        assert {field for field in kind.__struct_fields__ if f"`{field}`" not in text} == set()


def test_the_limits_are_those_of_the_server(repository) -> None:
    text = (repository / "docs/api.md").read_text(encoding="utf-8")
    assert f"At most {RATE} commands a second, {BURST} at once." in text
