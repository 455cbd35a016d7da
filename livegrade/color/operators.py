"""The operators of a `.clf` or `.ctf` as nodes. What has a node becomes it; curves that have none (inverse tables) are
tabulated; a file with anything else is baked whole into a lattice. The error is measured and told.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from livegrade.color.bake import BAKE_SIZE
from livegrade.color.elements import applied
from livegrade.color.nodes import MAX_LUT1D_SIZE, Lut1d, Lut3d, Samples, Triple, triple
from livegrade.color.ocio import function_of, read_transforms
from livegrade.color.planes import WIDEST, planes
from livegrade.color.reach import EXCURSIONS, reach_of
from livegrade.color.slots import lattice_points

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from livegrade.color.files.source import LookFile
    from livegrade.color.fold import Interval
    from livegrade.color.nodes import Node
    from livegrade.color.ocio import Operator

    Floats: TypeAlias = NDArray[np.float64]

CODE_MAX = 1023
ERROR_POINTS = 40_000


def read_operators(file: LookFile) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """Nodes, and notes on what is not exact. Raises LookFileError, and UsageError for a number that no node takes."""
    operators, warnings = read_transforms(file)
    name = file.path.name
    nodes, notes = _in_order(operators, name) or _baked(operators, name)
    odd = sum(operator.odd_entries for operator in operators)
    if odd:
        notes.append(f"{odd} entries of its tables are no finite numbers, taken as 0 or a very large number")
    return tuple(nodes), (*warnings, *notes)


def _in_order(operators: Sequence[Operator], name: str) -> tuple[list[Node], list[str]] | None:
    """Nodes for each run of operators of a kind; curves that have none are tabulated. None where a run is neither."""
    nodes: list[Node] = []
    notes: list[str] = []
    for apart, group in itertools.groupby(operators, lambda each: each.keeps_channels_apart):
        alike = list(group)
        exact = [operator.nodes for operator in alike if operator.nodes is not None]
        if len(exact) == len(alike):
            nodes += itertools.chain.from_iterable(exact)
            continue
        if not apart:
            return None
        node, note = _tabulated(alike, nodes, name)
        nodes.append(node)
        notes.append(note)
    return nodes, notes


def _tabulated(operators: Sequence[Operator], before: Sequence[Node], name: str) -> tuple[Node, str]:
    """One 1D LUT for operators that keep the channels apart, over what can reach them from a video signal."""
    function = function_of(operators)
    box = reach_of([element for node in before for element in node.elements])
    axes = np.stack([_axis(interval) for interval in box], axis=-1)
    node = Lut1d(Samples(function(axes)), triple(axes[0]), triple(axes[-1]), name=name)
    return node, _told(f"{MAX_LUT1D_SIZE:,} entries", operators, node, function)


def _axis(interval: Interval) -> Floats:
    """Where the entries of a table stand that covers `interval`: also on 0 and on 1, where curves bend."""
    low, high = interval
    if max(-low, high) > WIDEST:
        return np.linspace(low, high, MAX_LUT1D_SIZE)
    return planes(interval, MAX_LUT1D_SIZE)


def _baked(operators: Sequence[Operator], name: str) -> tuple[list[Node], list[str]]:
    """One lattice for all operators over the excursions of a video signal."""
    axis = planes(EXCURSIONS, BAKE_SIZE)
    first, last = (float(axis[0]),) * 3, (float(axis[-1]),) * 3
    node, note = _sampled(operators, axis, first, last, name)
    return [node], [note]


def _sampled(operators: Sequence[Operator], axis: Floats, first: Triple, last: Triple, name: str) -> tuple[Node, str]:
    function = function_of(operators)
    node = Lut3d(Samples(function(lattice_points(axis, axis, axis))), first, last, name=name)
    return node, _told(f"{len(axis)} points a side", operators, node, function)


def _told(how: str, operators: Sequence[Operator], node: Lut1d | Lut3d, function: Callable[[Floats], Floats]) -> str:
    """What was baked, and how far that is off on random colours of its domain."""
    points = np.random.default_rng(36).uniform(node.first, node.last, (ERROR_POINTS, 3))
    errors = np.abs(applied(node.elements, points) - function(points)) * CODE_MAX
    what = ", ".join(dict.fromkeys(operator.kind for operator in operators))
    return (
        f"{what} baked at {how}, as livegrade has no such node: off by {errors.max():.3g} codes of 10 bits at most and "
        f"{errors.mean():.2g} in the mean, for values from {min(node.first):.3g} to {max(node.last):.3g}"
    )
