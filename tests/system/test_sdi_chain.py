"""SDI in, a look, SDI out, as a user starts it, judged by the emulated driver's own log at the connectors: no picture
missing, each with its own timecode, packets and sound, and the source view word for word."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from livegrade_hardware.emulators.decklink import (
    InputRecord,
    OutputRecord,
    child_environment,
    continuity,
    read_log,
    sound_offsets,
)

pytestmark = [pytest.mark.emulated, pytest.mark.alone]
CDL = """<?xml version="1.0"?>
<ColorCorrection id="day1"><SOPNode><Slope>0.9 0.95 1</Slope><Offset>0.01 0 0</Offset><Power>1 1.1 1</Power></SOPNode>
</ColorCorrection>"""
STARTING = 50
"""Ticks until the card has shown the first picture for as often as it schedules ahead, and follows the source."""
TRIES = 3
"""Other work on two cores may cost a picture; everything but the count of gaps must be right each time."""


@dataclass(frozen=True)
class Run:
    stats: Any
    came: list[InputRecord]
    went: list[OutputRecord]

    @property
    def settled(self) -> list[OutputRecord]:
        """The ticks of the output without those of its start and its end."""
        first = next(number for number, record in enumerate(self.went) if record.fate == "shown")
        return self.went[first + STARTING : -2]

    def shown(self) -> list[OutputRecord]:
        """The pictures in them, each once: one that is repeated has neither sound nor packets."""
        pairs = itertools.pairwise(self.settled)
        return [record for before, record in pairs if record.index not in (-1, before.index)]


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Run]:
    """`livegrade run` with an emulated driver in a process of its own, for some seconds."""

    def start(seconds: int, *words: str, **settings: str | bool) -> Run:
        log, stats = tmp_path / "log", tmp_path / "stats.json"
        (tmp_path / "look.cdl").write_text(CDL)
        log.unlink(missing_ok=True)
        given = {"log-file": str(log), "0.counter-packet": True, "1.signal": "none", "2.signal": "none"}
        given |= {name.replace("card", "").replace("_", "."): value for name, value in settings.items()}
        command = [sys.executable, "-m", "livegrade", "run", "decklink:0", *words, "--for", str(seconds)]
        done = subprocess.run(
            [*command, "--stats", str(stats)],
            env=child_environment(given),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=seconds + 60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        came, went = read_log(log)
        return Run(json.loads(stats.read_text()), came, went)

    return start


def intact(run: Run, rate: Fraction) -> None:
    """Each picture that was shown has what came with it, and its sound is as late as that of all others."""
    told = {record.index: record for record in run.came}
    shown = run.shown()
    assert shown
    for record in shown:
        came = told[record.index]
        [sent] = came.timecodes.values()
        marked = "rp12" if rate > 30 and sent.flags & 2 else "rpv1"
        assert record.timecodes[marked] == sent
        assert record.counter_packet == record.index
        assert (record.packets, record.packets_sum) == (came.packets, came.packets_sum)
    assert len(sound_offsets(run.came, shown, rate)) == 1
    assert {record.sound_missing for record in shown} == {0}


@pytest.mark.alone
def test_sdi_through_a_look_to_sdi_loses_nothing(run) -> None:
    """1080p50, as in the benchmark, which runs for a minute."""
    settings = {"card0_signal": "1080p50", "card0_user-bits": "0xdeadbeef", "card0_packets": "51/53@10:00010203"}
    for _ in range(TRIES):
        done = run(10, "--look", "look.cdl", "--out", "decklink:1", **settings)
        intact(done, Fraction(50))
        seen = continuity(done.settled)
        assert seen.backward == 0
        [sink] = done.stats["sinks"]
        assert sink["in_to_out_ms"]["p50"] > 0
        assert done.stats["slots"][0]["scopes_measured"] > 0
        if seen.gaps == seen.repeats == seen.black == 0:
            break
    assert (seen.gaps, seen.repeats, seen.black) == (0, 0, 0)
    assert sink["slips"] == 0
    assert seen.pictures >= 420


def test_the_source_view_is_word_for_word(run) -> None:
    settings = {"card0_signal": "1080p25", "card0_in-sums": True, "card1_out-sums": True}
    done = run(4, "--out", "decklink:1,view=source", "--scopes", "0", **settings)
    intact(done, Fraction(25))
    came = {record.index: record.sum for record in done.came}
    assert len(done.shown()) > 30
    assert all(record.sum == came[record.index] != 0 for record in done.shown())
    assert not done.stats["sinks"][0]["lossy"]
