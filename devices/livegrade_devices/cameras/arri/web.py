"""ARRI cameras over their web remote, HTTP 80: read only, by long polls.

What the camera offers for writing (`/set.cgi`, `/call.cgi`) has unknown arguments and is never asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from livegrade.errors import DeviceError, DeviceRefusedError
from livegrade_devices.cameras.arri.status import LONGEST, Status, identity_of, read_status, state_of
from livegrade_devices.device import Capabilities, Device
from livegrade_devices.kinds import Kind
from livegrade_devices.wires.values import Request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from livegrade_devices.address import DeviceAddress
    from livegrade_devices.device import Report
    from livegrade_devices.wires.values import Web, Wires

PORT = 80
POLL_S = 20.0
"""A poll that has brought nothing for so long is given up; the whole status is asked for, to see who is there."""
ANSWER_S = 8.0
BETWEEN_S = 0.1
"""Between two polls: voltages change all the time."""


@contextlib.asynccontextmanager
async def connect(address: DeviceAddress, wires: Wires) -> AsyncIterator[Device]:
    """As `Kind.connect`."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    async with wires.web(address, f"http://{host}:{address.port or PORT}") as web:
        first = await _asked(web, address, "/all.cgi")

        async def listen(report: Report) -> None:
            status, values = first, dict(first.values)
            while True:
                report(state_of(values))
                await asyncio.sleep(BETWEEN_S)
                status = await _next(web, address, status)
                values |= status.values

        yield Device(identity_of(first.values), Capabilities(metadata=True), listen)


async def _next(web: Web, address: DeviceAddress, status: Status) -> Status:
    """What has changed, when something has; all of it where nothing came for long."""
    try:
        async with asyncio.timeout(POLL_S):
            return await _asked(web, address, f"/update.cgi?id={status.id}")
    except TimeoutError:
        pass
    try:
        async with asyncio.timeout(ANSWER_S):
            return await _asked(web, address, "/all.cgi")
    except TimeoutError:
        raise DeviceError(address, "it does not answer any more") from None


async def _asked(web: Web, address: DeviceAddress, path: str) -> Status:
    answer = await web.ask(Request("GET", path), LONGEST)
    if answer.status != 200:
        fault = f"its web server answers {path.partition('?')[0]} with {answer.status}; it is no ARRI web remote"
        raise DeviceRefusedError(address, fault)
    return read_status(answer.body)


KIND = Kind("arri-web", "ARRI camera (web remote)", connect, PORT)
