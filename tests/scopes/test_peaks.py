"""Envelopes of waveforms: exact, held until they are reset, drawn as lines without gaps."""

import numpy as np
import pytest

from livegrade.scopes.area import Area
from livegrade.scopes.draw import scope_image
from livegrade.scopes.measure import Channel, ScopeCounts, ScopeData, ScopeRequest, Tap, measure
from livegrade.scopes.peaks import EMPTY, Peaks, envelope_of
from livegrade.scopes.wish import Hold, ScopeKind, ScopeWish
from livegrade.timing.rate import Rate
from livegrade.video.codes import Codes, pack
from livegrade.video.format import VideoFormat
from livegrade.video.layouts import layout
from livegrade_shaders import _native

FORMAT = VideoFormat(96, 32, Rate(25), layout("yuv422p10"))


def data_of(luma: np.ndarray, index: int = 0, area: Area | None = None) -> ScopeData:
    chroma = np.full((32, 48), 512, np.uint16)
    request = ScopeRequest(ycbcr=True, area=area)
    counts = ScopeCounts.empty(request, FORMAT)
    measure(pack(Codes((luma.astype(np.uint16), chroma, chroma), 10, True), FORMAT), FORMAT, request, counts)
    return ScopeData(counts, FORMAT, index, None, Tap.SOURCE, area=area)


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(64, 941, (32, 96))


def test_the_envelope_is_the_lowest_and_the_highest_of_each_column() -> None:
    luma = noise(1)
    envelope = envelope_of(data_of(luma), Channel.Y)
    assert np.array_equal(envelope.low, luma.min(axis=0))
    assert np.array_equal(envelope.high, luma.max(axis=0))
    chroma = envelope_of(data_of(luma), Channel.CB)
    assert set(chroma.low[:48]) == {512}
    assert set(chroma.high[48:]) == {EMPTY}


def test_peaks_are_held_until_they_are_reset() -> None:
    peaks, pictures = Peaks(), [noise(seed) for seed in range(4)]
    for index, luma in enumerate(pictures):
        held = peaks.hold(data_of(luma, index), Channel.Y)
        assert peaks.hold(data_of(noise(9), index), Channel.Y) is held  # the same picture is counted once
    assert np.array_equal(held.low, np.min(pictures, axis=(0, 1)))
    assert np.array_equal(held.high, np.max(pictures, axis=(0, 1)))
    assert held.since == (0, None)
    part = peaks.hold(data_of(pictures[0], 5, Area(0, 0, 96, 1)), Channel.Y)
    assert np.array_equal(part.high, pictures[0][0])
    peaks.reset(Tap.GRADED)
    assert peaks.hold(data_of(pictures[0], 6), Channel.Y).since == (0, None)
    peaks.reset()
    assert np.array_equal(peaks.hold(data_of(pictures[2], 7), Channel.Y).low, pictures[2].min(axis=0))


def test_a_column_without_samples_changes_nothing_held() -> None:
    whole = envelope_of(data_of(noise(1)), Channel.Y)
    none = envelope_of(data_of(noise(1)), Channel.CB)
    both = whole.joined(none)
    assert np.array_equal(both.low[48:], whole.low[48:])
    assert np.array_equal(none.joined(whole).low[48:], whole.low[48:])


def test_lines_lie_where_the_levels_are_and_have_no_gaps() -> None:
    levels = np.array([100, 900, EMPTY, 500, 510], np.int16)
    picture = np.zeros((1024, 5, 3), np.uint8)
    _native.draw_envelope(levels, True, picture, (0, 0, 5, 1024), (1.0, 0.5, 0.0), (0.0, 1024.0))
    lit = [np.flatnonzero(picture[:, x, 0]) for x in range(5)]
    assert list(lit[0]) == [923]
    assert list(lit[1]) == list(range(123, 923))
    assert list(lit[2]) == []
    assert list(lit[3]) == [523]
    assert list(lit[4]) == list(range(513, 523))
    assert picture[123, 1].tolist() == [255, 127, 0]
    window = np.zeros((100, 5, 3), np.uint8)
    _native.draw_envelope(levels, False, window, (0, 0, 5, 100), (1.0, 1.0, 1.0), (450.0, 550.0))
    assert not window[:, 0].any()
    assert window[49, 3].all()


@pytest.mark.parametrize("kind", [ScopeKind.WAVEFORM, ScopeKind.PARADE, ScopeKind.OVERLAY, ScopeKind.YCBCR])
def test_a_scope_shows_what_it_holds(kind: ScopeKind) -> None:
    peaks = Peaks()
    bright, dark = data_of(np.full((32, 96), 800), 0), data_of(np.full((32, 96), 200), 1)
    scope_image(bright, ScopeWish(kind, hold=Hold.PEAK), (400, 300), peaks=peaks)
    plain, now, held = (
        scope_image(dark, ScopeWish(kind, hold=hold), (400, 300), peaks=peaks)
        for hold in (Hold.OFF, Hold.NOW, Hold.PEAK)
    )
    first = np.s_[40:130, 60:110]  # above the trace of the dark picture, where the bright one was
    assert np.array_equal(plain[first], now[first])
    assert held[first].astype(int).sum() > plain[first].astype(int).sum()
