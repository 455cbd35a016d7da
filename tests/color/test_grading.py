"""Every grading node against OpenColorIO, colour-science or SciPy: ramps, corners, 10,000 random colours."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import PyOpenColorIO as ocio  # noqa: N813
import pytest

from livegrade.color.balance import WhiteBalance, light_source
from livegrade.color.grading import (
    PRINTER_POINT,
    Contrast,
    Exposure,
    LiftGammaGain,
    PrinterPoints,
    RgbCurves,
    Saturation,
)
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.color.rangenode import Range
from livegrade.color.space import adaptation
from livegrade.color.spline import MonotoneCubic
from livegrade.color.transforms import ColorSpaceTransform, OutputTransform
from livegrade.errors import UsageError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says at import what it misses for other parts
    import colour

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import SimpleNamespace

    from numpy.typing import NDArray

    from livegrade.color.nodes import Node

    Colours = Callable[..., NDArray[np.float64]]
    Judged = Callable[..., NDArray[np.float32]]

TOLERANCE = 1e-5
DISPLAY = "DISPLAY - CIE-XYZ-D65_to_REC.1886-REC.709"


def log_camera(name: str) -> ocio.Transform:
    """ARRI's curves as OpenColorIO's own LogCamera, linear light to signal."""
    transform = ocio.LogCameraTransform([0.010591] * 3) if name == "arri-logc3" else None
    if transform is None:
        a, b, c = (2**18 - 16) / 117.45, (1023 - 95) / 1023, 95 / 1023
        transform = ocio.LogCameraTransform([(2 ** (14 * (-c / b) + 6) - 64) / a] * 3)
        transform.setBase(2.0)
        transform.setLogSideSlopeValue([b / 14] * 3)
        transform.setLogSideOffsetValue([-6 * b / 14 + c] * 3)
        transform.setLinSideSlopeValue([a] * 3)
        transform.setLinSideOffsetValue([64.0] * 3)
        return transform
    transform.setBase(10.0)
    transform.setLogSideSlopeValue([0.247190] * 3)
    transform.setLogSideOffsetValue([0.385537] * 3)
    transform.setLinSideSlopeValue([5.555556] * 3)
    transform.setLinSideOffsetValue([0.052272] * 3)
    transform.setLinearSlopeValue([5.367655] * 3)
    return transform


def back(transform: ocio.Transform) -> ocio.Transform:
    transform.setDirection(ocio.TRANSFORM_DIR_INVERSE)
    return transform


def primary(style: ocio.GradingStyle, **values: object) -> ocio.Transform:
    grading = ocio.GradingPrimary(style)
    for name, value in values.items():
        setattr(grading, name, value)
    transform = ocio.GradingPrimaryTransform(style)
    transform.setValue(grading)
    return transform


def matrix(values: NDArray[np.float64]) -> ocio.Transform:
    whole = np.eye(4)
    whole[:3, :3] = values
    return ocio.MatrixTransform(whole.ravel().tolist())


@pytest.mark.parametrize("stops", [-2.5, 0.37, 3.0])
@pytest.mark.parametrize("camera", ["logc3", "logc4"])
def test_exposure(colours: Colours, judged: Judged, spaces: SimpleNamespace, camera: str, stops: float) -> None:
    space = getattr(spaces, camera)
    look, rgb = Look((Exposure(stops, space),)), colours(-0.1, 1.1)
    gain = matrix(np.eye(3) * 2.0**stops)
    truth = judged(rgb, back(log_camera(space.curve.name)), gain, log_camera(space.curve.name))
    assert np.abs(look.slots().apply(rgb) - truth).max() < TOLERANCE
    assert look.slots().baked is None


def test_exposure_of_linear_light(colours: Colours, judged: Judged) -> None:
    rgb = colours()
    exposure = primary(ocio.GRADING_LIN, exposure=ocio.GradingRGBM(0, 0, 0, 1.25))
    assert np.abs(Look((Exposure(1.25),)).slots().apply(rgb) - judged(rgb, exposure)).max() < TOLERANCE


def test_printer_points(colours: Colours, judged: Judged) -> None:
    rgb, points = colours(), (3.0, -1.0, 2.0)
    # OpenColorIO's brightness is in its own units of 6.25 codes of 10 bits: two to a printer point.
    brightness = primary(ocio.GRADING_LOG, brightness=ocio.GradingRGBM(6, -2, 4, 0))
    assert np.abs(Look((PrinterPoints(points),)).slots().apply(rgb) - judged(rgb, brightness)).max() < TOLERANCE
    assert PRINTER_POINT * 1023 == 12.5


@pytest.mark.parametrize("lift", [(0.0, 0.0, 0.0), (0.05, -0.03, 0.1)])
@pytest.mark.parametrize("gamma", [(1.0, 1.0, 1.0), (1.2, 0.8, 2.0)])
@pytest.mark.parametrize("gain", [(1.0, 1.0, 1.0), (1.3, 0.9, 0.7)])
def test_lift_gamma_gain(
    colours: Colours,
    judged: Judged,
    lift: tuple[float, float, float],
    gamma: tuple[float, float, float],
    gain: tuple[float, float, float],
) -> None:
    rgb = colours()
    transform = primary(
        ocio.GRADING_VIDEO,
        lift=ocio.GradingRGBM(*lift, 0.0),
        gamma=ocio.GradingRGBM(*gamma, 1.0),
        gain=ocio.GradingRGBM(*gain, 1.0),
    )
    ours, truth = Look((LiftGammaGain(lift, gamma, gain),)).slots().apply(rgb), judged(rgb, transform)
    straight = Look((LiftGammaGain(lift, (1.0, 1.0, 1.0), gain),)).slots().apply(rgb)
    bent = np.array(gamma) != 1.0
    # OpenColorIO mirrors gamma below black where we leave values alone; a root near black shows its float32.
    alike = (straight > 1e-4) | ~bent
    # Its power is a fast approximation, up to 2e-5 off: against the formula itself in long double we are exact.
    assert (np.abs(ours - truth) < 2 * TOLERANCE * np.maximum(np.abs(truth), 1.0))[alike].all()
    formula = np.power(np.maximum(straight, 0.0).astype(np.longdouble), 1 / np.array(gamma, np.longdouble))
    assert np.abs(ours - formula)[straight > 0].max() < 1e-14
    assert np.array_equal(ours[straight <= 0], straight[straight <= 0])


def test_contrast_and_saturation(colours: Colours, judged: Judged) -> None:
    rgb = colours()
    look = Look((Contrast(1.4, 0.41), Saturation(0.7)))
    one, pivot = ocio.GradingRGBM(1.4, 1.4, 1.4, 1.0), (0.41 - 0.5) / 0.5
    truth = judged(rgb, primary(ocio.GRADING_LOG, contrast=one, pivot=pivot, saturation=0.7))
    assert np.abs(look.slots().apply(rgb) - truth).max() < TOLERANCE
    assert look.slots().baked is None


def test_saturation_with_other_weights_keeps_their_luma(colours: Colours) -> None:
    rgb, weights = colours(), (0.2627, 0.6780, 0.0593)
    graded = Look((Saturation(1.7, weights),)).slots().apply(rgb)
    assert np.abs(graded @ weights - rgb @ weights).max() < 1e-12


@pytest.mark.parametrize(
    ("points", "values"),
    # scipy.interpolate.PchipInterpolator (SciPy 1.17.1) at PLACES.
    [
        (
            ((0, 0), (0.25, 0.18), (0.5, 0.55), (0.75, 0.8), (1, 1)),
            [0.0, 0.0218501818182, 0.0523505454545, 0.2399308856, 0.28447354895, 0.55, 0.6796082581, 0.9257333333, 1.0],
        ),
        (
            ((0, 0.1), (0.2, 0.4), (0.35, 0.3), (0.8, 0.9), (1.0, 0.9)),
            [0.1, 0.223883928571, 0.318452380952, 0.325925925926, 0.304859259259, 0.455555555556, 0.6888, 0.9, 0.9],
        ),
        (
            ((0, 0), (0.1, 0.9), (1, 1)),
            [0.0, 0.5699023199, 0.9, 0.9485174633, 0.9540740093, 0.9783309968, 0.9890773271, 0.9995010476, 1.0],
        ),
    ],
)
def test_rgb_curves_are_those_of_scipy(points: tuple[tuple[float, float], ...], values: list[float]) -> None:
    places = np.array([0, 0.05, 0.1, 0.3, 0.33, 0.5, 0.62, 0.9, 1.0])
    assert np.abs(MonotoneCubic.through(points)(places) - values).max() < 1e-10
    graded = Look((RgbCurves(red=points),)).slots().apply(np.repeat(places[:, None], 3, axis=1))
    assert np.abs(graded[:, 0] - values).max() < 1e-10
    assert np.array_equal(graded[:, 1], places)


def test_rgb_curves_go_straight_on_and_master_comes_first() -> None:
    s_curve = ((0.0, 0.05), (0.5, 0.5), (1.0, 0.9))
    curve = MonotoneCubic.through(s_curve)
    ends = np.array([-0.2, -0.1, 0.0, 1.0, 1.1, 1.2])
    steps = np.diff(curve(ends))
    assert steps[0] == pytest.approx(steps[1])
    assert steps[3] == pytest.approx(steps[4])
    node = RgbCurves(master=s_curve, blue=((0.0, 0.1), (1.0, 1.0)))
    graded = Look((node,)).slots().apply(np.full((1, 3), 0.3))
    middle = float(curve(np.array([0.3]))[0])
    assert graded[0].tolist() == pytest.approx([middle, middle, 0.1 + 0.9 * middle])


@pytest.mark.parametrize("temperature", [1500.0, 3200.0, 5600.0, 6504.0, 12000.0])
def test_light_sources_are_those_of_colour_science(temperature: float) -> None:
    krystek = colour.temperature.CCT_to_uv_Krystek1985(temperature)
    xy = colour.UCS_uv_to_xy(krystek)
    assert np.abs(light_source(temperature) - colour.xy_to_XYZ(xy)).max() < 1e-9
    # With tint: Ohno's exact locus; Krystek's is off by 8e-5 at most.
    ohno = colour.xy_to_XYZ(colour.UCS_uv_to_xy(colour.temperature.CCT_to_uv_Ohno2013([temperature, 0.02])))
    x, y, z = light_source(temperature, 20.0)
    assert np.abs(colour.XYZ_to_xy([x, y, z]) - colour.XYZ_to_xy(ohno)).max() < 1e-3


def test_adaptation_is_bradford_of_colour_science() -> None:
    whites = light_source(3200.0), light_source(5600.0, 5.0)
    truth = colour.adaptation.matrix_chromatic_adaptation_VonKries(*whites, transform="Bradford")
    assert np.abs(adaptation(*whites) - truth).max() < 1e-12


@pytest.mark.parametrize("camera", ["logc3", "logc4"])
def test_white_balance(colours: Colours, judged: Judged, spaces: SimpleNamespace, camera: str) -> None:
    space, rgb = getattr(spaces, camera), colours(0.05, 0.9)
    look = Look((WhiteBalance(4800.0, space, 6.0, 5600.0),))
    whites = light_source(4800.0, 6.0), light_source(5600.0)
    adapted = colour.adaptation.matrix_chromatic_adaptation_VonKries(*whites, transform="Bradford")
    balance = matrix(np.linalg.inv(space.matrix) @ adapted @ space.matrix)
    truth = judged(rgb, back(log_camera(space.curve.name)), balance, log_camera(space.curve.name))
    assert look.slots().baked is None
    # Where the balance leaves next to nothing of a channel, float32 of OpenColorIO's large linear values shows.
    decoded = np.abs(space.curve.decode(rgb)).max(axis=1, keepdims=True)
    assert (np.abs(look.slots().apply(rgb) - truth) < TOLERANCE + 4e-6 * decoded).all()


def test_a_higher_temperature_is_warmer_and_more_tint_more_magenta(spaces: SimpleNamespace) -> None:
    grey = np.full((1, 3), 0.4)
    warm = Look((WhiteBalance(7000.0, spaces.logc3),)).slots().apply(grey)[0]
    assert warm[0] > 0.4 > warm[2]
    magenta = Look((WhiteBalance(5600.0, spaces.logc3, tint=10.0),)).slots().apply(grey)[0]
    assert magenta[1] < 0.4 < magenta[0]
    assert magenta[2] > 0.4


def test_colour_space_transform(colours: Colours, judged: Judged, spaces: SimpleNamespace) -> None:
    rgb = colours(0.05, 0.8)
    look = Look((ColorSpaceTransform(spaces.logc4, spaces.logc3),))
    awg4, awg3 = (colour.RGB_COLOURSPACES[f"ARRI Wide Gamut {version}"] for version in (4, 3))
    between = colour.matrix_RGB_to_RGB(awg4, awg3, chromatic_adaptation_transform="Bradford")
    truth = judged(rgb, back(log_camera("arri-logc4")), matrix(between), log_camera("arri-logc3"))
    decoded = np.abs(spaces.logc4.curve.decode(rgb)).max(axis=1, keepdims=True)
    assert look.slots().baked is None
    assert (np.abs(look.slots().apply(rgb) - truth) < TOLERANCE + 4e-6 * decoded).all()


@pytest.mark.parametrize("rendering", ["SDR-VIDEO_1.0", "SDR-100nit-REC709_2.0"])
def test_output_transform(colours: Colours, judged: Judged, spaces: SimpleNamespace, rendering: str) -> None:
    rgb, style = colours(0.1, 0.7), f"ACES-OUTPUT - ACES2065-1_to_CIE-XYZ-D65 - {rendering}"
    node = OutputTransform(spaces.logc3, style, DISPLAY)
    to_aces = ocio.BuiltinTransform("ARRI_ALEXA-LOGC-EI800-AWG_to_ACES2065-1")
    truth = judged(rgb, to_aces, ocio.BuiltinTransform(style), ocio.BuiltinTransform(DISPLAY))
    ours = Look((node,)).apply(rgb)
    # ARRI's matrix to ACES adapts with CAT02, ours with Bradford: greys agree, colours nearly.
    assert np.abs(ours - truth)[:1025].max() < 2e-3
    assert np.median(np.abs(ours - truth)) < 5e-3
    baked = Look((node,)).slots().baked
    assert baked is not None
    assert baked.nodes == (0,)
    assert baked.sentence.startswith("output transform (node 1) baked into a lattice of 65 points a side: ")


@pytest.mark.parametrize("kind", [Exposure, PrinterPoints, LiftGammaGain, Contrast, Saturation, RgbCurves, Cdl, Range])
def test_a_node_that_nobody_has_touched_does_nothing(kind: Callable[[], Node]) -> None:
    assert kind().elements == ()


def test_what_stands_behind_an_output_transform_stays_exact(spaces: SimpleNamespace) -> None:
    """What it gives is a signal, so that a trim for the display is no part of the bake."""
    shown = OutputTransform(spaces.logc3, "ACES-OUTPUT - ACES2065-1_to_CIE-XYZ-D65 - SDR-VIDEO_1.0", DISPLAY)
    form = Look((shown, Contrast(1.2), Saturation(0.5))).slots()
    assert form.baked is not None
    assert form.baked.nodes == (0,)
    assert not form.matrix2.is_identity


def test_an_unknown_rendering_has_near_names(spaces: SimpleNamespace) -> None:
    with pytest.raises(UsageError, match=r"no built-in transform 'ACES-OUTPUT .*; near: ACES-OUTPUT"):
        OutputTransform(spaces.logc3, "ACES-OUTPUT - ACES2065-1_to_CIE-XYZ-D65 - SDR-VIDEO_9.0", DISPLAY)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda s: Exposure(21.0), "exposure must be -20 to 20 stops"),
        (lambda s: Exposure(1.0, mix=101.0), "mix must be 0 to 100 per cent"),
        (lambda s: PrinterPoints((0.0, 101.0, 0.0)), "printer points must be -100 to 100"),
        (lambda s: LiftGammaGain((-0.9999, 0.0, 0.0)), "1 / gain \\+ lift must be 0.001 or more"),
        (lambda s: LiftGammaGain(gamma=(0.0, 1.0, 1.0)), "gamma must be 0.01 to 100"),
        (lambda s: Contrast(float("nan")), "contrast must be 0 to 100"),
        (lambda s: Saturation(1.2, (0.5, 0.5, 0.5)), "luma weights must sum to 1"),
        (lambda s: RgbCurves(((0.0, 0.1),)), "2 to 64 points, got 1"),
        (lambda s: RgbCurves(red=((0.0, 0.0), (0.0, 1.0))), "must rise from left to right"),
        (lambda s: RgbCurves(red=((0.0, 0.0), (1.0, float("inf")))), "a point of a curve must be -16 to 16"),
        (lambda s: WhiteBalance(500.0, s.logc3), "temperature of white balance must be 1000 to 15000 kelvin"),
        (lambda s: WhiteBalance(5600.0, s.logc3, 200.0), "tint must be -100 to 100"),
    ],
)
def test_impossible_numbers_are_refused(
    spaces: SimpleNamespace, make: Callable[[SimpleNamespace], object], sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        make(spaces)


def test_nodes_at_their_defaults_do_nothing(spaces: SimpleNamespace) -> None:
    resting = (
        Exposure(0.0, spaces.logc4),
        WhiteBalance(5600.0, spaces.logc4),
        PrinterPoints(),
        LiftGammaGain(),
        Contrast(),
        Saturation(),
        RgbCurves(((0.0, 0.0), (0.5, 0.5), (1.0, 1.0))),
        ColorSpaceTransform(spaces.logc4, spaces.logc4),
    )
    assert Look(resting).elements() == ()
    assert len({Look((node,)).id for node in resting}) == len(resting)
