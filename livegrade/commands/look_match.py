"""`livegrade look match`: how one picture differs from another, and the CDL that closes the difference."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.capture.source import open_source
from livegrade.color.balance import COLDEST, WARMEST
from livegrade.color.convert import Wish, convert_clips
from livegrade.color.files.write_cdl import WRITERS, ClipCdl
from livegrade.color.look import Look
from livegrade.color.match import match
from livegrade.commands.engines import pick_engine
from livegrade.commands.options import one_camera
from livegrade.commands.still import frame_at
from livegrade.engine.engine import Engine
from livegrade.engine.view import View, ViewKind
from livegrade.errors import UsageError
from livegrade.outputs.staging import check_destination, write_whole
from livegrade.session.choices import capture_options
from livegrade.sheet import rgb16
from livegrade.timing.clock import MonotonicClock
from livegrade.transport.address import parse_source
from livegrade.transport.places import require_own_places

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from livegrade.color.camera import Camera
    from livegrade.color.match import Match
    from livegrade.color.roughness import Roughness
    from livegrade.video.frame import Frame

CODE_MAX = 1023

_AT = re.compile(r"(.+)@(\d{1,9}|\d\d(?:[:;]\d\d){3})", re.ASCII)
_REGION = re.compile(r"(\d{1,5}),(\d{1,5}),(\d{1,5}),(\d{1,5})", re.ASCII)


@dataclass(frozen=True, slots=True)
class MatchArguments:
    """The command line as it was given."""

    first: str
    second: str
    camera: str | None
    ei: str | None
    regions: Sequence[str]
    unaligned: bool
    out: Path | None
    range: str
    matrix: str
    overwrite: bool
    as_json: bool


def run_match(arguments: MatchArguments) -> int:
    """Prints the difference, and writes the CDL where a file was named. Raises LivegradeError."""
    used = one_camera(arguments.camera, arguments.ei)
    if len(arguments.regions) > 2:
        raise UsageError("--region is given once for both pictures, or twice, for the first and for the second")
    if arguments.out is not None:
        _check_out(arguments.out, arguments)
    frames = [_frame(text, arguments, used) for text in (arguments.first, arguments.second)]
    if used is None:
        raise UsageError("stops and kelvin need the curve of the pictures; add --camera, a model or a signal")
    one, other = map(_picture, frames)
    if arguments.regions:
        regions = [_region(text) for text in arguments.regions]
        one, other = _cut(one, regions[0], arguments.first), _cut(other, regions[-1], arguments.second)
    found = match(one, other, used.space, aligned=not arguments.unaligned)
    if arguments.out is not None:
        converted = convert_clips([ClipCdl(arguments.out.stem, found.cdl)], arguments.out, Wish())
        write_whole(arguments.out, converted.content, overwrite=arguments.overwrite)
    if arguments.as_json:
        path = None if arguments.out is None else str(arguments.out)
        print(json.dumps({"camera": used.title, **_facts(found), "path": path}))
    else:
        print("\n".join(_lines(found, arguments, used)))
    return 0


def _check_out(out: Path, arguments: MatchArguments) -> None:
    if out.suffix.lower() not in WRITERS:
        raise UsageError(f"{out.name}: the CDL is written as {', '.join(WRITERS)}")
    sources = [parse_source(_place(text)[0]) for text in (arguments.first, arguments.second)]
    require_own_places(sources, [], writes=[out])
    check_destination(out, overwrite=arguments.overwrite)


def _place(text: str) -> tuple[str, str]:
    """Source and frame of `clip.mov@25` and `clip.mov@10:00:00:00`; a file that has such a name is meant itself."""
    split = _AT.fullmatch(text)
    if split is None or os.path.exists(text):
        return text, "0"
    return split[1], split[2].replace(";", ":")


def _frame(text: str, arguments: MatchArguments, used: Camera | None) -> Frame:
    """A still, or one frame of a source."""
    address, at = _place(text)
    options = capture_options(arguments.range, arguments.matrix, live=False, used=used)
    return frame_at(open_source(parse_source(address), options, MonotonicClock()), at)


def _picture(frame: Frame) -> NDArray[np.float64]:
    """R'G'B', (height, width, 3), black 0 and white 1, held there."""
    work = Engine(pick_engine("auto", 0).backend).take(frame, Look())
    return rgb16(work, View(ViewKind.SOURCE)).astype(np.float64) / np.iinfo(np.uint16).max


def _region(text: str) -> tuple[int, int, int, int]:
    found = _REGION.fullmatch(text)
    if found is None or "0" in found.groups()[2:]:
        raise UsageError(f"--region {text[:80]!r} is not X,Y,WIDTH,HEIGHT in pixels, such as 640,360,200,100")
    x, y, width, height = map(int, found.groups())
    return x, y, width, height


def _cut(picture: NDArray[np.float64], region: tuple[int, int, int, int], name: str) -> NDArray[np.float64]:
    x, y, width, height = region
    lines, columns = picture.shape[:2]
    if x + width > columns or y + height > lines:
        raise UsageError(f"--region {x},{y},{width},{height} lies outside of {name}, which has {columns} x {lines}")
    return picture[y : y + height, x : x + width]


def _facts(found: Match) -> dict[str, object]:
    cdl = found.cdl
    numbers = {"slope": cdl.slope, "offset": cdl.offset, "power": cdl.power, "saturation": cdl.saturation}
    kept = ("stops", "temperature", "tint", "reference", "contrast", "pixels", "aligned", "doubt")
    facts = {name: getattr(found, name) for name in kept}
    rough = None if found.rough is None else asdict(found.rough)
    return facts | {"cdl": numbers, "left_codes": found.error * CODE_MAX, "rough": rough}


def _lines(found: Match, arguments: MatchArguments, used: Camera) -> list[str]:
    cdl, rough = found.cdl, found.rough
    rows = [" ".join(f"{value:.4f}" for value in row) for row in (cdl.slope, cdl.offset, cdl.power)]
    how = "pixel by pixel" if found.aligned else "by their distributions"
    lines = [
        f"from {arguments.first} to {arguments.second}, as {used.title}, {how}:",
        f"  exposure {found.stops:+.2f} stops" + _about(None if rough is None else f"{rough.stops:.2f}"),
        "  " + _balance(found),
        f"  contrast x {found.contrast:.3f}" + _about(None if rough is None else f"{rough.contrast:.3f}"),
        f"  CDL slope {rows[0]}, offset {rows[1]}, power {rows[2]}, saturation {cdl.saturation:.4f}",
        f"  leaves {found.error * CODE_MAX:.2f} codes of 10 bits (RMS)"
        + ("" if found.aligned else " of distributions"),
    ]
    if found.doubt:
        lines.append(
            f"  not to be trusted: {found.doubt}; crop both alike (--region twice), or match them by their "
            "distributions (--unaligned)"
        )
    if not found.aligned:
        lines.append("  rough: " + _roughness(rough))
    return [*lines, f"{arguments.out}: written"] if arguments.out is not None else lines


def _about(text: str | None) -> str:
    return "" if text is None else f", give or take {text}"


def _balance(found: Match) -> str:
    kelvin, tint, rough = found.temperature, found.tint, found.rough
    if kelvin is None or tint is None:
        return "white balance: none would do this, the colours are too far apart"
    held = " or more" if round(kelvin) >= COLDEST else " or less" if round(kelvin) <= WARMEST else ""
    told = f"white balance {found.reference:.0f} K to {kelvin:.0f} K{held}, tint {tint:+.1f}"
    if held or rough is None or rough.temperature is None or rough.tint is None:
        return told
    return told + _about(f"{rough.temperature:.0f} K and {rough.tint:.1f}")


def _roughness(rough: Roughness | None) -> str:
    if rough is None:
        return "there is too little in the pictures to say how rough"
    return (
        f"with other parts of the pictures in frame the CDL gives colours some {rough.codes:.0f} codes of 10 bits "
        "(RMS) away; frames or regions (--region twice) that show the same in every pixel tell it exactly"
    )
