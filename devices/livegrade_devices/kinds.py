"""The kinds of device that there are: ours, listed here and imported when wanted, and those of other packages.

A package that has a driver names it as an entry point of the group `livegrade.devices`, `name = "module:KIND"`, where
KIND is a `Kind` of that name. Its faults are told and cost nobody else anything. No driver is in here.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.metadata
import logging
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TypeAlias

from livegrade.errors import DeviceError, UsageError
from livegrade_devices.address import DeviceAddress
from livegrade_devices.device import Device
from livegrade_devices.wires.values import Wires

_LOG = logging.getLogger(__name__)
GROUP = "livegrade.devices"
Connect: TypeAlias = Callable[[DeviceAddress, Wires], AbstractAsyncContextManager[Device]]


@dataclass(frozen=True, slots=True)
class Service:
    """What a kind announces itself as by mDNS: `type`, such as "_blackmagic._tcp". Where several kinds share a type,
    `txt` is what the TXT record must say, or `port` the one that it must name, None for any."""

    type: str
    txt: Mapping[str, str] = field(default_factory=dict)
    port: int | None = None

    def means(self, type: str, said: Mapping[str, str], port: int | None) -> bool:
        """Whether an announcement of `type` is of this service. `said`: its TXT record, keys in small letters."""
        is_there = self.port is None or port == self.port
        return type == self.type and is_there and all(said.get(key) == value for key, value in self.txt.items())


@dataclass(frozen=True, slots=True)
class Question:
    """A question for everybody on the network. `port`: where a device hears it; `words`: the question, asked `times`
    times, `every_s` seconds apart. `name`: who an answer is from, None for what is no answer."""

    port: int
    words: bytes
    times: int
    every_s: float
    name: Callable[[bytes], str | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """`port`: where it usually listens, None where it has none. `options`: keys that may stand behind the address, and
    what they take, in words. `serial`: it can be at a serial port, or is a folder. `experimental`: why it is, "" where
    it is not. `services`: how it announces itself; `ssdp`: a word by which its SSDP answers are known, "" for none;
    `search`: the question that its maker has for it.

    `connect` reaches the device, logs in and asks who it is; the device is let go of behind its `async with`. It raises
    DeviceError, OSError or TimeoutError, and DeviceRefusedError where trying again soon is of no use.
    """

    name: str
    title: str
    connect: Connect
    port: int | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    serial: bool = False
    experimental: str = ""
    services: tuple[Service, ...] = ()
    ssdp: str = ""
    search: Question | None = None


OURS: Mapping[str, str] = {
    "arri-cap": "livegrade_devices.cameras.arri.cap:KIND",
    "arri-tally": "livegrade_devices.cameras.arri.tally:KIND",
    "arri-web": "livegrade_devices.cameras.arri.web:KIND",
    "blackmagic-camera": "livegrade_devices.cameras.blackmagic.camera:KIND",
    "blackmagic-lut": "livegrade_devices.lutboxes.converter:KIND",
    "colorbox": "livegrade_devices.lutboxes.colorbox:KIND",
    "filebox": "livegrade_devices.lutboxes.filebox:KIND",
    "hyperdeck": "livegrade_devices.recorders.hyperdeck:KIND",
    "opengradeio": "livegrade_devices.lutboxes.opengradeio:KIND",
    "red": "livegrade_devices.cameras.red.rcp2:KIND",
    "red-rcp": "livegrade_devices.cameras.red.rcp:KIND",
    "smartview": "livegrade_devices.monitors.smartview:KIND",
    "teranex": "livegrade_devices.converters.teranex:KIND",
    "videohub": "livegrade_devices.routers.videohub:KIND",
    "visca": "livegrade_devices.cameras.sony.visca:KIND",
}
"""Name: where it is."""


def kind_names() -> tuple[str, ...]:
    """All there are, in order."""
    return tuple(sorted({*OURS, *(entry.name for entry in importlib.metadata.entry_points(group=GROUP))}))


def kind(name: str) -> Kind:
    """Raises UsageError with the names there are, DeviceError where the driver of another package cannot be loaded."""
    if name in OURS:
        module, _, attribute = OURS[name].partition(":")
        ours: Kind = getattr(importlib.import_module(module), attribute)
        return ours
    entries = importlib.metadata.entry_points(group=GROUP, name=name)
    for entry in entries:
        return _foreign(entry)
    names = kind_names()
    close = difflib.get_close_matches(name, names, 1)
    raise UsageError(
        f"there is no kind of device {name[:80]!r}" + (f"; did you mean {close[0]}?" if close else f"; {_list(names)}")
    )


def address_checked(address: DeviceAddress) -> Kind:
    """The kind of an address that is as its kind wants it. Raises UsageError where it is not."""
    found = kind(address.kind)
    for key in address.options:
        if key not in found.options:
            known = ", ".join(found.options) or "none"
            raise UsageError(f"{address}: {found.name} has no option {key}; it has {known}")
    if address.serial and not found.serial:
        raise UsageError(f"{address}: {found.title} is not reached over a serial port")
    if address.host and found.port is None and address.port is None and not found.serial:
        raise UsageError(f"{address}: write the port too, {found.name}:{address.host}:PORT")
    return found


def is_loaded(name: str) -> bool:
    """Whether nothing has to be read for the kind of that name, which takes some tenths of a second."""
    return name in OURS and OURS[name].partition(":")[0] in sys.modules


def _foreign(entry: importlib.metadata.EntryPoint) -> Kind:
    package = entry.dist.name if entry.dist is not None else entry.value
    try:
        loaded = entry.load()
    except Exception as error:
        # The edge of what others wrote: whoever asked hears of it, and its author finds the traceback.
        _LOG.warning("the driver of package %s cannot be loaded", package, exc_info=True)
        raise DeviceError(entry.name, f"the driver of package {package} cannot be loaded ({error})") from error
    if not isinstance(loaded, Kind) or loaded.name != entry.name:
        raise DeviceError(entry.name, f"{entry.value} of package {package} is no Kind of that name")
    return loaded


def _list(names: tuple[str, ...]) -> str:
    return "choose from " + ", ".join(names) if names else "there are none"
