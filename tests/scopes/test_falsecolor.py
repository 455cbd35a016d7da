"""Band edges to the code, encoded colours, and stripes: the reference of false colour and zebra."""

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from livegrade.color.camera import camera
from livegrade.errors import UsageError
from livegrade.scopes.bands import Band, BandTable
from livegrade.scopes.falsecolor import Zebra, draw_zebra, false_color, target_codes
from livegrade.scopes.presets import PRESETS, preset
from livegrade.timing.rate import Rate
from livegrade.video.codes import Codes, pack, unpack
from livegrade.video.format import Range, VideoFormat
from livegrade.video.layouts import LAYOUTS, layout


def video(name: str, width: int, height: int, range: Range = Range.LEGAL) -> VideoFormat:
    return VideoFormat(width, height, Rate(25), layout(name), range)


def picture(format: VideoFormat, seed: int = 1) -> np.ndarray:
    """Random codes, as wide as the layout's own codes go."""
    noise = np.random.default_rng(seed)
    shape = (format.height, format.width)
    chroma = (format.height, format.layout.chroma_width(format.width))
    top = 2**format.layout.bits
    planes = tuple(noise.integers(0, top, size, dtype=np.uint16) for size in (shape, chroma, chroma))
    return pack(Codes(planes, format.layout.bits, format.layout.is_ycbcr), format)


@pytest.mark.parametrize(
    ("range", "first", "after"),
    [(Range.LEGAL, 397, 432), (Range.FULL, 389, 430)],
)
def test_arri_green_begins_and_ends_at_the_exact_code(range: Range, first: int, after: int) -> None:
    # 64 + 8.76 * 38 = 396.88, 64 + 8.76 * 42 = 431.92; 10.23 * 38 = 388.74, 10.23 * 42 = 429.66.
    table = preset("arri-classic").indices(range)
    green = [band.name for band in preset("arri-classic").bands].index("18 % grey") + 1
    assert np.flatnonzero(table == green).tolist() == list(np.arange(first, after))


PUBLISHED = {
    "ire": (("0", "2.5"), ("2.5", "10"), ("38", "42"), ("52", "56"), ("80", "95"), ("95", None)),
    "arri-classic": (("0", "2.5"), ("2.5", "4"), ("38", "42"), ("52", "56"), ("97", "99"), ("99", None)),
    "red-video": (("0", "4.5"), ("4.5", "5.5"), ("9.5", "12.5"), ("40.5", "48.5"), ("60.5", "70.5"), ("91.5", "93.5"),
                  ("93.5", "95.5"), ("95.5", "98.5"), ("98.5", None)),
    "red-exposure": (("40.5", "48.5"),),
    "blackmagic": (("36.4", "40.4"), ("42.3", "46.3")),
    "levels": (("0", "4.5"), ("4.5", "9.5"), ("93.5", None)),
    "excursions": ((None, "0"), ("100.05", None)),
}  # fmt: skip
"""Edges in percent; "0": what lies below black counts too. Whole IRE numbers are rounded ones."""


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize(("range", "black", "white"), [(Range.LEGAL, 64, 940), (Range.FULL, 0, 1023)])
def test_every_code_is_in_the_band_that_its_percent_is_in(name: str, range: Range, black: int, white: int) -> None:
    indices = preset(name, camera("ALEXA 35")).indices(range)
    for code, index in enumerate(indices.tolist()):
        percent = Fraction(100 * (code - black), white - black)
        bands = [
            number
            for number, (low, high) in enumerate(PUBLISHED[name], 1)
            if (low in (None, "0") or percent >= Fraction(low)) and (high is None or percent < Fraction(high))
        ]
        assert bands == ([index] if index else [])


@pytest.mark.parametrize("name", [name for name in PUBLISHED if name != "red-exposure"])
def test_pictures_have_the_band_of_every_code(name: str) -> None:
    """A ramp of all codes of v210 through the reference (native and CUDA give its bytes): luma alone decides."""
    source, table = video("v210", 1016, 2), preset(name)
    luma = np.tile(np.arange(4, 1020, dtype=np.uint16), (2, 1))
    neutral = np.full((2, 508), 512, np.uint16)
    out = np.zeros(source.geometry.size, np.uint8)
    false_color(pack(Codes((luma, neutral, neutral), 10, True), source), source, table, source, out)
    index = table.indices(Range.LEGAL)[4:1020]
    shown = unpack(out, source).planes[0][0]
    assert np.array_equal(shown[index == 0], luma[0][index == 0])
    for number in set(index.tolist()) - {0}:
        assert set(shown[index == number].tolist()) == {
            int(target_codes(table, source, source)[0][4:1020][index == number][0])
        }


def test_an_edge_on_a_code_belongs_to_the_upper_band() -> None:
    lower, upper = (Band(name, Fraction(a), Fraction(b), (1, 2, 3)) for name, a, b in (("l", 0, 25), ("u", 25, 50)))
    table = BandTable("t", "t", "t", "t", (lower, upper)).indices(Range.LEGAL)
    assert (table[282], table[283], table[63], table[64]) == (1, 2, 0, 1)  # 64 + 876 / 4 = 283


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("range", list(Range))
def test_presets_do_not_overlap_and_name_their_source(name: str, range: Range) -> None:
    table = preset(name, camera("ALEXA 35"))
    owners = np.zeros(1024, int)
    for band in table.bands:
        first, after = table.codes(band, range)
        owners[first:after] += 1
    assert owners.max() <= 1
    assert table.source
    assert table.curve


def test_unknown_presets_are_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="arri-classic"):
        preset("el-zone")
    with pytest.raises(UsageError, match="before its beginning"):
        Band("b", Fraction(5), Fraction(5), (0, 0, 0))


def test_colours_are_encoded_by_the_matrix_and_range_of_the_target() -> None:
    red = BandTable("r", "r", "r", "r", (Band("all", None, None, (255, 0, 0)),))
    source = video("v210", 2, 1)
    assert target_codes(red, source, video("v210", 2, 1))[:, 0].tolist() == [250, 409, 960]
    assert target_codes(red, source, video("uyvy", 2, 1))[:, 0].tolist() == [63, 102, 240]
    assert target_codes(red, source, video("r210", 2, 1))[:, 0].tolist() == [940, 64, 64]
    assert target_codes(red, source, video("bgra", 2, 1, Range.FULL))[:, 0].tolist() == [255, 0, 0]


def test_outside_of_bands_luma_is_kept_in_grey() -> None:
    nothing = BandTable("n", "n", "n", "n", ())
    source = video("v210", 50, 4)
    pixels = picture(source)
    out = np.zeros_like(pixels)
    false_color(pixels, source, nothing, source, out)
    kept, given = unpack(out, source), unpack(pixels, source)
    assert np.array_equal(kept.planes[0], np.clip(given.planes[0], 4, 1019))
    assert np.all(kept.planes[1] == 512)
    assert np.all(kept.planes[2] == 512)


def test_a_band_of_one_colour_is_flat_in_subsampled_chroma() -> None:
    teal = BandTable("t", "t", "t", "t", (Band("all", None, None, (0, 128, 128)),))
    source = video("yuv420p", 33, 7)
    for target in (video("v210", 33, 7), video("nv12", 33, 7), video("gbrp16", 33, 7, Range.FULL)):
        out = np.zeros(target.geometry.size, np.uint8)
        false_color(picture(source), source, teal, target, out)
        wanted = target_codes(teal, source, target)[:, 0]
        planes = unpack(out, target)
        shift = planes.bits - target.layout.bits
        for plane, code in zip(planes.planes, wanted, strict=True):
            assert np.all(plane >> shift == code)


@pytest.mark.parametrize(
    ("range", "low", "high", "first", "after"),
    [
        (Range.LEGAL, "70", "75", 678, 721),  # 64 + 876 * 0.70 = 677.2, 64 + 876 * 0.75 = 721
        (Range.LEGAL, "95", None, 897, 1024),  # 896.2
        (Range.FULL, "70", "75", 717, 768),  # 716.1, 767.25
    ],
)
def test_zebra_begins_and_ends_at_its_codes(range: Range, low: str, high: str | None, first: int, after: int) -> None:
    zebra = Zebra(Fraction(low), None if high is None else Fraction(high))
    assert zebra.codes(range) == (first, after)
    format = video("v210", 1020, 16, range)
    luma = np.repeat(np.arange(1020, dtype=np.uint16)[None, :] + 4, 16, axis=0)
    grey = np.full((16, 510), 512, np.uint16)
    pixels = pack(Codes((luma, grey, grey), 10, True), format)
    draw_zebra(pixels, format, zebra, 0)
    striped = luma[0, (unpack(pixels, format).planes[0] != luma).any(axis=0)]
    assert striped.tolist() == list(np.arange(first, min(after, 1024)))


@pytest.mark.parametrize("name", LAYOUTS)
def test_zebra_of_a_band_beyond_all_codes_and_of_one_around_them(name: str) -> None:
    format = video(name, 37, 12)
    pixels = picture(format)
    before = pixels.copy()
    draw_zebra(pixels, format, Zebra(Fraction(2000)), 0)
    assert np.array_equal(pixels, before)
    draw_zebra(pixels, format, Zebra(Fraction(-100)), 3)
    changed = unpack(pixels, format).planes[0] != unpack(before, format).planes[0]
    assert 0.3 < changed.mean() < 0.52
    again = pixels.copy()
    draw_zebra(again, format, Zebra(Fraction(-100)), 3)
    stripe = unpack(again, format).planes[0][changed]
    assert len(np.unique(stripe)) <= 2 or not format.layout.is_ycbcr


def test_stripes_move_with_the_frame() -> None:
    format = video("v210", 48, 48)
    first, second = picture(format), picture(format)
    draw_zebra(first, format, Zebra(Fraction(-100)), 0)
    draw_zebra(second, format, Zebra(Fraction(-100)), 1)
    assert not np.array_equal(first, second)
    with pytest.raises(UsageError, match="not below"):
        Zebra(Fraction(80), Fraction(70))


def test_the_readme_lists_every_preset_and_no_other() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    table = readme.split("| `false-color:` |")[1].split("\n\n")[0]
    assert set(re.findall(r"^\| `([\w-]+)`", table, re.MULTILINE)) == set(PRESETS)
