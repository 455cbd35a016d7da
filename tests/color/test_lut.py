"""One LUT for a whole look: the stated error is the error, measured from outside, and its steps are those asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import PyOpenColorIO as ocio  # noqa: N813
import pytest

from livegrade.color.balance import WhiteBalance
from livegrade.color.camera import camera
from livegrade.color.deltae import sdr
from livegrade.color.grading import Exposure, Saturation
from livegrade.color.look import Look
from livegrade.color.lut import DEPTHS, RANGE_MAPS, SIZES, BakedLut, LutTarget, bake_lut
from livegrade.color.nodes import Cdl, Lut3d, Samples
from livegrade.color.rendering import output_nodes
from livegrade.color.shaper import shapers
from livegrade.color.slots import Affine, Curve, Curves, Formula, Matrix3
from livegrade.color.space import REC709, ColorSpace, GammaCurve, LinearCurve
from livegrade.color.transforms import ColorSpaceTransform, OutputTransform
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import SimpleNamespace

    from numpy.typing import NDArray

CDL = Cdl((1.1, 1.0, 0.95), (0.01, -0.02, 0.0), (1.1, 0.95, 1.0), 1.1)
GRID = np.stack(np.meshgrid(*[np.linspace(0.0, 1.0, 17)] * 3, indexing="ij"), axis=-1)
SHOW = Lut3d(Samples(GRID**0.9 + 0.04 * np.sin(6.0 * GRID[..., ::-1])))
LOOK = Look((CDL, SHOW, Saturation(0.9)))


def as_box(baked: BakedLut, codes: NDArray[np.float64], judged: Callable[..., NDArray[np.float32]]) -> np.ndarray:
    """10-bit codes through the LUT as OpenColorIO runs it, tables in its own transforms: nothing of ours."""
    low, high = (float(code) for code in baked.target.range_map.split("-"))
    size = baked.target.size
    lattice = ocio.Lut3DTransform(gridSize=size)
    lattice.setInterpolation(ocio.INTERP_TETRAHEDRAL)
    lattice.setData(baked.lattice.astype(np.float32).ravel())
    transforms: list[ocio.Transform] = [lattice]
    if baked.shaper is not None:
        shaper = ocio.Lut1DTransform(len(baked.shaper), False)
        shaper.setData(baked.shaper.astype(np.float32).ravel())
        transforms.insert(0, shaper)
    return judged(np.clip((codes - low) / (high - low), 0, 1), *transforms) * (high - low) + low


@pytest.mark.parametrize("range_map", RANGE_MAPS)
@pytest.mark.parametrize("depth", [None, *DEPTHS])
@pytest.mark.parametrize("shaper", [False, True])
def test_the_stated_error_is_the_error(
    judged: Callable[..., NDArray[np.float32]], range_map: str, depth: int | None, shaper: bool
) -> None:
    target = LutTarget(33, depth, range_map, shaper=shaper)
    baked = bake_lut(LOOK, target)
    low, high = (float(code) for code in range_map.split("-"))
    codes = np.random.default_rng(8).uniform(low, high, (20_000, 3))
    wanted = LOOK.apply((codes - 64) / 876) * 876 + 64
    if depth is not None:
        wanted = np.clip(wanted, low, high)
    off = np.abs(as_box(baked, codes, judged) - wanted)
    assert off.max() < 1.5 * baked.error.maximum
    assert off.mean() == pytest.approx(baked.error.mean, rel=0.5)
    ours = baked.apply((codes - 64) / 876) * 876 + 64
    assert np.abs(ours - as_box(baked, codes, judged)).max() < 2e-3
    worst = np.array([baked.error.worst_codes])
    shown = np.array([baked.error.worst_wanted]) * 876 + 64
    there = np.abs(as_box(baked, worst, judged) - (shown if depth is None else np.clip(shown, low, high)))
    assert there.max() == pytest.approx(baked.error.maximum, abs=0.01)


@pytest.mark.parametrize("size", SIZES)
def test_the_stated_error_is_the_error_at_every_size(judged: Callable[..., NDArray[np.float32]], size: int) -> None:
    baked = bake_lut(LOOK, LutTarget(size, 12, "4-1019"))
    error = baked.error
    codes = np.random.default_rng(size).uniform(4, 1019, (20_000, 3))
    wanted = np.clip(LOOK.apply((codes - 64) / 876) * 876 + 64, 4, 1019)
    off = np.abs(as_box(baked, codes, judged) - wanted)
    assert off.max() < 1.5 * error.maximum
    assert off.mean() == pytest.approx(error.mean, rel=0.5)
    assert np.quantile(off.max(axis=1), 0.999) == pytest.approx(error.most, rel=0.5)
    there = as_box(baked, np.array([error.worst_codes]), judged)
    shown = np.clip(np.array([error.worst_wanted]) * 876 + 64, 4, 1019)
    assert np.abs(there - shown).max() == pytest.approx(error.maximum, abs=0.01)


@pytest.mark.parametrize("size", SIZES)
def test_sizes_and_steps(size: int) -> None:
    for depth in DEPTHS:
        baked = bake_lut(LOOK, LutTarget(size, depth, "4-1019", shaper=True))
        assert baked.lattice.shape == (size, size, size, 3)
        for table in (baked.lattice, *(() if baked.shaper is None else (baked.shaper,))):
            steps = table * (2**depth - 1)
            assert np.abs(steps - np.rint(steps)).max() < 1e-9
            assert table.min() >= 0.0
            assert table.max() <= 1.0


def test_more_points_and_more_bits_err_less() -> None:
    errors = [bake_lut(LOOK, LutTarget(size)).error.mean for size in (17, 33, 65)]
    assert errors == sorted(errors, reverse=True)
    rounded = [bake_lut(LOOK, LutTarget(33, depth)).error.mean for depth in (10, 12, None)]
    assert rounded == sorted(rounded, reverse=True)


def test_a_shaper_saves_the_shadows_of_linear_light(spaces: SimpleNamespace) -> None:
    linear = ColorSpace(LinearCurve(), spaces.logc4.to_xyz, "linear")
    look = Look((ColorSpaceTransform(linear, spaces.logc4), CDL))
    plain, shaped = (bake_lut(look, LutTarget(33, 12, "0-1023", full_range=True, shaper=s)) for s in (False, True))
    assert plain.shaper is None
    assert shaped.shaper is not None
    assert shaped.shaper_name != "none"
    assert shaped.error.mean < plain.error.mean / 10
    assert shaped.error.maximum < plain.error.maximum / 3


def test_a_log_signal_needs_no_shaper_and_is_never_worse_with_one(spaces: SimpleNamespace) -> None:
    look = Look(
        (Exposure(0.5, spaces.logc3), WhiteBalance(4800.0, spaces.logc3), ColorSpaceTransform(spaces.logc3, REC709))
    )
    plain, shaped = (bake_lut(look, LutTarget(33, None, shaper=s)).error for s in (False, True))
    assert shaped.mean < plain.mean * 1.05


@pytest.mark.parametrize("to", ["rec709", "rec709:aces1", "rec2100-pq"])
def test_a_shaper_saves_the_shadows_of_a_log_signal(to: str) -> None:
    """The dark stops of a scene, which lie in a few codes of the log signal; counted in display codes."""
    used = camera("ALEXA 35")
    look = Look((CDL, *output_nodes(to, used)))
    plain, shaped = (bake_lut(look, LutTarget(33, 12, shaper=s)) for s in (False, True))
    assert plain.shaper is None
    assert shaped.shaper_name == "power above black"
    random = np.random.default_rng(9)
    stops = random.uniform(-8.0, -2.0, (4000, 1)) + random.normal(0, 0.5, (4000, 3))
    dark = used.curve.encode(0.18 * 2.0**stops)
    wanted = look.apply(dark)
    before, after = (np.abs(each.apply(dark) - wanted).mean() for each in (plain, shaped))
    assert after < 0.7 * before


@pytest.mark.parametrize("clips", [Cdl(offset=(-0.3,) * 3, power=(0.3,) * 3), Cdl((1.2,) * 3, power=(8.0,) * 3)])
def test_the_error_where_nothing_clips_leaves_out_what_is_cut_at_either_end(clips: Cdl) -> None:
    baked = bake_lut(Look((clips,)), LutTarget(17))
    ramp = np.repeat(np.linspace(0.0, 1.0, 200_001)[:, None], 3, axis=1)
    wanted = cdl_by_hand(clips, ramp)
    off = np.abs(wanted - baked.apply(ramp)) * 876
    cut = ((wanted * 876 < 0.5) | (wanted * 876 > 875.5)).any(axis=1)
    assert off[cut].max() == pytest.approx(baked.error.maximum, rel=0.01)
    assert off[~cut].max() == pytest.approx(baked.error.maximum_inside, rel=0.25)
    assert baked.error.maximum_inside < baked.error.maximum


def cdl_by_hand(cdl: Cdl, rgb: np.ndarray) -> np.ndarray:
    """ASC CDL v1.2 without saturation, by its letter."""
    return np.clip(rgb * cdl.slope + cdl.offset, 0.0, 1.0) ** cdl.power


def test_every_shaper_goes_from_0_to_1_and_the_looks_own_is_among_them(spaces: SimpleNamespace) -> None:
    bent = Curves(*[Curve((Formula("bent", lambda x: x + 0.2 * x * x + 0.1, -2.0, 2.0),))] * 3)
    for ends in ((0.0, 1.0), (-0.07, 1.09)):
        found = shapers((bent, Matrix3(np.full((3, 3), 1 / 3))), ends)
        assert [shaper.name for shaper in found][-1] == "the look's first curve"
        for shaper in found[1:]:
            assert shaper.curve is not None
            values = shaper.curve(np.linspace(0.0, 1.0, 101))
            assert values[[0, -1]] == pytest.approx([0.0, 1.0], abs=1e-12)
            assert (np.diff(values) > 0).all()
    falling = Curves(*[Curve((Affine(-1.0, 1.0),))] * 3)
    assert [shaper.name for shaper in shapers((falling,), (0.0, 1.0))][-1] != "the look's first curve"


def test_the_identity_is_the_identity() -> None:
    for range_map in RANGE_MAPS:
        error = bake_lut(Look(), LutTarget(17, None, range_map)).error
        assert error.maximum < 1e-3
        assert error.maximum_delta_e < 1e-3


def test_a_full_range_look_is_mapped_by_its_own_codes() -> None:
    baked = bake_lut(Look((Cdl((0.5, 1.0, 1.0)),)), LutTarget(33, None, "64-940", full_range=True))
    given = baked.apply(np.array([[512 / 1023, 700 / 1023, 64 / 1023]]))[0] * 1023
    assert given.tolist() == pytest.approx([256, 700, 64], abs=0.01)


def test_an_output_transform_is_baked_too(spaces: SimpleNamespace) -> None:
    style = "ACES-OUTPUT - ACES2065-1_to_CIE-XYZ-D65 - SDR-VIDEO_1.0"
    baked = bake_lut(
        Look((CDL, OutputTransform(spaces.logc3, style, "DISPLAY - CIE-XYZ-D65_to_REC.1886-REC.709"))), LutTarget(33)
    )
    assert baked.error.space == "Rec.709 BT.1886"
    assert baked.error.mean_delta_e < 1.0
    assert "delta E 2000 at most" in baked.error.sentence


def test_the_output_space_is_said_and_counts() -> None:
    p3 = ColorSpace(GammaCurve(2.6), REC709.to_xyz, "P3 of a test")
    one, other = (bake_lut(LOOK, LutTarget(17), sdr(space)).error for space in (REC709, p3))
    assert (one.space, other.space) == ("Rec.709 BT.1886", "P3 of a test")
    assert one.maximum == other.maximum
    assert one.maximum_delta_e != other.maximum_delta_e


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"size": 34}, "a LUT of 34 points cannot be made; choose from 17, 26, 32, 33, 64, 65"),
        ({"depth": 8}, "a LUT of 8 bits cannot be made"),
        ({"range_map": "16-235"}, "there is no range map '16-235'"),
    ],
)
def test_what_no_box_takes_is_refused(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        LutTarget(**values)  # type: ignore[arg-type]
