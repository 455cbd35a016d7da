"""The tree of a session, and patches that make one tree of another."""

from __future__ import annotations

import copy

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control import commands as c
from livegrade.control.desk import Desk
from livegrade.control.follower import patched
from livegrade.control.happenings import happenings
from livegrade.control.publish import QUEUE, Publisher
from livegrade.control.state import Trees, changes
from livegrade.session.events import Event, Link, RecordEdge

KEYS = st.sampled_from("abcd")
LEAVES = st.none() | st.booleans() | st.integers(0, 3) | st.lists(st.integers(0, 2), max_size=2)
TREES = st.recursive(st.dictionaries(KEYS, LEAVES), lambda inner: st.dictionaries(KEYS, LEAVES | inner), max_leaves=12)


@settings(max_examples=60)
@given(TREES, TREES)
def test_a_patch_makes_one_tree_of_the_other(old, new) -> None:
    kept, made = copy.deepcopy(old), old
    for change in changes(old, new):
        made = patched(made, change)
    assert msgspec.json.encode(made, order="sorted") == msgspec.json.encode(new, order="sorted")
    assert old == kept
    assert changes(new, new) == []


def test_a_command_changes_only_what_it_is_about(bench) -> None:
    at = bench(Look((Cdl(name="warm"),)))
    desk = Desk(at.session)
    trees = Trees(desk)
    before = trees.build()
    desk.carry_out(c.SetLook(slot="A", values={"slope.r": 1.5}))
    found = changes(before, trees.build())
    assert [one.path for one in found] == [
        ["slots", "A", "look", "id"],
        ["slots", "A", "look", "nodes", "n1", "settings", "slope"],
        ["slots", "A", "look", "undo"],
    ]
    assert found[1].value == (1.5, 1.0, 1.0)
    desk.close()
    at.close()


def nothing(after: int) -> tuple[list[object], int]:
    return [], after


async def _messages(subscriber) -> list[dict]:
    return [msgspec.json.decode(message) for message in await subscriber.next()]


def test_a_client_gets_a_snapshot_and_then_every_patch_in_order() -> None:
    async def told() -> list[dict]:
        tree = {"count": 0}
        publisher = Publisher(lambda: dict(tree), nothing)
        subscriber = publisher.subscribe()
        found = await _messages(subscriber)
        for count in (1, 1, 2):
            tree["count"] = count
            publisher.tick()
        return found + await _messages(subscriber)

    first, *patches = _run(told())
    assert (first["message"], first["state"]) == ("snapshot", {"count": 0})
    assert [patch["number"] - first["number"] for patch in patches] == [1, 2]
    assert [patch["changes"] for patch in patches] == [[{"path": ["count"], "value": n, "gone": False}] for n in (1, 2)]


def test_a_client_that_is_too_slow_gets_a_snapshot() -> None:
    async def told() -> list[dict]:
        tree = {"count": 0}
        publisher = Publisher(lambda: dict(tree), nothing)
        subscriber = publisher.subscribe()
        await _messages(subscriber)
        for count in range(1, QUEUE + 2):
            tree["count"] = count
            publisher.tick()
        return await _messages(subscriber)

    (only,) = _run(told())
    assert (only["message"], only["state"]) == ("snapshot", {"count": QUEUE + 1})


def test_a_client_that_asks_and_does_not_read_is_given_up() -> None:
    async def told() -> None:
        subscriber = Publisher(dict, nothing).subscribe()
        assert all(subscriber.answer(b"{}") for _ in range(QUEUE))
        assert not subscriber.answer(b"{}")
        with pytest.raises(ConnectionAbortedError):
            await subscriber.next()

    _run(told())


def _run(coroutine):
    import asyncio

    return asyncio.run(coroutine)


def test_what_happens_is_told_in_order_with_numbers(bench) -> None:
    made = bench(Look())
    log = made.session.events
    log.add(Event(0, "slot A", Link.RUNNING, ""))

    async def told() -> list[dict]:
        publisher = Publisher(dict, lambda after: happenings(log, after, 2))
        publisher.tick()
        subscriber = publisher.subscribe()
        await _messages(subscriber)
        made.session.slot("A").takes.say(RecordEdge.START, "key", made.frame())
        log.add(Event(1, "ndi:DP", Link.LOST, "nobody is there"))
        publisher.tick()
        found = await _messages(subscriber)
        for number in range(3):
            log.add(Event(2, f"box {number}", Link.RUNNING, ""))
        publisher.tick()
        return found + await _messages(subscriber)

    record, state, *later = [message["event"] for message in _run(told())]
    assert (record["number"], record["kind"], record["slot"], record["edge"], record["rule"]) == (
        2,
        "record",
        "A",
        "start",
        "key",
    )
    assert state == {
        "number": 3,
        "kind": "state",
        "subject": "ndi:DP",
        "text": "nobody is there",
        "at": log.epoch_ns // 1_000_000,
        "is_trouble": True,
        "link": "lost",
    }
    assert [event["number"] for event in later] == [5, 6]  # 4 came too fast, and can be asked for
    assert [one.number for one in happenings(log, 3, 100)[0]] == [4, 5, 6]
    made.close()
