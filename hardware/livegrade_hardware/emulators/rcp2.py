"""An emulated RED camera with RCP2: parameters with their scales, subscriptions, signs of life.

Source: as `livegrade_devices/cameras/red/messages.py`. What a real camera says to an unknown id, and how it turns
away a ninth client, is not known: here the id is passed over, and the ninth gets no WebSocket.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.kinds import EmulatedKind, switch_of
from livegrade_hardware.emulators.webserving import SocketClient, WebEmulator

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

MOST_CLIENTS = 8
SESSION_S = 2.0
"""A client is asked for a sign of life so often, and has to give it until the next."""
PREFIX = "RCP_PARAM_"
ISOS = (250, 320, 400, 500, 640, 800, 1000, 1250, 1600, 2000, 2500, 3200, 4000, 5000, 6400, 12800)


@dataclass
class Parameter:
    """`value`: raw, or a text. `low`, `high`: what can be set. `form`: how it is shown."""

    value: int | str
    divider: int = 1
    low: int = 0
    high: int = 0
    digits: int = 0
    prefix: str = ""
    suffix: str = ""
    choices: tuple[int, ...] = ()
    shown: dict[int, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        if isinstance(self.value, str):
            return self.value
        usual = f"{self.prefix}{self.value / self.divider:.{self.digits}f}{self.suffix}"
        return self.shown.get(self.value, usual)


def factory() -> dict[str, Parameter]:
    """A camera as it comes out of its box, in 24000/1001."""
    return {
        "ISO": Parameter(800, low=250, high=12800, choices=ISOS),
        "COLOR_TEMPERATURE": Parameter(5600, low=1700, high=10000, suffix="K"),
        "TINT": Parameter(0, 1000, -100_000, 100_000, 3),
        "SENSOR_FRAME_RATE": Parameter(24000, 1000, 1000, 120_000, 2, suffix=" FPS", shown={24000: "23.98 FPS"}),
        "EXPOSURE_ANGLE": Parameter(180_000, 1000, 1000, 360_000, 1, suffix="°"),
        "EXPOSURE_INTEGRATION_TIME": Parameter(48000, 1000, shown={48000: "1/48"}),
        "APERTURE": Parameter(28, 10, 10, 220, 1, prefix="T"),
        "ND": Parameter(0, 100, 0, 700, 2, suffix=" stops"),
        "RECORD_STATE": Parameter(0, low=0, high=3, shown={0: "Idle", 1: "Recording", 2: "Finalizing"}),
        "TIMECODE": Parameter("10:00:00:00"),
        "CLIP_NAME": Parameter("A001_C001_1121AB"),
        "REEL_NUMBER": Parameter(1, shown={1: "001"}),
        "MEDIA_TIME_REMAINING": Parameter(3720, shown={3720: "62 min"}),
        "APPLIED_CAMERA_LUT": Parameter(""),
        "CDL_ENABLE": Parameter(0, low=0, high=1),
        "LOG_VIEW_ENABLE": Parameter(0, low=0, high=1),
        "HISTOGRAM": Parameter(0),
    }


class EmulatedRed:
    """`parameters` may be looked at and changed by tests (`change`). `long_ids`: ids with their prefix, as some
    firmware writes them. `shuffled`: answers to a burst come in any order. `takes_sets` False: settings are passed
    over."""

    def __init__(self, faults: Faults | None = None, log: TextIO | None = None, long_ids: bool = False) -> None:
        self.parameters = factory()
        self.cdl = {"slope": [100_000] * 3, "offset": [0] * 3, "power": [100_000] * 3}
        self.saturation = 100_000
        self.long_ids = long_ids
        self.shuffled = False
        self.takes_sets = True
        self.sessions = 0
        self.server = WebEmulator(talks=self, faults=faults or Faults(most_clients=MOST_CLIENTS), log=log)
        self._subscribed: dict[int, set[str]] = {}
        self._echoes: dict[int, asyncio.Event] = {}
        self._random = random.Random(1)  # noqa: S311  # the order of answers

    async def talk(self, client: SocketClient) -> None:
        """One client, from its configuration on."""
        self._subscribed[client.number] = set()
        self._echoes[client.number] = asyncio.Event()
        watch = asyncio.get_running_loop().create_task(self._watch(client))
        try:
            while True:
                for answer in await self._burst(client):
                    await client.send(answer)
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
            del self._subscribed[client.number], self._echoes[client.number]

    async def change(self, name: str, value: int | str) -> None:
        """As if somebody turned it at the camera: everybody who subscribed is told."""
        self.parameters[name].value = value
        await self._told_all(name)

    async def _told_all(self, name: str) -> None:
        for client in list(self.server.clients):
            if name in self._subscribed.get(client.number, ()):
                for message in self._current(name):
                    await client.tell(message)

    async def _burst(self, client: SocketClient) -> list[str]:
        """Answers to the next message, and with `shuffled` to all that come with it."""
        answers = await self._answer(client, await client.receive())
        if not self.shuffled:
            return answers
        while True:
            try:
                async with asyncio.timeout(0.02):
                    message = await client.receive()
            except TimeoutError:
                self._random.shuffle(answers)
                return answers
            answers += await self._answer(client, message)

    async def _answer(self, client: SocketClient, text: str | bytes) -> list[str]:
        try:
            message: dict[str, Any] = msgspec.json.decode(text, type=dict[str, Any])
        except msgspec.MsgspecError:
            return []
        name = str(message.get("id", "")).removeprefix(PREFIX)
        match message.get("type"):
            case "rcp_config":
                return [_made(type="rcp_config")]
            case "rcp_session":
                self._echoes[client.number].set()
            case "rcp_get_types":
                return [_made(type="rcp_cur_types", types=[])]
            case "rcp_get_parameters":
                names = [PREFIX + each for each in (*self.parameters, "CDL")]
                return [_made(type="rcp_cur_parameters", parameters=names)]
            case "rcp_get" if name == "CAMERA_INFO":
                return [self._about()]
            case "rcp_get":
                self._subscribed[client.number].add(name)
                return self._current(name)
            case "rcp_subscribe":
                heard = self._subscribed[client.number]
                (heard.add if message.get("on_off") else heard.discard)(name)
            case "rcp_set":
                await self._set(name, message.get("value"))
        return []

    def _about(self) -> str:
        return _made(
            type="rcp_cur_cam_info",
            id=self._id("CAMERA_INFO"),
            name="A-Cam",
            serial_number="R10-EMULATED",
            camera_type={"num": 51, "str": "V-RAPTOR"},
            version={"str": "1.7.0"},
        )

    def _id(self, name: str) -> str:
        return PREFIX + name if self.long_ids else name

    def _current(self, name: str) -> list[str]:
        if name == "CDL":
            parts = {key: dict(zip("rgb", each, strict=True)) for key, each in self.cdl.items()}
            return [_made(type="rcp_cur_cdl", id=self._id("CDL"), saturation=self.saturation, **parts)]
        each = self.parameters.get(name)
        if each is None:
            return []
        display: dict[str, str] = {"str": each.text, "abbr": each.text}
        if isinstance(each.value, str):
            return [_made(type="rcp_cur_str", id=self._id(name), display=display, edit_info={})]
        edit: dict[str, int | str] = {
            "min": each.low,
            "max": each.high,
            "divider": each.divider,
            "digits": each.digits,
            "step": 1,
        }
        edit |= {"prefix": each.prefix, "suffix": each.suffix}
        value = {"val": each.value}
        return [_made(type="rcp_cur_int", id=self._id(name), cur=value, target=value, edit_info=edit, display=display)]

    async def _set(self, name: str, value: object) -> None:
        each = self.parameters.get(name)
        if each is None or not isinstance(value, int) or not self.takes_sets or not each.low <= value <= each.high:
            return
        if name == "RECORD_STATE":
            await self._record({0: 0, 1: 1, 2: 1 - int(each.value == 1), 3: 0}[value])
            return
        nearest = min(each.choices, key=lambda choice: abs(choice - value)) if each.choices else value
        await self.change(name, nearest)

    async def _record(self, on: int) -> None:
        was = self.parameters["RECORD_STATE"].value
        if on and was == 0:
            await self.change("RECORD_STATE", 1)
        elif not on and was == 1:
            await self.change("RECORD_STATE", 2)
            clip = str(self.parameters["CLIP_NAME"].value)
            await self.change("CLIP_NAME", f"{clip[:6]}{int(clip[6:9]) + 1:03d}{clip[9:]}")
            await self.change("RECORD_STATE", 0)

    async def _watch(self, client: SocketClient) -> None:
        """Who does not answer the sign of life is cut off."""
        echo = self._echoes[client.number]
        while True:
            echo.clear()
            self.sessions += 1
            await client.send(_made(type="rcp_session", status="open", data={"token": self.sessions}))
            try:
                async with asyncio.timeout(SESSION_S):
                    await echo.wait()
            except TimeoutError:
                client.drop()
                return
            await asyncio.sleep(SESSION_S)


def _made(**fields: object) -> str:
    return msgspec.json.encode(fields).decode()


def _make(settings: Mapping[str, str], faults: Faults, log: TextIO | None) -> WebEmulator:
    if faults.most_clients is None:
        faults.most_clients = MOST_CLIENTS
    camera = EmulatedRed(faults, log, switch_of(settings, "long-ids"))
    camera.shuffled = switch_of(settings, "reorder")
    return camera.server


KIND = EmulatedKind(
    "red",
    "RED camera (RCP2)",
    9998,
    _make,
    {
        "long-ids": "on for ids with RCP_PARAM_ before them",
        "reorder": "on: answers to a burst of questions come in any order",
    },
)
