"""Which camera files belong to which take: by clip name, reel and timecode, and never by a guess.

Names that are known on both sides must agree, as far as the shorter one goes ("A001C003" and
"A001C003_261121_R1AB.mov"); so must reels; timecode must overlap by half of the shorter run. What is not known on one
side neither helps nor hurts, but a name or timecode must speak for a match. Where two files that ran at the same time
fit equally, none is taken, and the take says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.timing.timecode import Timecode, TimecodeRate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livegrade.handoff.cameraclips import CameraClip
    from livegrade.library.values import Take


NOTHING_NAMED = "no camera files were named"
_SUFFIX = re.compile(r"\.(MOV|MXF|MP4|R3D|BRAW|CRM|ARI|ARX|NEV|RMF|DNG|WAV)$")
_BEHIND_A_REEL = "CR"
"""What the cameras' own names go on with: A001C003, A001R1AB."""


@dataclass(frozen=True, slots=True)
class Match:
    """`clips`: the camera files of the take, in the order of their lists; none where nothing fits, and `why` says what
    was missing. `by`: what spoke for them, of "clip name", "reel", "timecode"."""

    take: Take
    clips: tuple[CameraClip, ...] = ()
    by: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Fit:
    """True: agrees; False: contradicts; None: not known on one side."""

    clip: CameraClip
    name: bool | None
    reel: bool | None
    time: bool | None

    @property
    def holds(self) -> bool:
        return False not in (self.name, self.reel, self.time) and (self.name is True or self.time is True)

    @property
    def by(self) -> tuple[str, ...]:
        spoken = (("clip name", self.name), ("reel", self.reel), ("timecode", self.time))
        return tuple(word for word, fits in spoken if fits)


def match_takes(takes: Sequence[Take], clips: Sequence[CameraClip]) -> tuple[list[Match], list[CameraClip]]:
    """A match for each take, and the clips that belong to none."""
    matches = [_match(take, clips) for take in takes]
    used = {id(clip) for match in matches for clip in match.clips}
    return matches, [clip for clip in clips if id(clip) not in used]


def take_span(take: Take) -> tuple[Timecode, Timecode] | None:
    """Timecode of the first picture and of the one after the last, every picture counted as files do; None where one of
    them is not known."""
    if take.start is None or take.end is None:
        return None
    start, end = take.start.counted(1), take.end.counted(1)
    return start, end + 1


def _match(take: Take, clips: Sequence[CameraClip]) -> Match:
    fits = [_fit(take, clip) for clip in clips]
    holding = [fit for fit in fits if fit.holds]
    if not holding:
        return Match(take, why=_why(take, fits))
    if any(fit.name for fit in holding):
        holding = [fit for fit in holding if fit.name]
    elif any(fit.reel for fit in holding):
        holding = [fit for fit in holding if fit.reel]
    rival = _rivals(take, [fit.clip for fit in holding])
    if rival is not None:
        return Match(take, why=f"{rival[0].name} and {rival[1].name} ran at the same time and fit equally")
    by = tuple(word for word in ("clip name", "reel", "timecode") if any(word in fit.by for fit in holding))
    return Match(take, tuple(fit.clip for fit in holding), by)


def _fit(take: Take, clip: CameraClip) -> _Fit:
    name = None if not take.clip or not clip.names else any(_begins_alike(take.clip, other) for other in clip.names)
    reels = (*clip.reels, *clip.names)
    reel = (
        None if not take.reel or not reels else any(_begins_alike(take.reel, other, _BEHIND_A_REEL) for other in reels)
    )
    if reel is False and name:
        reel = None  # two ways of naming reels; the clip's own name decides
    return _Fit(clip, name, reel, _overlap(take, clip))


def _agrees(one: str, others: Sequence[str], borders: str = "") -> bool | None:
    """None where one side is not known."""
    return None if not one or not others else any(_begins_alike(one, other, borders) for other in others)


def _begins_alike(one: str, other: str, borders: str = "") -> bool:
    """Whether one is the other, or its beginning up to a character that ends a part of a name."""
    short, long = sorted((_plain(one), _plain(other)), key=len)
    if not short or not long.startswith(short):
        return False
    return len(short) == len(long) or not long[len(short)].isalnum() or long[len(short)] in borders


def _plain(name: str) -> str:
    return re.sub(
        r"\.(mov|mxf|mp4|r3d|braw|crm|ari|arx|nev|rmf|dng|wav)$", "", name.strip(), flags=re.IGNORECASE
    ).upper()


def _overlap(take: Take, clip: CameraClip) -> bool | None:
    span = take_span(take)
    if span is None:
        return None
    run = _run(clip, span[0].rate)
    if run is None:
        return None
    (start, end), length = run, span[1].offset_from(span[0])
    shared = min(span[1].offset_from(start), end.offset_from(start)) - max(span[0].offset_from(start), 0)
    return 2 * shared >= max(1, min(length, end.offset_from(start)))


def _run(clip: CameraClip, rate: TimecodeRate) -> tuple[Timecode, Timecode] | None:
    """First picture and the one after the last, counted as the take is; None where it cannot be compared."""
    start, end = (clip.timecode(label, rate) for label in (clip.start, clip.end))
    if start is None or end is None or end.offset_from(start) <= 0:
        return None
    alike = start.rate.nominal == rate.nominal and start.rate.drop_frame == rate.drop_frame
    # 24 and 23.976 have the same labels, and lists often write one for the other.
    return (Timecode(start.frames, rate), Timecode(end.frames, rate)) if alike else None


def _rivals(take: Take, clips: Sequence[CameraClip]) -> tuple[CameraClip, CameraClip] | None:
    """Two of the clips that overlap one another; those named alike are one clip told twice or in parts."""
    span = take_span(take)
    for at, one in enumerate(clips):
        for other in clips[at + 1 :]:
            if _plain(one.name) == _plain(other.name):
                continue
            runs = (None, None) if span is None else (_run(one, span[0].rate), _run(other, span[0].rate))
            if runs[0] is None or runs[1] is None:
                return one, other
            (start, end), (begin, stop) = runs[0], runs[1]
            if begin.offset_from(start) < end.offset_from(start) and stop.offset_from(start) > 0:
                return one, other
    return None


def _why(take: Take, fits: Sequence[_Fit]) -> str:
    """What came nearest."""
    if not fits:
        return NOTHING_NAMED
    elsewhere = next((fit.clip for fit in fits if fit.name and fit.time is False), None)
    if elsewhere is not None:
        return f"{elsewhere.name} ({elsewhere.origin}) is named alike, but its timecode lies elsewhere"
    timed = next((fit for fit in fits if fit.time), None)
    if timed is not None:
        what = "clip name" if timed.name is False else "reel"
        return f"{timed.clip.name} ({timed.clip.origin}) has the timecode, but another {what}"
    if take_span(take) is None and not take.clip:
        return "the take has no timecode and no clip name"
    return "no camera file has its timecode" if take_span(take) is not None else "no camera file has its clip name"
