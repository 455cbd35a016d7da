"""Questions to a device that answers each of them, in order, on a wire that somebody else reads."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

from livegrade.errors import DeviceError

if TYPE_CHECKING:
    from livegrade_devices.wires.values import Stream

T = TypeVar("T")
ANSWER_S = 5.0


class Answers(Generic[T]):
    """Who reads the wire hands the answers to `came`, and calls `close` when it is gone, so that nobody waits on."""

    def __init__(self, stream: Stream, device: object, within_s: float = ANSWER_S) -> None:
        self._stream = stream
        self._device = device
        self._within_s = within_s
        self._waiting: deque[asyncio.Future[T]] = deque()
        self._fault = ""

    async def ask(self, data: bytes, what: str, within_s: float | None = None) -> T:
        """The answer to `data`. Raises DeviceError where none comes; `what` was asked, for people. `within_s`: for what
        takes longer than usual."""
        if self._fault:
            raise DeviceError(self._device, self._fault)
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        await self._stream.write(data)
        try:
            async with asyncio.timeout(within_s or self._within_s):
                return await answer
        except TimeoutError as error:
            raise DeviceError(self._device, f"it has not answered {what!r}") from error

    def came(self, answer: T) -> None:
        """The next answer, also where nobody waits for it any more; one to nobody is passed over."""
        if self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(answer)

    def close(self, fault: str = "it closed the connection") -> None:
        """No more will come: everybody who waits gets a DeviceError that says `fault`. The first one counts."""
        self._fault = self._fault or fault
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_exception(DeviceError(self._device, self._fault))
        self._waiting.clear()
