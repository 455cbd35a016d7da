"""How much of a picture has which levels, from the histograms of its scopes: for alarms and exposure logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from livegrade.scopes.measure import Channel
from livegrade.scopes.wire import level_limits

if TYPE_CHECKING:
    from livegrade.scopes.measure import ScopeData
    from livegrade.video.format import VideoFormat

RGB = (Channel.R, Channel.G, Channel.B)


def code_at(format: VideoFormat, percent: float) -> int:
    """The 10-bit code of a level, black 0 and white 100."""
    limits = level_limits(format)
    return round(limits.black + (limits.white - limits.black) * percent / 100)


def signal_at(format: VideoFormat, code: float) -> float:
    """The signal, black 0 and white 1, that a 10-bit code stands for."""
    limits = level_limits(format)
    return (code - limits.black) / (limits.white - limits.black)


def share(data: ScopeData, channel: Channel, first: int, last: int) -> float:
    """How much of the picture, 0 to 1, has codes from `first` to `last` of 10 bits."""
    counts = data.counts.histogram_of(channel)
    total = int(counts.sum())
    return float(counts[max(0, first) : max(0, last + 1)].sum()) / total if total else 0.0


def clipped(data: ScopeData, clip: float | None, percent: float = 100.0) -> tuple[float, Channel]:
    """How much of R', G' or B' is at `percent` of where the camera clips or over it, and of which most is. `clip`: the
    signal at which its sensor clips, None for the end of the signal."""
    limits = level_limits(data.format)
    top = limits.white_clip if clip is None else min(code_at(data.format, 100 * clip), limits.white_clip)
    first = round(limits.black + (top - limits.black) * percent / 100)
    shares = [(share(data, channel, first, 1023), channel) for channel in RGB]
    return max(shares, key=lambda one: (one[0], -one[1]))


def quantile_code(data: ScopeData, channel: Channel, part: float) -> int | None:
    """The 10-bit code that `part` of the samples, 0 to 1, do not exceed; None where nothing was counted."""
    upto = np.cumsum(data.counts.histogram_of(channel), dtype=np.int64)
    return int(np.searchsorted(upto, part * upto[-1])) if upto[-1] else None
