"""The end of a session, and the beginning of another: asked for twice, never by closing the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog

from livegrade.errors import ControlError
from livegrade.ui import theme
from livegrade.ui.press import tool
from livegrade.ui.start import FIRST_RIG, Kept, reason, remember, remembered, start_session
from livegrade.ui.twice import PATIENCE_MS

if TYPE_CHECKING:
    import subprocess

    from PySide6.QtWidgets import QWidget

    from livegrade.control.messages import Answer
    from livegrade.ui.link import SessionLink

AGAIN = "press again to end the session: its outputs go dark"
ANEW = "again begins {} anew: outputs go dark, what was set by hand is left"
ENDS = "the session ends, recordings are finished"
STAYS = "; sources, outputs and looks stay for the next start"
AS_RIG = "; `livegrade run --rig` says why, and the log (livegrade doctor)"
AS_LEFT = " as it was left: the log says why (livegrade doctor); Ctrl+K begins it anew"
RIG_MS = 60_000
"""How long a rig that was opened waits: the session is ended on a page that has to be gone to, with two presses."""
WATCH_MS = 500
BUSY_MS = 1500
"""Between the end of a session and the start of the next: its outputs leave their places."""
FREE_MS = 2500
"""A session that was cut off is started again by its supervisor; after so long nobody does."""


class Ending(QObject):
    """`asks`: a sentence, what to do to make sure; `calmed`: that sentence, when its time is over; `said`: what has
    become of it. `starting`: the rig of a session that was started and is not there yet, "" for none; `begins`: there
    is one. `again`: a button for where the picture was; `offered`: it, or None where nothing is to be begun."""

    asks = Signal(str)
    calmed = Signal(str)
    said = Signal(str)
    begins = Signal()
    offered = Signal(object)

    def __init__(self, link: SessionLink, over: QWidget) -> None:
        super().__init__(over)
        self._link = link
        self._over = over
        self._next = ""
        self._question = ""
        self._anew_asked = False
        self.starting = ""
        self._sure = QTimer(self, singleShot=True)
        self._sure.timeout.connect(self._nobody_sure)
        self._process: subprocess.Popen[bytes] | None = None
        self._is_anew = False
        self._watching = QTimer(self, interval=WATCH_MS)
        self._watching.timeout.connect(self._watch)
        self.again = tool("Start the last session again")
        self.again.setFont(theme.font(14))
        self.again.clicked.connect(self.go_on)
        self._free = QTimer(self, singleShot=True, interval=FREE_MS)
        self._free.timeout.connect(self._offer)
        link.gone.connect(self._gone)

    def ask(self) -> None:
        """The first time it asks, the second time within a few seconds the session ends."""
        if not self._link.is_here:
            self.said.emit("no session runs")
        elif self._sure.isActive() and not self._anew_asked:
            self.end()
        else:
            self._leave_anew()
            self._ask(AGAIN)

    def end(self) -> None:
        """Now; then a rig begins that was opened and waits for it, and no other."""
        self._leave_anew()
        self._stop()

    def _stop(self) -> None:
        rig = self._rig()
        self._sure.stop()  # a rig that waits does so until the recordings are finished

        def answered(answer: Answer) -> None:
            if answer.result == "refused":
                self._forget()
            then = f"; then {Path(self._next).name} begins" if self._next else STAYS if rig else ""
            self.said.emit(answer.error or ENDS + then)

        self._link.do("session.stop", answered)

    def follow(self, rig: str) -> None:
        """The session that runs has this rig: with it the desktop starts the next time."""
        self.starting = ""
        self._free.stop()
        self.offered.emit(None)
        if not rig or remembered().rig == rig:
            return
        unkept = _remembered(rig)
        if unkept:
            self.said.emit(unkept)

    def ask_anew(self) -> None:
        """The rig as its file says: asks like `ask` while a session runs."""
        rig = self._rig()
        is_sure = self._sure.isActive() and self._next == rig
        if rig and self._link.is_here and not is_sure:
            self._next, self._anew_asked = rig, True
            self._ask(ANEW.format(Path(rig).name))
        else:
            self.begin_anew()

    def begin_anew(self) -> None:
        """Now: what was set up by hand is left."""
        self._next = self._rig()
        if not self._next:
            self.said.emit("this session was started without a rig: it cannot begin anew")
        elif self._link.is_here:
            self._anew_asked = False  # it was answered
            self._stop()
        else:
            self._begin()

    def go_on(self) -> None:
        """A session where none runs, as the last one was left."""
        if self._link.is_here:
            self.said.emit("a session runs")
        else:
            self._start(remembered().rig, anew=False)

    def choose_rig(self) -> None:
        """A rig file, with which a session is started; the one that runs ends before, if that is wished for."""
        name, _ = QFileDialog.getOpenFileName(self._over, "Open a rig", str(Path.home()), "Rigs (*.toml);;All (*)")
        if name:
            self.open_rig(name)

    def open_demo(self) -> None:
        """The two simulated cameras."""
        self.open_rig(FIRST_RIG)

    def open_rig(self, rig: str) -> None:
        """A session with that rig, as its file says: at once where none runs, else when the one that runs has been
        ended."""
        self._next, self._anew_asked = rig, False
        if self._link.is_here:
            name = Path(rig).name
            self._ask(
                f"end this session within a minute (Status, Session), and {name} begins: outputs go dark, "
                "what was set by hand with that rig is left",
                RIG_MS,
            )
        else:
            self._begin()

    def _rig(self) -> str:
        """Of the session that runs, else of the last one."""
        return str(self._link.at("rig") or "") if self._link.is_here else remembered().rig

    def lost(self) -> str:
        """What the end of the session costs, "" where none runs."""
        return "outputs go dark" if self._link.is_here else ""

    def lost_anew(self) -> str:
        """What it costs to begin the rig anew, "" where that costs nothing or cannot be."""
        return "outputs go dark, what was set by hand is left" if self._link.is_here and self._rig() else ""

    def _ask(self, question: str, patience_ms: int = PATIENCE_MS) -> None:
        self._question = question
        self._sure.start(patience_ms)
        self.asks.emit(question)

    def _nobody_sure(self) -> None:
        self._forget()
        self.calmed.emit(self._question)

    def _forget(self) -> None:
        """A rig that waited waits no more."""
        self._next, self._anew_asked = "", False

    def _leave_anew(self) -> None:
        """To end is not to begin anew, which was asked before."""
        if self._anew_asked:
            self._forget()

    def _gone(self, reason: str) -> None:
        if self._next:
            QTimer.singleShot(BUSY_MS, self._begin)
        elif not self.starting:
            self._free.start()

    def _offer(self) -> None:
        self.again.setToolTip(f"{Path(remembered().rig).name}, as it was left")
        self.offered.emit(self.again)

    def _begin(self) -> None:
        rig, self._next = self._next, ""
        if rig:
            self._start(rig, anew=True)

    def _start(self, rig: str, *, anew: bool) -> None:
        if self.starting:
            return self.said.emit(f"{self.starting} starts already")
        unkept = _remembered(rig)
        try:
            self.begun(start_session(rig, anew=anew), rig, anew=anew)
        except OSError as error:
            self.said.emit(f"{rig} cannot be started: {error.strerror or error}")
        else:
            self.said.emit("; ".join(filter(None, (f"{self.starting} starts", unkept))))

    def begun(self, process: subprocess.Popen[bytes], rig: str, *, anew: bool = False) -> None:
        """A session with that rig was started, and is waited for."""
        self.starting, self._process, self._is_anew = Path(rig).name, process, anew
        self._watching.start()
        self._free.stop()
        self.offered.emit(None)
        self.begins.emit()

    def _watch(self) -> None:
        """One that ends before it is there does not start."""
        if not self.starting:
            self._watching.stop()
        elif self._process is not None and self._process.poll() is not None:
            self._watching.stop()
            name, self.starting = self.starting, ""
            self.asks.emit(f"{name} did not start{AS_RIG if self._is_anew else AS_LEFT}")
            self._link.gone.emit("no session runs")


def _remembered(rig: str) -> str:
    """Keeps the rig for the next start; why that cannot be, "" where it can."""
    try:
        remember(Kept(rig))
    except (OSError, ControlError) as error:
        return f"the rig cannot be remembered: {reason(error)}"
    return ""
