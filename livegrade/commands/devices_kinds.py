"""`livegrade devices --kinds`: which kinds of device there are, and how they are found and reached."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from livegrade.commands.voice import say
from livegrade.errors import LivegradeError
from livegrade_devices.kinds import OURS, kind, kind_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livegrade_devices.kinds import Kind


@dataclass(frozen=True, slots=True)
class ListedKind:
    """`ways`: how one is reached; `found`: how one is found without its address, "" where none says that it is there;
    `experimental`: why it is, "" where it is not; `fault`: why a driver of another package cannot be used."""

    kind: str
    title: str
    ways: tuple[str, ...]
    options: Mapping[str, str]
    found: str
    experimental: str
    package: bool
    fault: str = ""


def run_kinds(as_json: bool) -> int:
    """Prints them in the order of their names. 1 where a driver cannot be loaded."""
    listed = [_listed(name) for name in kind_names()]
    if as_json:
        say(json.dumps({"kinds": [asdict(each) for each in listed]}))
    else:
        for each in listed:
            say(_words(each))
    return 1 if any(each.fault for each in listed) else 0


def _listed(name: str) -> ListedKind:
    try:
        found = kind(name)
    except LivegradeError as error:
        return ListedKind(name, "", (), {}, "", "", name not in OURS, str(error))
    ways = _ways(found)
    told = (
        "mDNS" if found.services else "",
        "SSDP" if found.ssdp else "",
        "its maker's search" if found.search else "",
    )
    seen = ", ".join(filter(None, told))
    return ListedKind(name, found.title, ways, dict(found.options), seen, found.experimental, name not in OURS)


def _ways(found: Kind) -> tuple[str, ...]:
    at_home = "" if found.port is None else f"port {found.port}"
    return tuple(
        filter(None, (at_home, ("serial port" if at_home else "serial port or folder") if found.serial else ""))
    )


def _words(one: ListedKind) -> str:
    if one.fault:
        return f"{one.kind}: {one.fault}"
    found = f"found by {one.found}" if one.found else "to be named"
    lines = [", ".join((f"{one.kind}  {one.title}", *one.ways, found))]
    if one.experimental:
        lines.append(f"    experimental: {one.experimental}")
    return "\n".join((*lines, *(f"    {key}={what}" for key, what in one.options.items())))
