"""Starts the desktop's process: Qt, the link to the session, the window; and lets go of them."""

from __future__ import annotations

import signal
import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from livegrade.control.meeting import find_meetings
from livegrade.control.messages import Meeting
from livegrade.ui import theme
from livegrade.ui.link import SessionLink
from livegrade.ui.window import Window

HEARD_MS = 200
"""Signals of the system are looked at so often."""


def session_on(port: int | None) -> Meeting | None:
    """The session of this user on `port`, or the first there is; None where there is none now."""
    return next((one for one in find_meetings() if port in (None, one.port)), None)


def run_desktop(port: int | None = None) -> int:
    """Shows the window until it is closed. `port`: of the session's API, None for the first that is found."""
    app = QApplication(sys.argv[:1])
    app.setApplicationName("livegrade")
    app.setDesktopFileName("livegrade")
    theme.dress(app)
    link = SessionLink(lambda: session_on(port))
    window = Window(link)
    window.show()
    signal.signal(signal.SIGINT, lambda *_: window.close())
    signal.signal(signal.SIGTERM, lambda *_: window.close())
    ears = QTimer()
    ears.start(HEARD_MS)
    ears.timeout.connect(lambda: None)  # lets Python see its signals
    code = app.exec()
    link.close()
    return code
