"""The API's rows: their verdicts on invented runs, and the real thing, small."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from livegrade.bench import api, api_cost, run
from livegrade.bench.api import ApiRows, Phase, Size
from livegrade.bench.rows import Verdict, not_run
from livegrade.errors import UsageError

SIZE = Size(10.0, 100, Verdict.MET)
COUNT = {"frames": 325, "gaps": 0, "backwards": 0, "unreadable": 0}
WHEEL = {"turns": 250, "pending": 0, "p50_ms": 30.0, "p99_ms": 44.0}
HOSTILE = {"connections": 100, "messages": 50, "refusals": 50, "unexpected": 0, "seconds": 2.0}
FOLLOW = {"clients": 20, "messages": 900, "pictures": 90}
WATCH = {"pictures": 240, "missing": 1, "p50_ms": 6.0, "p99_ms": 9.0}
QUIET = Phase(COUNT, WHEEL, {}, 2.0, 0.0, 6.0)


def rows(monkeypatch: pytest.MonkeyPatch, loaded: Phase | str) -> ApiRows:
    phases: list[Any] = [QUIET, loaded, loaded]
    monkeypatch.setattr(api, "_phase", lambda seconds, load: phases.pop(0))
    monkeypatch.setattr(api, "_cost", lambda connections: {"dropped_us": 40.0, "refused_us": 200.0})
    return ApiRows(SIZE)


@pytest.mark.parametrize(
    ("loaded", "verdict"),
    [
        (QUIET, Verdict.MET),
        (replace(QUIET, growth_mb=30.1), Verdict.MISSED),
        (replace(QUIET, count=COUNT | {"gaps": 1}), Verdict.MISSED),
        (replace(QUIET, count=COUNT | {"frames": 200}), Verdict.MISSED),
    ],
)
def test_a_row_passes_only_with_every_picture_and_bounded_memory(monkeypatch, loaded, verdict) -> None:
    made = rows(monkeypatch, replace(loaded, load=HOSTILE)).hostile_row()
    assert made.verdict is verdict
    assert "40 us" in made.detail
    assert "(alone 30.0, 44.0)" in made.detail
    assert rows(monkeypatch, replace(loaded, load=FOLLOW)).follow_row().verdict is verdict
    assert rows(monkeypatch, replace(loaded, load=WATCH)).watch_row().verdict is verdict


@pytest.mark.parametrize("fault", [{"refusals": 49}, {"unexpected": 1}])
def test_a_message_without_a_plain_answer_fails_the_row(monkeypatch, fault) -> None:
    assert rows(monkeypatch, replace(QUIET, load=HOSTILE | fault)).hostile_row().verdict is Verdict.MISSED


def test_clients_that_got_nothing_fail_the_row(monkeypatch) -> None:
    loaded = replace(QUIET, load=FOLLOW | {"pictures": 0}, cpu_s=4.5)
    assert rows(monkeypatch, replace(QUIET, load=WATCH | {"pictures": 0})).watch_row().verdict is Verdict.MISSED
    made = rows(monkeypatch, loaded).follow_row()
    assert (made.verdict, "25 % of a core" in made.detail) == (Verdict.MISSED, True)


def test_what_nobody_counted_is_not_a_pass(monkeypatch) -> None:
    for row in (lambda one: one.hostile_row(), lambda one: one.follow_row(), lambda one: one.watch_row()):
        made = row(rows(monkeypatch, "no NDI source called that"))
        assert (made.verdict, made.detail) == (Verdict.NOT_RUN, "no NDI source called that")


def test_rows_can_be_asked_for_by_name(monkeypatch, capsys) -> None:
    jobs = [(figure, partial(not_run, figure, "-", "no time")) for figure in ("look, LUT only", api.FOLLOW_FIGURE)]
    monkeypatch.setattr(run, "_jobs", lambda quick, scopes: iter(jobs))
    assert run.report(True, None, "auto", "20 CLIENTS") == 0
    shown = capsys.readouterr().out
    assert ("no time" in shown, "LUT" in shown) == (True, False)
    with pytest.raises(UsageError, match="no row of the benchmark has 'speed'"):
        run.report(True, None, "auto", "speed")


@pytest.mark.emulated
def test_a_connection_that_is_dropped_costs_less_than_a_request_that_is_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path))
    found = api_cost.cost(300)
    if found is not None:
        assert 0 < found.dropped_us < found.refused_us


@pytest.mark.emulated
@pytest.mark.alone
@pytest.mark.usefixtures("ndi_loopback")
def test_strangers_and_rubbish_cost_no_picture() -> None:
    """Three counts are taken at most, and one of them must be whole: the moment when a receiver joins is not smooth on
    two cores. The benchmark counts a minute, with 10,000 connections."""
    for _ in range(3):
        phase = api._phase(6.0, ["hostile", "500"])
        assert isinstance(phase, Phase)
        assert (phase.load["unexpected"], phase.load["refusals"]) == (0, phase.load["messages"])
        assert (phase.count["backwards"], phase.count["unreadable"]) == (0, 0)
        if phase.count["gaps"] == 0:
            break
    assert phase.count["gaps"] == 0
    assert phase.wheel["pending"] == 0
