"""A sink with a clock of its own: pictures are taken at its ticks, and two clocks that drift cost whole pictures,
exactly as many as arithmetic says. One thread, virtual time."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from livegrade.outputs.fallback import black
from livegrade.outputs.sink import Tick
from livegrade.session.feed import LiveFeed
from livegrade.session.loss import LossPicture
from livegrade.timing.clock import FakeClock
from livegrade.timing.rate import NS_PER_SECOND, Rate
from livegrade.transport.address import OnLoss
from livegrade.video.frame import Frame

GO = threading.Event()
PREROLL = 3
OPENING = PREROLL + 3
"""Black pictures until the first one is due, and to spare."""


class Slots:
    """When the pictures of a clock begin, in whole nanoseconds since its zero."""

    def __init__(self, rate: Rate, ppm: int) -> None:
        period = Fraction(NS_PER_SECOND) / rate.fps / (1 + Fraction(ppm, 1_000_000))
        self._ns, self._per = period.numerator, period.denominator

    def begin_ns(self, slot: int) -> int:
        return slot * self._ns // self._per

    def at(self, ns: int) -> int:
        """The slot that runs at this time."""
        return ns * self._per // self._ns


class Card:
    """What a card does, in virtual time: it shows one scheduled picture a period, the one before again where there is
    none, and a picture that is replaced is a tick. `before`: is told what time it will be, so that a source can be on
    time; `late_ns`: how late its call-backs come, in turn; `plays`: it has a clock at all."""

    def __init__(self, clock: FakeClock, rate: Rate, ppm: int = 0) -> None:
        self.clock = clock
        self.before: Callable[[int], None] = lambda _: None
        self.late_ns = (0,)
        self.plays = True
        self.underruns = 0
        self.shown: list[int] = []
        self._slots = Slots(rate, ppm)
        self._scheduled: deque[int] = deque()
        self._slot = 0
        self._line = 0
        self._zero_ns: int | None = None

    def restart(self) -> None:
        self._line += 1
        self._slot, self._zero_ns = 0, None
        self._scheduled.clear()

    def write(self, frame: Frame) -> None:
        if not self.plays:
            return
        copies = 1
        if self._zero_ns is None:
            self._zero_ns, copies = self.clock.now_ns(), PREROLL
        for _ in range(copies):
            playhead = self._slots.at(self.clock.now_ns() - self._zero_ns)
            following = self._scheduled[-1] + 1 if self._scheduled else 0
            self.underruns += max(0, playhead + 1 - following) if self._scheduled else 0
            self._scheduled.append(max(following, playhead + 1) if self._scheduled else 0)
            self.shown.append(frame.index)

    def wait_tick(self, timeout_ns: int) -> Tick | None:
        if self._zero_ns is None:
            return None
        assert timeout_ns > self._slots.begin_ns(2)
        assert len(self._scheduled) > 1, "a card with one picture does not tick"
        self._scheduled.popleft()
        slot = self._scheduled[0]
        at_ns = self._zero_ns + self._slots.begin_ns(slot) + self.late_ns[slot % len(self.late_ns)]
        self.before(at_ns)
        self.clock.sleep_until_ns(at_ns)
        return Tick(self._line, slot, at_ns)


class Camera:
    """Puts a picture a period into the feed, in time for whoever asks what time it is."""

    def __init__(self, feed: LiveFeed, first: Frame, ppm: int = 0) -> None:
        self._feed = feed
        self._frame = first
        self._slots = Slots(first.format.rate, ppm)
        self.index = 0

    def until(self, now_ns: int) -> None:
        while (at_ns := self._slots.begin_ns(self.index)) <= now_ns:
            self._feed.put(replace(self._frame, index=self.index), at_ns)
            self.index += 1


def play(card: Card, feed: LiveFeed, seconds: int) -> int:
    """Ticks of that time."""
    ticks = 0
    end_ns = card.clock.now_ns() + seconds * NS_PER_SECOND
    while card.clock.now_ns() < end_ns:
        frame = feed.next(GO)
        assert frame is not None
        card.write(frame)
        ticks += 1
    return ticks


def rig(frame: Callable[..., Frame], fps: int, ppm: int = 0, camera_ppm: int = 0) -> tuple[Card, LiveFeed, Camera]:
    clock = FakeClock()
    rate = Rate.of(fps)
    card = Card(clock, rate, ppm)
    feed = LiveFeed(clock, LossPicture(OnLoss.HOLD), 1, card)
    first = frame(0)
    camera = Camera(feed, replace(first, format=replace(first.format, rate=rate)), camera_ppm)
    card.before = camera.until
    camera.until(0)
    return card, feed, camera


def test_one_clock_costs_nothing(frame) -> None:
    card, feed, camera = rig(frame, 50)
    card.late_ns = (0, 700_000, 0, 3_000_000, 100_000)
    play(card, feed, 60)
    counters = feed.counters()
    assert (counters.slips, counters.starved, counters.dropped) == (0, 0, 0)
    assert card.underruns == 0
    shown = card.shown[OPENING:]
    assert shown == list(range(shown[0], shown[0] + len(shown)))
    assert camera.index - shown[-1] <= 3  # the edge adds 1.6 pictures at most


def test_a_first_tick_that_was_late_does_not_decide_where_pictures_lie(frame) -> None:
    """One that comes 15 ms late at 50 p leaves the others too early for their pictures: the lock is made again."""
    card, feed, _ = rig(frame, 50)
    card.late_ns = (0, 15_000_000, *(0,) * 60)
    play(card, feed, 1)
    card.late_ns = (0,)
    before = feed.counters()
    play(card, feed, 20)
    counters = feed.counters()
    assert (counters.slips, counters.dropped, counters.starved) == (0, before.dropped, before.starved)


@pytest.mark.parametrize(("card_ppm", "camera_ppm"), [(-25, 275), (50, -250)])
def test_late_call_backs_add_nothing_to_the_slips_of_drift(frame, card_ppm, camera_ppm) -> None:
    """300 ppm of ten minutes are 4.5 pictures of 40 ms. Each is one slip: the picture that is left out, or shown twice,
    and nothing else. tests/system/test_sdi_drift.py has the real source and output, and the hour at 50 ppm."""
    card, feed, _ = rig(frame, 25, card_ppm, camera_ppm)
    card.late_ns = (0, 2_000_000, 500_000)
    ticks = play(card, feed, 600)
    counters = feed.counters()
    drift = Fraction(abs(card_ppm - camera_ppm), 1_000_000) * 600 * 25
    assert drift == Fraction(9, 2)
    assert counters.slips == 4
    assert counters.starved == 0
    steps = [after - before for before, after in itertools.pairwise(card.shown[OPENING:])]
    assert len(steps) > 14_900
    assert (steps.count(2), steps.count(0)) == ((4, 0) if card_ppm < 0 else (0, 4))
    assert set(steps) <= {0, 1, 2}
    assert card.underruns == 0
    assert ticks == len(card.shown) - PREROLL + 1


def test_a_late_thread_is_made_up_for_and_an_underrun_is_no_drift(frame) -> None:
    card, feed, camera = rig(frame, 50)
    play(card, feed, 10)
    before = feed.counters()
    camera.until(card.clock.now_ns() + 35_000_000)
    card.clock.advance(35_000_000)  # less than what is scheduled
    play(card, feed, 1)
    assert card.underruns == 0
    assert feed.counters().dropped == before.dropped
    camera.until(card.clock.now_ns() + 130_000_000)
    card.clock.advance(130_000_000)
    play(card, feed, 5)
    counters = feed.counters()
    assert 3 <= card.underruns <= 7
    assert (counters.dropped - before.dropped) - (counters.repeated - before.repeated) == card.underruns
    assert counters.slips == 0
    assert camera.index - card.shown[-1] <= 3


def test_a_card_without_a_clock_is_asked_once_a_period_with_black_in_the_newest_format(frame) -> None:
    card, feed, camera = rig(frame, 25)
    card.plays = False
    for tick in range(50):
        camera.until(card.clock.now_ns())
        shown = feed.next(GO)
        assert shown is not None
        assert (shown.audio, shown.timecode) == (None, None)
        assert (shown.data == black(shown.format)).all()
        assert shown.index == max(0, tick - 1)
        assert card.clock.now_ns() == tick * 40_000_000
    card.plays = True
    card.write(shown)
    play(card, feed, 2)
    assert camera.index - card.shown[-1] <= 3


def test_a_card_that_begins_anew_is_followed_at_its_new_phase(frame) -> None:
    card, feed, camera = rig(frame, 25)
    play(card, feed, 10)
    card.restart()
    card.clock.advance(13_000_000)
    camera.until(card.clock.now_ns())
    play(card, feed, 20)
    assert camera.index - card.shown[-1] <= 3
    assert feed.counters().slips == 0
    assert card.shown[-400:] == list(range(card.shown[-1] - 399, card.shown[-1] + 1))


def test_a_change_of_the_rate_goes_on_at_the_ticks_of_the_new_one(frame) -> None:
    card, feed, camera = rig(frame, 25)
    play(card, feed, 5)
    card.before = lambda _: None
    fast = replace(frame(0).format, rate=Rate.of(50))
    feed.put(frame(camera.index, fast), card.clock.now_ns())
    changed = feed.next(GO)
    assert changed is not None
    assert changed.format.rate == Rate.of(50)
    counters = feed.counters()
    assert counters.put == counters.taken + counters.dropped + counters.left + counters.depth


def test_what_is_shown_again_has_no_sound_and_no_packets(frame) -> None:
    card, feed, camera = rig(frame, 25)
    play(card, feed, 2)
    card.before = lambda _: None  # the camera sends nothing any more
    for _ in range(5):
        held = feed.next(GO)
        assert held is not None
        card.write(held)
    assert held.index == camera.index - 1
    assert held.audio is None
    assert held.ancillary == ()
