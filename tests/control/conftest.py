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
    """A slot and an output for each look; `draw` brings the next frame of one through its engine."""

    def __init__(self, *looks: Look) -> None:
        self.clock = FakeClock()
        source = parse_source(SOURCE)
        options = CaptureOptions(live=False)
        slots = tuple(SlotSetup(chr(65 + at), source, options, look) for at, look in enumerate(looks))
        sinks = tuple(SinkSetup(parse_sink(f"null:,slot={slot.name}"), slot.name, GRADED) for slot in slots)
        self.session = Session(SessionSetup(slots, sinks, engine="native", threads=1), self.clock)
        self._source = open_source(source, options, self.clock)
        self._source.open()

    def frame(self) -> Frame:
        """The next of the source."""
        frame = self._source.read()
        assert isinstance(frame, Frame)
        return frame

    def draw(self, slot: str = "A") -> Frame:
        """The picture for the output."""
        self.session.slot(slot).drawing.draw(self.frame())
        return self.session.slot(slot).last[1]

    def live(self, source: str) -> Session:
        """Another session, of one slot without an output, to be started."""
        slot = SlotSetup("A", parse_source(source), CaptureOptions(), Look())
        return Session(SessionSetup((slot,), (), engine="native", threads=1))

    def close(self) -> None:
        self._source.close()


@pytest.fixture
def bench() -> Callable[..., Bench]:
    return Bench
