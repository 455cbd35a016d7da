"""Numbers read from the picture in the window: what the session read stands where it was placed by hand."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.gui


def at(viewer, x: float, y: float):
    """A place of the picture in the widget."""
    from PySide6.QtCore import QPointF

    return viewer.placed().at(QPointF(x, y)).toPoint()


def press_at(viewer, x: float, y: float, modifier: str = "NoModifier") -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    QTest.mouseClick(viewer, Qt.MouseButton.LeftButton, getattr(Qt.KeyboardModifier, modifier), at(viewer, x, y))


def drag(viewer, begin: tuple[float, float], end: tuple[float, float]) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    left = Qt.MouseButton.LeftButton
    QTest.mousePress(viewer, left, Qt.KeyboardModifier.NoModifier, at(viewer, *begin))
    for step in range(1, 6):
        between = [a + (b - a) * step / 5 for a, b in zip(begin, end, strict=True)]
        QTest.mouseMove(viewer, at(viewer, *between))
        QTest.qWait(20)
    QTest.mouseRelease(viewer, left, Qt.KeyboardModifier.NoModifier, at(viewer, *end))


def test_spot_meters_are_placed_dragged_named_and_read(running, window, until, press) -> None:
    from PySide6.QtWidgets import QLineEdit, QWidgetAction

    from livegrade.ui import figures

    viewer, spots = window.viewer, window.meters.spots
    until(lambda: viewer.shown is not None and viewer.pixels == (640, 360))

    def meters() -> dict:
        return window.link.at("slots", "A", "meters")

    press_at(viewer, 0.25, 0.5, "AltModifier")
    until(lambda: "m1" in meters())
    assert (meters()["m1"]["x"], meters()["m1"]["y"]) == pytest.approx((0.25, 0.5), abs=0.003)
    press("T")
    assert spots.armed
    press_at(viewer, 0.5, 0.5)
    until(lambda: "m2" in meters())
    assert not spots.armed
    press_at(viewer, 0.9, 0.9)  # neither armed nor near one
    until(lambda: all(one["reading"] for one in meters().values()))
    assert len(meters()) == 2
    words = spots.words("m1")
    assert words.endswith(" st")
    source = window.link.at("slots", "A", "source")
    window.link.do("source.set", slot="A", source="ffmpeg::tcp://127.0.0.1:9")
    until(lambda: window.link.at("slots", "A", "state", "link") == "lost")
    assert spots.words("m1") == "–"  # nothing is said of a picture that is held
    window.link.do("source.set", slot="A", source=source)
    until(lambda: spots.words("m1").endswith(" st") and spots.words("m1") != "– st")
    drag(viewer, (0.5, 0.5), (0.75, 0.25))
    until(lambda: meters()["m2"]["x"] == pytest.approx(0.75, abs=0.003))
    until(lambda: meters()["m2"]["y"] == pytest.approx(0.25, abs=0.003) and meters()["m2"]["reading"] is not None)
    assert meters()["m2"]["reading"]["pixel"][:2] == pytest.approx([476, 86], abs=3)
    press("U")
    assert "→" in spots.words("m1")
    assert spots.words("m1").endswith(" %")
    press("U")
    until(lambda: spots.words("m2") == figures.label(meters()["m2"]["reading"], "code"))

    menu = spots.menu("m2")
    name = next(one for one in menu.actions() if isinstance(one, QWidgetAction)).defaultWidget()
    assert isinstance(name, QLineEdit)
    name.setText("face")
    name.returnPressed.emit()
    until(lambda: meters()["m2"]["name"] == "face")
    menu = spots.menu("m2")
    sizes = next(one.menu() for one in menu.actions() if one.text() == "Size")
    next(one for one in sizes.actions() if one.text().startswith("31")).trigger()
    until(lambda: meters()["m2"]["size"] == 31)
    viewer.show_picture(view="compare", mode="wipe", at="60", **{"with": "slot:B"})
    assert list(spots.seen()) == ["m2"]
    press_at(viewer, 0.4, 0.5, "AltModifier")
    assert "the reference is seen there" in window.status.said.text()
    viewer.show_picture(**{"with": "source"})  # that is the same picture
    assert list(spots.seen()) == ["m1", "m2"]
    viewer.show_picture(view="graded", mode=None, at=None, **{"with": None})
    assert set(meters()) == {"m1", "m2"}
    next(one for one in spots.menu("m1").actions() if one.text() == "Remove").trigger()
    until(lambda: set(meters()) == {"m2"})
    kept = window.meters.kept()
    window.meters.restore({"unit": "stops"})
    assert (kept, spots.unit) == ({"unit": "code"}, "stops")


def test_a_cursor_that_rests_gets_the_numbers_of_what_comes_under_it(started, window, until, pointer) -> None:
    """Before the first picture, of another slot, and of a session that comes again."""

    def reads(*codes: int) -> bool:
        return readout.words["source", "codes"] == "10-bit Y' {} Cb {} Cr {}".format(*codes)

    readout = window.meters.readout
    pointer.rest(window.viewer)
    words = ("pattern:bars@640x360p25", "pattern:grey@640x360p25", "--out", "null:")
    session = started(*words)
    until(lambda: readout.words["source", "codes"] != "–")
    bars, asked = readout.words["source", "codes"], []
    window.link.do("meter.read", lambda answer: asked.extend(answer.found), slot="B", x=0.5, y=0.5)
    until(lambda: asked)
    window.look_at("B")
    grey = [round(code) for code in asked[0]["source"]["codes"]]
    until(lambda: reads(*grey))
    assert readout.words["source", "codes"] != bars
    session.stop()
    until(lambda: readout.words["source", "codes"] == "–")
    started(*words)
    until(lambda: readout.words["source", "codes"] != "–")


def test_the_line_under_the_picture_and_the_focus_meter(running, window, until, pointer, press) -> None:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QColor

    from livegrade.ui import theme
    from livegrade.ui.focusmeter import full_scale
    from livegrade.ui.readout import AMBER, RED

    viewer, readout = window.viewer, window.meters.readout
    pointer.rest(window.bar)  # where a test before has left it, it may be over the picture
    until(lambda: viewer.shown is not None and viewer.pixels == (640, 360))
    assert readout.words["source", "codes"] == "–"
    window.link.do("look.set", slot="B", values={"slope": 0.8})
    window.look_at("B")  # bars, which stand still
    until(lambda: viewer.shown is not None and window.link.at("slots", "B", "clips") is not None)
    pointer.click(viewer)
    until(lambda: readout.words["source", "codes"] != "–")
    found: list[dict] = []
    rect = viewer.placed().rect
    place = viewer.placed().place(QPointF(viewer.rect().center()))
    assert rect.contains(QPointF(viewer.rect().center()))
    window.link.do("meter.read", lambda answer: found.extend(answer.found), slot="B", x=place.x(), y=place.y())
    until(lambda: found)
    codes = [round(code) for code in found[0]["source"]["codes"]]
    assert readout.words["source", "codes"] == "10-bit Y' {} Cb {} Cr {}".format(*codes)
    graded = [round(code) for code in found[0]["graded"]["codes"]]
    assert readout.words["graded", "codes"] == "10-bit Y' {} Cb {} Cr {}".format(*graded)
    assert graded != codes
    assert readout.words["source", "stops"] == "– st"  # no camera was said
    assert readout.words["source", "place"] == "x {} y {}".format(*found[0]["pixel"][:2])
    scale = viewer.placed().scale
    assert readout.zoom == (f"{100 * scale:.0f} %, 8 bit" if scale >= 1 else f"{100 * scale:.0f} % scaled, 8 bit")
    assert "end of the signal" in readout.toolTip()
    clips, shot = window.link.at("slots", "B", "clips"), readout.grab().toImage()
    assert clips["over"]["any"] < AMBER < RED < clips["under"]["any"]
    red = {y for y in range(shot.height()) for x in range(shot.width()) if shot.pixel(x, y) == QColor(theme.RED).rgb()}
    assert red  # the lamps of what has no light, in the second line, and none of what is clipped
    assert min(red) > shot.height() / 2
    viewer.show_picture(view="compare", mode="toggle", **{"with": "slot:A"})
    assert readout.words["source", "codes"] == "–"
    viewer.show_picture(view="graded", mode=None, **{"with": None})
    until(lambda: readout.words["source", "codes"] != "–")
    viewer.pointed.emit(None)
    assert readout.words["source", "codes"] == "–"

    window.look_at("A")
    press("X")
    until(lambda: (window.link.at("slots", "A", "focus") or {}).get("peak") is not None)
    until(lambda: viewer.shown is not None and window.meters.focus_button.isChecked())
    drag(viewer, (0.625, 0.625), (0.75, 0.9))  # the corner
    until(lambda: window.link.at("slots", "A", "focus", "width") == pytest.approx(0.375, abs=0.003))
    drag(viewer, (0.5625, 0.6375), (0.3, 0.5))  # the middle
    until(lambda: window.link.at("slots", "A", "focus", "x") == pytest.approx(0.3 - 0.1875, abs=0.003))
    until(lambda: (window.link.at("slots", "A", "focus") or {}).get("score") is not None)
    assert [full_scale(peak) for peak in (None, 25.0, 25.1, 100.0)] == [25, 25, 50, 100]
    press("X")
    until(lambda: window.link.at("slots", "A", "focus") is None)


def test_pointing_at_a_scope_marks_the_pixels_that_are_there(running, window, until, pointer) -> None:
    from livegrade.ui.sighted import mask_of

    viewer, sighted = window.viewer, window.meters.sighted
    window.look_at("B")
    until(lambda: viewer.shown is not None and viewer.pixels == (640, 360))
    scope = window.scopes.scopes[0]
    until(lambda: scope.trace.shown is not None)
    told: list[object] = []
    window.scopes.pointed.connect(told.append)
    pointer.hover(scope.trace)
    until(lambda: any(told) and sighted.image is not None)
    place = next(one for one in reversed(told) if one)
    found: list[dict] = []
    words = {name: place[name] for name in ("slot", "tap", "channel", "level", "column") if name in place}
    window.link.do("meter.find", lambda answer: found.extend(answer.found), **words)
    until(lambda: found)
    assert (sighted.image.width(), sighted.image.height()) == (640, 360)
    column = round(place["column"] * 640)
    left = [sighted.image.pixelColor(x, y).alpha() for x in range(column - 40) for y in range(0, 360, 10)]
    assert not any(left)  # of that column alone
    pointer.hover(viewer)
    until(lambda: sighted.image is None)
    assert mask_of({"width": 8, "height": 2, "mask": "no base64"}) is None
    assert mask_of({"width": 10**9, "height": 2, "mask": ""}) is None


def test_pixels_have_a_grid_and_the_one_under_the_cursor_a_frame(running, window, until) -> None:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QColor

    from livegrade.ui import theme

    viewer = window.viewer
    until(lambda: viewer.shown is not None and viewer.pixels == (640, 360))
    place = QPointF(320.5 / 640, 180.5 / 360)
    viewer.look_at(place, 16.0)
    until(lambda: viewer.placed().scale == pytest.approx(16.0) and viewer.placed().is_true)
    viewer.pointed.emit(place)
    shot = viewer.grab().toImage()
    frame = QColor(theme.SELECTED).getRgb()
    middle = viewer.placed().at(place).toPoint()
    assert shot.pixelColor(middle.x() - 8, middle.y()).getRgb() == frame
    assert shot.pixelColor(middle).getRgb() != frame
    viewer.show_picture(view="compare", mode="grid")  # other pictures are there
    assert viewer.own_part.isEmpty()
    shot = viewer.grab().toImage()
    assert shot.pixelColor(middle.x() - 8, middle.y()).getRgb() != frame
    viewer.show_picture(view="graded", mode=None)
    viewer.look_at(place, 4.0)
    shot = viewer.grab().toImage()
    assert all(shot.pixelColor(x, middle.y()).getRgb() != frame for x in range(middle.x() - 30, middle.x() + 30))
