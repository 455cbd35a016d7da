"""OpenColorIO, wrapped; nothing else imports it, and this is imported where it is needed only: it takes 0.1 s.

Its built-in transforms as functions of colours, and the operators of a `.clf` or `.ctf`: what has a node as that node,
number by number (tables are float32 in OpenColorIO), all of them as functions. It sees bytes in memory only, so no file
leads it to another.
"""

from __future__ import annotations

import difflib
import hashlib
import math
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import PyOpenColorIO as ocio  # noqa: N813

from livegrade.color.filecurves import ExponentCurve, HalfLut, LogCurve
from livegrade.color.nodes import MAX_MAGNITUDE, Cdl, Lut1d, Lut3d, Matrix, Role, Samples, saturation_matrix, triple
from livegrade.color.rangenode import Range
from livegrade.color.space import rows
from livegrade.color.trilinear import TrilinearLut
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from livegrade.color.filecurves import Negative
    from livegrade.color.files.source import LookFile
    from livegrade.color.nodes import Node

    Floats: TypeAlias = NDArray[np.float64]
    Function: TypeAlias = Callable[[Floats], Floats]

MAX_WARNINGS = 8
LARGEST_HALF = 65504.0
"""What a function of operators gives instead of an infinity."""

BRIGHT = 1.0
"""ACES light above which no rendering is black, whatever the colour, unless all of it lies outside of AP1."""
BRIGHTER, BRIGHTER_TRIED = 1e-4, 8

_CONFIG = """ocio_profile_version: 2
roles: {default: raw}
file_rules: [!<Rule> {name: Default, colorspace: default}]
displays: {none: [!<View> {name: Raw, colorspace: raw}]}
colorspaces: [!<ColorSpace> {name: raw, isdata: true}]
"""
_REASON = re.compile(r"failed with: (.*)", re.DOTALL)
_LINE = re.compile(r"At line \(?(\d+)\)?\s*[:.]?\s*")
_NAMED = re.compile(r"[0-9a-f]{32}\.c[lt]f\((\d+)\): ")
_VERSION = re.compile(r"Unsupported transform file version '(.*?)' supplied")
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


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator of a file. `kind`: as OpenColorIO calls it. `nodes`: what does exactly the same, None where nothing
    does. `keeps_channels_apart`: it is a curve a channel. `odd_entries`: numbers of its table that are not finite.
    """

    kind: str
    nodes: tuple[Node, ...] | None
    keeps_channels_apart: bool
    odd_entries: int
    transform: ocio.Transform = field(repr=False)


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


@lru_cache(maxsize=8)
def builtin(style: str) -> Function:
    """The built-in transform called `style` (from ACES2065-1 to XYZ of a D65 display where it is an output transform).

    The function takes and gives float64 (..., 3), computed in float32, nothing optimised away. Raises UsageError with
    near names where there is none of that name.
    """
    names = [name for name, _ in ocio.BuiltinTransformRegistry().getBuiltins()]
    if style not in names:
        near = difflib.get_close_matches(style, names, 3, 0.5)
        hint = f"; near: {', '.join(near)}" if near else ""
        raise UsageError(f"OpenColorIO {ocio.__version__} has no built-in transform {style[:80]!r}{hint}")
    return _function(ocio.BuiltinTransform(style))


@lru_cache(maxsize=8)
def rendering(style: str) -> Function:
    """`builtin` for a rendering ("ACES-OUTPUT - ..."), without the black that OpenColorIO 2.6 gives for single colours.

    Where its ACES 2.0 comes to the very top of the display's gamut (all channels white), it divides by zero for about
    one colour in a million, which its last clamp makes black. Such a colour is taken as one a ten-thousandth brighter.
    """
    exact = builtin(style)

    def rendered(rgb: Floats) -> Floats:
        shown = exact(rgb)
        for k in range(1, BRIGHTER_TRIED + 1):
            lost = (shown == 0.0).all(axis=-1) & (rgb.max(axis=-1) > BRIGHT)
            if not lost.any():
                break
            shown[lost] = exact(rgb[lost] * (1.0 + k * BRIGHTER))
        return shown

    return rendered


def function_of(operators: Sequence[Operator]) -> Function:
    """What the operators do one after the other, as `builtin`; 0 for what is no number, LARGEST_HALF for infinity."""
    group = ocio.GroupTransform()
    for operator in operators:
        group.appendTransform(operator.transform)
    function = _function(group)
    return lambda rgb: np.nan_to_num(function(rgb), nan=0.0, posinf=LARGEST_HALF, neginf=-LARGEST_HALF)


def read_transforms(file: LookFile) -> tuple[tuple[Operator, ...], tuple[str, ...]]:
    """The operators of a `.clf` or `.ctf` in their order, and OpenColorIO's warnings about it.

    Raises LookFileError with OpenColorIO's reason, and UsageError for a number that no node takes.
    """
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
    operators = tuple(_operator(transform, file.path.name) for transform in group)
    return operators, tuple(_plain(warning)[0] for warning in warnings[:MAX_WARNINGS])


def _function(transform: ocio.Transform) -> Function:
    processor = ocio.Config.CreateRaw().getProcessor(transform)
    cpu = processor.getOptimizedCPUProcessor(ocio.BIT_DEPTH_F32, ocio.BIT_DEPTH_F32, ocio.OPTIMIZATION_LOSSLESS)

    def apply(rgb: Floats) -> Floats:
        pixels = np.ascontiguousarray(rgb, dtype=np.float32).reshape(-1, 3)
        cpu.applyRGB(pixels)
        return pixels.astype(np.float64).reshape(rgb.shape)

    return apply


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
    if version := _VERSION.search(plain):
        plain = (
            f"is of version {version[1]} of its format; OpenColorIO {ocio.__version__} reads CLF to 3.0 and CTF to 2.x"
        )
    return plain or "is not a whole CLF file", int(line[1]) if line else None


def _operator(transform: ocio.Transform, name: str) -> Operator:
    kind = type(transform).__name__.removesuffix("Transform")
    nodes = _nodes(transform, name)
    return Operator(kind, nodes, _keeps_channels_apart(transform), _odd_entries(transform), transform)


def _nodes(transform: ocio.Transform, name: str) -> tuple[Node, ...] | None:
    """The nodes that do exactly what `transform` does; None where none do."""
    forward = transform.getDirection() == ocio.TRANSFORM_DIR_FORWARD
    match transform:
        case ocio.MatrixTransform() if forward:
            return _matrix(transform, name)
        case ocio.RangeTransform() if forward and transform.getStyle() == ocio.RANGE_CLAMP:
            return (_range(transform, name),)
        case ocio.CDLTransform():
            cdl = _cdl(transform, name)
            return (cdl,) if forward else _inverse_cdl(cdl)
        case ocio.Lut1DTransform() if forward and not _adjusts_hue(transform):
            table = Samples(_finite(transform))
            return (HalfLut(table, name=name) if transform.getInputHalfDomain() else Lut1d(table, name=name),)
        case ocio.Lut3DTransform() if forward:
            size = transform.getGridSize()
            lattice = Samples(_finite(transform).reshape(size, size, size, 3))
            trilinear = transform.getInterpolation() == ocio.INTERP_LINEAR
            return (TrilinearLut(lattice, name=name) if trilinear else Lut3d(lattice, name=name),)
        case ocio.LogTransform() | ocio.LogAffineTransform() | ocio.LogCameraTransform():
            return (_log(transform, forward, name),)
        case ocio.ExponentTransform():
            exponent, style = triple(transform.getValue()[:3]), _NEGATIVES[transform.getNegativeStyle()]
            return (ExponentCurve(exponent, None, style, inverse=not forward, name=name),)
        case ocio.ExponentWithLinearTransform():
            gamma, offset = triple(transform.getGamma()[:3]), triple(transform.getOffset()[:3])
            style = _NEGATIVES[transform.getNegativeStyle()]
            return (ExponentCurve(gamma, offset, style, inverse=not forward, name=name),)
    return None


def _log(transform: ocio.Transform, forward: bool, name: str) -> LogCurve:
    if isinstance(transform, ocio.LogTransform):
        return LogCurve(float(transform.getBase()), inverse=not forward, name=name)
    camera = isinstance(transform, ocio.LogCameraTransform)
    slope = transform.getLinearSlopeValue() if camera else None
    return LogCurve(
        float(transform.getBase()),
        triple(transform.getLogSideSlopeValue()),
        triple(transform.getLogSideOffsetValue()),
        triple(transform.getLinSideSlopeValue()),
        triple(transform.getLinSideOffsetValue()),
        triple(transform.getLinSideBreakValue()) if camera else None,
        triple(slope) if slope is not None and all(map(math.isfinite, slope)) else None,
        inverse=not forward,
        name=name,
    )


def _cdl(transform: ocio.CDLTransform, name: str) -> Cdl:
    slope, offset, power = (triple(row) for row in (transform.getSlope(), transform.getOffset(), transform.getPower()))
    clamp = transform.getStyle() == ocio.CDL_ASC
    return Cdl(slope, offset, power, float(transform.getSat()), clamp=clamp, role=Role.TRANSFORM, name=name)


def _inverse_cdl(cdl: Cdl) -> tuple[Node, ...] | None:
    """A CDL undone: saturation, power, offset and slope, each clamped where the CDL clamps."""
    if not all(cdl.slope) or not cdl.saturation:
        return None
    role, name = Role.TRANSFORM, cdl.name
    limit: list[Node] = [Range((0.0, 0.0), (1.0, 1.0), name=name)] if cdl.clamp else []
    power = triple(1.0 / value for value in cdl.power)
    gains = np.diag([1.0 / value for value in cdl.slope])
    offset = triple(-value / slope for value, slope in zip(cdl.offset, cdl.slope, strict=True))
    return (
        *limit,
        Matrix(rows(saturation_matrix(1.0 / cdl.saturation)), role=role, name=name),
        *limit,
        Cdl(power=power, clamp=cdl.clamp, role=role, name=name),
        Matrix(rows(gains), offset, role=role, name=name),
        *limit,
    )


def _matrix(transform: ocio.MatrixTransform, name: str) -> tuple[Node, ...] | None:
    values = np.array(transform.getMatrix(), dtype=np.float64).reshape(4, 4)
    offset = np.array(transform.getOffset(), dtype=np.float64)
    if values[3].tolist() != [0, 0, 0, 1] or values[:3, 3].any() or offset[3] != 0:
        return None
    return (Matrix(rows(values[:3, :3]), triple(offset[:3]), role=Role.TRANSFORM, name=name),)


def _range(transform: ocio.RangeTransform, name: str) -> Range:
    low = (transform.getMinInValue(), transform.getMinOutValue()) if transform.hasMinInValue() else None
    high = (transform.getMaxInValue(), transform.getMaxOutValue()) if transform.hasMaxInValue() else None
    return Range(low, high, name=name)


def _finite(transform: ocio.Lut1DTransform | ocio.Lut3DTransform) -> Floats:
    """The table, (rows, 3), with 0 for what is no number and a large one for infinity, as OpenColorIO does."""
    table = np.array(transform.getData(), dtype=np.float64).reshape(-1, 3)
    return np.nan_to_num(table, nan=0.0, posinf=MAX_MAGNITUDE, neginf=-MAX_MAGNITUDE)


def _odd_entries(transform: ocio.Transform) -> int:
    """A table over all half floats has entries for inputs that are no numbers; those do not count."""
    if not isinstance(transform, ocio.Lut1DTransform | ocio.Lut3DTransform):
        return 0
    if isinstance(transform, ocio.Lut1DTransform) and transform.getInputHalfDomain():
        return 0
    return int((~np.isfinite(np.array(transform.getData()))).sum())


def _keeps_channels_apart(transform: ocio.Transform) -> bool:
    if isinstance(transform, ocio.MatrixTransform):
        values = np.array(transform.getMatrix()).reshape(4, 4)
        return bool((values == np.diag(np.diag(values))).all())
    if isinstance(transform, ocio.Lut1DTransform) and _adjusts_hue(transform):
        return False
    return isinstance(transform, _PER_CHANNEL)


def _adjusts_hue(transform: ocio.Lut1DTransform) -> bool:
    return bool(transform.getHueAdjust() != ocio.HUE_NONE)
