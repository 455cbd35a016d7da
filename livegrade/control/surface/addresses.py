"""From what a surface says to a command, by the table of `routes`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from livegrade.control.commands import DeskCommand
from livegrade.control.parameters import CHANNELS
from livegrade.control.surface.message import ROOT
from livegrade.control.surface.routes import ROUTES
from livegrade.engine.view import ViewKind
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from livegrade.control.desk import Desk
    from livegrade.control.surface.message import Message

STEPS = ("take", "shot", "scene")
MARKERS = ("boom-shadow", "flare", "reflection", "focus", "free")


def command_of(message: Message, desk: Desk) -> DeskCommand | None:
    """What `message` asks for, None where it is a button that was let go. Raises UsageError, in words for whoever holds
    the surface."""
    parts = message.address.split("/")[1:]
    if parts[0] != ROOT:
        raise UsageError(f"addresses begin with /{ROOT}, not /{parts[0][:40]}")
    for route in ROUTES:
        words = _matched(route.pattern.split("/"), parts[1:])
        if words is not None:
            break
    else:
        raise UsageError("there is no such address; docs/osc.md lists them")
    said = route.build(desk, words, message.arguments)
    if said is None:
        return None
    try:
        return msgspec.convert(said, DeskCommand)  # type: ignore[no-any-return]
    except msgspec.ValidationError as error:
        raise UsageError(f"it takes {route.takes or 'nothing'}: {error}") from None


def _matched(pattern: list[str], parts: list[str]) -> dict[str, str] | None:
    """What stands in the braces, None where the pattern is of other addresses."""
    if len(pattern) != len(parts):
        return None
    words: dict[str, str] = {}
    for want, have in zip(pattern, parts, strict=True):
        if want.startswith("{"):
            if not _fits(want[1:-1], have):
                return None
            words[want[1:-1]] = have
        elif want != have:
            return None
    return words


def _fits(what: str, word: str) -> bool:
    match what:
        case "slot":
            return len(word) == 1 and "A" <= word <= "Z"
        case "channel":
            return word in CHANNELS and len(word) == 1
        case "kind":
            return word in set(ViewKind)
        case "step":
            return word in STEPS
        case "marker":
            return word in MARKERS
        case _:
            return bool(word)
