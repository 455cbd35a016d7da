"""How the numbers of nodes are shown and turned: their names in the field, what does nothing, steps and units."""

from __future__ import annotations

from dataclasses import dataclass

from livegrade.ui.figures import signed


@dataclass(frozen=True, slots=True)
class WheelLook:
    """`neutral`: the number that does nothing; `span`: how far the rim is from it; `step`: of a pixel in the fields."""

    title: str
    neutral: float
    span: float
    step: float


@dataclass(frozen=True, slots=True)
class NumberLook:
    """`step`: of a pixel of a coarse drag; `suffix`: the unit, with its space."""

    title: str
    neutral: float
    step: float
    decimals: int = 3
    suffix: str = ""


WHEELS = {
    "slope": WheelLook("Slope", 1.0, 0.5, 0.002),
    "offset": WheelLook("Offset", 0.0, 0.15, 0.0005),
    "power": WheelLook("Power", 1.0, 0.5, 0.002),
    "lift": WheelLook("Lift", 0.0, 0.15, 0.0005),
    "gamma": WheelLook("Gamma", 1.0, 0.5, 0.002),
    "gain": WheelLook("Gain", 1.0, 0.5, 0.002),
}
"""Numbers in threes. ASC CDL v1.2 and the usual lift, gamma, gain."""
NUMBERS = {
    "saturation": NumberLook("Saturation", 1.0, 0.002),
    "stops": NumberLook("Exposure", 0.0, 0.01, 2, " stops"),
    "temperature": NumberLook("Temperature", 5600.0, 10.0, 0, " K"),
    "reference": NumberLook("Camera set to", 5600.0, 10.0, 0, " K"),
    "tint": NumberLook("Tint", 0.0, 0.05, 1),
    "contrast": NumberLook("Contrast", 1.0, 0.002),
    "pivot": NumberLook("Pivot", 0.4, 0.001),
    "mix": NumberLook("Mix", 100.0, 0.25, 0, " %"),
}
CLAMP = "clamp"
POINTS = "points"


def number_look(setting: str) -> NumberLook:
    """That of NUMBERS, or a plain one."""
    return NUMBERS.get(setting) or NumberLook(setting.replace("_", " ").capitalize(), 0.0, 0.001)


def told(setting: str, value: float | list[float]) -> str:
    """A number of a node with its name and unit: "Exposure +0.75 stops", "Printer points R +1, G +0, B -2"."""
    if isinstance(value, list):
        return "Printer points " + ", ".join(f"{name} {signed(one, 0)}" for name, one in zip("RGB", value, strict=True))
    look = number_look(setting)
    return f"{look.title} {signed(value, look.decimals)}{look.suffix}"
