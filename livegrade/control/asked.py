"""What surfaces have asked of the windows of a session. A value; windows do it when the state tells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

KEPT = 16
"""Actions that a window may miss between two of its states; of more the oldest are not done."""


@dataclass(frozen=True, slots=True)
class Turned:
    """One number of windows. `times`: how often it was set since the session began, the last time `to` that; `by`: how
    far it was turned in all. None of many turns is lost on a window that sees some of these values only."""

    times: int = 0
    to: float = 0.0
    by: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """`number`: how many actions were asked for since the session began; `actions`: the newest, in their order;
    `numbers`: those that were turned."""

    number: int = 0
    actions: tuple[str, ...] = ()
    numbers: Mapping[str, Turned] = field(default_factory=lambda: MappingProxyType({}))

    def and_then(self, action: str) -> Asked:
        return replace(self, number=self.number + 1, actions=(*self.actions, action)[-KEPT:])

    def and_turned(self, number: str, value: float, *, relative: bool) -> Asked:
        """Set to `value`, or turned by it."""
        old = self.numbers.get(number, Turned())
        new = replace(old, by=old.by + value) if relative else replace(old, times=old.times + 1, to=value)
        return replace(self, numbers=MappingProxyType({**self.numbers, number: new}))
