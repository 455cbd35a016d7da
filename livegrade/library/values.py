"""What a library keeps, as values. They know neither the database nor the session.

Moments are wall-clock time: integer nanoseconds since 1970-01-01 UTC, so that they mean the same tomorrow. A picture is
named by its timecode (exact, None where the source has none) and by its index in the source's own count. `key` is the
number of an entry in its library, 0 for one that is not kept yet. Paths are relative to the folder of the library.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# At run time too: what is kept is decoded by these types.
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode


class TakeState(StrEnum):
    OPEN = "open"
    ENDED = "ended"
    BROKEN = "broken"
    """The program ended before the take did; `Take.ended_ns` and what else tells of the end is the last that is
    known."""


class MarkerKind(StrEnum):
    BOOM = "boom-shadow"
    FLARE = "flare"
    REFLECTION = "reflection"
    FOCUS = "focus"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Unit:
    """Who shoots: "main", "second unit". Its name is its key."""

    name: str
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of shooting. Its name ("2026-11-21", "day1") is its key; `date`: ISO, of the place it is shot at."""

    name: str
    date: str
    notes: str = ""


@dataclass(frozen=True, slots=True)
class CameraState:
    """How a camera stood: `name`, a model or signal of the catalogue, `curve` and `gamut` as the user set them;
    `format` and `range` of its signal in words; `ei`, `reel`, `clip` and `extra` (lens, white balance and the like, in
    the carrier's own words) as the signal says them, the EI else as the user set it."""

    name: str = ""
    curve: str = ""
    gamut: str = ""
    ei: int | None = None
    format: str = ""
    range: str = ""
    reel: str = ""
    clip: str = ""
    extra: tuple[tuple[str, str], ...] = ()


NO_CAMERA = CameraState()


@dataclass(frozen=True, slots=True)
class Slate:
    """What the slate says. `scene` "12", `shot` "A", `take` from 1; `fields`: what else people write on it (director,
    roll, lens), names and words in their order."""

    scene: str = ""
    shot: str = ""
    take: int = 1
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def setup(self) -> str:
        """Scene and shot as people call them: "12A"."""
        return f"{self.scene}{self.shot}"

    def __str__(self) -> str:
        """ "12A take 3", "take 3" where there is no scene."""
        return f"{self.setup} take {self.take}".strip()


@dataclass(frozen=True, slots=True)
class LookChange:
    """From picture `index` on, the pictures had the look with this id."""

    index: int
    timecode: Timecode | None
    look_id: str


@dataclass(frozen=True, slots=True)
class AlarmNote:
    """An alarm within a take. `kind`: such as "clip"; `index`, `timecode`: of the picture with which it began."""

    kind: str
    index: int
    timecode: Timecode | None
    text: str


@dataclass(frozen=True, slots=True)
class ExposureLog:
    """How a take was exposed, from the scopes of its source pictures.

    `samples`: pictures measured. `clip_percent`: of the picture in which most of any one channel is at the sensor's
    clip point, or the signal's end where that is not published: 0 to 100. `key_stops`, `low_stops`, `high_stops`: the
    median of the picture's Y' and what 2 % of it are under and over, in stops from mid grey, mean over the pictures;
    None without a camera. `red_stops`, `blue_stops`: how far the medians of R' and B' stand over that of G', in stops.
    `kelvin`: white balance where the camera says it. `alarms`: those that began within.
    """

    samples: int = 0
    clip_percent: float | None = None
    key_stops: float | None = None
    low_stops: float | None = None
    high_stops: float | None = None
    red_stops: float | None = None
    blue_stops: float | None = None
    kelvin: int | None = None
    alarms: tuple[AlarmNote, ...] = ()


NO_EXPOSURE = ExposureLog()


@dataclass(frozen=True, slots=True)
class Take:
    """One run of one camera.

    `reel`, `clip`, `camera`: as they stood at the end, else at the start. `rate`: pictures per second. `start` and
    `end`: timecode of the first picture and of the last one in it, `first_index` and `last_index` the same in the
    source's count; while it is open, those of the end are of the last picture that was written down, or None.
    `looks`: the look at the start, then each change, whole as the pictures had it, output transform and all.
    `started_by`, `ended_by`: the rule that said so: of the signal or a device, "timecode"; where people did,
    by what: "key", "window", "osc", "midi", and "api" for a script.
    `thumbnail`: a small picture, empty for none; `files`: recordings made of it, as absolute paths.
    """

    slot: str
    slate: Slate
    started_ns: int
    first_index: int
    start: Timecode | None
    looks: tuple[LookChange, ...]
    started_by: str
    key: int = 0
    state: TakeState = TakeState.OPEN
    day: str = ""
    unit: str = ""
    rate: Rate | None = None
    camera: CameraState = NO_CAMERA
    circled: bool = False
    comment: str = ""
    ended_ns: int | None = None
    last_index: int | None = None
    end: Timecode | None = None
    ended_by: str = ""
    exposure: ExposureLog = NO_EXPOSURE
    thumbnail: str = ""
    files: tuple[str, ...] = ()

    @property
    def reel(self) -> str:
        return self.camera.reel

    @property
    def clip(self) -> str:
        return self.camera.clip

    @property
    def look_ids(self) -> tuple[str, ...]:
        """Each look once, in the order in which they were on."""
        return tuple(dict.fromkeys(change.look_id for change in self.looks))


@dataclass(frozen=True, slots=True)
class Marker:
    """Something to remember about a moment. `take`: key of the take it lies in, None outside of any."""

    kind: MarkerKind
    slot: str
    at_ns: int
    index: int
    timecode: Timecode | None
    text: str = ""
    take: int | None = None
    day: str = ""
    key: int = 0


@dataclass(frozen=True, slots=True)
class LinkedLook:
    """The look of another slot that belongs to an entry, as HDR belongs to SDR of one camera. `shared`: the nodes that
    are the same in both, as pairs (node of the entry's look, node of this one), counted from 0; the rest are free."""

    slot: str
    look_id: str
    shared: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class LookEntry:
    """A look kept under a name. `look_id`: `Look.id`, which names the same picture everywhere. `version`: counts from 1
    within a name and scene. `slot`: the one it was made on, empty for none; `linked`: looks of others with it.
    `path`: the saved look; `thumbnail`: a small picture, empty for none."""

    look_id: str
    name: str
    created_ns: int
    version: int = 1
    tags: tuple[str, ...] = ()
    scene: str = ""
    notes: str = ""
    slot: str = ""
    linked: tuple[LinkedLook, ...] = ()
    camera: CameraState = NO_CAMERA
    day: str = ""
    path: str = ""
    thumbnail: str = ""
    key: int = 0


@dataclass(frozen=True, slots=True)
class Still:
    """A picture that was kept. `graded`, `source`: its 16-bit files with and without the look, `look` the saved look;
    `thumbnail`: 8-bit and small; `take`: key of the take it lies in, None outside of any."""

    slot: str
    created_ns: int
    index: int
    timecode: Timecode | None
    look_id: str
    graded: str
    source: str = ""
    look: str = ""
    thumbnail: str = ""
    camera: CameraState = NO_CAMERA
    take: int | None = None
    scene: str = ""
    tags: tuple[str, ...] = ()
    notes: str = ""
    day: str = ""
    key: int = 0
