"""The status in words: one line where little runs, a line for everything where much does, trouble first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from livegrade.capture.source import CaptureOptions
from livegrade.color.look import Look
from livegrade.engine.view import GRADED
from livegrade.session import Session
from livegrade.session.report import Milliseconds, SessionStats, status_text
from livegrade.session.setup import SessionSetup, SinkSetup, SlotSetup
from livegrade.transport.address import parse_sink, parse_source

SOME_MS = Milliseconds(1.26, 2.0, 3.04, 4.0)


@pytest.fixture(scope="module")
def idle() -> SessionStats:
    """Of a session that was never started, with two cameras and two outputs."""
    source = parse_source("pattern:bars@480x270p25")
    slots = tuple(SlotSetup(name, source, CaptureOptions(), Look(())) for name in "AB")
    sinks = tuple(SinkSetup(parse_sink(text), "A", GRADED) for text in ("null:", "null:,view=source"))
    return Session(SessionSetup(slots, sinks, engine="reference")).stats()


def test_one_camera_and_one_output_are_one_line(idle: SessionStats) -> None:
    slot = replace(idle.slots[0], state="running", frames_in=125, engine_ms=SOME_MS)
    sink = replace(idle.sinks[0], state="running", frames_out=124, capture_to_sink_ms=SOME_MS, edge_ms=SOME_MS)
    text = status_text(replace(idle, seconds=5.04, slots=(slot,), sinks=(sink,)))
    assert text == (
        "5 s | A: 125 in, 0 dropped, engine 1.3 ms | "
        "null: 124 out, 0 dropped, latency 1.3 ms (p99 3.0 ms), waits 1.3 ms"
    )


def test_several_have_a_line_each_and_nothing_measured_is_a_dash(idle: SessionStats) -> None:
    assert status_text(idle).splitlines() == [
        "0 s",
        "  A: 0 in, 0 dropped, engine -",
        "  B: 0 in, 0 dropped, engine -",
        "  null: 0 out, 0 dropped, latency - (p99 -), waits -",
        "  null:,view=source: 0 out, 0 dropped, latency - (p99 -), waits -",
    ]


def test_trouble_is_said_first(idle: SessionStats) -> None:
    slot = replace(idle.slots[0], state="lost", missing=3)
    sink = replace(idle.sinks[0], state="faulted", repeated=2, slips=1, held=40)
    lines = status_text(replace(idle, slots=(slot,), sinks=(sink,)))
    assert "A: LOST, 0 in, 0 dropped, 3 missing" in lines
    assert "null: FAULTED, 0 out, 0 dropped, 2 repeated, 1 slips, 40 held" in lines
