"""ACES transform ids, as data: what an AMF calls the signals of cameras and the output transforms that livegrade has.

Source: the ids that OpenColorIO's studio config for ACES 2 carries at its colour spaces (`amf_transform_ids`), which
are those of the Academy's registry; a test compares each of them, and the colours, with that config.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from livegrade.color.rendering import DISPLAYS, RENDERINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "urn:ampas:aces:transformId:v2.0:"

TO_ACES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("acescct", "ap1"): "CSC.Academy.ACEScct_to_ACES.a2.v1",
        ("acescc", "ap1"): "CSC.Academy.ACEScc_to_ACES.a2.v1",
        ("arri-logc3", "arri-awg3"): "CSC.Arri.LogC3_to_ACES.a2.v1",
        ("arri-logc4", "arri-awg4"): "CSC.Arri.LogC4_to_ACES.a2.v1",
        ("red-log3g10", "red-rwg"): "CSC.Red.Log3G10_RWG_to_ACES.a2.v1",
        ("sony-slog3", "sony-sgamut3"): "CSC.Sony.SLog3_SGamut3_to_ACES.a2.v1",
        ("sony-slog3", "sony-sgamut3-cine"): "CSC.Sony.SLog3_SGamut3Cine_to_ACES.a2.v1",
        ("sony-slog3", "sony-sgamut3-venice"): "CSC.Sony.Venice_SLog3_SGamut3_to_ACES.a2.v1",
        ("sony-slog3", "sony-sgamut3-cine-venice"): "CSC.Sony.Venice_SLog3_SGamut3Cine_to_ACES.a2.v1",
        ("canon-log2", "canon-cinema"): "CSC.Canon.CLog2_CGamut_to_ACES.a1.v1",
        ("canon-log3", "canon-cinema"): "CSC.Canon.CLog3_CGamut_to_ACES.a1.v1",
        ("panasonic-vlog", "panasonic-vgamut"): "CSC.Panasonic.VLog_VGamut_to_ACES.a2.v1",
        ("blackmagic-film-gen5", "blackmagic-wide"): "CSC.Blackmagic.BMDFilm_WideGamut_Gen5_to_ACES.a2.v1",
        ("dji-dlog", "dji-dgamut"): "CSC.DJI.DLog_DGamut_to_ACES.a1.v1",
        ("apple-log", "bt2020"): "CSC.Apple.AppleLog_BT2020_to_ACES.a2.v1",
    }
)
"""By curve and gamut of the catalogue; LogC3 at EI 800, which is what the Academy's transform is for."""

FROM_ACES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("acescct", "ap1"): "CSC.Academy.ACES_to_ACEScct.a2.v1",
        ("acescc", "ap1"): "CSC.Academy.ACES_to_ACEScc.a2.v1",
        ("arri-logc3", "arri-awg3"): "CSC.Arri.ACES_to_LogC3.a2.v1",
        ("arri-logc4", "arri-awg4"): "CSC.Arri.ACES_to_LogC4.a2.v1",
        ("red-log3g10", "red-rwg"): "CSC.Red.ACES_to_Log3G10_RWG.a2.v1",
        ("sony-slog3", "sony-sgamut3"): "CSC.Sony.ACES_to_SLog3_SGamut3.a2.v1",
        ("sony-slog3", "sony-sgamut3-cine"): "CSC.Sony.ACES_to_SLog3_SGamut3Cine.a2.v1",
        ("sony-slog3", "sony-sgamut3-venice"): "CSC.Sony.ACES_to_Venice_SLog3_SGamut3.a2.v1",
        ("sony-slog3", "sony-sgamut3-cine-venice"): "CSC.Sony.ACES_to_Venice_SLog3_SGamut3Cine.a2.v1",
        ("canon-log2", "canon-cinema"): "CSC.Canon.ACES_to_CLog2_CGamut.a1.v1",
        ("canon-log3", "canon-cinema"): "CSC.Canon.ACES_to_CLog3_CGamut.a1.v1",
        ("panasonic-vlog", "panasonic-vgamut"): "CSC.Panasonic.ACES_to_VLog_VGamut.a2.v1",
        # The registry files this one under Academy, its inverse under Blackmagic.
        ("blackmagic-film-gen5", "blackmagic-wide"): "CSC.Academy.ACES_to_BMDFilm_WideGamut_Gen5.a2.v1",
        ("dji-dlog", "dji-dgamut"): "CSC.DJI.ACES_to_DLog_DGamut.a1.v1",
        ("apple-log", "bt2020"): "CSC.Apple.ACES_to_AppleLog_BT2020.a2.v1",
    }
)

OUTPUT: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        (f"{RENDERINGS}{rendering}", f"{DISPLAYS}{display}"): f"Output.Academy.{name}.a2.v1"
        for rendering, display, name in (
            ("SDR-100nit-REC709_2.0", "REC.1886-REC.709", "Rec709-D65_100nit_in_Rec709-D65_BT1886"),
            ("SDR-100nit-REC709_2.0", "sRGB", "Rec709-D65_100nit_in_Rec709-D65_sRGB-Piecewise"),
            ("SDR-100nit-P3-D65_2.0", "G2.6-P3-D65", "P3-D65_48nit_in_P3-D65_Gamma2pt6"),
            ("HDR-1000nit-REC2020_2.0", "REC.2100-PQ", "Rec2100-D65_1000nit_in_Rec2100-D65_ST2084"),
            ("HDR-1000nit-P3-D65_2.0", "REC.2100-HLG-1000nit", "P3-D65_1000nit_in_Rec2100-D65_HLG"),
        )
    }
)
"""By rendering and display of an `OutputTransform`. Those of ACES 1 are not here: an AMF of ACES 2 cannot hold them."""
