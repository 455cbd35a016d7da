"""`pattern:` a source that needs no hardware and whose every picture can be told from every other: test charts and a
simulated camera, with timecode, the index burned in (`indexcode`) and a tone with a marker each second (`sound`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from livegrade.capture.burnin import BurnIn
from livegrade.capture.formats import own_range, said_range
from livegrade.capture.scenes import SCENES, camera_scene
from livegrade.capture.sound import SAMPLE_RATE, tone
from livegrade.capture.source import NoSignal, SourceKind
from livegrade.color.camera import camera
from livegrade.errors import PoolExhaustedError, UsageError
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.video.format import MAX_SIDE, Matrix, Primaries, Range, Transfer, VideoFormat
from livegrade.video.frame import AudioBlock, Frame
from livegrade.video.layouts import layout
from livegrade.video.planes import plane_views
from livegrade.video.pool import BufferPool

if TYPE_CHECKING:
    from livegrade.capture.scenes import Scene
    from livegrade.capture.source import CaptureOptions
    from livegrade.color.camera import Camera
    from livegrade.timing.clock import Clock
    from livegrade.transport.address import SourceAddress

DEFAULT_SIZE = "1080p25"
DEFAULT_TIMECODE = "10:00:00:00"
_WIDTHS = {"540": 960, "720": 1280, "1080": 1920, "1440": 2560, "2160": 3840, "4320": 7680}
_SIZE = re.compile(r"(?:(\d{1,5})x)?(\d{1,5})p([\d./]*)", re.ASCII)
_LATE_PICTURES = 2
"""Pictures that may wait to be read, as in a capture card, before they are lost."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern as asked for: `name` of SCENES, size in pixels, rate."""

    name: str
    width: int
    height: int
    rate: Rate


def parse_pattern(target: str) -> Pattern:
    """The pattern of "NAME[@FORMAT]", FORMAT such as 1080p25, 2160p23.976 or 1280x800p50. Raises UsageError."""
    name, at, size = target.partition("@")
    if name not in SCENES:
        raise UsageError(f"there is no pattern '{name}'; known ones are {', '.join(SCENES)}")
    match = _SIZE.fullmatch(size if at else DEFAULT_SIZE)
    if match is None:
        raise UsageError(f"'pattern:{target}': '{size}' is not a format; write for example 1080p25 or 1920x1080p50")
    width = int(match[1]) if match[1] else _WIDTHS.get(match[2], 0)
    if not width:
        raise UsageError(
            f"'pattern:{target}': heights are {', '.join(_WIDTHS)}; others need a width, as in 2048x858p24"
        )
    height = int(match[2])
    if not (2 <= width <= MAX_SIDE and 2 <= height <= MAX_SIDE):
        raise UsageError(f"'pattern:{target}': a picture is 2 to {MAX_SIDE} pixels a side")
    return Pattern(name, width, height, Rate.parse(match[3] or "25"))


class PatternSource:
    """Draws picture i while it waits for its time, so that the picture is whole when its time comes, as from a card.

    Live, pictures that nobody read in time are lost as on a card, and the indices show it.
    """

    kind = SourceKind.ENDLESS

    def __init__(self, address: SourceAddress, options: CaptureOptions, clock: Clock) -> None:
        self.address = str(address)
        self._clock = clock
        self._live = options.live
        pattern = parse_pattern(address.target)
        self._name = pattern.name
        shot = address.option("camera")
        if shot is not None and pattern.name != "camera":
            raise UsageError(f"'{address}': camera= is for pattern:camera, the others have no camera's curve")
        self._camera = None if shot is None else camera(shot)
        self._format = _format(pattern, address.option("layout") or "v210", options, self._camera)
        counting = TimecodeRate(pattern.rate)
        self._first = Timecode.parse(address.option("timecode") or DEFAULT_TIMECODE, counting)
        self._allocate = options.allocate
        self._scene: Scene | None = None
        self._index = 0
        self._start_ns: int | None = None
        self._short_since: int | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        return ()

    @property
    def length(self) -> None:
        """Patterns do not end."""

    def open(self) -> None:
        """Draws what the pattern is made of: up to some seconds for large moving ones."""
        if self._camera is None:
            self._scene = SCENES[self._name](self._format)
        else:
            self._scene = camera_scene(self._format, self._camera.curve.name)
        self._burn_in = BurnIn(self._format)
        self._pool = BufferPool(self._format.geometry.size, allocate=self._allocate)

    def close(self) -> None:
        self._scene = None

    def read(self) -> Frame | NoSignal:
        self._skip_missed()
        index, self._index = self._index, self._index + 1
        try:
            lease = self._pool.lease()
        except PoolExhaustedError as error:
            if not self._live:
                raise
            self._wait_for(index)
            self._short_since = self._short_since or self._clock.now_ns()
            return NoSignal(str(error), self._short_since)
        self._short_since = None
        timecode = self._first + index
        self._draw(index, timecode, lease.data)
        self._wait_for(index)
        rate = self._format.rate
        label = timecode.label
        samples = tone(index, rate, starts_second=not label.frames and not label.sub)
        return Frame(
            pixels=lease,
            format=self._format,
            index=index,
            captured_ns=self._clock.now_ns(),
            pts=Fraction(index) / rate.fps,
            timecode=timecode,
            audio=AudioBlock(samples, SAMPLE_RATE),
        )

    def _draw(self, index: int, timecode: Timecode, data: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> None:
        if self._scene is None:
            raise UsageError(f"'{self.address}' is read before it is open")
        self._scene.draw(index, data)
        if self._burn_in.fits:
            self._burn_in.patch(plane_views(data, self._format), index, f" {timecode} #{index:07}")

    def _wait_for(self, index: int) -> None:
        if self._live:
            self._clock.sleep_until_ns(self._due_ns(index))

    def _due_ns(self, index: int) -> int:
        if self._start_ns is None:
            self._start_ns = self._clock.now_ns() - self._format.rate.start_ns(index)
        return self._start_ns + self._format.rate.start_ns(index)

    def _skip_missed(self) -> None:
        if self._live and self._start_ns is not None:
            current = int(self._format.rate.frames_in(self._clock.now_ns() - self._start_ns))
            if current - self._index >= _LATE_PICTURES:
                self._index = current


def _format(pattern: Pattern, layout_name: str, options: CaptureOptions, shot: Camera | None) -> VideoFormat:
    chosen = layout(layout_name)
    if shot is not None and shot.wire is not None and options.camera_range is None:
        options = replace(options, camera_range=Range(shot.wire))
    is_camera = pattern.name == "camera"
    return VideoFormat(
        width=pattern.width,
        height=pattern.height,
        rate=pattern.rate,
        layout=chosen,
        range=said_range(options, chosen) or own_range(chosen),
        matrix=options.matrix or Matrix.BT709,
        primaries=Primaries.UNKNOWN if is_camera else Primaries.BT709,
        transfer=Transfer.CAMERA_LOG if is_camera else Transfer.BT709,
    )
