"""The edge of the program: what became of a command, as an exit code and one plain sentence on stderr."""

from __future__ import annotations

import errno
import logging
import sys
from typing import TYPE_CHECKING

from livegrade.commands.voice import mute
from livegrade.errors import LivegradeError
from livegrade.redaction import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.commands.logfile import LogFile

_log = logging.getLogger(__name__)

_UNHEARD = (errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EBADF, errno.EINVAL)
"""What printing fails with; Windows says EINVAL for a pipe whose reader has gone."""


def attempt(work: Callable[[], object], log: LogFile) -> int:
    """Does it and returns the exit code, which is its result where that is a number. Never raises: what nobody expected
    is one sentence too, and its traceback stands in the log."""
    try:
        result = work()
        if sys.stdout is not None:
            sys.stdout.flush()
    except LivegradeError as error:
        _log.info("refused: %s", error)
        return _complain(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _complain("stopped", 130)
    except Exception as error:
        if isinstance(error, OSError) and error.filename is None and error.errno in _UNHEARD:
            _log.info("nobody reads along: %s", error, exc_info=True)
            return _unheard(error)
        # The edge of the program.
        _log.exception("the command failed")
        kept = f"{log.path} has" if log.path is not None else "the same again after `livegrade --log FILE` keeps"
        return _complain(f"nobody expected this: {error}; {kept} the details")
    if log.has_traces:
        _complain(f"something failed that nobody expected; {log.path} has the details")
    return result if isinstance(result, int) else 0


def _complain(sentence: str, code: int = 1) -> int:
    print(f"livegrade: {one_line(sentence)}", file=sys.stderr)
    return code


def _unheard(error: OSError) -> int:
    """The answer cannot be printed: the disk behind `>` is full, or a pipe's reader has gone, which needs no word."""
    mute(sys.stdout)
    if not isinstance(error, BrokenPipeError):
        return _complain(f"the answer cannot be printed: {error.strerror}")
    return 1
