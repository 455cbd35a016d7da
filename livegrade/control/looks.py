"""Commands on the look of a slot, as changes of its history, and when a look is in effect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeAlias, assert_never

from livegrade.color.balance import WhiteBalance
from livegrade.color.files import open_look_file
from livegrade.color.grading import Contrast, Exposure, LiftGammaGain, PrinterPoints, RgbCurves, Saturation
from livegrade.color.look import Look, title
from livegrade.color.nodes import Cdl, Role
from livegrade.control import commands as c
from livegrade.control.history import PlacedNode, Step
from livegrade.control.messages import PICTURE_S, Answer
from livegrade.control.parameters import neutral, settings, spoken, with_values
from livegrade.errors import UsageError
from livegrade.session.events import Link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from livegrade.color.camera import Camera
    from livegrade.color.nodes import Node
    from livegrade.control.grade import Grade
    from livegrade.control.history import History, Member
    from livegrade.session.slot import SlotRunner

MOST_NODES = 256
MOST_NAME = 200
PLAIN: Mapping[str, Callable[[], Node]] = {
    "cdl": Cdl,
    "printer-points": PrinterPoints,
    "lift-gamma-gain": LiftGammaGain,
    "contrast": Contrast,
    "saturation": Saturation,
    "rgb-curves": RgbCurves,
}
"""The kinds of node that need to know nothing of the signal."""

OwnCommand: TypeAlias = (
    c.SetLook
    | c.SetCurve
    | c.SwitchNode
    | c.ResetLook
    | c.AddNode
    | c.RemoveNode
    | c.MoveNode
    | c.DuplicateNode
    | c.RenameNode
)
"""About nothing but the look of one slot."""

LookCommand: TypeAlias = OwnCommand | c.Undo | c.Redo | c.BypassLook | c.CopyLook | c.LinkNode | c.UnlinkNode


@dataclass(frozen=True, slots=True)
class PutLook:
    """No command of clients': a look that one of them sent or that was read for it, in place of that of `slot` or with
    `add` behind its nodes; `words`: what that is called; `turn`: who sends one after the other, all of which are one
    step while nobody else changes the look (of lattices, 200 steps would fill the memory); "" for one that stands by
    itself."""

    slot: str
    look: Look
    words: str
    add: bool = False
    turn: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a change of a slot's look may need: the look with which it began, its camera, the time."""

    began: Step
    camera: Camera | None
    now_ns: int


def changed(grade: Grade, command: LookCommand, ground: Ground) -> Grade:
    """What is graded after `command`. Raises UsageError."""
    slot = command.slot
    match command:
        case c.BypassLook():
            bypassed = grade.bypassed | {slot} if command.bypassed else grade.bypassed - {slot}
            return replace(grade, bypassed=bypassed)
        case c.UnlinkNode():
            grade.histories[slot].now.place(command.node)
            return replace(grade, links=grade.links.without((slot, command.node)))
        case c.CopyLook():
            return grade.after(slot, _copied(grade, command), command)
        case c.LinkNode():
            return _linked(grade, command)
        case c.Undo():
            joined, history = grade.histories[slot].now.joined, grade.histories[slot].undone()
            links = grade.links if joined is None else grade.links.without(joined[1])
            return replace(grade, links=links).after(slot, history, command)
        case c.Redo():
            return _redone(grade, command)
        case _:
            return grade.after(slot, _changed(grade.histories[slot], command, ground), command)


def _changed(history: History, command: OwnCommand, ground: Ground) -> History:
    match command:
        case c.SetCurve():
            return _set_curve(history, command, ground.now_ns)
        case c.SetLook():
            return _set(history, command, ground.now_ns)
        case c.ResetLook(node=None):
            return history.then(replace(ground.began, words="reset", turn=""))
        case c.SwitchNode() | c.ResetLook() | c.RenameNode():
            return history.then(_altered(history.now, command))
        case c.AddNode():
            return _add(history, command, ground.camera)
        case c.DuplicateNode():
            return _duplicated(history, command)
        case c.RemoveNode() | c.MoveNode():
            return history.then(_rearranged(history.now, command))
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
    place = _before_transforms(now) if command.place is None else min(command.place, len(now.nodes))
    node = _with(_new(command.kind, camera), name=command.name)
    return _with_new(history, node, place, f"{title(node, place)} added")


def _duplicated(history: History, command: c.DuplicateNode) -> History:
    place = history.now.place(command.node)
    node = history.now.nodes[place].node
    return _with_new(history, node, place + 1, f"{title(node, place)} duplicated")


def _with_new(history: History, node: Node, place: int | None, words: str) -> History:
    """With one node more, at `place` or before the first LUT or transform."""
    now = history.now
    if len(now.nodes) >= MOST_NODES:
        raise UsageError(f"this look has {MOST_NODES} nodes, which is as many as there may be")
    place = _before_transforms(now) if place is None else place
    nodes = (*now.nodes[:place], PlacedNode(history.next_id, node), *now.nodes[place:])
    return history.then(_step(now, nodes, words), new_nodes=1)


def _new(kind: c.NodeKind, camera: Camera | None) -> Node:
    if kind in ("exposure", "white-balance"):
        if camera is None:
            raise UsageError(
                f"{kind} works in light and needs to know the camera of the slot; say which it is (--camera NAME)"
            )
        return Exposure(space=camera.space) if kind == "exposure" else WhiteBalance(5600.0, camera.space)
    return PLAIN[kind]()


def load(command: c.LoadLook) -> PutLook:
    """The look of a file, to be put into its slot. Reads the disk. Raises UsageError, LookFileError."""
    content = open_look_file(whole_path(command.path))
    words = f"{Path(command.path).name} {'added' if command.add else 'loaded'}"
    name = content.title or stem(command.path)
    return PutLook(command.slot, Look(content.nodes, name), words, add=command.add)


def put(history: History, look: Look, words: str, *, add: bool, turn: str = "") -> History:
    """`look` in place of the one that is there, or with `add` behind its nodes; `turn` as in PutLook. Raises UsageError
    for too many."""
    now = history.now
    kinds = [type(placed.node) for placed in now.nodes]
    if turn and turn == now.turn and kinds == [type(node) for node in look.nodes]:
        # The same nodes go on under their ids, so that whoever looks at them sees them turn.
        nodes = tuple(PlacedNode(one.id, node) for one, node in zip(now.nodes, look.nodes, strict=True))
        return history.then(Step(words, nodes, look.name, look.notes, turn))
    nodes = tuple(PlacedNode(f"n{history.used + at}", node) for at, node in enumerate(look.nodes, 1))
    kept = Step(words, nodes, look.name, look.notes, turn)
    step = _step(now, (*now.nodes, *nodes), words) if add else kept
    if len(step.nodes) > MOST_NODES:
        raise UsageError(f"the look would have {len(step.nodes)} nodes; there may be {MOST_NODES}")
    return history.then(step, new_nodes=len(nodes))


def stem(path: str) -> str:
    """The name of a look whose file gives it none: that of the file."""
    return Path(path).stem[:MOST_NAME]


def whole_path(text: str) -> str:
    """A path as a client may name it. Raises UsageError for one that depends on where the session was started."""
    if not Path(text).is_absolute():
        raise UsageError(f"'{text}' is not a whole path; the session may run in another folder than the client")
    return text


def words(before: Grade, after: Grade, command: LookCommand) -> str:
    """What `command` did, for people."""
    match command:
        case c.Undo():
            return f"undo {before.histories[command.slot].now.words}"
        case c.BypassLook():
            return f"creative nodes {'off' if command.bypassed else 'on'}"
        case c.UnlinkNode():
            return f"node {command.node} is of slot {command.slot} alone"
        case _:
            return after.histories[command.slot].now.words


def _copied(grade: Grade, command: c.CopyLook) -> History:
    history, origin = grade.histories[command.slot], _origin(grade, command)
    said = f"copied from slot {command.origin}"
    if command.node is not None:
        node = origin.nodes[origin.place(command.node)].node
        return _with_new(history, node, None, f"{title(node, _before_transforms(history.now))} {said}")
    nodes = tuple(PlacedNode(f"n{history.used + at}", one.node) for at, one in enumerate(origin.nodes, 1))
    return history.then(Step(f"look {said}", nodes, origin.name, origin.notes), new_nodes=len(nodes))


def _linked(grade: Grade, command: c.LinkNode) -> Grade:
    history, origin = grade.histories[command.slot], _origin(grade, command)
    node, now = origin.nodes[origin.place(command.node)].node, history.now
    place = _before_transforms(now) if command.into is None else now.place(command.into)
    said = f"{title(node, place)} linked to slot {command.origin}"
    if command.into is None:
        id, history = history.next_id, _with_new(history, node, place, said)
    else:
        id, history = command.into, history.then(_step(now, now.with_node(place, node), said))
    joined = (command.origin, command.node), (command.slot, id)
    return _joined(grade, history.noting(joined), joined, command)


def _joined(grade: Grade, history: History, joined: tuple[Member, Member], command: c.LinkNode | c.Redo) -> Grade:
    """It leaves its partners of before first, so that they are not changed with it."""
    alone = replace(grade, links=grade.links.without(joined[1])).after(command.slot, history, command)
    return replace(alone, links=alone.links.joined(*joined))


def _redone(grade: Grade, command: c.Redo) -> Grade:
    """A node that became one with that of another slot does so again, as that one is now."""
    history = grade.histories[command.slot].redone()
    now = history.now
    if now.joined is None:
        return grade.after(command.slot, history, command)
    slot, id = now.joined[0]
    theirs = [one.node for one in grade.histories[slot].now.nodes if one.id == id]
    if not theirs:
        return grade.after(command.slot, history, command)
    same = now.with_node(now.place(now.joined[1][1]), theirs[0])
    return _joined(grade, replace(history, now=replace(now, nodes=same)), now.joined, command)


def _origin(grade: Grade, command: c.CopyLook | c.LinkNode) -> Step:
    history = grade.histories.get(command.origin)
    if history is None or command.origin == command.slot:
        others = ", ".join(name for name in grade.histories if name != command.slot) or "no other"
        raise UsageError(
            f"slot {command.slot} can take it from another slot, not from {command.origin}; there is {others}"
        )
    return history.now


def _set(history: History, command: c.SetLook, now_ns: int) -> History:
    field = next(iter(command.values)).partition(".")[0]
    return _turned(
        history,
        place_of(history.now, command.node, lambda node: field in settings(node)),
        Cdl(),
        lambda node: with_values(node, command.values, relative=command.relative),
        f"{command.slot} {spoken(command.values)}",
        now_ns,
    )


def _set_curve(history: History, command: c.SetCurve, now_ns: int) -> History:
    def with_points(node: Node) -> Node:
        if not isinstance(node, RgbCurves):
            raise UsageError(f"a {node.label} has no curves; look.add makes a node of kind rgb-curves")
        return _with(node, **{command.channel: command.points})

    place = place_of(history.now, command.node, lambda node: isinstance(node, RgbCurves))
    return _turned(history, place, RgbCurves(), with_points, f"{command.slot} {command.channel} curve", now_ns)


def _turned(
    history: History, place: int | None, fresh: Node, turn: Callable[[Node], Node], what: str, now_ns: int
) -> History:
    """The node at `place`, or where that is None `fresh` as a new one, after `turn`. `what`: the slot and what was
    turned."""
    now, is_new = history.now, place is None
    if place is None:
        place = _before_transforms(now)
        placed = PlacedNode(history.next_id, fresh)
        now = replace(now, nodes=(*now.nodes[:place], placed, *now.nodes[place:]))
    node = turn(now.nodes[place].node)
    step = _step(now, now.with_node(place, node), f"{title(node, place)}: {what.partition(' ')[2]}")
    return history.then(replace(step, turn=f"{now.nodes[place].id} {what}", at_ns=now_ns), new_nodes=int(is_new))


def place_of(now: Step, id: str | None, fits: Callable[[Node], bool]) -> int | None:
    """Of the node that is meant, `id` or else the first creative one that fits; None where there is none."""
    if id is not None:
        return now.place(id)
    found = (at for at, one in enumerate(now.nodes) if one.node.role is Role.CREATIVE and fits(one.node))
    return next(found, None)


def _before_transforms(now: Step) -> int:
    return next((at for at, one in enumerate(now.nodes) if one.node.role is Role.TRANSFORM), len(now.nodes))


def _with(node: Node, **fields: object) -> Node:
    return replace(node, **fields)  # type: ignore[type-var]  # all nodes are dataclasses


def _step(now: Step, nodes: tuple[PlacedNode, ...], words: str) -> Step:
    return Step(words, nodes, now.name, now.notes)


@dataclass(frozen=True, slots=True)
class LookEffect:
    """Looks that were asked for: in effect when each engine has taken a frame with its own, or with one that came
    after. `slots`: the one that was meant first, then those that share nodes with it."""

    patience_s: ClassVar[float] = PICTURE_S

    slots: tuple[SlotRunner, ...]
    words: str

    def answer(self) -> Answer | None:
        answers = [_in_force(slot, self.words) for slot in self.slots]
        if None in answers:
            return None
        # One that shares nodes and has no signal now has it with its next picture.
        return next((answer for answer in answers if answer is not None and answer.result == "refused"), answers[0])


def _in_force(slot: SlotRunner, words: str) -> Answer | None:
    force = slot.drawing.in_force
    if force is not None and force.asked is slot.drawing.look:
        if force.refused:
            return Answer("refused", error=force.refused, step=words)
        return Answer("done", frame=force.index, step=words)
    return None if slot.state.link is Link.RUNNING else Answer("pending", step=words)
