"""One NDI output, sent from a process of its own (`ndi_host`) that is started again whenever it ends.

Pictures in shared memory are sent from where they are; others are copied once. Nothing here waits for the process but
`open`, and nothing fails because of it: what could not be sent is said in `trouble`.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from typing import TYPE_CHECKING

import numpy as np

from livegrade.errors import PoolExhaustedError, SinkError
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.transport import ndi_wire as wire
from livegrade.transport import picture_memory
from livegrade.transport.child import Child, Restart
from livegrade.transport.ndi import LATE
from livegrade.transport.ndi_abi import find_library
from livegrade.transport.ndi_wire import Kind
from livegrade.video.pool import BufferPool

if TYPE_CHECKING:
    from livegrade.transport import ndi_abi as abi
    from livegrade.transport.channel import Message
    from livegrade.transport.memory import Block
    from livegrade.video.pool import Lease

OPEN_NS = 5 * NS_PER_SECOND
"""How long `open` waits for the process to say under which name it sends."""
IN_WORK = 3
"""Pictures on their way to the runtime at once: the one it reads, the next, and one more on a busy machine."""
_BLOCKS_KNOWN = 64


_senders: list[NdiSender] = []
"""Those of this program that are open."""


def is_own(full_name: str) -> bool:
    """Whether this program itself sends under that name. From any thread."""
    return any(sender.sends_as(full_name) for sender in tuple(_senders))


class NdiSender:
    """Sends as `name`. Used by one thread; the attributes may be read from any.

    `full_name`: on the network, such as "CART (Village)"; None before the process has said it. `connections`: receivers
    now. `trouble`: why there is no NDI now, one sentence; empty while there is.
    """

    def __init__(self, name: str, product: str) -> None:
        """Starts the process and waits until it sends. Raises MissingPackageError, and SinkError where the name is
        taken on this machine; a process that only ended is started again by `send`."""
        find_library()
        self.full_name: str | None = None
        self.connections = 0
        self.trouble = ""
        self._start = wire.SenderStart(name, product)
        _senders.append(self)
        self._restart = Restart()
        self._ready = self._ended = False
        self._refused = ""
        self._number = 0
        self._in_work: deque[tuple[int, Lease]] = deque()
        self._known: OrderedDict[int, None] = OrderedDict()
        self._pool: BufferPool | None = None
        try:
            self._child = self._started()
        except OSError as error:
            _senders.remove(self)
            raise SinkError(f"the process for NDI cannot be started: {error}") from None
        until_ns = time.perf_counter_ns() + OPEN_NS
        while not (self._ready or self._child.ended) and (left_ns := until_ns - time.perf_counter_ns()) > 0:
            self._listen(left_ns)
        if self._refused:
            self.close()
            raise SinkError(self._refused)

    @property
    def pid(self) -> int:
        return self._child.pid

    def send(
        self, header: abi.VideoFrame, xml: bytes, pixels: Lease, sound: tuple[abi.AudioFrame, bytes] | None
    ) -> str | None:
        """Sends sound and picture. `pixels` is held until the runtime has read it. Returns None, or why they are not
        sent."""
        self._tend()
        if not self._ready:
            return self.trouble or LATE
        held = self._shared(pixels) if len(self._in_work) < IN_WORK and self._child.reads() else None
        if held is None:
            return LATE
        lease, block = held
        self._introduce(block)
        if sound is not None:
            self._child.post(Kind.SOUND, wire.pack_sound(*sound))
        self._number += 1
        picture = wire.Picture(block.number, self._number, 0, header, xml)
        self._child.post(Kind.PICTURE, wire.pack_picture(picture))
        self._notice_end()
        if self._ended:
            return self.trouble
        self._in_work.append((self._number, lease))
        self.trouble = ""
        return None

    def sends_as(self, full_name: str) -> bool:
        """Whether `full_name` is its name on the network, as far as that is known."""
        return full_name == self.full_name if self.full_name else full_name.endswith(f" ({self._start.name})")

    def close(self) -> None:
        """Takes the output off the network."""
        if self in _senders:
            _senders.remove(self)
        self._child.close()
        self._forget()

    def _started(self) -> Child:
        self._ready, self._ended, self._refused = False, False, ""
        child = Child("livegrade.transport.ndi_host", "send")
        child.post(Kind.START, wire.pack_start(self._start))
        return child

    def _tend(self) -> None:
        """Hears what the process says, and starts it again when it has ended."""
        self._notice_end()
        if self._ended:
            if not self._restart.is_due:
                return
            try:
                self._child = self._started()
            except OSError as error:
                self.trouble = f"the process for NDI cannot be started: {error}"
                self._restart.ended()
                return
        self._listen(0)

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
            self._forget()

    def _hear(self, message: Message) -> None:
        match message.kind:
            case Kind.BEAT:
                self.connections = wire.unpack_number(message.payload)
            case Kind.DONE:
                number = wire.unpack_number(message.payload)
                while self._in_work and self._in_work[0][0] <= number:
                    self._in_work.popleft()
            case Kind.CONNECTED:
                self.full_name, self._ready = message.payload.decode(), True
                self._restart.worked()
            case Kind.REFUSED:
                self._refused = message.payload.decode("utf-8", "replace")

    def _forget(self) -> None:
        self._ready = False
        self.connections = 0
        self._in_work.clear()
        self._known.clear()

    def _shared(self, pixels: Lease) -> tuple[Lease, Block] | None:
        """`pixels` where it is in shared memory, else a copy that is; None when all copies are in use."""
        block = picture_memory.block_of(pixels.data)
        if block is not None:
            return pixels, block
        if self._pool is None or self._pool.size != pixels.data.nbytes:
            self._pool = BufferPool(pixels.data.nbytes, limit=IN_WORK + 1, allocate=picture_memory.allocate)
        try:
            copy = self._pool.lease()
        except PoolExhaustedError:
            return None
        np.copyto(copy.data, pixels.data)
        block = picture_memory.block_of(copy.data)
        return (copy, block) if block is not None else None

    def _introduce(self, block: Block) -> None:
        """Tells the process of a block that it does not know, and lets it forget the one not used for longest."""
        if block.number not in self._known:
            self._child.post(Kind.BLOCK, wire.pack_block(block.number, block.size, block.tag), block.descriptor)
            if len(self._known) >= _BLOCKS_KNOWN:
                self._child.post(Kind.FORGET, wire.pack_number(self._known.popitem(last=False)[0]))
        self._known[block.number] = None
        self._known.move_to_end(block.number)
