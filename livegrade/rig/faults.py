"""How all that is wrong in a rig is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from livegrade.errors import RigFault


def fault_tree(path: Path, faults: Sequence[RigFault]) -> str:
    """All faults under the parts they are in, in the order of the file.

    cart.toml: 2 faults
      slot A
        camera, line 6: 'ALEXA 36' is not a camera; near it are ALEXA 35
      output ndi:DP
        view, line 14: there is no preset 'zones'
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
