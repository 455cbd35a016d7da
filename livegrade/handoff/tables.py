"""A day as tables: JSON with all of it, and CSV for takes, looks, markers, alarms and what could not be matched."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import msgspec

import livegrade
from livegrade.handoff.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from livegrade.color.nodes import Cdl
    from livegrade.handoff.plan import Lack, LookItem, Plan, TakeItem
    from livegrade.library.values import Marker
    from livegrade.timing.timecode import Timecode

FORMAT = 1
"""Version of the JSON: a key is never given another meaning; what is added does not raise it."""

Row = dict[str, object]

_NUMBERS = tuple(f"{part}_{channel}" for part in ("slope", "offset", "power") for channel in "rgb")
COLUMNS: dict[str, tuple[str, ...]] = {
    "takes": (
        *("clip", "camera_file", "matched_by", "reel", "slot", "scene", "shot", "take", "circled", "comment", "day"),
        *("unit", "date", "started_utc", "state", "rate", "start", "end", "frames", "look_id", "kept_look_id", "look"),
        *("looks", "camera", "ei", "format", "kelvin", "clip_percent", "key_stops", "low_stops", "high_stops"),
        "alarms",
    ),
    "looks": (
        *("look_id", "kept_look_id", "name", "scene", "files", *_NUMBERS, "saturation", "clamps"),
        *("cdl_works_on", "no_cdl_because", "behind_cdl"),
    ),
    "markers": ("timecode", "kind", "text", "slot", "clip", "day", "at_utc"),
    "alarms": ("timecode", "kind", "text", "slot", "clip"),
    "stills": (
        *("file", "source_file", "timecode", "slot", "scene", "clip", "look_id", "kept_look_id", "notes", "at_utc"),
    ),
}
"""Of each table, also where it has no row. Behind those of takes come the other fields of their slates."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file of the package as it was written: for the list of contents."""

    path: str
    what: str
    bytes: int
    sha256: str
    look_id: str = ""


def table_jobs(plan: Plan, lacks: Sequence[Lack]) -> list[Job]:
    """The tables; `lacks`: what could not be matched or held, of all writers."""
    tables: dict[str, list[Row]] = {
        "takes": [take_row(plan, item) for item in plan.takes],
        "looks": [look_row(item) for item in plan.looks.values()],
        "markers": [_marker_row(plan, marker) for marker in plan.material.markers],
        "alarms": list(_alarm_rows(plan)),
        "stills": _still_rows(plan),
    }
    everything = tables | {"unmatched": _lack_rows(lacks)}
    jobs = [Job(f"{plan.stem}.json", "everything, for programs", partial(_json, plan.material.title, everything))]
    return jobs + [
        Job(f"tables/{name}.csv", f"{name}, for spreadsheets", partial(_csv, rows, COLUMNS[name]))
        for name, rows in tables.items()
    ]


def unmatched(lacks: Sequence[Lack]) -> bytes:
    """The list of what could not be matched, told or found; its first line alone where there is nothing."""
    return _csv(_lack_rows(lacks), ("what", "name", "why"))


def contents(files: Sequence[Written]) -> bytes:
    """The list of all other files: size, SHA-256, the look it carries."""
    columns = ("path", "what", "bytes", "sha256", "look_id")
    return _csv([{column: getattr(file, column) for column in columns} for file in files], columns)


def take_row(plan: Plan, item: TakeItem) -> Row:
    """One take, each number with its unit in its name."""
    take, exposure, span = item.take, item.take.exposure, item.span
    look = plan.look_of(item)
    return {
        "clip": item.name,
        "camera_file": item.file,
        "matched_by": " ".join(item.match.by),
        "reel": item.tape,
        "slot": take.slot,
        "scene": take.slate.scene,
        "shot": take.slate.shot,
        "take": take.slate.take,
        "circled": take.circled,
        "comment": take.comment,
        "day": take.day,
        "unit": take.unit,
        "date": plan.date_of(take),
        "started_utc": moment(take.started_ns),
        "state": take.state.value,
        "rate": "" if take.rate is None else str(take.rate),
        "start": _label(span[0] if span else None),
        "end": _label(span[1] if span else None),
        "frames": span[1].offset_from(span[0]) if span else None,
        "look_id": item.look_id,
        "kept_look_id": "" if look is None else look.kept_id,
        "look": "" if look is None else look.name,
        "looks": [{"start": str(one.start), "look_id": one.look_id} for one in item.stretches],
        "camera": take.camera.name,
        "ei": take.camera.ei,
        "format": take.camera.format,
        "kelvin": exposure.kelvin,
        "clip_percent": exposure.clip_percent,
        "key_stops": exposure.key_stops,
        "low_stops": exposure.low_stops,
        "high_stops": exposure.high_stops,
        "alarms": len(exposure.alarms),
        **{f"slate_{name}": word for name, word in take.slate.fields},
    }


def look_row(item: LookItem) -> Row:
    """One look, and its CDL where it has one."""
    cdl = item.grade.cdl
    return {
        "look_id": item.look_id,
        "kept_look_id": item.kept_id,
        "name": item.name,
        "scene": item.scene,
        "files": item.stem,
        **_numbers(cdl),
        "cdl_works_on": item.grade.works_on,
        "no_cdl_because": " and ".join(item.grade.beyond),
        "behind_cdl": " and ".join((*item.grade.transforms, *((item.grade.output.name,) if item.grade.output else ()))),
    }


def moment(at_ns: int) -> str:
    """ISO 8601, UTC, in seconds."""
    return datetime.fromtimestamp(at_ns // 1_000_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _numbers(cdl: Cdl | None) -> Row:
    values = [None] * 9 if cdl is None else [*cdl.slope, *cdl.offset, *cdl.power]
    row: Row = dict(zip(_NUMBERS, values, strict=True))
    return row | {
        "saturation": None if cdl is None else cdl.saturation,
        "clamps": None if cdl is None else cdl.clamp,
    }


def _marker_row(plan: Plan, marker: Marker) -> Row:
    return {
        "timecode": _label(marker.timecode),
        "kind": marker.kind.value,
        "text": marker.text,
        "slot": marker.slot,
        "clip": _clip_of(plan, marker.take),
        "day": marker.day,
        "at_utc": moment(marker.at_ns),
    }


def _alarm_rows(plan: Plan) -> Iterable[Row]:
    for item in plan.takes:
        for alarm in item.take.exposure.alarms:
            yield {
                "timecode": _label(alarm.timecode),
                "kind": alarm.kind,
                "text": alarm.text,
                "slot": item.take.slot,
                "clip": item.name,
            }


def _still_rows(plan: Plan) -> list[Row]:
    return [
        {
            "file": still.graded.rpartition("/")[2],
            "source_file": still.source.rpartition("/")[2],
            "timecode": _label(still.timecode),
            "slot": still.slot,
            "scene": still.scene,
            "clip": _clip_of(plan, still.take),
            "look_id": still.look_id,
            "kept_look_id": plan.looks[still.look_id].kept_id if still.look_id in plan.looks else "",
            "notes": still.notes,
            "at_utc": moment(still.created_ns),
        }
        for still in plan.material.stills
    ]


def _clip_of(plan: Plan, key: int | None) -> str:
    return next((item.name for item in plan.takes if item.take.key == key), "") if key is not None else ""


def _label(timecode: Timecode | None) -> str:
    return "" if timecode is None else str(timecode.counted(1))


def _json(title: str, tables: dict[str, list[Row]]) -> bytes:
    head = {"livegrade_handoff": FORMAT, "program": f"livegrade {livegrade.__version__}", "title": title}
    return msgspec.json.format(msgspec.json.encode(head | tables), indent=2) + b"\n"


def _lack_rows(lacks: Sequence[Lack]) -> list[Row]:
    return [{"what": lack.what, "name": lack.name, "why": lack.why} for lack in lacks]


def _csv(rows: Sequence[Row], columns: Sequence[str]) -> bytes:
    """`columns`: those that are there without a row too. UTF-8 with the mark that spreadsheets want; a cell that one of
    them would run as a formula begins with a single quote; lists are told by their number."""
    names = list(dict.fromkeys((*columns, *(name for row in rows for name in row))))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return len(value)
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@"):
        return f"'{value}"
    return value
