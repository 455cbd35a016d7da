"""An emulated ARRI camera with CAP, as far as CAP is known: it proves our two ends against each other, not a camera.

Source: as `livegrade_devices/cameras/arri/frames.py`. How the welcome and the challenge are laid out is ours.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING

from livegrade.errors import DeviceError
from livegrade_devices.cameras.arri import variables as cap
from livegrade_devices.cameras.arri.frames import Fields, Frame, FrameType, next_frame
from livegrade_hardware.emulators.announcing import by_mdns
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.kinds import EmulatedKind, switch_of
from livegrade_hardware.emulators.serving import Client, TcpEmulator

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

MOST_CLIENTS = 4
SILENCE_S = 1.0
"""Who says nothing for so long is hung up on."""
VERSION = 0x010C
FORMS = {cap.KELVIN: "I", cap.EI: "I", cap.LEFT: "I", cap.TIMECODE: "I"} | dict.fromkeys(cap.SIGNED, "i")
FORMS |= dict.fromkeys(cap.REALS, "f")
"""Types of variables; of all others 16 bits, or a text."""
LIMITS = {cap.EI: (160, 6400), cap.KELVIN: (2000, 11000), cap.TINT: (-12, 12), cap.ANGLE: (5, 356)}


def factory() -> dict[int, float | str]:
    """An ALEXA 35 with a lens, at 24000/1001."""
    return {
        cap.TYPE: "ALEXA35",
        cap.SERIAL: "63373",
        cap.INDEX: 0,
        cap.PROJECT_RATE: 0,
        cap.STATE: 0x80,
        cap.LOOK: "ARRI 709",
        cap.KELVIN: 5600,
        cap.TINT: 0.0,
        cap.EI: 800,
        cap.REEL: 1,
        cap.CLIP: 1,
        cap.SENSOR_FPS: 23.976,
        cap.ANGLE: 172.8,
        cap.LEFT: 3600,
        cap.TIMECODE: 0x10000000,
        cap.LENS: "Signature Prime 47",
        cap.FOCUS: 1524,
        cap.IRIS: 4000,
        cap.FOCAL: 47000,
    }


class EmulatedCap:
    """`values` may be looked at by tests and changed with `change`. `typed`: fields carry their types."""

    def __init__(
        self, password: str, typed: bool = False, faults: Faults | None = None, log: TextIO | None = None
    ) -> None:
        self.values = factory()
        self.silence_s = SILENCE_S
        self.commands: list[int] = []
        self.server = TcpEmulator(self, faults or Faults(most_clients=MOST_CLIENTS), log)
        self._password = password
        self._fields = Fields(typed)
        self._watching: dict[int, tuple[Client, set[int]]] = {}

    async def refuse(self, client: Client) -> None:
        await self._welcome(client, cap.TOO_MANY)

    async def talk(self, client: Client) -> None:
        await self._welcome(client, cap.OK)
        self._watching[client.number] = (client, set())
        challenge, trusted = f"{client.number:08d}", False
        try:
            while True:
                try:
                    async with asyncio.timeout(self.silence_s):
                        frame = await next_frame(client.lines)
                except TimeoutError:
                    return
                self.commands.append(frame.code)
                if frame.code == cap.CHALLENGE:
                    await self._reply(client, frame, cap.OK, self._fields.string(challenge))
                elif frame.code == cap.PASSWORD:
                    wanted = hashlib.md5((self._password + challenge).encode(), usedforsecurity=False).hexdigest()
                    trusted = self._fields.read_string(frame.payload) == wanted
                    await self._reply(client, frame, cap.OK if trusted else cap.WRONG_PASSWORD)
                elif not trusted:
                    await self._reply(client, frame, 0x7)
                else:
                    await self._obey(client, frame)
        finally:
            del self._watching[client.number]

    async def change(self, variable: int, value: float | str) -> None:
        """As if it happened in the camera: everybody who asked for it is told."""
        self.values[variable] = value
        for client, watched in list(self._watching.values()):
            if variable in watched:
                await client.tell(Frame(FrameType.EVENT, 0, variable, self._field(variable)).data)

    async def _obey(self, client: Client, frame: Frame) -> None:
        try:
            result, payload = await self._done(client, frame)
        except DeviceError:
            result, payload = 0x9, b""
        await self._reply(client, frame, result, payload)
        if frame.code == cap.REQUEST and result == cap.OK:
            for variable in sorted(self._watching[client.number][1]):
                await client.write(Frame(FrameType.EVENT, 0, variable, self._field(variable)).data)

    async def _done(self, client: Client, frame: Frame) -> tuple[int, bytes]:
        state = int(self.values[cap.STATE])
        match frame.code:
            case cap.LIVE:
                return cap.OK, b""
            case cap.CLIENT_NAME:
                self._fields.read_string(frame.payload)
                return cap.OK, b""
            case cap.REQUEST:
                wanted = self._fields.read_array(frame.payload)
                if not self.values.keys() >= set(wanted):
                    return 0x3, b""
                self._watching[client.number][1].update(wanted)
                return cap.OK, b""
            case cap.GET:
                variable = int(self._fields.read_number(frame.payload))
                return (cap.OK, self._field(variable)) if variable in self.values else (0x3, b"")
            case cap.SET:
                return await self._set(frame.payload), b""
            case cap.RECORD_START if not state & cap.RECORDING:
                await self.change(cap.STATE, cap.RECORDING)
                return cap.OK, b""
            case cap.RECORD_STOP if state & cap.RECORDING:
                await self.change(cap.STATE, 0x80)
                await self.change(cap.CLIP, int(self.values[cap.CLIP]) + 1)
                return cap.OK, b""
            case cap.RECORD_START | cap.RECORD_STOP:
                return cap.NOT_ALLOWED, b""
        return 0x1, b""

    async def _set(self, payload: bytes) -> int:
        width = len(self._fields.number("H", 0))
        variable = int(self._fields.read_number(payload[:width]))
        if variable not in LIMITS:
            return cap.NOT_ALLOWED
        value = self._fields.read_number(payload[width:], real=variable in cap.REALS)
        low, high = LIMITS[variable]
        if not low <= value <= high:
            return 0xD
        await self.change(variable, value)
        return cap.OK

    def _field(self, variable: int) -> bytes:
        value = self.values[variable]
        if isinstance(value, str):
            return self._fields.string(value)
        return self._fields.number(FORMS.get(variable, "H"), value)

    async def _welcome(self, client: Client, result: int) -> None:
        payload = self._fields.number("H", VERSION) + self._fields.number("H", result)
        await client.write(Frame(FrameType.COMMAND, 0, cap.WELCOME, payload).data)

    async def _reply(self, client: Client, to: Frame, result: int, payload: bytes = b"") -> None:
        await client.write(Frame(FrameType.REPLY, to.id, result, payload).data)


def _make(settings: Mapping[str, str], faults: Faults, log: TextIO | None) -> TcpEmulator:
    if faults.most_clients is None:
        faults.most_clients = MOST_CLIENTS
    return EmulatedCap(settings.get("password", "arri"), switch_of(settings, "typed"), faults, log).server


KIND = EmulatedKind(
    "arri-cap",
    "ARRI camera (CAP)",
    5055,
    _make,
    {"password": "arri unless said", "typed": "on for fields with types"},
    announce=by_mdns("_cap._tcp", "alexa35-12345", {}),
)
