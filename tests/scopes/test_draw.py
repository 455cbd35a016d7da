"""Drawn scopes: where counts land, that none is lost, that grey is grey; scales, targets, sheets and legends."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from livegrade.color.camera import camera
from livegrade.errors import FormatError, UsageError
from livegrade.scopes import graticule, lettering
from livegrade.scopes.area import Area
from livegrade.scopes.draw import scope_image
from livegrade.scopes.graticule import LevelScale
from livegrade.scopes.light import Rectangle, draw_vectorscope, draw_waveform, histogram_peak
from livegrade.scopes.marks import Word, clip_words, percent, put_line
from livegrade.scopes.measure import Channel, Sampling, ScopeCounts, ScopeData, ScopeRequest, Tap, measure
from livegrade.scopes.presets import PRESETS, preset
from livegrade.scopes.sheet import LegendPanel, PicturePanel, ScopePanel, legend, sheet
from livegrade.scopes.wish import ScopeKind, ScopeWish
from livegrade.timing.rate import Rate
from livegrade.video.codes import Codes, pack
from livegrade.video.format import Matrix, Range, VideoFormat
from livegrade.video.layouts import layout
from livegrade_shaders import _native

POOL = _native.BandPool(1)
KINDS = [kind for kind in ScopeKind if not ScopeWish(kind).is_plot]
"""Those of levels, and the vectorscope; plots are in test_plot.py."""
FORMAT = VideoFormat(640, 360, Rate(25), layout("yuv444p10"))


def data_of(planes: tuple[np.ndarray, ...], format: VideoFormat = FORMAT) -> ScopeData:
    request = ScopeRequest(ycbcr=True)
    counts = ScopeCounts.empty(request, format)
    codes = Codes(tuple(plane.astype(np.uint16) for plane in planes), 10, format.layout.is_ycbcr)
    measure(pack(codes, format), format, request, counts)
    return ScopeData(counts, format, 0, None, Tap.SOURCE)


def flat(level: int, cb: int = 512, cr: int = 512) -> ScopeData:
    shape = (FORMAT.height, FORMAT.width)
    return data_of((np.full(shape, level), np.full(shape, cb), np.full(shape, cr)))


@cache
def noise() -> ScopeData:
    source = np.random.default_rng(1)
    return data_of(tuple(source.integers(64, 941, (FORMAT.height, FORMAT.width)) for _ in range(3)))


def colors_of(picture: np.ndarray) -> set[tuple[int, int, int]]:
    packed = np.unique(picture.reshape(-1, 3).astype(int) @ (1 << 16, 1 << 8, 1))
    return {(color >> 16, color >> 8 & 255, color & 255) for color in packed.tolist()}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scale", list(LevelScale))
def test_every_scope_at_every_scale(kind: ScopeKind, scale: LevelScale) -> None:
    used = camera("ALEXA 35") if scale is LevelScale.STOPS else None
    for size in ((120, 100), (401, 301), (1000, 560)):
        picture = scope_image(noise(), ScopeWish(kind, scale=scale), size, used, pool=POOL)
        assert picture.shape == (size[1], size[0], 3)
        assert picture.dtype == np.uint8
        assert picture.max() > 80


@pytest.mark.parametrize("kind", [ScopeKind.WAVEFORM, ScopeKind.OVERLAY, ScopeKind.HISTOGRAM])
def test_a_neutral_picture_draws_in_grey(kind: ScopeKind) -> None:
    picture = scope_image(flat(500), ScopeWish(kind), (600, 400)).astype(int)
    assert np.ptp(picture, axis=2).max() <= 3


@pytest.mark.parametrize("kind", KINDS)
def test_graticule_and_labels_are_neutral(kind: ScopeKind) -> None:
    empty = ScopeData(ScopeCounts.empty(ScopeRequest(ycbcr=True), FORMAT), FORMAT, 0, None, Tap.SOURCE)
    picture = scope_image(empty, ScopeWish(kind), (500, 400))
    assert np.array_equal(picture[..., 0], picture[..., 1])
    assert np.array_equal(picture[..., 0], picture[..., 2])


def test_one_pixel_is_visible_and_a_flat_field_does_not_burn_out() -> None:
    shape = (FORMAT.height, FORMAT.width)
    y = np.full(shape, 300)
    y[100, 333] = 700
    data = data_of((y, np.full(shape, 512), np.full(shape, 512)))
    area = Rectangle(0, 0, 500, 400)
    picture = np.zeros((400, 500, 3), np.uint8)
    draw_waveform(picture, area, data, Channel.Y, POOL)
    alone = picture[:200].max()
    assert alone >= 12
    assert 200 <= picture.max() <= 235
    lit_rows = np.flatnonzero(picture[:, 10].max(axis=1))
    assert len(lit_rows) <= 2


@pytest.mark.parametrize("size", [(64, 50), (479, 333), (640, 1024), (1500, 1200)])
def test_no_count_is_dropped_at_any_size(size: tuple[int, int]) -> None:
    shape = (1, FORMAT.width)
    format = VideoFormat(FORMAT.width, 1, Rate(25), layout("yuv444p10"))
    y = np.full(shape, 0)
    y[0] = np.random.default_rng(2).integers(0, 1024, FORMAT.width)
    data = data_of((y, np.full(shape, 512), np.full(shape, 512)), format)
    width, height = size
    picture = np.zeros((height, width, 3), np.uint8)
    draw_waveform(picture, Rectangle(0, 0, width, height), data, Channel.Y, POOL)
    columns = ((np.arange(FORMAT.width) + 0.5) * width / FORMAT.width).astype(int)
    rows = (height * (1 - (y[0] + 0.5) / 1024)).astype(int)
    assert np.all(picture[rows, columns, 0] > 0)


def test_levels_lie_on_the_lines_of_their_labels() -> None:
    for level in (64, 512, 940):
        picture = np.zeros((512, 100, 3), np.uint8)
        draw_waveform(picture, Rectangle(0, 0, 100, 512), flat(level), Channel.Y, POOL)
        assert np.flatnonzero(picture[:, 50, 0])[0] == int(512 * (1 - (level + 0.5) / 1024))


@pytest.mark.parametrize("matrix", list(Matrix))
def test_colour_bars_land_in_their_boxes(matrix: Matrix) -> None:
    for target in graticule.targets(matrix, Range.LEGAL, 75):
        data = flat(400, round(target.cb), round(target.cr))
        picture = np.zeros((512, 512, 3), np.uint8)
        draw_vectorscope(picture, Rectangle(0, 0, 512, 512), data, POOL, tinted=False)
        row, column = np.unravel_index(picture[..., 0].argmax(), (512, 512))
        assert abs(column - target.cb / 2) <= 1
        assert abs(row - (512 - target.cr / 2)) <= 1


def test_vectorscope_targets_of_bt709_are_the_codes_of_colour_bars() -> None:
    # SMPTE RP 219-1 table 2, 75 % bars: yellow Cb 176 Cr 543, red Cb 435 Cr 848 (10 bit).
    place = {target.name: target for target in graticule.targets(Matrix.BT709, Range.LEGAL, 75)}
    assert (round(place["Yl"].cb), round(place["Yl"].cr)) == (176, 543)
    assert (round(place["R"].cb), round(place["R"].cr)) == (435, 848)
    assert list(place) == ["R", "Mg", "B", "Cy", "G", "Yl"]


def test_scales_name_black_and_white() -> None:
    for scale, black, white in ((LevelScale.CODE, "64", "940"), (LevelScale.PERCENT, "0", "100%")):
        strong = {line.level: line.label for line in graticule.luma_lines(scale, FORMAT) if line.strong}
        assert strong == {64.0: black, 940.0: white}
    full = VideoFormat(64, 64, Rate(25), layout("v210"), Range.FULL)
    strong = {line.level: line.label for line in graticule.luma_lines(LevelScale.MILLIVOLT, full) if line.strong}
    assert strong == {0.0: "0", 1023.0: "700 mV"}
    assert not any(line.limit for line in graticule.luma_lines(LevelScale.CODE, full))
    limits = [line.label for line in graticule.luma_lines(LevelScale.PERCENT, FORMAT) if line.limit]
    assert limits == ["-7", "109"]


def test_figures_are_of_one_width() -> None:
    widths = {lettering.font(40).getlength(figure) for figure in "0123456789"}
    assert len(widths) == 1


def test_impossible_wishes_are_refused() -> None:
    with pytest.raises(UsageError, match="pixels cannot be drawn"):
        scope_image(flat(500), ScopeWish(ScopeKind.WAVEFORM), (10, 10))
    with pytest.raises(UsageError, match="1, 2 or 5"):
        ScopeWish(ScopeKind.VECTORSCOPE, zoom=3)
    with pytest.raises(UsageError, match="known ones are code"):
        graticule.level_scale("zones")
    request = ScopeRequest(rgb=False, histogram=False)
    data = ScopeData(ScopeCounts.empty(request, FORMAT), FORMAT, 0, None, Tap.SOURCE)
    with pytest.raises(FormatError, match="R was not counted"):
        scope_image(data, ScopeWish(ScopeKind.PARADE), (300, 200))


@pytest.mark.parametrize("zoom", [1, 2, 5])
def test_vectorscope_zooms_about_its_middle(zoom: int) -> None:
    picture = np.zeros((300, 300, 3), np.uint8)
    draw_vectorscope(picture, Rectangle(0, 0, 300, 300), flat(400, 512 + 60, 512 + 40), POOL, zoom, tinted=False)
    row, column = np.unravel_index(picture[..., 0].argmax(), (300, 300))
    assert abs(column - (150 + 60 / 1024 * 300 * zoom)) <= zoom + 1
    assert abs(row - (150 - 40 / 1024 * 300 * zoom)) <= zoom + 1


def test_a_sheet_holds_its_panels() -> None:
    data = noise()
    picture = np.full((360, 640, 3), 99, np.uint8)
    panels = [
        PicturePanel("Source", picture),
        LegendPanel(preset("ire")),
        ScopePanel(data, ScopeWish(ScopeKind.WAVEFORM)),
        ScopePanel(data, ScopeWish(ScopeKind.VECTORSCOPE)),
    ]
    page = sheet("a header " * 60, panels, width=1600, columns=3)
    assert page.shape[1] == 1600
    assert (page == 99).all(axis=2).sum() > 100_000
    assert {band.color for band in preset("ire").bands} <= colors_of(page)
    with pytest.raises(UsageError, match="no room"):
        sheet("", panels, width=600)
    with pytest.raises(UsageError, match="1 to 64 panels"):
        sheet("", [])
    assert panels[2].title == "Waveform Y', source, 10-bit code"


@pytest.mark.parametrize("name", PRESETS)
def test_legends_show_every_colour(name: str) -> None:
    table = preset(name, camera("ALEXA 35"))
    for size in ((180, 200), (260, 560)):
        assert {band.color for band in table.bands} <= colors_of(legend(table, size))


@pytest.mark.parametrize("name", ["uyvy", "bgra", "yuv420p"])
@pytest.mark.parametrize("height", [256, 300, 700, 1024, 1500])
def test_8_bit_codes_leave_no_bands(name: str, height: int) -> None:
    """Every 8-bit code equally often: every row between the first and the last is equally bright."""
    format = VideoFormat(64, 512, Rate(25), layout(name))
    luma = np.repeat(np.arange(512, dtype=np.uint16)[:, None] // 2, 64, axis=1)
    chroma = np.full((512, format.layout.chroma_width(64)), 128, np.uint16)
    planes = (luma, chroma, chroma) if format.layout.is_ycbcr else (luma, luma, luma)
    request = ScopeRequest()
    counts = ScopeCounts.empty(request, format)
    measure(pack(Codes(planes, 8, format.layout.is_ycbcr), format), format, request, counts)
    data = ScopeData(counts, format, 0, None, Tap.SOURCE)
    before = counts.waveform.copy()
    picture = np.zeros((height, 64, 3), np.uint8)
    draw_waveform(picture, Rectangle(0, 0, 64, height), data, Channel.Y, POOL)
    inner = picture[height // 50 : -(height // 50) - 1, 32, 0].astype(int)
    assert inner.min() > 0
    assert np.ptp(inner) <= max(2, inner.max() // 20)
    assert np.array_equal(counts.waveform, before)


def test_an_8_bit_code_fills_its_rows_about_its_line() -> None:
    format = VideoFormat(16, 4, Rate(25), layout("uyvy"))
    planes = (np.full((4, 16), 125, np.uint16), np.full((4, 8), 128, np.uint16), np.full((4, 8), 128, np.uint16))
    request = ScopeRequest()
    counts = ScopeCounts.empty(request, format)
    measure(pack(Codes(planes, 8, True), format), format, request, counts)
    picture = np.zeros((1024, 16, 3), np.uint8)
    draw_waveform(picture, Rectangle(0, 0, 16, 1024), ScopeData(counts, format, 0, None, Tap.SOURCE), Channel.Y, POOL)
    lit = 1023 - np.flatnonzero(picture[:, 8, 0])
    assert sorted(lit) == [499, 500, 501, 502]
    vectors = np.zeros((512, 512, 3), np.uint8)
    draw_vectorscope(
        vectors, Rectangle(0, 0, 512, 512), ScopeData(counts, format, 0, None, Tap.SOURCE), POOL, tinted=False
    )
    rows, columns = np.nonzero(vectors[..., 0])
    assert (set(rows), set(columns)) == ({254, 255, 256}, {255, 256, 257})


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 0, "-"),
        (0, 5, "0"),
        (5, 5, "100"),
        (1, 10**6, "<0.01"),
        (1, 1000, "0.10"),
        (25, 1000, "2.5"),
        (999, 1000, "99"),
    ],
)
def test_shares_are_never_rounded_to_nothing_or_to_all(part: int, whole: int, text: str) -> None:
    assert percent(part, whole) == text


def test_clipping_is_told_in_amber_and_only_then() -> None:
    shape = (FORMAT.height, FORMAT.width)
    y = np.full(shape, 500)
    clean = data_of((y, np.full(shape, 512), np.full(shape, 512)))
    y[0, 0] = 1019
    white = data_of((y, np.full(shape, 512), np.full(shape, 512)))
    y[0, 0] = 4
    black = data_of((y, np.full(shape, 512), np.full(shape, 512)))

    def amber(data: ScopeData) -> np.ndarray:
        picture = scope_image(data, ScopeWish(ScopeKind.WAVEFORM), (600, 400)).astype(int)
        return np.flatnonzero((picture[..., 0] - picture[..., 2] > 100).any(axis=1))

    assert amber(clean).size == 0
    assert amber(white).max() < 40
    assert amber(black).min() > 360
    words = [word.text for word in clip_words(white, (Channel.R, Channel.G), white=True)]
    assert words == ["white clip, code 1019 up", "▲", "RG", "<0.01"]
    reds = [(word.text, word.spare) for word in clip_words(black, (Channel.Y, Channel.CB, Channel.CR), white=False)]
    assert reds[1:] == [("▼", False), ("Y' <0.01", False), ("Cb 0", True), ("Cr 0", True)]
    assert clip_words(black, (Channel.Y,), white=False)[0].text == "black clip, to code 4"
    full = replace(FORMAT, range=Range.FULL)
    ends = ScopeData(ScopeCounts.empty(ScopeRequest(), full), full, 0, None, Tap.SOURCE)
    assert clip_words(ends, (Channel.Y,), white=True)[0].text == "white clip, code 1023 up"
    eight = VideoFormat(64, 36, Rate(25), layout("uyvy"), Range.FULL)
    ends = ScopeData(ScopeCounts.empty(ScopeRequest(), eight), eight, 0, None, Tap.SOURCE)
    assert clip_words(ends, (Channel.Y,), white=True)[0].text == "white clip, code 1020 up"


def test_the_top_of_a_histogram_is_a_quarter_over_its_fullest_levels_and_a_pile_at_the_ends_does_not_count() -> None:
    """Averaged over nine levels, so that a comb of codes is drawn as high as the even signal it stands for."""
    shape = (FORMAT.height, FORMAT.width)
    even = np.resize(np.arange(64, 940), shape)
    comb = np.resize(np.arange(64, 940, 3), shape)
    piled = np.where(np.arange(even.size).reshape(shape) < even.size // 2, 1019, even)
    grey = np.full(shape, 512)
    wanted = 1.25 * even.size / 876
    for levels, share in ((even, 1.0), (comb, 1.0), (piled, 0.5)):
        assert histogram_peak(data_of((levels, grey, grey)), (Channel.Y,)) == pytest.approx(wanted * share, rel=0.02)


def line_of(words: list[Word], room: float, x: float = 200.0, anchor: str = "l") -> np.ndarray:
    picture = np.zeros((40, 400, 3), np.uint8)
    put_line(picture, (x, 20.0), words, 16, room, anchor)
    return picture


def test_words_of_a_line_stand_beside_each_other_half_a_letter_apart() -> None:
    apart = np.zeros((40, 400, 3), np.uint8)
    lettering.stamp(apart, (10.0, 20.0), "white", 16, (150, 150, 150))
    lettering.stamp(apart, (10.0 + lettering.text_width("white", 16) + 8, 20.0), "12", 16, lettering.ALARM)
    assert np.array_equal(line_of([Word("white"), Word("12", alarm=True)], 390, 10.0), apart)


def test_a_line_begins_ends_or_has_its_middle_where_it_is_anchored() -> None:
    words = [Word("HHH"), Word("HHH")]
    begins, middle, ends = (np.flatnonzero(line_of(words, 390, 200.0, anchor).max(axis=(0, 2))) for anchor in "lmr")
    assert 200 <= begins[0] <= 204
    assert 196 <= ends[-1] <= 200
    assert abs(middle[0] + middle[-1] - 400) <= 4


def test_what_has_no_room_in_a_line_goes_spare_words_first_then_from_the_end() -> None:
    words = [Word("white clip", spare=True), Word("R 12", unit="%"), Word("G 3", unit="%")]
    width = [lettering.text_width(text, 16) for text in ("white clip", "R 12", "G 3", "%")]
    everything = sum(width) + 2 * 8 + 4
    assert np.array_equal(line_of(words, everything), line_of(words, 1000))
    assert np.array_equal(line_of(words, everything - 1), line_of(words[1:], 1000))
    assert np.array_equal(line_of(words, width[1] + width[2] + width[3] + 11), line_of(words[1:2], 1000))
    assert np.array_equal(line_of(words, width[1] + width[3] + 4), line_of(words[1:2], 1000))
    assert not line_of(words, width[1] + width[3] + 3).any()  # a figure without its unit is none
    unclipped = [*words[:2], Word("G 0", spare=True, unit="%"), Word("B 3", unit="%")]
    everything = sum(lettering.text_width(text, 16) for text in ("R 12", "G 0", "B 3", "%")) + 2 * 8 + 4
    assert np.array_equal(line_of(unclipped, everything), line_of(unclipped[1:], 1000))
    assert np.array_equal(line_of(unclipped, everything - 1), line_of([words[1], unclipped[3]], 1000))


@pytest.mark.parametrize("kind", KINDS)
def test_a_subsampled_scope_says_so(kind: ScopeKind) -> None:
    full = noise()
    request = ScopeRequest(ycbcr=True, step=2)
    half = ScopeData(ScopeCounts.empty(request, FORMAT), FORMAT, 0, None, Tap.SOURCE, step=2)
    assert half.sampling is Sampling.HALF
    empty = ScopeData(ScopeCounts.empty(ScopeRequest(ycbcr=True), FORMAT), FORMAT, 0, None, Tap.SOURCE)
    said, silent = (scope_image(data, ScopeWish(kind), (500, 400)) for data in (half, empty))
    assert not np.array_equal(said, silent)
    assert ScopePanel(half, ScopeWish(kind)).title.endswith(", 2x2")
    assert "2x2" not in ScopePanel(full, ScopeWish(kind)).title


def test_figures_that_do_not_fit_are_cut_and_none_is_written_outside() -> None:
    for size in ((120, 100), (200, 120)):
        for kind in KINDS:
            assert scope_image(flat(1019), ScopeWish(kind), size).shape == (size[1], size[0], 3)
    picture = np.zeros((20, 20, 3), np.uint8)
    for at in ((-50, 10), (15, -9), (15, 28), (400, 400)):
        lettering.stamp(picture, at, "0.31", 12, (255, 255, 255))
    lettering.stamp(picture, (-4, 10), "0.31", 12, (255, 255, 255))
    assert picture[:, :10].any()


@pytest.mark.parametrize("kind", KINDS)
def test_a_scope_of_a_part_says_so(kind: ScopeKind) -> None:
    area = Area(96, 8, 48, 16)
    request = ScopeRequest(ycbcr=True, area=area)
    empty = ScopeData(ScopeCounts.empty(ScopeRequest(ycbcr=True), FORMAT), FORMAT, 0, None, Tap.SOURCE)
    part = ScopeData(ScopeCounts.empty(request, FORMAT), FORMAT, 0, None, Tap.SOURCE, area=area)
    said, silent = (scope_image(data, ScopeWish(kind), (500, 400)) for data in (part, empty))
    assert not np.array_equal(said, silent)
    assert ScopePanel(part, ScopeWish(kind)).title.endswith("48x16+96+8")
