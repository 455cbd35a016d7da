"""Whether a box shows what it should: colours that are put through it, judged against two things that must not be mixed
up. Its *model* is what its own tables give, and a box that is off from that is broken, set up otherwise, or holds
another look. The *look* is what the library says, and how far the box is off from that is what its form costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.compare import JUDGED_ON
from livegrade.color.error import ColourError, Spread, colour_error
from livegrade.color.patches import known_colours
from livegrade.color.rendering import display_of
from livegrade_devices.pushed import THRESHOLD, codes_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.deltae import Display
    from livegrade_devices.device import BoxLook
    from livegrade_devices.pushed import Proof

    Codes = NDArray[np.uint16]
    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Proved:
    """`count` colours, codes of `depth` bits. `model`: by how much the box is off from its model, in its codes, and
    `model_delta_e`, the largest difference that this makes on the display of the look, None where none is said;
    `worst`, the worst of them: given, shown, expected. `look`: how far what it shows is from the look, None where no
    look is said. `step`: as `Proof` has it; by up to that much less a code what it shows is not known."""

    count: int
    depth: int
    how: str
    model: Spread
    model_delta_e: float | None
    worst: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
    look: ColourError | None
    step: int = 1

    def fault(self, threshold: float = THRESHOLD) -> str:
        """What is wrong, in a sentence; "" where the box is within `threshold` codes of its model, as far as can be
        told."""
        if self.model.maximum <= threshold + self.step - 1:
            return ""
        given, shown, expected = (", ".join(map(str, codes)) for codes in self.worst)
        seen = "" if self.look is None else f", at most {self.look.metric} {self.model_delta_e:.1f}"
        return (
            f"it shows {shown} for {given}, where its tables give {expected}: "
            f"{codes_of(self.model.maximum, self.depth)} off{seen}"
        )


def patches(depth: int, *, full_range: bool) -> Codes:
    """(n, 3): codes of `known_colours`, from black to white."""
    black, white = _ends(depth, full_range=full_range)
    return np.rint(black + known_colours() * (white - black)).astype(np.uint16)


def judged(proof: Proof, box_look: BoxLook | None) -> Proved:
    """What a proof says of the box, and of `box_look` on it; None where nobody says what it should show."""
    off = np.abs(proof.shown.astype(np.float64) - proof.expected)
    model = Spread.of(off)
    at = model.worst
    rows = (proof.given[at], proof.shown[at], proof.expected[at])
    given, shown, expected = (tuple(int(code) for code in row) for row in rows)
    worst = (given, shown, expected)
    if box_look is None:
        return Proved(len(proof.given), proof.depth, proof.how, model, None, worst, None, proof.step)
    look = _against_the_look(proof, box_look)
    return Proved(len(proof.given), proof.depth, proof.how, model, _seen(proof, box_look), worst, look, proof.step)


def _seen(proof: Proof, box_look: BoxLook) -> float:
    """The largest difference between what is shown and what the tables give."""
    black, white = _ends(proof.depth, full_range=box_look.full_range)
    shown, expected = ((codes.astype(np.float64) - black) / (white - black) for codes in (proof.shown, proof.expected))
    return float(_display(box_look).delta_e(shown, expected).max())


def _display(box_look: BoxLook) -> Display:
    shown = display_of(box_look.look.nodes)
    return JUDGED_ON if shown is None else shown.judged_on


def _against_the_look(proof: Proof, box_look: BoxLook) -> ColourError:
    black, white = _ends(proof.depth, full_range=box_look.full_range)
    top = float((1 << proof.depth) - 1)

    def values(codes: Codes | Floats) -> Floats:
        return (np.asarray(codes, np.float64) - black) / (white - black)

    def ten_bits(rgb: Floats) -> Floats:
        return (rgb * (white - black) + black) / (1 << (proof.depth - 10))

    rgb = values(proof.given)
    wanted = box_look.look.apply(rgb)
    ends = (-black / (white - black), (top - black) / (white - black))
    inside = np.all((wanted > 0) & (wanted < 1), axis=1)
    return colour_error(rgb, wanted, values(proof.shown), _display(box_look), ten_bits, ends, inside)


def _ends(depth: int, *, full_range: bool) -> tuple[float, float]:
    """Codes of R'G'B' 0 and 1. Source: ITU-R BT.709-6: 64 and 940 of 10 bits, other depths by powers of 2."""
    if full_range:
        return 0.0, float((1 << depth) - 1)
    return float(64 << (depth - 10)), float(940 << (depth - 10))
