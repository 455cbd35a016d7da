"""Commands on pictures that are kept."""

from __future__ import annotations

from livegrade.control.commands.words import Command, Path, Slot


class GrabStill(Command, tag="still.grab", frozen=True, kw_only=True):
    """Writes the newest picture of `slot` into `folder`, without it into the session's library: graded and source as
    16-bit PNG, and the look. The answer has their names."""

    slot: Slot
    folder: Path | None = None
