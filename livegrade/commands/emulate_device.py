"""`livegrade emulate KIND`: a stand-in for one device on this machine's network, until it is interrupted."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.errors import UsageError
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.kinds import emulated_kind

if TYPE_CHECKING:
    from pathlib import Path

    from livegrade_hardware.emulators.kinds import EmulatedKind, Served


@dataclass(frozen=True, slots=True)
class EmulateDeviceArguments:
    """What the command line said, unread. `port` None: where the real device listens."""

    kind: str
    host: str
    port: int | None
    settings: tuple[str, ...]
    delay_ms: int
    cut_after: int | None
    clients: int | None
    log: Path | None


def run_emulated_device(arguments: EmulateDeviceArguments) -> int:
    """Serves until Ctrl+C or SIGTERM. Raises UsageError."""
    kind = emulated_kind(arguments.kind)
    settings = dict(_pair(text) for text in arguments.settings)
    faults = Faults(arguments.delay_ms / 1000, arguments.cut_after, arguments.clients)
    with contextlib.ExitStack() as stack:
        log = None
        if arguments.log is not None:
            try:
                log = stack.enter_context(arguments.log.open("w", encoding="utf-8"))
            except OSError as error:
                raise UsageError(f"{arguments.log}: the log cannot be written ({error.strerror})") from error
        device = kind.made(settings, faults, log)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(kind, device, arguments))
    return 0


async def _serve(kind: EmulatedKind, device: Served, arguments: EmulateDeviceArguments) -> None:
    port = kind.port if arguments.port is None else arguments.port
    ended = asyncio.Event()
    with contextlib.suppress(NotImplementedError):  # Windows has no signals on the loop; Ctrl+C works there
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    try:
        async with device.serve(arguments.host, port) as taken:
            print(f"emulated {kind.title} on {arguments.host}:{taken}; Ctrl+C ends it", flush=True)
            await ended.wait()
    except OSError as error:
        raise UsageError(
            f"{arguments.host}:{port} cannot be listened on ({error.strerror}); choose another with --port"
        ) from error


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"--set {text}: a setting is written NAME=VALUE")
    return name, value
