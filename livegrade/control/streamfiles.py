"""The files of a session's streams: names of its own, and what sessions that are gone have left is cleared away."""

from __future__ import annotations

import contextlib
import secrets
from typing import TYPE_CHECKING

from livegrade.errors import ControlError
from livegrade.folders import HeldFile, is_held, runtime_folder

if TYPE_CHECKING:
    from pathlib import Path

_STEM = "stream"


class StreamFiles:
    """Names under `stream-ID.lock`, which the session holds for as long as it lives. For one thread."""

    def __init__(self) -> None:
        """Clears away what is nobody's. Raises ControlError where others may write to the runtime folder."""
        self._folder = runtime_folder()
        clear(self._folder)
        self._id = secrets.token_hex(8)
        self._lock = self._folder / f"{_STEM}-{self._id}.lock"
        held = HeldFile.take(self._lock)
        if held is None:
            raise ControlError(f"another program holds {self._lock}; streams of pictures need it, try again")
        self._held = held
        self._count = 0

    def new(self) -> Path:
        """A name that no stream had."""
        self._count += 1
        return self._folder / f"{_STEM}-{self._id}-{self._count}.ring"

    def close(self) -> None:
        """When all streams have ended. Safe to call twice."""
        self._lock.unlink(missing_ok=True)
        self._held.release()


def clear(folder: Path) -> None:
    """Removes streams of sessions that are gone; what belongs to one that lives stays."""
    for lock in folder.glob(f"{_STEM}-*.lock"):
        if is_held(lock):
            continue
        for left in (*folder.glob(f"{lock.stem}-*.ring"), lock):
            with contextlib.suppress(OSError):  # another session clears at the same time
                left.unlink()
