"""A command that a session runs beside its pictures, as a process of its own: a line of JSON for each step on stdout,
and when its standard input ends, because it is not wanted any more or the session is gone, it ends and clears up."""

from __future__ import annotations

import _thread
import json
import os
import threading
from typing import TYPE_CHECKING

from livegrade.errors import LivegradeError

if TYPE_CHECKING:
    from collections.abc import Callable

NICE = 10
"""How far its priority is below that of the pictures, where the system has such."""


def run_attached(work: Callable[[Callable[[int, int], None]], str]) -> int:
    """Does `work`, which tells how many steps of how many are done and gives a sentence at its end. 0 where it came to
    its end; what was wrong is the last line. KeyboardInterrupt where it is not wanted any more."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    threading.Thread(target=_listen, name="livegrade-attached", daemon=True).start()
    try:
        text = work(lambda done, of: _say({"done": done, "of": of}))
    except LivegradeError as error:
        _say({"error": str(error)})
        return error.exit_code
    _say({"text": text})
    return 0


def _say(said: dict[str, object]) -> None:
    print(json.dumps(said), flush=True)


def _listen() -> None:
    # The descriptor itself: a thread that holds the lock of sys.stdin keeps the interpreter from ending.
    while os.read(0, 4096):
        pass
    _thread.interrupt_main()
