"""Blackmagic cameras with a web manager: settings, record and events over HTTP.

Source: Blackmagic, Camera Control REST API (URSA Cine, Pyxis, Cinema 6K, Studio and others after an update). Properties
that a model does not have are left out of what is told.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from livegrade.color.nodes import FULL_MIX, Cdl
from livegrade.errors import DeviceError, DeviceRefusedError, UsageError
from livegrade_devices.camera import CameraState
from livegrade_devices.cameras.blackmagic.events import (
    PATH,
    Changed,
    Event,
    Opened,
    Subscribed,
    read_event,
    subscription,
)
from livegrade_devices.cameras.blackmagic.properties import (
    COLOR,
    GAIN,
    HEARD,
    NAMES,
    OFFSET,
    RECORD,
    TIMECODE,
    asked,
    channels,
    learned,
)
from livegrade_devices.device import Capabilities, Device, Identity
from livegrade_devices.kinds import Kind, Service
from livegrade_devices.pushed import Pushed
from livegrade_devices.wires.values import Request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from livegrade_devices.address import DeviceAddress
    from livegrade_devices.device import BoxLook, Report
    from livegrade_devices.wires.values import Answer, Sockets, Web, Wires

PORT = 80
API = "/control/api/v1"
MOST = 256 * 1024
"""Bytes of an answer or an event."""
POLL_S = 1.0
"""So often it is asked for its timecode, which is a sign of life too."""
SETTLE_TRIES, SETTLE_S = 20, 0.1
"""A recording that was asked for is looked for so often."""
ANSWER_S = 5.0
"""A camera that has not answered that for so long is gone."""
MOST_NUMBER = 1e9
"""No property is more; JSON could hold any."""
NEAR = 1 / 1024
"""What is read back is what was put: cameras keep 2,048 steps to one."""
FORM = "gain, offset and saturation of the camera (approximate: its arithmetic is not published)"
MOST_GAIN, MOST_OFFSET, MOST_SATURATION = 16.0, 8.0, 2.0
REFUSALS = {
    400: "it does not take that value",
    401: "its user or password is wrong",
    403: "its user may not do that",
    404: "this model does not have that",
    409: "it cannot do that as it stands; look at its display",
    501: "this model does not do that",
}


class Rest:
    """Properties, by their paths."""

    def __init__(self, device: object, web: Web) -> None:
        self._device = device
        self._web = web

    async def get(self, path: str) -> Mapping[str, object]:
        """Raises DeviceRefusedError with the reason, DeviceError where the answer is none."""
        return self._read(path, self._taken(path, await self._web.ask(Request("GET", API + path), MOST)))

    async def find(self, path: str) -> Mapping[str, object]:
        """As `get`; nothing where this model does not have it."""
        answer = await self._web.ask(Request("GET", API + path), MOST)
        return {} if answer.status in (404, 501) else self._read(path, self._taken(path, answer))

    async def put(self, path: str, value: Mapping[str, object]) -> None:
        """Raises as `get`."""
        headers = {"Content-Type": "application/json"}
        self._taken(path, await self._web.ask(Request("PUT", API + path, msgspec.json.encode(value), headers), MOST))

    def _read(self, path: str, body: bytes) -> Mapping[str, object]:
        try:
            return msgspec.json.decode(body, type=dict[str, object])
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise DeviceError(self._device, f"it answers {path} with {body[:60]!r}") from error

    def _taken(self, path: str, answer: Answer) -> bytes:
        if not 200 <= answer.status < 300:
            why = REFUSALS.get(answer.status, f"it answers with HTTP {answer.status}")
            raise DeviceRefusedError(self._device, f"{why} ({path})")
        return answer.body


class Camera:
    """A camera behind its wires. `state` is what is known."""

    def __init__(self, device: object, rest: Rest) -> None:
        self.state = CameraState()
        self.names = NAMES
        self.lacking: set[str] = set()
        self._device = device
        self._rest = rest

    async def record(self, on: bool, clip: str = "") -> None:
        """As `RecordPort.record`."""
        wanted: dict[str, object] = {"recording": on}
        await self._rest.put(RECORD, wanted | ({"clipName": clip} if clip and on else {}))
        for _ in range(SETTLE_TRIES):
            if (await self._rest.get(RECORD)).get("recording") is on:
                return
            await asyncio.sleep(SETTLE_S)
        raise DeviceRefusedError(self._device, f"it has not {'begun' if on else 'ended'} to record")

    async def set(self, name: str, value: float | str) -> bool:
        """As `SettingPort.set`. Besides the names of `CameraState`: lift, gamma, gain, offset ("red green blue luma")
        and saturation."""
        if name not in NAMES:
            raise UsageError(f"{self._device}: {name} cannot be set; {', '.join(sorted(NAMES))} can")
        try:
            path, body = asked(name, value)
        except ValueError as error:
            raise UsageError(f"{self._device}: {error}") from None
        if path == COLOR:
            body = {"hue": _float((await self._rest.get(COLOR)).get("hue"), 0.0), **body}
        await self._rest.put(path, body)
        return True

    def take(self, event: Event) -> bool:
        """Learns from an event; whether that changed the state."""
        before = self.state
        match event:
            case Changed(path=path, value=value):
                self.state = learned(self.state, path, value)
            case Subscribed(success=True, values=values):
                for path, value in values.items():
                    self.state = learned(self.state, path, value)
        return self.state != before

    async def look_at_timecode(self) -> None:
        """Asks for it; not every model has one. Raises DeviceError where the camera is gone."""
        try:
            async with asyncio.timeout(ANSWER_S):
                said = await self._rest.find(TIMECODE)
        except TimeoutError:
            raise DeviceError(self._device, f"it has not answered for {ANSWER_S:g} seconds") from None
        self.state = learned(self.state, TIMECODE, said)


class Grading:
    """`LookPort` of a camera: one CDL without power, as gain, offset and saturation."""

    def __init__(self, device: object, rest: Rest) -> None:
        self._device = device
        self._rest = rest
        self._cdl = Cdl()

    async def push(self, look: BoxLook) -> Pushed:
        """As `LookPort.push`: confirmed where the camera reads back what was put."""
        cdl = self._fitting(look)
        await self._put(cdl)
        self._cdl = cdl
        return Pushed(look.look.id, FORM, 10 * 4, None, confirmed=True, approximate=True)

    async def bypass(self, on: bool) -> None:
        """As `LookPort.bypass`."""
        await self._put(Cdl() if on else self._cdl)

    def _fitting(self, look: BoxLook) -> Cdl:
        nodes = [node for node in look.look.nodes if node.enabled]
        if not nodes:
            return Cdl()
        cdl = nodes[0]
        if len(nodes) > 1 or not isinstance(cdl, Cdl) or cdl.mix != FULL_MIX or cdl.power != (1.0, 1.0, 1.0):
            raise DeviceRefusedError(self._device, "of a look it takes one CDL without power, at full mix")
        inside = max(cdl.slope) <= MOST_GAIN and max(map(abs, cdl.offset)) <= MOST_OFFSET
        if not inside or cdl.saturation > MOST_SATURATION:
            raise DeviceRefusedError(self._device, "it takes slopes to 16, offsets to 8 and a saturation to 2")
        return cdl

    async def _put(self, cdl: Cdl) -> None:
        color = await self._rest.get(COLOR)
        wanted = {
            GAIN: channels((*cdl.slope, 1.0)),
            OFFSET: channels((*cdl.offset, 0.0)),
            COLOR: {"hue": _float(color.get("hue"), 0.0), "saturation": cdl.saturation},
        }
        for path, body in wanted.items():
            await self._rest.put(path, body)
        for path, body in wanted.items():
            kept = await self._rest.get(path)
            if any(abs(_float(kept.get(key), float("inf")) - value) > NEAR for key, value in body.items()):
                raise DeviceRefusedError(self._device, f"it has not kept what was put into {path}")


@contextlib.asynccontextmanager
async def connect(address: DeviceAddress, wires: Wires) -> AsyncIterator[Device]:
    """As `Kind.connect`."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    place = f"{host}:{address.port or PORT}"
    user = _user(address)
    login = "" if user is None else f"{quote(user[0], safe='')}:{quote(user[1], safe='')}@"
    async with (
        wires.web(address, f"http://{place}", user) as web,
        contextlib.AsyncExitStack() as stack,
    ):
        rest = Rest(address, web)
        identity = _identity(await rest.get("/system/product"))
        socket = await stack.enter_async_context(wires.websocket(address, f"ws://{login}{place}{PATH}", MOST))
        camera = Camera(address, rest)
        await _subscribe(address, camera, socket)
        await camera.look_at_timecode()

        async def listen(report: Report) -> None:
            report(camera.state)
            async with asyncio.TaskGroup() as group:
                group.create_task(_poll(camera, report))
                while True:
                    if camera.take(await _event(address, socket)):
                        report(camera.state)

        notes = (f"it does not tell {', '.join(sorted(camera.lacking))}",) if camera.lacking else ()
        looks = Grading(address, rest) if address.options.get("looks") == "on" else None
        can = Capabilities(cdl=looks is not None, metadata=True, record=True, confirms=True, per_second=5.0)
        yield Device(identity, can, listen, looks=looks, recording=camera, settings=camera, notes=notes)


async def _subscribe(address: DeviceAddress, camera: Camera, socket: Sockets) -> None:
    """To each property by itself, since one that the model lacks fails its whole request. Answers come in any order."""
    while not isinstance(await _event(address, socket), Opened):
        pass
    waiting = dict(enumerate(HEARD, 1))
    for number, path in waiting.items():
        await socket.send(subscription(number, path))
    while waiting:
        event = await _event(address, socket)
        camera.take(event)
        if isinstance(event, Subscribed):
            path = waiting.pop(event.id, "")
            if path and not event.success:
                camera.lacking.add(path)


async def _event(address: DeviceAddress, socket: Sockets) -> Event:
    try:
        return read_event(await socket.receive())
    except ValueError as error:
        raise DeviceError(address, str(error)) from error


async def _poll(camera: Camera, report: Report) -> None:
    while True:
        await asyncio.sleep(POLL_S)
        before = camera.state
        await camera.look_at_timecode()
        if camera.state != before:
            report(camera.state)


def _identity(product: Mapping[str, object]) -> Identity:
    model, name, firmware = (
        str(product.get(key, ""))[:200] for key in ("productName", "deviceName", "softwareVersion")
    )
    return Identity(model, name, firmware)


def _user(address: DeviceAddress) -> tuple[str, str] | None:
    password = address.options.get("password")
    if password is None:
        return None
    if "user" not in address.options:
        raise UsageError(f"{address}: write the user too, user=NAME")
    return address.options["user"], password


def _float(value: object, usual: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= MOST_NUMBER:
        return usual
    return float(value)


KIND = Kind(
    "blackmagic-camera",
    "Blackmagic camera",
    connect,
    PORT,
    {
        "user": "of its web manager, where it asks for one",
        "password": "of its web manager",
        "looks": "on: a look is put into its colour correction, approximately",
    },
    services=(Service("_blackmagic._tcp", port=PORT),),
)
