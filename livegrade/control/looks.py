"""Commands on the look of a slot, as changes of its history, and when a look is in effect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeAlias, assert_never

from livegrade.color.balance import WhiteBalance
from livegrade.color.files import open_look_file
from livegrade.color.grading import Contrast, Exposure, LiftGammaGain, PrinterPoints, Saturation
from livegrade.color.look import title
from livegrade.color.nodes import Cdl, Role
from livegrade.control import commands as c
from livegrade.control.history import PlacedNode, Step
from livegrade.control.messages import PICTURE_S, Answer
from livegrade.control.parameters import neutral, settings, with_values
from livegrade.errors import UsageError
from livegrade.session.events import Link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from livegrade.color.camera import Camera
    from livegrade.color.nodes import Node
    from livegrade.control.history import History
    from livegrade.session.slot import SlotRunner

MOST_NODES = 256
PLAIN: Mapping[str, Callable[[], Node]] = {
    "cdl": Cdl,
    "printer-points": PrinterPoints,
    "lift-gamma-gain": LiftGammaGain,
    "contrast": Contrast,
    "saturation": Saturation,
}
"""The kinds of node that need to know nothing of the signal."""

LookCommand: TypeAlias = (
    c.SetLook
    | c.SwitchNode
    | c.ResetLook
    | c.AddNode
    | c.RemoveNode
    | c.MoveNode
    | c.RenameNode
    | c.LoadLook
    | c.Undo
    | c.Redo
)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a change of a slot's look may need: the look with which the session began, the camera, the time."""

    began: Step
    camera: Camera | None
    now_ns: int


def changed(history: History, command: LookCommand, ground: Ground) -> History:
    """The history of a slot after `command`. Raises UsageError, and LookFileError for a file to load."""
    match command:
        case c.SetLook():
            return _set(history, command, ground.now_ns)
        case c.ResetLook(node=None):
            return history.then(replace(ground.began, words="reset", turn=""))
        case c.SwitchNode() | c.ResetLook() | c.RenameNode():
            return history.then(_altered(history.now, command))
        case c.AddNode():
            return _add(history, command, ground.camera)
        case c.RemoveNode() | c.MoveNode():
            return history.then(_rearranged(history.now, command))
        case c.LoadLook():
            return _load(history, command)
        case c.Undo():
            return history.undone()
        case c.Redo():
            return history.redone()
        case _:
            assert_never(command)


def _altered(now: Step, command: c.SwitchNode | c.ResetLook | c.RenameNode) -> Step:
    """With one node as it was asked for, under its id."""
    if command.node is None:
        name = command.name if isinstance(command, c.RenameNode) else now.name
        return Step(f"look named {name}", now.nodes, name, now.notes)
    number = now.place(command.node)
    node = now.nodes[number].node
    match command:
        case c.SwitchNode():
            node, words = _with(node, enabled=command.enabled), "on" if command.enabled else "off"
        case c.ResetLook():
            node, words = neutral(node), "reset"
        case c.RenameNode():
            node, words = _with(node, name=command.name), f"named {command.name}"
    return _step(now, now.with_node(number, node), f"{title(now.nodes[number].node, number)} {words}")


def _rearranged(now: Step, command: c.RemoveNode | c.MoveNode) -> Step:
    number = now.place(command.node)
    placed = now.nodes[number]
    rest = (*now.nodes[:number], *now.nodes[number + 1 :])
    called = title(placed.node, number)
    if isinstance(command, c.RemoveNode):
        return _step(now, rest, f"{called} removed")
    place = min(command.place, len(rest))
    return _step(now, (*rest[:place], placed, *rest[place:]), f"{called} moved to place {place + 1}")


def _add(history: History, command: c.AddNode, camera: Camera | None) -> History:
    now = history.now
    if len(now.nodes) >= MOST_NODES:
        raise UsageError(f"this look has {MOST_NODES} nodes, which is as many as there may be")
    place = _before_transforms(now) if command.place is None else min(command.place, len(now.nodes))
    node = _with(_new(command.kind, camera), name=command.name)
    nodes = (*now.nodes[:place], PlacedNode(history.next_id, node), *now.nodes[place:])
    return history.then(_step(now, nodes, f"{title(node, place)} added"), new_nodes=1)


def _new(kind: c.NodeKind, camera: Camera | None) -> Node:
    if kind in ("exposure", "white-balance"):
        if camera is None:
            raise UsageError(
                f"{kind} works in light and needs to know the camera of the slot: start with --camera NAME"
            )
        return Exposure(space=camera.space) if kind == "exposure" else WhiteBalance(5600.0, camera.space)
    return PLAIN[kind]()


def _load(history: History, command: c.LoadLook) -> History:
    content = open_look_file(whole_path(command.path))
    nodes = tuple(PlacedNode(f"n{history.used + at}", node) for at, node in enumerate(content.nodes, 1))
    now, called = history.now, Path(command.path).name
    if command.add:
        step = _step(now, (*now.nodes, *nodes), f"{called} added")
    else:
        step = Step(f"{called} loaded", nodes, content.title)
    if len(step.nodes) > MOST_NODES:
        raise UsageError(f"the look would have {len(step.nodes)} nodes; there may be {MOST_NODES}")
    return history.then(step, new_nodes=len(nodes))


def whole_path(text: str) -> str:
    """A path as a client may name it. Raises UsageError for one that depends on where the session was started."""
    if not Path(text).is_absolute():
        raise UsageError(f"'{text}' is not a whole path; the session may run in another folder than the client")
    return text


def words(before: History, after: History, command: LookCommand) -> str:
    """What `command` did, for people."""
    return f"undo {before.now.words}" if isinstance(command, c.Undo) else after.now.words


def _set(history: History, command: c.SetLook, now_ns: int) -> History:
    now = history.now
    number = _place_of(now, command)
    new = number is None
    if number is None:
        number = _before_transforms(now)
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


def _before_transforms(now: Step) -> int:
    return next((at for at, one in enumerate(now.nodes) if one.node.role is Role.TRANSFORM), len(now.nodes))


def _with(node: Node, **fields: object) -> Node:
    return replace(node, **fields)  # type: ignore[type-var]  # all nodes are dataclasses


def _step(now: Step, nodes: tuple[PlacedNode, ...], words: str) -> Step:
    return Step(words, nodes, now.name, now.notes)


@dataclass(frozen=True, slots=True)
class LookEffect:
    """A look that was asked for: in effect when the engine has taken a frame with it, or with one that came after."""

    patience_s: ClassVar[float] = PICTURE_S

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
