"""The camera catalogue: a camera by its model or signal, its curve at an exposure index, its gamut, and what its code
values are on the wire. The data is in `cameras/`."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from livegrade.color.cameras.curves import CURVES, LOGC3, LOGC3_DEFAULT_EI, CameraCurve, Wire
from livegrade.color.cameras.gamuts import GAMUTS, Gamut
from livegrade.color.cameras.models import MODELS, SIGNALS, Model
from livegrade.color.space import GAMMA_PREFIX, LINEAR, ColorSpace, GammaCurve, LinearCurve, TransferCurve
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CURVES", "GAMUTS", "MODELS", "SIGNALS", "Camera", "CameraCurve", "camera", "camera_curve", "transfer_curve"]

MOST_EI = 409_600
NEAR_NAMES = 5


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera as it is set. `name`: a model or the id of a signal; `ei`: None where none was given and the curve does
    not depend on it. `wire`: how its code values are meant, None where nobody says; `wire_source`: who says so."""

    name: str
    ei: int | None
    curve: CameraCurve
    gamut: Gamut
    wire: Wire | None
    wire_source: str

    @property
    def clip(self) -> float | None:
        """Signal at which the sensor clips; None where the maker does not publish it."""
        return self.curve.clip

    @property
    def space(self) -> ColorSpace:
        """Its signal as a colour space, white as it is."""
        return ColorSpace(self.curve, self.gamut.to_xyz, self.title)

    @property
    def aces_space(self) -> ColorSpace:
        """The same, its white that of ACES and adapted as the maker's own ACES input transform does."""
        return ColorSpace(self.curve, self.gamut.aces_to_xyz, self.title)

    @property
    def title(self) -> str:
        """For people: "ALEXA Mini LF, LogC3 EI 800, ARRI Wide Gamut 3"."""
        signal = f"{self.curve.title}, {self.gamut.title}"
        return signal if _key(self.name) in _signals() else f"{self.name}, {signal}"


def camera(name: str, ei: int | None = None) -> Camera:
    """The camera called `name`, a model or the id of a signal; upper and lower case, spaces and hyphens are the same.

    `ei`: its exposure index. Raises UsageError with near names for one that is not known, and for an EI at which its
    curve is not published.
    """
    if not _key(name):
        raise UsageError("the camera has no name; write a model or a signal, as in --camera 'ALEXA 35'")
    model = _signals().get(_key(name)) or _models().get(_key(name))
    if model is None:
        raise UsageError(f"camera '{name[:80]}' is not known; {_near(name)}")
    curve, known_ei = _curve_at(model, ei)
    wire, source = (model.wire, model.source) if model.wire is not None else (curve.wire, curve.document)
    if wire is None:
        source = model.source or f"no code values on the wire in {curve.document}"
    return Camera(model.name, known_ei, curve, GAMUTS[model.gamut], wire, source)


def camera_curve(name: str) -> CameraCurve:
    """The curve called `name`. Raises UsageError with near names."""
    curve = CURVES.get(name)
    if curve is None:
        near = difflib.get_close_matches(name, CURVES, NEAR_NAMES, 0.5)
        hint = f"near names: {', '.join(near)}" if near else "docs/cameras.md lists them"
        raise UsageError(f"there is no camera curve {name[:80]!r}; {hint}")
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


def _curve_at(model: Model, ei: int | None) -> tuple[CameraCurve, int | None]:
    if ei is not None and not 1 <= ei <= MOST_EI:
        raise UsageError(f"--ei {ei} is not an exposure index; write one from 1 to {MOST_EI}, such as 800")
    if model.curve != "arri-logc3":
        return CURVES[model.curve], ei
    ei = LOGC3_DEFAULT_EI if ei is None else ei
    if ei not in LOGC3:
        known = ", ".join(map(str, LOGC3))
        raise UsageError(f"ARRI prints no LogC3 formula for EI {ei}, only for {known}; choose one of them")
    return CURVES["arri-logc3" if ei == LOGC3_DEFAULT_EI else f"arri-logc3-ei{ei}"], ei


def _near(name: str) -> str:
    """The names most like `name`, in words."""
    titles = {_key(model.name): model.name for model in (*SIGNALS, *MODELS)}
    wanted = _key(name)
    near = difflib.get_close_matches(wanted, titles, NEAR_NAMES, 0.5)
    near += [key for key in titles if wanted and wanted in key and key not in near]
    if not near:
        return f"known signals are {', '.join(model.name for model in SIGNALS)}; docs/cameras.md lists the models"
    return f"near names: {', '.join(titles[key] for key in near[: 2 * NEAR_NAMES])}"


def _key(name: str) -> str:
    """What two spellings of one name have in common."""
    return "".join(char for char in name.casefold() if char.isalnum())


@cache
def _signals() -> Mapping[str, Model]:
    return {_key(model.name): model for model in SIGNALS}


@cache
def _models() -> Mapping[str, Model]:
    return {_key(model.name): model for model in MODELS}
