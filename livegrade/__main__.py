"""`livegrade` and `python -m livegrade`: runs the command line and turns errors into one sentence and an exit code."""

from __future__ import annotations

import io
import signal
import sys
from typing import NoReturn

from livegrade.loading import loading


def main() -> None:
    """Entry point of the console script. SIGTERM (a supervisor stops us), SIGHUP (the terminal, or the connection to
    it, is gone) and SIGBREAK (its console window on Windows is closed) end a run as Ctrl+C does."""
    signal.signal(signal.SIGTERM, _stop)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A file name or an NDI name that the terminal has no letters for must not end a run.
        sys.stdout.reconfigure(errors="backslashreplace")
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup ignores it
        signal.signal(signal.SIGHUP, _hang_up)
    if hasattr(signal, "SIGBREAK"):
        signal.signal(signal.SIGBREAK, _hang_up)
    try:
        with loading():
            from livegrade.commands.logfile import log_strays
            from livegrade.straight import run_straight

        log_strays()
        code = run_straight(sys.argv[1:])
        if code is None:
            with loading():
                from livegrade.cli import run_command_line

            code = run_command_line(sys.argv[1:])
        sys.exit(code)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def _stop(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _hang_up(number: int, frame: object) -> NoReturn:
    """A shell and the system may both tell that the terminal is gone. Told again it is no impatience, which would give
    recordings up."""
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
