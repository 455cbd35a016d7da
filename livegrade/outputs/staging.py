"""Files that appear under their final name only when they are whole: written beside it, synced to disk, then renamed.

It knows nothing of what is in the file; writers get a path and tell how the writing ended.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from pathlib import Path

from livegrade.errors import SinkError
from livegrade.synced import sync, sync_folder

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_MOST_PARTIALS = 999
_LONGEST_BYTES = 200
"""Of a name that is lengthened; file systems take 255, and a letter may have four."""


def check_destination(final: Path, *, overwrite: bool) -> None:
    """Whether a file may be made at `final`, asked early so that a long job does not fail at its end.

    Raises SinkError: folder missing or not writable, a folder in the way, a file that exists already.
    """
    folder = final.parent
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise SinkError(f"{final}: the folder {folder} {what}; make it or choose another one")
    if final.is_dir():
        raise SinkError(f"{final} is a folder; give the name of a file in it")
    if final.exists() and not overwrite:
        raise SinkError(f"{final} exists already; choose another name, or say --overwrite to replace it")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SinkError(f"{final}: the folder {folder} is not writable; change its permissions or choose another one")


def write_fault(path: Path | str, error: OSError) -> SinkError:
    """The sentence for an operating system error met while writing `path`."""
    if error.errno in _FULL:
        return SinkError(f"{path}: the disk is full; free some space or choose another disk")
    if error.errno == errno.EFBIG:
        return SinkError(f"{path}: the file has reached the largest size allowed here; choose another disk")
    reason = error.strerror or str(error)
    return SinkError(f"{path} cannot be written: {reason[:1].lower()}{reason[1:]}; check the disk and its permissions")


class StagedFile:
    """One file on its way. `path`: where to write, in the folder of `final`, so that the rename is atomic.

    After a crash or a power cut the staging file stays behind: a hidden `.NAME.XXXXXXXX.part`, which nothing ever takes
    for a result; or, where its writer keeps it `playable` all the time, NAME.partial.EXT, to be found.
    """

    def __init__(self, final: Path, *, overwrite: bool = False, playable: bool = False) -> None:
        """Makes the empty staging file. Raises SinkError."""
        check_destination(final, overwrite=overwrite)
        self.final = final
        self._overwrite = overwrite
        for number in range(1, _MOST_PARTIALS + 1):
            self.path = partial_name(final, number) if playable else _hidden_name(final)
            try:
                os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
            except FileExistsError:
                continue  # what an earlier take has left is not ours to replace
            except OSError as error:
                raise write_fault(final, error) from None
            return
        raise SinkError(f"{final}: there are {_MOST_PARTIALS} unfinished files of that name; remove those not needed")

    def commit(self) -> None:
        """Sync and give the file its final name.

        Raises SinkError: the file then still has its staging name, or, when only its folder could not be synced, the
        final one.
        """
        try:
            _sync_file(self.path)
            if not self._overwrite and self.final.exists():
                raise SinkError(
                    f"{self.final} was made by somebody else while it was being written; nothing was changed"
                )
            os.replace(self.path, self.final)
            sync_folder(self.final.parent)
        except OSError as error:
            raise write_fault(self.final, error) from None

    def keep(self) -> None:
        """Leave the file under its staging name, synced. Raises SinkError."""
        try:
            _sync_file(self.path)
        except OSError as error:
            raise write_fault(self.path, error) from None

    def discard(self) -> None:
        """Remove the staging file, where it is still there."""
        self.path.unlink(missing_ok=True)


class StagedFolder:
    """A folder of files on its way: made hidden beside `final`, which appears when all of it is written and synced.

    `path`: where to write. After a crash or a power cut the hidden folder stays behind, as that of a StagedFile does.
    """

    def __init__(self, final: Path) -> None:
        """Makes the empty hidden folder. Raises SinkError, also where `final` exists: nothing is ever added to it."""
        if final.exists():
            raise SinkError(f"{final} exists already; name a new folder")
        if not final.parent.is_dir():
            raise SinkError(f"{final}: the folder {final.parent} does not exist; make it or choose another one")
        self.final = final
        self.path = _hidden_name(final)
        try:
            self.path.mkdir()
        except OSError as error:
            raise write_fault(final, error) from None

    def commit(self) -> None:
        """Sync all that is in it and give it its final name. Raises SinkError."""
        try:
            for place, _, names in os.walk(self.path):
                for name in names:
                    _sync_file(Path(place, name))
                sync_folder(Path(place))
            if self.final.exists():
                raise SinkError(f"{self.final} was made by somebody else meanwhile; nothing was changed")
            os.rename(self.path, self.final)
            sync_folder(self.final.parent)
        except OSError as error:
            raise write_fault(self.final, error) from None

    def discard(self) -> None:
        """Remove the hidden folder, where it is still there."""
        shutil.rmtree(self.path, ignore_errors=True)


def _hidden_name(final: Path) -> Path:
    return final.with_name(f".{_cut(final.name)}.{secrets.token_hex(4)}.part")


def partial_name(final: Path, number: int = 1) -> Path:
    """What a `playable` file is called while it is written; `number`: how many of that name there are, this one too."""
    mark = "partial" if number == 1 else f"partial-{number}"
    return final.with_name(f"{_cut(final.stem)}.{mark}{final.suffix}")


def _cut(name: str) -> str:
    """As much of the name as leaves room behind it, in whole letters."""
    coded = os.fsencode(name)
    return name if len(coded) <= _LONGEST_BYTES else coded[:_LONGEST_BYTES].decode("utf-8", "ignore")


def write_whole(final: Path, content: bytes, *, overwrite: bool = True) -> None:
    """A small file, whole or not at all. Raises SinkError."""
    staged = StagedFile(final, overwrite=overwrite)
    try:
        staged.path.write_bytes(content)
        staged.commit()
    except OSError as error:
        raise write_fault(final, error) from None
    finally:
        staged.discard()  # also where Ctrl+C comes in the middle


def _sync_file(path: Path) -> None:
    file = os.open(path, os.O_RDWR)
    try:
        sync(file)
    finally:
        os.close(file)
