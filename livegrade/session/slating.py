"""The slate that is written for the next take: what of it a session leaves to the one that follows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from livegrade.library.values import Slate


@dataclass(frozen=True, slots=True)
class WrittenSlate:
    """What the next take of that day and unit is called, as it was known at `at_ns`, in nanoseconds since 1970 UTC; a
    take that began later is newer than it. `slate.take` 0: the number after the highest of its set-up."""

    day: str
    unit: str
    slate: Slate
    at_ns: int


def renumbered(slate: Slate, before: Slate) -> Slate:
    """Another scene or shot than `before` begins with its own number where none was said."""
    is_other = (slate.scene, slate.shot) != (before.scene, before.shot)
    return replace(slate, take=0) if is_other and slate.take == before.take else slate
