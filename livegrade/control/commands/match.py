"""Commands on how the picture of a slot differs from another one."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, field

from livegrade.control.commands.meter import Part
from livegrade.control.commands.words import Command, Slot, Words

Region: TypeAlias = Annotated[
    tuple[Part, Part, Part, Part], Meta(description="left, top, width and height of a part of a picture, 0 to 1")
]


class ReadMatch(Command, tag="match.read", frozen=True, kw_only=True):
    """How the newest picture of `slot` differs from the one that `with` names (as behind `with=`: `slot:B`, `still:12`,
    `file:PATH`): in `found` what would bring it there. `region`: only that part of it, `reference-region` of the other.
    `aligned`: whether they show the same in every pixel; it is found out where that is not said."""

    slot: Slot
    against: Words = field(name="with")
    region: Region | None = None
    reference_region: Region | None = field(name="reference-region", default=None)
    aligned: bool | None = None


class ApplyMatch(Command, tag="match.apply", frozen=True, kw_only=True):
    """The same, and a CDL that closes the difference goes before the first LUT or transform of the look of `slot`, as
    one step; `by` light: exposure and white balance. A match that stands there already is replaced."""

    slot: Slot
    against: Words = field(name="with")
    region: Region | None = None
    reference_region: Region | None = field(name="reference-region", default=None)
    aligned: bool | None = None
    by: Literal["cdl", "light"] = "cdl"
