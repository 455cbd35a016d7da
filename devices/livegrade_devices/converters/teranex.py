"""Blackmagic Teranex: what comes in, what goes out and how it is processed, over TCP 9800; read only.

Source: bitfocus/companion-module-bmd-teranex (MIT). Ranges of its values are not known, so nothing is set.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from livegrade.errors import DeviceRefusedError
from livegrade_devices.blocks import Block, Dialogue, read_opening
from livegrade_devices.device import Capabilities, Device, Identity
from livegrade_devices.kinds import Kind
from livegrade_devices.unit import UnitState
from livegrade_devices.wires.lines import Lines

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from livegrade_devices.address import DeviceAddress
    from livegrade_devices.device import Report
    from livegrade_devices.wires.values import Wires

PORT = 9800
PING_S = 30.0
MODEL = "TERANEX DEVICE"
TOLD = frozenset(
    {"VIDEO INPUT", "VIDEO OUTPUT", "VIDEO PROC AMP", "VIDEO ADJUST", "NOISE REDUCTION", "GENLOCK", "TEST PATTERN"}
)
MOST_VALUES = 200
"""Kept; a Teranex has a quarter of that."""
LONGEST = 120


class Teranex:
    """A Teranex behind a wire, as it says it is."""

    def __init__(self, dialogue: Dialogue) -> None:
        self.identity = Identity()
        self.values: dict[str, str] = {}
        self._dialogue = dialogue

    @property
    def known(self) -> bool:
        """Enough to show."""
        return bool(self.identity.model and self.values)

    async def take(self, block: Block) -> bool:
        """Learns what a block says; whether that changed a value."""
        if block.word:
            self._dialogue.answers.came(block.title)
        elif block.title == MODEL:
            said = block.named()
            self.identity = Identity(said.get("Model name", "Teranex")[:LONGEST])
        elif block.title in TOLD:
            before = dict(self.values)
            for name, value in block.named().items():
                full = f"{block.title.lower()}: {name.lower()}"[:LONGEST]
                if full in self.values or len(self.values) < MOST_VALUES:
                    self.values[full] = value[:LONGEST]
            return self.values != before
        return False


@contextlib.asynccontextmanager
async def connect(address: DeviceAddress, wires: Wires) -> AsyncIterator[Device]:
    """As `Kind.connect`."""
    async with wires.tcp(address, address.host, address.port or PORT) as stream:
        lines = Lines(stream, address)
        dialogue = Dialogue(stream, address)
        unit = Teranex(dialogue)
        await read_opening(lines, unit.take, lambda: unit.known)
        if not unit.known:
            raise DeviceRefusedError(address, "it does not introduce itself as a Teranex")

        async def listen(report: Report) -> None:
            await dialogue.follow(lines, unit.take, lambda: UnitState(dict(unit.values)), report, PING_S)

        yield Device(unit.identity, Capabilities(), listen)


KIND = Kind("teranex", "Blackmagic Teranex", connect, PORT)
