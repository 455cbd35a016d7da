"""The window over a session: pictures are shown, wheels and fields change what the session has, and it stays calm when
the session goes and comes back."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.gui


def shows(window) -> bool:
    return window.viewer.shown is not None and window.viewer.message == ""


def middle(window) -> tuple:
    """A colour of the picture, below its middle."""
    image = window.viewer.shown.image
    return image.pixelColor(image.width() // 2, image.height() * 5 // 6).getRgb()


def settings(window, slot: str = "A") -> dict:
    nodes = window.link.at("slots", slot, "look", "nodes") or {}
    return next((node["settings"] for node in nodes.values() if node["kind"] == "CDL"), {})


def test_pictures_of_the_slot_that_is_looked_at_are_shown(running, window, until) -> None:
    until(lambda: shows(window))
    first = window.viewer.shown.index
    until(lambda: window.viewer.shown.index >= first + 10)
    assert window.bar.camera.text().startswith("ALEXA 35")
    image = window.viewer.shown.image
    assert image.width() <= window.viewer.width()
    assert abs(image.width() / image.height() - 16 / 9) < 0.01
    before = middle(window)
    window.bar.tabs.setCurrentIndex(1)
    until(lambda: shows(window) and middle(window) != before)
    assert window.slot == "B"
    assert window.bar.camera.text() == "camera –"


def test_a_wheel_is_dragged_and_the_session_has_it(running, window, until, pointer) -> None:
    until(lambda: shows(window))
    window.link.do("look.add", slot="A", kind="cdl")
    until(lambda: "slope" in window.grade.node.wheels)
    pad = window.grade.node.wheels["slope"].pad
    pointer.drag(pad, 0, -32)
    until(lambda: settings(window)["slope"][0] > 1.05)
    red, green, blue = settings(window)["slope"]
    assert green < red
    assert blue < red
    assert abs(red + green + blue - 3) < 1e-6  # the balance moves, the whole does not
    pointer.click(pad, twice=True)
    until(lambda: settings(window)["slope"] == [1.0, 1.0, 1.0])
    assert window.grade.node.wheels["slope"].numbers[0].field.text() == "1.000"


def test_a_number_is_typed_and_undone(running, window, until, pointer) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    until(lambda: shows(window))
    window.link.do("look.add", slot="A", kind="cdl")
    until(lambda: "saturation" in window.grade.node.numbers)
    field = window.grade.node.numbers["saturation"].field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0,75")
    QTest.keyClick(field, Qt.Key.Key_Return)
    until(lambda: settings(window)["saturation"] == 0.75)
    until(lambda: field.text() == "0.750")
    field.selectAll()
    QTest.keyClicks(field, "nonsense")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "0.750"
    QTest.keyClick(field, Qt.Key.Key_Up)
    until(lambda: settings(window)["saturation"] > 0.75)
    until(lambda: window.grade.nodes.undo.isEnabled())
    pointer.click(window.grade.nodes.undo)
    until(lambda: settings(window)["saturation"] == 1.0)  # typing and stepping were one turn


def test_a_number_that_is_being_typed_is_not_another_slots(running, window, until) -> None:
    from PySide6.QtCore import QPoint, Qt, QTimer
    from PySide6.QtGui import QContextMenuEvent
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QMenu

    until(lambda: shows(window))
    for slot in "AB":
        window.link.do("look.add", slot=slot, kind="cdl")
    until(lambda: settings(window) and settings(window, "B") and "saturation" in window.grade.node.numbers)
    number = window.grade.node.numbers["saturation"]
    number.field.setFocus()
    number.field.selectAll()
    QTest.keyClicks(number.field, "0.5")
    window.look_at("B")  # as Ctrl and a digit do from within a field
    QTest.keyClick(number.field, Qt.Key.Key_Return)
    answers: list[object] = []
    window.link.do("look.switch", answers.append, slot="B", node="n1", enabled=True)
    until(lambda: answers)
    assert (settings(window)["saturation"], settings(window, "B")["saturation"]) == (1.0, 1.0)

    QTimer.singleShot(0, lambda: QApplication.activePopupWidget().close())
    at = QPoint(2, 2)
    number.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, number.mapToGlobal(at)))
    until(lambda: not number.findChildren(QMenu))  # one that was closed is not kept


def test_the_window_says_that_the_session_is_gone_and_finds_the_next(running, window, until) -> None:
    until(lambda: shows(window))
    window.link.do("meter.add", slot="A", x=0.5, y=0.5)
    until(lambda: window.meters.spots.meters and "st" in window.meters.spots.words("m1"))
    for page in ("Outputs", "Status"):
        window.pages.turn_to(page)
    until(lambda: window.outputs.list.topLevelItem(0).text(3) == "running")
    assert window.state.tables["Sources"].cells
    running.stop()
    until(lambda: "looking for one" in window.viewer.message)
    assert window.viewer.shown is not None  # the last picture stands
    # Of the rest nothing is said that nobody knows any more.
    bar = window.bar
    told = [label.text() for label in (bar.record, bar.losses, bar.latency, bar.devices, bar.alarms)]
    assert told == ["–", "lost –", "latency –", "devices –", "alarms –"]
    assert window.meters.spots.words("m1") == "–"
    assert window.outputs.list.topLevelItem(0).text(3) == "–"
    assert not window.state.tables["Sources"].cells
    running.start()
    until(lambda: shows(window))
    slot = lambda: window.link.at("slots", "A")  # noqa: E731
    until(lambda: bar.record.text() == "–" and bar.losses.text() == f"lost {slot()['missing'] + slot()['dropped']}")
    assert window.state.tables["Sources"].cells


def test_before_there_is_a_session_nothing_is_said_of_one(window, until) -> None:
    until(lambda: "looking for one" in window.viewer.message)
    assert window.grade.shelf.nothing.isHidden()
    assert window.bar.devices.text() == "devices –"
    shot = window.strip.grab().toImage()
    assert len({shot.pixel(x, y) for x in range(shot.width()) for y in range(shot.height())}) == 1  # no words
    for title in ("Takes", "Library", "Grade"):
        window.pages.turn_to(title)
    said = (window.takes.said, window.library.said, window.grade.shelf.nothing)
    assert [label.text() for label in said] == ["waiting for the session"] * 3


def test_a_slot_without_a_signal_never_shows_the_picture_of_another(started, window, until) -> None:
    started("pattern:camera@640x360p25", "ffmpeg::tcp://127.0.0.1:9", "--out", "null:")
    until(lambda: shows(window))
    assert window.viewer.trouble == ""
    until(lambda: window.bar.timecode.text() != "–")
    window.look_at("B")
    until(lambda: window.viewer.shown is None)
    assert window.bar.timecode.text() == "–"  # that of the other slot was seen last
    assert window.viewer.trouble.startswith("slot B ")
    assert "127.0.0.1:9" in window.viewer.trouble
    window.look_at("A")
    until(lambda: shows(window) and window.viewer.trouble == "")


def test_a_stream_is_left_without_waiting_and_none_begins_after_closing(started, window, until, monkeypatch) -> None:
    import threading

    def threads() -> int:
        return sum(thread.name == "pictures" for thread in threading.enumerate())

    started("pattern:camera@640x360p2", "--out", "null:")
    until(lambda: shows(window) and all(scope.trace.shown is not None for scope in window.scopes.shown()))
    before = 1 + len(window.scopes.shown())
    until(lambda: threads() == before)  # those of streams that were replaced have ended
    waited: list[object] = []
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "join", lambda thread, timeout=None: waited.append(thread))
        window.viewer.stream.rest()
    assert waited == []  # it may wait for a picture still; the window does not

    def is_left() -> bool:
        window.viewer.stream.rest()  # again where the viewer learned something of the slot and asked anew
        return threads() == before - 1

    until(is_left)
    window.close()
    assert threads() == 0
    window.viewer.show_picture(view="source")
    window.link.changed.emit([()])
    answers: list[object] = []
    window.link.do("look.undo", answers.append, slot="A")
    until(lambda: answers)  # what would have been asked for before it is answered too
    assert threads() == 0


def test_the_clean_picture_is_shut_by_its_key_and_by_the_window_system_and_opens_again(running, window, until) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    until(lambda: shows(window))
    monitor = window.outputs.monitor
    for shut in (lambda: QTest.keyClick(monitor, Qt.Key.Key_Escape), monitor.close):
        window.outputs.toggle_monitor()
        until(lambda: monitor.shown is not None)
        shut()
        until(lambda: not monitor.is_open)
        assert monitor.shown is None


def test_a_wider_window_gives_scopes_their_share(window, until) -> None:
    window.resize(1280, 800)
    until(lambda: window.width() == 1280 and window.scopes.width() > 0)
    narrow, picture = window.scopes.width(), window.viewer.width()
    window.resize(1920, 1080)
    until(lambda: window.scopes.width() > 1.4 * narrow)
    assert window.viewer.width() > 1.4 * picture
