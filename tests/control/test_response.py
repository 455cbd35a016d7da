"""The curve of a look as the session tells it: of what is shown, with what was cut and baked under the ids of nodes."""

from __future__ import annotations

import pytest

from livegrade.color.grading import Saturation
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control import commands as c
from livegrade.control.desk import Desk
from livegrade.errors import UsageError


@pytest.fixture
def at(bench):
    made = bench(Look((Cdl(slope=(2.0,) * 3), Saturation(1.2))))
    desk = Desk(made.session)
    made.draw()
    yield made, desk
    desk.close()
    made.close()


def told(desk: Desk, samples: int = 33) -> dict:
    effect = desk.carry_out(c.LookResponse(slot="A", samples=samples))
    return effect.work.result(30).found[0]


def test_the_curve_of_what_is_shown_is_told(at) -> None:
    _, desk = at
    first = told(desk, 2 * 54 + 1)
    assert first["look"] == desk.grade.histories["A"].now.look.id
    at_quarter = min(range(109), key=lambda number: abs(first["in"][number] - 0.25))
    assert first["green"][at_quarter] == pytest.approx(2 * first["in"][at_quarter], abs=1e-4)
    assert (first["stops"], first["baked"]) == (None, None)
    assert first["cuts"] == {"n1": pytest.approx(0.5, abs=0.02)}
    desk.carry_out(c.BypassLook(slot="A", bypassed=True))
    bypassed = told(desk)
    assert bypassed["red"] == bypassed["in"]
    assert bypassed["look"] == first["look"]  # nothing of the grade has changed
    desk.carry_out(c.SetSource(slot="A", camera="arri-logc4"))
    assert told(desk)["stops"][-1] > 8


def test_what_was_baked_is_told_with_its_nodes(at) -> None:
    _, desk = at
    for _ in range(2):
        desk.carry_out(c.DuplicateNode(slot="A", node="n1"))
    assert [one.id for one in desk.grade.histories["A"].now.nodes] == ["n1", "n4", "n3", "n2"]
    desk.carry_out(c.SetLook(slot="A", node="n4", values={"saturation": 0.5, "power": 1.4}))
    desk.carry_out(c.SetLook(slot="A", node="n3", values={"saturation": 0.8, "mix": 50.0}))
    baked = told(desk)["baked"]
    assert set(baked["nodes"]) <= {"n1", "n2", "n3", "n4"}
    assert "n3" in baked["nodes"]
    assert "baked into a lattice" in baked["sentence"]
    assert baked["figures"] in baked["sentence"]


def test_the_curves_of_a_node_are_told_one_by_one(at) -> None:
    _, desk = at
    desk.carry_out(c.SetCurve(slot="A", points=((0.0, 0.0), (0.5, 0.7), (1.0, 1.0))))
    desk.carry_out(c.SetCurve(slot="A", points=((0.0, 0.1), (1.0, 0.9)), channel="red"))
    node = next(one for one in desk.grade.histories["A"].now.nodes if one.node.label == "RGB curves")
    desk.carry_out(c.SwitchNode(slot="A", node=node.id, enabled=False))
    found = desk.carry_out(c.LookResponse(slot="A", node=node.id, samples=2 * 59 + 1)).work.result(30).found[0]
    middle = min(range(119), key=lambda number: abs(found["in"][number] - 0.5))
    x, curves = found["in"][middle], found["curves"]
    assert curves["red"][middle] == pytest.approx(0.1 + 0.8 * x, abs=1e-4)
    assert curves["green"] == found["in"]
    assert curves["master"] == found["green"] == found["blue"]
    assert curves["master"][middle] == pytest.approx(0.7, abs=0.02)
    assert found["histogram"] is None  # nobody measures here
    with pytest.raises(UsageError, match="no node n99"):
        desk.carry_out(c.LookResponse(slot="A", node="n99"))
