"""Commands on the look of a slot, as changes of its history, and when a look is in effect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias, assert_never

from livegrade.color.look import title
from livegrade.color.nodes import Cdl, Role
from livegrade.control import commands as c
from livegrade.control.history import PlacedNode, Step
from livegrade.control.messages import Answer
from livegrade.control.parameters import neutral, settings, with_values
from livegrade.session.events import Link

if TYPE_CHECKING:
    from livegrade.color.nodes import Node
    from livegrade.control.history import History
    from livegrade.session.slot import SlotRunner

LookCommand: TypeAlias = c.SetLook | c.SwitchNode | c.ResetLook | c.Undo | c.Redo


def changed(history: History, command: LookCommand, began: Step, now_ns: int) -> History:
    """The history of a slot after `command`. `began`: the look with which the session began. Raises UsageError."""
    now = history.now
    match command:
        case c.SetLook():
            return _set(history, command, now_ns)
        case c.SwitchNode():
            number = now.place(command.node)
            node = _replaced(now.nodes[number].node, enabled=command.enabled)
            words = f"{title(node, number)} {'on' if command.enabled else 'off'}"
            return history.then(_step(now, now.with_node(number, node), words))
        case c.ResetLook(node=None):
            return history.then(replace(began, words="reset", turn=""))
        case c.ResetLook():
            number = now.place(str(command.node))
            node = neutral(now.nodes[number].node)
            return history.then(_step(now, now.with_node(number, node), f"{title(node, number)} reset"))
        case c.Undo():
            return history.undone()
        case c.Redo():
            return history.redone()
        case _:
            assert_never(command)


def words(before: History, after: History, command: LookCommand) -> str:
    """What `command` did, for people."""
    return f"undo {before.now.words}" if isinstance(command, c.Undo) else after.now.words


def _set(history: History, command: c.SetLook, now_ns: int) -> History:
    now = history.now
    number = _place_of(now, command)
    new = number is None
    if number is None:
        number = next((at for at, one in enumerate(now.nodes) if one.node.role is Role.TRANSFORM), len(now.nodes))
        placed = PlacedNode(history.next_id, Cdl())
        now = replace(now, nodes=(*now.nodes[:number], placed, *now.nodes[number:]))
    node = with_values(now.nodes[number].node, command.values, relative=command.relative)
    names = ", ".join(sorted(command.values))
    step = replace(
        _step(now, now.with_node(number, node), f"{title(node, number)}: {names}"),
        turn=f"{now.nodes[number].id} {names}",
        at_ns=now_ns,
    )
    return history.then(step, new_nodes=int(new))


def _place_of(now: Step, command: c.SetLook) -> int | None:
    """Of the node that is meant; None where a new CDL is."""
    if command.node is not None:
        return now.place(command.node)
    field = next(iter(command.values)).partition(".")[0]
    nodes = [placed.node for placed in now.nodes]
    has = [at for at, node in enumerate(nodes) if node.role is Role.CREATIVE and field in settings(node)]
    return has[0] if has else None


def _replaced(node: Node, *, enabled: bool) -> Node:
    return replace(node, enabled=enabled)  # type: ignore[type-var]  # all nodes are dataclasses


def _step(now: Step, nodes: tuple[PlacedNode, ...], words: str) -> Step:
    return Step(words, nodes, now.name, now.notes)


@dataclass(frozen=True, slots=True)
class LookEffect:
    """A look that was asked for: in effect when the engine has taken a frame with it, or with one that came after."""

    slot: SlotRunner
    words: str

    def answer(self) -> Answer | None:
        drawing = self.slot.drawing
        force = drawing.in_force
        if force is not None and force.asked is drawing.look:
            if force.refused:
                return Answer("refused", error=force.refused, step=self.words)
            return Answer("done", frame=force.index, step=self.words)
        return None if self.slot.state.link is Link.RUNNING else Answer("pending", step=self.words)
