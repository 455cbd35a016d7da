"""The envelope of waveforms: the lowest and highest level of each column, of one picture and of all since a reset."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade_shaders import _native

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.scopes.area import Area
    from livegrade.scopes.measure import Channel, ScopeData, Tap
    from livegrade.timing.timecode import Timecode
    from livegrade.video.format import VideoFormat

EMPTY = -1
MOST_HELD = 64
"""Envelopes that are held for one slot: of each tap, part of the picture and channel."""


@dataclass(frozen=True, slots=True, eq=False)
class Envelope:
    """10-bit levels, int16 (columns); EMPTY where a column has no sample. `since`: index and timecode of the first
    picture in it."""

    low: NDArray[np.int16]
    high: NDArray[np.int16]
    since: tuple[int, Timecode | None]

    def joined(self, other: Envelope) -> Envelope:
        """That of both; `since` stays."""
        # A column without a sample is -1: the highest of unsigned numbers, so that it is never the lowest.
        low = np.minimum(self.low.view(np.uint16), other.low.view(np.uint16)).view(np.int16)
        return Envelope(low, np.maximum(self.high, other.high), self.since)


def envelope_of(data: ScopeData, channel: Channel) -> Envelope:
    """Of one picture. Raises FormatError when that channel was not counted."""
    counts = data.counts.waveform_of(channel)
    low, high = (np.empty(counts.shape[0], np.int16) for _ in range(2))
    _native.column_ends(counts, low, high)
    return Envelope(low, high, (data.index, data.timecode))


@dataclass(slots=True, eq=False)
class _Held:
    envelope: Envelope
    format: VideoFormat
    step: int
    index: int


class Peaks:
    """Holds the envelopes of one slot until they are reset or its format changes. From any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[Tap, Area | None, Channel], _Held] = OrderedDict()

    def hold(self, data: ScopeData, channel: Channel) -> Envelope:
        """All pictures that were held, with this one. Raises FormatError when that channel was not counted."""
        key = data.tap, data.area, channel
        with self._lock:
            held = self._held.get(key)
            if held is not None and (held.format, held.step) == (data.format, data.step):
                if held.index != data.index:
                    held.envelope, held.index = held.envelope.joined(envelope_of(data, channel)), data.index
            else:
                held = self._held[key] = _Held(envelope_of(data, channel), data.format, data.step, data.index)
            self._held.move_to_end(key)
            while len(self._held) > MOST_HELD:
                self._held.popitem(last=False)
            return held.envelope

    def reset(self, tap: Tap | None = None) -> None:
        """They begin anew with the next picture: those of one tap, or all."""
        with self._lock:
            for key in [key for key in self._held if tap is None or key[0] is tap]:
                del self._held[key]
