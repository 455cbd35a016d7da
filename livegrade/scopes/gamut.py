"""Gamuts on the diagrams of CIE: what light a signal's codes stand for, the triangles and white points that are drawn,
and what share of a plot's counts lies outside a triangle."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.camera import CURVES, GAMUTS
from livegrade.color.cameras.gamuts import ACES_WHITE, Gamut
from livegrade.color.space import D65, ColorSpace, GammaCurve, LinearCurve
from livegrade.scopes.measure import Tap
from livegrade.scopes.plot import SIDE, Diagram
from livegrade.video.format import Matrix, Primaries, Transfer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from livegrade.color.camera import Camera
    from livegrade.color.space import TransferCurve
    from livegrade.video.format import VideoFormat

Point = tuple[float, float]

REC709 = GAMUTS["bt709"]
REC2020 = GAMUTS["bt2020"]
P3_D65 = Gamut("p3-d65", "P3-D65", "SMPTE EG 432-1, 3.1", ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)))
_SMPTE_C = Gamut("smpte170m", "SMPTE 170M", "SMPTE 170M-2004, 6.1", ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070)))
_EBU = Gamut("bt470bg", "EBU 3213", "ITU-R BT.470-6, system B, G", ((0.64, 0.33), (0.29, 0.60), (0.15, 0.06)))
TARGETS = (REC709, P3_D65, REC2020)

WHITES: Mapping[str, Point] = MappingProxyType({"D65": D65, "D60": ACES_WHITE, "DCI": (0.314, 0.351)})
"""D60: the white of ACES (SMPTE ST 2065-1). DCI: SMPTE RP 431-2."""

LOCUS: tuple[Point, ...] = (
    (0.17380, 0.00492),
    (0.17356, 0.00492),
    (0.17334, 0.00480),
    (0.17302, 0.00478),
    (0.17258, 0.00480),
    (0.17209, 0.00483),
    (0.17141, 0.00510),
    (0.17030, 0.00579),
    (0.16888, 0.00690),
    (0.16690, 0.00856),
    (0.16441, 0.01086),
    (0.16110, 0.01379),
    (0.15664, 0.01770),
    (0.15099, 0.02274),
    (0.14396, 0.02970),
    (0.13550, 0.03988),
    (0.12412, 0.05780),
    (0.10959, 0.08684),
    (0.09129, 0.13270),
    (0.06871, 0.20072),
    (0.04539, 0.29498),
    (0.02346, 0.41270),
    (0.00817, 0.53842),
    (0.00386, 0.65482),
    (0.01387, 0.75019),
    (0.03885, 0.81202),
    (0.07430, 0.83380),
    (0.11416, 0.82621),
    (0.15472, 0.80586),
    (0.19288, 0.78163),
    (0.22962, 0.75433),
    (0.26578, 0.72432),
    (0.30160, 0.69231),
    (0.33736, 0.65885),
    (0.37310, 0.62445),
    (0.40874, 0.58961),
    (0.44406, 0.55471),
    (0.47877, 0.52020),
    (0.51249, 0.48659),
    (0.54479, 0.45443),
    (0.57515, 0.42423),
    (0.60293, 0.39650),
    (0.62704, 0.37249),
    (0.64823, 0.35139),
    (0.66576, 0.33401),
    (0.68008, 0.31975),
    (0.69150, 0.30834),
    (0.70061, 0.29930),
    (0.70792, 0.29203),
    (0.71403, 0.28593),
    (0.71903, 0.28093),
    (0.72303, 0.27695),
    (0.72599, 0.27401),
    (0.72827, 0.27173),
    (0.72997, 0.27003),
    (0.73109, 0.26891),
    (0.73199, 0.26801),
    (0.73272, 0.26728),
    (0.73342, 0.26658),
    (0.73405, 0.26595),
    (0.73439, 0.26561),
    (0.73459, 0.26541),
    (0.73469, 0.26531),
)
"""CIE 1931 x, y of light of 390 to 700 nm, every 5 nm. Source: CIE 018:2019, table 6 (2 degree observer)."""

_PRIMARIES: Mapping[Primaries, Gamut] = MappingProxyType(
    {
        Primaries.BT709: REC709,
        Primaries.BT2020: REC2020,
        Primaries.P3D65: P3_D65,
        Primaries.BT601_525: _SMPTE_C,
        Primaries.BT601_625: _EBU,
    }
)


@dataclass(frozen=True, slots=True)
class SignalSpace:
    """What a signal's codes are taken to stand for. `title`: for people, its curve and gamut."""

    title: str
    gamut: Gamut
    curve: TransferCurve

    @property
    def space(self) -> ColorSpace:
        return ColorSpace(self.curve, self.gamut.to_xyz, self.title)


def signal_space(format: VideoFormat, tap: Tap, camera: Camera | None) -> SignalSpace:
    """At the source the camera's curve and gamut, where there is one; else primaries and transfer of the format, and
    Rec.709 on a display of BT.1886 where it does not say."""
    if tap is Tap.SOURCE and camera is not None:
        return SignalSpace(f"{camera.curve.title}, {camera.gamut.title}", camera.gamut, camera.curve)
    usual = REC2020 if format.matrix is Matrix.BT2020 else REC709
    gamut = _PRIMARIES.get(format.primaries, usual)
    title, curve = _curve(format.transfer, gamut)
    return SignalSpace(f"{title}, {gamut.title}", gamut, curve)


def _curve(transfer: Transfer, gamut: Gamut) -> tuple[str, TransferCurve]:
    """Of the display that the signal is for; that of HLG is the light of the scene, which has the same colours."""
    match transfer:
        case Transfer.PQ:
            return "PQ", CURVES["pq"]
        case Transfer.HLG:
            return "HLG", CURVES["hlg"]
        case Transfer.LINEAR:
            return "linear", LinearCurve()
        case Transfer.SRGB:
            return "gamma 2.2", GammaCurve(2.2)
        case _ if gamut is P3_D65:
            return "gamma 2.6", GammaCurve(2.6)
        case _:
            return "BT.1886", GammaCurve(2.4)


def outside(counts: NDArray[np.uint32], diagram: Diagram, gamut: Gamut) -> int:
    """How many samples of a plot lie outside the triangle of `gamut`, by more than one place of the plot. What is too
    dark to have a colour is not among them."""
    total: int = counts[_beyond(diagram, gamut)].sum(dtype=np.int64).item()
    return total


def with_color(counts: NDArray[np.uint32]) -> int:
    """Samples of a plot that are not too dark."""
    total: int = counts.sum(dtype=np.int64).item()
    return total - int(counts[0, 0])


def triangle(diagram: Diagram, gamut: Gamut) -> tuple[Point, ...]:
    """Its corners R, G, B in the coordinates of the diagram."""
    return tuple(diagram.of(x, y) for x, y in gamut.primaries)


@lru_cache(maxsize=32)
def _beyond(diagram: Diagram, gamut: Gamut) -> NDArray[np.bool_]:
    """(512, 512): places whose middle is farther outside the triangle than the width of a place."""
    places = diagram.origin + (np.arange(SIDE) + 0.5) / diagram.places
    x, y = places[np.newaxis, :], places[:, np.newaxis]
    corners = triangle(diagram, gamut)
    beyond = np.zeros((SIDE, SIDE), bool)
    for (x0, y0), (x1, y1) in zip(corners, (*corners[1:], corners[0]), strict=True):
        # R, G, B go round against the clock: outside is at the right of every side.
        distance = ((x - x0) * (y1 - y0) - (y - y0) * (x1 - x0)) / np.hypot(x1 - x0, y1 - y0)
        beyond |= distance > 1.0 / diagram.places
    beyond[0, 0] = False
    return beyond


@lru_cache(maxsize=2)
def tints(diagram: Diagram) -> NDArray[np.uint8]:
    """(512, 512, 3): the color of light at each place, as near as a Rec.709 display comes, its largest part 255."""
    places = diagram.origin + (np.arange(SIDE) + 0.5) / diagram.places
    across, up = np.meshgrid(places, places)
    if diagram is Diagram.UV:
        below = 6 * across - 16 * up + 12
        across, up = 9 * across / below, 4 * up / below
    xyz = np.stack([across, up, 1.0 - across - up], axis=-1)
    light = np.clip(xyz @ np.linalg.inv(np.array(REC709.to_xyz)).T, 0.0, None)
    light /= np.maximum(light.max(axis=-1, keepdims=True), 1e-6)
    shown: NDArray[np.uint8] = np.rint(255 * np.clip(light, 0.02, 1.0) ** (1 / 2.4)).astype(np.uint8)
    return shown
