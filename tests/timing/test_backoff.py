"""Pauses between tries."""

from __future__ import annotations

from livegrade.timing.backoff import LONGEST_NS, Backoff

MS = 1_000_000


def test_pauses_double_up_to_five_seconds_and_stay_there() -> None:
    backoff = Backoff()
    assert [backoff.failed(0) // MS for _ in range(8)] == [200, 400, 800, 1600, 3200, 5000, 5000, 5000]


def test_only_what_held_begins_anew() -> None:
    backoff = Backoff()
    for _ in range(3):
        backoff.failed(0)
    backoff.worked(0)
    assert backoff.failed(LONGEST_NS - 1) == 1600 * MS
    backoff.worked(0)
    assert backoff.failed(LONGEST_NS) == 200 * MS
    assert backoff.failed(9 * LONGEST_NS) == 400 * MS
