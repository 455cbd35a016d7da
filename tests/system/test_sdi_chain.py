"""SDI in, a look, SDI out, as a user starts it, judged by the emulated driver's own log at the connectors: no picture
missing, each with its own timecode, packets and sound, and the source view word for word."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.scopes.measure import ScopeRequest
from livegrade.session.setup import ScopePlan
from livegrade.video.ancillary import AncillaryPacket
from livegrade_hardware.emulators.decklink import (
    EmulatedDriver,
    InputRecord,
    OutputRecord,
    child_environment,
    continuity,
    read_log,
    sound_offsets,
)

from .sdi_proof import fresh, require_whole
from .stepped import SteppedCart

pytestmark = pytest.mark.emulated
CDL = """<?xml version="1.0"?>
<ColorCorrection id="day1"><SOPNode><Slope>0.9 0.95 1</Slope><Offset>0.01 0 0</Offset><Power>1 1.1 1</Power></SOPNode>
</ColorCorrection>"""
STARTING = 50
"""Ticks until the card has shown the first picture for as often as it schedules ahead, and follows the source."""
IN_TO_OUT = 3
"""Pictures from the call-back to the cable, always the same: one in the edge, and two that the card has before it."""
PICTURES = 3000
"""A minute at 50p. How the same does in real time is a row of `livegrade bench`."""


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


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Run]:
    """`livegrade run` with an emulated driver in a process of its own, for some seconds."""

    def start(seconds: int, *words: str, **settings: str | bool) -> Run:
        log, stats = tmp_path / "log", tmp_path / "stats.json"
        (tmp_path / "look.cdl").write_text(CDL)
        log.unlink(missing_ok=True)
        given = {"log-file": str(log), "0.counter-packet": True, "1.signal": "none", "2.signal": "none"}
        given |= {name.replace("card", "").replace("_", "."): value for name, value in settings.items()}
        command = [sys.executable, "-P", "-m", "livegrade", "run", "decklink:0", *words, "--for", str(seconds)]
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


def intact(run: Run, rate: Fraction) -> list[OutputRecord]:
    """Each picture that was shown has what came with it, and its sound is as late as that of all others."""
    shown = fresh(run.settled)
    assert shown
    require_whole(run.came, shown, rate)
    assert len(sound_offsets(run.came, shown, rate)) == 1
    return shown


@pytest.fixture
def stepped(decklink_driver: EmulatedDriver) -> Iterator[Callable[..., SteppedCart]]:
    made: list[SteppedCart] = []

    def make(signal: str, **how: object) -> SteppedCart:
        decklink_driver.card(0).signal(signal)
        decklink_driver.card(0).counter_packet(True)
        made.append(SteppedCart(decklink_driver, **how))
        made[-1].start()
        return made[-1]

    yield make
    for one in made:
        one.stop()


@pytest.mark.parametrize(("view", "scopes"), [("source", None), ("graded", ScopePlan(ScopeRequest()))])
def test_a_minute_of_sdi_through_a_look_to_sdi_loses_nothing(stepped, view, scopes) -> None:
    """Stepped: no machine is too slow for it, so there is no picture to forgive."""
    look = Look((Cdl(slope=(0.9, 0.95, 1.0), offset=(0.01, 0.0, 0.0), power=(1.0, 1.1, 1.0)),))
    cart = stepped("720p50", view=view, look=look, scopes=scopes)
    cart.camera.timecode("10:00:00:00", user_bits=0xDEADBEEF)
    cart.camera.packets([AncillaryPacket(0x51, 0x53, bytes(range(4)), 10)])
    cart.camera.sums(True)
    cart.monitor.sums(True)
    cart.run(PICTURES)
    done = Run(None, cart.camera.input_log(), cart.monitor.output_log())
    shown = intact(done, Fraction(50))
    seen = continuity(done.settled)
    assert (seen.gaps, seen.repeats, seen.backward, seen.black) == (0, 0, 0, 0)
    assert seen.pictures == len(shown) + 1 > PICTURES - STARTING - 20
    sums = {record.index: record.sum for record in done.came}
    assert {record.sum == sums[record.index] for record in shown} == {view == "source"}
    counters = cart.output.counters()
    assert (counters.slips, counters.starved, cart.slot.gaps.missing) == (0, 0, 0)
    assert cart.output.delay_ns.spread().max_ns == IN_TO_OUT * 20_000_000


@pytest.mark.alone
@pytest.mark.parametrize(("view", "signal"), [("source", "1080p25"), ("graded", "1080p50")])
def test_livegrade_run_keeps_all_that_comes_with_a_picture(run, view, signal) -> None:
    """As a user starts it, in real time. Other work on the machine may cost a picture; what is shown is right."""
    settings = {"card0_signal": signal, "card0_in-sums": True, "card1_out-sums": True}
    settings |= {"card0_user-bits": "0xdeadbeef", "card0_packets": "51/53@10:00010203"}
    done = run(4, "--look", "look.cdl", "--out", f"decklink:1,view={view}", **settings)
    shown = intact(done, Fraction(signal.partition("p")[2]))
    assert len(shown) > 30
    assert continuity(done.settled).backward == 0
    came = {record.index: record.sum for record in done.came}
    assert all((record.sum == came[record.index]) == (view == "source") for record in shown)
    [sink] = done.stats["sinks"]
    assert not sink["lossy"]
    assert sink["slips"] == 0
    assert sink["in_to_out_ms"]["p50"] > 0
    assert done.stats["slots"][0]["scopes_measured"] > 0
