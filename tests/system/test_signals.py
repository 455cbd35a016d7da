"""How a run ends: Ctrl+C and SIGTERM finish files and statistics, and leave no half file while it starts."""

from __future__ import annotations

import json
import os
import signal
import time

import av
import pytest

pytestmark = [
    pytest.mark.emulated,
    pytest.mark.skipif(os.name == "nt", reason="signals cannot be sent to one process on Windows"),
]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_ends_cleanly_by_a_signal(start, tmp_path, number) -> None:
    take, stats = tmp_path / "take.mov", tmp_path / "stats.json"
    run = start("run", "pattern:camera@480x270p25", "--out", take, "--out", "null:", "--stats", stats)
    run.wait_for(f"{take}: running")
    run.wait_for("null: running")
    assert not take.exists()
    assert run.end(number) == 0
    assert "Traceback" not in run.printed
    written = json.loads(stats.read_text())["sinks"][0]["frames_out"]
    with av.open(take) as container:
        assert len(list(container.decode(video=0))) == written > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["stats.json", "take.mov"]


@pytest.mark.parametrize("first_line", ["", "engine"])
def test_a_signal_at_any_time_of_the_start_is_clean(start, tmp_path, first_line) -> None:
    for pause in (0.05, 0.6, 1.2):
        run = start("run", "pattern:camera@1080p25", "--out", tmp_path / "take.mov", "--overwrite")
        if first_line:
            run.wait_for(first_line)
        time.sleep(pause)
        code = run.end(signal.SIGTERM if pause == 0.6 else signal.SIGINT)
        assert code in (0, 130, -signal.SIGINT, -signal.SIGTERM)
        if code in (0, 130):
            assert "Traceback" not in run.printed
        assert [path.name for path in tmp_path.iterdir() if path.name != "take.mov"] == []


def test_sigterm_stops_a_render_like_ctrl_c(start, tmp_path) -> None:
    run = start("render", "pattern:camera@480x270p25", tmp_path / "a.mov", "--frames", 100000)
    for _ in range(600):
        if any(path.suffix == ".part" and path.stat().st_size > 200_000 for path in tmp_path.iterdir()):
            break
        time.sleep(0.05)
    assert run.end(signal.SIGTERM) == 130
    assert run.printed.startswith("livegrade: stopped after ")
    assert [path.name for path in tmp_path.iterdir()] == ["a.partial.mov"]
