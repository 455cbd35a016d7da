"""Work on a thread that keeps nobody from ending."""

from __future__ import annotations

import threading

import pytest

from livegrade.beside import OneThread


def test_one_after_the_other_with_what_each_brings_or_raises() -> None:
    thread = OneThread("one", 30.0)
    names: list[str] = []
    first = thread.submit(lambda: names.append(threading.current_thread().name))
    second = thread.submit(int, "no number")
    third = thread.submit(max, 3, 5)
    assert third.result(30) == 5
    assert (first.done(), names) == (True, ["one"])
    assert isinstance(second.exception(30), ValueError)
    thread.shutdown()
    with pytest.raises(RuntimeError):
        thread.submit(int)
    assert "one" not in [one.name for one in threading.enumerate()]


def test_the_end_waits_for_a_moment_and_calls_off_what_has_not_begun() -> None:
    thread = OneThread("hanging", 0.05)
    began, answers = threading.Event(), threading.Event()

    def hangs() -> str:
        began.set()
        assert answers.wait(60)
        return "late"

    hanging, waiting = thread.submit(hangs), thread.submit(int)
    assert began.wait(30)
    thread.shutdown(cancel_futures=True)
    assert waiting.cancelled()
    (left,) = (one for one in threading.enumerate() if one.name == "hanging")
    assert left.daemon
    answers.set()
    assert hanging.result(30) == "late"
    left.join(30)
    assert not left.is_alive()
