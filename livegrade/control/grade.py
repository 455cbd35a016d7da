"""What is graded, as one value: the history of every slot, which nodes slots share, whose creative nodes are off."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from livegrade.color.look import Look
from livegrade.color.nodes import Role
from livegrade.control import commands as c
from livegrade.control.history import PlacedNode, Step
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from livegrade.color.nodes import Node
    from livegrade.color.space import ColorSpace
    from livegrade.control.history import History, Member


@dataclass(frozen=True, slots=True)
class Links:
    """Nodes that are one in two or more slots: each group has at most one of a slot."""

    groups: frozenset[frozenset[Member]] = frozenset()

    def partners(self, member: Member) -> dict[str, str]:
        """The nodes that are the same, by slot."""
        return dict(sorted(other for group in self.groups if member in group for other in group - {member}))

    def of(self, slot: str) -> dict[str, dict[str, str]]:
        """The linked nodes of a slot with their partners."""
        members = sorted(member for group in self.groups for member in group if member[0] == slot)
        return {member[1]: self.partners(member) for member in members}

    def joined(self, one: Member, other: Member) -> Links:
        """`other` as one with `one`; whatever it, or another node of its slot, was one with before is over."""
        links = self.without(other)
        group = next((group for group in links.groups if one in group), frozenset({one}))
        rest = frozenset(member for member in group if member[0] != other[0])
        return Links(links.groups - {group} | {rest | {other}})

    def without(self, member: Member) -> Links:
        return self._kept(lambda one: one != member)

    def among(self, histories: Mapping[str, History]) -> Links:
        """Without those of nodes that are no longer in their looks."""
        there = {(slot, placed.id) for slot, history in histories.items() for placed in history.now.nodes}
        return self._kept(there.__contains__)

    def _kept(self, keep: Callable[[Member], bool]) -> Links:
        groups = (frozenset(filter(keep, group)) for group in self.groups)
        return Links(frozenset(group for group in groups if len(group) > 1))


@dataclass(frozen=True, slots=True)
class Grade:
    """`histories`: of every slot, by name; `bypassed`: slots whose creative nodes are off."""

    histories: Mapping[str, History]
    links: Links = Links()
    bypassed: frozenset[str] = frozenset()

    def look(self, slot: str) -> Look:
        """The look as the slot is to show it."""
        look = self.histories[slot].now.look
        if slot not in self.bypassed:
            return look
        return replace(look, nodes=tuple(_off(node) if node.role is Role.CREATIVE else node for node in look.nodes))

    def in_light(self, slot: str, before: ColorSpace, after: ColorSpace) -> Grade:
        """With nodes of a slot that work in the light of `before` working in that of `after`, at every step."""
        return replace(self, histories={**self.histories, slot: in_light(self.histories[slot], before, after)})

    def named(self, slot: str, name: str) -> Grade:
        """With another name for the look of a slot as it is now: no step of undo, for nothing of it is changed."""
        history = self.histories[slot]
        if history.now.name == name:
            return self
        return replace(self, histories={**self.histories, slot: replace(history, now=replace(history.now, name=name))})

    def after(self, slot: str, history: History, command: object) -> Grade:
        """With `history` for `slot`: the nodes that it shares change in the other slots too."""
        before = {placed.id: placed.node for placed in self.histories[slot].now.nodes}
        wanted: dict[str, dict[str, Node]] = {}
        for placed in history.now.nodes:
            if placed.id in before and placed.node != before[placed.id]:
                for other, node in self.links.partners((slot, placed.id)).items():
                    wanted.setdefault(other, {})[node] = placed.node
        histories = {**self.histories, slot: history}
        for other, nodes in wanted.items():
            histories[other] = _followed(histories[other], nodes, history.now, command)
        return Grade(histories, self.links.among(histories), self.bypassed)


def in_light(history: History, before: ColorSpace, after: ColorSpace) -> History:
    """Nodes that work in the light of `before` work in that of `after`, in every step."""
    known: dict[int, Node] = {}

    def moved(node: Node) -> Node:
        if getattr(node, "space", None) != before:
            return node
        if id(node) not in known:
            known[id(node)] = replace(node, space=after)  # type: ignore[type-var]  # all nodes are dataclasses
        return known[id(node)]

    return history.mapped(moved)


def _followed(history: History, wanted: Mapping[str, Node], lead: Step, command: object) -> History:
    """The history of a slot that shares nodes with one that changed. Where undo there is the same as undo here, it is
    that; else it is a step of its own."""
    now = history.now
    nodes = tuple(PlacedNode(one.id, wanted.get(one.id, one.node)) for one in now.nodes)
    back = _stepped(history, command)
    if back is not None and back.now.nodes == nodes:
        return back
    return history.then(Step(lead.words, nodes, now.name, now.notes, lead.turn, lead.at_ns))


def _stepped(history: History, command: object) -> History | None:
    try:
        match command:
            case c.Undo():
                return history.undone()
            case c.Redo():
                return history.redone()
    except UsageError:
        pass  # there is nothing to undo here
    return None


def _off(node: Node) -> Node:
    return replace(node, enabled=False)  # type: ignore[type-var]  # all nodes are dataclasses
