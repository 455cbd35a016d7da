"""What a surface is told: the newest, once more when it rests, and not while it turns the value itself."""

from __future__ import annotations

from livegrade.control.osc.listener import AGAIN_S, HOLD_S, MOST_PACKETS, Listener
from livegrade.control.osc.packets import packed, read_packet
from livegrade.control.surface.message import Message


def values(**said: float) -> dict[str, bytes]:
    return {f"/{name}": packed(Message(f"/{name}", (value,))) for name, value in said.items()}


def told(listener: Listener, now: dict[str, bytes], at_s: float) -> dict[str, float]:
    heard: dict[str, float] = {}
    for group in listener.due(now, at_s):
        for message in group:
            (one,) = read_packet(message)
            heard[one.address[1:]] = one.arguments[0]
        listener.sent(group, at_s)
    return heard


def test_a_surface_is_told_all_at_first_and_then_what_changes() -> None:
    listener = Listener()
    assert told(listener, values(a=1, b=2), 0) == {"a": 1, "b": 2}
    assert told(listener, values(a=1, b=3), 0.1) == {"b": 3}
    assert told(listener, values(a=1, b=3), 0.2) == {}


def test_a_value_that_rests_is_told_once_more() -> None:
    listener = Listener()
    now = values(a=1)
    told(listener, now, 0)
    assert told(listener, now, AGAIN_S - 0.1) == {}
    assert told(listener, now, AGAIN_S) == {"a": 1}
    assert told(listener, now, 3 * AGAIN_S) == {}
    assert told(listener, now, 5 * AGAIN_S) == {}


def test_who_turns_a_value_is_not_told_until_it_rests_and_then_the_truth() -> None:
    listener = Listener()
    told(listener, values(a=1, b=1), 0)
    for step in range(10):
        listener.said("/a", step * 0.1)
        assert told(listener, values(a=2 + step, b=1), step * 0.1) == {}
    assert told(listener, values(a=5, b=7), 1.0) == {"b": 7}
    assert told(listener, values(a=5, b=7), 0.9 + HOLD_S) == {"a": 5}


def test_refresh_tells_all_again_also_after_everything_was_settled() -> None:
    listener = Listener()
    now = values(a=1, b=2)
    for at_s in (0, AGAIN_S, 2 * AGAIN_S, 3 * AGAIN_S):
        told(listener, now, at_s)
    listener.forget()
    assert told(listener, now, 4 * AGAIN_S) == {"a": 1, "b": 2}


def test_what_does_not_fit_follows_and_the_newest_wins() -> None:
    listener = Listener()
    many = {f"x{number}": float(number) for number in range(4000)}
    first = told(listener, values(**many), 0)
    assert 1000 < len(first) < 4000
    heard = dict(first)
    for turn in range(1, 10):
        heard |= told(listener, values(**{**many, "x3999": 0.5}), 0.04 * turn)
    assert heard == {**many, "x3999": 0.5}


def test_a_value_that_is_gone_and_comes_back_is_told_again() -> None:
    listener = Listener()
    told(listener, values(a=1, b=2), 0)
    assert told(listener, values(a=1), 0.1) == {}
    assert told(listener, values(a=1, b=2), 0.2) == {"b": 2}


def test_no_turn_sends_more_than_its_packets() -> None:
    listener = Listener()
    many = values(**{f"x{number}": float(number) for number in range(4000)})
    assert len(list(listener.due(many, 0))) == MOST_PACKETS
