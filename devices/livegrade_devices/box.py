"""What a LUT box says of itself. A value; no behaviour."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BoxState:
    """`bypassed`: it shows its input as it is, whoever said so. `instead`: what it was told to show in place of the
    look that it was sent last, such as "preset 3"; "" where nothing is."""

    bypassed: bool = False
    instead: str = ""
