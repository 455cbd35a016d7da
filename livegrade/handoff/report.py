"""The report of a day as PDF: totals, looks, takes with pictures, markers and alarms, and what could not be matched."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

import livegrade
from livegrade.handoff.match import NOTHING_NAMED
from livegrade.handoff.pages import (
    AMBER,
    BODY,
    GREY,
    HEAD,
    INNER,
    MARGIN,
    SMALL,
    TITLE,
    Pages,
    line_height,
)
from livegrade.handoff.plan import takes
from livegrade.handoff.tables import moment
from livegrade.handoff.typeface import fitted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from livegrade.handoff.plan import Lack, LookItem, Plan, TakeItem
    from livegrade.timing.timecode import Timecode

THUMBNAIL = (32.0, 18.0)
THUMBNAIL_PIXELS = (480, 270)
LEAST_ROW, LOOK_ROW = 22.0, 22.0
MOST_NOTE_LINES, NOTE_LINES = 50, 3
"""Of a take, which keeps it to one page, and of one note."""
MOST_CHANGES = 5
UNKNOWN = "\u2013"
_SIDE = MARGIN + THUMBNAIL[0] + 3


def write_report(plan: Plan, lacks: Sequence[Lack], now_ns: int) -> bytes:
    """The file. `lacks`: what could not be matched or held, of all writers; `now_ns`: since 1970-01-01 UTC."""
    made = f"livegrade {livegrade.__version__}, {moment(now_ns)[:16].replace('T', ' ')} UTC"
    pages = Pages(f"Look report: {plan.material.title}", made, now_ns)
    pages.begin()
    _totals(pages, plan, lacks)
    pictures = _Pictures(plan)
    _heading(pages, "Looks", LOOK_ROW)
    for look in plan.looks.values():
        if not look.is_passing:
            _look(pages, plan, look, pictures)
    passing = sum(look.is_passing for look in plan.looks.values())
    if passing:
        said = f"and {passing} that were on within takes only; the tables and the .ccc have them"
        pages.text(MARGIN, _row(pages, line_height(BODY) + 2.4), INNER, said, BODY, grey=GREY)
    _heading(pages, "Takes", LEAST_ROW)
    for item in plan.takes:
        _take(pages, plan, item, pictures)
    _heading(pages, "Not matched, not told", line_height(BODY))
    _lacks(pages, lacks)
    return pages.finished()


def _totals(pages: Pages, plan: Plan, lacks: Sequence[Lack]) -> None:
    every = plan.takes
    pages.y = pages.text(MARGIN, pages.y, INNER, plan.material.title, TITLE, lines=2) + 2
    dates = sorted({plan.date_of(item.take) for item in every})
    units = sorted({item.take.unit for item in every if item.take.unit})
    period = " to ".join(dict.fromkeys((dates[0], dates[-1]))) if dates else ""
    said = ["" if period == plan.material.title else period, *units]
    pages.y = pages.text(MARGIN, pages.y, INNER, ", ".join(filter(None, said)), HEAD, grey=GREY) + 4
    cameras = Counter(f"{item.take.slot}: {item.take.camera.name or 'camera not known'}" for item in every)
    seconds = sum(_seconds(*item.span) for item in every if item.span is not None)
    rows = (
        ("Takes", f"{len(every)}, {sum(item.take.circled for item in every)} of them circled"),
        ("Running time", f"{int(seconds) // 60} min {int(seconds) % 60} s" if seconds else UNKNOWN),
        ("Cameras", "; ".join(f"{camera} ({takes(count)})" for camera, count in sorted(cameras.items())) or UNKNOWN),
        ("Looks", str(len(plan.looks))),
        ("Stills", str(len(plan.material.stills))),
        ("Markers", str(len(plan.material.markers))),
        ("Alarms", str(sum(len(item.take.exposure.alarms) for item in every))),
        ("Not matched or told", str(len(lacks))),
    )
    for name, value in rows:
        pages.text(MARGIN, pages.y, 40, name, HEAD * 0.8, grey=GREY)
        pages.y = pages.text(MARGIN + 42, pages.y, INNER - 42, value, HEAD * 0.8, lines=2)
    pages.y += 4


def _heading(pages: Pages, title: str, first_row: float) -> None:
    """Never alone at the end of a page."""
    if pages.room < first_row + 12:
        pages.begin()
    pages.y = pages.text(MARGIN, pages.y, INNER, title, HEAD) + 1.5
    pages.rule(pages.y)
    pages.y += 2


def _row(pages: Pages, height: float) -> float:
    """Room for a row; its top."""
    if pages.room < height:
        pages.begin()
    top = pages.y
    pages.y += height
    pages.rule(pages.y - 1.2)
    return top


def _look(pages: Pages, plan: Plan, item: LookItem, pictures: _Pictures) -> None:
    top = _row(pages, LOOK_ROW)
    pages.picture(pictures.of_look(item.look_id), MARGIN, top, *THUMBNAIL)
    used = sum(item.look_id in one.take.look_ids for one in plan.takes)
    y = pages.text(_SIDE, top, 88, item.title, BODY + 1, lines=2)
    y = pages.text(_SIDE, y, 88, f"id {item.look_id}", SMALL, grey=GREY)
    where = f"scene {item.scene}, " if item.scene else ""
    pages.text(_SIDE, y, 88, f"{where}on {takes(used)}; files {item.stem}", SMALL, grey=GREY, lines=2)
    x, cdl = _SIDE + 94, item.grade.cdl
    if cdl is None:
        why = f"More than a CDL: {' and '.join(item.grade.beyond)}. Its LUT and its saved look hold all of it."
        pages.text(x, top, 80, why, BODY, lines=4)
    else:
        y = top
        for name, values in (("Slope", cdl.slope), ("Offset", cdl.offset), ("Power", cdl.power)):
            pages.text(x, y, 18, name, BODY, grey=GREY)
            for column, value in enumerate(values):
                pages.text(x + 16 + 18 * column, y, 16, f"{value:.4f}", BODY, right=True)
            y += line_height(BODY)
        pages.text(x, y, 18, "Saturation", BODY, grey=GREY)
        pages.text(x + 16, y, 16, f"{cdl.saturation:.4f}", BODY, right=True)
        pages.text(x + 36, y, 40, "clamps" if cdl.clamp else "does not clamp", BODY, grey=GREY)
        if item.grade.entrance is not None:
            pages.text(x, y + line_height(BODY), 80, f"works on {item.grade.works_on}", SMALL, grey=GREY)
    behind = [*item.grade.transforms, *([item.grade.output.name] if item.grade.output else [])]
    if behind:
        pages.text(x + 80, top, INNER - (x + 80 - MARGIN), f"with {' and '.join(behind)}", BODY, lines=3)


def _take(pages: Pages, plan: Plan, item: TakeItem, pictures: _Pictures) -> None:
    """Columns: picture, slate, clip, timecode, look, exposure, notes."""
    x = [_SIDE, _SIDE + 30, _SIDE + 78, _SIDE + 112, _SIDE + 162, _SIDE + 190]
    notes_width = MARGIN + INNER - x[5]
    notes = _broken_notes(plan, item, notes_width)
    top = _row(pages, max(LEAST_ROW, 3 + line_height(SMALL) * len(notes)))
    pages.picture(pictures.of_take(item), MARGIN, top, *THUMBNAIL)
    take = item.take
    pages.text(x[0], top, 28, take.slate.setup or UNKNOWN, HEAD)
    pages.text(x[0] + 3, top + 6.5, 20, f"take {take.slate.take}", BODY)
    if take.circled:
        pages.ring(x[0], top + 5.4, 19, 5.6)
    clip = [item.name, f"reel {item.tape or UNKNOWN}", _camera(item), item.file or _matched(item)]
    _column(pages, x[1], top, 46, clip)
    _column(pages, x[2], top, 32, _times(item))
    _column(pages, x[3], top, 48, _looks(plan, item))
    _column(pages, x[4], top, 26, _exposure(item))
    y = top
    for line, is_alarm in notes:
        y = pages.text(x[5], y, notes_width, line, SMALL, color=AMBER if is_alarm else None)


def _column(pages: Pages, x: float, y: float, width: float, texts: Sequence[str]) -> None:
    """The first line in full black, the others behind it."""
    for number, text in enumerate(texts):
        y = pages.text(x, y, width, text, BODY if number == 0 else SMALL, grey=GREY if number else 0)


def _camera(item: TakeItem) -> str:
    camera = item.take.camera
    ei = "" if camera.ei is None else f", EI {camera.ei}"
    return f"{item.take.slot}: {camera.name or UNKNOWN}{ei}"


def _matched(item: TakeItem) -> str:
    if item.match.clips:
        return f"matched by {' and '.join(item.match.by)}"
    return "" if item.match.why == NOTHING_NAMED else f"no file: {item.match.why}"


def _times(item: TakeItem) -> list[str]:
    if item.span is None:
        return [UNKNOWN]
    start, end = item.span
    pictures = end.offset_from(start)
    return [str(start), str(end), f"{_seconds(start, end):.1f} s, {pictures} pictures", f"{start.rate.rate} fps"]


def _seconds(start: Timecode, end: Timecode) -> float:
    return float(end.offset_from(start) / start.rate.rate.fps)


def _looks(plan: Plan, item: TakeItem) -> list[str]:
    if not item.take.looks:
        return [UNKNOWN]
    told = []
    for number, change in enumerate(item.take.looks[:MOST_CHANGES]):
        look = plan.looks.get(change.look_id)
        name = f"{change.look_id[:8]} (not in the library)" if look is None else look.title
        at = "" if change.timecode is None else f"{change.timecode.counted(1)} "
        told.append(name if number == 0 else f"from {at}{name}")
    more = len(item.take.looks) - MOST_CHANGES
    return [*told, f"and {more} more changes"] if more > 0 else told


def _exposure(item: TakeItem) -> list[str]:
    log = item.take.exposure
    if not log.samples:
        return [UNKNOWN]
    return [
        f"clipped {_number(log.clip_percent, '.1f', ' %')}",
        f"key {_number(log.key_stops, '+.1f', ' stops')}",
        f"{_number(log.low_stops, '+.1f')} to {_number(log.high_stops, '+.1f', ' stops')}",
        _number(log.kelvin, "d", " K"),
    ]


def _number(value: float | None, form: str, unit: str = "") -> str:
    return UNKNOWN if value is None else f"{value:{form}}{unit}".replace("-", "\u2212")


def _broken_notes(plan: Plan, item: TakeItem, width: float) -> list[tuple[str, bool]]:
    """The notes line by line, as many as a page takes."""
    lines: list[tuple[str, bool]] = []
    notes = _notes(plan, item)
    for number, (text, is_alarm) in enumerate(notes):
        broken = fitted(text, width, SMALL, NOTE_LINES)
        if len(lines) + len(broken) > MOST_NOTE_LINES:
            return [*lines, (f"and {len(notes) - number} more, in the tables", False)]
        lines += [(line, is_alarm) for line in broken]
    return lines


def _notes(plan: Plan, item: TakeItem) -> list[tuple[str, bool]]:
    """Comment and slate, then markers and alarms by timecode; True for alarms."""
    take = item.take
    said = [take.comment, *(f"{name}: {word}" for name, word in take.slate.fields)]
    told = [(text, False) for text in said if text]
    if take.state.value == "broken":
        told.insert(0, ("its end was not seen", True))
    marks = [
        (marker.index, marker.timecode, f"{marker.kind.value} {marker.text}", False)
        for marker in plan.material.markers
        if marker.take == take.key
    ]
    alarms = [(alarm.index, alarm.timecode, f"{alarm.kind}: {alarm.text}", True) for alarm in take.exposure.alarms]
    for _, timecode, text, is_alarm in sorted((*marks, *alarms), key=lambda mark: mark[0]):
        told.append((text if timecode is None else f"{timecode.counted(1)} {text}", is_alarm))
    return told


def _lacks(pages: Pages, lacks: Sequence[Lack]) -> None:
    if not lacks:
        pages.text(MARGIN, pages.y, INNER, "Nothing: every look, take and file found its place.", BODY)
    for lack in lacks:
        lines = fitted(lack.why, INNER - 100, BODY, 3)
        top = _row(pages, line_height(BODY) * max(1, len(lines)) + 2.4)
        pages.text(MARGIN, top, 26, lack.what, BODY, grey=GREY)
        pages.text(MARGIN + 28, top, 68, lack.name, BODY)
        for number, line in enumerate(lines):
            pages.text(MARGIN + 100, top + number * line_height(BODY), INNER - 100, line, BODY)


class _Pictures:
    """Small pictures of takes and looks, each read once: their own thumbnail, else that of a still, else the still."""

    def __init__(self, plan: Plan) -> None:
        self._folder = plan.material.folder
        self._kept: dict[str, bytes | None] = {}
        self._takes: dict[int, str] = {}
        self._looks = {look_id: kept.thumbnail for look_id, kept in plan.material.named.items() if kept.thumbnail}
        for still in plan.material.stills:  # chosen by a person, and so before the first picture of a take
            path = still.thumbnail or still.graded
            self._looks.setdefault(still.look_id, path)
            if still.take is not None:
                self._takes.setdefault(still.take, path)
        for take in (item.take for item in plan.takes if item.take.thumbnail):
            self._takes.setdefault(take.key, take.thumbnail)
            if take.looks:
                self._looks.setdefault(take.looks[0].look_id, take.thumbnail)

    def of_take(self, item: TakeItem) -> BytesIO | None:
        return self._read(self._takes.get(item.take.key, ""))

    def of_look(self, look_id: str) -> BytesIO | None:
        return self._read(self._looks.get(look_id, ""))

    def _read(self, name: str) -> BytesIO | None:
        if name and name not in self._kept:
            self._kept[name] = _jpeg(self._folder / name)
        data = self._kept.get(name)
        return None if data is None else BytesIO(data)


def _jpeg(path: Path) -> bytes | None:
    """None for a picture that cannot be read: the page says the rest."""
    try:
        with Image.open(path) as picture:
            small = picture.convert("RGB")
            small.thumbnail(THUMBNAIL_PIXELS)
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    data = BytesIO()
    small.save(data, "JPEG", quality=88)
    return data.getvalue()
