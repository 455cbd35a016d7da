"""One device, reached for one question and let go of again: for commands, which have no hub."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from livegrade.errors import DeviceError
from livegrade_devices.attached import CONNECT_S, leaf

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from livegrade_devices.address import DeviceAddress
    from livegrade_devices.device import Device, Report
    from livegrade_devices.kinds import Kind
    from livegrade_devices.wires.values import Wires

T = TypeVar("T")


async def ask_once(
    kind: Kind,
    address: DeviceAddress,
    wires: Wires,
    question: Callable[[Device], Awaitable[T]],
    within_s: float,
    heard: Report = lambda detail: None,
) -> T:
    """What `question` gives with the connected device, which is listened to meanwhile: `heard` is told what it says.
    Raises DeviceError where it cannot be reached, goes away or does not answer in time."""
    patience = asyncio.timeout(CONNECT_S)
    try:
        async with patience, kind.connect(address, wires) as device:
            patience.reschedule(asyncio.get_running_loop().time() + within_s)
            asked = asyncio.ensure_future(question(device))
            listening = asyncio.ensure_future(device.listen(heard))
            try:
                await asyncio.wait((asked, listening), return_when=asyncio.FIRST_COMPLETED)
                if not asked.done():
                    listening.result()
                    raise DeviceError(address, "it closed the connection")
                return asked.result()
            finally:
                for task in (asked, listening):
                    task.cancel()
                await asyncio.gather(asked, listening, return_exceptions=True)
    except TimeoutError as error:
        raise DeviceError(address, "it does not answer in time") from error
    except OSError as error:
        raise DeviceError(address, f"it cannot be reached ({error.strerror or error})") from error
    except ExceptionGroup as group:
        first = leaf(group)
        raise (first if isinstance(first, DeviceError) else DeviceError(address, f"it is lost ({first})")) from group
