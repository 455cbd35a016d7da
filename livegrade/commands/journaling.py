"""The journal of a live run: whether one is taken up, and what is told of it. None of this ever stops a start."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from livegrade.control.journal_folder import JournalFolder, journal_name
from livegrade.errors import ControlError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livegrade.control.journal import Journal


class Teller(Protocol):
    """Whom it is told."""

    def __call__(self, text: str, *, trouble: bool = False) -> None:
        """`trouble`: somebody should look at it."""


def run_name(rig: str | None, words: Sequence[str]) -> str:
    """Of the journal: the same for the same rig, or else for the same sources and outputs (`words`)."""
    if rig is None:
        return journal_name("command-line", *words)
    path = rig if rig.startswith("demo:") else str(Path(rig).resolve())
    return journal_name(Path(rig).stem, path)


def open_journal(name: str, tell: Teller, patience_s: float = 0.0) -> JournalFolder | None:
    """The folder of that name; None, and a sentence, where the session must go on without. `patience_s`: how long one
    that another session has is waited for."""
    until_s = time.monotonic() + patience_s
    try:
        while (folder := JournalFolder.take(name)) is None and time.monotonic() < until_s:
            pass  # taking it has waited a moment
    except ControlError as error:
        tell(f"this session keeps no journal: {error}", trouble=True)
        return None
    if folder is None:
        tell("another session with the same rig or sources runs; this one keeps no journal", trouble=True)
    return folder


def journal_before(folder: JournalFolder, tell: Teller, *, resume: bool | None, run: str) -> Journal | None:
    """What to take up: the journal that is there where `resume` says so, or where it is of the same `run`. One that is
    damaged is set aside, with a sentence, and so is one of another run where `resume` says no; None leaves it."""
    try:
        journal = folder.read()
    except ControlError as error:
        tell(f"the journal of the session before is not used: {error}", trouble=True)
        _set_aside(folder, tell, "damaged")
        return None
    if journal is None:
        if resume:
            tell("--resume: there is no journal of a session before; this one begins as it is started")
        return None
    if resume or (run and journal.run == run):
        tell("looks and views are those of the session before")
        return journal
    if resume is False:
        _set_aside(folder, tell, "before")
    elif not journal.ended:
        tell("the session before was cut off; --resume takes up its looks and views")
    return None


def _set_aside(folder: JournalFolder, tell: Teller, word: str) -> None:
    try:
        tell(f"the journal of the session before is kept as {folder.set_aside(word)}")
    except ControlError as error:
        tell(str(error), trouble=True)
