"""A real window on a screen of the tests' own (Xvfb), over a real session in a process of its own.

Nothing is faked: mouse and keys go through Qt, pictures through shared memory, commands through the API.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QApplication, QWidget

    from livegrade.ui.keys import Keys
    from livegrade.ui.window import Window

PATIENCE_S = 30.0
SCREEN = "1920x1080x24"
RUN = ["pattern:camera@640x360p25,camera=arri-logc4", "pattern:bars@640x360p25", "--camera", "A:ALEXA 35"]
OUTS = ["--out", "null:", "--out", "null:,slot=B"]


@pytest.fixture(scope="session")
def screen() -> Iterator[str]:
    """DISPLAY of an Xvfb that lives as long as the tests do."""
    for tool in ("Xvfb", "xdotool"):
        if shutil.which(tool) is None:
            pytest.fail(f"the tests of the desktop want {tool} (Debian: apt-get install xvfb xdotool)")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", SCREEN, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as told:
        display = f":{told.readline().strip()}"
    yield display
    server.terminate()
    server.wait(10)


@pytest.fixture(scope="session")
def application(screen: str) -> Iterator[object]:
    """The one QApplication of the process, dressed."""
    os.environ |= {"DISPLAY": screen, "QT_QPA_PLATFORM": "xcb"}
    from PySide6.QtWidgets import QApplication

    from livegrade.ui import theme

    app = QApplication(["livegrade"])
    theme.dress(app)
    yield app
    app.quit()


class Running:
    """A session in a process of its own."""

    def __init__(self, folder: Path, *words: str, keeps: bool = False) -> None:
        """`keeps`: takes, in a library of its own."""
        self.folder = folder
        self._library = () if keeps else ("--no-library",)
        self.words = words or (*RUN, *OUTS)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-P", "-m", "livegrade", "run", *self.words, "--headless", *self._library]
        log = (self.folder / "session.txt").open("ab")
        self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        log.close()

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(PATIENCE_S)
            self.process = None


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders of this test alone, for the session and the window."""
    for name in ("RUNTIME", "STATE", "LIBRARY"):
        monkeypatch.setenv(f"LIVEGRADE_{name}", str(tmp_path / name.lower()))
    return tmp_path


@pytest.fixture
def running(places: Path) -> Iterator[Running]:
    session = Running(places)
    session.start()
    yield session
    session.stop()


@pytest.fixture
def keeping(places: Path) -> Iterator[Running]:
    """A session that keeps its takes."""
    session = Running(places, keeps=True)
    session.start()
    yield session
    session.stop()


@pytest.fixture
def started(places: Path) -> Iterator[Callable[..., Running]]:
    """A session with the words that the test gives, which answers."""
    begun: list[Running] = []

    def started(*words: str, keeps: bool = False) -> Running:
        from livegrade.control.meeting import find_meetings

        session = Running(places, *words, keeps=keeps)
        session.start()
        begun.append(session)
        deadline = time.monotonic() + PATIENCE_S
        while not find_meetings():
            assert time.monotonic() < deadline, (places / "session.txt").read_text()
            time.sleep(0.05)
        return session

    yield started
    for session in begun:
        session.stop()


@pytest.fixture
def until(application: object) -> Callable[[Callable[[], object]], None]:
    """Lets the window live until something is so."""
    from PySide6.QtTest import QTest

    def until(so: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not so():
            assert time.monotonic() < deadline, "it did not become so"
            QTest.qWait(20)

    return until


class Pointer:
    """The mouse of the screen: what it does comes to the window from the X server, as a hand's movement does."""

    def click(self, widget: QWidget, *, twice: bool = False, at: tuple[float, float] = (0, 0), button: int = 1) -> None:
        """`at`: as of a drag; `button`: 2 is the middle one, 3 the right one."""
        self._to(widget, "click", "--repeat", "2" if twice else "1", "--delay", "40", str(button), away=at)

    def hover(self, widget: QWidget) -> None:
        """Over the middle of it."""
        self._to(widget, "mousemove_relative", "--", "1", "1")

    def drag(
        self,
        widget: QWidget,
        x: int,
        y: int,
        *,
        steps: int = 8,
        at: tuple[float, float] = (0, 0),
        button: int = 1,
        held: str = "",
        rest_s: float = 0.0,
    ) -> None:
        """Pixel by pixel so many to the right and down. `at`: from where: 0 is the middle of the widget, 1 its edge;
        `held`: a key meanwhile; `rest_s`: how long the button is held before the hand moves."""
        moves: list[str] = ["sleep", str(rest_s)]
        for step in range(steps):
            by = [str(whole * (step + 1) // steps - whole * step // steps) for whole in (x, y)]
            moves += ["mousemove_relative", "--", *by, "sleep", "0.03"]
        down, up = (["keydown", held], ["keyup", held]) if held else ([], [])
        self._to(widget, *down, "mousedown", str(button), *moves, "mouseup", str(button), *up, away=at)

    def turn(self, widget: QWidget, clicks: int, *, at: tuple[float, float] = (0, 0)) -> None:
        """The wheel over the middle of a widget, or where a drag has `at`; up for more than 0."""
        self._to(widget, "click", "--repeat", str(abs(clicks)), "--delay", "30", "4" if clicks > 0 else "5", away=at)

    def rest(self, widget: QWidget) -> None:
        """Over the middle of a widget."""
        self._to(widget)

    def click_at(self, at: QPoint) -> None:
        """A place of the screen."""
        self._go([str(at.x()), str(at.y())], "click", "1")

    def _to(self, widget: QWidget, *words: str, away: tuple[float, float] = (0, 0)) -> None:
        from PySide6.QtTest import QTest

        QTest.qWait(50)  # what was laid out anew is where it is shown
        at = widget.mapToGlobal(widget.rect().center())
        place = [str(at.x() + round(away[0] * widget.width() / 2)), str(at.y() + round(away[1] * widget.height() / 2))]
        self._go(place, *words)

    def _go(self, place: list[str], *words: str) -> None:
        from PySide6.QtTest import QTest

        done = subprocess.Popen(["xdotool", "mousemove", *place, "sleep", "0.05", *words])
        while done.poll() is None:
            QTest.qWait(10)
        assert done.returncode == 0
        QTest.qWait(50)


@pytest.fixture
def pointer() -> Pointer:
    return Pointer()


@pytest.fixture
def window(application: object, places: Path) -> Iterator[object]:
    from livegrade.ui.link import SessionLink
    from livegrade.ui.start import session_on
    from livegrade.ui.window import Window

    link = SessionLink(lambda: session_on(None))
    window = Window(link)
    window.show()
    yield window
    with contextlib.suppress(RuntimeError):
        window.close()
    link.close()


@pytest.fixture
def keys(application: QApplication, window: Window) -> Iterator[Keys]:
    window.keys.watch(application)
    yield window.keys
    application.removeEventFilter(window.keys)


@pytest.fixture
def press(window: Window, keys: Keys) -> Callable[..., None]:
    """A key for the window; no window manager gives it the focus here, so it is sent as Qt's own tests send it."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    def press(key: str, modifier: str = "NoModifier") -> None:
        QTest.keyClick(window.windowHandle(), getattr(Qt.Key, f"Key_{key}"), getattr(Qt.KeyboardModifier, modifier))

    return press
