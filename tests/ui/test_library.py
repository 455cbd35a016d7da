"""The page of the library: searched by words and numbers, looked into, loaded into the slot, and named anew."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.gui


def typed(field, words: str) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, words)
    QTest.keyClick(field, Qt.Key.Key_Return)


def red(window) -> float | None:
    """Slope of red of slot A's look."""
    nodes = window.link.at("slots", "A", "look", "nodes") or {}
    return next((node["settings"]["slope"][0] for node in nodes.values() if "slope" in node["settings"]), None)


def test_a_look_is_kept_found_seen_loaded_and_named_anew(keeping, window, until, pointer) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    page, link = window.library, window.link
    until(lambda: window.viewer.shown is not None)
    window.pages.turn_to("Library")
    until(lambda: (link.at("library", "state") or {}).get("link") == "running")
    for slope, name in ((1.2, "warm"), (0.8, "cool")):
        link.do("look.set", slot="A", values={"slope.r": slope})
        until(lambda slope=slope: red(window) == slope)
        typed(page.name, name)
        until(lambda name=name: (page.entries.entry(0) or {}).get("name") == name)
    until(lambda: page.entries.rowCount() == 2)
    window.pages.turn_to("Grade")
    until(lambda: window.grade.nodes.title.text() == "cool")
    window.pages.turn_to("Library")

    page.grid.setCurrentIndex(page.entries.index(1, 0))
    until(lambda: "slope 1.200 1.000 1.000" in page.details.numbers.text())
    said = page.details.numbers.text().splitlines()
    assert said[:2] == [f"{window.bar.camera.text()}", "640x360p25 10-bit 4:2:2 (v210) BT.709 legal"]
    assert said[0] == "ALEXA 35, LogC4  EI –"
    until(lambda: page.thumbnails.picture(page.entries.entry(1)["thumbnail"]) is not None)
    assert page.thumbnails.picture(page.entries.entry(1)["thumbnail"]).width() == 320
    page.grid.setFocus()
    QTest.keyClick(page.grid, Qt.Key.Key_Return)
    until(lambda: red(window) == 1.2)
    pointer.click(page.details.buttons["add"])
    until(lambda: len(link.at("slots", "A", "look", "nodes")) == 2)

    typed(page.details.fields["name"], "day warm")
    until(lambda: page.entries.entry(1)["name"] == "day warm")
    typed(page.details.fields["tags"], "exterior, sun")
    until(lambda: page.entries.entry(1)["tags"] == ["exterior", "sun"])
    typed(page.filters.words, "tag=sun")
    until(lambda: page.entries.rowCount() == 1 and page.grid.entry is not None)
    assert page.grid.entry["name"] == "day warm"  # Enter goes to the first, and Enter there loads it
    link.do("look.reset", slot="A")
    until(lambda: red(window) is None)
    QTest.keyClick(page.grid, Qt.Key.Key_Return)
    until(lambda: red(window) == 1.2)
    typed(page.filters.words, "tag=")
    until(lambda: page.entries.rowCount() == 0)
    typed(page.filters.words, "frist=1")
    until(lambda: "nothing called frist" in page.said.text())


def test_an_answer_about_an_entry_is_shown_with_that_alone(window, monkeypatch) -> None:
    from livegrade.control.messages import Answer

    answers, details = [], window.library.details
    monkeypatch.setattr(window.link, "do", lambda command, then, **words: answers.append(then))
    one = {"entry": "looks", "version": 1, "look_id": "", "scene": "", "tags": [], "notes": ""}
    for key, name in ((1, "warm"), (2, "cool")):
        details.show_entry({**one, "key": key, "name": name})
    first, second = answers
    second(Answer("refused", error="the disk of cool does not answer"))
    first(Answer("refused", error="there is no look 1"))
    assert details.numbers.text() == "the disk of cool does not answer"
    details.show_entry(None)
    second(Answer("refused", error="late"))
    assert details.numbers.text() == "Choose a picture to see its numbers."


def test_takes_are_found_by_numbers_and_give_their_look_and_their_picture(keeping, window, until, pointer) -> None:
    from livegrade.control.client import Client
    from livegrade.control.commands import FindKept, SetLook

    def found(words: str) -> list:
        return Client.find().send(FindKept(query=words)).found or []

    page, link = window.library, window.link
    until(lambda: window.viewer.shown is not None)
    window.pages.turn_to("Library")
    until(lambda: (link.at("library", "state") or {}).get("link") == "running")
    assert Client.find().send(SetLook(slot="A", values={"slope.r": 1.5})).result == "done"  # the pictures have it
    link.do("take.slate", scene="14")
    link.do("take.start", slot="A")
    until(lambda: (link.at("library", "open", "A", "length") or "") > "00:00:00:20")
    link.do("still.grab", slot="A")
    until(lambda: len(found("stills")) == 1)
    still = found("stills")[0]["key"]
    link.do("take.end", slot="A")
    link.do("look.reset", slot="A")
    until(lambda: red(window) is None)
    pointer.click(page.filters.kinds["takes"])
    until(lambda: page.entries.rowCount() == 1)
    typed(page.filters.fields["scene"], "15")
    until(lambda: page.entries.rowCount() == 0)
    typed(page.filters.fields["scene"], "14")
    typed(page.filters.fields["clip"], "< 50")
    until(lambda: page.entries.rowCount() == 1)
    page.grid.setCurrentIndex(page.entries.index(0, 0))
    pointer.click(page.details.buttons["compare"])
    until(lambda: "with" in window.viewer.wish)
    assert window.viewer.wish["with"] == f"still:{still}"
    pointer.click(page.details.buttons["load"])
    until(lambda: red(window) == 1.5)


@pytest.fixture
def long_library(places):
    """450 looks, of which none has a file: only lists are read."""
    from livegrade.library.store import Library
    from livegrade.library.values import LookEntry

    with Library.open(places / "library") as library:
        library._connection.execute("PRAGMA synchronous = OFF")
        for number in range(450):
            library.add(LookEntry(f"{number:032x}", f"look {number}", 1_000 + number))


def test_a_long_list_is_read_where_it_is_looked_at_and_stays_when_looks_come(
    long_library, keeping, window, until
) -> None:
    page, link = window.library, window.link
    until(lambda: window.viewer.shown is not None)
    window.pages.turn_to("Library")
    until(lambda: page.entries.rowCount() == 450)
    until(lambda: page.entries.entry(0))
    assert page.entries._rows.keys() == set(range(100))  # the rest was not looked at
    bar = page.grid.verticalScrollBar()
    bar.setValue(bar.maximum())
    until(lambda: (page.entries.entry(449) or {}).get("name") == "look 0")
    page.grid.setCurrentIndex(page.entries.index(440, 0))
    assert page.grid.entry["name"] == "look 9"
    at = bar.value()
    link.do("library.keep", slot="A", name="new")
    until(lambda: page.entries.rowCount() == 451)
    until(lambda: page.entries.entry(0)["name"] == "new")
    until(lambda: page.entries.entry(450)["name"] == "look 0")
    assert page.grid.entry["name"] == "look 9"
    assert bar.value() == at
