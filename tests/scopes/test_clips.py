"""What is clipped and what has no light, counted at every pixel: as NumPy counts it."""

from __future__ import annotations

import numpy as np
import pytest

from livegrade.color.camera import camera
from livegrade.engine.native import Native
from livegrade.scopes.classes import open_rgb
from livegrade.scopes.clips import ClipCounter, limits_of
from livegrade.scopes.measure import Channel, ScopeCounts, ScopeRequest, measure
from livegrade.timing.rate import Rate
from livegrade.video.codes import unpack
from livegrade.video.format import Matrix, Range, VideoFormat
from livegrade.video.layouts import layout

NATIVE = Native(2)


@pytest.mark.parametrize("name", ["v210", "uyvy", "p216", "nv12", "r210", "R12L", "gbrp16", "gray10"])
@pytest.mark.parametrize("range", list(Range))
def test_each_channel_and_all_together_are_counted(name, range) -> None:
    format = VideoFormat(98, 22, Rate.of(25), layout(name), range, Matrix.BT709)
    pixels = np.random.default_rng(5).integers(0, 256, format.geometry.size, np.uint8)
    limits = limits_of(camera("arri-logc3", 400), range)
    found = ClipCounter(NATIVE.pool).count(NATIVE.source(pixels, format).image, format, limits)
    planes = open_rgb(unpack(pixels, format), format)
    over, under = (
        [test(plane) for plane in planes] for test in (lambda p: p >= limits.over, lambda p: p <= limits.under)
    )
    for shares, marked in ((found.over, over), (found.under, under)):
        assert shares.channels == pytest.approx([one.mean() for one in marked], abs=1e-12)
        assert shares.any == pytest.approx(np.logical_or.reduce(marked).mean(), abs=1e-12)


def test_channels_agree_with_the_histograms_of_scopes() -> None:
    format = VideoFormat(96, 24, Rate.of(25), layout("v210"), Range.LEGAL, Matrix.BT709)
    pixels = np.random.default_rng(6).integers(0, 256, format.geometry.size, np.uint8)
    limits = limits_of(camera("arri-logc3", 400), Range.LEGAL)
    found = ClipCounter(NATIVE.pool).count(NATIVE.source(pixels, format).image, format, limits)
    request = ScopeRequest(vectorscope=False)
    counts = ScopeCounts.empty(request, format)
    measure(pixels, format, request, counts)
    for channel, over, under in zip(
        (Channel.R, Channel.G, Channel.B), found.over.channels, found.under.channels, strict=True
    ):
        histogram = counts.histogram_of(channel)
        assert over == histogram[limits.over :].sum() / histogram.sum()
        assert under == histogram[: limits.under + 1].sum() / histogram.sum()


def test_limits_are_the_cameras_or_those_of_the_signal() -> None:
    alexa = limits_of(camera("arri-logc3", 800), Range.LEGAL)
    assert (alexa.over, alexa.is_published) == (64 + 836, True)  # 0.9539 of 876 codes, the first at or above
    assert alexa.under == 64 + int(0.092809 * 876)
    sony = limits_of(camera("sony-slog3"), Range.FULL)
    assert (sony.over, sony.under, sony.is_published) == (1019, 95, False)
    nobody = limits_of(None, Range.LEGAL)
    assert (nobody.over, nobody.under, nobody.is_published) == (1019, 64, False)
