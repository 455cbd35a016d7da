"""Starts the desktop's process: Qt, a session where none runs, the link to it, the window; and lets go of them.

The link and the window are loaded when the session is on its way, so that both start at the same time.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from livegrade.errors import ControlError, UsageError
from livegrade.loading import loading
from livegrade.ui import theme
from livegrade.ui.start import remembered, session_on, start_session

if TYPE_CHECKING:
    import subprocess

    from livegrade.ui.window import Window

HEARD_MS = 200
"""Signals of the system are looked at so often."""
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def run_desktop(port: int | None = None) -> int:
    """Shows the window until it is closed; the session goes on. `port`: of its API; None: the first that runs, and
    where none does, one with the last rig is started. Raises UsageError where there is no screen."""
    if sys.platform == "linux" and not any(map(os.environ.get, SCREENS)):
        raise UsageError("there is no screen to open the desktop on; livegrade run ... --headless works without one")
    app = QApplication(sys.argv[:1])
    app.setApplicationName("livegrade")
    app.setDesktopFileName("livegrade")
    theme.dress(app)
    rig = remembered().rig if port is None and session_on(None) is None else ""
    started = start_session(rig) if rig else None
    return _show(app, port, started, rig)


def _show(app: QApplication, port: int | None, started: subprocess.Popen[bytes] | None, rig: str) -> int:
    """Until the window is closed. `started`: the session that is waited for, with `rig`."""
    with loading():
        from livegrade.ui.arrangement import Arrangement
        from livegrade.ui.link import SessionLink
        from livegrade.ui.window import Window

    link = SessionLink(lambda: session_on(port))
    keys, note = _keys()
    window = Window(link, keys)
    if started is not None:
        window.ending.begun(started, rig)
    if note:
        window.status.say(note)
    window.keys.watch(app)
    Arrangement(window)
    window.show()
    with _signals(window):
        code = app.exec()
    link.close()
    return code


def _keys() -> tuple[dict[str, str], str]:
    """The user's map, and why there is none where it cannot be read: no reason to keep the window shut."""
    from livegrade.ui.keys import load_keys

    try:
        return load_keys(), ""
    except (UsageError, ControlError) as error:
        return {}, str(error)


@contextlib.contextmanager
def _signals(window: Window) -> Iterator[None]:
    """Ctrl+C and SIGTERM close the window; a timer lets Python see them while Qt waits."""
    before = {number: signal.signal(number, lambda *_: window.close()) for number in (signal.SIGINT, signal.SIGTERM)}
    ears = QTimer()
    ears.timeout.connect(lambda: None)
    ears.start(HEARD_MS)
    try:
        yield
    finally:
        ears.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
