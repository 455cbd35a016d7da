"""Picture and sound files, written through PyAV: ProRes, DNxHR, uncompressed v210, H.264 and H.265 in MOV and MP4, with
timecode, reel, colour tags and sound in step.

While it runs the file is called something else (see `staging`). `close` syncs and renames it. `abort` finishes what
has been written and keeps it as NAME.partial.mov, because half a render that plays is worth having; when the disk
failed, or there is no picture yet, nothing is kept. Opened again (the source changed its format), it goes on in
NAME.2.mov.
"""

from __future__ import annotations

import logging
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

import av
import av.error
import av.logging
import numpy as np

from livegrade.errors import FormatError, LivegradeError, MediaError, SinkError
from livegrade.machine import usable_cores
from livegrade.outputs.codecs import codec_for, container_for, wanted_format, with_quality
from livegrade.outputs.h273 import MATRICES, PRIMARIES, RGB_MATRIX, TRANSFERS
from livegrade.outputs.sound import SoundTrack, pcm24_in_32
from livegrade.outputs.staging import StagedFile, check_destination, write_fault
from livegrade.video.format import Range, Scan

if TYPE_CHECKING:
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.packet import Packet
    from av.video.codeccontext import VideoCodecContext
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    from livegrade.outputs.codecs import Container, FileCodec
    from livegrade.outputs.sink import StreamStart
    from livegrade.transport.address import SinkAddress
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame

_log = logging.getLogger(__name__)

_MOST_THREADS = 16
_FINEST_TIMESCALE = 10_000_000
_AAC_BITS_PER_CHANNEL = 128_000

_RANGES = {Range.LEGAL: 1, Range.FULL: 2}
# AVFieldOrder of libavcodec/defs.h.
_FIELD_ORDERS = {Scan.PROGRESSIVE: 1, Scan.PSF: 1, Scan.INTERLACED_TFF: 2, Scan.INTERLACED_BFF: 3}


class FileSink:
    """One file. `partial`: where `abort` left what could be played; None until then, and where nothing was worth it.

    Interlaced pictures are coded as whole frames with their field order noted in the file.
    """

    clocked = False

    def __init__(self, address: SinkAddress, path: Path, *, overwrite: bool = False) -> None:
        self.address = str(address)
        self.frames_written = 0
        self.partial: Path | None = None
        self._path = path
        self._overwrite = overwrite
        self._parts = 0
        self._container_kind = container_for(path)
        self._codec = with_quality(codec_for(path, address.option("codec")), path, address.option("quality"))
        self._layout = address.option("layout")
        self._with_sound = address.option("audio") != "off"
        self.lossy = not self._codec.raw
        self._stream: _FileStream | None = None
        check_destination(path, overwrite=overwrite)

    def accept(self, source: VideoFormat) -> VideoFormat:
        """The encoder's layout; legal range where readers of the file would assume it (ProRes, v210)."""
        return wanted_format(self._codec, self._path, source, self._layout)

    def open(self, format: VideoFormat, start: StreamStart) -> None:
        if self._stream is not None:
            raise SinkError(f"{self.address} is open already")
        self._parts += 1
        self.partial = None
        channels = start.audio_channels if self._with_sound else 0
        path = self._path if self._parts == 1 else self._path.with_suffix(f".{self._parts}{self._path.suffix}")
        staged = StagedFile(path, overwrite=self._overwrite)
        try:
            self._stream = _FileStream(staged, self._container_kind, self._codec, format, start, channels)
        except (LivegradeError, av.error.FFmpegError):
            staged.discard()
            raise

    def write(self, frame: Frame) -> None:
        if self._stream is None:
            raise SinkError(f"{self.address} is not open")
        self._stream.write(frame)
        self.frames_written += 1

    def close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.finish()
            stream.staged.commit()

    def abort(self) -> None:
        stream, self._stream = self._stream, None
        if stream is None:
            return
        if stream.frames == 0 or stream.broken:
            stream.drop()
            return
        try:
            stream.finish()
            self.partial = stream.staged.keep_partial()
        except LivegradeError as error:
            _log.warning("no partial file kept reason=%s", error)


class _FileStream:
    """The open file: one container with its encoders. `frames`: pictures in it; `broken`: a write failed, what is there
    cannot be trusted."""

    def __init__(
        self,
        staged: StagedFile,
        kind: Container,
        codec: FileCodec,
        format: VideoFormat,
        start: StreamStart,
        channels: int,
    ) -> None:
        self.staged = staged
        self.broken = False
        self._format = format
        self._codec = codec
        self.frames = 0
        self._sound: SoundTrack | None = None
        self._tracks: list[tuple[AudioStream, slice]] = []
        try:
            # "file:" so that a colon in a name is not taken for a protocol.
            self._container: OutputContainer = av.open(
                f"file:{staged.path}",
                "w",
                format=kind.muxer,
                container_options={**kind.options, "movie_timescale": str(_movie_timescale(format, start))},
            )
            self._video = self._add_video(start)
            if channels:
                self._add_sound(kind, channels, start.audio_rate)
            _describe(self._container, self._video, format, start)
            self._container.start_encoding()
        except av.error.FFmpegError as error:
            raise self._fault(error) from None
        except ValueError as error:  # PyAV's answer to an encoder that the wheel lacks
            raise MediaError(staged.final, f"{codec.name} cannot be written here ({error})") from None

    def _add_video(self, start: StreamStart) -> VideoStream:
        format = self._format
        encoder = self._container.add_stream(
            self._codec.encoder, rate=format.rate.fps, options=dict(self._codec.options)
        )
        stream = cast("VideoStream", encoder)
        context = stream.codec_context
        context.width, context.height = format.width, format.height
        context.pix_fmt = "yuv422p10le" if self._codec.raw else format.layout.pix_fmt
        context.time_base = 1 / format.rate.fps
        context.thread_count = min(_MOST_THREADS, usable_cores())
        _tag(context, format)
        context.field_order = _FIELD_ORDERS[format.scan]
        if self._codec.quality is not None:
            context.gop_size = format.rate.nominal
        if self._codec.tag is not None:
            context.codec_tag = self._codec.tag
        return stream

    def _add_sound(self, kind: Container, channels: int, rate: int) -> None:
        self._sound = SoundTrack(channels, rate, self._format.rate.fps)
        width = kind.channels_per_track or channels
        for first in range(0, channels, width):
            part = slice(first, min(first + width, channels))
            stream = cast("AudioStream", self._container.add_stream(kind.audio, rate=rate))
            stream.codec_context.layout = _channel_layout(part.stop - part.start)
            stream.codec_context.time_base = Fraction(1, rate)
            if kind.audio == "aac":
                stream.codec_context.bit_rate = _AAC_BITS_PER_CHANNEL * (part.stop - part.start)
            self._tracks.append((stream, part))

    def write(self, frame: Frame) -> None:
        if frame.format != self._format:
            raise FormatError(f"{self.staged.final} was opened for {self._format} and got {frame.format}")
        try:
            self._container.mux(self._encoded(frame))
            if self._sound is not None:
                position = self._sound.samples
                self._write_sound(self._sound.next(frame.audio), position)
        except av.error.FFmpegError as error:
            self.broken = True
            raise self._fault(error) from None
        self.frames += 1

    def _encoded(self, frame: Frame) -> list[Packet[Any]]:
        if self._codec.raw:
            payload: Any = frame.data  # the packet refers to these bytes, no copy
            packet: Packet[Any] = av.Packet(payload)
            packet.stream = self._video
            packet.is_keyframe = True
            packet.pts = packet.dts = self.frames
            packet.duration = 1
            packet.time_base = 1 / self._format.rate.fps
            return [packet]
        picture = _picture(frame)
        _tag(picture, self._format)
        picture.pts = self.frames
        picture.time_base = 1 / self._format.rate.fps
        return self._video.encode(picture)

    def _write_sound(self, samples: NDArray[np.float32], position: int) -> None:
        if samples.shape[1] == 0:
            return
        for stream, part in self._tracks:
            mine = samples[part]
            layout = _channel_layout(mine.shape[0])
            if stream.codec_context.name == "aac":
                block = av.AudioFrame.from_ndarray(np.ascontiguousarray(mine), format="fltp", layout=layout)
            else:
                block = av.AudioFrame.from_ndarray(pcm24_in_32(mine), format="s32", layout=layout)
            block.sample_rate = stream.codec_context.sample_rate
            block.pts = position
            block.time_base = Fraction(1, block.sample_rate)
            self._container.mux(stream.encode(block))

    def finish(self) -> None:
        """Flush the encoders and write the index. On SinkError nothing is left."""
        try:
            if not self._codec.raw:
                self._container.mux(self._video.encode())
            for stream, _ in self._tracks:
                self._container.mux(stream.encode())
            self._container.close()
        except av.error.FFmpegError as error:
            self.drop()
            raise self._fault(error) from None

    def drop(self) -> None:
        """Give the file up and remove it."""
        try:
            self._container.close()
        except av.error.FFmpegError as error:
            _log.debug("closing a broken file said error=%s", error)
        finally:
            self.staged.discard()

    def _fault(self, error: av.error.FFmpegError) -> LivegradeError:
        if isinstance(error, OSError):
            return write_fault(self.staged.final, error)
        return MediaError(self.staged.final, f"{self._codec.name} cannot be written ({error.strerror})")


def _tag(target: VideoCodecContext | av.VideoFrame, format: VideoFormat) -> None:
    """Colour tags: some encoders take them from the context, others (ProRes) from each frame."""
    target.color_primaries = PRIMARIES[format.primaries]
    target.color_trc = TRANSFERS[format.transfer]
    target.colorspace = MATRICES[format.matrix] if format.layout.is_ycbcr else RGB_MATRIX
    target.color_range = _RANGES[format.range]


def _movie_timescale(format: VideoFormat, start: StreamStart) -> int:
    """Ticks a second for durations and edits, in which a picture and a sample both are whole numbers.

    With FFmpeg's 1000 a clip of six pictures at 23.976 is 251 ms long and readers put its last timecode one too far.
    """
    exact = math.lcm(format.rate.fps.numerator, start.audio_rate)
    return exact if exact <= _FINEST_TIMESCALE else format.rate.fps.numerator


def _describe(container: OutputContainer, video: VideoStream, format: VideoFormat, start: StreamStart) -> None:
    """Timecode and reel as the muxer wants them (a `tmcd` track made from stream metadata), and the look's name.

    MP4 has no place for the reel, so it is in the comment there too.
    """
    timecode = start.timecode
    if timecode is not None and timecode.rate.rate != format.rate:
        _log.warning("timecode left out rate=%s timecode_rate=%s", format.rate, timecode.rate.rate)
    elif timecode is not None:
        video.metadata["timecode"] = str(timecode.counted(1))  # files count every picture
    if start.reel:
        video.metadata["reel_name"] = start.reel
    notes = [f"reel {start.reel}"] if start.reel else []
    notes += [f"look {start.look_id}"] if start.look_id else []
    if notes:
        container.metadata["comment"] = "; ".join(notes)


def _picture(frame: Frame) -> av.VideoFrame:
    """FFmpeg's frame with the pixels of ours: one copy, because encoders keep several frames for their threads."""
    format = frame.format
    picture = av.VideoFrame(format.width, format.height, format.layout.pix_fmt or "")
    for plane, target in zip(format.geometry.planes, picture.planes, strict=True):
        rows = frame.data[plane.offset : plane.offset + plane.stride * plane.rows].reshape(plane.rows, plane.stride)
        lines = np.frombuffer(memoryview(target), np.uint8).reshape(-1, target.line_size)
        width = min(plane.stride, target.line_size)
        lines[: plane.rows, :width] = rows[:, :width]
    return picture


def _channel_layout(channels: int) -> str:
    """Mono, stereo, or so many channels without meaning: those of a set are microphones, not loudspeakers."""
    return {1: "mono", 2: "stereo"}.get(channels, f"{channels} channels")
