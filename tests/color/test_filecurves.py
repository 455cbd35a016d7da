"""Curves of CLF against OpenColorIO: logarithms, exponents, half-float tables; both ways, as they are and as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import PyOpenColorIO as ocio  # noqa: N813
import pytest

from livegrade.color.filecurves import ExponentCurve, HalfLut, LogCurve, Negative
from livegrade.color.files import load_look_file
from livegrade.color.files.saved import write_saved_look
from livegrade.color.look import Look
from livegrade.color.nodes import Samples
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    Judged = Callable[..., NDArray[np.float32]]

STYLES = {
    "clamp": ocio.NEGATIVE_CLAMP,
    "mirror": ocio.NEGATIVE_MIRROR,
    "pass": ocio.NEGATIVE_PASS_THRU,
    "linear": ocio.NEGATIVE_LINEAR,
}


def colours(low: float, high: float) -> NDArray[np.float64]:
    ramp = np.repeat(np.linspace(low, high, 1025)[:, None], 3, axis=1)
    random = np.random.default_rng(7).uniform(low, high, (10_000, 3))
    ends = np.array([[0.0, 1.0, 0.18], [1.0, 0.0, 0.0]])
    return np.concatenate([ramp, random, ends]).astype(np.float32).astype(np.float64)


def difference(
    judged: Judged, node: LogCurve | ExponentCurve, transform: ocio.Transform, rgb: NDArray[np.float64]
) -> float:
    """The largest, as a share of the value where that is above one."""
    transform.setDirection(ocio.TRANSFORM_DIR_INVERSE if node.inverse else ocio.TRANSFORM_DIR_FORWARD)
    pixels = judged(rgb, transform)
    return float((np.abs(Look((node,)).apply(rgb) - pixels) / np.maximum(1.0, np.abs(pixels))).max())


@pytest.mark.parametrize("inverse", [False, True])
@pytest.mark.parametrize("camera", [None, "own slope", "given slope"])
def test_logarithms(judged: Judged, inverse: bool, camera: str | None) -> None:
    log_slope, log_offset = (0.25, 0.3, 0.2), (0.4, 0.35, 0.5)
    lin_slope, lin_offset = (5.0, 1.0, 2.0), (0.05, 0.1, 0.02)
    lin_break = (0.01, 0.02, 0.015) if camera else None
    linear = (6.0, 1.2, 3.0) if camera == "given slope" else None
    node = LogCurve(10.0, log_slope, log_offset, lin_slope, lin_offset, lin_break, linear, inverse)
    arguments = {
        "logSideSlope": log_slope,
        "logSideOffset": log_offset,
        "linSideSlope": lin_slope,
        "linSideOffset": lin_offset,
    }
    if lin_break is None:
        transform: ocio.Transform = ocio.LogAffineTransform(**arguments)
    else:
        transform = ocio.LogCameraTransform(linSideBreak=lin_break, **arguments)
        if linear is not None:
            transform.setLinearSlopeValue(linear)
    transform.setBase(10.0)
    rgb = colours(-0.1, 1.1) if inverse else colours(0.0 if camera is None else -0.2, 60.0)
    assert difference(judged, node, transform, rgb) < 1e-5


@pytest.mark.parametrize("inverse", [False, True])
def test_a_plain_logarithm(judged: Judged, inverse: bool) -> None:
    assert difference(judged, LogCurve(2.0, inverse=inverse), ocio.LogTransform(2.0), colours(0.001, 1.1)) < 1e-5


@pytest.mark.parametrize("inverse", [False, True])
@pytest.mark.parametrize("negative", ["clamp", "mirror", "pass"])
def test_exponents(judged: Judged, negative: Negative, inverse: bool) -> None:
    exponent = (2.4, 1.0, 0.6)
    transform = ocio.ExponentTransform([*exponent, 1.0])
    transform.setNegativeStyle(STYLES[negative])
    assert difference(judged, ExponentCurve(exponent, None, negative, inverse), transform, colours(-0.5, 4.0)) < 1e-5


@pytest.mark.parametrize("inverse", [False, True])
@pytest.mark.parametrize("negative", ["linear", "mirror"])
def test_exponents_with_a_line(judged: Judged, negative: Negative, inverse: bool) -> None:
    exponent, offset = (2.4, 1 / 0.45, 1.0), (0.055, 0.099, 0.0)
    transform = ocio.ExponentWithLinearTransform([*exponent, 1.0], [*offset, 0.0])
    transform.setNegativeStyle(STYLES[negative])
    assert difference(judged, ExponentCurve(exponent, offset, negative, inverse), transform, colours(-0.5, 4.0)) < 1e-5


def half_lut() -> HalfLut:
    halves = np.nan_to_num(np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float64), posinf=9, neginf=-9)
    return HalfLut(Samples(np.cbrt(halves)[:, None] * np.array([1.0, 0.5, 0.25])))


def test_half_float_tables_are_straight_between_neighbours() -> None:
    rgb = colours(-3.0, 3.0)
    near = np.cbrt(rgb.astype(np.float16).astype(np.float64)) * np.array([1.0, 0.5, 0.25])
    exact = np.cbrt(rgb) * np.array([1.0, 0.5, 0.25])
    assert np.abs(Look((half_lut(),)).apply(rgb) - exact).max() < np.abs(near - exact).max() / 10
    assert Look((half_lut(),)).apply(np.array([[1e9, -1e9, 0.0]]))[0] == pytest.approx(
        [65504 ** (1 / 3), -(65504 ** (1 / 3)) / 2, 0.0]
    )


def test_they_fit_the_slots_exactly_and_are_kept_in_saved_looks(tmp_path: Path) -> None:
    nodes = (
        LogCurve(10.0, log_slope=(0.25,) * 3, lin_offset=(0.05,) * 3, lin_break=(0.01,) * 3),
        ExponentCurve((2.4,) * 3, (0.055,) * 3, "linear"),
        ExponentCurve((2.2,) * 3, None, "mirror", inverse=True),
        half_lut(),
    )
    look = Look(nodes)
    assert look.slots().baked is None
    rgb = colours(-0.05, 1.05)
    assert np.abs(look.slots().apply(rgb) - look.apply(rgb)).max() < 1e-9
    path = tmp_path / "look.json"
    path.write_bytes(write_saved_look(look))
    assert Look(load_look_file(str(path))).id == look.id


def test_ids_tell_them_apart() -> None:
    nodes = [
        LogCurve(),
        LogCurve(inverse=True),
        LogCurve(10.0),
        LogCurve(lin_break=(0.0,) * 3, lin_offset=(0.1,) * 3),
        ExponentCurve(),
        ExponentCurve(inverse=True),
        ExponentCurve(negative="pass"),
        ExponentCurve(offset=(0.0,) * 3),
        half_lut(),
    ]
    assert len({node.canonical for node in nodes}) == len(nodes)


@pytest.mark.parametrize(
    "make",
    [
        lambda: LogCurve(1.0),
        lambda: LogCurve(-2.0),
        lambda: LogCurve(log_slope=(1.0, 0.0, 1.0)),
        lambda: LogCurve(lin_break=(0.0, float("nan"), 0.0)),
        lambda: LogCurve(lin_break=(0.0,) * 3),
        lambda: ExponentCurve((0.0, 1.0, 1.0)),
        lambda: ExponentCurve((1e6, 1.0, 1.0), (0.1,) * 3),
        lambda: ExponentCurve((1.0,) * 3, (-0.1,) * 3),
        lambda: HalfLut(Samples(np.zeros((1024, 3)))),
    ],
)
def test_what_is_no_curve_is_refused(make: object) -> None:
    with pytest.raises(UsageError):
        make()  # type: ignore[operator]
