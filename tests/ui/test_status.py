"""Status and Alarms over a session in which something is wrong: what is said, and what is done from there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.gui

RIG = """
livegrade = 1
[[slot]]
name = "A"
source = "pattern:camera@640x360p25,camera=arri-logc4"
camera = "ALEXA 35"
ei = 800
[[slot]]
name = "B"
source = "ffmpeg::tcp://127.0.0.1:9"
[[output]]
address = "null:"
[[device]]
name = "village"
address = "colorbox:127.0.0.1:9"
slot = "A"
role = "box"
[alarms.device-look]
seconds = 0.2
[alarms.black]
seconds = 0.2
area = 60
"""


@pytest.fixture
def troubled(places: Path, started: Callable):
    rig = places / "rig.toml"
    rig.write_text(RIG)
    return started("--rig", str(rig))


def row(window, subject: str, key: str) -> list[str]:
    return [cell.text() for cell in window.state.tables[subject].cells[key]]


def test_what_runs_and_what_is_wrong_is_said_and_acted_on(troubled, window, until, pointer) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    until(lambda: window.viewer.shown is not None and (window.link.at("alarms", "unseen") or 0) >= 3)
    window.pages.turn_to("Status")
    until(lambda: row(window, "Sources", "A")[1] == "running" and int(row(window, "Sources", "A")[3]) > 10)
    assert row(window, "Sources", "B")[1] == "lost"
    assert row(window, "Sources", "B")[6:9] == ["–", "–", "–"]  # not known is a dash
    assert window.state.buttons["Sources"].text() == "Sources: 1 of 2"
    pointer.click(window.state.buttons["Engine"])
    until(lambda: row(window, "Engine", "A")[1].endswith(" ms") and row(window, "Engine", "A")[2].endswith(" %"))
    pointer.click(window.state.buttons["Devices"])
    assert row(window, "Devices", "village")[:2] == ["village", "offline"]
    assert window.bar.devices.text() == "devices 0 of 1"
    assert "reconnect" in window.state.tables["Devices"].cells["village"][2].text().lower()
    pointer.click(window.state.tables["Devices"].cells["village"][2])
    until(lambda: window.status.said.text().startswith("village: it does not answer"))
    until(lambda: "it does not answer" in row(window, "Devices", "village")[-1])
    window.status.say("")
    window.open_palette()
    QTest.keyClicks(window.palette_.words, "village again")
    QTest.keyClick(window.palette_.words, Qt.Key.Key_Return)
    until(lambda: window.status.said.text().startswith("village: it does not answer"))
    pointer.click(window.state.tables["Devices"].cells["village"][10])  # bypass
    until(lambda: window.status.said.text().startswith("village: it is not connected"))
    line = window.state.device
    assert [line.slot.itemText(at) for at in range(line.slot.count())] == ["no slot", "A", "B"]
    line.address.setText("videohob:127.0.0.1:9")
    line.name.setText("hub")
    pointer.click(line.add)
    until(lambda: "did you mean videohub?" in window.status.said.text())
    line.address.setText("videohub:127.0.0.1:9")
    line.slot.setCurrentText("B")
    pointer.click(line.add)
    until(lambda: (window.link.at("devices", "hub") or {}).get("slot") == "B")
    until(lambda: (line.address.text(), line.name.text()) == ("", ""))  # the answer comes after the state
    until(lambda: "hub" in window.state.tables["Devices"].cells)
    line.which.setCurrentText("hub")
    pointer.click(line.remove)
    assert window.link.at("devices", "hub") is not None
    pointer.click(line.remove)
    until(lambda: window.link.at("devices", "hub") is None)
    assert list(window.state.tables["Devices"].cells) == ["village"]
    pointer.click(window.state.buttons["Control"])
    assert row(window, "Control", "API")[1] == f"port {window.link.at('faces', 'port')}"

    window.pages.turn_to("Alarms")
    items = window.alarms.list
    until(lambda: items.topLevelItemCount() >= 3)
    lost = next(item for item in map(items.topLevelItem, range(items.topLevelItemCount())) if "slot B" in item.text(3))
    assert (lost.text(0), lost.text(2)) == ("●", "goes on")
    assert re.fullmatch(r"clock \d\d:\d\d:\d\d", lost.text(1))  # no picture has come yet
    columns = (items.columnWidth(at) for at in (1, 2))
    assert min(columns) >= items.fontMetrics().horizontalAdvance("clock 00:00:00") + 6
    assert "cable" in lost.text(6)
    assert "signal-loss" not in lost.text(5)  # which is a word of the API
    items.setCurrentItem(lost)
    pointer.click(window.alarms.seen)
    number = lost.data(0, 0x100)
    until(lambda: window.link.at("alarms", "entries", number, "seen"))
    pointer.click(window.alarms.there)
    assert (window.slot, window.pages.current.title, window.state.subject) == ("B", "Status", "Sources")
    until(lambda: window.scopes.scopes[0].trace.message == "no picture of slot B")
    window.alarms.wanted.emit("machine")
    assert window.state.subject == "Engine"
    window.pages.turn_to("Alarms")
    pointer.click(window.alarms.all_seen)
    until(lambda: window.link.at("alarms", "unseen") == 0)
    assert window.bar.alarms.text().startswith("alarms 0  ●")
    assert "slot B | signal-loss: " in window.alarms.text()
    items.setCurrentItem(items.topLevelItem(0))
    assert window.alarms.seen.isEnabled()
    window.link.do("source.set", slot="A", source="pattern:black@640x360p25")

    def black():
        found = [items.topLevelItem(at) for at in range(items.topLevelItemCount())]
        return next((item for item in found if item.text(3) == "slot A" and item.text(5).startswith("black")), None)

    until(black)
    assert re.fullmatch(r"TC \d\d:\d\d:\d\d:\d\d", black().text(1))  # of the picture with which it began
    assert black().text(1) == "TC " + window.link.at("alarms", "entries", black().data(0, 0x100), "timecode")
    troubled.stop()
    troubled.start()
    began = {entry["at"] for entry in window.link.at("alarms", "entries").values()}
    until(
        lambda: window.link.is_here and not began & {one["at"] for one in window.link.at("alarms", "entries").values()}
    )
    until(lambda: items.topLevelItemCount() >= 3)
    assert items.currentItem() is None  # other alarms, of the same numbers
    assert not items.selectedItems()
    assert not window.alarms.seen.isEnabled()


def test_a_box_is_proved_by_colours_or_by_its_picture_as_is_chosen(places, started, window, until, pointer) -> None:
    """What the box was asked over the wire says by which."""
    from PySide6.QtWidgets import QApplication, QMenu

    from livegrade.ui import theme
    from livegrade_hardware.emulators.cart import EmulatedCart
    from livegrade_hardware.emulators.colorbox import EmulatedColorBox

    def choose(words: str) -> None:
        pointer.click(window.state.tables["Devices"].cells["village"][8])
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        assert [action.text().partition(":")[0] for action in menu.actions()] == ["By colours", "By its picture"]
        action = next(action for action in menu.actions() if action.text().startswith(words))
        window.status.say("")
        pointer.click_at(menu.mapToGlobal(menu.actionGeometry(action).center()))
        assert QApplication.activePopupWidget() is None
        until(lambda: " colours, at most " in window.status.said.text())

    box = EmulatedColorBox()
    box.raster = (1280, 720)
    with EmulatedCart() as cart:
        rig = places / "rig.toml"
        port = cart.add(box)
        rig.write_text(RIG.replace("colorbox:127.0.0.1:9", f"colorbox:127.0.0.1:{port},data-port={box.data_port}"))
        started("--rig", str(rig))
        until(lambda: (window.link.at("devices", "village", "look") or {}).get("sent"))
        window.pages.turn_to("Status")
        pointer.click(window.state.buttons["Devices"])
        until(lambda: row(window, "Devices", "village")[8] == "Prove \u25be")
        switched = len(box.received)
        choose("By its picture")
        assert window.status.said.text().startswith("village: ")
        assert len(box.received) == switched
        assert box.asked == 0
        choose("By colours")
        assert box.asked > 100
        prove = window.state.tables["Devices"].cells["village"][8]
        until(lambda: " s ago: " in prove.toolTip() and "largest delta E" in prove.toolTip())
        assert theme.GREEN in prove.styleSheet()
        pointer.click(window.state.tables["Devices"].cells["village"][10])
        until(lambda: theme.GREEN not in prove.styleSheet())
        pointer.click(window.state.tables["Devices"].cells["village"][11])
        until(lambda: theme.GREEN in prove.styleSheet())


def test_as_many_cameras_as_there_are_slots_stand_beside_each_other(application) -> None:
    from livegrade.ui.facts import Facts
    from livegrade.ui.statusrows import SUBJECTS

    names = [chr(ord("A") + at) for at in range(26)]
    ei = {"value": "800", "rig": None, "differs": []}
    state = {"cameras": {name: {"ei": ei} for name in names}, "slots": {name: {"label": ""} for name in names}}
    table = Facts(SUBJECTS["Cameras"].headings)
    table.show_rows(SUBJECTS["Cameras"].rows(state, lambda *_: None))
    table.resize(1280, 200)
    table.show()
    assert [cell.text() for cell in table.cells[""]] == [" ", *names]
    places = [cell.pos() for cell in table.cells["ei"]]
    assert len({place.y() for place in places}) == 1
    assert sorted(place.x() for place in places) == [place.x() for place in places]
    table.close()


def test_what_cameras_are_set_to_otherwise_than_the_rig_and_the_others_stands_out(
    places, started, window, until, pointer
) -> None:
    from livegrade.ui import theme
    from livegrade_hardware.emulators.cart import EmulatedCart
    from livegrade_hardware.emulators.rcp2 import EmulatedRed

    reds = {slot: EmulatedRed() for slot in "ABC"}
    reds["B"].parameters["ISO"].value = 1600
    reds["C"].parameters["COLOR_TEMPERATURE"].value = 3200

    def cell(name: str, slot: str):
        return window.state.tables["Cameras"].cells[name]["ABC".index(slot) + 1]

    with EmulatedCart() as cart:
        rig = places / "rig.toml"
        slots, devices = "livegrade = 1\n", ""
        for slot, red in reds.items():
            slots += f'[[slot]]\nname = "{slot}"\nsource = "pattern:bars@320x180p24000/1001"\n'
            slots += 'camera = "KOMODO"\nei = 800\n'
            address = f"red:127.0.0.1:{cart.add(red.server)}"
            devices += f'[[device]]\nname = "cam {slot}"\naddress = "{address}"\nslot = "{slot}"\nrole = "camera"\n'
        rig.write_text(slots + devices)
        started("--rig", str(rig))
        until(lambda: window.viewer.shown is not None)
        window.pages.turn_to("Status")
        until(lambda: window.state.buttons["Cameras"].text() == "Cameras: 2 differ")
        pointer.click(window.state.buttons["Cameras"])
        until(lambda: "white-balance" in window.state.tables["Cameras"].cells)
        assert row(window, "Cameras", "ei")[:4] == ["EI", "800", "1600  (rig: 800)", "800"]
        assert row(window, "Cameras", "white-balance")[:4] == ["White balance", "5600 K", "5600 K", "3200 K"]
        amber = {(name, slot) for name in ("ei", "white-balance", "shutter", "sensor-fps") for slot in "ABC"
                 if theme.AMBER in cell(name, slot).styleSheet()}  # fmt: skip
        assert amber == {("ei", "B"), ("white-balance", "C")}
        assert cell("ei", "B").toolTip() == "the rig says 800; other cameras are set otherwise"
        reds["B"].parameters["EXPOSURE_ANGLE"].value = 90_000
        pointer.click(window.state.buttons["Devices"])
        pointer.click(window.state.tables["Devices"].cells["cam B"][2])  # connects it anew, and reads all of it
        pointer.click(window.state.buttons["Cameras"])
        until(lambda: cell("shutter", "B").text() == "90.0°" and theme.AMBER in cell("shutter", "B").styleSheet())
