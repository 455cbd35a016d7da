"""An emulated RED DSMC2 camera with the older RCP: lines with checksums over TCP or a serial line.

Source: as `livegrade_devices/cameras/red/lines.py`. How a camera names itself as source of its lines is not known; CAM1
is ours.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from livegrade_devices.cameras.red.lines import CURRENT, DISPLAY, GET, LONGEST, SET, Line, read_line
from livegrade_hardware.emulators.announcing import by_answers
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.kinds import EmulatedKind
from livegrade_hardware.emulators.serving import Client, TcpEmulator

if TYPE_CHECKING:
    from typing import TextIO

    from livegrade_devices.wires.lines import Lines
    from livegrade_hardware.emulators.terminal import Wire

MOST_CLIENTS = 8
FACTORY = {
    "CAMNAME": "A",
    "CAMFWVER": "7.4.2",
    "RCPVER": "2.0",
    "RECORD": "0",
    "ISO": "800",
    "COLTMP": "5600000",
    "TINT": "0",
    "SHANGLET": "180000",
    "SHTIMET": "48000",
    "APRTRT": "28",
    "SENSFPS": "24000",
    "PROJFPS": "24000",
    "SATURAT": "1000",
    "POSTTC": "10:00:00:00",
    "CLIPNAME": "A001_C001_1121AB",
    "MEDIAPCT": "87",
}
SHOWN: Mapping[str, Callable[[str], str]] = {
    "SHTIMET": lambda raw: f"1/{int(raw) / 1000:g}",
    "ISO": str,
    "COLTMP": lambda raw: f"{int(raw) // 1000} K",
}
"""Parameters that are told as text too."""
RANGES = {
    "RECORD": (0, 2),
    "ISO": (100, 25600),
    "COLTMP": (1_700_000, 10_000_000),
    "TINT": (-100_000, 100_000),
    "SHANGLET": (1_000, 360_000),
    "SATURAT": (0, 4_000),
}


class _Hears(Protocol):
    async def write(self, data: bytes) -> None: ...


class EmulatedRcp:
    """`values`: raw, may be looked at and changed by tests. Lines that are none get no answer; wrong values neither."""

    def __init__(self, faults: Faults | None = None, log: TextIO | None = None) -> None:
        self.values = dict(FACTORY)
        self.server = TcpEmulator(self, faults or Faults(most_clients=MOST_CLIENTS), log)
        self._wires: list[_Hears] = []

    async def refuse(self, client: Client) -> None:
        """It just hangs up."""

    async def talk(self, client: Client) -> None:
        await self._serve(client, client.lines)

    async def talk_serial(self, wire: Wire) -> None:
        await self._serve(wire, wire.lines)

    async def change(self, parameter: str, value: str) -> None:
        """As if somebody turned it at the camera: everybody is told."""
        self.values[parameter] = value
        for wire in list(self._wires):
            with contextlib.suppress(ConnectionError):  # that one is gone is nothing to the others
                await self._tell(wire, parameter)

    async def _serve(self, wire: _Hears, lines: Lines) -> None:
        self._wires.append(wire)
        try:
            while True:
                line = read_line(await lines.line(LONGEST))
                if line is None or line.parameter not in self.values:
                    continue
                if line.command == GET:
                    await self._tell(wire, line.parameter)
                elif line.command == SET:
                    await self._set(line.parameter, line.value)
        finally:
            self._wires.remove(wire)

    async def _tell(self, wire: _Hears, parameter: str) -> None:
        raw = self.values[parameter]
        await wire.write(Line(CURRENT, parameter, raw, source="CAM1", target="EXT").data)
        if parameter in SHOWN:
            await wire.write(Line(DISPLAY, parameter, SHOWN[parameter](raw), source="CAM1").data)

    async def _set(self, parameter: str, text: str) -> None:
        low, high = RANGES.get(parameter, (1, 0))
        if not text.removeprefix("-").isdigit() or not low <= int(text) <= high:
            return
        if parameter == "RECORD":
            was = self.values["RECORD"]
            text = {"2": "0" if was == "1" else "1"}.get(text, text)
            if was == "1" and text == "0":
                name = self.values["CLIPNAME"]
                await self.change("CLIPNAME", f"{name[:6]}{int(name[6:9]) + 1:03d}{name[9:]}")
        await self.change(parameter, text)


def _make(settings: Mapping[str, str], faults: Faults, log: TextIO | None) -> TcpEmulator:
    if faults.most_clients is None:
        faults.most_clients = MOST_CLIENTS
    return EmulatedRcp(faults, log).server


def _make_serial(settings: Mapping[str, str]) -> EmulatedRcp:
    return EmulatedRcp()


def found(question: bytes) -> bytes | None:
    """What a camera answers to a search for cameras; what real ones write into it is not known."""
    line = read_line(question.removesuffix(b"\n"))
    is_meant = line is not None and (line.command, line.parameter) == (GET, "CAMINFO")
    return Line(CURRENT, "CAMINFO", FACTORY["CAMNAME"], source="CAM1", target="EXT").data if is_meant else None


SEARCH_PORT = 1112
KIND = EmulatedKind(
    "red-rcp",
    "RED camera (RCP of DSMC and DSMC2)",
    1111,
    _make,
    make_serial=_make_serial,
    announce=by_answers(SEARCH_PORT, found),
)
