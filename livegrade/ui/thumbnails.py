"""Small pictures of the library in the window: asked for when they are to be seen, a few at a time, the newest wish
first; the last few hundred are kept."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPixmap

if TYPE_CHECKING:
    from livegrade.ui.link import SessionLink

KEPT = 400
AT_ONCE = 4
RETRY_MS = 2000
MOST_WANTED = 64
"""Of more the oldest wishes are forgotten: they were scrolled past."""


class Thumbnails(QObject):
    """`came`: the name of a picture that is here now."""

    came = Signal(str)

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self._pictures: OrderedDict[str, QPixmap] = OrderedDict()
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._under_way: set[str] = set()

    def picture(self, thumbnail: str) -> QPixmap | None:
        """The picture that an entry names; None while it is on its way, an empty one where there is none."""
        found = self._pictures.get(thumbnail)
        if found is not None:
            self._pictures.move_to_end(thumbnail)
            return found
        if thumbnail and thumbnail not in self._under_way:
            self._wanted[thumbnail] = None
            self._wanted.move_to_end(thumbnail)
            while len(self._wanted) > MOST_WANTED:
                self._wanted.popitem(last=False)
            self._ask()
        return None

    def _forget(self, thumbnail: str) -> None:
        self._pictures.pop(thumbnail, None)
        self.came.emit(thumbnail)

    def _ask(self) -> None:
        while self._wanted and len(self._under_way) < AT_ONCE and self._link.is_here:
            thumbnail, _ = self._wanted.popitem()
            self._under_way.add(thumbnail)
            self._link.small_picture(thumbnail, partial(self._came, thumbnail))

    def _came(self, thumbnail: str, data: bytes | None) -> None:
        self._under_way.discard(thumbnail)
        picture = QPixmap()
        if data is not None:
            picture.loadFromData(data)
        else:  # the session is gone, busy, or its disk is: whoever still wants it asks again
            QTimer.singleShot(RETRY_MS, self, partial(self._forget, thumbnail))
        self._pictures[thumbnail] = picture
        while len(self._pictures) > KEPT:
            self._pictures.popitem(last=False)
        self.came.emit(thumbnail)
        self._ask()
