"""How frames reach a sink's thread: every tick of a live one, every frame of a recording. One thread, a fake clock."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from livegrade.session.beat import OVERSLEPT
from livegrade.session.feed import DEPTH, FAST_DEPTH, NETWORK_DEPTH, RECORDING_QUEUE, Feed, LiveFeed, RecordingFeed
from livegrade.session.loss import LossPicture
from livegrade.timing.clock import FakeClock
from livegrade.timing.rate import NS_PER_SECOND, Rate
from livegrade.transport.address import OnLoss
from livegrade.video.frame import Frame

T = 40_000_000
MS = 1_000_000
GO = threading.Event()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(5 * T)


@pytest.fixture
def live(clock) -> LiveFeed:
    return LiveFeed(clock, LossPicture(OnLoss.HOLD))


def adds_up(feed: Feed) -> bool:
    counters = feed.counters()
    return counters.put == counters.taken + counters.dropped + counters.left + counters.depth


def test_each_frame_is_shown_once_at_its_tick(live, clock, frame) -> None:
    for index in range(100):
        made = frame(index)
        assert live.put(made, clock.now_ns())
        assert live.next(GO) is made
        assert clock.now_ns() == (6 + index) * T
    counters = live.counters()
    assert (counters.put, counters.taken, counters.dropped, counters.repeated) == (100, 100, 0, 0)


def test_a_frame_is_shown_again_without_its_sound_when_none_came(live, clock, frame) -> None:
    made = frame(0)
    live.put(made, clock.now_ns())
    assert live.next(GO) is made
    for repeat in range(1, 4):
        again = live.next(GO)
        assert again.audio is None
        assert again.data is made.data
        assert live.counters().repeated == repeat
    assert made.audio is not None


def test_a_sink_that_sleeps_loses_ticks_and_their_frames_are_counted(live, clock, frame) -> None:
    frames = [frame(index) for index in range(20)]
    shown: list[Frame] = []
    for index, made in enumerate(frames):
        live.put(made, clock.now_ns())
        if 5 <= index < 9:
            clock.advance(T)  # the sink is busy for four pictures
        else:
            shown.append(live.next(GO))
    indices = [one.index for one in shown if one.audio is not None]
    assert indices == sorted(set(indices))
    assert indices[:5] == [0, 1, 2, 3, 4]
    assert indices[-1] == 19
    counters = live.counters()
    assert counters.taken == len(indices)
    assert counters.dropped == 20 - len(indices) - counters.depth
    assert 3 <= counters.dropped <= 4
    assert adds_up(live)
    assert clock.now_ns() % T == 0


def test_the_ticks_after_a_pause_are_those_of_before(live, clock, frame) -> None:
    live.put(frame(0), clock.now_ns())
    live.next(GO)
    clock.advance(10 * T + T // 3)
    for _ in range(OVERSLEPT):
        live.next(GO)
        assert clock.now_ns() == 16 * T + T // 3
    live.next(GO)
    assert clock.now_ns() == 17 * T


def test_the_end_hands_over_what_waits_and_close_does_not(clock, frame) -> None:
    for finish, wanted in ((LiveFeed.end, 2), (LiveFeed.close, 0)):
        feed = LiveFeed(clock, LossPicture(OnLoss.HOLD))
        for index in range(2):
            feed.put(frame(index), clock.now_ns() + index)
        finish(feed)
        assert not feed.put(frame(2), clock.now_ns())
        shown = []
        while (one := feed.next(GO)) is not None:
            shown.append(one.index)
        assert len(set(shown)) <= wanted
        assert shown[-1:] == [1][:wanted]
        assert adds_up(feed)


@pytest.mark.parametrize("feed", [RecordingFeed(), LiveFeed(FakeClock(), LossPicture(OnLoss.HOLD))])
def test_an_end_before_any_frame_is_an_end(feed) -> None:
    feed.end()
    assert feed.next(GO) is None
    feed.close()
    assert feed.next(GO) is None


def test_a_live_feed_stops_at_once_when_asked(live, clock, frame) -> None:
    stop = threading.Event()
    stop.set()
    assert live.next(stop) is None
    live.put(frame(0), clock.now_ns())
    assert live.next(stop) is None


def test_another_rate_brings_its_own_ticks_and_the_counters_go_on(live, clock, frame) -> None:
    for index in range(10):
        live.put(frame(index), clock.now_ns())
        live.next(GO)
    live.put(frame(10), clock.now_ns())
    fast = replace(frame(0).format, rate=Rate.of(50))
    changed = clock.now_ns()
    for index in range(8):  # from the second one on each comes two periods late, which is in time; nine are a new lock
        live.put(frame(11 + index, fast), clock.now_ns())
        shown = live.next(GO)
        assert shown.index == 11 + index
        assert clock.now_ns() == changed + (index + FAST_DEPTH) * T // 2
    counters = live.counters()
    assert (counters.put, counters.taken, counters.dropped) == (19, 18, 1)
    assert adds_up(live)


def test_a_recording_gets_all_frames_in_order(frame) -> None:
    feed = RecordingFeed()
    for index in range(RECORDING_QUEUE):
        assert feed.put(frame(index), 0)
    feed.end()
    shown = []
    while (one := feed.next(GO)) is not None:
        shown.append(one.index)
    assert shown == list(range(RECORDING_QUEUE))
    assert adds_up(feed)


def test_a_full_recording_queue_counts_and_does_not_wait(frame) -> None:
    feed = RecordingFeed()
    made = frame(0)
    accepted = [feed.put(made, 0) for _ in range(RECORDING_QUEUE + 3)]
    assert accepted == [True] * RECORDING_QUEUE + [False] * 3
    assert feed.counters().dropped == 3
    feed.next(GO)
    assert feed.put(made, 0)
    assert adds_up(feed)
    feed.end()
    assert not feed.put(made, 0)
    assert feed.counters().dropped == 3


def test_a_recording_given_up_lets_go_of_its_frames(frame) -> None:
    feed = RecordingFeed()
    for index in range(5):
        feed.put(frame(index), 0)
    feed.next(GO)
    feed.close()
    assert feed.next(GO) is None
    counters = feed.counters()
    assert (counters.taken, counters.left, counters.depth) == (1, 4, 0)


def test_a_live_feed_holds_no_more_buffers_than_it_says(live, clock, frame) -> None:
    """The pool is sized by this number: a sink that stands still must not use it up."""
    import weakref

    from livegrade.session.feed import LIVE_BUFFERS

    alive = []
    for index in range(60):
        made = frame(index)
        alive.append(weakref.ref(made.pixels))
        live.put(made, clock.now_ns())
        del made
        clock.advance(T)
    assert sum(one() is not None for one in alive) <= LIVE_BUFFERS - 4
    assert np.all([one() is None for one in alive[:40]])


@pytest.mark.parametrize(("depth", "gaps"), [(DEPTH, 1), (NETWORK_DEPTH, 0)])
def test_a_frame_that_comes_together_with_the_next_costs_a_gap_at_depth_1_only(clock, frame, depth, gaps) -> None:
    feed = LiveFeed(clock, LossPicture(OnLoss.HOLD), depth)
    began = clock.now_ns()
    waiting = [(began + (index + (index == 50)) * T, index) for index in range(100)]
    shown = []
    while waiting:
        while waiting and waiting[0][0] <= clock.now_ns():
            feed.put(frame(waiting.pop(0)[1]), clock.now_ns())
        got = feed.next(GO)
        shown.append(-1 if got is None else got.index)
    steps = np.diff(shown)
    assert (np.count_nonzero(steps > 1), np.count_nonzero(steps == 0)) == (gaps, gaps)
    assert feed.counters().slips == 0
    feed.close()


class Village(FakeClock):
    """A source whose pictures are put while somebody sleeps: each when it is due and the engine has had it for 4 ms,
    those in `held_ms` for so much longer. Who sleeps oversleeps the waking-up after picture n by `overslept_ms[n]`.
    `ppm`: by how much the source's clock is slower than the program's."""

    def __init__(
        self,
        frames: list[Frame],
        held_ms: dict[int, int],
        overslept_ms: dict[int, int],
        ppm: int = 0,
        depth: int = DEPTH,
    ) -> None:
        super().__init__(5 * T)
        self.feed = LiveFeed(self, LossPicture(OnLoss.HOLD), depth)
        self.shown: list[int] = []
        self.waited_ns: list[int] = []
        self._overslept_ms = overslept_ms
        self._waiting: list[tuple[int, Frame]] = []
        for frame in frames:
            free_ns = self._waiting[-1][0] if self._waiting else 0
            since_ns = frame.format.rate.start_ns(frame.index)
            begins_ns = max(5 * T + since_ns + since_ns * ppm // 1_000_000, free_ns)
            self._waiting.append((begins_ns + (4 + held_ms.get(frame.index, 0)) * MS, frame))
        self._put_ns = [moment_ns for moment_ns, _ in self._waiting]

    def sleep_until_ns(self, moment_ns: int) -> None:
        moment_ns = max(moment_ns, self.now_ns()) + self._overslept_ms.pop(len(self.shown), 0) * MS
        while self._waiting and self._waiting[0][0] <= moment_ns:
            put_ns, frame = self._waiting.pop(0)
            super().sleep_until_ns(put_ns)
            self.feed.put(frame, put_ns)
        super().sleep_until_ns(moment_ns)

    def show(self, count: int) -> list[int]:
        """The indices of the first `count` pictures on the output; `waited_ns`: from each one's put."""
        self.sleep_until_ns(self._waiting[0][0])
        while len(self.shown) < count:
            got = self.feed.next(GO)
            assert got is not None
            self.waited_ns.append(self.now_ns() - self._put_ns[got.index])
            self.shown.append(got.index)
        self.feed.close()
        return self.shown


def pictures(frame, fps: int, count: int = 100) -> list[Frame]:
    format = replace(frame(0).format, rate=Rate.of(fps))
    return [frame(index, format) for index in range(count)]


@pytest.mark.parametrize("fps", [25, 48, 50, 60])
@pytest.mark.parametrize("first_ms", [0, 10, 19, 30])
def test_what_comes_or_wakes_late_costs_no_picture_at_any_rate(frame, fps, first_ms) -> None:
    """30 ms up to 30p and 40 ms from 48p on. `first_ms`: how much longer the first picture takes, whose look is
    compiled for it."""
    late_ms = 30 if fps < 48 else 40
    held = {0: first_ms, 30: 20, 50: late_ms}
    village = Village(pictures(frame, fps), held, {65: 20, 75: late_ms})
    shown = village.show(90)
    counters = village.feed.counters()
    assert shown == list(range(shown[0], shown[0] + 90))
    assert (counters.dropped, counters.repeated) == (shown[0], 0)
    assert shown[0] == 0


@pytest.mark.parametrize(("fps", "periods"), [(25, 1.25), (50, 3.25)])
@pytest.mark.parametrize("ppm", [-1000, -50, 0, 50, 1000])
@pytest.mark.parametrize("first_ms", [0, 20, 38, 55, 110])
def test_ticks_of_the_program_come_to_a_quarter_past_the_depth_and_stay_there(
    frame, fps, periods, ppm, first_ms
) -> None:
    """Whenever the first picture came and whatever the source's clock, nothing is shown twice or left out; not for a
    picture either that comes late by nearly all of the slack."""
    count = 1500
    late_ms = int((periods - 0.25) * 1000 / fps)
    village = Village(pictures(frame, fps, count + 20), {0: first_ms, count - 200: late_ms}, {}, ppm)
    shown = village.show(count)
    assert shown == list(range(shown[0], shown[0] + count))
    assert village.feed.counters().repeated == village.feed.counters().slips == 0
    waited = np.array(village.waited_ns[-150:]) * fps / NS_PER_SECOND
    assert np.abs(waited - periods).max() < 0.05 + 0.15 * abs(ppm) / 1000


@pytest.mark.parametrize("fps", [25, 30, 50])
@pytest.mark.parametrize("ppm", [-8000, -5000, 5000, 8000])
def test_a_source_of_the_network_that_is_off_by_eight_thousandths_costs_no_picture(frame, fps, ppm) -> None:
    """Its pictures come 8 ms early and late. What is left of their slack is never less than half a period, and no
    latency grows beyond two periods more."""
    count = 2000
    held = {index: index * 7 % 17 for index in range(count + 40)}
    village = Village(pictures(frame, fps, count + 40), held, {}, ppm, NETWORK_DEPTH)
    shown = village.show(count)
    assert shown == list(range(count))
    assert village.feed.counters().repeated == 0
    aim = 1.25 + max(NETWORK_DEPTH, FAST_DEPTH if fps == 50 else 0) - 1
    waited = np.array(village.waited_ns[-300:]) * fps / NS_PER_SECOND
    assert abs(waited.mean() - aim + 0.192 * ppm / 1000) < 0.05


@pytest.mark.parametrize(("sent", "ppm"), [(24, 41_667), (20, 250_000), (26, -38_462), (30, -166_667), (50, -500_000)])
def test_a_source_that_sends_another_rate_than_it_names_loses_and_repeats_only_what_the_rates_differ_by(
    frame, sent, ppm
) -> None:
    """It says 25. No picture is shown behind a newer one, and none waits for longer than the edge has room."""
    seconds = 60
    village = Village(pictures(frame, 25, sent * seconds), {}, {}, ppm, NETWORK_DEPTH)
    shown = np.array(village.show(25 * seconds - 10))
    counters = village.feed.counters()
    assert np.all(np.diff(shown) >= 0)
    surplus = (sent - 25) * seconds
    assert counters.slips == 0
    if sent < 25:
        assert (counters.dropped, counters.starved) == (0, counters.repeated)
        assert abs(counters.repeated + surplus) < 12
    else:
        assert counters.repeated == 0
        assert abs(counters.dropped - surplus) < 25
        assert max(village.waited_ns) < 6 * T


def test_ticks_go_on_at_the_named_rate_while_nothing_comes(frame) -> None:
    """They were being moved when the source broke off."""
    village = Village(pictures(frame, 25, 200), {0: 30}, {}, 5000)
    shown = village.show(400)
    assert shown[-190:] == [199] * 190
    assert np.abs(np.diff(village.waited_ns[150:190]) - T).max() > 0
    assert set(np.diff(village.waited_ns[-180:])) == {T}


@pytest.mark.parametrize(("fps", "periods"), [(24, 1), (25, 1), (30, 1), (48, 3), (50, 3), (60, 3)])
def test_a_short_picture_waits_for_three_periods_and_a_long_one_for_one(frame, fps, periods) -> None:
    village = Village(pictures(frame, fps), {}, {})
    village.show(90)
    assert np.allclose(village.waited_ns, periods * NS_PER_SECOND / fps, rtol=0, atol=1)


def test_a_thread_that_sleeps_for_longer_than_three_pictures_leaves_some_out(frame) -> None:
    village = Village(pictures(frame, 50), {}, {65: 30, 75: 90})
    shown = village.show(90)
    assert shown == [*range(75), *range(77, 92)]
    assert (village.feed.counters().dropped, village.feed.counters().repeated) == (2, 0)


@pytest.mark.parametrize("fps", [24, 25, 30, 50, 60])
def test_a_thread_that_sleeps_for_nearly_three_pictures_loses_none(frame, fps) -> None:
    slept_ms = OVERSLEPT * 1000 // fps - 2
    village = Village(pictures(frame, fps, 400), {0: 30}, {65: slept_ms, 200: slept_ms, 300: slept_ms})
    assert village.show(390) == list(range(390))
    assert (village.feed.counters().dropped, village.feed.counters().repeated) == (0, 0)
