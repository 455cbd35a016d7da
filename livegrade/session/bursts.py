"""Alarms without a length that come again and again: of each slot and kind the first are told, then all of them are one
that lasts and is counted, so that a source with a broken timecode does not fill the log."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.session.alarms import AlarmEdge, AlarmEvent, AlarmKind, Counted, Moment

if TYPE_CHECKING:
    from collections.abc import Iterator

SINGLY = 3
"""So many within SHORT_NS are told one by one; from the next on they are counted."""
SHORT_NS = 2_000_000_000
QUIET_NS = 10_000_000_000
"""After so long without another one it is over."""
WORDS = {
    AlarmKind.TIMECODE: "the timecode breaks again and again",
    AlarmKind.FORMAT: "the format changes again and again",
}


class Bursts:
    """Of all slots; for whoever holds the lock of the log. What it returns is to be told in that order."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, AlarmKind], deque[int]] = {}
        self._going_on: dict[tuple[str, AlarmKind], AlarmEvent] = {}

    @property
    def counted(self) -> tuple[AlarmEvent, ...]:
        """Those that go on: their beginnings, with how many there were so far."""
        return tuple(self._going_on.values())

    def see(self, event: AlarmEvent) -> Iterator[AlarmEvent]:
        """One more without a length: itself, the beginning of many, or nothing where it was counted."""
        yield from self.settle(event.at_ns)
        key, now = (event.slot, event.kind), Moment(event.at_ns, event.index, event.timecode)
        if (before := self._going_on.get(key)) is not None and before.counted is not None:
            counted = replace(before.counted, times=before.counted.times + 1, last=now)
            self._going_on[key] = replace(before, counted=counted)
            return
        told = self._told.setdefault(key, deque(maxlen=SINGLY))
        if len(told) == SINGLY and event.at_ns - told[0] < SHORT_NS:
            begin = replace(event, edge=AlarmEdge.BEGIN, what=WORDS[event.kind])
            self._going_on[key] = replace(begin, counted=Counted(1, now, now))
            yield begin
        else:
            told.append(event.at_ns)
            yield event

    def settle(self, now_ns: int | None) -> Iterator[AlarmEvent]:
        """The ends of those that are over at `now_ns`; None: of all."""
        for key, one in tuple(self._going_on.items()):
            if now_ns is None or (one.counted is not None and now_ns - one.counted.last.at_ns >= QUIET_NS):
                yield from self._end(key)

    def end(self, slot: str) -> Iterator[AlarmEvent]:
        """The ends of those of `slot`: a take begins or ends, and each has its own."""
        for key in tuple(self._going_on):
            if key[0] == slot:
                yield from self._end(key)

    def _end(self, key: tuple[str, AlarmKind]) -> Iterator[AlarmEvent]:
        one = self._going_on.pop(key)
        del self._told[key]
        if one.counted is not None:
            last = one.counted.last
            yield replace(one, edge=AlarmEdge.END, at_ns=last.at_ns, index=last.index, timecode=last.timecode)
