"""What a session says of an SDI signal, counted in the emulated card's own frames: every state is told in under three
of them, and a thousand changes leave the program as it was. Time is stepped."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.session.events import Link
from livegrade.timing.rate import NS_PER_SECOND
from livegrade_hardware.emulators.decklink import EmulatedDriver

from .stepped import SteppedCart, settled

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
    one.input_ticks(2)
    settled(lambda: one.slot.state.link is Link.LOST)
    assert one.slot.state.reason == "no signal at the SDI connector of the DeckLink Emulated (1)"
    one.camera.signal(mode)
    one.until(lambda: one.seen.startswith(format))


@pytest.mark.parametrize("card", [0, 1])
@pytest.mark.parametrize(("mode", "format", "rate"), RATES)
def test_a_pulled_card_is_told_in_under_three_frames(cart, mode, format, rate, card) -> None:
    one = cart(mode)
    running(one, format)
    part = one.slot if card == 0 else one.output
    one.driver.card(card).pull()
    one.driver.advance(int(UNDER_THREE * NS_PER_SECOND / rate))
    settled(lambda: part.state.link is Link.LOST)
    assert "the DeckLink Emulated is gone: pulled out, switched off, or its driver stopped" in part.state.reason
    one.driver.card(card).plug_in()
    one.until(lambda: one.seen.startswith(format))


@pytest.mark.parametrize(("mode", "format", "rate"), RATES)
def test_another_format_is_told_in_three_frames(cart, mode, format, rate) -> None:
    """The card says which with the second picture, and the third is of it: LOST never comes into it."""
    del rate
    other, then = ("720p50", "1280x720p50") if mode != "720p50" else ("720p60", "1280x720p60")
    one = cart(mode)
    running(one, format)
    one.camera.signal(other)
    one.input_ticks(3)
    settled(lambda: str(one.slot.format).startswith(then))
    one.until(lambda: one.seen.startswith(then))


# ---- a thousand changes


def resident_pages() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1])


SIGNALS = (
    ("1080p25", False, "1920x1080p25 v210 bt709 legal"),
    ("720p50", False, "1280x720p50 v210 bt709 legal"),
    ("720p60", False, "1280x720p60 v210 bt709 legal"),
    ("PAL", False, "720x576i25 v210 bt601 legal"),
    ("720p50", True, "1280x720p50 v210 bt709 legal"),
    ("NTSC", False, "720x486i29.97 v210 bt601 legal"),
    ("720p59.94", False, "1280x720p59.94 v210 bt709 legal"),
    ("PAL", True, "720x576i25 v210 bt709 legal"),
)
LARGE = (("2160p25", False, "3840x2160p25 v210 bt709 legal"), ("2160p25", True, "3840x2160p25 v210 bt709 legal"))


class Day:
    """Everything that may happen to a signal, again and again; each time the picture comes back by itself."""

    def __init__(self, cart: SteppedCart) -> None:
        self.cart = cart
        self.changes = 0
        self._signals = itertools.cycle(SIGNALS)

    def changes_to(self, mode: str, rgb: bool, format: str) -> None:
        self.cart.camera.signal(mode, rgb=rgb)
        self._comes_back(format)

    def _comes_back(self, format: str) -> None:
        self.cart.shows(format)
        self.changes += 1

    def goes_round(self) -> None:
        """Ten formats, two losses, a card pulled on each side."""
        for mode, rgb, format in (*SIGNALS, *LARGE):
            self.changes_to(mode, rgb, format)
        mode, rgb, format = SIGNALS[0]
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


def require_nothing_left(one: SteppedCart, rounds: int) -> int:
    """So many rounds; what the driver's clients hold and how much memory there is do not grow. The changes."""
    day = Day(one)
    held, pages = [], []
    for _ in range(rounds):
        day.goes_round()
        gc.collect()
        held.append(sum(one.driver.living().values()))
        pages.append(resident_pages())
        one.driver.forget()
    assert max(held[1:]) <= held[0] + 6  # pictures on their way
    assert min(pages[-3:]) - min(pages[:3]) < 4000 + 0.02 * min(pages[:3])
    assert one.slot.state.reason == ""
    return day.changes


def test_every_change_brings_the_picture_back(cart) -> None:
    assert require_nothing_left(cart("1080p25", view="graded", look=LOOK), 1) == 15


@pytest.mark.emulated
def test_a_thousand_changes_leave_nothing(cart) -> None:
    """The bar of the issue, through a whole session: input, engine and output."""
    assert require_nothing_left(cart("1080p25", view="graded", look=LOOK), 67) == 1005
