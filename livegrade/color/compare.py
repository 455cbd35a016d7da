"""How far one look is from another: in codes of 10 bits and in delta E, where the first does something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.deltae import delta_e
from livegrade.color.look import Look
from livegrade.color.nodes import BLACK, WHITE, Lut1d, Lut3d, Triple, triple
from livegrade.color.slots import lattice_points
from livegrade.color.space import REC709

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from livegrade.color.nodes import Node

    Floats = NDArray[np.float64]

DELTA_E_OF = "Rec.709 BT.1886, 100 nit"
"""What a delta E is stated for."""

CODE_MAX = 1023
"""Errors are told in codes of 10 bits."""

RANDOM_POINTS = 20_000


@dataclass(frozen=True, slots=True)
class LookError:
    """How far a look is from what it stands for. Codes: of 10 bits. `worst`: the R'G'B' where it is furthest."""

    max_codes: float
    mean_codes: float
    max_delta_e: float
    mean_delta_e: float
    worst: Triple


def measure(before: Sequence[Node], after: Sequence[Node]) -> LookError:
    """The difference of two looks over the domain of the first: a ramp, the corners and random colours."""
    points = probe_points(*domain_of(before))
    one, other = (Look(tuple(nodes)).apply(points) for nodes in (before, after))
    codes = np.abs(one - other).max(axis=-1) * CODE_MAX
    apart = delta_e(one, other, REC709)
    worst = triple(points[int(codes.argmax())])
    return LookError(float(codes.max()), float(codes.mean()), float(apart.max()), float(apart.mean()), worst)


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
