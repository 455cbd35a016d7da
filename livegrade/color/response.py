"""What a look does to greys: the curve of the whole look, and where its clamps cut. Arithmetic on values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.elements import applied, blend
from livegrade.color.nodes import FULL_MIX, Cdl
from livegrade.color.reach import EXCURSIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from livegrade.color.fold import Interval
    from livegrade.color.look import Look
    from livegrade.color.space import TransferCurve

    Floats = NDArray[np.float64]

MID_GREY = 0.18
"""Reflectance at 0 stops."""
FULL_RANGE: Interval = (0.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """`ramp`: (n,) greys as they come in, 1 = legal white; `rgb`: (n, 3) what the look makes of them; `cuts`: by the
    numbers of nodes, from 0, the least grey of the ramp of which a clamp of theirs cuts something."""

    ramp: Floats
    rgb: Floats
    cuts: Mapping[int, float]


def response(look: Look, samples: int, ends: Interval = EXCURSIONS) -> Response:
    """Of `look` as it is meant, nothing folded or baked. `samples`: evenly from one of `ends` to the other."""
    ramp = np.linspace(*ends, samples)
    rgb = np.stack([ramp] * 3, axis=-1)
    cuts: dict[int, float] = {}
    for number, node in enumerate(look.nodes):
        if not node.enabled:
            continue
        if isinstance(node, Cdl):
            cut = _first_cut(node, ramp, rgb)
            if cut is not None:
                cuts[number] = cut
        rgb = applied(blend(node.elements, node.mix / FULL_MIX), rgb)
    return Response(ramp, rgb, cuts)


def stops(ramp: Floats, curve: TransferCurve) -> list[float | None]:
    """How many stops over 18 % grey each signal of `ramp` is by the camera's `curve`; None where there is no light."""
    light = np.asarray(curve.decode(ramp)) / MID_GREY
    return [float(np.log2(value)) if value > 0 else None for value in light]


def _first_cut(node: Cdl, ramp: Floats, rgb: Floats) -> float | None:
    """Where slope and offset first lead above white, and the clamp cuts that off."""
    if not node.clamp or node.is_default or node.mix == 0.0:
        return None
    above = (rgb * node.slope + node.offset > 1.0 + 1e-9).any(axis=-1)
    return float(ramp[int(above.argmax())]) if above.any() else None
