"""How different two colours look: CIEDE2000, on a Rec.709 monitor of 100 nit.

Signals are shown as BT.1886 with black at zero shows them (exponent 2.4), clipped to what a monitor can show. Source:
ITU-R BT.709-6 (primaries), ITU-R BT.1886 annex 1, CIE 015:2018 sections 8.2.1 (CIELAB) and 8.3.1 (CIEDE2000).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WHERE = "Rec.709 BT.1886, 100 nit"
"""What a delta E is stated for."""

GAMMA = 2.4
REC709_XY = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
D65_XY = (0.3127, 0.3290)


def delta_e(first: Floats, second: Floats) -> Floats:
    """CIEDE2000 between display signals. `first`, `second`: float64 (..., 3) R'G'B', legal black 0 and white 1."""
    return ciede2000(lab(first), lab(second))


def lab(rgb: Floats) -> Floats:
    """CIELAB of R'G'B' (..., 3) as shown; white is L* 100."""
    light = np.power(np.clip(rgb, 0.0, 1.0), GAMMA)
    relative = light @ _rgb_to_xyz().T / _xyz(D65_XY)
    cut = 6 / 29
    f = np.where(relative > cut**3, np.cbrt(relative), relative / (3 * cut**2) + 4 / 29)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def ciede2000(first: Floats, second: Floats) -> Floats:
    """Between CIELAB colours (..., 3), with the parametric factors at 1."""
    l1, a1, b1 = np.moveaxis(first, -1, 0)
    l2, a2, b2 = np.moveaxis(second, -1, 0)
    chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    widen = 1 + 0.5 * (1 - np.sqrt(chroma**7 / (chroma**7 + 25.0**7)))
    c1, c2 = np.hypot(a1 * widen, b1), np.hypot(a2 * widen, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a * widen)) % 360 for a, b in ((a1, b1), (a2, b2)))
    grey = c1 * c2 == 0
    turn = (h2 - h1 + 180) % 360 - 180
    turn = np.where(h2 - h1 == 180, 180.0, turn)
    delta_h = np.where(grey, 0.0, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2))
    far = np.abs(h1 - h2) > 180
    hue = np.where(grey, h1 + h2, (h1 + h2 + np.where(far, np.where(h1 + h2 < 360, 360, -360), 0)) / 2)
    lightness, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    angle = np.radians(hue)
    t = (
        1
        - 0.17 * np.cos(angle - np.radians(30))
        + 0.24 * np.cos(2 * angle)
        + 0.32 * np.cos(3 * angle + np.radians(6))
        - 0.20 * np.cos(4 * angle - np.radians(63))
    )
    s_l = 1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2)
    s_c, s_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    rotation = (
        -2 * np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7)) * np.sin(np.radians(60) * np.exp(-(((hue - 275) / 25) ** 2)))
    )
    d_l, d_c, d_h = (l2 - l1) / s_l, (c2 - c1) / s_c, delta_h / s_h
    return np.asarray(np.sqrt(np.maximum(d_l**2 + d_c**2 + d_h**2 + rotation * d_c * d_h, 0.0)))


def _xyz(xy: tuple[float, float]) -> Floats:
    x, y = xy
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _rgb_to_xyz() -> Floats:
    primaries = np.stack([_xyz(xy) for xy in REC709_XY], axis=-1)
    return np.asarray(primaries * np.linalg.solve(primaries, _xyz(D65_XY)))
