"""Commands on streams: pictures in memory that is shared with a program of the same machine."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, field

from livegrade.control.commands.meter import Part
from livegrade.control.commands.words import Command, CompareMode, Path, Slot, Words

LEAST_SIDE, MOST_SIDE = 16, 4096
WIDTH, HEIGHT = 640, 360

Side: TypeAlias = Annotated[int, Meta(ge=LEAST_SIDE, le=MOST_SIDE)]


class SubscribePicture(Command, tag="picture.subscribe", frozen=True, kw_only=True):
    """A stream of the newest pictures of `slot`, as large as they can be within `width` and `height` and no larger than
    they are, in the words that stand behind `view=`, `tap=`, `zebra=`, and of compare `with=`, `mode=`, `at=` and
    `gain=` on the command line. `made` in the answer names the stream, which is a file in memory for programs of the
    session's user (docs/api.md, Streams). `region`: left, top, width and height of a part of the picture, 0 to 1,
    instead of all of it. Over a WebSocket alone, and it ends with that."""

    slot: Slot
    view: Words = "graded"
    tap: Literal["source", "graded"] | None = None
    zebra: Words | None = None
    region: tuple[Part, Part, Part, Part] | None = None
    against: Words | None = field(name="with", default=None)
    mode: CompareMode | None = None
    at: Words | None = None
    gain: Words | None = None
    width: Side = WIDTH
    height: Side = HEIGHT


class SubscribeScope(Command, tag="scope.subscribe", frozen=True, kw_only=True):
    """A stream like that of `picture.subscribe`, of a drawn scope of `slot` as it is measured, of exactly `width` and
    `height`. `scale` of levels and the `window` of it that is shown, `zoom` of a vectorscope, `gain` of the trace,
    `line` and `region` of the picture, and `hold` of its envelope as docs/api.md says."""

    slot: Slot
    scope: Literal["waveform", "overlay", "parade", "ycbcr", "vectorscope", "histogram"]
    tap: Literal["source", "graded"] = "graded"
    scale: Literal["code", "percent", "mv", "nits", "stops"] | None = None
    zoom: Literal[1, 2, 5] | None = None
    gain: Annotated[float, Meta(gt=0, le=100)] | None = None
    window: Words | None = None
    line: Words | None = None
    region: Words | None = None
    hold: Literal["off", "now", "peak", "both"] | None = None
    width: Side = WIDTH
    height: Side = HEIGHT


class EndStream(Command, tag="stream.end", frozen=True, kw_only=True):
    """Ends a `stream` that this connection asked for."""

    stream: Path


StreamCommand: TypeAlias = SubscribePicture | SubscribeScope | EndStream
