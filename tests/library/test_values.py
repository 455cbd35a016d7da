"""The few things that library values work out by themselves."""

from __future__ import annotations

import pytest

from livegrade.library.values import LookChange, Slate, Take


@pytest.mark.parametrize(
    ("slate", "words"),
    [
        (Slate("12", "A", 3), "12A take 3"),
        (Slate("12"), "12 take 1"),
        (Slate(), "take 1"),
    ],
)
def test_a_slate_is_said_as_on_set(slate: Slate, words: str) -> None:
    assert str(slate) == words


def test_a_take_names_each_of_its_looks_once_in_the_order_they_were_on() -> None:
    looks = tuple(LookChange(index, None, name) for index, name in [(0, "a"), (10, "b"), (20, "a"), (30, "c")])
    take = Take("A", Slate(), started_ns=0, first_index=0, start=None, looks=looks, started_by="key")

    assert take.look_ids == ("a", "b", "c")
