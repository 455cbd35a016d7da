"""`livegrade devices push` and `prove` against emulated boxes on real sockets."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest

from livegrade.cli import run_command_line
from livegrade_devices import lutfile
from livegrade_devices.discovery import Found, Search
from livegrade_devices.kinds import OURS
from livegrade_devices.lutboxes import colorbox, colorboxproof
from livegrade_devices.lutboxes.stages import INTERPOLATIONS
from livegrade_devices.wires.transcript import read_transcript
from livegrade_hardware.emulators.blackmagiccamera import EmulatedCamera
from livegrade_hardware.emulators.cart import EmulatedCart
from livegrade_hardware.emulators.colorbox import EmulatedColorBox
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.kinds import Served
from livegrade_hardware.emulators.opengradeio import EmulatedOpenGradeIo
from livegrade_hardware.emulators.videohub import EmulatedVideohub

pytestmark = pytest.mark.emulated

RIGHT = "right"
CDL = """<ColorDecisionList xmlns="urn:ASC:CDL:v1.01"><ColorDecision><ColorCorrection id="a"><SOPNode>
<Slope>1.1 1 0.9</Slope><Offset>0 0 0</Offset><Power>1 1.1 1</Power></SOPNode></ColorCorrection></ColorDecision>
</ColorDecisionList>"""


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Served], int]]:
    monkeypatch.setattr(colorboxproof, "SETTLE_S", 0.0)
    monkeypatch.setattr(colorbox, "MODE_POLL_S", 0.0)
    with EmulatedCart() as cart:
        yield cart.add


@pytest.fixture
def look(tmp_path: Path) -> str:
    path = tmp_path / "day.cdl"
    path.write_text(CDL, encoding="utf-8")
    return str(path)


@pytest.fixture
def bent(tmp_path: Path) -> str:
    """A lattice between whose planes it matters how a box interpolates."""
    lattice = np.random.default_rng(3).random((9 * 9 * 9, 3))
    path = tmp_path / "bent.cube"
    path.write_text("LUT_3D_SIZE 9\n" + "\n".join(f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in lattice), encoding="utf-8")
    return str(path)


def test_a_look_is_pushed_and_the_report_says_what_became_of_it(
    serve, look: str, tmp_path: Path, capsys, until
) -> None:
    box = EmulatedColorBox()
    address = f"colorbox:127.0.0.1:{serve(box)},data-port={box.data_port}"
    tape = tmp_path / "box.jsonl"
    assert run_command_line(["devices", "push", address, "--look", look, "--record", str(tape), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["address"].startswith("colorbox:127.0.0.1")
    assert told["confirmed"] is False
    assert told["size"] > 10_000
    until(lambda: {b"1DL1", b"1DL4"} <= set(box.received))  # what was sent may be on its way still
    assert told["error"]["maximum"] < 1
    assert {line.way for line in read_transcript(tape)} >= {"open", "in", "out"}
    assert run_command_line(["devices", "push", address, "--look", look]) == 0
    assert "sent; boxes of this kind do not confirm" in capsys.readouterr().out
    assert run_command_line(["devices", "push", address, "--record", str(tape)]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_form_whose_distance_from_the_look_is_not_known_does_not_cost_nothing(serve, tmp_path: Path, capsys) -> None:
    path = tmp_path / "gain.cdl"
    path.write_text(CDL.replace("1 1.1 1", "1 1 1"), encoding="utf-8")
    push = [
        "devices",
        "push",
        f"blackmagic-camera:127.0.0.1:{serve(EmulatedCamera().server)},looks=on",
        "--look",
        str(path),
    ]
    assert run_command_line(push) == 0
    assert "its form costs: not known" in capsys.readouterr().out
    assert run_command_line([*push, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["error"], told["approximate"]) == (None, True)
    push[2] = f"opengradeio:127.0.0.1:{serve(EmulatedOpenGradeIo().server)},cdl=on"
    assert run_command_line(push) == 0
    assert "its form costs: nothing" in capsys.readouterr().out


def test_a_box_is_proved_and_one_that_computes_otherwise_is_not(serve, look: str, bent: str, capsys) -> None:
    box = EmulatedColorBox()
    address = f"colorbox:127.0.0.1:{serve(box)},data-port={box.data_port}"
    assert run_command_line(["devices", "prove", address, "--look", look, "--look", bent, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["proved"] is True
    assert told["model"]["maximum"] <= 1
    assert told["count"] > 100
    other = EmulatedColorBox(interpolation=INTERPOLATIONS[1])
    address = f"colorbox:127.0.0.1:{serve(other)},data-port={other.data_port}"
    assert run_command_line(["devices", "prove", address, "--look", bent]) == 1
    said = capsys.readouterr()
    assert "not proved: it shows" in said.err
    assert "against the look: at most" in said.out


def test_a_proof_without_a_look_sends_none_and_changes_nothing(serve, look: str, capsys, until) -> None:
    """Here what the box shows comes from its library and from somebody else's push."""
    box = EmulatedColorBox()
    address = f"colorbox:127.0.0.1:{serve(box)},data-port={box.data_port}"
    assert run_command_line(["devices", "push", address, "--look", look]) == 0
    until(lambda: b"1DL4" in box.received)
    keep_a_table(box)
    before, sent, shown = copy.deepcopy(box.tree), list(box.received), box.pipeline.run(GREYS)
    capsys.readouterr()
    assert run_command_line(["devices", "prove", address, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["proved"], told["model"]["maximum"], told["look"], told["form"]) == (True, 0, None, None)
    assert (box.tree, box.received) == (before, sent)
    assert (box.pipeline.run(GREYS) == shown).all()
    box.off = 3
    assert run_command_line(["devices", "prove", address]) == 1
    said = capsys.readouterr()
    assert "as it is now; no look was sent to it" in said.out
    assert "3 codes of 12 bits off" in said.err


def test_a_proof_of_a_look_sets_the_box_back_or_says_that_it_cannot(
    serve, look: str, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = EmulatedColorBox(mode="ORION")
    address = f"colorbox:127.0.0.1:{serve(box)},data-port={box.data_port}"
    keep_a_table(box)
    before, shown = copy.deepcopy(box.tree), box.pipeline.run(GREYS)
    assert (shown != GREYS).any()
    assert run_command_line(["devices", "prove", address, "--look", look]) == 0
    assert "not as it was" not in capsys.readouterr().err
    assert box.tree == before
    assert (box.pipeline.run(GREYS) == shown).all()
    patience, deaf = colorboxproof.ANSWER_S, Faults(deaf=True)
    monkeypatch.setattr(colorboxproof, "ANSWER_S", 0.05)
    box.data.faults = deaf
    assert run_command_line(["devices", "prove", address, "--look", look]) == 1
    assert "has not said what becomes of" in capsys.readouterr().err
    assert box.tree == before
    assert (box.pipeline.run(GREYS) == shown).all()
    monkeypatch.setattr(colorboxproof, "ANSWER_S", patience)
    box.data.faults = Faults()
    assert run_command_line(["devices", "push", address]) == 0
    assert run_command_line(["devices", "prove", address, "--look", look]) == 1
    assert "the box is not as it was: what was sent to it before cannot be read from it" in capsys.readouterr().err


GREYS = np.repeat(np.arange(0, 4096, 64)[:, np.newaxis], 3, axis=1)


def keep_a_table(box: EmulatedColorBox) -> None:
    """Its last stage has entry 5 of its library, which turns the picture into its negative."""
    box.luts["1d", 5] = np.repeat(np.arange(4095, -1, -1)[:, np.newaxis], 3, axis=1)
    stage = {"enabled": True, "dynamic": False, "libraryEntry": 5}
    box._write("/v2/pipelineStages", {"lut1d_4": stage})


def test_a_run_tells_together_which_devices_are_not_there(tmp_path: Path, capsys) -> None:
    rig = tmp_path / "cart.toml"
    rig.write_text(
        'livegrade = 1\n[library]\nkeep = false\n[[slot]]\nname = "A"\nsource = "pattern:bars@96x64p25"\n'
        '[[device]]\nname = "village"\naddress = "colorbox:127.0.0.1:1"\nslot = "A"\n'
        '[[device]]\nname = "hub"\naddress = "videohub:127.0.0.1:1"\n'
    )
    assert run_command_line(["run", "--headless", "--no-api", "--rig", str(rig), "--for", "1.5"]) == 0
    said = capsys.readouterr()
    assert "2 devices are not there:\n  village (colorbox:127.0.0.1:1): it does not answer at 127.0.0.1:1" in said.err
    assert said.err.count("are not there") == 1


def test_presets_and_the_bypass_of_a_box(serve, look: str, capsys) -> None:
    box = EmulatedColorBox()
    address = f"colorbox:127.0.0.1:{serve(box)},data-port={box.data_port}"
    assert run_command_line(["devices", "presets", address]) == 0
    assert capsys.readouterr().out == "it keeps no preset\n"
    assert run_command_line(["devices", "store", address, "2", "--name", "day", "--look", look]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "preset 2: day"
    shown = box.pipeline.run(GREYS)
    assert run_command_line(["devices", "push", address]) == 0
    assert (box.pipeline.run(GREYS) != shown).any()
    assert run_command_line(["devices", "recall", address, "2"]) == 0
    assert (box.pipeline.run(GREYS) == shown).all()
    capsys.readouterr()
    assert run_command_line(["devices", "presets", address, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["presets"] == [{"preset": 2, "name": "day"}]
    assert run_command_line(["devices", "bypass", address, "on"]) == 0
    assert box.tree["/v2/routing"]["pipelineBypassUser"] is True
    capsys.readouterr()
    box.tree["/v2/routing"] |= {"pipelineBypassUser": False, "pipelineBypassButton": True}
    assert run_command_line(["devices", "recall", address, "2"]) == 0
    assert capsys.readouterr().out.endswith(" has its preset 2, but is bypassed and shows its input as it is\n")
    box.tree["/v2/routing"]["pipelineBypassButton"] = False
    assert run_command_line(["devices", "recall", address, "2"]) == 0
    assert capsys.readouterr().out.endswith(" shows its preset 2\n")
    assert run_command_line(["devices", "bypass", address, "off"]) == 0
    assert box.tree["/v2/routing"]["pipelineBypassUser"] is False
    assert run_command_line(["devices", "bypass", address, "maybe"]) == 2
    assert run_command_line(["devices", "recall", address, "9"]) == 1
    assert "empty entry" in capsys.readouterr().err
    hub = serve(EmulatedVideohub().server)
    assert run_command_line(["devices", "presets", f"videohub:127.0.0.1:{hub}"]) == 1
    assert "it keeps no presets" in capsys.readouterr().err


def test_a_file_is_put_into_a_library_and_what_was_sent_is_said(serve, tmp_path: Path, bent: str, capsys) -> None:
    box = EmulatedColorBox()
    address = f"colorbox:127.0.0.1:{serve(box)},data-port={box.data_port}"
    table = tmp_path / "log.cube"
    table.write_text("LUT_1D_SIZE 4096\n" + "\n".join(f"{n / 4095:.6f} " * 3 for n in range(4096)), encoding="utf-8")
    put = ["devices", "library", address, "--put", str(table), "--entry", "7"]
    assert run_command_line(put) == 0
    out = capsys.readouterr().out
    assert out.startswith("experimental: no box was seen to take a file; which codes its 0 and 1 stand for")
    said = f"kind=lut_1d, entry=7, file=log.cube of {table.stat().st_size:,} bytes; 4,096 points\n"
    assert said in out
    assert out.endswith("confirmed: entry 7 of its 1d library is log.cube now\n")
    assert (box.luts["1d", 7][:, 1] == np.arange(4096)).all()
    box.uploads = "lost"
    assert run_command_line([*put[:-1], "8", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["library"], told["entry"], told["before"], told["now"], told["confirmed"]) == (
        "1d",
        8,
        None,
        None,
        False,
    )
    assert run_command_line([*put[:4], bent, "--entry", "1"]) == 1
    assert "it does not take /v2/upload (LUT_3D_SIZE 33 is wanted)" in capsys.readouterr().err
    for wrong in (["--put", str(table)], ["--entry", "7"], [*put[3:], "--show", "3d:4"], ["--put", "a.3dl", *put[5:]]):
        assert run_command_line(["devices", "library", address, *wrong]) == 2
    both = tmp_path / "both.cube"
    both.write_text("LUT_1D_SIZE 2\nLUT_3D_SIZE 2\n0 0 0\n1 1 1\n" + "0 0 0\n" * 8, encoding="utf-8")
    large = tmp_path / "large.cube"
    large.write_bytes(b"#" * (lutfile.MOST + 1))
    odd = tmp_path / 'a"b.cube'
    odd.write_bytes(table.read_bytes())
    capsys.readouterr()
    for path, fault in (
        (both, "a table or a lattice is wanted, and not with both"),
        (large, "more than any LUT of a box"),
        (odd, "a box may not take this name"),
        (tmp_path / "none.cube", "cannot be read"),
    ):
        assert run_command_line([*put[:4], str(path), "--entry", "1"]) == 2
        assert fault in capsys.readouterr().err
    assert box.files == {("1d", 7): "log.cube"}


def test_an_entry_of_a_library_is_listed_shown_and_proved(serve, capsys) -> None:
    box = EmulatedColorBox()
    keep_a_table(box)
    box.names["1d", 5] = "negative"
    address = f"colorbox:127.0.0.1:{serve(box)},data-port={box.data_port}"
    assert run_command_line(["devices", "push", address]) == 0
    assert (box.pipeline.run(GREYS) == GREYS).all()
    capsys.readouterr()
    assert run_command_line(["devices", "library", address]) == 0
    out = capsys.readouterr().out
    assert "1d: 1 of 16 entries\n    5  negative  (1d_05.cube)\n3d: 0 of 16 entries\n" in out
    assert "  1d-4      what it was sent\n" in out
    assert run_command_line(["devices", "library", address, "--show", "1d-4:5"]) == 0
    assert (box.pipeline.run(GREYS) == 4095 - GREYS).all()
    assert run_command_line(["devices", "prove", address]) == 0
    capsys.readouterr()
    assert run_command_line(["devices", "library", address, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["stages"][-1] == {"stage": "1d-4", "library": "1d", "entry": 5, "is_on": True}
    assert run_command_line(["devices", "library", address, "--show", "1d-4:6"]) == 1
    assert "entry 6 of its 1d library is empty" in capsys.readouterr().err
    for wrong in ("1d-4", "3d:", ":4", "2d:1"):
        assert run_command_line(["devices", "library", address, "--show", wrong]) == 2
    assert (box.pipeline.run(GREYS) == 4095 - GREYS).all()
    assert run_command_line(["devices", "library", f"videohub:127.0.0.1:{serve(EmulatedVideohub().server)}"]) == 1
    assert "it keeps no library of LUTs" in capsys.readouterr().err


@pytest.mark.parametrize("what", ["push", "prove"])
def test_a_device_that_shows_no_looks_says_so(serve, what: str, capsys) -> None:
    port = serve(EmulatedVideohub().server)
    assert run_command_line(["devices", what, f"videohub:127.0.0.1:{port}"]) == 1
    assert f"videohub:127.0.0.1:{port}: it " in capsys.readouterr().err


def test_a_wrong_password_and_a_box_that_is_not_there_are_one_sentence(serve, capsys) -> None:
    box = EmulatedColorBox(password=RIGHT)
    port = serve(box)
    address = f"colorbox:127.0.0.1:{port},data-port={box.data_port},password=hidden1"
    assert run_command_line(["devices", "push", address]) == 1
    err = capsys.readouterr().err
    assert "password" in err
    assert "hidden1" not in err
    assert run_command_line(["devices", "push", "videohub:127.0.0.1:1"]) == 1
    assert "it does not answer at 127.0.0.1:1 (connection refused)" in capsys.readouterr().err
    assert run_command_line(["devices", "push", "nothing:here"]) == 2


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network on which one printer announces itself, and a serial port."""

    async def found(seconds: float) -> Search:
        printer = Found("", "10.0.0.9:631", "Printer", "mDNS _blackmagic._tcp class=Printer")
        return Search((printer, Found("", "/dev/ttyUSB0", "USB serial", "serial port")), ())

    monkeypatch.setattr("livegrade.commands.devices_list.discover", found)


@pytest.mark.usefixtures("quiet")
def test_devices_that_are_named_are_asked_who_they_are(serve, tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path))
    hub, box = EmulatedVideohub(), EmulatedColorBox(password=RIGHT)
    hub_port, port = serve(hub.server), serve(box)
    rig = tmp_path / "cart.toml"
    rig.write_text(f'livegrade = 1\n[[device]]\nname = "hub"\naddress = "videohub:127.0.0.1:{hub_port}"\n')
    wrong = f"colorbox:127.0.0.1:{port},data-port={box.data_port},password=hidden1"
    assert run_command_line(["devices", "--rig", str(rig), "--at", wrong, "--json"]) == 1
    told = {one["address"]: one for one in json.loads(capsys.readouterr().out)["devices"]}
    one = told[f"videohub:127.0.0.1:{hub_port}"]
    assert (one["model"], one["name"], one["state"]) == ("Blackmagic Smart Videohub 12x12", "Cart A", "ready")
    (refused,) = (one for one in told.values() if one["kind"] == "colorbox")
    assert refused["state"] == "faulted"
    assert "hidden1" not in json.dumps(told)
    assert run_command_line(["devices", "--at", f"videohub:127.0.0.1:{hub_port}"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"videohub:127.0.0.1:{hub_port}  Cart A  Blackmagic Smart Videohub 12x12")
    assert lines[1:] == [
        "(10.0.0.9:631)  Printer  mDNS _blackmagic._tcp class=Printer",
        "(/dev/ttyUSB0)  USB serial  serial port",
    ]


@pytest.mark.usefixtures("quiet")
def test_a_session_that_says_nothing_of_proofs_is_no_fault(capsys, monkeypatch) -> None:
    """As those of older versions."""
    village: dict[str, object] = {"address": "colorbox:10.0.0.5", "link": "ready"}
    older = SimpleNamespace(state=lambda: SimpleNamespace(state={"devices": {"village": village}}))
    monkeypatch.setattr("livegrade.commands.devices_list.Client.find", lambda: older)
    assert run_command_line(["devices", "--no-ask", "--at", "colorbox:10.0.0.5"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "colorbox:10.0.0.5  named"


def test_the_kinds_are_listed_with_what_may_stand_in_their_addresses(capsys) -> None:
    assert run_command_line(["devices", "--kinds", "--json"]) == 0
    kinds = {one["kind"]: one for one in json.loads(capsys.readouterr().out)["kinds"]}
    assert list(kinds) == sorted(OURS)
    assert (kinds["visca"]["ways"], kinds["visca"]["found"]) == (["port 52381", "serial port"], "")
    assert (kinds["filebox"]["ways"], kinds["red-rcp"]["found"]) == (["serial port or folder"], "its maker's search")
    assert "framing" in kinds["arri-cap"]["experimental"]
    assert run_command_line(["devices", "--kinds"]) == 0
    told = capsys.readouterr().out
    assert "colorbox  AJA ColorBox, port 80, found by SSDP\n    password=of its web page" in told


@pytest.mark.usefixtures("quiet")
def test_words_that_mean_no_device_are_wrong_use() -> None:
    assert run_command_line(["devices", "--at", "videohob:here"]) == 2
    assert run_command_line(["devices", "--at", "videohub"]) == 2


def test_a_box_is_proved_by_its_picture_without_anything_of_it_changing(
    serve, look: str, bent: str, capsys, until
) -> None:
    """Of a range that shows greys and colours; wrong tables, a picture that moves, and one of 10 bits."""
    box = EmulatedColorBox()
    box.raster = (1280, 720)
    address = f"colorbox:127.0.0.1:{serve(box)},data-port={box.data_port}"
    prove = ["devices", "prove", address, "--by", "grab", "--look", look, "--look", bent]
    assert run_command_line(["devices", "push", address, "--look", look, "--look", bent]) == 0
    until(lambda: b"1DL4" in box.received)
    before, sent = copy.deepcopy(box.tree), list(box.received)
    capsys.readouterr()
    assert run_command_line([*prove, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["proved"], told["step"], told["left"]) == (True, 1, "")
    assert told["model"]["maximum"] <= 1
    assert told["count"] > 3000
    assert told["how"].endswith(" pixels that stood still in its grabbed input")
    assert (box.tree, box.received) == (before, sent)
    box.ten_bits = True
    assert run_command_line(prove) == 0
    assert "output in steps of 4 codes" in capsys.readouterr().out
    box.ten_bits = False
    box.pipeline.held["lut1d_4"] = np.repeat(np.minimum(np.arange(4096) + 9, 4095)[:, np.newaxis], 3, axis=1)
    assert run_command_line(prove) == 1
    said = capsys.readouterr().err
    assert "not proved: it shows " in said
    assert "9 codes of 12 bits off, at most delta E" in said
    box.moving = True
    assert run_command_line(prove) == 1
    assert (
        "it cannot be proved by its pictures: of its input 0 of 921,600 pixels stood still" in capsys.readouterr().err
    )
    assert run_command_line(["devices", "prove", address, "--by", "grab"]) == 2
    assert "say with --look which" in capsys.readouterr().err
    assert run_command_line(["devices", "prove", address, "--by", "eye"]) == 2


def test_the_picture_of_a_box_is_a_file_before_and_behind_its_look(serve, look: str, capsys, tmp_path: Path) -> None:
    box = EmulatedColorBox()
    box.raster = (1280, 720)
    address = f"colorbox:127.0.0.1:{serve(box)},data-port={box.data_port}"
    assert run_command_line(["devices", "push", address, "--look", look]) == 0
    given, shown = tmp_path / "in.png", tmp_path / "out.png"
    assert run_command_line(["devices", "grab", address, "--input", "-o", str(given)]) == 0
    assert run_command_line(["devices", "grab", address, "-o", str(shown)]) == 0
    before, behind = (decoded(path).reshape(-1, 3)[:1280] for path in (given, shown))
    assert (before[:, 0] == np.arange(1280) * 4096 // 1280 * 16).all()
    assert (behind == box.pipeline.run(before.astype(np.int64) >> 4) << 4).all()
    assert run_command_line(["devices", "grab", address, "-o", str(shown)]) == 1
    hub = serve(EmulatedVideohub().server)
    assert run_command_line(["devices", "grab", f"videohub:127.0.0.1:{hub}", "-o", str(tmp_path / "x.png")]) == 1
    assert "it gives no pictures" in capsys.readouterr().err
    assert run_command_line(["devices", "grab", address, "-o", str(tmp_path / "x.jpg")]) == 2


def decoded(path: Path) -> np.ndarray:
    """As FFmpeg reads it."""
    with av.open(str(path)) as file:
        return next(file.decode(video=0)).to_ndarray(format="rgb48le")
