"""The camera catalogue against colour-science, OpenColorIO and the numbers that makers print."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import colour.models as peer
    from colour import RGB_COLOURSPACES

from livegrade.color.camera import CURVES, GAMUTS, MODELS, SIGNALS, camera, camera_curve
from livegrade.color.cameras.curves import LOGC3
from livegrade.color.ocio import builtin
from livegrade.color.space import ACES2065_1
from livegrade.color.transforms import conversion
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Function = Callable[[NDArray[np.float64]], Any]

LIGHT = np.concatenate([np.linspace(-0.02, 0.05, 701), np.geomspace(0.05, 10.0, 2000)])
POSITIVE = LIGHT[LIGHT >= 0]
CODES = np.arange(1024) / 1023

PEERS: dict[str, Function] = {
    **{
        "arri-logc3" if ei == 800 else f"arri-logc3-ei{ei}": lambda x, ei=ei: peer.log_encoding_ARRILogC3(x, EI=ei)
        for ei in LOGC3
    },
    "arri-logc4": peer.log_encoding_ARRILogC4,
    "red-log3g10": peer.log_encoding_Log3G10,
    "sony-slog3": peer.log_encoding_SLog3,
    "sony-slog2": peer.log_encoding_SLog2,
    "canon-log": peer.log_encoding_CanonLog,
    "canon-log2": peer.log_encoding_CanonLog2,
    "canon-log3": peer.log_encoding_CanonLog3,
    "panasonic-vlog": peer.log_encoding_VLog,
    "blackmagic-film-gen5": peer.oetf_BlackmagicFilmGeneration5,
    "davinci-intermediate": peer.oetf_DaVinciIntermediate,
    "fuji-flog": peer.log_encoding_FLog,
    "fuji-flog2": peer.log_encoding_FLog2,
    "nikon-nlog": peer.log_encoding_NLog,
    "dji-dlog": peer.log_encoding_DJIDLog,
    "apple-log": peer.log_encoding_AppleLogProfile,
    "gopro-protune": peer.log_encoding_Protune,
    "acescct": peer.log_encoding_ACEScct,
    "acescc": peer.log_encoding_ACEScc,
    "hlg": lambda x: peer.oetf_BT2100_HLG(x * 0.26496256),
    "pq": lambda x: peer.eotf_inverse_ST2084(x * 26 / 0.18),
    "rec709": lambda x: peer.oetf_BT2020(x, is_12_bits_system=True),
}
TOLERANCES = {
    "canon-log3": 1e-8,  # the printed cuts are signals, and the peer looks for them through its own inverse
    "rec709": 2e-5,  # the peer has the constants of 12 bits
}
FROM_BLACK = {"gopro-protune", "hlg", "pq"}
"""Curves of which the document says nothing below black."""

GAPS = {"fuji-flog": 1.05e-4, "nikon-nlog": 1.32e-4, "dji-dlog": 2.1e-6}
"""The largest gap between the pieces of a printed formula where it is more than 1e-6; docs/cameras.md lists them."""

OCIO = {
    "ARRI_ALEXA-LOGC-EI800-AWG": ("arri-logc3", 2e-4),  # its LogC3 has constants computed from the sensor's, unrounded
    "ARRI_LOGC4": ("arri-logc4", 1e-5),
    "CANON_CLOG2-CGAMUT": ("canon-log2", 2e-5),
    "CANON_CLOG3-CGAMUT": ("canon-log3", 2e-5),
    "PANASONIC_VLOG-VGAMUT": ("panasonic-vlog", 5e-5),
    "RED_LOG3G10-RWG": ("red-log3g10", 5e-5),
    "SONY_SLOG3-SGAMUT3": ("sony-slog3", 1e-5),
    "SONY_SLOG3-SGAMUT3.CINE": ("sony-slog3-cine", 1e-5),
    "SONY_SLOG3-SGAMUT3-VENICE": ("sony-slog3-venice", 1e-5),
    "SONY_SLOG3-SGAMUT3.CINE-VENICE": ("sony-slog3-venice-cine", 1e-5),
    "APPLE_LOG": ("apple-log", 1e-5),
    "ACEScct": ("acescct", 1e-5),
}
"""Built-in transforms to ACES2065-1, in float32; the tolerance is relative to a colour's largest channel."""

PEER_GAMUTS = {
    "arri-awg3": "ARRI Wide Gamut 3",
    "arri-awg4": "ARRI Wide Gamut 4",
    "red-rwg": "REDWideGamutRGB",
    "sony-sgamut": "S-Gamut",
    "sony-sgamut3": "S-Gamut3",
    "sony-sgamut3-cine": "S-Gamut3.Cine",
    "sony-sgamut3-venice": "Venice S-Gamut3",
    "sony-sgamut3-cine-venice": "Venice S-Gamut3.Cine",
    "canon-cinema": "Cinema Gamut",
    "panasonic-vgamut": "V-Gamut",
    "blackmagic-wide": "Blackmagic Wide Gamut",
    "davinci-wide": "DaVinci Wide Gamut",
    "dji-dgamut": "DJI D-Gamut",
    "gopro-native": "Protune Native",
    "ap1": "ACEScg",
    "bt2020": "ITU-R BT.2020",
    "bt709": "ITU-R BT.709",
}


@pytest.mark.parametrize("name", CURVES)
def test_as_colour_science(name: str) -> None:
    light = POSITIVE if name in FROM_BLACK else LIGHT
    with warnings.catch_warnings(), np.errstate(all="ignore"):  # the peer takes logs of what its where() then drops
        warnings.simplefilter("ignore")
        expected = PEERS[name](light)
    assert np.abs(camera_curve(name).encode(light) - expected).max() < TOLERANCES.get(name, 1e-12)


@pytest.mark.parametrize("name", CURVES)
def test_every_ten_bit_code_comes_back(name: str) -> None:
    curve = camera_curve(name)
    assert np.abs(curve.encode(curve.decode(CODES)) - CODES).max() < 1e-6


@pytest.mark.parametrize("name", CURVES)
def test_both_ways_rise_and_stay_finite(name: str) -> None:
    curve = camera_curve(name)
    wide = np.linspace(-1.0, 2.0, 3001)
    light = curve.decode(wide)
    assert np.isfinite(light).all()
    assert (np.diff(light) >= -1e-5).all()  # a gap that overlaps steps back by less
    signal = curve.encode(np.linspace(-1.0, 500.0, 100_001))
    assert np.isfinite(signal).all()
    assert (np.diff(signal) >= 0).all()


@pytest.mark.parametrize("name", CURVES)
def test_gaps_in_the_printed_formula_are_those_listed(name: str) -> None:
    largest = max((abs(gap) for gap in camera_curve(name).form.gaps), default=0.0)
    if name in GAPS:
        assert largest == pytest.approx(GAPS[name], rel=0.05)
    else:
        assert largest < 1e-6


@pytest.mark.parametrize("name", CURVES)
def test_black_and_grey_are_the_makers(name: str) -> None:
    curve = camera_curve(name)
    black, grey = curve.encode(np.array([0.0, 0.18]))
    assert black == pytest.approx(curve.black, abs=1e-6)
    assert grey == pytest.approx(curve.mid_grey, abs=0.0005)


PRINTED = [(name, *numbers) for name, curve in CURVES.items() for numbers in curve.printed]


@pytest.mark.parametrize(("name", "light", "signal", "half_digit"), PRINTED)
def test_printed_numbers(name: str, light: float, signal: float, half_digit: float) -> None:
    assert float(camera_curve(name).encode(np.array(light))) == pytest.approx(signal, abs=half_digit * 1.001)


@pytest.mark.parametrize("name", GAMUTS)
def test_gamut_to_xyz_as_colour_science(name: str) -> None:
    expected = RGB_COLOURSPACES[PEER_GAMUTS[name]].matrix_RGB_to_XYZ
    assert np.abs(np.array(GAMUTS[name].to_xyz) - expected).max() < 2.5e-4  # some makers print few digits


@pytest.mark.parametrize("style", OCIO)
def test_to_aces_as_opencolorio(style: str) -> None:
    name, tolerance = OCIO[style]
    chosen = camera(name)
    signal = np.random.default_rng(5).random((5000, 3)) * 0.8 + 0.1
    light = chosen.curve.decode(signal) @ chosen.gamut.to_aces.T
    expected = builtin(f"{style}_to_ACES2065-1")(signal)
    assert (np.abs(light - expected) / np.abs(expected).max(axis=1, keepdims=True)).max() < tolerance


@pytest.mark.parametrize("name", GAMUTS)
def test_the_aces_space_goes_to_aces_as_the_maker_does(name: str) -> None:
    model = next(model for model in SIGNALS + MODELS if model.gamut == name)
    chosen = camera(model.name)
    assert np.abs(conversion(chosen.aces_space, ACES2065_1) - chosen.gamut.to_aces).max() < 1e-9


def test_every_model_has_its_parts_and_a_name_of_its_own() -> None:
    names = ["".join(filter(str.isalnum, model.name.casefold())) for model in SIGNALS + MODELS]
    assert len(set(names)) == len(names)
    for model in SIGNALS + MODELS:
        found = camera(model.name)
        assert (found.curve.name, found.gamut.name) == (model.curve, model.gamut)
        assert found.wire_source


@pytest.mark.parametrize("spelling", ["ALEXA 35", "alexa35", "Alexa-35", "  ALEXA  35 "])
def test_spelling_of_a_model_does_not_matter(spelling: str) -> None:
    found = camera(spelling)
    assert (found.curve.name, found.gamut.name, found.wire) == ("arri-logc4", "arri-awg4", "legal")


def test_range_conventions() -> None:
    assert camera("sony-slog3").wire == camera("FX6").wire == "full"
    assert camera("arri-logc4").wire is None
    assert camera("red-log3g10").wire is None
    assert "V-Log" in camera("EVA1").wire_source


@pytest.mark.parametrize(("ei", "clip"), [(160, 0.8128), (400, 0.8968), (None, 0.9539), (1600, 1.0)])
def test_logc3_depends_on_the_exposure_index(ei: int | None, clip: float) -> None:
    found = camera("ALEXA Mini LF", ei)
    assert found.clip == clip
    assert found.ei == (ei or 800)
    assert str(ei or 800) in found.title


def test_a_clip_that_is_not_published_is_none() -> None:
    assert camera("VENICE 2", 500).clip is None
    assert camera("VENICE 2", 500).ei == 500


@pytest.mark.parametrize(
    ("name", "ei", "words"),
    [
        ("alexa 36", None, "near names: .*ALEXA 35"),
        ("slog3", None, "near names: sony-slog3"),
        ("qwertz", None, "known signals are arri-logc3"),
        ("", None, "the camera has no name"),
        ("ALEXA Mini", 3200, "no LogC3 formula for EI 3200, only for 160"),
        ("ALEXA 35", 0, "not an exposure index"),
    ],
)
def test_what_is_not_known_is_a_sentence_with_names(name: str, ei: int | None, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        camera(name, ei)


def test_acescc_comes_back_from_the_darkest_light_on() -> None:
    """S-2014-003 has a piece of its own below 2^-15, which no 10-bit code of a picture reaches."""
    light = np.array([0.0, 2.0**-17, 2.0**-16, 2.0**-15, 2.0**-14])
    curve = camera_curve("acescc")
    assert curve.decode(curve.encode(light)) == pytest.approx(light, abs=1e-12)
    assert curve.encode(light)[0] == pytest.approx((np.log2(2.0**-16) + 9.72) / 17.52)


def test_a_title_names_the_model_where_one_was_chosen_and_the_signal() -> None:
    assert camera("alexa mini lf").title == "ALEXA Mini LF, LogC3 EI 800, ARRI Wide Gamut 3"
    assert camera("sony-slog3-cine").title == "S-Log3, S-Gamut3.Cine"


def test_an_unknown_curve_names_those_near_it() -> None:
    with pytest.raises(UsageError, match=r"near names: arri-logc4, arri-logc3"):
        camera_curve("logc5")
