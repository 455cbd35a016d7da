"""`livegrade look bake`: the looks as one LUT for a box, a monitor or a camera, and how far that is off."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.boxes import box
from livegrade.color.compare import JUDGED_ON
from livegrade.color.files.baked import SUFFIXES, map_sentence, read_back, write_baked
from livegrade.color.files.content import parse_output_space
from livegrade.color.files.write_lut import FORMATS, RESOLVE_CUBE, WriteOptions
from livegrade.color.look import Look
from livegrade.color.lut import DEPTHS, LutTarget, bake_lut
from livegrade.color.nodes import Lut1d, Lut3d
from livegrade.color.rendering import OUTPUTS, display_of, is_output
from livegrade.commands.options import looks_by_slot, one_camera
from livegrade.errors import UsageError
from livegrade.outputs.staging import check_destination, write_whole
from livegrade.session.choices import chain_of
from livegrade.transport.places import require_own_places

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from livegrade.color.boxes import Box
    from livegrade.color.camera import Camera
    from livegrade.color.compare import JUDGED_ON
from livegrade.color.lut import BakedLut

WITH_SHAPER = (".cube", ".clf")
"""The prelut of a .csp, a cubic to its readers, does not come back as the shaper that was measured."""


@dataclass(frozen=True, slots=True)
class BakeArguments:
    """The command line as it was given."""

    looks: Sequence[str]
    destination: Path
    camera: str | None
    ei: str | None
    to: str | None
    grade_in: str
    made_for: str
    size: int | None
    bits: str | None
    range_map: str | None
    range: str
    shaper: str
    overwrite: bool
    as_json: bool


def run_bake(arguments: BakeArguments) -> int:
    """Writes the LUT, whole or not at all, and prints how far it is off. Raises LivegradeError."""
    if not arguments.looks and arguments.to is None:
        raise UsageError("there is nothing to bake; name a look with --look FILE, or an output transform with --to")
    require_own_places([], [], looks=arguments.looks, writes=[arguments.destination])
    check_destination(arguments.destination, overwrite=arguments.overwrite)
    made_for = box(arguments.made_for)
    used = one_camera(arguments.camera, arguments.ei)
    target, range_source = _target(arguments, made_for, used)
    plain = looks_by_slot(arguments.looks, ["A"])["A"]
    look = chain_of(used, arguments.to, arguments.grade_in).around(plain)
    output = None if arguments.to is None else OUTPUTS[arguments.to.partition(":")[0].lower()]
    shown = display_of(look.nodes)
    baked = bake_lut(look, target, JUDGED_ON if shown is None else shown.judged_on)
    tag = None if output is None else parse_output_space(output.tag)
    options = WriteOptions(f"livegrade {look.id}", (map_sentence(target),), tag)
    content = write_baked(baked, arguments.destination.suffix.lower(), options)
    kind = read_back(content, arguments.destination, baked)
    write_whole(arguments.destination, content, overwrite=arguments.overwrite)
    notes = _notes(arguments, made_for, used, f"range {_range(target)}: {range_source}", plain)
    if arguments.as_json:
        report: dict[str, object] = {
            "path": str(arguments.destination),
            "kind": kind,
            "for": made_for.name,
            "source": made_for.source,
        }
        report |= {"look": look.id, "size": target.size, "bits": target.depth}
        report |= {"range_map": target.range_map, "range": _range(target), "shaper": baked.shaper_name}
        print(json.dumps(report | {"error": asdict(baked.error), "notes": notes}))
    else:
        print("\n".join(_lines(arguments.destination, kind, baked, notes)))
    return 0


def _target(arguments: BakeArguments, made_for: Box, used: Camera | None) -> tuple[LutTarget, str]:
    """What the LUT is to be, and why its codes are read as they are."""
    suffix = arguments.destination.suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise UsageError(f"{arguments.destination.name}: a baked LUT is written as {known}")
    if made_for.suffixes and suffix not in made_for.suffixes:
        known = " or ".join(made_for.suffixes)
        raise UsageError(f"{arguments.destination.name}: --for {made_for.name} takes {known}; choose that extension")
    holds = FORMATS[suffix].holds if suffix in FORMATS else RESOLVE_CUBE.holds
    usual = [size for size in made_for.sizes if not holds.sizes or size in holds.sizes] or made_for.sizes
    size = arguments.size or usual[0]
    if size not in made_for.sizes:
        raise UsageError(f"--size {size}: --for {made_for.name} takes {', '.join(map(str, sorted(made_for.sizes)))}")
    if holds.sizes and size not in holds.sizes:
        raise UsageError(f"{arguments.destination.name}: a {suffix} has {holds.sizes[0]} points a side, not {size}")
    depth = _depth(arguments, made_for, holds.bits)
    range_map = arguments.range_map or (made_for.range_maps[0] if made_for.range_maps else "64-940")
    if made_for.range_maps and range_map not in made_for.range_maps:
        raise UsageError(f"--range-map {range_map}: --for {made_for.name} has {', '.join(made_for.range_maps)}")
    if arguments.shaper not in ("none", "auto"):
        raise UsageError(f"--shaper {arguments.shaper!r} is not known; choose none or auto")
    if arguments.shaper == "auto" and suffix not in WITH_SHAPER:
        raise UsageError(
            f"{arguments.destination.name}: a {suffix} can hold no such shaper; write {', '.join(WITH_SHAPER)}"
        )
    full, source = _full_range(arguments.range, used)
    return LutTarget(size, depth, range_map, full, arguments.shaper == "auto"), source


def _depth(arguments: BakeArguments, made_for: Box, file_bits: tuple[int, ...]) -> int | None:
    """Bits of the entries; a file of whole numbers has a depth in any case."""
    if arguments.bits is None:
        depth = made_for.depth or next((bits for bits in file_bits if bits in DEPTHS), None)
    elif arguments.bits == "float":
        depth = None
    elif arguments.bits in [str(bits) for bits in DEPTHS]:
        depth = int(arguments.bits)
    else:
        raise UsageError(f"--bits {arguments.bits[:80]!r} is not known; choose 10, 12 or float")
    if file_bits and depth not in file_bits:
        held = " or ".join(str(bits) for bits in file_bits if bits in DEPTHS)
        raise UsageError(f"{arguments.destination.name}: its entries have {held} bits, not {depth or 'float'}")
    return depth


def _full_range(range_: str, used: Camera | None) -> tuple[bool, str]:
    if range_ not in ("auto", "legal", "full"):
        raise UsageError(f"--range {range_[:80]!r} is not known; choose auto, legal or full")
    if range_ != "auto":
        return range_ == "full", "asked for"
    if used is not None and used.wire is not None:
        return used.wire == "full", used.wire_source
    return False, "assumed; --range full if black and white of the signal are codes 0 and 1023"


def _range(target: LutTarget) -> str:
    return "full" if target.full_range else "legal"


def _notes(arguments: BakeArguments, made_for: Box, used: Camera | None, range_: str, plain: Look) -> list[str]:
    notes = [range_]
    if used is not None:
        notes.append(used.title)
    if arguments.to is not None:
        notes.append(f"the output transform {arguments.to} stands behind the looks, as in run and render")
        if any(isinstance(node, Lut1d | Lut3d) and node.enabled for node in plain.nodes) and not is_output(
            plain.nodes[-1]
        ):
            notes.append("a LUT is among the looks: leave out --to if what it gives is for a display already")
    if made_for.source:
        notes.append(f"for {made_for.title} (source: {made_for.source})")
        if not made_for.range_maps and arguments.range_map is None:
            notes.append("which codes 0 and 1 stand for is a setting of the device; --range-map if it is not 64-940")
    if arguments.shaper == "auto" and made_for.source:
        notes.append("whether the device reads a shaper in the same file is not known; try it before the day")
    return notes


def _lines(destination: Path, kind: str, baked: BakedLut, notes: Sequence[str]) -> list[str]:
    target, error = baked.target, baked.error
    steps = "float" if target.depth is None else f"{target.depth} bits"
    shaper = "no shaper" if baked.shaper is None else f"shaper: {baked.shaper_name}"
    wanted, given = (
        ", ".join(f"{code:.1f}" for code in target.to_codes(np.array(rgb)))
        for rgb in (error.worst_wanted, error.worst_given)
    )
    return [
        f"{destination}: {kind}, {target.size} points a side, {steps}, {shaper}",
        f"  {map_sentence(target)}",
        *(f"  {note}" for note in notes),
        f"  {error.sentence}",
        f"  there the look gives {wanted} and the LUT {given}",
    ]
