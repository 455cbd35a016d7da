"""The REST side of an AJA ColorBox: what is read and written, as values. Source: AJA, ColorBox REST API 1.0.0."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from typing import TYPE_CHECKING, TypeVar

import msgspec

from livegrade.errors import DeviceError, DeviceRefusedError
from livegrade_devices.device import Identity
from livegrade_devices.wires.values import Request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from livegrade_devices.wires.values import Web

T = TypeVar("T")
MOST = 256 * 1024
"""Bytes of an answer: the longest is a list of 16 names."""
JSON = {"Content-Type": "application/json"}
UPLOAD = "/v2/upload"
LOOK_S = 1.0
"""How long a box is asked how it stands when it has taken a preset."""


class Config(msgspec.Struct, frozen=True, rename="camel"):
    """Of /v2/system/config."""

    host_name: str = ""
    transform_mode: str = "LUT"


class SystemStatus(msgspec.Struct, frozen=True, rename="camel"):
    """Of /v2/system/status."""

    running_version: str = ""
    transform_mode_changing: bool = False


class Status(msgspec.Struct, frozen=True, rename="camel"):
    """Of /v2/status."""

    system_serial_number: str = ""


class Routing(msgspec.Struct, frozen=True, rename="camel"):
    """Of /v2/routing. `pipeline_bypass_button`: the one at the box."""

    pipeline_bypass_button: bool = False
    pipeline_bypass_user: bool = False


class FrameStore(msgspec.Struct, frozen=True):
    """Of /v2/frameStore."""

    enabled: bool = False
    dynamic: bool = False

    @property
    def asked(self) -> Mapping[str, object]:
        """As it is put."""
        return {"enabled": self.enabled, "dynamic": self.dynamic}


class Stage(msgspec.Struct, frozen=True):
    """One of the seven: `dynamic` ones hold what comes over the WebSocket."""

    enabled: bool = False
    dynamic: bool = False


class Entry(msgspec.Struct, frozen=True, rename="camel"):
    """Of a library; one without a file is empty."""

    user_name: str = ""
    file_name: str = ""


OFF, ON = Stage(enabled=False, dynamic=True), Stage(enabled=True, dynamic=True)


class StagesSwitched(msgspec.Struct, frozen=True):
    """Of /v2/pipelineStages, as far as we set it."""

    lut1d_1: Stage = Stage()
    m3x3_2: Stage = Stage()
    lut1d_2: Stage = Stage()
    lut3d_1: Stage = Stage()
    lut1d_3: Stage = Stage()
    m3x3_3: Stage = Stage()
    lut1d_4: Stage = Stage()
    in_range: str = msgspec.field(default="", name="inRange")
    out_range: str = msgspec.field(default="", name="outRange")

    @classmethod
    def dynamic(cls, range: str, *, lattice: bool) -> StagesSwitched:
        """All stages wait for what is sent and all are on, the lattice where there is one. The codes between them are
        those of the input and the output: nothing is converted on the way."""
        return cls(ON, ON, ON, ON if lattice else OFF, ON, ON, ON, range, range)

    @property
    def asked(self) -> Mapping[str, object]:
        """As it is put."""
        made: dict[str, object] = msgspec.to_builtins(self)
        return made


class Presets:
    """The box's own library of presets: `SlotPort`. `recalled`: told of one that takes the place of what was sent;
    `look`: has the box looked at then."""

    def __init__(self, rest: Rest, recalled: Callable[[int], None], look: Callable[[], Awaitable[None]]) -> None:
        self._rest = rest
        self._recalled = recalled
        self._look = look

    async def slots(self) -> Mapping[int, str]:
        entries = await self._rest.get("/v2/systemPresetLibrary", list[Entry])
        return {number: entry.user_name for number, entry in enumerate(entries, 1) if entry.file_name}

    async def store(self, slot: int, name: str) -> None:
        await self._control(slot, "StoreEntry")
        await self._control(slot, "SetUserName", name)

    async def recall(self, slot: int) -> None:
        try:
            await self._control(slot, "RecallEntry")
        except DeviceRefusedError:
            raise
        except BaseException:
            # It may be there, for all that is known.
            self._recalled(slot)
            raise
        self._recalled(slot)
        # It has taken the order; how it stands is asked again soon.
        with contextlib.suppress(DeviceError, TimeoutError):
            async with asyncio.timeout(LOOK_S):
                await self._look()

    async def _control(self, slot: int, action: str, data: str = "") -> None:
        order: dict[str, object] = {"library": "systemPreset", "entry": slot, "action": action}
        await self._rest.put("/v2/libraryControl", order | ({"data": data} if data else {}))


class Rest:
    """Questions and orders to one box. `has_password`: whether one is sent along."""

    def __init__(self, device: object, web: Web, *, has_password: bool) -> None:
        self._device = device
        self._web = web
        self._has_password = has_password

    async def get(self, path: str, type: type[T]) -> T:
        """Raises DeviceError, DeviceRefusedError where it wants a password."""
        body = await self._asked(Request("GET", path))
        try:
            return msgspec.json.decode(body, type=type)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise DeviceError(self._device, f"it answers {path} with what is no ColorBox's ({error})") from error

    async def put(self, path: str, values: Mapping[str, object]) -> None:
        """Raises DeviceError, DeviceRefusedError where it does not take them."""
        await self._asked(Request("PUT", path, msgspec.json.encode(values), JSON))

    async def upload(self, kind: str, entry: int, name: str, data: bytes) -> str:
        """A file as forms of the web send it; what was sent, but for the file. Raises as `put`."""
        boundary = f"livegrade-{hashlib.sha256(data).hexdigest()[:32]}"
        body = b"".join(
            f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + value + b"\r\n"
            for head, value in (
                ('name="kind"', kind.encode()),
                ('name="entry"', str(entry).encode()),
                (f'name="file"; filename="{name}"\r\nContent-Type: application/octet-stream', data),
            )
        )
        request = Request(
            "POST",
            UPLOAD,
            body + f"--{boundary}--\r\n".encode(),
            {"Content-Type": f"multipart/form-data; boundary={boundary}"},
        )
        await self._asked(request)
        return f"POST {UPLOAD} as multipart/form-data: kind={kind}, entry={entry}, file={name} of {len(data):,} bytes"

    async def identity(self, config: Config) -> Identity:
        """As the box says it."""
        system = await self.get("/v2/system/status", SystemStatus)
        status = await self.get("/v2/status", Status)
        return Identity("ColorBox", config.host_name, system.running_version, status.system_serial_number)

    async def mode_changed(self, every_s: float) -> None:
        """Returns when the box is in its new mode; some seconds. The hub bounds it."""
        while (await self.get("/v2/system/status", SystemStatus)).transform_mode_changing:
            await asyncio.sleep(every_s)

    async def _asked(self, request: Request) -> bytes:
        answer = await self._web.ask(request, MOST)
        if answer.status == 401:
            told = "it does not take this password" if self._has_password else "it wants a password (,password=...)"
            raise DeviceRefusedError(self._device, told)
        if answer.status == 400:
            text = answer.body[:200].decode(errors="replace").strip()
            raise DeviceRefusedError(self._device, f"it does not take {request.path} ({text or 'no reason is given'})")
        if answer.status != 200:
            raise DeviceError(self._device, f"it answers {request.path} with status {answer.status}")
        return answer.body
