"""The exposure log of a take, summed up from the scopes of its source pictures. Arithmetic only."""

from __future__ import annotations

from dataclasses import replace
from math import log2
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.cameras.curves import MID_GREY
from livegrade.library.values import ExposureLog
from livegrade.scopes.measure import Channel
from livegrade.scopes.shares import clipped, quantile_code, signal_at

if TYPE_CHECKING:
    from livegrade.color.camera import Camera
    from livegrade.library.values import AlarmNote
    from livegrade.scopes.measure import ScopeData

LOW, HIGH = 0.02, 0.98
"""Parts of the picture under and over which lie its darkest and brightest."""
DARKEST = -16.0
"""Stops from mid grey at which levels end that are black, or under it."""
DIGITS = 3
MOST_ALARMS = 200
"""Of one take; a signal that raises more has said enough."""


class ExposureSum:
    """Of one take of one camera."""

    def __init__(self, camera: Camera | None) -> None:
        """Without a camera there are no stops, and the end of the signal stands for its clip point."""
        self._camera = camera
        self._samples = 0
        self._clip = 0.0
        self._stops = np.zeros(5)
        self._alarms: list[AlarmNote] = []

    def see(self, data: ScopeData) -> None:
        """Scopes of a source picture."""
        levels = _levels(data)
        if levels is None:
            return
        self._samples += 1
        self._clip = max(self._clip, 100 * clipped(data, None if self._camera is None else self._camera.clip)[0])
        if self._camera is not None:
            key, low, high, red, green, blue = (_stops(signal, self._camera) for signal in levels)
            self._stops += (key, low, high, red - green, blue - green)

    def note(self, alarm: AlarmNote) -> None:
        """An alarm began."""
        if len(self._alarms) < MOST_ALARMS:
            self._alarms.append(alarm)

    def say(self, kind: str, index: int, text: str) -> None:
        """What is to be said of the newest alarm of `kind` now, where that began at picture `index`."""
        for place in reversed(range(len(self._alarms))):
            one = self._alarms[place]
            if one.kind == kind:
                if one.index == index:
                    self._alarms[place] = replace(one, text=text)
                return

    def log(self, kelvin: int | None = None) -> ExposureLog:
        """What was seen so far. `kelvin`: white balance as the camera says it."""
        if not self._samples:
            return ExposureLog(kelvin=kelvin, alarms=tuple(self._alarms))
        stops: list[float | None] = [None] * 5
        if self._camera is not None:
            stops = [round(float(mean), DIGITS) for mean in self._stops / self._samples]
        key, low, high, red, blue = stops
        clip = round(self._clip, DIGITS)
        return ExposureLog(self._samples, clip, key, low, high, red, blue, kelvin, tuple(self._alarms))


def _levels(data: ScopeData) -> tuple[float, ...] | None:
    """Median, low and high end of Y', and the medians of R', G' and B', as signals; None for an empty picture."""
    asked = (
        *((Channel.Y, part) for part in (0.5, LOW, HIGH)),
        *((channel, 0.5) for channel in (Channel.R, Channel.G, Channel.B)),
    )
    codes = [quantile_code(data, channel, part) for channel, part in asked]
    if None in codes:
        return None
    return tuple(signal_at(data.format, code) for code in codes if code is not None)


def _stops(signal: float, camera: Camera) -> float:
    """Stops from mid grey."""
    light = float(camera.curve.decode(np.array([signal]))[0])
    return max(DARKEST, log2(light / MID_GREY)) if light > 0 else DARKEST
