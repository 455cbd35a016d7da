"""OpenColorIO's reading of `.clf` and `.ctf`, as nodes. It sees bytes in memory only, so no file leads it to another.

What has a node becomes it, number by number (tables are float32 in OpenColorIO). Curves that have none (inverse
tables) are tabulated; a file with anything else is baked whole into a lattice. The error is measured and told.
"""

from __future__ import annotations

import hashlib
import itertools
import math
import re
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import PyOpenColorIO as ocio  # noqa: N813

from livegrade.color.bake import BAKE_SIZE, WIDEST, planes
from livegrade.color.filecurves import ExponentCurve, HalfLut, LogCurve
from livegrade.color.nodes import (
    BLACK,
    MAX_LUT1D_SIZE,
    MAX_MAGNITUDE,
    WHITE,
    Cdl,
    Lut1d,
    Lut3d,
    Matrix,
    Role,
    Samples,
    Triple,
    saturation_matrix,
)
from livegrade.color.rangenode import Range
from livegrade.color.reach import EXCURSIONS, reach_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from livegrade.color.filecurves import Negative
    from livegrade.color.files.source import LookFile
    from livegrade.color.fold import Interval
    from livegrade.color.nodes import Node

    Floats: TypeAlias = NDArray[np.float64]

MAX_WARNINGS = 8
LARGEST_HALF = 65504.0
"""What a bake holds instead of an infinity."""

CODE_MAX = 1023
ERROR_POINTS = 40_000

_CONFIG = """ocio_profile_version: 2
roles: {default: raw}
file_rules: [!<Rule> {name: Default, colorspace: default}]
displays: {none: [!<View> {name: Raw, colorspace: raw}]}
colorspaces: [!<ColorSpace> {name: raw, isdata: true}]
"""
_REASON = re.compile(r"failed with: (.*)", re.DOTALL)
_LINE = re.compile(r"At line \(?(\d+)\)?\s*[:.]?\s*")
_NAMED = re.compile(r"[0-9a-f]{32}\.c[lt]f\((\d+)\): ")
_NOISE = re.compile(r"Error parsing CTF/CLF file \([^)]*\)\. Error is: |CTF/CLF parsing error:? ?")

_NEGATIVES: Mapping[ocio.NegativeStyle, Negative] = {
    ocio.NEGATIVE_CLAMP: "clamp",
    ocio.NEGATIVE_MIRROR: "mirror",
    ocio.NEGATIVE_PASS_THRU: "pass",
    ocio.NEGATIVE_LINEAR: "linear",
}

_PER_CHANNEL = (
    ocio.Lut1DTransform,
    ocio.RangeTransform,
    ocio.ExponentTransform,
    ocio.ExponentWithLinearTransform,
    ocio.LogTransform,
    ocio.LogAffineTransform,
    ocio.LogCameraTransform,
)


class _NoNode(Exception):  # noqa: N818  a signal within this module
    """There is no node that does exactly this."""


class _OneFile(ocio.PyConfigIOProxy):  # type: ignore[misc]
    """The whole file system that OpenColorIO gets to see."""

    def __init__(self, name: str, data: bytes) -> None:
        super().__init__()
        self._name, self._data = name, data

    def getConfigData(self) -> str:  # noqa: N802
        return _CONFIG

    def getLutData(self, path: str) -> object:  # noqa: N802
        if path != self._name:
            raise ocio.Exception(f"refers to another file, {path}")
        return ocio.vector_of_uint8_t(self._data)

    def getFastLutFileHash(self, path: str) -> str:  # noqa: N802
        return path if path == self._name else ""


def read_operators(file: LookFile) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """Nodes, and notes on what is not exact. Raises LookFileError with OpenColorIO's reason."""
    group, warnings = _read(file)
    transforms = list(group)
    try:
        nodes, notes = _in_order(transforms, file.path.name)
    except _NoNode:
        nodes, notes = _baked(group, transforms, file.path.name)
    return nodes, (*warnings, *notes, *_odd_numbers(transforms))


def _in_order(transforms: Sequence[ocio.Transform], name: str) -> tuple[tuple[Node, ...], list[str]]:
    """A node or more for each transform; curves that have none are tabulated, run by run. Raises _NoNode."""
    nodes: list[Node] = []
    notes: list[str] = []
    for (apart, _), run in itertools.groupby(transforms, lambda one: (_keeps_channels_apart(one), _is_trilinear(one))):
        group = list(run)
        try:
            nodes += [node for transform in group for node in _nodes(transform, name)]
            continue
        except _NoNode:
            if not apart and not all(map(_is_trilinear, group)):
                raise
        made = [_refined(transform, name) for transform in group] if not apart else [_tabulated(group, nodes, name)]
        nodes += [node for node, _ in made]
        notes += [note for _, note in made]
    return tuple(nodes), notes


def _read(file: LookFile) -> tuple[ocio.GroupTransform, list[str]]:
    # OpenColorIO keeps what it has read by name, so the name tells the contents.
    name = hashlib.blake2b(file.data, digest_size=16).hexdigest() + file.path.suffix.lower()
    only = _OneFile(name, file.data)
    warnings: list[str] = []
    ocio.SetLoggingFunction(warnings.append)
    try:
        config = ocio.Config.CreateFromConfigIOProxy(only)
        processor = config.getProcessor(ocio.FileTransform(name, "", ocio.INTERP_BEST))
        group = processor.createGroupTransform()
    except ocio.Exception as error:
        reason, line = _reason(str(error))
        raise file.fault(reason, line) from error
    finally:
        ocio.ResetToDefaultLoggingFunction()
        ocio.ClearAllCaches()
    return group, [_plain(warning)[0] for warning in warnings[:MAX_WARNINGS]]


def _reason(text: str) -> tuple[str, int | None]:
    match = _REASON.search(text)
    return _plain(match[1] if match else text)


def _plain(text: str) -> tuple[str, int | None]:
    """OpenColorIO's sentence in one line, without its preamble, and the line of the file where it names one."""
    joined = " ".join(_NOISE.sub("", text).split())
    joined = re.sub(r"^\[OpenColorIO \w+\]: ", "", joined)
    line = _LINE.search(joined)
    joined = _NAMED.sub(r"line \1: ", joined)
    plain = _LINE.sub("", joined).strip(" .").removesuffix(": no element found")
    return plain or "is not a whole CLF file", int(line[1]) if line else None


def _nodes(transform: ocio.Transform, name: str) -> list[Node]:
    """The nodes that do exactly what `transform` does. Raises _NoNode."""
    forward = transform.getDirection() == ocio.TRANSFORM_DIR_FORWARD
    match transform:
        case ocio.MatrixTransform() if forward:
            return [_matrix(transform, name)]
        case ocio.RangeTransform() if forward and transform.getStyle() == ocio.RANGE_CLAMP:
            return [_range(transform, name)]
        case ocio.CDLTransform():
            cdl = Cdl(
                _triple(transform.getSlope()),
                _triple(transform.getOffset()),
                _triple(transform.getPower()),
                float(transform.getSat()),
                clamp=transform.getStyle() == ocio.CDL_ASC,
                role=Role.TRANSFORM,
                name=name,
            )
            return [cdl] if forward else _inverse_cdl(cdl)
        case ocio.Lut1DTransform() if forward and not _adjusts_hue(transform):
            table = Samples(_finite(transform))
            return [HalfLut(table, name=name) if transform.getInputHalfDomain() else Lut1d(table, name=name)]
        case ocio.Lut3DTransform() if forward and transform.getInterpolation() != ocio.INTERP_LINEAR:
            size = transform.getGridSize()
            return [Lut3d(Samples(_finite(transform).reshape(size, size, size, 3)), name=name)]
        case ocio.LogTransform() | ocio.LogAffineTransform() | ocio.LogCameraTransform():
            return [_log(transform, forward, name)]
        case ocio.ExponentTransform():
            exponent, style = _triple(transform.getValue()[:3]), _NEGATIVES[transform.getNegativeStyle()]
            return [ExponentCurve(exponent, None, style, inverse=not forward, name=name)]
        case ocio.ExponentWithLinearTransform():
            gamma, offset = _triple(transform.getGamma()[:3]), _triple(transform.getOffset()[:3])
            style = _NEGATIVES[transform.getNegativeStyle()]
            return [ExponentCurve(gamma, offset, style, inverse=not forward, name=name)]
    raise _NoNode(type(transform).__name__)


def _log(transform: ocio.Transform, forward: bool, name: str) -> LogCurve:
    if isinstance(transform, ocio.LogTransform):
        return LogCurve(float(transform.getBase()), inverse=not forward, name=name)
    camera = isinstance(transform, ocio.LogCameraTransform)
    slope = transform.getLinearSlopeValue() if camera else None
    return LogCurve(
        float(transform.getBase()),
        _triple(transform.getLogSideSlopeValue()),
        _triple(transform.getLogSideOffsetValue()),
        _triple(transform.getLinSideSlopeValue()),
        _triple(transform.getLinSideOffsetValue()),
        _triple(transform.getLinSideBreakValue()) if camera else None,
        _triple(slope) if slope is not None and all(map(math.isfinite, slope)) else None,
        inverse=not forward,
        name=name,
    )


def _inverse_cdl(cdl: Cdl) -> list[Node]:
    """A CDL undone: saturation, power, offset and slope, each clamped where the CDL clamps."""
    if not all(cdl.slope) or not cdl.saturation:
        raise _NoNode("CDLTransform")
    role, name = Role.TRANSFORM, cdl.name
    limit: list[Node] = [Range((0.0, 0.0), (1.0, 1.0), name=name)] if cdl.clamp else []
    power = _triple([1.0 / value for value in cdl.power])
    gains = np.diag([1.0 / value for value in cdl.slope])
    offset = _triple([-value / slope for value, slope in zip(cdl.offset, cdl.slope, strict=True)])
    return [
        *limit,
        Matrix(_rows(saturation_matrix(1.0 / cdl.saturation)), role=role, name=name),
        *limit,
        Cdl(power=power, clamp=cdl.clamp, role=role, name=name),
        Matrix(_rows(gains), offset, role=role, name=name),
        *limit,
    ]


def _matrix(transform: ocio.MatrixTransform, name: str) -> Node:
    values = np.array(transform.getMatrix(), dtype=np.float64).reshape(4, 4)
    offset = np.array(transform.getOffset(), dtype=np.float64)
    if values[3].tolist() != [0, 0, 0, 1] or values[:3, 3].any() or offset[3] != 0:
        raise _NoNode("MatrixTransform")
    return Matrix(_rows(values[:3, :3]), _triple(offset[:3].tolist()), role=Role.TRANSFORM, name=name)


def _range(transform: ocio.RangeTransform, name: str) -> Range:
    low = (transform.getMinInValue(), transform.getMinOutValue()) if transform.hasMinInValue() else None
    high = (transform.getMaxInValue(), transform.getMaxOutValue()) if transform.hasMaxInValue() else None
    return Range(low, high, name=name)


def _finite(transform: ocio.Lut1DTransform | ocio.Lut3DTransform) -> Floats:
    """The table, (rows, 3), with 0 for what is no number and a large one for infinity, as OpenColorIO does."""
    table = np.array(transform.getData(), dtype=np.float64).reshape(-1, 3)
    return np.nan_to_num(table, nan=0.0, posinf=MAX_MAGNITUDE, neginf=-MAX_MAGNITUDE)


def _odd_numbers(transforms: Sequence[ocio.Transform]) -> list[str]:
    tables = [t for t in transforms if isinstance(t, ocio.Lut1DTransform | ocio.Lut3DTransform)]
    odd = sum(int((~np.isfinite(np.array(t.getData()))).sum()) for t in tables if not _half_domain(t))
    return [f"{odd} entries of its tables are no finite numbers, taken as 0 or a very large number"] if odd else []


def _tabulated(run: Sequence[ocio.Transform], before: Sequence[Node], name: str) -> tuple[Node, str]:
    """One 1D LUT for transforms that keep the channels apart, over what can reach them from a video signal."""
    function = _function(run)
    box = reach_of([element for node in before for element in node.elements])
    axes = np.stack([_axis(interval) for interval in box], axis=-1)
    first, last = _triple(axes[0].tolist()), _triple(axes[-1].tolist())
    node = Lut1d(Samples(function(axes)), first, last, name=name)
    return node, _told(f"{MAX_LUT1D_SIZE:,} entries", run, _errors(node, function, first, last), first, last)


def _axis(interval: Interval) -> Floats:
    """Where the entries of a table stand that covers `interval`: also on 0 and on 1, where curves bend."""
    low, high = interval
    if max(-low, high) > WIDEST:
        return np.linspace(low, high, MAX_LUT1D_SIZE)
    return planes(interval, MAX_LUT1D_SIZE)


def _refined(transform: ocio.Lut3DTransform, name: str) -> tuple[Node, str]:
    """A lattice that its file wants interpolated trilinearly, with points between its own, for the tetrahedra here."""
    size = transform.getGridSize()
    finer = (size - 1) * max(1, (BAKE_SIZE - 1) // (size - 1)) + 1
    function = _function([transform])
    axis = np.linspace(0.0, 1.0, finer)
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    node = Lut3d(Samples(function(grid)), name=name)
    return node, _told(f"{finer} points a side", [transform], _errors(node, function, BLACK, WHITE), BLACK, WHITE)


def _baked(
    group: ocio.GroupTransform, transforms: Sequence[ocio.Transform], name: str
) -> tuple[tuple[Node, ...], list[str]]:
    """One lattice for all transforms over the excursions of a video signal."""
    function = _function(list(group))
    axis = planes(EXCURSIONS, BAKE_SIZE)
    first, last = (float(axis[0]),) * 3, (float(axis[-1]),) * 3
    node = Lut3d(
        Samples(function(np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1))), first, last, name=name
    )
    errors = _errors(node, function, first, last)
    return (node,), [_told(f"{BAKE_SIZE} points a side", transforms, errors, first, last)]


def _errors(node: Node, function: Callable[[Floats], Floats], first: Triple, last: Triple) -> Floats:
    """In codes of 10 bits, on random colours of the domain, in order of size."""
    points = np.random.default_rng(36).uniform(first, last, (ERROR_POINTS, 3))
    off = points
    for element in node.elements:
        off = element.apply(off)
    return np.sort(np.abs(off - function(points)).ravel()) * CODE_MAX


def _told(how: str, transforms: Sequence[ocio.Transform], errors: Floats, first: Triple, last: Triple) -> str:
    what = ", ".join(dict.fromkeys(type(transform).__name__.removesuffix("Transform") for transform in transforms))
    return (
        f"{what} baked at {how}, as livegrade has no such node: off by {errors[-1]:.3g} codes of 10 bits at most and "
        f"{errors.mean():.2g} in the mean, for values from {min(first):.3g} to {max(last):.3g}"
    )


def _function(transforms: Sequence[ocio.Transform]) -> Callable[[Floats], Floats]:
    group = ocio.GroupTransform()
    for transform in transforms:
        group.appendTransform(transform)
    processor = ocio.Config.CreateRaw().getProcessor(group)
    cpu = processor.getOptimizedCPUProcessor(ocio.BIT_DEPTH_F32, ocio.BIT_DEPTH_F32, ocio.OPTIMIZATION_LOSSLESS)

    def run(rgb: Floats) -> Floats:
        pixels = np.ascontiguousarray(rgb, dtype=np.float32).reshape(-1, 3)
        cpu.applyRGB(pixels)
        whole = np.nan_to_num(pixels, nan=0.0, posinf=LARGEST_HALF, neginf=-LARGEST_HALF)
        return whole.astype(np.float64).reshape(rgb.shape)

    return run


def _is_trilinear(transform: ocio.Transform) -> bool:
    forward = transform.getDirection() == ocio.TRANSFORM_DIR_FORWARD
    return isinstance(transform, ocio.Lut3DTransform) and forward and transform.getInterpolation() == ocio.INTERP_LINEAR


def _keeps_channels_apart(transform: ocio.Transform) -> bool:
    if isinstance(transform, ocio.MatrixTransform):
        values = np.array(transform.getMatrix()).reshape(4, 4)
        return bool((values == np.diag(np.diag(values))).all())
    if isinstance(transform, ocio.Lut1DTransform) and _adjusts_hue(transform):
        return False
    return isinstance(transform, _PER_CHANNEL)


def _half_domain(transform: ocio.Transform) -> bool:
    """Such a table has entries for inputs that are no numbers."""
    return isinstance(transform, ocio.Lut1DTransform) and transform.getInputHalfDomain()


def _adjusts_hue(transform: ocio.Lut1DTransform) -> bool:
    return bool(transform.getHueAdjust() != ocio.HUE_NONE)


def _rows(values: Floats) -> tuple[Triple, Triple, Triple]:
    red, green, blue = (_triple(row) for row in values.tolist())
    return red, green, blue


def _triple(values: Sequence[float]) -> Triple:
    red, green, blue = values
    return float(red), float(green), float(blue)
