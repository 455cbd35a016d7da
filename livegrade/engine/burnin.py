"""Burn-in: a line of words in the picture that says what it is, for a monitor, a recording or a stream."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.engine.letters import Letters
from livegrade.engine.marks import box
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from livegrade.engine.marks import Ink

FIELDS = ("tc", "clip", "slot", "look", "camera", "view")
"""In the order in which they stand in the line: timecode; reel and clip; what people call the slot; the look's name;
the camera with its EI; which view it is."""
UNKNOWN = "–"
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
SHADE = 160
"""256ths of black behind the letters."""


@dataclass(frozen=True, slots=True)
class BurnIn:
    """`fields`: of FIELDS, in its order; `top`: at the top of the picture and not at its foot."""

    fields: tuple[str, ...]
    top: bool = False

    def __str__(self) -> str:
        words = ["all"] if self.fields == FIELDS else list(self.fields)
        return "+".join([*words, *(["top"] if self.top else [])])


def parse_burn_in(text: str) -> BurnIn:
    """From words behind pluses: fields, or `all`, and `top`. Raises UsageError."""
    words = text.split("+")
    fields = set(FIELDS) if "all" in words else set(words) - {"top"}
    unknown = set(words) - {*FIELDS, "all", "top"}
    if unknown or not fields or len(words) > len(set(words)):
        known = ", ".join(FIELDS)
        raise UsageError(f"burn-in '{text[:60]}' is not known; write all, or of {known}, and top, with + between them")
    return BurnIn(tuple(field for field in FIELDS if field in fields), "top" in words)


@dataclass(frozen=True, slots=True)
class Said:
    """What a picture is called, empty where nobody knows: by the names of FIELDS, but for the view and the timecode."""

    clip: str = ""
    slot: str = ""
    look: str = ""
    camera: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line in a picture of `size`, width and height. Its timecode stands first, so that nothing else moves."""

    burn_in: BurnIn
    said: Said
    view: str
    size: tuple[int, int]

    @property
    def _letters(self) -> Letters:
        return Letters.of(max(11, self.size[1] // 36))

    @property
    def _at(self) -> tuple[int, int]:
        letters, (_, height) = self._letters, self.size
        y = letters.size // 2 if self.burn_in.top else height - letters.height - letters.size // 2
        return letters.size, y & ~1

    def prepare(self) -> None:
        """Renders the letters that names are made of."""
        for letter in string.printable.strip() + " " + UNKNOWN:
            self._letters.width(letter)

    def still(self, timecode: str) -> list[Ink]:
        """What is the same for many pictures: the shade and the words behind a timecode as long as this one."""
        letters, (x, y) = self._letters, self._at
        first = letters.width(timecode) + 2 * letters.size if "tc" in self.burn_in.fields else 0
        words = [getattr(self.said, field) or UNKNOWN for field in self.burn_in.fields if field not in ("tc", "view")]
        words += [self.view] if "view" in self.burn_in.fields else []
        text = letters.fitting("   ".join(words), self.size[0] - 2 * x - first)
        wide = first + letters.width(text) if text else first - 2 * letters.size
        margin = letters.size // 2
        shade = box(x - margin, y, min(x + wide + margin, self.size[0]), y + letters.height, SHADE, BLACK)
        return [shade, letters.ink(text, x + first, y, WHITE)]

    def timecode(self, timecode: str) -> list[Ink]:
        """What is another for each picture."""
        return [self._letters.ink(timecode, *self._at, WHITE)] if "tc" in self.burn_in.fields else []
