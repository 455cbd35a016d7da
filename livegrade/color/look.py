"""A look: ordered nodes, replaced whole and never mutated, with an id that names exactly this picture.

It knows neither files nor backends. `Look.slots` is what the engine and the devices read.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.color.fit import fit
from livegrade.color.nodes import Role

if TYPE_CHECKING:
    from livegrade.color.nodes import Element, Node
    from livegrade.color.slots import SlotForm

ID_VERSION = b"livegrade look 1"
"""First bytes under the hash; a change of what is hashed changes this, so that ids of two schemes never meet."""


@dataclass(frozen=True, slots=True)
class Look:
    """`nodes` run in order. Equal looks have equal ids; equal ids mean the same picture in every view."""

    nodes: tuple[Node, ...] = ()
    name: str = ""

    @property
    def id(self) -> str:
        """32 hex digits from nodes and table contents, roles and switches; names are left out.

        Stable across processes, machines and Python versions (BLAKE2b over little-endian float64).
        """
        digest = hashlib.blake2b(ID_VERSION, digest_size=16)
        for node in self.nodes:
            canonical = node.canonical
            digest.update(struct.pack("<??I", node.role is Role.CREATIVE, node.enabled, len(canonical)))
            digest.update(canonical)
        return digest.hexdigest()

    def elements(self, bypass: bool = False) -> tuple[Element, ...]:
        """What the enabled nodes do, in order. `bypass` leaves the creative nodes out and keeps the transforms."""
        running = (node for node in self.nodes if node.enabled and not (bypass and node.role is Role.CREATIVE))
        return tuple(element for node in running for element in node.elements)

    def slots(self, bypass: bool = False) -> SlotForm:
        """The look in slot form: exact where it fits, else with the error of what was baked (`SlotForm.baked`)."""
        return fit(self.elements(bypass))
