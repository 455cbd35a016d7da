"""What happens to an SDI signal on a set, to a program that runs: other formats, no signal, a card that is pulled. The
picture comes back by itself, and the state was true meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from livegrade.capture.source import CaptureOptions
from livegrade.color.look import Look
from livegrade.engine.view import parse_view
from livegrade.session import Session
from livegrade.session.events import Event, Link
from livegrade.session.setup import SessionSetup, SinkSetup, SlotSetup
from livegrade.transport.address import parse_sink, parse_source
from livegrade_hardware.emulators.decklink import EmulatedDriver

pytestmark = pytest.mark.emulated
PATIENCE_S = 20.0
"""Only there to end a test that hangs."""


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            pytest.fail("it did not come")
        time.sleep(0.005)


class Cart:
    """A running session from card 0 to card 1."""

    def __init__(self, driver: EmulatedDriver, *options: str) -> None:
        self.driver = driver
        self.camera, self.monitor = driver.card(0), driver.card(1)
        self.monitor.signal(None)
        sink = parse_sink(",".join(["decklink:1", "view=source", *options]))
        slot = SlotSetup("A", parse_source("decklink:0"), CaptureOptions(), Look(()))
        view = parse_view("source")
        self.session = Session(SessionSetup((slot,), (SinkSetup(sink, "A", view),), engine="native", threads=2))
        self.slot, self.output = self.session.slots[0], self.session.outputs[0]

    @property
    def format(self) -> str:
        return "" if self.output.format is None else str(self.output.format)

    def told(self, subject: str) -> list[Event]:
        events = self.session.events.since(0)[0]
        return [event for event in events if isinstance(event, Event) and event.subject == subject]

    def shows(self, format: str) -> None:
        """Waits until a picture of that format has gone out, live, and then ten more."""
        until(lambda: self.format == format and self.slot.state.link is Link.RUNNING)
        until(lambda: self.output.state.link is Link.RUNNING)
        frames = self.output.frames_out
        until(lambda: self.output.frames_out >= frames + 10)


@pytest.fixture
def cart(decklink_driver: EmulatedDriver) -> Iterator[Callable[..., Cart]]:
    started: list[Cart] = []

    def start(mode: str, *options: str) -> Cart:
        decklink_driver.card(0).signal(mode)
        started.append(Cart(decklink_driver, *options))
        started[-1].session.start()
        return started[-1]

    yield start
    for one in started:
        one.session.stop()


def test_hot_changes_of_format_come_through(cart) -> None:
    one = cart("1080p25")
    one.shows("1920x1080p25 v210 bt709 legal")
    for mode, rgb, seen in (
        ("1080p50", False, "1920x1080p50 v210 bt709 legal"),
        ("720p60", False, "1280x720p60 v210 bt709 legal"),
        ("2160p25", False, "3840x2160p25 v210 bt709 legal"),
    ):
        one.camera.signal(mode, rgb=rgb)
        one.shows(seen)
    one.camera.signal("2160p25", rgb=True)
    until(lambda: str(one.slot.format) == "3840x2160p25 r210 rgb legal")
    one.shows("3840x2160p25 v210 bt709 legal")
    assert one.output.state.link is Link.RUNNING
    shown = {record.fate for record in one.monitor.output_log()}
    assert "shown" in shown
    assert one.slot.state.reason == ""


def test_no_signal_is_told_and_the_picture_comes_back(cart) -> None:
    one = cart("1080p25")
    one.shows("1920x1080p25 v210 bt709 legal")
    one.camera.signal(None)
    until(lambda: one.slot.state.link is Link.LOST)
    assert one.slot.state.reason == "no signal at the SDI connector of the DeckLink Emulated (1)"
    until(lambda: one.output.held > 3)
    lost = [record for record in one.camera.input_log() if record.fate == "no-source"]
    event = next(event for event in one.told("slot A") if event.link is Link.LOST)
    assert event.at_ns >= lost[1].host_ns  # the second picture without a signal, and not the first
    one.camera.signal("1080p25")
    one.shows("1920x1080p25 v210 bt709 legal")


@pytest.mark.parametrize("card", [0, 1])
def test_a_card_that_is_pulled_comes_back(cart, card) -> None:
    one = cart("1080p25")
    one.shows("1920x1080p25 v210 bt709 legal")
    part = one.slot if card == 0 else one.output
    one.driver.card(card).pull()
    until(lambda: part.state.link is Link.LOST)
    assert "the DeckLink Emulated is gone: pulled out, switched off, or its driver stopped" in part.state.reason
    one.driver.card(card).plug_in()
    until(lambda: part.state.link is Link.RUNNING)
    one.shows("1920x1080p25 v210 bt709 legal")


def test_an_output_that_holds_its_mode_says_so_and_goes_on_with_the_signal(cart) -> None:
    one = cart("1080p25", "on-change=hold")
    one.shows("1920x1080p25 v210 bt709 legal")
    one.camera.signal("1080p50")
    until(lambda: one.output.state.link is Link.LOST)
    assert "stays at 1080p25 (on-change=hold); the signal is 1920x1080p50" in one.output.state.reason
    ticks = len(one.monitor.output_log())
    until(lambda: len(one.monitor.output_log()) > ticks + 20)
    assert {record.fate for record in one.monitor.output_log()[ticks:]} <= {"shown", "late", "repeat"}
    one.camera.signal("1080p25")
    until(lambda: one.output.state.link is Link.RUNNING)
