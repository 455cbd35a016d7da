"""A rig that brings its own stand-ins: `livegrade run --rig` with nothing plugged in."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from livegrade.cli import run_command_line
from livegrade.commands.standins import stand_ins
from livegrade.errors import UsageError
from livegrade.rig import load_rig
from livegrade_hardware.emulators.cart import EmulatedCart
from livegrade_hardware.emulators.colorbox import EmulatedColorBox
from livegrade_hardware.emulators.faults import NONSENSE, Faults, faults_of
from livegrade_hardware.emulators.kinds import emulated_kind

PATIENCE_S = 20.0

CART = """livegrade = 1
[library]
keep = false
[[slot]]
name = "A"
source = "pattern:ramp@720p25"
[[output]]
address = "null:"
"""


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextlib.contextmanager
def started(command: Sequence[str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    ) as child:
        try:
            yield child
        except BaseException:
            child.kill()
            raise


def test_stand_ins_of_a_rig_are_read_and_their_faults_told(tmp_path: Path) -> None:
    path = tmp_path / "cart.toml"
    path.write_text(
        CART
        + """[[emulate]]
kind = "colorbox"
port = 8080
settings = { data-port = 5001, password = "x" }
delay-ms = 20
clients = 1
faults = ["deaf", "lose=3"]
[[emulate]]
kind = "visca"
serial = "/tmp/fr7"
prot = 1
[[emulate]]
port = 70000
settings = { inputs = [1] }
""",
        encoding="utf-8",
    )
    rig = load_rig(path)
    box, line = (part.value for part in rig.emulated)
    assert (box.kind, box.port, box.host, box.delay_ms, box.clients) == ("colorbox", 8080, "127.0.0.1", 20, 1)
    assert box.faults == ("deaf", "lose=3")
    assert box.settings == {"data-port": 5001, "password": "x"}
    assert (line.serial, line.port, rig.emulated[1].is_whole) == ("/tmp/fr7", None, False)  # noqa: S108
    told = [(fault.part, fault.key, fault.line) for fault in rig.faults]
    assert told == [
        ("emulate visca", "prot", 19),
        ("emulate number 3", "kind", 20),
        ("emulate number 3", "port", 21),
        ("emulate number 3", "settings", 22),
    ]


@pytest.mark.emulated
@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no pseudo-terminals")
def test_a_cart_is_rehearsed_and_nothing_of_it_is_left(tmp_path: Path, capsys, monkeypatch) -> None:
    """First in a session that is killed, then again: its ports are free and its serial port is taken over."""
    monkeypatch.setenv("LIVEGRADE_STATE", str(tmp_path / "state"))
    web, data, line = free_port(), free_port(), tmp_path / "fr7"
    path = tmp_path / "cart.toml"
    path.write_text(
        CART
        + f"""[[emulate]]
kind = "colorbox"
port = {web}
settings = {{ data-port = {data} }}
[[emulate]]
kind = "visca"
serial = "{line}"
[[device]]
name = "box"
address = "colorbox:127.0.0.1:{web},data-port={data}"
slot = "A"
[[device]]
name = "camera"
address = "visca:{line}"
""",
        encoding="utf-8",
    )
    command = [sys.executable, "-P", "-m", "livegrade", "run", "--rig", str(path)]
    with started(command, tmp_path) as child:
        assert child.stdout is not None
        said = []
        while not {"device box: connected: ColorBox\n", "device camera: connected: Sony ILME-FR7\n"} <= set(said):
            said.append(child.stdout.readline())
            assert said[-1], "".join(said)
        child.send_signal(signal.SIGKILL)
    assert line.is_symlink()
    assert not line.exists()

    with path.open("a", encoding="utf-8") as rig:
        rig.write(f"""[[emulate]]
kind = "videohub"
port = {data}
[[emulate]]
kind = "colorboks"
[[emulate]]
kind = "videohub"
settings = {{ old = true, inputs = 900 }}
[[emulate]]
kind = "hyperdeck"
serial = "{tmp_path}/deck"
[[emulate]]
kind = "visca"
serial = "{path}"
[[emulate]]
kind = "colorbox"
port = {free_port()}
settings = {{ data-port = {data} }}
[[emulate]]
kind = "teranex"
announce = true
[[emulate]]
kind = "visca"
serial = "fr7"
""")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert run_command_line(["run", "--rig", str(path), "--for", "1.5"]) == 1, "stand-ins that cannot be are faults"
    told = capsys.readouterr()
    assert f"emulated AJA ColorBox on 127.0.0.1:{web}\n" in told.out
    assert f"emulated Sony camera over VISCA at {line}\n" in told.out
    assert "device box: connected" in told.out
    assert "device camera: connected" in told.out
    assert f"port, line {lines.index('port = ' + str(data)) + 1}: 127.0.0.1:{data} cannot be listened on" in told.err
    assert "already in use): another program has that port" in told.err
    assert "did you mean colorbox?" in told.err
    assert "inputs=900: a number from 1 to 288 is wanted" in told.err
    assert "the emulated Blackmagic HyperDeck has no serial connector" in told.err
    assert f"{path} is there and is not an emulated serial port" in told.err
    assert f"port {data} of its WebSocket cannot be listened on" in told.err
    assert "how a Blackmagic Teranex announces itself is not known" in told.err
    assert "'fr7' is no whole path" in told.err
    assert not line.is_symlink(), "it goes with the session"
    for port in (web, data):
        with socket.socket() as again:
            again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # else connections that were stand in its way
            again.bind(("127.0.0.1", port))
            again.listen()


@pytest.mark.emulated
@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no pseudo-terminals")
def test_a_serial_stand_in_is_started_from_the_command_line(tmp_path: Path, capsys) -> None:
    line, log = tmp_path / "fr7", tmp_path / "log.txt"
    command = [sys.executable, "-P", "-m", "livegrade", "emulate", "visca", "--link", str(line), "--log", str(log)]
    with started(command, tmp_path) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == f"emulated Sony camera over VISCA at {line}; Ctrl+C ends it\n"
        assert run_command_line(["devices", "--wait", "0.1", "--at", f"visca:{line}"]) == 0
        assert "Sony ILME-FR7" in capsys.readouterr().out
        child.terminate()
    assert child.returncode == 0
    assert not line.is_symlink()
    assert "b'\\x880\\x01\\xff'" in log.read_text(encoding="utf-8"), "what goes over the line is written down"
    assert run_command_line(["emulate", "videohub", "--serial"]) == 2
    assert run_command_line(["emulate", "visca", "--serial", "--port", "5"]) == 2
    told = capsys.readouterr().err
    assert "the emulated Blackmagic Videohub has no serial connector; it has a port, 9990" in told
    assert "a serial line has no --port" in told


def first_bytes(port: int, count: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as client:
        return client.recv(count)


@pytest.mark.emulated
def test_what_goes_wrong_with_a_stand_in_is_said_in_words(tmp_path: Path, capsys) -> None:
    command = [sys.executable, "-P", "-m", "livegrade", "emulate", "videohub", "--port", "0", "--fault", "garbage=ff00"]
    with started(command, tmp_path) as child:
        assert child.stdout is not None
        port = re.search(r":(\d+);", child.stdout.readline())
        assert port is not None
        assert first_bytes(int(port[1]), 2) == b"\xff\x00"
        if hasattr(signal, "SIGUSR1"):
            child.send_signal(signal.SIGUSR1)
            assert child.stdout.readline() == "deaf: it answers nothing\n"
            with socket.create_connection(("127.0.0.1", int(port[1])), 0.2) as client, pytest.raises(TimeoutError):
                client.recv(1)
            child.send_signal(signal.SIGUSR1)
            assert child.stdout.readline() == "it answers again\n"
            assert first_bytes(int(port[1]), 1)
        child.terminate()
    assert run_command_line(["emulate", "videohub", "--fault", "blind"]) == 2
    assert "'blind' is no fault of a stand-in; choose from deaf, garbage" in capsys.readouterr().err
    assert run_command_line(["emulate", "videohub", "--fault", "lose=3"]) == 2
    assert "lose=3 is of datagrams, and the emulated Blackmagic Videohub sends none; " in capsys.readouterr().err
    path, port_of_hub = tmp_path / "cart.toml", free_port()
    path.write_text(
        CART
        + f"""[[emulate]]
kind = "videohub"
port = {port_of_hub}
faults = ["garbage"]
[[emulate]]
kind = "videohub"
faults = ["lose=0"]
[[emulate]]
kind = "red-rcp"
faults = ["lose=3"]
[[emulate]]
kind = "visca"
serial = "/tmp/livegrade-line"
faults = ["lose=3"]
""",
        encoding="utf-8",
    )
    with EmulatedCart() as cart:
        told = list(stand_ins(load_rig(path).emulated, cart))
        assert [(fault.part, fault.key, fault.fault.partition(";")[0]) for fault in told] == [
            ("emulate videohub", "faults", "'lose=0' is no fault of a stand-in"),
            (
                "emulate red-rcp",
                "faults",
                "lose=3 is of datagrams, and the emulated RED camera (RCP of DSMC and DSMC2) sends none",
            ),
            ("emulate visca", "faults", "lose=3 is of datagrams, and on a serial line there are none"),
        ]
        assert first_bytes(port_of_hub, len(NONSENSE)) == NONSENSE


def test_faults_are_words() -> None:
    assert faults_of(["deaf", "lose=3", "garbage=0d0a"], delay_ms=20, clients=1) == Faults(
        0.02, None, 1, deaf=True, lose=3, garbage=b"\r\n"
    )
    assert faults_of([]) == Faults()
    for word in (
        "deaf=1",
        "lose",
        "lose=0",
        "lose=-1",
        "lose=9999999999",
        "garbage=",
        "garbage=x",
        "garbage=" + "00" * 5000,
    ):
        with pytest.raises(UsageError, match=r"lose=N|hexadecimal"):
            faults_of([word])
    settings = {"reorder": "on"}
    box = emulated_kind("colorbox").made(settings, Faults())
    assert isinstance(box, EmulatedColorBox)
    assert box.reorder
    camera = emulated_kind("red").made(settings, Faults())
    assert camera._talks.shuffled  # type: ignore[attr-defined]


def test_a_system_without_pseudo_terminals_says_so(capsys, monkeypatch) -> None:
    monkeypatch.delattr(os, "openpty", raising=False)
    assert run_command_line(["emulate", "visca", "--serial"]) == 2
    assert "this system has no pseudo-terminals" in capsys.readouterr().err
