"""What is known of a device at a moment, as the session, the API and people see it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from livegrade_devices.device import Capabilities, Identity

if TYPE_CHECKING:
    from livegrade_devices.device import Detail
    from livegrade_devices.pushed import Pushed


NOBODY = Identity()
NOTHING = Capabilities()


class Link(StrEnum):
    """How it stands with the connection."""

    OFFLINE = "offline"
    """Not reached, or lost; it is tried again."""
    CONNECTING = "connecting"
    READY = "ready"
    FAULTED = "faulted"
    """It answers, and refuses: a wrong password, a full house, another protocol. It is tried again, more rarely."""


@dataclass(frozen=True, slots=True)
class DeviceState:
    """`name`: as the rig calls it; `address`: without secrets. `reason`: of a link that is offline or faulted.

    `wanted`: id of the newest look meant for it; `sent`: of the last that went out whole, at `sent_ns`, None also where
    it was told to show something else since; `confirmed`: of the last that the device said is in force, at
    `confirmed_ns`; `took_ns`: from the moment at which the last one could go to its being sent. Times are the clock's
    nanoseconds. `push_fault`: why the newest look is not there, "" where it is, as of `push_fault_ns`. `report`: of the
    last push. `detail`: what it says of itself, as last heard at `heard_ns`.
    """

    name: str
    address: str
    link: Link = Link.OFFLINE
    reason: str = ""
    identity: Identity = NOBODY
    capabilities: Capabilities = NOTHING
    notes: tuple[str, ...] = ()
    wanted: str | None = None
    sent: str | None = None
    sent_ns: int | None = None
    confirmed: str | None = None
    confirmed_ns: int | None = None
    took_ns: int | None = None
    push_fault: str = ""
    push_fault_ns: int | None = None
    report: Pushed | None = None
    detail: Detail | None = None
    heard_ns: int | None = None
    connections: int = 0
    """How often it was reached."""

    @property
    def pending(self) -> bool:
        """A look is meant for it that it does not have yet."""
        return self.wanted is not None and self.wanted != self.sent
