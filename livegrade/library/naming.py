"""Names of files by a scheme: `{day}_{setup}_T{take:02}_{slot}_{timecode}`."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS = (
    *("day", "date", "unit", "scene", "shot", "setup", "take", "slot", "timecode", "frame", "camera", "ei", "reel"),
    *("clip", "look"),
)
"""`date`: of the day, 2026-11-21; `frame`: index of the picture; `look`: the first eight digits of its id."""
NUMBERS = ("take", "frame", "ei")
STILL = "{slot}_{timecode}_f{frame}"
MOST_SCHEME = 200
MOST_NAME = 120
"""Letters of a name; what is behind it still has room then."""
_WIDTH = re.compile(r"0?\d{1,2}", re.ASCII)
_UNFIT = re.compile(r"[^\w.,+-]+")


@dataclass(frozen=True, slots=True)
class Naming:
    """A scheme that was checked."""

    scheme: str

    @classmethod
    def parse(cls, scheme: str) -> Naming:
        """Raises UsageError: an unknown field, a width for a word, a brace that is open."""
        if not 0 < len(scheme) <= MOST_SCHEME:
            raise UsageError(f"a naming scheme has 1 to {MOST_SCHEME} letters")
        try:
            parts = list(string.Formatter().parse(scheme))
        except ValueError as error:
            raise UsageError(
                f"the naming scheme '{scheme}' cannot be read: {error}; write {{slot}}_{{take:02}}"
            ) from None
        for literal, field, width, conversion in parts:
            if "/" in literal or "\\" in literal:
                raise UsageError(f"the naming scheme '{scheme}' names folders; it is for names of files only")
            if field is None:
                continue
            if field not in FIELDS:
                raise UsageError(
                    f"the naming scheme '{scheme}' has no field {{{field}}}; there are {', '.join(FIELDS)}"
                )
            if conversion or (width and (field not in NUMBERS or _WIDTH.fullmatch(width) is None)):
                raise UsageError(
                    f"{{{field}}} in the naming scheme '{scheme}' takes no '{width}'; numbers take a width"
                )
        if all(field is None for _, field, _, _ in parts):
            raise UsageError(f"the naming scheme '{scheme}' has no field; all files would have one name")
        return cls(scheme)

    def name(self, fields: Mapping[str, str | int]) -> str:
        """The name of a file without its ending: what is missing or empty is left out, with the mark behind it, and
        letters that some disk would refuse are `-`."""
        known = {field: fields.get(field, "") for field in FIELDS}
        filled = "".join(
            literal + ("" if field is None else _fit(known[field], width or ""))
            for literal, field, width, _ in string.Formatter().parse(self.scheme)
        )
        tidy = re.sub(r"([_ .-])\1+", r"\1", _UNFIT.sub("-", filled)).strip("_ .-")
        return tidy[:MOST_NAME].rstrip("_ .-") or "still"


def _fit(value: str | int, width: str) -> str:
    return f"{value:{width}}" if isinstance(value, int) else _UNFIT.sub("-", value)


STILLS = Naming(STILL)
"""How stills are named where nobody says otherwise."""
