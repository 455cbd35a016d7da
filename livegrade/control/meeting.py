"""Where programs of the same user find a running session and its token."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

import msgspec

from livegrade.control.messages import ENCODER, Meeting
from livegrade.errors import ControlError
from livegrade.folders import HeldFile, is_held, runtime_folder

if TYPE_CHECKING:
    from pathlib import Path


class MeetingPoint:
    """`api-PORT.json`, readable for the user alone, and `api-PORT.lock`, which the session holds for as long as it
    lives: what one that was killed has left is nobody's."""

    def __init__(self, meeting: Meeting) -> None:
        """Writes it whole or not at all. Raises ControlError where another session has this port's."""
        folder = runtime_folder()
        self._path = folder / f"api-{meeting.port}.json"
        held = HeldFile.take(_lock_of(self._path))
        if held is None:
            raise ControlError(f"another session holds {_lock_of(self._path)}; stop it, or choose another port")
        self._held = held
        try:
            self._write(meeting)
        except BaseException:
            held.release()
            raise

    def _write(self, meeting: Meeting) -> None:
        staged = self._path.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(FileNotFoundError):
            staged.unlink()
        handle = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(ENCODER.encode(meeting))
        staged.replace(self._path)

    def close(self) -> None:
        """Nobody is led here any more. Safe to call twice."""
        self._path.unlink(missing_ok=True)
        self._held.release()


def find_meetings() -> list[Meeting]:
    """The meeting points of this user's living sessions, by port."""
    found = []
    for path in sorted(runtime_folder().glob("api-*.json")):
        if is_held(_lock_of(path)):
            with contextlib.suppress(OSError, msgspec.MsgspecError):
                found.append(msgspec.json.decode(path.read_bytes(), type=Meeting))
    return sorted(found, key=lambda meeting: meeting.port)


def _lock_of(path: Path) -> Path:
    return path.with_suffix(".lock")
