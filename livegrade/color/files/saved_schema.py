"""What stands in a saved look (`.json`), as types: docs/look-file.md in the words of msgspec. No behaviour.

Defaults are part of the format: what is left out in a file of this version has meant the same ever since. A change of
any of this that an older livegrade would misread is a new VERSION.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias, get_args

from msgspec import Meta, Struct

VERSION = 1
MAX_NODES = 256
MAX_TABLES = 256
MAX_NAME, MAX_NOTES, MAX_PATH = 1000, 100_000, 4000

Name: TypeAlias = Annotated[str, Meta(max_length=MAX_NAME)]
Notes: TypeAlias = Annotated[str, Meta(max_length=MAX_NOTES)]
Path: TypeAlias = Annotated[str, Meta(min_length=1, max_length=MAX_PATH)]
Triple: TypeAlias = tuple[float, float, float]
Points: TypeAlias = Annotated[tuple[tuple[float, float], ...], Meta(max_length=64)]

BLACK, WHITE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)


class Head(Struct):
    """What is read first, whatever else the file holds."""

    livegrade_look: int


class TableEntry(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Numbers, C order, little-endian: `data` in base64, or the name of a `file` beside with the BLAKE2b of it."""

    shape: Annotated[tuple[int, ...], Meta(min_length=2, max_length=4)]
    type: Literal["float32", "float64"] = "float32"
    data: str | None = None
    file: Path | None = None
    blake2b: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")] | None = None


class SpaceEntry(Struct, forbid_unknown_fields=True, omit_defaults=True):
    curve: Annotated[str, Meta(max_length=100)]
    to_xyz: tuple[Triple, Triple, Triple]
    name: Name = ""


class Common(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What every node may say. `role` left out: that of its kind."""

    name: Name = ""
    notes: Notes = ""
    enabled: bool = True
    mix: float = 100.0
    role: Literal["creative", "transform"] | None = None


class CdlEntry(Common, tag="cdl"):
    slope: Triple = WHITE
    offset: Triple = BLACK
    power: Triple = WHITE
    saturation: float = 1.0
    clamp: bool = True


class MatrixEntry(Common, tag="matrix", kw_only=True):
    values: tuple[Triple, Triple, Triple]
    offset: Triple = BLACK


class ShaperEntry(Struct, forbid_unknown_fields=True, omit_defaults=True):
    table: Name
    first: Triple = BLACK
    last: Triple = WHITE


class Lut1dEntry(Common, tag="lut-1d", kw_only=True):
    table: Name
    first: Triple = BLACK
    last: Triple = WHITE


class Lut3dEntry(Common, tag="lut-3d", kw_only=True):
    table: Name
    first: Triple = BLACK
    last: Triple = WHITE
    shaper: ShaperEntry | None = None


class ExposureEntry(Common, tag="exposure"):
    stops: float = 0.0
    space: SpaceEntry | None = None


class WhiteBalanceEntry(Common, tag="white-balance", kw_only=True):
    temperature: float
    space: SpaceEntry
    tint: float = 0.0
    reference: float = 5600.0


class PrinterPointsEntry(Common, tag="printer-points"):
    points: Triple = BLACK


class LiftGammaGainEntry(Common, tag="lift-gamma-gain"):
    lift: Triple = BLACK
    gamma: Triple = WHITE
    gain: Triple = WHITE


class ContrastEntry(Common, tag="contrast"):
    contrast: float = 1.0
    pivot: float = 0.4


class SaturationEntry(Common, tag="saturation"):
    saturation: float = 1.0
    weights: Triple = (0.2126, 0.7152, 0.0722)


class RgbCurvesEntry(Common, tag="rgb-curves"):
    master: Points = ()
    red: Points = ()
    green: Points = ()
    blue: Points = ()


class ColorSpaceEntry(Common, tag="color-space", kw_only=True):
    source: SpaceEntry
    target: SpaceEntry


class OutputEntry(Common, tag="output", kw_only=True):
    source: SpaceEntry
    rendering: Name
    display: Name


class RangeEntry(Common, tag="range"):
    low: tuple[float, float] | None = None
    high: tuple[float, float] | None = None


class LogCurveEntry(Common, tag="log"):
    base: float = 2.0
    log_slope: Triple = WHITE
    log_offset: Triple = BLACK
    lin_slope: Triple = WHITE
    lin_offset: Triple = BLACK
    lin_break: Triple | None = None
    linear_slope: Triple | None = None
    inverse: bool = False


class ExponentCurveEntry(Common, tag="exponent"):
    exponent: Triple = WHITE
    offset: Triple | None = None
    negative: Literal["clamp", "mirror", "pass", "linear"] = "clamp"
    inverse: bool = False


class HalfLutEntry(Common, tag="half-lut", kw_only=True):
    table: Name


class TrilinearLutEntry(Common, tag="lut-3d-trilinear", kw_only=True):
    table: Name


class FileEntry(Common, tag="file", kw_only=True):
    """Another look file, its nodes standing here. `path` from the folder of this file, `#id` as on the command line."""

    path: Path


NodeEntry: TypeAlias = (
    CdlEntry
    | MatrixEntry
    | Lut1dEntry
    | Lut3dEntry
    | ExposureEntry
    | WhiteBalanceEntry
    | PrinterPointsEntry
    | LiftGammaGainEntry
    | ContrastEntry
    | SaturationEntry
    | RgbCurvesEntry
    | ColorSpaceEntry
    | OutputEntry
    | RangeEntry
    | LogCurveEntry
    | ExponentCurveEntry
    | HalfLutEntry
    | TrilinearLutEntry
    | FileEntry
)


class SavedLook(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    livegrade_look: int
    id: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")] | None = None
    name: Name = ""
    notes: Notes = ""
    nodes: Annotated[tuple[NodeEntry, ...], Meta(max_length=MAX_NODES)]
    tables: Annotated[dict[Name, TableEntry], Meta(max_length=MAX_TABLES)] = {}


CHOICES: Mapping[str, tuple[str, ...]] = {
    "type": (*(str(kind.__struct_config__.tag) for kind in get_args(NodeEntry)), "float32", "float64"),
    "role": ("creative", "transform"),
    "negative": ("clamp", "mirror", "pass", "linear"),
}
"""What may stand behind these keys, for those who wrote something else."""

FORMS: Mapping[str, str] = {"id": "32 hex digits in lower case", "blake2b": "64 hex digits in lower case"}
