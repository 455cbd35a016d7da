"""Outputs in the window: each is seen, set, locked, added and removed, and the clean picture goes to a screen."""

from __future__ import annotations

import pytest

from livegrade.ui import words

pytestmark = pytest.mark.gui


def cell(window, number: str, heading: str) -> str:
    from livegrade.ui.outputspage import HEADINGS, KEY

    items = map(window.outputs.list.topLevelItem, range(window.outputs.list.topLevelItemCount()))
    return next(item.text(HEADINGS.index(heading)) for item in items if item.data(0, KEY) == number)


def write(box, text: str) -> None:
    """As somebody who types it into a field."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    line = box.lineEdit()
    line.setFocus()
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def test_durations_are_three_digits() -> None:
    from livegrade.ui import words

    assert words.durations({"p50": 9.04, "p99": 99.94}) == "9.0 / 99.9 ms"
    assert words.durations({"p50": 99.96, "p99": 1665.1}) == "100 / 1665 ms"
    assert words.durations({"p50": None, "p99": None}) == words.milliseconds(None) == ""


def test_a_stopwatch_has_hours_after_the_first() -> None:
    from livegrade.ui import words

    assert [words.stopwatch(one) for one in (7.9, 61, 3599, 3600, 36061)] == [
        "00:07", "01:01", "59:59", "1:00:00", "10:01:01",
    ]  # fmt: skip


def test_signs_are_those_of_the_number_fields_and_nothing_is_not_less_than_nothing() -> None:
    from livegrade.ui import figures

    assert [figures.signed(value, 1) for value in (0.24, -0.26, -0.04, 0.0)] == ["+0.2", "-0.3", "+0.0", "+0.0"]
    assert figures.stops(-1.5) == "-1.50 st"


def test_letters_stay_while_the_session_says_what_is_shown(running, window, until) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    until(lambda: window.viewer.shown is not None)
    window.pages.turn_to("Outputs")
    window.outputs.choose("1")
    fields = window.outputs.detail.fields
    line = fields.fields["view"].lineEdit()
    window.activateWindow()
    line.setFocus()
    until(lambda: QApplication.focusWidget() is fields.fields["view"])
    line.selectAll()
    for letter in "source":
        QTest.keyClicks(line, letter)
        fields.show_words({"view": "graded"})
    assert line.text() == "source"
    QTest.keyClick(line, Qt.Key.Key_Return)
    until(lambda: window.link.at("sinks", "1", "options", "view") == "source")


def test_keys_are_the_windows_after_a_choice_from_a_list_and_after_esc(running, window, until, pointer) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    until(lambda: window.viewer.shown is not None)
    window.pages.turn_to("Outputs")
    window.outputs.choose("1")
    box = window.outputs.detail.fields.fields["view"]
    line = box.lineEdit()
    until(lambda: line.text() == "graded")
    window.activateWindow()
    box.setFocus()
    until(lambda: QApplication.focusWidget() is box)
    box.showPopup()
    until(lambda: box.view().isVisible())
    place = box.view().visualRect(box.model().index(box.findText("source"), 0)).center()
    QTest.qWait(QApplication.doubleClickInterval() + 100)  # no release of the press that opened it
    QTest.mouseMove(box.view().viewport(), place)
    QTest.mouseClick(box.view().viewport(), Qt.MouseButton.LeftButton, pos=place)
    until(lambda: window.link.at("sinks", "1", "options", "view") == "source")
    assert QApplication.focusWidget() is not box
    until(lambda: line.text() == "source")
    box.setFocus()
    until(lambda: QApplication.focusWidget() is box)
    QTest.keyClicks(line, "melted")
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert (line.text(), QApplication.focusWidget() is box) == ("source", False)
    assert "melted" not in window.status.said.text()
    zebra = window.outputs.detail.fields.fields["zebra"]
    zebra.setFocus()
    until(lambda: QApplication.focusWidget() is zebra)
    zebra.lineEdit().selectAll()
    QTest.keyClicks(zebra.lineEdit(), "95")
    window.pages.turn_to("Grade")  # leaving sends it
    until(lambda: window.link.at("sinks", "1", "options", "zebra") == "95")


def test_an_output_is_set_locked_added_and_removed(running, window, until, pointer) -> None:
    until(lambda: window.viewer.shown is not None)
    window.pages.turn_to("Outputs")
    page, detail = window.outputs, window.outputs.detail
    until(lambda: cell(window, "1", "State") == "running" and cell(window, "1", "Latency").endswith(" ms"))
    assert cell(window, "1", "Seen by") == "–"  # nobody can know, of null:
    page.choose("1")
    write(detail.fields.fields["view"], "false-color:stops")
    until(lambda: window.link.at("sinks", "1", "options", "view") == "false-color:stops")
    until(lambda: cell(window, "1", "Shows").startswith("false colour stops"))
    line = detail.fields.fields["view"].lineEdit()
    until(lambda: line.text() == "false colour stops")
    assert line.fontMetrics().horizontalAdvance(line.text()) <= line.width() - 4
    sizes = page.list.header()
    assert page.list.fontMetrics().horizontalAdvance("false colour stops") + 6 <= sizes.sectionSize(4)
    high = [page.list.visualItemRect(page.list.topLevelItem(at)).height() for at in (0, 1)]
    assert 3 * page.list.fontMetrics().lineSpacing() > high[0] >= 2 * page.list.fontMetrics().lineSpacing() > high[1]
    assert page.list.fontMetrics().horizontalAdvance("ndi:Village") + 6 <= sizes.sectionSize(2)
    write(detail.fields.fields["zebra"], "70-75+95")
    until(lambda: window.link.at("sinks", "1", "options", "zebra") == "70-75+95")
    assert window.link.at("sinks", "1", "options", "view") == "false-color:stops"
    until(lambda: "zebra 70-75" in cell(window, "1", "Shows"))
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    line = detail.fields.fields["peaking"].lineEdit()
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "high")
    page.choose("2")
    until(lambda: detail.title.text().startswith("2"))
    QTest.keyClick(line, Qt.Key.Key_Return)  # it was meant for the output before
    assert detail.fields.fields["peaking"].currentText() == "–"
    page.choose("1")
    until(lambda: detail.title.text().startswith("1"))
    write(detail.fields.fields["zebra"], "")
    until(lambda: "zebra" not in window.link.at("sinks", "1", "options"))
    assert all("peaking" not in window.link.at("sinks", number, "options") for number in "12")
    fields, bar = detail.fields.fields, detail.verticalScrollBar()
    assert fields["opacity"].isVisible()  # of false colour
    assert not fields["with"].isVisible()
    write(fields["view"], "compare")
    until(lambda: fields["with"].isVisible() and not fields["opacity"].isVisible())
    write(fields["with"], "slot B")
    until(lambda: window.link.at("sinks", "1", "options", "with") == "slot:B")
    until(lambda: fields["with"].currentText() == "slot B")
    write(fields["with"], "")
    until(lambda: "with" not in window.link.at("sinks", "1", "options"))
    assert (window.width(), window.height()) == (1280, 800)
    until(lambda: bar.maximum() == 0)  # all of it has room
    write(fields["view"], "false colour stops")  # as it is shown
    until(lambda: window.link.at("sinks", "1", "options", "view") == "false-color:stops")
    until(lambda: fields["opacity"].isVisible() and bar.maximum() == 0)
    write(detail.fields.fields["view"], "melted")
    until(lambda: "melted" in window.status.said.text())
    until(lambda: detail.fields.fields["view"].currentText() == "false colour stops")
    detail.on_loss.setCurrentText("bars")
    detail.on_loss.activated.emit(2)  # as choosing it does
    until(lambda: window.link.at("sinks", "1", "options", "on-loss") == "bars")
    pointer.click(detail.lock)
    until(lambda: window.link.at("sinks", "1", "locked") and not detail.fields.isEnabled())
    assert cell(window, "1", "State") == "locked, running"
    state = page.list.header().sectionSize(3)
    wide = page.list.fontMetrics().horizontalAdvance
    assert wide("connecting") + 6 <= state  # with the margins of a cell; "locked, running" has two lines
    until(
        lambda: (
            page.list.visualItemRect(page.list.topLevelItem(0)).height() >= 2 * page.list.fontMetrics().lineSpacing()
        )
    )
    assert wide(words.count(99_999)) + 6 <= page.list.header().sectionSize(8)  # of Held: in one line
    assert wide("ndi:Village") + 6 <= page.list.header().sectionSize(2)  # of Goes to
    pointer.click(detail.lock)
    until(lambda: not window.link.at("sinks", "1", "locked") and detail.fields.isEnabled())

    window.look_at("B")
    page.address.setFocus()
    page.address.setText("null:,view=source,guides=2.39+action+thirds+shade:60,zebra=70-75+95")
    page.address.returnPressed.emit()
    until(lambda: (window.link.at("sinks", "3") or {}).get("slot") == "B" and detail.number == "3")
    until(lambda: detail.horizontalScrollBar().maximum() == 0)  # a long address cuts nothing beside it
    assert fields["guides"].lineEdit().cursorPosition() == 0
    pointer.click(detail.remove)
    assert detail.remove.text() == "press again"
    assert window.link.at("sinks", "3") is not None
    page.address.setText("null:")
    page.address.returnPressed.emit()
    until(lambda: window.link.at("sinks", "4") and detail.number == "4")
    page.choose("3")
    pointer.click(detail.remove)
    pointer.click(detail.remove)
    until(lambda: window.link.at("sinks", "3") is None)
    assert page.list.currentItem() is None  # and not output 4, which stands there now
    assert (page.list.selectedItems(), detail.number) == ([], "")
    assert detail.title.text() == "Choose an output at the left"
    assert fields["guides"].currentText() == "–"  # nothing is left of the one that is gone
    page.choose("4")
    window.link.do("sink.remove", sink="2")
    until(lambda: window.link.at("sinks", "2") is None)
    assert (page.list.currentItem().text(0), detail.number) == ("4", "4")


@pytest.mark.parametrize("address", ["ndi:DirectorsMonitorEast", "/takes/day1_village_east_graded.mov,to=rec709"])
def test_where_an_output_goes_is_read_whole_in_a_small_window(
    running, window, until, monkeypatch, address: str
) -> None:
    until(lambda: window.viewer.shown is not None)
    window.resize(1280, 800)
    window.pages.turn_to("Outputs")
    page, at = window.outputs, window.link.at
    until(lambda: 105 < page.list.columnWidth(2) < 130)
    sinks = {"1": {**at("sinks", "1"), "address": address}, "2": at("sinks", "2")}
    monkeypatch.setattr(window.link, "at", lambda *path: sinks if path == ("sinks",) else at(*path))
    page.show_state([("sinks",)])
    item = page.list.topLevelItem(0)
    metrics, room = page.list.fontMetrics(), page.list.columnWidth(2) - 8
    assert item.text(2).replace("\u200b", "") == words.goes_to(address)
    assert max(map(metrics.horizontalAdvance, item.text(2).split("\u200b"))) <= room
    until(lambda: page.list.visualItemRect(item).height() >= 2 * metrics.lineSpacing())
    assert item.toolTip(2) == address


def test_the_clean_picture_fills_a_screen_and_nothing_else_is_on_it(
    running, window, until, pointer, monkeypatch
) -> None:
    until(lambda: window.viewer.shown is not None)
    window.pages.turn_to("Outputs")
    page = window.outputs
    page.choose("monitor")
    pointer.click(page.detail.toggle)
    monitor = page.monitor
    until(lambda: monitor.shown is not None)
    assert monitor.size() == monitor.screen().size()
    assert (monitor.shown.image.width(), monitor.shown.image.height()) == (640, 360)
    grabbed = monitor.grab().toImage()
    assert grabbed.pixelColor(2, 2).getRgb()[:3] != (0, 0, 0)  # 16:9 on 16:9: the picture goes to the corners
    before = monitor.shown.image.copy()
    write(page.detail.fields.fields["view"], "false-color:stops")
    until(lambda: monitor.wish["view"] == "false-color:stops" and monitor.shown.image != before)
    window.look_at("B")
    until(lambda: "needs to know the camera" in monitor.fault and cell(window, "monitor", "State") == "no picture")
    window.look_at("A")
    until(lambda: monitor.shown is not None and not monitor.fault)
    source = window.link.at("slots", "A", "source")
    window.link.do("source.set", slot="A", source="ffmpeg::tcp://127.0.0.1:9")
    until(lambda: monitor.mark >= "NO SIGNAL 00:02")
    assert cell(window, "monitor", "State") == "held"
    lower = monitor.height() * 9 // 10
    held = monitor.grab().toImage()
    marked = [held.pixelColor(x, y).getRgb()[:3] for x in range(192, 420) for y in range(lower, monitor.height() - 30)]
    assert marked.count((255, 255, 255)) > 300  # letters
    assert marked.count((0, 0, 0)) > 2000  # and their ground
    window.link.do("source.set", slot="A", source=source)
    until(lambda: monitor.mark == "" and cell(window, "monitor", "State") == "running")
    kept = page.kept()
    window.keys.actions["monitor"].run()
    assert not monitor.isVisible()
    page.restore(kept)
    assert not monitor.isVisible()  # it would cover the window that begins
    monkeypatch.setattr(window, "screen", lambda: None)  # as if that were on another screen
    page.restore(kept)
    until(lambda: monitor.isVisible() and monitor.shown is not None)
    monitor.shut()
