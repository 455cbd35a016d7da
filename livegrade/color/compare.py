"""How far one look is from another: in codes of 10 bits and in delta E, where the first does something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.deltae import sdr
from livegrade.color.error import ColourError, colour_error
from livegrade.color.look import Look
from livegrade.color.nodes import BLACK, WHITE, Lut1d, Lut3d, Triple
from livegrade.color.rendering import display_of
from livegrade.color.slots import lattice_points
from livegrade.color.space import REC709

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from livegrade.color.nodes import Node

    Floats = NDArray[np.float64]

JUDGED_ON = sdr(REC709)
"""The display that a delta E is stated for where a look does not say which it is for."""

CODE_MAX = 1023
"""Errors are told in codes of 10 bits."""

RANDOM_POINTS = 20_000


def measure(before: Sequence[Node], after: Sequence[Node]) -> ColourError:
    """The difference of two looks over the domain of the first: a ramp, the corners and random colours. R'G'B' of 1 is
    code 1023; nothing is held, as nobody knows what the numbers go to."""
    points = probe_points(*domain_of(before))
    wanted, given = (Look(tuple(nodes)).apply(points) for nodes in (before, after))
    shown = display_of(before)
    display = JUDGED_ON if shown is None else shown.judged_on
    inside = np.all((wanted > 0.0) & (wanted < 1.0), axis=1)
    return colour_error(points, wanted, given, display, lambda rgb: rgb * CODE_MAX, (-np.inf, np.inf), inside)


def probe_points(first: Triple, last: Triple) -> Floats:
    """(n, 3): what two looks are compared on, the same each time."""
    unit = lattice_points(*[np.array([0.0, 1.0])] * 3).reshape(-1, 3)
    ramp = np.repeat(np.linspace(0.0, 1.0, 1024)[:, None], 3, axis=1)
    random = np.random.default_rng(35).random((RANDOM_POINTS, 3))
    low, high = np.array(first), np.array(last)
    return np.asarray(low + np.concatenate([unit, ramp, random]) * (high - low))


def domain_of(nodes: Sequence[Node]) -> tuple[Triple, Triple]:
    """Where a look does something: the domain of the LUT it begins with, else 0..1."""
    first = nodes[0] if nodes else None
    table = first.shaper if isinstance(first, Lut3d) and first.shaper is not None else first
    return (table.first, table.last) if isinstance(table, Lut1d | Lut3d) else (BLACK, WHITE)
