"""Reads a rig file. What is wrong with one part costs that part, and all faults are found in one go."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin

import msgspec

from livegrade.color.files.keys import key_fault
from livegrade.errors import RigError
from livegrade.placed_toml import TomlError, parse_toml, read_toml
from livegrade.rig.faults import RigFault
from livegrade.rig.values import (
    Alarms,
    Control,
    Device,
    Emulate,
    Engine,
    Library,
    NamingSchemes,
    Output,
    Placed,
    Rig,
    Scopes,
    Slot,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from livegrade.placed_toml import KeyPath, PlacedToml

VERSION = 1
MOST_BYTES = 1 << 20
MOST_PARTS = 64
"""Slots, outputs, devices and stand-ins that a rig may have, of each."""

_NAMES: dict[type, str] = {list: "list", dict: "table"}
"""TOML's types that hold others, as people call them."""

T = TypeVar("T", bound=msgspec.Struct)

_TABLES: dict[str, type[msgspec.Struct]] = {
    "scopes": Scopes,
    "alarms": Alarms,
    "engine": Engine,
    "library": Library,
}
_ARRAYS: dict[str, type[msgspec.Struct]] = {"slot": Slot, "output": Output, "device": Device, "emulate": Emulate}
_WORDS = ("livegrade", "name", "notes")
_TITLES = {"slot": "name", "output": "address", "device": "name", "emulate": "kind"}
"""The key whose value names a part in what is said of it."""


def load_rig(path: Path, text: str | None = None) -> Rig:
    """The rig in a file, or in its `text` where that was read before. Raises RigError for a file that is no rig at all,
    or one from a newer version; what is wrong inside is in `faults`."""
    try:
        file = read_toml(path, MOST_BYTES) if text is None else parse_toml(text)
    except TomlError as error:
        where = f"{path}, line {error.line}" if error.line is not None else f"{path}"
        raise RigError(f"{where}: {error.fault}") from error
    version = file.tree.get("livegrade")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise RigError(f"{path} does not begin with `livegrade = {VERSION}`; write that into a rig as its first line")
    if version > VERSION:
        raise RigError(f"{path} is a rig of format {version}, and this version of livegrade reads up to {VERSION}")
    return _Reading(path, file).rig()


class _Reading:
    def __init__(self, path: Path, file: PlacedToml) -> None:
        self._path = path
        self._file = file
        self._faults: list[RigFault] = []

    def rig(self) -> Rig:
        self._check_keys("", {*_WORDS, *_TABLES, "control", "naming", *_ARRAYS}, self._file.tree, ())
        slots = self._once(self._array("slot", Slot), lambda slot: slot.name, "another slot has this letter")
        outputs = self._array("output", Output)
        devices = self._once(self._array("device", Device), lambda device: device.name, "another device has this name")
        tables = {name: self._table(name, kind).value for name, kind in _TABLES.items()}
        return Rig(
            path=self._path,
            name=self._word("name") or self._path.stem,
            notes=self._word("notes"),
            slots=tuple(slots),
            outputs=tuple(outputs),
            devices=tuple(devices),
            emulated=tuple(self._array("emulate", Emulate)),
            naming=self._table("naming", NamingSchemes),
            control=self._table("control", Control),
            faults=tuple(self._faults),
            **tables,  # type: ignore[arg-type]  # each name with its own kind, by the table above
        )

    def _word(self, key: str) -> str:
        text = self._file.tree.get(key, "")
        if not isinstance(text, str):
            self._tell("", key, "is text, in quotes", (key,))
            return ""
        return text[:2000]

    def _once(self, parts: Sequence[Placed[T]], name: Callable[[T], str], fault: str) -> list[Placed[T]]:
        """The parts, not whole where another has their name before them; a whole one has it before one that is not."""
        kept: dict[str, Placed[T]] = {}
        for part in parts:
            first = kept.setdefault(name(part.value), part)
            if first is not part:
                self._faults.append(part.fault("name", f"{fault}; give each one of its own"))
                if part.is_whole and not first.is_whole:
                    kept[name(part.value)] = part
        return [part if kept[name(part.value)] is part else replace(part, is_whole=False) for part in parts]

    def _table(self, name: str, kind: type[T]) -> Placed[T]:
        """The table of that name; defaults for what is not there or not right."""
        content = self._file.tree.get(name, {})
        if not isinstance(content, dict):
            self._tell("", name, f"is a table; write [{name}] on a line of its own", (name,))
            content = {}
        return self._struct(name, kind, content, (name,)) or Placed(kind(), name, {})

    def _array(self, name: str, kind: type[T]) -> list[Placed[T]]:
        content = self._file.tree.get(name, [])
        if not isinstance(content, list) or not all(isinstance(entry, dict) for entry in content):
            self._tell("", name, f"is a list of tables; write [[{name}]] before each", (name,))
            return []
        if len(content) > MOST_PARTS:
            self._tell("", name, f"{len(content)} are too many; a rig has at most {MOST_PARTS}", (name,))
        found = (
            self._struct(_title(name, number, entry), kind, entry, (name, number))
            for number, entry in enumerate(content[:MOST_PARTS])
        )
        return [one for one in found if one is not None]

    def _struct(
        self, part: str, kind: type[T], content: dict[str, Any], path: KeyPath, within: str = ""
    ) -> Placed[T] | None:
        """The value of one part, with all its faults told: not whole where a key is wrong, None where one is wrong that
        it must have. `within`: the keys around it, with a point behind each."""
        before = len(self._faults)
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        self._check_keys(part, set(fields), content, path, within)
        values: dict[str, Any] = {}
        for key, field in fields.items():
            if key not in content:
                if field.required:
                    self._tell(part, within + key, "is missing", path)
                continue
            said, where = content[key], (*path, key)
            if isinstance(said, dict) and isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
                inner = self._struct(part, field.type, said, where, f"{within}{key}.")
                if inner is not None:
                    values[field.name] = inner.value
                continue
            try:
                values[field.name] = msgspec.convert(said, field.type)
            except msgspec.ValidationError as error:
                self._tell(part, within + key, _fault(error, said, field.type), where)
        if any(field.required and field.name not in values for field in fields.values()):
            return None
        lines = {key: self._file.line_of((*path, key)) for key in content} | {"": self._file.line_of(path)}
        placed = {key: line for key, line in lines.items() if line is not None}
        return Placed(kind(**values), part, placed, is_whole=len(self._faults) == before)

    def _check_keys(self, part: str, known: set[str], content: dict[str, Any], path: KeyPath, within: str = "") -> None:
        for key in content:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known))}"
                self._tell(part, within + key, f"is not a key here; {hint}", (*path, key))

    def _tell(self, part: str, key: str, fault: str, path: KeyPath) -> None:
        self._faults.append(RigFault(part, key, fault, self._file.line_of(path)))


def _title(kind: str, number: int, entry: dict[str, Any]) -> str:
    """How a part is called in what is said of it: by its name, else by its number from 1."""
    name = entry.get(_TITLES[kind])
    return f"{kind} {name}" if isinstance(name, str) and name else f"{kind} number {number + 1}"


def _fault(error: msgspec.ValidationError, value: Any, kind: Any) -> str:
    shown = (
        repr(value) if isinstance(value, str | int | float | bool) else f"a {_NAMES.get(type(value), 'date or time')}"
    )
    wanted = _described(kind) or key_fault(error, {}, {}).what
    quoted = f'; write "{value}"' if _is_number(value) and wanted.startswith("must be text") else ""
    return f"{shown:.80} does not belong here: {wanted}{quoted}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _described(kind: Any) -> str | None:
    """What a type wants, in words, where its annotation or its few values say so."""
    if get_origin(kind) is Literal:
        return f"choose {' or '.join(get_args(kind))}"
    metas = [arg for arg in get_args(kind) if isinstance(arg, msgspec.Meta)]
    return next((meta.description for meta in metas if meta.description), None) or next(
        (words for arg in get_args(kind) if (words := _described(arg))), None
    )
