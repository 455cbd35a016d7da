"""A source whose place others take, read by hand."""

from __future__ import annotations

import pytest

from livegrade.capture.source import CaptureOptions, Ended, SourceKind
from livegrade.color.look import Look
from livegrade.errors import SourceError
from livegrade.session.setup import SlotSetup
from livegrade.session.source import SlotSource
from livegrade.transport.address import parse_source


def setup(text: str) -> SlotSetup:
    return SlotSetup("A", parse_source(text), CaptureOptions(), Look())


def test_pictures_of_one_source_after_the_other_count_on(stage, frame) -> None:
    first = stage.source("first", [frame(0), frame(3), frame(4)])
    second = stage.source("second", [frame(0), frame(2)])
    moved: list[SlotSetup] = []
    one, two = setup("pattern:ramp"), setup("pattern:bars")
    source = SlotSource(first, one, moved.append)
    source.open()
    assert [source.read().index for _ in range(2)] == [0, 3]
    assert (source.in_force.setup, source.in_force.index) == (one, 0)
    source.change(second, two)
    assert (source.changes, moved, first.closed) == (True, [], False)  # the reading thread does it
    assert [source.read().index for _ in range(2)] == [4, 6]
    assert (source.in_force.setup, source.in_force.index) == (two, 4)
    assert (moved, first.closed, second.opens) == ([two], True, 1)
    assert source.read() == Ended(2)


def test_a_file_that_is_not_there_yet_may_come(stage, frame) -> None:
    first, second = stage.source("first", [frame(0)]), stage.source("second", [frame(0)])
    source = SlotSource(first, setup("pattern:ramp"), lambda _: None)
    source.open()
    source.read()
    assert source.kind is SourceKind.FILE
    second.open_fault = SourceError("there is no such file")
    source.change(second, setup("pattern:bars"))
    for step in (source.read, source.open):
        with pytest.raises(SourceError):
            step()
    assert source.kind is SourceKind.ENDLESS  # so it is opened again
    second.open_fault = None
    source.open()
    assert (source.kind, source.read().index) == (SourceKind.FILE, 1)


def test_of_two_that_wait_the_later_one_counts(stage, frame) -> None:
    first, second, third = (stage.source(name, [frame(0)]) for name in ("first", "second", "third"))
    source = SlotSource(first, setup("pattern:ramp"), lambda _: None)
    source.change(second, setup("pattern:bars"))
    source.change(third, setup("pattern:zone"))
    source.open()
    assert (first.opens, second.opens, third.opens) == (0, 0, 1)
