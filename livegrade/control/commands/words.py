"""What every command is made of: its name, and the words that many of them have. No behaviour."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

MAX_VALUES = 64
LEAST_SIDE, MOST_SIDE = 16, 4096
WIDTH, HEIGHT = 640, 360
"""Pixels of what is drawn for a client, where it does not say."""

Slot: TypeAlias = Annotated[str, Meta(pattern="^[A-Z]$", description="a slot, such as A")]
Sink: TypeAlias = Annotated[str, Meta(pattern="^[1-9][0-9]{0,3}$", description="an output: its number, from 1")]
NodeId: TypeAlias = Annotated[str, Meta(pattern="^n[1-9][0-9]{0,8}$", description="a node of a look, such as n1")]
Parameter: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z_]{1,20}(\.[rgb])?$", description="such as slope.r")]
Value: TypeAlias = float | bool | tuple[float, float, float]
Name: TypeAlias = Annotated[str, Meta(max_length=200)]
Path: TypeAlias = Annotated[str, Meta(min_length=1, max_length=4000)]
Place: TypeAlias = Annotated[int, Meta(ge=0, le=255, description="how many nodes stand before it")]
CompareMode: TypeAlias = Literal["wipe", "wipe-horizontal", "split", "blend", "toggle", "difference", "grid"]
Side: TypeAlias = Annotated[int, Meta(ge=LEAST_SIDE, le=MOST_SIDE)]
Letters: TypeAlias = Annotated[int, Meta(ge=8, le=64, description="pixels")]
Words: TypeAlias = Annotated[str, Meta(max_length=2000)]


class Command(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command"):
    """A command, which says in "command" what it is."""
