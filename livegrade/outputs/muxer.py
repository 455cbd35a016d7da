"""Pictures and sound into one container, through PyAV: encoders, colour tags, timecode, reel, sound in step.

It knows neither names nor disks nor receivers: whoever opens it says where it writes, and PyAV's errors pass through.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

import av
import av.error
import av.logging
import numpy as np
from av.codec.context import Flags as CodecFlags
from av.format import ContainerFormat

from livegrade.errors import FormatError, MediaError, UsageError
from livegrade.machine import usable_cores
from livegrade.outputs.h273 import MATRICES, PRIMARIES, RGB_MATRIX, TRANSFERS
from livegrade.outputs.sound import SoundTrack, pcm24_in_32
from livegrade.video.format import Range, Scan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.packet import Packet
    from av.video.codeccontext import VideoCodecContext
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    from livegrade.outputs.codecs import Container, FileCodec
    from livegrade.outputs.sink import StreamStart
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame
    from livegrade.video.pool import Lease

_log = logging.getLogger(__name__)

_MOST_THREADS = 16
_FINEST_TIMESCALE = 10_000_000
_AAC_BITS_PER_CHANNEL = 128_000

_RANGES = {Range.LEGAL: 1, Range.FULL: 2}
# AVFMT_NOFILE and AVFMT_GLOBALHEADER of libavformat/avformat.h.
_NO_FILE, _GLOBAL_HEADER = 0x01, 0x40
# AVFieldOrder of libavcodec/defs.h.
_FIELD_ORDERS = {Scan.PROGRESSIVE: 1, Scan.PSF: 1, Scan.INTERLACED_TFF: 2, Scan.INTERLACED_BFF: 3}


@dataclass(frozen=True, slots=True)
class Target:
    """Where to write and as what. `url`: as FFmpeg takes it; `name`: as sentences call it."""

    url: str
    name: str
    container: Container
    codec: FileCodec


def check_muxer(name: str, where: str) -> None:
    """Raises UsageError where FFmpeg here cannot write that format."""
    try:
        ContainerFormat(name, "w")
    except ValueError:
        instead = "write decklink:INDEX" if name == "decklink" else "try matroska, mpegts, mov or mp4"
        raise UsageError(f"{where}: FFmpeg here writes no '{name}'; {instead}") from None


def queued(container: Container, packets: int, opening: Mapping[str, str]) -> Container:
    """The same stream through a thread of FFmpeg's own that opens, sends and closes, behind a queue of so many packets.

    `opening`: further options of the protocol. What goes wrong there is raised by the packets that follow.
    """
    flags = ContainerFormat(container.muxer, "w").flags
    connects_itself = bool(flags & _NO_FILE) and container.muxer != "rtsp"
    options = {**container.options, **({} if connects_itself else opening)}
    through = {"fifo_format": container.muxer, "queue_size": str(packets)}
    if options:
        through["format_opts"] = ":".join(f"{key}={value}" for key, value in options.items())
    headed = bool(flags & _GLOBAL_HEADER)
    return replace(container, muxer="fifo", options=through, fragmented=False, headed=headed)


class Muxer:
    """One open container with its encoders. `pictures`: how many were written.

    Interlaced pictures are coded as whole frames with their field order noted. A picture with the pixels of the one
    before is not coded again where each is coded by itself.
    """

    def __init__(self, target: Target, format: VideoFormat, start: StreamStart, channels: int) -> None:
        """Opens the container, encoders and all. Raises MediaError (no such encoder here) and what PyAV raises."""
        self.pictures = 0
        self._target = target
        self._codec = target.codec
        self._format = format
        self._sound: SoundTrack | None = None
        self._tracks: list[tuple[AudioStream, slice]] = []
        self._pixels: Lease | None = None
        self._original = 0
        self._coded: tuple[int, Packet[Any]] | None = None
        self._copies: dict[int, int] = {}
        options = dict(target.container.options)
        if target.container.fragmented:
            options["movie_timescale"] = str(_movie_timescale(format, start))
        try:
            self._container: OutputContainer = av.open(
                target.url, "w", format=target.container.muxer, container_options=options
            )
            self._video = self._add_video()
            if channels:
                self._add_sound(target.container, channels, start.audio_rate)
            _describe(self._container, self._video, format, start)
            self._container.start_encoding()
        except ValueError as error:  # PyAV's answer to an encoder that the wheel lacks or the container refuses
            raise MediaError(target.name, f"{self._codec.name} cannot be written here ({error})") from None

    def _add_video(self) -> VideoStream:
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
        if self._target.container.headed:
            context.flags |= CodecFlags.global_header
        if not self._codec.intra:
            context.gop_size = format.rate.nominal
        if self._codec.tag is not None:
            context.codec_tag = self._codec.tag
        return stream

    def _add_sound(self, kind: Container, channels: int, rate: int) -> None:
        width = kind.channels_per_track or channels
        if kind.tracks is not None:
            channels = min(channels, width * kind.tracks)
        self._sound = SoundTrack(channels, rate, self._format.rate.fps)
        for first in range(0, channels, width):
            part = slice(first, min(first + width, channels))
            stream = cast("AudioStream", self._container.add_stream(kind.audio, rate=rate))
            stream.codec_context.layout = _channel_layout(part.stop - part.start)
            stream.codec_context.time_base = Fraction(1, rate)
            if kind.headed:
                stream.codec_context.flags |= CodecFlags.global_header
            if kind.audio == "aac":
                stream.codec_context.bit_rate = _AAC_BITS_PER_CHANNEL * (part.stop - part.start)
            self._tracks.append((stream, part))

    def write(self, frame: Frame) -> None:
        """Raises FormatError for another format, and what PyAV raises."""
        if frame.format != self._format:
            raise FormatError(f"{self._target.name} was opened for {self._format} and got {frame.format}")
        if self._codec.raw:
            self._mux_raw(frame)
        elif self._codec.intra and frame.pixels is self._pixels:
            self._mux_again()
        else:
            self._pixels, self._original = frame.pixels, self.pictures
            self._mux_coded(self._encoded(frame))
        if self._sound is not None:
            position = self._sound.samples
            self._write_sound(self._sound.next(frame.audio), position)
        self.pictures += 1

    def _mux_raw(self, frame: Frame) -> None:
        payload: Any = frame.data  # the packet refers to these bytes, no copy
        packet: Packet[Any] = av.Packet(payload)
        packet.stream = self._video
        self._mux_at(packet, self.pictures)

    def _mux_at(self, packet: Packet[Any], number: int) -> None:
        packet.pts = packet.dts = number
        packet.duration = 1
        packet.time_base = 1 / self._format.rate.fps
        packet.is_keyframe = True
        self._container.mux(packet)

    def _mux_again(self) -> None:
        """The coded picture before once more; the encoder may still be at work on it."""
        if self._coded is not None and self._coded[0] == self._original:
            self._mux_at(self._coded[1], self.pictures)
        else:
            self._copies[self._original] = self._copies.get(self._original, 0) + 1

    def _mux_coded(self, packets: list[Packet[Any]]) -> None:
        """What the encoder gave, in order, each followed by its repeats."""
        if not self._codec.intra:
            self._container.mux(packets)
            return
        for packet in packets:
            number = round((packet.pts or 0) * (packet.time_base or 0) * self._format.rate.fps)
            for copy in range(1 + self._copies.pop(number, 0)):
                self._mux_at(packet, number + copy)
            self._coded = (number, packet)

    def _encoded(self, frame: Frame) -> list[Packet[Any]]:
        picture = _picture(frame)
        _tag(picture, self._format)
        picture.pts = self.pictures
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
        """Empty the encoders and write the end of the file. Raises what PyAV raises."""
        if not self._codec.raw:
            self._mux_coded(self._video.encode())
        for stream, _ in self._tracks:
            self._container.mux(stream.encode())
        self._container.close()

    def drop(self) -> None:
        """Let go of everything after an error; never raises. After a failed write FFmpeg writes nothing any more, so
        the file stays as the error left it."""
        try:
            self._container.close()
        except av.error.FFmpegError as error:
            _log.debug("closing a broken container said error=%s", error)


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
