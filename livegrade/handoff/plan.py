"""What is handed off, before a byte is written: each look and each take under the name that all files use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from livegrade.handoff.grade import Grade, grade_of
from livegrade.handoff.match import Match, match_takes, take_span
from livegrade.handoff.material import NAMELESS
from livegrade.library.values import TakeState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from livegrade.color.look import Look
    from livegrade.handoff.cameraclips import CameraClip
    from livegrade.handoff.material import Material
    from livegrade.library.values import Take
    from livegrade.timing.timecode import Timecode

MOST_NAME = 120
"""Bytes of a file name that people chose; what makes it the only one comes behind."""


@dataclass(frozen=True, slots=True)
class LookItem:
    """A look that goes out. `stem`: of its files; `scene`, `name`: as it is kept in the library. `is_passing`: it was
    on within a take only and nobody kept it: its numbers go out, and no LUT of its own. `kept_id`: the id that the
    library keeps it by, without what stands around it in pictures; "" where nobody kept it."""

    look_id: str
    look: Look
    grade: Grade
    name: str
    stem: str
    scene: str = ""
    is_passing: bool = False
    kept_id: str = ""

    @property
    def title(self) -> str:
        """What people call it: its name, or else the beginning of its id."""
        return self.name or self.look_id[:8]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a take with one look: from `start` to the picture before `end`, counted as files do."""

    start: Timecode
    end: Timecode
    look_id: str


@dataclass(frozen=True, slots=True)
class TakeItem:
    """A take that goes out. `name`: of its clip, else of its slate, the only one of its kind; `stem`: of its files;
    `tape`: reel; `file`: of the camera, "" where none was matched; `look_id`: the look that was on at its end."""

    take: Take
    match: Match
    name: str
    stem: str
    tape: str
    file: str
    look_id: str
    stretches: tuple[Stretch, ...]

    @property
    def span(self) -> tuple[Timecode, Timecode] | None:
        """First picture and the one after the last, counted as files do."""
        return (self.stretches[0].start, self.stretches[-1].end) if self.stretches else None


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that could not be matched, told or written. `what`: take, look, still, camera file. `is_lost`: the
    library named it and does not have it any more."""

    what: str
    name: str
    why: str
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """`stem`: of the files that are about all of it. `lacks` grows with what the writers find that they cannot hold."""

    material: Material
    stem: str
    looks: Mapping[str, LookItem]
    takes: tuple[TakeItem, ...]
    lacks: tuple[Lack, ...]

    def date_of(self, take: Take) -> str:
        """When it was shot, ISO: of its day where that has a date, else by this machine's clock and zone."""
        named = self.material.dates.get(take.day, "")
        return named or datetime.fromtimestamp(take.started_ns // 10**9).astimezone().date().isoformat()

    def look_of(self, item: TakeItem) -> LookItem | None:
        return self.looks.get(item.look_id)


def plan_of(material: Material, clips: Sequence[CameraClip]) -> Plan:
    """The plan for `material`, its takes matched with the camera files `clips`."""
    looks = _looks(material)
    matches, left = match_takes(material.takes, clips)
    items = _takes(matches)
    lacks = [Lack("look", look_id, why, True) for look_id, why in material.lost.items()]
    lacks += [Lack("take", item.name, item.match.why) for item in items if clips and not item.match.clips]
    lacks += [
        Lack("take", item.name, "it has not ended; this is as far as it was written down")
        for item in items
        if item.take.state is TakeState.OPEN
    ]
    lacks += [Lack("camera file", clip.name, f"no take belongs to it ({clip.origin})") for clip in left]
    return Plan(material, file_stem(material.title) or "handoff", looks, tuple(items), tuple(lacks))


def file_stem(text: str) -> str:
    """`text` as the beginning of a file name that every system takes."""
    plain = re.sub(r"[^\w.-]+", "_", text).strip("._-")
    return plain.encode()[:MOST_NAME].decode("utf-8", "ignore").strip("._-")


def takes(count: int) -> str:
    """For people: "1 take", "3 takes"."""
    return counted(count, "take")


def counted(count: int, thing: str) -> str:
    """For people: "1 look", "3 looks"."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _looks(material: Material) -> dict[str, LookItem]:
    items = {}
    stayed = {take.looks[-1].look_id for take in material.takes if take.looks}
    stayed |= {still.look_id for still in material.stills}
    for look_id, look in material.looks.items():
        kept = material.named.get(look_id, NAMELESS)
        name = kept.name or look.name
        version = f"_v{kept.version}" if kept.version > 1 else ""
        stem = f"{file_stem(name) or 'look'}{version}_{look_id[:8]}"
        is_passing = look_id not in stayed and not kept.name
        items[look_id] = LookItem(look_id, look, grade_of(look), name, stem, kept.scene, is_passing, kept.kept_id)
    return items


def _takes(matches: Sequence[Match]) -> list[TakeItem]:
    items: list[TakeItem] = []
    used: dict[str, int] = {}
    for match in matches:
        take = match.take
        first = match.clips[0] if match.clips else None
        camera_name = "" if first is None else re.sub(r"\.\w{2,4}$", "", first.name)
        # The camera's own name of a clip is longer than what SDI carries of it, and what post looks for.
        name = camera_name or take.clip or _slate_name(take)
        stem = file_stem(name) or f"take{take.key}"
        count = used[stem.upper()] = used.get(stem.upper(), 0) + 1
        tape = take.reel or ("" if first is None or not first.reels else first.reels[0])
        file = "" if first is None else first.file
        look_id = take.looks[-1].look_id if take.looks else ""
        more = "" if count == 1 else f"_{count}"
        items.append(TakeItem(take, match, name + more, stem + more, tape, file, look_id, _stretches(take)))
    return items


def _slate_name(take: Take) -> str:
    setup = file_stem(take.slate.setup)
    return f"{setup}{'_' if setup else ''}T{take.slate.take:02}_{take.slot}"


def _stretches(take: Take) -> tuple[Stretch, ...]:
    """None where timecode is not known at both ends. A picture's own timecode goes before its number."""
    span = take_span(take)
    if span is None or not take.looks:
        return ()
    starts = [span[0]]
    for change in take.looks[1:]:
        known = change.timecode is not None and change.timecode.rate == (take.start or change.timecode).rate
        at = change.timecode.counted(1) if known and change.timecode else span[0] + (change.index - take.first_index)
        starts.append(at)
    ends = [*starts[1:], span[1]]
    pairs = zip(starts, ends, take.looks, strict=True)
    return tuple(Stretch(start, end, look.look_id) for start, end, look in pairs if end.offset_from(start) > 0)
