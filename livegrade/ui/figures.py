"""Readings of meters in words, each with its unit; what is not known is a dash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from livegrade.ui.theme import DASH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livegrade.ui.link import SessionLink

LIVE = ("running", "ended")
"""States of a slot in which its newest picture is the one that it has: a file's last one stands for good."""


def is_live(link: SessionLink, slot: str) -> bool:
    """Whether the newest picture of a slot is the one that it has now."""
    return link.is_here and link.at("slots", slot, "state", "link") in LIVE


UNITS = ("stops", "percent", "code")
NAMES = {"ycbcr": ("Y'", "Cb", "Cr"), "rgb": ("R", "G", "B")}


def stops(value: float | None) -> str:
    """+1.25 st: over 18 % grey."""
    return f"{DASH} st" if value is None else f"{signed(value, 2)} st"


def percent(value: float) -> str:
    """41.1 %, of the signal from black to white."""
    return f"{value:.1f} %"


def codes(tap: Mapping[str, Any]) -> str:
    """10-bit Y' 512 Cb 512 Cr 512."""
    return f"{depth(tap)} {_codes(tap)}"


def depth(tap: Mapping[str, Any]) -> str:
    """10-bit: which codes they are."""
    return f"{tap['bits']}-bit"


def _codes(tap: Mapping[str, Any]) -> str:
    return " ".join(f"{name} {code:.0f}" for name, code in zip(NAMES[tap["model"]], tap["codes"], strict=True))


def channels(tap: Mapping[str, Any]) -> str:
    """41.1 40.9 41.3 %, R, G and B of the signal."""
    return " ".join(f"{value:.1f}" for value in tap["rgb"]) + " %"


def label(reading: Mapping[str, Any] | None, unit: str) -> str:
    """What stands beside a spot meter: stops are those of the source, percent and code go from source to graded."""
    if reading is None:
        return DASH
    source, graded = reading["source"], reading["graded"]
    if unit == "stops":
        return stops(source["stops"])
    if unit == "percent":
        return f"{source['luma']:.1f} → {percent(graded['luma'])}"
    first, second = (f"{tap['codes'][0]:.0f}" if tap["model"] == "ycbcr" else _codes(tap) for tap in (source, graded))
    if source["bits"] == graded["bits"]:
        return f"{first} → {second} {depth(graded)}"
    return f"{first} {depth(source)} → {second} {depth(graded)}"


def share(value: float) -> str:
    """0.31 %, none at all as 0 %, and a little never as 0."""
    if value == 0:
        return "0 %"
    return "<0.01 %" if value < 0.01 else f"{value:.2f} %" if value < 1 else f"{value:.1f} %"


def signed(value: float, digits: int) -> str:
    """With its sign, but nothing is not less than nothing. The minus is that of the keyboard, as in the number fields
    and in what the session writes."""
    text = f"{value:+.{digits}f}"
    return text.replace("-", "+") if float(text) == 0 else text
