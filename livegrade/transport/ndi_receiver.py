"""One NDI receiver: the plain one, at full bandwidth and depth. It never repeats or drops a picture by itself, as NDI's
FrameSync does, and what it received is read in place until it is released."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import numpy as np

from livegrade.errors import SourceError
from livegrade.transport import ndi_abi as abi
from livegrade.transport.ndi import AUDIO_FULL_SCALE, library

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_XML_BYTES = 1 << 16
_MAX_SAMPLES = 1 << 20
_MAX_CHANNELS = 255


class Receiver:
    """Connected to the source with the full name `name` for as long as it is open; the NDI library connects again when
    the source comes back. Used by one thread.

    `video`: what `receive` brought, valid until the next call of `receive` or `close`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._library = library()
        self.video = abi.VideoFrame()
        self._audio = abi.AudioFrame()
        self._metadata = abi.MetadataFrame()
        self._holds_video = False
        create = abi.RecvCreate(
            source=abi.SourceName(name.encode(), None),
            color_format=abi.COLOR_BEST,
            bandwidth=abi.BANDWIDTH_HIGHEST,
            allow_video_fields=True,
            name=b"livegrade",
        )
        self._receiver: int | None = self._library.recv_create_v3(ctypes.byref(create))
        if not self._receiver:
            raise SourceError(f"the NDI library cannot receive '{name}'")

    def receive(self, timeout_ms: int, *, pictures: bool = True) -> int:
        """Wait for the next thing: one of the FRAME_ numbers of ndi_abi. `pictures`: False leaves them waiting."""
        self._release_video()
        video = ctypes.byref(self.video) if pictures else None
        kind: int = self._library.recv_capture_v3(
            self._receiver, video, ctypes.byref(self._audio), ctypes.byref(self._metadata), timeout_ms
        )
        self._holds_video = kind == abi.FRAME_VIDEO
        return kind

    def take_sound(self) -> tuple[abi.AudioFrame, NDArray[np.float32]] | None:
        """The sound that `receive` brought: its header and float32 (channels, n) at full scale -1..1, our own copy.
        None for what is no plain float sound of sensible size."""
        audio = self._audio
        try:
            plain = audio.fourcc == abi.AUDIO_FLTP and audio.data and audio.channel_stride >= 4 * audio.samples
            if not (plain and 0 < audio.samples <= _MAX_SAMPLES and 0 < audio.channels <= _MAX_CHANNELS):
                return None
            data = np.frombuffer(memory_at(audio.data, audio.channels * audio.channel_stride), np.float32)
            samples = data.reshape(audio.channels, -1)[:, : audio.samples] * np.float32(1 / AUDIO_FULL_SCALE)
            header = abi.AudioFrame(sample_rate=audio.sample_rate, timecode=audio.timecode, timestamp=audio.timestamp)
            return header, samples
        finally:
            self._library.recv_free_audio_v3(self._receiver, ctypes.byref(audio))

    def take_metadata(self) -> bytes:
        """The XML that `receive` brought, at most MAX_XML_BYTES of it, our own copy."""
        try:
            text: bytes = self._metadata.data or b""
            return text[:MAX_XML_BYTES]
        finally:
            self._library.recv_free_metadata(self._receiver, ctypes.byref(self._metadata))

    @property
    def connected(self) -> bool:
        return bool(self._library.recv_get_no_connections(self._receiver) > 0)

    def dropped(self) -> int:
        """Pictures that the NDI library threw away since the receiver was opened because they were not read in time."""
        total, dropped = abi.Performance(), abi.Performance()
        self._library.recv_get_performance(self._receiver, ctypes.byref(total), ctypes.byref(dropped))
        return int(dropped.video)

    def close(self) -> None:
        if self._receiver:
            self._release_video()
            self._library.recv_destroy(self._receiver)
            self._receiver = None

    def _release_video(self) -> None:
        if self._holds_video:
            self._library.recv_free_video_v2(self._receiver, ctypes.byref(self.video))
            self._holds_video = False


def memory_at(address: int, size: int) -> memoryview:
    """`size` bytes of the runtime's memory, in place."""
    return memoryview((ctypes.c_uint8 * size).from_address(address)).cast("B")
