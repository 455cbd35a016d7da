"""What is laid over pictures: native and CUDA kernels give NumPy's bytes in every layout; and what those mean."""

from __future__ import annotations

import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from livegrade.engine.marks import Ink, box, drawn, lay, marks_of
from livegrade.engine.native import Native
from livegrade.engine.reference import Reference
from livegrade.engine.squeeze import lower, lowered, parse_desqueeze
from livegrade.errors import UsageError
from livegrade.scopes.falsecolor import Zebra, draw_zebra
from livegrade.scopes.peaking import Peaking, draw_edges, parse_peaking
from livegrade.video.codes import Codes, pack, unpack
from livegrade.video.format import Matrix, Range, Scan
from livegrade.video.layouts import LAYOUTS

sys.path.insert(0, str(Path(__file__).parent))
from cuda_cases import WHERE, backend, form

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.engine.backend import AnyBackend
    from livegrade.video.format import VideoFormat

SIZES = ((131, 38), (2, 3), (397, 9))
PEAKING = Peaking(Fraction(40), "yellow")
GREY = Peaking(Fraction(60), "blue", grey=True)
FACTOR = Fraction(7, 5)


def picture(format: VideoFormat, seed: int = 7) -> np.ndarray:
    """Random codes as a packer writes them: padding zero, alpha opaque."""
    layout, rng = format.layout, np.random.default_rng(seed)
    width = layout.chroma_width(format.width)
    shapes = [(format.height, format.width), (format.height, width), (format.height, width)]
    planes = [rng.integers(0, 2**layout.bits, shape).astype(np.uint16) for shape in shapes]
    return pack(Codes((planes[0], planes[1], planes[2]), layout.bits, layout.is_ycbcr), format)


def some_marks(format: VideoFormat) -> list[Ink]:
    rng = np.random.default_rng(3)
    speckle = rng.integers(0, 256, (9, 23, 3)).astype(np.uint8)
    return [
        box(1, 1, 40, 3, 256, (255, 255, 255)),
        box(-5, 2, 9, 70, 128, (0, 0, 0)),
        drawn(speckle, rng.integers(0, 256, (9, 23)).astype(np.uint8)).moved(format.width - 11, 1),
        box(7, 4, 8, 9, 77, (255, 0, 0)),
    ]


def rows_of(format: VideoFormat) -> tuple[int, int]:
    return (1, format.height - 1) if format.height > 9 else (0, format.height)


def _edges(peaking: Peaking) -> Callable[[AnyBackend, VideoFormat], np.ndarray]:
    def draw(engine: AnyBackend, format: VideoFormat) -> np.ndarray:
        clean = engine.source(picture(format, 9), format)
        return over(engine, format, lambda into: engine.edges(clean, peaking, rows_of(format), into))

    return draw


def _marks(engine: AnyBackend, format: VideoFormat) -> np.ndarray:
    marks = marks_of(some_marks(format), format)
    return over(engine, format, lambda into: engine.marks(into, marks))


def _lower(engine: AnyBackend, format: VideoFormat) -> np.ndarray:
    source = engine.source(picture(format, 9), format)
    return over(engine, format, lambda into: engine.lower(source, lowered(format, FACTOR), into))


WAYS = {
    "edges": _edges(PEAKING),
    "edges over grey": _edges(GREY),
    "marks": _marks,
    "lower": _lower,
}


def over(engine: AnyBackend, format: VideoFormat, draw: Callable[[object], None]) -> np.ndarray:
    """A picture that the engine holds as a target, drawn upon."""
    from livegrade.color.slots import SlotForm

    out = np.zeros(format.geometry.size, np.uint8)
    target = engine.target(out, format)
    engine.grade(engine.source(picture(format), format), engine.compile(SlotForm(), format, format), target)
    draw(target)
    engine.finish(target)
    return out


@pytest.mark.parametrize("where", ["native", *WHERE])
@pytest.mark.parametrize("way", WAYS)
def test_every_backend_gives_the_bytes_of_the_reference(where: str, way: str) -> None:
    engine: AnyBackend = Native(2) if where == "native" else backend(where)
    reference = Reference()
    for number, name in enumerate(LAYOUTS):
        span, matrix = list(Range)[number % 2], list(Matrix)[number % 3]
        forms = [form(name, *size, span, matrix) for size in (SIZES if where == "native" else SIZES[2:])]
        if name in ("yuv420p", "nv12", "p010", "v210"):
            forms += [
                form(name, 37, height, scan=Scan.INTERLACED_TFF)
                for height in ((6, 7, 36) if where == "native" else (7, 12))
            ]
        for format in forms:
            truth, ours = WAYS[way](reference, format), WAYS[way](engine, format)
            np.testing.assert_array_equal(ours, truth, err_msg=f"{way} in {format}")


@pytest.mark.parametrize("name", ["v210", "R12B", "yuv420p"])
def test_in_place_the_order_of_threads_does_not_matter(name: str) -> None:
    format = form(name, 400, 3)
    for way in ("edges over grey", "marks"):
        one, *others = (WAYS[way](backend("shim", order), format) for order in (0, 1, 2))
        assert all((one == other).all() for other in others)


def luma_picture(luma: np.ndarray, name: str = "v210") -> tuple[VideoFormat, np.ndarray]:
    format = form(name, luma.shape[1], luma.shape[0])
    chroma = np.full((luma.shape[0], format.layout.chroma_width(luma.shape[1])), 512, np.uint16)
    return format, pack(Codes((luma.astype(np.uint16), chroma, chroma), 10, True), format)


def marked(luma: np.ndarray, peaking: Peaking) -> np.ndarray:
    format, pixels = luma_picture(luma)
    out = pixels.copy()
    draw_edges(pixels, format, peaking, (0, format.height), out)
    return unpack(out, format).planes[0] != unpack(pixels, format).planes[0]


def test_a_step_just_large_enough_is_an_edge_and_the_same_step_made_soft_is_none() -> None:
    peaking = Peaking(Fraction(10), "white")  # 10 % of 876 codes: 88
    for step, is_edge in ((88, True), (87, False)):
        luma = np.full((12, 48), 400)
        luma[:, 24:] += step
        columns = np.flatnonzero(marked(luma, peaking).any(axis=0))
        assert columns.tolist() == ([23, 24] if is_edge else [])
        rows = np.flatnonzero(marked(np.pad(luma.T, ((0, 0), (0, 36))), peaking)[:, :6].any(axis=1))
        assert rows.tolist() == ([23, 24] if is_edge else [])
    soft = np.full((12, 48), 400)
    soft[:, 20:28] += np.arange(1, 9) * 25
    soft[:, 28:] += 200
    assert not marked(soft, peaking).any()


def test_noise_of_a_camera_is_no_edge_at_the_highest_strength() -> None:
    noise = 400 + np.random.default_rng(1).normal(0, 5, (200, 300))
    assert marked(np.round(noise), parse_peaking("high")).mean() < 1e-3


def test_over_grey_only_edges_have_colour() -> None:
    format = form("uyvy", 64, 8)
    pixels = picture(format)
    out = pixels.copy()
    draw_edges(pixels, format, Peaking(Fraction(40), "red", grey=True), (0, 8), out)
    codes = unpack(out, format)
    red = codes.planes[2] != 128
    assert red.any()
    assert not red.all()
    assert set(np.unique(codes.planes[2][red])) == {240}


@pytest.mark.parametrize(
    ("text", "spelled"),
    [("medium", "medium"), ("7", "medium"), ("5.5+grey+yellow", "5.5+yellow+grey"), ("high+red", "high")],
)
def test_words_of_peaking(text: str, spelled: str) -> None:
    assert str(parse_peaking(text)) == spelled


@pytest.mark.parametrize("text", ["", "0", "101", "much", "high+pink", "high+red+blue", "high+grey+grey", "1e3", ".5"])
def test_words_that_are_no_peaking(text: str) -> None:
    with pytest.raises(UsageError, match="peaking"):
        parse_peaking(text)


def test_two_zebras_lean_two_ways_and_the_second_goes_first() -> None:
    luma = np.tile(np.linspace(64, 940, 192).astype(np.uint16), (64, 1))
    format, pixels = luma_picture(luma)
    out = pixels.copy()
    draw_zebra(out, format, Zebra(Fraction(20), None, Zebra(Fraction(60))), 0)
    striped = unpack(out, format).planes[0] != luma
    percent = (luma[0].astype(float) - 64) / 8.76
    assert not striped[:, percent < 19].any()
    for inside, lean in (((percent > 25) & (percent < 55), 1), (percent > 65, -1)):
        columns = np.flatnonzero(inside)[8:-8]
        assert (striped[1:, columns] == striped[:-1, columns + lean]).all()
        assert not (striped[1:, columns] == striped[:-1, columns - lean]).all()
    with pytest.raises(UsageError, match="two bands"):
        Zebra(Fraction(1), None, Zebra(Fraction(2), None, Zebra(Fraction(3))))


def test_a_mark_takes_its_pixels_and_no_others() -> None:
    format = form("v210", 96, 16)
    pixels = picture(format)
    out = pixels.copy()
    lay(out, format, marks_of([box(10, 3, 20, 5, 256, (255, 255, 255)), box(90, 8, 200, 9, 64, (0, 0, 0))], format))
    before, after = unpack(pixels, format), unpack(out, format)
    assert (after.planes[0][3:5, 10:20] == 940).all()
    shaded = before.planes[0][8, 90:96].astype(int)
    assert (after.planes[0][8, 90:96] == shaded + (((64 - shaded) * 64 + 128) >> 8)).all()
    changed = np.zeros((16, 96), bool)
    changed[3:5, 10:20] = changed[8, 90:96] = True
    assert (after.planes[0][~changed] == before.planes[0][~changed]).all()
    assert (after.planes[1][~changed[:, ::2]] == before.planes[1][~changed[:, ::2]]).all()


@pytest.mark.parametrize(("factor", "rows"), [("1.33", 808), ("2.0", 540), ("1.5", 720), ("1.25", 864)])
def test_a_desqueezed_picture_has_the_proportions_of_what_the_lens_saw(factor: str, rows: int) -> None:
    format = form("v210", 1920, 1080)
    low = lowered(format, parse_desqueeze(factor))
    assert (low.rows, low.top) == (rows, (1080 - rows) // 2)
    assert abs(1920 / low.rows - 16 / 9 * float(parse_desqueeze(factor))) < 0.01
    assert (low.taps[0][:, 4:].sum(axis=1) == 4096).sum() == rows


def test_lowering_is_the_mean_of_the_area_and_black_around_it() -> None:
    luma = np.random.default_rng(5).integers(64, 940, (32, 48))
    format, pixels = luma_picture(luma)
    out = np.zeros_like(pixels)
    lower(pixels, format, lowered(format, Fraction(2)), out)
    codes = unpack(out, format).planes[0]
    assert np.abs(codes[8:24] - (luma[::2] + luma[1::2]) / 2).max() <= 0.5
    assert (codes[:8] == 64).all()
    assert (codes[24:] == 64).all()
    fields = replace(format, scan=Scan.INTERLACED_TFF)
    lower(pixels, fields, lowered(fields, Fraction(2)), out)
    codes = unpack(out, fields).planes[0]
    for field in (0, 1):
        own = luma[field::2]
        assert np.abs(codes[8 + field : 24 : 2] - (own[::2] + own[1::2]) / 2).max() <= 0.5


@pytest.mark.parametrize("text", ["1", "2.1", "two", "", "1.", "0.5"])
def test_factors_that_no_lens_has(text: str) -> None:
    with pytest.raises(UsageError, match="desqueeze"):
        parse_desqueeze(text)
