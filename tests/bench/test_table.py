"""The benchmark's arithmetic, verdicts and table, on invented measurements."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from livegrade.bench import live, pairs, startup, table
from livegrade.bench.rows import BenchRow, Setting, Verdict, at_least, at_most, not_run
from livegrade.scopes.measure import Sampling

SETTING = Setting("A processor", 2, 2, "v3", "Linux 6", ("FFmpeg 8", "OpenColorIO 2"))
ROWS = [
    BenchRow("look | LUT only", "5.2 x", "4 x", Verdict.MET, "ours 2 ms", (("ratio", 5.2),)),
    not_run("error of cuda", "as native", "no GPU"),
    BenchRow("scopes", "3.0 x", "5 x", Verdict.MISSED),
]


def test_a_pair_runs_both_in_turns_and_the_less_flattering_ratio_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    clock = iter([0, 4, 10, 22, 30, 60, 70, 72])
    monkeypatch.setattr(pairs.time, "perf_counter_ns", lambda: next(clock) * 1_000_000)
    pair = pairs.time_pair(lambda: order.append("ours"), lambda: order.append("peer"), rounds=2)
    assert order == ["ours", "peer", "ours", "peer", "peer", "ours"]
    assert (pair.ours_ms, pair.peer_ms, pair.rounds) == (2.0, 12.0, 2)
    assert pair.fastest_ratio == 6.0
    assert pair.median_ratio == (12 / 4 + 30 / 2) / 2
    assert pair.ratio == 6.0
    assert pair.was_disturbed
    assert not pairs.Pair(2.0, 12.0, 5.9, 2).was_disturbed
    assert pairs.Pair(2.0, 12.0, 5.9, 2).ratio == 5.9


def test_floors_and_ceilings_include_their_value() -> None:
    assert [at_least(value, 4.0) for value in (3.99, 4.0)] == [Verdict.MISSED, Verdict.MET]
    assert [at_most(value, 0.4) for value in (0.4, 0.41)] == [Verdict.MET, Verdict.MISSED]


def test_terminal_table_names_machine_versions_and_verdicts() -> None:
    text = io.StringIO()
    table.show(SETTING, ROWS, Console(file=text, width=160))
    for expected in (
        "5.2 x",
        "pass",
        "FAIL",
        "not run",
        "no GPU",
        "A processor",
        "instruction level v3",
        "OpenColorIO 2",
    ):
        assert expected in text.getvalue()


def test_markdown_escapes_bars() -> None:
    text = table.as_markdown(SETTING, ROWS)
    assert "| look \\| LUT only | 5.2 x | 4 x | pass | ours 2 ms |" in text
    assert "A processor, 2 cores, 2 threads, instruction level v3, Linux 6. FFmpeg 8; OpenColorIO 2." in text


def test_json_holds_the_plain_numbers() -> None:
    read = json.loads(table.as_json(SETTING, ROWS))
    assert read["schema"] == 1
    assert read["setting"]["threads"] == 2
    assert read["rows"][0]["values"] == {"ratio": 5.2}
    assert [row["verdict"] for row in read["rows"]] == ["pass", "not run", "FAIL"]


@pytest.mark.parametrize(
    ("dropped", "frames", "p99_ms", "seconds", "verdict"),
    [
        (0, 3000, 12.0, 60.0, Verdict.MET),
        (0, 250, 12.0, 5.0, Verdict.SHORT),
        (1, 3000, 12.0, 60.0, Verdict.MISSED),
        (0, 2000, 12.0, 60.0, Verdict.MISSED),
        (0, 3000, 20.5, 60.0, Verdict.MISSED),
        (0, 3000, None, 60.0, Verdict.MISSED),
    ],
)
def test_live_row_is_strict(
    monkeypatch: pytest.MonkeyPatch, dropped: int, frames: int, p99_ms: float | None, seconds: float, verdict: Verdict
) -> None:
    monkeypatch.setattr(live, "LiveProcess", _fake_process(dropped, frames, p99_ms))
    assert live.live_row(live.HD, seconds, Sampling.AUTO).verdict is verdict


@pytest.mark.parametrize(
    ("readings", "end_s", "verdict"),
    [((100.0, 104.0), 600.0, Verdict.MET), ((100.0, 106.0), 600.0, Verdict.MISSED), ((9.0, 9.0), 12.0, Verdict.SHORT)],
)
def test_memory_row_is_strict(
    monkeypatch: pytest.MonkeyPatch, readings: tuple[float, float], end_s: float, verdict: Verdict
) -> None:
    monkeypatch.setattr(live.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(
        live, "LiveProcess", _fake_process(0, 0, 0.0, iter([0.0, *[readings[0]] * 10, *[readings[1]] * 10]))
    )
    assert live.memory_row(2.0, end_s).verdict is verdict


def test_a_help_that_fails_is_not_a_fast_help(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no such module >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(startup.sys, "executable", str(broken))
    row = startup.help_row(3)
    assert row.verdict is Verdict.MISSED
    assert "no such module" in row.detail


def _fake_process(dropped: int, frames: int, p99_ms: float | None, resident: object = None) -> type:
    stats = {
        "engine": "native",
        "slots": [
            {
                "frames_in": frames,
                "missing": 0,
                "dropped": dropped,
                "engine_ms": {"p50": 3.0},
                "scopes_measured": 1,
                "scopes_shed": 0,
                "scopes_taps": [{"sampling": "full"}],
            }
        ],
        "sinks": [{"dropped": 0, "capture_to_sink_ms": {"p99": p99_ms}}],
    }

    class FakeProcess:
        def __init__(self, *arguments: object, **options: object) -> None: ...

        def __enter__(self) -> FakeProcess:
            return self

        def __exit__(self, *error: object) -> None: ...

        def finish(self) -> dict[str, object]:
            return stats

        def resident_mb(self) -> float:
            return next(resident)  # type: ignore[call-overload]

    return FakeProcess
