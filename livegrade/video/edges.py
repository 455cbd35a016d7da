"""The edges between threads, and the only place where a picture may be dropped or repeated.

The type of an edge is its policy: `Latest` keeps the newest (one for scopes and previews, two before the engine),
`Paced` feeds a clocked sink, `Bounded` loses nothing (render, stills) and makes the source wait, `Backlog` stands
before a live recording, which must not hold up anybody, and refuses what it has no room for. The decision of each is
one block, and all count exactly: put == taken + dropped + left + depth, always.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from livegrade.timing.rate import NS_PER_SECOND
from livegrade.video.phase import STRAY, PhaseLock, Step

if TYPE_CHECKING:
    from livegrade.timing.rate import Rate

T = TypeVar("T")


class Nothing(Enum):
    """Why `take` has no item."""

    NOT_YET = "not yet"
    """Nothing (new) came within the time; ask again."""
    CLOSED = "closed"
    """The edge was closed; nothing will come any more."""


@dataclass(frozen=True, slots=True)
class EdgeCounters:
    """What happened at an edge so far, exact.

    `put`: items that came (at a `Bounded` edge: that it accepted). `taken`: items handed over, each counted once.
    `dropped`: items that were never handed over. `repeated`: how often an item was handed over again. `left`: items
    still waiting when the edge was closed. `depth`: items waiting now. Why a Paced edge dropped or repeated: `slips`
    because two clocks had drifted a whole frame apart, `converted` because the two rates differ by name (25 to 50),
    `starved` takes because nothing was there in time.
    """

    put: int
    taken: int
    dropped: int
    repeated: int = 0
    slips: int = 0
    starved: int = 0
    converted: int = 0
    left: int = 0
    depth: int = 0


class Latest(Generic[T]):
    """Holds the newest items, `capacity` of them, usually one. For one taking thread; any thread may put."""

    def __init__(self, capacity: int = 1) -> None:
        if capacity < 1:
            raise ValueError(f"an edge for {capacity} items holds none")
        self._changed = threading.Condition(threading.Lock())
        self._capacity = capacity
        self._items: deque[T] = deque()
        self._closed = False
        self._put = self._taken = self._dropped = self._left = 0

    def put(self, item: T) -> bool:
        """Never waits. False when the edge is closed."""
        with self._changed:
            if self._closed:
                return False
            # The drop rule: where there is no room the oldest that nobody took is dropped.
            if len(self._items) == self._capacity:
                self._items.popleft()
                self._dropped += 1
            self._items.append(item)
            self._put += 1
            self._changed.notify()
            return True

    def take(self, timeout_ns: int) -> T | Nothing:
        """The oldest item that is held, once; waits up to `timeout_ns` for one that was not taken yet."""
        with self._changed:
            if not self._items and not self._closed and timeout_ns > 0:
                self._changed.wait_for(lambda: self._items or self._closed, timeout_ns / NS_PER_SECOND)
            if self._closed:
                return Nothing.CLOSED
            if not self._items:
                return Nothing.NOT_YET
            self._taken += 1
            return self._items.popleft()

    def close(self) -> None:
        """Wakes the taker, lets what waits go, refuses further items."""
        with self._changed:
            self._closed = True
            self._left += len(self._items)
            self._items.clear()
            self._changed.notify_all()

    def counters(self) -> EdgeCounters:
        with self._changed:
            return EdgeCounters(self._put, self._taken, self._dropped, left=self._left, depth=len(self._items))


class Bounded(Generic[T]):
    """A queue of at most `capacity` items that makes the putting thread wait. Any number of threads on both sides."""

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"an edge for {capacity} items holds none")
        lock = threading.Lock()
        self._capacity = capacity
        self._room = threading.Condition(lock)
        self._filled = threading.Condition(lock)
        self._items: deque[T] = deque()
        self._closed = False
        self._put = self._taken = 0

    def put(self, item: T, timeout_ns: int | None = None) -> bool:
        """Waits for room, at most `timeout_ns` (None: as long as it takes). False when the item was not accepted: no
        room in that time, or closed."""
        with self._room:
            # The drop rule: none. The source waits.
            self._room.wait_for(lambda: len(self._items) < self._capacity or self._closed, _seconds(timeout_ns))
            if self._closed or len(self._items) >= self._capacity:
                return False
            self._items.append(item)
            self._put += 1
            self._filled.notify()
            return True

    def take(self, timeout_ns: int | None = None) -> T | Nothing:
        """The oldest item; waits for one, at most `timeout_ns`. After `close` what is left is still handed over, then
        CLOSED."""
        with self._filled:
            self._filled.wait_for(lambda: bool(self._items) or self._closed, _seconds(timeout_ns))
            if not self._items:
                return Nothing.CLOSED if self._closed else Nothing.NOT_YET
            self._taken += 1
            self._room.notify()
            return self._items.popleft()

    def close(self) -> None:
        """No more items are accepted; waiting threads wake."""
        with self._room:
            self._closed = True
            self._room.notify_all()
            self._filled.notify_all()

    def counters(self) -> EdgeCounters:
        with self._room:
            return EdgeCounters(self._put, self._taken, 0, depth=len(self._items))


class Backlog(Generic[T]):
    """A queue of at most `capacity` items before a taker that may fall behind, whom nobody waits for. One taking
    thread; any thread may put."""

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"an edge for {capacity} items holds none")
        self._filled = threading.Condition(threading.Lock())
        self._capacity = capacity
        self._items: deque[T] = deque()
        self._ended = False
        self._put = self._taken = self._dropped = self._left = 0

    def put(self, item: T) -> bool:
        """Never waits. False when the item was dropped for lack of room, or the edge has ended."""
        with self._filled:
            if self._ended:
                return False
            self._put += 1
            # The drop rule: what waits is kept, and the item that finds no room is dropped.
            if len(self._items) >= self._capacity:
                self._dropped += 1
                return False
            self._items.append(item)
            self._filled.notify()
            return True

    def take(self, timeout_ns: int | None = None) -> T | Nothing:
        """The oldest item; waits for one, at most `timeout_ns`. After `end` what waits is still handed over, then
        CLOSED."""
        with self._filled:
            self._filled.wait_for(lambda: bool(self._items) or self._ended, _seconds(timeout_ns))
            if not self._items:
                return Nothing.CLOSED if self._ended else Nothing.NOT_YET
            self._taken += 1
            return self._items.popleft()

    def end(self) -> None:
        """No more items are accepted; a waiting taker wakes."""
        with self._filled:
            self._ended = True
            self._filled.notify_all()

    def close(self) -> None:
        """Ends it and lets go of what waits."""
        with self._filled:
            self._ended = True
            self._left += len(self._items)
            self._items.clear()
            self._filled.notify_all()

    def counters(self) -> EdgeCounters:
        with self._filled:
            return EdgeCounters(self._put, self._taken, self._dropped, left=self._left, depth=len(self._items))


def _seconds(timeout_ns: int | None) -> float | None:
    return None if timeout_ns is None else timeout_ns / NS_PER_SECOND


class Due(NamedTuple, Generic[T]):
    """What a clocked sink shows at a tick. `repeats`: ticks that it was shown at before this one; 0 is a new item."""

    item: T
    repeats: int


class Paced(Generic[T]):
    """A jitter buffer of one to three frames before a sink with a clock of its own. For one taking thread, which never
    waits here: each take is one tick of the sink.

    Adds `depth` source frames of latency, 3/8 less to 5/8 more, where the ticks are eased a quarter more (see
    `PhaseLock`): a put that comes later than usual by less than that is still in time. Holds at most `capacity` items
    and the one shown. Jitter never drops or repeats anything. See docs/decisions/paced-edge.md.
    """

    def __init__(self, depth: int, source: Rate, sink: Rate, *, eased: bool = False) -> None:
        """`eased`: the ticks can be moved, and follow the source by what `ease` says of each."""
        self._lock = threading.Lock()
        self._phase = PhaseLock(depth, source, sink, eased=eased)
        self._queue: deque[tuple[int, int, T]] = deque()
        self._put = self._taken = self._dropped = self._repeated = self._left = 0
        self._slips = self._starved = self._converted = 0
        self._shown: T | Nothing = Nothing.NOT_YET
        self._repeats = 0
        self._newest = -1
        self._closed = False

    def put(self, item: T, index: int, arrived_ns: int) -> bool:
        """Never waits. `index`: the place of the item on the source's time line; a missing one is made up for by
        showing the one before again. `arrived_ns`: the present, on the clock that the sink's ticks are told in. False
        when closed.
        """
        with self._lock:
            if self._closed:
                return False
            if index <= self._newest:
                self._discard(len(self._queue))
            elif (excess := len(self._queue) + 1 - self._phase.capacity) > 0:
                self._discard(excess)
            self._queue.append((index, arrived_ns, item))
            self._newest = index
            self._put += 1
            if self._phase.locked:
                self._phase.arrived(index, arrived_ns)
            return True

    def _discard(self, count: int) -> None:
        """Out of step: the source counts from the start again, or nobody has taken for a while."""
        for _ in range(count):
            self._queue.popleft()
        self._dropped += count
        self._phase.unlock()

    def take(self, tick_ns: int) -> Due[T] | Nothing:
        """What to show at the sink's tick at `tick_ns` (give the planned time where there is one: it has no jitter).

        NOT_YET until the first item falls due; then always an item, the last one again where nothing newer is due.
        """
        with self._lock:
            if self._closed:
                return Nothing.CLOSED
            if self._phase.locked:
                self._show(self._phase.step(tick_ns))
            elif self._queue:
                index, arrived_ns, _ = self._queue[-1]
                self._show(Step(self._phase.lock(tick_ns, index, arrived_ns), cadence=1, slip=0))
            else:
                self._show(Step(self._newest, cadence=1, slip=0))
            return self._shown if isinstance(self._shown, Nothing) else Due(self._shown, self._repeats)

    def ease(self) -> int:
        """By how many nanoseconds the sink's next tick, and all after it, are to be later; below 0: earlier."""
        with self._lock:
            return self._phase.ease()

    def restart(self) -> None:
        """The ticks of the sink begin anew: their next one says how they lie to the source's pictures."""
        with self._lock:
            self._phase.unlock()

    def miss(self, tick_ns: int) -> None:
        """A tick at which the sink was busy and took nothing: the time line moves on, and what was due is passed over
        by the next `take`."""
        with self._lock:
            if self._phase.locked:
                self._slips += abs(self._phase.step(tick_ns).slip)

    def _show(self, step: Step) -> None:
        """The drop rule: the newest item up to the wanted place is shown and the ones before it are dropped; where
        there is none, the last one is shown again."""
        passed = 0
        while self._queue and self._queue[0][0] <= step.want:
            self._shown = self._queue.popleft()[2]
            passed += 1
        self._slips += abs(step.slip)
        if passed:
            self._taken += 1
            self._repeats = 0
            self._dropped += passed - 1
            self._converted += min(passed, max(1, step.cadence)) - 1
        elif self._shown is not Nothing.NOT_YET:
            self._repeated += 1
            self._repeats += 1
            if not step.slip:
                self._converted += step.cadence == 0
                self._starved += step.cadence != 0
            if step.want - self._newest > STRAY:
                self._phase.unlock()

    @property
    def capacity(self) -> int:
        """Items that may wait at once; size the frame pool for one more."""
        return self._phase.capacity

    def close(self) -> None:
        """Lets everything go, refuses further items; `take` says CLOSED."""
        with self._lock:
            self._closed = True
            self._left += len(self._queue)
            self._queue.clear()
            self._shown = Nothing.CLOSED

    def counters(self) -> EdgeCounters:
        with self._lock:
            return EdgeCounters(
                self._put,
                self._taken,
                self._dropped,
                self._repeated,
                self._slips,
                self._starved,
                self._converted,
                self._left,
                len(self._queue),
            )
