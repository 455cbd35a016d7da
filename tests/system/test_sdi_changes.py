"""Hot changes of an SDI signal in real time, to a program that runs: the picture comes back by itself. All that can be
counted in the card's own frames is in test_sdi_states."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from livegrade.capture.source import CaptureOptions
from livegrade.color.look import Look
from livegrade.engine.view import parse_view
from livegrade.session import Session
from livegrade.session.events import Link
from livegrade.session.setup import SessionSetup, SinkSetup, SlotSetup
from livegrade.transport.address import parse_sink, parse_source
from livegrade_hardware.emulators.decklink import EmulatedDriver

Until = Callable[[Callable[[], bool]], None]

pytestmark = pytest.mark.emulated


class Cart:
    """A running session from card 0 to card 1."""

    def __init__(self, driver: EmulatedDriver, until: Until) -> None:
        self.until = until
        self.camera, self.monitor = driver.card(0), driver.card(1)
        self.monitor.signal(None)
        sink = parse_sink("decklink:1,view=source")
        slot = SlotSetup("A", parse_source("decklink:0"), CaptureOptions(), Look(()))
        view = parse_view("source")
        self.session = Session(SessionSetup((slot,), (SinkSetup(sink, "A", view),), engine="native", threads=2))
        self.slot, self.output = self.session.slots[0], self.session.outputs[0]

    @property
    def format(self) -> str:
        return "" if self.output.format is None else str(self.output.format)

    def shows(self, format: str) -> None:
        """Waits until a picture of that format has gone out, live, and then ten more."""
        self.until(lambda: self.format == format and self.slot.state.link is Link.RUNNING)
        self.until(lambda: self.output.state.link is Link.RUNNING)
        frames = self.output.frames_out
        self.until(lambda: self.output.frames_out >= frames + 10)


@pytest.fixture
def cart(decklink_driver: EmulatedDriver, until: Until) -> Iterator[Cart]:
    decklink_driver.card(0).signal("1080p25")
    one = Cart(decklink_driver, until)
    one.session.start()
    yield one
    one.session.stop()


def test_hot_changes_of_format_come_through(cart: Cart) -> None:
    cart.shows("1920x1080p25 v210 bt709 legal")
    for mode, rgb, seen in (
        ("1080p50", False, "1920x1080p50 v210 bt709 legal"),
        ("720p60", False, "1280x720p60 v210 bt709 legal"),
        ("2160p25", False, "3840x2160p25 v210 bt709 legal"),
    ):
        cart.camera.signal(mode, rgb=rgb)
        cart.shows(seen)
    cart.camera.signal("2160p25", rgb=True)
    cart.until(lambda: str(cart.slot.format) == "3840x2160p25 r210 rgb legal")
    cart.shows("3840x2160p25 v210 bt709 legal")
    assert cart.output.state.link is Link.RUNNING
    shown = {record.fate for record in cart.monitor.output_log()}
    assert "shown" in shown
    assert cart.slot.state.reason == ""
