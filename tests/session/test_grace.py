"""One limit for several waits."""

from __future__ import annotations

import threading

import pytest

from livegrade.session import grace
from livegrade.session.grace import Grace


class Seconds:
    """Time that passes by as much as is waited for."""

    def __init__(self) -> None:
        self.now = 0.0
        self.asked: list[float] = []

    def event(self, after_s: float | None) -> threading.Event:
        """One that is set `after_s` seconds after it is waited for; None: never."""
        seconds = self

        class Timed(threading.Event):
            def wait(self, timeout: float | None = None) -> bool:
                assert timeout is not None
                seconds.asked.append(timeout)
                came = after_s is not None and after_s <= timeout
                seconds.now += after_s if came and after_s is not None else timeout
                return came

        return Timed()


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    passing = Seconds()
    monkeypatch.setattr(grace.time, "monotonic", lambda: passing.now)
    return passing


def test_waits_one_behind_the_other_share_the_limit(seconds: Seconds) -> None:
    limit = Grace(5)
    assert limit.wait(seconds.event(2))
    assert not limit.wait(seconds.event(4))
    assert not limit.wait(seconds.event(None))
    assert limit.wait(seconds.event(0))
    assert seconds.asked == [5, 3, 0, 0]
    assert seconds.now == 5


def test_one_wait_may_be_shorter_but_never_longer(seconds: Seconds) -> None:
    limit = Grace(5)
    assert not limit.wait(seconds.event(None), 0.5)
    assert not limit.wait(seconds.event(None), 60)
    assert seconds.asked == [0.5, 4.5]
