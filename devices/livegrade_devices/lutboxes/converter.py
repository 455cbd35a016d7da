"""Blackmagic converters with a LUT port (Teranex Mini and its class): a look as one lattice, over TCP 9995.

Experimental: the protocol is known from one script and what it sent. Sending takes seconds, so this is no way to grade
live. Which codes 0 and 1 of the LUT stand for is not known: the person says it, as for a box that loads files.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from livegrade.color.compare import JUDGED_ON
from livegrade.color.lut import RANGE_MAPS, LutTarget, bake_lut
from livegrade.color.rendering import display_of
from livegrade.errors import DeviceRefusedError, UsageError
from livegrade_devices.blocks import Block, Dialogue, read_opening
from livegrade_devices.device import Capabilities, Device, Identity, LutStage
from livegrade_devices.kinds import Kind
from livegrade_devices.lutboxes.convertertext import BANKS, SIDE, lut_block
from livegrade_devices.lutboxes.lattices import LatticeModel
from livegrade_devices.pushed import Pushed
from livegrade_devices.wires.lines import Lines

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from livegrade.color.lut import BakedLut
    from livegrade_devices.address import DeviceAddress
    from livegrade_devices.device import BoxLook, Report
    from livegrade_devices.wires.values import Wires

PORT = 9995
DEPTH = 10
TAKING_S = 12.0
"""What a converter may take for its 36,000 lines."""
PER_SECOND = 0.2
USUAL_MAP = "64-940"
EXPERIMENTAL = "its protocol is known from one script; it was never tried with a converter"


class Converter:
    """A converter behind a wire. `opened`: it has said what it is."""

    def __init__(self, device: object, dialogue: Dialogue, bank: int, range_map: str) -> None:
        self.opened = False
        self._device = device
        self._dialogue = dialogue
        self._bank = bank
        self._range_map = range_map

    async def push(self, look: BoxLook) -> Pushed:
        """As `LookPort.push`: confirmed by the converter's ACK."""
        baked, block = await asyncio.to_thread(self._made, look)
        data = block.data
        if await self._dialogue.answers.ask(data, block.title, TAKING_S) != "ACK":
            raise DeviceRefusedError(self._device, "it has not taken the LUT")
        form = f"bank {self._bank + 1}: {SIDE} points a side, {DEPTH} bits, {self._range_map}"
        return Pushed(look.look.id, form, len(data), baked.error, confirmed=True)

    async def bypass(self, on: bool) -> None:
        """No word for that is known."""
        raise DeviceRefusedError(self._device, "its LUT is switched off at the converter only")

    async def take(self, block: Block) -> None:
        """Learns what a block says."""
        if block.word:
            self._dialogue.answers.came(block.title)
        else:
            self.opened = True

    def target(self, look: BoxLook) -> LutTarget:
        """What its LUT is for."""
        return LutTarget(SIDE, DEPTH, self._range_map, look.full_range)

    def _made(self, look: BoxLook) -> tuple[BakedLut, Block]:
        target = self.target(look)
        shown = display_of(look.look.nodes)
        baked = bake_lut(look.look, target, JUDGED_ON if shown is None else shown.judged_on)
        return baked, lut_block(self._bank, baked.lattice)


@contextlib.asynccontextmanager
async def connect(address: DeviceAddress, wires: Wires) -> AsyncIterator[Device]:
    """As `Kind.connect`."""
    bank, range_map = _options(address)
    async with wires.tcp(address, address.host, address.port or PORT) as stream:
        lines = Lines(stream, address)
        dialogue = Dialogue(stream, address)
        converter = Converter(address, dialogue, bank, range_map)
        await read_opening(lines, converter.take, lambda: converter.opened)

        async def listen(report: Report) -> None:
            await dialogue.hear(lines, converter.take)

        can = Capabilities(lut3d=LutStage((SIDE,), DEPTH, ()), confirms=True, per_second=PER_SECOND)
        notes = (EXPERIMENTAL, f"the codes of 0 and 1 are not known: {range_map} is taken")
        who, model = Identity("converter with a LUT port"), LatticeModel(converter.target)
        yield Device(who, can, listen, looks=converter, model=model, notes=notes)


def _options(address: DeviceAddress) -> tuple[int, str]:
    bank, range_map = address.options.get("bank", "1"), address.options.get("range-map", USUAL_MAP)
    if bank not in map(str, range(1, BANKS + 1)):
        raise UsageError(f"{address}: bank={bank[:40]}: it is 1 or 2")
    if range_map not in RANGE_MAPS:
        raise UsageError(f"{address}: range-map={range_map[:40]} is not known; choose {', '.join(RANGE_MAPS)}")
    return int(bank) - 1, range_map


KIND = Kind(
    "blackmagic-lut",
    "Blackmagic converter with a LUT",
    connect,
    PORT,
    {"bank": "1 or 2", "range-map": f"the 10-bit codes that 0 and 1 stand for, {USUAL_MAP} unless said"},
    experimental=EXPERIMENTAL,
)
