"""The CDL that brings one picture to another, by robust least squares. Pictures: float64 (n, 3) R'G'B', unclipped.

Inside they are planes, (3, n), and derivatives (10, 3 n): NumPy runs along the pixels, and not along three channels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.nodes import REC709_WEIGHTS, Cdl, triple

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

IDENTITY = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0])
"""Slope, offset, power, saturation: the parameters in their order."""

LOW = np.array([0.05] * 3 + [-1.0] * 3 + [0.1] * 3 + [0.0])
HIGH = np.array([20.0] * 3 + [1.0] * 3 + [10.0] * 3 + [4.0])

STEPS, FEW_STEPS = 60, 5
SETTLED = 1e-7
TUKEY = 4.685
"""Tukey's biweight lets go of what is this many standard deviations off (95 % efficient on a normal error)."""

MAD_TO_SIGMA = 1.4826
LEAST_SIGMA = 1e-4

QUANTILES = np.linspace(0.01, 0.99, 50)
QUANTILE_PIXELS = 10_000
THROUGH_PIXELS, THROUGH_STEPS = 2000, 20
"""Where each step of the fit takes them through transforms."""
WEIGHTS = np.array(REC709_WEIGHTS)
PULL = 1e-11
"""Weight of staying at the identity, for what the pictures do not tell (power and offset of a flat grey, say)."""

LEAST = 1e-6
CACHED = 4096
"""Residuals with their derivatives that fit into a processor's cache of half a megabyte."""


def fit_aligned(first: Floats, second: Floats) -> tuple[Cdl, float]:
    """The CDL from `first` to `second`, pixel by pixel, and the RMS of what is left (without outliers)."""
    one, other = np.ascontiguousarray(first.T), np.ascontiguousarray(second.T)
    found, error = _minimise(lambda p: _residual(p, one, other), lambda p: _jacobian(p, one), _straight(one, other))
    return _cdl(found), error


def fit_unaligned(
    first: Floats, second: Floats, near: Cdl | None = None, through: Callable[[Floats], Floats] | None = None
) -> tuple[Cdl, float]:
    """The CDL that gives `first` the distribution of `second`: of channels, luma and differences between channels.

    `near`: one that is nearly right, from where a few steps do; without it, the slopes and offsets that spreads and
    means ask for are where to begin. `through`: what pixels (n, 3) go through behind the CDL before they are as
    `second` is.
    """
    most = QUANTILE_PIXELS if through is None else THROUGH_PIXELS
    thin, second = (each[:: -(-len(each) // most)] for each in (first, second))
    planes = np.ascontiguousarray(thin.T)
    wanted = _quantiles(second.T)

    def residual(parameters: Floats) -> Floats:
        graded = _graded(parameters, planes)
        return _quantiles(graded if through is None else through(graded.T).T) - wanted

    def jacobian(parameters: Floats) -> Floats:
        step = 1e-4
        moved = [residual(parameters + step * axis) - residual(parameters - step * axis) for axis in np.eye(10)]
        return np.stack(moved) / (2 * step)

    start = IDENTITY.copy()
    if near is None and through is None:
        spread = second.std(axis=0) / np.maximum(first.std(axis=0), LEAST)
        start[:3], start[3:6] = spread, second.mean(axis=0) - spread * first.mean(axis=0)
    elif near is not None:
        start[:] = *near.slope, *near.offset, *near.power, near.saturation
    steps = FEW_STEPS if near is not None else STEPS if through is None else THROUGH_STEPS
    found, error = _minimise(residual, jacobian, np.clip(start, LOW, HIGH), steps)
    return _cdl(found), error


def _minimise(
    residual: Callable[[Floats], Floats], jacobian: Callable[[Floats], Floats], start: Floats, steps: int = STEPS
) -> tuple[Floats, float]:
    """Damped Gauss-Newton with Tukey's weights from the median deviation; parameters, and RMS of weighted residuals."""
    parameters, damping = start, 1e-3
    left = residual(parameters)
    for _ in range(steps):
        weights = _weights(left)
        slopes = jacobian(parameters)
        normal = _normal(slopes, weights) / len(left)
        pull = PULL * (IDENTITY - parameters)
        downhill = pull - slopes @ (weights * left) / len(left)
        cost = _cost(left, weights, parameters)
        while True:
            lifted = normal + np.diag(damping * np.diag(normal) + PULL)
            tried = np.clip(parameters + np.linalg.solve(lifted, downhill), LOW, HIGH)
            tried_left = residual(tried)
            if _cost(tried_left, weights, tried) <= cost:
                damping = max(damping / 5, 1e-9)
                break
            damping *= 5
            if damping > 1e9:
                tried, tried_left = parameters, left
                break
        moved = float(np.abs(tried - parameters).max())
        parameters, left = tried, tried_left
        if moved < SETTLED:
            break
    weights = _weights(left)
    return parameters, float(np.sqrt((weights * left**2).sum() / max(weights.sum(), LEAST)))


def _normal(slopes: Floats, weights: Floats) -> Floats:
    """(10, 10), sums of products of two derivatives; in pieces that stay in the processor's cache."""
    sums = np.zeros((len(slopes), len(slopes)))
    for start in range(0, len(weights), CACHED):
        piece = slopes[:, start : start + CACHED]
        sums += piece @ (piece * weights[start : start + CACHED]).T
    return sums


def _weights(left: Floats) -> Floats:
    sigma = max(MAD_TO_SIGMA * float(np.median(np.abs(left))), LEAST_SIGMA)
    return np.asarray(np.maximum(1.0 - (left / (TUKEY * sigma)) ** 2, 0.0) ** 2)


def _cost(left: Floats, weights: Floats, parameters: Floats) -> float:
    return float((weights * left**2).mean() + PULL * ((parameters - IDENTITY) ** 2).sum())


def _straight(first: Floats, second: Floats) -> Floats:
    """Slope and offset by plain least squares, the rest at rest."""
    start = IDENTITY.copy()
    for k, (x, y) in enumerate(zip(first, second, strict=True)):
        spread = float(x.var())
        slope = float(np.clip(((x - x.mean()) * (y - y.mean())).mean() / spread, 0.05, 20.0)) if spread > LEAST else 1.0
        start[k], start[3 + k] = slope, y.mean() - slope * x.mean()
    return np.asarray(np.clip(start, LOW, HIGH))


def _parts(parameters: Floats) -> tuple[Floats, Floats, Floats, float]:
    """Slope, offset and power, (3, 1), and saturation."""
    slope, offset, power = parameters[:9].reshape(3, 3, 1)
    return slope, offset, power, float(parameters[9])


def _graded(parameters: Floats, planes: Floats) -> Floats:
    """ASC CDL v1.2 with the clamp before power, as the pixels that are left never touch the last one."""
    slope, offset, power, saturation = _parts(parameters)
    raised = np.clip(planes * slope + offset, LEAST, 1.0) ** power
    luma = WEIGHTS @ raised
    return np.asarray(luma + saturation * (raised - luma))


def _residual(parameters: Floats, first: Floats, second: Floats) -> Floats:
    return (_graded(parameters, first) - second).ravel()


def _jacobian(parameters: Floats, planes: Floats) -> Floats:
    """(10, 3 n), the derivatives of `_graded` by hand."""
    slope, offset, power, saturation = _parts(parameters)
    line = planes * slope + offset
    held = np.clip(line, LEAST, 1.0)
    raised = held**power
    inner = np.where((line > LEAST) & (line < 1.0), power * raised / held, 0.0)
    spread = (saturation * np.eye(3) + (1.0 - saturation) * WEIGHTS).T[:, :, np.newaxis]  # [channel, out]
    slopes = np.empty((10, 3, planes.shape[1]))
    slopes[0:3] = spread * (inner * planes)[:, np.newaxis]
    slopes[3:6] = spread * inner[:, np.newaxis]
    slopes[6:9] = spread * (raised * np.log(held))[:, np.newaxis]
    slopes[9] = raised - WEIGHTS @ raised
    return slopes.reshape(10, -1)


def _quantiles(planes: Floats) -> Floats:
    """(350,): quantiles of R, G, B, luma, R - luma, B - luma and R - B. Sorted once, for NumPy looks for each one."""
    red, green, blue = planes
    luma = WEIGHTS @ planes
    measured = np.sort([red, green, blue, luma, red - luma, blue - luma, red - blue], axis=1)
    places = QUANTILES * (measured.shape[1] - 1)
    below = places.astype(int)
    under, over = measured[:, below], measured[:, np.minimum(below + 1, measured.shape[1] - 1)]
    return np.asarray((under + (places - below) * (over - under)).ravel())


def _cdl(parameters: Floats) -> Cdl:
    slope, offset, power = (triple(parameters[at : at + 3]) for at in (0, 3, 6))
    return Cdl(slope, offset, power, float(parameters[9]))
