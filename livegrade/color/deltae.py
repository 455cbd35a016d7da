"""Colour difference as people see it, between two signals of a display: CIEDE2000, and delta E ITP where it is HDR."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from livegrade.color.space import ColorSpace

    Floats = NDArray[np.float64]

_EPSILON, _KAPPA = 216 / 24389, 24389 / 27
_POW7 = 25.0**7


_TO_LMS = np.array([[1688, 2146, 262], [683, 2951, 462], [99, 309, 3688]]) / 4096
_TO_ICTCP = np.array([[2048, 2048, 0], [6610, -13613, 7003], [17933, -17390, -543]]) / 4096
"""Rec.2020 light to L, M, S, and these behind PQ to I, Ct, Cp. Source: ITU-R BT.2100-2, table 7."""
_PQ_M1, _PQ_M2 = 2610 / 16384, 2523 / 4096 * 128
_PQ_C1, _PQ_C2, _PQ_C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
_HLG_A, _HLG_B, _HLG_C = 0.17883277, 0.28466892, 0.55991073
_HLG_GAMMA = 1.2
"""Of the OOTF on a display of 1000 nit. Source: ITU-R BT.2100-2, table 5."""
_LUMA_2020 = np.array([0.2627, 0.6780, 0.0593])
HLG_NITS, PQ_NITS = 1000.0, 10_000.0


@dataclass(frozen=True, slots=True)
class Display:
    """What colours are seen on. `name`: its signal; `metric`: what `delta_e` of two signals (..., 3) of it is."""

    name: str
    metric: str
    delta_e: Callable[[Floats, Floats], Floats]


def sdr(space: ColorSpace) -> Display:
    """A display of `space`, its white that of Lab: CIEDE2000."""
    return Display(space.name or space.curve.name, "delta E 2000", lambda one, other: delta_e(one, other, space))


def delta_e_itp(one: Floats, other: Floats) -> Floats:
    """Between the light (..., 3) of two colours, Rec.2020 primaries, in nit. 1 is about what can just be seen.

    Source: ITU-R BT.2124-0, annex 1.
    """
    difference = _ictcp(one) - _ictcp(other)
    return np.asarray(720.0 * np.sqrt(difference**2 @ np.array([1.0, 0.25, 1.0])))


def _ictcp(light: Floats) -> Floats:
    return _pq(light @ _TO_LMS.T) @ _TO_ICTCP.T


def _pq(nits: Floats) -> Floats:
    y = np.clip(nits / PQ_NITS, 0.0, 1.0) ** _PQ_M1
    return np.asarray(((_PQ_C1 + _PQ_C2 * y) / (1.0 + _PQ_C3 * y)) ** _PQ_M2)


def pq_light(signal: Floats) -> Floats:
    """Nit of a PQ signal, held at 0..1. Source: ITU-R BT.2100-2, table 4."""
    root = np.clip(signal, 0.0, 1.0) ** (1.0 / _PQ_M2)
    return np.asarray(PQ_NITS * (np.maximum(root - _PQ_C1, 0.0) / (_PQ_C2 - _PQ_C3 * root)) ** (1.0 / _PQ_M1))


def hlg_light(signal: Floats) -> Floats:
    """Nit of an HLG signal (..., 3), held at 0..1, on a display of 1000 nit with black at 0. Source: as _HLG_GAMMA."""
    held = np.clip(signal, 0.0, 1.0)
    scene = np.where(held <= 0.5, held**2 / 3.0, (np.exp((held - _HLG_C) / _HLG_A) + _HLG_B) / 12.0)
    luma = np.maximum(scene @ _LUMA_2020, 1e-12)[..., np.newaxis]
    return np.asarray(HLG_NITS * luma ** (_HLG_GAMMA - 1.0) * scene)


PQ = Display("Rec.2100 PQ", "delta E ITP", lambda one, other: delta_e_itp(pq_light(one), pq_light(other)))
HLG = Display("Rec.2100 HLG, 1000 nit", "delta E ITP", lambda one, other: delta_e_itp(hlg_light(one), hlg_light(other)))


def delta_e(one: Floats, other: Floats, space: ColorSpace) -> Floats:
    """CIEDE2000 between (..., 3) signals of `space`, held at 0..1 as a display holds them, white being its own."""
    return ciede2000(_lab(one, space), _lab(other, space))


def ciede2000(one: Floats, other: Floats) -> Floats:
    """Between CIE L*, a*, b* (..., 3), with all weights 1.

    Source: G. Sharma, W. Wu, E. N. Dalal, "The CIEDE2000 color-difference formula", Color Res. Appl. 30, 2005.
    """
    l1, a1, b1 = np.moveaxis(one, -1, 0)
    l2, a2, b2 = np.moveaxis(other, -1, 0)
    mean7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(mean7 / (mean7 + _POW7))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    coloured = c1 * c2 != 0
    turn = np.where(coloured, (h2 - h1 + 180) % 360 - 180, 0.0)
    hue = np.where(coloured, (h1 + turn / 2) % 360, h1 + h2)
    dl, dc, dh = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
    sl = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    sc, sh = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    blue = np.exp(-(((hue - 275) / 25) ** 2))
    rotation = -2 * np.sqrt(chroma**7 / (chroma**7 + _POW7)) * np.sin(np.radians(60 * blue))
    lightness, c, h = dl / sl, dc / sc, dh / sh
    return np.asarray(np.sqrt(np.maximum(lightness**2 + c * c + h * h + rotation * c * h, 0.0)))


def _lab(signal: Floats, space: ColorSpace) -> Floats:
    """CIE L*, a*, b* about the white of the space. Source: CIE 15:2018."""
    ratio = space.curve.decode(np.clip(signal, 0.0, 1.0)) @ space.matrix.T / space.white
    f = np.where(ratio > _EPSILON, np.cbrt(ratio), (_KAPPA * ratio + 16) / 116)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)
