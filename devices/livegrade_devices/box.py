"""What a LUT box says of itself. A value; no behaviour."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BoxState:
    """`bypassed`: it shows its input as it is, whoever said so. `instead`: what it was told to show in place of the
    look that it was sent last, such as "preset 3"; "" where nothing is; None where nobody knows, as of a box
    that was connected and not sent anything yet."""

    bypassed: bool = False
    instead: str | None = ""
