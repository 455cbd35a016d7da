"""What is wrong with a key of a JSON or TOML file, in plain words: msgspec's sentences made ours; places in JSON."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from livegrade.color.files.numbers import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import msgspec

Path: TypeAlias = tuple[str | int, ...]
"""Keys and indices, from 0, that lead to a value."""

MOST_LISTED = 6
"""Choices that are told all; of more, the near ones."""

_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_TYPES = {
    "float": "a number",
    "int": "a whole number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "a group of keys",
    "null": "nothing",
}
_EXPECTED = re.compile(r"Expected `([\w| ]+)`(?: of length (<= |>= )?(\d+)| (<=|>=|<|>) (\S+)| matching regex .*)?(.*)")
_BOUNDS = {"<=": "at most", ">=": "at least", "<": "less than", ">": "more than"}
_GOT = re.compile(r", got `?(\w+)`?")
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


class KeyFault(NamedTuple):
    """`path`: to the value at fault, or to the nearest one around it; `what`: the sentence, without the place."""

    path: Path
    what: str

    @property
    def sentence(self) -> str:
        """With the place as people count: "node 1, slope: ..."."""
        where = place(self.path)
        return f"{where}: {self.what}" if where else self.what


def place(path: Sequence[str | int]) -> str:
    """`("nodes", 0, "slope")` as "node 1, slope"."""
    words: list[str] = []
    for step in path:
        if isinstance(step, str):
            words.append(step)
        elif words:
            words[-1] = f"{words[-1].removesuffix('s')} {step + 1}"
    return ", ".join(words)


def key_fault(
    error: msgspec.ValidationError, choices: Mapping[str, Sequence[str]], forms: Mapping[str, str]
) -> KeyFault:
    """`choices`: the values that a key may have, where they are few; `forms`: how the text behind a key is written."""
    what, _, where = str(error).partition(" - at `$")
    path: Path = tuple(name or int(index) for name, index in _STEP.findall(where))
    key = next((step for step in reversed(path) if isinstance(step, str)), "")
    if found := re.fullmatch(r"Object contains unknown field `(.*)`", what, re.DOTALL):
        return KeyFault((*path, found[1]), "there is no such key here; check its spelling")
    if found := re.fullmatch(r"Object missing required field `(\w+)`", what):
        return KeyFault(path, f"{found[1]} is missing")
    if found := re.fullmatch(r"Invalid (?:enum )?value '(.*)'", what, re.DOTALL):
        return KeyFault(path, f"{shown(found[1])} is not known here{_choices(found[1], choices.get(key, ()))}")
    if found := _EXPECTED.fullmatch(what):
        return KeyFault(path, _expected(found, forms.get(key)))
    return KeyFault(path, what)


def _choices(given: str, known: Sequence[str]) -> str:
    if 0 < len(known) <= MOST_LISTED:
        return f"; choose {' or '.join(known)}"
    near = difflib.get_close_matches(given, known, 3, 0.5)
    return f"; near: {', '.join(near)}" if near else ""


def _expected(found: re.Match[str], form: str | None) -> str:
    kinds, bound, length, sign, limit, rest = found.groups()
    kind = " or ".join(_TYPES.get(name.strip(), name.strip()) for name in kinds.split("|") if name.strip() != "null")
    got = _GOT.search(rest)
    if got and not length:
        return f"must be {form or kind}, found {_TYPES.get(got[1], got[1])}"
    if length:
        unit = "characters" if kinds == "str" else "entries"
        most = {"<= ": "at most ", ">= ": "at least "}.get(bound or "", "")
        return f"must have {most}{length} {unit}{f', found {got[1]}' if got else ''}"
    if sign:
        return f"must be {_BOUNDS[sign]} {limit}"
    return f"must be {form or kind}"


def json_line(text: str, path: Sequence[str | int]) -> int | None:
    """The line, from 1, of the value at `path` in a JSON text; of its key where it has one. None: not there."""
    here: list[str | int] = []
    is_key: list[bool] = []  # of each object and list that is open: whether a key comes next
    wanted = list(path)
    for match in _TOKEN.finditer(text):
        part = match[0]
        if part == ":":
            continue
        if is_key and is_key[-1] and part != "}":
            here[-1], is_key[-1] = part[1:-1], False
            if here == wanted:
                return text.count("\n", 0, match.start()) + 1
        elif part in ("}", "]", ",") and not here:
            return None
        elif part in ("}", "]"):
            here.pop()
            is_key.pop()
        elif part == ",":
            last = here[-1]
            is_key[-1] = isinstance(last, str)
            here[-1] = last if isinstance(last, str) else last + 1
        elif here == wanted:
            return text.count("\n", 0, match.start()) + 1
        elif part in ("{", "["):
            here.append("" if part == "{" else 0)
            is_key.append(part == "{")
    return None
