"""RED cameras of the DSMC and DSMC2 lines (EPIC, SCARLET, WEAPON...) over RCP: TCP 1111 or RS-232 at 115,200 baud.

The camera is asked in turn; what it tells unasked is taken too. The text protocol of the RED ONE is not public.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from livegrade.errors import DeviceError, DeviceRefusedError, UsageError
from livegrade_devices.camera import CameraState
from livegrade_devices.cameras.red.lines import CURRENT, DISPLAY, GET, LONGEST, OURS, SET, Line, read_line
from livegrade_devices.cameras.settling import Settling, wanted_number
from livegrade_devices.device import Capabilities, Device, Identity
from livegrade_devices.kinds import Kind, Question
from livegrade_devices.wires.lines import Lines
from livegrade_devices.wires.serialport import SerialSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from livegrade_devices.address import DeviceAddress
    from livegrade_devices.device import Report
    from livegrade_devices.wires.values import Stream, Wires

PORT = 1111
BAUD = 115_200
POLL_S = 0.25
"""Between two questions for the record flag; one other parameter is asked for with each."""
SILENCE_S = 5.0
SETTLE_S = 3.0
WHO = ("CAMNAME", "CAMFWVER")
STATE = (
    "RECORD",
    "ISO",
    "COLTMP",
    "TINT",
    "SHANGLET",
    "SHTIMET",
    "APRTRT",
    "SENSFPS",
    "PROJFPS",
    "POSTTC",
    "CLIPNAME",
)
SCALES: Mapping[str, int] = {"ISO": 1, "COLTMP": 1000, "TINT": 1000, "SHANGLET": 1000, "APRTRT": 10}
"""Raw numbers are so many times the value. Source: RED's RCP reference guide, as summarised publicly."""
SETTINGS: Mapping[str, str] = {
    "ei": "ISO",
    "white_balance_k": "COLTMP",
    "tint": "TINT",
    "shutter_angle": "SHANGLET",
}
RATE_SCALE = 1001
"""Of SENSFPS and PROJFPS: 24000 is 24000/1001 pictures a second."""
_PART = re.compile(r"1/(\d{1,6}(?:\.\d{1,6})?)\s*(?:s|sec)?")


def state_of(current: Mapping[str, str], shown: Mapping[str, str]) -> CameraState:
    """`current`: raw values by parameter; `shown`: the texts that the camera displays for them."""
    record, tint = current.get("RECORD"), _number(current, "TINT")
    part = _PART.fullmatch(shown.get("SHTIMET", ""))
    return CameraState(
        ei=_whole(_number(current, "ISO")),
        white_balance_k=_whole(_number(current, "COLTMP")),
        tint=tint,
        tint_unit="" if tint is None else "RED tint",
        shutter_angle=_positive(_number(current, "SHANGLET")),
        shutter_s=1 / Fraction(part[1]) if part and Fraction(part[1]) else None,
        sensor_fps=_rate(current, "SENSFPS"),
        project_fps=_rate(current, "PROJFPS"),
        iris=_positive(_number(current, "APRTRT")),
        recording={"0": False, "1": True}.get(record or ""),
        timecode=current.get("POSTTC") or None,
        clip=current.get("CLIPNAME") or None,
        alerts=(f"record state {record}",) if record and record not in ("0", "1") else (),
    )


def _raw(current: Mapping[str, str], parameter: str) -> int | None:
    text = current.get(parameter, "")
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else None


def _number(current: Mapping[str, str], parameter: str) -> float | None:
    raw = _raw(current, parameter)
    return None if raw is None else raw / SCALES[parameter]


def _positive(number: float | None) -> float | None:
    return number if number is not None and number > 0 else None


def _whole(number: float | None) -> int | None:
    return round(number) if number is not None and number > 0 else None


def _rate(current: Mapping[str, str], parameter: str) -> Fraction | None:
    raw = _raw(current, parameter)
    return Fraction(raw, RATE_SCALE) if raw is not None and raw > 0 else None


class Rcp:
    """A camera at the other end of a line. `current` and `shown` as `state_of` wants them."""

    def __init__(self, stream: Stream, device: object) -> None:
        self.names = frozenset(SETTINGS)
        self.current: dict[str, str] = {}
        self.shown: dict[str, str] = {}
        self._stream = stream
        self._lines = Lines(stream, device)
        self._device = device
        self._settling = Settling(lambda: state_of(self.current, self.shown))

    async def open(self) -> Identity:
        """Asks who it is. A camera that says nothing is not there."""
        for parameter in WHO:
            await self._say(GET, parameter)
            try:
                async with asyncio.timeout(SETTLE_S):
                    while parameter not in self.current:
                        await self._take()
            except TimeoutError:
                fault = "nothing answers RCP there; look at the port and the camera's communication menu"
                raise DeviceError(self._device, fault) from None
        return Identity("RED (RCP)", self.current["CAMNAME"], self.current["CAMFWVER"])

    async def listen(self, report: Report) -> None:
        """As `Device.listen`."""
        await self._settling.follow(report, self._take, self._ask_on, SILENCE_S, self._device)

    async def record(self, on: bool, clip: str = "") -> None:
        """As `RecordPort.record`. The camera names its clips itself. `listen` has to run."""
        wanted = str(int(on))
        await self._say(SET, "RECORD", wanted)
        if not await self._settling.until(lambda: self.current.get("RECORD") == wanted, SETTLE_S):
            fault = f"it has not {'begun' if on else 'ended'} to record; look at its display"
            raise DeviceRefusedError(self._device, fault)

    async def set(self, name: str, value: float | str) -> bool:
        """As `SettingPort.set`. `listen` has to run."""
        if name not in self.names:
            raise UsageError(f"{self._device}: {name} cannot be set over RCP; {', '.join(sorted(self.names))} can")
        parameter = SETTINGS[name]
        raw = str(round(wanted_number(name, value) * SCALES[parameter]))
        await self._say(SET, parameter, raw)
        await self._say(GET, parameter)
        if not await self._settling.until(lambda: self.current.get(parameter) == raw, SETTLE_S):
            shown = self.current.get(parameter, "nothing")
            raise DeviceRefusedError(self._device, f"it has not taken {name} {value}; {parameter} is {shown[:40]}")
        return True

    async def _say(self, command: str, parameter: str, value: str = "") -> None:
        await self._stream.write(Line(command, parameter, value).data)

    async def _take(self) -> None:
        """The next line; what is none of the camera's is passed over, as the camera does with ours."""
        line = read_line(await self._lines.line(LONGEST))
        if line is None or line.parameter not in (*STATE, *WHO):
            return
        if line.command == CURRENT:
            self.current[line.parameter] = line.value
        elif line.command == DISPLAY:
            self.shown[line.parameter] = line.value
        await self._settling.learned()

    async def _ask_on(self) -> None:
        for parameter in STATE:
            await self._say(GET, parameter)
        while True:
            for parameter in STATE[1:]:
                await asyncio.sleep(POLL_S)
                await self._say(GET, STATE[0])
                await self._say(GET, parameter)


@contextlib.asynccontextmanager
async def connect(address: DeviceAddress, wires: Wires) -> AsyncIterator[Device]:
    """As `Kind.connect`."""
    settings = SerialSettings(address.serial, BAUD)
    wire = wires.serial(address, settings) if address.serial else wires.tcp(address, address.host, address.port or PORT)
    async with wire as stream:
        camera = Rcp(stream, address)
        identity = await camera.open()
        can = Capabilities(metadata=True, record=True)
        yield Device(identity, can, camera.listen, recording=camera, settings=camera)


def _named(answer: bytes) -> str | None:
    line = read_line(answer[:LONGEST].removesuffix(b"\n").removesuffix(b"\r"))
    return None if line is None or line.source == OURS else line.value or line.source


SEARCH = Question(1112, f"#${OURS}:{GET}:CAMINFO:\n".encode(), 5, 0.5, _named)
"""Source: as `lines.py`. What stands in an answer is not known; whoever answers with a line of RCP is one."""

KIND = Kind("red-rcp", "RED camera (RCP of DSMC and DSMC2)", connect, PORT, serial=True, search=SEARCH)
