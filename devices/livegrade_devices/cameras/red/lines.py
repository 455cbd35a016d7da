"""RED's older RCP as text: one line for each command or answer, with a checksum.

    #[@TARGET]$SOURCE:COMMAND:PARAMETER:VALUE:*CS

What a parameter means is not in here. Source: summary of RED's RCP reference guide in a public collection of protocols.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from operator import xor

LONGEST = 1024
"""Bytes of a line."""
OURS = "EXT"
"""How an external controller calls itself."""
GET, SET, CURRENT, DISPLAY = "G", "S", "C", "D"
"""Commands; the last two are the camera's."""
_FIELD = re.compile(r"((?:[^:\\]|\\.)*):")
_WORD = re.compile(r"[A-Z0-9_]{1,16}")
_SENDER = re.compile(r"(?:@([A-Z0-9_]{1,16}))?\$([A-Z0-9_]{1,16})")
_CHECKED = re.compile(r"\*([0-9A-F]{2})")


@dataclass(frozen=True, slots=True)
class Line:
    """`value`: "" where there is none. `target`: for whom it is, "" for whoever hears it."""

    command: str
    parameter: str
    value: str = ""
    source: str = OURS
    target: str = ""

    @property
    def data(self) -> bytes:
        """With its checksum and line feed. Raises ValueError where a part cannot stand in a line."""
        words = (self.command, self.parameter, self.source, *((self.target,) if self.target else ()))
        if not all(_WORD.fullmatch(word) for word in words) or not _printable(self.value):
            raise ValueError(f"{self} cannot stand in a line")
        target = f"@{self.target}" if self.target else ""
        value = f"{escaped(self.value)}:" if self.value else ""
        body = f"{target}${self.source}:{self.command}:{self.parameter}:{value}"
        return f"#{body}*{checksum(body):02X}\n".encode("ascii")


def checksum(body: str) -> int:
    """XOR of what stands between # and *."""
    return reduce(xor, body.encode("ascii"), 0)


def escaped(value: str) -> str:
    """A colon in a value is written with a backslash before it."""
    return value.replace("\\", "\\\\").replace(":", "\\:")


def read_line(data: bytes) -> Line | None:
    """None for what is no line, or has a wrong checksum: such lines are passed over without an answer. `data`: without
    its line feed. Further values behind the first are left out."""
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError:
        return None
    if not text.startswith("#") or not _printable(text):
        return None
    fields: list[str] = []
    place = 1
    while found := _FIELD.match(text, place):
        fields.append(found[1])
        place = found.end()
    end = _CHECKED.fullmatch(text[place:])
    if (text[place:] and end is None) or (end is not None and int(end[1], 16) != checksum(text[1:place])):
        return None
    sender = _SENDER.fullmatch(fields[0]) if len(fields) >= 3 else None
    if sender is None or not _WORD.fullmatch(fields[1]) or not _WORD.fullmatch(fields[2]):
        return None
    value = re.sub(r"\\(.)", r"\1", fields[3]) if len(fields) > 3 else ""
    return Line(fields[1], fields[2], value, sender[2], sender[1] or "")


def _printable(text: str) -> bool:
    return len(text) < LONGEST and all(" " <= letter <= "~" for letter in text)
