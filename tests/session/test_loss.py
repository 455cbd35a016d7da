"""What a live output shows on loss of signal, tick by tick."""

from __future__ import annotations

import numpy as np
import pytest

from livegrade.outputs.fallback import bars, black, mark_held
from livegrade.session.loss import LossPicture
from livegrade.timing.rate import NS_PER_SECOND, Rate
from livegrade.transport.address import OnLoss
from livegrade.video.format import VideoFormat
from livegrade.video.frame import Frame
from livegrade.video.layouts import layout
from livegrade.video.pool import Lease

FORMAT = VideoFormat(1280, 720, Rate.of(25), layout("v210"))
TENTH = NS_PER_SECOND // 10


def newest() -> Frame:
    return Frame(Lease(np.full(FORMAT.geometry.size, 7, np.uint8)), FORMAT, 5, 0)


def test_a_held_picture_is_marked_after_one_second_and_counts_up() -> None:
    loss, frame = LossPicture(OnLoss.HOLD), newest()
    loss.since_ns = 0
    assert np.array_equal(loss.picture(frame, 1, 9 * TENTH).data, frame.data)
    for tenths, second in ((10, 1), (19, 1), (20, 2)):
        shown = loss.picture(frame, tenths, tenths * TENTH)
        assert np.array_equal(shown.data, mark_held(frame.data, FORMAT, second * NS_PER_SECOND))
    assert loss.shown == 4


@pytest.mark.parametrize(("on_loss", "picture"), [(OnLoss.BLACK, black), (OnLoss.BARS, bars)])
def test_black_and_bars_come_at_once_and_the_signal_returns_by_itself(on_loss, picture) -> None:
    loss, frame = LossPicture(on_loss), newest()
    loss.since_ns = 0
    assert np.array_equal(loss.picture(frame, 1, TENTH).data, picture(FORMAT))
    loss.since_ns = None
    assert loss.picture(frame, 2, 2 * TENTH).data is frame.data
    assert loss.picture(frame, 0, 3 * TENTH) is frame
