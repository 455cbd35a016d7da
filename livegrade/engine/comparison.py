"""What the compare view shows beside a slot's picture, and how: values and their spelling. The drawing is in `compare`
and `engine`; where the pictures of other slots, stills and files come from is the session's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol, TypeAlias

from livegrade.errors import UsageError

if TYPE_CHECKING:
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame


class Shown(StrEnum):
    """Which picture of a slot, or of a still."""

    SOURCE = "source"
    BYPASS = "bypass"
    GRADED = "graded"


class Mode(StrEnum):
    WIPE = "wipe"
    """The reference left of an upright border, the picture right of it."""
    WIPE_HORIZONTAL = "wipe-horizontal"
    """The reference above a level border, the picture below it."""
    SPLIT = "split"
    """The same half of both, unscaled and side by side: the reference at the left."""
    BLEND = "blend"
    """The reference over the picture, so many percent of it; a mean of code values."""
    TOGGLE = "toggle"
    """The reference alone, whole."""
    DIFFERENCE = "difference"
    """Picture less reference, times the gain, around the middle between black and white: grey where both are the same,
    brighter where the picture is."""
    GRID = "grid"
    """Several pictures, made small, each with its name."""


@dataclass(frozen=True, slots=True)
class OwnPicture:
    """Another picture of the slot itself."""

    shown: Shown = Shown.SOURCE

    def __str__(self) -> str:
        return self.shown.value


@dataclass(frozen=True, slots=True)
class SlotPicture:
    """The newest picture of a slot, whatever its size and rate."""

    slot: str
    shown: Shown = Shown.GRADED

    def __str__(self) -> str:
        return f"slot:{self.slot}{_behind(self.shown)}"


@dataclass(frozen=True, slots=True)
class StillPicture:
    """A still of the library, by its key there; graded or source."""

    key: int
    shown: Shown = Shown.GRADED

    def __str__(self) -> str:
        return f"still:{self.key}{_behind(self.shown)}"


@dataclass(frozen=True, slots=True)
class FilePicture:
    """A photograph, or the first picture of a clip, by its whole path."""

    path: str

    def __str__(self) -> str:
        return f"file:{self.path}"


@dataclass(frozen=True, slots=True)
class Grid:
    """Up to nine pictures, row by row; none: all the slots of the session."""

    cells: tuple[SingleReference, ...] = ()

    def __str__(self) -> str:
        return "+".join(map(str, self.cells))


SingleReference: TypeAlias = OwnPicture | SlotPicture | StillPicture | FilePicture
Reference: TypeAlias = SingleReference | Grid

MOST_CELLS = 9
MIDDLE = Fraction(50)
MOST_GAIN = 64


@dataclass(frozen=True, slots=True)
class Comparison:
    """`at` in percent: of a wipe, the reference's part of the width or height; of a blend, the reference's share; of a
    split, which half is shown (0 the left one, 50 the middle, 100 the right one). `gain` counts for the difference."""

    reference: Reference = OwnPicture()
    mode: Mode = Mode.WIPE
    at: Fraction = MIDDLE
    gain: int = 1

    @property
    def own(self) -> Shown | None:
        """Which picture of the slot itself is the reference; None where it is not one of them."""
        return self.reference.shown if isinstance(self.reference, OwnPicture) else None

    def __str__(self) -> str:
        beside = f" with {self.reference}" if str(self.reference) not in ("", "source") else ""
        match self.mode:
            case Mode.TOGGLE | Mode.GRID:
                how = f" {self.mode.value}"
            case Mode.DIFFERENCE:
                how = f" difference x {self.gain}"
            case Mode.WIPE:
                how = f" {float(self.at):g} %"
            case _:
                how = f" {self.mode.value} {float(self.at):g} %"
        return f"compare{beside}{how}"


class References(Protocol):
    """Where the engine of a slot gets pictures that are not its own."""

    def picture(self, reference: Reference, format: VideoFormat) -> Frame | None:
        """The newest picture of `reference` in `format`, whose rate does not count; None while there is none. Never
        waits."""
        ...


SOURCE_WIPE = Comparison()

_PERCENT = re.compile(r"\d{1,3}(?:\.\d{1,3})?", re.ASCII)
_NEXT = re.compile(r"\+(?=(?:source|bypass|graded|slot:|still:|file:))")
_WORDS = "source, bypass, graded, slot:B, slot:B:source, still:12, still:12:source or file:PATH"


def parse_comparison(against: str | None, mode: str | None, at: str | None, gain: str | None) -> Comparison:
    """From the words behind `with=`, `mode=`, `at=` and `gain=`; None: the source, a wipe, the middle, once. Raises
    UsageError."""
    try:
        chosen = Mode.WIPE if mode is None else Mode(mode)
    except ValueError:
        raise UsageError(f"mode '{mode}' is not known; choose one of {', '.join(Mode)}") from None
    if gain is not None and not (gain.isascii() and gain.isdigit() and 1 <= int(gain) <= MOST_GAIN):
        raise UsageError(f"gain={gain} is not a whole number from 1 to {MOST_GAIN}")
    reference = _parse_grid(against) if chosen is Mode.GRID else parse_reference(against or "source")
    return Comparison(reference, chosen, MIDDLE if at is None else parse_percent(at), int(gain or 1))


def parse_percent(text: str) -> Fraction:
    """0 to 100. Raises UsageError."""
    if _PERCENT.fullmatch(text) is None or Fraction(text) > 100:
        raise UsageError(f"'{text}' is not a percentage from 0 to 100; write for example compare:50 or at=50")
    return Fraction(text)


def parse_reference(text: str) -> SingleReference:
    """What `with=` names. Raises UsageError."""
    kind, _, rest = text.partition(":")
    if text in set(Shown):
        return OwnPicture(Shown(text))
    if kind == "file" and rest:
        return FilePicture(rest)
    name, _, shown = rest.partition(":")
    if not shown or shown in set(Shown):
        which = Shown(shown or "graded")
        if kind == "slot" and re.fullmatch("[A-Za-z]", name):
            return SlotPicture(name.upper(), which)
        if kind == "still" and re.fullmatch(r"[1-9]\d{0,15}", name, re.ASCII) and which is not Shown.BYPASS:
            return StillPicture(int(name), which)
    raise UsageError(f"with={text[:200]} is nothing to compare with; write {_WORDS}")


def _parse_grid(text: str | None) -> Grid:
    cells = tuple(map(parse_reference, _NEXT.split(text))) if text else ()
    if len(cells) > MOST_CELLS:
        raise UsageError(f"a grid has {MOST_CELLS} pictures at most, not {len(cells)}")
    return Grid(cells)


def named_files(reference: Reference) -> tuple[str, ...]:
    """The paths that a reference names."""
    cells = reference.cells if isinstance(reference, Grid) else (reference,)
    return tuple(cell.path for cell in cells if isinstance(cell, FilePicture))


def _behind(shown: Shown) -> str:
    return "" if shown is Shown.GRADED else f":{shown.value}"
