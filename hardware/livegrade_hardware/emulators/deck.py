"""What an emulated recorder does with its disks and its transport, without any wire. Time is the caller's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FPS = 24
FIRST_FRAME = 3600 * FPS
"""Timecode of what comes in when the deck is switched on: 01:00:00:00."""
NO_NAME = "Take"


class RefusedError(Exception):
    """The deck says no. `code`: of the protocol."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Take:
    """A clip on a disk. Frames."""

    name: str
    start: int
    length: int


@dataclass(slots=True)
class Slot:
    """`seconds`: of recording left."""

    status: str = "mounted"
    name: str = "CARD"
    seconds: int = 3600
    takes: list[Take] = field(default_factory=list)


class Deck:
    """`now`: seconds, of a clock that only goes forward. Everything may be looked at and changed by tests."""

    def __init__(self, slots: int, now: Callable[[], float]) -> None:
        self.slots = {number: Slot(name=f"CARD{number}") for number in range(1, slots + 1)}
        self.status = "preview"
        self.speed = 0
        self.slot = 1
        self.clip = 0
        self.signal = "1080p24"
        self.remote = True
        self.loop = False
        self.single = False
        self.name = ""
        self.place = 0
        self._now = now
        self._began = now()
        self._since = now()

    @property
    def disk(self) -> Slot:
        """Of the slot in use. Raises RefusedError where it is empty."""
        disk = self.slots[self.slot]
        if disk.status != "mounted":
            raise RefusedError(105)
        return disk

    def record(self, name: str) -> None:
        if self.status == "record":
            raise RefusedError(150)
        if self.signal == "none":
            raise RefusedError(110)
        if self.disk.seconds <= 0:
            raise RefusedError(104)
        self.name = name or f"{NO_NAME} {len(self.disk.takes) + 1}"
        self._run("record", 100)

    def stop(self) -> None:
        """Ends a recording, which then is a clip, or whatever runs."""
        if self.status == "record":
            length = self.passed()
            disk = self.slots[self.slot]
            disk.takes.append(Take(self.name, self.display() - length, max(1, length)))
            disk.seconds = max(0, disk.seconds - length // FPS)
            self.clip = len(disk.takes)
        else:
            self.place = self.at()
        self._run("stopped", 0)

    def play(self, speed: int, status: str = "play") -> None:
        if not self.disk.takes:
            raise RefusedError(107)
        if not -5000 <= speed <= 5000:
            raise RefusedError(109)
        if self.status == "record":
            raise RefusedError(150)
        self.place = self.at()
        self.clip = self.clip or 1
        self._run(status, speed)

    def go(self, clip: int) -> None:
        if not 1 <= clip <= len(self.disk.takes):
            raise RefusedError(109)
        self.clip, self.place, self._since = clip, 0, self._now()

    def select(self, slot: int) -> None:
        if slot not in self.slots:
            raise RefusedError(109)
        if self.status == "record":
            raise RefusedError(150)
        self.slot, self.clip, self.place = slot, 0, 0
        self._run("stopped", 0)

    def preview(self, on: bool) -> None:
        if self.status == "record":
            raise RefusedError(150)
        self._run("preview" if on else "stopped", 0)

    def passed(self) -> int:
        """Frames since the transport last changed."""
        return int((self._now() - self._since) * FPS)

    def at(self) -> int:
        """Frames into the clip, while it plays."""
        return self.place + self.passed() * self.speed // 100 if self.status in ("play", "shuttle") else self.place

    def display(self) -> int:
        """The frame whose timecode the deck shows: of its input, or of what it plays."""
        if self.status in ("preview", "record") or not self.clip:
            return FIRST_FRAME + int((self._now() - self._began) * FPS)
        take = self.slots[self.slot].takes[self.clip - 1]
        return take.start + max(0, min(self.at(), take.length - 1))

    def _run(self, status: str, speed: int) -> None:
        self.status, self.speed, self._since = status, speed, self._now()


def timecode(frame: int) -> str:
    """Source: IEC 60461, counting without drop frame."""
    seconds, frames = divmod(frame, FPS)
    return f"{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{frames:02}"
