"""The driver's modes and pixel formats in our terms. Values only; no driver is asked.

Codes and row bytes: DeckLink SDK, "Display Modes" and "Pixel Formats". A name such as 1080i50 counts fields where the
picture is interlaced, as cards and monitors do; our rates count frames.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from livegrade.errors import UsageError
from livegrade.timing.rate import Rate
from livegrade.video.format import Scan
from livegrade.video.layouts import LAYOUTS, PixelLayout

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livegrade.transport.decklink._binding import Mode
    from livegrade.video.format import VideoFormat


def four(text: str) -> int:
    """The number of a four-character code."""
    return int.from_bytes(text.encode("ascii"), "big")


def spelled(code: int) -> str:
    """A four-character code as text; a number where it is none."""
    text = code.to_bytes(4, "big").decode("latin-1") if 0 <= code < 1 << 32 else ""
    return text if text.isascii() and text.isprintable() and text else str(code)


PIXEL_FORMATS = {
    "v210": four("v210"),
    "uyvy": four("2vuy"),
    "r210": four("r210"),
    "R10l": four("R10l"),
    "R10b": four("R10b"),
    "R12B": four("R12B"),
    "R12L": four("R12L"),
    "bgra": four("BGRA"),
}
"""By the names of our layouts."""
_LAYOUTS = {code: LAYOUTS[name] for name, code in PIXEL_FORMATS.items()}

PROGRESSIVE, PSF, UPPER_FIELD, LOWER_FIELD = four("prog"), four("psf "), four("uppr"), four("lowr")
_SCANS = {PSF: Scan.PSF, UPPER_FIELD: Scan.INTERLACED_TFF, LOWER_FIELD: Scan.INTERLACED_BFF}
DEFAULT_MODE = four("Hp25")
"""What an input is opened in until the card has found out what comes."""
CAPTURED_AS_PSF = 1 << 30
_WIDTHS = {486: 720, 576: 720, 720: 1280, 1080: 1920, 2160: 3840, 4320: 7680}
"""Widths that a name leaves out."""
_NAME = re.compile(r"(?:(\d{3,5})x)?(\d{3,4})(psf|p|i)(\d[\d./]*)", re.ASCII | re.IGNORECASE)
_SHOWN_MODES = 16


def layout_of(pixel_format: int) -> PixelLayout | None:
    """Our layout of a pixel format; None where we have none."""
    return _LAYOUTS.get(pixel_format)


def rate_of(mode: Mode) -> Rate:
    """Frames, not fields, a second."""
    return Rate(Fraction(mode.scale, mode.duration))


def scan_of(mode: Mode, frame_flags: int = 0) -> Scan:
    """How the picture was taken. `frame_flags`: of a captured picture, whose segments are said there."""
    return Scan.PSF if frame_flags & CAPTURED_AS_PSF else _SCANS.get(mode.dominance, Scan.PROGRESSIVE)


def name_of(mode: Mode) -> str:
    """1080p25, 1080i59.94, 2048x1080p24: what stands behind `mode=`."""
    return _named(mode.width, mode.height, rate_of(mode), scan_of(mode))


def _named(width: int, height: int, rate: Rate, scan: Scan) -> str:
    size = f"{height}" if _WIDTHS.get(height) == width else f"{width}x{height}"
    counted = Rate(rate.fps * 2) if scan.is_interlaced else rate
    return f"{size}{'i' if scan.is_interlaced else 'p'}{counted}"


def mode_called(name: str, modes: Iterable[Mode]) -> Mode:
    """The mode of that name: ours, or the driver's own. Raises UsageError, which names those that there are."""
    offered = tuple(modes)
    meant = _meant(name)
    wanted = None if meant is None else _named(*meant).lower()
    for mode in offered:
        if wanted is not None and wanted == name_of(mode).lower():
            return mode
        if name.strip().lower() == mode.name.lower():
            return mode
    near = (None, None) if meant is None else (meant[:2], meant[2])
    raise UsageError(f"mode={name} is not among {names_of(offered, *near)}")


def _meant(name: str) -> tuple[int, int, Rate, Scan] | None:
    """Width, height, frame rate and scan of a name such as ours; None where it is no such name."""
    match = _NAME.fullmatch(name.strip())
    if match is None:
        return None
    scan = Scan.INTERLACED_TFF if match[3].lower() == "i" else Scan.PROGRESSIVE
    try:
        rate = Rate.parse(match[4])
    except UsageError:
        return None
    height = int(match[2])
    frames = Rate(rate.fps / 2) if scan.is_interlaced else rate
    return int(match[1] or _WIDTHS.get(height, 0)), height, frames, scan


def mode_for(format: VideoFormat, modes: Iterable[Mode]) -> Mode | None:
    """The mode that shows such pictures: size, rate and scan exactly; segmented frames go out as progressive ones where
    there is no segmented mode. None where there is none."""
    fitting = [
        mode
        for mode in modes
        if (mode.width, mode.height) == (format.width, format.height) and rate_of(mode) == format.rate
    ]
    wanted = [format.scan, Scan.PROGRESSIVE] if format.scan is Scan.PSF else [format.scan]
    return next((mode for scan in wanted for mode in fitting if scan_of(mode) is scan), None)


def names_of(modes: Iterable[Mode], size: tuple[int, int] | None = None, rate: Rate | None = None) -> str:
    """The modes for a sentence, each name once: those of that size (width, height) or frame rate first, and where there
    are many only those; the rest is counted."""
    near: dict[str, bool] = {}
    for mode in modes:
        is_near = (mode.width, mode.height) == size or rate_of(mode) == rate
        near[name_of(mode)] = near.get(name_of(mode), False) or is_near
    if not near:
        return "none"
    close = [name for name, is_near in near.items() if is_near]
    ordered = close + [name for name, is_near in near.items() if not is_near]
    shown = ordered if len(ordered) <= _SHOWN_MODES else (close or ordered)[:_SHOWN_MODES]
    more = len(ordered) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
