"""`livegrade emulate KIND`: a stand-in for one device on this machine's network or behind a serial port of its own,
until it is interrupted."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.errors import UsageError
from livegrade_hardware.emulators.faults import faults_of
from livegrade_hardware.emulators.kinds import emulated_kind, port_fault
from livegrade_hardware.emulators.terminal import serial_port

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TextIO

    from livegrade_hardware.emulators.faults import Faults
    from livegrade_hardware.emulators.kinds import EmulatedKind, Served
    from livegrade_hardware.emulators.terminal import TalksSerial


@dataclass(frozen=True, slots=True)
class EmulateDeviceArguments:
    """What the command line said, unread. `port` None: where the real device listens; `serial`: at a serial port
    instead, which has the name `link` as well."""

    kind: str
    host: str
    port: int | None
    settings: tuple[str, ...]
    delay_ms: int
    cut_after: int | None
    clients: int | None
    log: Path | None
    serial: bool = False
    link: Path | None = None
    announce: bool = False
    faults: tuple[str, ...] = ()


def run_emulated_device(arguments: EmulateDeviceArguments) -> int:
    """Serves until Ctrl+C or SIGTERM. Raises UsageError."""
    kind = emulated_kind(arguments.kind)
    settings = dict(_pair(text) for text in arguments.settings)
    faults = faults_of(
        arguments.faults, delay_ms=arguments.delay_ms, cut_after=arguments.cut_after, clients=arguments.clients
    )
    on_line = arguments.serial or arguments.link is not None
    kind.require_fitting(faults, serial=on_line)
    with contextlib.ExitStack() as stack:
        log = None
        if arguments.log is not None:
            try:
                log = stack.enter_context(arguments.log.open("w", encoding="utf-8"))
            except OSError as error:
                raise UsageError(f"{arguments.log}: the log cannot be written ({error.strerror})") from error
        if on_line:
            serving = _serve_line(kind, kind.made_serial(settings), faults, log, arguments)
        else:
            device = kind.made(settings, faults, log)
            serving = _serve(kind, kind.announced(device) if arguments.announce else device, faults, arguments)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serving)
    return 0


async def _serve(kind: EmulatedKind, device: Served, faults: Faults, arguments: EmulateDeviceArguments) -> None:
    port = kind.port if arguments.port is None else arguments.port
    try:
        async with device.serve(arguments.host, port) as taken:
            other = " (--port 0 takes any that is free)" if arguments.port is None else ""
            await _until_ended(f"emulated {kind.title} on {arguments.host}:{taken}{other}; Ctrl+C ends it", faults)
    except OSError as error:
        raise UsageError(
            f"{arguments.host}:{port} cannot be listened on ({port_fault(error)}); choose another with "
            "--port, 0 for any that is free"
        ) from error


async def _serve_line(
    kind: EmulatedKind, device: TalksSerial, faults: Faults, log: TextIO | None, arguments: EmulateDeviceArguments
) -> None:
    if (
        arguments.announce
        or arguments.port is not None
        or arguments.cut_after is not None
        or arguments.clients is not None
    ):
        raise UsageError("a serial line has no --port, --clients, --cut-after and --announce; leave them away")
    try:
        async with serial_port(device, faults, log, arguments.link) as name:
            await _until_ended(f"emulated {kind.title} at {name}; Ctrl+C ends it", faults)
    except OSError as error:
        raise UsageError(f"no serial port can be emulated here ({port_fault(error)})") from error


async def _until_ended(what: str, faults: Faults) -> None:
    """SIGUSR1 switches meanwhile whether it is deaf."""
    ended = asyncio.Event()

    def switch() -> None:
        faults.deaf = not faults.deaf
        print("deaf: it answers nothing" if faults.deaf else "it answers again", flush=True)

    with contextlib.suppress(NotImplementedError):  # Windows has no signals on the loop; Ctrl+C works there
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, switch)
    print(what, flush=True)
    await ended.wait()


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"--set {text}: a setting is written NAME=VALUE")
    return name, value
