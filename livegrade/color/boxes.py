"""What LUT boxes, monitors and cameras take, as data: only what is known for certain, with who says so.

Which codes 0 and 1 of a LUT stand for is a setting of most boxes; where it is not known, `range_maps` is empty and the
person says it.
"""

from __future__ import annotations

from dataclasses import dataclass

from livegrade.errors import UsageError

AJA = "AJA, ColorBox REST API 1.0.0 and its demos (github.com/aja-video/colorbox-demos)"
FSI = "Light Illusion, BoxIO page and LightSpace BoxIO user guide"
TERANEX = "Blackmagic, Teranex Mini manual, LUT pages"
VLT = "the header of Panasonic's .vlt file version 1.0"
FORMATS = "L. Ungaro, table of LUT formats"


@dataclass(frozen=True, slots=True)
class Box:
    """`name`: as `--for` takes it. `sizes`: points a side, the first one usual; `depth`: bits of its entries, None for
    float. `range_maps`: those it is known to have, the first one usual. `suffixes`: of the files that hold its LUT, ()
    for any. `source`: whose word this is.
    """

    name: str
    title: str
    sizes: tuple[int, ...] = (33, 17, 26, 32, 64, 65)
    depth: int | None = None
    range_maps: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    source: str = ""


BOXES = (
    Box("generic", "any device"),
    Box("colorbox", "AJA ColorBox", (33,), 12, (), (), AJA),
    Box("boxio", "Flanders BoxIO, one channel", (33,), 12, ("64-940", "64-1019", "4-1019"), (), FSI),
    Box("boxio-dual", "Flanders BoxIO, two channels", (17,), 12, ("64-940", "64-1019", "4-1019"), (), FSI),
    Box(
        "teranex-mini",
        "Blackmagic Teranex Mini",
        (33,),
        None,
        (),
        (".cube",),
        TERANEX,
    ),
    Box(
        "panasonic-vlt",
        "Panasonic cameras",
        (17,),
        12,
        (),
        (".vlt",),
        VLT,
    ),
    Box("arri-3dl", "ARRI .3dl", (33,), 10, (), (".3dl",), FORMATS),
)


def box(name: str) -> Box:
    """The box called `name`. Raises UsageError with the names there are."""
    for each in BOXES:
        if each.name == name:
            return each
    names = ", ".join(each.name for each in BOXES)
    raise UsageError(f"--for {name[:80]!r} is not known; choose from {names}, or generic with --size, --bits and more")
