"""Assigning: the right button of a control gives its address, and what is sent there is done as by a hand."""

from __future__ import annotations

import socket

import pytest
from PySide6.QtWidgets import QWidget
from pythonosc.osc_message_builder import OscMessageBuilder

from livegrade.ui.assignable import ACTION, address_of
from livegrade.ui.statusrows import SUBJECTS

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

    def assigned(control, at=(0, 0)) -> str:
        address.clear()
        choose("Assign to MIDI or OSC")
        pointer.click(control, button=3, at=at)
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
    pairs = assigned(window.scopes.pairs)
    osc(pairs)
    until(lambda: [scope.choice.tap for scope in window.scopes.shown()] == ["source", "graded"])

    def tab(tabs, at: int) -> str:
        place = tabs.tabRect(at).center()
        return assigned(tabs, (2 * place.x() / tabs.width() - 1, 2 * place.y() / tabs.height() - 1))

    assert tab(window.bar.tabs, 0) == "/livegrade/window/slot-1"
    page = tab(window.pages.tabs, 2)
    assert (page, window.pages.current.title) == ("/livegrade/window/page-library", "Grade")
    osc(page)
    until(lambda: window.pages.current.title == "Library")
    window.pages.turn_to("Compare")
    for mode in ("split", "wipe-horizontal"):
        osc(assigned(window.compare.modes[mode]))
        until(lambda mode=mode: window.viewer.wish.get("mode") == mode)
    osc("/livegrade/window/compare")
    until(lambda: window.viewer.wish["view"] != "compare")
    window.pages.turn_to("Takes")
    record = assigned(window.takes.recording.lines["A"].record)
    osc(record)
    until(lambda: window.link.at("library", "open", "A") is not None)
    osc(f"{record} 0")
    until(lambda: window.link.at("library", "open", "A") is None)
    said: list[str] = []
    window.ending.asks.connect(said.append)
    window.ending.said.connect(said.append)
    for name in ("end", "anew", "anew", "end", "go-on"):  # want a hand
        osc(f"/livegrade/window/{name}")
    osc("/livegrade/window/false-color-ire")
    until(lambda: window.viewer.wish["view"] == "false-color:ire")
    assert not said
    assert window.link.is_here


def test_every_action_of_the_palette_can_be_assigned_or_wants_a_hand(
    osc, window, until, choose, pointer, press
) -> None:
    until(lambda: window.viewer.shown is not None)
    nothing = [name for name, action in window.keys.actions.items() if not address_of(action)]
    by_hand = ["end", "anew", "go-on", "close", "rig", "demo", "osc", "load-look", "save-look", "alarms-save"]
    of_a_node = ["clamp", *(f"node-{word}" for word in ("switch", "duplicate", "reset", "remove", "earlier", "later"))]
    assert sorted(nothing) == sorted([*by_hand, *of_a_node, "match-apply"])  # there is no node yet, and no reference
    marked = {control.property(ACTION) for control in window.findChildren(QWidget)} - {None}
    assert marked <= set(window.keys.actions)
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


STREAMS = ("picture.subscribe", "picture.show", "scope.subscribe", "scope.show", "stream.end")
ASKED = (*STREAMS, "look.response", "match.read", "view.legend", "library.find", "scope.reset")
"""What windows ask of the session for what they show themselves, and what is as well done twice."""


def test_what_surfaces_ask_of_windows_is_the_windows_own_and_the_rest_is_done_once(
    running, window, until, monkeypatch
) -> None:
    until(lambda: window.viewer.shown is not None and window.grade.plots.are_here)
    link = window.link
    for kind in ("exposure", "cdl"):
        link.do("look.add", slot="A", kind=kind)
    window.compare.comparing.choose("slot:B")
    until(lambda: window.grade.nodes.rows.keys() == {"n1", "n2"})
    addresses = {name: address_of(action) for name, action in window.keys.actions.items()}
    assert addresses["node-later"].endswith("/later")
    assert addresses["match-apply"] == "/livegrade/A/match slot:B"
    for name in ("node-later", "match-apply", "zebra"):
        link.do("window.do", action=name)
    until(lambda: window.viewer.wish.get("zebra"))  # which came last
    window.viewbar.last["lens"] = "2"  # without one the key opens the menu of its factors
    sent = []
    with monkeypatch.context() as patched:
        patched.setattr(link._follower, "ask", lambda said, then: sent.append(said["command"]))
        for action in window.keys.actions.values():
            if action.is_of_windows:
                action.run()
    assert {"picture.subscribe", "scope.subscribe", "match.read"} <= set(sent) <= set(ASKED)
    assert [node["place"] for _, node in sorted(link.at("slots", "A", "look", "nodes").items())] == [0, 1]


def test_numbers_of_the_window_are_turned_from_elsewhere(running, window, until) -> None:
    """By their names in the API, in the order of its list, as if they were typed or dragged; nothing is done anew."""
    from typing import get_args

    from livegrade.control.commands import WindowNumber

    until(lambda: window.viewer.shown is not None)
    assert sorted(window.surfaces.numbers) == sorted(get_args(WindowNumber))
    link, comparing, last = window.link, window.compare.comparing, window.viewbar.last
    for number, value in (("compare-at", 20.0), ("zebra-from", 80.0), ("zebra-second-to", 50.0), ("guides-shade", 30)):
        link.do("window.turn", number=number, value=value)
    link.do("window.turn", number="compare-at", value=2.5, relative=True)
    link.do("window.turn", number="compare-at", value=2.5, relative=True)
    until(lambda: comparing.at == 25.0 and "shade:30" in last["guides"])
    assert last["zebra"] == "80"  # and no second band, which was off
    assert window.viewer.wish["zebra"] == "80"
    comparing.set_at(60.0)
    link.do("window.do", action="peaking")
    until(lambda: window.viewer.wish.get("peaking"))
    assert comparing.at == 60.0
    turned = link.at("faces", "windows", "numbers", "compare-at")
    assert turned == {"times": 1, "to": 20.0, "by": 5.0}
    window.surfaces.take(link.at("faces", "windows"), anew=True)
    assert comparing.at == 60.0  # what was asked before is not asked of a window that comes


def test_a_number_of_the_window_is_assigned_by_the_right_button(running, window, until) -> None:
    until(lambda: window.viewer.shown is not None)
    zebra = window.viewbar.forms["zebra"].numbered["zebra-from"]
    zebra.assign_wanted.emit(zebra.address)
    assert window.controls.assigning.address.text() == "/livegrade/window/zebra-from"
    assert window.compare.at.address == "/livegrade/window/compare-at"


def test_osc_is_switched_on_and_off_in_the_window(running, window, until, pointer) -> None:
    import socket

    from livegrade.control.osc.packets import packed
    from livegrade.control.surface.message import Message

    until(lambda: window.viewer.shown is not None)
    window.keys.actions["assigned"].run()
    page = window.controls.assigning
    assert "OSC is off" in page.osc.text()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        page.port.show_words(str(port))
        pointer.click(page.switch)
        until(lambda: page.said.text().startswith(f"OSC cannot listen on port {port}"))
    pointer.click(page.switch)
    until(lambda: window.link.at("faces", "osc") is not None and page.switch.text() == "Switch OSC off")
    assert window.link.at("faces", "osc", "port") == port
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as surface:
        surface.sendto(packed(Message("/livegrade/A/saturation", (0.5,))), ("127.0.0.1", port))
        nodes = lambda: (window.link.at("slots", "A", "look", "nodes") or {}).values()  # noqa: E731
        until(lambda: [node["settings"]["saturation"] for node in nodes()] == [0.5])
    page.peers.setFocus()
    page.peers.setText("192.0.2.7:9001")
    page.peers.setModified(True)
    page.peers.editingFinished.emit()
    until(lambda: window.link.at("faces", "osc", "peers") == ["192.0.2.7:9001"])
    window.keys.actions["osc"].run()
    until(lambda: window.link.at("faces", "osc") is None and page.switch.text() == "Switch OSC on")
    assert page.said.text() == "OSC is off"
    window.controls.shut()


@pytest.fixture
def taken(started):
    """The port of another program, on which the session wants OSC."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        started("pattern:camera@640x360p25", "--out", "null:", "--osc", str(port))
        yield port


def test_a_port_that_is_waited_for_is_said_and_off_calls_it_off(taken, window, until, pointer) -> None:
    until(lambda: window.viewer.shown is not None)
    window.keys.actions["assigned"].run()
    page = window.controls.assigning
    until(lambda: f"OSC waits for port {taken}: taken" in page.osc.text())
    assert (page.switch.text(), page.port.text()) == ("Switch OSC off", str(taken))
    cells = [cell.text for cell in SUBJECTS["Control"].rows(window.link.state, lambda *_: None)["OSC"]]
    assert cells == ["OSC", f"port {taken}", f"waits for port {taken}: taken"]
    pointer.click(page.switch)
    until(lambda: window.link.at("faces", "osc") is None and "OSC is off" in page.osc.text())
    assert page.switch.text() == "Switch OSC on"
    window.controls.shut()
