"""The looks that a slot had and may have again: undo and redo as a value, each step named in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from livegrade.color.look import Look
from livegrade.errors import UsageError
from livegrade.timing.rate import NS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.color.nodes import Node

Member: TypeAlias = tuple[str, str]
"""A slot and the id of a node of its look."""
STEPS_KEPT = 200
SAME_TURN_NS = NS_PER_SECOND
"""Changes of the same numbers that follow each other faster are one turn of a wheel, and one step."""


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """A node and the id by which clients know it: the same for as long as it is in the look, wherever it stands."""

    id: str
    node: Node


@dataclass(frozen=True, slots=True)
class Step:
    """A state of the look and the `words` of the change that led to it. `turn`: what was turned, empty where nothing
    was; `at_ns`: when last; `joined`: a node of another slot and the one of this that became one with it."""

    words: str
    nodes: tuple[PlacedNode, ...]
    name: str = ""
    notes: str = ""
    turn: str = ""
    at_ns: int = 0
    joined: tuple[Member, Member] | None = None

    @property
    def look(self) -> Look:
        return Look(tuple(placed.node for placed in self.nodes), self.name, self.notes)

    def place(self, id: str) -> int:
        """Where the node stands, from 0. Raises UsageError where it is not there."""
        for number, placed in enumerate(self.nodes):
            if placed.id == id:
                return number
        there = ", ".join(one.id for one in self.nodes) or "none"
        raise UsageError(f"there is no node {id} in this look; it has {there}")

    def with_node(self, number: int, node: Node) -> tuple[PlacedNode, ...]:
        """The nodes with another one at `number`, under the same id."""
        return (*self.nodes[:number], PlacedNode(self.nodes[number].id, node), *self.nodes[number + 1 :])


@dataclass(frozen=True, slots=True)
class History:
    """`now` is in force; `past` led to it, oldest first; `future` was undone, the next to redo last. `used`: how many
    node ids were given."""

    now: Step
    past: tuple[Step, ...] = ()
    future: tuple[Step, ...] = ()
    used: int = 0

    @classmethod
    def of(cls, look: Look) -> History:
        nodes = tuple(PlacedNode(f"n{number}", node) for number, node in enumerate(look.nodes, 1))
        return cls(Step("start", nodes, look.name, look.notes), used=len(nodes))

    @property
    def next_id(self) -> str:
        """For a node that is new; take it with `then(..., used=...)`."""
        return f"n{self.used + 1}"

    def then(self, step: Step, new_nodes: int = 0) -> History:
        """After a change; what was undone is given up. The same turn goes on for as long as it does not rest."""
        used = self.used + new_nodes
        same = step.turn and step.turn == self.now.turn and step.at_ns - self.now.at_ns <= SAME_TURN_NS
        if same and not self.future:
            return replace(self, now=step, used=used)
        return History(step, (*self.past, self.now)[-STEPS_KEPT:], (), used)

    def noting(self, joined: tuple[Member, Member]) -> History:
        """The step that is in force made a node one with that of another slot."""
        return replace(self, now=replace(self.now, joined=joined))

    def mapped(self, change: Callable[[Node], Node]) -> History:
        """With other nodes in all steps, under the same ids and words."""

        def mapped(step: Step) -> Step:
            return replace(step, nodes=tuple(PlacedNode(one.id, change(one.node)) for one in step.nodes))

        past, future = (tuple(map(mapped, steps)) for steps in (self.past, self.future))
        return History(mapped(self.now), past, future, self.used)

    def undone(self) -> History:
        """Raises UsageError where there is nothing to undo."""
        if not self.past:
            raise UsageError("there is nothing to undo")
        return History(replace(self.past[-1], turn=""), self.past[:-1], (*self.future, self.now), self.used)

    def redone(self) -> History:
        """Raises UsageError where there is nothing to redo."""
        if not self.future:
            raise UsageError("there is nothing to redo")
        return History(replace(self.future[-1], turn=""), (*self.past, self.now), self.future[:-1], self.used)
