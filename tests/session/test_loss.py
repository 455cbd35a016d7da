"""What a live output shows on loss of signal, tick by tick."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from livegrade.outputs import fallback
from livegrade.outputs.fallback import bars, black, mark_held
from livegrade.session.loss import MARKED_BUFFERS, LossPicture
from livegrade.timing.rate import NS_PER_SECOND, Rate
from livegrade.transport.address import OnLoss
from livegrade.video import pool
from livegrade.video.format import VideoFormat
from livegrade.video.frame import Frame
from livegrade.video.layouts import layout
from livegrade.video.pool import Lease

FORMAT = VideoFormat(1280, 720, Rate.of(25), layout("v210"))
TENTH = NS_PER_SECOND // 10


def newest() -> Frame:
    return Frame(Lease(np.full(FORMAT.geometry.size, 7, np.uint8)), FORMAT, 5, 0)


def marked(frame: Frame, seconds: int) -> NDArray[np.uint8]:
    into = np.empty_like(frame.data)
    mark_held(frame.data, FORMAT, seconds * NS_PER_SECOND, into)
    return into


def started(on_loss: OnLoss) -> tuple[LossPicture, Frame]:
    """With its first picture shown at 0."""
    loss, frame = LossPicture(on_loss), newest()
    assert loss.picture(frame, 0, 0) is frame
    return loss, frame


def test_a_held_picture_is_marked_after_one_second_and_counts_up() -> None:
    loss, frame = started(OnLoss.HOLD)
    loss.since_ns = 0
    assert np.array_equal(loss.picture(frame, 1, 9 * TENTH).data, frame.data)
    for tenths, second in ((10, 1), (19, 1), (20, 2)):
        shown = loss.picture(frame, tenths, tenths * TENTH)
        assert np.array_equal(shown.data, marked(frame, second))
    assert loss.shown == 4


@pytest.mark.parametrize(("on_loss", "picture"), [(OnLoss.BLACK, black), (OnLoss.BARS, bars)])
def test_black_and_bars_come_at_once_and_stay_until_a_new_picture_is_there(on_loss, picture) -> None:
    loss, frame = started(on_loss)
    assert loss.picture(frame, 1, TENTH).data is frame.data
    loss.since_ns = 0
    assert np.array_equal(loss.picture(frame, 2, TENTH).data, picture(FORMAT))
    loss.since_ns = None
    assert np.array_equal(loss.picture(frame, 3, 2 * TENTH).data, picture(FORMAT))
    after = newest()
    assert loss.picture(after, 0, 3 * TENTH) is after
    assert loss.picture(after, 1, 4 * TENTH).data is after.data


@pytest.mark.parametrize("on_loss", list(OnLoss))
def test_nothing_is_drawn_or_allocated_at_the_moment_of_the_loss(on_loss, monkeypatch) -> None:
    """Black and bars were drawn with the first picture; a mark takes its buffer from those of the second before."""
    loss, frame = started(on_loss)
    loss.since_ns = 0
    for second in range(1, 4):
        loss.picture(frame, second, second * NS_PER_SECOND)
    buffers = {loss.picture(frame, second, second * NS_PER_SECOND).data.ctypes.data for second in range(4, 60)}
    assert len(buffers) <= 2

    def drawn(*_: object) -> None:
        raise AssertionError("a picture is drawn")

    monkeypatch.setattr(fallback, "aligned_buffer", drawn)
    monkeypatch.setattr(pool, "aligned_buffer", drawn)
    for tick in range(600, 700):
        loss.picture(frame, tick, tick * TENTH)


def test_a_sink_that_keeps_the_marked_pictures_sees_the_last_one_and_no_error() -> None:
    loss, frame = started(OnLoss.HOLD)
    loss.since_ns = 0
    kept = [loss.picture(frame, second, second * NS_PER_SECOND) for second in range(1, MARKED_BUFFERS + 3)]
    assert [np.array_equal(one.data, marked(frame, second)) for second, one in enumerate(kept, 1)] == [
        *[True] * MARKED_BUFFERS,
        False,
        False,
    ]
    assert np.array_equal(kept[-1].data, kept[MARKED_BUFFERS - 1].data)


def test_a_change_of_format_brings_its_own_bars() -> None:
    loss, _ = started(OnLoss.BARS)
    small = replace(FORMAT, width=640, height=360)
    frame = Frame(Lease(np.full(small.geometry.size, 7, np.uint8)), small, 6, 0)
    loss.picture(frame, 0, TENTH)
    loss.since_ns = TENTH
    assert np.array_equal(loss.picture(frame, 1, 2 * TENTH).data, bars(small))


def test_what_is_shown_is_changed_while_it_is_shown() -> None:
    loss, frame = started(OnLoss.HOLD)
    loss.since_ns = 0
    assert loss.picture(frame, 1, TENTH).data is frame.data
    for on_loss, picture in ((OnLoss.BARS, bars), (OnLoss.BLACK, black)):
        loss.on_loss = on_loss
        assert np.array_equal(loss.picture(frame, 2, TENTH).data, picture(FORMAT))
    loss.on_loss = OnLoss.HOLD
    assert loss.picture(frame, 3, 2 * TENTH).data is frame.data
