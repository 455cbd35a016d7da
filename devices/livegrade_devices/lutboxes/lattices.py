"""What boxes with one lattice make of colours, by their model: the lattice as it is sent, tetrahedral, held at its
ends, with no rounding but that of its entries. How such a box interpolates and rounds, few makers say.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.lut import bake_lut
from livegrade_devices.lutboxes.staging import FULL, LEGAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from livegrade.color.lut import LutTarget
    from livegrade_devices.device import BoxLook


@dataclass(frozen=True, slots=True)
class LatticeModel:
    """`ModelPort`. `target`: what the box gets for a look; None where it takes the look itself."""

    target: Callable[[BoxLook], LutTarget | None]

    async def expected(self, look: BoxLook, codes: NDArray[np.float64]) -> NDArray[np.uint16]:
        """As `ModelPort.expected`."""
        return await asyncio.to_thread(self._expected, look, codes)

    def _expected(self, box_look: BoxLook, codes: NDArray[np.float64]) -> NDArray[np.uint16]:
        signal, target = FULL if box_look.full_range else LEGAL, self.target(box_look)
        rgb = signal.values(codes)
        given = box_look.look.apply(rgb) if target is None else bake_lut(box_look.look, target).apply(rgb)
        return signal.codes(given).astype(np.uint16)
