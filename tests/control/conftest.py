"""A session that nobody starts: its frames are drawn by hand, one at a time, so that all is exact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from livegrade.capture.source import CaptureOptions, open_source
from livegrade.color.camera import camera
from livegrade.color.grading import Saturation
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control import commands as c
from livegrade.control.desk import Desk
from livegrade.control.kept import Kept
from livegrade.control.messages import Answer
from livegrade.control.state import Trees
from livegrade.engine.view import GRADED
from livegrade.session import Session
from livegrade.session.choices import chain_of
from livegrade.session.events import Link
from livegrade.session.keeping import Keeping
from livegrade.session.setup import KeepingPlan, SessionSetup, SinkSetup, SlotSetup
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


WARM = Look((Cdl(slope=(1.2, 1.0, 0.8)), Saturation(0.9)), "warm")
CHAIN = chain_of(camera("arri-logc4"), "rec709", "acescct")


@dataclass
class Cart:
    """Running slots, set up as `slots` say, whose takes are kept."""

    slots: tuple[SlotSetup, ...]
    session: Session
    keeping: Keeping
    desk: Desk
    until: Callable[[Callable[[], bool]], None]

    def do(self, command: c.AnyCommand) -> Answer:
        effect = self.desk.carry_out(command)
        self.until(lambda: effect.answer() is not None)
        return effect.answer()

    def library(self) -> dict:
        return Trees(self.desk).build()["library"]

    def alarms(self) -> list[dict]:
        return list(Trees(self.desk).build()["alarms"]["entries"].values())

    def take(self) -> dict:
        """One that has ended, as it is listed."""
        self.do(c.StartTake())
        self.until(lambda: "A" in self.library()["open"] and self.library()["open"]["A"]["key"] > 0)
        self.do(c.AddMarker(slot="A", kind="flare", text="window"))
        self.until(lambda: self.library()["open"]["A"]["length"] > "00:00:00:05")
        self.do(c.EndTake())
        self.until(lambda: self.library()["open"] == {} and self.library()["unwritten"] == 0)
        return self.do(c.ListTakes(limit=1)).found[0]


Thumbnail = Callable[[Frame, Look], bytes]


@pytest.fixture
def carts(tmp_path: Path, until) -> Iterator[Callable[..., Cart]]:
    """Starts one, of these slots; `thumbnail` stands for the small picture of a frame with a look, `before` is what it
    goes on from."""
    made: list[Cart] = []

    def start(thumbnail: Thumbnail, slots: Iterable[SlotSetup], before: Kept | None = None, day: str = "day1") -> Cart:
        slots = tuple(slots)
        session = Session(SessionSetup(slots, (), engine="native", threads=1))
        keeping = Keeping(session, KeepingPlan(tmp_path / "library", day), thumbnail)
        cart = Cart(slots, session, keeping, Desk(session, before, keeping), until)
        made.append(cart)
        keeping.start()
        session.start()
        until(lambda: all(slot.last for slot in session.slots) and keeping.state.link is not Link.STARTING)
        return cart

    yield start
    for cart in made:
        cart.session.stop()
        cart.desk.close()
        cart.keeping.stop()


@pytest.fixture
def cart_a(carts) -> Cart:
    """A slot A with a look between what its camera and its output put around it."""
    source = parse_source("pattern:ramp@96x8p50")
    slot = SlotSetup("A", source, CaptureOptions(), WARM, chain=CHAIN)
    return carts(lambda frame, look: look.id.encode(), [slot])
