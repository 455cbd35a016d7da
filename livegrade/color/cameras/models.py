"""Camera models and signal names, each with the curve, gamut and range convention that it implies.

A model stands for its log signal, out of the box. What is a setting of the camera (S-Gamut3 or S-Gamut3.Cine) has names
of its own here. `wire` None: the maker does not say, or it depends on a setting; then the stream's own tag counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from livegrade.color.cameras.curves import Wire


@dataclass(frozen=True, slots=True)
class Model:
    """`curve`, `gamut`: names in `curves.py` and `gamuts.py`. `wire` goes before that of the curve; `source` says where
    it is from, and whatever else of the model does not come from the documents of curve and gamut."""

    name: str
    curve: str
    gamut: str
    wire: Wire | None = None
    source: str = ""


_LOGC3 = "arri-logc3", "arri-awg3"
_LOGC4 = "arri-logc4", "arri-awg4"
_RED = "red-log3g10", "red-rwg"
_SLOG3 = "sony-slog3", "sony-sgamut3"
_CINE = "sony-slog3", "sony-sgamut3-cine"
_VENICE = "sony-slog3", "sony-sgamut3-venice"
_VENICE_CINE = "sony-slog3", "sony-sgamut3-cine-venice"
_CLOG2 = "canon-log2", "canon-cinema"
_CLOG3 = "canon-log3", "canon-cinema"
_VLOG = "panasonic-vlog", "panasonic-vgamut"
_BMD = "blackmagic-film-gen5", "blackmagic-wide"
_FLOG2 = "fuji-flog2", "bt2020"
_NLOG = "nikon-nlog", "bt2020"

_ALEXA_35_OUT = "ALEXA 35 user manual, p. 39: 18 % grey reads 28 %, which is the curve between legal black and white"
_ALEXA_OUT = "legal or extended by a setting of the camera (ALEXA Pocket Guide, SUP 8.0, p. 46)"
_BMD_OUT = "Blackmagic Video Assist manual: 18 % grey reads 38.4 %, which is the curve between legal black and white"
_DJI = "DJI's white paper is of the Zenmuse X7 (2017); it has published none for later cameras"
_RED_OUT = "RED prints no code values of its SDI outputs"


def _models(names: str, signal: tuple[str, str], wire: Wire | None = None, source: str = "") -> tuple[Model, ...]:
    return tuple(Model(name.strip(), *signal, wire, source) for name in names.split(","))


SIGNALS = (
    *_models("arri-logc3", _LOGC3),
    *_models("arri-logc4", _LOGC4),
    *_models("red-log3g10", _RED),
    *_models("sony-slog3", _SLOG3),
    *_models("sony-slog3-cine", _CINE),
    *_models("sony-slog3-venice", _VENICE),
    *_models("sony-slog3-venice-cine", _VENICE_CINE),
    *_models("sony-slog2", ("sony-slog2", "sony-sgamut")),
    *_models("canon-log", ("canon-log", "canon-cinema")),
    *_models("canon-log2", _CLOG2),
    *_models("canon-log3", _CLOG3),
    *_models("panasonic-vlog", _VLOG),
    *_models("blackmagic-film-gen5", _BMD),
    *_models("davinci-intermediate", ("davinci-intermediate", "davinci-wide")),
    *_models("fuji-flog", ("fuji-flog", "bt2020")),
    *_models("fuji-flog2", _FLOG2),
    *_models("nikon-nlog", _NLOG),
    *_models("dji-dlog", ("dji-dlog", "dji-dgamut")),
    *_models("apple-log", ("apple-log", "bt2020")),
    *_models("gopro-protune", ("gopro-protune", "gopro-native")),
    *_models("acescct", ("acescct", "ap1")),
    *_models("acescc", ("acescc", "ap1")),
    *_models("hlg", ("hlg", "bt2020")),
    *_models("pq", ("pq", "bt2020")),
    *_models("rec709", ("rec709", "bt709")),
)
"""What is chosen by its signal: the ids."""

MODELS = (
    *_models("ALEXA 35", _LOGC4, "legal", _ALEXA_35_OUT),
    *_models("ALEXA 265", _LOGC4),
    *_models(
        "ALEXA, ALEXA Plus, ALEXA Studio, ALEXA XT, ALEXA SXT, ALEXA 65, ALEXA LF, ALEXA Mini, ALEXA Mini LF, AMIRA",
        _LOGC3,
        None,
        _ALEXA_OUT,
    ),
    *_models(
        "V-RAPTOR, V-RAPTOR X, V-RAPTOR XL, KOMODO, KOMODO-X, RED RANGER MONSTRO, RED RANGER HELIUM, "
        "RED RANGER GEMINI, MONSTRO 8K VV, HELIUM 8K S35, GEMINI 5K S35, DRAGON-X, EPIC-W, SCARLET-W, "
        "RED WEAPON, RAVEN, EPIC DRAGON",
        _RED,
        None,
        _RED_OUT,
    ),
    *_models(
        "RED ONE, RED ONE MX, EPIC-M, SCARLET-X",
        _RED,
        None,
        "the camera has no Log3G10 output: this is what its files are when decoded by IPP2; " + _RED_OUT,
    ),
    *_models("VENICE, VENICE 2", _VENICE, None, "S-Gamut3 by choice of the camera's menu; else write Cine behind it"),
    *_models("VENICE Cine, VENICE 2 Cine", _VENICE_CINE, None, "S-Gamut3.Cine by choice of the camera's menu"),
    *_models("BURANO, FX9, FX6, FX3, FX30, FS7, FS7 II, FS5, PMW-F5, PMW-F55, F65, A7S III", _CINE, None, ""),
    *_models("BURANO S-Gamut3, FX9 S-Gamut3, FX6 S-Gamut3, FX3 S-Gamut3, FS7 S-Gamut3, F65 S-Gamut3", _SLOG3, None, ""),
    *_models("C70, C80, C200, C300 Mark II, C300 Mark III, C400, C500 Mark II, C700, C700 FF", _CLOG2, None, ""),
    *_models("C100, C300, C500, EOS-1D C", ("canon-log", "canon-cinema"), None, ""),
    *_models("EOS R5, EOS R5 C, EOS R6 Mark II, EOS R3", _CLOG3, None, ""),
    *_models("EVA1, VariCam 35, VariCam LT, VariCam Pure, S1H, S5 II, GH6, GH7, BGH1, BS1H", _VLOG, None, ""),
    *_models(
        "URSA Mini Pro 12K, URSA Mini Pro 4.6K G2, URSA Cine 12K LF, URSA Cine 17K, PYXIS 6K, "
        "Pocket Cinema Camera 4K, Pocket Cinema Camera 6K, Cinema Camera 6K",
        _BMD,
        "legal",
        _BMD_OUT,
    ),
    *_models("X-H2S, X-H2, X-T5, X-S20, GFX100 II, GFX ETERNA 55", _FLOG2, None, ""),
    *_models("X-T3, X-T4, X-H1, GFX100", ("fuji-flog", "bt2020"), None, ""),
    *_models("Z9, Z8, Z6 II, Z6 III, Z7 II", _NLOG, None, ""),
    *_models("Ronin 4D, Inspire 2, Inspire 3, Zenmuse X5S, Zenmuse X7", ("dji-dlog", "dji-dgamut"), None, _DJI),
    *_models("iPhone 15 Pro, iPhone 16 Pro", ("apple-log", "bt2020"), None, ""),
    *_models("HERO", ("gopro-protune", "gopro-native"), None, ""),
)
"""What is chosen by the name on the camera."""
