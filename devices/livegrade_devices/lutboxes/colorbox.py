"""AJA ColorBox: looks to its dynamic stages, its presets and libraries, and pictures of what passes through it.

REST (port 80) sets the box up and tells of it, a WebSocket (port 5000) carries looks and questions. Source: AJA,
ColorBox REST API 1.0.0 and its demos. The box does not answer looks: they are sent, and `prove` shows that they are
there. The stages are switched on at the first look, and of later ones only those are sent that change.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from livegrade.errors import DeviceError, UsageError
from livegrade_devices.box import BoxState
from livegrade_devices.device import Capabilities, Device, LutStage
from livegrade_devices.kinds import Kind
from livegrade_devices.lutboxes.colorboxlibrary import BoxLibraries
from livegrade_devices.lutboxes.colorboxproof import Prover
from livegrade_devices.lutboxes.colorboxrest import Config, Presets, Rest, Routing, StagesSwitched
from livegrade_devices.lutboxes.colorboxsight import judged_by, seen
from livegrade_devices.lutboxes.colorboxwire import (
    GRAB_INPUT,
    GRAB_OUTPUT,
    LARGEST_GRAB,
    answered,
    grabbed,
    messages,
)
from livegrade_devices.lutboxes.stages import INTERPOLATIONS, POINTS, SIDE
from livegrade_devices.lutboxes.staging import StagesModel, stage_look
from livegrade_devices.pushed import Pushed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from numpy.typing import NDArray

    from livegrade_devices.address import DeviceAddress
    from livegrade_devices.device import BoxLook, Report
    from livegrade_devices.lutboxes.stages import Stages
    from livegrade_devices.pushed import Proof
    from livegrade_devices.wires.values import Sockets, Wires

T = TypeVar("T")
PORT, DATA_PORT = 80, 5000
USER = "admin"
POLL_S = 5.0
"""The box is asked so often whether it still is as it was set up."""
ANSWER_S = 4.0
"""A box that has not answered that for so long is gone."""
MODE_POLL_S = 0.25
RANGES = {"narrow": "SMPTENarrow", "full": "SMPTEFull"}
CAPABILITIES = Capabilities(
    lut1d=LutStage((POINTS,), 12, ("0-1023",)),
    lut3d=LutStage((SIDE,), 12, ("0-1023",)),
    proof=True,
    pictures=True,
    presets=True,
    library=True,
    per_second=15.0,
)


class ColorBox:
    """A box behind its wires. `range`, `interpolation`: as the options of the address say."""

    def __init__(self, device: object, rest: Rest, socket: Sockets, range: str, interpolation: str) -> None:
        self._device = device
        self._rest = rest
        self._socket = socket
        self._range = RANGES[range]
        self._switched: StagesSwitched | None = None
        self._interpolation = interpolation
        self._sent: dict[bytes, bytes] = {}
        self._stages: Stages | None = None
        self.prover = Prover(device, rest, socket, lambda: self._stages, self.forget)
        self._state = BoxState(instead=None)
        self._report: Report | None = None

    async def push(self, look: BoxLook) -> Pushed:
        """As `LookPort.push`. Between stages that change together there may be a picture of both looks."""
        if look.whole:
            self.forget()
        staged = await asyncio.to_thread(stage_look, look, self._interpolation)
        await self._switch(lattice=staged.stages.lattice is not None)
        size = 0
        for message in messages(staged.stages):
            prefix = message[:4]
            if self._sent.get(prefix) != message:
                # What was sent in part is not known to be there: it is sent again next time.
                self._sent.pop(prefix, None)
                await self._socket.send(message)
                self._sent[prefix] = message
                size += len(message)
        self._stages = staged.stages
        self._tell(replace(self._state, instead=""))
        return Pushed(look.look.id, staged.stages.form, size, staged.error, confirmed=False)

    async def bypass(self, on: bool) -> None:
        """As `LookPort.bypass`."""
        await self._rest.put("/v2/routing", {"pipelineBypassUser": on})
        await self.see_bypass()

    def forget(self) -> None:
        """What was sent is no longer what is there: the next look is sent whole."""
        self._sent.clear()
        self._switched = self._stages = None

    def stages_change(self) -> None:
        """Whoever looks after it need not think that somebody else has done that; the next look sets them again."""
        self._switched = None

    def found(self, instead: str) -> None:
        """What it shows of its libraries, as it was connected; "" for nothing. What else it may show, such as a preset,
        cannot be read."""
        self._state = replace(self._state, instead=instead or None)

    def recalled(self, preset: int) -> None:
        """A preset takes the place of what was sent."""
        self.shows_instead(f"preset {preset}")

    def shows_instead(self, what: str) -> None:
        """What is in the box itself takes the place of what was sent."""
        self.forget()
        self._tell(replace(self._state, instead=what))

    async def watch(self, report: Report) -> None:
        """Hears what the box says, looks after it and reports how it stands, until it is gone (DeviceError)."""
        self._report = report
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look_after())
            while True:
                answer = answered(await self._socket.receive())
                if answer is not None:
                    self.prover.hear(answer)

    async def _look_after(self) -> None:
        while True:
            await self.see_bypass()
            await asyncio.sleep(POLL_S)
            expected = self._switched
            now = await self._polled("/v2/pipelineStages", StagesSwitched)
            # A look that came meanwhile may have switched stages: that is judged the next time.
            if expected is not None and expected is self._switched and now != expected:
                raise DeviceError(self._device, "somebody else has changed its stages; it is set up again")

    async def see_bypass(self) -> None:
        """Asks whether it shows its input as it is, and tells. Raises DeviceError."""
        routing = await self._polled("/v2/routing", Routing)
        bypassed = routing.pipeline_bypass_user or routing.pipeline_bypass_button
        self._tell(replace(self._state, bypassed=bypassed))

    async def _polled(self, path: str, type: type[T]) -> T:
        """As `Rest.get`. Raises DeviceError also where no answer comes in time."""
        try:
            async with asyncio.timeout(ANSWER_S):
                return await self._rest.get(path, type)
        except TimeoutError:
            raise DeviceError(self._device, f"it has not answered for {ANSWER_S:g} seconds") from None

    def _tell(self, state: BoxState) -> None:
        self._state = state
        if self._report is not None:
            self._report(state)

    async def _switch(self, *, lattice: bool) -> None:
        """The stages on, before the first look all that it takes for that: the mode of LUTs, and its input shown."""
        wanted = StagesSwitched.dynamic(self._range, lattice=lattice)
        if self._switched == wanted:
            return
        if self._switched is None:
            config = await self._rest.get("/v2/system/config", Config)
            if config.transform_mode != "LUT":
                await self._rest.put("/v2/system/config", {"transformMode": "LUT"})
                await self._rest.mode_changed(MODE_POLL_S)
            await self._rest.put("/v2/frameStore", {"enabled": False})
        await self._rest.put("/v2/pipelineStages", wanted.asked)
        self._switched = wanted


class Grabber:
    """`PicturePort`: over a WebSocket of its own, so that nothing else of the box may be as long as a picture is."""

    def __init__(self, device: object, wires: Wires, url: str, interpolation: str) -> None:
        self._device = device
        self._wires = wires
        self._url = url
        self._interpolation = interpolation

    async def grab(self, *, behind: bool) -> NDArray[np.uint16]:
        """As `PicturePort.grab`. The hub bounds the time that it takes."""
        async with self._wires.websocket(self._device, self._url, LARGEST_GRAB) as socket:
            await socket.send(GRAB_OUTPUT if behind else GRAB_INPUT)
            while True:
                message = await socket.receive()
                try:
                    picture = await asyncio.to_thread(grabbed, message)
                except ValueError as error:
                    raise DeviceError(self._device, str(error)) from error
                if picture is not None:
                    return picture

    async def compare(self, look: BoxLook) -> Proof:
        """As `PicturePort.compare`. What is off is looked at once more: something may have passed through the picture
        while its output was grabbed."""
        staged = await asyncio.to_thread(stage_look, look, self._interpolation)
        proof = await self._compared(staged.stages)
        off = np.abs(proof.shown.astype(np.int32) - proof.expected).max()
        return proof if off <= proof.step else await self._compared(staged.stages)

    async def _compared(self, stages: Stages) -> Proof:
        before = await self.grab(behind=False)
        behind = await self.grab(behind=True)
        after = await self.grab(behind=False)
        try:
            sight = await asyncio.to_thread(seen, before, behind, after)
            return await asyncio.to_thread(judged_by, sight, stages)
        except ValueError as error:
            raise DeviceError(self._device, f"it cannot be proved by its pictures: {error}") from error


@contextlib.asynccontextmanager
async def connect(address: DeviceAddress, wires: Wires) -> AsyncIterator[Device]:
    """As `Kind.connect`."""
    range_, interpolation, data_port = _options(address)
    password = address.options.get("password")
    user = None if password is None else (address.options.get("user", USER), password)
    host = f"[{address.host}]" if ":" in address.host else address.host
    async with contextlib.AsyncExitStack() as stack:
        web = await stack.enter_async_context(wires.web(address, f"http://{host}:{address.port or PORT}", user))
        rest = Rest(address, web, has_password=password is not None)
        config = await rest.get("/v2/system/config", Config)
        identity = await rest.identity(config)
        url = f"ws://{host}:{data_port}/"
        socket = await stack.enter_async_context(wires.websocket(address, url))
        box = ColorBox(address, rest, socket, range_, interpolation)
        library = BoxLibraries(address, rest, box.stages_change, box.shows_instead)
        box.found(await library.shown())

        async def listen(report: Report) -> None:
            await box.watch(report)

        notes = () if config.transform_mode == "LUT" else (f"its mode is {config.transform_mode}; a look changes that",)
        yield Device(
            identity,
            CAPABILITIES,
            listen,
            looks=box,
            proof=box.prover,
            slots=Presets(rest, box.recalled, box.see_bypass),
            library=library,
            pictures=Grabber(address, wires, url, interpolation),
            model=StagesModel(interpolation),
            notes=notes,
        )


def _options(address: DeviceAddress) -> tuple[str, str, int]:
    range_ = address.options.get("range", "narrow")
    if range_ not in RANGES:
        raise UsageError(f"{address}: range={range_[:40]} is not known; choose {' or '.join(RANGES)}")
    interpolation = address.options.get("interpolation", INTERPOLATIONS[0])
    if interpolation not in INTERPOLATIONS:
        raise UsageError(
            f"{address}: interpolation={interpolation[:40]} is not known; choose {' or '.join(INTERPOLATIONS)}"
        )
    text = address.options.get("data-port", str(DATA_PORT))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise UsageError(f"{address}: data-port={text[:40]}: ports go from 1 to 65535")
    return range_, interpolation, int(text)


KIND = Kind(
    "colorbox",
    "AJA ColorBox",
    connect,
    PORT,
    {
        "password": "of its web page, where it asks for one",
        "user": f"{USER} unless said",
        "range": "narrow or full: which codes its pipeline takes for black and white",
        "interpolation": f"{' or '.join(INTERPOLATIONS)}: what is expected of it between planes",
        "data-port": f"of its WebSocket, {DATA_PORT} unless said",
    },
    # What its answers say is not documented; that they name it is assumed.
    ssdp="colorbox",
)
