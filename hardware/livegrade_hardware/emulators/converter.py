"""An emulated Blackmagic converter with a LUT port: keeps what is loaded into its banks, and shows colours through it.

Source: github.com/erwinwanders/lut3d. What a converter does between the planes of its LUT is not known; here it is
trilinear, in integers, from the lines that came.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from livegrade_devices.blocks import Block, read_block
from livegrade_devices.lutboxes.convertertext import BANKS, LINES, SIDE, TOP, read_lut
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.kinds import EmulatedKind
from livegrade_hardware.emulators.serving import Client, TcpEmulator

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    import numpy as np
    from numpy.typing import NDArray

ACK, NAK = Block("ACK", word=True), Block("NAK", word=True)
STEPS = SIDE - 1


class EmulatedConverter:
    """`banks`: (33, 33, 33, 3) codes, index r, g, b, of those that were loaded."""

    def __init__(self, faults: Faults | None = None, log: TextIO | None = None) -> None:
        self.banks: dict[int, NDArray[np.int64]] = {}
        self.server = TcpEmulator(self, faults, log)

    async def refuse(self, client: Client) -> None:
        """It just hangs up."""

    async def talk(self, client: Client) -> None:
        await client.write(Block("PROTOCOL PREAMBLE", ("Version: 1.0",)).data)
        for bank in range(BANKS):
            await client.write(Block(f"LUT {bank}", ("Lut Kind: 3Dx33x10b", f"Lut Name: LUT {bank + 1}")).data)
        await client.write(Block("END PRELUDE").data)
        while True:
            block = await read_block(client.lines, LINES + 1)
            try:
                bank, codes = read_lut(block)
            except ValueError:
                await client.write(NAK.data)
                continue
            self.banks[bank] = codes
            await client.write(ACK.data)

    def shown(self, bank: int, codes: tuple[int, int, int], low: int, high: int) -> tuple[int, int, int]:
        """What comes out for a colour of 10-bit codes, where the LUT is set to the codes from `low` to `high`."""
        span = high - low
        places = [min(max(code - low, 0), span) * STEPS for code in codes]
        cells = [min(place // span, STEPS - 1) for place in places]
        parts = [place - cell * span for place, cell in zip(places, cells, strict=True)]
        totals = [0, 0, 0]
        for corner in product((0, 1), repeat=3):
            weight = 1
            for upper, part in zip(corner, parts, strict=True):
                weight *= part if upper else span - part
            entry = self.banks[bank][tuple(cell + upper for cell, upper in zip(cells, corner, strict=True))]
            totals = [total + weight * int(code) for total, code in zip(totals, entry, strict=True)]
        whole = span**3 * TOP
        red, green, blue = (low + (2 * total * span + whole) // (2 * whole) for total in totals)
        return red, green, blue


def _make(settings: Mapping[str, str], faults: Faults, log: TextIO | None) -> TcpEmulator:
    return EmulatedConverter(faults, log).server


KIND = EmulatedKind("blackmagic-lut", "Blackmagic converter with a LUT", 9995, _make)
