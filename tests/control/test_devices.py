"""Devices through the API: the emulated ones, over real sockets, in a session that runs."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import msgspec
import numpy as np
import pytest

from livegrade.capture.source import CaptureOptions
from livegrade.cli import run_command_line
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.commands.ctl import _lines
from livegrade.control import commands as c
from livegrade.control.desk import Desk
from livegrade.control.devices import PushedEffect
from livegrade.control.devicetrees import DeviceTrees
from livegrade.control.disk import waiting_for_disk
from livegrade.control.listening import Place
from livegrade.control.messages import Answer
from livegrade.control.places import names_files
from livegrade.control.server import ApiServer
from livegrade.control.state import Trees
from livegrade.errors import DeviceError, UsageError
from livegrade.session import Session
from livegrade.session.events import RecordEdge
from livegrade.session.setup import DeviceSetup, Role, SessionSetup, SlotSetup
from livegrade.transport.address import parse_source
from livegrade_devices import apart
from livegrade_devices.address import parse_device
from livegrade_devices.camera import CameraState
from livegrade_devices.lutboxes.colorbox import ColorBox
from livegrade_devices.lutfile import read_lut_file
from livegrade_devices.pushed import codes_of
from livegrade_devices.state import Link
from livegrade_hardware.emulators.cart import EmulatedCart
from livegrade_hardware.emulators.colorbox import EmulatedColorBox
from livegrade_hardware.emulators.videohub import EmulatedVideohub

pytestmark = pytest.mark.emulated

WARM = Look((Cdl(slope=(1.2, 1.0, 0.8)),))


@pytest.fixture
def hub() -> EmulatedVideohub:
    return EmulatedVideohub(inputs=4, outputs=2)


@pytest.fixture
def box() -> EmulatedColorBox:
    box = EmulatedColorBox()
    box.raster = (1280, 720)
    return box


@pytest.fixture
def desk(hub: EmulatedVideohub, box: EmulatedColorBox, until: Callable) -> Iterator[Desk]:
    with EmulatedCart() as cart:
        port = cart.add(box)
        devices = (
            DeviceSetup("hub", parse_device(f"videohub:127.0.0.1:{cart.add(hub.server)}"), None, Role.WATCH),
            DeviceSetup("village", parse_device(f"colorbox:127.0.0.1:{port},data-port={box.data_port}"), "A"),
        )
        slot = SlotSetup("A", parse_source("pattern:bars@96x64p50"), CaptureOptions(), Look())
        session = Session(SessionSetup((slot,), (), engine="native", threads=1, devices=devices))
        desk = Desk(session)
        session.start()
        try:
            until(lambda: all(each.state.link is Link.READY for each in session.devices.all))
            yield desk
        finally:
            desk.close()
            session.stop()


def answered(desk: Desk, command: c.DeskCommand, until: Callable) -> Answer:
    effect = desk.carry_out(command)
    until(lambda: effect.answer() is not None)
    answer = effect.answer()
    assert answer is not None
    return answer


def test_a_look_that_is_set_reaches_the_box_and_stands_in_the_state(desk: Desk, until: Callable) -> None:
    desk.carry_out(c.SetLook(slot="A", values={"slope.r": 1.2}))
    wanted = desk.session.slot("A").look.id
    trees = Trees(desk)
    until(lambda: trees.build()["devices"]["village"]["look"]["sent"] == wanted)
    tree = trees.build()["devices"]["village"]
    assert (tree["link"], tree["slot"], tree["role"], tree["alarm"]) == ("ready", "A", "all", "")
    assert {"lut1d", "lut3d", "proof"} <= set(tree["can"])
    assert tree["look"]["confirmed"] is None, "the box does not say"
    assert 0 <= tree["look"]["max_codes"] < 2
    assert tree["look"]["form"]


def test_a_look_is_pushed_again(desk: Desk, until: Callable) -> None:
    until(lambda: desk.session.devices.named("village").state.sent is not None)
    before = desk.session.devices.named("village").state.sent_ns
    answer = answered(desk, c.PushLook(device="village"), until)
    assert (answer.result, answer.step.partition(":")[0]) == ("done", "sent; it does not say more")
    assert desk.session.devices.named("village").state.sent_ns > before
    with pytest.raises(UsageError, match="hub shows no look of a slot"):
        desk.carry_out(c.PushLook(device="hub"))


def test_what_a_box_refused_before_is_no_answer_to_a_push(desk: Desk) -> None:
    followed = desk.session.devices.named("hub")
    followed.state = replace(followed.state, push_fault="its library is full", push_fault_ns=99)
    assert PushedEffect(followed, since_ns=100).answer() is None
    refused = PushedEffect(followed, since_ns=99).answer()
    assert refused == Answer("refused", error="hub: its library is full")


def test_a_box_is_proved_by_its_own_word(desk: Desk, until: Callable) -> None:
    until(lambda: desk.session.devices.named("village").state.sent is not None)
    answer = answered(desk, c.ProveDevice(device="village"), until)
    assert answer.result == "done", answer.error
    assert answer.step.startswith("village: ")
    assert " colours, at most " in answer.step
    trees = Trees(desk)
    until(lambda: trees.build()["devices"]["village"]["proof"] is not None)
    device = trees.build()["devices"]["village"]
    proof, look = device["proof"], device["look"]["sent"]
    assert (proof["look"], proof["fault"]) == (look, "")
    assert 0 <= proof["mean_codes"] <= proof["max_codes"] <= 1
    assert 0 <= proof["max_delta_e"] < 1
    assert proof["at"] >= device["look"]["sent_at"]
    line = _lines("device", {"village": device})[0]
    assert f"proved 0 min ago: at most {codes_of(proof['max_codes'], 12)} off, mean " in line
    desk.carry_out(c.SetLook(slot="A", values={"slope.r": 1.4}))
    until(lambda: trees.build()["devices"]["village"]["look"]["sent"] not in (look, None))
    device = trees.build()["devices"]["village"]
    assert device["proof"] == proof
    assert "proved 0 min ago, with the look before: " in _lines("device", {"village": device})[0]
    with pytest.raises(UsageError, match="hub shows no look of a slot"):
        desk.carry_out(c.ProveDevice(device="hub"))
    until(lambda: desk.session.slot("A").last)
    desk.session.record("A", RecordEdge.START, "device camera")
    with pytest.raises(UsageError, match="not proved while a take of its slot goes on"):
        desk.carry_out(c.ProveDevice(device="village"))


def test_the_list_of_devices_has_what_a_session_has_proved(
    desk: Desk, until: Callable, monkeypatch, tmp_path: Path, capsys
) -> None:
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path))
    village = desk.session.devices.named("village")
    until(lambda: village.state.sent is not None)
    assert answered(desk, c.ProveDevice(device="village"), until).result == "done"
    until(lambda: village.last_proof is not None)
    listed = ["devices", "--no-ask", "--wait", "0.1", "--at", village.setup.address.whole]
    assert run_command_line(listed) == 0
    assert "proved" not in capsys.readouterr().out
    server = ApiServer(desk.session, Place(port=0), print)
    server.start()
    try:
        assert run_command_line(listed) == 0
        assert "named  proved 0 min ago: at most " in capsys.readouterr().out
    finally:
        server.stop()


def test_a_box_is_proved_by_its_picture_while_a_take_goes_on(
    desk: Desk, box: EmulatedColorBox, until: Callable
) -> None:
    """Nothing of the box changes by it."""
    desk.session.set_look("A", WARM)
    until(lambda: desk.session.slot("A").last)
    desk.session.record("A", RecordEdge.START, "device camera")
    village, compare = desk.session.devices.named("village"), c.ProveDevice(device="village", by="grab")
    until(lambda: village.state.sent == desk.session.slot("A").look.id)
    until(lambda: b"1DL4" in box.received)
    sent = list(box.received)
    answer = answered(desk, compare, until)
    assert answer.result == "done", answer.error
    assert " colours, at most " in answer.step
    assert box.received == sent
    assert box.tree["/v2/frameStore"]["enabled"] is False
    box.pipeline.held["lut1d_4"] = np.repeat(np.minimum(np.arange(4096) + 9, 4095)[:, np.newaxis], 3, axis=1)
    answer = answered(desk, compare, until)
    assert answer.result == "refused"
    assert "9 codes of 12 bits off" in answer.error
    village.setup = replace(village.setup, threshold=9.0)
    assert answered(desk, compare, until).result == "done"
    assert "9 codes of 12 bits off" in answered(desk, msgspec.structs.replace(compare, threshold=8.0), until).error
    until(lambda: village.last_proof is not None and "9 codes of 12 bits off" in village.last_proof.fault)
    box.moving = True
    assert "of its input 0 of 921,600 pixels stood still" in answered(desk, compare, until).error


def test_a_look_does_not_wait_while_pictures_are_compared_and_there_is_no_verdict_then(
    desk: Desk, until: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, may_end = threading.Event(), threading.Event()

    async def compared(address: object, look: object) -> None:
        began.set()
        while not may_end.is_set():
            await asyncio.sleep(0.01)

    monkeypatch.setattr(apart, "compared_apart", compared)
    village = desk.session.devices.named("village")
    until(lambda: village.state.sent == desk.session.slot("A").look.id)
    effect = desk.carry_out(c.ProveDevice(device="village", by="grab"))
    until(began.is_set)
    desk.session.set_look("A", WARM)
    until(lambda: village.state.sent == WARM.id)
    assert effect.answer() is None
    may_end.set()
    until(effect.answer)
    assert "it was given another look while its pictures were compared" in effect.answer().error


def test_a_device_is_connected_again(desk: Desk, until: Callable) -> None:
    before = desk.session.devices.named("hub").state.connections
    assert answered(desk, c.ReconnectDevice(device="hub"), until) == Answer("done", step="hub: connected")
    assert desk.session.devices.named("hub").state.connections == before + 1


def test_a_route_is_set_and_a_locked_one_refused(desk: Desk, hub: EmulatedVideohub, until: Callable) -> None:
    command = c.RouteDevice(device="hub", output=1, input=3)
    assert answered(desk, command, until) == Answer("done", step="hub: output 1 shows input 3")
    assert hub.routes[1] == 3
    trees = Trees(desk)
    until(lambda: trees.build()["devices"]["hub"]["says"]["routes"]["1"] == 3)
    hub.owners[1] = 99
    refused = answered(desk, replace_input(command, 0), until)
    assert refused.result == "refused"
    assert "output 1" in refused.error


def replace_input(command: c.RouteDevice, source: int) -> c.RouteDevice:
    return msgspec.structs.replace(command, input=source)


def test_a_device_comes_and_goes(desk: Desk, hub: EmulatedVideohub, until: Callable) -> None:
    at = str(desk.session.devices.named("hub").setup.address)
    assert answered(desk, c.AddDevice(name="second", address=at, slot="A", role="watch"), until) == Answer(
        "done", made="second"
    )
    until(lambda: Trees(desk).build()["devices"]["second"]["link"] == "ready")
    assert answered(desk, c.RouteDevice(device="second", output=0, input=2), until).result == "done"
    with pytest.raises(UsageError, match="did you mean videohub"):
        desk.carry_out(c.AddDevice(name="third", address="videohob:10.0.0.9"))
    assert desk.changed.is_set(), "the journal hears of it"
    assert answered(desk, c.RemoveDevice(device="second"), until) == Answer("done")
    assert set(Trees(desk).build()["devices"]) == {"hub", "village"}
    assert names_files(c.AddDevice(name="third", address=at)), "it is for programs of this machine"


def test_presets_of_a_box_are_kept_listed_and_shown(desk: Desk, box: EmulatedColorBox, until: Callable) -> None:
    village = desk.session.devices.named("village")
    until(lambda: village.state.sent is not None)
    assert answered(desk, c.ListPresets(device="village"), until).found == [{"presets": []}]
    stored = answered(desk, c.StorePreset(device="village", preset=3, name="day"), until)
    assert stored == Answer("done", step="village: what it shows is its preset 3")
    assert answered(desk, c.ListPresets(device="village"), until).found == [{"presets": [{"preset": 3, "name": "day"}]}]
    shown = answered(desk, c.RecallPreset(device="village", preset=3), until)
    assert shown == Answer("done", step="village: shows its preset 3 until its look changes")
    tree = Trees(desk).build()["devices"]["village"]
    assert (tree["look"]["sent"], tree["look"]["pending"], tree["says"]["instead"]) == (None, True, "preset 3")
    assert "presets" in tree["can"]
    box.tree["/v2/routing"]["pipelineBypassButton"] = True
    shown = answered(desk, c.RecallPreset(device="village", preset=3), until)
    bypassed = "village: has its preset 3 until its look changes, but is bypassed and shows its input"
    assert shown == Answer("done", step=bypassed)
    box.tree["/v2/routing"]["pipelineBypassButton"] = False
    desk.carry_out(c.SetLook(slot="A", values={"slope.r": 1.3}))
    until(lambda: village.state.sent == desk.session.slot("A").look.id)
    assert Trees(desk).build()["devices"]["village"]["says"]["instead"] == ""


def test_an_entry_of_a_library_takes_the_place_of_the_look(desk: Desk, box: EmulatedColorBox, until: Callable) -> None:
    village = desk.session.devices.named("village")
    until(lambda: village.state.sent is not None)
    box.luts["1d", 5] = np.repeat(np.arange(4095, -1, -1)[:, np.newaxis], 3, axis=1)
    listed = answered(desk, c.ShowLibrary(device="village"), until).found
    assert listed is not None
    kept = {"name": "1d", "places": 16, "entries": [{"number": 5, "name": "", "file": "1d_05.cube"}]}
    assert listed[0]["libraries"][0] == kept
    assert listed[0]["stages"][3] == {"stage": "3d", "library": "3d", "is_on": False}
    shown = answered(desk, c.ShowLibrary(device="village", show="1d-1:5"), until)
    assert shown == Answer("done", step="village: its stage 1d-1 shows entry 5 of its library until its look changes")
    tree = Trees(desk).build()["devices"]["village"]
    told = tree["look"]["sent"], tree["look"]["pending"], tree["says"]["instead"]
    assert told == (None, True, "library entry 1d-1:5")
    assert "library" in tree["can"]
    assert not box.tree["/v2/pipelineStages"]["lut1d_1"]["dynamic"]
    desk.carry_out(c.SetLook(slot="A", values={"slope.r": 1.3}))
    until(lambda: village.state.sent == desk.session.slot("A").look.id)
    assert Trees(desk).build()["devices"]["village"]["says"]["instead"] == ""
    assert box.tree["/v2/pipelineStages"]["lut1d_1"]["dynamic"]


def test_a_file_is_put_into_a_library_while_the_look_stays(
    desk: Desk, box: EmulatedColorBox, tmp_path: Path, until: Callable
) -> None:
    village = desk.session.devices.named("village")
    until(lambda: village.state.sent is not None)
    table = tmp_path / "log.cube"
    table.write_text("LUT_1D_SIZE 4096\n" + "0.5 0.25 1\n" * 4096, encoding="utf-8")
    put = c.ShowLibrary(device="village", put=str(table), entry=7)
    sent = (
        f"POST /v2/upload as multipart/form-data: kind=lut_1d, entry=7, file=log.cube of {table.stat().st_size:,} bytes"
    )
    confirmed = f"village: confirmed: entry 7 of its 1d library is log.cube now ({sent})"
    assert answered(desk, put, until) == Answer("done", step=confirmed)
    assert box.luts["1d", 7][0].tolist() == [2048, 1024, 4095]
    assert Trees(desk).build()["devices"]["village"]["says"]["instead"] == ""
    refused = answered(desk, c.ShowLibrary(device="village", put=str(table), entry=17), until)
    assert refused.error is not None
    assert refused.error.endswith("entry 17 of its 1d library is not there, they go to 16")
    for wrong in ({"put": str(table)}, {"entry": 3}, {"put": "log.cube", "entry": 3}):
        with pytest.raises(UsageError, match=r"go together|whole path"):
            desk.carry_out(c.ShowLibrary(device="village", **wrong))
    assert names_files(put)
    assert waiting_for_disk(put) == ("library of village", put), "its share may hang: nothing else waits for that"
    assert not names_files(c.ShowLibrary(device="village"))
    assert waiting_for_disk(c.ShowLibrary(device="village")) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files here")
def test_what_never_ends_is_no_file_for_a_library(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.cube")
    with pytest.raises(UsageError, match=r"pipe\.cube is no file"):
        read_lut_file(tmp_path / "pipe.cube")


def test_what_a_device_is_asked_when_the_session_ends_is_refused(desk: Desk, monkeypatch, until: Callable) -> None:
    until(lambda: desk.session.devices.named("village").state.sent is not None)
    asked = threading.Event()

    async def hangs(self: object, on: bool) -> None:
        asked.set()
        await asyncio.sleep(60)

    monkeypatch.setattr(ColorBox, "bypass", hangs)
    effect = desk.carry_out(c.BypassDevice(device="village", bypassed=True))
    assert asked.wait(30)
    assert effect.answer() is None
    desk.session.stop()
    assert effect.answer() == Answer("refused", error="the session has ended before the device answered")


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        (c.RouteDevice(device="village", output=0, input=0), "village: it is no router"),
        (c.RecordDevice(device="village", recording=True), "village: it cannot be told to record"),
        (c.BypassDevice(device="hub", bypassed=True), "hub: it shows no looks"),
        (c.RecallPreset(device="hub", preset=1), "hub: it keeps no presets"),
        (c.ShowLibrary(device="hub"), "hub: it keeps no library of LUTs"),
        (c.SetDevice(device="hub", name="ei", value=800), "hub: it has no settings that can be set from here"),
    ],
)
def test_what_a_device_cannot_do_is_said(desk: Desk, command: c.DeskCommand, fault: str, until: Callable) -> None:
    assert answered(desk, command, until) == Answer("refused", error=fault)


def test_a_device_that_is_not_there_is_refused_with_the_names(desk: Desk) -> None:
    with pytest.raises(DeviceError, match="there is no device of this name, only hub, village"):
        desk.carry_out(c.PushLook(device="town"))


def test_devices_are_listed_in_lines(desk: Desk) -> None:
    line = _lines("device", Trees(desk).build()["devices"])[0]
    assert line.startswith("hub  videohub:127.0.0.1:")
    assert line.endswith("ready  Blackmagic Smart Videohub 4x2")


def test_what_a_camera_says_is_plain_json(desk: Desk) -> None:
    """What is not known is left out, rates are words, and infinity is no number of JSON."""
    followed = desk.session.devices.named("hub")
    said = CameraState(ei=800, sensor_fps=Fraction(24000, 1001), focus_m=float("inf"), alerts=("hot",))
    followed.state = replace(followed.state, detail=said)
    says = DeviceTrees().of(followed).says
    assert says == {
        "ei": 800, "sensor_fps": "24000/1001", "focus_m": "inf", "alerts": ["hot"], "tint_unit": "", "iris_is_t": False,
    }  # fmt: skip
