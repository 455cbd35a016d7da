"""Latest and Bounded: what arrives, what does not, and who waits; gap counting. Paced has its own file."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.video.edges import Backlog, Bounded, EdgeCounters, Latest, Nothing
from livegrade.video.gaps import GapCounter

MINUTE_NS = 60_000_000_000


def test_latest_keeps_the_newest() -> None:
    edge: Latest[int] = Latest()
    assert edge.take(0) is Nothing.NOT_YET
    for number in range(5):
        assert edge.put(number)
    assert edge.counters() == EdgeCounters(put=5, taken=0, dropped=4, depth=1)
    assert edge.take(0) == 4
    assert edge.take(1000) is Nothing.NOT_YET
    assert edge.counters() == EdgeCounters(put=5, taken=1, dropped=4)


def test_latest_when_closed() -> None:
    edge: Latest[int] = Latest()
    edge.put(1)
    edge.close()
    edge.close()
    assert not edge.put(2)
    assert edge.take(MINUTE_NS) is Nothing.CLOSED
    assert edge.counters() == EdgeCounters(put=1, taken=0, dropped=0, left=1)


def test_closing_and_putting_wake_a_waiting_taker() -> None:
    edge: Latest[str] = Latest()
    with ThreadPoolExecutor(1) as taker:
        result = taker.submit(edge.take, MINUTE_NS)
        edge.put("picture")
        assert result.result() == "picture"
        result = taker.submit(edge.take, MINUTE_NS)
        edge.close()
        assert result.result() is Nothing.CLOSED


def test_a_latest_of_two_hands_both_over_in_their_order_and_drops_the_oldest() -> None:
    edge: Latest[int] = Latest(2)
    assert edge.put(0)
    assert edge.put(1)
    assert edge.counters() == EdgeCounters(put=2, taken=0, dropped=0, depth=2)
    assert edge.put(2)
    assert [edge.take(0) for _ in range(3)] == [1, 2, Nothing.NOT_YET]
    assert edge.counters() == EdgeCounters(put=3, taken=2, dropped=1)
    with pytest.raises(ValueError, match="holds none"):
        Latest[int](0)


@given(st.lists(st.booleans()), st.integers(1, 3))
def test_latest_counts_add_up(puts: list[bool], capacity: int) -> None:
    edge: Latest[int] = Latest(capacity)
    taken, dropped, waiting = 0, 0, 0
    for number, is_put in enumerate(puts):
        if is_put:
            edge.put(number)
            dropped += waiting == capacity
            waiting = min(waiting + 1, capacity)
        else:
            edge.take(0)
            taken += waiting > 0
            waiting -= waiting > 0
    assert edge.counters() == EdgeCounters(sum(puts), taken, dropped, depth=waiting)


def test_latest_between_threads_loses_none_uncounted() -> None:
    edge: Latest[int] = Latest()
    seen: list[int] = []

    def take_all() -> None:
        while isinstance(item := edge.take(MINUTE_NS), int):
            seen.append(item)

    taker = threading.Thread(target=take_all)
    taker.start()
    for number in range(5000):
        edge.put(number)
    edge.close()
    taker.join()
    counters = edge.counters()
    assert seen == sorted(set(seen))
    assert counters.put == 5000 == counters.taken + counters.dropped + counters.left
    assert counters.taken == len(seen)


def test_bounded_waits_for_room_and_keeps_the_order() -> None:
    edge: Bounded[int] = Bounded(2)
    assert edge.take(0) is Nothing.NOT_YET
    assert edge.put(1, 0)
    assert edge.put(2, 0)
    assert not edge.put(3, 0)
    assert edge.counters() == EdgeCounters(put=2, taken=0, dropped=0, depth=2)
    with ThreadPoolExecutor(1) as putter:
        accepted = putter.submit(edge.put, 3)
        assert [edge.take(), edge.take(), edge.take()] == [1, 2, 3]
        assert accepted.result()
    assert edge.counters() == EdgeCounters(put=3, taken=3, dropped=0)


def test_bounded_hands_over_what_is_left_after_closing() -> None:
    edge: Bounded[int] = Bounded(3)
    edge.put(1)
    edge.put(2)
    edge.close()
    assert not edge.put(3)
    assert [edge.take(), edge.take(), edge.take()] == [1, 2, Nothing.CLOSED]
    assert edge.counters() == EdgeCounters(put=2, taken=2, dropped=0)


def test_closing_wakes_both_sides_of_bounded() -> None:
    full: Bounded[int] = Bounded(1)
    empty: Bounded[int] = Bounded(1)
    full.put(1)
    with ThreadPoolExecutor(2) as threads:
        putter, taker = threads.submit(full.put, 2), threads.submit(empty.take)
        full.close()
        empty.close()
        assert putter.result() is False
        assert taker.result() is Nothing.CLOSED


def test_bounded_loses_nothing_between_many_threads() -> None:
    edge: Bounded[int] = Bounded(3)

    def take_all() -> list[int]:
        seen: list[int] = []
        while isinstance(item := edge.take(), int):
            seen.append(item)
        return seen

    def put_all(start: int) -> bool:
        return all(edge.put(number) for number in range(start, start + 1000))

    with ThreadPoolExecutor(4) as threads:
        takers = [threads.submit(take_all) for _ in range(2)]
        assert all(list(threads.map(put_all, [0, 1000])))
        edge.close()
        seen = [number for taker in takers for number in taker.result()]
    assert sorted(seen) == list(range(2000))
    assert edge.counters() == EdgeCounters(put=2000, taken=2000, dropped=0)


def test_bounded_for_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="holds none"):
        Bounded(0)


def test_a_backlog_keeps_what_waits_and_drops_what_finds_no_room() -> None:
    edge: Backlog[int] = Backlog(2)
    assert edge.take(0) is Nothing.NOT_YET
    assert [edge.put(number) for number in range(4)] == [True, True, False, False]
    assert edge.counters() == EdgeCounters(put=4, taken=0, dropped=2, depth=2)
    assert edge.take() == 0
    assert edge.put(4)
    edge.end()
    assert not edge.put(5)
    assert [edge.take(), edge.take(), edge.take()] == [1, 4, Nothing.CLOSED]
    assert edge.counters() == EdgeCounters(put=5, taken=3, dropped=2)


def test_a_backlog_that_is_closed_lets_go_and_wakes_its_taker() -> None:
    edge: Backlog[int] = Backlog(3)
    edge.put(1)
    edge.put(2)
    edge.close()
    assert edge.take() is Nothing.CLOSED
    assert edge.counters() == EdgeCounters(put=2, taken=0, dropped=0, left=2)
    waiting: Backlog[int] = Backlog(1)
    with ThreadPoolExecutor(1) as taker:
        result = taker.submit(waiting.take)
        waiting.end()
        assert result.result() is Nothing.CLOSED
    with pytest.raises(ValueError, match="holds none"):
        Backlog(0)


def test_gaps_of_a_source_are_counted_apart_from_our_drops() -> None:
    gaps = GapCounter()
    assert [gaps.see(index) for index in (7, 8, 11, 12, 22, 0, 1, 3)] == [0, 0, 2, 0, 9, 0, 0, 1]
    assert (gaps.seen, gaps.gaps, gaps.missing) == (8, 3, 12)
