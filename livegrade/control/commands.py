"""What a face may ask of a running session, as types: the API in the words of msgspec. No behaviour.

Every command names what it is in "command"; docs/api.md and the OpenAPI document are made from these structs.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias, get_args

from msgspec import Meta, Struct

MAX_VALUES = 64

Slot: TypeAlias = Annotated[str, Meta(pattern="^[A-Z]$", description="a slot, such as A")]
Sink: TypeAlias = Annotated[str, Meta(pattern="^[1-9][0-9]?$", description="an output: its place in the list, from 1")]
NodeId: TypeAlias = Annotated[str, Meta(pattern="^n[1-9][0-9]{0,8}$", description="a node of a look, such as n1")]
Parameter: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z_]{1,20}(\.[rgb])?$", description="such as slope.r")]
Value: TypeAlias = float | bool | tuple[float, float, float]
Name: TypeAlias = Annotated[str, Meta(max_length=200)]
Path: TypeAlias = Annotated[str, Meta(min_length=1, max_length=4000)]
NodeKind: TypeAlias = Literal[
    "cdl", "exposure", "white-balance", "printer-points", "lift-gamma-gain", "contrast", "saturation"
]
Words: TypeAlias = Annotated[str, Meta(max_length=2000)]


class SetLook(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="look.set", kw_only=True):
    """Sets numbers of a node of the look of `slot`: `{"slope.r": 1.05, "saturation": 0.9}`; of red, green and blue at
    once where no channel is named. `relative`: they are added to what is there. Without `node`: the first node that has
    the first of them, or a new CDL before the first LUT or transform."""

    slot: Slot
    values: Annotated[dict[Parameter, Value], Meta(min_length=1, max_length=MAX_VALUES)]
    node: NodeId | None = None
    relative: bool = False


class SwitchNode(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="look.switch", kw_only=True):
    """Turns a node on or off."""

    slot: Slot
    node: NodeId
    enabled: bool


class ResetLook(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="look.reset", kw_only=True):
    """The look with which the session began; `node`: only that node, back to what does nothing."""

    slot: Slot
    node: NodeId | None = None


class AddNode(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="look.add", kw_only=True):
    """A new node that does nothing yet. `place`: how many nodes stand before it, else it is the last before the first
    LUT or transform. The id is the next that nobody had. Exposure and white balance work in the light of the slot's
    camera, which must be known."""

    slot: Slot
    kind: NodeKind
    name: Name = ""
    place: Annotated[int, Meta(ge=0, le=255)] | None = None


class RemoveNode(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="look.remove", kw_only=True):
    """Takes a node out of the look."""

    slot: Slot
    node: NodeId


class MoveNode(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="look.move", kw_only=True):
    """Puts a node where `place` others stand before it."""

    slot: Slot
    node: NodeId
    place: Annotated[int, Meta(ge=0, le=255)]


class RenameNode(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="look.rename", kw_only=True):
    """Gives a node, or without `node` the look, another name."""

    slot: Slot
    name: Name
    node: NodeId | None = None


class LoadLook(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="look.load", kw_only=True):
    """The look of a file in place of the look of `slot`; `add`: behind its nodes. `path`: whole, on the machine of the
    session, and as on the command line (`FILE#ID` for one of a collection)."""

    slot: Slot
    path: Path
    add: bool = False


class SaveLook(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="look.save", kw_only=True):
    """Writes the look of `slot` as a saved look, `.json`; `overwrite`: in place of a file that is there."""

    slot: Slot
    path: Path
    overwrite: bool = False


class GrabStill(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="still.grab", kw_only=True):
    """Writes the newest picture of `slot` into `folder`: graded and source as 16-bit PNG, and the look. The answer has
    their names."""

    slot: Slot
    folder: Path


class Undo(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="look.undo", kw_only=True):
    """The look of `slot` before its last change."""

    slot: Slot


class Redo(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="look.redo", kw_only=True):
    """The change of `slot` that was undone last, again."""

    slot: Slot


class SetView(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="view.set", kw_only=True):
    """What an output shows, in the words that stand behind `view=`, `tap=` and `zebra=` on the command line; its
    calibration and its output transform stay."""

    sink: Sink
    view: Words
    tap: Literal["source", "graded"] | None = None
    zebra: Words | None = None


class LockView(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="view.lock", kw_only=True):
    """A locked output keeps its view, whoever asks for another."""

    sink: Sink
    locked: bool


AnyCommand: TypeAlias = (
    SetLook
    | SwitchNode
    | ResetLook
    | AddNode
    | RemoveNode
    | MoveNode
    | RenameNode
    | LoadLook
    | SaveLook
    | Undo
    | Redo
    | SetView
    | LockView
    | GrabStill
)

NAMES: dict[str, type[Any]] = {str(kind.__struct_config__.tag): kind for kind in get_args(AnyCommand)}
"""The commands under their names."""

NAMES_FILES = (LoadLook, SaveLook, GrabStill)
"""Commands that name places on the session's machine, and so are for its own programs alone."""
