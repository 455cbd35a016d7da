"""RED cameras of the DSMC3 line (KOMODO, KOMODO-X, V-RAPTOR) over RCP2: JSON on a WebSocket at port 9998.

Reads what `meaning` lists, sets what is verified there, records. The camera's own CDL is read and not set: how a set
value is scaled is not confirmed.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from livegrade.errors import DeviceRefusedError
from livegrade_devices.cameras.red import meaning, messages
from livegrade_devices.cameras.red.messages import About, CameraCdl, Parameters, Session, Value, read_message
from livegrade_devices.cameras.settling import Settling
from livegrade_devices.device import Capabilities, Device, Identity
from livegrade_devices.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from livegrade_devices.address import DeviceAddress
    from livegrade_devices.camera import CameraState
    from livegrade_devices.device import Report
    from livegrade_devices.wires.values import Sockets, Wires

PORT = 9998
HEARTBEAT_S = 3.0
"""The camera wants to hear something so often."""
SILENCE_S = 5.0
"""A camera that has said nothing for so long, though it was asked, is gone."""
SETTLE_S = 3.0
"""What was set is in force within that, or was not taken."""


class Rcp2:
    """A camera behind a WebSocket. `values`: what it said of its parameters; `about`: who it is, once that is known."""

    def __init__(self, socket: Sockets, device: object) -> None:
        self.names = frozenset(meaning.SETTINGS)
        self.about: About | None = None
        self.values: dict[str, Value] = {}
        self._cdl: CameraCdl | None = None
        self._socket = socket
        self._device = device
        self._asked: set[str] = set()
        self._settling = Settling(lambda: self.state)

    @property
    def state(self) -> CameraState:
        return meaning.state_of(self.values, self._cdl)

    async def open(self) -> Identity:
        """Introduces us and hears who it is."""
        for message in (
            messages.config(),
            messages.get_types(),
            messages.get_parameters(),
            messages.get("CAMERA_INFO"),
        ):
            await self._socket.send(message)
        await self._ask_for(meaning.AT_ONCE)
        while self.about is None:
            await self._take()
        about = self.about
        return Identity(f"RED {about.model}", about.name, about.firmware, about.serial)

    async def listen(self, report: Report) -> None:
        """As `Device.listen`."""
        await self._settling.follow(report, self._take, self._keep_alive, SILENCE_S, self._device)

    async def record(self, on: bool, clip: str = "") -> None:
        """As `RecordPort.record`. The camera names its clips itself. `listen` has to run."""
        await self._socket.send(messages.set_value("RECORD_STATE", int(on)))
        if not await self._settling.until(lambda: self._recording() is on, SETTLE_S):
            fault = f"it has not {'begun' if on else 'ended'} to record; look at its display"
            raise DeviceRefusedError(self._device, fault)

    async def set(self, name: str, value: float | str) -> bool:
        """As `SettingPort.set`. `listen` has to run."""
        known = self.values.get(meaning.SETTINGS.get(name, ""))
        parameter, wanted = meaning.raw(name, value, known)
        await self._socket.send(messages.set_value(parameter, wanted))
        if not await self._settling.until(lambda: self._number(parameter) == wanted, SETTLE_S):
            shown = self.values[parameter].text if parameter in self.values else "nothing"
            raise DeviceRefusedError(self._device, f"it has not taken {name} {value}; it shows {shown}")
        return True

    def _recording(self) -> bool:
        return self._number("RECORD_STATE") == meaning.RECORDING

    def _number(self, parameter: str) -> float | None:
        return self.values[parameter].number if parameter in self.values else None

    async def _take(self) -> None:
        """One message."""
        match read_message(await self._socket.receive()):
            case Session(echo):
                await self._socket.send(echo)
            case About() as about:
                self.about = about
            case Parameters(ids):
                await self._ask_for([name for name in meaning.LATER if name in ids])
            case CameraCdl() as cdl:
                self._cdl = cdl
                await self._settling.learned()
            case Value() as value if value.id in self._asked:
                self._keep(value)
                await self._settling.learned()
            case _:
                pass

    def _keep(self, value: Value) -> None:
        """A parameter may come as number and as text, in two messages."""
        known = self.values.get(value.id)
        if known is not None and value.number is None:
            value = Value(value.id, known.number, known.divider, value.text, known.suffix)
        self.values[value.id] = value

    async def _ask_for(self, names: list[str] | tuple[str, ...]) -> None:
        for name in names:
            self._asked.add(name)
            await self._socket.send(messages.subscribe(name))
            await self._socket.send(messages.get(name))

    async def _keep_alive(self) -> None:
        """Asks for the record flag, which is answered shortly; the list of types would be long."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            await self._socket.send(messages.get("RECORD_STATE"))


@contextlib.asynccontextmanager
async def connect(address: DeviceAddress, wires: Wires) -> AsyncIterator[Device]:
    """As `Kind.connect`."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    url = f"ws://{host}:{address.port or PORT}/"
    async with wires.websocket(address, url, messages.LONGEST) as socket:
        camera = Rcp2(socket, address)
        identity = await camera.open()
        can = Capabilities(metadata=True, record=True)
        yield Device(identity, can, camera.listen, recording=camera, settings=camera)


KIND = Kind("red", "RED camera (RCP2)", connect, PORT)
