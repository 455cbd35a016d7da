"""The journal of a session as a file: what is in it as types, written from a `Kept` and read back, bounded both ways.

Nodes are saved looks of one node each, as docs/look-file.md has them; their tables lie beside the journal under names
made from their contents, so that a wheel that is turned writes some kilobytes and never a LUT. Nothing in a journal is
guessed: what is damaged is refused with a sentence, and who reads it goes on without.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct

from livegrade.color.files import open_saved_look
from livegrade.color.files.saved import write_saved_look
from livegrade.color.look import Look
from livegrade.control.auth import Access
from livegrade.control.grade import Grade, Links
from livegrade.control.history import STEPS_KEPT, History, PlacedNode, Step
from livegrade.control.journal_devices import DeviceEntry, device_entries, devices_of
from livegrade.control.journal_meters import MetersEntry, meters_entry, meters_of
from livegrade.control.journal_osc import OscEntry, osc_entry, osc_of
from livegrade.control.journal_scopes import ScopesEntry, scopes_entry, scopes_of
from livegrade.control.journal_slate import SlateEntry, slate_entry, slate_of
from livegrade.control.kept import ChangedSlot, Kept, KeptSink, SlotWords
from livegrade.errors import ControlError, LookFileError, UsageError
from livegrade.redaction import one_line
from livegrade.transport.address import Scheme, sink_address, source_address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from livegrade.color.nodes import Node
    from livegrade.control.seen import Sign
    from livegrade.transport.address import SinkAddress, SourceAddress

T = TypeVar("T")

VERSION = 1
MOST_BYTES = 4_000_000
"""Of the file, without its tables: undo steps are given up for it, the oldest first."""
MOST_TABLE_BYTES = 256_000_000
"""Of the tables of all looks and undo steps."""
MOST_SINKS = 10_000
"""More outputs than any session can be started with, or what it wrote would be no journal to the next."""

Short = Annotated[str, Meta(max_length=4000)]
Key = Annotated[str, Meta(pattern="^[0-9]{1,6}$")]
Id = Annotated[str, Meta(pattern="^n[1-9][0-9]{0,8}$")]
Letter = Annotated[str, Meta(pattern="^[A-Z]$")]
Keys = Annotated[tuple[Key, ...], Meta(max_length=256)]


class StepEntry(Struct, frozen=True, omit_defaults=True):
    """`nodes`: the ids and the keys of the nodes in their order."""

    words: Short
    nodes: Annotated[tuple[tuple[Id, Key], ...], Meta(max_length=256)] = ()
    name: Annotated[str, Meta(max_length=1000)] = ""
    notes: Annotated[str, Meta(max_length=100_000)] = ""


class AddressEntry(Struct, frozen=True, omit_defaults=True):
    text: Short
    scheme: Scheme
    target: Short
    options: Annotated[dict[Short, Short], Meta(max_length=50)] = {}


class WordsEntry(Struct, frozen=True, omit_defaults=True):
    """What a slot is set up as."""

    source: AddressEntry
    camera: Short | None = None
    ei: Annotated[int, Meta(ge=1, le=999_999)] | None = None
    to: Short | None = None
    grade_in: Short = "camera"
    range: Short = "auto"
    matrix: Short = "auto"


class SlotEntry(Struct, frozen=True, omit_defaults=True):
    """`was`, `words`: where it was changed, what it was started as and what it is."""

    now: StepEntry
    past: Annotated[tuple[StepEntry, ...], Meta(max_length=STEPS_KEPT)] = ()
    future: Annotated[tuple[StepEntry, ...], Meta(max_length=STEPS_KEPT)] = ()
    used: Annotated[int, Meta(ge=0, le=10**9)] = 0
    bypassed: bool = False
    was: WordsEntry | None = None
    words: WordsEntry | None = None


class SinkEntry(Struct, frozen=True, omit_defaults=True):
    """`calibration`: keys of nodes."""

    number: Annotated[int, Meta(ge=1, le=10**6)]
    place: AddressEntry
    calibration: Keys | None = None
    locked: bool = False


class TokenEntry(Struct, frozen=True):
    """`sha256`: of the token, which only the client has."""

    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    access: Access


class Head(Struct):
    """What is read first, whatever else the file holds."""

    livegrade_journal: int


class JournalEntry(Struct, frozen=True, kw_only=True):
    """`run`: of the supervisor, which knows its own; `ended`: the session was stopped and not cut off."""

    livegrade_journal: int = VERSION
    run: Short = ""
    ended: bool = False
    slots: Annotated[dict[Letter, SlotEntry], Meta(max_length=26)]
    sinks: Annotated[tuple[SinkEntry, ...], Meta(max_length=MOST_SINKS)] = ()
    rigged: Annotated[tuple[tuple[Short, Short, Letter], ...], Meta(max_length=MOST_SINKS)] = ()
    links: Annotated[tuple[tuple[tuple[Letter, Id], ...], ...], Meta(max_length=10_000)] = ()
    tokens: Annotated[tuple[TokenEntry, ...], Meta(max_length=1000)] = ()
    seen_on: Annotated[tuple[tuple[Short, Short, Short], ...], Meta(max_length=1000)] = ()
    meters: Annotated[dict[Letter, MetersEntry], Meta(max_length=26)] = {}
    devices: Annotated[tuple[DeviceEntry, ...], Meta(max_length=64)] | None = None
    rigged_devices: Annotated[tuple[DeviceEntry, ...], Meta(max_length=64)] = ()
    osc: OscEntry | None = None
    scopes: Annotated[dict[Letter, ScopesEntry], Meta(max_length=26)] = {}
    slate: SlateEntry | None = None
    nodes: Annotated[dict[Key, Raw], Meta(max_length=500_000)]


@dataclass(frozen=True, slots=True)
class Journal:
    """`tokens`: SHA-256 of those that open the session, with what they open; `seen_on`: troubles that were seen and go
    on, in their order."""

    kept: Kept
    run: str = ""
    ended: bool = False
    tokens: tuple[tuple[bytes, Access], ...] = ()
    seen_on: tuple[Sign, ...] = ()


# ---- writing


class JournalText:
    """Makes the file again and again; what a node is as JSON is worked out once. For one thread.

    `tables`: the names of the files that must lie beside what was made last; `fresh`: the bytes of those that were not
    needed before, for whoever writes them, who takes them out."""

    def __init__(self) -> None:
        self.tables: frozenset[str] = frozenset()
        self.fresh: dict[str, bytes] = {}
        self._nodes: dict[Node, _Written] = {}

    def encode(self, journal: Journal) -> bytes:
        """Raises ControlError where the looks of now are too large for it."""
        steps = STEPS_KEPT
        while True:
            work = _Encoding(self._nodes)
            data = msgspec.json.encode(work.journal(journal, steps))
            sizes = {name: size for one in work.used.values() for name, size in one.sizes.items()}
            if len(data) <= MOST_BYTES and sum(sizes.values()) <= MOST_TABLE_BYTES:
                break
            if not steps:
                raise ControlError(
                    f"the looks of now take {(len(data) + sum(sizes.values())) / 1e6:.0f} MB, which is more than the "
                    f"journal of the session keeps: what changes now is lost when the session is cut off"
                )
            steps //= 2
        self._nodes = work.used
        needed = frozenset(sizes)
        fresh = {**self.fresh, **{name: data for name, data in work.fresh.items() if name not in self.tables}}
        self.fresh = {name: data for name, data in fresh.items() if name in needed}
        self.tables = needed
        return data


@dataclass(frozen=True, slots=True)
class _Written:
    """A node as JSON. `sizes`: bytes of the tables that belong to it, by the names of their files."""

    json: bytes
    sizes: Mapping[str, int]


class _Encoding:
    """One file. `used`: the nodes in it; `fresh`: the tables of those that were not known, by file."""

    def __init__(self, known: Mapping[Node, _Written]) -> None:
        self.used: dict[Node, _Written] = {}
        self.fresh: dict[str, bytes] = {}
        self._known = known
        self._keys: dict[Node, str] = {}

    def journal(self, journal: Journal, steps: int) -> JournalEntry:
        grade = journal.kept.grade
        changed = journal.kept.slots
        slots = {
            name: self._slot(history, steps, name in grade.bypassed, changed.get(name))
            for name, history in grade.histories.items()
        }
        sinks = tuple(map(self._sink, journal.kept.sinks))
        return JournalEntry(
            run=journal.run,
            ended=journal.ended,
            slots=slots,
            sinks=sinks,
            rigged=journal.kept.rigged,
            links=tuple(tuple(sorted(group)) for group in sorted(grade.links.groups, key=sorted)),
            tokens=tuple(TokenEntry(hashed.hex(), access) for hashed, access in journal.tokens),
            seen_on=journal.seen_on[:1000],
            meters={name: meters_entry(meters) for name, meters in journal.kept.meters.items()},
            devices=None if (there := journal.kept.devices) is None else device_entries(there),
            rigged_devices=device_entries(journal.kept.rigged_devices),
            osc=osc_entry(journal.kept.osc),
            scopes={name: scopes_entry(scopes) for name, scopes in journal.kept.scopes.items()},
            slate=slate_entry(journal.kept.slate),
            nodes={key: Raw(self.used[node].json) for node, key in self._keys.items()},
        )

    def _slot(self, history: History, steps: int, bypassed: bool, changed: ChangedSlot | None) -> SlotEntry:
        past = history.past[len(history.past) - min(steps, len(history.past)) :]
        future = history.future[len(history.future) - min(steps, len(history.future)) :]
        return SlotEntry(
            now=self._step(history.now),
            past=tuple(map(self._step, past)),
            future=tuple(map(self._step, future)),
            used=history.used,
            bypassed=bypassed,
            was=None if changed is None else _words(changed.began),
            words=None if changed is None else _words(changed.now),
        )

    def _step(self, step: Step) -> StepEntry:
        nodes = tuple((placed.id, self._key(placed.node)) for placed in step.nodes)
        return StepEntry(step.words, nodes, step.name, step.notes)

    def _sink(self, sink: KeptSink) -> SinkEntry:
        keys = None if sink.calibration is None else tuple(map(self._key, sink.calibration.nodes))
        return SinkEntry(sink.number, _address(sink.place), keys, sink.locked)

    def _key(self, node: Node) -> str:
        if node not in self._keys:
            self._keys[node] = str(len(self._keys))
            self.used[node] = self._known.get(node) or self._write(node)
        return self._keys[node]

    def _write(self, node: Node) -> _Written:
        sizes: dict[str, int] = {}

        def beside(table: bytes) -> str:
            name = f"{hashlib.blake2b(table, digest_size=32).hexdigest()}.table"
            self.fresh[name] = table
            sizes[name] = len(table)
            return name

        return _Written(write_saved_look(Look((node,)), beside), sizes)


def _address(address: SinkAddress | SourceAddress) -> AddressEntry:
    return AddressEntry(address.text, address.scheme, address.target, dict(address.options))


def _words(words: SlotWords) -> WordsEntry:
    source = _address(words.source)
    return WordsEntry(source, words.camera, words.ei, words.to, words.grade_in, words.range, words.matrix)


# ---- reading


def read_journal(path: Path) -> Journal:
    """Raises ControlError for what is damaged, of a newer version, or too large to be one; OSError."""
    with path.open("rb") as file:
        data = file.read(min(path.stat().st_size, MOST_BYTES) + 1)  # room is made for what is asked for
    if len(data) > MOST_BYTES:
        raise ControlError(f"it is larger than {MOST_BYTES // 1_000_000} MB, and no journal is")
    try:
        version = msgspec.json.decode(data, type=Head).livegrade_journal
        if version > VERSION:
            raise ControlError(f"it is from a newer livegrade (format {version}, this one reads {VERSION})")
        entry = msgspec.json.decode(data, type=JournalEntry)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ControlError(f"it is damaged: {one_line(str(error))}") from error
    return _Decoding(path, entry).journal()


class _Decoding:
    def __init__(self, path: Path, entry: JournalEntry) -> None:
        self._path = path
        self._entry = entry
        self._nodes: dict[str, Node] = {}

    def journal(self) -> Journal:
        entry = self._entry
        grade = Grade(
            {name: self._history(slot) for name, slot in entry.slots.items()},
            Links(frozenset(frozenset(group) for group in entry.links)),
            frozenset(name for name, slot in entry.slots.items() if slot.bypassed),
        )
        tokens = tuple((bytes.fromhex(token.sha256), token.access) for token in entry.tokens)
        grade = replace(grade, links=grade.links.among(grade.histories))
        return Journal(
            Kept(
                grade,
                _changed(entry.slots),
                tuple(map(self._sink, entry.sinks)),
                entry.rigged,
                {name: meters_of(meters) for name, meters in entry.meters.items()},
                None if entry.devices is None else _checked(lambda: devices_of(entry.devices or ())),
                _checked(lambda: devices_of(entry.rigged_devices)),
                osc=_checked(lambda: osc_of(entry.osc)),
                scopes={name: scopes_of(scopes) for name, scopes in entry.scopes.items()},
                slate=slate_of(entry.slate),
            ),
            entry.run,
            entry.ended,
            tokens,
            entry.seen_on,
        )

    def _history(self, slot: SlotEntry) -> History:
        past, future = tuple(map(self._step, slot.past)), tuple(map(self._step, slot.future))
        return History(self._step(slot.now), past, future, slot.used)

    def _step(self, step: StepEntry) -> Step:
        ids = [id for id, _ in step.nodes]
        if len(set(ids)) != len(ids):
            raise ControlError("it is damaged: two nodes of one look have the same id")
        return Step(step.words, tuple(PlacedNode(id, self._node(key)) for id, key in step.nodes), step.name, step.notes)

    def _sink(self, sink: SinkEntry) -> KeptSink:
        calibration = None if sink.calibration is None else Look(tuple(map(self._node, sink.calibration)))
        at = sink.place
        place = _checked(lambda: sink_address(at.text, at.scheme, at.target, at.options))
        return KeptSink(sink.number, place, calibration, sink.locked)

    def _node(self, key: str) -> Node:
        if key not in self._nodes:
            raw = self._entry.nodes.get(key)
            if raw is None:
                raise ControlError(f"it is damaged: node {key} is missing")
            try:
                nodes = open_saved_look(self._path, bytes(raw)).nodes
            except LookFileError as error:
                raise ControlError(f"it is damaged: node {key} {one_line(error.fault)}") from error
            if len(nodes) != 1:
                raise ControlError(f"it is damaged: node {key} is {len(nodes)} nodes")
            self._nodes[key] = nodes[0]
        return self._nodes[key]


def _changed(slots: Mapping[str, SlotEntry]) -> dict[str, ChangedSlot]:
    return {
        name: ChangedSlot(_slot_words(slot.was), _slot_words(slot.words))
        for name, slot in slots.items()
        if slot.was is not None and slot.words is not None
    }


def _slot_words(words: WordsEntry) -> SlotWords:
    at = words.source
    source = _checked(lambda: source_address(at.text, at.scheme, at.target, at.options))
    return SlotWords(source, words.camera, words.ei, words.to, words.grade_in, words.range, words.matrix)


def _checked(make: Callable[[], T]) -> T:
    try:
        return make()
    except UsageError as error:
        raise ControlError(f"it is damaged: {error}") from error
