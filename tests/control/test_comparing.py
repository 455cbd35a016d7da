"""Comparing through the API: words, what is refused, what the state says."""

from __future__ import annotations

import time

import numpy as np
import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control import commands as c
from livegrade.control.desk import Desk
from livegrade.control.disk import waiting_for_disk
from livegrade.control.places import names_files
from livegrade.control.state import Trees
from livegrade.errors import LivegradeError, UsageError
from livegrade.outputs.still import write_still
from livegrade.transport.address import parse_sink

PATIENCE_S = 20.0


@pytest.fixture
def at(bench):
    made = bench(Look(), Look((Cdl(slope=(0.5, 0.5, 0.5)),)))
    desk = Desk(made.session)
    yield made, desk
    desk.close()
    made.session.stop()
    made.close()


def test_an_output_compares_with_another_slot_and_says_how_that_stands(at) -> None:
    bench, desk = at
    bench.draw("B")
    bench.draw("A")
    words = {"view": "compare", "against": "slot:B", "mode": "blend", "at": "100"}
    desk.carry_out(c.SetView(sink="1", **words))
    deadline = time.monotonic() + PATIENCE_S
    while True:
        picture = bench.draw("A")
        tree = Trees(desk).build()
        if tree["references"].get("A", {}).get("slot:B", {}).get("state", {}).get("link") == "running":
            break
        assert time.monotonic() < deadline
        time.sleep(0.01)
    picture = bench.draw("A")
    np.testing.assert_array_equal(picture.data, bench.session.slot("B").last[1].data)
    sink = tree["sinks"]["1"]
    assert sink["view"] == "compare with slot:B blend 100 %"
    assert sink["options"] == {"slot": "A", "view": "compare", "with": "slot:B", "mode": "blend", "at": "100"}
    desk.carry_out(c.SetView(sink="1", view="graded"))
    assert Trees(desk).build()["sinks"]["1"]["options"] == {"slot": "A", "view": "graded"}


def test_what_cannot_be_compared_with_is_refused_and_the_output_keeps_its_view(at, tmp_path) -> None:
    _, desk = at
    for against, says in (
        ("slot:D", "no slot D"),
        ("still:4", "keeps nothing"),
        (f"file:{tmp_path}/none.png", "none.png"),
        ("file:none.png", "whole path"),
        ("nothing", "slot:B"),
    ):
        with pytest.raises(LivegradeError, match=says):
            desk.carry_out(c.SetView(sink="1", view="compare", against=against))
    with pytest.raises(UsageError, match="no slot D"):
        desk.carry_out(c.AddSink(address="null:,view=compare,with=slot:D"))
    assert Trees(desk).build()["sinks"]["1"]["view"] == "graded"
    write_still(tmp_path / "still.png", np.full((360, 640, 3), 30_000, np.uint16))
    desk.carry_out(c.SetView(sink="1", view="compare", against=f"file:{tmp_path}/still.png", mode="split"))


def test_files_are_for_programs_of_the_machine_and_are_read_beside_the_commands() -> None:
    view = c.SetView(sink="1", view="compare", against="slot:B")
    file = c.SetView(sink="1", view="compare", against="graded+file:/a.png", mode="grid")
    still = c.SetView(sink="1", view="compare", against="still:3")
    assert [names_files(one) for one in (view, file, still)] == [False, True, False]
    assert names_files(c.AddSink(address="ndi:X,view=compare,with=file:/a.png"))
    match, other = (c.ReadMatch(slot="A", against=against) for against in ("file:/a.png", "slot:B"))
    assert [names_files(one) for one in (match, other)] == [True, False]
    assert all(waiting_for_disk(one) is not None for one in (match, other))
    assert not names_files(c.AddSink(address="ndi:X,view=compare,with=still:3"))
    assert [waiting_for_disk(one) is not None for one in (view, file, still)] == [False, True, True]


def test_the_words_behind_an_output() -> None:
    sink = parse_sink("ndi:X,view=compare,with=still:12,mode=wipe-horizontal,at=33.5,gain=4")
    assert dict(sink.options) == {
        "view": "compare", "with": "still:12", "mode": "wipe-horizontal", "at": "33.5", "gain": "4",
    }  # fmt: skip
    for wrong in ("mode=side", "at=half", "gain=-1"):
        with pytest.raises(UsageError):
            parse_sink(f"null:,view=compare,{wrong}")
