"""Commands on meters: numbers that are read from the pictures of a slot. Places are 0 to 1 from the picture's left and
top."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from livegrade.control.commands.words import Command, Slot

Part: TypeAlias = Annotated[float, Meta(ge=0, le=1, description="a part of the picture's width or height")]
Size: TypeAlias = Annotated[int, Meta(ge=1, le=129, description="pixels of a side")]
MeterId: TypeAlias = Annotated[str, Meta(pattern="^m[1-9][0-9]{0,8}$", description="a spot meter, such as m1")]
Code: TypeAlias = Annotated[int, Meta(ge=0, le=1023, description="a code of 10 bits")]
MeterName: TypeAlias = Annotated[str, Meta(max_length=40)]


class ReadMeter(Command, tag="meter.read", frozen=True, kw_only=True):
    """Reads the newest picture of `slot` once at `x`, `y`: the mean of `size` x `size` pixels at both taps, in `found`
    as a meter of the state has it."""

    slot: Slot
    x: Part
    y: Part
    size: Size = 1


class FindPixels(Command, tag="meter.find", frozen=True, kw_only=True):
    """Which pixels of the newest picture of `slot` at `tap` stand at a place of a scope, about as near as a hand
    points: at the 10-bit code `level` of `channel` (of R, G or B where that is not said), in the `column` 0 to 1 from
    the left, with the codes `cb` and `cr`, at the `chromaticity` of a `diagram` of CIE. What is not said does not
    count. `found` has one mask."""

    slot: Slot
    tap: Literal["source", "graded"] = "graded"
    channel: Literal["Y", "R", "G", "B", "CB", "CR"] | None = None
    level: Code | None = None
    column: Part | None = None
    cb: Code | None = None
    cr: Code | None = None
    diagram: Literal["xy", "uv"] | None = None
    chromaticity: tuple[float, float] | None = None


class AddMeter(Command, tag="meter.add", frozen=True, kw_only=True):
    """A spot meter more in `slot`, at `x`, `y`: the mean of `size` x `size` pixels, under `name`. `made` in the answer
    is its id."""

    slot: Slot
    x: Part
    y: Part
    size: Size = 9
    name: MeterName = ""


class SetMeter(Command, tag="meter.set", frozen=True, kw_only=True):
    """Moves the spot meter `meter` of `slot` to `x`, `y`, gives it another `size` or `name`. What is not said stays."""

    slot: Slot
    meter: MeterId
    x: Part | None = None
    y: Part | None = None
    size: Size | None = None
    name: MeterName | None = None


class RemoveMeter(Command, tag="meter.remove", frozen=True, kw_only=True):
    """Takes the spot meter `meter` of `slot` away."""

    slot: Slot
    meter: MeterId


class SetFocus(Command, tag="focus.set", frozen=True, kw_only=True):
    """The focus meter of `slot` looks at the area of `width` x `height` at `x`, `y`, its left and top. Its peak begins
    anew."""

    slot: Slot
    x: Part = 0.375
    y: Part = 0.375
    width: Part = 0.25
    height: Part = 0.25


class ResetFocus(Command, tag="focus.reset", frozen=True, kw_only=True):
    """The peak of the focus meter of `slot` begins anew."""

    slot: Slot


class RemoveFocus(Command, tag="focus.remove", frozen=True, kw_only=True):
    """The focus meter of `slot` is off."""

    slot: Slot


MeterCommand: TypeAlias = (
    ReadMeter | FindPixels | AddMeter | SetMeter | RemoveMeter | SetFocus | ResetFocus | RemoveFocus
)
