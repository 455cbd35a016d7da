"""Codes beside the picture that captured and played signals share: timecode formats, colour tags, mastering display."""

from __future__ import annotations

from livegrade.transport.decklink.modes import four
from livegrade.video.format import Matrix

HFR_TIMECODE, VITC1, VITC2 = four("rphr"), four("rpv1"), four("rp12")
COLORSPACE, EOTF = four("cspc"), four("eotf")
SPACES = {Matrix.BT601: four("r601"), Matrix.BT709: four("r709"), Matrix.BT2020: four("2020")}
_MASTERING = {
    "hdrx": "red x",
    "hdry": "red y",
    "hdgx": "green x",
    "hdgy": "green y",
    "hdbx": "blue x",
    "hdby": "blue y",
    "hdwx": "white x",
    "hdwy": "white y",
    "hdml": "highest mastering luminance",
    "hmil": "lowest mastering luminance",
    "mcll": "maximum content light level",
    "fall": "maximum frame average light level",
}
MASTERING_KEYS = {four(code): f"hdr {name}" for code, name in _MASTERING.items()}
"""What a signal says of its mastering display, as keys of `Metadata.extra`; luminance in cd/m2."""
