"""What waits for its turn: numbers that are turned on become one command, everything else keeps its place."""

from __future__ import annotations

import pytest

from livegrade.control import commands as c
from livegrade.control.auth import Access
from livegrade.control.surface.inbox import MOST_WAITING, Inbox, Wish
from livegrade.errors import UsageError


def look(values: dict, node: str = "n1", *, slot: str = "A", relative: bool = False) -> c.SetLook:
    return c.SetLook(slot=slot, values=values, node=node, relative=relative)


def waiting(*commands: c.AnyCommand) -> list[c.AnyCommand]:
    inbox = Inbox(None)
    for command in commands:
        inbox.put(Wish(command, Access.LOCAL, print))
    return [wish.command for wish in inbox._waiting]


def test_the_newest_position_of_a_wheel_is_the_one_that_counts() -> None:
    turned = [look({"slope.r": number / 10}) for number in range(50)]
    assert waiting(*turned) == [look({"slope.r": 4.9})]


def test_steps_add_up() -> None:
    steps = [look({"offset": 1.0}, relative=True), look({"offset": (0.0, 1.0, 2.0)}, relative=True)]
    assert waiting(*steps) == [look({"offset": (1.0, 2.0, 3.0)}, relative=True)]
    assert waiting(*[look({"slope.r": 0.25}, relative=True)] * 4) == [look({"slope.r": 1.0}, relative=True)]


def test_three_wheels_at_once_are_three_commands() -> None:
    turned = [look({f"slope.{channel}": float(number)}) for number in range(9) for channel in "rg"]
    turned.append(look({"slope.r": 3.0}, slot="B"))
    assert waiting(*turned, *turned) == waiting(*turned)
    overlapping = waiting(look({"slope": 1.0}), look({"slope.r": 2.0}), look({"slope": 3.0}))
    assert len(overlapping) == 3


def test_nothing_is_moved_past_another_command() -> None:
    a, b = look({"slope.r": 1.0}), look({"slope.r": 2.0})
    assert waiting(a, c.Undo(slot="A"), b) == [a, c.Undo(slot="A"), b]
    step = look({"slope.r": 2.0}, relative=True)
    assert waiting(a, step, b) == [a, step, b]


def test_what_comes_too_fast_is_refused() -> None:
    inbox = Inbox(None)
    for _ in range(MOST_WAITING):
        inbox.put(Wish(c.Undo(slot="A"), Access.LOCAL, print))
    with pytest.raises(UsageError, match="too fast"):
        inbox.put(Wish(c.Undo(slot="A"), Access.LOCAL, print))
