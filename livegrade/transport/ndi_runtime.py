"""The NDI runtime itself: loaded once, asked for sources, received from, sent to. Standard library only.

For processes of their own (`ndi_host`, tests, counters), never for the program: the runtime ends its process when
somebody opens and drops connections to its ports, or leaves it hanging. The program talks to such a process instead.
"""

from __future__ import annotations

import ctypes
import functools

from livegrade.errors import SinkError, SourceError
from livegrade.transport import ndi_abi as abi

MAX_SOURCES = 4096
"""More source names than this are not read from a network."""


@functools.cache
def library() -> abi.Library:
    """The NDI library of this process. Raises MissingPackageError, or SourceError where it does not start."""
    path = abi.find_library()
    try:
        loaded = abi.Library(path)
    except (OSError, AttributeError) as error:
        raise SourceError(f"the NDI library {path} cannot be loaded: {error}") from None
    if not loaded.initialize():
        raise SourceError(f"the NDI library {path} does not run on this processor")
    return loaded


def version() -> str:
    """The version sentence of the NDI library."""
    text: bytes = library().version()
    return text.decode("utf-8", "replace").strip()


class Finder:
    """Listens for NDI sources on the network. Used by one thread at a time; close it."""

    def __init__(self) -> None:
        self._library = library()
        self._finder: int | None = None
        self.renew()

    def renew(self) -> None:
        """Begin to listen afresh. Without mDNS (addresses given in NDI's configuration) a finder of NDI 6.3 that knows
        one source of a machine does not learn of the next one; a new finder knows all within half a second."""
        self.close()
        self._finder = self._library.find_create_v2(ctypes.byref(abi.FindCreate(True, None, None)))
        if not self._finder:
            raise SourceError("the NDI library cannot listen for sources; is the network configured?")

    def wait(self, timeout_ms: int) -> bool:
        """Wait until the list changes; False when it did not within `timeout_ms`."""
        return bool(self._library.find_wait_for_sources(self._finder, timeout_ms))

    def names(self) -> tuple[str, ...]:
        """Full names of the sources known now, such as "CART (CAM A)", sorted."""
        count = ctypes.c_uint32()
        found = self._library.find_get_current_sources(self._finder, ctypes.byref(count))
        names = {found[i].name.decode("utf-8", "replace") for i in range(min(count.value, MAX_SOURCES))}
        return tuple(sorted(names))

    def close(self) -> None:
        if self._finder:
            self._library.find_destroy(self._finder)
            self._finder = None


class Receiver:
    """Connected to the source with the full name `name` for as long as it is open; the NDI library connects again when
    the source comes back. The plain receiver, at full bandwidth and depth: it never repeats or drops a picture by
    itself, as NDI's FrameSync does. Used by one thread.

    `video`, `audio`, `metadata`: what `receive` brought, valid until the next call of `receive` or `close`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._library = library()
        self.video = abi.VideoFrame()
        self.audio = abi.AudioFrame()
        self.metadata = abi.MetadataFrame()
        self._holds = abi.FRAME_NONE
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

    def receive(self, timeout_ms: int) -> int:
        """Wait for the next thing: one of the FRAME_ numbers of ndi_abi."""
        self._release()
        frames = ctypes.byref(self.video), ctypes.byref(self.audio), ctypes.byref(self.metadata)
        self._holds = int(self._library.recv_capture_v3(self._receiver, *frames, timeout_ms))
        return self._holds

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
            self._release()
            self._library.recv_destroy(self._receiver)
            self._receiver = None

    def _release(self) -> None:
        held, self._holds = self._holds, abi.FRAME_NONE
        if held == abi.FRAME_VIDEO:
            self._library.recv_free_video_v2(self._receiver, ctypes.byref(self.video))
        elif held == abi.FRAME_AUDIO:
            self._library.recv_free_audio_v3(self._receiver, ctypes.byref(self.audio))
        elif held == abi.FRAME_METADATA:
            self._library.recv_free_metadata(self._receiver, ctypes.byref(self.metadata))


class Sender:
    """One NDI source as others see it, from when it is made until `close`. NDI's own clocking is off.

    `name`: in full, such as "CART (Village)".
    """

    def __init__(self, name: str, product: str) -> None:
        """Raises SinkError where the name is taken on this machine."""
        self._library = library()
        settings = abi.SendCreate(name.encode(), None, False, False)
        self._sender: int | None = self._library.send_create(ctypes.byref(settings))
        if not self._sender:
            raise SinkError(f"NDI cannot make an output called '{name}'; is the name taken on this machine?")
        source = self._library.send_get_source_name(self._sender)
        self.name = source.contents.name.decode("utf-8", "replace") if source else name
        greeting = abi.MetadataFrame(0, abi.TIMECODE_SYNTHESIZE, product.encode())
        self._library.send_add_connection_metadata(self._sender, ctypes.byref(greeting))

    def send_sound(self, sound: abi.AudioFrame) -> None:
        """The samples are free again when this returns."""
        self._library.send_send_audio_v3(self._sender, ctypes.byref(sound))

    def send_picture(self, picture: abi.VideoFrame) -> None:
        """The runtime reads it, and its XML, until the next call has returned; it has then done with the one before."""
        self._library.send_send_video_async_v2(self._sender, ctypes.byref(picture))

    @property
    def connections(self) -> int:
        """Receivers connected now."""
        return int(self._library.send_get_no_connections(self._sender, 0))

    def close(self) -> None:
        if self._sender:
            self._library.send_send_video_async_v2(self._sender, None)
            self._library.send_destroy(self._sender)
            self._sender = None
