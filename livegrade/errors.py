"""The whole error tree of livegrade. It holds no behaviour beyond a sentence and an exit code.

    LivegradeError               root; never raised itself                                    exit code 1
    +-- UsageError               an option, address or value on the command line is wrong     exit code 2
    +-- LookFileError            a look file cannot be read, or says something impossible     exit code 1
    +-- RigError                 a rig file cannot be read, or nothing in it can start        exit code 1
    +-- MediaError               a picture or sound file cannot be opened, decoded, encoded   exit code 1
    +-- SourceError              a live source cannot be opened at all (unknown name, no driver)
    +-- SinkError                an output cannot be opened or written
    +-- FormatError              two formats that were put together do not fit
    +-- EngineError              a backend cannot be used, or failed its self-test
    +-- LibraryError             what is kept cannot be opened, read or written
    +-- ControlError             a running session cannot be reached, or refuses what a client asks
    +-- DeviceError              a LUT box, camera, router or recorder cannot be reached, or says what makes no sense
    |   +-- DeviceRefusedError   it answers, and says no: wrong password, too many clients, a value it does not take
    +-- PoolExhaustedError       every picture buffer is held; frames are kept longer than planned
    +-- MissingPackageError      an optional package is needed and not installed

Every message is one plain sentence for a tired person: what, where (file, line, key, device), what to do. What is a
normal condition on set (no signal, format changed, device offline) is a state and not in this tree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from livegrade.redaction import place_shown, shown

if TYPE_CHECKING:
    from pathlib import Path


class LivegradeError(Exception):
    """Root of the tree. `str(error)` is the sentence shown to the user, with what was added to it (`add_note`) by who
    knew more on the way; passwords in URLs are not in it."""

    exit_code: ClassVar[int] = 1

    def __str__(self) -> str:
        return shown("; ".join((super().__str__(), *getattr(self, "__notes__", ()))))


class UsageError(LivegradeError):
    """The command was used wrongly: unknown option value, malformed source or sink address."""

    exit_code: ClassVar[int] = 2


class LookFileError(LivegradeError):
    """A look file is missing, damaged or impossible.

    `path`: the file; `line`: 1-based line of the fault, or None where the fault has no line; `fault`: what is wrong,
    without the path.
    """

    def __init__(self, path: Path | str, fault: str, line: int | None = None) -> None:
        self.path = path
        self.line = line
        self.fault = fault
        where = f"{path}, line {line}" if line is not None else f"{path}"
        super().__init__(f"{where}: {fault}")


class RigError(LivegradeError):
    """A rig file cannot be read, or nothing in it can start. `faults`: all that is wrong in it, a line each."""

    def __init__(self, sentence: str, faults: str = "") -> None:
        self.faults = faults
        super().__init__(sentence)


class MediaError(LivegradeError):
    """A picture or sound file or stream cannot be opened, decoded or encoded. `path` names it."""

    def __init__(self, path: Path | str, fault: str) -> None:
        self.path = path
        self.fault = fault
        super().__init__(f"{place_shown(path)}: {fault}")


class SourceError(LivegradeError):
    """A live source cannot be opened at all."""


class SinkError(LivegradeError):
    """An output cannot be opened or written."""


class FormatError(LivegradeError):
    """Two formats that were put together do not fit (size, layout, range)."""


class EngineError(LivegradeError):
    """A backend cannot be used here, or failed its self-test."""


class LibraryError(LivegradeError):
    """A library of looks, stills and takes cannot be opened, read or written, or has no such entry. `damaged`: its
    database is not what was once written."""

    def __init__(self, sentence: str, *, damaged: bool = False) -> None:
        self.damaged = damaged
        super().__init__(sentence)


class ControlError(LivegradeError):
    """A running session cannot be reached, or refuses what a client asks."""


class DeviceError(LivegradeError):
    """A device cannot be reached, went away, or says what makes no sense. `device`: its address or name for people;
    `fault`: the rest of the sentence."""

    def __init__(self, device: object, fault: str) -> None:
        self.device = str(device)
        self.fault = fault
        super().__init__(f"{self.device}: {fault}")


class DeviceRefusedError(DeviceError):
    """A device answers, and says no."""


class PoolExhaustedError(LivegradeError):
    """Every buffer of a frame pool is held by somebody."""


class MissingPackageError(LivegradeError):
    """An optional package is needed and not installed; the sentence gives the command that installs it."""
