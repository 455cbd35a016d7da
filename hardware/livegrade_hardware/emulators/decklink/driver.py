"""Control of the emulated driver: what comes in at each card, what goes wrong, and what was observed.

The same commands go to a driver in this process (`EmulatedDriver.load`) or to one in a child (`EmulatedDriver.at`). All
of it may be called while clients run; a signal changes with its next picture.
"""

from __future__ import annotations

import ctypes
import os
import socket
from typing import TYPE_CHECKING, NamedTuple, Self

from livegrade_hardware.emulators.decklink.build import library
from livegrade_hardware.emulators.decklink.card import EmulatedCard, counts, spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_SETTINGS = "LIVEGRADE_EMULATED_DECKLINK"
_SOCKET = "LIVEGRADE_EMULATED_DECKLINK_SOCKET"
_REPORT = "LIVEGRADE_EMULATED_DECKLINK_REPORT"


class SettingError(ValueError):
    """The driver does not know that setting or value."""


class Ticked(NamedTuple):
    """A tick that was run. `at_ns`: the driver's time, which no clock of a card drifts from but by what was set."""

    at_ns: int
    card: int
    is_input: bool


class EmulatedDriver:
    """One loaded emulated driver. `say` carries a command line to it and its answer back."""

    def __init__(self, say: Callable[[str], str]) -> None:
        self._say = say

    @classmethod
    def load(cls) -> Self:
        """Builds the driver if need be and loads it into this process, for every client that looks for it from now on.
        A client that has found a real driver already keeps that one."""
        loaded = ctypes.CDLL(str(library()), mode=ctypes.RTLD_GLOBAL)
        obey, free = loaded.livegrade_decklink_obey, loaded.livegrade_decklink_free
        obey.argtypes, obey.restype = [ctypes.c_char_p], ctypes.c_void_p
        free.argtypes, free.restype = [ctypes.c_void_p], None

        def say(line: str) -> str:
            answer = obey(line.encode())
            try:
                return ctypes.string_at(answer).decode()
            finally:
                free(answer)

        return cls(say)

    @classmethod
    def at(cls, path: Path) -> Self:
        """The driver of a child process that was given `path` as its socket; it listens from the moment when the first
        client in the child looks for cards (OSError before that)."""

        def say(line: str) -> str:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
                peer.connect(str(path))
                peer.sendall(line.encode() + b"\n")
                return b"".join(iter(lambda: peer.recv(1 << 16), b"")).decode()

        return cls(say)

    def card(self, index: int) -> EmulatedCard:
        return EmulatedCard(self.command, index)

    def set(self, name: str, value: str | float | bool) -> None:
        """Any setting by its name in driver/settings.cpp; the methods below and those of the cards are the typed
        way."""
        self.command(f"set {name} {spelled(value)}")

    def command(self, line: str) -> str:
        """One command; what the driver answers behind its "ok". Raises SettingError with the driver's words."""
        status, _, rest = self._say(line).partition("\n")
        if status != "ok":
            raise SettingError(status.removeprefix("error "))
        return rest

    def reset(self) -> None:
        """Two cards as new, newest version, real time, empty logs and counts. Whoever still used a card has lost it."""
        self.command("reset")

    def cards(self, count: int) -> None:
        """How many cards a client finds, 0 to 8."""
        self.set("cards", count)

    def version(self, text: str) -> None:
        """The driver's version, "14.2.1"; interfaces of later generations are not served. 16.0 at the start."""
        self.set("version", text)

    def mode_without_rate(self, mode: str | None) -> None:
        """The display mode whose frame rate the driver does not tell; None: it tells all."""
        self.set("mode-without-rate", mode or "none")

    def keeps_timecode(self, on: bool) -> None:
        """Whether the driver refuses to take a timecode off a frame that is used again."""
        self.set("keeps-timecode", on)

    def speed(self, factor: float) -> None:
        """All clocks this many times faster than real time."""
        self.set("speed", factor)

    def stepped(self, on: bool) -> None:
        """Whether time stands still but for `advance`."""
        self.set("stepped", on)

    def advance(self, ns: int) -> None:
        """Stepped only: runs every tick that falls due in the next `ns`, in order, each with its call-backs done before
        the next; returns when all are. Raises SettingError when a call-back does not come back for ten seconds."""
        self.command(f"advance {ns}")

    def now_ns(self) -> int:
        """The driver's time, from an arbitrary zero: real, faster, or as it was stepped."""
        return int(self.command("now").split()[1])

    def step(self) -> Ticked:
        """Stepped only: time goes on to the next tick of any input or output, which is run with its call-backs done.
        Raises SettingError when no clock runs, or a call-back does not come back for ten seconds."""
        words = self.command("step").split()
        return Ticked(at_ns=int(words[3]), card=int(words[1]), is_input=words[0] == "in")

    def listen(self, path: Path) -> None:
        """Takes commands at this socket too (`EmulatedDriver.at`), from another process. Raises SettingError."""
        self.command(f"listen {path}")

    def log_to(self, path: Path | None) -> None:
        """Appends every record to this file too, as it happens (`read_log`)."""
        self.set("log-file", "" if path is None else str(path))

    def calls(self) -> dict[str, int]:
        """How often clients called each method; call-backs to them are named "callback ..."."""
        return counts(self.command("calls"))

    def queries(self) -> dict[str, int]:
        """How often each interface was asked for, as "OBJECT IDENTIFIER served" or "... refused"."""
        return counts(self.command("queries"))

    def living(self) -> dict[str, int]:
        """Objects of each kind that clients still hold; all 0 when they let go of everything."""
        return counts(self.command("living"))

    def forget(self) -> None:
        """Empties all logs and call counts; objects alive stay counted."""
        self.command("forget")


def child_environment(
    settings: Mapping[str, str | float | bool] | None = None, *, path: Path | None = None, report: bool = False
) -> dict[str, str]:
    """This process's environment with what makes a child find the emulated driver instead of a real one.

    `settings`: as EmulatedDriver.set, in force when the first client looks for cards. `path`: of a socket that the
    child will make, for `EmulatedDriver.at`.
    """
    folders = [str(library().parent), os.environ.get("LD_LIBRARY_PATH", "")]
    environment = os.environ | {
        "LD_LIBRARY_PATH": ":".join(filter(None, folders)),
        _SETTINGS: "\n".join(f"{name}={spelled(value)}" for name, value in (settings or {}).items()),
    }
    environment |= {_REPORT: "1"} if report else {}
    environment |= {} if path is None else {_SOCKET: str(path)}
    return environment
