"""Scopes that the engine does not count: of the newest picture, on the viewer's own time."""

import numpy as np
import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control.viewer import Viewer
from livegrade.errors import UsageError
from livegrade.scopes.area import Area
from livegrade.scopes.measure import Channel, ScopeCounts, ScopeData, ScopeRequest, Tap, measure
from livegrade.scopes.wish import parse_wish
from livegrade.session.setup import ScopePlan
from livegrade.video.frame import Frame

WARM = Look((Cdl(slope=(1.2, 1.0, 0.8)),))


@pytest.fixture
def at(bench):
    made = bench(WARM)
    slot = made.session.slot("A")
    slot.measure(ScopePlan(ScopeRequest()))
    yield made, slot
    made.close()


def truth(frame: Frame, request: ScopeRequest) -> ScopeCounts:
    counts = ScopeCounts.empty(request, frame.format)
    measure(frame.data, frame.format, request, counts)
    return counts


def test_a_line_and_a_region_at_both_taps(at) -> None:
    made, slot = at
    viewer = Viewer(made.session.references)
    graded = made.draw()
    source = slot.drawing.graded[0]
    for tap, picture in ((Tap.SOURCE, source), (Tap.GRADED, graded)):
        data = viewer.measured(slot, parse_wish(f"parade:line=100:tap={tap}"))
        request = ScopeRequest(luma=False, vectorscope=False, histogram=False, area=Area(0, 100, 640, 1))
        assert isinstance(data, ScopeData)
        assert (data.tap, data.index, data.area) == (tap, source.index, request.area)
        assert data.counts.channels == (Channel.R, Channel.G, Channel.B)
        assert np.array_equal(data.counts.waveform, truth(picture, request).waveform)
        part = viewer.measured(slot, parse_wish(f"vectorscope:region=25x50+50+0:tap={tap}"))
        request = ScopeRequest(False, False, False, True, False, area=Area(320, 0, 160, 180))
        assert np.array_equal(part.counts.vectorscope, truth(picture, request).vectorscope)


def test_what_the_engine_counts_is_not_counted_again(at) -> None:
    made, slot = at
    viewer = Viewer(made.session.references)
    assert viewer.measured(slot, parse_wish("waveform:line=1")) is None
    work = slot.drawing.draw(made.frame())
    slot.scoping.measure_if_due(work, slot.drawing.graded_format(work.frame.format), lambda: False)
    assert viewer.measured(slot, parse_wish("parade")) is slot.scopes[Tap.GRADED]
    own = viewer.measured(slot, parse_wish("ycbcr"))  # the plan has no Cb and Cr
    assert own is not slot.scopes[Tap.GRADED]
    assert own is viewer.measured(slot, parse_wish("ycbcr:gain=2"))
    made.draw()
    assert viewer.measured(slot, parse_wish("ycbcr")).index > own.index


def test_a_session_without_scopes_has_none(at) -> None:
    made, slot = at
    made.draw()
    slot.measure(ScopePlan(ScopeRequest(), 0))
    assert Viewer(made.session.references).measured(slot, parse_wish("waveform:line=1")) is None


def test_plots_at_both_taps(at) -> None:
    made, slot = at
    viewer = Viewer(made.session.references)
    made.draw()
    for text in ("cie-xy:tap=source", "cie-uv", "hml:cross=20..60"):
        data, picture = viewer.scope(slot, parse_wish(text), (320, 240))
        assert data.plotted.sum() in (640 * 360, 320 * 360)
        assert picture.shape == (240, 320, 3)
    with pytest.raises(UsageError, match="at the source"):
        viewer.scope(slot, parse_wish("hml:cross=-2..2stops"), (320, 240))
