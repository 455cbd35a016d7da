"""Saved looks: all nodes of a look in one `.json` file, read and written. The format is told in docs/look-file.md.

Nothing in such a file is guessed: an unknown key, a newer version, a table that is not there, a reference that leads
back to itself, an id that is not that of the nodes are refused. Written files hold their tables themselves.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import hashlib
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec
import numpy as np

from livegrade.color.balance import WhiteBalance
from livegrade.color.camera import transfer_curve
from livegrade.color.filecurves import ExponentCurve, HalfLut, LogCurve
from livegrade.color.files import saved_schema as schema
from livegrade.color.files.content import LookContent
from livegrade.color.files.keys import json_line, key_fault, place
from livegrade.color.files.numbers import shown
from livegrade.color.files.source import LookFile, read_look_file
from livegrade.color.files.text import require_no_selection, utf8_text
from livegrade.color.grading import Contrast, Exposure, LiftGammaGain, PrinterPoints, RgbCurves, Saturation
from livegrade.color.look import Look
from livegrade.color.nodes import FULL_MIX, Cdl, Lut1d, Lut3d, Matrix, Role, Samples
from livegrade.color.rangenode import Range
from livegrade.color.space import ColorSpace
from livegrade.color.transforms import ColorSpaceTransform, OutputTransform
from livegrade.color.trilinear import TrilinearLut
from livegrade.errors import LookFileError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from livegrade.color.nodes import Node

    Opened = Callable[[str], LookContent | LookFile]

MAX_DEPTH = 8
"""References that may follow one another."""

MAX_NUMBERS = 129**3 * 3

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_BYTE = re.compile(r" ?\(byte (\d+)\)")

KINDS: Mapping[type[schema.Common], type] = {
    schema.CdlEntry: Cdl,
    schema.MatrixEntry: Matrix,
    schema.Lut1dEntry: Lut1d,
    schema.Lut3dEntry: Lut3d,
    schema.ExposureEntry: Exposure,
    schema.WhiteBalanceEntry: WhiteBalance,
    schema.PrinterPointsEntry: PrinterPoints,
    schema.LiftGammaGainEntry: LiftGammaGain,
    schema.ContrastEntry: Contrast,
    schema.SaturationEntry: Saturation,
    schema.RgbCurvesEntry: RgbCurves,
    schema.ColorSpaceEntry: ColorSpaceTransform,
    schema.OutputEntry: OutputTransform,
    schema.RangeEntry: Range,
    schema.LogCurveEntry: LogCurve,
    schema.ExponentCurveEntry: ExponentCurve,
    schema.HalfLutEntry: HalfLut,
    schema.TrilinearLutEntry: TrilinearLut,
}
"""Fields of an entry have the names of the node's."""

ENTRIES = {node: entry for entry, node in KINDS.items()}

# Made here, once: msgspec 0.22 crashes where two threads are the first to read a type at the same time.
_HEAD = msgspec.json.Decoder(schema.Head)
_SAVED = msgspec.json.Decoder(schema.SavedLook)


def read_saved_look(file: LookFile, opened: Opened, chain: tuple[Path, ...] = ()) -> LookContent:
    """A saved look. `opened` opens what it refers to: content, or the file itself where that is a saved look too.

    `chain`: the saved looks that led here. Raises LookFileError.
    """
    require_no_selection(file)
    chain = (*chain, file.path.resolve())
    saved = _decoded(file)
    tables = _Tables(file, saved.tables)
    nodes: list[Node] = []
    for index, entry in enumerate(saved.nodes):
        where = place(("nodes", index)) + (f" ({shown(entry.name)})" if entry.name else "")
        try:
            if isinstance(entry, schema.FileEntry):
                nodes += _referred(file, entry, opened, chain)
            else:
                nodes.append(_node(entry, tables))
        except UsageError as error:
            raise file.fault(f"{where}: {error}", json_line(_text(file), ("nodes", index))) from error
        except LookFileError as error:
            if error.path != file.path:
                error.add_note(f"{where} of {file.path} refers to it")
            raise
        if len(nodes) > schema.MAX_NODES:
            raise file.fault(f"comes to more than {schema.MAX_NODES} nodes")
    tables.check_used()
    look = Look(tuple(nodes), saved.name, saved.notes)
    if saved.id is not None and saved.id != look.id:
        raise file.fault(
            f"says that its id is {saved.id}, and its nodes give {look.id}: it, or a file it refers to, was changed "
            'after it was saved; take "id" out of it if that is what you want'
        )
    comments = tuple(line for line in saved.notes.splitlines() if line.strip())
    return LookContent(look.nodes, f"saved look of {len(nodes)} nodes", saved.name, comments)


def write_saved_look(look: Look, beside: Callable[[bytes], str] | None = None) -> bytes:
    """The file that gives `look` back: JSON with its id, names and notes, and its tables in base64.

    `beside`: puts the bytes of a table into a file of its own, so that looks share it, and says its path from the file
    of the look; what it raises goes through.
    """
    samples: dict[str, Samples] = {}
    nodes = tuple(_entry(node, samples) for node in look.nodes)
    tables = {name: _table_entry(one, beside) for name, one in samples.items()}
    saved = schema.SavedLook(
        livegrade_look=schema.VERSION, id=look.id, name=look.name, notes=look.notes, nodes=nodes, tables=tables
    )
    return msgspec.json.format(msgspec.json.encode(saved), indent=2) + b"\n"


def _decoded(file: LookFile) -> schema.SavedLook:
    data = file.data.removeprefix(BYTE_ORDER_MARK)
    try:
        version = _HEAD.decode(data).livegrade_look
        if version > schema.VERSION:
            raise file.fault(
                f"was saved by a newer livegrade (version {version} of the format, this one reads {schema.VERSION}); "
                "update livegrade"
            )
        if version < 1:
            raise file.fault(f"has the version {version}; there is none below 1")
        return _SAVED.decode(data)
    except msgspec.ValidationError as error:
        if "livegrade_look" in str(error):
            raise file.fault('is not a saved look: there is no number "livegrade_look" in it') from error
        fault = key_fault(error, schema.CHOICES, schema.FORMS)
        raise file.fault(f"{fault.sentence} (docs/look-file.md)", json_line(_text(file), fault.path)) from error
    except RecursionError as error:
        raise file.fault("is JSON that nobody wrote: its brackets are too deep") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        utf8_text(file)  # what is not, says so
        raise _syntax_fault(file, str(error)) from error


def _syntax_fault(file: LookFile, sentence: str) -> LookFileError:
    """msgspec counts bytes; people count lines."""
    if "truncated" in sentence:
        return file.fault("ends in the middle of its JSON; copy or export it again")
    found = _BYTE.search(sentence)
    mark = BYTE_ORDER_MARK if file.data.startswith(BYTE_ORDER_MARK) else b""
    line = None if found is None else file.data.count(b"\n", 0, int(found[1]) + len(mark)) + 1
    return file.fault(f"is not JSON: {_BYTE.sub('', sentence).removeprefix('JSON is malformed: ')}", line)


def _text(file: LookFile) -> str:
    return file.data.decode("utf-8-sig", "replace")


class _Tables:
    """The tables of one file, each decoded once, when a node asks for it."""

    def __init__(self, file: LookFile, entries: Mapping[str, schema.TableEntry]) -> None:
        self._file = file
        self._entries = entries
        self._decoded: dict[str, Samples] = {}

    def get(self, name: str) -> Samples:
        if name not in self._decoded:
            if name not in self._entries:
                raise UsageError(f"the table {shown(name)} is not among the tables of the file")
            self._decoded[name] = self._read(name, self._entries[name])
        return self._decoded[name]

    def check_used(self) -> None:
        """Refuses tables that nothing uses: a misspelt name must not hide."""
        for name in self._entries:
            if name not in self._decoded:
                raise self._file.fault(f"the table {shown(name)} belongs to no node")

    def _read(self, name: str, entry: schema.TableEntry) -> Samples:
        numbers = math.prod(entry.shape) if all(0 < side <= MAX_NUMBERS for side in entry.shape) else 0
        if not 0 < numbers <= MAX_NUMBERS:
            self._refuse(name, f"cannot have the shape {list(entry.shape)}")
        kind = np.dtype("<f4" if entry.type == "float32" else "<f8")
        data = self._bytes(name, entry, numbers * kind.itemsize)
        if len(data) != numbers * kind.itemsize:
            self._refuse(name, f"holds {len(data)} bytes; its shape and type ask for {numbers * kind.itemsize}")
        if entry.blake2b is not None and hashlib.blake2b(data, digest_size=32).hexdigest() != entry.blake2b:
            self._refuse(name, "is not the one that was saved: its BLAKE2b differs")
        return Samples(np.frombuffer(data, kind).reshape(entry.shape))

    def _bytes(self, name: str, entry: schema.TableEntry, limit: int) -> bytes:
        if (entry.data is None) == (entry.file is None):
            self._refuse(name, 'needs "data" or "file", one of them')
        if entry.data is not None:
            try:
                return base64.b64decode(entry.data, validate=True)
            except (binascii.Error, ValueError) as error:
                self._refuse(name, f"is not base64: {error}")
        if self._file.alone:
            self._refuse(name, "is in a file beside, and only what is in the look itself is read here")
        if entry.blake2b is None:
            self._refuse(name, 'is in a file beside, and needs its "blake2b"')
        return read_look_file(self._file.path.parent / str(entry.file), None, limit).data

    def _refuse(self, name: str, fault: str) -> NoReturn:
        raise UsageError(f"the table {shown(name)} {fault}")


def _referred(file: LookFile, entry: schema.FileEntry, opened: Opened, chain: tuple[Path, ...]) -> Sequence[Node]:
    """The nodes of another file, with what the entry says about them."""
    if file.alone:
        raise file.fault(
            f"refers to {entry.path}, and only what is in the look itself is read here; save it as one file"
        )
    inner = opened(str(file.path.parent / entry.path))
    if isinstance(inner, LookFile):
        if inner.path.resolve() in chain:
            raise file.fault(f"refers to {entry.path}, and that leads back to it; no look can hold itself")
        if len(chain) >= MAX_DEPTH:
            raise file.fault(f"refers to {entry.path}, {MAX_DEPTH} files deep; save the look as one file")
        inner = read_saved_look(inner, opened, chain)
    nodes: tuple[Node, ...] = inner.nodes
    if len(nodes) != 1 and (entry.mix != FULL_MIX or entry.name):
        raise UsageError(f"{entry.path} has {len(nodes)} nodes; a name and a mix fit one")
    changes: dict[str, Any] = {key: getattr(entry, key) for key in ("name", "notes") if getattr(entry, key)}
    if entry.mix != FULL_MIX:
        changes["mix"] = entry.mix
    if not entry.enabled:
        changes["enabled"] = False
    if entry.role is not None:
        changes["role"] = Role(entry.role)
    return [dataclasses.replace(node, **changes) for node in nodes]  # type: ignore[type-var]  # all nodes are dataclasses


def _node(entry: schema.Common, tables: _Tables) -> Node:
    fields: dict[str, Any] = {name: getattr(entry, name) for name in entry.__struct_fields__}
    if fields["role"] is None:
        del fields["role"]
    else:
        fields["role"] = Role(fields["role"])
    for name in ("space", "source", "target"):
        if fields.get(name) is not None:
            fields[name] = _space(fields[name])
    if "table" in fields:
        fields["table"] = tables.get(fields["table"])
    if fields.get("shaper") is not None:
        shaper: schema.ShaperEntry = fields["shaper"]
        fields["shaper"] = Lut1d(tables.get(shaper.table), shaper.first, shaper.last)
    node: Node = KINDS[type(entry)](**fields)
    return node


def _entry(node: Node, tables: dict[str, Samples]) -> Any:
    kind = ENTRIES[type(node)]
    fields: dict[str, Any] = {name: getattr(node, name) for name in kind.__struct_fields__}
    fields["role"] = None if node.role is _usual_role(node) else node.role.value
    for name in ("space", "source", "target"):
        if fields.get(name) is not None:
            space: ColorSpace = fields[name]
            fields[name] = schema.SpaceEntry(space.curve.name, space.to_xyz, space.name)
    if "table" in fields:
        fields["table"] = _put(fields["table"], tables)
    if fields.get("shaper") is not None:
        shaper: Lut1d = fields["shaper"]
        fields["shaper"] = schema.ShaperEntry(_put(shaper.table, tables), shaper.first, shaper.last)
    return kind(**fields)


def _usual_role(node: Node) -> Role:
    """The role of such a node where nothing is said."""
    every = dataclasses.fields(node)  # type: ignore[arg-type]  # all nodes are dataclasses
    role: Any = next(each.default for each in every if each.name == "role")
    return Role(role)


def _put(samples: Samples, tables: dict[str, Samples]) -> str:
    """The name of a table, which is among `tables` now."""
    name = samples.digest.hex()[:16]
    tables.setdefault(name, samples)
    return name


def _table_entry(samples: Samples, beside: Callable[[bytes], str] | None) -> schema.TableEntry:
    """float32 where that loses nothing."""
    short = samples.array.astype("<f4")
    kept = np.array_equal(short.astype(np.float64), samples.array)
    data = (short if kept else samples.array.astype("<f8", copy=False)).tobytes()
    entry = schema.TableEntry(samples.array.shape, "float32" if kept else "float64")
    if beside is None:
        return msgspec.structs.replace(entry, data=base64.b64encode(data).decode("ascii"))
    digest = hashlib.blake2b(data, digest_size=32).hexdigest()
    return msgspec.structs.replace(entry, file=beside(data), blake2b=digest)


def _space(entry: schema.SpaceEntry) -> ColorSpace:
    return ColorSpace(transfer_curve(entry.curve), entry.to_xyz, entry.name)
