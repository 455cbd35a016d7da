"""A range: everything below its low end and above its high end is held, and what is between is moved to new ends."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from livegrade.color.nodes import FULL_MIX, MIN_DOMAIN, Role, canonical_bytes, check_mix, require
from livegrade.color.slots import Affine, Clamp, Curve, Curves
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from livegrade.color.elements import Element

End: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Range:
    """`low`, `high`: where each end is and where it goes; None leaves that side open, and then nothing is scaled.

    Source: S-2014-006 Common LUT Format 3.0, Range with clamping.
    """

    label: ClassVar[str] = "range"

    low: End | None = None
    high: End | None = None
    role: Role = Role.TRANSFORM
    name: str = ""
    enabled: bool = True
    mix: float = FULL_MIX
    notes: str = ""
    elements: tuple[Element, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ends = [end for end in (self.low, self.high) if end is not None]
        check_mix(self.mix)
        for end in ends:
            require(end, "an end of a range", "a finite number")
        scale, offset = 1.0, 0.0
        if self.low is not None and self.high is not None:
            if self.high[0] - self.low[0] < MIN_DOMAIN:
                raise UsageError("a range must rise from its low end to its high end")
            scale = (self.high[1] - self.low[1]) / (self.high[0] - self.low[0])
            offset = self.low[1] - self.low[0] * scale
        elif ends:
            offset = ends[0][1] - ends[0][0]
        limits = Clamp(self.low[0] if self.low else -math.inf, self.high[0] if self.high else math.inf)
        curve = Curve((limits, *(() if (scale, offset) == (1.0, 0.0) else (Affine(scale, offset),))))
        object.__setattr__(self, "elements", (Curves(curve, curve, curve),) if ends else ())

    @property
    def canonical(self) -> bytes:
        numbers = [number for end in (self.low, self.high) for number in (end or (math.inf, math.inf))]
        return canonical_bytes("range", *numbers)
