"""What is wrong in a rig, all of it, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class RigFault:
    """`part`: what of the rig it is in ("slot A", "output ndi:DP", "engine"), empty for the rig as a whole; `key`: the
    key, empty where it is the part; `line`: 1-based, of the key or else of its part, None where it has none."""

    part: str
    key: str
    fault: str
    line: int | None

    def __str__(self) -> str:
        where = f"line {self.line}" if self.line is not None else ""
        place = ", ".join(words for words in (self.key, where) if words)
        return f"{place}: {self.fault}" if place else self.fault


def fault_tree(path: Path, faults: Sequence[RigFault]) -> str:
    """All faults under the parts they are in, in the order of the file.

    cart.toml: 2 faults
      slot A
        camera, line 6: camera 'ALEXA 36' is not known; near names: ALEXA 65, ALEXA 35
      output ndi:DP
        zebra, line 14: 95 does not belong here: must be text, found a whole number; write "95"
    """
    lines = [f"{path}: {len(faults)} fault{'s' if len(faults) != 1 else ''}"]
    part = None
    for fault in sorted(faults, key=lambda fault: (fault.line is None, fault.line or 0)):
        if fault.part != part:
            part = fault.part
            if part:
                lines.append(f"  {part}")
        lines.append(f"{'    ' if part else '  '}{fault}")
    return "\n".join(lines)
