"""An emulated Blackmagic SmartView: two monitors, each a block of settings.

Source: bitfocus/companion-module-bmd-smartview (MIT). What it takes, it takes by tables of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade_devices.blocks import Block, read_block
from livegrade_hardware.emulators.announcing import by_mdns
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.kinds import EmulatedKind, switch_of
from livegrade_hardware.emulators.serving import Client, TcpEmulator

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

ACK, NAK = Block("ACK", word=True), Block("NAK", word=True)
FACTORY = {
    "Brightness": "127",
    "Contrast": "127",
    "Saturation": "127",
    "Identify": "false",
    "Border": "None",
    "ScopeMode": "Picture",
    "AudioChannel": "0",
    "LUT": "NONE",
    "MonitorInput": "SDI A",
}
TAKEN: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("Brightness", "Contrast", "Saturation"), frozenset(map(str, range(256)))),
    "Identify": frozenset({"true", "false"}),
    "Border": frozenset({"None", "red", "green", "blue", "white"}),
    "ScopeMode": frozenset({"Picture", "WaveformLuma", "Vector100", "Vector75", "ParadeRGB"})
    | {"ParadeYUV", "Histogram", "AudioDbfs", "AudioDbvu"},
    "AudioChannel": frozenset(map(str, range(8))),
    "LUT": frozenset({"0", "1", "NONE"}),
    "MonitorInput": frozenset({"SDI A", "SDI B", "OPTICAL"}),
}


class EmulatedSmartView:
    """`monitors`: by the title of their blocks; may be looked at and changed by tests. `single`: it has one."""

    def __init__(self, single: bool = False, faults: Faults | None = None, log: TextIO | None = None) -> None:
        titles = ("MONITOR A",) if single else ("MONITOR A", "MONITOR B")
        self.monitors = {title: dict(FACTORY) for title in titles}
        self.server = TcpEmulator(self, faults, log)

    async def refuse(self, client: Client) -> None:
        """It just hangs up."""

    async def talk(self, client: Client) -> None:
        await client.write(Block("PROTOCOL PREAMBLE", ("Version: 1.3",)).data)
        await client.write(Block("SMARTVIEW DEVICE", ("Model: SmartView Duo", "Name: Cart monitors")).data)
        await client.write(Block("NETWORK", ("Dynamic IP: true",)).data)
        for title in self.monitors:
            await client.write(self._dump(title).data)
        while True:
            await self._answer(client, await read_block(client.lines))

    def _dump(self, title: str) -> Block:
        return Block(title, tuple(f"{name}: {value}" for name, value in self.monitors[title].items()))

    async def _answer(self, client: Client, block: Block) -> None:
        wanted = block.named()
        if block.title == "PING":
            await client.write(ACK.data)
            return
        usable = len(wanted) == len(block.lines) and all(value in TAKEN.get(key, ()) for key, value in wanted.items())
        if block.title not in self.monitors or not usable:
            await client.write(NAK.data)
            return
        self.monitors[block.title] |= wanted
        await client.write(ACK.data)
        told = Block(block.title, block.lines) if wanted else self._dump(block.title)
        for each in list(self.server.clients):
            await each.tell(told.data)


def _make(settings: Mapping[str, str], faults: Faults, log: TextIO | None) -> TcpEmulator:
    return EmulatedSmartView(switch_of(settings, "single"), faults, log).server


KIND = EmulatedKind(
    "smartview",
    "Blackmagic SmartView",
    9992,
    _make,
    {"single": "on: one monitor"},
    announce=by_mdns("_blackmagic._tcp", "SmartView", {}),
)
