"""Where the journal of a session lies: a folder for each rig or command line, which one session has at a time."""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
from typing import TYPE_CHECKING

from livegrade.control.journal import read_journal
from livegrade.errors import ControlError
from livegrade.folders import HeldFile, state_folder
from livegrade.outputs.staging import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from livegrade.control.journal import Journal

FILE = "journal.json"
KEPT = 5
"""Of what is set aside: a session that begins anew by mistake, or twice, is not to cost what was set up by hand."""


def journal_name(title: str, *what: str) -> str:
    """The name of the folder for what a session is started with: `title`, as far as a file may be called so, and a hash
    of `what`."""
    digest = hashlib.blake2b("\0".join(what).encode(), digest_size=6).hexdigest()
    return f"{re.sub(r'[^A-Za-z0-9_-]', '-', title)[:40]}-{digest}"


class JournalFolder:
    """Owns the folder for as long as the session lives, which a lock says.

    `sessions/NAME` in the state folder; the one of the session before is `NAME.before`, one that cannot be read
    `NAME.damaged`; of each the newest, and behind it `NAME.before-2` to `NAME.before-5`, the older the higher.
    """

    def __init__(self, held: HeldFile, path: Path) -> None:
        self._held = held
        self._path = path

    @classmethod
    def take(cls, name: str) -> JournalFolder | None:
        """None where another session has it. Raises ControlError."""
        folder = state_folder() / "sessions"
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            held = HeldFile.take(folder / f"{name}.lock")
        except OSError as error:
            raise ControlError(f"{folder} cannot be used: {error.strerror or error}; check its permissions") from error
        return None if held is None else cls(held, folder / name)

    def read(self) -> Journal | None:
        """What the session before has left; None where that is nothing. Raises ControlError where it is damaged."""
        try:
            return read_journal(self._path / FILE)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ControlError(f"it cannot be read: {error.strerror or error}") from error

    def set_aside(self, word: str) -> Path | None:
        """Calls what is there `NAME.word`, and what was called so is one older; where it is now, None where there was
        nothing. Raises ControlError."""
        if not self._path.exists():
            return None
        newest = self._path.with_name(f"{self._path.name}.{word}")
        places = [newest, *(newest.with_name(f"{newest.name}-{age}") for age in range(2, KEPT + 1))]
        free = next((at for at, place in enumerate(places) if not place.exists()), KEPT - 1)
        try:
            shutil.rmtree(places[free], ignore_errors=True)
            for at in range(free, 0, -1):
                places[at - 1].replace(places[at])
            self._path.replace(newest)
        except OSError as error:
            raise ControlError(f"{self._path} cannot be set aside: {error.strerror or error}; remove it") from error
        return newest

    def write(self, data: bytes, fresh: Mapping[str, bytes]) -> None:
        """The journal, whole or not at all, after the tables that are new. Raises SinkError."""
        with contextlib.suppress(OSError):  # what then cannot be written says why
            self._path.mkdir(mode=0o700, exist_ok=True)
        for name, table in fresh.items():
            write_whole(self._path / name, table)
        write_whole(self._path / FILE, data)

    def clear(self, needed: frozenset[str]) -> None:
        """Removes the tables that the journal does not need any more."""
        with contextlib.suppress(OSError):
            for table in self._path.glob("*.table"):
                if table.name not in needed:
                    table.unlink()

    def close(self) -> None:
        """Safe to call twice."""
        self._held.release()
