"""Frames of captured SDI pictures: memory, numbers and sound. A picture stays in the driver's memory as long as few of
them are held there, and is copied once otherwise: a card that has no buffer left captures nothing."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

import numpy as np

from livegrade.capture.decklinkpicture import picture_format, picture_metadata, picture_packets, picture_timecode
from livegrade.capture.decklinktime import CardTime
from livegrade.transport.decklink import modes
from livegrade.video.frame import Frame
from livegrade.video.layouts import layout
from livegrade.video.pool import BufferPool, Lease

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from livegrade.capture.source import CaptureOptions
    from livegrade.transport.decklink._binding import Mode, Picture
    from livegrade.video.format import VideoFormat

DRIVERS_FRAMES = 6
"""Pictures that stay in the driver's memory at once; what goes on from there to slow readers is copied."""
OWN_FRAMES = 8
"""Buffers that a card captures into where the engine wants memory of its own kind (pinned, for a GPU)."""


class CardFrames:
    """Owns the memory of one input's pictures, and its time line. `format`: of the newest picture; None before it."""

    def __init__(self, options: CaptureOptions, *, with_sound: bool) -> None:
        self.time = CardTime()
        self.format: VideoFormat | None = None
        self._options = options
        self._with_sound = with_sound
        self._shape: object = None
        self._pool: BufferPool | None = None
        self._own: set[int] = set()
        self._held: list[weakref.ref[NDArray[np.uint8]]] = []

    def buffers(self, mode: Mode, layouts: Iterable[str]) -> list[NDArray[np.uint8]]:
        """Memory for the card to write pictures of any of these layouts to, pinned where the engine asks for it; none:
        the driver's own will do."""
        self._own.clear()
        if not self._options.pinned:
            return []
        size = max(layout(name).geometry(mode.width, mode.height).size for name in layouts)
        buffers = [self._options.allocate(size) for _ in range(OWN_FRAMES)]
        self._own = {buffer.ctypes.data for buffer in buffers}
        return buffers

    def frame(self, picture: Picture, arrived_ns: int) -> Frame:
        """Raises FormatError, PoolExhaustedError."""
        format = self._format_of(picture)
        lease = self._lease(picture, format)
        index, pts = self.time.place(picture, format.rate, arrived_ns)
        audio = self.time.sound_of(picture, format.rate) if self._with_sound else None
        found = picture_timecode(picture.timecodes, format.rate)
        timecode, read_from = found if found is not None else (None, None)
        return Frame(
            pixels=lease,
            format=format,
            index=index,
            captured_ns=arrived_ns,
            pts=pts,
            timecode=timecode,
            audio=audio,
            metadata=picture_metadata(picture, read_from),
            ancillary=picture_packets(picture.packets),
        )

    def _format_of(self, picture: Picture) -> VideoFormat:
        """The same object while nothing changes."""
        key = picture.mode.code, picture.pixel_format, picture.flags & modes.CAPTURED_AS_PSF, picture.metadata_ints
        if self.format is None or self._shape != key:
            self.format = picture_format(picture, self._options)
            self._shape = key
        return self.format

    def _lease(self, picture: Picture, format: VideoFormat) -> Lease:
        """The memory that the card wrote to; a copy where enough of it is held, it is not the kind that the engine
        wants, or its rows have another length."""
        data, (plane,) = picture.data, format.geometry.planes
        self._held = [one for one in self._held if one() is not None]
        fast_enough = not self._options.pinned or data.ctypes.data in self._own
        if fast_enough and picture.stride == plane.stride and len(self._held) < DRIVERS_FRAMES:
            self._held.append(weakref.ref(data))
            return Lease(data)
        if self._pool is None or self._pool.size != format.geometry.size:
            self._pool = BufferPool(format.geometry.size, allocate=self._options.allocate)
        lease = self._pool.lease()
        rows = data.reshape(-1, picture.stride)[: plane.rows, : plane.stride]
        np.copyto(lease.data.reshape(plane.rows, plane.stride)[:, : rows.shape[1]], rows)
        return lease
