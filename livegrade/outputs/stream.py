"""A live stream to a URL or a device through FFmpeg: `ffmpeg:mpegts:udp://10.0.0.5:5000`, `ffmpeg:flv:rtmp://...`.

Nobody waits for a receiver. One that is away or hangs costs its own pictures only: the connection is tried again every
few seconds, and the stream begins anew where it is. FFmpeg's own threads connect and send, because PyAV opens, begins
and ends a container without letting any other thread of Python run, which would hold up every picture.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import av.error

from livegrade.errors import MediaError, SinkError
from livegrade.outputs.codecs import codec_for, container_of, container_to, for_streaming, wanted_format, with_quality
from livegrade.outputs.muxer import Muxer, Target, check_muxer, queued
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.transport.address import split_ffmpeg

if TYPE_CHECKING:
    from livegrade.outputs.sink import StreamStart
    from livegrade.timing.clock import Clock
    from livegrade.transport.address import SinkAddress
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame

_log = logging.getLogger(__name__)

RETRY_NS = 4 * NS_PER_SECOND
"""Between two tries to reach a receiver; longer than FFmpeg takes to let go of one that hangs."""
QUEUE = 4
"""Packets between us and FFmpeg's thread. When more were taken, the receiver has answered."""
# What FFmpeg's protocols call the time after which they give up, in microseconds, and packets that fit into Ethernet.
_URL_OPTIONS = {
    "tcp": {"timeout": "2000000"},
    "udp": {"pkt_size": "1316"},
    "srt": {"timeout": "2000000", "pkt_size": "1316"},
}
# The same for protocols that take nothing from the URL.
_OPENING_OPTIONS = {
    **{name: {"rw_timeout": "2000000"} for name in ("rtmp", "rtmps", "rtmpt", "rtmpts", "http", "https", "icecast")},
    "rtsp": {"timeout": "2000000"},
}
# What no receiver can mend, as long as none has ever taken the stream.
_HOPELESS = (
    av.error.ArgumentError,
    av.error.LookupError,
    av.error.NotImplementedError,
    av.error.PatchWelcomeError,
    av.error.ExperimentalError,
)


class StreamSink:
    """One stream; H.264 and AAC where nothing else is said."""

    lossy = True

    def __init__(self, address: SinkAddress, clock: Clock) -> None:
        """Raises UsageError."""
        self.address = str(address)
        self.frames_written = 0
        muxer, url = split_ffmpeg(address.target)
        if muxer is not None:
            check_muxer(muxer, self.address)
        container = container_of(muxer) if muxer is not None else container_to(url)
        codec = with_quality(
            codec_for(container, self.address, address.option("codec")), self.address, address.option("quality")
        )
        opening = _OPENING_OPTIONS.get(_protocol(url), {})
        self._target = Target(_bounded(url), self.address, queued(container, QUEUE, opening), for_streaming(codec))
        self._layout = address.option("layout")
        self._with_sound = address.option("audio") != "off"
        self._clock = clock
        self._stream: tuple[VideoFormat, StreamStart] | None = None
        self._muxer: Muxer | None = None
        self._broken: Muxer | None = None
        self._has_run = False
        self._away = ""
        self._try_at_ns = 0

    def accept(self, source: VideoFormat) -> VideoFormat:
        """The encoder's layout. Raises UsageError."""
        return wanted_format(self._target.codec, self.address, source, self._layout)

    def open(self, format: VideoFormat, start: StreamStart) -> None:
        """Nothing is sent before the first picture."""
        if self._stream is not None:
            raise SinkError(f"{self.address} is open already")
        self._stream = (format, start)

    def write(self, frame: Frame) -> str | None:
        if self._stream is None:
            raise SinkError(f"{self.address} is not open")
        try:
            if self._muxer is None and not self._connect(frame, *self._stream):
                return self._away
            if self._muxer is not None:
                self._muxer.write(frame)
                if self._muxer.pictures > QUEUE + 1:
                    self._has_run, self._away = True, ""
        except av.error.FFmpegError as error:
            self._lose(error)
        if self._away:
            return self._away
        self.frames_written += 1
        return None

    def _connect(self, frame: Frame, format: VideoFormat, start: StreamStart) -> bool:
        """Raises what PyAV raises."""
        if self._clock.now_ns() < self._try_at_ns:
            return False
        self._drop()
        start = replace(start, timecode=frame.timecode)
        self._muxer = Muxer(self._target, format, start, start.audio_channels if self._with_sound else 0)
        return True

    def _lose(self, error: av.error.FFmpegError) -> None:
        """The receiver is not there, for now. Raises MediaError where no receiver would help."""
        # Not dropped before the next try: until FFmpeg's thread has ended that would make everybody wait for it.
        self._broken, self._muxer = self._muxer, None
        if isinstance(error, _HOPELESS) and not self._has_run:
            raise MediaError(self.address, f"{self._target.codec.name} cannot be sent there ({error.strerror})")
        self._away = f"{self.address} cannot be reached ({_lowered(error.strerror)}); trying again"
        self._try_at_ns = self._clock.now_ns() + RETRY_NS

    def _drop(self) -> None:
        for muxer in (self._broken, self._muxer):
            if muxer is not None:
                muxer.drop()
        self._broken = self._muxer = None

    def close(self) -> None:
        self._stream = None
        muxer, self._muxer = self._muxer, None
        self._drop()
        if muxer is None:
            return
        try:
            muxer.finish()
        except av.error.FFmpegError as error:
            _log.info("the receiver did not take the end of the stream address=%s error=%s", self.address, error)
            muxer.drop()

    def abort(self) -> None:
        self._stream = None
        self._drop()


def _protocol(url: str) -> str:
    return url.partition(":")[0].lower()


def _bounded(url: str) -> str:
    """The URL with the limits that the user did not write."""
    head, mark, query = url.partition("?")
    named = {part.partition("=")[0] for part in query.split("&")}
    wanted = _URL_OPTIONS.get(_protocol(url), {})
    added = "&".join(f"{key}={value}" for key, value in wanted.items() if key not in named)
    if not added:
        return url
    return f"{url}&{added}" if mark else f"{head}?{added}"


def _lowered(text: str | None) -> str:
    return text[:1].lower() + text[1:] if text else "no reason given"
