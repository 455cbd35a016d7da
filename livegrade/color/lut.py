"""One LUT for a whole look, as boxes, cameras and files take it, with the error of making it one.

A LUT works on numbers from 0 to 1 that stand for 10-bit codes from the first to the last of its range map. What the
look does to colours outside these codes, or gives beyond them, it cannot show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.bake import OFF_PLANES
from livegrade.color.compare import JUDGED_ON
from livegrade.color.elements import Element
from livegrade.color.error import ColourError, colour_error
from livegrade.color.native import native_run
from livegrade.color.shaper import Shaper, scene_colours, shapers
from livegrade.color.slots import Affine, Curve, Curves, Lattice, lattice_points
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from livegrade.color.deltae import Display
    from livegrade.color.look import Look
    from livegrade.color.reach import Box

    Floats = NDArray[np.float64]
    BakedTables = tuple[Floats, Floats | None]

SIZES = (17, 26, 32, 33, 64, 65)
DEPTHS = (10, 12)
RANGE_MAPS = ("64-940", "64-1019", "4-1019", "0-1023")

LEGAL_BLACK, LEGAL_SPAN, FULL_SPAN = 64.0, 876.0, 1023.0
SHAPER_SIZE = 4096
STOPS = 12.0
TRIED_POINTS = 20_000
"""Colours by which a shaper is chosen."""
CLIPPED = 0.5
"""Codes from an end of the LUT within which a colour counts as clipped: a look that clips gives the end itself."""
WORTH_A_SHAPER = 0.8
"""A shaper must bring the mean error below this share of that without one: it moves error from one end to the other."""


@dataclass(frozen=True, slots=True)
class LutTarget:
    """What the LUT is for. `size`: one of SIZES. `depth`: bits of its entries, None for float.

    `range_map`: one of RANGE_MAPS, the 10-bit codes that 0 and 1 stand for, in and out. `full_range`: the look takes
    and gives codes 0 to 1023 as 0 to 1, and not 64 to 940. `shaper`: whether 1D tables may stand before the lattice.
    """

    size: int = 33
    depth: int | None = None
    range_map: str = "64-940"
    full_range: bool = False
    shaper: bool = False

    def __post_init__(self) -> None:
        if self.size not in SIZES:
            raise UsageError(f"a LUT of {self.size} points cannot be made; choose from {', '.join(map(str, SIZES))}")
        if self.depth is not None and self.depth not in DEPTHS:
            raise UsageError(f"a LUT of {self.depth} bits cannot be made; choose 10, 12 or float")
        if self.range_map not in RANGE_MAPS:
            raise UsageError(f"there is no range map {self.range_map!r}; choose from {', '.join(RANGE_MAPS)}")

    @property
    def ends(self) -> tuple[float, float]:
        """R'G'B' of the look that 0 and 1 of the LUT stand for."""
        low, high = (float(code) for code in self.range_map.split("-"))
        return (float(self.from_codes(np.array(low))), float(self.from_codes(np.array(high))))

    @property
    def held(self) -> tuple[float, float]:
        """R'G'B' at which both sides are held before they are compared: a LUT of whole codes is not blamed for its
        ends, and one of floats not for what no signal carries."""
        first, last = self.from_codes(np.array([0.0, FULL_SPAN])).tolist()
        return self.ends if self.depth is not None else (first, last)

    def to_codes(self, rgb: Floats) -> Floats:
        """10-bit codes of R'G'B', not rounded."""
        return rgb * FULL_SPAN if self.full_range else rgb * LEGAL_SPAN + LEGAL_BLACK

    def from_codes(self, codes: Floats) -> Floats:
        return codes / FULL_SPAN if self.full_range else (codes - LEGAL_BLACK) / LEGAL_SPAN


@dataclass(frozen=True, slots=True, eq=False)
class BakedLut:
    """`lattice`: (n, n, n, 3), index r, g, b; entries and input as the target says, 0 to 1, on the steps of its depth.

    `shaper`: (m, 3), 0..1 to 0..1, linear between entries, or None.
    """

    target: LutTarget
    lattice: Floats
    shaper: Floats | None
    shaper_name: str
    error: ColourError

    def apply(self, rgb: Floats) -> Floats:
        """What the LUT makes of R'G'B' (..., 3): held at its ends, tetrahedral."""
        return _through(self.target, self.lattice, self.shaper, rgb)


def bake_lut(look: Look, target: LutTarget, display: Display = JUDGED_ON) -> BakedLut:
    """The LUT for `look`; where the target takes a shaper, with the one of several that errs least (`_best`).

    `display`: what the look's output is for (default Rec.709 on a BT.1886 display), for delta E. The error is that over
    all the colours that the LUT can take: a grid off its planes, greys, corners, random ones.
    """
    rgb = _colours(target)
    wanted = look.apply(rgb)
    kind, lut = lut_tables(look, target)
    return BakedLut(target, *lut, kind.name, _error(target, lut, rgb, wanted, display))


def lut_tables(look: Look, target: LutTarget) -> tuple[Shaper, BakedTables]:
    """The same LUT for who measures it himself: its shaper; its lattice and the table of the shaper, as in BakedLut."""
    elements = look.elements()
    return _best(look, elements, target) if target.shaper else _plain(look, elements, target)


def _plain(look: Look, elements: Sequence[Element], target: LutTarget) -> tuple[Shaper, BakedTables]:
    none = Shaper("none")
    return none, _made(_sampler(look, elements, target), target, none)


def _best(look: Look, elements: Sequence[Element], target: LutTarget) -> tuple[Shaper, BakedTables]:
    """Of all shapers the one that errs least on average: over a scene where the look opens a camera's signal, else over
    all colours that the LUT takes."""
    scene = scene_colours(elements)
    if scene is None:
        every = _colours(target)
        scene = every[np.random.default_rng(5).choice(len(every), TRIED_POINTS, replace=False)]
    wanted = look.apply(scene)
    sample = _sampler(look, elements, target)
    made = [(kind, _made(sample, target, kind)) for kind in shapers(elements, target.ends)]
    errors = [_mean_off(target, lut, scene, wanted) for _, lut in made]
    best = int(np.argmin(errors))
    return made[best if errors[best] <= WORTH_A_SHAPER * errors[0] else 0]


def _made(sample: Callable[[Floats], Floats], target: LutTarget, shaper: Shaper) -> BakedTables:
    """Lattice and shaper table; `sample` as `_sampler` gives it."""
    low, high = target.ends
    table = None
    axis = np.linspace(0.0, 1.0, target.size)
    if shaper.curve is not None:
        steps = np.linspace(0.0, 1.0, SHAPER_SIZE)
        table = _stepped(np.stack([shaper.curve(steps)] * 3, axis=-1), target.depth)
        # The inverse of the table as it will be run, so that its rounding costs nothing.
        rising = np.maximum.accumulate(table[:, 0]) + np.arange(SHAPER_SIZE) * 1e-15
        axis = np.interp(axis, rising, steps)
    axis = low + axis * (high - low)
    return _stepped(_to_unit(target, sample(axis)), target.depth), table


def _sampler(look: Look, elements: Sequence[Element], target: LutTarget) -> Callable[[Floats], Floats]:
    """Of an axis (n,) within the ends of the target, (n, n, n, 3) of the look: in the extension where it can run all of
    it, for which it is got ready once."""
    box: Box = (target.ends, target.ends, target.ends)
    native = native_run(elements, box)

    def sample(axis: Floats) -> Floats:
        if native is not None:
            return native.sample([axis] * 3).astype(np.float64)
        return look.apply(lattice_points(axis, axis, axis))

    return sample


def _stepped(values: Floats, depth: int | None) -> Floats:
    """Held at 0..1 and rounded to the steps of `depth`; as they are where that is None."""
    if depth is None:
        return values
    top = 2.0**depth - 1
    return np.rint(np.clip(values, 0.0, 1.0) * top) / top


def _to_unit(target: LutTarget, rgb: Floats) -> Floats:
    low, high = target.ends
    return (rgb - low) / (high - low)


def _through(target: LutTarget, lattice: Floats, shaper: Floats | None, rgb: Floats) -> Floats:
    low, high = target.ends
    unit = np.clip(_to_unit(target, rgb), 0.0, 1.0)
    if shaper is not None:
        steps = np.linspace(0.0, 1.0, len(shaper))
        unit = np.stack([np.interp(unit[..., k], steps, shaper[:, k]) for k in range(3)], axis=-1)
    to_rgb = Curves(*[Curve((Affine(high - low, low),))] * 3)
    flat = unit.reshape(-1, 3)
    native = native_run((Lattice(lattice), to_rgb), ((0.0, 1.0),) * 3)
    given = native.apply(flat) if native is not None else to_rgb.apply(Lattice(lattice).apply(flat))
    return given.reshape(rgb.shape)


def _error(target: LutTarget, lut: BakedTables, rgb: Floats, wanted: Floats, display: Display) -> ColourError:
    """LUT against look over the colours the LUT can take. Inside are the colours that the look keeps away from 0 and 1
    of the LUT in all three channels: along the edge of a clip a lattice cannot follow."""
    low, high = target.to_codes(np.array(target.ends))
    codes = target.to_codes(wanted)
    inside = ((codes >= low + CLIPPED) & (codes <= high - CLIPPED)).all(axis=1)
    return colour_error(rgb, wanted, _through(target, *lut, rgb), display, target.to_codes, target.held, inside)


def _mean_off(target: LutTarget, lut: BakedTables, rgb: Floats, wanted: Floats) -> float:
    """The mean alone, by which a shaper is chosen."""
    return float(np.abs(np.clip(_through(target, *lut, rgb), *target.held) - np.clip(wanted, *target.held)).mean())


def _colours(target: LutTarget) -> Floats:
    """(n, 3) R'G'B' within the ends of the target, the same each time. Half of the random ones are even in stops:
    where the signal is linear light, all the others are highlights."""
    low, high = target.ends
    cells = np.unique(np.floor(np.linspace(0, target.size - 2, 24)))
    grid = lattice_points(cells, cells, cells).reshape(-1, 3)
    greys = np.repeat(np.linspace(0.0, 1.0, 1024)[:, np.newaxis], 3, axis=1)
    corners = lattice_points(*[np.array([0.0, 0.5, 1.0])] * 3).reshape(-1, 3)
    random = np.random.default_rng(33).random((20_000, 3))
    random[10_000:] = 2.0 ** (-STOPS * random[10_000:])
    off_planes = (grid + np.array(OFF_PLANES)) / (target.size - 1)
    unit = np.concatenate([off_planes, greys, corners, random])
    return np.asarray(low + unit * (high - low))
