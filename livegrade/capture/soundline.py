"""Sound between the packets it comes in and the pictures it belongs to: one timeline of 48 kHz samples."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from livegrade.capture.sound import SAMPLE_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_CHANNELS = 64
SAME_PLACE = SAMPLE_RATE // 100
"""A packet that begins within 10 ms of where the last one ended continues it: packet times are rounded and jitter."""
_MAX_GAP = SAMPLE_RATE
"""Gaps up to one second are filled with silence; over a longer one the timeline begins anew."""
_MAX_HELD = 10 * SAMPLE_RATE
"""Most samples that wait to be taken; older ones are let go."""
_MAX_LAG = SAMPLE_RATE // 4


class SoundLine:
    """Samples by their position on one timeline. Positions are counted at 48 kHz from any fixed moment.

    `same_place`: how far, in samples, a packet may lie from the end of the last one and still continue it.
    `lag`: samples by which live sound is behind its picture because it arrives later; grows when it must, never
    shrinks while the sound goes on.
    """

    def __init__(self, same_place: int = SAME_PLACE) -> None:
        self._same_place = same_place
        self._pieces: deque[NDArray[np.float32]] = deque()
        self._start = 0
        self._end = 0
        self.channels = 0
        self.lag = 0

    @property
    def end(self) -> int:
        """Position after the last sample that has arrived."""
        return self._end

    @property
    def begun(self) -> bool:
        return self.channels > 0

    def push(self, position: int, samples: NDArray[np.float32]) -> None:
        """Add float32 (channels, n) that begin at `position`. Overlap with what is there is cut off."""
        if samples.shape[0] != self.channels or not -_MAX_GAP <= position - self._end <= _MAX_GAP:
            self._begin(position, samples.shape[0])
        ahead = position - self._end
        if ahead > self._same_place:
            self._append(np.zeros((self.channels, ahead), np.float32))
        elif ahead < -self._same_place:
            samples = samples[:, -ahead:]
        self._append(samples)
        self._drop_before(self._end - _MAX_HELD)

    def take(self, position: int, count: int) -> NDArray[np.float32]:
        """The `count` samples from `position` on, float32 (channels, count); silence where there are none. What lies
        before the end of them is let go."""
        block = np.zeros((self.channels, count), np.float32)
        at = self._start
        for piece in self._pieces:
            first, last = max(position, at), min(position + count, at + piece.shape[1])
            if first < last:
                block[:, first - position : last - position] = piece[:, first - at : last - at]
            at += piece.shape[1]
        self._drop_before(position + count)
        return block

    def take_late(self, position: int, count: int) -> NDArray[np.float32]:
        """As `take`, for sound that may not have arrived: it is then taken from `lag` samples earlier, always."""
        late = position + count - self.lag - self._end
        if late > 0 and self.lag + late <= _MAX_LAG:
            self.lag += late
        return self.take(position - self.lag, count)

    def _begin(self, position: int, channels: int) -> None:
        self._pieces.clear()
        self._start = self._end = position
        self.channels = channels
        self.lag = 0

    def _append(self, samples: NDArray[np.float32]) -> None:
        if samples.shape[1]:
            self._pieces.append(samples)
            self._end += samples.shape[1]

    def _drop_before(self, position: int) -> None:
        while self._pieces and self._start + self._pieces[0].shape[1] <= position:
            self._start += self._pieces.popleft().shape[1]
