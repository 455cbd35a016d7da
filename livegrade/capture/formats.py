"""What code values mean when nobody says so (DESIGN 4, --range auto): used by every source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.video.format import Matrix, Range

if TYPE_CHECKING:
    from livegrade.capture.source import CaptureOptions
    from livegrade.video.layouts import PixelLayout

_LEGAL_RGB = frozenset({"r210", "R10l", "R10b"})
"""RGB layouts that SDI cards fill with 64 to 940. Source: Blackmagic DeckLink SDK manual, pixel formats."""

SD_HEIGHT = 576
"""Pictures with no more lines than this are taken for standard definition."""


def own_range(layout: PixelLayout) -> Range:
    """Legal for Y'CbCr; for RGB what the layout is used with: legal for 10-bit SDI, full for 12-bit SDI and files."""
    return Range.LEGAL if layout.is_ycbcr or layout.name in _LEGAL_RGB else Range.FULL


def assumed_matrix(height: int) -> Matrix:
    """BT.601 for standard definition, BT.709 for everything larger."""
    return Matrix.BT601 if height <= SD_HEIGHT else Matrix.BT709


def said_range(options: CaptureOptions, layout: PixelLayout) -> Range | None:
    """The range that the user asks for, or that the camera's maker says its Y'CbCr has; None where nobody does."""
    return options.range or (options.camera_range if layout.is_ycbcr else None)
