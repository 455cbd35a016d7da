"""Files and devices that FFmpeg opens, as a source: numbering, pacing, looping, and what becomes of faults.

Pictures are numbered by their time, so that a picture that is missing in the file is a gap in the indices. With `loop`
the indices go on and the timecode begins again with the file. A device or network stream sets its own pace. What breaks
off is `Ended` with a sentence that says how far it came; a stream may be opened again then, and its indices tell how
many pictures are missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np

from livegrade.capture.avpicture import converted, copy_planes, tagged_format, taking
from livegrade.capture.avreader import StreamReader
from livegrade.capture.sound import SAMPLE_RATE, first_sample
from livegrade.capture.source import Ended, NoSignal, SourceKind
from livegrade.errors import FormatError, LivegradeError, MediaError, PoolExhaustedError
from livegrade.redaction import place_shown, shown
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.transport.address import Scheme, split_ffmpeg
from livegrade.video.frame import AudioBlock, Frame, Metadata
from livegrade.video.pool import BufferPool

if TYPE_CHECKING:
    from livegrade.capture.avpicture import Tags, Taking
    from livegrade.capture.avreader import StreamPicture
    from livegrade.capture.source import CaptureOptions
    from livegrade.timing.clock import Clock
    from livegrade.transport.address import SourceAddress
    from livegrade.video.format import VideoFormat

_DEVICES = frozenset({"v4l2", "avfoundation", "dshow", "gdigrab", "x11grab", "fbdev", "kmsgrab", "decklink", "rtsp"})
_STREAMS = ("rtsp:", "rtsps:", "rtmp:", "srt:", "udp:", "rtp:", "tcp:")
_AHEAD_NS = 3 * NS_PER_SECOND
"""A next picture that far away is a jump of the time stamps, and neither a slow file nor a gap in a stream."""
_BEHIND_NS = NS_PER_SECOND // 4
"""A file that is this much behind its time is not chased: the time line moves, and a note says so."""
_REORDERED = 3
"""Pictures by which the time stamps of a stream may go back without having begun anew."""
_LONGEST_PICTURE = 2 * SAMPLE_RATE
"""Most sound of one picture; longer standing pictures of variable-rate files lose the rest."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """How pictures with certain tags are taken, and the buffers for them."""

    tags: Tags
    taking: Taking | None
    format: VideoFormat
    pool: BufferPool


class FFmpegSource:
    """Reads one picture of a file ahead of its time, then waits for it; a stream's picture goes on when it comes."""

    def __init__(self, address: SourceAddress, options: CaptureOptions, clock: Clock) -> None:
        self.address = str(address)
        is_file = address.scheme is Scheme.PATH
        self._container, self._path = (None, address.target) if is_file else split_ffmpeg(address.target)
        self._options = options
        self._clock = clock
        self._realtime = self._container in _DEVICES or self._path.startswith(_STREAMS)
        looped = SourceKind.ENDLESS if options.loop else SourceKind.FILE
        self.kind = SourceKind.SIGNAL if self._realtime else looped
        self._reader: StreamReader | None = None
        self._shape: _Shape | None = None
        self._next: StreamPicture | None = None
        self._index = -1
        self._pass_index = 0
        self._pass_start = Fraction(0)
        self._last_end = Fraction(0)
        self._number = -1
        self._origin = Fraction(0)
        self._pass_ns = 0
        self._zero_ns: int | None = None
        self._late = 0
        self._last_ns = 0
        self._early: str | None = None
        self._rotation = 0

    @property
    def notes(self) -> tuple[str, ...]:
        reader, shape = self._reader, self._shape
        notes = [shape.taking.note if shape and shape.taking else None, self._early]
        if reader is not None:
            notes += [
                reader.labels.note,
                "pictures come at varying times" if reader.varying else None,
                f"{reader.damaged} damaged packets are left out" if reader.damaged else None,
            ]
        if self._rotation:
            notes.append(f"the file asks to be turned by {self._rotation} degrees; it is shown as stored")
        if self._late:
            notes.append(f"reading is slower than the picture rate; it fell behind {self._late} times")
        return tuple(note for note in notes if note)

    @property
    def length(self) -> int | None:
        """What the container announces; streams and devices do not end."""
        return self._reader.expected if self._reader is not None and not self._realtime else None

    def open(self) -> None:
        """Opens the container and decodes its first picture. Raises MediaError, or SourceError for a protocol that this
        build of FFmpeg does not know."""
        reader = self._reader = StreamReader(self._path, self._container, self._realtime, self._options.live)
        first = self._next = reader.picture()
        if first is None:
            self.close()
            fault = "gives no picture" if self._realtime else "holds no picture that can be decoded"
            why = reader.broken or ("the stream ended" if self._realtime else "the file may be cut off or damaged")
            raise MediaError(self._path, f"{fault}; {why}")
        self._rotation, self._early, self._zero_ns = first.rotation, None, None
        if self._index >= 0:
            self._index += max(1, round(reader.rate.frames_in(self._clock.now_ns() - self._last_ns)) - 1)
        self._begin_pass(first)
        try:
            self._shape = self._shape_of(first)
        except LivegradeError as error:
            self.close()
            raise MediaError(self._path, str(error)) from None

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
        self._reader, self._next = None, None

    def read(self) -> Frame | NoSignal | Ended:
        picture, self._next = self._next, None
        if picture is None and self._realtime and self._reader is not None:
            picture = self._reader.picture()
        if picture is None:
            return self._end()
        frame = self._frame(picture)
        if not self._realtime and self._reader is not None:
            self._next = self._reader.picture()
        return frame

    def _begin_pass(self, first: StreamPicture) -> None:
        self._pass_index = self._index + 1
        self._pass_start = self._last_end
        self._number = -1
        self._origin = first.time or Fraction(0)
        self._pass_ns = self._clock.now_ns()

    def _frame(self, picture: StreamPicture) -> Frame | NoSignal:
        """The frame of `picture`, handed over when its time has come; NoSignal where nobody has room for it."""
        reader = self._reader
        if reader is None:
            raise MediaError(self._path, "is not open")
        arrived_ns = self._clock.now_ns()
        fps = reader.rate.fps
        number, time = self._place(picture, reader, arrived_ns)
        self._number = number
        self._index = self._pass_index + number
        self._last_end = (
            self._pass_start + time + (picture.duration if reader.varying and picture.duration else 1 / fps)
        )
        shape = self._shape = self._shape_of(picture)
        try:
            lease = shape.pool.lease()
        except PoolExhaustedError as error:
            if not self._options.live:
                raise
            self._wait_for(self._pass_start + time)
            return NoSignal(str(error), self._clock.now_ns())
        self._fill(picture, shape, lease.data)
        audio = self._sound(picture, number, time)
        self._wait_for(self._pass_start + time)
        self._last_ns = arrived_ns if self._realtime else self._clock.now_ns()
        timecode = reader.labels.timecode
        return Frame(
            pixels=lease,
            format=shape.format,
            index=self._index,
            captured_ns=self._last_ns,
            pts=self._pass_start + time,
            timecode=timecode + round(time * fps) if timecode is not None else None,
            audio=audio,
            metadata=Metadata(reel=reader.labels.reel, clip=PurePath(self._path).stem or None),
        )

    def _place(self, picture: StreamPicture, reader: StreamReader, arrived_ns: int) -> tuple[int, Fraction]:
        """Number of the picture and its time in seconds since the first one."""
        fps = reader.rate.fps
        number = self._number + 1
        time = picture.time - self._origin if picture.time is not None else number / fps
        if reader.varying:
            return number, time
        stamped = round(time * fps)
        if self._realtime and picture.time is not None:
            due = max(number, round(reader.rate.frames_in(arrived_ns - self._pass_ns)))
            if not number - _REORDERED <= stamped <= due + reader.rate.frames_in(_AHEAD_NS):
                # Another sender, or the same one anew, counts from somewhere else: the clock says how many are missing.
                stamped = due
                self._origin = picture.time - stamped / fps
                reader.count_from(self._origin)
        number = max(number, stamped)
        # The picture that came soonest tells when the first one was due: those of the opening come all at once.
        self._pass_ns = min(self._pass_ns, arrived_ns - reader.rate.start_ns(number))
        return number, number / fps

    def _shape_of(self, picture: StreamPicture) -> _Shape:
        if self._shape is not None and self._shape.tags == picture.tags:
            return self._shape
        reader = self._reader
        if reader is None:
            raise MediaError(self._path, "is not open")
        take = taking(picture.frame) if picture.frame is not None else None
        layout = take.layout if take is not None else picture.layout
        if layout is None:
            raise FormatError("the picture has no known layout")
        format = tagged_format(picture.tags, layout, reader.rate, self._options)
        old, size = self._shape, format.geometry.size
        pool = old.pool if old and old.pool.size == size else BufferPool(size, allocate=self._options.allocate)
        return _Shape(picture.tags, take, format, pool)

    def _fill(self, picture: StreamPicture, shape: _Shape, data: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> None:
        if picture.packet is not None:
            np.copyto(data, np.frombuffer(memoryview(picture.packet), np.uint8))
        elif picture.frame is not None and shape.taking is not None:
            frame = picture.frame
            if shape.taking.convert_to is not None:
                frame = converted(frame, shape.taking.convert_to)
            copy_planes(frame, shape.format, data)

    def _sound(self, picture: StreamPicture, number: int, time: Fraction) -> AudioBlock | None:
        reader = self._reader
        if reader is None or not reader.tracks:
            return None
        if reader.varying:
            position = round(time * SAMPLE_RATE)
            end = round((time + (picture.duration or 1 / reader.rate.fps)) * SAMPLE_RATE)
            count = min(end - position, _LONGEST_PICTURE)
        else:
            position = first_sample(number, reader.rate)
            count = first_sample(number + 1, reader.rate) - position
        reader.hear(position + count)
        blocks = [track.take(position, count, late=self._realtime) for track in reader.tracks]
        return AudioBlock(np.concatenate(blocks), SAMPLE_RATE)

    def _wait_for(self, time: Fraction) -> None:
        """Sleep until `time` (seconds since the first picture) has come, where the clock sets the pace."""
        if not self._options.live or self._realtime:
            return
        now = self._clock.now_ns()
        offset = int(time * NS_PER_SECOND)
        if self._zero_ns is None:
            self._zero_ns = now - offset
        elif now - (self._zero_ns + offset) > _BEHIND_NS:
            self._zero_ns = now - offset
            self._late += 1
        elif self._zero_ns + offset - now > _AHEAD_NS:
            # The time stamps jump: the picture goes on at once instead of standing still until then.
            self._zero_ns = now - offset
        self._clock.sleep_until_ns(self._zero_ns + offset)

    def _end(self) -> Frame | NoSignal | Ended:
        reader = self._reader
        if reader is None:
            return Ended(self._index + 1, self._early)
        self._early = self._cut_short(reader)
        if self._options.loop and self._number >= 0 and self._rewind(reader):
            return self.read()
        return Ended(self._index + 1, self._early)

    def _cut_short(self, reader: StreamReader) -> str | None:
        given, expected = self._number + 1, reader.expected
        short = expected is not None and given < expected - 1
        if not short and reader.broken is None:
            return None
        share = f"{given} of {expected} pictures" if expected else f"{given} pictures"
        why = reader.broken or "the file is cut off or damaged"
        how = "broke off" if self._realtime else "ended early"
        return f"{place_shown(self._path)}: {how} after {share}: {why}"

    def _rewind(self, reader: StreamReader) -> bool:
        import av

        try:
            reader.rewind()
            first = reader.picture()
        except (av.error.FFmpegError, OSError) as error:
            self._early = shown(f"{place_shown(self._path)}: cannot be played again: {error}")
            return False
        if first is None:
            return False
        self._next = first
        self._begin_pass(first)
        return True
