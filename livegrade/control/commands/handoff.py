"""Commands on the hand-off: what was kept, as a folder for post."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from livegrade.control.commands.take import Key
from livegrade.control.commands.words import Command, Path, Words

PartName: TypeAlias = Literal["cdl", "cube", "edl", "ale", "amf", "looks", "stills", "tables", "pdf"]


class StartExport(Command, tag="handoff.export", frozen=True, kw_only=True):
    """A day, or what `query` finds, or the `takes` with these numbers, as the new `folder`, beside the live work: all
    kinds of file or only `parts`, camera files matched by the lists `clips`. Without `query` it is the session's day,
    without `folder` it goes into the library. The state shows how far it is."""

    query: Words = ""
    folder: Path | None = None
    parts: Annotated[tuple[PartName, ...], Meta(max_length=9)] = ()
    takes: Annotated[tuple[Key, ...], Meta(max_length=1000)] = ()
    clips: Annotated[tuple[Path, ...], Meta(max_length=32)] = ()
    reel: Annotated[int, Meta(ge=8, le=128, description="most letters of a reel in the EDL")] = 32


class StopExport(Command, tag="handoff.cancel", frozen=True, kw_only=True):
    """Ends the export that is being made; nothing of it stays."""
