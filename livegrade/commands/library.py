"""`livegrade library`: what is kept, found, shown and changed."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from livegrade.color.files import open_look_file
from livegrade.color.look import Look
from livegrade.commands.voice import say
from livegrade.errors import UsageError
from livegrade.library.coding import plain
from livegrade.library.edit import edited
from livegrade.library.kinds import KINDS, LOOKS, MARKERS, Kind
from livegrade.library.merge import merge
from livegrade.library.query import parse_query
from livegrade.library.store import Library, library_folder
from livegrade.library.values import LookEntry, Marker, Still, Take, TakeState
from livegrade.timing.rate import NS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

_BY_WORD: dict[str, Kind[Any]] = {kind.table.removesuffix("s"): kind for kind in KINDS}
_BY_TABLE: dict[str, Kind[Any]] = {kind.table: kind for kind in KINDS}
DATABASES = (".sqlite3", ".sqlite", ".db")
_PAIRS = ("fields", "extra")
"""What holds pairs of a name and a word."""


def run_find(
    words: Sequence[str], since: str | None, until: str | None, limit: int, folder: Path | None, as_json: bool
) -> int:
    """Prints what fits; 0 also where nothing does."""
    times = [f"{name}={text}" for name, text in (("since", since), ("until", until)) if text is not None]
    query = parse_query([*words, *times], datetime.now().astimezone())
    with Library.reading(_folder(folder)) as library:
        found = {kind.table: library.find(query, kind, limit) for kind in KINDS}
    if as_json:
        print(json.dumps({table: plain(tuple(values)) for table, values in found.items()}, ensure_ascii=False))
        return 0
    for table, values in found.items():
        if values:
            say(f"{table}:")
        for value in values:
            say(f"  {line(value)}")
        if len(values) == limit:
            say(f"  the newest {limit}; there may be more, see --limit")
    if not any(found.values()):
        say("nothing fits")
    return 0


def run_show(word: str, name: str, folder: Path | None, as_json: bool) -> int:
    kind = _kind(word)
    with Library.reading(_folder(folder)) as library:
        most = 8 if kind is LOOKS else 16  # eight digits are the beginning of a look's id
        if name.isascii() and name.isdigit() and len(name) < most:
            value = library.get(kind, int(name))
        elif kind is LOOKS:
            named = library.find(parse_query([f"look={name}"], datetime.now().astimezone()), LOOKS, 1)
            value = named[0] if named else library.look_named(name)
        else:
            raise UsageError(f"a {word} is shown by its number, not '{name[:40]}'; livegrade library find lists them")
        marks: list[Marker] = []
        if isinstance(value, Take):
            marks = library.find(parse_query([f"of={value.key}"], datetime.now().astimezone()), MARKERS)
    said = plain(value)
    if as_json:
        print(json.dumps(said, ensure_ascii=False))
        return 0
    for key, content in entry_lines(said):
        say(f"{key}: {content}")
    for mark in reversed(marks):
        say(f"marker: {line(mark).strip()}")
    return 0


def run_edit(word: str, key: int, changes: Sequence[str], folder: Path | None) -> int:
    kind = _kind(word)
    pairs = [tuple(change.split("=", 1)) for change in changes]
    for pair in pairs:
        if len(pair) != 2:
            raise UsageError(f"'{pair[0][:40]}' changes nothing; write FIELD=VALUE, such as comment='boom in shot'")
    with _existing(folder) as library:
        value = library.change(kind, key, lambda kept: edited(kept, [(pair[0], pair[1]) for pair in pairs]))
    say(line(value))
    return 0


def run_import(files: Sequence[Path], scene: str, tags: tuple[str, ...], folder: Path | None) -> int:
    with Library.open(_folder(folder), check=False) as library:
        for file in files:
            if file.suffix.lower() in DATABASES:
                done = merge(library, file)
                came = ", ".join(f"{count} {table}" for table, count in done.added.items())
                say(f"{file}: {came} came in, {done.known} were here")
                if done.unreadable or done.missing:
                    lost = f"{done.unreadable} entries cannot be read, {done.missing} files are missing"
                    say(f"{file}: {lost}", trouble=True)
            else:
                content = open_look_file(str(file))
                name = content.title or file.name.partition(".")[0]
                look = Look(content.nodes, name, "\n".join(content.comments))
                entry = LookEntry("", name, time.time_ns(), tags=tags, scene=scene, notes=look.notes)
                say(line(library.keep_look(look, entry)))
    return 0


def run_backup(folder: Path | None) -> int:
    with _existing(folder) as library:
        say(str(library.backup()))
    return 0


def run_check(folder: Path | None) -> int:
    with Library.reading(_folder(folder)) as library:
        wrong = library.check()
        counts = ", ".join(f"{library.count(kind)} {table}" for table, kind in _BY_TABLE.items())
    for sentence in wrong:
        say(sentence, trouble=True)
    say(f"{_folder(folder)}: {counts}; " + ("all of it is whole" if not wrong else f"{len(wrong)} faults"))
    return 1 if wrong else 0


def line(value: Take | LookEntry | Still | Marker) -> str:
    """One entry on one line, its number first."""
    match value:
        case Take():
            parts = _take_parts(value)
        case LookEntry():
            parts = [f"{value.name} v{value.version}", value.scene and f"scene {value.scene}", value.camera.name]
            parts += [" ".join(value.tags), value.look_id[:8], value.notes]
        case Still():
            parts = [value.slot, str(value.timecode or value.index), value.scene and f"scene {value.scene}"]
            parts += [value.graded, value.look_id[:8], value.notes]
        case Marker():
            parts = [value.slot, value.kind.value, str(value.timecode or f"picture {value.index}")]
            parts += [f"take {value.take}" if value.take else "", value.text]
    return "  ".join([f"{value.key:>5}", *(part.replace("\n", " ") for part in parts if part)])


def _take_parts(take: Take) -> list[str]:
    first, last = (str(timecode or "?") for timecode in (take.start, take.end))
    exposure = take.exposure
    return [
        f"{take.slate}{' (circled)' if take.circled else ''}",
        take.slot,
        f"{first}-{last}" if take.start is not None else f"pictures {take.first_index}-{take.last_index}",
        "" if take.state is TakeState.ENDED else take.state.value,
        take.camera.name,
        take.clip,
        f"{len(take.looks)} looks" if len(take.looks) > 1 else "",
        "" if exposure.clip_percent is None else f"clip {exposure.clip_percent:g} %",
        "" if exposure.key_stops is None else f"key {exposure.key_stops:+.1f}",
        f"{len(exposure.alarms)} alarms" if exposure.alarms else "",
        take.comment,
    ]


def entry_lines(said: Any, prefix: str = "") -> list[tuple[str, str]]:
    """Keys with dots and what they hold, for people: moments in local time; nothing for what is empty."""
    if isinstance(said, dict):
        named = ((f"{prefix}.{key}" if prefix else key, value) for key, value in said.items())
        return [pair for key, value in named for pair in entry_lines(value, key)]
    if isinstance(said, list):
        if prefix.rpartition(".")[2] in _PAIRS:
            return [(f"{prefix}.{name}", str(word)) for name, word in said]
        return [pair for number, one in enumerate(said) for pair in entry_lines(one, f"{prefix}.{number + 1}")]
    if isinstance(said, bool):
        return [(prefix, "yes" if said else "no")]
    if isinstance(said, int) and prefix.endswith("_ns"):
        moment = datetime.fromtimestamp(said // NS_PER_SECOND).astimezone()
        return [(prefix.removesuffix("_ns"), f"{moment:%Y-%m-%d %H:%M:%S %z}")]
    return [] if said in (None, "") else [(prefix, str(said))]


def _kind(word: str) -> Kind[Any]:
    kind = _BY_WORD.get(word.lower().removesuffix("s"))
    if kind is None:
        raise UsageError(f"'{word[:40]}' is not kept here; there are {', '.join(_BY_WORD)}")
    return kind


def _existing(folder: Path | None) -> Library:
    """To write, and not made where there is none. Raises LibraryError."""
    where = _folder(folder)
    Library.reading(where).close()
    return Library.open(where, check=False)


def _folder(given: Path | None) -> Path:
    return library_folder() if given is None else given
