"""An emulated ARRI camera as far as its web remote and its tally lamp go.

Source: Kunkles/brickdup at an ALEXA 35; bitfocus/companion-module-arri-tally.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from livegrade_hardware.emulators.kinds import EmulatedKind
from livegrade_hardware.emulators.serving import Client, TcpEmulator
from livegrade_hardware.emulators.webserving import Reply, WebEmulator

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    from aiohttp import web

    from livegrade_hardware.emulators.faults import Faults

FACTORY: dict[str, object] = {
    "SystemCameraSerial": "63373",
    "CameraIndexDual": "A_",
    "Bat1LevelVolt": 28.483,
    "Bat1LevelPercent": 97,
    "Bat1WarnLevelVolt": 22.5,
    "Bat1WarnLevelPercent": 20,
    "PowerInputBatInUse": False,
    "PowerInputPwrPresent": True,
}
OTHERS = 1352
"""A camera tells some 1,360 variables; the names of the others are made up here."""


class EmulatedArriWeb:
    """`values` may be looked at by tests and changed with `change`. `asked`: paths, in order."""

    def __init__(self, faults: Faults | None = None, log: TextIO | None = None) -> None:
        self.values = dict(FACTORY) | {f"Emulated{number}": number for number in range(OTHERS)}
        self.asked: list[str] = []
        self.server = WebEmulator(answers=self, faults=faults, log=log)
        self._number = 1
        self._since = dict.fromkeys(self.values, 1)
        self._changed = asyncio.Condition()

    async def change(self, name: str, value: object) -> None:
        """As if it happened in the camera."""
        async with self._changed:
            self._number += 1
            self.values[name], self._since[name] = value, self._number
            self._changed.notify_all()

    async def answer(self, request: web.Request, body: bytes) -> Reply:
        self.asked.append(request.path)
        since = request.query.get("id", "")
        match request.path:
            case "/":
                return Reply(body=b"<html><title>ARRI Web Remote</title></html>", type="text/html")
            case "/all.cgi":
                return self._told(0)
            case "/update.cgi" if since.isascii() and since.isdigit():
                async with self._changed:
                    await self._changed.wait_for(lambda: self._number > int(since))
                return self._told(int(since))
        return Reply(404)

    def _told(self, since: int) -> Reply:
        told = {name: {"value": value} for name, value in self.values.items() if self._since[name] > since}
        return Reply(body=msgspec.json.encode({"id": self._number, "variables": told}))


class EmulatedArriTally:
    """`lamp`: 0 off, 1 red, 2 green."""

    def __init__(self, faults: Faults | None = None, log: TextIO | None = None) -> None:
        self.lamp = 0
        self.lit = asyncio.Event()
        self.server = TcpEmulator(self, faults, log)

    async def refuse(self, client: Client) -> None:
        """It just hangs up."""

    async def talk(self, client: Client) -> None:
        while True:
            word, _, number = (await client.lines.line(100)).decode("ascii", "replace").partition(" ")
            if word == "tallyengage" and number in ("0", "1", "2"):
                self.lamp = int(number)
                self.lit.set()


def _web(settings: Mapping[str, str], faults: Faults, log: TextIO | None) -> WebEmulator:
    return EmulatedArriWeb(faults, log).server


def _tally(settings: Mapping[str, str], faults: Faults, log: TextIO | None) -> TcpEmulator:
    return EmulatedArriTally(faults, log).server


WEB = EmulatedKind("arri-web", "ARRI camera (web remote)", 80, _web)
TALLY = EmulatedKind("arri-tally", "ARRI tally lamp", 40000, _tally)
