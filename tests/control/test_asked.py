"""What was asked of windows is told so that a window that sees some of it only loses no turn."""

from __future__ import annotations

from livegrade.control.asked import KEPT, Asked, Turned


def test_the_newest_actions_are_kept_and_all_are_counted() -> None:
    asked = Asked()
    for number in range(KEPT + 4):
        asked = asked.and_then(f"page-{number}")
    assert (asked.number, asked.actions[0], asked.actions[-1]) == (KEPT + 4, "page-4", f"page-{KEPT + 3}")


def test_of_a_number_the_last_place_and_the_sum_of_all_steps_are_known() -> None:
    asked = Asked().and_then("zebra").and_turned("zebra-from", 70.0, relative=False)
    for _ in range(100):
        asked = asked.and_turned("zebra-from", 0.25, relative=True)
    asked = asked.and_turned("zebra-from", 80.0, relative=False).and_turned("compare-at", -1.0, relative=True)
    assert dict(asked.numbers) == {"zebra-from": Turned(2, 80.0, 25.0), "compare-at": Turned(0, 0.0, -1.0)}
    assert (asked.number, asked.actions) == (1, ("zebra",))
