"""What a face may ask of a running session, as types: the API in the words of msgspec, one module a subject. No
behaviour.

Every command names what it is in "command"; docs/api.md and the OpenAPI document are made from these structs.
"""

from __future__ import annotations

from typing import Any, TypeAlias, get_args

from livegrade.control.commands.alarm import SeeAlarms
from livegrade.control.commands.device import (
    AddDevice,
    BypassDevice,
    ListPresets,
    ProveDevice,
    PushLook,
    RecallPreset,
    ReconnectDevice,
    RecordDevice,
    RemoveDevice,
    RouteDevice,
    SetDevice,
    ShowLibrary,
    StorePreset,
)
from livegrade.control.commands.handoff import StartExport, StopExport
from livegrade.control.commands.library import EditKept, FindKept, KeepLook, RecallLook, ShowKept
from livegrade.control.commands.look import (
    AddNode,
    BypassLook,
    CopyLook,
    DuplicateNode,
    LinkNode,
    LoadLook,
    LookResponse,
    MoveNode,
    NodeKind,
    Redo,
    RemoveNode,
    RenameNode,
    ResetLook,
    SaveLook,
    SetCurve,
    SetLook,
    SwitchNode,
    Undo,
    UnlinkNode,
)
from livegrade.control.commands.match import ApplyMatch, ReadMatch
from livegrade.control.commands.meter import (
    AddMeter,
    FindPixels,
    MeterCommand,
    ReadMeter,
    RemoveFocus,
    RemoveMeter,
    ResetFocus,
    SetFocus,
    SetMeter,
)
from livegrade.control.commands.midi import ForgetMidi, LearnMidi
from livegrade.control.commands.osc import SetOsc
from livegrade.control.commands.scope import MarkScope, ReadScope, ResetScopes, ScopeWords, SetScopes
from livegrade.control.commands.session import StopSession
from livegrade.control.commands.shelf import PinLook, RecallShelved, UnpinLook
from livegrade.control.commands.source import ListSources, Reconnect, SetSource
from livegrade.control.commands.still import GrabStill
from livegrade.control.commands.stream import (
    EndStream,
    ShowPicture,
    ShowScope,
    StreamCommand,
    SubscribePicture,
    SubscribeScope,
)
from livegrade.control.commands.take import (
    AddMarker,
    AmendTake,
    CircleTake,
    CommentTake,
    EndTake,
    ListMarkers,
    ListTakes,
    NextTake,
    RedoTakes,
    SetSlate,
    StartTake,
    UndoTakes,
)
from livegrade.control.commands.view import AddSink, LockView, RemoveSink, SetSink, SetView, ShowLegend
from livegrade.control.commands.window import AskWindow, TurnWindow, WindowNumber
from livegrade.control.commands.words import MAX_VALUES, Value

__all__ = [
    "MAX_VALUES",
    "NAMES",
    "AddDevice",
    "AddMarker",
    "AddMeter",
    "AddNode",
    "AddSink",
    "AmendTake",
    "AnyCommand",
    "ApplyMatch",
    "AskWindow",
    "BypassDevice",
    "BypassLook",
    "CircleTake",
    "CommentTake",
    "CopyLook",
    "DeskCommand",
    "DuplicateNode",
    "EditKept",
    "EndStream",
    "EndTake",
    "FindKept",
    "FindPixels",
    "ForgetMidi",
    "GrabStill",
    "KeepLook",
    "LearnMidi",
    "LinkNode",
    "ListMarkers",
    "ListPresets",
    "ListSources",
    "ListTakes",
    "LoadLook",
    "LockView",
    "LookResponse",
    "MarkScope",
    "MeterCommand",
    "MoveNode",
    "NextTake",
    "NodeKind",
    "PinLook",
    "ProveDevice",
    "PushLook",
    "ReadMatch",
    "ReadMeter",
    "ReadScope",
    "RecallLook",
    "RecallPreset",
    "RecallShelved",
    "Reconnect",
    "ReconnectDevice",
    "RecordDevice",
    "Redo",
    "RedoTakes",
    "RemoveDevice",
    "RemoveFocus",
    "RemoveMeter",
    "RemoveNode",
    "RemoveSink",
    "RenameNode",
    "ResetFocus",
    "ResetLook",
    "ResetScopes",
    "RouteDevice",
    "SaveLook",
    "ScopeWords",
    "SeeAlarms",
    "SetCurve",
    "SetDevice",
    "SetFocus",
    "SetLook",
    "SetMeter",
    "SetOsc",
    "SetScopes",
    "SetSink",
    "SetSlate",
    "SetSource",
    "SetView",
    "ShowKept",
    "ShowLegend",
    "ShowLibrary",
    "ShowPicture",
    "ShowScope",
    "StartExport",
    "StartTake",
    "StopExport",
    "StopSession",
    "StorePreset",
    "StreamCommand",
    "SubscribePicture",
    "SubscribeScope",
    "SwitchNode",
    "TurnWindow",
    "Undo",
    "UndoTakes",
    "UnlinkNode",
    "UnpinLook",
    "Value",
    "WindowNumber",
]

DeskCommand: TypeAlias = (
    SetLook
    | SetCurve
    | SwitchNode
    | ResetLook
    | AddNode
    | RemoveNode
    | MoveNode
    | DuplicateNode
    | RenameNode
    | LoadLook
    | SaveLook
    | Undo
    | Redo
    | BypassLook
    | CopyLook
    | LinkNode
    | UnlinkNode
    | LookResponse
    | ReadMatch
    | ApplyMatch
    | SetView
    | ShowLegend
    | LockView
    | AddSink
    | SetSink
    | RemoveSink
    | ListSources
    | SetSource
    | Reconnect
    | SetScopes
    | ResetScopes
    | ReadScope
    | MarkScope
    | ReadMeter
    | FindPixels
    | AddMeter
    | SetMeter
    | RemoveMeter
    | SetFocus
    | ResetFocus
    | RemoveFocus
    | GrabStill
    | StartTake
    | EndTake
    | SetSlate
    | NextTake
    | CircleTake
    | CommentTake
    | AmendTake
    | UndoTakes
    | RedoTakes
    | ListTakes
    | AddMarker
    | ListMarkers
    | FindKept
    | ShowKept
    | EditKept
    | KeepLook
    | RecallLook
    | PinLook
    | UnpinLook
    | RecallShelved
    | StartExport
    | StopExport
    | AddDevice
    | RemoveDevice
    | PushLook
    | ProveDevice
    | ReconnectDevice
    | BypassDevice
    | ListPresets
    | StorePreset
    | RecallPreset
    | ShowLibrary
    | RecordDevice
    | RouteDevice
    | SetDevice
    | SeeAlarms
    | AskWindow
    | TurnWindow
    | StopSession
)
"""What is carried out on the session, for everybody."""

AnyCommand: TypeAlias = DeskCommand | StreamCommand | LearnMidi | ForgetMidi | SetOsc

NAMES: dict[str, type[Any]] = {str(kind.__struct_config__.tag): kind for kind in get_args(AnyCommand)}
"""The commands under their names."""
