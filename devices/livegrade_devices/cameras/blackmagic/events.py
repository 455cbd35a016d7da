"""The messages of a Blackmagic camera's event WebSocket: subscriptions, and what then comes.

Source: Blackmagic, Camera Control REST API, Event Control. No input or output here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

PATH = "/control/api/v1/event/websocket"


class _Data(msgspec.Struct, frozen=True):
    action: str = ""
    property: str = ""
    value: Any = None
    values: dict[str, Any] = {}
    success: bool = False


class _Message(msgspec.Struct, frozen=True):
    type: str = ""
    id: int = 0
    data: _Data = _Data()


@dataclass(frozen=True, slots=True)
class Opened:
    """The camera is ready to be asked."""


@dataclass(frozen=True, slots=True)
class Subscribed:
    """Answer to request `id`. `values`: of the properties as they are now; none where it was not `success`."""

    id: int
    success: bool
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Changed:
    """A property has another value."""

    path: str
    value: object


Event: TypeAlias = "Opened | Subscribed | Changed | None"


def subscription(number: int, path: str) -> str:
    """Request `number` to be told of the property at `path`."""
    data = {"action": "subscribe", "properties": [path]}
    return msgspec.json.encode({"type": "request", "id": number, "data": data}).decode()


def read_event(message: str | bytes) -> Event:
    """None for what is no business of ours. Raises ValueError where it is no message of this API."""
    try:
        said = msgspec.json.decode(message, type=_Message)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ValueError(f"it says {message[:60]!r}, which is no event of a camera") from error
    match said.type, said.data.action:
        case "event", "websocketOpened":
            return Opened()
        case "event", "propertyValueChanged":
            return Changed(said.data.property, said.data.value)
        case "response", "subscribe":
            return Subscribed(said.id, said.data.success, said.data.values)
    return None
