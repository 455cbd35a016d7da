"""When plots of curves come: after the first picture. What draws them takes most of a second to load on a small
machine, which is done beside the window's thread, so that pictures go on meanwhile."""

from __future__ import annotations

from importlib import import_module
from threading import Thread

from PySide6.QtCore import QObject, QTimer, Signal

LATEST_MS = 2000
"""They are not kept waiting longer by a picture that does not come."""


class Plots(QObject):
    """`came`: livegrade.ui.plot and what it draws with are loaded."""

    came = Signal()
    _loaded = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.are_here = False
        self._loading: Thread | None = None
        self._loaded.connect(self._come)
        self._late = QTimer(self, singleShot=True, interval=LATEST_MS)
        self._late.timeout.connect(self.begin)
        self._late.start()

    def begin(self) -> None:
        """There is a picture, or none comes; more than once is as good as once."""
        if self._loading is None:
            self._loading = Thread(target=self._load, name="livegrade-plots")
            self._loading.start()

    def _load(self) -> None:
        import_module("livegrade.ui.plot")
        self._loaded.emit()

    def _come(self) -> None:
        self.are_here = True
        self.came.emit()
