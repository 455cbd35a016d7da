"""Curves to put before a lattice so that its planes stand where the look bends: candidates, to be measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from livegrade.color.fold import fold
from livegrade.color.planes import denser_above, zero_of
from livegrade.color.slots import Curves, Formula, Light

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from livegrade.color.elements import Element

UnitCurve: TypeAlias = Callable[["NDArray[np.float64]"], "NDArray[np.float64]"]

LOG_STOPS = (4, 8, 12, 16)
"""Stops between the top of a log candidate and where it turns into a straight line to black."""


SCENE_COLOURS = 10_000
SCENE_STOPS, COLOUR_STOPS = 3.0, 0.7
"""Standard deviations: of a scene in stops about 18 % grey, and of each channel about its colour's."""


@dataclass(frozen=True, slots=True, eq=False)
class Shaper:
    """`curve`: 0..1 to 0..1, rising from 0 to 1; None: nothing."""

    name: str
    curve: UnitCurve | None = None


def shapers(elements: Sequence[Element], ends: tuple[float, float]) -> list[Shaper]:
    """Candidates for a look over R'G'B' from ends[0] to ends[1]: none, logs, a gamma, the look's own first curve."""
    found = [Shaper("none"), *map(_log, LOG_STOPS), Shaper("gamma 1/2.4", lambda x: x ** (1 / 2.4))]
    own = (_about_black(elements, ends), _own(elements, ends))
    return [*found, *(shaper for shaper in own if shaper is not None)]


def _log(stops: int) -> Shaper:
    slope = 2.0**stops - 1
    return Shaper(f"log of {stops} stops", lambda x: np.log2(x * slope + 1) / stops)


def _about_black(elements: Sequence[Element], ends: tuple[float, float]) -> Shaper | None:
    """What the engine's own bakes stand behind, where the look opens the signal of a camera somewhere."""
    opened = _opened(elements)
    black = None if opened is None else zero_of(opened)
    if black is None:
        return None
    lead, (low, high) = denser_above(black), ends
    bottom, top = lead.apply(np.array(ends)).tolist()
    return Shaper("power above black", lambda x: (lead.apply(low + x * (high - low)) - bottom) / (top - bottom))


def scene_colours(elements: Sequence[Element]) -> NDArray[np.float64] | None:
    """(n, 3): the R'G'B' of a scene as a camera gives it, the same each time: light about 18 % grey, normal in stops
    (SCENE_STOPS), the channels COLOUR_STOPS apart. None where the look does not open the signal of a camera."""
    opened = _opened(elements)
    if opened is None or zero_of(opened) is None:
        return None
    signal = np.linspace(0.0, 1.0, 16_385)
    light = np.maximum.accumulate(opened.apply(signal))
    random = np.random.default_rng(18)
    stops = random.normal(0.0, SCENE_STOPS, (SCENE_COLOURS, 1)) + random.normal(0.0, COLOUR_STOPS, (SCENE_COLOURS, 3))
    return np.asarray(np.interp(0.18 * 2.0**stops, light, signal))


def _opened(elements: Sequence[Element]) -> Formula | None:
    """The first curve that opens a signal into light; that it may stand behind a CDL does not move black by much."""
    curves = (element for element in elements if isinstance(element, Curves))
    steps = (step for each in curves for step in each.green.steps)
    return next((step for step in steps if isinstance(step, Formula) and step.light is Light.OPENED), None)


def _own(elements: Sequence[Element], ends: tuple[float, float]) -> Shaper | None:
    """The green curve that the look begins with, brought to 0..1, where it rises all the way."""
    first = next(iter(fold(elements)), None)
    if not isinstance(first, Curves) or first.green.is_identity:
        return None
    green, (low, high) = first.green, ends
    values = green.apply(low + np.linspace(0.0, 1.0, 1025) * (high - low))
    if not np.isfinite(values).all() or (np.diff(values) <= 0).any():
        return None
    bottom, span = float(values[0]), float(values[-1] - values[0])
    return Shaper("the look's first curve", lambda x: (green.apply(low + x * (high - low)) - bottom) / span)
