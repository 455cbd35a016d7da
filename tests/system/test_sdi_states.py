"""What a session says of an SDI signal, counted in the emulated card's own frames: every state is told in under three
of them, and a thousand changes leave the program as it was. Time is stepped."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from statistics import median

import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.session.events import Link
from livegrade.timing.rate import NS_PER_SECOND
from livegrade_hardware.emulators.decklink import EmulatedDriver

from .stepped import SteppedCart, at_rest, settled

RATES = [
    ("1080p23.98", "1920x1080p23.976", Fraction(24_000, 1001)),
    ("PAL", "720x576i25", Fraction(25)),
    ("NTSC", "720x486i29.97", Fraction(30_000, 1001)),
    ("720p50", "1280x720p50", Fraction(50)),
    ("720p59.94", "1280x720p59.94", Fraction(60_000, 1001)),
    ("720p60", "1280x720p60", Fraction(60)),
]
UNDER_THREE = Fraction(29, 10)
LOOK = Look((Cdl(slope=(0.9, 0.95, 1.0)),))


@pytest.fixture
def cart(decklink_driver: EmulatedDriver) -> Iterator[Callable[..., SteppedCart]]:
    made: list[SteppedCart] = []

    def make(mode: str, **how: object) -> SteppedCart:
        decklink_driver.card(0).signal(mode)
        made.append(SteppedCart(decklink_driver, **how))
        made[-1].start()
        return made[-1]

    yield make
    for one in made:
        one.stop()


def running(cart: SteppedCart, format: str) -> None:
    cart.until(lambda: cart.seen.startswith(format))
    cart.until(lambda: cart.output.frames_out > 20)


@pytest.mark.parametrize(("mode", "format", "rate"), RATES)
def test_a_lost_signal_is_told_in_under_three_frames(cart, mode, format, rate) -> None:
    del rate
    one = cart(mode)
    running(one, format)
    one.camera.signal(None)
    one.input_ticks(1)  # one alone comes with every change of format
    at_rest()
    assert one.slot.state.link is Link.RUNNING
    one.input_ticks(1)
    settled(lambda: one.slot.state.link is Link.LOST)
    assert one.slot.state.reason == "no signal at the SDI connector of the DeckLink Emulated (1)"
    held = one.output.held
    one.until(lambda: one.output.held > held + 3)
    one.camera.signal(mode)
    one.until(lambda: one.seen.startswith(format))


@pytest.mark.parametrize("card", [0, 1])
@pytest.mark.parametrize(("mode", "format", "rate"), RATES)
def test_a_pulled_card_is_told_in_under_three_frames(cart, mode, format, rate, card) -> None:
    one = cart(mode)
    running(one, format)
    part = one.slot if card == 0 else one.output
    while one.step().is_input != (card == 0):
        pass
    one.driver.card(card).pull()
    one.passes(int(UNDER_THREE * NS_PER_SECOND / rate))
    settled(lambda: part.state.link is Link.LOST)
    gone = f"the DeckLink Emulated ({card + 1}) is gone: pulled out, switched off, or its driver stopped"
    assert gone in part.state.reason
    one.driver.card(card).plug_in()
    one.until(lambda: one.seen.startswith(format))


@pytest.mark.parametrize(("mode", "format", "rate"), RATES)
def test_another_format_is_told_in_three_frames(cart, mode, format, rate) -> None:
    """The card says which with the second picture, and the third is of it: LOST never comes into it."""
    del rate
    other, then = ("PAL", "720x576i25") if mode != "PAL" else ("720p60", "1280x720p60")
    one = cart(mode)
    running(one, format)
    one.camera.signal(other)
    one.input_ticks(3)
    settled(lambda: str(one.slot.format).startswith(then))
    one.until(lambda: one.seen.startswith(then))
    links = {event.link for event in one.session.events.since(0)[0] if getattr(event, "subject", "") == "slot A"}
    assert Link.LOST not in links


def test_an_output_that_holds_its_mode_says_so_and_goes_on_with_the_signal(cart) -> None:
    one = cart("PAL", options=",on-change=hold")
    running(one, "720x576i25")
    one.camera.signal("720p50")
    one.until(lambda: one.output.state.link is Link.LOST)
    assert "stays at 576i50 (on-change=hold); the signal is 1280x720p50" in one.output.state.reason
    ticks = one.monitor.log_sizes()[1]
    one.until(lambda: one.monitor.log_sizes()[1] > ticks + 20)
    assert {record.fate for record in one.monitor.output_log(ticks)} <= {"shown", "late", "repeat"}
    one.camera.signal("PAL")
    one.until(lambda: one.seen.startswith("720x576i25"))


@pytest.mark.parametrize("options", ["", ",preroll=2"])
def test_an_output_that_holds_its_mode_loses_no_tick_to_changes_of_rate(cart, options) -> None:
    """The card gets a picture for each one that is over, also for that at which the rate changes: else fewer wait in it
    after every change, until it stands still and is set up anew."""
    one = cart("PAL", options=",on-change=hold" + options)
    running(one, "720x576i25")
    first = one.monitor.log_sizes()[1]
    for mode in ("720p50", "PAL", "720p60", "PAL"):
        one.camera.signal(mode)
        one.until(lambda held=mode != "PAL": (one.output.state.link is Link.LOST) is held and not one.slot.state.reason)
        ticks = one.monitor.log_sizes()[1]
        one.until(lambda ticks=ticks: one.monitor.log_sizes()[1] > ticks + 20)
    assert {record.fate for record in one.monitor.output_log(first)} <= {"shown", "late"}
    assert one.output.card_counts is not None
    assert one.output.card_counts.restarts == 0


# ---- a thousand changes


UHD_PICTURES = 3
"""So many more or fewer of them may be there at the end of a round: those that the system has not taken back yet."""


def resident_pages() -> int:
    """After all that is free was given back to the system."""
    ctypes.CDLL(None).malloc_trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1])


SIGNALS = (
    ("PAL", False, "720x576i25 v210 bt601 legal"),
    ("1080p25", False, "1920x1080p25 v210 bt709 legal"),
    ("720p50", False, "1280x720p50 v210 bt709 legal"),
    ("720p60", False, "1280x720p60 v210 bt709 legal"),
    ("720p50", True, "1280x720p50 v210 bt709 legal"),
    ("NTSC", False, "720x486i29.97 v210 bt601 legal"),
    ("720p59.94", False, "1280x720p59.94 v210 bt709 legal"),
    ("PAL", True, "720x576i25 v210 bt601 legal"),
)
LARGE = (("2160p25", False, "3840x2160p25 v210 bt709 legal"), ("2160p25", True, "3840x2160p25 v210 bt709 legal"))


class Day:
    """Everything that may happen to a signal, again and again; each time the picture comes back by itself."""

    def __init__(self, cart: SteppedCart) -> None:
        self.cart = cart
        self.changes = 0

    def changes_to(self, mode: str, rgb: bool, format: str) -> None:
        self.cart.camera.signal(mode, rgb=rgb)
        self._comes_back(format)

    def _comes_back(self, format: str) -> None:
        self.cart.shows(format)
        self.changes += 1

    def goes_round(self, large: bool) -> None:
        """Eight formats, ten with the `large` ones, two losses, a card pulled on each side."""
        for mode, rgb, format in (*SIGNALS[1:], *(LARGE if large else ()), SIGNALS[0]):
            self.changes_to(mode, rgb, format)
        for lost in (self.loses, lambda: self.pulls(0), self.loses, lambda: self.pulls(1)):
            lost()
            self._comes_back(format)

    def loses(self) -> None:
        cart, mode = self.cart, SIGNALS[0][0]
        cart.camera.signal(None)
        cart.until(lambda: cart.slot.state.link is Link.LOST)
        cart.camera.signal(mode)

    def pulls(self, number: int) -> None:
        cart = self.cart
        part = (cart.slot, cart.output)[number]
        cart.driver.card(number).pull()
        cart.until(lambda: part.state.link is Link.LOST)
        cart.driver.card(number).plug_in()


def test_every_change_brings_the_picture_back(cart) -> None:
    day = Day(cart("1080p25", view="graded", look=LOOK))
    day.goes_round(large=True)
    assert day.changes == 14
    assert day.cart.slot.state.reason == day.cart.output.state.reason == ""


@pytest.mark.emulated
def test_a_thousand_changes_leave_nothing(cart) -> None:
    """The bar of the issue, through a whole session: input, engine and output. What the driver's clients hold, and how
    much memory there is, after each round; every fourth has 2160p25, RGB too."""
    one = cart("1080p25", view="graded", look=LOOK)
    day = Day(one)
    held, pages = [], []
    while day.changes < 1000:
        day.goes_round(large=len(held) % 4 == 0)
        gc.collect()
        held.append(one.driver.living())
        pages.append(resident_pages())
        one.driver.forget()
    for kind in held[-1]:
        first, last = (max(living[kind] for living in some) for some in (held[:5], held[-5:]))
        assert last <= first, kind
    assert median(pages[-15:]) - median(pages[5:20]) < UHD_PICTURES * 10240 * 2160 // 4096, pages
    assert one.slot.state.reason == one.output.state.reason == ""
