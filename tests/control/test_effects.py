"""What becomes of a command whose work others do: whichever it is, one that failed says why."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from livegrade.control.devices import AskedEffect, ProvedEffect
from livegrade.control.disk import DiskEffect
from livegrade.control.effects import WorkEffect
from livegrade.control.messages import Answer
from livegrade.control.sinks import SinkEffect
from livegrade.control.stills import StillEffect
from livegrade.errors import LibraryError

EFFECTS: list[Callable[[Any], Any]] = [
    WorkEffect,
    AskedEffect,
    DiskEffect,
    lambda work: ProvedEffect("box", work, 1.0),
    lambda work: SinkEffect(None, work),  # type: ignore[arg-type]  # asked only where the work has brought something
    lambda work: StillEffect(7, work),
]


@pytest.mark.parametrize("effect", EFFECTS)
def test_work_that_failed_is_refused_with_its_sentence_and_work_that_was_called_off_says_so(effect) -> None:
    work: Future[Any] = Future()
    made = effect(work)
    assert made.answer() is None
    work.set_exception(LibraryError("the box is locked"))
    answer = made.answer()
    assert (answer.result, answer.error) == ("refused", "the box is locked")
    gone: Future[Any] = Future()
    assert gone.cancel()
    answer = effect(gone).answer()
    assert answer.result == "refused"
    assert answer.error

    broken: Future[Any] = Future()
    broken.set_exception(ZeroDivisionError("nobody expected this"))
    with pytest.raises(ZeroDivisionError):
        effect(broken).answer()


def test_a_still_that_failed_says_of_which_picture() -> None:
    work: Future[tuple[str, ...]] = Future()
    work.set_exception(LibraryError("the disk is full"))
    assert StillEffect(7, work).answer() == Answer("refused", 7, error="the disk is full")
