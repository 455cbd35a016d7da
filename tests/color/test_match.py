"""Matching: a known grade put on photographs is found again, through noise, outliers and misalignment."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from livegrade.color.balance import WhiteBalance, light_source, temperature_of
from livegrade.color.camera import camera
from livegrade.color.grading import Exposure
from livegrade.color.look import Look
from livegrade.color.match import Match, match
from livegrade.color.nodes import Cdl
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import SimpleNamespace

    from numpy.typing import NDArray

    from livegrade.color.space import ColorSpace

    Shot = Callable[[str, ColorSpace], NDArray[np.float64]]

WARM = Cdl((1.1, 1.0, 0.9), (0.02, -0.01, 0.03), (1.1, 0.95, 1.05), 0.85)
COOL = Cdl((0.9, 1.2, 1.05), (-0.05, 0.03, 0.0), (0.9, 1.3, 1.1), 1.25)
SCENES = ["Desk", "Tree", "StillLife", "CandleGlass"]


@pytest.fixture(scope="module")
def shot(shared_data: Path) -> Shot:
    """A photograph of the test material as a camera's log signal."""

    @lru_cache(maxsize=8)
    def load(scene: str, space: ColorSpace) -> NDArray[np.float64]:
        with av.open(str(shared_data / "scenes" / f"{scene}.exr")) as container:
            planes = next(container.decode(video=0)).reformat(format="gbrpf32le").to_ndarray()
        return space.curve.encode(planes.astype(np.float64))

    return load


@lru_cache(maxsize=8)
def noise(shape: tuple[int, ...], seed: int) -> NDArray[np.float64]:
    """Of 2 codes."""
    return np.random.default_rng(seed).normal(0.0, 2.0, shape)


def seen(signal: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """10-bit codes with noise, as 0..1."""
    return np.clip(np.rint(signal * 1023 + noise(signal.shape, seed)), 0, 1023) / 1023


def apart(found: Match, cdl: Cdl) -> float:
    ours, truth = (np.array([*c.slope, *c.offset, *c.power, c.saturation]) for c in (found.cdl, cdl))
    return float(np.abs(ours - truth).max())


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize(("curve", "cdl"), [("logc3", WARM), ("logc4", COOL)], ids=["logc3-warm", "logc4-cool"])
def test_a_known_cdl_is_found(shot: Shot, spaces: SimpleNamespace, scene: str, curve: str, cdl: Cdl) -> None:
    """The bar: each of the ten numbers to 0.02. Both pictures have noise of their own."""
    space = getattr(spaces, curve)
    signal = shot(scene, space)[::2, ::2]
    found = match(seen(signal, 1), seen(Look((cdl,)).apply(signal), 2), space)
    assert apart(found, cdl) < 0.02
    assert found.error * 1023 < 1.0


def test_noise_in_one_picture_only(shot: Shot, spaces: SimpleNamespace) -> None:
    signal = shot("Desk", spaces.logc3)
    graded = Look((WARM,)).apply(signal)
    assert apart(match(signal, seen(graded, 2), spaces.logc3), WARM) < 0.02
    assert apart(match(seen(signal, 1), graded, spaces.logc3), WARM) < 0.02


def test_what_moved_between_the_frames_does_not_count(shot: Shot, spaces: SimpleNamespace) -> None:
    signal = shot("Desk", spaces.logc3)
    graded = Look((WARM,)).apply(signal)
    graded[300:500, 200:450] = 0.35  # somebody stands there: a tenth of the picture
    assert apart(match(seen(signal, 1), seen(graded, 2), spaces.logc3), WARM) < 0.02


def test_equal_pictures_need_nothing(shot: Shot, spaces: SimpleNamespace) -> None:
    signal = shot("StillLife", spaces.logc3)[::2, ::2]
    for aligned in (True, False):
        found = match(signal, signal, spaces.logc3, aligned=aligned)
        assert apart(found, Cdl()) < 1e-3
        assert abs(found.stops) < 1e-9
        assert found.temperature == pytest.approx(5600, abs=1)
        assert found.tint == pytest.approx(0, abs=1e-6)
        assert found.contrast == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("stops", "temperature", "tint"), [(0.7, 4600.0, 4.0), (-1.2, 6800.0, -6.0), (0.0, 5600.0, 9.0)]
)
@pytest.mark.parametrize("aligned", [True, False])
def test_exposure_and_white_balance_are_found(
    shot: Shot, spaces: SimpleNamespace, stops: float, temperature: float, tint: float, aligned: bool
) -> None:
    space = spaces.logc3
    signal = shot("StillLife", space)[::2, ::2]
    other = Look((WhiteBalance(temperature, space, tint), Exposure(stops, space))).apply(signal)
    found = match(seen(signal, 1), seen(other, 2), space, aligned=aligned)
    assert found.stops == pytest.approx(stops, abs=0.05)
    assert 1e6 / found.temperature == pytest.approx(1e6 / temperature, abs=4)  # mired
    assert found.tint == pytest.approx(tint, abs=1.0)


def test_pictures_that_are_not_aligned_come_near(shot: Shot, spaces: SimpleNamespace) -> None:
    """By distributions: not to 0.02, but what is left is small beside what was there."""
    space = spaces.logc3
    signal = shot("StillLife", space)[::2, ::2]
    graded = Look((WARM,)).apply(signal)
    found = match(seen(signal, 1)[:, :-30], seen(graded, 2)[:, 30:], space, aligned=False)
    before = np.abs(signal - graded)[(graded > 0.01).all(axis=-1)].mean()
    after = np.abs(Look((found.cdl,)).apply(signal) - graded)[(graded > 0.01).all(axis=-1)].mean()
    assert after < before / 5
    assert not found.aligned


@pytest.mark.parametrize("scene", ["Desk", "CandleGlass"])
def test_other_framings_say_how_rough_they_are(shot: Shot, spaces: SimpleNamespace, scene: str) -> None:
    """A third of the picture is in one frame only: what is found is off, by no more than what is told."""
    space = spaces.logc3
    signal = shot(scene, space)[::2, ::2]
    other = Look((WhiteBalance(4600.0, space, 4.0), Exposure(0.7, space))).apply(signal)
    third = signal.shape[1] // 3
    found = match(seen(signal, 1)[:, :-third], seen(other, 2)[:, third:], space, aligned=False)
    assert found.rough is not None
    assert found.temperature is not None
    assert found.rough.temperature is not None
    assert 0.02 < found.rough.stops < 2.0
    assert abs(found.stops - 0.7) < found.rough.stops
    assert abs(found.temperature - 4600.0) < found.rough.temperature
    assert found.rough.codes > 3.0


def test_frames_that_are_not_aligned_are_doubted(shot: Shot, spaces: SimpleNamespace) -> None:
    signal = shot("StillLife", spaces.logc3)[300:700, 200:800]
    graded = Look((WARM,)).apply(signal)
    found = match(seen(signal, 1)[:, :-8], seen(graded, 2)[:, 8:], spaces.logc3)
    assert apart(found, WARM) > 0.02
    assert found.doubt == "the second picture shows the same 8 pixels to the left"
    assert match(seen(signal, 1), seen(graded, 2), spaces.logc3).doubt == ""


def test_colours_no_light_makes_have_a_cdl_all_the_same(shot: Shot) -> None:
    space = camera("red-log3g10").space
    cdl = Cdl((1.18, 0.9, 1.18), (-0.02, -0.01, 0.03), (0.98, 1.05, 0.81), 1.23)
    signal = shot("Desk", space)
    found = match(seen(signal, 1), seen(Look((cdl,)).apply(signal), 2), space)
    assert apart(found, cdl) < 0.02
    assert (found.temperature, found.tint) == (None, None)
    assert abs(found.stops) < 3.0


def test_contrast_is_the_spread_of_luma(shot: Shot, spaces: SimpleNamespace) -> None:
    signal = shot("Desk", spaces.logc3)
    other = 0.4 + 0.8 * (signal - 0.4)
    assert match(signal, other, spaces.logc3).contrast == pytest.approx(0.8, abs=0.01)


def test_regions_are_lists_of_pixels_too(shot: Shot, spaces: SimpleNamespace) -> None:
    signal = shot("Desk", spaces.logc3)[100:600, 100:500]
    graded = Look((WARM,)).apply(signal)
    found = match(signal.reshape(-1, 3), graded.reshape(-1, 3), spaces.logc3)
    assert apart(found, WARM) < 1e-3


@pytest.mark.parametrize("temperature", [1200.0, 2856.0, 5600.0, 9000.0, 14000.0])
@pytest.mark.parametrize("tint", [-15.0, 0.0, 12.0])
def test_the_temperature_of_a_light_source(temperature: float, tint: float) -> None:
    kelvin, found = temperature_of(light_source(temperature, tint))
    assert kelvin == pytest.approx(temperature, rel=1e-6)
    assert found == pytest.approx(tint, abs=1e-6)


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        (np.full((8, 8, 3), 0.5), np.full((8, 9, 3), 0.5), "are not aligned; crop them alike"),
        (np.full((8, 8), 0.5), np.full((8, 8), 0.5), "has three channels"),
        (np.full((40, 40, 3), 0.5), np.ones((40, 40, 3)), "only 0 pixels are unclipped"),
        (np.full((40, 40, 3), np.nan), np.full((40, 40, 3), 0.5), "only 0 pixels are unclipped"),
    ],
)
def test_what_cannot_be_matched(
    spaces: SimpleNamespace, first: NDArray[np.float64], second: NDArray[np.float64], sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        match(first, second, spaces.logc3)


def test_a_flat_grey_gives_numbers_that_are_finite(spaces: SimpleNamespace) -> None:
    for aligned in (True, False):
        found = match(np.full((40, 40, 3), 0.4), np.full((40, 40, 3), 0.45), spaces.logc3, aligned=aligned)
        assert np.isfinite([*found.cdl.slope, *found.cdl.offset, *found.cdl.power, found.cdl.saturation]).all()
        given = Look((found.cdl,)).apply(np.full((1, 3), 0.4))
        assert np.abs(given - 0.45).max() < 0.005
        assert found.stops > 0.1
