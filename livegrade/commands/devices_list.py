"""`livegrade devices`: what is on the network and at serial ports, who it is, and how it stands."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from livegrade.commands.ctl import proof_words
from livegrade.commands.rig import rig_path
from livegrade.commands.voice import say
from livegrade.control.client import Client
from livegrade.errors import ControlError, LivegradeError
from livegrade.rig import fault_tree, load_rig
from livegrade.timing.clock import MonotonicClock
from livegrade_devices.address import parse_device
from livegrade_devices.attached import CONNECT_S
from livegrade_devices.discovery import Found, discover
from livegrade_devices.hub import Hub
from livegrade_devices.kinds import address_checked
from livegrade_devices.state import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from livegrade_devices.state import DeviceState


@dataclass(frozen=True, slots=True)
class Listed:
    """One line. `state`: how the connection stands, "" where nobody was asked; `reason`: why it is not ready; `proof`:
    what the last one found, where the session that runs here has it and had it proved."""

    kind: str
    address: str
    name: str
    model: str
    firmware: str
    serial: str
    state: str
    reason: str
    how: str
    proof: str = ""


def run_devices(wait_s: float, addresses: tuple[str, ...], rig: str | None, as_json: bool, *, ask: bool) -> int:
    """Prints what was found within `wait_s` seconds, what stands at `addresses` and in `rig`, and, where `ask`, what
    each says of itself. 1 where something that was named is not ready. Raises UsageError for words that mean none."""
    named = [Found(parse_device(text).kind, text, "", "named") for text in addresses]
    for each in named:
        address_checked(parse_device(each.address))
    if rig is not None:
        named += _of_rig(rig_path(rig))
    search = asyncio.run(discover(wait_s))
    known = {str(parse_device(each.address)) for each in named}
    found = [*named, *(each for each in search.found if each.address not in known)]
    states = _asked(found) if ask else {}
    proofs = _proofs()
    listed = [_listed(each, states.get(each.address)) for each in found]
    listed = [replace(one, proof=proofs.get(one.address, "")) for one in listed]
    if as_json:
        say(json.dumps({"devices": [asdict(each) for each in listed], "faults": search.faults}))
    else:
        for one in listed:
            say(_line(one))
        for fault in search.faults:
            say(fault, trouble=True)
        if not listed:
            say(f"no device announced itself within {wait_s:g} s; many never do: name them with --at KIND:HOST")
    return 1 if any(each.how in ("named", "rig") and each.reason for each in listed) else 0


def _of_rig(path: Path) -> list[Found]:
    """The devices of a rig that mean something; what is wrong with the rig is printed."""
    rig = load_rig(path)
    faults = list(rig.faults)
    found = []
    for part in rig.devices:
        try:
            address = parse_device(part.value.address)
            address_checked(address)
        except LivegradeError as error:
            faults.append(part.fault("address", str(error)))
        else:
            found.append(Found(address.kind, part.value.address, part.value.name, "rig"))
    if faults:
        say(fault_tree(path, faults), trouble=True)
    return found


def _asked(found: Iterable[Found]) -> Mapping[str, DeviceState]:
    """What those of a kind of ours say, by address; all at the same time."""
    hub = Hub(MonotonicClock())
    try:
        for address in dict.fromkeys(each.address for each in found if each.kind):
            hub.attach(address, parse_device(address))
        hub.wait_tried(CONNECT_S + 1.0)
        return hub.states()
    finally:
        hub.close()


def _proofs() -> dict[str, str]:
    """What the session that runs here knows of its boxes, by address; nothing where there is none, or several."""
    try:
        devices = Client.find().state().state.get("devices", {}).values()
    except ControlError:
        return {}
    return {one["address"]: proof_words(one) for one in devices}


def _listed(found: Found, state: DeviceState | None) -> Listed:
    who = NOBODY if state is None else state.identity
    shown = str(parse_device(found.address)) if found.kind else found.address
    return Listed(
        found.kind,
        shown,
        who.name or found.name,
        who.model,
        who.firmware,
        who.serial,
        "" if state is None else state.link.value,
        "" if state is None else state.reason,
        found.how,
    )


def _line(one: Listed) -> str:
    """What can be pasted stands first; what no kind of ours is at is in brackets."""
    place = one.address if one.kind else f"({one.address})"
    firmware = f"firmware {one.firmware}" if one.firmware else ""
    state = f"{one.state}: {one.reason}" if one.reason else one.state
    return "  ".join(filter(None, (place, one.name, one.model, firmware, state, one.how, one.proof)))
