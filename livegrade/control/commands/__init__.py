"""What a face may ask of a running session, as types: the API in the words of msgspec, one module a subject. No
behaviour.

Every command names what it is in "command"; docs/api.md and the OpenAPI document are made from these structs.
"""

from __future__ import annotations

from typing import Any, TypeAlias, get_args

from livegrade.control.commands.look import (
    AddNode,
    LoadLook,
    MoveNode,
    NodeKind,
    Redo,
    RemoveNode,
    RenameNode,
    ResetLook,
    SaveLook,
    SetLook,
    SwitchNode,
    Undo,
)
from livegrade.control.commands.still import GrabStill
from livegrade.control.commands.view import LockView, SetView
from livegrade.control.commands.words import MAX_VALUES, Value

__all__ = [
    "MAX_VALUES",
    "NAMES",
    "NAMES_FILES",
    "AddNode",
    "AnyCommand",
    "GrabStill",
    "LoadLook",
    "LockView",
    "MoveNode",
    "NodeKind",
    "Redo",
    "RemoveNode",
    "RenameNode",
    "ResetLook",
    "SaveLook",
    "SetLook",
    "SetView",
    "SwitchNode",
    "Undo",
    "Value",
]

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
