"""Writes ASC CDL: `.cc`, `.ccc` and `.cdl` as XML, and lists of clips as EDL notes and ALE columns.

XML by ASC-CDL_schema_v1.01.xsd. An EDL or ALE written here carries looks to clips; it is no edit: where the timecode of
a clip is not known it is zero, and the record side repeats the source unless it is given. Timecode is written as it is
given; a `;` in it means drop frame, which an EDL says in a line of its own (FCM) wherever the counting changes.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from livegrade.color.files.write_lut import remark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from livegrade.color.nodes import Cdl

NAMESPACE = "urn:ASC:CDL:v1.01"
NO_TIME = "00:00:00:00"
CLAMPING = "ASC CDL v1.2, clamped to 0..1"
NOT_CLAMPING = "ASC CDL without clamping"
MAX_TITLE = 70
MAX_REEL = 32
MOST_EVENTS = 999_999


class ClipCdl(NamedTuple):
    """A correction and what it belongs to; `tape`, `start` and `end` are empty where they are not known.

    `fps`: frames per second of the timecode as an ALE writes it, "23.976". `columns`: further names and cells for an
    ALE. `notes`: further lines for an EDL, without their asterisk. `record`: start and end on its record side. `space`:
    what the correction works on, "" where that goes without saying.
    """

    name: str
    cdl: Cdl
    tape: str = ""
    start: str = ""
    end: str = ""
    description: str = ""
    fps: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    record: tuple[str, str] | None = None
    space: str = ""


def write_cc(clips: Sequence[ClipCdl]) -> bytes:
    """One correction."""
    (clip,) = clips
    return _document("\n".join(_correction(clip, "", f' xmlns="{NAMESPACE}"')))


def write_ccc(clips: Sequence[ClipCdl]) -> bytes:
    lines = [line for clip in clips for line in _correction(clip, "    ")]
    root = "ColorCorrectionCollection"
    return _document("\n".join([f'<{root} xmlns="{NAMESPACE}">', *lines, f"</{root}>"]))


def write_cdl(clips: Sequence[ClipCdl]) -> bytes:
    """The clip of each correction is its MediaRef."""
    lines = []
    for clip in clips:
        media = [f'        <MediaRef ref="{escape(remark(clip.tape))}"/>'] if clip.tape else []
        lines += ["    <ColorDecision>", *media, *_correction(clip, "        "), "    </ColorDecision>"]
    root = "ColorDecisionList"
    return _document("\n".join([f'<{root} xmlns="{NAMESPACE}">', *lines, f"</{root}>"]))


def write_edl(clips: Sequence[ClipCdl], reel_letters: int = MAX_REEL, title: str = "looks") -> bytes:
    """`reel_letters`: at most so many of a reel's name: 8 in CMX 3600 as it was, 32 and 128 in what reads it today.
    `title`: what editing programs call it, of which 70 letters count."""
    counting = _counting(clips[0]) if clips else ""
    lines = [f"TITLE: {remark(title)[:MAX_TITLE]}", f"FCM: {counting or 'NON-DROP FRAME'}", ""]
    digits = max(3, len(str(len(clips))))
    for number, clip in enumerate(clips, start=1):
        if _counting(clip) != counting:
            counting = _counting(clip)
            lines.append(f"FCM: {counting}")
        start, end = clip.start or NO_TIME, clip.end or NO_TIME
        record = " ".join(clip.record or (start, end))
        reel = re.sub(r"\s+", "_", remark(clip.tape or clip.name))[:reel_letters] or "AX"
        lines.append(f"{number:0{digits}d}  {reel:<8} V     C        {start} {end} {record}")
        lines.append(f"* FROM CLIP NAME: {remark(clip.name)}")
        lines += [f"* {remark(note)}" for note in clip.notes]
        lines += [f"* ASC_SOP {_sop(clip.cdl)}", f"* ASC_SAT {decimal(clip.cdl.saturation)}"]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _counting(clip: ClipCdl) -> str:
    return "DROP FRAME" if ";" in clip.start else "NON-DROP FRAME"


def write_ale(clips: Sequence[ClipCdl]) -> bytes:
    """The heading says the frame rate where all clips have one; a column FPS says it for each where they differ."""
    rates = list(dict.fromkeys(clip.fps for clip in clips))
    heading = ["Heading", "FIELD_DELIM\tTABS"]
    if len(rates) == 1 and rates[0]:
        heading += ["VIDEO_FORMAT\tCUSTOM", f"FPS\t{rates[0]}"]
    further = list(dict.fromkeys(name for clip in clips for name, _ in clip.columns))
    columns = ["Name", "Tape", "Tracks", "Start", "End", "ASC_SOP", "ASC_SAT", *(["FPS"] if len(rates) > 1 else [])]
    rows = []
    for clip in clips:
        times = clip.start or NO_TIME, clip.end or NO_TIME
        numbers = _sop(clip.cdl), decimal(clip.cdl.saturation)
        cells = dict(clip.columns)
        more = [clip.fps] if len(rates) > 1 else []
        more += [remark(cells.get(name, "")) for name in further]
        rows.append("\t".join([remark(clip.name), remark(clip.tape), "V", *times, *numbers, *more]))
    table = ["\t".join([*columns, *map(remark, further)]), "", "Data", *rows]
    return ("\n".join([*heading, "", "Column", *table]) + "\n").encode("utf-8")


WRITERS: Mapping[str, Callable[[Sequence[ClipCdl]], bytes]] = {
    ".cc": write_cc,
    ".ccc": write_ccc,
    ".cdl": write_cdl,
    ".edl": write_edl,
    ".ale": write_ale,
}


def _document(body: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def _correction(clip: ClipCdl, indent: str, namespace: str = "") -> list[str]:
    cdl = clip.cdl
    description = (
        [f"    <Description>{escape(remark(clip.description), quote=False)}</Description>"] if clip.description else []
    )
    style = CLAMPING if cdl.clamp else NOT_CLAMPING
    works_on = f"; works on {escape(remark(clip.space), quote=False)}" if clip.space else ""
    lines = [
        f'<ColorCorrection id="{escape(remark(clip.name))}"{namespace}>',
        *description,
        f"    <InputDescription>{style}{works_on}</InputDescription>",
        "    <SOPNode>",
        f"        <Slope>{decimals(cdl.slope)}</Slope>",
        f"        <Offset>{decimals(cdl.offset)}</Offset>",
        f"        <Power>{decimals(cdl.power)}</Power>",
        "    </SOPNode>",
        "    <SatNode>",
        f"        <Saturation>{decimal(cdl.saturation)}</Saturation>",
        "    </SatNode>",
        "</ColorCorrection>",
    ]
    return [indent + line for line in lines]


def _sop(cdl: Cdl) -> str:
    return "".join(f"({decimals(values)})" for values in (cdl.slope, cdl.offset, cdl.power))


def decimals(values: tuple[float, ...]) -> str:
    """Numbers as every kind of CDL writes them, with blanks between."""
    return " ".join(map(decimal, values))


def decimal(value: float) -> str:
    """At least four decimals, ten at most, never an exponent."""
    text = f"{value + 0.0:.10f}".rstrip("0")
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals:0<4}"
