"""A picture taken back through what it went through: the signal before a LUT or an output transform, so that pictures
behind one can be matched before it. Newton's method for each pixel, from somewhere near; no inverse is ever baked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

STEPS = 40
PROBE = 1 / 1024
"""How far the slopes are measured. A lattice has kinks, and a step much smaller sees only one side of them."""
GRID = 17
TOLERANCE = 1.5 / 1023
"""A signal that comes no nearer than this to the wanted one is not one of those that went in."""
EDGE = 2 / 1023
"""Of black and white. A channel that lies there was cut, and tells nothing of what it was."""
CHUNK = 2048
DAMPING = 1e-6
SETTLED = TOLERANCE / 16
SHORTEST = 1e-3
HELD = 0.25
"""The longest step: beyond it slopes say nothing any more."""


def taken_back(
    through: Callable[[Floats], Floats], wanted: Floats, near: Floats | None = None
) -> tuple[Floats, NDArray[np.bool_]]:
    """Signals (n, 3), 0 to 1, that `through` makes into `wanted` (n, 3), and which of them (n,) can be trusted. `near`:
    of the same pixels, where they are known to lie near, else they are looked for.

    What `through` cannot make at all, or has cut off in a channel, comes back as 0 or 1 in all, whichever it is nearer
    to: as what is clipped, which says nothing of a grade.
    """
    start = _nearest(through, wanted) if near is None else np.clip(near, 0.0, 1.0)
    found, off = _solved(through, wanted, start)
    lost = off > TOLERANCE
    if near is not None and lost.any():
        again, left = _solved(through, wanted[lost], _nearest(through, wanted[lost]))
        found[lost], off[lost] = again, left
        lost = off > TOLERANCE
    lost |= (wanted < EDGE).any(axis=1) | (wanted > 1.0 - EDGE).any(axis=1)
    found[lost] = np.where(wanted[lost].mean(axis=1, keepdims=True) > 0.5, 1.0, 0.0)
    return found, ~lost


def _solved(through: Callable[[Floats], Floats], wanted: Floats, start: Floats) -> tuple[Floats, Floats]:
    """The best that was met, and how far off it is (n,): the largest of three channels. A step that leads further off
    is tried again at a third of its length."""
    best, length = start.copy(), np.ones(len(wanted))
    off, step = np.full(len(wanted), np.inf), np.zeros_like(start)
    going = np.arange(len(wanted))
    for _ in range(STEPS):
        at = np.clip(best[going] + length[going, np.newaxis] * step[going], 0.0, 1.0)
        made = through(at)
        left = wanted[going] - made
        apart = np.abs(left).max(axis=1)
        better = apart < off[going]
        length[going] = np.where(better, 1.0, length[going] / 3)
        moved = going[better]
        best[moved], off[moved] = at[better], apart[better]
        if moved.size:
            step[moved] = _newton(through, at[better], made[better], left[better])
        going = going[(off[going] > SETTLED) & (length[going] > SHORTEST)]
        if not going.size:
            break
    return best, off


def _newton(through: Callable[[Floats], Floats], at: Floats, made: Floats, left: Floats) -> Floats:
    slopes = np.stack([_slope(through, at, made, channel) for channel in range(3)], axis=-1)
    turned = slopes.transpose(0, 2, 1)
    step = np.linalg.solve(turned @ slopes + DAMPING * np.eye(3), turned @ left[..., np.newaxis])[..., 0]
    return np.asarray(np.clip(step, -HELD, HELD))


def _slope(through: Callable[[Floats], Floats], at: Floats, made: Floats, channel: int) -> Floats:
    """Inwards, so that what lies beyond white is never asked for."""
    moved = at.copy()
    probe = np.where(at[:, channel] > 0.5, -PROBE, PROBE)
    moved[:, channel] += probe
    return np.asarray((through(moved) - made) / probe[:, np.newaxis])


def _nearest(through: Callable[[Floats], Floats], wanted: Floats) -> Floats:
    """The points of a lattice that come out nearest."""
    axis = np.linspace(0.0, 1.0, GRID)
    points = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    made = through(points).astype(np.float32)
    lengths = (made**2).sum(axis=1)
    found = [
        np.argmin(lengths - 2 * (piece.astype(np.float32) @ made.T), axis=1)
        for piece in np.array_split(wanted, max(1, -(-len(wanted) // CHUNK)))
    ]
    return np.asarray(points[np.concatenate(found)])
