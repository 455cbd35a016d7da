"""OpenGradeIO boxes: programs (virtual-gpu-lut-box, renderers of a volume) that take a look over the network.

The look goes as a lattice of floats, or, where the box is told to take it so and the look is one CDL, as that. Each is
answered. What the numbers of the box's picture mean, the box knows: 0 and 1 are black and white of the look's R'G'B'.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from livegrade.color.compare import JUDGED_ON
from livegrade.color.lut import SIZES, LutTarget, bake_lut
from livegrade.color.nodes import Cdl
from livegrade.color.rendering import display_of
from livegrade.errors import DeviceError, DeviceRefusedError, UsageError
from livegrade_devices.device import Capabilities, Device, Identity, LutStage
from livegrade_devices.kinds import Kind
from livegrade_devices.lutboxes.lattices import LatticeModel
from livegrade_devices.opengradeio import (
    AXES,
    LARGEST_SIDE,
    PORT,
    Axis,
    SetCdl,
    cdl_message,
    fault_of,
    lut_message,
    read_document,
)
from livegrade_devices.pushed import Pushed
from livegrade_devices.wires.lines import Lines

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from livegrade.color.look import Look
    from livegrade_devices.address import DeviceAddress
    from livegrade_devices.device import BoxLook, Report
    from livegrade_devices.wires.values import Stream, Wires

ANSWER_S = 5.0
BOX_SIZES = tuple(size for size in SIZES if size <= LARGEST_SIDE)


class OpenGradeIoBox:
    """A box behind its wire. `watch` must run, as it hears the answers."""

    def __init__(self, device: object, stream: Stream, instance: str, size: int, axis: Axis, *, cdl: bool) -> None:
        self._device = device
        self._stream = stream
        self._instance = instance
        self._size = size
        self._axis = axis
        self._cdl = cdl
        self._answer: asyncio.Future[str] | None = None

    async def push(self, look: BoxLook) -> Pushed:
        """As `LookPort.push`."""
        cdl = _only_cdl(look.look, self._instance) if self._cdl else None
        if cdl is not None:
            message = cdl_message(cdl)
            await self._say(message)
            return Pushed(look.look.id, "CDL", len(message), None, confirmed=True)
        return await self._push_lattice(look)

    async def bypass(self, on: bool) -> None:
        """There is no such message."""
        raise DeviceRefusedError(self._device, "OpenGradeIO has no bypass; send a look that changes nothing")

    async def watch(self, lines: Lines) -> None:
        """Hears answers until the box is gone (DeviceError)."""
        while True:
            try:
                fault = fault_of(await read_document(lines))
            except ValueError as error:
                raise DeviceError(self._device, f"it says what is no OpenGradeIO ({error})") from error
            if fault is not None and self._answer is not None and not self._answer.done():
                self._answer.set_result(fault)

    async def _push_lattice(self, box_look: BoxLook) -> Pushed:
        look = box_look.look
        target = _target(self._size, box_look)
        shown = display_of(look.nodes)
        baked = await asyncio.to_thread(bake_lut, look, target, JUDGED_ON if shown is None else shown.judged_on)
        message = lut_message(self._instance, baked.lattice, self._axis)
        await self._say(message)
        words = f"lattice of {self._size} points a side, floats, {self._axis} fastest"
        return Pushed(look.id, words, len(message), baked.error, confirmed=True)

    async def _say(self, message: bytes) -> None:
        self._answer = asyncio.get_running_loop().create_future()
        await self._stream.write(message)
        try:
            async with asyncio.timeout(ANSWER_S):
                fault = await self._answer
        except TimeoutError as error:
            raise DeviceError(self._device, "it has not answered a look") from error
        finally:
            self._answer = None
        if fault:
            raise DeviceRefusedError(self._device, f"it does not take the look ({fault})")


def _target(size: int, look: BoxLook) -> LutTarget:
    range_map = "0-1023" if look.full_range else "64-940"  # 0 to 1 of the look, whichever it is
    return LutTarget(size, None, range_map, look.full_range)


def _only_cdl(look: Look, instance: str) -> SetCdl | None:
    """The look as one CDL, where it is one as ASC says, which clamps."""
    nodes = [node for node in look.nodes if node.enabled]
    match nodes:
        case []:
            return SetCdl(instance)
        case [Cdl(mix=100.0, clamp=True) as cdl]:
            return SetCdl(instance, cdl.slope, cdl.offset, cdl.power, cdl.saturation)
    return None


@contextlib.asynccontextmanager
async def connect(address: DeviceAddress, wires: Wires) -> AsyncIterator[Device]:
    """As `Kind.connect`. The box says nothing of itself."""
    options = address.options
    axis = next((each for each in AXES if each == options.get("axis", AXES[0])), None)
    if axis is None:
        raise UsageError(f"{address}: axis={options['axis'][:40]}: blue or red, whichever goes fastest")
    text = options.get("size", "33")
    if text not in [str(size) for size in BOX_SIZES]:
        raise UsageError(f"{address}: size={text[:40]}: choose from {', '.join(map(str, BOX_SIZES))}")
    if options.get("cdl", "off") not in ("on", "off"):
        raise UsageError(f"{address}: cdl={options['cdl'][:40]}: on or off")
    cdl = options.get("cdl") == "on"
    async with wires.tcp(address, address.host, address.port or PORT) as stream:
        box = OpenGradeIoBox(address, stream, options.get("instance", "livegrade"), int(text), axis, cdl=cdl)
        lines = Lines(stream, address)

        async def listen(report: Report) -> None:
            await box.watch(lines)

        def target(look: BoxLook) -> LutTarget | None:
            return None if cdl and _only_cdl(look.look, "") is not None else _target(int(text), look)

        capabilities = Capabilities(cdl=cdl, lut3d=LutStage((int(text),)), confirms=True, per_second=25.0)
        yield Device(Identity("OpenGradeIO box"), capabilities, listen, looks=box, model=LatticeModel(target))


KIND = Kind(
    "opengradeio",
    "OpenGradeIO box",
    connect,
    PORT,
    {
        "instance": "the name under which the box knows the picture",
        "axis": "blue or red: the channel that goes fastest in its lattices",
        "size": "points a side",
        "cdl": "on: a look that is one CDL goes as that",
    },
)
