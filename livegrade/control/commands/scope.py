"""Commands on what is measured."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from livegrade.control.commands.words import Command, Slot


class SetScopes(Command, tag="scope.set", frozen=True, kw_only=True):
    """How the scopes of `slot` are measured: `per-second` at most, 0 for not at all; `sampling` as of
    `--scope-sampling`; `ycbcr`: Cb and Cr too, for the scope of that name. What is not said stays."""

    slot: Slot
    per_second: Annotated[int, Meta(ge=0, le=120)] | None = field(name="per-second", default=None)
    sampling: Literal["auto", "full", "2x2"] | None = None
    ycbcr: bool | None = None


class ResetScopes(Command, tag="scope.reset", frozen=True, kw_only=True):
    """The peaks that the scopes of `slot` hold begin anew: those of one `tap`, or all."""

    slot: Slot
    tap: Literal["source", "graded"] | None = None
