"""CIEDE2000 against colour-science, and what it is stated for."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import colour

from livegrade.color.deltae import HLG, PQ, ciede2000, delta_e, delta_e_itp, hlg_light, pq_light
from livegrade.color.space import REC709


def test_ciede2000_is_what_colour_science_gives() -> None:
    random = np.random.default_rng(3)
    first = random.uniform((0, -100, -100), (100, 100, 100), (5000, 3))
    second = np.concatenate([first[:2500] + random.normal(0, 3, (2500, 3)), random.uniform(-60, 60, (2500, 3)) + 40])
    first[:10, 1:] = 0.0  # greys have no hue
    second[5:15, 1:] = 0.0
    assert np.abs(ciede2000(first, second) - colour.delta_E(first, second, method="CIE 2000")).max() < 1e-9


def test_published_pairs() -> None:
    """Sharma, Wu and Dalal (2005), table 1: pairs 1, 7, 9, 14, 16, 17, 25 and 34, chosen where hues wrap around."""
    pairs = [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, -0.001, 2.49), (50, 0.0011, -2.49), 4.7461),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ]
    for first, second, expected in pairs:
        one, other = np.array(first, dtype=np.float64), np.array(second, dtype=np.float64)
        assert float(ciede2000(one, other)) == pytest.approx(expected, abs=5e-5)
        assert float(ciede2000(other, one)) == pytest.approx(expected, abs=5e-5)


def test_delta_e_is_that_of_a_rec709_monitor_with_bt1886() -> None:
    random = np.random.default_rng(4)
    one = random.random((1000, 3))
    other = np.clip(one + random.normal(0, 0.05, one.shape), 0, 1)
    space = colour.RGB_COLOURSPACES["ITU-R BT.709"]
    labs = [
        colour.XYZ_to_Lab(colour.RGB_to_XYZ(rgb**2.4, space, apply_cctf_decoding=False), space.whitepoint)
        for rgb in (one, other)
    ]
    theirs = colour.delta_E(*labs, method="CIE 2000")
    assert np.abs(delta_e(one, other, REC709) - theirs).max() < 0.01  # their matrix has four decimals


def test_what_a_monitor_cannot_show_is_no_difference() -> None:
    assert delta_e(np.array([1.0, 1.0, 1.0]), np.array([1.3, 1.1, 2.0]), REC709) == 0.0
    assert delta_e(np.array([0.0, 0.0, 0.0]), np.array([-0.3, -0.1, 0.0]), REC709) == 0.0


def test_delta_e_itp_is_what_colour_science_gives() -> None:
    """ITU-R BT.2124, behind PQ; for HLG on the light of a display of 1000 nit."""
    random = np.random.default_rng(6)
    one = random.random((2000, 3))
    other = np.clip(one + random.normal(0, 0.02, one.shape), 0, 1)
    light = [colour.models.eotf_BT2100_PQ(signal) for signal in (one, other)]
    theirs = [colour.RGB_to_ICtCp(each, method="ITU-R BT.2100-2 PQ", L_p=10_000) for each in light]
    expected = colour.delta_E(*theirs, method="ITP")
    assert np.abs(PQ.delta_e(one, other) - expected).max() < 1e-6
    assert np.abs(pq_light(one) - light[0]).max() < 1e-6
    shown = [colour.models.eotf_BT2100_HLG(signal, L_W=1000) for signal in (one, other)]
    assert np.abs(hlg_light(one) - shown[0]).max() < 1e-3
    assert np.abs(HLG.delta_e(one, other) - delta_e_itp(*shown)).max() < 1e-3


def test_a_step_of_ten_bit_pq_is_less_than_can_be_seen() -> None:
    grey = np.repeat(np.arange(100, 900)[:, None] / 1023, 3, axis=1)
    seen = PQ.delta_e(grey, grey + 1 / 1023)
    assert seen == pytest.approx(np.full(800, 720 / 1023), rel=1e-6)
