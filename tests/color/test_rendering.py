"""Output transforms against OpenColorIO's built-in ACES configs; ACES grading; one look on two displays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import PyOpenColorIO as ocio  # noqa: N813
import pytest

from livegrade.color.camera import camera
from livegrade.color.files import load_look_file
from livegrade.color.files.saved import write_saved_look
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.color.ocio import builtin, rendering
from livegrade.color.rendering import OUTPUTS, RENDERINGS, entrance, is_output, output_nodes, with_output
from livegrade.color.transforms import OutputTransform
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Judged = Callable[..., NDArray[np.float32]]

STUDIO = {"aces1": "studio-config-v2.2.0_aces-v1.3_ocio-v2.4", "aces2": "studio-config-v4.0.0_aces-v2.0_ocio-v2.5"}
VIEWS = {
    ("rec709", "aces1"): ("Rec.1886 Rec.709 - Display", "ACES 1.0 - SDR Video"),
    ("srgb", "aces1"): ("sRGB - Display", "ACES 1.0 - SDR Video"),
    ("p3-d65", "aces1"): ("P3-D65 - Display", "ACES 1.0 - SDR Cinema"),
    ("rec2100-pq", "aces1"): ("Rec.2100-PQ - Display", "ACES 1.1 - HDR Video (1000 nits & Rec.2020 lim)"),
    ("rec2100-hlg", "aces1"): ("Rec.2100-HLG - Display", "ACES 1.1 - HDR Video (1000 nits & Rec.2020 lim)"),
    ("rec709", "aces2"): ("Rec.1886 Rec.709 - Display", "ACES 2.0 - SDR 100 nits (Rec.709)"),
    ("srgb", "aces2"): ("sRGB - Display", "ACES 2.0 - SDR 100 nits (Rec.709)"),
    ("p3-d65", "aces2"): ("P3-D65 - Display", "ACES 2.0 - SDR 100 nits (P3 D65)"),
    ("rec2100-pq", "aces2"): ("Rec.2100-PQ - Display", "ACES 2.0 - HDR 1000 nits (Rec.2020)"),
    ("rec2100-hlg", "aces2"): ("Rec.2100-HLG - Display", "ACES 2.0 - HDR 1000 nits (P3 D65)"),
}
LOST_COLOURS = (
    (136.83943743, 134.15362101, 0.60073946),
    (30.96078952, 215.25007585, 0.34268394),
    (32.97197398, 208.64057869, 28.75197666),
    (297.06544276, 0.33630775, 21.85651864),
)
"""ACES2065-1; four of three million random LogC4 signals."""
LOGC4_IN_CONFIGS = "ARRI LogC4"
CDL = Cdl(slope=(1.1, 1.0, 0.95), offset=(0.01, 0.0, -0.01), power=(0.98, 1.0, 1.03), saturation=0.9)


def colours(count: int = 10_000) -> np.ndarray:
    """LogC4 signals: greys, and random ones."""
    greys = np.repeat(np.linspace(0.0, 1.0, 1000)[:, np.newaxis], 3, axis=1)
    return np.concatenate([greys, np.random.default_rng(11).random((count, 3))])


@pytest.mark.parametrize(("name", "way"), VIEWS)
def test_unbaked_as_the_built_in_config(judged: Judged, name: str, way: str) -> None:
    """From ACEScct, whose way to ACES2065-1 is the same number for number."""
    rgb = colours()
    config = ocio.Config.CreateFromBuiltinConfig(STUDIO[way])
    expected = judged(rgb, ocio.DisplayViewTransform("ACEScct", *VIEWS[name, way]), config=config)
    shown = Look(output_nodes(f"{name}:{way}", camera("acescct"))).apply(rgb)
    apart = np.abs(shown - expected)
    assert np.median(apart) < 1e-6
    # The configs of ACES 2.0 cut light that is below zero by rounding at the edge of the gamut; 0.0025 is 2.2 codes.
    assert apart.max() < 3e-3
    assert np.quantile(apart[expected > 0.1], 0.999) < 2e-4


@pytest.mark.parametrize("shot", ["ALEXA 35", "sony-slog3"])
@pytest.mark.parametrize(("name", "way"), VIEWS)
def test_unbaked_is_opencolorios_own_rendering(name: str, way: str, shot: str) -> None:
    """Of the same ACES2065-1 light, from a camera. One step of float32 in that light moves OpenColorIO's renderings by
    up to 0.5 at a few colours, and light of 1e-7 is 0.001 of a display's signal: those are what is left out here."""
    given, node = camera(shot), output_nodes(f"{name}:{way}", camera(shot))[0]
    rgb = np.concatenate([colours(), np.stack(np.meshgrid([0.0, 1.0], [0.0, 1.0], [0.0, 1.0]), axis=-1).reshape(-1, 3)])
    rgb = rgb.astype(np.float32).astype(np.float64)
    pixels = (given.curve.decode(rgb) @ given.gamut.to_aces.T).astype(np.float32)
    group = ocio.GroupTransform()
    for style in (node.rendering, node.display):
        group.appendTransform(ocio.BuiltinTransform(style))
    processor = ocio.Config.CreateRaw().getProcessor(group)
    processor.getOptimizedCPUProcessor(ocio.BIT_DEPTH_F32, ocio.BIT_DEPTH_F32, ocio.OPTIMIZATION_LOSSLESS).applyRGB(
        pixels
    )
    apart = np.abs(Look((node,)).apply(rgb) - pixels)
    assert apart.max() < 3e-3
    seen = apart[pixels > 0.02]
    assert len(seen) > 20_000
    assert (seen > 1e-5).mean() < 1e-3
    assert seen.max() < 2e-4


@pytest.mark.parametrize("way", STUDIO)
def test_a_camera_goes_to_the_display_as_the_config_says(judged: Judged, way: str) -> None:
    rgb = colours()[:1000]
    config = ocio.Config.CreateFromBuiltinConfig(STUDIO[way])
    way_there = ocio.DisplayViewTransform(LOGC4_IN_CONFIGS, *VIEWS["rec709", way])
    expected = judged(rgb, way_there, config=config)
    shown = Look(output_nodes(f"rec709:{way}", camera("ALEXA 35"))).apply(rgb)
    assert np.abs(shown - expected).max() < 1e-3


def test_opencolorio_is_black_for_single_bright_colours_and_livegrade_is_not() -> None:
    """Its ACES 2.0 divides by zero where a colour comes to the very top of the gamut, between white and white."""
    style = RENDERINGS + OUTPUTS["rec709"].aces2
    light = np.array(LOST_COLOURS)
    nearby = np.stack([light * (1.0 + share) for share in (-1e-3, -5e-4, 5e-4, 1e-3)])
    white = np.array([0.95046, 1.0, 1.08906])  # of D65
    assert np.abs(builtin(style)(nearby) - white).max() < 5e-3
    assert np.abs(rendering(style)(light) - white).max() < 5e-3
    found = builtin(style)(light)
    if found.all():
        pytest.skip(f"OpenColorIO {ocio.__version__} has mended it; `rendering` may let its colours through")
    assert not found.any()
    parts = list(ocio.Config.CreateRaw().getProcessor(ocio.BuiltinTransform(style)).createGroupTransform())
    unclamped = ocio.GroupTransform(parts[:4])  # to AP1, clamp, back, the rendering; not the clamp and the way to XYZ
    processor = ocio.Config.CreateRaw().getProcessor(unclamped)
    pixels = light.astype(np.float32)
    processor.getOptimizedCPUProcessor(ocio.BIT_DEPTH_F32, ocio.BIT_DEPTH_F32, ocio.OPTIMIZATION_LOSSLESS).applyRGB(
        pixels
    )
    assert np.isnan(pixels).all()


def test_what_is_black_stays_black() -> None:
    style = RENDERINGS + OUTPUTS["rec709"].aces2
    dark = np.array([[0.0, 0.0, 0.0], [-1.0, -1.0, -1.0], [1e-7, 0.0, 0.0], [0.0, -3.0, -2.0]])
    assert np.array_equal(rendering(style)(dark), builtin(style)(dark))
    assert not rendering(style)(dark[:2]).any()


@pytest.mark.parametrize("name", OUTPUTS)
def test_what_is_baked_says_how_far_it_is_off(name: str) -> None:
    look = Look((CDL, *output_nodes(name, camera("ALEXA 35"))))
    form = look.slots()
    assert form.baked is not None
    assert form.baked.size == 65
    rgb = colours(4000)
    apart = np.abs(form.apply(rgb) - look.apply(rgb))
    assert apart.mean() < 4 * max(form.baked.mean, 1e-4)
    greys = apart[200:1000]  # from a stop or so over black on: the log detail of a picture
    assert greys.max() * 876 < 3.0


def test_aces_grading_is_a_cdl_in_acescct(judged: Judged) -> None:
    """Camera to ACEScct, CDL there, to the display: the same as one after the other in OpenColorIO."""
    shot = camera("ALEXA 35")
    nodes = (*entrance(shot, "acescct"), CDL, *output_nodes("rec709:aces1", shot, "acescct"))
    rgb = colours()[:1000]
    config = ocio.Config.CreateFromBuiltinConfig(STUDIO["aces1"])
    cdl = ocio.CDLTransform()
    cdl.setSOP([*CDL.slope, *CDL.offset, *CDL.power])
    cdl.setSat(CDL.saturation)
    cdl.setStyle(ocio.CDL_ASC)
    steps = (
        ocio.ColorSpaceTransform(LOGC4_IN_CONFIGS, "ACEScct"),
        cdl,
        ocio.DisplayViewTransform("ACEScct", *VIEWS["rec709", "aces1"]),
    )
    pixels = judged(rgb, *steps, config=config)
    assert np.abs(Look(nodes).apply(rgb) - pixels).max() < 1e-3
    form = Look(nodes).slots()
    assert form.baked is not None
    assert "output transform" in form.baked.what


def test_plain_is_exact_and_cuts_nothing_itself() -> None:
    look = Look(output_nodes("rec709:plain", camera("sony-slog3")))
    form = look.slots()
    assert form.baked is None
    grey = np.full((1, 3), 420 / 1023)  # Sony's 18 % grey; 40.9 % by BT.709
    assert look.apply(grey) == pytest.approx(0.4089, abs=2e-3)
    assert form.apply(np.ones((1, 3))).min() > 4.0


def test_one_look_has_an_output_for_each_display() -> None:
    shot = camera("ALEXA 35")
    look = Look((CDL, *output_nodes("rec709", shot)), "day 1")
    hdr = with_output(look, output_nodes("rec2100-pq", shot))
    assert hdr.nodes[0] is CDL
    assert len(hdr.nodes) == 2
    assert hdr.id != look.id
    grey = np.full((1, 3), shot.curve.mid_grey)
    sdr_nits = 100 * look.apply(grey)[0, 1] ** 2.4
    pq_nits = camera("pq").curve.decode(hdr.apply(grey))[0, 1] * 26 / 0.18
    assert sdr_nits == pytest.approx(10.0, abs=1.0)  # ACES 2.0 prints 10 nit for 18 % grey on an SDR display
    assert pq_nits == pytest.approx(14.5, abs=1.5)
    assert all(is_output(node) for node in hdr.nodes[1:])
    assert not is_output(entrance(shot, "acescct")[0])


def test_a_rendering_is_saved_with_its_look(tmp_path) -> None:
    look = Look((CDL, *output_nodes("rec2100-hlg", camera("ALEXA 35"))))
    path = tmp_path / "look.json"
    path.write_bytes(write_saved_look(look))
    again = Look(tuple(load_look_file(str(path))))
    assert again.id == look.id
    assert isinstance(again.nodes[1], OutputTransform)


@pytest.mark.parametrize(
    ("to", "shot", "words"),
    [
        ("rec710", "ALEXA 35", "did you mean rec709"),
        ("rec709:aces3", "ALEXA 35", "write rec709, rec709:aces2 or rec709:aces1"),
        ("srgb:plain", "ALEXA 35", "plain is for rec709 only"),
        ("rec709", None, "needs to know the camera"),
    ],
)
def test_what_cannot_be_shown_is_a_sentence(to: str, shot: str | None, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        output_nodes(to, None if shot is None else camera(shot))


def test_grading_spaces() -> None:
    assert entrance(None, "camera") == ()
    with pytest.raises(UsageError, match="choose camera or acescct"):
        entrance(camera("ALEXA 35"), "acescg")
    with pytest.raises(UsageError, match="needs to know the camera"):
        entrance(None, "acescct")
