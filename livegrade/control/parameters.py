"""The numbers of a node that a face may turn, by name: `slope.r`, `saturation`, `clamp`. Arithmetic on values only."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeAlias

from livegrade.color.grading import RgbCurves
from livegrade.color.nodes import Matrix, Samples
from livegrade.color.space import ColorSpace
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livegrade.color.grading import Points
    from livegrade.color.nodes import Node, Triple
    from livegrade.control.commands import Value

Setting: TypeAlias = float | bool | tuple[float, float, float]
CHANNELS = "rgb"
CURVES = ("master", "red", "green", "blue")
DECIMALS = 12
"""Of sums: steps of 0.1 make 0.3 and not 0.30000000000000004."""
NOT_NUMBERS = ("role", "name", "enabled", "notes", "elements")


def settings(node: Node) -> dict[str, Setting]:
    """The numbers, switches and triples of a node, by name, its mix among them; tables and colour spaces are none."""
    fields: tuple[dataclasses.Field[Any], ...] = dataclasses.fields(node)  # type: ignore[arg-type]  # nodes are dataclasses
    found = {field.name: getattr(node, field.name) for field in fields if field.name not in NOT_NUMBERS}
    return {name: value for name, value in found.items() if _is_setting(value)}


def curves(node: Node) -> dict[str, Points]:
    """The points of a node with RGB curves, by the names of CURVES; empty for others."""
    return {name: getattr(node, name) for name in CURVES} if isinstance(node, RgbCurves) else {}


def about(node: Node) -> dict[str, str]:
    """What a node is made of and no face turns, in words: its colour spaces, the size of its table, its matrix."""
    found: dict[str, str] = {}
    for field in dataclasses.fields(node):  # type: ignore[arg-type]  # nodes are dataclasses
        value = getattr(node, field.name)
        if isinstance(value, ColorSpace):
            found[field.name] = value.name
        elif isinstance(value, Samples):
            found[field.name] = " x ".join(map(str, value.array.shape[:-1]))
        elif field.name in ("rendering", "display"):
            found[field.name] = value
        elif isinstance(node, Matrix) and field.name == "values":
            found[field.name] = "; ".join(" ".join(f"{number:g}" for number in row) for row in value)
    return found


def with_values(node: Node, values: dict[str, Value], *, relative: bool = False) -> Node:
    """`node` with other numbers. `values`: as `look.set` has them. Raises UsageError for a name that the node has not,
    a value of another kind, and numbers that the node refuses."""
    changed = settings(node)
    for name, value in values.items():
        field, _, channel = name.partition(".")
        if field not in changed:
            raise UsageError(f"a {node.label} has no '{field}'; it has {', '.join(settings(node))}")
        changed[field] = _changed(name, changed[field], channel, value, relative)
    return dataclasses.replace(node, **changed)  # type: ignore[type-var]  # all nodes are dataclasses


def spoken(names: Iterable[str]) -> str:
    """Names of settings in words, for undo steps: "slope R", "offset", "contrast, pivot"."""
    channels: dict[str, str] = {}
    for name in sorted(names):
        field, _, channel = name.partition(".")
        channels[field] = channels.get(field, "") + channel
    every = ("", CHANNELS, "".join(sorted(CHANNELS)))
    return ", ".join(
        field.replace("_", " ") + ("" if said in every else f" {' '.join(sorted(said.upper(), reverse=True))}")
        for field, said in channels.items()
    )


def neutral(node: Node) -> Node:
    """`node` with the numbers with which it does nothing: the defaults of its kind. Raises UsageError where it has none
    (a LUT)."""
    defaults = {
        field.name: field.default
        for field in dataclasses.fields(node)  # type: ignore[arg-type]  # all nodes are dataclasses
        if field.name in settings(node) and field.default is not dataclasses.MISSING
    }
    if isinstance(node, RgbCurves):
        return RgbCurves(role=node.role, name=node.name, enabled=node.enabled, notes=node.notes)
    if set(defaults) <= {"mix"} or "table" in {field.name for field in dataclasses.fields(node)}:  # type: ignore[arg-type]
        raise UsageError(f"a {node.label} has no numbers to go back to; turn it off or remove it")
    return dataclasses.replace(node, **defaults)  # type: ignore[type-var]


def _changed(name: str, now: Setting, channel: str, value: Value, relative: bool) -> Setting:
    if isinstance(now, bool):
        if channel or relative or not isinstance(value, bool):
            raise UsageError(f"'{name}' is a switch: true or false")
        return value
    if isinstance(value, bool):
        raise UsageError(f"'{name}' is a number, not a switch")
    if not isinstance(now, tuple):
        if channel or isinstance(value, tuple):
            raise UsageError(f"'{name}' is one number, without channels")
        return round(now + value, DECIMALS) if relative else float(value)
    if channel and isinstance(value, tuple):
        raise UsageError(f"'{name}' is one channel and takes one number")
    given: Triple = value if isinstance(value, tuple) else (value, value, value)
    whole = [round(old + new, DECIMALS) if relative else new for old, new in zip(now, given, strict=True)]
    kept = [new if channel in ("", one) else old for one, old, new in zip(CHANNELS, now, whole, strict=True)]
    return (float(kept[0]), float(kept[1]), float(kept[2]))


def _is_setting(value: object) -> bool:
    if isinstance(value, tuple):
        return len(value) == 3 and all(isinstance(one, float | int) for one in value)
    return isinstance(value, float | int)
