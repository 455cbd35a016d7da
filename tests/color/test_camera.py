"""Camera curves against colour-science and the numbers their maker prints."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from colour.models import (
        log_decoding_ARRILogC3,
        log_decoding_ARRILogC4,
        log_encoding_ARRILogC3,
        log_encoding_ARRILogC4,
    )

from livegrade.color.camera import CURVES, LOGC3_CUT, camera_curve
from livegrade.errors import UsageError

LIGHT = np.concatenate([np.linspace(-0.02, 0.05, 701), np.geomspace(0.05, 469.0, 2000)])
CODES = np.arange(1024) / 1023

PEERS = {
    "arri-logc3": (log_encoding_ARRILogC3, log_decoding_ARRILogC3),
    "arri-logc4": (log_encoding_ARRILogC4, log_decoding_ARRILogC4),
}


@pytest.mark.parametrize("name", CURVES)
def test_both_ways_as_colour_science(name: str) -> None:
    curve = camera_curve(name)
    encode, decode = PEERS[name]
    with np.errstate(invalid="ignore"):  # the peer takes logs of what its where() then drops
        assert np.abs(curve.encode(LIGHT) - encode(LIGHT)).max() < 1e-12
    peer = decode(CODES)
    assert (np.abs(curve.decode(CODES) - peer) / np.maximum(1.0, np.abs(peer))).max() < 1e-12


@pytest.mark.parametrize("name", CURVES)
def test_every_ten_bit_code_comes_back(name: str) -> None:
    curve = camera_curve(name)
    assert np.abs(curve.encode(curve.decode(CODES)) - CODES).max() < 1e-6


@pytest.mark.parametrize(("name", "black", "grey"), [("arri-logc3", 0.0928, 0.3910), ("arri-logc4", 0.0929, 0.2784)])
def test_black_and_grey_are_the_makers(name: str, black: float, grey: float) -> None:
    curve = camera_curve(name)
    assert curve.encode(np.array(0.0)) == pytest.approx(curve.black, abs=1e-6)
    assert curve.encode(np.array(0.18)) == pytest.approx(curve.mid_grey, abs=1e-6)
    assert curve.black == pytest.approx(black, abs=5e-5)
    assert curve.mid_grey == pytest.approx(grey, abs=5e-5)


def test_the_gap_in_the_printed_logc3_is_known() -> None:
    curve = camera_curve("arri-logc3")
    below, above = curve.encode(np.array([LOGC3_CUT, np.nextafter(LOGC3_CUT, 1.0)]))
    assert above - below == pytest.approx(-2.5e-7, abs=1e-8)


def test_an_unknown_curve_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="arri-logc3, arri-logc4"):
        camera_curve("logc5")
