"""Assigning: the right button of a control gives its address, and what is sent there is done as by a hand."""

from __future__ import annotations

import socket

import pytest
from pythonosc.osc_message_builder import OscMessageBuilder

from livegrade.ui.assignable import address_of

pytestmark = pytest.mark.gui


@pytest.fixture
def osc(started):
    """The session, and how it is told something as by a tablet."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started("pattern:camera@640x360p25,camera=arri-logc4", "--out", "null:", "--osc", str(port), keeps=True)

    def send(address: str) -> None:
        where, _, value = address.partition(" ")
        said = OscMessageBuilder(where)
        said.add_arg(float(value) if value else 1)
        tablet.sendto(said.build().dgram, ("127.0.0.1", port))

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as tablet:
        yield send


@pytest.fixture
def choose(application):
    """Of the next menu that opens the entry that begins so; while a menu is open, whoever opened it waits."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QMenu

    timer, wanted = QTimer(), []

    def look_about() -> None:
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu) and wanted:
            words = wanted.pop()
            found = [action for action in menu.actions() if action.text().startswith(words)]
            menu.close()
            for action in found:
                action.trigger()

    timer.timeout.connect(look_about)
    timer.start(50)
    yield wanted.append
    timer.stop()


def test_the_right_button_assigns_switches_buttons_and_what_only_a_window_has(
    osc, window, until, pointer, choose
) -> None:
    until(lambda: window.viewer.shown is not None and window.link.at("library", "state", "link") == "running")
    address = window.controls.assigning.address

    def assigned(control) -> str:
        address.clear()
        choose("Assign to MIDI or OSC")
        pointer.click(control, button=3)
        until(lambda: window.controls.isVisible() and address.text())
        window.controls.shut()
        return address.text()

    def nodes() -> dict:
        return window.link.at("slots", "A", "look", "nodes") or {}

    window.link.do("look.add", slot="A", kind="cdl")
    until(lambda: window.grade.nodes.rows.keys() == {"n1"} and window.grade.node.clamp is not None)
    switch = assigned(window.grade.nodes.rows["n1"].check)
    assert switch == "/livegrade/A/node/n1/enabled"
    osc(f"{switch} 0")
    until(lambda: nodes()["n1"]["enabled"] is False)
    osc(f"{assigned(window.grade.node.clamp)} 0")
    until(lambda: nodes()["n1"]["settings"]["clamp"] is False)
    osc(assigned(window.grade.nodes.undo))
    until(lambda: nodes()["n1"]["settings"]["clamp"] is True)
    zebra = assigned(window.viewbar.buttons["zebra"])
    assert zebra == "/livegrade/window/zebra"
    osc(zebra)
    until(lambda: window.viewer.wish.get("zebra"))
    osc(zebra)
    until(lambda: not window.viewer.wish.get("zebra"))
    osc(assigned(window.viewbar.buttons["source"]))
    until(lambda: window.viewer.wish["view"] == "source")
    window.pages.turn_to("Takes")
    record = assigned(window.takes.recording.lines["A"].record)
    osc(record)
    until(lambda: window.link.at("library", "open", "A") is not None)
    osc(f"{record} 0")
    until(lambda: window.link.at("library", "open", "A") is None)
    osc("/livegrade/window/end")  # wants a hand
    osc("/livegrade/window/false-color-ire")
    until(lambda: window.viewer.wish["view"] == "false-color:ire")
    assert not window.state.end.isDown()
    assert window.link.is_here


def test_every_action_of_the_palette_can_be_assigned_or_wants_a_hand(
    osc, window, until, choose, pointer, press
) -> None:
    until(lambda: window.viewer.shown is not None)
    nothing = [name for name, action in window.keys.actions.items() if not address_of(action)]
    by_hand = ["end", "close", "rig", "demo", "load-look", "save-look", "alarms-save"]
    of_a_node = ["clamp", "node-switch", "node-duplicate", "node-reset", "node-remove"]
    assert sorted(nothing) == sorted(by_hand + of_a_node)  # there is no node yet
    press("K", "ControlModifier")
    window.palette_.words.setText("place 3 of the shelf")
    choose("Assign to MIDI or OSC")
    item = window.palette_.list.visualItemRect(window.palette_.list.item(0)).center()
    view = window.palette_.list.viewport()
    pointer.click(view, button=3, at=(0, 2 * item.y() / view.height() - 1))
    until(lambda: window.controls.assigning.address.text() == "/livegrade/A/shelf 3")
    window.controls.open_keys("zebra")
    pointer.click(window.controls.keys.assign)
    assert window.controls.assigning.address.text() == "/livegrade/window/zebra"
    assert window.controls.tabs.currentIndex() == 1
