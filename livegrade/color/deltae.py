"""Colour difference as people see it: CIEDE2000 between two colours of a display."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.space import ColorSpace

    Floats = NDArray[np.float64]

_EPSILON, _KAPPA = 216 / 24389, 24389 / 27
_POW7 = 25.0**7


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
