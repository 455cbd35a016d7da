"""Reads one container from its beginning to its end: pictures in order, sound far enough to go with them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from livegrade.capture.avinput import labels, open_input, reason, stream_rate, thread_count, video_stream
from livegrade.capture.avpicture import frame_tags, stream_tags
from livegrade.capture.avsound import AudioTrack
from livegrade.capture.soundline import MAX_CHANNELS
from livegrade.video.layouts import LAYOUTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    import av

    from livegrade.capture.avpicture import Tags
    from livegrade.video.layouts import PixelLayout

_MAX_WAITING_BYTES = 256 << 20
_MAX_WAITING_PACKETS = 1000
"""How far the file is read ahead for sound that is stored behind its pictures."""


@dataclass(frozen=True, slots=True, eq=False)
class StreamPicture:
    """One picture of the stream. `time`, `duration`: seconds, exactly, None where the stream does not say.

    Either `frame` is there, or `packet` and `layout`: the bytes of the file are the picture, in that layout.
    """

    tags: Tags
    time: Fraction | None
    duration: Fraction | None
    frame: av.VideoFrame | None
    packet: av.Packet[Any] | None = None
    layout: PixelLayout | None = None
    rotation: int = 0


class StreamReader:
    """Owns the container. `damaged`: packets that could not be decoded; `broken`: why reading stopped too early."""

    def __init__(self, path: str, format: str | None, realtime: bool, live: bool) -> None:
        self._container = open_input(path, format, realtime)
        self._realtime = realtime
        try:
            self._stream = video_stream(path, self._container)
            self.rate, self.varying = stream_rate(path, self._stream)
            self.labels = labels(self._container, self._stream, self.rate)
            self._context = self._stream.codec_context
            self._context.thread_count = thread_count(live)
            self._context.thread_type = "SLICE" if realtime else "AUTO"
            self.tracks = self._audio_tracks()
        except BaseException:
            self._container.close()
            raise
        self.damaged = 0
        self.broken: str | None = None
        self._raw = _raw_layout(self._stream)
        self._begin()

    def _begin(self) -> None:
        self._demuxed = self._demux()
        self._waiting: deque[av.Packet[Any]] = deque()
        self._decoded: deque[StreamPicture] = deque()
        self._origin: Fraction | None = None
        self._held: list[tuple[AudioTrack, av.Packet[Any]]] = []
        self._flushed = False

    def _audio_tracks(self) -> tuple[AudioTrack, ...]:
        tracks: list[AudioTrack] = []
        for stream in self._container.streams.audio:
            track = AudioTrack(stream)
            if track.channels and sum(other.channels for other in tracks) + track.channels <= MAX_CHANNELS:
                tracks.append(track)
        return tuple(tracks)

    @property
    def expected(self) -> int | None:
        """How many pictures the container announces; None where it does not."""
        stream = self._stream
        counts = [stream.frames] if stream.frames else []
        if stream.duration and stream.time_base:
            counts.append(round(stream.duration * stream.time_base * self.rate.fps))
        return min(counts, default=None)

    def picture(self) -> StreamPicture | None:
        """The next picture in order of display; None at the end."""
        while not self._decoded:
            packet = self._next_packet()
            if packet is None and (self._flushed or (self._realtime and self.broken)):
                # What a decoder still holds of a stream that fell silent is seconds old.
                return None
            self._flushed = packet is None
            self._decoded.extend(self._decode(packet))
        found = self._decoded.popleft()
        if self._origin is None and found.time is not None:
            self._origin = found.time
            for track, packet in self._held:
                track.decode(packet, self._origin)
            self._held.clear()
        return found

    def hear(self, position: int) -> None:
        """Read on until the sound of every track has been decoded up to `position`, or nothing more comes of it."""
        while not self._realtime and any(not track.ended and track.end < position for track in self.tracks):
            size = sum(packet.size for packet in self._waiting)
            if len(self._waiting) >= _MAX_WAITING_PACKETS or size > _MAX_WAITING_BYTES:
                return
            packet = next(self._demuxed, None)
            if packet is None:
                return
            self._waiting.append(packet)

    def count_from(self, origin: Fraction) -> None:
        """The time stamps have jumped: from now on sound is placed as if the first picture's had been `origin`."""
        self._origin = origin

    def rewind(self) -> None:
        """Begin again. Raises FFmpeg's own error where the container cannot go back."""
        self._container.seek(self._container.start_time or 0)
        self._context.flush_buffers()
        for track in self.tracks:
            track.restart()
        self._begin()

    def close(self) -> None:
        self._container.close()

    def _next_packet(self) -> av.Packet[Any] | None:
        return self._waiting.popleft() if self._waiting else next(self._demuxed, None)

    def _demux(self) -> Iterator[av.Packet[Any]]:
        """The video packets; sound is decoded as it passes."""
        import av

        tracks = {track.index: track for track in self.tracks}
        wanted = [self._stream, *(self._container.streams[index] for index in tracks)]
        try:
            for packet in self._container.demux(wanted):
                track = tracks.get(packet.stream.index)
                if track is None:
                    if packet.size:
                        yield packet
                elif self._origin is None:
                    self._held = [*self._held[-_MAX_WAITING_PACKETS:], (track, packet)]
                else:
                    track.decode(packet, self._origin)
        except (av.error.FFmpegError, OSError) as error:
            self.broken = reason(error)

    def _decode(self, packet: av.Packet[Any] | None) -> list[StreamPicture]:
        import av

        if packet is not None and self._raw is not None:
            if packet.size == self._raw.geometry(self._context.width, self._context.height).size:
                return [_raw_picture(packet, self._context, self._raw)]
            self._raw = None
        try:
            frames = self._context.decode(packet)
        except av.error.EOFError:
            return []
        except av.error.FFmpegError:
            self.damaged += 1
            return []
        order, base = self._context.field_order, self._stream.time_base
        return [_decoded_picture(frame, base, order) for frame in frames]


def _raw_layout(stream: av.VideoStream) -> PixelLayout | None:
    """The layout whose bytes the packets of an uncompressed stream are."""
    name = stream.codec_context.name
    return next((row for row in LAYOUTS.values() if row.codec == name), None)


def _raw_picture(packet: av.Packet[Any], context: av.VideoCodecContext, layout: PixelLayout) -> StreamPicture:
    base = packet.time_base
    time = packet.pts * base if packet.pts is not None else None
    duration = packet.duration * base if packet.duration else None
    return StreamPicture(stream_tags(context), time, duration, None, packet, layout)


def _decoded_picture(frame: av.VideoFrame, base: Fraction | None, field_order: int) -> StreamPicture:
    # The stream's time base: frames that come out at the end of the stream bring none of their own.
    stamp = frame.pts if frame.pts is not None else frame.dts
    time = stamp * base if stamp is not None and base else None
    duration = frame.duration * base if frame.duration and base else None
    return StreamPicture(frame_tags(frame, field_order), time, duration, frame, rotation=round(frame.rotation))
