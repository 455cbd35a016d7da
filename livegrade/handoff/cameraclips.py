"""What camera files there are, from lists that cameras, their makers' tools and editors write. No camera file itself is
opened here.

Known are ALE, CMX 3600 EDL, the tables of ARRI Meta Extract (one row a picture) and of REDline `--printMeta 3`, Sony's
`...M01.XML` beside a clip, the key dump of the Blackmagic RAW SDK and Canon's `...Static.csv`. Each is known by what
is in it. Timecode stays a label as written: its rate is known of some lists and not of others.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from livegrade.color.files.ale import read_log
from livegrade.color.files.edl import read_events
from livegrade.color.files.source import LookFile, read_look_file
from livegrade.color.files.text import plain_text
from livegrade.color.files.xml_tree import parse_xml
from livegrade.errors import LookFileError, UsageError
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from livegrade.color.files.xml_tree import XmlElement

MAX_BYTES = 64_000_000
MOST_CLIPS = 50_000
_NAME_COLUMNS = ("Name", "Source File", "Filename", "Clip", "Clipname", "Labroll")
_REEL_COLUMNS = ("Tape", "Reel", "Camroll", "Labroll")
_SIDECAR = re.compile(r"M\d\d$", re.ASCII)
_NOTHING = frozenset({"", "--", "n.a."})


@dataclass(frozen=True, slots=True)
class CameraClip:
    """One run of a camera as a list tells it. `names`: all it goes by, the best first; `reels` likewise; `file`: name
    of the camera's file, "" where the list has none. `start`, `end`: timecode of the first picture and of the one after
    the last, as labels; "" where unknown. `rate`: None where the list does not say. `origin`: list and line."""

    names: tuple[str, ...]
    origin: str
    reels: tuple[str, ...] = ()
    file: str = ""
    start: str = ""
    end: str = ""
    rate: Rate | None = None

    @property
    def name(self) -> str:
        return self.names[0] if self.names else ""

    def timecode(self, label: str, rate: TimecodeRate) -> Timecode | None:
        """`start` or `end` as a timecode counted like `rate` where the list does not say; None for none."""
        if not label:
            return None
        counting = rate if self.rate is None else TimecodeRate(self.rate)
        try:
            return Timecode.parse(label, counting)
        except UsageError:
            return None


def read_camera_clips(path: Path) -> list[CameraClip]:
    """All clips of one list. Raises LookFileError for one that cannot be read, or is of no kind known here."""
    file = read_look_file(path, None, MAX_BYTES)
    clips = _reader(file)(file)
    if len(clips) > MOST_CLIPS:
        raise file.fault(f"names {len(clips)} clips; {MOST_CLIPS} are the most")
    return [clip for clip in clips if clip.names]


def _reader(file: LookFile) -> Callable[[LookFile], list[CameraClip]]:
    suffix = file.path.suffix.lower()
    if suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    head = file.data[:20_000].decode("utf-8", "replace").split("\n", 1)[0]
    for sign, reader in _BY_HEADER.items():
        if sign in head:
            return reader
    if b"clip_number:" in file.data[:20_000]:
        return _blackmagic
    raise file.fault(
        "is no list of camera clips known here; there are ALE, EDL, ARRI Meta Extract, REDline --printMeta 3, Sony "
        "M01.XML, Blackmagic RAW metadata and Canon Static.csv"
    )


def _ale(file: LookFile) -> list[CameraClip]:
    log = read_log(file)
    clips = []
    for line, cells in log.rows:
        row = dict(zip(log.columns, cells, strict=False))
        source = row.get("Source File") or row.get("Source File Path") or row.get("Filename", "")
        clips.append(
            CameraClip(
                _known(row, _NAME_COLUMNS),
                _origin(file, line),
                _known(row, _REEL_COLUMNS),
                _file_name(source),
                row.get("Start", ""),
                row.get("End", ""),
                _rate(row.get("FPS") or log.heading.get("FPS", "")),
            )
        )
    return clips


def _edl(file: LookFile) -> list[CameraClip]:
    """Each event is a use of a clip; its source side is what there is of the clip."""
    clips = []
    for event in read_events(file):
        notes = {key: text for key, (text, _) in event.notes.items()}
        names = _known(notes, ("SOURCE FILE", "FROM CLIP NAME")) or (event.reel,)
        source = notes.get("SOURCE FILE", "")
        clips.append(
            CameraClip(names, _origin(file, event.line), (event.reel,), _file_name(source), event.start, event.end)
        )
    return clips


def _arri(file: LookFile) -> list[CameraClip]:
    """A row a picture; one clip a file."""
    rows = _table(file, "\t")
    if not rows:
        raise file.fault("has no pictures")
    first, last = rows[0], rows[-1]
    rate = _rate(first.get("Project FPS", ""))
    drop = first.get("Master TC Drop Frame", "").strip().lower() == "yes"
    start, final = (_counted(row.get("Master TC", ""), drop) for row in (first, last))
    name = first.get("Camera Clip Name", "")
    reels = _known(first, ("Reel",))
    stem = re.sub(r"\.csv$", "", file.path.name, flags=re.IGNORECASE)
    source = stem if name and stem.startswith(name) else ""
    return [CameraClip(_kept(name), _origin(file, 2), reels, source, start, _after(final, rate), rate)]


def _red(file: LookFile) -> list[CameraClip]:
    clips = []
    for line, row in enumerate(_table(file, ","), start=2):
        rate = _rate(row.get("FPS", ""))
        names = _known(row, ("Clip Name", "File Name", "Original File Name"))
        reels = _known(row, ("CamReelID", "AltReelID", "Reel"))
        file_name = _file_name(row.get("File Name", ""))
        end = _after(row.get("End Abs TC", ""), rate)
        clips.append(CameraClip(names, _origin(file, line), reels, file_name, row.get("Abs TC", ""), end, rate))
    return clips


def _sony(file: LookFile) -> list[CameraClip]:
    """The picture counts and binary-coded decimals of NonRealTimeMeta: frames, seconds, minutes, hours."""
    root = parse_xml(file)
    if root.name != "NonRealTimeMeta":
        raise file.fault(f"is XML but no Sony clip metadata: its root element is {root.name}", root.line)
    elements = list(root.walk())
    video = next((one for one in elements if one.name == "VideoFrame"), None)
    rate = None if video is None else _rate(re.sub(r"[pi]$", "", video.attributes.get("formatFps", "")))
    table = next((one for one in elements if one.name == "LtcChangeTable"), None)
    start = end = ""
    if table is not None and rate is not None and table.children:
        pairs = table.attributes.get("halfStep") == "true"
        first, last = (_ltc(file, change, rate, pairs) for change in (table.children[0], table.children[-1]))
        start, end = str(first), str(last + 1)
    name = _SIDECAR.sub("", file.path.stem)
    return [CameraClip((name,), _origin(file, 1), (name.partition("C")[0],), "", start, end, rate)]


def _ltc(file: LookFile, change: XmlElement, rate: Rate, pairs: bool) -> Timecode:
    value = change.attributes.get("value", "")
    if re.fullmatch(r"[0-9A-Fa-f]{8}", value) is None:
        raise file.fault(f"its timecode '{value[:20]}' is not eight digits", change.line)
    frames, seconds, minutes, hours = (int(value[at : at + 2], 16) for at in range(0, 8, 2))
    drop = bool(frames & 0x40)
    digits = [f"{code & mask:02x}" for code, mask in ((hours, 0x3F), (minutes, 0x7F), (seconds, 0x7F), (frames, 0x3F))]
    text = f"{digits[0]}:{digits[1]}:{digits[2]}{';' if drop else ':'}{digits[3]}"
    try:
        return Timecode.parse(text, TimecodeRate(rate, drop, 2 if pairs else 1)).counted(1)
    except UsageError as error:
        raise file.fault(f"its timecode {value} cannot be: {error}", change.line) from error


def _blackmagic(file: LookFile) -> list[CameraClip]:
    pairs = dict(line.split(": ", 1) for line in plain_text(file).split("\n") if ": " in line)
    reel = pairs.get("reel_name", "").strip()
    return [CameraClip(_kept(pairs.get("clip_number", "").strip()), _origin(file, 1), _kept(reel))]


def _canon(file: LookFile) -> list[CameraClip]:
    rows = enumerate(_table(file, ","), start=2)
    return [
        CameraClip(_known(row, ("ShotNumber",)), _origin(file, line), _known(row, ("ReelNumber",)))
        for line, row in rows
    ]


_BY_SUFFIX: Mapping[str, Callable[[LookFile], list[CameraClip]]] = {".ale": _ale, ".edl": _edl, ".xml": _sony}
_BY_HEADER: Mapping[str, Callable[[LookFile], list[CameraClip]]] = {
    "Master TC\t": _arri,
    "Abs TC,": _red,
    "ShotNumber,": _canon,
}


def _table(file: LookFile, delimiter: str) -> list[dict[str, str]]:
    """Rows by column name; of a name that comes twice the first column counts."""
    rows = csv.reader(io.StringIO(plain_text(file)), delimiter=delimiter)
    try:
        names = next(rows, [])
        return [dict(reversed(list(zip(names, row, strict=False)))) for row in rows if any(row)]
    except csv.Error as error:
        raise LookFileError(file.path, f"is not a table ({error})", rows.line_num) from error


def _known(row: Mapping[str, str], columns: tuple[str, ...]) -> tuple[str, ...]:
    """What the columns hold, each once; of paths the name of the file."""
    return tuple(dict.fromkeys(name for column in columns for name in _kept(_file_name(row.get(column, "")))))


def _kept(text: str) -> tuple[str, ...]:
    return () if text.strip() in _NOTHING else (text.strip(),)


def _file_name(text: str) -> str:
    return PurePosixPath(PureWindowsPath(text.strip()).as_posix()).name


def _rate(text: str) -> Rate | None:
    try:
        return Rate.parse(re.sub(r"\.0+$", "", text.strip()))
    except UsageError:
        return None


def _counted(label: str, drop: bool) -> str:
    return re.sub(r":(\d+)$", r";\1", label) if drop else label


def _after(label: str, rate: Rate | None) -> str:
    """The label of the next picture; "" where that cannot be told."""
    if rate is None:
        return ""
    try:
        return str(Timecode.parse(label, TimecodeRate(rate)) + 1)
    except UsageError:
        return ""


def _origin(file: LookFile, line: int) -> str:
    return f"{file.path.name}, line {line}"
