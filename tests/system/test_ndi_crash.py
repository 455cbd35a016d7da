"""The NDI runtime crashes for real, is killed, hangs: the picture returns by itself and nothing else notices."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import av
import pytest

pytestmark = [
    pytest.mark.emulated,
    pytest.mark.usefixtures("ndi_loopback"),
    pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc"),
]

PATIENCE_S = 60.0
CAMERA = "pattern:camera@640x360p25"


def ndi_children(parent: int) -> dict[int, str]:
    """Process ids of the NDI processes of `parent`, with what they do."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            status = (entry / "stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            continue
        if b"livegrade.transport.ndi_host" in words and int(status[1]) == parent and status[0] != "Z":
            found[int(entry.name)] = words[words.index(b"livegrade.transport.ndi_host") + 1].decode()
    return found


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def hammer(pid: int) -> None:
    """Opens and drops connections to NDI's ports until the process is gone."""
    deadline = time.monotonic() + PATIENCE_S
    while is_running(pid):
        assert time.monotonic() < deadline, "the runtime survived; has it been repaired?"
        for port in range(5960, 5976):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
            except OSError:
                continue


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def hang(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)


@pytest.mark.alone
@pytest.mark.parametrize("end", [hammer, kill, hang])
def test_sender_comes_back_and_the_recording_keeps_every_frame(start, counted, name, tmp_path, end) -> None:
    movie, stats = tmp_path / "all.mp4", tmp_path / "stats.json"
    run = start("run", CAMERA, "--out", f"ndi:{name('out')}", "--out", movie, "--scopes", 0, "--stats", stats)
    run.wait_for(f"ndi:{name('out')}: running")
    for _ in range(2):
        (child,) = ndi_children(run.process.pid)
        end(child)
        wait_for(lambda: set(ndi_children(run.process.pid)) - {child})  # noqa: B023
        assert counted(name("out"), 1.0)["last"] > 0
    assert run.end() == 0
    assert "ndi:" + name("out") + ": the NDI runtime ended (" in run.printed
    report = json.loads(stats.read_text())
    network, recording = report["sinks"]
    assert network["dropped"] > 0
    assert recording["dropped"] == 0
    assert network["state"] == recording["state"] == "ended"
    with av.open(str(movie)) as container:
        frames = sum(1 for packet in container.demux(video=0) if packet.size)
    assert frames == recording["frames_out"]
    assert frames >= report["slots"][0]["frames_in"] - report["slots"][0]["dropped"] - 1


@pytest.mark.parametrize("end", [kill, hang])
def test_receiver_comes_back_and_finds_its_source(start, name, tmp_path, end) -> None:
    camera = start("run", CAMERA, "--out", f"ndi:{name('camera')}", "--scopes", 0)
    stats = tmp_path / "stats.json"
    grader = start("run", f"ndi:{name('camera')}", "--out", "null:", "--scopes", 0, "--stats", stats)
    grader.wait_for("signal is 640x360p25")
    (child,) = ndi_children(grader.process.pid)
    end(child)
    grader.wait_for("slot A: the NDI runtime ended (")
    wait_for(lambda: grader.printed.count("slot A: running") >= 2)
    assert child not in ndi_children(grader.process.pid)
    assert grader.end() == 0
    assert json.loads(stats.read_text())["slots"][0]["state"] == "running"
    assert camera.end() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_program(start, name, number) -> None:
    camera = start("run", CAMERA, "--out", f"ndi:{name('camera')}", "--scopes", 0)
    grader = start("run", f"ndi:{name('camera')}", "--out", f"ndi:{name('out')}", "--scopes", 0)
    grader.wait_for(f"ndi:{name('out')}: running")
    children = ndi_children(grader.process.pid)
    assert sorted(children.values()) == ["receive", "send"]
    code = grader.end(number)
    assert code == (-number if number == signal.SIGKILL else 0)
    wait_for(lambda: not any(map(is_running, children)))
    assert camera.end() == 0
