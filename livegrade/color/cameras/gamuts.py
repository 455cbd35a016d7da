"""The gamuts of cameras: primaries and white as their makers print them, and the way to ACES2065-1.

The matrix to XYZ follows from primaries and white (SMPTE RP 177); printed matrices are those rounded. The way to ACES
adapts the white as the maker's own ACES input transform does: CAT02 or Bradford.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from livegrade.color.space import ACES2065_1, BRADFORD, D65, REC709_PRIMARIES, adaptation, rgb_to_xyz, rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.space import Rows

Point: TypeAlias = tuple[float, float]
"""CIE 1931 x and y."""

CAT02 = np.array([[0.7328, 0.4296, -0.1624], [-0.7036, 1.6975, 0.0061], [0.0030, 0.0136, 0.9834]])
"""XYZ to cone responses. Source: CIE 159:2004, CIECAM02."""

ACES_WHITE: Point = (0.32168, 0.33767)


@dataclass(frozen=True, slots=True)
class Gamut:
    """Primaries R, G, B and white. `adaptation`: what the maker's way to ACES uses; where there is none of the maker,
    Bradford."""

    name: str
    title: str
    document: str
    primaries: tuple[Point, Point, Point]
    white: Point = D65
    adaptation: Literal["cat02", "bradford"] = "bradford"

    @property
    def to_xyz(self) -> Rows:
        """Rows of the matrix from linear R, G, B to CIE XYZ; 1, 1, 1 to the white with Y = 1."""
        return rgb_to_xyz(self.primaries, self.white)

    @property
    def to_aces(self) -> NDArray[np.float64]:
        """(3, 3) from linear R, G, B to ACES2065-1 (AP0); 1, 1, 1 stays."""
        cones = CAT02 if self.adaptation == "cat02" else BRADFORD
        matrix = np.array(self.to_xyz)
        adapted = adaptation(matrix.sum(axis=1), ACES2065_1.white, cones) @ matrix
        return np.asarray(np.linalg.solve(ACES2065_1.matrix, adapted))

    @property
    def aces_to_xyz(self) -> Rows:
        """A matrix to XYZ whose white is that of ACES, so that going to ACES2065-1 from it is `to_aces` and nothing
        else is adapted."""
        return rows(np.round(ACES2065_1.matrix @ self.to_aces, 12))


_BT2020 = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
_AP1 = ((0.713, 0.293), (0.165, 0.830), (0.128, 0.044))

_GAMUTS = (
    Gamut(
        "arri-awg3",
        "ARRI Wide Gamut 3",
        "ARRI, ALEXA Log C Curve - Usage in VFX (2017-03-09), appendix",
        ((0.6840, 0.3130), (0.2210, 0.8480), (0.0861, -0.1020)),
        adaptation="cat02",
    ),
    Gamut(
        "arri-awg4",
        "ARRI Wide Gamut 4",
        "ARRI, LogC4 Logarithmic Color Space Specification (2022-05-01), section 4.2",
        ((0.7347, 0.2653), (0.1424, 0.8576), (0.0991, -0.0308)),
        adaptation="cat02",
    ),
    Gamut(
        "red-rwg",
        "REDWideGamutRGB",
        "RED, White Paper on REDWideGamutRGB and Log3G10 (915-0187, rev. C, 2018)",
        ((0.780308, 0.304253), (0.121595, 1.493994), (0.095612, -0.084589)),
    ),
    Gamut(
        "sony-sgamut",
        "S-Gamut",
        "Sony, S-Log White Paper (V1.12.3, 2009), 4.1.2; the same primaries as S-Gamut3",
        ((0.7300, 0.2800), (0.1400, 0.8550), (0.1000, -0.0500)),
        adaptation="cat02",
    ),
    Gamut(
        "sony-sgamut3",
        "S-Gamut3",
        "Sony, Technical Summary for S-Gamut3.Cine/S-Log3 and S-Gamut3/S-Log3 (V1.0, 2014)",
        ((0.7300, 0.2800), (0.1400, 0.8550), (0.1000, -0.0500)),
        adaptation="cat02",
    ),
    Gamut(
        "sony-sgamut3-cine",
        "S-Gamut3.Cine",
        "Sony, Technical Summary for S-Gamut3.Cine/S-Log3 and S-Gamut3/S-Log3 (V1.0, 2014)",
        ((0.7660, 0.2750), (0.2250, 0.8000), (0.0890, -0.0870)),
        adaptation="cat02",
    ),
    Gamut(
        "sony-sgamut3-venice",
        "S-Gamut3 of VENICE",
        "Sony, ACES input transform for VENICE (aces-dev, IDT.Sony.Venice_SLog3_SGamut3.ctl), made primaries",
        (
            (0.740464264304292, 0.279364374750660),
            (0.089241145423286, 0.893809528608105),
            (0.110488236673827, -0.052579333080476),
        ),
        adaptation="cat02",
    ),
    Gamut(
        "sony-sgamut3-cine-venice",
        "S-Gamut3.Cine of VENICE",
        "Sony, ACES input transform for VENICE (aces-dev, IDT.Sony.Venice_SLog3_SGamut3Cine.ctl), made primaries",
        (
            (0.775901871567345, 0.274502392854799),
            (0.188682902773355, 0.828684937020288),
            (0.101337382499301, -0.089187517306263),
        ),
        adaptation="cat02",
    ),
    Gamut(
        "canon-cinema",
        "Cinema Gamut",
        "Canon, Input Transform Version 202007 for EOS Cinema; EOS C300 Mark II white paper",
        ((0.7400, 0.2700), (0.1700, 1.1400), (0.0800, -0.1000)),
        adaptation="cat02",
    ),
    Gamut(
        "panasonic-vgamut",
        "V-Gamut",
        "Panasonic, V-Log/V-Gamut Reference Manual (Rev. 1.0, 2014-11-28), section 4",
        ((0.7300, 0.2800), (0.1650, 0.8400), (0.1000, -0.0300)),
    ),
    Gamut(
        "blackmagic-wide",
        "Blackmagic Wide Gamut",
        "Blackmagic Design, Blackmagic Generation 5 Color Science (2021)",
        ((0.7177215, 0.3171181), (0.2280410, 0.8615690), (0.1005841, -0.0820452)),
        white=(0.3127170, 0.3290312),
    ),
    Gamut(
        "davinci-wide",
        "DaVinci Wide Gamut",
        "Blackmagic Design, Wide Gamut Intermediate DaVinci Resolve (2020-08-11)",
        ((0.8000, 0.3130), (0.1682, 0.9877), (0.0790, -0.1155)),
    ),
    Gamut(
        "dji-dgamut",
        "D-Gamut",
        "DJI, White Paper on D-Log and D-Gamut of DJI Cinema Color System (2017)",
        ((0.71, 0.31), (0.21, 0.88), (0.09, -0.08)),
    ),
    Gamut(
        "gopro-native",
        "Protune Native",
        "GoPro (2016), as published in colour-science: made primaries",
        (
            (0.698480461493841, 0.193026445370121),
            (0.329555378387345, 1.024596624134644),
            (0.108442631407675, -0.034678569754016),
        ),
    ),
    Gamut("ap1", "ACES AP1", "AMPAS S-2014-004, ACEScg, section 4.1", _AP1, white=ACES_WHITE),
    Gamut("bt2020", "Rec.2020", "ITU-R BT.2020-2, table 3 (F-Gamut, N-Gamut and Apple Log are this gamut)", _BT2020),
    Gamut("bt709", "Rec.709", "ITU-R BT.709-6, item 1.3", REC709_PRIMARIES),
)

GAMUTS: Mapping[str, Gamut] = MappingProxyType({gamut.name: gamut for gamut in _GAMUTS})
