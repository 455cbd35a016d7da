"""The sound of an NDI source between its packets and the pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.capture.sound import SAMPLE_RATE
from livegrade.capture.soundline import MAX_CHANNELS, SoundLine
from livegrade.transport import ndi_abi as abi
from livegrade.transport.ndi import TICKS_PER_SECOND

if TYPE_CHECKING:
    from numpy.typing import NDArray

_JITTER = SAMPLE_RATE // 10
"""Time stamps are those of sending and jitter: sound within 100 ms of its place is taken to be in it."""
_SILENT_BLOCKS = 50
"""Pictures without any sound after which a source counts as one without sound."""


_ROUNDING = SAMPLE_RATE // 500
"""Timecodes that count labels of 23.976 or 29.97 are a thousandth off the samples: 2 ms in a packet of two seconds."""
_UNRULY, _FIRST_REVIEW, _REVIEW = 25, 50, 500
"""Pictures after which a connection has settled, after which its lag is first reviewed, and then each time."""
_SPARE = SAMPLE_RATE // 200
"""Lag is given back when all pictures since the last review could have had their sound at least 5 ms earlier."""


@dataclass(frozen=True, slots=True)
class _Packet:
    """Where the last packet went: its timecode in 100 ns, position on the timeline, samples."""

    ticks: int
    position: int
    count: int


class NdiSound:
    """Places sound by the sender's time stamps when it begins or breaks, and counts samples from then on."""

    def __init__(self) -> None:
        self._line = SoundLine(same_place=_JITTER)
        self._at: int | None = None
        self._pushed: _Packet | None = None
        self._without = 0
        self._taken = 0
        self._least_ahead = _JITTER

    @property
    def lag(self) -> int:
        """Samples by which the sound is behind its pictures."""
        return self._line.lag

    def push(self, header: abi.AudioFrame, samples: NDArray[np.float32]) -> None:
        """Add what was received; other rates than 48 kHz are brought to it by linear interpolation."""
        if header.sample_rate != SAMPLE_RATE:
            samples = _at_our_rate(samples, header.sample_rate)
        place = self._line.end
        if not self._continues(header) and header.timestamp != abi.TIMESTAMP_UNDEFINED:
            place = _position(header.timestamp)
        self._line.push(place, samples[:MAX_CHANNELS])
        self._pushed = _Packet(header.timecode, self._line.end - samples.shape[1], samples.shape[1])
        self._without = 0

    def _continues(self, header: abi.AudioFrame) -> bool:
        """Whether the packet's timecode goes on from the last one: then it does, however late it was sent."""
        last = self._pushed
        return last is not None and abs(_position(header.timecode - last.ticks) - last.count) <= _ROUNDING

    def waits_for(self, count: int) -> bool:
        """Whether sound goes on, as far as is known, and the next `count` samples have not all arrived."""
        if self._at is None:
            return True
        return self._without <= _SILENT_BLOCKS and self._at + count - self._line.lag > self._line.end

    def take(self, count: int, skipped: int, ticks: int, stamp: int) -> NDArray[np.float32] | None:
        """The `count` samples of the next picture, after leaving out those of lost pictures; None without sound.

        `ticks`, `stamp`: timecode and time stamp of the picture, 100 ns.
        """
        if not self._line.begun or self._without > _SILENT_BLOCKS:
            return None
        place = self._place(ticks, stamp)
        if self._at is None or (place is not None and abs(place - (self._at + skipped)) > _JITTER):
            self._at = place if place is not None else self._line.end - count
            self._taken, self._least_ahead = 0, _JITTER
        else:
            self._at += skipped
        samples = self._line.take_late(self._at, count)
        self._at += count
        self._review_lag(self._at)
        self._without += 1
        return samples

    def _review_lag(self, at: int) -> None:
        """Give back a lag that is not needed any more: packets come in a heap when a connection begins or hiccups."""
        self._taken += 1
        if self._taken == _UNRULY:
            self._least_ahead = _JITTER
        self._least_ahead = min(self._least_ahead, self._line.end - (at - self._line.lag))
        if self._taken != _FIRST_REVIEW and self._taken % _REVIEW:
            return
        spare = min(self._line.lag, self._least_ahead)
        if spare >= _SPARE:
            self._line.lag -= spare
        self._least_ahead = _JITTER

    def _place(self, ticks: int, stamp: int) -> int | None:
        """Where a picture lies on the timeline: beside the sound of the same timecode, else by its time stamp."""
        if self._pushed is not None:
            since = ticks - self._pushed.ticks
            if abs(since) < TICKS_PER_SECOND:
                return self._pushed.position + _position(since)
        return _position(stamp) if stamp != abi.TIMESTAMP_UNDEFINED else None


def _position(ticks: int) -> int:
    return ticks * SAMPLE_RATE // TICKS_PER_SECOND


def _at_our_rate(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    count = max(1, round(samples.shape[1] * SAMPLE_RATE / max(1, rate)))
    places = np.arange(count) * (rate / SAMPLE_RATE)
    grid = np.arange(samples.shape[1])
    return np.stack([np.interp(places, grid, line) for line in samples]).astype(np.float32)
