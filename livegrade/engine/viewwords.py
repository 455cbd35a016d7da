"""The words behind an output, and in commands, that say what lies over a view: their names, and what each means. One
table, so that the command line, rigs, the API, OSC and the journal take the same."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from livegrade.engine.burnin import parse_burn_in
from livegrade.engine.guides import parse_guides
from livegrade.engine.laid import parse_legend
from livegrade.engine.squeeze import factor_words, parse_desqueeze
from livegrade.errors import UsageError
from livegrade.scopes.falsecolor import Zebra
from livegrade.scopes.peaking import parse_peaking

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ZEBRA_MOST = 109
"""Percent: the last code of a legal-range signal, (1023 - 64) / 876, rounded down."""
WHOLE = Fraction(100)
_BAND = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)(?:-(\d{1,3}(?:\.\d{1,3})?))?", re.ASCII)
_PERCENT = re.compile(r"\d{1,3}(?:\.\d{1,3})?", re.ASCII)


def parse_zebra(text: str) -> Zebra:
    """LOW or LOW-HIGH in percent of the signal (0 black, 100 white of the range in force), each at most ZEBRA_MOST, and
    a second band behind a plus: 70-75+95. Raises UsageError."""
    first, plus, second = text.partition("+")
    return _band(first, text, _band(second, text) if plus else None)


def _band(text: str, whole: str, second: Zebra | None = None) -> Zebra:
    levels = _BAND.fullmatch(text)
    if levels is None:
        raise UsageError(f"zebra '{whole}' is not a level; write for example zebra=95, zebra=70-75 or zebra=70-75+95")
    low, high = levels.groups()
    if max(Fraction(level) for level in levels.groups() if level) > ZEBRA_MOST:
        raise UsageError(f"zebra={whole} lies above every signal; levels go from 0 to {ZEBRA_MOST} percent")
    return Zebra(Fraction(low), Fraction(high) if high else None, second)


def parse_opacity(text: str) -> Fraction:
    """Of false colour over the graded picture, 0 to 100 percent. Raises UsageError."""
    if _PERCENT.fullmatch(text) is None or Fraction(text) > WHOLE:
        raise UsageError(f"opacity '{text}' is not 0 to 100 percent")
    return Fraction(text)


OVER: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "zebra": ("a level or two in percent, such as 95, 70-75 or 70-75+95", parse_zebra),
    "peaking": ("low, medium, high or percent, and a colour or grey: medium+yellow, high+red+grey", parse_peaking),
    "guides": ("aspects and more: 2.39+action+thirds+shade:60, docs/views.md has all", parse_guides),
    "desqueeze": ("the factor of an anamorphic lens, such as 1.33, 1.8 or 2", parse_desqueeze),
    "burn-in": ("all, or of tc, clip, slot, look, camera and view with + between, and top", parse_burn_in),
    "legend": ("of false colour in the picture: left or right", parse_legend),
    "opacity": ("of false colour over the picture, 0 to 100 percent", parse_opacity),
}
"""What each word takes, for people, and how it is read; raises UsageError. Its attribute of `View`: `attribute`."""

VIEW_WORDS = ("tap", "with", "mode", "at", "gain", *OVER)
"""All that goes with a view; a sink's calibration and output transform do not, they stay where the view changes."""


def attributes(said: Mapping[str, str | None]) -> dict[str, str | None]:
    """The same under the names that `parse_view` has for them: `with` as `against`, `burn-in` as `burn_in`."""
    return {attribute(word): text for word, text in said.items()}


def attribute(word: str) -> str:
    return "against" if word == "with" else word.replace("-", "_")


def over(said: Mapping[str, str | None]) -> dict[str, Any]:
    """The attributes of a `View` that words say, by the names of those. Raises UsageError."""
    words = {attribute(word): read for word, (_, read) in OVER.items()}
    return {name: words[name](text) for name, text in said.items() if name in words and text is not None}


def spelled(word: str, text: str) -> str | None:
    """`text` as it is kept, None where it means nothing."""
    try:
        value = OVER[word][1](text)
    except UsageError:
        return None
    if word == "desqueeze":
        return factor_words(value)
    return f"{float(value):g}" if isinstance(value, Fraction) else str(value)
