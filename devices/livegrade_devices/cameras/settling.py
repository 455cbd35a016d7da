"""What cameras that confirm have in common: a setting is asked for, and is in force when the camera tells it back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 1_000_000
"""No setting of a camera is a larger number in the units of `CameraState`."""


class Settling:
    """Who reads the wire calls `learned` after each thing the camera told."""

    def __init__(self) -> None:
        self._changed = asyncio.Condition()

    async def learned(self) -> None:
        """The camera told something."""
        async with self._changed:
            self._changed.notify_all()

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
