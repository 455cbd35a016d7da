"""Chromaticities and balance: counts against colour-science, shares outside gamuts, cross points, drawn scopes."""

import re
import warnings
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from livegrade.color.camera import camera
from livegrade.errors import FormatError, UsageError
from livegrade.scopes import diagram as diagrams
from livegrade.scopes import lettering
from livegrade.scopes.area import parse_region
from livegrade.scopes.balance import balance_of, cast_of, zone_counts
from livegrade.scopes.draw import scope_image
from livegrade.scopes.gamut import LOCUS, P3_D65, REC709, REC2020, outside, signal_space, with_color
from livegrade.scopes.measure import ScopeCounts, ScopeData, ScopeRequest, Tap, measure
from livegrade.scopes.plot import SIDE, Balance, Diagram
from livegrade.scopes.pointing import codes_of, places_of, pointed_at
from livegrade.scopes.request import request_for
from livegrade.scopes.scale import scale_for
from livegrade.scopes.sheet import ScopePanel
from livegrade.scopes.wish import Cross, ScopeKind, ScopeWish, parse_wish
from livegrade.timing.rate import Rate
from livegrade.video.codes import Codes, pack
from livegrade.video.format import Matrix, Primaries, Range, Transfer, VideoFormat
from livegrade.video.layouts import layout

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import colour

PLOTS = (ScopeKind.CIE_XY, ScopeKind.CIE_UV, ScopeKind.HML)
CODES = np.random.default_rng(7).integers(0, 1024, (64, 96, 3))


def rgb(**said: object) -> VideoFormat:
    return VideoFormat(96, 64, Rate(25), layout("r210"), **{"range": Range.FULL, **said})


def data_of(codes: np.ndarray, format: VideoFormat, wish: ScopeWish, used: object = None) -> ScopeData:
    request = request_for(wish, format, used)
    counts = ScopeCounts.empty(request, format)
    planes = tuple(np.ascontiguousarray(codes[..., k]).astype(np.uint16) for k in range(codes.shape[-1]))
    measure(pack(Codes(planes, 10, format.layout.is_ycbcr), format), format, request, counts)
    return ScopeData(counts, format, 0, None, wish.tap, area=request.area, plot=request.plot)


def truth(light: np.ndarray, space: object) -> np.ndarray:
    """XYZ by colour-science: linear R, G, B of one of its colour spaces."""
    return light @ space.matrix_RGB_to_XYZ.T


@pytest.mark.parametrize("diagram", Diagram)
@pytest.mark.parametrize(
    ("format", "used", "decode", "space"),
    [
        (rgb(transfer=Transfer.BT709), None, lambda s: np.maximum(s, 0) ** 2.4, "ITU-R BT.709"),
        (
            rgb(primaries=Primaries.BT2020, transfer=Transfer.PQ, matrix=Matrix.BT2020),
            None,
            lambda s: colour.models.eotf_ST2084(s) / 144.44444444444446,  # grey at 26 nit
            "ITU-R BT.2020",
        ),
        (rgb(), camera("ALEXA 35"), lambda s: colour.models.log_decoding_ARRILogC4(s), "ARRI Wide Gamut 4"),
    ],
)
def test_chromaticities_are_those_of_colour_science(
    diagram: Diagram, format: VideoFormat, used: object, decode: object, space: str
) -> None:
    wish = ScopeWish(ScopeKind.CIE_XY if diagram is Diagram.XY else ScopeKind.CIE_UV, Tap.SOURCE)
    data = data_of(CODES, format, wish, used)
    xyz = truth(decode(CODES / 1023.0), colour.RGB_COLOURSPACES[space])
    xyz = xyz.reshape(-1, 3)
    if diagram is Diagram.XY:
        points = colour.XYZ_to_xy(xyz)
        whole, white = xyz.sum(axis=1), 0.001 * truth(np.ones(3), colour.RGB_COLOURSPACES[space]).sum()
    else:
        with np.errstate(invalid="ignore", divide="ignore"):
            points = colour.xy_to_Luv_uv(colour.XYZ_to_xy(xyz))
        rows = np.array([1.0, 15.0, 3.0])
        whole, white = xyz @ rows, 0.001 * truth(np.ones(3), colour.RGB_COLOURSPACES[space]) @ rows
    lit = whole >= white
    places = np.clip((points[lit] - diagram.origin) * diagram.places, 1, SIDE - 1)
    expected = np.bincount(places[:, 1].astype(int) * SIDE + places[:, 0].astype(int), minlength=SIDE**2)
    counts = data.plotted
    assert counts.sum() == CODES.shape[0] * CODES.shape[1]
    assert abs(int(counts[0, 0]) - int((~lit).sum())) <= 2
    # Matrices are printed with few decimals, and a point may lie on the edge of two places.
    moved = np.abs(expected.reshape(SIDE, SIDE).astype(int) - counts.astype(int))
    moved[0, 0] = 0
    assert moved.sum() <= 0.08 * lit.sum()
    near = (np.roll(expected.reshape(SIDE, SIDE), (j, i), (0, 1)) for i in (-1, 0, 1) for j in (-1, 0, 1))
    assert not (counts.astype(bool) & (np.add.reduce(list(near)) == 0))[1:, 1:].any()


def test_shares_outside_are_those_of_colour_science() -> None:
    format = rgb(primaries=Primaries.BT2020, matrix=Matrix.BT2020)
    data = data_of(CODES, format, ScopeWish(ScopeKind.CIE_XY, Tap.SOURCE))
    light = (CODES.reshape(-1, 3) / 1023.0) ** 2.4
    xyz = truth(light, colour.RGB_COLOURSPACES["ITU-R BT.2020"])
    lit = xyz[xyz.sum(axis=1) >= 0.001 * 3.04]
    assert outside(data.plotted, Diagram.XY, REC2020) == 0
    for gamut, name in ((REC709, "ITU-R BT.709"), (P3_D65, "P3-D65")):
        inverse = np.linalg.inv(colour.RGB_COLOURSPACES[name].matrix_RGB_to_XYZ)
        share = ((lit @ inverse.T).min(axis=1) < 0).mean()
        uv = data_of(CODES, format, ScopeWish(ScopeKind.CIE_UV, Tap.SOURCE)).plotted
        for diagram, counts in ((Diagram.XY, data.plotted), (Diagram.UV, uv)):
            # Less than there are: those nearer to a side than a place of the plot are not counted.
            assert share - 0.04 < outside(counts, diagram, gamut) / with_color(counts) <= share


def test_the_edge_of_a_gamut_is_not_outside_it() -> None:
    bars = np.array([[[1023 * (bar >> bit & 1) for bit in range(3)] for bar in range(1, 8)] * 13] * 64)[:, :91]
    format = VideoFormat(91, 64, Rate(25), layout("r210"), range=Range.FULL)
    wide = VideoFormat(91, 64, Rate(25), layout("r210"), Range.FULL, Matrix.BT2020, Primaries.BT2020)
    for kind, diagram in ((ScopeKind.CIE_XY, Diagram.XY), (ScopeKind.CIE_UV, Diagram.UV)):
        for signal, own in ((format, REC709), (wide, REC2020)):
            counts = data_of(bars, signal, ScopeWish(kind, Tap.SOURCE)).plotted
            assert outside(counts, diagram, own) == 0
            beyond = outside(counts, diagram, REC709)
            assert beyond == (0 if own is REC709 else 64 * 91 * 6 // 7)  # all but white


def test_the_locus_is_that_of_the_standard_observer() -> None:
    observer = colour.MSDS_CMFS["CIE 1931 2 Degree Standard Observer"]
    xyz = np.array([observer[wavelength] for wavelength in range(390, 701, 5)])
    assert np.allclose(LOCUS, xyz[:, :2] / xyz.sum(axis=1, keepdims=True), atol=6e-6)


@pytest.mark.parametrize(
    ("format", "tap", "used", "title"),
    [
        (rgb(), Tap.SOURCE, camera("ALEXA 35"), "LogC4, ARRI Wide Gamut 4"),
        (rgb(), Tap.GRADED, camera("ALEXA 35"), "BT.1886, Rec.709"),
        (rgb(primaries=Primaries.P3D65, transfer=Transfer.UNKNOWN), Tap.GRADED, None, "gamma 2.6, P3-D65"),
        (
            rgb(primaries=Primaries.UNKNOWN, matrix=Matrix.BT2020, transfer=Transfer.HLG),
            Tap.SOURCE,
            None,
            "HLG, Rec.2020",
        ),
        (rgb(transfer=Transfer.SRGB), Tap.GRADED, None, "gamma 2.2, Rec.709"),
        (rgb(primaries=Primaries.BT601_625, transfer=Transfer.LINEAR), Tap.SOURCE, None, "linear, EBU 3213"),
    ],
)
def test_what_a_signal_is_read_as(format: VideoFormat, tap: Tap, used: object, title: str) -> None:
    assert signal_space(format, Tap(tap), used).title == title


def test_zones_hold_what_lies_between_the_cross_points() -> None:
    format = VideoFormat(4, 2, Rate(25), layout("yuv444p10"))
    y = np.array([[100, 399, 400, 699], [700, 900, 64, 940]])
    cb, cr = np.full((2, 4), 512 + 40), np.full((2, 4), 512 - 20)
    cb[0, 0] = 512 + 80
    request = ScopeRequest(plot=Balance(400, 700))
    counts = ScopeCounts.empty(request, format)
    planes = tuple(plane.astype(np.uint16) for plane in (y, cb, cr))
    measure(pack(Codes(planes, 10, True), format), format, request, counts)
    assert [int(zone_counts(counts.plot, zone).sum()) for zone in range(3)] == [3, 2, 3]
    assert zone_counts(counts.plot, 1)[(512 - 20) // 4, (512 + 40) // 4] == 2
    red, blue = cast_of(zone_counts(counts.plot, 1), format)
    assert red == pytest.approx(100 * 1.5748 * -20 / 896, abs=0.35)
    assert blue == pytest.approx(100 * 1.8556 * 40 / 896, abs=0.35)
    assert cast_of(np.zeros((256, 256), np.uint32), format) is None


def test_cross_points_are_codes() -> None:
    format = VideoFormat(96, 64, Rate(25), layout("v210"))
    assert balance_of(Cross(Fraction(0), Fraction(100)), format, Tap.GRADED, None) == Balance(64, 940)
    grey = balance_of(Cross(Fraction(0), Fraction(1), in_stops=True), format, Tap.SOURCE, camera("ALEXA 35"))
    expected = (64 + 876 * float(colour.models.log_encoding_ARRILogC4(0.18 * 2**stop)) for stop in (0, 1))
    assert (grey.low, grey.high) == tuple(round(code) for code in expected)
    with pytest.raises(UsageError, match="at the source"):
        balance_of(Cross(Fraction(0), Fraction(1), in_stops=True), format, Tap.GRADED, camera("ALEXA 35"))
    assert str(parse_wish("hml:cross=-1.5..2stops").cross) == "-1.5..2stops"
    with pytest.raises(UsageError, match="cross="):
        parse_wish("hml:cross=10")


@pytest.mark.parametrize("kind", PLOTS)
@pytest.mark.parametrize("size", [(120, 100), (218, 158), (300, 300), (640, 360), (200, 700)])
def test_plots_are_drawn_at_any_size(kind: ScopeKind, size: tuple[int, int]) -> None:
    for zoom, letters in ((1, 0), (5, 0), (1, 15), (2, 64)):
        wish = ScopeWish(kind, Tap.SOURCE, zoom=zoom, letters=letters)
        picture = scope_image(data_of(CODES, rgb(), wish), wish, size)
        assert picture.shape == (size[1], size[0], 3)
        assert (picture.max(axis=2) - picture.min(axis=2)).max() > 10


@pytest.mark.parametrize("kind", PLOTS)
def test_without_a_trace_all_is_grey(kind: ScopeKind) -> None:
    wish = ScopeWish(kind, Tap.SOURCE)
    data = data_of(np.zeros((64, 96, 3), int), rgb(), wish)
    picture = scope_image(data, wish, (640, 360), camera("ALEXA 35")).astype(int)
    if kind is not ScopeKind.HML:  # which has black in its middle
        assert (picture.max(axis=2) == picture.min(axis=2)).all()
    assert ScopePanel(data, wish).title.startswith(("CIE 19", "Balance"))


@pytest.mark.parametrize("kind", PLOTS)
@pytest.mark.parametrize("size", [(640, 360), (400, 400)])
def test_a_plot_of_a_part_says_so(kind: ScopeKind, size: tuple[int, int]) -> None:
    whole, part = ScopeWish(kind, Tap.SOURCE), ScopeWish(kind, Tap.SOURCE, region=parse_region("50x50+0+0"))
    same = np.full((64, 96, 3), 500)
    said, silent = (data_of(same, rgb(), wish) for wish in (part, whole))
    assert said.plotted.sum() * 4 == silent.plotted.sum()
    assert ScopePanel(said, part).title.endswith("48x32+0+0")
    shown = scope_image(said, part, size).astype(int) - scope_image(silent, whole, size)
    assert shown.max() > 100


def test_a_plot_that_was_not_counted_is_not_drawn() -> None:
    data = data_of(CODES, rgb(), ScopeWish())
    with pytest.raises(FormatError, match="no plot was counted"):
        scope_image(data, ScopeWish(ScopeKind.HML), (400, 300))


def test_a_place_in_a_diagram_and_back() -> None:
    used, size = camera("ALEXA 35"), (640, 360)
    for kind, name in ((ScopeKind.CIE_XY, "x"), (ScopeKind.CIE_UV, "u'")):
        wish = ScopeWish(kind, Tap.SOURCE, zoom=2)
        scale = scale_for(wish.scale, rgb(), Tap.SOURCE)
        grey = 278 / 1023
        ((channel, x, y),) = places_of(wish, size, scale, 0.5, codes_of((grey, grey, grey), rgb()), used)
        pointed = pointed_at(wish, size, scale, (x, y))
        assert channel == ""
        assert pointed.text.startswith(f"{name} 0.")
        white = colour.CCS_ILLUMINANTS["CIE 1931 2 Degree Standard Observer"]["D65"]
        expected = white if kind is ScopeKind.CIE_XY else colour.xy_to_Luv_uv(white)
        assert pointed.chromaticity == pytest.approx(tuple(expected), abs=1e-3)
        assert places_of(wish, size, scale, 0.5, codes_of((0.09, 0.09, 0.09), rgb()), used) == []  # too dark


def test_a_place_in_the_balance_and_back() -> None:
    wish, size = ScopeWish(ScopeKind.HML, Tap.SOURCE), (640, 360)
    scale = scale_for(wish.scale, rgb(), Tap.SOURCE)
    for level, zone in ((0.1, "lows"), (0.5, "mids"), (0.9, "highs")):
        ((_, x, y),) = places_of(wish, size, scale, 0.5, codes_of((level + 0.05, level, level), rgb()))
        pointed = pointed_at(wish, size, scale, (x, y))
        assert pointed.text.startswith(f"{zone}, hue ")
        assert pointed.cr > 512 > pointed.cb
    assert pointed_at(wish, size, scale, (0.5, 0.02)) is None


SHARE = re.compile(r"(?<!code)(?:^|[ <+-])\d+(?:\.\d+)?$")


@pytest.mark.parametrize("size", [(120, 100), (160, 240), (240, 160), (320, 240), (300, 420), (640, 400)])
@pytest.mark.parametrize("kind", [kind for kind in ScopeKind if kind is not ScopeKind.YCBCR])
def test_every_share_has_its_unit_however_small_a_scope_is(kind: ScopeKind, size, monkeypatch) -> None:
    lines: dict[float, list[str]] = {}
    monkeypatch.setattr(lettering, "stamp", lambda _, at, text, *rest: lines.setdefault(at[1], []).append(text))
    wish = ScopeWish(kind, Tap.SOURCE, letters=14)
    scope_image(data_of(CODES, rgb(), wish), wish, size)
    is_column = any(texts[:2] == ["outside", "%"] for texts in lines.values())  # the unit is its heading
    for texts in lines.values():
        for at, text in enumerate(texts):
            if is_column and re.match(r"(709|P3|2020|sig\.|cam\.) ", text):
                continue
            if SHARE.search(text):
                assert next(later for later in texts[at:] if not SHARE.search(later)) == "%", texts
    if min(size) > 300 and kind is not ScopeKind.VECTORSCOPE:
        assert any("%" in texts for texts in lines.values())


@pytest.mark.parametrize("zoom", [1, 2, 5])
@pytest.mark.parametrize("form", list(Diagram))
def test_labels_of_a_diagram_do_not_touch(monkeypatch: pytest.MonkeyPatch, form: Diagram, zoom: int) -> None:
    written: list[tuple[float, float, str, str]] = []

    def write(image: object, at: tuple[float, float], text: str, letters: int, grey: int, anchor: str) -> None:
        written.append((*at, text, anchor))

    monkeypatch.setattr(diagrams.ink, "write", write)
    for wide, tall in ((323, 297), (281, 321), (643, 903)):
        written.clear()
        diagrams.diagram_back((wide, tall), 15, form, diagrams.Triangles(REC709), zoom)
        foot = sorted((x, text) for x, _, text, anchor in written if anchor == "mm")
        assert foot
        for (x, text), (further, next_text) in pairwise(foot):
            half = (diagrams.ink.text_width(text, 15) + diagrams.ink.text_width(next_text, 15)) / 2
            assert further - x >= half + 3
        side = sorted(y for _, y, text, anchor in written if anchor == "rm" and text[0] in "-0")
        assert all(lower - y >= 15 for y, lower in pairwise(side))
