"""The curves of camera makers and standards, their numbers as printed. Names are for ever: looks refer to them.

`wire` is said only where the maker's document defines the curve by code values on the wire, or by percent between
10-bit codes 64 and 940; where it depends on the camera's outputs it belongs to the model (`models.py`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from livegrade.color.cameras.forms import (
    AcesCc,
    CanonLog3,
    Hlg,
    LinearLog,
    MirrorLog,
    ParabolaLog,
    PowerToe,
    Pq,
    RootLog,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.cameras.forms import Form

Wire: TypeAlias = Literal["legal", "full"]
"""What signal 0 and 1 are on a Y'CbCr wire of 10 bits: codes 64 and 940 (legal), or 0 and 1023 (full)."""

MID_GREY = 0.18
"""Light of an 18 % grey card."""


@dataclass(frozen=True, slots=True)
class CameraCurve:
    """A curve by name. Light is scene-linear, 0.18 being an 18 % grey card; the signal is 0..1.

    `black`, `mid_grey`: the signal of no light and of 0.18. `clip`: the signal at which the sensor clips, None where
    the maker does not publish it. `title`: for people. `document`: title, version and section. `printed`: numbers that
    the maker prints, (light, signal, half the last digit).
    """

    name: str
    title: str
    document: str
    form: Form
    black: float
    mid_grey: float
    wire: Wire | None = None
    clip: float | None = None
    printed: tuple[tuple[float, float, float], ...] = ()

    def encode(self, light: NDArray[np.float64], /) -> NDArray[np.float64]:
        """Light to signal; float64 of any shape, below 0 and beyond 1 as well."""
        return self.form.encode(light)

    def decode(self, signal: NDArray[np.float64], /) -> NDArray[np.float64]:
        """Signal to light; float64 of any shape, beyond 0..1 as well."""
        return self.form.decode(signal)


LOGC3_DOCUMENT = "ARRI, ALEXA Log C Curve - Usage in VFX (2017-03-09), appendix, SUP 3.x, linear scene exposure factor"

# EI: cut, a, b, c, d, e, f of the table in that appendix, and the encoded level at which the sensor clips from its
# table of black and clip levels. Above EI 1600 ARRI rolls the curve off at its top and prints no formula.
LOGC3: Mapping[int, tuple[float, ...]] = MappingProxyType(
    {
        160: (0.005561, 5.555556, 0.080216, 0.269036, 0.381991, 5.842037, 0.092778, 0.8128),
        200: (0.006208, 5.555556, 0.076621, 0.266007, 0.382478, 5.776265, 0.092782, 0.8341),
        250: (0.006871, 5.555556, 0.072941, 0.262978, 0.382966, 5.710494, 0.092786, 0.8549),
        320: (0.007622, 5.555556, 0.068768, 0.259627, 0.383508, 5.637732, 0.092791, 0.8773),
        400: (0.008318, 5.555556, 0.064901, 0.256598, 0.383999, 5.571960, 0.092795, 0.8968),
        500: (0.009031, 5.555556, 0.060939, 0.253569, 0.384493, 5.506188, 0.092800, 0.9158),
        640: (0.009840, 5.555556, 0.056443, 0.250219, 0.385040, 5.433426, 0.092805, 0.9362),
        800: (0.010591, 5.555556, 0.052272, 0.247190, 0.385537, 5.367655, 0.092809, 0.9539),
        1000: (0.011361, 5.555556, 0.047996, 0.244161, 0.386036, 5.301883, 0.092814, 0.9711),
        1280: (0.012235, 5.555556, 0.043137, 0.240810, 0.386590, 5.229121, 0.092819, 0.9895),
        1600: (0.013047, 5.555556, 0.038625, 0.237781, 0.387093, 5.163350, 0.092824, 1.0),
    }
)
LOGC3_DEFAULT_EI = 800


def _logc3() -> Iterator[CameraCurve]:
    for ei, (cut, a, b, c, d, e, f, clip) in LOGC3.items():
        form = LinearLog(a, b, c, d, cut, e, f)
        name = "arri-logc3" if ei == LOGC3_DEFAULT_EI else f"arri-logc3-ei{ei}"
        grey = _at_grey(form)
        yield CameraCurve(
            name, f"LogC3 EI {ei}", LOGC3_DOCUMENT, form, f, grey, clip=clip, printed=((0.18, 400 / 1023, 0.0005),)
        )


def _at_grey(form: Form) -> float:
    return float(form.encode(np.array(MID_GREY)))


_LOGC4_A = (2**18 - 16) / 117.45
_LOGC4_B, _LOGC4_C = (1023 - 95) / 1023, 95 / 1023
_LOGC4_T = (2 ** (14 * (-_LOGC4_C / _LOGC4_B) + 6) - 64) / _LOGC4_A
_LOGC4_S = 7 * math.log(2) * 2 ** (7 - 14 * _LOGC4_C / _LOGC4_B) / (_LOGC4_A * _LOGC4_B)

_CODE = 1 / 1023
_SONY_SLOG2_GAIN = 155 / 219 / 0.9


def _code(value: int) -> float:
    return value * _CODE


def _codes(black: int, grey: int, white: int) -> tuple[tuple[float, float, float], ...]:
    """The 10-bit codes that a maker prints for 0, 18 and 90 % reflection."""
    return tuple((light, code * _CODE, 0.5 * _CODE) for light, code in ((0.0, black), (0.18, grey), (0.9, white)))


_CURVES = (
    *_logc3(),
    CameraCurve(
        "arri-logc4",
        "LogC4",
        "ARRI, LogC4 Logarithmic Color Space Specification (2022-05-01), section 4.1",
        LinearLog(
            _LOGC4_A,
            64.0,
            _LOGC4_B / 14,
            _LOGC4_C - 6 * _LOGC4_B / 14,
            _LOGC4_T,
            1 / _LOGC4_S,
            -_LOGC4_T / _LOGC4_S,
            base=2.0,
        ),
        95 / 1023,
        0.278396,
        printed=((0.18, 0.28, 0.005),),  # ALEXA 35 user manual, p. 39: mid grey at 28 %
    ),
    CameraCurve(
        "red-log3g10",
        "Log3G10",
        "RED, White Paper on REDWideGamutRGB and Log3G10 (915-0187, rev. C, 2018), Log3G10 v3",
        LinearLog(155.975327, 1.0 + 0.01 * 155.975327, 0.224282, 0.0, -0.01, 15.1927, 0.151927),
        0.091551,
        1 / 3,
        printed=((-0.01, 0.0, 5e-7), (0.0, 0.091551, 5e-7), (0.18, 0.333333, 5e-7), (1.0, 0.493449, 5e-7)),
    ),
    CameraCurve(
        "sony-slog3",
        "S-Log3",
        "Sony, Technical Summary for S-Gamut3.Cine/S-Log3 and S-Gamut3/S-Log3 (V1.0, 2014), appendix",
        LinearLog(
            1 / 0.19,
            0.01 / 0.19,
            _code(1) * 261.5,
            _code(420),
            0.01125,
            (171.2102946929 - 95) / 0.01125 / 1023,
            _code(95),
        ),
        95 / 1023,
        420 / 1023,
        wire="full",
        printed=_codes(95, 420, 598),
    ),
    CameraCurve(
        "sony-slog2",
        "S-Log2",
        "Sony, S-Log2 Technical Paper (V1.0, 2012-06-06), conversion formula and IRE vs. code value",
        LinearLog(
            _SONY_SLOG2_GAIN,
            0.037584,
            0.432699 * 876 / 1023,
            (64 + 876 * (0.616596 + 0.03)) / 1023,
            0.0,
            3.53881278538813 / 0.9 * 876 / 1023,
            (64 + 876 * 0.030001222851889303) / 1023,
        ),
        0.088251,
        0.339533,
        wire="full",
        printed=_codes(90, 347, 582),
    ),
    CameraCurve(
        "canon-log",
        "Canon Log",
        "Canon, Input Transform Version 202007 for EOS Cinema; White Paper Canon Log Gamma Curves (2018), [1]",
        MirrorLog(0.45310179, 0.12512248, 10.1596, 0.9),
        0.12512248,
        0.343390,
        wire="full",
    ),
    CameraCurve(
        "canon-log2",
        "Canon Log 2",
        "Canon, Input Transform Version 202007 for EOS Cinema; White Paper Canon Log Gamma Curves (2018), [2]",
        MirrorLog(0.24136077, 0.092864125, 87.09937546, 0.9),
        0.092864125,
        0.398255,
        wire="full",
    ),
    CameraCurve(
        "canon-log3",
        "Canon Log 3",
        "Canon, Input Transform Version 202007 for EOS Cinema; White Paper Canon Log Gamma Curves (2018), [3]",
        CanonLog3(0.36726845, 14.98325, 0.12240537, 0.12783901, 1.9754798, 0.12512219, 0.097465473, 0.15277891, 0.9),
        0.12512219,
        0.343389,
        wire="full",
    ),
    CameraCurve(
        "panasonic-vlog",
        "V-Log",
        "Panasonic, V-Log/V-Gamut Reference Manual (Rev. 1.0, 2014-11-28), sections 2 and 3",
        LinearLog(1.0, 0.00873, 0.241514, 0.598206, 0.01, 5.6, 0.125),
        0.125,
        433 / 1023,
        wire="full",
        printed=_codes(128, 433, 602),
    ),
    CameraCurve(
        "blackmagic-film-gen5",
        "Blackmagic Film Gen 5",
        "Blackmagic Design, Blackmagic Generation 5 Color Science (2021)",
        LinearLog(
            1.0,
            0.005494072432257808,
            0.08692876065491224,
            0.5300133392291939,
            0.005,
            8.283605932402494,
            0.09246575342465753,
            base=math.e,
        ),
        0.09246575342465753,
        0.38356164383561643,
        printed=((0.18, 0.384, 0.0005),),  # Video Assist manual: 18 % grey at 38.4 %
    ),
    CameraCurve(
        "davinci-intermediate",
        "DaVinci Intermediate",
        "Blackmagic Design, Wide Gamut Intermediate DaVinci Resolve (2020-08-11)",
        LinearLog(1.0, 0.0075, 0.07329248, 7.0 * 0.07329248, 0.00262409, 10.44426855, 0.0, base=2.0),
        0.0,
        0.336043,
        printed=((0.18, 0.336043, 5e-7), (1.0, 0.513837, 5e-7), (100.0, 1.0, 5e-7)),
    ),
    CameraCurve(
        "fuji-flog",
        "F-Log",
        "Fujifilm, F-Log Data Sheet (Ver. 1.1, 2022), 2-2 and 3",
        LinearLog(0.555556, 0.009468, 0.344676, 0.790453, 0.00089, 8.735631, 0.092864),
        0.092864,
        470 / 1023,
        wire="full",
        printed=_codes(95, 470, 705),
    ),
    CameraCurve(
        "fuji-flog2",
        "F-Log2",
        "Fujifilm, F-Log2 Data Sheet (Ver. 1.0, 2022), 2-2 and 3",
        LinearLog(5.555556, 0.064829, 0.245281, 0.384316, 0.000889, 8.799461, 0.092864),
        0.092864,
        400 / 1023,
        wire="full",
        printed=_codes(95, 400, 570),
    ),
    CameraCurve(
        "nikon-nlog",
        "N-Log",
        "Nikon, N-Log Specification Document (Version 1.0.0, 2018-09-01), section 2",
        RootLog(650 / 1023, 0.0075, 150 / 1023, 619 / 1023, 0.328),
        0.124372,
        0.363668,
        wire="full",
    ),
    CameraCurve(
        "dji-dlog",
        "D-Log",
        "DJI, White Paper on D-Log and D-Gamut of DJI Cinema Color System (2017)",
        LinearLog(0.9892, 0.0108, 0.256663, 0.584555, 0.0078, 6.025, 0.0929),
        0.0929,
        0.398764,
    ),
    CameraCurve(
        "apple-log",
        "Apple Log",
        "Apple, Apple Log Profile White Paper (2023-09)",
        ParabolaLog(-0.05641088, 0.01, 47.28711236, 0.00964052, 0.08550479, 0.69336945),
        0.150477,
        0.488272,
    ),
    CameraCurve(
        "gopro-protune",
        "GoPro Protune",
        "GoPro, Protune (2016), as published in colour-science: log(112 x + 1) / log(113); nothing below black",
        LinearLog(112.0, 1.0, 1 / math.log(113), 0.0, 0.0, 112 / math.log(113), 0.0, base=math.e),
        0.0,
        0.645623,
    ),
    CameraCurve(
        "acescct",
        "ACEScct",
        "AMPAS S-2016-001, ACEScct, section 4.4",
        LinearLog(1.0, 0.0, 1 / 17.52, 9.72 / 17.52, 0.0078125, 10.5402377416545, 0.0729055341958355, base=2.0),
        0.0729055341958355,
        0.413588,
        printed=((0.18, 0.4135884, 5e-8),),
    ),
    CameraCurve(
        "acescc",
        "ACEScc",
        "AMPAS S-2014-003, ACEScc, section 4.4",
        AcesCc(),
        -0.358447,
        0.413588,
        printed=((0.18, 0.4135884, 5e-8),),
    ),
    CameraCurve(
        "hlg",
        "HLG",
        "ITU-R BT.2100-2, table 5; light 1 (a 100 % reflector) at signal 75 %: BT.2408-7, table 1",
        Hlg(white=0.26496256),
        0.0,
        0.378259,
        wire="legal",
        printed=((0.18, 0.38, 0.005), (1.0, 0.75, 0.005)),
    ),
    CameraCurve(
        "pq",
        "PQ",
        "SMPTE ST 2084, ITU-R BT.2100-2, table 4; an 18 % grey card at 26 cd/m2: BT.2408-7, table 1. Display light: "
        "stops are those of the display",
        Pq(nits=26.0 / 0.18),
        0.0,
        0.380032,
        wire="legal",
        printed=((0.18, 0.38, 0.005),),
    ),
    CameraCurve(
        "rec709",
        "Rec.709 camera",
        "ITU-R BT.709-6, item 1.2, with the unrounded constants of BT.2020-2, table 4, that leave no gap",
        PowerToe(1.09929682680944, 0.45, 0.018053968510807, 4.5),
        0.0,
        0.408853,
        wire="legal",
    ),
)

CURVES: Mapping[str, CameraCurve] = MappingProxyType({curve.name: curve for curve in _CURVES})
