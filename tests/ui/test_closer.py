"""A picture that is looked at closely comes pixel for pixel, and its geometry holds."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.gui


def test_the_part_that_is_seen_is_asked_for_in_whole_pixels() -> None:
    from PySide6.QtCore import QPointF, QRectF, QSizeF

    from livegrade.ui.closer import Closer, part_of

    widget, picture, middle = QSizeF(800, 600), QSizeF(1920, 1080), QPointF(0.5, 0.5)
    assert Closer(widget, picture, 1.0, middle).rect == QRectF(0, 75, 800, 450)
    assert Closer(widget, picture, 1.0, middle).region((1920, 1080), 1.0) is None
    closer = Closer(widget, picture, 2.4 * 4, middle)  # four screen pixels for one
    left, top, width, height = closer.region((1920, 1080), 1.0)
    assert (left * 1920, width * 1920, top * 1080, height * 1080) == pytest.approx((860, 200, 465, 150))
    assert part_of(closer.rect, (left, top, width, height)) == QRectF(0, 0, 800, 600)
    corner = Closer(widget, picture, 2.4 * 4, QPointF(0.0, 0.0)).region((1920, 1080), 1.0)
    assert corner == (0, 0, 100 / 1920, 75 / 1080)
    assert Closer(widget, picture, 3.0, middle).region((640, 360), 1.0) is None  # it came whole
    assert Closer(widget, picture, 1.5, middle).region((1920, 1080), 4.0) is None


def test_one_pixel_for_one_shows_those_of_the_source(started, window, until, pointer, press) -> None:
    from PySide6.QtCore import QPoint, QPointF, Qt
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    started("pattern:camera@1920x1080p10", "--out", "null:")
    viewer = window.viewer
    until(lambda: viewer.shown is not None and viewer.pixels == (1920, 1080))
    assert not viewer.placed().is_true
    press("0", "ControlModifier")
    until(lambda: viewer.placed().is_true)
    placed = viewer.placed()
    assert placed.scale == pytest.approx(1.0)
    assert placed.part.width() == pytest.approx(placed.shown.image.width(), abs=1e-6)
    assert placed.shown.image.width() <= viewer.width() + 2
    at = QPointF(viewer.rect().center())
    before = placed.place(at)
    for _ in range(14):
        turn = QWheelEvent(
            at,
            viewer.mapToGlobal(at),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(viewer, turn)
    until(lambda: viewer.placed().shown.image.width() < 120)
    placed = viewer.placed()
    assert placed.scale > 8
    assert placed.place(at).x() == pytest.approx(before.x(), abs=1 / 1920)
    pointer.drag(viewer, 40, 24, button=2)  # the middle button moves the picture with the hand
    moved = placed.place(at) - viewer.placed().place(at)
    assert (moved.x() * placed.rect.width(), moved.y() * placed.rect.height()) == pytest.approx((40, 24), abs=1)
    press("0")
    until(lambda: viewer.placed().part == viewer.placed().rect and not viewer.placed().is_true)
