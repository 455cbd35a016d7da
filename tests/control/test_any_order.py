"""Commands in any order, sensible and not: each is done or refused with a sentence, and the state can be told."""

from __future__ import annotations

import copy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control import commands as c
from livegrade.control.desk import Desk
from livegrade.control.follower import patched
from livegrade.control.state import Trees, changes
from livegrade.errors import LivegradeError

SLOTS = st.sampled_from(["A", "B", "Q"])
SINKS = st.sampled_from(["1", "2", "77"])
NODES = st.sampled_from(["n1", "n2", "n99"])
CAMERAS = st.none() | st.sampled_from(["", "arri-logc4", "sony-slog3", "VENICE 2", "nobody"])
VIEWS = st.sampled_from(
    ["graded", "source", "bypass", "false-color", "false-color:stops", "compare:30", "compare:", "x"]
)
WAYS = st.none() | st.sampled_from(["", "rec709:plain", "rec708"])
POINTS = st.lists(st.tuples(st.floats(-2, 2), st.floats(-2, 2)), max_size=4).map(tuple)
COMMANDS = st.one_of(
    st.builds(c.SetView, sink=SINKS, view=VIEWS, tap=st.sampled_from([None, "source", "graded"]), zebra=st.none()),
    st.builds(c.LockView, sink=SINKS, locked=st.booleans()),
    st.builds(c.SetSink, sink=SINKS, cal=st.sampled_from([None, "", "x.cube"]), to=WAYS),
    st.builds(
        c.SetSource,
        slot=SLOTS,
        camera=CAMERAS,
        ei=st.sampled_from([None, 0, 800, 999_999]),
        to=WAYS,
        grade_in=st.sampled_from([None, "camera", "acescct"]),
        range=st.sampled_from([None, "auto", "full"]),
    ),
    st.builds(c.SetScopes, slot=SLOTS, per_second=st.sampled_from([None, 0, 25]), ycbcr=st.booleans()),
    st.builds(c.SetCurve, slot=SLOTS, points=POINTS, node=st.none() | NODES),
    st.builds(c.AddNode, slot=SLOTS, kind=st.sampled_from(["exposure", "white-balance", "rgb-curves"])),
    st.builds(c.SetLook, slot=SLOTS, values=st.sampled_from([{"stops": 1.0}, {"slope.r": -1.0}, {"saturation": 2.0}])),
    st.builds(c.ResetLook, slot=SLOTS, node=st.none() | NODES),
    st.builds(c.LinkNode, slot=SLOTS, origin=SLOTS, node=NODES),
    st.builds(c.BypassLook, slot=SLOTS, bypassed=st.booleans()),
    st.builds(c.Undo, slot=SLOTS),
    st.builds(c.StartTake, slot=SLOTS),
    st.builds(c.RecallLook, slot=SLOTS, look=st.just("night")),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(COMMANDS, max_size=15))
def test_whatever_is_asked_is_done_or_refused_and_the_state_is_told(bench, commands) -> None:
    made = bench(Look((Cdl(),)), Look())
    desk = Desk(made.session)
    trees = Trees(desk)
    told = trees.build()
    client = copy.deepcopy(told)
    for command in commands:
        before = desk.grade, desk.locked, [slot.setup for slot in made.session.slots]
        refused = _refused(desk, command)
        assert refused is None or (desk.grade, desk.locked, [slot.setup for slot in made.session.slots]) == before
        assert refused != ""
        made.draw("A")
        old, told = told, trees.build()
        for change in changes(old, told):
            client = patched(client, change)
        assert client == told
        for slot in made.session.slots:
            assert slot.look == desk.grade.look(slot.name)
    desk.close()
    made.close()


def _refused(desk: Desk, command: c.DeskCommand) -> str | None:
    """Why, None where it was done. Nothing but a refusal may be raised."""
    try:
        desk.carry_out(command)
    except LivegradeError as error:
        return str(error)
    return None
