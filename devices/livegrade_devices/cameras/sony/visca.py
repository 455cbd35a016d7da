"""Sony cameras over VISCA: UDP 52381, or a serial line.

What is read and set is that of the ILME-FR7, the one cinema camera whose VISCA table is known; of other models no more
is told than that they are there. VENICE, BURANO and FX cameras have no VISCA.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from livegrade.errors import DeviceError, DeviceRefusedError, UsageError
from livegrade_devices.cameras.settling import wanted_number
from livegrade_devices.cameras.sony import fr7
from livegrade_devices.cameras.sony.dialogue import Dialogue, OverSerial, OverUdp
from livegrade_devices.cameras.sony.packets import number, read_version
from livegrade_devices.device import Capabilities, Device, Identity
from livegrade_devices.kinds import Kind
from livegrade_devices.wires.lines import Lines
from livegrade_devices.wires.serialport import SerialSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from livegrade_devices.address import DeviceAddress
    from livegrade_devices.cameras.sony.dialogue import Post
    from livegrade_devices.device import Report
    from livegrade_devices.wires.values import Wires

PORT = 52381
BAUD = 9600
BAUDS = ("9600", "38400")
VERSION = bytes.fromhex("09 00 02")
POLL_S = 0.2
"""Between two questions for the record flag; one other setting is asked for with each."""
SONY = 0x0001
SETTLE_TRIES = 10
"""A recording that was asked for is looked for so often, once in POLL_S."""


class Fr7:
    """An FR7 at the other end. `raw`: its last answers by name."""

    def __init__(self, dialogue: Dialogue, device: object) -> None:
        self.raw: dict[str, int] = {}
        self.names = frozenset({"white_balance_k", "tint", "nd"})
        self._dialogue = dialogue
        self._device = device

    async def listen(self, report: Report) -> None:
        """As `Device.listen`."""
        for name in fr7.INQUIRIES:
            await self._learn(name)
        report(fr7.state_of(self.raw))
        while True:
            for name in fr7.SELDOM:
                await asyncio.sleep(POLL_S)
                before = dict(self.raw)
                await self._learn(fr7.OFTEN)
                await self._learn(name)
                if self.raw != before:
                    report(fr7.state_of(self.raw))

    async def record(self, on: bool, clip: str = "") -> None:
        """As `RecordPort.record`: presses the button where that is needed. The camera names its clips itself."""
        if await self._value("recording") == int(on):
            return
        await self._dialogue.do(fr7.RECORD_PRESS)
        await self._dialogue.do(fr7.RECORD_RELEASE)
        for _ in range(SETTLE_TRIES):
            if await self._value("recording") == int(on):
                return
            await asyncio.sleep(POLL_S)
        raise DeviceRefusedError(
            self._device, f"it has not {'begun' if on else 'ended'} to record; look at its display"
        )

    async def set(self, name: str, value: float | str) -> bool:
        """As `SettingPort.set`. The camera has to be in a mode where the value is in force; it is not switched."""
        if name not in self.names:
            raise UsageError(f"{self._device}: {name} cannot be set over VISCA; {', '.join(sorted(self.names))} can")
        wanted = wanted_number(name, value)
        match name:
            case "white_balance_k":
                return await self._set_white_balance(wanted)
            case "tint":
                if await self._value("white_mode") != fr7.MEMORY_A:
                    raise DeviceRefusedError(self._device, "it has a tint in white balance mode Memory A only")
                return await self._done(fr7.tint(wanted), "tint")
        return await self._set_nd(wanted)

    async def _set_white_balance(self, kelvin: float) -> bool:
        mode = await self._value("white_mode")
        if mode not in (fr7.PRESET, fr7.MEMORY_A):
            raise DeviceRefusedError(
                self._device, "it balances white by itself; choose Preset or Memory A at the camera"
            )
        which = "preset_k" if mode == fr7.PRESET else "memory_k"
        return await self._done(fr7.white_balance(kelvin, mode), which)

    async def _set_nd(self, stops: float) -> bool:
        if stops == 0:
            return await self._done(fr7.nd_clear(True), "nd_clear")
        command = fr7.nd_variable(stops)
        if await self._value("nd_mode") != fr7.ND_VARIABLE:
            raise DeviceRefusedError(self._device, "its ND filter is set to presets; choose Variable at the camera")
        if await self._done(fr7.nd_clear(False), "nd_clear"):
            return await self._done(command, "nd_variable")
        await self._dialogue.do(command)  # not asked for as long again: whoever sets it waits five seconds at most
        return False

    async def _done(self, command: bytes, name: str) -> bool:
        """Whether the camera, asked for `name` behind `command`, says what that has set; it takes its time."""
        await self._dialogue.do(command)
        inquiry = fr7.INQUIRIES[name]
        wanted = number(command[len(inquiry) :])
        for _ in range(SETTLE_TRIES):
            if await self._value(name) == wanted:
                return True
            await asyncio.sleep(POLL_S)
        return False

    async def _value(self, name: str) -> int:
        return number(await self._dialogue.ask(fr7.INQUIRIES[name]))

    async def _learn(self, name: str) -> None:
        """What it does not tell as it is set up now, or not as a number, is not known any more."""
        self.raw.pop(name, None)
        with contextlib.suppress(DeviceRefusedError):
            data = await self._dialogue.ask(fr7.INQUIRIES[name])
            with contextlib.suppress(DeviceError):
                self.raw[name] = number(data)


@contextlib.asynccontextmanager
async def connect(address: DeviceAddress, wires: Wires) -> AsyncIterator[Device]:
    """As `Kind.connect`."""
    async with _post(address, wires) as post:
        await post.open()
        dialogue = Dialogue(post, address)
        version = read_version(await dialogue.ask(VERSION))
        firmware = f"ROM {version.revision:04X}"
        if (version.vendor, version.model) == (SONY, fr7.MODEL):
            camera = Fr7(dialogue, address)
            can = Capabilities(metadata=True, record=True)
            yield Device(Identity(fr7.NAME, firmware=firmware), can, camera.listen, recording=camera, settings=camera)
            return

        async def listen(report: Report) -> None:
            while True:
                await asyncio.sleep(10 * POLL_S)
                await dialogue.ask(VERSION)

        model = f"VISCA camera {version.vendor:04X}:{version.model:04X}"
        note = "what its VISCA settings mean is not known here; only that it is there"
        yield Device(Identity(model, firmware=firmware), Capabilities(), listen, notes=(note,))


@contextlib.asynccontextmanager
async def _post(address: DeviceAddress, wires: Wires) -> AsyncIterator[Post]:
    chain = address.options.get("id", "1")
    baud = address.options.get("baud", str(BAUD))
    if chain not in tuple("1234567"):
        raise UsageError(f"{address}: id is the camera's number in its chain, 1 to 7")
    if baud not in BAUDS:
        raise UsageError(f"{address}: baud is one of {', '.join(BAUDS)}")
    if address.serial:
        async with wires.serial(address, SerialSettings(address.serial, int(baud))) as stream:
            yield OverSerial(stream, Lines(stream, address), int(chain), address)
        return
    async with wires.udp(address, address.host, address.port or PORT) as datagrams:
        yield OverUdp(datagrams, address)


KIND = Kind(
    "visca",
    "Sony camera over VISCA",
    connect,
    PORT,
    {"baud": "of a serial port: 9600 or 38400", "id": "of a serial chain: the camera's number, 1 to 7"},
    serial=True,
)
