"""Commands on MIDI desks."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from livegrade.control.commands.words import Command

Address: TypeAlias = Annotated[
    str, Meta(pattern=r"^/[^\x00-\x1f]{1,254}$", description="an address of docs/osc.md, such as /livegrade/A/slope/r")
]
Bound: TypeAlias = Annotated[float, Meta(ge=-1e9, le=1e9)]


class LearnMidi(Command, tag="midi.learn", frozen=True, kw_only=True):
    """The control of a MIDI desk that is moved next drives `to`, from now on and in the map file. Answered when it was
    moved; an encoder wants to be turned to both sides. `mode`: how it speaks, else found out; `low`, `high`: the
    numbers at its ends, else the usual ones of the setting; `step`: of one click of an encoder, else a thousandth of
    that. `value`: what it sends as a button, a number or text, where `to` takes one."""

    to: Address
    mode: Literal["absolute", "absolute-14", "twos-complement", "offset", "sign-magnitude"] | None = None
    low: Bound | None = None
    high: Bound | None = None
    step: Bound | None = None
    value: Bound | Annotated[str, Meta(min_length=1, max_length=2000)] | None = None


class ForgetMidi(Command, tag="midi.forget", frozen=True, kw_only=True):
    """The `control` of the `port`, both as in the state, drives nothing any more, in the map file too."""

    port: Annotated[str, Meta(min_length=1, max_length=200)]
    control: Annotated[str, Meta(min_length=1, max_length=40)]
