"""An emulated Blackmagic Teranex: blocks of settings, told at the start and when they change.

Source: bitfocus/companion-module-bmd-teranex (MIT).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade_devices.blocks import Block, read_block
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.kinds import EmulatedKind, switch_of
from livegrade_hardware.emulators.serving import Client, TcpEmulator

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

ACK, NACK = Block("ACK", word=True), Block("NACK", word=True)
FACTORY = {
    "VIDEO INPUT": {"Video source": "SDI1", "Video mode": "1080p23.98", "Signal present": "true"},
    "VIDEO OUTPUT": {"Video mode": "1080p23.98"},
    "VIDEO PROC AMP": dict.fromkeys(("Gain", "Black", "Saturation", "Hue", "RY", "BY", "Sharp"), "0"),
    "GENLOCK": {"Signal present": "false"},
    "TEST PATTERN": {"Output option": "Input"},
}


class EmulatedTeranex:
    """`blocks`: what it says; `told` changes it and tells everybody. `signal`: something comes in."""

    def __init__(self, signal: bool = True, faults: Faults | None = None, log: TextIO | None = None) -> None:
        self.blocks = {title: dict(values) for title, values in FACTORY.items()}
        self.blocks["VIDEO INPUT"]["Signal present"] = "true" if signal else "false"
        self.server = TcpEmulator(self, faults, log)

    async def refuse(self, client: Client) -> None:
        """It just hangs up."""

    async def talk(self, client: Client) -> None:
        await client.write(Block("PROTOCOL PREAMBLE", ("Version: 1.13",)).data)
        await client.write(Block("TERANEX DEVICE", ("Model name: Blackmagic Teranex AV",)).data)
        for title in self.blocks:
            await client.write(self._dump(title).data)
        while True:
            block = await read_block(client.lines)
            wanted = block.named()
            if block.title == "PING":
                await client.write(ACK.data)
            elif block.title in self.blocks and wanted.keys() <= self.blocks[block.title].keys():
                await client.write(ACK.data)
                await self.told(block.title, wanted)
            else:
                await client.write(NACK.data)

    async def told(self, title: str, values: Mapping[str, str]) -> None:
        """Values change, and every client hears of it."""
        self.blocks[title] |= values
        for each in list(self.server.clients):
            await each.tell(self._dump(title).data)

    def _dump(self, title: str) -> Block:
        return Block(title, tuple(f"{name}: {value}" for name, value in self.blocks[title].items()))


def _make(settings: Mapping[str, str], faults: Faults, log: TextIO | None) -> TcpEmulator:
    return EmulatedTeranex(switch_of(settings, "signal", True), faults, log).server


KIND = EmulatedKind("teranex", "Blackmagic Teranex", 9800, _make, {"signal": "off: nothing comes in"})
