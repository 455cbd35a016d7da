"""Commands on the look of a slot."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, field

from livegrade.control.commands.words import (
    MAX_VALUES,
    Command,
    Name,
    NodeId,
    Parameter,
    Path,
    Place,
    Slot,
    Value,
)

NodeKind: TypeAlias = Literal[
    "cdl",
    "exposure",
    "white-balance",
    "printer-points",
    "lift-gamma-gain",
    "contrast",
    "saturation",
    "rgb-curves",
]
CurveName: TypeAlias = Literal["master", "red", "green", "blue"]
Points: TypeAlias = Annotated[tuple[tuple[float, float], ...], Meta(max_length=64)]


class SetLook(Command, tag="look.set", frozen=True, kw_only=True):
    """Sets numbers of a node of the look of `slot`: `{"slope.r": 1.05, "saturation": 0.9}`; of red, green and blue at
    once where no channel is named. `relative`: they are added to what is there. Without `node`: the first node that has
    the first of them, or a new CDL before the first LUT or transform."""

    slot: Slot
    values: Annotated[dict[Parameter, Value], Meta(min_length=1, max_length=MAX_VALUES)]
    node: NodeId | None = None
    relative: bool = False


class SetCurve(Command, tag="look.curve", frozen=True, kw_only=True):
    """A curve of a node with RGB curves goes through `points`, (in, out) pairs that rise; none: no curve. Without
    `node`: the first node that has curves, or a new one before the first LUT or transform."""

    slot: Slot
    points: Points
    channel: CurveName = "master"
    node: NodeId | None = None


class SwitchNode(Command, tag="look.switch", frozen=True, kw_only=True):
    """Turns a node on or off."""

    slot: Slot
    node: NodeId
    enabled: bool


class ResetLook(Command, tag="look.reset", frozen=True, kw_only=True):
    """The look with which the session began; `node`: only that node, back to what does nothing."""

    slot: Slot
    node: NodeId | None = None


class AddNode(Command, tag="look.add", frozen=True, kw_only=True):
    """A new node that does nothing yet. `place`: how many nodes stand before it, else it is the last before the first
    LUT or transform. The id is the next that nobody had. Exposure and white balance work in the light of the slot's
    camera, which must be known."""

    slot: Slot
    kind: NodeKind
    name: Name = ""
    place: Place | None = None


class RemoveNode(Command, tag="look.remove", frozen=True, kw_only=True):
    """Takes a node out of the look."""

    slot: Slot
    node: NodeId


class MoveNode(Command, tag="look.move", frozen=True, kw_only=True):
    """Puts a node where `place` others stand before it."""

    slot: Slot
    node: NodeId
    place: Place


class DuplicateNode(Command, tag="look.duplicate", frozen=True, kw_only=True):
    """Another node like this one, right behind it."""

    slot: Slot
    node: NodeId


class RenameNode(Command, tag="look.rename", frozen=True, kw_only=True):
    """Gives a node, or without `node` the look, another name."""

    slot: Slot
    name: Name
    node: NodeId | None = None


class LoadLook(Command, tag="look.load", frozen=True, kw_only=True):
    """The look of a file in place of the look of `slot`; `add`: behind its nodes. `path`: whole, on the machine of the
    session, and as on the command line (`FILE#ID` for one of a collection)."""

    slot: Slot
    path: Path
    add: bool = False


class SaveLook(Command, tag="look.save", frozen=True, kw_only=True):
    """Writes the look of `slot` as the ending of `path` says: `.json` every node, `.cube` and other LUTs all that the
    slot does with it, `.cdl .cc .ccc` its CDL alone; `overwrite`: in place of a file that is there."""

    slot: Slot
    path: Path
    overwrite: bool = False


class Undo(Command, tag="look.undo", frozen=True, kw_only=True):
    """The look of `slot` before its last change."""

    slot: Slot


class Redo(Command, tag="look.redo", frozen=True, kw_only=True):
    """The change of `slot` that was undone last, again."""

    slot: Slot


class BypassLook(Command, tag="look.bypass", frozen=True, kw_only=True):
    """The creative nodes of the look of `slot` off while `bypassed`, on all its outputs; LUTs and transforms stay. No
    step of undo, and no node is changed."""

    slot: Slot
    bypassed: bool


class CopyLook(Command, tag="look.copy", frozen=True, kw_only=True):
    """The look of the slot `from` in place of that of `slot`; with `node` only that node of it, as a new one before the
    first LUT or transform."""

    slot: Slot
    origin: Slot = field(name="from")
    node: NodeId | None = None


class LinkNode(Command, tag="look.link", frozen=True, kw_only=True):
    """`node` of the slot `from` is one of `slot` too: a change of either is one of both, undo too. It stands where
    `into`, a node of `slot`, stood, else as a new one before the first LUT or transform."""

    slot: Slot
    origin: Slot = field(name="from")
    node: NodeId
    into: NodeId | None = None


class UnlinkNode(Command, tag="look.unlink", frozen=True, kw_only=True):
    """`node` of `slot` is its own again."""

    slot: Slot
    node: NodeId


class LookResponse(Command, tag="look.response", frozen=True, kw_only=True):
    """What the look of `slot`, as it is shown now, makes of greys: `samples` of them; with `node` what that one makes
    of them by itself, on or off, and its curves one by one."""

    slot: Slot
    node: NodeId | None = None
    samples: Annotated[int, Meta(ge=17, le=1025)] = 129
