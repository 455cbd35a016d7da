"""An emulated Blackmagic camera: its REST API and its event WebSocket at one port.

Source: Blackmagic, Camera Control REST API, the OpenAPI files. It keeps what is put, in steps of its own, and tells it.
"""

from __future__ import annotations

import asyncio
import base64
import time
from typing import TYPE_CHECKING

import msgspec

from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.kinds import EmulatedKind, switch_of
from livegrade_hardware.emulators.webserving import Reply, WebEmulator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TextIO

    from aiohttp import web

    from livegrade_hardware.emulators.webserving import SocketClient

API = "/control/api/v1"
RECORD, TIMECODE = "/transports/0/record", "/transports/0/timecode"
STEPS = 2048
"""Colours are kept in so many steps to one."""
FPS = 24
QUIET_S = 0.02
"""Of answers that are given out of order, the last waits so long for another."""

FACTORY: Mapping[str, Mapping[str, object]] = {
    "/system/product": {"deviceName": "A CAM", "productName": "PYXIS 6K", "softwareVersion": "9.5"},
    "/system/format": {
        "codec": "BRaw:8_1",
        "frameRate": "24.00",
        "offSpeedEnabled": False,
        "offSpeedFrameRate": 24,
        "recordResolution": {"width": 6048, "height": 3200},
        "sensorResolution": {"width": 6048, "height": 3200},
    },
    "/video/iso": {"iso": 800},
    "/video/whiteBalance": {"whiteBalance": 5600},
    "/video/whiteBalanceTint": {"whiteBalanceTint": 10},
    "/video/ndFilter": {"stop": 0.0},
    "/video/shutter": {"shutterAngle": 18000},
    "/lens/iris": {"apertureStop": 4.0, "normalised": 0.5, "apertureNumber": 8},
    "/colorCorrection/lift": {"red": 0.0, "green": 0.0, "blue": 0.0, "luma": 0.0},
    "/colorCorrection/gamma": {"red": 0.0, "green": 0.0, "blue": 0.0, "luma": 0.0},
    "/colorCorrection/gain": {"red": 1.0, "green": 1.0, "blue": 1.0, "luma": 1.0},
    "/colorCorrection/offset": {"red": 0.0, "green": 0.0, "blue": 0.0, "luma": 0.0},
    "/colorCorrection/color": {"hue": 0.0, "saturation": 1.0},
    RECORD: {"recording": False},
    "/slates/nextClip": {"clip": {"reel": 1, "scene": "12A", "take": 3, "goodTake": False}},
}
RANGES: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "/video/iso": {"iso": (100, 25600)},
    "/video/whiteBalance": {"whiteBalance": (2500, 10000)},
    "/video/whiteBalanceTint": {"whiteBalanceTint": (-50, 50)},
    "/video/ndFilter": {"stop": (0, 6)},
    "/video/shutter": {"shutterAngle": (500, 36000), "shutterSpeed": (24, 8000)},
    "/lens/iris": {"apertureStop": (1.4, 22), "normalised": (0, 1), "apertureNumber": (0, 30)},
    "/colorCorrection/lift": dict.fromkeys(("red", "green", "blue", "luma"), (-2.0, 2.0)),
    "/colorCorrection/gamma": dict.fromkeys(("red", "green", "blue", "luma"), (-4.0, 4.0)),
    "/colorCorrection/gain": dict.fromkeys(("red", "green", "blue", "luma"), (0.0, 16.0)),
    "/colorCorrection/offset": dict.fromkeys(("red", "green", "blue", "luma"), (-8.0, 8.0)),
    "/colorCorrection/color": {"hue": (-1, 1), "saturation": (0, 2)},
}
"""What can be put, and from where to where."""
EITHER = frozenset({"/video/shutter", "/lens/iris"})
"""Of these, one way of saying it takes the place of the others."""


class EmulatedCamera:
    """`values`: its properties, which tests may change through `become`; `taken`: every body that was put. `password`:
    of user "admin", "" for none. `media`: it can record. `disorder`: answers on the WebSocket come in another order.
    `lacking`: what this model does not have. `clock`: seconds."""

    def __init__(
        self,
        password: str = "",
        media: bool = True,
        disorder: bool = False,
        lacking: frozenset[str] = frozenset(),
        faults: Faults | None = None,
        log: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.values = {path: dict(value) for path, value in FACTORY.items() if path not in lacking}
        self.taken: list[tuple[str, dict[str, object]]] = []
        self.media = media
        self.server = WebEmulator(self, self, faults, log)
        self._login = "Basic " + base64.b64encode(f"admin:{password}".encode()).decode() if password else ""
        self._disorder = disorder
        self._clock = clock
        self._began = clock()
        self._heard: dict[SocketClient, set[str]] = {}

    async def answer(self, request: web.Request, body: bytes) -> Reply:
        if self._login and request.headers.get("Authorization") != self._login:
            return Reply(401)
        path = request.path.removeprefix(API)
        if path == TIMECODE and request.method == "GET":
            return _json({"display": self._timecode(), "timeline": 0})
        if path not in self.values:
            return Reply(404)
        if request.method == "GET":
            return _json(self.values[path])
        if request.method != "PUT":
            return Reply(501)
        return await self._put(path, body)

    async def become(self, path: str, value: Mapping[str, object]) -> None:
        """A property changes, and whoever subscribed to it is told."""
        self.values[path] = dict(value)
        event = {"action": "propertyValueChanged", "property": path, "value": self.values[path]}
        for client, paths in list(self._heard.items()):
            if path in paths:
                await client.tell(_text({"type": "event", "data": event}))

    async def talk(self, client: SocketClient) -> None:
        self._heard[client] = set()
        held: list[str] = []
        try:
            await client.send(_text({"type": "event", "data": {"action": "websocketOpened"}}))
            while True:
                try:
                    async with asyncio.timeout(QUIET_S if held else None):
                        message = await client.receive()
                except TimeoutError:
                    await client.send(held.pop())
                    continue
                held.append(self._answered(client, message))
                if len(held) > (1 if self._disorder else 0):
                    while held:
                        await client.send(held.pop())
        finally:
            del self._heard[client]

    def _answered(self, client: SocketClient, message: str | bytes) -> str:
        """A subscription; what else is asked for fails."""
        try:
            request = msgspec.json.decode(message, type=dict[str, object])
        except msgspec.MsgspecError:
            request = {}
        data = request.get("data")
        asked = data if isinstance(data, dict) else {}
        paths = [str(path) for path in asked.get("properties", ())]
        said: dict[str, object] = {"action": str(asked.get("action", "")), "properties": paths}
        if asked.get("action") == "subscribe" and paths and all(path in self.values for path in paths):
            self._heard[client].update(paths)
            said |= {"success": True, "values": {path: self.values[path] for path in paths}}
        else:
            said |= {"success": False, "errorMessage": "invalid property"}
        return _text({"type": "response", "id": request.get("id", 0), "data": said})

    async def _put(self, path: str, body: bytes) -> Reply:
        try:
            value = msgspec.json.decode(body, type=dict[str, object])
        except msgspec.MsgspecError:
            return Reply(400)
        self.taken.append((path, value))
        if path == RECORD:
            return await self._record(value)
        ranges = RANGES.get(path)
        if ranges is None:
            return Reply(501)
        if not value or not all(key in ranges and _within(number, *ranges[key]) for key, number in value.items()):
            return Reply(400)
        if path.startswith("/colorCorrection/"):
            value = {key: round(float(str(number)) * STEPS) / STEPS for key, number in value.items()}
        await self.become(path, value if path in EITHER else {**self.values[path], **value})
        return Reply(204)

    async def _record(self, value: dict[str, object]) -> Reply:
        on = value.get("recording")
        if not isinstance(on, bool):
            return Reply(400)
        if on and not self.media:
            return Reply(409)
        await self.become(RECORD, {"recording": on})
        return Reply(204)

    def _timecode(self) -> int:
        """01:00:00:00 when it was switched on; binary coded decimal."""
        seconds, frames = divmod(3600 * FPS + int((self._clock() - self._began) * FPS), FPS)
        parts = seconds // 3600 % 24, seconds // 60 % 60, seconds % 60, frames
        return int("".join(f"{part:02}" for part in parts), 16)


def _within(number: object, low: float, high: float) -> bool:
    return isinstance(number, int | float) and not isinstance(number, bool) and low <= number <= high


def _json(value: object) -> Reply:
    return Reply(200, msgspec.json.encode(value))


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _make(settings: Mapping[str, str], faults: Faults, log: TextIO | None) -> WebEmulator:
    media, disorder = switch_of(settings, "media", True), switch_of(settings, "disorder")
    return EmulatedCamera(settings.get("password", ""), media, disorder, faults=faults, log=log).server


KIND = EmulatedKind(
    "blackmagic-camera",
    "Blackmagic camera",
    80,
    _make,
    {
        "password": "of user admin",
        "media": "off: it cannot record",
        "disorder": "on: subscriptions are answered in another order",
    },
)
