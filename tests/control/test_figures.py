"""Numbers of the state that are worked out once a second: what they are of, and that they do not change in between."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from livegrade.color.look import Look
from livegrade.control import diskspace
from livegrade.control.desk import Desk
from livegrade.control.diskspace import DiskSpace
from livegrade.control.figures import WINDOW_NS
from livegrade.control.state import Trees
from livegrade.timing.clock import FakeClock
from livegrade.timing.rate import NS_PER_SECOND


def test_figures_are_of_the_last_seconds_and_stand_for_one(bench) -> None:
    at = bench(Look())
    desk = Desk(at.session)
    trees = Trees(desk)
    at.draw()
    slot, output = at.session.slot("A"), at.session.outputs[0]

    def told(key: str = "engine_ms") -> tuple[float | None, ...]:
        at.clock.advance(NS_PER_SECOND)
        return tuple(trees.build()["slots"]["A"]["figures"][key].values())

    assert trees.build()["sinks"]["1"]["figures"]["in_to_out_ms"] is None
    assert told() == (None, None, None)
    for _ in range(100):
        slot.engine_ns.record(20_000_000)
    slot.engine_ns.record(90_000_000)
    before = trees.build()["slots"]["A"]["figures"]
    assert before["engine_ms"] == {"p50": None, "p99": None, "worst": None}
    assert told() == pytest.approx((20.0, 20.0, 90.0), rel=0.004)
    slot.format = at.frame().format
    told()
    assert trees.build()["slots"]["A"]["figures"]["load"] == 50  # of 40 ms
    at.clock.advance(2 * WINDOW_NS)
    told()
    at.clock.advance(WINDOW_NS)
    told()
    slot.engine_ns.record(5_000_000)
    assert told() == pytest.approx((5.0, 5.0, 90.0), rel=0.004)
    output.latency_ns.record(7_000_000)
    at.clock.advance(NS_PER_SECOND)
    assert trees.build()["sinks"]["1"]["figures"]["latency_ms"]["p50"] == pytest.approx(7.0, rel=0.004)
    desk.close()
    at.close()


def test_free_space_is_of_the_disk_and_one_that_does_not_answer_is_said(tmp_path, until, monkeypatch) -> None:
    clock, silent = FakeClock(), threading.Event()
    ask = diskspace.shutil.disk_usage

    def usage(folder: Path):
        if "gone" in str(folder):
            silent.wait(30)
        return ask(folder)

    monkeypatch.setattr(diskspace.shutil, "disk_usage", usage)
    (tmp_path / "gone").mkdir()
    space = DiskSpace(clock)
    folders = {"library": tmp_path / "not" / "yet", "output 1": tmp_path / "gone"}

    def looked() -> bool:
        space.look(folders)
        return space.found["library"].free is not None

    until(looked)
    assert space.found["library"].size == ask(tmp_path).total
    assert abs(space.found["library"].free - ask(tmp_path).free) < 5_000_000_000
    assert space.found["output 1"].fault == ""
    clock.advance(10 * NS_PER_SECOND)
    space.look(folders)
    assert space.found["output 1"].fault == "the disk does not answer"
    silent.set()
    until(lambda: (space.look(folders), space.found["output 1"].free)[1] is not None)
    space.look({})
    assert space.found == {}
