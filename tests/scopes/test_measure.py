"""What scopes count: the reference against counts made by hand, and the values around it."""

import numpy as np
import pytest

from livegrade.errors import FormatError
from livegrade.scopes.measure import Channel, ScopeCounts, ScopeRequest, measure
from livegrade.scopes.wire import level_limits
from livegrade.timing.rate import Rate
from livegrade.video.codes import Codes, pack
from livegrade.video.format import Range, VideoFormat
from livegrade.video.layouts import layout

EVERYTHING = ScopeRequest(ycbcr=True)


def video(name: str, width: int, height: int, range: Range = Range.LEGAL) -> VideoFormat:
    return VideoFormat(width, height, Rate(25), layout(name), range)


def counted(planes: tuple[np.ndarray, ...], format: VideoFormat, request: ScopeRequest) -> ScopeCounts:
    codes = Codes(tuple(plane.astype(np.uint16) for plane in planes), format.layout.bits, format.layout.is_ycbcr)
    counts = ScopeCounts.empty(request, format)
    measure(pack(codes, format), format, request, counts)
    return counts


def test_a_picture_counted_by_hand() -> None:
    y = np.array([[64, 502, 940], [64, 502, 1019]])
    cb = np.array([[512, 600], [512, 600]])
    cr = np.array([[512, 400], [512, 401]])
    counts = counted((y, cb, cr), video("yuv422p10", 3, 2), EVERYTHING)
    luma = counts.waveform_of(Channel.Y)
    assert luma.shape == (3, 1024)
    assert (luma[0, 64], luma[1, 502], luma[2, 940], luma[2, 1019]) == (2, 2, 1, 1)
    assert luma.sum() == 6
    chroma = counts.waveform_of(Channel.CR)
    assert (chroma[0, 512], chroma[1, 400], chroma[1, 401], chroma[2].sum()) == (2, 1, 1, 0)
    assert counts.vectorscope[256, 256] == 2
    assert counts.vectorscope[200, 300] == 2
    assert counts.vectorscope.sum() == 4
    # Column 0 is neutral; column 1 lies between the samples: U = 512 + 600 - 1024, V = 512 + 400 - 1024.
    assert counts.waveform_of(Channel.R)[0, 64] == 2
    assert counts.waveform_of(Channel.R)[1, 502 + round(0.7698 * (512 + 400 - 1024))] == 1
    assert counts.waveform_of(Channel.B)[1, 502 + round(0.9071 * (512 + 600 - 1024))] == 2
    for channel in request_channels(counts):
        assert np.array_equal(counts.histogram_of(channel), counts.waveform_of(channel).sum(axis=0))


def request_channels(counts: ScopeCounts) -> tuple[Channel, ...]:
    assert counts.channels == tuple(Channel)
    return counts.channels


def test_rgb_signals_get_matrix_luma_and_chroma() -> None:
    red, green, blue = (np.full((2, 2), code) for code in (940, 64, 64))
    counts = counted((red, green, blue), video("r210", 2, 2), EVERYTHING)
    assert counts.histogram_of(Channel.R)[940] == 4
    assert counts.histogram_of(Channel.Y)[round(64 + 876 * 0.2126)] == 4
    assert counts.histogram_of(Channel.CR)[960] == 4
    assert counts.histogram_of(Channel.CB)[round(512 - 896 * 0.2126 / 1.8556)] == 4
    assert counts.vectorscope[480, round(512 - 896 * 0.2126 / 1.8556) // 2] == 4


@pytest.mark.parametrize("width", [8, 7])
def test_four_phases_of_step_2_cover_every_pixel_once(width: int) -> None:
    noise = np.random.default_rng(3)
    y = noise.integers(4, 1020, (6, width))
    chroma = [noise.integers(4, 1020, (6, (width + 1) // 2)) for _ in range(2)]
    format = video("yuv422p10", width, 6)
    full = counted((y, *chroma), format, EVERYTHING)
    request = ScopeRequest(ycbcr=True, step=2)
    phases = [counted((y, *chroma), format, request.at(index)) for index in range(4)]
    assert sum(int(part.waveform_of(Channel.Y).sum()) for part in phases) == 6 * width
    assert np.array_equal(sum(part.histogram.astype(np.int64) for part in phases), full.histogram)
    assert np.array_equal(sum(part.vectorscope.astype(np.int64) for part in phases), full.vectorscope)
    even, odd = ((phases[a].waveform + phases[b].waveform) for a, b in ((0, 3), (1, 2)))
    assert np.array_equal(even[0], full.waveform[0][::2])
    assert np.array_equal(odd[0][: width // 2], full.waveform[0][1::2])


def test_clip_counters() -> None:
    y = np.array([[4, 5, 63, 64, 940, 941, 1018, 1019]])
    neutral = np.full((1, 4), 512)
    format = video("v210", 8, 1)
    clips = counted((y, neutral, neutral), format, ScopeRequest()).clips(Channel.Y, level_limits(format))
    assert (clips.black_clip, clips.below_black, clips.above_white, clips.white_clip) == (1, 3, 3, 1)
    assert clips.samples == 8


def test_full_range_has_clips_but_no_excursions() -> None:
    y = np.array([[0, 1, 1022, 1023]])
    neutral = np.full((1, 2), 512)
    format = video("yuv422p10", 4, 1, Range.FULL)
    clips = counted((y, neutral, neutral), format, ScopeRequest()).clips(Channel.Y, level_limits(format))
    assert (clips.black_clip, clips.below_black, clips.above_white, clips.white_clip) == (1, 0, 0, 1)


def test_8_bit_clips_are_found_although_the_shift_cannot_reach_1019() -> None:
    y = np.array([[1, 254]])
    neutral = np.full((1, 1), 128)
    format = video("uyvy", 2, 1)
    clips = counted((y, neutral, neutral), format, ScopeRequest()).clips(Channel.Y, level_limits(format))
    assert (clips.black_clip, clips.white_clip) == (1, 1)


def test_only_what_was_asked_for_is_counted() -> None:
    request = ScopeRequest(rgb=False, vectorscope=False, histogram=False)
    counts = ScopeCounts.empty(request, video("v210", 48, 2))
    assert counts.channels == (Channel.Y,)
    assert counts.vectorscope.size == 0
    with pytest.raises(FormatError, match="R was not counted"):
        counts.waveform_of(Channel.R)


def test_counts_of_another_size_are_refused() -> None:
    format = video("v210", 48, 2)
    counts = ScopeCounts.empty(EVERYTHING, video("v210", 96, 2))
    with pytest.raises(FormatError):
        measure(np.zeros(format.geometry.size, np.uint8), format, EVERYTHING, counts)
