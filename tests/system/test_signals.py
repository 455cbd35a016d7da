"""How a run ends: Ctrl+C, SIGTERM and SIGHUP finish files and statistics, and leave no half file while it starts."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from livegrade.session.feed import RECORDING_QUEUE

PATIENCE_S = 60.0

pytestmark = [
    pytest.mark.emulated,
    pytest.mark.skipif(os.name == "nt", reason="signals cannot be sent to one process on Windows"),
]


@pytest.fixture(autouse=True)
def hangs_up() -> Iterator[None]:
    """Programs that the tests start hear SIGHUP also where the tests themselves run under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


FAR_TOO_MUCH = "pattern:camera@1080p120"
"""For ProRes 4444 on two cores: after half a second its queue is full."""


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_run_ends_cleanly_by_a_signal(start, tmp_path, number) -> None:
    number = getattr(signal, number)
    take, stats = tmp_path / "take.mov", tmp_path / "stats.json"
    run = start("run", "pattern:camera@480x270p25", "--out", take, "--out", "null:", "--stats", stats)
    run.wait_for(f"{take}: running")
    run.wait_for("null: running")
    assert not take.exists()
    code = run.end(number)
    assert "Traceback" not in run.printed
    sink = json.loads(stats.read_text())["sinks"][0]
    assert code == (1 if sink["missing"] else 0)
    with av.open(take) as container:
        assert len(list(container.decode(video=0))) == sink["frames_out"] > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["stats.json", "take.mov"]


@pytest.mark.parametrize("first_line", ["", "engine"])
def test_a_signal_at_any_time_of_the_start_is_clean(start, tmp_path, first_line) -> None:
    for pause in (0.05, 0.6, 1.2):
        run = start("run", "pattern:camera@480x270p25", "--out", tmp_path / "take.mov", "--overwrite")
        if first_line:
            run.wait_for(first_line)
        time.sleep(pause)
        code = run.end(signal.SIGTERM if pause == 0.6 else signal.SIGINT)
        if "init_import_site" in run.printed:
            continue  # it was Python that was not up yet
        assert code in (0, 1, 130, -signal.SIGINT, -signal.SIGTERM)
        assert ("is not whole" in run.printed) is (code == 1), run.printed  # on a busy machine
        if code >= 0:
            assert "Traceback" not in run.printed
        assert [path.name for path in tmp_path.iterdir() if path.name != "take.mov"] == []


def wait_for_bytes(folder: Path, least: int) -> None:
    """Until a recording on its way has more than so many."""
    deadline = time.monotonic() + PATIENCE_S
    while not any(path.stem.endswith(".partial") and path.stat().st_size > least for path in folder.iterdir()):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_sigterm_stops_a_render_like_ctrl_c(start, tmp_path) -> None:
    run = start("render", "pattern:camera@480x270p25", tmp_path / "a.mov", "--frames", 100000)
    wait_for_bytes(tmp_path, 200_000)
    assert run.end(signal.SIGTERM) == 130
    assert run.printed.startswith("livegrade: stopped after ")
    assert [path.name for path in tmp_path.iterdir()] == ["a.partial.mov"]


@pytest.mark.alone
def test_a_second_ctrl_c_does_not_cost_the_recording(start, tmp_path) -> None:
    """An encoder that is far behind takes seconds to finish what waits."""
    take = tmp_path / "take.mov"
    run = start("run", FAR_TOO_MUCH, "--out", f"{take},codec=prores-4444", "--scopes", 0)
    run.wait_for("running", times=2)
    time.sleep(0.5)
    run.process.send_signal(signal.SIGINT)
    run.wait_for("recordings are being finished")
    run.process.send_signal(signal.SIGINT)
    run.wait_for("still finishing recordings; Ctrl+C again gives them up")
    assert run.finish() in (0, 1)
    assert "Traceback" not in run.printed
    with av.open(take) as container:
        assert container.streams.video[0].frames > RECORDING_QUEUE // 2
    assert [path.name for path in tmp_path.iterdir()] == ["take.mov"]


@pytest.mark.alone
def test_a_terminal_that_is_closed_may_say_so_again_and_again(start, tmp_path) -> None:
    """A shell tells it to its jobs, and so does the system; an encoder that is far behind takes seconds to finish."""
    take = tmp_path / "take.mov"
    run = start("run", FAR_TOO_MUCH, "--out", f"{take},codec=prores-4444", "--scopes", 0)
    run.wait_for("running", times=2)
    time.sleep(0.5)
    run.process.send_signal(signal.SIGHUP)
    run.wait_for("recordings are being finished")
    for _ in range(5):
        run.process.send_signal(signal.SIGHUP)
        time.sleep(0.05)
    assert run.finish() in (0, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["take.mov"]


def test_a_terminal_that_is_closed_finishes_the_recording(tmp_path) -> None:
    """As when the window or the ssh connection is gone: SIGHUP, and nothing can be printed any more."""
    import pty

    take, stats = tmp_path / "take.mov", tmp_path / "stats.json"
    child, terminal = pty.fork()
    if child == 0:
        words = ["run", "pattern:camera@480x270p25", "--out", str(take), "--stats", str(stats)]
        os.execv(sys.executable, [sys.executable, "-P", "-m", "livegrade", *words])  # noqa: S606
    printed = b""
    while f"{take}: running".encode() not in printed:
        printed += os.read(terminal, 4096)
    wait_for_bytes(tmp_path, 50_000)
    os.close(terminal)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sink = json.loads(stats.read_text())["sinks"][0]
    assert code == (1 if sink["missing"] else 0)
    with av.open(take) as container:
        assert len(list(container.decode(video=0))) == sink["frames_out"] > 0
