"""`livegrade look info` and `livegrade look convert`: what a look file says, and the same look in another file."""

from __future__ import annotations

import dataclasses
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from livegrade.color.convert import Wish, clips_of, convert, convert_clips
from livegrade.color.files import list_corrections, open_look_file
from livegrade.color.files.content import parse_output_space
from livegrade.color.files.numbers import shown
from livegrade.color.files.write_cdl import WRITERS
from livegrade.color.look import Look
from livegrade.color.nodes import FULL_MIX, Cdl, Lut1d, Lut3d, Matrix, Samples
from livegrade.color.space import ColorSpace
from livegrade.commands.options import look_notes
from livegrade.errors import LookFileError, UsageError
from livegrade.outputs.staging import check_destination, write_whole
from livegrade.redaction import one_line
from livegrade.transport.places import require_own_places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livegrade.color.convert import Converted
    from livegrade.color.files.corrections import Correction
    from livegrade.color.nodes import Node, Triple

Facts: TypeAlias = dict[str, object]

ASSUMES = "takes and gives R'G'B' with black 0 and white 1; what lies outside a LUT's domain is held at its ends"


@dataclass(frozen=True, slots=True)
class ConvertArguments:
    """The command line as it was given. `output_space`: rgb/<primaries>/<white>/<eotf>, or None."""

    source: str
    destination: Path
    size: int | None
    bits: int | None
    dialect: str | None
    output_space: str | None
    overwrite: bool


def run_info(files: Sequence[str], as_json: bool) -> int:
    """Prints what each file says. A file that cannot be read costs exit code 1, not the others."""
    reports: list[Facts] = []
    failed = False
    for file in files:
        try:
            reports.append(_facts(file))
        except LookFileError as error:
            failed = True
            own = Path(error.path) == Path(file.partition("#")[0])  # not of a file that this one refers to
            reports.append({"file": file, "error": error.fault if own else str(error), "line": error.line})
            if not as_json:
                print(f"livegrade: {one_line(str(error))}", file=sys.stderr)
                continue
        if not as_json:
            print("\n".join(_lines(reports[-1])))
    if as_json:
        print(json.dumps(reports, indent=2))
    return 1 if failed else 0


def run_convert(arguments: ConvertArguments) -> int:
    """Writes the converted look, whole or not at all, and prints how far it is off. Raises LivegradeError."""
    require_own_places([], [], looks=[arguments.source], writes=[arguments.destination])
    check_destination(arguments.destination, overwrite=arguments.overwrite)
    space = None
    if arguments.output_space is not None:
        space = parse_output_space(arguments.output_space)
        if space is None:
            raise UsageError(
                f"--output-space {shown(arguments.output_space)} is not rgb/PRIMARIES/WHITE/EOTF, as in "
                "rgb/rec709/d65/bt1886"
            )
    wish = Wish(arguments.size or 0, arguments.bits or 0, arguments.dialect or "", space)
    clips = clips_of(arguments.source) if arguments.destination.suffix.lower() in WRITERS else []
    if clips:
        converted = convert_clips(clips, arguments.destination, wish)
    else:
        converted = convert(open_look_file(arguments.source), arguments.destination, wish)
    write_whole(arguments.destination, converted.content, overwrite=arguments.overwrite)
    print("\n".join(_summary(arguments.destination, converted)))
    return 0


def _summary(destination: Path, converted: Converted) -> list[str]:
    error = converted.error
    worst = ", ".join(f"{value:.3f}" for value in error.worst_input)
    return [
        f"{destination}: {converted.kind}",
        *(f"  {note}" for note in converted.notes),
        f"  error in 10-bit codes: {error.maximum:.3f} at most (at {worst}), {error.mean:.4f} in the mean",
        f"  {error.metric} ({error.space}): {error.maximum_delta_e:.3f} at most, {error.mean_delta_e:.4f} in the mean",
    ]


def _facts(file: str) -> Facts:
    corrections = list_corrections(file)
    if len(corrections) > 1:
        return {
            "file": file,
            "kind": f"{len(corrections)} corrections",
            "corrections": list(map(_correction, corrections)),
        }
    content = open_look_file(file)
    look = Look(content.nodes)
    return {
        "file": file,
        "kind": content.kind,
        "title": content.title,
        "output_space": str(content.output_space) if content.output_space else None,
        "nodes": [fact for node in content.nodes for fact in _in_look(node, file)],
        "comments": list(content.comments),
        "notes": [*content.notes, *look_notes(look, beyond=True)],
        "assumes": ASSUMES,
        "id": look.id,
    }


def _correction(correction: Correction) -> Facts:
    facts: Facts = {"ids": list(correction.ids), "line": correction.line}
    try:
        return facts | _node(correction.read())[0]
    except LookFileError as error:
        return facts | {"error": error.fault}


def _in_look(node: Node, file: str) -> list[Facts]:
    """Facts of a node, with what sets it apart from others of its kind in a saved look."""
    facts = _node(node)
    said: Facts = {} if node.name in ("", Path(file).name) else {"name": node.name}
    said |= {} if node.enabled else {"enabled": False}
    said |= {} if node.mix == FULL_MIX else {"mix": node.mix}
    words = [f'"{one_line(node.name)}"'] if "name" in said else []
    words += [f"mix {node.mix:g} %"] if "mix" in said else []
    words += [] if node.enabled else ["off"]
    told = ", ".join([str(facts[-1]["told"]), *words])
    return [*facts[:-1], {**facts[-1], **said, "told": told}]


def _node(node: Node) -> list[Facts]:
    """Facts of a node; `told` is the line for people."""
    match node:
        case Cdl(slope, offset, power, saturation, clamp):
            told = f"CDL slope {_row(slope)}, offset {_row(offset)}, power {_row(power)}, saturation {saturation:g}"
            numbers = {"slope": slope, "offset": offset, "power": power, "saturation": saturation, "clamps": clamp}
            return [{"type": "CDL", **numbers, "told": told if clamp else f"{told}, no clamp"}]
        case Matrix(values, offset):
            told = f"matrix {'; '.join(map(_row, values))}, offset {_row(offset)}"
            return [{"type": "matrix", "values": values, "offset": offset, "told": told}]
        case Lut1d():
            return [_table("1D LUT", len(node.table.array), node)]
        case Lut3d():
            shaper = [_table("1D shaper", len(node.shaper.table.array), node.shaper)] if node.shaper else []
            return [*shaper, _table("3D LUT", node.size, node)]
        case _:
            return [_others(node)]


def _others(node: Node) -> Facts:
    """A node of a kind that only CLF and saved looks have: what of it is not as it is by default."""
    facts: Facts = {}
    for each in dataclasses.fields(node):  # type: ignore[arg-type]  # all nodes are dataclasses
        value = getattr(node, each.name)
        if each.init and each.name not in ("role", "name", "enabled", "mix", "notes") and value != each.default:
            facts[each.name] = _value(value)
    words = [
        f"{name.replace('_', ' ')} {_shown(value)}".removeprefix(f"{node.label} ") for name, value in facts.items()
    ]
    return {"type": node.label, **facts, "told": " ".join(filter(None, (node.label, ", ".join(words))))}


def _value(value: object) -> object:
    """For JSON: tables by their size, spaces and curves by their names."""
    if isinstance(value, Samples):
        return f"of {' x '.join(map(str, value.array.shape[:-1]))}"
    if isinstance(value, ColorSpace):
        return value.name or value.curve.name
    return value


def _shown(value: object) -> str:
    match value:
        case float():
            return f"{value:g}"
        case tuple():
            return " ".join(f"({_shown(part)})" if isinstance(part, tuple) else _shown(part) for part in value)
    return str(value)


def _table(kind: str, size: int, node: Lut1d | Lut3d) -> Facts:
    low, high = float(node.table.array.min()), float(node.table.array.max())
    unit = "points a side" if isinstance(node, Lut3d) else "entries"
    told = f"{kind} of {size} {unit}, domain {_domain(node.first, node.last)}, output {low:g} to {high:g}"
    return {"type": kind, "size": size, "domain": [node.first, node.last], "output": [low, high], "told": told}


def _lines(facts: Facts) -> list[str]:
    lines = [f"{one_line(str(facts['file']))}: {facts['kind']}"]
    for correction in _listed(facts, "corrections"):
        names = " = ".join(one_line(str(name)) for name in _strings(correction, "ids")) or "(no id)"
        lines.append(f"  {names}: {correction.get('error') or correction['told']}")
    lines += [f"  {node['told']}" for node in _listed(facts, "nodes")]
    for key, label in (("title", "title"), ("output_space", "output space"), ("assumes", "assumes"), ("id", "look id")):
        if facts.get(key):
            lines.append(f"  {label}: {one_line(str(facts[key]))}")
    lines += [f"  note: {note}" for note in _strings(facts, "notes")]
    lines += [f"  comment: {one_line(comment)}" for comment in _strings(facts, "comments")]
    return lines


def _domain(first: Triple, last: Triple) -> str:
    if len(set(first)) == len(set(last)) == 1:
        return f"{first[0]:g} to {last[0]:g}"
    return f"{_row(first)} to {_row(last)}"


def _row(values: Sequence[float]) -> str:
    return " ".join(f"{value + 0.0:g}" for value in values)


def _listed(facts: Facts, key: str) -> list[Facts]:
    values = facts.get(key, [])
    return values if isinstance(values, list) else []


def _strings(facts: Facts, key: str) -> list[str]:
    values = facts.get(key, [])
    return values if isinstance(values, list) else []
