"""The chart by which a box is proved from outside: known colours in cells, below the burned-in index, and what is read
of them in a picture that comes back.

Sixteen cells by eight, of every size. A box changes each colour by itself and never by its place, so what is not the
chart is told from it without knowing what the box does: the cells are flat, colours that stand in two places are the
same in both, and black and white are those of the index blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from livegrade.capture.indexcode import COLUMNS as INDEX_COLUMNS
from livegrade.capture.indexcode import ROWS as INDEX_ROWS
from livegrade.capture.indexcode import block_unit, read_index
from livegrade.color.patches import GREYS, known_colours
from livegrade.engine import program as rules
from livegrade.timing.rate import Rate
from livegrade.video.charts import BLACK, Chart, solid, video_code
from livegrade.video.codes import unpack
from livegrade.video.format import Matrix, Range, VideoFormat
from livegrade.video.layouts import layout

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from livegrade.video.codes import Codes
    from livegrade.video.frame import Frame

    Floats = NDArray[np.float64]

COLUMNS, ROWS = 16, 8
TWICE = (0, 8, 16, 24, 32, 60, 90)
"""Colours, by number, that stand in the cells that are left over: five greys from black to white, and two others."""
_STRIDE = 53
"""Neighbours in the list are no neighbours in the picture: what is shifted or mirrored by cells is no chart."""
INSET = 1.5 / 876
"""Of R'G'B': by that much, and no more, the rounding of Y'CbCr to 10 bits moves a colour."""
FLAT = 6.0
"""Codes of 10 bits by which a cell may vary (standard deviation), its edges aside: noise, and loss of a codec."""
ALIKE = 4.0
"""Codes of 10 bits by which the same colour may be apart in two places."""
SCALES = (1 / 4, 1 / 3, 3 / 8, 1 / 2, 2 / 3, 3 / 4, 4 / 3, 3 / 2, 2.0, 8 / 3, 3.0, 4.0)
"""By which boxes scale pictures."""
ONE_COLOUR = 0.02
"""Of its brightest code: a picture that varies no more has nothing in it but noise."""
FARTHEST, STEP = 64, 4
"""Pixels, both ways, within which a shifted picture is looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A chart that was seen. `values`: (121, 3), R'G'B' of `known_colours` as its format says. `grain`: the largest
    standard deviation within a cell, in codes of 10 bits. `moved`: pixels to the right and down, a few at most."""

    format: VideoFormat
    index: int
    values: Floats
    grain: float
    moved: tuple[int, int]


def patch_chart(width: int, height: int) -> Chart:
    """Any size; below 640x360 the cells are too small for 4:2:0 and codecs."""
    chart = solid(width, height, BLACK)
    codes = _codes()
    for which, (rows, columns) in zip(_shown(), _cells(width, height), strict=True):
        for plane, code in zip((chart.luma, chart.cb, chart.cr), codes[which], strict=True):
            plane[rows, columns] = code
    return chart


def chart_values(span: Range) -> Floats:
    """(121, 3): R'G'B' of the chart's colours, nearly `known_colours`: whole codes of 10 bits, read as of `span`."""
    codes = np.array(_codes(), np.float64)
    matrix = rules.decoding(VideoFormat(2, 2, Rate.of(25), layout("v210"), span, Matrix.BT709))
    return np.asarray(codes @ matrix[:, :3].T + matrix[:, 3])


def sight_of(frame: Frame) -> Sight | str:
    """The chart in a picture, or why it is not there, as the end of a sentence."""
    picture, format = unpack(frame.data, frame.format), frame.format
    luma = picture.planes[0]
    index = read_index(luma)
    if index is None:
        return _why_not(luma)
    means, grain = _measured(picture, format)
    per_code = 2.0 ** (picture.bits - 10)
    if grain / per_code > FLAT:
        return (
            "it has the index of a pattern of ours, but no flat fields where the chart has them: another pattern, or a "
            "picture that was scaled, or with much noise"
        )
    both = np.array([np.flatnonzero(_shown() == which) for which in TWICE])
    apart = np.abs(means[both[:, 0]] - means[both[:, 1]]).max()
    unit = block_unit(format.height)
    blocks = [_inner(luma, slice(row * unit, (row + 1) * unit), slice(0, unit), 1).mean() for row in range(2)]
    ends = [means[both[TWICE.index(grey), 0], 0] for grey in (GREYS - 1, 0)]
    if max(apart, np.abs(np.array(blocks) - ends).max()) / per_code > ALIKE:
        return "it has the index of a pattern of ours, but not the colours of the chart in their places"
    matrix = rules.decoding(format)
    first = np.array([np.flatnonzero(_shown() == which)[0] for which in range(len(known_colours()))])
    return Sight(format, index, means[first] @ matrix[:, :3].T + matrix[:, 3], grain / per_code, _moved(luma, unit))


def _codes() -> list[tuple[int, int, int]]:
    """Y', Cb, Cr of 10 bits, legal: of greys exact, of others pulled in so far that the rounded codes are still within
    R'G'B' 0 to 1, for pictures of full-range R'G'B' hold no more."""
    colours = known_colours()
    is_grey = np.ptp(colours, axis=1) == 0
    pulled = np.where(is_grey[:, np.newaxis], colours, INSET + colours * (1 - 2 * INSET))
    return [video_code(*colour) for colour in pulled.tolist()]


@lru_cache(maxsize=1)
def _shown() -> NDArray[np.intp]:
    """Which colour each cell shows, row by row."""
    listed = np.array([*range(len(known_colours())), *TWICE])
    return np.asarray(listed[np.arange(COLUMNS * ROWS) * _STRIDE % (COLUMNS * ROWS)])


def _cells(width: int, height: int) -> list[tuple[slice, slice]]:
    """Rows and columns of the cells; edges on even pixels, so that all layouts hold them."""
    top = min(height, INDEX_ROWS * block_unit(height))
    across = [2 * round(width * column / COLUMNS / 2) for column in range(COLUMNS + 1)]
    down = [2 * round((top + (height - top) * row / ROWS) / 2) for row in range(ROWS + 1)]
    return [
        (slice(down[row], min(height, down[row + 1])), slice(across[column], min(width, across[column + 1])))
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]


def _measured(picture: Codes, format: VideoFormat) -> tuple[Floats, float]:
    """(128, 3) mean codes of the cells, and the largest standard deviation in one."""
    means, grain = np.empty((COLUMNS * ROWS, 3)), 0.0
    for cell, (rows, columns) in enumerate(_cells(format.width, format.height)):
        for channel, plane in enumerate(picture.planes):
            inner = _inner(plane, rows, columns, format.width // plane.shape[1])
            means[cell, channel] = inner.mean()
            grain = max(grain, float(inner.std()))
    return means, grain


def _inner(plane: NDArray[Any], rows: slice, columns: slice, wide: int) -> NDArray[Any]:
    """A cell without a quarter of it at each edge; `wide`: pixels to a sample of the plane."""
    down, across = (rows.stop - rows.start) // 4, (columns.stop - columns.start) // 4
    left, right = (columns.start + across) // wide, max((columns.stop - across) // wide, columns.start // wide + 1)
    return plane[rows.start + down : max(rows.stop - down, rows.start + 1), left:right]


def _moved(luma: NDArray[Any], unit: int) -> tuple[int, int]:
    """Pixels to the right and down: the first block is white, those beside and below it are black."""
    half, third = unit // 2, slice(unit // 3, unit - unit // 3)
    across = luma[third, half : unit + half].mean(axis=0)
    down = luma[half : unit + half, third].mean(axis=1)
    return _white(across) - half, _white(down) - half


def _white(line: Floats) -> int:
    """How many of its samples, white at first and black at last, are nearer to white."""
    middle, falls = (line[0] + line[-1]) / 2, line[0] > line[-1]
    return int(((line > middle) == falls).sum())


def _why_not(luma: NDArray[Any]) -> str:
    """Of a picture in whose corner no index can be read."""
    unit = block_unit(luma.shape[0])
    for scale in SCALES:
        if (scaled := round(unit * scale)) != unit and scaled >= 4 and read_index(luma, scaled) is not None:
            return f"it is scaled: the chart comes back {scaled / unit:.3g} times its size"
    darkest, brightest = int(luma.min()), int(luma.max())
    if brightest - darkest <= ONE_COLOUR * brightest:
        return "it is of one colour all over"
    strip = luma[: INDEX_ROWS * unit + FARTHEST, : INDEX_COLUMNS * unit + FARTHEST]
    for down in range(0, FARTHEST + 1, STEP):
        for right in range(0, FARTHEST + 1, STEP):
            if read_index(strip[down:, right:], unit) is not None:
                more = _moved(strip[down:, right:], unit)
                return f"it is shifted by {right + more[0]} pixels to the right and {down + more[1]} down"
    return "it has not the marks of the chart in its top left corner; it may be another picture, or cut, or shifted"
