"""Devices as text, the one grammar of the command line, the rig and the API:

    KIND:HOST[:PORT][,key=value]...          colorbox:10.0.0.5,password=secret     red:[fe80::1]:9998
    KIND:PORTNAME[,key=value]...             visca:/dev/ttyUSB0,baud=38400         visca:COM3
    KIND:FOLDER[,key=value]...               filebox:/media/stick,for=boxio        filebox:D:/luts

Nothing is looked up or opened here. What a kind's options are, the kind itself knows (`kinds.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from livegrade.errors import UsageError
from livegrade.redaction import HIDDEN, is_secret, without_secret_options

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 1000
_KIND = re.compile(r"[a-z][a-z0-9-]{0,39}")
_OPTION = re.compile(r"([a-z][a-z-]{0,39})=(.*)", re.DOTALL)
_SERIAL = re.compile(r"/.+|(?i:COM)\d{1,3}|[A-Za-z]:[/\\].*")
_BRACKETED = re.compile(r"\[([0-9A-Fa-f:.%\w]+)\](?::(\d{1,5}))?")
_PLAIN = re.compile(r"([^\s:/\[\]]+)(?::(\d{1,5}))?")


@dataclass(frozen=True, slots=True, repr=False)
class DeviceAddress:
    """`kind`: of `kinds.py`. `host` and `port` (None: the kind's own), or `serial`, the name of a serial port or, of
    kinds that write files, a folder.

    `str()` and `repr()` are what people may see: passwords are left out of them.
    """

    kind: str
    host: str = ""
    port: int | None = None
    serial: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def whole(self) -> str:
        """As it was written, with its passwords: for files that only the user reads."""
        return self._written(self.options)

    def __str__(self) -> str:
        return self._written({key: HIDDEN if is_secret(key) else value for key, value in self.options.items()})

    def __repr__(self) -> str:
        return f"DeviceAddress({str(self)!r})"

    def _written(self, options: Mapping[str, str]) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        place = self.serial or (host if self.port is None else f"{host}:{self.port}")
        return f"{self.kind}:{place}" + "".join(f",{key}={value}" for key, value in options.items())


def parse_device(text: str) -> DeviceAddress:
    """Raises UsageError with what is wrong."""
    said = without_secret_options(text[:200])
    kind, colon, rest = text.partition(":")
    if not colon or not rest or not _KIND.fullmatch(kind) or len(text) > LONGEST:
        raise UsageError(f"{said!r} is no address of a device; write KIND:HOST, such as colorbox:10.0.0.5")
    place, *pairs = rest.split(",")
    options: dict[str, str] = {}
    for pair in pairs:
        match = _OPTION.fullmatch(pair)
        if match is None or match[1] in options:
            raise UsageError(f"{said!r}: behind the place of a device stand key=value pairs, each key once")
        options[match[1]] = match[2]
    if _SERIAL.fullmatch(place):
        return DeviceAddress(kind, serial=place, options=options)
    found = _BRACKETED.fullmatch(place) or _PLAIN.fullmatch(place)
    if found is None:
        raise UsageError(f"{said!r}: {place!r} is neither a host, HOST:PORT nor a serial port")
    port = int(found[2]) if found[2] else None
    if port is not None and not 1 <= port <= 65535:
        raise UsageError(f"{said!r}: ports go from 1 to 65535")
    return DeviceAddress(kind, found[1], port, options=options)
