"""Keys: each does what its line says, a field that is typed into keeps its letters, and the map is the user's."""

from __future__ import annotations

import re

import pytest

from livegrade.errors import UsageError

pytestmark = pytest.mark.gui


def shows(window) -> bool:
    return window.viewer.shown is not None and window.viewer.message == ""


def test_views_of_the_picture(running, window, until, press) -> None:
    until(lambda: shows(window))
    graded = window.viewer.shown.image.copy()
    press("F")
    until(lambda: window.viewer.wish["view"] == "false-color:stops" and window.viewer.shown.image != graded)
    assert window.bar.view.text() == "false colour stops, source"
    menu = window.viewbar.buttons["zebra"].menu()
    menu.popup(window.mapToGlobal(window.rect().center()))
    press("O")
    assert window.viewer.wish["view"] == "false-color:stops"  # keys are those of the menu that is open
    menu.close()
    press("F")
    press("O")
    assert window.viewer.wish["view"] == "source"
    press("O")
    press("Z")
    until(lambda: "zebra" in window.bar.view.text())
    assert window.viewer.wish["view"] == "graded"


def test_bypass_exposure_and_undo_reach_the_session(running, window, until, press) -> None:
    until(lambda: shows(window))
    press("Space")
    until(lambda: window.link.at("slots", "A", "look", "bypassed"))
    assert window.bar.view.text() == "bypass"
    press("Space")
    until(lambda: window.link.at("slots", "A", "look", "bypassed") is False)

    def stops() -> float:
        nodes = window.link.at("slots", "A", "look", "nodes")
        return next((node["settings"]["stops"] for node in nodes.values() if "stops" in node["settings"]), 0.0)

    for _ in range(2):
        window.keys.actions["exposure-up"].run()  # again before the session has made the node
    until(lambda: stops() == 0.5)
    press("BracketRight")
    until(lambda: stops() == 0.75)
    until(lambda: window.status.said.text() == "Exposure +0.75 stops, slot A")
    nodes = window.link.at("slots", "A", "look", "nodes").values()
    assert sum("stops" in node["settings"] for node in nodes) == 1
    press("Z", "ControlModifier")
    until(lambda: stops() != 0.75)
    assert window.status.said.text()  # the step, in words


def test_slots_panels_and_the_palette(running, window, until, press) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    until(lambda: shows(window))
    press("2", "ControlModifier")
    assert window.slot == "B"
    press("F10")
    press("QuoteLeft")
    assert not window.bar.isVisible()
    press("QuoteLeft")
    assert window.bar.isVisible()
    assert not window.viewbar.isVisible()  # as it was before
    press("K", "ControlModifier")
    assert window.palette_.isVisible()
    QTest.keyClicks(window.palette_.words, "scopes 4 up")
    assert window.palette_.list.count() == 1
    QTest.keyClick(window.palette_.words, Qt.Key.Key_Return)
    assert not window.palette_.isVisible()
    assert all(not scope.isHidden() for scope in window.scopes.scopes)

    def run(words: str) -> None:
        """The only one that the palette finds for them."""
        press("K", "ControlModifier")
        QTest.keyClicks(window.palette_.words, words)
        assert window.palette_.list.count() == 1
        QTest.keyClick(window.palette_.words, Qt.Key.Key_Return)

    def nodes(slot: str) -> list[dict]:
        return list(window.link.at("slots", slot, "look", "nodes").values())

    window.link.do("look.add", slot="B", kind="cdl")
    until(lambda: window.grade.nodes.current())
    run("node make one slot A more")
    until(lambda: len(nodes("A")) == 1 and nodes("B")[0]["linked"])
    run("node its own again")
    until(lambda: not nodes("B")[0]["linked"])
    run("node copy slot A")
    until(lambda: len(nodes("A")) == 2)
    run("copy look slot A")
    until(lambda: len(nodes("B")) == 2)
    press("F9")
    assert not window.pages.isVisible()
    window.link.do("look.rename", slot="B", name="beach")
    until(lambda: window.link.at("slots", "B", "look", "name") == "beach")
    assert window.grade.nodes.title.text() != "beach"  # what nobody sees is not kept up
    press("F9")
    assert window.grade.nodes.title.text() == "beach"
    press("Q", "ControlModifier")
    assert not window.isVisible()
    frames = window.link.at("sinks", "1", "frames")
    until(lambda: window.link.at("sinks", "1", "frames") > frames)  # outputs go on


def test_letters_belong_to_the_field_that_has_the_focus(running, window, until, keys) -> None:
    from PySide6.QtCore import QEvent, Qt
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QWidget

    until(lambda: shows(window))
    window.link.do("look.add", slot="A", kind="cdl")
    until(lambda: "saturation" in window.grade.node.numbers)
    plain = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F, Qt.KeyboardModifier.NoModifier, "f")
    held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert keys.action_for(plain, window.windowHandle()).name == "false-color"
    window.activateWindow()
    window.grade.node.numbers["saturation"].field.setFocus()
    until(lambda: QApplication.focusWidget() is window.grade.node.numbers["saturation"].field)
    assert keys.action_for(plain, window.windowHandle()) is None
    assert keys.action_for(held, window.windowHandle()).name == "undo"
    window.pages.turn_to("Outputs")
    window.outputs.choose("1")
    line = window.outputs.detail.fields.fields["view"].lineEdit()
    line.setFocus()  # at the list, whose field it is
    until(lambda: QApplication.focusWidget() is window.outputs.detail.fields.fields["view"])
    assert keys.action_for(plain, window.windowHandle()) is None
    QTest.keyClick(line, Qt.Key.Key_Return)
    until(lambda: keys.action_for(plain, window.windowHandle()) is not None)
    other = QWidget()  # after a dialogue, without a manager of windows: Qt takes none of ours for the active one
    other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    other.show()
    other.activateWindow()
    other.setFocus()
    until(lambda: QApplication.focusWidget() is other)
    window.open_palette()
    assert QApplication.focusWidget() is other
    QApplication.sendEvent(window.windowHandle(), plain)
    assert window.viewer.wish["view"] == "graded"
    assert window.palette_.words.text() == "f"
    window.palette_.shut()
    other.close()


def test_what_makes_no_sense_of_a_map_is_said_and_keeps_nobody_out(application, places) -> None:
    from livegrade.ui.keys import Action, Keys, load_keys, save_keys

    actions = [Action("a", "A", "A", lambda: None), Action("b", "B", "Ctrl+B", lambda: None)]
    for chosen, words, kept in (
        ({"c": "X"}, "which nothing is called", {"a": "A", "b": "Ctrl+B"}),
        ({"a": "Ctrl+B"}, "Ctrl.B is A already", {"a": "Ctrl+B", "b": ""}),
        ({"a": "Nonsense"}, "Nonsense is no key", {"a": "", "b": "Ctrl+B"}),
    ):
        keys = Keys(actions, chosen)
        assert re.search(words, keys.notes[0])
        assert keys.keys == kept
    save_keys({"a": "F5"})
    assert load_keys() == {"a": "F5"}
    assert Keys(actions, load_keys()).keys == {"a": "F5", "b": "Ctrl+B"}
    (places / "state" / "keys.json").write_text("{")
    with pytest.raises(UsageError, match="key map cannot be read"):
        load_keys()


def test_a_key_is_changed_by_pressing_it_and_kept(running, window, until, press, pointer) -> None:
    from livegrade.ui.keys import load_keys

    until(lambda: shows(window))
    press("F1", "ControlModifier")
    editor = window.controls.keys
    assert window.controls.isVisible()
    assert window.keys.notes == []  # no two actions have one key
    # Shift makes another key of a digit or a sign: Shift+0 is never heard.
    assert not [key for key in window.keys.keys.values() if re.search(r"Shift\+[^A-Za-z]$", key)]
    editor.search.setText("zebra")
    editor.choose("zebra")
    pointer.click(editor.change)
    press("F")
    assert "false colour already" in editor.said.text()
    assert editor.take.isVisible()
    pointer.click(editor.take)
    assert (window.keys.keys["zebra"], window.keys.keys["false-color"]) == ("F", "")
    assert load_keys() == {"zebra": "F", "false-color": ""}
    window.controls.shut()
    press("F")
    until(lambda: window.viewer.wish.get("zebra"))
    window.controls.open_keys()
    pointer.click(editor.all_usual)
    assert (window.keys.keys["zebra"], load_keys()) == ("Z", {})
    pointer.click(editor.change)
    press("Escape")
    assert window.keys.keys["zebra"] == "Z"


def test_no_field_gets_the_focus_by_itself(running, window, until, press, pointer) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

    until(lambda: shows(window))
    window.link.do("look.add", slot="A", kind="cdl")
    until(lambda: "slope" in window.grade.node.wheels)
    window.activateWindow()
    fields = {
        "Outputs": window.outputs.address,
        "Status": window.state.source.fields["ei"],
        "Takes": window.takes.comment,
    }

    def focus() -> object:
        return QApplication.focusWidget()

    for page, field in fields.items():
        window.pages.turn_to(page)
        field.setFocus()
        until(lambda field=field: focus() is field)
        window.pages.turn_to("Grade")
        assert focus() is window, page
    field = window.grade.node.wheels["slope"].numbers[0].field
    for end in (field.hide, lambda: field.setEnabled(False), lambda: window.grade.setVisible(False)):
        field.show()
        field.setEnabled(True)
        window.grade.show()
        field.setFocus()
        until(lambda: focus() is field)
        end()
        assert focus() is window
    passing = QLineEdit(window)
    passing.show()
    passing.setFocus()
    until(lambda: focus() is passing)
    passing.deleteLater()
    until(lambda: focus() is window)
    QApplication.instance().focusChanged.disconnect(window._hold_keys)
    window.clearFocus()
    assert window.focusWidget() is None
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))  # Qt looks for a field behind it
    assert window.focusWidget() is window
    pressed = [one for one in window.findChildren(QAbstractButton) if one.focusPolicy().value & 2]
    assert [one for one in pressed if one.text()] == []  # a button that is pressed leaves keys where they are


def test_a_key_is_given_from_the_right_button_and_esc_shuts_what_it_opened(running, window, until, press) -> None:
    until(lambda: shows(window))
    window.controls.open_keys("zebra")  # as the menu does
    press("F4", "ControlModifier")
    assert window.keys.keys["zebra"] == "Ctrl+F4"
    window.controls.shut()
    window.controls.open_keys("zebra")
    press("Escape")
    assert not window.controls.isVisible()
    assert window.keys.keys["zebra"] == "Ctrl+F4"
    window.controls.open_assigning("/livegrade/A/slope/r")
    press("Escape")
    assert not window.controls.isVisible()
    window.pages.turn_to("Status")
    assert window.state.device.slot.currentText() == "A"
    window.look_at("B")
    assert window.state.device.slot.currentText() == "B"


def test_a_command_is_found_by_its_words_and_asks_in_its_line(running, window, until, press) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    until(lambda: shows(window))
    palette = window.palette_

    def typed(words: str) -> list[str]:
        palette.words.setText(words)
        return [palette.list.item(at).text() for at in range(palette.list.count())]

    press("K", "ControlModifier")
    end = "Session: end it, outputs go dark (asks)"
    assert typed("end the session") == typed("stop session") == [end]
    assert end in typed("quit")
    assert typed("start again")[0] == "Session: start the last one again"  # by its own words before others'
    assert typed("ession") == []  # the middle of a word is none
    assert len(typed("Window: slot")) > len(typed("slot 2"))
    typed("end it")
    for leave in (lambda: QTest.keyClick(palette.words, Qt.Key.Key_Escape), palette._waiting.timeout.emit):
        QTest.keyClick(palette.words, Qt.Key.Key_Return)
        assert palette.isVisible()
        assert palette.list.item(0).text().startswith("press Enter again: outputs go dark")
        leave()
        assert palette.isVisible()
        assert palette.list.item(0).text() == end
    assert window.link.is_here
    QTest.keyClick(palette.words, Qt.Key.Key_Return)
    QTest.keyClick(palette.words, Qt.Key.Key_Return)
    assert not palette.isVisible()
    until(lambda: running.process.poll() is not None)
    until(lambda: not window.link.is_here)


def test_a_question_at_the_foot_goes_with_its_time_and_old_words_are_grey(running, window, until) -> None:
    from livegrade.ui import theme

    until(lambda: shows(window))
    said = window.status.said
    window.ending.ask()
    assert "press again" in said.text()
    window.ending._sure.timeout.emit()
    assert said.text() == ""
    window.ending.ask()
    window.status.note("something else")
    window.ending._sure.timeout.emit()
    assert said.text() == "something else"
    assert theme.OFF not in said.styleSheet()
    window.status._aging.timeout.emit()
    assert theme.OFF in said.styleSheet()


def test_what_was_done_is_said_at_the_foot(keeping, window, until, press, pointer) -> None:
    until(lambda: shows(window))
    said = window.status.said
    window.link.do("look.add", slot="A", kind="cdl")
    until(lambda: "slope" in window.grade.node.wheels)
    assert said.text() == ""
    pointer.drag(window.grade.node.wheels["slope"].pad, 0, -20)
    until(lambda: "slope" in said.text().casefold() and "slot A" in said.text())
    press("R")
    until(lambda: said.text() == "a take begins, slot A")
    until(lambda: window.link.at("library", "open", "A") is not None)
    press("M")
    until(lambda: said.text() == "a marker is set, slot A")
    press("R")
    until(lambda: said.text() == "the take ends, slot A")
    window.outputs.detail.show_sink("1", window.link.at("sinks", "1"))
    window.outputs.detail.remove.sure.emit()
    until(lambda: said.text() == "output 1 is removed")
    box = window.state.device
    box.address.setText("colorbox:127.0.0.1:9")
    box.name.setText("village")
    box.add.click()
    until(lambda: said.text() == "village is added")
    until(lambda: "village" in (window.link.at("devices") or {}))
    box.show_state()
    box.remove.sure.emit()
    until(lambda: said.text() == "village is removed")
    window.status.show_export({"state": "running", "text": ""})
    window.status.show_export({"state": "done", "folder": "/y", "text": "/y: 12 files, read back"})
    assert window.status.said.text() == "handed off 12 files, read back; in /y"
    window.status.show_export({"state": "running", "text": ""})
    window.status.show_export({"state": "failed", "folder": "/z/y", "text": "/z/y: the folder /z does not exist"})
    assert said.text() == "not handed off: the folder /z does not exist; in /z/y"
    window.status.show_export({"state": "running", "text": ""})
    window.status.show_export({"state": "done", "text": "12 files in /x"})
    assert said.text() == "12 files in /x"
