"""The session from the window: MIDI and OSC, how it is arranged for a rig, another source, and its end."""

from __future__ import annotations

import pytest

from livegrade.ui.twice import PATIENCE_MS

pytestmark = pytest.mark.gui


def test_a_control_says_its_address_and_what_cannot_be_learned(running, window, until, pointer) -> None:
    until(lambda: window.viewer.shown is not None)
    window.link.do("look.add", slot="A", kind="cdl")
    until(lambda: "saturation" in window.grade.node.numbers and window.grade.node.numbers["saturation"].address)
    number = window.grade.node.numbers["saturation"]
    number.assign_wanted.emit(number.address)  # as the menu does
    assigning = window.controls.assigning
    assert assigning.isVisible()
    assert assigning.address.text() == number.address
    assert number.address.startswith("/livegrade/A/")
    assert "OSC is off" in assigning.osc.text()
    assigning.address.setText("/livegrade/A/melt/x")
    pointer.click(assigning.learn)
    until(lambda: assigning.learn.isEnabled() and assigning.said.text())
    assert "melt" in assigning.said.text() or "livegrade[midi]" in assigning.said.text()


def test_the_window_is_arranged_as_it_was_with_the_rig(running, window, until, places) -> None:
    from livegrade.ui.arrangement import Arrangement

    until(lambda: window.viewer.shown is not None)
    Arrangement(window)
    window.link.changed.emit([()])
    window.pages.turn_to("Status")
    window.state.show_subject("Devices")
    window.toggle(window.scopes)
    window.close()
    (kept,) = (places / "state" / "layouts").glob("*.json")
    text = kept.read_text()
    assert '"subject":"Devices"' in text

    from livegrade.ui.window import Window

    second = Window(window.link)
    Arrangement(second)
    second.show()
    try:
        window.link.changed.emit([()])
        until(lambda: second.pages.current.title == "Status" and second.state.subject == "Devices")
        assert second.scopes.isHidden()
    finally:
        second.close()
    kept.write_text("{")
    third = Window(window.link)
    Arrangement(third)
    third.show()
    try:
        window.link.changed.emit([()])
        until(lambda: "cannot be read" in third.status.said.text())
        assert not third.scopes.isHidden()
    finally:
        third.close()


def test_a_window_that_nobody_manages_comes_back_where_it_was(running, window, until) -> None:
    from livegrade.ui.arrangement import Arrangement
    from livegrade.ui.window import Window

    until(lambda: window.viewer.shown is not None)
    Arrangement(window)
    window.link.changed.emit([()])
    window.setGeometry(60, 0, 1300, 820)
    until(lambda: window.pos().y() == 0)
    window.close()
    second = Window(window.link)
    Arrangement(second)
    second.show()
    try:
        window.link.changed.emit([()])
        until(lambda: second.size() == window.size())
        until(lambda: (second.x(), second.y()) == (60, 0))
    finally:
        second.close()


def test_a_folder_that_others_may_write_to_keeps_nothing_and_the_window_goes_on(
    running, window, until, places, monkeypatch
) -> None:
    from livegrade.ui import ending, start
    from livegrade.ui.app import _keys
    from livegrade.ui.arrangement import Arrangement

    until(lambda: window.viewer.shown is not None)
    state = places / "state"
    state.chmod(0o777)
    why = f"{state} can be written by others"
    Arrangement(window)
    window.link.changed.emit([()])
    said = window.status.said
    until(lambda: "was arranged cannot be read" in said.text() and why in said.text())
    window.pages.turn_to("Status")
    arrangement = next(one for one in window.children() if isinstance(one, Arrangement))
    arrangement.save()
    assert "how the window is arranged cannot be kept" in said.text()
    assert why in said.text()
    window.scopes.keep_layout("Dark scene")
    assert said.text().endswith("chmod go-w, or remove it")
    window.ending.follow("/a/rig.toml")
    until(lambda: "the rig cannot be remembered" in said.text() and why in said.text())
    assert why in _keys()[1]
    assert start.remembered() == start.Kept()
    window.keys.assign("zebra", "Ctrl+F7")
    window.controls.open_keys()
    window.controls.keys.choose("peaking")
    window.controls.keys.none.click()
    assert "the keys cannot be kept" in window.controls.keys.said.text()
    started = []
    monkeypatch.setattr(ending, "start_session", lambda rig, anew: started.append(rig))
    window.ending._start("/a/rig.toml", anew=True)
    assert started == ["/a/rig.toml"]
    until(lambda: "rig.toml starts; the rig cannot be remembered" in said.text())


def test_another_source_is_set_and_the_session_is_ended_by_pressing_twice(running, window, until, pointer) -> None:
    until(lambda: window.viewer.shown is not None)
    window.pages.turn_to("Status")
    line = window.state.source
    until(lambda: line.fields["source"].text() == window.link.at("slots", "A", "source"))
    line.fields["ei"].setText("1600")
    line.fields["ei"].returnPressed.emit()
    assert (line.button.text(), line.fields["ei"].text()) == ("opening ...", "1600")
    assert not line.fields["ei"].isEnabled()
    until(lambda: window.link.at("slots", "A", "ei") == 1600)
    until(lambda: line.button.text() == "Set" and line.menu.isEnabled())
    assert window.status.said.text() == "slot A: ei 1600"
    line.fields["source"].setText("ndi:CAM A,camera=b")
    line.fields["source"].returnPressed.emit()
    until(lambda: "camera= is not an option" in window.status.said.text())
    assert (line.button.text(), line.fields["source"].text()) == ("Set", "ndi:CAM A,camera=b")  # to be mended
    line.show_state()
    assert line.fields["source"].text() == "ndi:CAM A,camera=b"
    line.fields["to"].setText("rec709:plain")
    line.fields["source"].setText(window.link.at("slots", "A", "source"))
    line.fields["to"].returnPressed.emit()
    until(lambda: window.link.at("slots", "A", "options").get("to") == "rec709:plain")
    until(lambda: line.menu.isEnabled() and line.fields["to"].text() == "rec709:plain")
    pointer.click(line.menu)
    assert [action.text() for action in line.menu.menu_.actions()] == ["looking for sources ..."]
    until(lambda: len(line.menu.menu_.actions()) > 1)
    for note in (action for action in line.menu.menu_.actions() if not action.isEnabled()):
        label = note.defaultWidget()
        assert label.height() >= label.heightForWidth(label.width())  # it is read whole
    (bars,) = (action for action in line.menu.menu_.actions() if action.text() == "pattern:bars")
    bars.trigger()
    line.menu.menu_.close()
    assert line.fields["source"].text() == "pattern:bars"
    pointer.click(line.button)
    assert line.fields["source"].text() == "pattern:bars"  # what is opened, not what was
    until(lambda: window.link.at("slots", "A", "source") == "pattern:bars")
    until(lambda: line.menu.isEnabled() and line.fields["source"].text() == "pattern:bars")
    window.state.show_subject("Session")
    pointer.click(window.state.end)
    assert window.state.end.text() == "press again: outputs go dark"
    assert window.link.is_here
    pointer.click(window.state.end)
    until(lambda: not window.link.is_here)
    until(lambda: running.process.poll() is not None)
    assert "Ctrl+Shift+O opens a rig" in window.viewer.message


def test_a_rig_that_does_not_start_is_said(running, window, until, tmp_path) -> None:
    from livegrade.control.meeting import find_meetings

    until(lambda: window.viewer.shown is not None)
    alarm = {"seen": False, "lasts": True, "timecode": "10:00:00:00", "at": 0, "subject": "slot A", "what": "black"}
    window.status.show_alarms({"entries": {"1": alarm}})
    assert window.status.trouble.text() == "TC 10:00:00:00  slot A: black"
    running.stop()
    until(lambda: not window.link.is_here)
    assert window.status.trouble.text() == ""  # as in the bar, nothing of it is known
    (tmp_path / "wrong.toml").write_text("livegrade = 1\n")
    window.ending.open_rig(str(tmp_path / "wrong.toml"))
    until(lambda: "wrong.toml did not start" in window.status.said.text())
    until(lambda: "looking for one" in window.viewer.message)
    assert not window.link.is_here
    assert find_meetings() == []


def test_a_rig_waits_until_the_session_has_ended_however_long_that_takes(running, window, until, tmp_path) -> None:
    until(lambda: window.viewer.shown is not None)
    ending = window.ending
    (tmp_path / "wrong.toml").write_text("livegrade = 1\n")
    ending.open_rig(str(tmp_path / "wrong.toml"))
    assert ending._sure.remainingTime() > 3 * PATIENCE_MS  # to the page Status, to the session, and two presses there
    assert window.status.said.text().startswith("end this session within a minute (Status, Session), and wrong.toml")
    ending.end()
    assert not ending._sure.isActive()  # which would have forgotten the rig
    until(lambda: "wrong.toml did not start" in window.status.said.text())


def test_to_end_is_asked_also_where_to_begin_anew_was_asked_before(running, window, until, monkeypatch) -> None:
    until(lambda: window.viewer.shown is not None and window.grade.plots.are_here)
    ending, asked, sent = window.ending, [], []
    ending.asks.connect(asked.append)
    with monkeypatch.context() as patched:
        patched.setattr(ending, "_rig", lambda: "cart.toml")
        patched.setattr(window.link, "do", lambda command, *heard, **words: sent.append(command))
        ending.ask_anew()
        ending.ask()
        assert not sent
        assert "begins cart.toml anew" in asked[0]
        assert asked[1] == "press again to end the session: its outputs go dark"
        ending.ask()
        assert (sent, ending._next) == (["session.stop"], "")
        ending.ask_anew()
        ending.end()  # by the button of the page, which asks by itself
        assert ending._next == ""
        ending.ask_anew()
        ending.ask_anew()
        assert ending._next == "cart.toml"
        ending.open_rig("other.toml")
        ending.ask()
        assert (sent, ending._next) == (["session.stop"] * 4, "other.toml")
        ending._forget()


RIG = """livegrade = 1
[[slot]]
name = "A"
source = "pattern:ramp@640x360p25"
[[output]]
address = "null:"
"""


@pytest.fixture
def begun(monkeypatch):
    """The sessions that the window has started, which end with the test."""
    from livegrade.ui import ending

    begun, start = [], ending.start_session

    def started(*words, **options):
        begun.append(start(*words, **options))
        return begun[-1]

    monkeypatch.setattr(ending, "start_session", started)
    yield begun
    for one in begun:
        one.terminate()
    for one in begun:
        one.wait(30)


def test_what_was_set_up_by_hand_is_there_when_it_is_started_again_until_it_is_begun_anew(
    places, window, until, pointer, begun
) -> None:
    def begins() -> None:
        until(lambda: window.link.is_here and window.slot == "A" and window.viewer.shown is not None)

    def ends() -> None:
        window.pages.turn_to("Status")
        window.state.show_subject("Session")
        pointer.click(window.state.end)
        pointer.click(window.state.end)
        until(lambda: "sources, outputs and looks stay for the next start" in window.status.said.text())
        until(lambda: not window.link.is_here)

    def at_hand() -> tuple:
        slot, sinks = window.link.at("slots", "A"), window.link.at("sinks")
        nodes = [node["settings"] for node in slot["look"]["nodes"].values()]
        shown = [(sink["address"], sink["view"], sink["options"].get("zebra")) for sink in sinks.values()]
        return slot["source"], slot["ei"], nodes, shown, slot["meters"].keys()

    rig = places / "cart.toml"
    rig.write_text(RIG)
    window.ending.open_rig(str(rig))
    begins()
    assert window.minimumSizeHint().width() <= 1280
    as_rigged = at_hand()
    window.pages.turn_to("Status")
    line = window.state.source
    line.fields["source"].setText("pattern:bars@640x360p25")
    line.fields["camera"].setText("ALEXA 35")
    line.fields["source"].returnPressed.emit()
    window.outputs.address.setText("null:,view=source")
    window.outputs.address.returnPressed.emit()
    window.outputs.address.setText(f"{places / 'take.mov'},codec=h264")
    window.outputs.address.returnPressed.emit()
    window.link.do("look.add", slot="A", kind="exposure")
    window.link.do("meter.add", slot="A", x=0.5, y=0.5)
    until(lambda: window.link.at("slots", "A", "source") == "pattern:bars@640x360p25")
    until(lambda: len(window.link.at("sinks")) == 3 and window.link.at("slots", "A", "meters"))
    window.link.do("view.set", sink="1", view="graded", zebra="70-75")
    until(lambda: window.link.at("sinks", "1", "options").get("zebra") == "70-75")
    source, ei, nodes, shown, meters = at_hand()
    assert shown[2][0].startswith(str(places / "take.mov"))
    ends()
    assert (places / "take.mov").exists()  # finished
    until(window.ending.again.isVisible)
    before = window.viewer.shown
    assert "Ctrl+Shift+S" in window.ending.again.toolTip()
    pointer.click(window.ending.again)
    assert not window.ending.again.isVisible()
    assert window.viewer.message == "starting a session with cart.toml"
    begins()
    until(lambda: window.viewer.shown is not before and window.viewer.message == "")
    assert not window.ending.again.isVisible()
    assert at_hand() == (source, ei, nodes, shown[:2], meters)  # nothing records by itself
    assert len(list(places.glob("take*.mov"))) == 1
    window.ending.ask_anew()
    window.ending.ask_anew()
    until(lambda: not window.link.is_here)
    begins()
    assert at_hand() == as_rigged
    ends()
    window.ending.go_on()
    begins()
    assert at_hand() == as_rigged  # also where nothing was changed since
    ends()
    rig.write_text("livegrade = 1\n")
    window.ending.go_on()
    until(lambda: "cart.toml did not start as it was left" in window.status.said.text())
