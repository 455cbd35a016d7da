"""The file that says which control drives what: TOML, one table a control, written to by learning, edited by hand.

Where two tables are of the same control the later one counts, so that learning only ever adds to the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from livegrade.color.files.keys import key_fault
from livegrade.control.midi.binding import Binding, Control, Kind, Mode
from livegrade.errors import UsageError
from livegrade.outputs.staging import write_whole
from livegrade.placed_toml import TomlError, read_toml

if TYPE_CHECKING:
    from livegrade.placed_toml import PlacedToml

VERSION = 1
MOST_BYTES = 1 << 20
MOST_CONTROLS = 2048
HEAD = f"livegrade-midi = {VERSION}\n"

Seven = Annotated[int, msgspec.Meta(ge=0, le=127)]
Number = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)]


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table of the file: exactly one of `controller`, `note` and `pitch`."""

    port: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    to: Annotated[str, msgspec.Meta(max_length=255)]
    channel: Annotated[int, msgspec.Meta(ge=1, le=16)] = 1
    controller: Seven | None = None
    note: Seven | None = None
    pitch: bool = False
    mode: Mode = Mode.ABSOLUTE
    range: tuple[Number, Number] = (0.0, 1.0)
    step: Number = 0.001
    acceleration: Annotated[float, msgspec.Meta(ge=0, le=100)] = 1.0
    value: Number | Annotated[str, msgspec.Meta(max_length=2000)] | None = None
    pickup: bool = True
    feedback: bool = True


@dataclass(frozen=True, slots=True)
class MidiMap:
    """`bindings`: in the order of the file; `faults`: the sentences of what was left out, each with its line."""

    path: Path
    bindings: tuple[Binding, ...] = ()
    faults: tuple[str, ...] = ()


def load_map(path: Path) -> MidiMap:
    """An empty map where there is no file yet. Raises UsageError for one that is none."""
    if not path.exists():
        return MidiMap(path)
    try:
        file = read_toml(path, MOST_BYTES)
    except TomlError as error:
        where = f"{path}, line {error.line}" if error.line is not None else f"{path}"
        raise UsageError(f"{where}: {error.fault}") from None
    version = file.tree.get("livegrade-midi")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise UsageError(f"{path} does not begin with `{HEAD.strip()}`; write that into a map as its first line")
    if version > VERSION:
        raise UsageError(f"{path} is a map of format {version}, and this version of livegrade reads up to {VERSION}")
    entries = file.tree.get("control", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UsageError(f"{path}: control is a list of tables; write [[control]] before each")
    if len(entries) > MOST_CONTROLS:
        raise UsageError(f"{path} has {len(entries)} controls; there may be {MOST_CONTROLS}")
    faults = [f"{path}, line {file.line_of((key,))}: {key} is not a key here" for key in file.tree if key not in _KEYS]
    bindings = []
    for number, entry in enumerate(entries):
        try:
            bindings.append(_binding(entry))
        except msgspec.ValidationError as error:
            fault = key_fault(error, {"mode": list(Mode)}, {})
            faults.append(_fault(path, file, number, fault.path, fault.what))
        except UsageError as error:
            faults.append(_fault(path, file, number, (), str(error)))
    return MidiMap(path, tuple(bindings), tuple(faults))


_KEYS = ("livegrade-midi", "control")


def add_to_map(path: Path, binding: Binding) -> None:
    """Writes a binding behind those that are there, whole or not at all. Raises LivegradeError."""
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else HEAD
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read ({error}); nothing was learned") from None
    text = f"{before.rstrip()}\n\n{as_toml(binding)}"
    if len(text.encode()) > MOST_BYTES:
        raise UsageError(f"{path} would be larger than {MOST_BYTES // 1024} KiB; remove what is not used")
    write_whole(path, text.encode())


def as_toml(binding: Binding) -> str:
    """The table of a binding."""
    control = binding.control
    lines = ["[[control]]", f"port = {_quoted(binding.port)}"]
    if control.kind is Kind.PITCH:
        lines.append("pitch = true")
    else:
        lines.append(f"{control.kind.value} = {control.number}")
    lines += [f"channel = {control.channel}", f"to = {_quoted(binding.to)}"]
    if control.kind is not Kind.NOTE:
        if control.kind is Kind.CONTROLLER:
            lines.append(f'mode = "{binding.mode.value}"')
        if binding.mode.is_relative:
            lines += [f"step = {binding.step!r}", f"acceleration = {binding.acceleration!r}"]
        lines.append(f"range = [{binding.low!r}, {binding.high!r}]")
    if binding.value is not None:
        said = binding.value
        lines.append(f"value = {_quoted(said) if isinstance(said, str) else repr(said)}")
    return "\n".join(lines) + "\n"


def _binding(content: dict[str, Any]) -> Binding:
    entry = msgspec.convert(content, Entry)
    said = {Kind.CONTROLLER: entry.controller, Kind.NOTE: entry.note, Kind.PITCH: 0 if entry.pitch else None}
    named = [(kind, number) for kind, number in said.items() if number is not None]
    if len(named) != 1:
        raise UsageError("a control is a controller, a note or pitch = true, one of them")
    kind, number = named[0]
    if entry.mode is Mode.ABSOLUTE_14 and not (kind is Kind.CONTROLLER and number < 32):
        raise UsageError("absolute-14 is of controllers 0 to 31; their lower bits come 32 further up")
    if entry.mode is not Mode.ABSOLUTE and kind is not Kind.CONTROLLER:
        raise UsageError("only a controller has a mode")
    if entry.to and not entry.to.startswith("/"):
        raise UsageError(f"to = '{entry.to}' is no address; docs/osc.md lists them")
    low, high = entry.range
    return Binding(
        port=entry.port,
        control=Control(kind, entry.channel, number),
        to=entry.to,
        mode=entry.mode,
        low=low,
        high=high,
        step=entry.step,
        acceleration=entry.acceleration,
        value=entry.value,
        pickup=entry.pickup,
        feedback=entry.feedback,
    )


def _fault(path: Path, file: PlacedToml, number: int, keys: tuple[str | int, ...], what: str) -> str:
    line = file.line_of(("control", number, *keys))
    key = ".".join(str(key) for key in keys if isinstance(key, str))
    return f"{path}, line {line}: {f'{key}: ' if key else ''}{what}"


def _quoted(text: str) -> str:
    """A basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\U{ord(char):08X}" for char in escaped) + '"'
