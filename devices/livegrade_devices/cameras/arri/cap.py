"""ARRI cameras over CAP, TCP 5055. Experimental: `frames` says what is not known of it.

The camera hangs up on who says nothing for a second, and takes four clients. Its CDL and LUT are not set: their layout
in a command is not known.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from typing import TYPE_CHECKING

from livegrade.errors import DeviceError, DeviceRefusedError, UsageError
from livegrade_devices.answers import Answers
from livegrade_devices.cameras.arri import variables
from livegrade_devices.cameras.arri.frames import Fields, Frame, FrameType, next_frame
from livegrade_devices.cameras.settling import Settling, wanted_number
from livegrade_devices.device import Capabilities, Device, Identity
from livegrade_devices.kinds import Kind, Service
from livegrade_devices.wires.lines import Lines

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from livegrade_devices.address import DeviceAddress
    from livegrade_devices.device import Report
    from livegrade_devices.wires.values import Stream, Wires

PORT = 5055
USUAL_PASSWORD = "arri"  # noqa: S105  # the factory's, printed in every manual
LIVE_S = 0.5
SETTLE_S = 3.0
ANSWER_S = 5.0
NAME = "livegrade"
EXPERIMENTAL = "the framing of CAP is not public as a whole; never tried at a camera"


class Cap:
    """A camera at the other end. `values`: its variables."""

    def __init__(self, stream: Stream, device: object, fields: Fields) -> None:
        self.names = frozenset(variables.SETTINGS)
        self.values: dict[int, float | str] = {}
        self._stream = stream
        self._lines = Lines(stream, device)
        self._device = device
        self._fields = fields
        self._answers: Answers[Frame] = Answers(stream, device, ANSWER_S)
        self._settling = Settling(lambda: variables.state_of(self.values))
        self._number = 0

    async def open(self, password: str) -> Identity:
        """Logs in and asks who it is. Raises DeviceRefusedError for a wrong password and a full house."""
        welcome = await next_frame(self._lines)
        if welcome.payload[-2:] == variables.TOO_MANY.to_bytes(2, "big"):
            raise DeviceRefusedError(self._device, variables.RESULTS[variables.TOO_MANY])
        challenge = self._fields.read_string((await self._said(variables.CHALLENGE)).payload)
        # Wanted by the protocol; the challenge makes it worth something on the wire once.
        digest = hashlib.md5((password + challenge).encode(), usedforsecurity=False).hexdigest()
        await self._said(variables.PASSWORD, self._fields.string(digest))
        await self._said(variables.CLIENT_NAME, self._fields.string(NAME))
        model, serial = [await self._text(each) for each in (variables.TYPE, variables.SERIAL)]
        await self._said(variables.REQUEST, self._fields.array(variables.WATCHED))
        return Identity(f"ARRI {model}", serial=serial)

    async def listen(self, report: Report) -> None:
        """As `Device.listen`."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._live(group))
                group.create_task(self._settling.tell(report))
                while True:
                    self._take(await next_frame(self._lines))
                    await self._settling.learned()
        finally:
            self._answers.close()

    async def record(self, on: bool, clip: str = "") -> None:
        """As `RecordPort.record`. The camera names its clips itself. `listen` has to run."""
        if variables.state_of(self.values).recording is on:
            return
        await self._asked(variables.RECORD_START if on else variables.RECORD_STOP)
        if not await self._settling.until(lambda: variables.state_of(self.values).recording is on, SETTLE_S):
            fault = f"it has not {'begun' if on else 'ended'} to record; look at its display"
            raise DeviceRefusedError(self._device, fault)

    async def set(self, name: str, value: float | str) -> bool:
        """As `SettingPort.set`. `listen` has to run."""
        if name not in self.names:
            raise UsageError(f"{self._device}: {name} cannot be set over CAP; {', '.join(sorted(self.names))} can")
        variable, form = variables.SETTINGS[name]
        number = wanted_number(name, value)
        try:
            field = self._fields.number(form, number if form == "f" else round(number))
        except ValueError as error:
            raise UsageError(f"{name} {number:g}: {error}") from None
        await self._asked(variables.SET, self._fields.number("H", variable) + field)
        return True

    def _frame(self, code: int, payload: bytes) -> Frame:
        self._number = self._number + 1 & 0xFFFF
        return Frame(FrameType.COMMAND, self._number, code, payload)

    async def _said(self, code: int, payload: bytes = b"") -> Frame:
        """The reply to a command, while nobody else reads."""
        frame = self._frame(code, payload)
        await self._stream.write(frame.data)
        while True:
            reply = await next_frame(self._lines)
            if reply.type is FrameType.REPLY and reply.id == frame.id:
                return self._checked(reply, code)
            self._take(reply)

    async def _asked(self, code: int, payload: bytes = b"") -> Frame:
        """The reply to a command, while `listen` reads."""
        frame = self._frame(code, payload)
        reply = await self._answers.ask(frame.data, f"command {code:02X}")
        if reply.id != frame.id:
            raise DeviceError(self._device, f"it answers command {frame.id} with a reply to {reply.id}")
        return self._checked(reply, code)

    def _checked(self, reply: Frame, code: int) -> Frame:
        if reply.code == variables.OK:
            return reply
        fault = variables.RESULTS.get(reply.code, "it says no")
        raise DeviceRefusedError(self._device, f"{fault} (result {reply.code:X} of command {code:02X})")

    async def _text(self, variable: int) -> str:
        reply = await self._said(variables.GET, self._fields.number("H", variable))
        return self._fields.read_string(reply.payload)

    def _take(self, frame: Frame) -> None:
        """A frame that came by itself. A value that is none is not known any more."""
        if frame.type is FrameType.REPLY:
            self._answers.came(frame)
        elif frame.type is FrameType.EVENT and frame.code in variables.WATCHED:
            self.values.pop(frame.code, None)
            with contextlib.suppress(DeviceError):
                self.values[frame.code] = variables.read_variable(self._fields, frame.code, frame.payload)

    async def _live(self, group: asyncio.TaskGroup) -> None:
        """Its answers are not waited for: behind a command that takes the camera long, they come too late for it."""
        while True:
            group.create_task(self._asked(variables.LIVE))
            await asyncio.sleep(LIVE_S)


@contextlib.asynccontextmanager
async def connect(address: DeviceAddress, wires: Wires) -> AsyncIterator[Device]:
    """As `Kind.connect`."""
    fields = address.options.get("fields", "plain")
    if fields not in ("plain", "typed"):
        raise UsageError(f"{address}: fields is plain or typed")
    async with wires.tcp(address, address.host, address.port or PORT) as stream:
        camera = Cap(stream, address, Fields(fields == "typed"))
        identity = await camera.open(address.options.get("password", USUAL_PASSWORD))
        can = Capabilities(metadata=True, record=True)
        yield Device(identity, can, camera.listen, recording=camera, settings=camera, notes=(EXPERIMENTAL,))


KIND = Kind(
    "arri-cap",
    "ARRI camera (CAP)",
    connect,
    PORT,
    {"password": "of CAP, from the camera's menu", "fields": "plain or typed: whether fields carry their type"},
    experimental=EXPERIMENTAL,
    services=(Service("_cap._tcp"),),
)
