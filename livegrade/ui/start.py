"""The session behind the window: the one that runs, or one that is started now and outlives the window.

What was graded last is kept in a small file of the user's, and nothing else.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec

from livegrade.control.meeting import find_meetings
from livegrade.errors import ControlError
from livegrade.folders import put, state_folder

if TYPE_CHECKING:
    from pathlib import Path

    from livegrade.control.messages import Meeting

FIRST_RIG = "demo:two-cameras"
"""Of the first start: two simulated cameras."""


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the desktop remembers. `rig`: as behind `--rig`."""

    rig: str = FIRST_RIG


def session_on(port: int | None) -> Meeting | None:
    """The session of this user on `port`, or the first there is; None where there is none now."""
    return next((one for one in find_meetings() if port in (None, one.port)), None)


def remembered() -> Kept:
    """What was kept, the first start's where there is nothing that can be read."""
    try:
        return msgspec.json.decode(_file().read_bytes(), type=Kept)
    except (OSError, ControlError, msgspec.MsgspecError):
        return Kept()


def remember(kept: Kept) -> None:
    """Whole or not at all. Raises OSError, and ControlError where the folder cannot be used."""
    put(_file(), msgspec.json.encode(kept))


def reason(error: OSError | ControlError) -> str:
    """Why something of the window's cannot be kept, for people."""
    return str((error.strerror if isinstance(error, OSError) else None) or error)


def start_session(rig: str, *, anew: bool = False) -> subprocess.Popen[bytes]:
    """Starts a session with `rig` as a program of its own: it stays when the window goes, and nobody reads what it
    prints; what comes to pass in it is in its events and in the log. It goes on with what was set up in the last one of
    that rig, and tells what did not come back, or begins `anew`, as the rig says. Raises OSError."""
    run = ["run", "--rig", rig, "--anew" if anew else "--resume", "--headless", "--supervised"]
    command = [sys.executable, "-P", "-m", "livegrade", *run]
    nothing = subprocess.DEVNULL
    if sys.platform == "win32":
        apart = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS
        return subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, creationflags=apart)
    return subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)


def _file() -> Path:
    return state_folder() / "desktop.json"
