"""How far colours are from what they should be: whatever is baked or converted is measured here, in one way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.nodes import Triple, triple

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from livegrade.color.deltae import Display

    Floats = NDArray[np.float64]

MOST = 0.999
"""The share of all colours whose error is told beside the worst one's."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Differences of a channel, in whatever unit: `maximum`, `mean` over all colours and channels, `most`: what 999 of
    1000 colours keep to in all channels; `worst`: the number of the worst colour."""

    maximum: float
    mean: float
    most: float
    worst: int

    @classmethod
    def of(cls, off: Floats) -> Spread:
        """`off`: (n, 3), how far off each channel of each colour is."""
        colours = off.max(axis=1)
        worst = int(colours.argmax())
        return cls(float(colours[worst]), float(off.mean()), float(np.quantile(colours, MOST)), worst)


@dataclass(frozen=True, slots=True)
class ColourError:
    """`maximum`, `mean`, `most` (999 of 1000 colours): in 10-bit codes; `maximum_delta_e`, `mean_delta_e`: in `metric`
    on the display named `space`. The worst colour (by codes): `worst_input` and its `worst_codes`, what is wanted there
    and what is given. `maximum_inside`: over the colours that nothing clips in any channel.
    """

    maximum: float
    mean: float
    most: float
    maximum_delta_e: float
    mean_delta_e: float
    metric: str
    space: str
    worst_input: Triple
    worst_codes: Triple
    worst_wanted: Triple
    worst_given: Triple
    maximum_inside: float

    @property
    def sentence(self) -> str:
        codes = ", ".join(f"{code:.0f}" for code in self.worst_codes)
        return (
            f"at most {self.maximum:.2f} codes of 10 bits off (at {codes}), {self.maximum_inside:.2f} where nothing "
            f"clips, {self.most:.2f} for 999 of 1000 colours, {self.mean:.3f} on average; {self.metric} at most "
            f"{self.maximum_delta_e:.2f}, {self.mean_delta_e:.3f} on average, in {self.space}"
        )


def colour_error(
    rgb: Floats,
    wanted: Floats,
    given: Floats,
    display: Display,
    to_codes: Callable[[Floats], Floats],
    ends: tuple[float, float],
    inside: NDArray[np.bool_],
) -> ColourError:
    """Of colours `rgb` (n, 3), what is `wanted` and `given` for them. `to_codes`: 10-bit codes of R'G'B'; `ends`: where
    both are held, because nobody can see what lies beyond; `inside`: (n,) the colours that nothing clips."""
    off = np.abs(to_codes(np.clip(given, *ends)) - to_codes(np.clip(wanted, *ends)))
    spread = Spread.of(off)
    seen = display.delta_e(wanted, given)
    at = spread.worst
    return ColourError(
        spread.maximum,
        spread.mean,
        spread.most,
        float(seen.max()),
        float(seen.mean()),
        display.metric,
        display.name,
        triple(rgb[at]),
        triple(to_codes(rgb[at])),
        triple(wanted[at]),
        triple(given[at]),
        float(off[inside].max(initial=0.0)),
    )
