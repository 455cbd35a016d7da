"""Pictures of the slot with looks of the library on it, for choosing: asked for a few at a time, each once until they
are wanted anew. Where the slot has no picture, the one that the library has of the look."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPixmap

if TYPE_CHECKING:
    from livegrade.ui.link import SessionLink

AT_ONCE = 2
WIDTH = 208
"""Pixels: twice those of a place of the shelf, for screens that have them."""


class LookPictures(QObject):
    """`came`: the id of a look whose picture is here now."""

    came = Signal(str)

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self._slot = ""
        self._round = 0
        self._pictures: dict[str, QPixmap] = {}
        self._waiting: OrderedDict[str, str] = OrderedDict()
        self._under_way = 0

    def show_slot(self, slot: str) -> None:
        if slot != self._slot:
            self._slot = slot
            self._pictures.clear()
            self.renew()

    def renew(self) -> None:
        """What is asked for from now on is drawn from the slot's newest picture; until it comes, the old one stands."""
        self._round += 1
        self._waiting.clear()

    def want(self, look: str, thumbnail: str) -> None:
        """Asks for a picture; `thumbnail`: the one that the library has, "" for none."""
        if look not in self._waiting:
            self._waiting[look] = thumbnail
            self._ask()

    def picture(self, look: str) -> QPixmap | None:
        """None while there is none."""
        return self._pictures.get(look)

    def _ask(self) -> None:
        while self._waiting and self._under_way < AT_ONCE and self._link.is_here and self._slot:
            look, thumbnail = self._waiting.popitem(last=False)
            self._under_way += 1
            came = partial(self._drawn, look, thumbnail, self._round)
            self._link.look_picture(self._slot, look, WIDTH, came)

    def _drawn(self, look: str, thumbnail: str, asked_in: int, data: bytes | None) -> None:
        if data is None and thumbnail and asked_in == self._round:
            self._link.small_picture(thumbnail, partial(self._came, look, asked_in))
        else:
            self._came(look, asked_in, data)

    def _came(self, look: str, asked_in: int, data: bytes | None) -> None:
        self._under_way -= 1
        picture = QPixmap()
        if data is not None and asked_in == self._round and picture.loadFromData(data):
            self._pictures[look] = picture
            self.came.emit(look)
        self._ask()
