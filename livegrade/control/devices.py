"""Commands on the devices of a session."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeAlias, TypeVar, assert_never

from livegrade.control import commands as c
from livegrade.control.devicetrees import plain
from livegrade.control.effects import Done, WorkEffect, refused, then
from livegrade.control.looks import whole_path
from livegrade.control.messages import Answer
from livegrade.errors import DeviceRefusedError, UsageError
from livegrade.session.devices import COMPARE_S
from livegrade.session.setup import DeviceSetup, Role
from livegrade_devices.address import parse_device
from livegrade_devices.box import BoxState
from livegrade_devices.kinds import address_checked
from livegrade_devices.lutfile import read_lut_file
from livegrade_devices.pushed import THRESHOLD, codes_of

if TYPE_CHECKING:
    from concurrent.futures import Future

    from livegrade.session import Session
    from livegrade.session.following import Following
    from livegrade_devices.device import Device
    from livegrade_devices.library import LutFile
    from livegrade_devices.proving import Proved

P = TypeVar("P")
ASKED_S, PUT_S = 5.0, 25.0
"""How long a device may take for a command, and for a file, which may wait for another."""


@dataclass(frozen=True, slots=True)
class LibraryAsked:
    """`ShowLibrary` whose `file`, if it puts one, is read."""

    device: str
    show: str
    file: LutFile | None = None
    entry: int | None = None


Asked: TypeAlias = (
    c.BypassDevice
    | c.RecordDevice
    | c.RouteDevice
    | c.SetDevice
    | c.ListPresets
    | c.StorePreset
    | c.RecallPreset
    | LibraryAsked
)
DeviceCommand: TypeAlias = c.RemoveDevice | c.PushLook | c.ProveDevice | c.ReconnectDevice | Asked


@dataclass(frozen=True, slots=True)
class AskedEffect:
    """In effect when the device has taken it."""

    patience_s: ClassVar[float] = PUT_S + 1.0

    work: Future[str | list[dict[str, object]]]

    def answer(self) -> Answer | None:
        if not self.work.done():
            return None
        if refusal := refused(self.work, "the session has ended before the device answered"):
            return refusal
        done = self.work.result()
        return Answer("done", step=done) if isinstance(done, str) else Answer("done", found=done)


@dataclass(frozen=True, slots=True)
class PushedEffect:
    """In effect when the look went out after `since_ns`, and the device has said so where it does say. What it said
    before is no answer."""

    patience_s: ClassVar[float] = 20.0

    followed: Following
    since_ns: int

    def answer(self) -> Answer | None:
        state = self.followed.state
        if state.push_fault and state.push_fault_ns is not None and state.push_fault_ns >= self.since_ns:
            return Answer("refused", error=f"{self.followed.setup.name}: {state.push_fault}")
        if state.sent_ns is None or state.sent_ns < self.since_ns or state.pending or state.report is None:
            return None
        said = "confirmed" if state.report.confirmed else "sent; it does not say more"
        return Answer("done", step=f"{said}: {state.report.form}")


@dataclass(frozen=True, slots=True)
class ProvedEffect:
    """In effect when the box has answered; one that shows something else is a refusal that says what."""

    patience_s: ClassVar[float] = COMPARE_S + 1.0

    name: str
    work: Future[Proved]
    threshold: float

    def answer(self) -> Answer | None:
        if not self.work.done():
            return None
        why = "a take has begun, or it was taken away"
        if refusal := refused(self.work, f"{self.name}: its proof was called off: {why}"):
            return refusal
        proved = self.work.result()
        if fault := proved.fault(self.threshold):
            return Answer("refused", error=f"{self.name}: {fault}")
        off = f"at most {codes_of(proved.model.maximum, proved.depth)} from what it was sent"
        steps = "" if proved.step == 1 else f", seen in steps of {proved.step}"
        return Answer("done", step=f"{self.name}: {proved.count} colours, {off}{steps}")


DeviceEffect: TypeAlias = Done | AskedEffect | PushedEffect | ProvedEffect | WorkEffect


def add(session: Session, setup: DeviceSetup) -> Done:
    """Raises UsageError for one that cannot be of this session."""
    session.devices.add(setup)
    return Done(made=setup.name)


def carry_out(session: Session, command: DeviceCommand) -> DeviceEffect:
    """Raises LivegradeError for what cannot be; what the device refuses is the answer."""
    if isinstance(command, c.RemoveDevice):
        session.devices.remove(command.device)
        return Done()
    followed = session.devices.named(command.device)
    if isinstance(command, c.PushLook):
        if not followed.shows_looks:
            raise UsageError(f"{command.device} shows no look of a slot")
        since_ns = session.clock.now_ns()
        session.devices.push_again(command.device)
        return PushedEffect(followed, since_ns)
    if isinstance(command, c.ProveDevice):
        ask = session.devices.compare if command.by == "grab" else session.devices.prove
        threshold = followed.setup.threshold if command.threshold is None else command.threshold
        return ProvedEffect(command.device, ask(command.device, threshold), threshold)
    if isinstance(command, c.ReconnectDevice):
        connected = Answer("done", step=f"{command.device}: connected")
        return WorkEffect(then(session.devices.reconnect(command.device), lambda _: connected))
    if isinstance(command, LibraryAsked) and command.file is not None:
        # Beside what else is asked of it and sent to it: a new look does not wait for a file.
        return AskedEffect(session.devices.ask(command.device, partial(_obey, command, followed), PUT_S, beside=True))
    return AskedEffect(session.devices.ask(command.device, partial(_obey, command, followed), ASKED_S))


def library_asked(session: Session, command: c.ShowLibrary) -> LibraryAsked:
    """Reads the file, if there is one; from any thread. Raises LivegradeError."""
    device = session.devices.named(command.device).setup.name
    if not command.put and command.entry is None:
        return LibraryAsked(device, command.show)
    if command.show or command.entry is None or not command.put:
        raise UsageError("put and entry go together, and not with show")
    return LibraryAsked(device, "", read_lut_file(Path(whole_path(command.put))), command.entry)


def loaded(command: c.AddDevice) -> DeviceSetup:
    """Loads what drives it, which takes a few tenths of a second for the first; from any thread. Raises UsageError for
    an address that no driver understands, DeviceError for a driver that cannot be loaded."""
    address = parse_device(command.address)
    address_checked(address)
    importlib.import_module("livegrade_devices.hub")  # with asyncio and HTTP
    every, by = command.prove_every or 0.0, command.prove_by
    threshold = THRESHOLD if command.threshold is None else command.threshold
    return DeviceSetup(command.name, address, command.slot, Role(command.role), every, by, threshold)


async def _obey(command: Asked, followed: Following, device: Device) -> str | list[dict[str, object]]:
    """On the hub's loop; what was done, in words, or what was asked for."""
    name = command.device
    match command:
        case c.BypassDevice(bypassed=bypassed):
            await _port(device.looks, name, "shows no looks").bypass(bypassed)
            return f"{name}: {'bypassed' if bypassed else 'its look'}"
        case c.RecordDevice(recording=recording, clip=clip):
            await _port(device.recording, name, "cannot be told to record").record(recording, clip)
            return f"{name}: {'records' if recording else 'stopped'}"
        case c.RouteDevice(output=output, input=source):
            await _port(device.routing, name, "is no router").route({output: source})
            return f"{name}: output {output} shows input {source}"
        case c.ListPresets():
            there = await _port(device.slots, name, "keeps no presets").slots()
            return [{"presets": [{"preset": number, "name": said} for number, said in sorted(there.items())]}]
        case c.StorePreset(preset=preset, name=said):
            await _port(device.slots, name, "keeps no presets").store(preset, said)
            return f"{name}: what it shows is its preset {preset}"
        case c.RecallPreset(preset=preset):
            await _port(device.slots, name, "keeps no presets").recall(preset)
            detail = followed.state.detail
            if isinstance(detail, BoxState) and detail.bypassed:
                return f"{name}: has its preset {preset} until its look changes, but is bypassed and shows its input"
            return f"{name}: shows its preset {preset} until its look changes"
        case LibraryAsked(file=file, entry=into) if file is not None and into is not None:
            port = _port(device.library, name, "keeps no library of LUTs")
            done = await port.put(file, into)
            return f"{name}: {done.words} ({done.sent})"
        case LibraryAsked(show=show):
            port = _port(device.library, name, "keeps no library of LUTs")
            if not show:
                return [plain(await port.libraries())]
            stage, _, entry = show.partition(":")
            await port.show(stage, int(entry))
            what = f"entry {int(entry)} of its library" if int(entry) else "nothing"
            return f"{name}: its stage {stage} shows {what} until its look changes"
        case c.SetDevice(name=setting, value=value):
            settings = _port(device.settings, name, "has no settings that can be set from here")
            if setting not in settings.names:
                raise DeviceRefusedError(name, f"it has no setting {setting}, only {', '.join(sorted(settings.names))}")
            confirmed = await settings.set(setting, _number(value))
            said = value if isinstance(value, str) else f"{value:.10g}"
            return f"{name}: {setting} {said}{'' if confirmed else ': sent; it does not confirm it'}"
        case _:
            assert_never(command)


def _port(port: P | None, name: str, lack: str) -> P:
    if port is None:
        raise DeviceRefusedError(name, f"it {lack}")
    return port


def _number(value: float | str) -> float | str:
    """A number that was written as a word is one."""
    try:
        return float(value)
    except ValueError:
        return value
