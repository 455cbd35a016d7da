"""The pixels of the picture that stand where somebody points in a scope: found by the session, marked over the picture
for as long as the cursor stays there."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QColor, QImage

from livegrade.ui import theme
from livegrade.ui.following import Following

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QPainter

    from livegrade.ui.link import SessionLink
    from livegrade.ui.viewer import Placed, Viewer

PERIOD_MS = 120
"""Between an answer and the next question: the picture moves."""
WORDS = ("slot", "tap", "channel", "level", "column", "cb", "cr", "diagram", "chromaticity")
"""Of what is pointed at: those that meter.find takes."""
MOST_SIDE = 4096


class Sighted(QObject):
    """A layer. `image`: what is marked now, in the shape of the picture; None for nothing."""

    def __init__(self, link: SessionLink, viewer: Viewer) -> None:
        super().__init__(viewer)
        self.image: QImage | None = None
        self._viewer = viewer
        self._following = Following(link, "meter.find", self, rest_ms=PERIOD_MS, again=True)
        self._following.came.connect(self._came)

    def point(self, reading: Mapping[str, Any] | None) -> None:
        """At what a scope says of the place under the cursor; None for nowhere."""
        if reading is None:
            self._following.follow(None)
        else:
            place = {word: reading[word] for word in WORDS if reading.get(word) not in (None, "")}
            self._following.follow(place, (reading["slot"], reading["tap"]))

    def paint(self, painter: QPainter, placed: Placed) -> None:
        if self.image is None:
            return
        part = self._viewer.own_part  # what stands beside it was not looked through
        painter.save()
        painter.setClipRect(QRectF(placed.at(part.topLeft()), placed.at(part.bottomRight())))
        painter.drawImage(placed.rect, self.image)
        painter.restore()

    def _came(self, found: list[dict[str, Any]] | None) -> None:
        image = mask_of(found[0]) if found else None
        if image is not None or self.image is not None:
            self.image = image
            self._viewer.update()


def mask_of(found: Mapping[str, Any]) -> QImage | None:
    """The answer of meter.find as a picture, clear but for what it found; None for one that makes no sense."""
    width, height = found["width"], found["height"]
    stride = (width + 7) // 8
    if not (0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE):
        return None
    try:
        unpacking = zlib.decompressobj()
        bits = unpacking.decompress(base64.b64decode(found["mask"]), stride * height + 1)
    except (zlib.error, binascii.Error):
        return None
    if len(bits) != stride * height:
        return None
    image = QImage(bits, width, height, stride, QImage.Format.Format_Mono)
    image.setColorTable([QColor(0, 0, 0, 0).rgba(), QColor(theme.SELECTED).rgba()])
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
