"""Which marks lie over a view: guides, the legend of false colour, burn-in. Made once for what stays and kept; a
timecode is put together from letters that are there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from livegrade.engine.burnin import UNKNOWN, Line, Said
from livegrade.engine.guides import Area, guide_inks
from livegrade.engine.kept import Kept
from livegrade.engine.marks import drawn, marks_of
from livegrade.engine.squeeze import lowered
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from livegrade.engine.marks import Ink, Marks
    from livegrade.engine.view import View
    from livegrade.scopes.bands import BandTable
    from livegrade.video.format import VideoFormat

KEPT = 32


class Side(StrEnum):
    """Where a legend stands in a picture."""

    LEFT = "left"
    RIGHT = "right"


def parse_legend(text: str) -> Side:
    """Raises UsageError."""
    try:
        return Side(text)
    except ValueError:
        raise UsageError(f"legend '{text[:40]}' is not known; write left or right") from None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a picture lies in what is drawn: `picture`, the whole of it, which may reach beyond; `signal`: width by
    height of what the lens saw, but for the squeeze that guides say. `letters`: how large those of guides are, in
    pixels; 0: as fits the height of what is drawn."""

    picture: Area
    signal: Fraction
    letters: int = 0

    @classmethod
    def of(cls, format: VideoFormat, view: View, rows: tuple[int, int]) -> Place:
        """For a picture in `format` that fills `rows` of it."""
        signal = Fraction(format.width, format.height) * (view.desqueeze or 1)
        return cls(Area(0, rows[0], format.width, rows[1]), signal)


class Laid:
    """Makes and keeps marks. Threads may share it."""

    def __init__(self) -> None:
        self._kept: Kept[Marks] = Kept(KEPT)

    def prepare(self, view: View, format: VideoFormat) -> None:
        """Makes what takes long (letters, a legend) before a picture waits for it."""
        if view.burn_in is not None:
            Line(view.burn_in, Said(), "", (format.width, format.height)).prepare()
        rows = (0, format.height) if view.desqueeze is None else lowered(format, view.desqueeze).filled
        self.marks(view, format, Place.of(format, view, rows), "", Said())

    def marks(self, view: View, format: VideoFormat, place: Place, timecode: str, said: Said) -> list[Marks]:
        """For a picture of `view` that is drawn in `format`; the last on top. `timecode`: empty where it has none."""
        marks: list[Marks] = []
        if not (view.guides is None and view.legend is None):
            # Apart from the words: those change with each take, and a legend takes long.
            drawn_for = (view.guides, view.desqueeze, view.legend, view.bands, format, place)
            marks.append(self._kept.get(drawn_for, lambda: marks_of(_still_inks(view, format, place), format)))
        if view.burn_in is not None:
            timecode = timecode or UNKNOWN
            line = Line(view.burn_in, said, title(view), (format.width, format.height))
            said_in = (line, format, len(timecode))
            marks.append(self._kept.get(said_in, lambda: marks_of(line.still(timecode), format)))
            marks.append(marks_of(line.timecode(timecode), format))
        return [each for each in marks if len(each.spans)]


def _still_inks(view: View, format: VideoFormat, place: Place) -> list[Ink]:
    """Guides and legend."""
    inks: list[Ink] = []
    if view.guides is not None:
        signal = place.signal if view.desqueeze is not None else place.signal * view.guides.squeezed
        inks += guide_inks(view.guides, place.picture, signal, format.height, place.letters)
    if view.legend is not None and view.bands is not None:
        inks.append(_legend(view.bands, view.legend, format))
    return inks


def _legend(bands: BandTable, side: Side, format: VideoFormat) -> Ink:
    """Over a sixth of the picture's width, all of its height."""
    from livegrade.scopes.sheet import legend

    wide = min(max(format.width // 6, 200), format.width)
    picture = legend(bands, (wide, format.height))
    return drawn(np.asarray(picture), levels=256).moved(format.width - wide if side is Side.RIGHT else 0, 0)


def title(view: View) -> str:
    """Which view it is, in a few words: SOURCE, BYPASS, FALSE COLOUR stops, source, LogC4 EI 800."""
    words = str(replace(view, zebra=None, peaking=None, guides=None, burn_in=None, legend=None, desqueeze=None))
    kind = view.kind.value
    return kind.upper().replace("-", " ").replace("COLOR", "COLOUR") + words[len(kind) :]
