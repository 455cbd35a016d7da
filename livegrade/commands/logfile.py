"""The log of the application, for the morning after: what the session told, and the traceback of what nobody expected.

The command line opens it; the library only speaks to `logging`. One file in the platform's folder for logs, with a few
earlier ones beside it: it never takes more than FILES * FILE_BYTES. Nobody else may read it, and passwords in URLs do
not get in. Two programs may write it at once; each starts a new file when its own is full.
"""

from __future__ import annotations

import contextlib
import copy
import io
import logging
import logging.handlers
import os
import platform
import queue
import shlex
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from livegrade import __version__
from livegrade.errors import UsageError
from livegrade.redaction import without_secret_options, without_secrets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

VARIABLE = "LIVEGRADE_LOG"
FILES = 5
FILE_BYTES = 2_000_000
LONGEST = 4000
"""Characters of one message that are kept: some of it comes from outside."""
WAITING = 1000
"""Records that wait for the disk; further ones are left out."""
PATIENCE_S = 2.0
"""How long the end of a command waits for a disk that does not answer."""
_log = logging.getLogger(__name__)


def log_path() -> Path:
    """Where the log is when the command line names no other place: LIVEGRADE_LOG, else the platform's folder. Raises
    ImportError where platformdirs is missing."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    import platformdirs

    return platformdirs.user_log_path("livegrade", appauthor=False) / "livegrade.log"


class LogFile:
    """The log of one command, from `open` to the end of the `with` block. Where nothing can be written the records go
    nowhere: the picture does not depend on its diary.

    `path`: the file, None where there is none.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        """`arguments`: of the command line, for the first line."""
        self.path: Path | None = None
        self._arguments = tuple(arguments)
        self._handler: logging.Handler = logging.NullHandler()
        self._level = logging.getLogger("livegrade").level

    def __enter__(self) -> LogFile:
        logging.root.addHandler(self._handler)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        logging.root.removeHandler(self._handler)
        self._handler.close()
        logging.getLogger("livegrade").setLevel(self._level)

    @property
    def has_traces(self) -> bool:
        """It holds the traceback of something that nobody expected."""
        return isinstance(self._handler, _Desk) and self._handler.traces > 0

    def open(self, wanted: Path | None, *, verbose: bool) -> None:
        """From now on the log is kept in `wanted` (None: where `log_path` says). `verbose`: with what is only for who
        looks for a fault. Raises UsageError where `wanted` cannot be written."""
        try:
            path = wanted if wanted is not None else log_path()
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handler = _Desk(_BoundedFile(path))
        except (OSError, ImportError) as error:
            if wanted is not None:
                reason = error.strerror if isinstance(error, OSError) else error
                raise UsageError(f"--log {wanted}: cannot be written: {reason}; name another file") from None
            return
        logging.root.removeHandler(self._handler)
        self._handler = handler
        logging.root.addHandler(handler)
        logging.getLogger("livegrade").setLevel(logging.DEBUG if verbose else logging.INFO)
        self.path = path
        said = shlex.join(map(without_secret_options, self._arguments))
        _log.info("livegrade %s on Python %s: %s", __version__, platform.python_version(), said)


class _Desk(logging.handlers.QueueHandler):
    """Takes records from every thread and has one of its own that writes them: who speaks, the threads of the picture
    among them, never waits for a disk. `traces`: tracebacks that were taken."""

    queue: queue.Queue[logging.LogRecord | None]

    def __init__(self, file: _BoundedFile) -> None:
        super().__init__(queue.Queue(WAITING))
        self.traces = 0
        self._file = file
        self._thread = threading.Thread(target=self._write, name="livegrade-log", daemon=True)
        file.writer = self._thread
        self._thread.start()

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """As it is now: what the record speaks of may change before it is written."""
        record = copy.copy(record)
        record.msg, record.args = record.getMessage(), None
        if record.exc_info:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
            record.exc_info = None
            self.traces += 1
        return record

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """More than the disk can take."""

    def _write(self) -> None:
        while (record := self.queue.get()) is not None:
            self._file.handle(record)
        self._file.close()

    def close(self) -> None:
        """Writes what waits, as long as the disk answers."""
        if self._thread.is_alive():
            with contextlib.suppress(queue.Full):
                self.queue.put(None, timeout=PATIENCE_S)
            self._thread.join(PATIENCE_S)
        super().close()


class _BoundedFile(logging.handlers.RotatingFileHandler):
    """The file itself, 0600. A record that cannot be written is left out, without a word on stderr.

    `writer`: the one thread that may touch it. To others it is closed already: the end of the program, where `logging`
    closes what it knows, would wait for ever for a disk that does not answer.
    """

    writer: threading.Thread | None = None

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=FILE_BYTES, backupCount=FILES - 1, encoding="utf-8", errors="backslashreplace")
        self.setFormatter(_OneLine("%(asctime)s.%(msecs)03d %(levelname)s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S"))

    def _open(self) -> io.TextIOWrapper:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        handle = os.open(self.baseFilename, flags, 0o600)
        if hasattr(os, "fchmod"):
            with contextlib.suppress(OSError):
                os.fchmod(handle, 0o600)  # one that was there may have been open to all
        return os.fdopen(handle, "a", encoding=self.encoding, errors=self.errors)

    @property
    def _is_mine(self) -> bool:
        return self.writer in (None, threading.current_thread())

    def acquire(self) -> None:
        if self._is_mine:
            super().acquire()

    def release(self) -> None:
        if self._is_mine:
            super().release()

    def flush(self) -> None:
        if self._is_mine:
            super().flush()

    def close(self) -> None:
        if self._is_mine:
            with contextlib.suppress(OSError):
                super().close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """A full disk, or a file that Windows does not let go of while another program writes to it."""


class _OneLine(logging.Formatter):
    """A message is one line, whatever names it quotes; only a traceback has more. Nothing secret in either."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        return " ".join(super().formatMessage(record).split())[:LONGEST]

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


def log_strays() -> None:
    """For the whole program: warnings, and exceptions that end a thread or come out of a destructor, go to the log and
    not to stderr, where nobody can do anything about them."""
    logging.captureWarnings(True)
    threading.excepthook = _stray_of_thread
    sys.unraisablehook = _stray_of_destructor


def _stray_of_thread(stray: threading.ExceptHookArgs) -> None:
    if stray.exc_value is not None and not isinstance(stray.exc_value, SystemExit):
        name = stray.thread.name if stray.thread is not None else "unknown"
        _log.error("a thread ended name=%s", name, exc_info=stray.exc_value)


def _stray_of_destructor(stray: sys.UnraisableHookArgs) -> None:
    if stray.exc_value is not None:
        _log.error("an exception was left behind: %s", stray.err_msg or "", exc_info=stray.exc_value)
