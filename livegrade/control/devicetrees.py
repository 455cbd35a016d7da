"""The devices of a session as its clients see them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

from livegrade.control.tree import DeviceLookTree, DeviceProofTree, DeviceTree
from livegrade.timing.rate import NS_PER_MS, NS_PER_SECOND

if TYPE_CHECKING:
    from livegrade.session.alarms import AlarmEvent
    from livegrade.session.following import Following
    from livegrade.session.proofs import LastProof
    from livegrade_devices.device import Capabilities
    from livegrade_devices.state import DeviceState

    _Parts: TypeAlias = tuple[DeviceState, AlarmEvent | None, LastProof | None]
    """What the tree of a device is made of."""


class DeviceTrees:
    """The trees of devices; each is made again when its state is another. `epoch_ns`: nanoseconds from 1970 UTC to 0 of
    the session's clock."""

    def __init__(self, epoch_ns: int = 0) -> None:
        self._epoch_ns = epoch_ns
        self._kept: dict[str, tuple[_Parts, DeviceTree]] = {}

    def of(self, followed: Following) -> DeviceTree:
        name, parts = followed.setup.name, (followed.state, followed.alarm, followed.last_proof)
        kept = self._kept.get(name)
        if kept is None or any(old is not new for old, new in zip(kept[0], parts, strict=True)):
            kept = self._kept[name] = parts, _tree(followed, parts, self._epoch_ns)
        return kept[1]


def _tree(followed: Following, parts: _Parts, epoch_ns: int) -> DeviceTree:
    state, alarm, proof = parts
    report, error = state.report, state.report and state.report.error
    return DeviceTree(
        address=state.address,
        slot=followed.setup.slot,
        role=followed.setup.role.value,
        link=state.link.value,
        reason=state.reason,
        model=state.identity.model,
        name=state.identity.name,
        firmware=state.identity.firmware,
        serial=state.identity.serial,
        notes=list(state.notes),
        connections=state.connections,
        can=_can(state.capabilities),
        look=DeviceLookTree(
            wanted=state.wanted,
            sent=state.sent,
            confirmed=state.confirmed,
            sent_at=_at(state.sent_ns, epoch_ns, NS_PER_MS),
            confirmed_at=_at(state.confirmed_ns, epoch_ns, NS_PER_MS),
            pending=state.pending,
            fault=state.push_fault,
            form=report.form if report else "",
            approximate=report is not None and report.approximate,
            took_ms=None if state.took_ns is None else round(state.took_ns / NS_PER_MS, 1),
            max_codes=error.maximum if error else None,
            mean_codes=error.mean if error else None,
            max_delta_e=error.maximum_delta_e if error else None,
        )
        if followed.shows_looks
        else None,
        alarm=alarm.what if alarm else "",
        proof=None if proof is None else _proof(proof, epoch_ns),
        heard_at=_at(state.heard_ns, epoch_ns, NS_PER_SECOND),
        says={} if state.detail is None else plain(state.detail),
    )


def _proof(last: LastProof, epoch_ns: int) -> DeviceProofTree:
    proved = last.proved
    return DeviceProofTree(
        at=(epoch_ns + last.at_ns) // NS_PER_MS,
        look=last.look_id,
        fault=last.fault,
        colours=proved.count,
        depth=proved.depth,
        max_codes=proved.model.maximum,
        mean_codes=round(proved.model.mean, 4),
        max_delta_e=None if proved.model_delta_e is None else round(proved.model_delta_e, 3),
    )


def _at(ns: int | None, epoch_ns: int, step_ns: int) -> int | None:
    """Milliseconds since 1970, in whole steps: what is heard all the time is no news all the time."""
    return None if ns is None else (epoch_ns + ns) // step_ns * step_ns // NS_PER_MS


def _can(capabilities: Capabilities) -> list[str]:
    """What a device can do, by the names of the capabilities."""
    return [
        each.name for each in fields(capabilities) if each.name != "per_second" and getattr(capabilities, each.name)
    ]


def plain(value: Any) -> Any:
    """A detail as JSON has it: what is not known is left out, fractions are words, as is infinity."""
    match value:
        case Fraction():
            return str(value)
        case float() if not math.isfinite(value):
            return str(value)
        case Mapping():
            return {str(key): plain(each) for key, each in value.items()}
        case tuple() | list():
            return [plain(each) for each in value]
        case _ if is_dataclass(value):
            known = ((each.name, getattr(value, each.name)) for each in fields(value))
            return {name: plain(each) for name, each in known if each is not None}
    return value
