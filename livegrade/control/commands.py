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


AnyCommand: TypeAlias = SetLook | SwitchNode | ResetLook | Undo | Redo | SetView | LockView

NAMES: dict[str, type[Any]] = {str(kind.__struct_config__.tag): kind for kind in get_args(AnyCommand)}
"""The commands under their names."""
