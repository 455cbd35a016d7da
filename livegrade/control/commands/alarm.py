"""Commands on alarms."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from livegrade.control.commands.words import Command


class SeeAlarms(Command, tag="alarm.see", frozen=True, kw_only=True):
    """Somebody has seen an alarm, under its `number` in the state, else all there are: they count no more, and stay in
    the list."""

    number: Annotated[int, Meta(ge=1, le=2**53)] | None = None
