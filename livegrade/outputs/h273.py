"""Colour tags as the code points of ITU-T H.273, which MOV, MP4, PNG and FFmpeg share."""

from __future__ import annotations

from livegrade.video.format import Matrix, Primaries, Transfer

UNSPECIFIED = 2
PRIMARIES = {
    Primaries.BT709: 1,
    Primaries.UNKNOWN: UNSPECIFIED,
    Primaries.BT601_625: 5,
    Primaries.BT601_525: 6,
    Primaries.BT2020: 9,
    Primaries.P3D65: 12,
}
TRANSFERS = {
    Transfer.BT709: 1,
    Transfer.UNKNOWN: UNSPECIFIED,
    Transfer.CAMERA_LOG: UNSPECIFIED,
    Transfer.LINEAR: 8,
    Transfer.SRGB: 13,
    Transfer.PQ: 16,
    Transfer.HLG: 18,
}
MATRICES = {Matrix.BT709: 1, Matrix.BT601: 6, Matrix.BT2020: 9}
RGB_MATRIX = 0
