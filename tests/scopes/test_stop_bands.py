"""False colour in stops, limits and gamut, against colour-science and by hand; notes where a table does not fit."""

from __future__ import annotations

import re
import warnings
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from colour.models import (
        RGB_COLOURSPACE_ARRI_WIDE_GAMUT_4,
        RGB_COLOURSPACE_CINEMA_GAMUT,
        log_decoding_ARRILogC3,
        log_decoding_ARRILogC4,
        log_decoding_CanonLog2,
        log_decoding_SLog3,
    )

from livegrade.color.camera import camera
from livegrade.engine.view import false_color_bands, parse_view
from livegrade.errors import LookFileError, UsageError
from livegrade.scopes.bands import OVER, UNDER, Unit
from livegrade.scopes.classes import classes_of
from livegrade.scopes.falsecolor import false_color
from livegrade.scopes.measure import Tap
from livegrade.scopes.palette_file import read_palette
from livegrade.scopes.presets import ANY_SIGNAL, PRESETS, preset
from livegrade.timing.rate import Rate
from livegrade.video.codes import Codes, pack, unpack
from livegrade.video.format import Range, VideoFormat
from livegrade.video.layouts import layout

ENDS = {Range.LEGAL: (64, 940), Range.FULL: (0, 1023)}
DECODERS = {
    "ALEXA 35": log_decoding_ARRILogC4,
    "ALEXA Mini": log_decoding_ARRILogC3,
    "sony-slog3": log_decoding_SLog3,
    "canon-log2": log_decoding_CanonLog2,
}


def video(name: str, width: int, height: int, range: Range = Range.LEGAL) -> VideoFormat:
    return VideoFormat(width, height, Rate(25), layout(name), range)


@pytest.mark.parametrize("name", DECODERS)
@pytest.mark.parametrize("span", list(Range))
@pytest.mark.parametrize("table", ["stops", "sensor-16"])
def test_every_code_has_the_band_of_its_stops(name: str, span: Range, table: str) -> None:
    bands = preset(table, camera(name))
    black, white = ENDS[span]
    with np.errstate(all="ignore"):
        light = np.maximum(DECODERS[name]((np.arange(1024) - black) / (white - black)), 1e-9)
    stops = np.log2(light / 0.18)
    indices = bands.indices(span)
    assert indices.min() > 0
    for code in range(1024):
        band = bands.bands[indices[code] - 1]
        assert band.low is None or stops[code] >= float(band.low) - 1e-9
        assert band.high is None or stops[code] < float(band.high) + 1e-9


def test_a_grey_card_is_grey_and_a_stop_over_is_yellow() -> None:
    bands = preset("stops", camera("sony-slog3"))
    indices = bands.indices(Range.FULL)
    assert bands.bands[indices[420] - 1].name == "0, 18 % grey"  # Sony: 18 % at code 420
    assert bands.bands[indices[598] - 1].name == "+2"  # and 90 %, 2.3 stops over, at 598
    assert bands.bands[indices[95] - 1].name == "-6"  # no light


def test_luminance_is_that_of_linear_light_by_the_gamut() -> None:
    spaces = {"ALEXA 35": RGB_COLOURSPACE_ARRI_WIDE_GAMUT_4, "canon-log2": RGB_COLOURSPACE_CINEMA_GAMUT}
    rng = np.random.default_rng(3)
    for name, space in spaces.items():
        form = video("r210", 64, 64)
        planes = [rng.integers(120, 900, (64, 64)).astype(np.uint16) for _ in range(3)]
        bands = preset("stops-luminance", camera(name))
        classes = classes_of(bands, form, form).of(Codes((planes[0], planes[1], planes[2]), 10, False), form)
        light = DECODERS[name]((np.stack(planes, axis=-1) - 64.0) / 876)
        luminance = light @ space.matrix_RGB_to_XYZ[1]
        stops = np.log2(np.maximum(luminance, 1e-9) / 0.18)
        wrong = 0
        for stop, number in zip(stops.ravel(), classes.ravel(), strict=True):
            band = bands.bands[number - 1]
            near = min(abs(stop - float(edge)) for edge in (band.low, band.high) if edge is not None)
            inside = (band.low is None or stop >= band.low) and (band.high is None or stop < band.high)
            wrong += not inside and near > 1e-3  # printed matrices have 6 digits, sums are float32
        assert wrong == 0


def test_luminance_and_luma_agree_on_greys() -> None:
    form, shot = video("r210", 1024, 1, Range.FULL), camera("sony-slog3")
    codes = np.arange(1024, dtype=np.uint16)[np.newaxis]
    classes = classes_of(preset("stops-luminance", shot), form, form).of(Codes((codes, codes, codes), 10, False), form)
    by_luma = preset("stops", shot).indices(Range.FULL)
    differing = np.flatnonzero(classes[0] != by_luma)
    assert len(differing) <= 1  # an edge that falls on a code to a hair


def drawn(red: int, green: int, blue: int, name: str, span: Range = Range.LEGAL) -> tuple[int, ...]:
    """The 8-bit R'G'B' that a pixel of 10-bit R'G'B' codes is given."""
    form, target = video("r210", 1, 1, span), video("gbrp", 1, 1, Range.FULL)
    planes = tuple(np.array([[code]], np.uint16) for code in (red, green, blue))
    pixels = pack(Codes((planes[0], planes[1], planes[2]), 10, False), form)
    out = np.zeros(target.geometry.size, np.uint8)
    false_color(pixels, form, preset(name, camera("ALEXA Mini", 400)), target, out)
    return tuple(int(plane[0, 0]) for plane in unpack(out, target).planes)


def test_limits_are_at_the_clip_that_arri_prints_exact_to_a_code() -> None:
    clip = 850  # LogC3 at EI 400: 0.8968 * 876 + 64 = 849.6
    assert drawn(clip, 500, 500, "limits") == OVER[1]
    assert drawn(clip - 1, 500, 500, "limits") not in OVER
    assert drawn(500, clip, clip, "limits") == OVER[6]
    assert drawn(clip, clip, clip, "limits") == OVER[7]
    black = 145  # 0.092795 * 876 + 64 = 145.3: 145 is under, 146 not
    assert drawn(black, 500, 500, "limits") == UNDER[1]
    assert drawn(black + 1, 500, 500, "limits") not in UNDER
    assert drawn(clip, 500, 20, "limits") == OVER[1]


def test_gamut_is_that_of_rgb_even_where_no_code_is_outside() -> None:
    """Y'CbCr all within its limits, and R' far above white."""
    form, target = video("yuv444p10", 1, 1), video("gbrp", 1, 1, Range.FULL)
    planes = tuple(np.array([[code]], np.uint16) for code in (800, 512, 800))
    pixels = pack(Codes((planes[0], planes[1], planes[2]), 10, True), form)
    out = np.zeros(target.geometry.size, np.uint8)
    false_color(pixels, form, preset("gamut"), target, out)
    assert tuple(int(plane[0, 0]) for plane in unpack(out, target).planes) == OVER[1]


def test_a_clip_that_is_not_published_is_called_the_top_of_the_signal() -> None:
    bands = preset("limits", camera("VENICE 2", 500))
    assert bands.limits is not None
    assert bands.limits.high_name == "top of the signal"
    assert [bands.limits.codes(span)[1] for span in Range] == [1019, 1019]
    assert "publishes no clip point" in bands.note
    assert "clip not published" in bands.curve


@pytest.mark.parametrize("name", ["stops", "sensor-16", "limits", "red-exposure", "stops-luminance"])
def test_tables_of_a_camera_need_one_and_its_own_signal(name: str) -> None:
    with pytest.raises(UsageError, match="needs to know the camera"):
        parse_view(f"false-color:{name}")
    with pytest.raises(UsageError, match="the camera's own signal"):
        parse_view(f"false-color:{name}", camera("ALEXA 35"), tap="graded")
    assert parse_view(f"false-color:{name}", camera("ALEXA 35")).bands is not None


@pytest.mark.parametrize(
    ("name", "shot", "words"),
    [
        ("arri-classic", "ALEXA 35", "not for LogC4: there 18 % grey is 27.8 % and in no band"),
        ("arri-classic", "ALEXA Mini", r"39.1 % \(18 % grey\), one stop over grey is \+1.8 to \+2.3 stops, .*95.4 %"),
        ("blackmagic", "sony-slog3", "made for Blackmagic Film Gen 5, not for S-Log3"),
        ("red-video", "KOMODO", "not for Log3G10: there 18 % grey is 33.3 % and in no band"),
    ],
)
def test_a_table_that_does_not_fit_says_so(name: str, shot: str, words: str) -> None:
    assert re.search(words, preset(name, camera(shot)).note)


def test_a_table_that_fits_says_nothing() -> None:
    assert preset("blackmagic", camera("URSA Cine 17K")).note == ""
    assert preset("arri-classic", camera("rec709")).note == ""
    assert preset("stops", camera("ALEXA 35")).note == ""
    assert false_color_bands("arri-classic", Tap.GRADED, camera("ALEXA 35")).note == ""


def test_the_legend_names_the_curve_the_index_and_what_is_measured() -> None:
    assert preset("stops", camera("VENICE 2", 500)).curve == "stops from 18 % grey, of Y', S-Log3, EI 500, source"
    assert "luminance of linear light, LogC3 EI 400" in preset("stops-luminance", camera("AMIRA", 400)).curve


GOOD = """\
title = "Mine"
unit = "stops"

[[band]]
name = "grey"
low = -0.5
high = 0.5
color = "#808080"

[[band]]
name = "over"
low = 0.5
color = "#ff0000"
"""


def written(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_palette_of_ones_own(tmp_path: Path) -> None:
    table = read_palette(written(tmp_path, GOOD), camera("ALEXA 35"))
    assert (table.name, table.title, table.unit) == ("mine.toml", "Mine", Unit.STOPS)
    assert [(band.low, band.high, band.color) for band in table.bands] == [
        (Fraction(-1, 2), Fraction(1, 2), (128, 128, 128)),
        (Fraction(1, 2), None, (255, 0, 0)),
    ]
    assert "LogC4" in table.curve
    with pytest.raises(UsageError, match="needs to know the camera"):
        read_palette(written(tmp_path, GOOD), None)


def test_a_palette_in_percent_says_what_percent_is_unless_it_says_so_itself(tmp_path: Path) -> None:
    percent = GOOD.replace('unit = "stops"', 'unit = "percent"')
    table = read_palette(written(tmp_path, percent), None)
    assert (table.unit, table.luminance, table.curve) == (Unit.PERCENT, False, ANY_SIGNAL)
    assert table.indices(Range.LEGAL)[[64, 68, 69]].tolist() == [1, 1, 2]  # 0.5 % is code 68.4
    own = percent.replace('title = "Mine"', 'title = "Mine"\ncurve = "percent of my monitor"')
    assert read_palette(written(tmp_path, own), None).curve == "percent of my monitor"
    of_light = GOOD.replace('unit = "stops"', 'unit = "stops"\nluminance = true')
    of_luma, of_light = (read_palette(written(tmp_path, text), camera("ALEXA 35")) for text in (GOOD, of_light))
    assert (of_luma.luminance, of_light.luminance) == (False, True)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('color = "#ff0000"', 'color = "red"', 13, "band 2, color: must be a colour such as"),
        ("low = 0.5", 'low = "half"', 12, "band 2, low: must be a number, found text"),
        ("low = -0.5", "low = 0.5", 4, "ends at 0.5, before its beginning"),
        ('unit = "stops"', 'unit = "nits"', 2, "unit: 'nits' is not known here; choose percent or stops"),
        ("low = 0.5", "low = 0,5", 12, "write decimals with a point"),
        ('title = "Mine"', 'titel = "Mine"', 1, "titel"),
        ('title = "Mine"', "title = Mine", 1, "not TOML"),
        ("low = 0.5", "low = nan", 12, "band 2, low: must be a number of sane size"),
        ('unit = "stops"', 'unit = "percent"\nluminance = true', 3, "luminance"),
    ],
)
def test_faults_of_a_palette_name_file_line_and_key(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    assert old in GOOD
    with pytest.raises(LookFileError, match=words) as caught:
        read_palette(written(tmp_path, GOOD.replace(old, new, 1)), camera("ALEXA 35"))
    assert "mine.toml" in str(caught.value)
    assert caught.value.line == line


def test_no_palette_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LookFileError, match="there is no such file"):
        read_palette(str(tmp_path / "none.toml"), None)
    with pytest.raises(LookFileError, match="larger than 256 KiB"):
        read_palette(written(tmp_path, "#" * 300_000), None)
    with pytest.raises(UsageError, match="or a file NAME"):
        preset("nothing")


def test_every_preset_names_its_source() -> None:
    for table in PRESETS.values():
        assert len(table.source) > 20
