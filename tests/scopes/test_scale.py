"""Scales of levels: nits and stops against colour-science, what is refused, windows, and pointing at what is drawn."""

from __future__ import annotations

import warnings
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from livegrade.color.camera import camera
from livegrade.errors import UsageError
from livegrade.scopes.back import vectorscope_back
from livegrade.scopes.draw import back_of, scale_of, scope_image
from livegrade.scopes.graticule import WHOLE, Levels, LevelScale, levels_of, targets
from livegrade.scopes.measure import Channel, ScopeCounts, ScopeData, ScopeRequest, Tap, measure
from livegrade.scopes.pointing import codes_of, places_of, pointed_at
from livegrade.scopes.scale import scale_for
from livegrade.scopes.wish import Region, ScopeKind, ScopeWish, Window, parse_window, parse_wish, scope_wish
from livegrade.timing.rate import Rate
from livegrade.video.codes import Codes, pack
from livegrade.video.format import Matrix, Range, Transfer, VideoFormat
from livegrade.video.layouts import layout

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says at import what it misses for other parts
    import colour

FORMAT = VideoFormat(640, 360, Rate(25), layout("yuv444p10"))
SIZE = (500, 300)


def data_of(y: int, cb: int = 512, cr: int = 512, format: VideoFormat = FORMAT) -> ScopeData:
    request = ScopeRequest(ycbcr=True)
    counts = ScopeCounts.empty(request, format)
    planes = tuple(np.full((format.height, format.width), code, np.uint16) for code in (y, cb, cr))
    measure(pack(Codes(planes, 10, True), format), format, request, counts)
    return ScopeData(counts, format, 0, None, Tap.SOURCE)


@pytest.mark.parametrize(
    ("transfer", "eotf", "arguments"),
    [
        (Transfer.PQ, "ST 2084", {}),
        (Transfer.HLG, "ITU-R BT.2100 HLG", {"L_B": 0, "L_W": 1000}),
        (Transfer.BT709, "ITU-R BT.1886", {"L_B": 0, "L_W": 100}),
    ],
)
@pytest.mark.parametrize("range", list(Range))
def test_nits_are_those_of_the_display(transfer: Transfer, eotf: str, arguments: dict, range: Range) -> None:
    format = replace(FORMAT, transfer=transfer, range=range)
    scale = scale_for(LevelScale.NITS, format, Tap.GRADED)
    black, white = (64, 940) if range is Range.LEGAL else (0, 1023)
    for code in (black, 200, 500, 721, white):
        wanted = float(colour.eotf(np.full(3, (code - black) / (white - black)), eotf, **arguments)[0])
        assert scale.value(code) == pytest.approx(wanted, rel=1e-6, abs=1e-9)
        assert scale.code(scale.value(code)) == pytest.approx(code, abs=1e-3)
    strong = {line.label: line.level for line in scale.lines() if line.strong}
    assert list(strong) == ["0", "100" if transfer is Transfer.BT709 else "HDR 203"]


@pytest.mark.parametrize("peak", [400, 600, 2000])
def test_hlg_is_read_on_a_display_of_the_peak_that_is_said(peak: int) -> None:
    scale = scale_for(LevelScale.NITS, replace(FORMAT, transfer=Transfer.HLG), Tap.GRADED, None, peak)
    assert scale.title == f"nit, HLG on {peak} nit"
    for code in (64, 200, 500, 721, 940):
        signal = np.full(3, (code - 64) / 876)
        wanted = float(colour.eotf(signal, "ITU-R BT.2100 HLG", L_B=0, L_W=peak)[0])
        assert scale.value(code) == pytest.approx(wanted, rel=1e-6, abs=1e-9)
        assert scale.code(scale.value(code)) == pytest.approx(code, abs=1e-3)
    (white,) = (line for line in scale.lines() if line.label.startswith("HDR "))
    assert (white.level - 64) / 876 == pytest.approx(0.75, abs=0.002)
    pq = replace(FORMAT, transfer=Transfer.PQ)
    assert (
        scale_for(LevelScale.NITS, pq, Tap.GRADED, None, peak).lines()
        == scale_for(LevelScale.NITS, pq, Tap.GRADED).lines()
    )


def test_the_peak_of_a_display_is_said_in_words_and_nonsense_is_refused() -> None:
    wish = parse_wish("waveform:scale=nits:hlg-peak=600")
    assert (wish.hlg_peak, wish.planned(800).hlg_peak) == (600, 600)
    assert parse_wish("waveform:scale=nits").planned(800).hlg_peak == 800
    for text in ("399", "2001", "-600", "6e2", "", "bright", "1" * 50):
        with pytest.raises(UsageError, match=f"^hlg-peak={text[:40]} is not "):
            parse_wish(f"waveform:hlg-peak={text}")
    signal = data_of(721, format=replace(FORMAT, transfer=Transfer.HLG))
    pictures = {
        words: scope_image(signal, parse_wish(f"waveform:scale=nits{words}"), SIZE).tobytes()
        for words in ("", ":hlg-peak=1000", ":hlg-peak=600")
    }
    assert pictures[""] == pictures[":hlg-peak=1000"] != pictures[":hlg-peak=600"]


def test_hdr_reference_white_is_marked_where_bt2408_has_it() -> None:
    # ITU-R BT.2408-7, table 1: 203 nit is 58 % of PQ and 75 % of HLG.
    for transfer, part in ((Transfer.PQ, 0.58), (Transfer.HLG, 0.75)):
        scale = scale_for(LevelScale.NITS, replace(FORMAT, transfer=transfer), Tap.GRADED)
        line = next(line for line in scale.lines() if line.label == "HDR 203")
        assert (line.level - 64) / 876 == pytest.approx(part, abs=0.005)


@pytest.mark.parametrize(
    ("name", "ei", "function", "arguments"),
    [
        ("arri-logc3", 800, "ARRI LogC3", {"EI": 800}),
        ("arri-logc4", None, "ARRI LogC4", {}),
        ("sony-slog3", None, "S-Log3", {}),
    ],
)
def test_stops_are_those_of_the_camera(name: str, ei: int | None, function: str, arguments: dict) -> None:
    used = camera(name, ei)
    format = replace(FORMAT, range=Range.FULL)
    scale = scale_for(LevelScale.STOPS, format, Tap.SOURCE, used)
    lines = {line.label: line.level for line in scale.lines() if line.label}
    for stop in (-4, -1, 0, 2, 5):
        wanted = 1023 * float(colour.log_encoding(0.18 * 2.0**stop, function, **arguments))
        assert lines[f"{stop:+d}" if stop else "0"] == pytest.approx(wanted, abs=0.35)  # as LogC3 is printed
        assert scale.value(wanted) == pytest.approx(stop, abs=0.02)
    assert [line.label for line in scale.lines() if line.strong] == ["0"]
    halves = [line.level for line in scale.lines() if line.tick]
    assert any(lines["0"] < level < lines["+1"] for level in halves)


def test_the_ends_of_the_camera_are_marked_lines() -> None:
    used = camera("arri-logc3", 800)
    scale = scale_for(LevelScale.STOPS, replace(FORMAT, range=Range.FULL), Tap.SOURCE, used)
    ends = {line.label: line.level for line in scale.lines() if line.limit}
    assert ends["no light"] == pytest.approx(1023 * used.curve.black)
    clip = next(level for label, level in ends.items() if label.startswith("clip"))
    assert clip == pytest.approx(1023 * 0.9539, abs=0.1)
    assert scale.text(clip).endswith("stops")
    assert f"clip {scale.text(clip).removesuffix(' stops')}" in ends
    assert scale.title == "stops, LogC3 EI 800"
    unknown = scale_for(LevelScale.STOPS, FORMAT, Tap.SOURCE, camera("sony-slog3"))
    assert [line.label for line in unknown.lines() if line.limit] == ["no light"]  # Sony prints no clip


def test_what_a_signal_does_not_have_is_refused_with_a_sentence() -> None:
    alexa = camera("arri-logc4")
    for unit, format, tap, used, words in (
        (LevelScale.STOPS, FORMAT, Tap.GRADED, alexa, "read the scope at the source"),
        (LevelScale.STOPS, FORMAT, Tap.SOURCE, None, "needs to know the camera"),
        (LevelScale.NITS, FORMAT, Tap.SOURCE, alexa, "no display shows that in nits; choose stops"),
        (LevelScale.NITS, replace(FORMAT, transfer=Transfer.UNKNOWN), Tap.GRADED, None, "say the output transform"),
        (LevelScale.NITS, replace(FORMAT, transfer=Transfer.CAMERA_LOG), Tap.GRADED, alexa, "transfer is log"),
    ):
        with pytest.raises(UsageError, match=words):
            scale_for(unit, format, tap, used)
    assert scale_for(LevelScale.NITS, FORMAT, Tap.SOURCE, camera("pq")).title == "nit, PQ"
    with pytest.raises(UsageError, match="read the scope at the source"):
        scope_image(replace_tap(data_of(500)), ScopeWish(scale=LevelScale.STOPS), SIZE, alexa)


def replace_tap(data: ScopeData) -> ScopeData:
    return ScopeData(data.counts, data.format, data.index, data.timecode, Tap.GRADED, data.step)


def test_a_window_shows_a_part_of_the_scale_with_lines_of_its_own() -> None:
    window = parse_window("0..15")
    levels = levels_of(window, FORMAT)
    assert (levels.low, levels.high) == (64.0, 64 + 0.15 * 876 + 1)
    assert levels_of(None, FORMAT) is WHOLE
    for part in (0.0, 0.3, 1.0):
        assert levels.part(levels.level(part)) == pytest.approx(part)
    lines = scale_for(LevelScale.PERCENT, FORMAT, Tap.SOURCE).lines(levels)
    assert sum(0 <= levels.part(line.level) <= 1 for line in lines) >= 8
    for unit, tap, used in ((LevelScale.STOPS, Tap.SOURCE, camera("arri-logc3")), (LevelScale.NITS, Tap.GRADED, None)):
        for narrow in (parse_window("40..42"), parse_window("40..60"), parse_window("40..90")):
            levels = levels_of(narrow, FORMAT)
            scale = scale_for(unit, FORMAT, tap, used)
            seen = [line for line in scale.lines(levels) if 0 <= levels.part(line.level) <= 1]
            assert 2 <= len([line for line in seen if line.label]) < 120
            for line in seen:
                value = scale.value(line.level)
                if line.label and not line.limit:
                    assert float(line.label) == pytest.approx(value, abs=0.01)
    for wrong in ("15", "20..15", "0..0.5", "-50..10", "0..15%"):
        with pytest.raises(UsageError, match="window="):
            parse_window(wrong)


@pytest.mark.parametrize("kind", [ScopeKind.WAVEFORM, ScopeKind.PARADE, ScopeKind.HISTOGRAM])
@pytest.mark.parametrize("window", [None, Window(Fraction(0), Fraction(15)), Window(Fraction(-7), Fraction(50))])
def test_the_trace_lies_where_the_scale_says(kind: ScopeKind, window: Window | None) -> None:
    """The brightest place of the trace, read back by pointing at it, is the code that is there."""
    wish = ScopeWish(kind, Tap.SOURCE, window=window)
    data = data_of(130)
    picture = scope_image(data, wish, SIZE).astype(int)
    scale = scale_of(data, wish, None)
    back = back_of(wish, SIZE, scale)
    area = back.areas[0]
    inside = (picture - back.picture)[area.y : area.y + area.height, area.x : area.x + area.width].max(axis=2)
    row, column = np.unravel_index(inside.argmax(), inside.shape)
    at = (area.x + column + 0.5) / SIZE[0], (area.y + row + 0.5) / SIZE[1]
    pointed = pointed_at(wish, SIZE, scale, at)
    assert pointed is not None
    per_pixel = (levels_of(window, FORMAT).high - levels_of(window, FORMAT).low) / (
        area.width if kind is ScopeKind.HISTOGRAM else area.height
    )
    assert abs(pointed.level - 130) <= max(1, per_pixel)
    assert pointed.percent == pytest.approx((pointed.level - 64) / 8.76, abs=0.06)
    low, high = (levels_of(window, FORMAT).level(end) for end in (0, 1))
    assert low + pointed.part * (high - low) == pytest.approx(pointed.level, abs=0.51)
    assert pointed.channel == {ScopeKind.WAVEFORM: "Y", ScopeKind.PARADE: "R", ScopeKind.HISTOGRAM: ""}[kind]
    codes = dict.fromkeys(Channel, 130)
    for _, x, y in places_of(wish, SIZE, scale, 0.5, codes):
        back_again = pointed_at(wish, SIZE, scale, (x, y))
        assert abs(back_again.level - 130) <= 1
        assert back_again.column is None or back_again.column == pytest.approx(0.5)
    assert pointed_at(wish, SIZE, scale, (0.0, 0.0)) is None


def test_what_is_out_of_sight_has_no_place() -> None:
    wish = ScopeWish(window=Window(Fraction(0), Fraction(15)), region=Region(*map(Fraction, (50, 0, 50, 100))))
    scale = scale_for(LevelScale.CODE, FORMAT, Tap.GRADED)
    codes = dict.fromkeys(Channel, 100)
    assert len(places_of(wish, SIZE, scale, 0.75, codes)) == 1
    assert places_of(wish, SIZE, scale, 0.25, codes) == []
    assert places_of(wish, SIZE, scale, 0.75, dict.fromkeys(Channel, 900)) == []


def test_a_scope_of_a_part_has_the_columns_that_are_counted() -> None:
    wish = ScopeWish(region=Region(*map(Fraction, ("1.2", "0", "1", "100"))))
    part, scale = wish.area(FORMAT), scale_for(LevelScale.CODE, FORMAT, Tap.GRADED)
    assert part.width > FORMAT.width // 100  # they lie on every fourth column
    trace = back_of(wish, SIZE, scale).areas[0]
    for column in range(part.x, part.x + part.width):
        at = (column + 0.5) / FORMAT.width
        ((_, x, y),) = places_of(wish, SIZE, scale, at, dict.fromkeys(Channel, 400))
        assert (x * SIZE[0] - trace.x) / trace.width == pytest.approx((column - part.x + 0.5) / part.width)
        assert pointed_at(wish, SIZE, scale, (x, y)).column == pytest.approx(at)


@pytest.mark.parametrize(("range", "span"), [(Range.LEGAL, 448.0), (Range.FULL, 511.5)])
def test_the_ring_of_a_vectorscope_is_the_most_that_chroma_can_have(range: Range, span: float) -> None:
    back = vectorscope_back((1028, 1028), 11, replace(FORMAT, range=range), 1)
    middle = back.picture.shape[0] / 2
    apart = np.arange(400, 513)  # 20 degrees under +Cb, where nothing else is drawn
    x, y = (np.round(middle + apart * part).astype(int) for part in (np.cos(np.radians(20)), np.sin(np.radians(20))))
    (drawn,) = np.nonzero(back.picture[y, x, 0] > 12)
    assert apart[drawn].mean() == pytest.approx(span, abs=2)


@pytest.mark.parametrize("zoom", [1, 2, 5])
def test_a_vectorscope_tells_hue_and_saturation(zoom: int) -> None:
    wish = ScopeWish(ScopeKind.VECTORSCOPE, zoom=zoom)
    scale = scale_for(LevelScale.CODE, FORMAT, Tap.GRADED)
    codes = dict.fromkeys(Channel, 512) | {Channel.CB: 512 - 30, Channel.CR: 512 + 40}
    ((_, x, y),) = places_of(wish, SIZE, scale, 0.1, codes)
    pointed = pointed_at(wish, SIZE, scale, (x, y))
    assert (pointed.cb, pointed.cr) == (482, 552)
    assert pointed.hue == pytest.approx(np.degrees(np.arctan2(40, -30)))
    assert pointed.saturation == pytest.approx(100 * 50 / 448)
    assert pointed.text == "hue 127°, saturation 11 %"
    assert places_of(wish, SIZE, scale, 0.1, codes | {Channel.CB: 960}) == [] or zoom == 1


def test_letters_are_as_large_as_asked_for() -> None:
    data, wish = data_of(500), ScopeWish()
    scale = scale_of(data, wish, None)
    small, large = (back_of(replace(wish, letters=letters), SIZE, scale) for letters in (11, 30))
    assert small.areas[0].height - large.areas[0].height == pytest.approx(2 * 1.6 * 19, abs=2)
    assert small.areas[0].x < large.areas[0].x
    assert scope_wish("waveform", {"letters": "30"}).letters == 30
    with pytest.raises(UsageError, match="letters=7 are not 8 to 64"):
        scope_wish("waveform", {"letters": "7"})


def test_levels_of_a_stretch_are_of_the_middle_of_codes() -> None:
    assert Levels(0, 1024).part(511.5) == 0.5


@pytest.mark.parametrize("range", list(Range))
@pytest.mark.parametrize("matrix", list(Matrix))
def test_codes_of_a_signal_are_those_that_the_scopes_count(matrix: Matrix, range: Range) -> None:
    """The reference's integer decode of what the codes are, back to them: within its rounding."""
    format = replace(FORMAT, matrix=matrix, range=range)
    data = data_of(400, 480, 560, format)
    shown = {channel: int(data.counts.histogram_of(channel).argmax()) for channel in Channel}
    black, white = (64, 940) if range is Range.LEGAL else (0, 1023)
    signal = tuple((shown[one] - black) / (white - black) for one in (Channel.R, Channel.G, Channel.B))
    for channel, code in codes_of(signal, format).items():
        assert code == pytest.approx(shown[channel], abs=1.2)


@pytest.mark.parametrize("size", [(220, 156), (640, 480)])
def test_every_target_of_a_vectorscope_has_its_name_beside_it(size: tuple[int, int]) -> None:
    wish = ScopeWish(ScopeKind.VECTORSCOPE, letters=15)
    back = back_of(wish, size, scale_for(LevelScale.CODE, FORMAT, Tap.GRADED))
    area = back.areas[0]
    for target in targets(FORMAT.matrix, FORMAT.range, 75):
        x = int(area.x + area.width * (0.5 + (target.cb - 512) / 1024))
        y = int(area.y + area.height * (0.5 - (target.cr - 512) / 1024))
        beside = slice(x + 4, x + 32) if target.cb > 512 else slice(max(x - 32, 0), x - 4)
        assert back.picture[y - 6 : y + 7, beside].max() > 180, target.name


def test_a_part_of_a_histogram_has_no_edges_where_levels_go_on() -> None:
    y = np.resize(np.arange(64, 940), (FORMAT.height, FORMAT.width))
    data = data_of(0)
    counts = np.bincount(y.ravel(), minlength=1024)
    data.counts.histogram[:] = counts
    wish = ScopeWish(ScopeKind.HISTOGRAM, Tap.SOURCE, window=Window(Fraction(20), Fraction(50)))
    area = back_of(wish, SIZE, scale_of(data, wish, None)).areas[0]
    low = scope_image(data, wish, SIZE)[area.y + area.height - 5, area.x : area.x + area.width, 0]
    lines = np.flatnonzero(low > 110)
    assert 0 not in lines
    assert area.width - 1 not in lines
