"""Pictures of the window for people to judge: every panel and every state worth seeing, in three sizes.

    python -m livegrade.ui.screenshots FOLDER [SCENE...]

It runs a session of its own with folders of its own and leaves what else runs alone. Without a screen it draws into
memory. What each picture shows stands in `scenes.py`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QMenu

from livegrade.errors import UsageError
from livegrade.ui import theme
from livegrade.ui.link import SessionLink
from livegrade.ui.scenes import RIG, SCENES
from livegrade.ui.start import session_on
from livegrade.ui.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PySide6.QtGui import QPixmap

    from livegrade.ui.scene import Scene

PATIENCE_S = 60.0
CALM_MS = 600
"""Pictures and scopes of a new size or kind have come by then."""


@dataclass(frozen=True, slots=True)
class Size:
    """Of the window, in pixels at scale 1."""

    name: str
    width: int
    height: int
    scale: int


SIZES = (Size("1280x800", 1280, 800, 1), Size("1920x1080", 1920, 1080, 1), Size("scale2", 1280, 800, 2))


def main(words: Sequence[str]) -> int:
    """All scenes, or those that are named, in all sizes."""
    parser = argparse.ArgumentParser(prog="python -m livegrade.ui.screenshots", description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("scene", nargs="*", help=", ".join(SCENES))
    asked = parser.parse_args(words)
    folder: Path = asked.folder
    names: list[str] = asked.scene
    unknown = [name for name in names if name not in SCENES]
    if unknown:
        parser.error(f"there is no scene '{unknown[0]}'; there are {', '.join(SCENES)}")
    folder.mkdir(parents=True, exist_ok=True)
    if "LIVEGRADE_SCREENSHOTS" in os.environ:
        size = next(size for size in SIZES if size.name == os.environ["LIVEGRADE_SCREENSHOTS"])
        return _draw(folder, size, names or list(SCENES))
    codes = []
    for size in SIZES:  # Qt takes its scale at the start: a program for each, and a session, which starts the same
        with _session() as place:
            environment = os.environ | {"LIVEGRADE_SCREENSHOTS": size.name, "QT_SCALE_FACTOR": str(size.scale)}
            environment.setdefault("QT_QPA_PLATFORM", _in_memory(place, size))
            environment.setdefault("QT_LOGGING_RULES", "default.warning=false")  # of what drawing into memory lacks
            command = [sys.executable, "-P", "-m", "livegrade.ui.screenshots", str(folder), *names]
            codes.append(subprocess.run(command, env=environment, check=False).returncode)
    return max(map(abs, codes))


def _in_memory(place: Path, size: Size) -> str:
    """The platform of Qt that draws into memory, with a screen that has room for what opens over the window: its own
    has 800 pixels."""
    width, height = (2 * pixels * size.scale for pixels in (size.width, size.height))
    screen = {"name": "memory", "x": 0, "y": 0, "width": width, "height": height, "logicalDpi": 96, "dpr": 1}
    said = place / "screen.json"
    said.write_text(json.dumps({"screens": [screen | {"logicalBaseDpi": 96}]}), encoding="utf-8")
    return f"offscreen:configfile={said}"


@contextlib.contextmanager
def _session() -> Iterator[Path]:
    """The session of RIG, which answers, in folders that nobody else has; where they are."""
    with tempfile.TemporaryDirectory(prefix="livegrade-screenshots-") as name:
        os.environ |= {f"LIVEGRADE_{one}": f"{name}/{one.lower()}" for one in ("RUNTIME", "STATE", "LIBRARY")}
        rig = Path(name) / "rig.toml"
        rig.write_text(RIG, encoding="utf-8")
        log = Path(name) / "session.txt"
        with log.open("wb") as said:
            command = [sys.executable, "-P", "-m", "livegrade", "run", "--rig", str(rig), "--headless"]
            session = subprocess.Popen(command, stdout=said, stderr=said)
        deadline_s = time.monotonic() + PATIENCE_S
        while session_on(None) is None:
            if session.poll() is not None or time.monotonic() > deadline_s:
                raise UsageError(f"the session did not start: {log.read_text(encoding='utf-8')[-500:]}")
            time.sleep(0.1)
        try:
            yield Path(name)
        finally:
            session.terminate()
            session.wait(PATIENCE_S)


def _draw(folder: Path, size: Size, names: Sequence[str]) -> int:
    app = QApplication(sys.argv[:1])
    theme.dress(app)
    link = SessionLink(lambda: session_on(None))
    code = 0
    try:
        _until(lambda: link.is_here, "the session")
        for name in names:
            path = folder / f"{name}_{size.name}.png"
            try:
                _scene(link, size, SCENES[name], path)
            except UsageError as error:  # the others are worth seeing all the same
                print(f"{path}: {error}", file=sys.stderr, flush=True)
                code = 1
            else:
                print(path, flush=True)
    finally:
        link.close()
    return code


def _scene(link: SessionLink, size: Size, scene: Scene, path: Path) -> None:
    """In a window of its own: what one scene has opened or zoomed is not in the next."""
    window = Window(link)
    window.resize(size.width, size.height)
    window.show()
    try:
        link.changed.emit([()])
        _until(lambda: window.viewer.shown is not None and window.grade.plots.are_here, "the first picture")
        scene(window, _until)
        _wait(CALM_MS)
        _with_menus(window).save(str(path))
    finally:
        window.close()
        _wait(CALM_MS)  # answers to what it has asked for last


def _with_menus(window: Window) -> QPixmap:
    """The window, and what is open over it."""
    drawn = window.grab()
    painter = QPainter(drawn)
    for other in QApplication.topLevelWidgets():
        if other.isVisible() and isinstance(other, QMenu):
            painter.drawPixmap(window.mapFromGlobal(other.pos()), other.grab())
    painter.end()
    return drawn


def _until(so: Callable[[], object], what: str) -> None:
    """Lets the window live until it is so. Raises UsageError."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not so():
        if time.monotonic() > deadline_s:
            raise UsageError(f"waited {PATIENCE_S:.0f} s in vain for {what}")
        _wait(20)


def _wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
