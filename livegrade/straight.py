"""The two command lines that the desktop's start consists of, carried out without the command line's parser: to load it
and to make it takes a quarter of a second in each of three processes, and somebody waits for a picture.

They mean what `cli` takes them for. Everything else is for `cli`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from livegrade.commands.attempt import attempt
from livegrade.commands.live import LiveArguments, start_live
from livegrade.commands.logfile import LogFile
from livegrade.errors import MissingPackageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


COMPLETE = "_LIVEGRADE_COMPLETE"
"""Stands in the environment where a shell asks without a word what could be typed next. The parser answers."""


def run_straight(arguments: Sequence[str]) -> int | None:
    """The exit code; None: it is another line than these. Never raises."""
    work = None if COMPLETE in os.environ else _work(arguments)
    if work is None:
        return None
    with LogFile(arguments) as log:
        log.open(None, verbose=False)
        return attempt(work, log)


def open_desktop() -> int:
    """The window, for who starts the program without a word."""
    try:
        from livegrade.ui.app import run_desktop
    except ImportError as error:
        raise MissingPackageError(
            f"the desktop cannot be opened: {error}; Qt wants the system's libraries for a screen, which README names; "
            "livegrade run ... --headless works without them"
        ) from error
    return run_desktop()


def _work(arguments: Sequence[str]) -> Callable[[], int] | None:
    match arguments:
        case []:
            return open_desktop
        case ["run", "--rig", rig, "--resume" | "--anew" as how, "--headless", "--supervised"]:
            live = LiveArguments(rig=rig, resume=how == "--resume", api=True, supervised=True)
            return lambda: start_live(live)
        case _:
            return None
