"""What is searched for, from the words of a person: `scene=12 clip>2 circled since=today reflection`."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from livegrade.errors import UsageError
from livegrade.library.kinds import KINDS
from livegrade.redaction import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livegrade.library.kinds import Cell

MOST_WORDS = 64
MOST_NS = (1 << 63) - 1
"""What a database can compare."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CONDITION = re.compile(r"([A-Za-z]+)(<=|>=|=|<|>)(.*)", re.DOTALL)

_TEXTS = {
    "slot": "slot",
    "scene": "scene",
    "shot": "shot",
    "setup": "setup",
    "day": "day",
    "unit": "unit",
    "camera": "camera",
    "reel": "reel",
    "clipname": "clipname",
    "name": "name",
    "state": "state",
    "marker": "marker",
}
"""Words that are equal or not; upper and lower case are the same."""
_NUMBERS = {
    "take": "take",
    "version": "version",
    "ei": "ei",
    "clip": "clip",
    "key": "keylevel",
    "low": "low",
    "high": "high",
    "red": "red",
    "blue": "blue",
    "kelvin": "kelvin",
    "alarms": "alarms",
    "of": "of_take",
}
_LABELS = ("tag", "look")
_TIMES = ("since", "until")
_YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_KINDS = tuple(kind.table for kind in KINDS)


@dataclass(frozen=True, slots=True)
class Condition:
    """`column` of a table, compared by `operator` (=, <, >, <=, >=) with `value`. Rows without the value have none."""

    column: str
    operator: str
    value: Cell


@dataclass(frozen=True, slots=True)
class Query:
    """All of it must hold. `labels`: pairs of label ("tag", "look") and word; `texts`: each stands somewhere in an
    entry's words; `kind`: only this table."""

    conditions: tuple[Condition, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    texts: tuple[str, ...] = ()
    kind: str | None = None


def parse_query(words: Iterable[str], now: datetime) -> Query:
    """Each word is `key=value`, `key>number`, `circled`, the name of a kind (takes, looks, stills, markers), or text.

    `now`: with its time zone; days and hours are meant there. Raises UsageError.
    """
    conditions: list[Condition] = []
    labels: list[tuple[str, str]] = []
    texts: list[str] = []
    kind: str | None = None
    given = [_clean(word) for word in words]
    if len(given) > MOST_WORDS:
        raise UsageError(f"{len(given)} words are too many to search for; {MOST_WORDS} are the most")
    for word in given:
        match = _CONDITION.fullmatch(word.strip())
        if match is not None:
            key, operator, value = match[1].lower(), match[2], match[3].strip()
            if key in _LABELS and operator == "=":
                labels.append((key, value))
            else:
                conditions.append(_condition(key, operator, value, now))
        elif word.lower() in ("circle", "circled"):
            conditions.append(Condition("circled", "=", 1))
        elif word.lower() in _KINDS:
            kind = word.lower()
        elif word.strip():
            texts.append(word.strip()[:200])
    return Query(tuple(conditions), tuple(labels), tuple(texts), kind)


def moment_ns(text: str, now: datetime) -> int:
    """A moment in nanoseconds since 1970 UTC: "today", "yesterday", "3d", "12h", "30m" ago, "2026-11-21",
    "2026-11-21T14:00", "14:00" today. Raises UsageError."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    plain = text.strip().lower()
    named = {"today": midnight, "yesterday": midnight - timedelta(days=1), "now": now}
    if plain in named:
        return _ns(named[plain])
    ago = re.fullmatch(r"(\d{1,5})([dhm])", plain, re.ASCII)
    if ago is not None:
        unit = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}[ago[2]]
        return _ns(now - int(ago[1]) * unit)
    try:
        if re.fullmatch(r"\d{1,2}:\d{2}", plain, re.ASCII):
            hours, minutes = plain.split(":")
            return _ns(midnight.replace(hour=int(hours), minute=int(minutes)))
        then = datetime.fromisoformat(text.strip())
        return _ns(then if then.tzinfo is not None else then.replace(tzinfo=now.tzinfo))
    except (ValueError, OverflowError):
        raise UsageError(
            f"'{text[:40]}' is not a time; write today, yesterday, 3d, 12h, 14:00, 2026-11-21 or 2026-11-21T14:00"
        ) from None


def _clean(word: str) -> str:
    """What a database can be asked for: no line ends and no halves of letters."""
    return one_line(word).encode("utf-8", "replace").decode()


def _condition(key: str, operator: str, value: str, now: datetime) -> Condition:
    if key in _TIMES and operator == "=":
        return Condition("at_ns", ">=" if key == "since" else "<", moment_ns(value, now))
    if key in ("circle", "circled") and operator == "=":
        if value.lower() not in _YES:
            raise UsageError(f"circled is yes or no, not '{value[:40]}'")
        return Condition("circled", "=", int(_YES[value.lower()]))
    if key in _TEXTS:
        if operator != "=":
            raise UsageError(f"{key} is a word and has no {operator}; write {key}={value[:40]}")
        return Condition(_TEXTS[key], "=", value)
    if key in _NUMBERS:
        return Condition(_NUMBERS[key], operator, _number(key, value))
    known = sorted((*_TEXTS, *_NUMBERS, *_LABELS, *_TIMES, "circled"))
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
    raise UsageError(f"there is nothing called {key} to search for; {hint}")


def _number(key: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not abs(number) < 1e15:
        raise UsageError(f"{key} is a number, not '{value[:40]}'")
    return number


def _ns(then: datetime) -> int:
    """The first or last moment that can be kept, where `then` is beyond it."""
    return max(-MOST_NS, min((then - _EPOCH) // timedelta(microseconds=1) * 1000, MOST_NS))
