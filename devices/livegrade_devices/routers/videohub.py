"""Blackmagic Videohub: routes, labels and locks over TCP 9990.

Source: Blackmagic, Videohub Developer Information, protocol 2.3 to 2.8. Numbers are from 0, as on the wire.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.errors import DeviceError, DeviceRefusedError
from livegrade_devices.blocks import Block, Dialogue, read_opening
from livegrade_devices.device import Capabilities, Device, Identity
from livegrade_devices.kinds import Kind, Service
from livegrade_devices.router import Lock, RouterState
from livegrade_devices.wires.lines import Lines

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from livegrade_devices.address import DeviceAddress
    from livegrade_devices.device import Report
    from livegrade_devices.wires.values import Wires

PORT = 9990
PING_S = 10.0
"""The hub is asked for a sign of life so often."""
SETTLE_S = 1.0
"""A hub tells the routes in force right after its answer."""
MOST_PORTS = 1024
LONGEST_LABEL = 200
_PORT = re.compile(r"[0-9]{1,4}")

ROUTING = "VIDEO OUTPUT ROUTING"
LOCKS = "VIDEO OUTPUT LOCKS"
LOCK_WORDS = {"U": Lock.FREE, "O": Lock.OURS, "L": Lock.THEIRS}


class Videohub:
    """A hub behind a wire. `state` is what is known; `take` learns from a block."""

    def __init__(self, device: object, dialogue: Dialogue) -> None:
        self.state = RouterState()
        self.identity = Identity()
        self._device = device
        self._dialogue = dialogue
        self._changed = asyncio.Condition()

    async def route(self, routes: dict[int, int]) -> None:
        """As `RoutePort.route`."""
        for output, source in routes.items():
            if not (0 <= output < self.state.outputs and 0 <= source < self.state.inputs):
                raise DeviceRefusedError(
                    self._device,
                    f"it has outputs 0 to {self.state.outputs - 1} and inputs 0 to {self.state.inputs - 1}; "
                    f"{output} from {source} is not among them",
                )
        await self._dialogue.say(Block(ROUTING, tuple(f"{output} {source}" for output, source in routes.items())))
        if not await self._settled(routes):
            kept = [output for output, source in routes.items() if self.state.routes.get(output) != source]
            locked = [each for each in kept if self.state.locks.get(each, Lock.FREE) is not Lock.FREE]
            named = ", ".join(str(each) for each in locked or kept)
            why = "is locked" if locked else "has kept its input"
            raise DeviceRefusedError(self._device, f"output {named} {why}")

    async def _settled(self, routes: dict[int, int]) -> bool:
        """Whether the hub says that all of them are in force."""
        async with self._changed:
            try:
                async with asyncio.timeout(SETTLE_S):
                    await self._changed.wait_for(lambda: routes.items() <= self.state.routes.items())
            except TimeoutError:
                return False
        return True

    async def take(self, block: Block) -> bool:
        """Learns what a block says; whether that changed the state."""
        before = self.state
        match block.title:
            case _ if block.word:
                self._dialogue.answers.came(block.title)
            case "VIDEOHUB DEVICE":
                self._introduced(block.named())
            case "INPUT LABELS":
                self.state = replace(before, input_labels={**before.input_labels, **_labels(block)})
            case "OUTPUT LABELS":
                self.state = replace(before, output_labels={**before.output_labels, **_labels(block)})
            case "VIDEO OUTPUT LOCKS":
                locks = {output: LOCK_WORDS.get(word, Lock.THEIRS) for output, word in _ports(block)}
                self.state = replace(before, locks={**before.locks, **locks})
            case "VIDEO OUTPUT ROUTING":
                routes = {output: int(text) for output, text in _ports(block) if _PORT.fullmatch(text)}
                self.state = replace(before, routes={**before.routes, **routes})
        if self.state == before:
            return False
        async with self._changed:
            self._changed.notify_all()
        return True

    @property
    def known(self) -> bool:
        """Enough to work with."""
        return bool(self.identity.model) and len(self.state.routes) == self.state.outputs

    def _introduced(self, said: dict[str, str]) -> None:
        if said.get("Device present") == "false":
            raise DeviceRefusedError(self._device, "the server says that no Videohub is connected to it")
        if said.get("Device present") == "needs_update":
            raise DeviceRefusedError(self._device, "the Videohub wants a firmware update before it works")
        if "Model name" in said:
            model, name = said["Model name"], said.get("Friendly name", "")
            self.identity = Identity(model, name, serial=said.get("Unique ID", ""))
        self.state = replace(
            self.state,
            inputs=self._count(said, "Video inputs", self.state.inputs),
            outputs=self._count(said, "Video outputs", self.state.outputs),
        )

    def _count(self, said: dict[str, str], name: str, known: int) -> int:
        text = said.get(name, str(known))
        if not (text.isascii() and text.isdigit() and int(text) <= MOST_PORTS):
            raise DeviceError(self._device, f"it says {name}: {text[:20]}")
        return int(text)


def _ports(block: Block) -> Iterator[tuple[int, str]]:
    """Lines of ports that a hub can have."""
    return ((port, text) for port, text in block.numbered() if port < MOST_PORTS)


def _labels(block: Block) -> dict[int, str]:
    return {port: text[:LONGEST_LABEL] for port, text in _ports(block)}


@contextlib.asynccontextmanager
async def connect(address: DeviceAddress, wires: Wires) -> AsyncIterator[Device]:
    """As `Kind.connect`."""
    async with wires.tcp(address, address.host, address.port or PORT) as stream:
        lines = Lines(stream, address)
        dialogue = Dialogue(stream, address)
        hub = Videohub(address, dialogue)
        await read_opening(lines, hub.take, lambda: hub.known)

        async def listen(report: Report) -> None:
            await dialogue.follow(lines, hub.take, lambda: hub.state, report, PING_S)

        yield Device(hub.identity, Capabilities(route=True, confirms=True), listen, routing=hub)


KIND = Kind(
    "videohub",
    "Blackmagic Videohub",
    connect,
    PORT,
    services=(Service("_blackmagic._tcp", {"class": "Videohub"}),),
)
