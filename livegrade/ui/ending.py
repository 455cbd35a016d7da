"""The end of a session, and the beginning of another: asked for twice, never by closing the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog

from livegrade.ui.start import FIRST_RIG, Kept, remember, remembered, start_session
from livegrade.ui.twice import PATIENCE_MS

if TYPE_CHECKING:
    import subprocess

    from PySide6.QtWidgets import QWidget

    from livegrade.control.messages import Answer
    from livegrade.ui.link import SessionLink

AGAIN = "press again to end the session: its outputs go dark"
WATCH_MS = 500
BUSY_MS = 1500
"""Between the end of a session and the start of the next: its outputs leave their places."""


class Ending(QObject):
    """`asks`: a sentence, what to do to make sure; `said`: what has become of it. `starting`: the rig of a session that
    was started and is not there yet, "" for none."""

    asks = Signal(str)
    said = Signal(str)

    def __init__(self, link: SessionLink, over: QWidget) -> None:
        super().__init__(over)
        self._link = link
        self._over = over
        self._next = ""
        self.starting = ""
        self._sure = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._sure.timeout.connect(self._forget)
        self._process: subprocess.Popen[bytes] | None = None
        self._watching = QTimer(self, interval=WATCH_MS)
        self._watching.timeout.connect(self._watch)
        link.gone.connect(self._gone)

    def ask(self) -> None:
        """The first time it asks, the second time within a few seconds the session ends."""
        if not self._link.is_here:
            self.said.emit("no session runs")
        elif self._sure.isActive():
            self.end()
        else:
            self._sure.start()
            self.asks.emit(AGAIN)

    def end(self) -> None:
        """Now."""

        self._sure.stop()  # a rig that waits does so until the recordings are finished

        def answered(answer: Answer) -> None:
            if answer.result == "refused":
                self._forget()
            self.said.emit(answer.error or "the session ends; recordings are being finished")

        self._link.do("session.stop", answered)

    def follow(self, rig: str) -> None:
        """The session that runs has this rig: with it the desktop starts the next time."""
        self.starting = ""
        if not rig or remembered().rig == rig:
            return
        try:
            remember(Kept(rig))
        except OSError as error:
            self.said.emit(f"the rig cannot be remembered: {error.strerror or error}")

    def choose_rig(self) -> None:
        """A rig file, with which a session is started; the one that runs ends before, if that is wished for."""
        name, _ = QFileDialog.getOpenFileName(self._over, "Open a rig", str(Path.home()), "Rigs (*.toml);;All (*)")
        if name:
            self.open_rig(name)

    def open_demo(self) -> None:
        """The two simulated cameras."""
        self.open_rig(FIRST_RIG)

    def open_rig(self, rig: str) -> None:
        """A session with that rig: at once where none runs, else when the one that runs has been ended."""
        self._next = rig
        if self._link.is_here:
            self._sure.start()
            self.asks.emit(
                f"{Path(rig).name} waits for a few seconds: end this session (Status, Session); its outputs go dark"
            )
        else:
            self._begin()

    def _forget(self) -> None:
        """Nobody was sure; a rig that waited waits no more."""
        self._next = ""

    def _gone(self, reason: str) -> None:
        if self._next:
            QTimer.singleShot(BUSY_MS, self._begin)

    def _begin(self) -> None:
        rig, self._next = self._next, ""
        if not rig:
            return
        try:
            remember(Kept(rig))
            self.begun(start_session(rig), rig)
        except OSError as error:
            self.said.emit(f"{rig} cannot be started: {error.strerror or error}")
        else:
            self.said.emit(f"{self.starting} starts")

    def begun(self, process: subprocess.Popen[bytes], rig: str) -> None:
        """A session with that rig was started, and is waited for."""
        self.starting, self._process = Path(rig).name, process
        self._watching.start()

    def _watch(self) -> None:
        """One that ends before it is there does not start."""
        if not self.starting:
            self._watching.stop()
        elif self._process is not None and self._process.poll() is not None:
            self._watching.stop()
            name, self.starting = self.starting, ""
            self.asks.emit(f"{name} did not start; `livegrade run --rig` says why, and the log (livegrade doctor)")
            self._link.gone.emit("no session runs")
