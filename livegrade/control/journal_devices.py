"""Devices in the journal of a session, with their whole addresses: the folder is the user's alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, Struct

from livegrade.session.setup import DeviceSetup, Role
from livegrade_devices.address import LONGEST, parse_device
from livegrade_devices.pushed import THRESHOLD

if TYPE_CHECKING:
    from collections.abc import Iterable


class DeviceEntry(Struct, frozen=True, omit_defaults=True):
    """As `device.add` has it."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    address: Annotated[str, Meta(max_length=LONGEST)]
    slot: Annotated[str, Meta(pattern="^[A-Z]$")] | None = None
    role: Literal["all", "box", "camera", "recorder", "watch"] = "all"
    prove_every: Annotated[float, Meta(ge=0, le=86_400)] = 0.0
    prove_by: Literal["colours", "grab"] = "colours"
    threshold: Annotated[float, Meta(ge=0, le=4095)] = THRESHOLD


def device_entries(devices: Iterable[DeviceSetup]) -> tuple[DeviceEntry, ...]:
    return tuple(
        DeviceEntry(
            each.name, each.address.whole, each.slot, each.role.value, each.prove_every_s, each.prove_by, each.threshold
        )
        for each in devices
    )


def devices_of(entries: Iterable[DeviceEntry]) -> tuple[DeviceSetup, ...]:
    """Raises UsageError for an address that is none."""
    return tuple(
        DeviceSetup(
            each.name,
            parse_device(each.address),
            each.slot,
            Role(each.role),
            each.prove_every,
            each.prove_by,
            each.threshold,
        )
        for each in entries
    )
