"""How the window was arranged, kept for each rig: sizes, hidden parts, the page, scopes, its place on the screens.

What is kept is the window's own; a file that makes no sense is passed over with a note.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QByteArray, QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from livegrade.errors import ControlError
from livegrade.folders import put, state_folder
from livegrade.ui.start import reason

if TYPE_CHECKING:
    from pathlib import Path as File

    from PySide6.QtWidgets import QSplitter

    from livegrade.ui.link import Path
    from livegrade.ui.panel import Panel
    from livegrade.ui.window import Window

SAVE_MS = 3000
"""How often it is looked whether something was arranged otherwise: a window that is killed has lost no more."""
NO_RIG = "no rig"
MOST_BYTES = 1 << 18


class Arrangement(QObject):
    """Of one window, whose child it is, over the link that it follows."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._rig: str | None = None
        self._saved: dict[str, Any] = {}
        self._timer = QTimer(self, interval=SAVE_MS)
        self._timer.timeout.connect(self.save)
        window.link.changed.connect(self._changed)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The last moment at which the window is arranged."""
        if event.type() is QEvent.Type.Close:
            self.save()
        return super().eventFilter(watched, event)

    def _changed(self, paths: list[Path]) -> None:
        """Where the session has another rig the window is arranged as it was with that."""
        if () not in paths and ("rig",) not in paths:
            return
        name = self._window.link.at("rig") or NO_RIG
        if name == self._rig:
            return
        self.save()
        self._rig = name
        kept = self._load()
        if kept:
            self._arrange(kept)
        self._saved = self._now()
        self._timer.start()

    def save(self) -> None:
        """Where something has changed; a disk that refuses is said once it matters, at the next start."""
        window = self._window
        if self._rig is None or not window.isVisible() or not window.bar.isVisible():  # nobody keeps a picture alone
            return
        now = self._now()
        if now == self._saved:
            return
        self._saved = now
        try:
            path = _file(self._rig)
            path.parent.mkdir(exist_ok=True)
            put(path, msgspec.json.encode({"rig": self._rig, **now}))
        except (OSError, ControlError) as error:
            window.status.say(f"how the window is arranged cannot be kept: {reason(error)}")

    def _now(self) -> dict[str, Any]:
        window = self._window
        return {
            "geometry": bytes(window.saveGeometry().toBase64().data()).decode(),
            "place": [window.x(), window.y()] if window.frameGeometry() == window.geometry() else None,
            "splitters": {name: splitter.sizes() for name, splitter in _splitters(window).items()},
            "hidden": [part.title for part in window.parts if part.isHidden()],
            "parts": window.kept(),
        }

    def _load(self) -> dict[str, Any]:
        name = ""
        try:
            path = _file(self._rig or NO_RIG)
            name = f"{path}: "
            data = path.read_bytes()
            if len(data) > MOST_BYTES:
                raise msgspec.DecodeError("it is too large")
            return msgspec.json.decode(data, type=dict[str, Any])
        except FileNotFoundError:
            return {}
        except (OSError, ControlError, msgspec.MsgspecError) as error:
            self._window.status.say(f"{name}how the window was arranged cannot be read ({error}); it is as usual")
            return {}

    def _arrange(self, kept: dict[str, Any]) -> None:
        window = self._window
        geometry, sizes, hidden, parts = (kept.get(key) for key in ("geometry", "splitters", "hidden", "parts"))
        if isinstance(geometry, str):
            window.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
            self._put_back(kept.get("place"))
        if isinstance(hidden, list):
            for part in window.parts:
                _show(part, part.title not in hidden)
        if isinstance(parts, dict):
            window.restore(parts)
        if isinstance(sizes, dict):
            for name, splitter in _splitters(window).items():
                one = sizes.get(name)
                if (
                    isinstance(one, list)
                    and len(one) == splitter.count()
                    and all(isinstance(size, int) for size in one)
                ):
                    splitter.setSizes(one)

    def _put_back(self, place: object) -> None:
        """A window without a frame, as one that nobody manages, where it was: Qt leaves room for a title above it."""
        if not (isinstance(place, list) and len(place) == 2 and all(isinstance(one, int) for one in place)):
            return
        window, at = self._window, QPoint(*place)
        is_all = window.windowState() & (Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen)
        if not is_all and QGuiApplication.screenAt(at) is not None:
            window.move(at)


def _splitters(window: Window) -> dict[str, QSplitter]:
    return {"above": window.above, "whole": window.whole}


def _show(part: Panel, shown: bool) -> None:
    if part.isHidden() is shown:
        part.setVisible(shown)


def _file(rig: str) -> File:
    """Rigs of one name in two folders are two rigs."""
    name = hashlib.sha256(rig.encode()).hexdigest()[:16]
    return state_folder() / "layouts" / f"{name}.json"
