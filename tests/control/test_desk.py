"""Commands carried out on a session whose frames are drawn by hand: what is in which picture, and what is said."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from livegrade.color.files import load_look_file
from livegrade.color.grading import Contrast, RgbCurves, Saturation
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control import commands as c
from livegrade.control import stills
from livegrade.control.desk import Desk
from livegrade.control.messages import Answer
from livegrade.errors import SinkError, UsageError
from livegrade.timing.rate import NS_PER_SECOND

WARM = Look((Cdl(slope=(1.2, 1.0, 0.8), name="warm"),), "day")


@pytest.fixture
def at(bench):
    made = bench(WARM)
    desk = Desk(made.session)
    yield made, desk
    desk.close()
    made.close()


def turned(desk: Desk, value: float) -> object:
    return desk.carry_out(c.SetLook(slot="A", values={"slope.r": value}))


def test_the_look_is_in_the_next_picture_that_the_engine_takes(at) -> None:
    bench, desk = at
    assert bench.draw().look_id == WARM.id
    effect = turned(desk, 1.5)
    wanted = Look((Cdl(slope=(1.5, 1.0, 0.8)),)).id
    assert desk.grade.histories["A"].now.look.id == wanted
    picture = bench.draw()
    assert picture.look_id == wanted
    assert effect.answer() == Answer("done", frame=picture.index, step='CDL "warm": slope R')
    bench.draw()
    assert effect.answer().frame == picture.index  # the first that had it, however late one asks


def test_without_a_signal_a_command_is_pending(at) -> None:
    _, desk = at
    assert turned(desk, 1.5).answer().result == "pending"


def test_a_look_that_another_overtook_counts_from_the_picture_of_the_later_one(at) -> None:
    bench, desk = at
    bench.draw()
    first, second = turned(desk, 1.5), turned(desk, 1.6)
    picture = bench.draw()
    assert first.answer().frame == second.answer().frame == picture.index


def test_relative_values_add_up(at) -> None:
    _, desk = at
    for _ in range(3):
        desk.carry_out(c.SetLook(slot="A", values={"slope.r": 0.25, "offset": 0.5}, relative=True))
    now = desk.grade.histories["A"].now
    assert (now.nodes[0].node.slope, now.nodes[0].node.offset) == ((1.95, 1.0, 0.8), (1.5, 1.5, 1.5))
    assert now.words == 'CDL "warm": offset, slope R'


def test_one_turn_of_a_wheel_is_one_step(at) -> None:
    bench, desk = at
    for value in (1.3, 1.4, 1.5):
        turned(desk, value)
        bench.clock.advance(NS_PER_SECOND)
    bench.clock.advance(1)
    turned(desk, 1.6)
    history = desk.grade.histories["A"]
    assert [step.words for step in history.past] == ["start", 'CDL "warm": slope R']
    desk.carry_out(c.Undo(slot="A"))
    assert desk.grade.histories["A"].now.nodes[0].node.slope[0] == 1.5
    desk.carry_out(c.Undo(slot="A"))
    assert desk.grade.histories["A"].now.look == WARM
    with pytest.raises(UsageError, match="nothing to undo"):
        desk.carry_out(c.Undo(slot="A"))
    desk.carry_out(c.Redo(slot="A"))
    desk.carry_out(c.Redo(slot="A"))
    assert desk.grade.histories["A"].now.nodes[0].node.slope[0] == 1.6


def test_what_is_refused_changes_nothing(at) -> None:
    bench, desk = at
    before = desk.grade.histories
    for command in (
        c.SetLook(slot="B", values={"slope": 1.0}),
        c.SetLook(slot="A", values={"slope": -1.0}),
        c.SetLook(slot="A", values={"gamma": 1.0}, node="n1"),
        c.SetLook(slot="A", values={"clamp": 1.0}),
        c.SwitchNode(slot="A", node="n7", enabled=False),
    ):
        with pytest.raises(UsageError):
            desk.carry_out(command)
    assert desk.grade.histories is before
    assert bench.draw().look_id == WARM.id


def test_nodes_are_switched_and_reset_under_the_same_id(at) -> None:
    _, desk = at
    desk.carry_out(c.SwitchNode(slot="A", node="n1", enabled=False))
    assert not desk.grade.histories["A"].now.nodes[0].node.enabled
    desk.carry_out(c.ResetLook(slot="A", node="n1"))
    assert [(one.id, one.node) for one in desk.grade.histories["A"].now.nodes] == [
        ("n1", Cdl(name="warm", enabled=False))
    ]
    desk.carry_out(c.ResetLook(slot="A"))
    assert desk.grade.histories["A"].now.look == WARM


def test_a_new_cdl_gets_an_id_that_nobody_had(at) -> None:
    _, desk = at
    desk.carry_out(c.SetLook(slot="A", values={"saturation": 0.5}))
    assert len(desk.grade.histories["A"].now.nodes) == 1  # the CDL that is there has it
    desk.carry_out(c.RemoveNode(slot="A", node="n1"))
    for expected in ("n2", "n3"):
        desk.carry_out(c.SetLook(slot="A", values={"saturation": 0.5}))
        assert [one.id for one in desk.grade.histories["A"].now.nodes] == [expected]
        desk.carry_out(c.Undo(slot="A"))


def test_nodes_are_added_moved_named_and_removed(at) -> None:
    _, desk = at
    desk.carry_out(c.AddNode(slot="A", kind="contrast", name="punch"))
    desk.carry_out(c.AddNode(slot="A", kind="saturation", place=0))
    desk.carry_out(c.SetLook(slot="A", node="n2", values={"contrast": 1.2, "mix": 50.0}))
    desk.carry_out(c.MoveNode(slot="A", node="n2", place=0))
    desk.carry_out(c.RenameNode(slot="A", node="n3", name="wash"))
    desk.carry_out(c.RemoveNode(slot="A", node="n1"))
    desk.carry_out(c.RenameNode(slot="A", name="night"))
    now = desk.grade.histories["A"].now
    assert [one.id for one in now.nodes] == ["n2", "n3"]
    assert now.look == Look((Contrast(1.2, name="punch", mix=50.0), Saturation(name="wash")), "night")
    assert [step.words for step in desk.grade.histories["A"].past][-3:] == [
        'contrast "punch" moved to place 1',
        "saturation (node 2) named wash",
        'CDL "warm" removed',
    ]
    with pytest.raises(UsageError, match="needs to know the camera"):
        desk.carry_out(c.AddNode(slot="A", kind="exposure"))


def test_looks_are_saved_and_loaded(at, tmp_path) -> None:
    _, desk = at
    path = str(tmp_path / "day.json")
    assert desk.carry_out(c.SaveLook(slot="A", path=path)).answer() == Answer("done", files=(path,))
    with pytest.raises(SinkError, match="exists"):
        desk.carry_out(c.SaveLook(slot="A", path=path))
    cube = str(tmp_path / "day.cube")
    answer = desk.carry_out(c.SaveLook(slot="A", path=cube)).answer()
    assert (answer.files, answer.step.startswith("day.cube: LUT of 33 points")) == ((cube,), True)
    turned(desk, 1.5)
    desk.carry_out(c.LoadLook(slot="A", path=path))
    assert desk.grade.histories["A"].now.look.id == WARM.id
    desk.carry_out(c.LoadLook(slot="A", path=path, add=True))
    assert [one.id for one in desk.grade.histories["A"].now.nodes] == ["n2", "n3"]
    for fault, command in (
        ("not a whole path", c.LoadLook(slot="A", path="day.json")),
        ("a look is saved whole as .json", c.SaveLook(slot="A", path=str(tmp_path / "day.edl"))),
    ):
        with pytest.raises(UsageError, match=fault):
            desk.carry_out(command)
    untitled = tmp_path / "day1.cdl"
    untitled.write_text(
        '<ColorDecisionList xmlns="urn:ASC:CDL:v1.2"><ColorDecision><ColorCorrection id="a"><SOPNode>'
        "<Slope>1.1 1 1</Slope><Offset>0 0 0</Offset><Power>1 1 1</Power></SOPNode></ColorCorrection></ColorDecision>"
        "</ColorDecisionList>"
    )
    desk.carry_out(c.LoadLook(slot="A", path=str(untitled)))
    assert desk.grade.histories["A"].now.name == "day1"


def test_a_still_is_the_picture_of_the_moment_whole_on_disk(at, tmp_path) -> None:
    bench, desk = at
    with pytest.raises(UsageError, match="has had no picture yet"):
        desk.carry_out(c.GrabStill(slot="A", folder=str(tmp_path)))
    picture = bench.draw()
    effect = desk.carry_out(c.GrabStill(slot="A", folder=str(tmp_path)))
    turned(desk, 1.5)
    bench.draw()
    effect.written.result(30)
    answer = effect.answer()
    assert (answer.result, answer.frame) == ("done", picture.index)
    graded, source, look = map(Path, answer.files)
    assert Look(load_look_file(str(look))).id == WARM.id
    for file in (graded, source):
        with Image.open(file) as image:
            assert image.size == (640, 360)
    assert graded.read_bytes() != source.read_bytes()
    again = desk.carry_out(c.GrabStill(slot="A", folder=str(tmp_path)))
    twice = desk.carry_out(c.GrabStill(slot="A", folder=str(tmp_path)))
    assert "exists" in str(twice.written.exception(30))
    assert (again.answer().result, twice.answer().result) == ("done", "refused")
    nowhere = desk.carry_out(c.GrabStill(slot="A", folder=str(tmp_path / "none")))
    assert "is not a folder" in str(nowhere.written.exception(30))


def test_a_still_on_a_disk_that_hangs_holds_up_no_other_and_no_end(bench, tmp_path, monkeypatch) -> None:
    for limit, value in (("STOP_S", 0.05), ("WAITING", 3), ("FOLDERS", 2)):
        monkeypatch.setattr(stills, limit, value)
    made, back, real = bench(WARM), threading.Event(), stills.write_still
    desk = Desk(made.session)
    nas, local = tmp_path / "nas", tmp_path / "local"
    for folder in (nas, local):
        folder.mkdir()

    def hanging(path: Path, *arguments: Any, **more: Any) -> None:
        if path.parent == nas:
            assert back.wait(60)
        real(path, *arguments, **more)

    monkeypatch.setattr(stills, "write_still", hanging)
    effects = []
    for folder in (f"{local}", f"{nas}", f"{nas}/", f"{nas}/./"):  # one folder, however it is written
        made.draw()
        effects.append(desk.carry_out(c.GrabStill(slot="A", folder=folder)))
    good, *hung = effects
    with pytest.raises(UsageError, match="3 stills still wait to be written there; try again in a moment"):
        desk.carry_out(c.GrabStill(slot="A", folder=str(nas)))
    assert good.written.result(60)
    made.draw()
    other = desk.carry_out(c.GrabStill(slot="A", folder=str(local)))
    assert other.written.result(60)  # whatever waits elsewhere
    monkeypatch.setattr(stills, "FOLDERS", 1)
    with pytest.raises(UsageError, match="1 folders have not taken their stills yet"):
        desk.carry_out(c.GrabStill(slot="A", folder=str(local)))
    desk.close()
    assert [one.answer() for one in hung] == [None] * 3
    told = made.session.events.since(0)[0][-1].text
    assert told == "3 stills were not written before the end: the disk does not answer"
    back.set()
    assert [len(one.written.result(60)) for one in hung] == [3] * 3  # in their turn
    made.close()


def test_a_view_counts_from_the_picture_that_has_it_and_a_locked_one_stays(at) -> None:
    bench, desk = at
    bench.draw()
    effect = desk.carry_out(c.SetView(sink="1", view="source"))
    picture = bench.draw()
    assert picture.look_id is None
    assert effect.answer() == Answer("done", frame=picture.index)
    desk.carry_out(c.LockView(sink="1", locked=True))
    with pytest.raises(UsageError, match=r"output 1 \(null:,slot=A\) is locked"):
        desk.carry_out(c.SetView(sink="1", view="graded"))
    desk.carry_out(c.LockView(sink="1", locked=False))
    desk.carry_out(c.SetView(sink="1", view="graded"))
    assert bench.draw().look_id == WARM.id
    with pytest.raises(UsageError, match="there is no output 2"):
        desk.carry_out(c.SetView(sink="2", view="graded"))


def test_curves_go_through_points_and_back(at) -> None:
    bench, desk = at
    desk.carry_out(c.SetCurve(slot="A", points=((0.0, 0.0), (0.5, 0.6), (1.0, 1.0)), channel="red"))
    desk.carry_out(c.SetCurve(slot="A", points=((0.0, 0.1), (1.0, 1.0))))
    curves = RgbCurves(master=((0.0, 0.1), (1.0, 1.0)), red=((0.0, 0.0), (0.5, 0.6), (1.0, 1.0)))
    assert desk.grade.histories["A"].now.look == Look((*WARM.nodes, curves), "day")
    assert bench.draw().look_id == desk.grade.histories["A"].now.look.id
    desk.carry_out(c.ResetLook(slot="A", node="n2"))
    assert desk.grade.histories["A"].now.nodes[1].node == RgbCurves()
    for fault, command in (
        ("has no curves", c.SetCurve(slot="A", node="n1", points=())),
        ("must rise", c.SetCurve(slot="A", points=((0.5, 0.0), (0.5, 1.0)))),
    ):
        with pytest.raises(UsageError, match=fault):
            desk.carry_out(command)


def test_bypass_takes_the_creative_nodes_off_the_picture_and_leaves_the_look_alone(at) -> None:
    bench, desk = at
    effect = desk.carry_out(c.BypassLook(slot="A", bypassed=True))
    picture = bench.draw()
    assert picture.look_id == Look((Cdl(slope=(1.2, 1.0, 0.8), enabled=False),)).id
    assert effect.answer() == Answer("done", frame=picture.index, step="creative nodes off")
    turned(desk, 1.5)
    assert bench.draw().look_id == Look((Cdl(slope=(1.5, 1.0, 0.8), enabled=False),)).id
    assert [step.words for step in desk.grade.histories["A"].past] == ["start"]
    desk.carry_out(c.BypassLook(slot="A", bypassed=False))
    assert bench.draw().look_id == Look((Cdl(slope=(1.5, 1.0, 0.8)),)).id


def test_steps_add_up_to_round_numbers(bench) -> None:
    one = bench(Look((Cdl(),)))
    desk = Desk(one.session)
    for _ in range(3):
        desk.carry_out(c.SetLook(slot="A", values={"offset.r": 0.1, "saturation": 0.1}, relative=True))
    node = desk.grade.histories["A"].now.nodes[0].node
    assert (node.offset[0], node.saturation) == (0.3, 1.3)
    desk.close()
    one.close()
