"""Which commands name files of the session's machine, and so are for its own programs alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.control import commands as c
from livegrade.engine.view import PALETTE_SUFFIX
from livegrade.errors import UsageError
from livegrade.transport.address import Scheme, parse_sink, parse_source

if TYPE_CHECKING:
    from livegrade.control.looks import PutLook

SHOWN_ONLY = (Scheme.NDI, Scheme.DECKLINK, Scheme.NULL)
"""Outputs that write no file and reach no URL."""


def names_files(command: c.AnyCommand | PutLook) -> bool:
    """Whether it reads or writes a file, or reaches an address of the network, that its sender chose."""
    match command:
        case (
            c.LoadLook()
            | c.SaveLook()
            | c.SubscribePicture()
            | c.ShowPicture()
            | c.SubscribeScope()
            | c.ShowScope()
            | c.EndStream()
            | c.AddDevice()
        ):
            return True
        case c.StartExport():
            return command.folder is not None or bool(command.clips)
        case c.GrabStill():
            return command.folder is not None
        case c.SetView():
            return names_palette(command.view) or names_file(command.against)
        case c.ShowLegend():
            return names_palette(command.view)
        case c.ReadMatch() | c.ApplyMatch():
            return names_file(command.against)
        case c.ShowLibrary():
            return bool(command.put)
        case c.SetSink():
            return bool(command.cal)
        case c.SetSource():
            return command.source is not None and _reads(command.source)
        case c.AddSink():
            return _writes(command.address)
        case _:
            return False


def _reads(text: str) -> bool:
    try:
        return parse_source(text).scheme in (Scheme.PATH, Scheme.FFMPEG)
    except UsageError:
        return False


def _writes(text: str) -> bool:
    try:
        address = parse_sink(text)
    except UsageError:
        return False  # and is refused for what it is
    own_files = address.option("cal") is not None or names_palette(address.option("view") or "")
    own_files |= names_file(address.option("with"))
    return address.scheme not in SHOWN_ONLY or own_files


def names_file(reference: str | None) -> bool:
    """Whether the words behind `with=` do, one of several in a grid too."""
    return any(word.startswith("file:") for word in (reference or "").split("+"))


def names_palette(view: str) -> bool:
    """Whether the words of a view name a file with a palette."""
    return view.lower().endswith(PALETTE_SUFFIX)
