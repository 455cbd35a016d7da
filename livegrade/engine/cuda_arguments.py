"""What kernels are given, as NumPy values: structures with the members of the CUDA texts, in their order.

Nothing here knows a device: an address is an integer, whosever memory it points into.
"""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING

import numpy as np

from livegrade.engine import program as rules
from livegrade.errors import EngineError
from livegrade.scopes.wire import wire_factors
from livegrade.video.layouts import Chroma

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.engine.program import Floats, Operation
    from livegrade.scopes.falsecolor import Stripes
    from livegrade.video.format import VideoFormat
    from livegrade.video.layouts import PixelLayout

_LAYOUT_MEMBERS = ("family", "ycbcr", "bits", "code_bits", "low", "swap", "bytes", "step", "shift_x", "shift_y")

LAYOUT = np.dtype([(member, "i4") for member in _LAYOUT_MEMBERS])
PLANE = np.dtype([("data", "u8"), ("stride", "i8")])
PICTURE = np.dtype(
    [
        ("plane", PLANE, 3),
        ("layout", LAYOUT),
        ("width", "i4"),
        ("height", "i4"),
        ("interlaced", "i4"),
        ("unused", "i4"),
    ]
)
OPERATION = np.dtype([("kind", "i4"), ("channel", "i4"), ("count", "i4"), ("first", "i4"), ("p", "f4", 12)])
LOOK = np.dtype(
    [
        ("source", PICTURE),
        ("target", PICTURE),
        ("operations", "u8"),
        ("lattice", "u8"),
        ("count", "i4"),
        ("low", "f4"),
        ("high", "f4"),
        ("unused", "i4"),
    ]
)
REPACK420 = np.dtype([("source", PICTURE), ("target", PICTURE), ("scale", "f8", 3), ("offset", "f8", 3)])

_WIRE_MEMBERS = [("decode", "i4", 4), ("luma", "i4", 3), ("cb", "i4", 3), ("cr", "i4", 3)]
_STRIPES_MEMBERS = (
    "first",
    "after",
    "second",
    "second_after",
    "middle",
    "black",
    "white",
    "neutral",
    "period",
    "shift",
)

WIRE = np.dtype(_WIRE_MEMBERS)
STRIPES = np.dtype([(member, "i4") for member in _STRIPES_MEMBERS])
FALSE_COLOR = np.dtype(
    [
        ("source", PICTURE),
        ("target", PICTURE),
        ("wire", WIRE),
        ("rule", "i4", 4),
        ("low", "i4"),
        ("high", "i4"),
        ("row", "i4"),
        ("table", "u8"),
        ("classes", "u8"),
    ]
)
ZEBRA = np.dtype([("picture", PICTURE), ("wire", WIRE), ("stripes", STRIPES), ("unused", "i4")])
PLACE = np.dtype([("from", "u8"), ("into", "u8"), ("stride", "i8"), ("count", "i4"), ("unused", "i4")])
_MIX_MEMBERS = ("one", "other", "bias", "chroma_bias", "low", "high")
MIX = np.dtype([("a", PICTURE), ("b", PICTURE), ("into", PICTURE), *((member, "i4") for member in _MIX_MEMBERS)])
_EDGES_MEMBERS = ("limit", "grey", "top", "bottom", "apart", "first", "second", "third", "neutral")
EDGES = np.dtype(
    [("clean", PICTURE), ("picture", PICTURE), ("wire", WIRE), ("edges", [(member, "i4") for member in _EDGES_MEMBERS])]
)
MARKS = np.dtype(
    [("picture", PICTURE), ("rows", "u8"), ("spans", "u8"), ("palette", "u8"), ("top", "i4"), ("colors", "i4")]
)
LOWER = np.dtype(
    [
        ("picture", PICTURE),
        ("into", PICTURE),
        ("taps", "u8"),
        ("chroma_taps", "u8"),
        ("black", "i4", 3),
        ("unused", "i4"),
    ]
)
PLOT_RULE = np.dtype([("kind", "i4"), ("low", "i4"), ("high", "i4"), ("least", "f4")])
SCOPES = np.dtype(
    [
        ("picture", PICTURE),
        ("wire", WIRE),
        ("channel", "i4", 6),
        ("count", "i4"),
        ("step", "i4"),
        ("offset_x", "i4"),
        ("offset_y", "i4"),
        ("columns", "i4"),
        ("left", "i4"),
        ("right", "i4"),
        ("top", "i4"),
        ("bottom", "i4"),
        ("rule", PLOT_RULE),
        ("waveform", "u8"),
        ("histogram", "u8"),
        ("vectorscope", "u8"),
        ("plot", "u8"),
        ("values", "u8"),
    ]
)

MOST_OPERATIONS = 512
"""They lie in 32 KiB of a block's 48 KiB of shared memory, beside the 9 KiB of a segment."""

_V210, _UYVY, _RGB10, _RGB12, _BGRA, _PLANAR = range(6)
_FAMILIES = {
    "v210": (_V210, 0, 0),
    "uyvy": (_UYVY, 0, 0),
    "r210": (_RGB10, 0, 1),
    "R10l": (_RGB10, 2, 0),
    "R10b": (_RGB10, 2, 1),
    "R12B": (_RGB12, 0, 1),
    "R12L": (_RGB12, 0, 0),
    "bgra": (_BGRA, 0, 0),
    "p010": (_PLANAR, 6, 0),
}
"""Family, unused low bits and byte order of the layouts that are not plain planes of samples."""

_MIX, _RAMP, _RAISE, _LOOKUP, _CUBE = range(5)


def layout_value(layout: PixelLayout) -> NDArray[np.void]:
    """() of LAYOUT."""
    family, low, swap = _FAMILIES.get(layout.name, (_PLANAR, 0, 0))
    value = np.zeros((), LAYOUT)
    value["family"], value["low"], value["swap"] = family, low, swap
    value["ycbcr"], value["bits"], value["code_bits"] = layout.is_ycbcr, layout.bits, layout.code_bits
    value["bytes"] = 1 if layout.bits == 8 else 2
    value["step"] = 2 if len(layout.planes) == 2 else 1
    value["shift_x"] = layout.chroma is not Chroma.C444
    value["shift_y"] = layout.chroma is Chroma.C420
    return value


def picture_value(format: VideoFormat, address: int) -> NDArray[np.void]:
    """() of PICTURE: a picture in `format` whose bytes begin at `address`."""
    value = np.zeros((), PICTURE)
    value["layout"] = layout_value(format.layout)
    value["width"], value["height"], value["interlaced"] = format.width, format.height, format.scan.is_interlaced
    planes = format.geometry.planes
    for component, (number, skip) in enumerate(_components(format.layout)):
        value["plane"]["data"][component] = address + planes[number].offset + skip
        value["plane"]["stride"][component] = planes[number].stride
    return value


def wire_value(format: VideoFormat) -> NDArray[np.void]:
    """() of WIRE for the format's matrix and range."""
    factors = wire_factors(format.matrix, format.range)
    value = np.zeros((), WIRE)
    value["decode"] = factors.red_v, factors.green_u, factors.green_v, factors.blue_u
    value["luma"], value["cb"], value["cr"] = factors.luma, factors.cb, factors.cr
    return value


def stripes_value(stripes: Stripes) -> NDArray[np.void]:
    """() of STRIPES."""
    return np.array(astuple(stripes), STRIPES)


def _components(layout: PixelLayout) -> tuple[tuple[int, int], ...]:
    """Plane and first byte of the components in the order of codes; fewer where the rest has no plane."""
    if len(layout.planes) == 2:
        return (0, 0), (1, 0), (1, 1 if layout.bits == 8 else 2)
    if len(layout.planes) == 3:
        return ((0, 0), (1, 0), (2, 0)) if layout.is_ycbcr else ((2, 0), (0, 0), (1, 0))
    return ((0, 0),)


def recoding_operations(source: VideoFormat, target: VideoFormat) -> tuple[Operation, ...]:
    """The one operation of a repack."""
    scale_and_offset = rules.recoding(source, target)
    return (rules.Mix(np.column_stack([np.diag(scale_and_offset[:, 0]), scale_and_offset[:, 1]])),)


def operation_bytes(operations: tuple[Operation, ...]) -> NDArray[np.uint8]:
    """`operations` as lg_look wants them: (n,) of OPERATION, then the float32 values of all lookups.

    Raises EngineError when there are more than fit, or more than one lattice.
    """
    cubes = sum(isinstance(operation, rules.Cube) for operation in operations)
    if len(operations) > MOST_OPERATIONS or cubes > 1:
        raise EngineError(
            f"this look has {len(operations)} steps and {cubes} lattices after folding; the GPU takes "
            f"{MOST_OPERATIONS} and one: bake a part of it"
        )
    values = np.zeros(len(operations), OPERATION)
    tables: list[NDArray[np.float32]] = []
    first = 0
    for row, operation in zip(values, operations, strict=True):
        match operation:
            case rules.Mix(matrix):
                row["kind"], row["p"] = _MIX, matrix.reshape(12)
            case rules.Ramp(channel, scale, offset, low, high):
                row["kind"], row["channel"], row["p"][:4] = _RAMP, channel, (scale, offset, low, high)
            case rules.Raise(channel, exponent):
                row["kind"], row["channel"], row["p"][0] = _RAISE, channel, exponent
            case rules.Lookup(channel, start, end, table):
                row["kind"], row["channel"], row["count"], row["first"] = _LOOKUP, channel, len(table), first
                row["p"][:2] = start, (len(table) - 1) / (end - start)
                tables.append(np.append(table, table[-1:]).astype(np.float32))
                first += len(table) + 1
            case rules.Cube(lattice):
                row["kind"], row["count"] = _CUBE, lattice.shape[0]
    return np.concatenate([values.view(np.uint8), *(table.view(np.uint8) for table in tables)])


def lattice_points(lattice: Floats, tail: Floats) -> NDArray[np.float32]:
    """(n**3, 4): tail(entry) of every entry, the fourth value zero."""
    points = np.zeros((lattice.shape[0] ** 3, 4), np.float32)
    points[:, :3] = lattice.reshape(-1, 3) @ tail[:, :3].T + tail[:, 3]
    return points
