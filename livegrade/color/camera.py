"""Camera curves: scene-linear light to a camera's log signal and back, each from its maker's document.

Only the curves that the `camera` pattern needs; gamuts, clip points and models come with the catalogue.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from livegrade.color.space import GAMMA_PREFIX, LINEAR, GammaCurve, LinearCurve, TransferCurve
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

Transfer: TypeAlias = Callable[["NDArray[np.float64]"], "NDArray[np.float64]"]


@dataclass(frozen=True, slots=True, eq=False)
class CameraCurve:
    """A log curve. Light is scene-linear, 0.18 being an 18 % grey card; the signal is 0..1 of full-scale code values.

    `encode`, `decode`: float64 arrays of any shape, light to signal and back, beyond 0..1 and below 0 as well.
    `black`, `mid_grey`: the signal of no light and of 0.18. `document`: where the formula is printed.
    """

    name: str
    document: str
    encode: Transfer
    decode: Transfer
    black: float
    mid_grey: float


LOGC3_CUT = 0.010591
LOGC3_A, LOGC3_B, LOGC3_C, LOGC3_D = 5.555556, 0.052272, 0.247190, 0.385537
LOGC3_E, LOGC3_F = 5.367655, 0.092809

LOGC4_A = (2**18 - 16) / 117.45
LOGC4_B = (1023 - 95) / 1023
LOGC4_C = 95 / 1023
LOGC4_S = 7 * math.log(2) * 2 ** (7 - 14 * LOGC4_C / LOGC4_B) / (LOGC4_A * LOGC4_B)
LOGC4_T = (2 ** (14 * (-LOGC4_C / LOGC4_B) + 6) - 64) / LOGC4_A


def encode_logc3(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """LogC3 at EI 800, SUP 3.x and later, scene-linear form. The printed numbers leave a step of 2.5e-7 at the cut."""
    log = LOGC3_C * np.log10(LOGC3_A * np.maximum(light, LOGC3_CUT) + LOGC3_B) + LOGC3_D
    return np.where(light > LOGC3_CUT, log, LOGC3_E * light + LOGC3_F)


def decode_logc3(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    cut = LOGC3_E * LOGC3_CUT + LOGC3_F
    light = (np.power(10.0, (signal - LOGC3_D) / LOGC3_C) - LOGC3_B) / LOGC3_A
    return np.where(signal > cut, light, (signal - LOGC3_F) / LOGC3_E)


def encode_logc4(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """LogC4, the same at every exposure index; linear below `LOGC4_T` (about -0.018)."""
    log = (np.log2(LOGC4_A * np.maximum(light, LOGC4_T) + 64) - 6) / 14 * LOGC4_B + LOGC4_C
    return np.where(light >= LOGC4_T, log, (light - LOGC4_T) / LOGC4_S)


def decode_logc4(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    light = (np.power(2.0, 14 * (signal - LOGC4_C) / LOGC4_B + 6) - 64) / LOGC4_A
    return np.where(signal >= 0.0, light, signal * LOGC4_S + LOGC4_T)


CURVES: Mapping[str, CameraCurve] = MappingProxyType(
    {
        "arri-logc3": CameraCurve(
            "arri-logc3",
            "ARRI, ALEXA Log C Curve - Usage in VFX (2017-03-09), EI 800, scene linear",
            encode_logc3,
            decode_logc3,
            black=0.092809,
            mid_grey=0.391007,
        ),
        "arri-logc4": CameraCurve(
            "arri-logc4",
            "ARRI, LogC4 Logarithmic Color Space Specification (2022-05-01)",
            encode_logc4,
            decode_logc4,
            black=95 / 1023,
            mid_grey=0.278396,
        ),
    }
)


def camera_curve(name: str) -> CameraCurve:
    """The curve called `name`. Raises UsageError with the names there are."""
    curve = CURVES.get(name)
    if curve is None:
        raise UsageError(f"unknown camera curve {name!r}; choose from {', '.join(CURVES)}")
    return curve


def transfer_curve(name: str) -> TransferCurve:
    """The curve of a colour space by its name: `linear`, `gamma-2.4` and the like, or a camera's. Raises UsageError."""
    if name == LINEAR:
        return LinearCurve()
    if name.startswith(GAMMA_PREFIX):
        try:
            return GammaCurve(float(name.removeprefix(GAMMA_PREFIX)))
        except ValueError as error:
            raise UsageError(f"{name!r} is no gamma; write it as {GAMMA_PREFIX}2.4") from error
    return camera_curve(name)
