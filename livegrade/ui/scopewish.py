"""What one scope of the window shows, as a value: what the session is asked for, what stands over the trace, and what
is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from livegrade.errors import UsageError

KINDS = {
    "waveform": "Waveform",
    "parade": "Parade",
    "overlay": "RGB waveform",
    "ycbcr": "YCbCr parade",
    "vectorscope": "Vectorscope",
    "histogram": "Histogram",
    "cie-xy": "CIE 1931",
    "cie-uv": "CIE 1976",
    "hml": "Balance",
}
LEVEL_KINDS = ("waveform", "parade", "overlay", "ycbcr", "histogram")
"""Those with a scale of levels."""
TRACED = ("waveform", "parade", "overlay", "ycbcr")
"""Those that show which column of the picture has which levels."""
TAPS = ("graded", "source")
SCALES = {"code": "10-bit code", "percent": "percent", "mv": "mV", "nits": "nits", "stops": "stops of the camera"}
ZOOMS = (1, 2, 5)
GAINS = (0.5, 1.0, 2.0, 4.0, 8.0)
LEAST_GAIN, MOST_GAIN = 0.1, 50.0
HLG_PEAKS = {None: "as the session has it", 400: "400 nit", 600: "600 nit", 1000: "1000 nit", 2000: "2000 nit"}
LEAST_PEAK, MOST_PEAK = 400, 2000
HOLDS = {"off": "none", "now": "of this picture", "peak": "held since reset", "both": "of this picture, and held"}
CROSSES = {
    "33..67": "33 and 67 %",
    "25..75": "25 and 75 %",
    "20..60": "20 and 60 %",
    "-2..2stops": "-2 and +2 stops",
    "-3..3stops": "-3 and +3 stops",
}
"""Where lows end and highs begin in the balance."""
BLACKS = (0.0, 15.0)
LOWEST, HIGHEST, LEAST_SPAN = -10.0, 110.0, 1.0
"""Percent of the signal that a window of the scale may show, and how much at least."""
WHOLE = (-7.3, 109.6)
"""Percent of a legal signal from code 0 to 1023: where zooming begins."""


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    """In the words of scope.subscribe. `window`: percent of the signal, low and high; `line`: a row of the picture, or
    None; `region`: left, top, width and height, 0 to 1 of the picture; `hlg_peak`: nits of the display that HLG is read
    on, None for what the session says."""

    scope: str = "waveform"
    tap: str = "graded"
    scale: str = "code"
    zoom: int = 1
    gain: float = 1.0
    window: tuple[float, float] | None = None
    line: int | None = None
    region: tuple[float, float, float, float] | None = None
    hold: str = "off"
    cross: str = "33..67"
    hlg_peak: int | None = None

    def arguments(self) -> dict[str, Any]:
        """Of scope.subscribe; what is usual is left out."""
        asked: dict[str, Any] = {"scope": self.scope, "tap": self.tap}
        if self.scope in LEVEL_KINDS:
            asked["scale"] = self.scale
            if self.scale == "nits" and self.hlg_peak is not None:
                asked["hlg-peak"] = self.hlg_peak
            if self.window is not None:
                asked["window"] = _window(self.window)
        elif self.zoom != 1:
            asked["zoom"] = self.zoom
        if self.gain != 1.0:
            asked["gain"] = self.gain
        if self.line is not None:
            asked["line"] = str(self.line)
        if self.region is not None:
            asked["region"] = _region(self.region)
        if self.hold != "off" and self.scope in TRACED:
            asked["hold"] = self.hold
        if self.scope == "hml":
            asked["cross"] = self.cross
        return asked

    def words(self, ei: object = None) -> str:
        """For the head: "Waveform · source · stops EI 800 · x1". `ei`: of the camera, where it is known."""
        said = [KINDS[self.scope], self.tap]
        if self.scope in LEVEL_KINDS:
            scale = {"percent": "%", "mv": "mV"}.get(self.scale, self.scale)
            said.append(f"{scale} EI {ei}" if self.scale == "stops" and ei else scale)
            if self.scale == "nits" and self.hlg_peak is not None:
                said.append(f"HLG {self.hlg_peak}")
            said.append("x1" if self.window is None else f"{_window(self.window)} %")
        else:
            said.append(f"x{self.zoom}")
        if self.scope == "hml":
            said.append(CROSSES.get(self.cross, self.cross))
        if self.gain != 1.0:
            said.append(f"gain {_short(self.gain, 1)}")
        if self.line is not None:
            said.append(f"line {self.line}")
        if self.region is not None:
            said.append("region")
        if self.hold != "off" and self.scope in TRACED:
            said.append({"now": "envelope", "peak": "peak held", "both": "envelope, peak held"}[self.hold])
        return " · ".join(said)

    def kept(self) -> dict[str, Any]:
        """In words and numbers of JSON."""
        return {name: list(one) if isinstance(one, tuple) else one for name, one in asdict(self).items()}

    def zoomed(self, percent: float, part: float, by: float) -> ScopeChoice:
        """The scale `by` times as large about the level `percent` that is shown at `part` of it, 0 to 1."""
        low, high = self.window or WHOLE
        span = max((high - low) / by, LEAST_SPAN)
        if span >= WHOLE[1] - WHOLE[0]:
            return replace(self, window=None)
        return replace(self, window=_held(percent - part * span, span))

    def moved(self, by: float) -> ScopeChoice:
        """What is shown of the scale, `by` times its span further up; all of it stays where it is."""
        if self.window is None:
            return self
        low, high = self.window
        return replace(self, window=_held(low + by * (high - low), high - low))


def choice_of(kept: Mapping[str, Any]) -> ScopeChoice:
    """What was kept; what makes no sense is as usual."""
    good: dict[str, Any] = {}
    for field in fields(ScopeChoice):
        value = kept.get(field.name)
        if _is_good(field.name, value):
            good[field.name] = tuple(value) if isinstance(value, list) else value
    return ScopeChoice(**good)


def window_of(text: str) -> tuple[float, float]:
    """What was typed, "0..15". Raises UsageError."""
    parts = [_number(part) for part in text.removesuffix("%").split("..")]
    if None in parts or not _is_good("window", parts):
        raise UsageError(f"'{text[:40]}' is no part of a scale; write percent of the signal, as in 0..15")
    low, high = (part for part in parts if part is not None)
    return low, high


def gain_of(text: str) -> float:
    """What was typed. Raises UsageError."""
    gain = _number(text)
    if gain is None or not _is_good("gain", gain):
        raise UsageError(f"'{text[:40]}' is no gain; write a number from {LEAST_GAIN:g} to {MOST_GAIN:g}")
    return gain


def hlg_peak_of(text: str) -> int:
    """What was typed, "600". Raises UsageError."""
    words = text.lower().removesuffix("nit").strip()
    nits = int(words) if words.isascii() and words.isdigit() and len(words) < 6 else None
    if nits is None or not _is_good("hlg_peak", nits):
        raise UsageError(f"'{text[:40]}' is no peak of a display for HLG; write nits from {LEAST_PEAK} to {MOST_PEAK}")
    return nits


def cross_of(text: str) -> str:
    """What was typed, "33..67" or "-2..2stops", as the session takes it. Raises UsageError."""
    words = text.replace(" ", "").removesuffix("%")
    is_stops = words.endswith("stops")
    parts = [_number(part) for part in words.removesuffix("stops").split("..")]
    least, most = (-20, 20) if is_stops else (LOWEST, HIGHEST)
    match parts:
        case [float(low), float(high)] if least <= low < high <= most:
            return f"{_short(low, 2)}..{_short(high, 2)}{'stops' if is_stops else ''}"
    raise UsageError(f"'{text[:40]}' are no cross points; write 33..67 in percent, or -2..2stops")


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _is_good(name: str, value: object) -> bool:
    known: dict[str, tuple[object, ...]] = {
        "scope": (*KINDS,),
        "tap": TAPS,
        "scale": (*SCALES,),
        "zoom": ZOOMS,
        "hold": (*HOLDS,),
    }
    if name in known:
        return value in known[name]
    if name == "cross":
        try:
            return isinstance(value, str) and cross_of(value) == value
        except UsageError:
            return False
    if name == "gain":
        return isinstance(value, int | float) and LEAST_GAIN <= value <= MOST_GAIN
    if name == "hlg_peak":
        return isinstance(value, int) and not isinstance(value, bool) and LEAST_PEAK <= value <= MOST_PEAK
    if name == "line":
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 16_384
    parts: list[float] = value if isinstance(value, list) and all(isinstance(one, int | float) for one in value) else []
    if name == "window":
        return len(parts) == 2 and parts[0] >= LOWEST and parts[1] <= HIGHEST and parts[1] - parts[0] >= LEAST_SPAN
    if len(parts) != 4:
        return False
    left, top, width, height = parts
    return min(left, top) >= 0 and min(width, height) > 0 and left + width <= 1 and top + height <= 1


def _held(low: float, span: float) -> tuple[float, float]:
    """A stretch of the scale that lies within it."""
    low = min(max(low, LOWEST), HIGHEST - span)
    return round(low, 2), round(low + span, 2)


def _window(window: tuple[float, float]) -> str:
    return f"{_short(window[0], 1)}..{_short(window[1], 1)}"


def _region(region: tuple[float, float, float, float]) -> str:
    """Its edges are rounded, not its sides, so that none comes to lie outside of the picture."""
    left, top = (round(100 * part, 2) for part in region[:2])
    right, bottom = (min(round(100 * (at + side), 2), 100.0) for at, side in zip(region[:2], region[2:], strict=True))
    width, height = max(right - left, 0.01), max(bottom - top, 0.01)
    return f"{_short(width, 2)}x{_short(height, 2)}+{_short(left, 2)}+{_short(top, 2)}"


def _short(number: float, digits: int) -> str:
    return f"{number:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{number:.0f}"
