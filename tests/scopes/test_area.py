"""Parts of pictures: from words to pixels, and counts that are those of the part alone."""

import numpy as np
import pytest

from livegrade.errors import FormatError, UsageError
from livegrade.scopes.area import Area, Lines, area_of, parse_lines, parse_region
from livegrade.scopes.measure import Channel, ScopeCounts, ScopeRequest, measure
from livegrade.scopes.request import request_for
from livegrade.scopes.wish import ScopeWish, parse_wish
from livegrade.timing.rate import Rate
from livegrade.video.codes import Codes, pack
from livegrade.video.format import VideoFormat
from livegrade.video.layouts import layout

HD = VideoFormat(1920, 1080, Rate(25), layout("v210"))


def test_words_become_pixels() -> None:
    assert parse_wish("waveform:line=540").area(HD) == Area(0, 540, 1920, 1)
    assert parse_wish("waveform:line=540..547").area(HD) == Area(0, 540, 1920, 8)
    assert parse_wish("parade:region=50x50+25+25").area(HD) == Area(480, 270, 960, 540)
    assert parse_wish("parade:region=50x50+25+25:line=0..299").area(HD) == Area(480, 270, 960, 30)
    assert parse_wish("parade").area(HD) is None
    assert str(parse_region("33.3x12.5+0+87.5")) == "33.3x12.5+0+87.5"


def test_what_lies_beyond_the_picture_is_its_edge() -> None:
    assert area_of(HD, Lines(2000, 3000), None) == Area(0, 1079, 1920, 1)
    small = VideoFormat(5, 3, Rate(25), layout("v210"))
    tiny = parse_region("0.001x0.001+99.999+99.999")
    assert area_of(small, None, tiny) == Area(4, 2, 1, 1)
    assert area_of(HD, Lines(0, 9), parse_region("50x50+25+25")) == Area(480, 270, 960, 1)


@pytest.mark.parametrize("part", [("6..5",), ("x",), ("99999",)])
def test_lines_that_are_none(part: tuple[str]) -> None:
    with pytest.raises(UsageError):
        parse_lines(part[0])


@pytest.mark.parametrize("text", ["60x50+50+0", "0x10+0+0", "50x50", "1e9x1+0+0", "-1x5+0+0"])
def test_regions_that_are_none(text: str) -> None:
    with pytest.raises(UsageError):
        parse_region(text)


@pytest.mark.parametrize("step", [1, 2])
def test_a_part_has_the_counts_of_its_columns(step: int) -> None:
    format = VideoFormat(96, 16, Rate(25), layout("yuv422p10"))
    noise = np.random.default_rng(5)
    planes = tuple(noise.integers(4, 1020, (16, width), dtype=np.uint16) for width in (96, 48, 48))
    pixels = pack(Codes(planes, 10, True), format)
    request = ScopeRequest(ycbcr=True, step=step)
    whole, part = ScopeCounts.empty(request, format), None
    measure(pixels, format, request, whole)
    area = ScopeRequest(ycbcr=True, step=step, area=Area(20, 0, 40, 16))
    part = ScopeCounts.empty(area, format)
    measure(pixels, format, area, part)
    for channel in Channel:
        chroma = channel >= Channel.CB
        first, columns = (10, 20) if chroma else (20, 40)
        own = whole.waveform_of(channel)[first // step : (first + columns) // step]
        assert np.array_equal(part.waveform_of(channel)[: columns // step], own)
        assert part.histogram_of(channel).sum() == 16 * columns // step**2
    assert part.vectorscope.sum() == 16 * 20 // step**2


def test_parts_that_kernels_cannot_count_are_refused() -> None:
    for area in (Area(2, 0, 8, 1), Area(0, 0, 6, 1), Area(0, 1080, 8, 1), Area(1916, 0, 8, 1)):
        with pytest.raises(FormatError, match="cannot count"):
            ScopeCounts.empty(ScopeRequest(area=area), HD)


def test_what_a_scope_alone_needs() -> None:
    assert request_for(ScopeWish(), HD).channels == (Channel.Y,)
    assert request_for(parse_wish("parade"), HD).channels == (Channel.R, Channel.G, Channel.B)
    assert request_for(parse_wish("vectorscope"), HD).channels == ()
    assert parse_wish("waveform:region=10x10+0+0").lines is None
