"""Scales of light: what a code of a signal stands for in stops of its camera, or in nits of its display.

Stops are those of the camera's own signal, 0 being the light of an 18 % grey card; they mean nothing after a look. Nits
are those of a display and want a transfer that says which: PQ in itself, HLG on a display whose peak is said (1000 nit
where it is not), and what goes to a plain SDR display, of which 100 % are taken for 100 nit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from livegrade.color.cameras.curves import MID_GREY
from livegrade.color.cameras.forms import Hlg, Pq
from livegrade.color.deltae import HLG_NITS
from livegrade.color.space import GammaCurve
from livegrade.errors import UsageError
from livegrade.scopes.measure import Tap
from livegrade.scopes.presets import signal_words
from livegrade.video.format import Transfer

if TYPE_CHECKING:
    from livegrade.color.camera import Camera
    from livegrade.video.format import VideoFormat

SDR_NITS = 100.0
REFERENCE_WHITE_NITS = 203.0
"""HDR reference white. Source: ITU-R BT.2408-7, 2.2."""
HLG_PEAK, LEAST_HLG_PEAK, MOST_HLG_PEAK = round(HLG_NITS), 400, 2000
"""Nits. The system gamma of BT.2100 holds between the least and the most. Source: ITU-R BT.2390-8, 6.2."""
HLG_WHITE = 0.75
"""The signal of HDR reference white in HLG, whatever the display's peak. Source: ITU-R BT.2408-7, table 1."""
NO_LIGHT = "no light"
LOWEST_STOP, HIGHEST_STOP = -20, 20
NITS = (0.0, 0.01, 0.1, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 50.0, 70.0, 100.0, 203.0, 400.0, 600.0, 1e3, 2e3, 4e3, 1e4)
_CAMERA_CURVES = {"pq": Transfer.PQ, "hlg": Transfer.HLG, "rec709": Transfer.BT709}
"""Cameras whose signal is one for a display."""


class Light(Protocol):
    """`title`: what it is counted in, and by which curve."""

    @property
    def title(self) -> str: ...
    def signal(self, value: float, /) -> float:
        """The signal, 0 black and 1 white, of a value of the scale."""

    def value(self, signal: float, /) -> float | None:
        """The way back; None where the scale has no value for it."""

    def text(self, value: float | None, /) -> str:
        """As a person reads it, with its unit."""


@dataclass(frozen=True, slots=True)
class Stops:
    """Of Y' or of a channel, each through the camera's curve."""

    camera: Camera

    @property
    def title(self) -> str:
        return f"stops, {signal_words(self.camera)}"

    def signal(self, value: float, /) -> float:
        return float(self.camera.curve.encode(np.array(MID_GREY * 2.0**value)))

    def value(self, signal: float, /) -> float | None:
        light = float(self.camera.curve.decode(np.array(signal)))
        return math.log2(light / MID_GREY) if light > 0 else None

    def text(self, value: float | None, /) -> str:
        return NO_LIGHT if value is None else f"{value:+.1f} stops"


@dataclass(frozen=True, slots=True)
class Nits:
    """Of a neutral of that level, on the display that the signal is for. `hlg_peak`: nits of that of HLG."""

    transfer: Transfer
    hlg_peak: int = HLG_PEAK

    @property
    def title(self) -> str:
        words = {
            Transfer.PQ: "PQ",
            Transfer.HLG: f"HLG on {self.hlg_peak} nit",
            Transfer.BT709: f"BT.1886 on {SDR_NITS:g} nit",
            Transfer.SRGB: f"gamma 2.2 on {SDR_NITS:g} nit",
        }
        return f"nit, {words[self.transfer]}"

    @property
    def is_hdr(self) -> bool:
        return self.transfer in (Transfer.PQ, Transfer.HLG)

    @property
    def reference_white(self) -> float:
        """203 nit; of HLG on a display that is not of 1000 nit, what the same signal is there."""
        if self.transfer is Transfer.HLG and self.hlg_peak != HLG_PEAK:
            return float(round(self.value(HLG_WHITE) or 0.0))
        return REFERENCE_WHITE_NITS if self.is_hdr else SDR_NITS

    def signal(self, value: float, /) -> float:
        match self.transfer:
            case Transfer.PQ:
                return float(Pq(1.0).encode(np.array(value)))
            case Transfer.HLG:
                scene = (value / self.hlg_peak) ** (1.0 / self._hlg_gamma)
                return float(Hlg(1.0).encode(np.array(scene)))
            case _:
                return float(self._gamma().encode(np.array(value / SDR_NITS)))

    def value(self, signal: float, /) -> float | None:
        held = max(signal, 0.0)
        match self.transfer:
            case Transfer.PQ:
                return float(Pq(1.0).decode(np.array(held)))
            case Transfer.HLG:
                return self.hlg_peak * math.pow(float(Hlg(1.0).decode(np.array(held))), self._hlg_gamma)
            case _:
                return SDR_NITS * float(self._gamma().decode(np.array(held)))

    def text(self, value: float | None, /) -> str:
        if value is None:
            return NO_LIGHT
        return f"{value:.0f} nit" if value >= 100 else f"{value:.3g} nit" if value >= 0.001 else "0 nit"

    @property
    def _hlg_gamma(self) -> float:
        """The system gamma. Source: ITU-R BT.2100-2, table 5, note 5f."""
        return 1.2 + 0.42 * math.log10(self.hlg_peak / HLG_NITS)

    def _gamma(self) -> GammaCurve:
        """Of the display: ITU-R BT.1886 with black at 0, or sRGB as the output transform of that name has it."""
        return GammaCurve(2.4 if self.transfer is Transfer.BT709 else 2.2)


def stops_of(tap: Tap, camera: Camera | None) -> Stops:
    """Raises UsageError for the graded tap, and where the camera is not known."""
    if tap is not Tap.SOURCE:
        raise UsageError("stops are those of the camera's own signal; read the scope at the source, or choose percent")
    if camera is None:
        raise UsageError("a scale in stops needs to know the camera; say which it is (--camera 'ALEXA 35')")
    return Stops(camera)


def require_hlg_peak(nits: int) -> int:
    """Raises UsageError for what no display of HLG has."""
    if not LEAST_HLG_PEAK <= nits <= MOST_HLG_PEAK:
        raise UsageError(
            f"hlg-peak={nits} is not the peak of a display for HLG; it is {LEAST_HLG_PEAK} to {MOST_HLG_PEAK} nit"
        )
    return nits


def nits_of(format: VideoFormat, tap: Tap, camera: Camera | None, hlg_peak: int = HLG_PEAK) -> Nits:
    """Raises UsageError where it is not known what a display makes of the signal."""
    transfer = format.transfer
    if tap is Tap.SOURCE and camera is not None:
        transfer = _CAMERA_CURVES.get(camera.curve.name, Transfer.CAMERA_LOG)
        if transfer is Transfer.CAMERA_LOG:
            raise UsageError(
                f"the source is {signal_words(camera)} of a camera, and no display shows that in nits; choose stops"
            )
    if transfer not in (Transfer.PQ, Transfer.HLG, Transfer.BT709, Transfer.SRGB):
        raise UsageError(
            f"it is not known which display the {tap.value} picture is for (its transfer is {transfer.value}), so it "
            "has no nits; choose percent, or say the output transform with --to, as in --to rec709"
        )
    return Nits(transfer, hlg_peak)
