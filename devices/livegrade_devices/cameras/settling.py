"""What cameras that speak by themselves have in common: what they tell is reported now and then, however fast it comes;
a setting is asked for, and is in force when the camera tells it back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from livegrade.errors import DeviceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from livegrade_devices.camera import CameraState
    from livegrade_devices.device import Report

BETWEEN_S = 0.05
"""Between two reports: timecode runs, and a camera may be broken."""
MOST = 1_000_000
"""No setting of a camera is a larger number in the units of `CameraState`."""


class Settling:
    """Who reads the wire calls `learned` after each thing the camera told. `state`: what is known of it."""

    def __init__(self, state: Callable[[], CameraState]) -> None:
        self._state = state
        self._changed = asyncio.Condition()
        self._news = asyncio.Event()

    async def learned(self) -> None:
        """The camera told something."""
        self._news.set()
        async with self._changed:
            self._changed.notify_all()

    async def tell(self, report: Report) -> None:
        """For ever: the state as it is at first, and whenever it has changed."""
        last = self._state()
        report(last)
        while True:
            await self._news.wait()
            self._news.clear()
            now = self._state()
            if now != last:
                last = now
                report(now)
            await asyncio.sleep(BETWEEN_S)

    async def follow(
        self,
        report: Report,
        take: Callable[[], Awaitable[object]],
        beside: Callable[[], Coroutine[object, object, None]],
        silence_s: float,
        device: object,
    ) -> None:
        """As `Device.listen`: `take` reads one thing after the other, `beside` runs meanwhile (keep-alives). A camera
        that says nothing for `silence_s` is gone (DeviceError)."""
        async with asyncio.TaskGroup() as group:
            group.create_task(beside())
            group.create_task(self.tell(report))
            while True:
                try:
                    async with asyncio.timeout(silence_s):
                        await take()
                except TimeoutError:
                    raise DeviceError(device, f"it has been silent for {silence_s:g} seconds") from None

    async def until(self, there: Callable[[], bool], within_s: float) -> bool:
        """Whether that becomes true in time."""
        async with self._changed:
            try:
                async with asyncio.timeout(within_s):
                    await self._changed.wait_for(there)
            except TimeoutError:
                return False
        return True


def wanted_number(name: str, value: float | str) -> float:
    """A setting as a number. Raises UsageError where it is none that a camera could have."""
    try:
        number = float(value)
    except ValueError:
        raise UsageError(f"{name} is a number, not {str(value)[:40]!r}") from None
    if not abs(number) <= MOST:
        raise UsageError(f"{name} {number:g}: no camera has that")
    return number
