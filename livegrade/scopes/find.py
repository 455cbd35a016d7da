"""Which pixels of a picture stand at a place of a scope: those of a level, of a column, of a colour.

Looked for on a grid of at most MOST_SIDES: of a larger picture every second, fourth... pixel both ways (`step_of`).
Codes are the 10-bit ones of `wire`, as scopes count them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.scopes import wire
from livegrade.scopes.gamut import signal_space
from livegrade.scopes.measure import Channel, Tap
from livegrade.scopes.plot import SIDE, Chromaticities, Diagram, chromaticity_places, table_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.camera import Camera
    from livegrade.video.codes import Codes
    from livegrade.video.format import VideoFormat

MOST_SIDES = (960, 540)
LEVELS_NEAR = 6
"""10-bit codes by which a level may be off: somebody points with a hand."""
CHROMA_NEAR = 10
PLACES_NEAR = 5.5
"""Of a plot of chromaticities: five either way, 0.01 in x, y."""
COLUMN_NEAR = 0.008
"""Of the width."""


@dataclass(frozen=True, slots=True)
class Sought:
    """`level`: a 10-bit code of `channel`, of R', G' or B' where that is None; `column`: 0 to 1 from the left; `cb`,
    `cr`: 10-bit codes; `chromaticity`: the two coordinates of `diagram`, of light as the scope of that name reads it,
    at the source with the curve and gamut of `camera`. What is None does not count."""

    channel: Channel | None = None
    level: int | None = None
    column: float | None = None
    cb: int | None = None
    cr: int | None = None
    diagram: Diagram = Diagram.XY
    chromaticity: tuple[float, float] | None = None
    camera: Camera | None = None


def step_of(format: VideoFormat) -> int:
    """Every so many pixels both ways are looked at: 1, 2, 4..."""
    step = 1
    while format.width > MOST_SIDES[0] * step or format.height > MOST_SIDES[1] * step:
        step *= 2
    return step


def pixels_of(codes: Codes, format: VideoFormat, sought: Sought, step: int) -> NDArray[np.bool_]:
    """True where a pixel is one of those: (rows, columns) of the grid of `step`."""
    first = codes.planes[0][::step, ::step]
    near = np.ones(first.shape, bool)
    if sought.column is not None:
        places = (np.arange(first.shape[1]) * step + 0.5) / format.width
        near &= np.abs(places - sought.column) <= COLUMN_NEAR
    planes = _planes(codes, format, step, np.logical_or.reduce(near, axis=0))
    if sought.level is not None:
        of = (Channel.R, Channel.G, Channel.B) if sought.channel is None else (sought.channel,)
        near &= np.logical_or.reduce([np.abs(planes[one] - sought.level) <= LEVELS_NEAR for one in of])
    for channel, code in ((Channel.CB, sought.cb), (Channel.CR, sought.cr)):
        if code is not None:
            near &= np.abs(planes[channel] - code) <= CHROMA_NEAR
    if sought.chromaticity is not None:
        near &= _is_colour(planes, format, sought, sought.chromaticity)
    return near


def _is_colour(
    planes: dict[Channel, NDArray[np.int32]], format: VideoFormat, sought: Sought, wanted: tuple[float, float]
) -> NDArray[np.bool_]:
    """What is too dark to have a colour is none of those."""
    diagram = sought.diagram
    space = signal_space(format, Tap.GRADED if sought.camera is None else Tap.SOURCE, sought.camera).space
    table = table_of(Chromaticities(diagram, space, format.range))
    places = chromaticity_places(table, planes[Channel.R], planes[Channel.G], planes[Channel.B])
    column, row = ((part - diagram.origin) * diagram.places for part in wanted)
    across, up = np.abs(places % SIDE + 0.5 - column), np.abs(places // SIDE + 0.5 - row)
    return np.asarray((places > 0) & (across <= PLACES_NEAR) & (up <= PLACES_NEAR))


def _planes(
    codes: Codes, format: VideoFormat, step: int, wanted: NDArray[np.bool_]
) -> dict[Channel, NDArray[np.int32]]:
    """All six channels on the grid; where no column is `wanted` they are zero."""
    factors = wire.wire_factors(format.matrix, format.range)
    whole = [_grid(plane, format, step) for plane in codes.planes]
    first, second, third = (wire.to_10_bits(plane[:, wanted], codes.bits) for plane in whole)
    if codes.is_ycbcr:
        red, green, blue = wire.rgb_of_ycbcr(first, 2 * second - 1024, 2 * third - 1024, factors)
        found = (first, red, green, blue, second, third)
    else:
        luma = wire.to_10_bits(wire.luma_of_rgb(tuple(plane[:, wanted] for plane in whole), factors), codes.bits)
        cb, cr = (wire.chroma_of_rgb(first, second, third, row) for row in (factors.cb, factors.cr))
        found = (luma, first, second, third, cb, cr)
    planes = {}
    for channel, plane in zip(Channel, found, strict=True):
        planes[channel] = np.zeros((plane.shape[0], wanted.size), np.int32)
        planes[channel][:, wanted] = plane
    return planes


def _grid(plane: NDArray[np.uint16], format: VideoFormat, step: int) -> NDArray[np.uint16]:
    """Chroma of half width at the sample on the pixel or before it."""
    if plane.shape[1] == format.width:
        return plane[::step, ::step]
    columns = np.arange(0, format.width, step) // 2
    return plane[::step][:, columns]
