"""What a LUT box keeps in libraries of its own, and which of it its stages show. Values; no behaviour."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """`number`: from 1. `name`: as people called it; `file`: of the file that it was made from."""

    number: int
    name: str
    file: str


@dataclass(frozen=True, slots=True)
class Library:
    """`name`: such as 3d. `entries`: those that hold something, in order; `places`: how many there are."""

    name: str
    places: int
    entries: tuple[LibraryEntry, ...]


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
