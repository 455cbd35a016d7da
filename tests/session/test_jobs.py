"""Work for the thread of a library: in order, bounded, and each answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pytest

from livegrade.errors import LibraryError, UsageError
from livegrade.library.store import Library
from livegrade.session.jobs import MOST, LibraryJobs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path) as opened:
        yield opened


def failing(error: Exception) -> object:
    def job(_: Library) -> NoReturn:
        raise error

    return job


def test_jobs_are_done_in_order_and_what_they_raise_is_told_to_who_asked(library: Library) -> None:
    jobs, done = LibraryJobs(), []
    first = jobs.submit(lambda _: done.append(1))
    wrong = [jobs.submit(failing(error)) for error in (LibraryError("no such take"), OSError("gone"), KeyError("x"))]
    last = jobs.submit(lambda _: done.append(2) or "whole")
    assert jobs.waiting.is_set()
    jobs.do_with(library)

    assert (done, first.result(0), last.result(0)) == ([1, 2], None, "whole")
    assert [type(one.exception(0)) for one in wrong] == [LibraryError, LibraryError, KeyError]
    assert str(library.folder) in str(wrong[1].exception(0))


def test_a_job_that_nobody_waits_for_any_more_is_left_out(library: Library) -> None:
    jobs, done = LibraryJobs(), []
    jobs.submit(lambda _: done.append(1)).cancel()
    kept = jobs.submit(lambda _: done.append(2))
    jobs.do_with(library)

    assert (done, kept.done()) == ([2], True)


def test_jobs_are_bounded_and_refused_in_words(library: Library) -> None:
    jobs = LibraryJobs()
    waiting = [jobs.submit(lambda _: None) for _ in range(MOST)]
    with pytest.raises(UsageError, match="too much waits"):
        jobs.submit(lambda _: None)
    jobs.refuse("the disk is away")
    assert {str(one.exception(0)) for one in waiting} == {"the disk is away"}
    late = jobs.submit(lambda _: None)
    jobs.close("over")
    assert str(late.exception(0)) == "over"
    with pytest.raises(UsageError, match="takes no more"):
        jobs.submit(lambda _: None)
