"""The words of Blackmagic's HyperDeck Ethernet Protocol: commands to a deck, and what it replies and tells unasked.

A command is one line (`play: speed: 100 loop: true`) or a block (`play:`, a line for each parameter, an empty line); a
reply starts with a number of three digits and is a block where its first line ends in a colon. No input or output here.
Source: Blackmagic, HyperDeck Ethernet Protocol 1.11; nrkno/sofie-hyperdeck-connection (MIT) sends blocks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from livegrade.errors import DeviceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livegrade_devices.wires.lines import Lines

MOST_LINES = 10_000
"""Of a reply: a clip has one line."""
LONGEST = 2048
"""Bytes of a line."""

NAMES = (
    "append timestamp",
    "audio codec",
    "audio input",
    "clip",
    "clip id",
    "configuration",
    "confirm",
    "count",
    "display timecode",
    "dropped frames",
    "enable",
    "file format",
    "in",
    "loop",
    "name",
    "out",
    "override",
    "period",
    "prepare",
    "record prefix",
    "record trigger",
    "remote",
    "single clip",
    "slot",
    "slot id",
    "speed",
    "timecode",
    "timecode input",
    "timeline",
    "transport",
    "version",
    "video input",
)
"""Parameters that are told apart in a command of one line."""
_NAMED = re.compile(rf"(?:^|(?<= ))({'|'.join(sorted(NAMES, key=len, reverse=True))}): ?")


@dataclass(frozen=True, slots=True)
class Command:
    """What a deck is asked. `given`: the parameters, in order."""

    name: str
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        """As a block where there are parameters: there a value may hold anything but a line end, which raises
        ValueError."""
        for text in (self.name, *self.given, *self.given.values()):
            if "\n" in text or "\r" in text:
                raise ValueError(f"{text!r} cannot stand in a command")
        if not self.given:
            return f"{self.name}\r\n".encode()
        given = (f"{key}: {value}" for key, value in self.given.items())
        return "\r\n".join([f"{self.name}:", *given, "", ""]).encode()


@dataclass(frozen=True, slots=True)
class Reply:
    """`code`: 100 to 199 no, 200 to 299 the answer, 500 to 599 unasked. `lines`: of a block, None where it is none."""

    code: int
    text: str
    lines: tuple[str, ...] | None = None

    @property
    def data(self) -> bytes:
        if self.lines is None:
            return f"{self.code} {self.text}\r\n".encode()
        return "\r\n".join([f"{self.code} {self.text}:", *self.lines, "", ""]).encode()

    @property
    def refused(self) -> bool:
        return self.code < 200

    @property
    def unasked(self) -> bool:
        return self.code >= 500

    def named(self) -> dict[str, str]:
        """Lines of the form `name: value`."""
        pairs = (line.partition(":") for line in self.lines or ())
        return {name.strip(): value.strip() for name, colon, value in pairs if colon}


async def read_reply(lines: Lines) -> Reply:
    """The next one. Raises DeviceError at the end, and where it is none or too long."""
    first = ""
    while not first:
        first = await _line(lines)
    number, _, text = first.partition(" ")
    if not (len(number) == 3 and number.isascii() and number.isdigit() and number[0] in "125"):
        raise DeviceError("device", f"it says {first[:60]!r}, which is no reply of a HyperDeck")
    if not text.endswith(":"):
        return Reply(int(number), text)
    return Reply(int(number), text.removesuffix(":"), tuple(await _block(lines)))


async def read_command(lines: Lines) -> Command:
    """The next one; one without parameters that make sense has none. Raises DeviceError as `read_reply`."""
    first = ""
    while not first:
        first = await _line(lines)
    name, colon, rest = (part.strip() for part in first.partition(":"))
    if not colon:
        return Command(name)
    if rest:
        return Command(name, _told_apart(rest))
    pairs = (line.partition(":") for line in await _block(lines))
    return Command(name, {key.strip(): value.strip() for key, colon, value in pairs if colon})


def _told_apart(text: str) -> dict[str, str]:
    """`speed: 100 loop: true` by the names that there are; a name of a clip goes on to the end of the line."""
    found = list(_NAMED.finditer(text))
    given: dict[str, str] = {}
    for match, after in zip(found, [*found[1:], None], strict=True):
        if match[1] == "name":
            return {**given, "name": text[match.end() :].strip()}
        given[match[1]] = text[match.end() : after.start() if after else None].strip()
    return given


async def _block(lines: Lines) -> list[str]:
    body: list[str] = []
    while text := await _line(lines):
        if len(body) == MOST_LINES:
            raise DeviceError("device", f"it says more than {MOST_LINES:,} lines at once")
        body.append(text)
    return body


async def _line(lines: Lines) -> str:
    return (await lines.line(LONGEST)).decode(errors="replace")
