"""Comparing in the real window: keys, the strip, the border under the hand, lock-step, and the match."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from livegrade.control.messages import Answer

pytestmark = pytest.mark.gui


def shows(window) -> bool:
    return window.viewer.shown is not None and window.viewer.message == ""


def color(window, x: float, y: float) -> np.ndarray:
    """Of the picture that is shown, at a place of it."""
    image = window.viewer.shown.image
    return np.array(image.pixelColor(int(x * image.width()), int(y * image.height())).getRgb()[:3], int)


class Named:
    """A layer that notes what the left of the picture is called whenever it is painted, and whether it is green."""

    def __init__(self, window) -> None:
        self.window, self.seen = window, set()

    def paint(self, painter, placed) -> None:
        label = self.window.compare.comparing.labels()[0]
        is_green = bool(abs(color(self.window, 0.25, 0.5) - (30, 200, 60)).max() < 60)
        if label:
            self.seen.add((label.partition(",")[0], is_green))


def test_keys_the_strip_and_a_border_that_is_dragged_with_an_output_in_lock_step(
    running, window, until, pointer, press, tmp_path
) -> None:
    from PySide6.QtCore import Qt

    until(lambda: shows(window))
    Image.new("RGB", (640, 360), (30, 200, 60)).save(tmp_path / "green.png")
    window.pages.turn_to("Compare")
    page, comparing = window.compare, window.compare.comparing
    until(lambda: page.strip.count() == 4)  # source, bypass, slot B, a file
    item = page.strip.item(2)
    assert item.text() == item.toolTip() == "slot B"
    plain = item.icon().pixmap(128, 72).toImage()
    window.link.do("source.set", slot="B", camera="ALEXA Mini LF", ei=800)
    until(lambda: "ALEXA Mini LF, LogC3 EI 800" in item.toolTip())
    assert item.icon().pixmap(128, 72).toImage() != plain  # its name stands there, where there is room for all of it
    assert item.text() == "slot B"
    window.link.do("source.set", slot="B", camera="", ei=0)
    until(lambda: item.toolTip() == "slot B")

    press("C")
    until(lambda: window.viewer.stream.fed.get("view") == "compare")
    assert page.button.isChecked()
    page.compare_file(f"{tmp_path}/green.png")
    until(lambda: abs(color(window, 0.25, 0.5) - (30, 200, 60)).max() < 8)
    assert abs(color(window, 0.75, 0.5) - (30, 200, 60)).max() > 30
    until(lambda: (comparing.state() or {}).get("state", {}).get("link") == "running")

    named = Named(window)
    window.viewer.layers.append(named)
    for _ in range(3):
        comparing.choose("slot:B")
        until(lambda: comparing.labels()[0] == "slot B")
        comparing.choose(f"file:{tmp_path}/green.png")
        until(lambda: comparing.labels()[0] == "green.png")
    until(lambda: len(named.seen) == 2)
    assert named.seen == {("slot B", False), ("green.png", True)}  # each with its picture, none before it
    window.viewer.layers.remove(named)

    page.sinks.setCurrentIndex(1)
    page.sinks.activated.emit(1)
    until(lambda: window.link.at("sinks", "1", "options", "mode") == "wipe")
    rect = window.viewer.picture_rect()
    middle = (rect.center().x() - window.viewer.width() / 2) / (window.viewer.width() / 2)
    pointer.drag(window.viewer, round(rect.width() * 0.3), 0, at=(middle, 0))
    until(lambda: comparing.at == pytest.approx(80, abs=3))  # the last movement may still be under way
    until(lambda: abs(color(window, 0.7, 0.5) - (30, 200, 60)).max() < 8)
    until(lambda: abs(float(window.link.at("sinks", "1", "options", "at")) - comparing.at) < 0.1)

    press("C", "ShiftModifier")  # the reference alone
    until(lambda: abs(color(window, 0.95, 0.5) - (30, 200, 60)).max() < 8)
    until(lambda: window.link.at("sinks", "1", "options", "mode") == "toggle")
    press("W")
    until(lambda: window.link.at("sinks", "1", "options", "mode") == "wipe")
    pointer.click(page.modes["grid"])
    until(lambda: window.link.at("sinks", "1", "options", "mode") == "grid")
    assert window.viewer.wish["with"] == f"slot:A+slot:B+file:{tmp_path}/green.png"
    pointer.click(page.modes["blend"])
    field = page.at.field
    field.setFocus()
    field.selectAll()
    from PySide6.QtTest import QTest

    QTest.keyClicks(field, "25")
    QTest.keyClick(field, Qt.Key.Key_Return)
    until(lambda: window.link.at("sinks", "1", "options", "at") == "25")
    press("C")
    until(lambda: window.link.at("sinks", "1", "view") == "graded")  # as it was before
    until(lambda: window.viewer.stream.fed.get("view") == "graded")


def test_a_border_is_let_go_of_where_the_picture_has_gone_meanwhile(running, window, until) -> None:
    """Another slot was looked at by its key, while the hand held the border."""
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtTest import QTest

    until(lambda: shows(window))
    viewer, comparing = window.viewer, window.compare.comparing
    comparing.choose("slot:B")
    until(lambda: viewer.stream.fed.get("view") == "compare")
    at, left, none = viewer.placed().at(QPointF(0.5, 0.5)).toPoint(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0)
    QTest.mousePress(viewer, left, none, at)
    assert comparing._held
    viewer.shown = None
    QTest.mouseRelease(viewer, left, none, at)
    assert not comparing._held
    viewer.show_picture(mode="split")  # and what others choose is its choice again
    assert comparing.mode == "split"


def test_the_keys_go_on_with_the_reference_that_was_compared_with_last(running, window, until, press) -> None:
    until(lambda: shows(window))
    comparing = window.compare.comparing
    press("W")
    until(lambda: window.viewer.wish.get("with") == "source")  # nothing was chosen yet
    comparing.choose("slot:B")
    comparing.choose_mode("split")
    press("C")
    for key in ("O", "S", "O"):
        press(key)
    assert window.viewer.wish["view"] != "compare"
    press("W")
    until(lambda: window.viewer.stream.fed.get("with") == "slot:B")
    assert window.viewer.wish["mode"] == "wipe"


def test_a_grid_has_room_for_the_slot_that_is_looked_at_and_its_reference(window, monkeypatch) -> None:
    from livegrade.engine import comparison
    from livegrade.ui.comparing import MOST_CELLS

    comparing, slots = window.compare.comparing, "ABCDEFGHIJKL"
    monkeypatch.setattr(window.link, "at", lambda *path: dict.fromkeys(slots) if path == ("slots",) else None)
    assert comparison.MOST_CELLS == MOST_CELLS
    comparing.mode = "grid"
    for slot, reference, wanted in (
        ("L", "still:3", [*"ABCDEFGL", "still:3"]),
        ("B", "still:3", [*"ABCDEFGH", "still:3"]),
        ("L", "source", [*"ABCDEFGHL"]),
    ):
        comparing.show_slot(slot)
        comparing.reference = reference
        assert [word.removeprefix("slot:") for word in comparing.words()["with"].split("+")] == wanted
    slots = "ABCDEFGHI"
    assert comparing.words()["with"] is None


def test_an_output_that_two_windows_compare_in_is_changed_once_and_is_as_it_was_afterwards(
    running, window, until, monkeypatch
) -> None:
    """As where a surface asks all windows to compare."""
    from livegrade.ui.comparing import Comparing
    from livegrade.ui.viewer import Viewer

    until(lambda: shows(window))
    link, first, sent = window.link, window.compare.comparing, []
    viewer = Viewer(link)
    second = Comparing(link, viewer)
    follower_ask = link._follower.ask

    def ask(said, then) -> None:
        sent.append(said["command"])
        follower_ask(said, then)

    monkeypatch.setattr(link._follower, "ask", ask)

    def view() -> str:
        return link.at("sinks", "1", "view").partition(":")[0]

    for comparing in (first, second):
        comparing.lock_to("1")
    first.toggle("wipe")
    until(lambda: view().startswith("compare"))
    second.toggle("wipe")
    assert sent.count("view.set") == 1
    second.choose("slot:B")
    until(lambda: link.at("sinks", "1", "options", "with") == "slot:B")
    first.toggle("wipe")
    until(lambda: view() == "graded")
    second.toggle("wipe")
    assert (sent.count("view.set"), second.is_on) == (3, False)
    first.toggle("split")
    until(lambda: link.at("sinks", "1", "options", "mode") == "split")
    first.lock_to("")
    until(lambda: view() == "graded")
    viewer.deleteLater()


def test_the_match_to_a_still_is_read_applied_as_one_step_and_read_again(
    started, window, until, pointer, press
) -> None:
    """In a picture that stands still: in one that moves nothing is where it was."""
    from PySide6.QtCore import Qt

    started("pattern:ramp@640x360p25", "--camera", "ALEXA 35", "--out", "null:", keeps=True)
    until(lambda: shows(window))
    window.pages.turn_to("Compare")
    page = window.compare
    press("S")
    until(lambda: page.strip.count() == 4)
    window.link.do("look.add", None, slot="A", kind="exposure")
    window.link.do("look.set", None, slot="A", values={"stops": -0.5})
    until(lambda: len(window.link.at("slots", "A", "look", "undo")) == 2)
    rect = page.strip.visualItemRect(page.strip.item(2))
    from PySide6.QtTest import QTest

    QTest.mouseClick(page.strip.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert page.comparing.reference == "still:1"
    until(lambda: (page.comparing.state() or {}).get("state", {}).get("link") == "running")
    pointer.click(page.match.read_button)
    until(lambda: page.match.is_told)
    assert page.match.reading is not None, page.match.why.text()
    assert page.match.reading["stops"] == pytest.approx(0.5, abs=0.02)
    assert page.match.values["exposure"].text() == f"{page.match.reading['stops']:+.2f} stops"
    assert page.match.reading["quality"] == "good"
    window.resize(1280, 800)
    until(lambda: (window.width(), window.height()) == (1280, 800))
    places = {label.y() for label in page.match.values.values()}
    why = page.match.why.text()
    page.match.why.setText(
        "rough: taken back through the slot's LUT or output transform; by their distributions, for not every pixel "
        "shows the same"
    )
    page.match.layout().activate()
    assert {label.y() for label in page.match.values.values()} == places  # however much is to be said
    assert page.match.why.heightForWidth(page.match.why.width()) <= page.match.why.height()
    page.match.why.setText(why)
    pointer.click(page.match.apply_button)
    until(lambda: window.link.at("slots", "A", "look", "undo")[-1:] == ["Match to still 1"])
    until(lambda: page.match.reading is not None and abs(page.match.reading["stops"]) < 0.02)
    press("Z", "ControlModifier")
    until(lambda: len(window.link.at("slots", "A", "look", "undo")) == 2)
    press("M", "ShiftModifier")
    until(lambda: page.match.reading is not None and page.match.reading["stops"] == pytest.approx(0.5, abs=0.02))
    press("M", "ControlModifier")
    until(lambda: window.link.at("slots", "A", "look", "undo")[-1:] == ["Match to still 1"])
    until(lambda: page.match.reading is not None and abs(page.match.reading["stops"]) < 0.02)
    page.comparing.choose("source")
    assert not page.match.apply_button.isEnabled()
    assert page.match.values["exposure"].text() == "–"


def test_regions_of_a_match_are_dragged_out_of_the_picture_and_the_numbers_follow(
    started, window, until, pointer, press, tmp_path, monkeypatch
) -> None:
    from PySide6.QtCore import QPointF

    grey = np.full((360, 360, 3), 60, np.uint8)
    grey[:, :180] = np.linspace(90, 150, 360)[:, None, None]
    Image.fromarray(grey).save(tmp_path / "square.png")
    started("pattern:ramp@640x360p25", "--camera", "ALEXA 35", "--out", "null:")
    until(lambda: shows(window))
    window.pages.turn_to("Compare")
    page, viewer, match, parts = window.compare, window.viewer, window.compare.match, window.compare.match.parts
    assert not match.part_button.isEnabled()  # there is nothing to match to

    def drag(left: float, top: float, right: float, bottom: float) -> None:
        one, other = (viewer.placed().at(QPointF(*place)) for place in ((left, top), (right, bottom)))
        middle = QPointF(viewer.width() / 2, viewer.height() / 2)
        at = ((one.x() - middle.x()) / middle.x(), (one.y() - middle.y()) / middle.y())
        pointer.drag(viewer, round(other.x() - one.x()), round(other.y() - one.y()), at=at)
        until(lambda: not parts.is_armed)

    page.compare_file(f"{tmp_path}/square.png")
    until(lambda: (page.comparing.state() or {}).get("own_size") == [360, 360])
    pointer.click(match.part_button)
    press("Escape")
    assert (parts.is_armed, match.part_button.isChecked()) == (False, False)
    pointer.click(match.part_button)
    drag(0.25, 0.1, 0.45, 0.9)  # left of the border: of the reference
    # As large as it fits it is 360 of 640 pixels wide, in the middle.
    assert parts.theirs == pytest.approx(((0.25 - 0.21875) / 0.5625, 0.1, 0.2 / 0.5625, 0.8), abs=0.012)
    assert parts.own is None
    until(lambda: match.is_told and match.reading is not None)
    part = match.reading["stops"]

    pointer.click(match.part_button)
    drag(0.6, 0.2, 0.8, 0.8)  # right of it: of the slot
    assert parts.own == pytest.approx((0.6, 0.2, 0.2, 0.6), abs=0.012)
    until(lambda: match.is_told and match.reading is not None and match.reading["stops"] != part)
    both, told = match.reading, []
    asked = {"with": page.comparing.reference, "region": list(parts.own), "reference-region": list(parts.theirs)}
    window.link.do("match.read", lambda answer: told.append(answer.found[0]), slot="A", **asked)
    until(lambda: told)
    assert told == [both]
    assert match.values["exposure"].text().startswith(f"{both['stops']:+.2f} stops")
    pointer.click(match.apply_button)
    until(lambda: window.link.at("slots", "A", "look", "undo")[-1:] == ["Match to square.png"])
    until(lambda: match.is_told and match.reading is not None and abs(match.reading["stops"]) < abs(both["stops"]) / 2)
    with monkeypatch.context() as patched:  # of a machine that has no time for it
        patched.setattr(window.link, "do", lambda command, heard=None, **words: heard and heard(Answer("pending")))
        match.apply("cdl")
    assert match.why.text() == "the match is still being worked out; it is there when it is done"
    assert window.status.said.text() == match.why.text()
    match.read()
    until(lambda: match.is_told and match.reading is not None)

    drawn: list[str] = []
    monkeypatch.setattr("livegrade.ui.matchparts.outline", lambda painter, rect, words: drawn.append(words))
    until(lambda: "match" in drawn)
    window.pages.turn_to("Grade")  # regions are seen with the match alone
    viewer.repaint()
    drawn.clear()
    viewer.repaint()
    assert drawn == []
    window.pages.turn_to("Compare")
    until(lambda: "match" in drawn)

    counted = parts.own, parts.theirs
    parts.arm()
    parts.press(QPointF(0.6, 0.1), None)
    parts.move(QPointF(0.9, 0.9), None)
    assert parts.own != counted[0]
    press("Escape")  # while the hand drags
    parts.move(QPointF(0.7, 0.9), None)
    parts.release(QPointF(0.7, 0.9), None)
    assert ((parts.own, parts.theirs), parts.is_armed) == (counted, False)

    page.comparing.choose_mode("split")
    pointer.click(match.part_button)
    assert not parts.is_armed
    until(lambda: "where a picture is whole" in window.status.said.text())
    page.comparing.choose_mode("toggle")  # the reference alone
    pointer.click(match.part_button)
    drag(0.6, 0.2, 0.75, 0.8)
    assert parts.theirs[0] == pytest.approx((0.6 - 0.21875) / 0.5625, abs=0.012)
    pointer.click(match.whole_button)
    assert (parts.own, parts.theirs) == (None, None)
    assert not match.whole_button.isEnabled()
