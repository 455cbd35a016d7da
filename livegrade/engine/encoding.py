"""How a signal for a display is encoded: Y'CbCr matrix, primaries and transfer of each output transform."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from livegrade.video.format import Matrix, Primaries, Transfer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livegrade.color.rendering import Output
    from livegrade.video.format import VideoFormat

ENCODINGS: Mapping[str, tuple[Matrix, Primaries, Transfer]] = MappingProxyType(
    {
        "rec709": (Matrix.BT709, Primaries.BT709, Transfer.BT709),
        "srgb": (Matrix.BT709, Primaries.BT709, Transfer.SRGB),
        # ITU-T H.273 has no code for a plain gamma of 2.6: its 17 (SMPTE ST 428-1) is another scale.
        "p3-d65": (Matrix.BT709, Primaries.P3D65, Transfer.UNKNOWN),
        "rec2100-pq": (Matrix.BT2020, Primaries.BT2020, Transfer.PQ),
        "rec2100-hlg": (Matrix.BT2020, Primaries.BT2020, Transfer.HLG),
    }
)
"""By name of the output. Sources: ITU-R BT.709-6, BT.1886, BT.2100-2 tables 4 to 6 (non-constant luminance),
ITU-T H.273 8.1 to 8.3. P3 has no Y'CbCr matrix of its own; that of BT.709 is what files and monitors use."""


def encoded_for(format: VideoFormat, display: Output | None) -> VideoFormat:
    """`format` with the encoding of `display`; as it is where that is not known."""
    if display is None:
        return format
    matrix, primaries, transfer = ENCODINGS[display.name]
    return replace(format, matrix=matrix, primaries=primaries, transfer=transfer)
