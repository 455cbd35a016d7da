"""What the pattern source shows: each scene is packed once and then costs one copy a picture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from livegrade.capture.patchchart import patch_chart
from livegrade.video.charts import ZONE_PHASES, bars, pack_chart, ramp, solid, video_code, zone_plate
from livegrade.video.format import Range

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from livegrade.video.charts import Chart
    from livegrade.video.format import VideoFormat

_STEP = 2
"""Rows per picture by which the camera's view moves at 1080 lines; even, so that 4:2:0 chroma moves with it."""


class Scene(Protocol):
    def draw(self, index: int, data: NDArray[np.uint8]) -> None:
        """Write all of picture `index` into `data` (uint8, 1-D, a whole picture)."""


class Loop:
    """Pictures that repeat; a single one stands still."""

    def __init__(self, pictures: tuple[NDArray[np.uint8], ...]) -> None:
        self._pictures = pictures

    def draw(self, index: int, data: NDArray[np.uint8]) -> None:
        np.copyto(data, self._pictures[index % len(self._pictures)])


class Tilt:
    """A view of `format` that moves down a taller picture and up again.

    `canvas`: the taller picture, packed, in `tall` (the same format but for its height).
    """

    def __init__(self, canvas: NDArray[np.uint8], tall: VideoFormat, format: VideoFormat) -> None:
        self._canvas = canvas
        self._pairs = tuple(zip(tall.geometry.planes, format.geometry.planes, strict=True))
        self._step = _STEP * max(1, round(format.height / 1080))
        self._travel = (tall.height - format.height) // self._step
        self._height = format.height

    def draw(self, index: int, data: NDArray[np.uint8]) -> None:
        around = index % (2 * self._travel) if self._travel else 0
        row = self._step * min(around, 2 * self._travel - around)
        for tall, plane in self._pairs:
            first = tall.offset + row * plane.rows // self._height * plane.stride
            size = plane.rows * plane.stride
            np.copyto(data[plane.offset : plane.offset + size], self._canvas[first : first + size])


def _still(chart: Chart, format: VideoFormat) -> Scene:
    return Loop((pack_chart(chart, format),))


def _zone_plate(format: VideoFormat) -> Scene:
    phases = (zone_plate(format.width, format.height, phase) for phase in range(ZONE_PHASES))
    return Loop(tuple(pack_chart(chart, format) for chart in phases))


def camera_scene(format: VideoFormat, curve: str | None = None) -> Scene:
    """The photograph as a camera with `curve` sees it; None: the simulated camera's own."""
    from livegrade.capture.photograph import CAMERA_CURVE, photograph

    # Charts for R'G'B' layouts are in legal range, whatever the layout's own is.
    coded = format.range if format.layout.is_ycbcr else Range.LEGAL
    chart = photograph(format.width, format.height, curve or CAMERA_CURVE, coded)
    tall = replace(format, height=chart.luma.shape[0])
    return Tilt(pack_chart(chart, tall), tall, format)


def _plain(red: float, green: float, blue: float) -> Callable[[VideoFormat], Scene]:
    code = video_code(red, green, blue)
    return lambda format: _still(solid(format.width, format.height, code), format)


SCENES: dict[str, Callable[[VideoFormat], Scene]] = {
    "camera": camera_scene,
    "bars": lambda format: _still(bars(format.width, format.height), format),
    "ramp": lambda format: _still(ramp(format.width, format.height), format),
    "zoneplate": _zone_plate,
    "patches": lambda format: _still(patch_chart(format.width, format.height), format),
    "black": _plain(0, 0, 0),
    "grey": _plain(0.5, 0.5, 0.5),
    "white": _plain(1, 1, 1),
    "red": _plain(1, 0, 0),
    "green": _plain(0, 1, 0),
    "blue": _plain(0, 0, 1),
    "cyan": _plain(0, 1, 1),
    "magenta": _plain(1, 0, 1),
    "yellow": _plain(1, 1, 0),
}
"""Every `pattern:NAME`, and what builds it."""
