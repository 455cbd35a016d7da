"""When plots of curves come: after the first picture. What draws them takes most of a second to load on a small
machine, which is done beside the window's thread, so that pictures go on meanwhile."""

from __future__ import annotations

import contextlib
import logging
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance

_log = logging.getLogger(__name__)

LATEST_MS = 2000
"""They are not kept waiting longer by a picture that does not come."""


class Plots(QObject):
    """`came`: livegrade.ui.plot and what it draws with are loaded; `failed`: a sentence, why they cannot be."""

    came = Signal()
    failed = Signal(str)
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
        try:
            import_module("livegrade.ui.plot")
        except Exception as error:
            # The thread's edge: the window goes on without plots, and says why.
            _log.warning("plots of curves cannot be loaded", exc_info=True)
            self._told(self.failed, f"curves cannot be drawn: {error}; pip install pyqtgraph")
        else:
            self._told(self._loaded)

    def _told(self, signal: SignalInstance, *words: str) -> None:
        with contextlib.suppress(RuntimeError):  # the window was closed meanwhile
            signal.emit(*words)

    def _come(self) -> None:
        self.are_here = True
        self.came.emit()
