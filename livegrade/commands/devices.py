"""`livegrade devices push`, `prove` and the others that are asked of one box: it is reached, and let go of again."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from livegrade.color.files import load_look_file
from livegrade.color.look import Look
from livegrade.commands.voice import say
from livegrade.errors import DeviceRefusedError, UsageError
from livegrade.timing.clock import MonotonicClock
from livegrade_devices.address import parse_device
from livegrade_devices.attached import PUSH_S
from livegrade_devices.box import BoxState
from livegrade_devices.device import BoxLook
from livegrade_devices.kinds import address_checked
from livegrade_devices.once import ask_once
from livegrade_devices.proving import judged, patches
from livegrade_devices.pushed import codes_of
from livegrade_devices.wires.live import LiveWires
from livegrade_devices.wires.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from livegrade_devices.device import Capabilities, Detail, Device, Held, ProofPort, Report, SlotPort
    from livegrade_devices.proving import Proved
    from livegrade_devices.pushed import Pushed
    from livegrade_devices.wires.values import Wires

T = TypeVar("T")
PROVE_S = 60.0


@dataclass(frozen=True, slots=True)
class DeviceArguments:
    """What the command line said, unread. `record`: a file for the transcript."""

    address: str
    looks: tuple[str, ...] = ()
    full_range: bool = False
    record: Path | None = None
    as_json: bool = False


def run_push(arguments: DeviceArguments) -> int:
    """Raises LivegradeError where the look does not get there."""
    box_look = box_look_of(arguments)
    clock = MonotonicClock()

    async def push(device: Device) -> tuple[Pushed, int]:
        began_ns = clock.now_ns()
        report = await _push(device, box_look, arguments.address)
        return report, clock.now_ns() - began_ns

    report, took_ns = asked(arguments, push, PUSH_S)
    if arguments.as_json:
        say(json.dumps({"address": shown(arguments), **asdict(report), "ms": round(took_ns / 1e6, 1)}))
        return 0
    _tell_push(report)
    say(f"{report.size:,} bytes in {took_ns / 1e6:.0f} ms")
    return 0


def run_bypass(arguments: DeviceArguments, on: bool) -> int:
    """Raises LivegradeError where the box cannot, or does not."""

    async def bypass(device: Device) -> None:
        if device.looks is None:
            raise DeviceRefusedError(shown(arguments), "it shows no looks")
        await device.looks.bypass(on)

    asked(arguments, bypass, PUSH_S)
    say(f"{shown(arguments)} {'shows its input as it is' if on else 'shows its look'}")
    return 0


def run_presets(arguments: DeviceArguments) -> int:
    """Raises LivegradeError."""
    there = asked(arguments, lambda device: _presets(device, arguments).slots(), PUSH_S)
    if arguments.as_json:
        presets = [{"preset": number, "name": name} for number, name in sorted(there.items())]
        say(json.dumps({"address": shown(arguments), "presets": presets}))
        return 0
    for number, name in sorted(there.items()):
        say(f"{number:3}  {name}")
    if not there:
        say("it keeps no preset")
    return 0


def run_store(arguments: DeviceArguments, preset: int, name: str) -> int:
    """What the box shows; where looks are said, those are sent before. Raises LivegradeError."""
    box_look = box_look_of(arguments) if arguments.looks else None

    async def store(device: Device) -> Pushed | None:
        presets = _presets(device, arguments)
        report = None if box_look is None else await _push(device, box_look, arguments.address)
        await presets.store(preset, name)
        return report

    report = asked(arguments, store, PUSH_S)
    if report is not None:
        _tell_push(report)
    say(f"preset {preset}: {name}")
    return 0


def run_recall(arguments: DeviceArguments, preset: int) -> int:
    """Raises LivegradeError, also where there is no such preset."""
    heard: list[Detail] = []
    asked(arguments, lambda device: _presets(device, arguments).recall(preset), PUSH_S, heard.append)
    if heard and isinstance(heard[-1], BoxState) and heard[-1].bypassed:
        say(f"{shown(arguments)} has its preset {preset}, but is bypassed and shows its input as it is")
    else:
        say(f"{shown(arguments)} shows its preset {preset}")
    return 0


def _presets(device: Device, arguments: DeviceArguments) -> SlotPort:
    if device.slots is None:
        raise DeviceRefusedError(shown(arguments), "it keeps no presets")
    return device.slots


def run_prove(arguments: DeviceArguments, threshold: float) -> int:
    """1 where the box shows something else than its tables give, or is left otherwise than it was. Raises
    LivegradeError where that cannot be told. What is left otherwise is printed then too, and on Ctrl+C."""
    box_look = box_look_of(arguments) if arguments.looks else None
    left: list[str] = []

    async def prove(device: Device) -> tuple[Pushed | None, Proved]:
        if device.proof is None:
            instead = "" if device.model is None else "; --by capture proves it from outside"
            raise DeviceRefusedError(shown(arguments), f"it cannot say what becomes of colours{instead}")
        codes = patches(_depth(device.capabilities), full_range=arguments.full_range)
        if box_look is None:
            return None, judged(await device.proof.measure(codes), None)
        async with _held(device.proof, left):
            report = await _push(device, box_look, arguments.address)
            return report, judged(await device.proof.prove(codes), box_look)

    try:
        report, proved = asked(arguments, prove, PROVE_S)
    except BaseException:
        _tell_left(left)
        raise
    if not arguments.as_json:
        if report is None:
            say("as it is now; no look was sent to it")
        else:
            _tell_push(report)
    form = None if report is None else report.form
    code = tell_proof(arguments, proved, threshold, form, "".join(left))
    if not arguments.as_json:
        _tell_left(left)
    return 1 if left else code


def tell_proof(
    arguments: DeviceArguments,
    proved: Proved,
    threshold: float,
    form: str | None = None,
    left: str = "",
    hint: str = "",
) -> int:
    """What came of a proof, `form` and `left` only in JSON; the exit code. `hint`: what may be wrong."""
    fault = proved.fault(threshold)
    if arguments.as_json:
        plain: dict[str, Any] = {"address": shown(arguments), "form": form, **asdict(proved)}
        said = {"threshold": threshold, "proved": not fault, "fault": fault, "left": left, "hint": fault and hint}
        say(json.dumps({**plain, **said}))
    else:
        _tell_proof(proved, fault)
        if fault and hint:
            say(hint, trouble=True)
    return 1 if fault else 0


@contextlib.asynccontextmanager
async def _held(port: ProofPort, left: list[str]) -> AsyncIterator[None]:
    """As `ProofPort.held`; what is not as it was is in `left` behind it, also where what is within fails."""
    held: Held | None = None
    try:
        async with port.held() as held:
            yield
    finally:
        if held is not None and held.left:
            left.append(held.left)


def _tell_left(left: list[str]) -> None:
    for sentence in left:
        say(f"the box is not as it was: {sentence}", trouble=True)


def _tell_proof(proved: Proved, fault: str) -> None:
    say(f"{proved.count} colours, {proved.how}")
    model = proved.model
    off = f"at most {codes_of(model.maximum, proved.depth)} off, {model.mean:.3f} on average"
    say(f"against its tables: {off}")
    if proved.look is not None:
        say(f"against the look: {proved.look.sentence}")
    say(f"not proved: {fault}" if fault else "proved", trouble=bool(fault))


def _tell_push(report: Pushed) -> None:
    confirmed = "the box confirms it" if report.confirmed else "sent; boxes of this kind do not confirm"
    say(f"look {report.look_id[:8]}: {report.form}; {confirmed}")
    say(f"its form costs: {report.costs}")


def box_look_of(arguments: DeviceArguments) -> BoxLook:
    nodes = tuple(node for file in arguments.looks for node in load_look_file(file))
    return BoxLook(Look(nodes), ", ".join(arguments.looks), arguments.full_range)


async def _push(device: Device, look: BoxLook, address: str) -> Pushed:
    if device.looks is None:
        raise DeviceRefusedError(parse_device(address), "it shows no looks")
    return await device.looks.push(look)


def _depth(capabilities: Capabilities) -> int:
    stages = (capabilities.lut3d, capabilities.lut1d)
    return next((stage.depth for stage in stages if stage is not None and stage.depth is not None), 12)


def shown(arguments: DeviceArguments) -> str:
    return str(parse_device(arguments.address))


def asked(
    arguments: DeviceArguments,
    question: Callable[[Device], Awaitable[T]],
    within_s: float,
    heard: Report = lambda detail: None,
) -> T:
    """`heard`: as `ask_once` has it."""
    address = parse_device(arguments.address)
    kind = address_checked(address)

    async def work() -> T:
        async with _wires(arguments.record) as wires:
            return await ask_once(kind, address, wires, question, within_s, heard)

    return asyncio.run(work())


@contextlib.asynccontextmanager
async def _wires(record: Path | None) -> AsyncIterator[Wires]:
    """Those of this machine, written down where that is asked for."""
    live = LiveWires()
    try:
        with contextlib.ExitStack() as stack:
            if record is None:
                yield live
                return
            try:
                tape = stack.enter_context(record.open("xb"))
            except OSError as error:
                raise UsageError(f"--record {record}: it cannot be written ({error.strerror})") from error
            yield Transcript(live, tape, MonotonicClock())
    finally:
        await live.close()
