"""What a unit says of itself that is neither a camera, a deck nor a router. A value; no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class UnitState:
    """`values`: by name, where they can be set under the names of the settings, and else in the unit's words."""

    values: Mapping[str, str] = field(default_factory=dict)
