"""An emulated OpenGradeIO box: it takes looks and says so, and calculates with them for whoever asks the object.

Source: the receiver virtual-gpu-lut-box, which reads lattices with blue going fastest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from livegrade_devices.opengradeio import PORT, SetCdl, SetLut, answer_message, asked, read_document
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.kinds import EmulatedKind, switch_of
from livegrade_hardware.emulators.serving import Client, TcpEmulator

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class EmulatedOpenGradeIo:
    """`cdl`: whether it takes CDLs; not every receiver does. `looks`: the newest, by instance; `count`: of all."""

    def __init__(self, cdl: bool = True, faults: Faults | None = None, log: TextIO | None = None) -> None:
        self.cdl = cdl
        self.looks: dict[str, SetLut | SetCdl] = {}
        self.count = 0
        self.server = TcpEmulator(self, faults, log)

    async def refuse(self, client: Client) -> None:
        """It just hangs up."""

    async def talk(self, client: Client) -> None:
        while True:
            try:
                look = asked(await read_document(client.lines))
            except ValueError as error:
                await client.write(answer_message(str(error)))
                continue
            if isinstance(look, SetCdl) and not self.cdl:
                await client.write(answer_message("setCDL is not supported"))
                continue
            self.looks[look.instance] = look
            self.count += 1
            await client.write(answer_message())

    def show(self, instance: str, rgb: Floats) -> Floats:
        """What the box makes of (N, 3) R'G'B': the entry nearest to each colour, or the CDL."""
        look = self.looks[instance]
        if isinstance(look, SetCdl):
            graded = np.clip(np.clip(rgb * look.slope + look.offset, 0, 1) ** np.array(look.power), 0, 1)
            luma = graded @ np.array([0.2126, 0.7152, 0.0722])
            return np.asarray(np.clip(luma[:, None] + look.saturation * (graded - luma[:, None]), 0, 1))
        red, green, blue = np.rint(np.clip(rgb, 0, 1) * (look.side - 1)).astype(np.int64).T
        return np.asarray(look.points[(red * look.side + green) * look.side + blue], np.float64)


def _make(settings: Mapping[str, str], faults: Faults, log: TextIO | None) -> TcpEmulator:
    return EmulatedOpenGradeIo(switch_of(settings, "cdl", usual=True), faults, log).server


KIND = EmulatedKind("opengradeio", "OpenGradeIO box", PORT, _make, {"cdl": "off for one that takes lattices only"})
