"""How sound is shared out over pictures, and the test tone. The same rule for every source.

Picture i owns the 48 kHz samples from `first_sample(i)` up to `first_sample(i + 1)`: 1,920 each at 25, and
1602 1601 1602 1601 1602 at 29.97 as in SMPTE ST 272.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.timing.rate import Rate

SAMPLE_RATE = 48_000
TONE_HZ = 1_000
TONE_DBFS = -18.0
"""Peak of the sine below full scale: the alignment level of EBU R 68."""
MARKER_DBFS = -6.0
MARKER_SAMPLES = SAMPLE_RATE // TONE_HZ
"""One cycle of the tone at -6 dBFS, from the first sample of every picture that begins a second of timecode."""


def first_sample(index: int, rate: Rate, sample_rate: int = SAMPLE_RATE) -> int:
    """The first audio sample of picture `index`, counted from the first of picture 0; nearest whole sample."""
    numerator, denominator = rate.fps.numerator, rate.fps.denominator
    return (2 * index * sample_rate * denominator + numerator) // (2 * numerator)


def tone(index: int, rate: Rate, starts_second: bool, channels: int = 2) -> NDArray[np.float32]:
    """The test tone of picture `index`: float32 (channels, n), continuous from picture to picture.

    `starts_second`: the picture begins a second of timecode, and its first cycle is the louder marker.
    """
    start = first_sample(index, rate)
    count = first_sample(index + 1, rate) - start
    phase = start % MARKER_SAMPLES
    line = np.resize(_CYCLE, count + phase)[phase:].copy()
    if starts_second:
        line[:MARKER_SAMPLES] *= _amplitude(MARKER_DBFS) / _amplitude(TONE_DBFS)
    return np.broadcast_to(line, (channels, count))


def _amplitude(dbfs: float) -> float:
    return float(10.0 ** (dbfs / 20.0))


_CYCLE = (
    _amplitude(TONE_DBFS) * np.sin(2.0 * math.pi * np.arange(MARKER_SAMPLES, dtype=np.float64) / MARKER_SAMPLES)
).astype(np.float32)
