"""Curves to put before a lattice so that its planes stand where the look bends: candidates, to be measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from livegrade.color.fold import fold
from livegrade.color.slots import Curves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from livegrade.color.elements import Element

UnitCurve: TypeAlias = Callable[["NDArray[np.float64]"], "NDArray[np.float64]"]

LOG_STOPS = (4, 8, 12, 16)
"""Stops between the top of a log candidate and where it turns into a straight line to black."""


@dataclass(frozen=True, slots=True, eq=False)
class Shaper:
    """`curve`: 0..1 to 0..1, rising from 0 to 1; None: nothing."""

    name: str
    curve: UnitCurve | None = None


def shapers(elements: Sequence[Element], ends: tuple[float, float]) -> list[Shaper]:
    """Candidates for a look over R'G'B' from ends[0] to ends[1]: none, logs, a gamma, the look's own first curve."""
    found = [Shaper("none"), *map(_log, LOG_STOPS), Shaper("gamma 1/2.4", lambda x: x ** (1 / 2.4))]
    own = _own(elements, ends)
    return [*found, own] if own is not None else found


def _log(stops: int) -> Shaper:
    slope = 2.0**stops - 1
    return Shaper(f"log of {stops} stops", lambda x: np.log2(x * slope + 1) / stops)


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
