"""What a LUT box keeps in libraries of its own, and which of it its stages show. Values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """`number`: from 1. `name`: as people called it; `file`: of the file that it was made from."""

    number: int
    name: str
    file: str

    @property
    def words(self) -> str:
        return f"{self.name} ({self.file})" if self.name else self.file


@dataclass(frozen=True, slots=True)
class Library:
    """`name`: such as 3d. `entries`: those that hold something, in order; `places`: how many there are."""

    name: str
    places: int
    entries: tuple[LibraryEntry, ...]

    def held(self, number: int) -> LibraryEntry | None:
        return next((each for each in self.entries if each.number == number), None)


@dataclass(frozen=True, slots=True)
class LutFile:
    """A file for a library. `name`: of the file, without its folder; `library`: the one that it belongs into; `points`:
    of its table, or of a side of its lattice."""

    name: str
    library: str
    points: int
    data: bytes


@dataclass(frozen=True, slots=True)
class PutThere:
    """A file that was sent into a library. `sent`: what went out, to the letter but for the file itself; `before`,
    `now`: what the box said to have there before and says now, None for nothing; `confirmed`: what it says now can be
    from this file alone."""

    library: str
    entry: int
    sent: str
    before: LibraryEntry | None
    now: LibraryEntry | None
    confirmed: bool

    @property
    def words(self) -> str:
        """What became of it, for people."""
        place = f"entry {self.entry} of its {self.library} library"
        held = "nothing" if self.now is None else self.now.words
        if self.confirmed:
            replaced = "" if self.before is None else f"; it was {self.before.words}"
            return f"confirmed: {place} is {held} now{replaced}"
        before = ", as before" if self.now == self.before else ""
        return f"sent: it has taken the file, and says that {place} is {held}{before}"


@dataclass(frozen=True, slots=True)
class StageShown:
    """`stage`: such as 1d-2; `library`: whose entries it can show. `entry`: the one that it is set to, 0 being nothing;
    None where it takes what it is sent. `is_on`: else the picture passes it as it is."""

    stage: str
    library: str
    entry: int | None
    is_on: bool


@dataclass(frozen=True, slots=True)
class Libraries:
    """All of a box, its stages in the order in which a picture passes them."""

    libraries: tuple[Library, ...]
    stages: tuple[StageShown, ...]
