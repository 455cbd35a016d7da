"""Looks that pass from slot to slot, and nodes that slots share."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livegrade.color.grading import Saturation
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control import commands as c
from livegrade.control.desk import Desk
from livegrade.control.grade import Grade
from livegrade.control.history import History
from livegrade.control.looks import Ground, changed
from livegrade.control.messages import Answer
from livegrade.control.state import Trees
from livegrade.errors import UsageError
from livegrade.timing.rate import NS_PER_SECOND

SDR = Look((Cdl(slope=(1.2, 1.0, 0.8)), Saturation(0.9)), "sdr")
HDR = Look((Cdl(), Saturation(1.1)), "hdr")


@pytest.fixture
def pair(bench):
    """An SDR and an HDR picture of one camera, whose CDL is one."""
    made = bench(SDR, HDR)
    desk = Desk(made.session)
    desk.carry_out(c.LinkNode(slot="B", origin="A", node="n1", into="n1"))
    yield made, desk
    desk.close()
    made.close()


def nodes(desk: Desk, slot: str) -> dict[str, object]:
    return {placed.id: placed.node for placed in desk.grade.histories[slot].now.nodes}


def words(desk: Desk, slot: str) -> list[str]:
    history = desk.grade.histories[slot]
    return [step.words for step in (*history.past, history.now)]


def turn(desk: Desk, slot: str, value: float, node: str = "n1", name: str = "slope.r") -> object:
    return desk.carry_out(c.SetLook(slot=slot, node=node, values={name: value}))


def test_a_linked_node_is_one_in_both_slots_and_the_rest_is_free(pair) -> None:
    bench, desk = pair
    assert nodes(desk, "B") == {"n1": SDR.nodes[0], "n2": HDR.nodes[1]}
    effect = turn(desk, "A", 1.5)
    turn(desk, "A", 0.5, "n2", "saturation")
    assert nodes(desk, "B") == {"n1": Cdl(slope=(1.5, 1.0, 0.8)), "n2": HDR.nodes[1]}
    assert nodes(desk, "A")["n2"] == Saturation(0.5)
    picture = bench.draw("A")
    assert effect.slots[1].drawing.in_force is None  # the other slot has no signal, which is not waited for
    assert effect.answer() == Answer("done", frame=picture.index, step="CDL (node 1): slope R")
    assert bench.draw("B").look_id == Look((Cdl(slope=(1.5, 1.0, 0.8)), HDR.nodes[1])).id
    assert effect.answer() == Answer("done", frame=picture.index, step="CDL (node 1): slope R")
    turn(desk, "B", 1.7)
    assert nodes(desk, "A")["n1"] == nodes(desk, "B")["n1"] == Cdl(slope=(1.7, 1.0, 0.8))


def test_one_turn_is_one_step_in_both_and_undone_in_both(pair) -> None:
    bench, desk = pair
    for value in (1.3, 1.4, 1.5):
        turn(desk, "A", value)
    assert words(desk, "A") == ["start", "CDL (node 1): slope R"]
    assert words(desk, "B") == ["start", "CDL (node 1) linked to slot A", "CDL (node 1): slope R"]
    desk.carry_out(c.Undo(slot="B"))
    assert nodes(desk, "A")["n1"] == nodes(desk, "B")["n1"] == SDR.nodes[0]
    assert words(desk, "A") == ["start"]
    desk.carry_out(c.Redo(slot="A"))
    assert nodes(desk, "A")["n1"] == nodes(desk, "B")["n1"] == Cdl(slope=(1.5, 1.0, 0.8))
    assert not desk.grade.histories["B"].future
    bench.clock.advance(2 * NS_PER_SECOND)


def test_undo_is_a_step_forward_where_the_other_slot_has_gone_on(pair) -> None:
    _, desk = pair
    turn(desk, "A", 1.5)
    turn(desk, "B", 0.5, "n2", "saturation")
    desk.carry_out(c.Undo(slot="A"))
    assert nodes(desk, "A")["n1"] == nodes(desk, "B")["n1"] == SDR.nodes[0]
    assert nodes(desk, "B")["n2"] == Saturation(0.5)  # its own change stays
    desk.carry_out(c.Undo(slot="B"))
    assert nodes(desk, "A")["n1"] == nodes(desk, "B")["n1"] == Cdl(slope=(1.5, 1.0, 0.8))


def test_a_link_ends_with_its_node_and_by_itself(pair) -> None:
    _, desk = pair
    slots = Trees(desk).build()["slots"]
    assert slots["A"]["look"]["nodes"]["n1"]["linked"] == {"B": "n1"}
    assert slots["B"]["look"]["nodes"]["n2"]["linked"] == {}
    desk.carry_out(c.UnlinkNode(slot="B", node="n1"))
    turn(desk, "A", 1.5)
    assert nodes(desk, "B")["n1"] == SDR.nodes[0]
    desk.carry_out(c.LinkNode(slot="A", origin="B", node="n1", into="n1"))
    assert nodes(desk, "A")["n1"] == SDR.nodes[0]
    desk.carry_out(c.RemoveNode(slot="A", node="n1"))
    assert desk.grade.links.groups == frozenset()
    desk.carry_out(c.Undo(slot="A"))
    turn(desk, "A", 1.6)
    assert nodes(desk, "B")["n1"] == SDR.nodes[0]


def test_three_slots_share_and_one_leaves(bench) -> None:
    made = bench(SDR, HDR, Look())
    desk = Desk(made.session)
    for slot in "BC":
        desk.carry_out(c.LinkNode(slot=slot, origin="A", node="n1"))
    turn(desk, "C", 1.5)
    assert nodes(desk, "A")["n1"] == nodes(desk, "B")["n3"] == nodes(desk, "C")["n1"] == Cdl(slope=(1.5, 1.0, 0.8))
    desk.carry_out(c.LinkNode(slot="B", origin="A", node="n2", into="n3"))
    turn(desk, "A", 1.6)
    assert nodes(desk, "B")["n3"] == SDR.nodes[1]
    assert nodes(desk, "C")["n1"] == Cdl(slope=(1.6, 1.0, 0.8))
    desk.close()
    made.close()


def test_a_look_and_a_node_are_copied(pair) -> None:
    _, desk = pair
    desk.carry_out(c.CopyLook(slot="B", origin="A", node="n2"))
    assert nodes(desk, "B") == {"n1": SDR.nodes[0], "n2": HDR.nodes[1], "n3": SDR.nodes[1]}
    desk.carry_out(c.CopyLook(slot="B", origin="A"))
    assert nodes(desk, "B") == {"n4": SDR.nodes[0], "n5": SDR.nodes[1]}
    assert words(desk, "B")[-2:] == ["saturation (node 3) copied from slot A", "look copied from slot A"]
    turn(desk, "A", 1.5)
    assert nodes(desk, "B")["n4"] == SDR.nodes[0]


@pytest.mark.parametrize("origin", ["A", "Z"])
def test_nothing_is_taken_from_the_slot_itself_or_from_none(pair, origin: str) -> None:
    _, desk = pair
    for command in (c.CopyLook(slot="A", origin=origin), c.LinkNode(slot="A", origin=origin, node="n1")):
        with pytest.raises(UsageError, match=f"not from {origin}; there is B"):
            desk.carry_out(command)


def test_undoing_a_link_ends_it_and_redoing_it_takes_what_the_other_slot_has_now(pair) -> None:
    _, desk = pair
    desk.carry_out(c.Undo(slot="B"))
    assert (nodes(desk, "A")["n1"], nodes(desk, "B")["n1"]) == (SDR.nodes[0], HDR.nodes[0])
    turn(desk, "A", 1.5)
    assert nodes(desk, "B")["n1"] == HDR.nodes[0]
    desk.carry_out(c.Redo(slot="B"))
    assert nodes(desk, "A")["n1"] == nodes(desk, "B")["n1"] == Cdl(slope=(1.5, 1.0, 0.8))
    turn(desk, "B", 1.6)
    assert nodes(desk, "A")["n1"] == nodes(desk, "B")["n1"] == Cdl(slope=(1.6, 1.0, 0.8))


SLOTS = st.sampled_from("ABC")
NODES = st.integers(1, 6).map("n{}".format)
COMMANDS = st.one_of(
    st.builds(
        c.SetLook, slot=SLOTS, node=NODES | st.none(), values=st.just({"saturation": 1.5}), relative=st.booleans()
    ),
    st.builds(c.SwitchNode, slot=SLOTS, node=NODES, enabled=st.booleans()),
    st.builds(c.ResetLook, slot=SLOTS, node=NODES | st.none()),
    st.builds(c.AddNode, slot=SLOTS, kind=st.sampled_from(["cdl", "saturation"])),
    st.builds(c.RemoveNode, slot=SLOTS, node=NODES),
    st.builds(c.MoveNode, slot=SLOTS, node=NODES, place=st.integers(0, 3)),
    st.builds(c.Undo, slot=SLOTS),
    st.builds(c.Redo, slot=SLOTS),
    st.builds(c.BypassLook, slot=SLOTS, bypassed=st.booleans()),
    st.builds(c.CopyLook, slot=SLOTS, origin=SLOTS, node=NODES | st.none()),
    st.builds(c.LinkNode, slot=SLOTS, origin=SLOTS, node=NODES, into=NODES | st.none()),
    st.builds(c.UnlinkNode, slot=SLOTS, node=NODES),
)


@settings(max_examples=150)
@given(st.lists(COMMANDS, max_size=25))
def test_whatever_is_done_linked_nodes_are_one_and_ids_are_not_given_twice(commands) -> None:
    """The arithmetic alone, without a session: links, histories and ids stay true."""
    grade = Grade({slot: History.of(look) for slot, look in zip("ABC", (SDR, HDR, Look()), strict=True)})
    began = {slot: history.now for slot, history in grade.histories.items()}
    for at, command in enumerate(commands):
        try:
            grade = changed(grade, command, Ground(began[command.slot], None, at * NS_PER_SECOND // 2))
        except UsageError:
            continue
        placed = {slot: {one.id: one.node for one in history.now.nodes} for slot, history in grade.histories.items()}
        for group in grade.links.groups:
            assert len({slot for slot, _ in group}) == len(group) > 1
            first, *others = [placed[slot][node] for slot, node in group]
            assert all(other == first for other in others)
        members = [member for group in grade.links.groups for member in group]
        assert len(members) == len(set(members))
        for slot, history in grade.histories.items():
            assert len(placed[slot]) == len(history.now.nodes)
            assert all(int(id[1:]) <= history.used for id in placed[slot])
