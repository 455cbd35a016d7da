"""One NDI source, received in a process of its own (`ndi_host`) that is started again whenever it ends.

Pictures are copied once, by that process, into buffers that this one leased for it; the lease then belongs to the
picture. A new process gets a new pool, so a picture of an old one keeps its bytes for as long as somebody holds it.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from livegrade.errors import PoolExhaustedError, SourceError
from livegrade.transport import ndi_wire as wire
from livegrade.transport import picture_memory
from livegrade.transport.child import Child, Restart
from livegrade.transport.ndi_abi import find_library
from livegrade.transport.ndi_wire import Kind
from livegrade.video.pool import BufferPool

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from livegrade.transport import ndi_abi as abi
    from livegrade.transport.channel import Message
    from livegrade.video.pool import Lease

GRANTED = 8
"""Buffers that the process may fill before we take its pictures."""


class ReceivedPicture(NamedTuple):
    """`header.data` is cleared: the pixels are in `lease`, as the planner laid them out. `arrived_ns`: on the
    performance counter. `lost`: pictures lost on this connection so far."""

    lease: Lease
    header: abi.VideoFrame
    xml: bytes
    arrived_ns: int
    lost: int


class ReceivedSound(NamedTuple):
    """`samples`: float32 (channels, n) at NDI's level."""

    header: abi.AudioFrame
    samples: NDArray[np.float32]


class NdiReceiver:
    """Looks for `wanted` and receives it. Used by one thread.

    `plan`: says how a picture of a new shape is laid out in memory, from its header and XML; Plan's `answer` is filled
    in here. `name`: in full, of the source last connected to; None before. `connection`: counts connections made.
    `connected`: whether there is one now. `searching`: whether the wanted name was not on the network when last looked
    for; `names`: what was, None before the process has said it. `trouble`: why there is no NDI now, one
    sentence, else empty.
    """

    def __init__(self, wanted: str, plan: Callable[[abi.VideoFrame, bytes], wire.Plan]) -> None:
        """Starts the process. Raises MissingPackageError, SourceError."""
        find_library()
        self.name: str | None = None
        self.connection = 0
        self.connected = False
        self.searching = True
        self.names: tuple[str, ...] | None = None
        self.trouble = ""
        self._wanted = wanted
        self._plan = plan
        self._restart = Restart()
        self._pool: BufferPool | None = None
        self._leases: dict[int, Lease] = {}
        self._known: set[int] = set()
        self._pictures: deque[ReceivedPicture] = deque()
        self._sounds: deque[ReceivedSound] = deque()
        try:
            self._child = self._started()
        except OSError as error:
            raise SourceError(f"the process for NDI cannot be started: {error}") from None

    @property
    def pid(self) -> int:
        return self._child.pid

    def receive(self, timeout_ns: int, *, pictures: bool = True) -> ReceivedPicture | ReceivedSound | None:
        """The next thing that came; None when nothing did within `timeout_ns`, or when there is `trouble`. `pictures`:
        False leaves them waiting."""
        until_ns = time.perf_counter_ns() + timeout_ns
        while True:
            if self._sounds:
                return self._sounds.popleft()
            if pictures and self._pictures:
                return self._taken(self._pictures.popleft())
            left_ns = until_ns - time.perf_counter_ns()
            if left_ns < 0:
                return None
            self._notice_end()
            if self._ended:
                self._start_again(left_ns)
                return None
            self._listen(left_ns)

    def close(self) -> None:
        self._child.close()
        self._drop()

    def _started(self) -> Child:
        self._refused, self._ended = "", False
        child = Child("livegrade.transport.ndi_host", "receive")
        child.post(Kind.START, self._wanted.encode())
        return child

    def _start_again(self, left_ns: int) -> None:
        if not self._restart.is_due:
            time.sleep(min(left_ns, wire.BEAT_NS) / 1e9)
            return
        try:
            self._child = self._started()
        except OSError as error:
            self.trouble = f"the process for NDI cannot be started: {error}"
            self._restart.ended()

    def _listen(self, timeout_ns: int) -> None:
        for message in self._child.receive(timeout_ns):
            self._hear(message)
        self._notice_end()

    def _notice_end(self) -> None:
        """Once for each process, wherever its end shows: in what it says or in what it is told."""
        if self._child.ended and not self._ended:
            self._ended = True
            self._restart.ended()
            self.trouble = self._refused or f"the NDI runtime ended ({self._child.ended}); starting it again"
            self._drop()

    def _drop(self) -> None:
        """What the process could have written to is not leased again: its pool goes with it."""
        self.connected = False
        self._pool = None
        self._leases.clear()
        self._known.clear()
        self._pictures.clear()
        self._sounds.clear()

    def _hear(self, message: Message) -> None:
        match message.kind:
            case Kind.BEAT:
                self.connected = wire.unpack_number(message.payload) > 0
                self._grant()
            case Kind.PICTURE:
                self._arrive(wire.unpack_picture(message.payload))
            case Kind.SOUND:
                header, samples = wire.unpack_sound(message.payload)
                self._sounds.append(
                    ReceivedSound(header, np.frombuffer(samples, np.float32).reshape(header.channels, -1))
                )
            case Kind.SHAPE:
                self._answer(wire.unpack_picture(message.payload))
            case Kind.CONNECTED:
                self.name, self.trouble, self.connected = message.payload.decode(), "", True
                self.searching = False
                self._restart.worked()
                self.connection += 1
            case Kind.NAMES:
                self.names, self.trouble = wire.unpack_names(message.payload), ""
                self.searching = True
            case Kind.REFUSED:
                self._refused = message.payload.decode("utf-8", "replace")

    def _answer(self, shape: wire.Picture) -> None:
        plan = self._plan(shape.header, shape.xml)._replace(answer=shape.stamp)
        self._child.post(Kind.PLAN, wire.pack_plan(plan))
        self._leases.clear()
        self._known.clear()
        self._pool = BufferPool(plan.size, allocate=picture_memory.allocate) if plan.planes else None
        self._grant()

    def _grant(self) -> None:
        """Lets the process have as many buffers as it may hold; fewer while the pool is exhausted."""
        if self._pool is None:
            return
        while len(self._leases) < GRANTED:
            try:
                lease = self._pool.lease()
            except PoolExhaustedError:
                return
            block = picture_memory.block_of(lease.data)
            if block is None:
                raise SourceError("a buffer for NDI is not in shared memory")
            if block.number not in self._known:
                self._known.add(block.number)
                packed = wire.pack_block(block.number, block.size, block.tag)
                self._child.post(Kind.BLOCK, packed, block.descriptor)
            self._leases[block.number] = lease
            self._child.post(Kind.GRANT, wire.pack_number(block.number))

    def _arrive(self, picture: wire.Picture) -> None:
        lease = self._leases.pop(picture.block, None)
        if lease is not None:
            self._pictures.append(ReceivedPicture(lease, picture.header, picture.xml, picture.stamp, picture.lost))

    def _taken(self, picture: ReceivedPicture) -> ReceivedPicture:
        self._grant()
        return picture
