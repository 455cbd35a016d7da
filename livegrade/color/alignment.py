"""Whether two pictures show the same in the same places, which a match pixel by pixel takes for granted.

Edges are compared, not levels, so that a grade between the pictures does not matter. Shifts are told to the pixel;
another scene, size or angle is told as such. Nothing is moved or mended here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LARGEST = 1024
"""Pixels a side that are looked at, in the middle of the picture."""
SMALLEST = 32
"""Pixels a side below which edges are too few to tell."""

STEEP = 0.02
"""Edges steeper than this (signal, from pixel to pixel) count little more than it: highlights would drown the rest."""

ALIKE = 0.3
"""Edges of one scene are at least so much alike (1: the same): moved, or, as means of blocks, with people walking in.
Unlike scenes and other sizes stay below 0.25."""
BETTER = 1.1
"""A shift counts where the pictures are so much more alike with it than without."""

BLOCK = 8
STRUCTURE = 4 / 1023
"""RMS of those edges below which there is nothing to compare but noise."""


def doubt(first: Floats, second: Floats) -> str:
    """Why the lumas (height, width) of two pictures of one size do not seem aligned; "" where nothing says so."""
    if min(first.shape) < SMALLEST:
        return ""
    one, other = _middle(first), _middle(second)
    shift = _shift(_edges(one), _edges(other))
    if shift is not None:
        across, down = shift
        moved = _side(across, "to the right", "to the left") + _side(down, "lower", "higher")
        return "the second picture shows the same" + moved
    coarse = [_slopes(_means(each)) for each in (one, other)]
    strong = all(np.sqrt((np.abs(each) ** 2).mean()) > STRUCTURE for each in coarse)
    if strong and _likeness(*map(_compressed, coarse)) < ALIKE:
        return "the pictures do not seem to show the same in the same places"
    return ""


def _side(pixels: int, ahead: str, behind: str) -> str:
    if pixels == 0:
        return ""
    return f" {abs(pixels)} {'pixel' if abs(pixels) == 1 else 'pixels'} {ahead if pixels > 0 else behind}"


def _middle(luma: Floats) -> Floats:
    top, left = (max(0, side - LARGEST) // 2 for side in luma.shape)
    return np.nan_to_num(luma[top : top + LARGEST, left : left + LARGEST], posinf=1.0, neginf=0.0)


def _means(luma: Floats) -> Floats:
    height, width = (side // BLOCK for side in luma.shape)
    cut = luma[: height * BLOCK, : width * BLOCK]
    return np.asarray(cut.reshape(height, BLOCK, width, BLOCK).mean(axis=(1, 3)))


def _slopes(luma: Floats) -> NDArray[np.complex128]:
    """From pixel to pixel: across, and down times i."""
    return np.asarray(np.diff(luma, axis=1)[:-1] + 1j * np.diff(luma, axis=0)[:, :-1])


def _compressed(slopes: NDArray[np.complex128]) -> NDArray[np.complex128]:
    return np.asarray(slopes / (np.abs(slopes) + STEEP))


def _edges(luma: Floats) -> NDArray[np.complex128]:
    """Slopes, faded out towards the border, where a shift brings in what the other picture does not show."""
    slopes = _compressed(_slopes(luma))
    return np.asarray(slopes * np.hanning(slopes.shape[0])[:, np.newaxis] * np.hanning(slopes.shape[1]))


def _likeness(one: NDArray[np.complex128], other: NDArray[np.complex128]) -> float:
    """-1 to 1."""
    size = float(np.sqrt((np.abs(one) ** 2).sum() * (np.abs(other) ** 2).sum()))
    return float(np.vdot(one, other).real) / size if size > 0 else 0.0


def _shift(one: NDArray[np.complex128], other: NDArray[np.complex128]) -> tuple[int, int] | None:
    """Pixels across and down by which `other` clearly shows later what `one` shows; None where it is not moved."""
    size = float(np.sqrt((np.abs(one) ** 2).sum() * (np.abs(other) ** 2).sum()))
    if size == 0:
        return None
    alike = np.fft.ifft2(np.conj(np.fft.fft2(one)) * np.fft.fft2(other)).real / size
    down, across = (int(at) for at in np.unravel_index(int(alike.argmax()), alike.shape))
    best, still = float(alike[down, across]), float(alike[0, 0])
    if best < max(ALIKE, BETTER * still):
        return None
    height, width = alike.shape
    return (across - width if across > width // 2 else across, down - height if down > height // 2 else down)
