"""A rig: what stands on one cart, written down in a TOML file (docs/rig-file.md).

Reads the file into typed values and finds every fault of its form at once. What the words in it mean (whether a camera
is known, whether a LUT can be read) is found out where a session is set up from it, `livegrade.session.rigging`.
"""

from __future__ import annotations

from livegrade.errors import RigError
from livegrade.rig.faults import RigFault, fault_tree
from livegrade.rig.file import VERSION, load_rig
from livegrade.rig.values import AlarmLimits, Alarms, Emulate, Engine, Library, Output, Placed, Rig, Scopes, Slot

__all__ = [
    "VERSION",
    "AlarmLimits",
    "Alarms",
    "Emulate",
    "Engine",
    "Library",
    "Output",
    "Placed",
    "Rig",
    "RigError",
    "RigFault",
    "Scopes",
    "Slot",
    "fault_tree",
    "load_rig",
]
