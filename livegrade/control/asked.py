"""What surfaces have asked of the windows of a session. A value; windows do it when the state tells them."""

from __future__ import annotations

from dataclasses import dataclass

KEPT = 16
"""Actions that a window may miss between two of its states; of more the oldest are not done."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`number`: how many actions were asked for since the session began; `actions`: the newest, in their order."""

    number: int = 0
    actions: tuple[str, ...] = ()

    def and_then(self, action: str) -> Asked:
        return Asked(self.number + 1, (*self.actions, action)[-KEPT:])
