"""MIDI desks on a running session. This machine has no sequencer, so mido's own messages are handed in and taken out at
the seam where mido's ports would be; what is behind it is real: the thread, the session, its API."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import mido
import pytest

from livegrade.capture.source import CaptureOptions
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control import commands as c
from livegrade.control.client import Client
from livegrade.control.listening import Place
from livegrade.control.midi.cables import MidoPorts, stable_name
from livegrade.control.midi.mapfile import load_map
from livegrade.control.server import ApiServer
from livegrade.control.takes import SaidTake
from livegrade.engine.view import GRADED
from livegrade.errors import ControlError, UsageError
from livegrade.session import Session
from livegrade.session.setup import SessionSetup, SinkSetup, SlotSetup
from livegrade.transport.address import parse_sink, parse_source
from livegrade.transport.peer import SurfacePlaces

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.emulated

DESK = "X-TOUCH MINI:X-TOUCH MINI MIDI 1 {}:0"
MAP = """livegrade-midi = 1
[[control]]
port = "X-TOUCH MINI"
controller = 16
mode = "offset"
to = "/livegrade/A/slope/r"
step = 0.25
acceleration = 0
range = [0, 2]

[[control]]
port = "X-TOUCH MINI"
note = 8
to = "/livegrade/sink/1/view/false-color"

[[control]]
port = "X-TOUCH MINI"
pitch = true
to = "/livegrade/A/saturation"
range = [0, 2]
"""


class Plug:
    """One desk as the system would show it; `heard`: what it was told."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.heard: list[str] = []
        self.speak: Callable[[Any], None] | None = None
        self.is_broken = False

    def send(self, message: Any) -> None:
        if self.is_broken:
            raise OSError("the desk is gone")
        self.heard.append(message.hex())

    def close(self) -> None:
        self.speak = None


class System:
    """The ports of a machine."""

    def __init__(self) -> None:
        self.plugs: list[Plug] = []
        self.looked = threading.Semaphore(0)
        self.fault = ""

    def names(self) -> tuple[list[str], list[str]]:
        self.looked.release()
        if self.fault:
            raise RuntimeError(self.fault)
        return [plug.name for plug in self.plugs], [plug.name for plug in self.plugs]

    def _plug(self, name: str) -> Plug:
        return next(plug for plug in self.plugs if plug.name == name)

    def open_input(self, name: str, heard: Callable[[Any], None]) -> Plug:
        plug = self._plug(name)
        if plug.is_broken:
            raise OSError("another program has it")
        plug.speak = heard
        return plug

    def open_output(self, name: str) -> Plug:
        return self._plug(name)


@pytest.fixture
def system(monkeypatch) -> System:
    made = System()
    monkeypatch.setattr("livegrade.control.surfaces.MidoPorts", lambda: made)
    monkeypatch.setattr("livegrade.control.midi.cables.LOOK_S", 0.02)
    return made


@pytest.fixture
def api(system, tmp_path, monkeypatch):
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path / "run"))
    path = tmp_path / "midi.toml"
    path.write_text(MAP)
    slot = SlotSetup("A", parse_source("pattern:ramp@640x360p25"), CaptureOptions(), Look((Cdl(),)))
    session = Session(SessionSetup((slot,), (SinkSetup(parse_sink("null:"), "A", GRADED),), engine="native"))
    server = ApiServer(session, Place(port=0), print, SurfacePlaces(midi=path))
    session.start()
    server.start()
    yield server
    server.stop()
    session.stop()


@pytest.fixture
def desk(system, api, until) -> Plug:
    made = Plug(DESK.format(20))
    system.plugs.append(made)
    until(lambda: made.speak is not None)
    return made


def settings(api: ApiServer) -> dict:
    return Client.find(api.port).state().state["slots"]["A"]["look"]["nodes"]["n1"]["settings"]


def events(api: ApiServer, subject: str = "MIDI X-TOUCH MINI:X-TOUCH MINI MIDI 1") -> list[str]:
    """Of the desk; MIDI alone is what becomes of the system's."""
    log = api._desk.session.events
    return [event.text for event in log.since(0)[0] if getattr(event, "subject", "") == subject]


def test_a_knob_turns_the_look_and_the_desk_follows_the_session(api, desk, until) -> None:
    until(lambda: "B0 10 40" in desk.heard and "E0 00 40" in desk.heard and "90 08 00" in desk.heard)
    desk.speak(mido.Message("control_change", control=16, value=65))
    desk.speak(mido.Message("control_change", control=16, value=65))
    until(lambda: settings(api)["slope"] == [1.5, 1.0, 1.0])
    until(lambda: desk.heard[-1] == "B0 10 60")
    Client.find(api.port).send(c.SetLook(slot="A", values={"saturation": 0.0}))
    until(lambda: "E0 00 00" in desk.heard)
    desk.speak(mido.Message("note_on", note=8, velocity=100))
    until(lambda: "90 08 7F" in desk.heard)
    desk.speak(mido.Message("note_off", note=8))
    desk.speak(mido.Message("note_on", note=8, velocity=100))
    until(lambda: desk.heard[-1] == "90 08 00")


def test_a_desk_that_is_pulled_and_comes_back_is_shown_everything(api, system, desk, until) -> None:
    until(lambda: "B0 10 40" in desk.heard)
    desk.is_broken = True
    system.plugs.remove(desk)
    until(lambda: "X-TOUCH MINI:X-TOUCH MINI MIDI 1 is gone" in events(api))
    back = Plug(DESK.format(24))
    back.is_broken = True
    system.plugs.append(back)
    until(lambda: any("cannot be opened: another program has it" in text for text in events(api)))
    back.is_broken = False
    until(lambda: "B0 10 40" in back.heard)
    back.speak(mido.Message("control_change", control=16, value=63))
    until(lambda: settings(api)["slope"][0] == 0.75)
    said = events(api)
    assert len([text for text in said if "cannot be opened" in text]) == 1
    assert len([text for text in said if text.endswith("is there")]) == 2


def test_a_machine_without_midi_is_said_once_and_may_get_it(api, system, until) -> None:
    system.fault = "no sequencer"
    while system.looked.acquire(blocking=False):
        pass
    for _ in range(4):
        assert system.looked.acquire(timeout=30)
    assert [text for text in events(api, "MIDI") if "no sequencer" in text] == ["this system has no MIDI: no sequencer"]
    system.fault = ""
    desk = Plug(DESK.format(20))
    system.plugs.append(desk)
    until(lambda: "B0 10 40" in desk.heard)


def test_the_next_control_that_is_moved_is_learned_and_kept(api, system, desk, until, tmp_path) -> None:
    other = Plug("Platform M")
    system.plugs.append(other)
    answers: list = []
    wish = c.LearnMidi(to="/livegrade/A/offset/b")
    asking = threading.Thread(target=lambda: answers.append(Client.find(api.port).send(wish)))
    asking.start()
    until(lambda: other.speak is not None)
    for value in (1, 1, 1, 127, 127, 1, 1, 1, 1, 1, 1, 1):
        other.speak(mido.Message("control_change", channel=2, control=70, value=value))
    asking.join(30)
    assert answers[0].result == "done"
    assert answers[0].step == "Platform M: controller 70 on channel 3, twos-complement drives /livegrade/A/offset/b"
    assert settings(api)["offset"] == [0.0, 0.0, 0.0]
    other.speak(mido.Message("control_change", channel=2, control=70, value=1))
    until(lambda: settings(api)["offset"] == [0.0, 0.0, 0.001])
    assert 'port = "Platform M"' in (tmp_path / "midi.toml").read_text()
    refused = Client.find(api.port).send(c.LearnMidi(to="/livegrade/A/melt/x"))
    assert (refused.result, "no such address" in refused.error) == ("refused", True)

    learned = {"port": "Platform M", "control": "controller 70 on channel 3", "to": "/livegrade/A/offset/b"} | {
        "value": None
    }
    midi = Client.find(api.port).state().state["faces"]["midi"]
    assert (midi["controls"][-1], sorted(midi["ports"])) == (
        learned,
        ["Platform M", "X-TOUCH MINI:X-TOUCH MINI MIDI 1"],
    )
    wish = c.ForgetMidi(port=learned["port"], control=learned["control"])
    assert Client.find(api.port).send(wish).result == "done"
    other.speak(mido.Message("control_change", channel=2, control=70, value=1))
    for pitch in (-8192, 8191):
        desk.speak(mido.Message("pitchwheel", pitch=pitch))
    until(lambda: settings(api)["saturation"] == 2.0)
    assert settings(api)["offset"] == [0.0, 0.0, 0.001]
    assert learned not in Client.find(api.port).state().state["faces"]["midi"]["controls"]
    assert "drives nothing" in Client.find(api.port).send(wish).error


def learned(api: ApiServer, desk: Plug, until, note: int, **wish: Any) -> Any:
    """What is answered to a lesson in which a button is pressed."""
    answers: list = []
    asking = threading.Thread(target=lambda: answers.append(Client.find(api.port).send(c.LearnMidi(**wish))))
    asking.start()
    while asking.is_alive():
        desk.speak(mido.Message("note_on", note=note, velocity=100))
        asking.join(0.1)
    return answers[0]


def test_a_button_sends_what_it_is_to_send_and_asks_windows(api, desk, until, tmp_path, monkeypatch) -> None:
    answer = learned(api, desk, until, 20, to="/livegrade/A/slope/g/add", value=0.25)
    assert answer.step.endswith("note 20 on channel 1 drives /livegrade/A/slope/g/add 0.25")
    before = settings(api)["slope"][1]
    desk.speak(mido.Message("note_on", note=20, velocity=100))
    until(lambda: settings(api)["slope"][1] == before + 0.25)
    text = '{"command": "look.undo", "slot": "A"}'
    assert learned(api, desk, until, 21, to="/livegrade/do", value=text).result == "done"
    desk.speak(mido.Message("note_on", note=21, velocity=100))
    until(lambda: settings(api)["slope"][1] == before)
    assert load_map(tmp_path / "midi.toml").bindings[-1].value == text

    def asked() -> dict:
        return Client.find(api.port).state().state["faces"]["windows"]

    assert learned(api, desk, until, 22, to="/livegrade/window/zebra").result == "done"
    had = asked()["asked"]
    desk.speak(mido.Message("note_on", note=22, velocity=100))
    desk.speak(mido.Message("note_off", note=22))
    until(lambda: asked()["asked"] == had + 1)
    assert asked()["actions"][-1] == "zebra"
    carried_out: list[object] = []
    carry_out = api._desk.carry_out
    monkeypatch.setattr(api._desk, "carry_out", lambda command: carried_out.append(command) or carry_out(command))
    assert learned(api, desk, until, 23, to="/livegrade/A/take", value=1).result == "done"
    desk.speak(mido.Message("note_on", note=23, velocity=100))
    until(lambda: carried_out == [SaidTake(c.StartTake(slot="A"), "midi")])  # the take says who began it
    refused = Client.find(api.port).send(c.LearnMidi(to="/livegrade/A/shelf", value="three"))
    assert (refused.result, "it takes a number" in refused.error) == ("refused", True)


def test_a_session_without_midi_gets_it_with_its_first_lesson(system, tmp_path, monkeypatch, until) -> None:
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path / "run"))
    monkeypatch.setenv("LIVEGRADE_STATE", str(tmp_path / "state"))
    plug = Plug("Platform M")
    system.plugs.append(plug)
    slot = SlotSetup("A", parse_source("pattern:ramp@640x360p25"), CaptureOptions(), Look((Cdl(),)))
    session = Session(SessionSetup((slot,), (), engine="native"))
    session.start()
    first = ApiServer(session, Place(port=0), print)
    first.start()
    client = Client.find(first.port)
    assert client.state().state["faces"]["midi"] is None
    answers: list = []
    wish = c.LearnMidi(to="/livegrade/A/saturation", low=0.0, high=2.0)
    asking = threading.Thread(target=lambda: answers.append(client.send(wish)))
    asking.start()
    until(lambda: plug.speak is not None or answers)
    plug.speak(mido.Message("pitchwheel", pitch=0))
    asking.join(30)
    first.stop()
    assert answers[0].files == (str(tmp_path / "state" / "midi.toml"),)
    later = ApiServer(session, Place(port=0), print)
    later.start()
    until(lambda: plug.speak is not None)
    for pitch in (-8192, 8191):
        plug.speak(mido.Message("pitchwheel", pitch=pitch))
    until(lambda: settings(later)["saturation"] == 2.0)
    later.stop()
    session.stop()


def test_masses_of_messages_end_where_the_fader_stopped(api, desk, until) -> None:
    until(lambda: "E0 00 40" in desk.heard)
    for step in range(3000):
        desk.speak(mido.Message("pitchwheel", pitch=step % 4000))
        desk.speak(mido.Message("sysex", data=[1] * 100))
        desk.speak(mido.Message("clock"))
    desk.speak(mido.Message("pitchwheel", pitch=8191))
    until(lambda: settings(api)["saturation"] == 2.0)
    desk.speak(mido.Message("control_change", control=16, value=65))  # what comes behind them is not lost
    until(lambda: settings(api)["slope"] == [1.25, 1.0, 1.0])
    assert settings(api)["saturation"] == 2.0
    assert settings(api)["offset"] == [0.0, 0.0, 0.0]
    assert Client.find(api.port).state().state["sinks"]["1"]["view"] == "graded"


def test_a_map_that_is_none_and_midi_that_is_not_installed_are_one_sentence(tmp_path, monkeypatch, system) -> None:
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path / "run"))
    slot = SlotSetup("A", parse_source("pattern:ramp"), CaptureOptions(), Look())
    session = Session(SessionSetup((slot,), (), engine="native"))
    path = tmp_path / "midi.toml"
    path.write_text("knobs = 3\n")
    with pytest.raises(UsageError, match="does not begin with"):
        ApiServer(session, Place(port=0), print, SurfacePlaces(midi=path))
    monkeypatch.setitem(__import__("sys").modules, "rtmidi", None)
    with pytest.raises(ControlError, match=r"livegrade\[midi\]"):
        MidoPorts()


def test_a_port_is_known_by_its_name_without_the_systems_numbers() -> None:
    assert stable_name(DESK.format(20)) == stable_name(DESK.format(128)) == "X-TOUCH MINI:X-TOUCH MINI MIDI 1"
    assert stable_name("IAC Driver Bus 1") == "IAC Driver Bus 1"
