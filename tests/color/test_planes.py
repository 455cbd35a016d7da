"""Where the planes of a bake stand, and what denser planes above black are for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.capture.photograph import scene_light
from livegrade.color import bake
from livegrade.color.camera import camera
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.color.planes import axis_about, even_axis, planes
from livegrade.color.reach import EXCURSIONS
from livegrade.color.rendering import Chain, entrance, output_nodes
from livegrade.color.slots import Affine
from livegrade.color.space import REC709
from livegrade.color.transforms import conversion

CDL = Cdl((1.1, 1.0, 0.95), (0.01, -0.02, 0.0), (1.1, 0.95, 1.0), 1.1)


def test_wide_planes_are_those_of_the_design() -> None:
    wide = planes(EXCURSIONS, 65)
    assert wide[0] == pytest.approx(-5 / 54)
    assert wide[-1] == pytest.approx(59 / 54)
    assert wide[5] == 0.0
    assert wide[59] == 1.0
    assert np.array_equal(planes((0.0, 1.0), 65), np.arange(65) / 64)
    assert np.array_equal(planes((0.3, 0.6), 65), np.arange(65) / 64)


@given(st.floats(-10, 1), st.floats(0, 12), st.integers(65, 129))
def test_planes_cover_the_interval_and_stand_on_black_and_white(low: float, high: float, size: int) -> None:
    placed = planes((low, max(low, high)), size)
    assert len(placed) == size
    assert placed[0] <= max(min(low, 0.0), -8.0) + 1e-9
    assert placed[-1] >= min(max(low, high, 1.0), 8.0) - 1e-9
    assert 0.0 in placed
    assert 1.0 in placed


@given(st.floats(0, 0.9), st.floats(-10, 1), st.floats(0, 12), st.integers(33, 129))
def test_planes_about_black_cover_the_interval_and_stand_on_black(
    black: float, low: float, high: float, size: int
) -> None:
    axis = axis_about(black, (low, max(low, high)), size)
    stand = axis.planes
    assert len(stand) == size
    assert (np.diff(stand) > 0).all()
    assert axis.ends[0] <= max(min(low, 0.0), -8.0) + 1e-9
    assert axis.ends[1] >= min(max(low, high, 1.0), 8.0) - 1e-9
    assert np.abs(stand - black).min() < 1e-12
    assert axis.curve.apply(stand) == pytest.approx(np.linspace(0.0, 1.0, size), abs=1e-9)


def photograph(name: str) -> np.ndarray:
    """(n, 3): a photograph as the 10-bit signal of a camera, two stops under to two over."""
    used = camera(name)
    light = np.moveaxis(scene_light(), 0, -1).reshape(-1, 3)[::97].astype(np.float64) @ conversion(REC709, used.space).T
    signal = np.concatenate([used.curve.encode(light * 2.0**stops) for stops in (-2, 0, 2)])
    return np.asarray(np.rint(np.clip(signal, 0.0, 1.0) * 876) / 876)


@pytest.mark.parametrize("name", ["ALEXA 35", "sony-slog3"])
@pytest.mark.parametrize("to", ["rec709", "rec709:aces1", "rec2100-pq"])
def test_photographs_err_less_than_with_even_planes(name: str, to: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rgb = photograph(name)
    look = Look((CDL, *output_nodes(to, camera(name))))
    true = look.apply(rgb)
    denser = np.abs(look.slots().apply(rgb) - true).max(axis=1) * 876
    monkeypatch.setattr(bake, "axis_about", lambda black, interval, size: even_axis(interval, size))
    even = np.abs(look.slots().apply(rgb) - true).max(axis=1) * 876
    assert denser.mean() < 0.8 * even.mean()
    assert (denser > 5).mean() <= 0.8 * (even > 5).mean()


@pytest.mark.parametrize("working", ["camera", "acescct"])
def test_black_of_the_signal_that_is_opened_has_a_plane(working: str) -> None:
    """Behind a CDL, whose saturation is baked with the rest where it stands in ACEScct."""
    used = camera("ALEXA 35")
    look = Chain(entrance(used, working), output_nodes("rec709", used, working)).around(Look((CDL,)))
    form = look.slots()
    black = float((used if working == "camera" else camera(working)).curve.encode(np.zeros(1))[0])
    expected = axis_about(black, (0.0, 1.0), 65)
    assert form.lattice is not None
    power, spread = form.curve2.green.steps[-2:]
    assert power == expected.steps[1]
    assert isinstance(spread, Affine)
    assert isinstance(expected.steps[2], Affine)
    assert (spread.scale, spread.offset) == pytest.approx((expected.steps[2].scale, expected.steps[2].offset))
