"""Commands for the windows of a session."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from livegrade.control.commands.words import Command


class AskWindow(Command, tag="window.do", frozen=True, kw_only=True):
    """Every window over the session does its `action`, by the names that the map of keys has: what a window shows is
    its own, and so a surface asks it by way of the session. Windows pass over what they do not know, what asks
    back, and what is the session's."""

    action: Annotated[str, Meta(pattern="^[a-z0-9-]{1,60}$", description="as the map of keys names it, such as zebra")]


WindowNumber: TypeAlias = Literal[
    "compare-at",
    "compare-gain",
    "false-color-opacity",
    "guides-line",
    "guides-shade",
    "peaking-step",
    "zebra-from",
    "zebra-to",
    "zebra-second-from",
    "zebra-second-to",
]
"""What windows have for themselves that a wheel can turn."""
MOST = 1e6


class TurnWindow(Command, tag="window.turn", frozen=True, kw_only=True):
    """Every window over the session sets that `number` of its own picture, as if the `value` were typed into its field;
    `relative`: it is added to what is there."""

    number: WindowNumber
    value: Annotated[float, Meta(ge=-MOST, le=MOST)]
    relative: bool = False
