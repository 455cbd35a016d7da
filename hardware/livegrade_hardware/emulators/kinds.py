"""The emulated devices that can be started by name, from the command line and from rigs. Imported when wanted."""

from __future__ import annotations

import difflib
import importlib
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TextIO

from livegrade.errors import UsageError
from livegrade_hardware.emulators.faults import Faults

if TYPE_CHECKING:
    from livegrade_hardware.emulators.announcing import Announce
    from livegrade_hardware.emulators.terminal import TalksSerial


class Served(Protocol):
    """An emulated device."""

    def serve(self, host: str = "127.0.0.1", port: int = 0) -> AbstractAsyncContextManager[int]:
        """Serves until the block is left; gives the port. Raises OSError where it is taken."""
        ...


@dataclass(frozen=True, slots=True)
class EmulatedKind:
    """`port`: where the real one listens. `settings`: what can be set, and to what, in words.

    `make` takes settings, faults and a log; it raises UsageError where a setting makes no sense. `make_serial` takes
    settings; None where the real one has no serial connector that we speak. `announce`: as the real one does, None
    where it is not known to. `datagrams`: whether it speaks in those at its port.
    """

    name: str
    title: str
    port: int
    make: Callable[[Mapping[str, str], Faults, TextIO | None], Served]
    settings: Mapping[str, str] = field(default_factory=dict)
    make_serial: Callable[[Mapping[str, str]], TalksSerial] | None = None
    announce: Announce | None = None
    datagrams: bool = False

    def made(self, settings: Mapping[str, str], faults: Faults, log: TextIO | None = None) -> Served:
        """Raises UsageError with the settings there are."""
        self._check(settings)
        return self.make(settings, faults, log)

    def made_serial(self, settings: Mapping[str, str]) -> TalksSerial:
        """The device behind a serial line. Raises UsageError where it has none, or with the settings there are."""
        if self.make_serial is None:
            raise UsageError(f"the emulated {self.title} has no serial connector; it has a port, {self.port}")
        self._check(settings)
        return self.make_serial(settings)

    def require_fitting(self, faults: Faults, *, serial: bool = False) -> None:
        """Raises UsageError for a fault that this device, or a serial line (`serial`), cannot have."""
        if faults.lose and (serial or not self.datagrams):
            what = "on a serial line there are" if serial else f"the emulated {self.title} sends"
            raise UsageError(f"lose={faults.lose} is of datagrams, and {what} none; leave it away")

    def announced(self, device: Served) -> Served:
        """`device`, announced as the real one is. Raises UsageError where that is not known."""
        if self.announce is None:
            raise UsageError(f"how a {self.title} announces itself is not known, so the emulated one does not")
        from livegrade_hardware.emulators.announcing import Announced  # the list of kinds does without asyncio

        return Announced(device, self.announce)

    def _check(self, settings: Mapping[str, str]) -> None:
        for name in settings:
            if name not in self.settings:
                known = "; ".join(f"{key}={what}" for key, what in self.settings.items()) or "none"
                raise UsageError(f"the emulated {self.title} has no setting {name}; it has {known}")


OURS: Mapping[str, tuple[str, str]] = {
    "arri-cap": ("ARRI camera (CAP)", "livegrade_hardware.emulators.cap:KIND"),
    "arri-tally": ("ARRI tally lamp", "livegrade_hardware.emulators.arri:TALLY"),
    "arri-web": ("ARRI camera (web remote)", "livegrade_hardware.emulators.arri:WEB"),
    "blackmagic-camera": ("Blackmagic camera", "livegrade_hardware.emulators.blackmagiccamera:KIND"),
    "blackmagic-lut": ("Blackmagic converter with a LUT", "livegrade_hardware.emulators.converter:KIND"),
    "colorbox": ("AJA ColorBox", "livegrade_hardware.emulators.colorbox:KIND"),
    "hyperdeck": ("Blackmagic HyperDeck", "livegrade_hardware.emulators.hyperdeck:KIND"),
    "opengradeio": ("OpenGradeIO box", "livegrade_hardware.emulators.opengradeio:KIND"),
    "red": ("RED camera (RCP2)", "livegrade_hardware.emulators.rcp2:KIND"),
    "red-rcp": ("RED camera (RCP of DSMC and DSMC2)", "livegrade_hardware.emulators.rcp:KIND"),
    "smartview": ("Blackmagic SmartView", "livegrade_hardware.emulators.smartview:KIND"),
    "teranex": ("Blackmagic Teranex", "livegrade_hardware.emulators.teranex:KIND"),
    "videohub": ("Blackmagic Videohub", "livegrade_hardware.emulators.videohub:KIND"),
    "visca": ("Sony camera over VISCA", "livegrade_hardware.emulators.visca:KIND"),
}
"""Name: for people, where it is."""


def port_fault(error: OSError) -> str:
    """Why a port is not to be had, without what the library says around it."""
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return error.strerror or str(error)


def emulated_kind(name: str) -> EmulatedKind:
    """Raises UsageError with the names there are."""
    if name not in OURS:
        close = difflib.get_close_matches(name, OURS, 1)
        hint = f"did you mean {close[0]}?" if close else f"choose from {', '.join(OURS)}"
        raise UsageError(f"there is no emulated device {name[:80]!r}; {hint}")
    module, _, attribute = OURS[name][1].partition(":")
    kind: EmulatedKind = getattr(importlib.import_module(module), attribute)
    return kind


def count_of(settings: Mapping[str, str], name: str, usual: int, most: int) -> int:
    """A setting that is a number from 1 to `most`. Raises UsageError."""
    text = settings.get(name, str(usual))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        raise UsageError(f"{name}={text[:40]}: a number from 1 to {most} is wanted")
    return int(text)


def switch_of(settings: Mapping[str, str], name: str, usual: bool = False) -> bool:
    """A setting that is on or off. Raises UsageError."""
    text = settings.get(name, "on" if usual else "off")
    if text not in ("on", "off"):
        raise UsageError(f"{name}={text[:40]}: on or off is wanted")
    return text == "on"
