"""A look: ordered nodes, replaced whole and never mutated, with an id that names exactly this picture.

It knows neither files nor backends. `Look.slots` is what the engine and the devices read.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from livegrade.color.elements import applied, blend
from livegrade.color.fit import fit
from livegrade.color.nodes import FULL_MIX, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from livegrade.color.elements import Element
    from livegrade.color.nodes import Node
    from livegrade.color.slots import SlotForm

ID_VERSION = b"livegrade look 2"
"""First bytes under the hash; a change of what is hashed changes this, so that ids of two schemes never meet."""


@dataclass(frozen=True, slots=True)
class Look:
    """`nodes` run in order. Equal looks have equal ids; equal ids mean the same picture in every view."""

    nodes: tuple[Node, ...] = ()
    name: str = ""
    notes: str = ""

    @property
    def id(self) -> str:
        """32 hex digits from nodes and table contents, roles, switches and mixes; names and notes are left out.

        Stable across processes, machines and Python versions (BLAKE2b over little-endian float64).
        """
        digest = hashlib.blake2b(ID_VERSION, digest_size=16)
        for node in self.nodes:
            canonical = node.canonical
            flags = node.role is Role.CREATIVE, node.enabled
            digest.update(struct.pack("<??dI", *flags, node.mix + 0.0, len(canonical)))
            digest.update(canonical)
        return digest.hexdigest()

    def elements(self, bypass: bool = False) -> tuple[Element, ...]:
        """What the enabled nodes do, in order. `bypass` leaves the creative nodes out and keeps the transforms."""
        return tuple(element for _, element in self._owned(bypass))

    def apply(self, rgb: NDArray[np.float64], bypass: bool = False) -> NDArray[np.float64]:
        """The nodes one after the other in float64, nothing folded and nothing baked: what all else is measured
        against. `rgb`: float64 (..., 3) R'G'B', legal black 0 and white 1, any excursion.
        """
        return applied(self.elements(bypass), rgb)

    def slots(self, bypass: bool = False) -> SlotForm:
        """The look in slot form: exact where it fits, else with the error of what was baked (`SlotForm.baked`)."""
        owned = list(self._owned(bypass))
        form = fit([element for _, element in owned], [number for number, _ in owned])
        if form.baked is None:
            return form
        what = " and ".join(title(self.nodes[number], number) for number in form.baked.nodes)
        return replace(form, baked=replace(form.baked, what=what))

    def _owned(self, bypass: bool) -> Iterator[tuple[int, Element]]:
        for number, node in enumerate(self.nodes):
            if node.enabled and not (bypass and node.role is Role.CREATIVE):
                yield from ((number, element) for element in blend(node.elements, node.mix / FULL_MIX))


def title(node: Node, number: int) -> str:
    """A node for people: its kind, and its name or else its place. `number` counts from 0."""
    return f'{node.label} "{node.name}"' if node.name else f"{node.label} (node {number + 1})"
