"""Nodes that change the colour space: a plain transform from one space to another, and an output transform.

Both default to the role transform, so that the bypass view keeps them. Which cameras and renderings there are is said
elsewhere; these take them as values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from livegrade.color.elements import Opaque
from livegrade.color.nodes import FULL_MIX, Role, canonical_bytes, check_mix
from livegrade.color.slots import Matrix3
from livegrade.color.space import ACES2065_1, adaptation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.elements import Element
    from livegrade.color.space import ColorSpace


@dataclass(frozen=True, slots=True)
class ColorSpaceTransform:
    """A signal of `source` becomes one of `target` of the same light, adapted from white to white (Bradford)."""

    label: ClassVar[str] = "colour-space transform"

    source: ColorSpace
    target: ColorSpace
    role: Role = Role.TRANSFORM
    name: str = ""
    enabled: bool = True
    mix: float = FULL_MIX
    notes: str = ""
    elements: tuple[Element, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_mix(self.mix)
        matrix = Matrix3(conversion(self.source, self.target))
        same = self.source.canonical == self.target.canonical
        elements = (self.source.decoding(), matrix, self.target.encoding())
        object.__setattr__(self, "elements", () if same else elements)

    @property
    def canonical(self) -> bytes:
        return canonical_bytes("colour space", self.source.canonical, self.target.canonical)


@dataclass(frozen=True, slots=True)
class OutputTransform:
    """A signal of `source` to ACES2065-1, through `rendering` to XYZ of a D65 display, and that encoded by `display`.

    Both are names of OpenColorIO's built-in transforms ("ACES-OUTPUT - ...", "DISPLAY - ..."), which may mix channels;
    the names are what the id of a look hashes. It is always baked, from the signal of `source`.
    """

    label: ClassVar[str] = "output transform"

    source: ColorSpace
    rendering: str
    display: str
    role: Role = Role.TRANSFORM
    name: str = ""
    enabled: bool = True
    mix: float = FULL_MIX
    notes: str = ""
    elements: tuple[Element, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        from livegrade.color.ocio import builtin, rendering  # 0.1 s: only looks that need it pay for it

        check_mix(self.mix)
        tone, encode = rendering(self.rendering), builtin(self.display)

        def shown(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
            return encode(tone(rgb))

        to_aces = Matrix3(conversion(self.source, ACES2065_1))
        rendered = Opaque(("ocio", self.rendering, self.display), shown)
        object.__setattr__(self, "elements", (self.source.decoding(), to_aces, rendered))

    @property
    def canonical(self) -> bytes:
        return canonical_bytes("output", self.source.canonical, self.rendering.encode(), self.display.encode())


def conversion(source: ColorSpace, target: ColorSpace) -> NDArray[np.float64]:
    """(3, 3) from linear light of one space to that of another, adapted from white to white."""
    return np.asarray(np.linalg.solve(target.matrix, adaptation(source.white, target.white) @ source.matrix))
