"""The page of takes: slate, recording by hand, and the list of the day, set right in place."""

from __future__ import annotations

import csv

import pytest

pytestmark = pytest.mark.gui


def cell(window, row: int, title: str):
    from livegrade.ui.takelist import COLUMNS

    return window.takes.takes.index(row, [column.title for column in COLUMNS].index(title))


def text(window, row: int, title: str) -> str:
    return str(cell(window, row, title).data())


def typed(field, words: str) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClicks(field, words)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_a_take_is_slated_recorded_and_set_right(keeping, window, until, pointer) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QLineEdit

    from livegrade.ui.takelist import COLUMNS

    page, link = window.takes, window.link
    until(lambda: window.viewer.shown is not None)
    window.pages.turn_to("Takes")
    until(lambda: (link.at("library", "state") or {}).get("link") == "running")
    typed(page.slate.scene, "12")
    assert not page.slate.scene.hasFocus()  # the next key begins a take and is not written on the slate
    typed(page.slate.shot, "A")
    typed(page.slate.others.more, "roll=A004")
    until(lambda: link.at("library", "slate") == {"scene": "12", "shot": "A", "take": 1, "fields": {"roll": "A004"}})
    pointer.click(page.slate.steps["shot"])
    until(lambda: page.slate.shot.text() == "B")

    line = page.recording.lines["A"]
    pointer.click(line.record)
    until(lambda: link.at("library", "open", "A"))
    until(lambda: "12B take 1   00:00:0" in line.take.text() and "REC" in line.state.text())
    assert "in the window" in line.take.text()
    assert "REC" in window.bar.record.text()
    assert link.at("library", "open", "B") is None
    until(lambda: link.at("library", "slate", "take") == 2)
    assert (page.slate.take.text(), page.slate.take.isReadOnly()) == ("1", True)  # the one that runs
    assert page.slate.take.toolTip() == "it runs; the next is 2"
    until(lambda: link.at("library", "open", "A", "key") > 0)
    window.resize(1280, 800)
    pointer.click(line.grab)
    until(lambda: "_graded.png + 2 in " in window.status.said.text())
    said = window.status.said
    until(lambda: said.fontMetrics().horizontalAdvance(said.text()) <= said.width())  # as soon as it is laid out
    pointer.click(line.mark)
    pointer.click(line.record)
    until(lambda: (page.slate.take.text(), page.slate.take.isReadOnly()) == ("2", False))
    until(lambda: page.takes.rowCount() == 1 and text(window, 0, "Marks") == "1")
    until(lambda: text(window, 0, "Length") != "–")
    sizes, metrics, seen = page.table.horizontalHeader(), page.table.fontMetrics(), page.table.viewport().width()
    titles = [column.title for column in COLUMNS]
    clip = titles.index("Clip")
    assert sizes.sectionPosition(clip) + sizes.sectionSize(clip) <= seen  # nobody scrolls for it
    for title in ("Start", "Length"):
        assert metrics.horizontalAdvance("00:00:00:00") + 12 <= sizes.sectionSize(titles.index(title))
    tip = Qt.ItemDataRole.ToolTipRole
    until(lambda: cell(window, 0, "Scene").data(tip).startswith("begun in the window, ended in the window"))
    assert [text(window, 0, title) for title in ("Scene", "Shot", "Take", "Cam")] == ["12", "B", "1", "A"]

    ring = page.table.visualRect(page.takes.index(0, 0)).center()
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, ring)
    until(lambda: page.takes.entry(0)["circled"])
    page.table.edit(cell(window, 0, "Comment"))
    field = page.table.viewport().findChild(QLineEdit)
    QTest.keyClicks(field, "boom in ")
    link.do("take.circle", circled=True)  # the session has something new to tell of this row
    before = link.at("library", "revision")
    until(lambda: link.at("library", "revision") != before)
    QTest.qWait(200)
    QTest.keyClicks(field, "shot")
    QTest.keyClick(field, Qt.Key.Key_Return)
    until(lambda: text(window, 0, "Comment") == "boom in shot")
    page.table.edit(cell(window, 0, "Take"))
    typed(page.table.viewport().findChild(QLineEdit), "7")
    until(lambda: text(window, 0, "Take") == "7")
    page.table.edit(cell(window, 0, "Take"))
    typed(page.table.viewport().findChild(QLineEdit), "seven")
    until(lambda: "not 'seven'" in window.status.said.text())

    page.table.selectRow(0)
    fields = page.fields
    until(lambda: fields.name.toolTip() == "12B take 7, slot A" or fields.name.text().startswith("12B take 7"))
    assert list(fields.fields.fields) == ["roll"]
    pointer.click(fields.fields.fields["roll"])
    typed(fields.fields.fields["roll"], "A005")
    typed(fields.fields.more, "lens=35mm")
    until(lambda: page.takes.entry(0)["slate"]["fields"] == [["roll", "A005"], ["lens", "35mm"]])
    typed(fields.fields.fields["roll"], "")
    until(lambda: list(fields.fields.fields) == ["lens"])
    assert link.at("library", "slate", "fields") == {"roll": "A004"}  # of the next take
    typed(fields.fields.more, "35mm")
    until(lambda: "such as roll=A004" in window.status.said.text())
    steps = ["circled", "comment", "take", "roll", "lens", "roll"]
    until(lambda: [words.partition(" of ")[0] for words in link.at("library", "undo")] == steps)
    assert page.undo.toolTip() == "undo roll of 12B take 7, slot A"
    for left in (5, 4, 3):
        pointer.click(page.undo)
        until(lambda left=left: len(link.at("library", "undo")) == left)
    until(lambda: "undo roll of 12B take 7, slot A" in window.status.said.text())
    until(lambda: page.takes.entry(0)["slate"]["fields"] == [["roll", "A004"]])
    until(lambda: fields.fields.fields["roll"].text() == "A004")
    pointer.click(page.redo)
    until(lambda: fields.fields.fields["roll"].text() == "A005")

    page.words.setText("reflection")
    until(lambda: page.takes.rowCount() == 0)
    typed(page.words, "circled boom")
    until(lambda: page.takes.rowCount() == 1)
    window.look_at("B")
    typed(page.comment, "good")
    until(lambda: text(window, 0, "Comment") == "good" or page.takes.rowCount() == 0)


def test_chosen_takes_go_to_post_with_progress(keeping, places, window, until, pointer) -> None:
    page, link = window.takes, window.link
    until(lambda: window.viewer.shown is not None)
    window.pages.turn_to("Takes")
    until(lambda: (link.at("library", "state") or {}).get("link") == "running")
    for number in (1, 2):
        link.do("take.start")
        until(lambda: len(link.at("library", "open")) == 2)
        link.do("take.end")
        until(lambda number=number: page.takes.rowCount() == 2 * number and not link.at("library", "open"))
    page.table.selectRow(3)
    first = page.takes.entry(3)
    pointer.click(page.to_post)
    page.handoff.what.setCurrentIndex(1)
    for name, button in page.handoff.parts.items():
        if name != "tables":
            pointer.click(button)
    typed(page.handoff.folder, str(places / "nowhere" / "out"))
    pointer.click(page.handoff.start)
    until(lambda: "does not exist; make it or choose another one" in page.handoff.said.text())
    typed(page.handoff.folder, str(places / "out"))
    pointer.click(page.handoff.start)
    until(lambda: "reading the library" in page.handoff.said.text() or (places / "out").exists())
    until(lambda: link.at("library", "export", "state") == "done")
    until(lambda: "1 take, 1 look" in page.handoff.said.text() and page.handoff.open.isEnabled())
    assert page.handoff.progress.value() == page.handoff.progress.maximum()
    with (places / "out/tables/takes.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["slot"], row["take"], row["start"]) == (first["slot"], "1", first["start"])


def test_a_take_stays_chosen_wherever_others_come(keeping, window, until) -> None:
    from livegrade.control.messages import Answer

    page, link = window.takes, window.link
    until(lambda: window.viewer.shown is not None)
    window.pages.turn_to("Takes")
    until(lambda: (link.at("library", "state") or {}).get("link") == "running")
    for number in (1, 2):
        link.do("take.start")
        until(lambda: len(link.at("library", "open")) == 2)
        link.do("take.end")
        until(lambda number=number: page.takes.rowCount() == 2 * number and not link.at("library", "open"))
    newest, second, third, oldest = (page.takes.entry(row) for row in range(4))
    for take in (newest, oldest):
        link.do("take.circle", take=take["key"], circled=True)
    typed(page.words, "circled")
    until(lambda: [take and take["key"] for take in map(page.takes.entry, range(2))] == [newest["key"], oldest["key"]])
    page.table.selectRow(0)
    assert [take["key"] for take in page.table.chosen] == [newest["key"]]
    link.do("take.circle", take=third["key"], circled=True)  # it comes between those that are there
    until(lambda: page.takes.rowCount() == 3 and (page.takes.entry(1) or {}).get("key") == third["key"])
    assert [take["key"] for take in page.table.chosen] == [newest["key"]]

    def told(*takes: dict) -> None:
        """As when more than one thing happened since the last answer."""
        asked = (page.takes._turn, page.takes._age)
        page.takes._came(0, asked, Answer("done", found=list(takes), total=len(takes)))

    told(second, newest, oldest)
    assert [take["key"] for take in page.table.chosen] == [newest["key"]]
    assert page.table.chosen == [page.takes.entry(1)]
    told(third, second, newest, oldest)
    assert [take["key"] for take in page.table.chosen] == [newest["key"]]
    told(third, second, oldest, first := newest | {"key": 99})
    assert page.table.chosen == []
    assert page.takes.entry(3) == first


def test_a_session_without_a_library_says_so(running, window, until) -> None:
    until(lambda: window.viewer.shown is not None)
    window.pages.turn_to("Takes")
    until(lambda: "keeps no takes" in window.takes.said.text())
    assert not window.takes.slate.isEnabled()
    assert not window.takes.recording.lines["A"].record.isEnabled()


def test_a_take_beside_a_session_that_has_the_library_is_red_for_not_kept_until_that_ends(
    places, started, window, until
) -> None:
    from livegrade.library.store import Library
    from livegrade.library.values import Day, Unit
    from livegrade.session.events import EventLog
    from livegrade.session.shelf import Shelf
    from livegrade.timing.clock import MonotonicClock

    other = Shelf(places / "library", Day("day1", "2026-11-21"), Unit("main"), MonotonicClock(), EventLog())
    assert isinstance(other.library((), 0), Library)
    try:
        started(keeps=True)
        until(lambda: window.viewer.shown is not None and window.link.at("library", "state", "link") == "faulted")
        window.pages.turn_to("Takes")
        window.takes.toggle_take()
        until(lambda: window.bar.record.text() == "● REC\nnot kept")
        assert "another session records into the library" in window.bar.record.toolTip()
        until(lambda: "● 1" in window.bar.alarms.text())
    finally:
        other.close()
    until(lambda: window.bar.record.text() == "● REC")
    until(lambda: window.link.at("alarms", "lasting") == 0)
    until(lambda: window.takes.table.model().rowCount() == 1)
