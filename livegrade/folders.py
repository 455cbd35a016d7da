"""The folders in which sessions keep files of their own, for their user alone, and which of these files belong to a
process that is still there. Standard library and platformdirs only."""

from __future__ import annotations

import itertools
import os
import time
import warnings
from pathlib import Path

from livegrade.errors import ControlError
from livegrade.redaction import one_line

MOST_SAID = 200
"""Bytes in which the process that holds a file says who it is."""
TRIES, TRY_S = 20, 0.01
"""Whoever asks whether a file is held, holds it for a moment too."""
_PUT = itertools.count()
"""Of files that are written, so that none is another's."""


def runtime_folder() -> Path:
    """Where running sessions leave what programs of their user find them by; LIVEGRADE_RUNTIME names another folder.
    Raises ControlError where others may write there."""
    import platformdirs

    named = os.environ.get("LIVEGRADE_RUNTIME")
    if named:
        return _own(Path(named))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a login without XDG_RUNTIME_DIR; the folder that it takes instead will do
        return _own(platformdirs.user_runtime_path("livegrade", appauthor=False))


def state_folder() -> Path:
    """Where sessions keep what outlives them; LIVEGRADE_STATE names another folder. Raises ControlError where others
    may write there."""
    import platformdirs

    named = os.environ.get("LIVEGRADE_STATE")
    return _own(Path(named) if named else platformdirs.user_state_path("livegrade", appauthor=False))


def put(path: Path, content: bytes) -> None:
    """Writes a small file whole or not at all; of several programs that do so at once, one is the last. Raises
    OSError."""
    staged = path.with_name(f"{path.name}.{os.getpid()}-{next(_PUT)}.new")
    try:
        staged.write_bytes(content)
        staged.replace(path)
    except OSError:
        staged.unlink(missing_ok=True)
        raise


def _own(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError as error:
        raise ControlError(
            f"{folder} cannot be made: {error.strerror or error}; make it, or remove what is there"
        ) from error
    if os.name == "posix" and (status.st_uid != os.geteuid() or status.st_mode & 0o022):
        raise ControlError(f"{folder} can be written by others; nothing is kept there: chmod go-w, or remove it")
    return folder


class HeldFile:
    """A file that one process holds, and in which it may say who it is. However that process ends, the system lets go
    of the file; nothing depends on process numbers, which are given again."""

    def __init__(self, handle: int) -> None:
        """`handle`: open and locked."""
        self._handle: int | None = handle

    @classmethod
    def take(cls, path: Path) -> HeldFile | None:
        """None where another holds it. Raises OSError."""
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        for _ in range(TRIES):
            if _lock(handle):
                return cls(handle)
            time.sleep(TRY_S)
        os.close(handle)
        return None

    def say(self, who: str) -> None:
        """For `holder` of those who find it held: one short line. Raises OSError."""
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.lseek(self._handle, 0, os.SEEK_SET)
            os.write(self._handle, b"\n" + who.encode(errors="replace")[:MOST_SAID])
            os.lseek(self._handle, 0, os.SEEK_SET)

    def release(self) -> None:
        """The file stays, held by nobody. Safe to call twice."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def holder(path: Path) -> str:
    """What the process that holds the file says it is, in one line; empty where it says nothing."""
    try:
        with path.open("rb", buffering=0) as file:
            file.seek(1)  # the first byte is what some systems lock, and let nobody else read
            return one_line(file.read(MOST_SAID).decode(errors="replace"))
    except OSError:
        return ""


def is_held(path: Path) -> bool:
    """Whether a living process holds the file; False where there is none."""
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _lock(handle)
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
