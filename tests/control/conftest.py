"""A session that nobody starts: its frames are drawn by hand, one at a time, so that all is exact."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from livegrade.capture.source import CaptureOptions, open_source
from livegrade.color.look import Look
from livegrade.engine.view import GRADED
from livegrade.session import Session
from livegrade.session.setup import SessionSetup, SinkSetup, SlotSetup
from livegrade.timing.clock import FakeClock
from livegrade.transport.address import parse_sink, parse_source
from livegrade.video.frame import Frame

SOURCE = "pattern:ramp@640x360p25"


class Bench:
    """One slot and one output; `draw` brings the next frame through the engine."""

    def __init__(self, look: Look) -> None:
        self.clock = FakeClock()
        slot = SlotSetup("A", parse_source(SOURCE), CaptureOptions(live=False), look)
        sink = SinkSetup(parse_sink("null:"), "A", GRADED)
        self.session = Session(SessionSetup((slot,), (sink,), engine="native", threads=1), self.clock)
        self._source = open_source(slot.source, slot.options, self.clock)
        self._source.open()

    def draw(self) -> Frame:
        """The picture for the output."""
        frame = self._source.read()
        assert isinstance(frame, Frame)
        self.session.slot("A").drawing.draw(frame)
        return self.session.slot("A").last[1]

    def close(self) -> None:
        self._source.close()


@pytest.fixture
def bench() -> Callable[[Look], Bench]:
    return Bench
