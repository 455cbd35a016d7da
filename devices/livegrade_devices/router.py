"""What a router says of itself. A value; no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Lock(StrEnum):
    """Who may change what an output shows."""

    FREE = "free"
    OURS = "ours"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class RouterState:
    """All numbers from 0. `routes`: output to input."""

    inputs: int = 0
    outputs: int = 0
    input_labels: Mapping[int, str] = field(default_factory=dict)
    output_labels: Mapping[int, str] = field(default_factory=dict)
    routes: Mapping[int, int] = field(default_factory=dict)
    locks: Mapping[int, Lock] = field(default_factory=dict)
