"""`[[emulate]]` of a rig: stand-ins for devices, so that a whole cart is rehearsed with nothing plugged in."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from livegrade.commands.voice import say
from livegrade.errors import UsageError
from livegrade_hardware.emulators.faults import faults_of
from livegrade_hardware.emulators.kinds import emulated_kind, port_fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from livegrade.rig.faults import RigFault
    from livegrade.rig.values import Emulate, Placed
    from livegrade_hardware.emulators.cart import EmulatedCart
    from livegrade_hardware.emulators.faults import Faults
    from livegrade_hardware.emulators.kinds import EmulatedKind


FREE = 1024
"""Ports under it are the administrator's on most systems."""


def stand_ins(parts: Sequence[Placed[Emulate]], cart: EmulatedCart) -> Iterator[RigFault]:
    """Starts them all, says where each is, and tells why one cannot be."""
    for part in parts:
        if not part.is_whole:
            continue
        try:
            say(_started(part.value, cart))
        except _RefusedError as refused:
            yield part.fault(refused.key, str(refused))


class _RefusedError(UsageError):
    """`key`: of the part, which says what cannot be."""

    def __init__(self, key: str, sentence: str) -> None:
        self.key = key
        super().__init__(sentence)


@contextlib.contextmanager
def _saying(key: str, *, place: str = "", hint: str = "") -> Iterator[None]:
    try:
        yield
    except UsageError as error:
        raise _RefusedError(key, str(error)) from error
    except OSError as error:
        raise _RefusedError(key, f"{place} ({port_fault(error)}): {hint}") from error


def _started(entry: Emulate, cart: EmulatedCart) -> str:
    with _saying("faults"):
        faults = faults_of(entry.faults, delay_ms=entry.delay_ms, cut_after=entry.cut_after, clients=entry.clients)
    with _saying("kind"):
        kind = emulated_kind(entry.kind)
    with _saying("faults"):
        kind.require_fitting(faults, serial=entry.serial is not None)
    if entry.serial is not None:
        return f"emulated {kind.title} at {_on_a_line(entry, entry.serial, kind, faults, cart)}"
    with _saying("settings"):
        device = kind.made(_words(entry.settings), faults)
    with _saying("announce"):
        device = kind.announced(device) if entry.announce else device
    port = kind.port if entry.port is None else entry.port
    hint = "another program has that port" if port >= FREE else f"take a port from {FREE} on"
    with _saying("port", place=f"{entry.host}:{port} cannot be listened on", hint=hint):
        return f"emulated {kind.title} on {entry.host}:{cart.add(device, entry.host, port)}"


def _on_a_line(entry: Emulate, name: str, kind: EmulatedKind, faults: Faults, cart: EmulatedCart) -> str:
    if entry.announce or (entry.port, entry.cut_after, entry.clients) != (None, None, None):
        raise _RefusedError("serial", "a serial line has no port, clients, cut-after and announce; leave them away")
    link = Path(name)
    if not link.is_absolute():
        raise _RefusedError("serial", f"{name[:80]!r} is no whole path; write one such as /tmp/fr7")
    with _saying("serial"):
        device = kind.made_serial(_words(entry.settings))
    with _saying("serial", place=f"{link} cannot be a serial port", hint="take a folder that may be written to"):
        return cart.add_serial(device, faults, link)


def _words(settings: Mapping[str, str | int | bool]) -> dict[str, str]:
    """As behind --set."""
    return {
        key: ("on" if value else "off") if isinstance(value, bool) else str(value) for key, value in settings.items()
    }
