"""The tally lamp of ARRI cameras (AMIRA, ALEXA Mini) over TCP 40000. It answers nothing that is known.

Source: bitfocus/companion-module-arri-tally.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from livegrade.errors import DeviceError, UsageError
from livegrade_devices.device import Capabilities, Device, Identity
from livegrade_devices.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from livegrade_devices.address import DeviceAddress
    from livegrade_devices.device import Report
    from livegrade_devices.wires.values import Stream, Wires

PORT = 40000
LAMPS: Mapping[str, int] = {"off": 0, "red": 1, "green": 2}
READ = 4096


def engage(lamp: str) -> bytes:
    """The command that lights it. Raises UsageError where there is no such lamp."""
    if lamp not in LAMPS:
        raise UsageError(f"tally {lamp[:40]!r}: choose from {', '.join(LAMPS)}")
    return f"tallyengage {LAMPS[lamp]}\r\n".encode()


class Tally:
    """The lamp, as a setting of its own."""

    names = frozenset({"tally"})

    def __init__(self, stream: Stream, device: object) -> None:
        self._stream = stream
        self._device = device

    async def set(self, name: str, value: float | str) -> bool:
        """As `SettingPort.set`; that it is sent is all that is known."""
        if name not in self.names:
            raise UsageError(f"{self._device}: {name} cannot be set here; tally can")
        await self._stream.write(engage(str(value)))
        return False

    async def listen(self, report: Report) -> None:
        """As `Device.listen`: what it may say is let pass."""
        while await self._stream.read(READ):
            pass
        raise DeviceError(self._device, "it closed the connection")


@contextlib.asynccontextmanager
async def connect(address: DeviceAddress, wires: Wires) -> AsyncIterator[Device]:
    """As `Kind.connect`."""
    async with wires.tcp(address, address.host, address.port or PORT) as stream:
        tally = Tally(stream, address)
        yield Device(Identity("ARRI tally"), Capabilities(), tally.listen, settings=tally)


KIND = Kind("arri-tally", "ARRI tally lamp", connect, PORT)
