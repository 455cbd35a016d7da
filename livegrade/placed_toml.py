"""A TOML file with the lines of its keys, so that a fault can be told with its place. Knows nothing of its content."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
"""Where a value is: table names and keys, and the place in an array of tables counted from 0."""

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_DECIMAL_COMMA = re.compile(r"=\s*[-+]?\d+,\d")
_LONG_TEXT = re.compile(r'"""|\'\'\'')


class TomlError(Exception):
    """`fault`: what is wrong, without the path; `line`: 1-based, None where the fault has no line."""

    def __init__(self, fault: str, line: int | None = None) -> None:
        self.fault = fault
        self.line = line
        super().__init__(fault)


@dataclass(frozen=True, slots=True)
class PlacedToml:
    """`tree`: what the file says, as tomllib gives it."""

    tree: dict[str, Any]
    _lines: dict[KeyPath, int] = field(repr=False)

    def line_of(self, path: KeyPath) -> int | None:
        """The line of a key, else of the table around it; None where neither has a line of its own."""
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[:-1]
        return None


def read_toml(path: str | Path, most_bytes: int) -> PlacedToml:
    """Raises TomlError for a file that cannot be read, has more than `most_bytes`, is not UTF-8 text or not TOML."""
    return parse_toml(_read(Path(path), most_bytes))


def parse_toml(text: str) -> PlacedToml:
    """The same for its text, with line ends as Python has them. Raises TomlError."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\s*\(at (?:line (\d+), column \d+|end of document)\)", str(error))
        fault = str(error).replace(place[0], "") if place else str(error)
        line = int(place[1]) if place and place[1] else None
        if line is not None and _DECIMAL_COMMA.search(text.split("\n")[line - 1]):
            fault = "there is a comma in a number; write decimals with a point"
        raise TomlError(f"is not TOML: {fault}", line) from error
    except RecursionError as error:
        raise TomlError("is not TOML that anybody wrote: its brackets are too deep") from error
    return PlacedToml(tree, _lines_of(text))


def _read(path: Path, most_bytes: int) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(most_bytes + 1)
    except FileNotFoundError as error:
        raise TomlError("there is no such file; check the name and the folder") from error
    except IsADirectoryError as error:
        raise TomlError("this is a folder; name the file itself") from error
    except OSError as error:
        raise TomlError(f"cannot be read ({error.strerror or error}); check its permissions and drive") from error
    if len(data) > most_bytes:
        raise TomlError(f"is larger than {most_bytes // 1024} KiB, and no such file is")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise TomlError("is not UTF-8 text; save it as UTF-8", data.count(b"\n", 0, error.start) + 1) from error


def _lines_of(text: str) -> dict[KeyPath, int]:
    """Lines of tables and of keys that stand at the start of a line; what stands inside a value has none."""
    lines: dict[KeyPath, int] = {}
    arrays: dict[KeyPath, int] = {}
    table: KeyPath = ()
    inside: str | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if inside is None:
            if header := _HEADER.match(line):
                table = _table(_parts(header[2]), arrays, begins=header[1] == "[[")
                lines.setdefault(table, number)
            elif key := _KEY.match(line):
                lines.setdefault((*table, *_parts(key[1])), number)
        for mark in _LONG_TEXT.findall(line):
            inside = mark if inside is None else None if mark == inside else inside
    return lines


def _parts(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in _PART.findall(dotted)]


def _table(parts: list[str], arrays: dict[KeyPath, int], *, begins: bool) -> KeyPath:
    """The path of a table header, with the places in the arrays that it lies in."""
    path: KeyPath = ()
    for number, part in enumerate(parts):
        path = (*path, part)
        if begins and number == len(parts) - 1:
            arrays[path] = arrays.get(path, -1) + 1
        if path in arrays:
            path = (*path, arrays[path])
    return path
