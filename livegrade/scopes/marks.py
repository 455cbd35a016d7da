"""What a drawn scope says in figures, always at the same place: how much is clipped, and that it is subsampled.

Clipped are samples at or beyond the limits of `wire.LevelLimits`, counted, so that one sample is told too; the limit
stands beside the count, because 940 is white and no clip.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.scopes import lettering as ink
from livegrade.scopes.measure import Channel, Sampling
from livegrade.scopes.wire import level_limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from livegrade.scopes.measure import ScopeData
    from livegrade.timing.timecode import Timecode

UP, DOWN = "▲", "▼"
UNKNOWN = "-"
_GAP, _UNIT_GAP = 0.5, 0.25
"""Of the letters' size, behind a word and before a unit."""
NAMES = {
    Channel.Y: "Y'",
    Channel.R: "R",
    Channel.G: "G",
    Channel.B: "B",
    Channel.CB: "Cb",
    Channel.CR: "Cr",
}


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of a line; `alarm`: in amber; `spare`: the first to go where there is no room; `unit`: of a figure, said
    once behind those that follow each other, and where it has no room they have none."""

    text: str
    grey: int = ink.LABEL
    alarm: bool = False
    spare: bool = False
    unit: str = ""


def percent(part: int, whole: int) -> str:
    """A share in percent as a person reads it: nothing at all is "0", a little is never "0"; of nothing a dash."""
    if whole == 0:
        return UNKNOWN
    share = 100 * part / whole
    if part == 0 or part == whole:
        return "100" if part else "0"
    if share < 0.01:
        return "<0.01"
    # Held below 100: not everything is clipped.
    return f"{share:.2f}" if share < 1 else f"{share:.1f}" if share < 10 else str(min(round(share), 99))


def clip_words(data: ScopeData, channels: Sequence[Channel], *, white: bool) -> tuple[Word, ...]:
    """The share of samples clipped at white or at black, one word a channel or one for all if they are alike. Before it
    the 10-bit code where that begins, and the mark of that end, amber when there are any. Nothing for no channels."""
    if not channels:
        return ()
    counted = [data.clips(channel) for channel in channels]
    parts = [clips.white_clip if white else clips.black_clip for clips in counted]
    said = [percent(part, clips.samples) for part, clips in zip(parts, counted, strict=True)]
    clipped = any(parts)
    if len(set(said)) == 1:
        grey = ink.STRONG_LABEL if clipped else ink.LABEL
        name = () if len(channels) == 1 else (Word("".join(NAMES[one] for one in channels), grey, spare=True),)
        figures = [*name, Word(said[0], grey, unit="%")]
    else:  # where there is no room, a channel that clips nothing goes before one that clips
        figures = [
            Word(f"{NAMES[channel]} {share}", ink.STRONG_LABEL if part else ink.LABEL, spare=not part, unit="%")
            for channel, share, part in zip(channels, said, parts, strict=True)
        ]
    limits = level_limits(data.format)
    what = Word(
        f"white clip, code {limits.white_clip} up" if white else f"black clip, to code {limits.black_clip}", spare=True
    )
    return (what, Word(UP if white else DOWN, alarm=clipped), *figures)


def put_line(
    picture: NDArray[np.uint8],
    at: tuple[float, float],
    words: Sequence[Word],
    letters: int,
    room: float,
    anchor: str = "l",
) -> None:
    """Writes the words beside each other into uint8 (height, width, 3), their middle at `at`; `anchor` l, m or r. What
    has no room is left out: spare words one by one, then from the end."""
    shown = list(words)
    for spare in [word for word in words if word.spare]:
        if _width(shown, letters) > room:
            shown.remove(spare)
    while (len(shown) > 1 or (shown and shown[0].unit)) and _width(shown, letters) > room:
        shown.pop()
        if len(shown) > 1 and shown[-1].text in (UP, DOWN) and not shown[-1].alarm:
            shown.pop()  # an arrow alone says nothing, unless it is amber
    x = at[0] - {"l": 0.0, "m": 0.5, "r": 1.0}[anchor] * _width(shown, letters)
    for text, word, gap in _pieces(shown):
        color = ink.ALARM if word.alarm else (word.grey,) * 3
        ink.stamp(picture, (x, at[1]), text, letters, color)
        x += ink.text_width(text, letters) + gap * letters


def sampling_words(data: ScopeData) -> tuple[Word, ...]:
    """That the counts are of a quarter of the pixels; nothing where they are of all."""
    return (Word(Sampling.HALF.value, ink.STRONG_LABEL),) if data.sampling is Sampling.HALF else ()


def area_words(data: ScopeData, letters: int, room: float) -> tuple[Word, ...]:
    """Which part of the picture was counted, or where there is no room that it was a part; nothing where it was all."""
    if data.area is None:
        return ()
    title = data.area.title(data.format)
    return (Word(title if ink.text_width(title, letters) <= room else "part", ink.STRONG_LABEL),)


def peak_words(since: tuple[int, Timecode | None] | None, letters: int, room: float) -> tuple[Word, ...]:
    """Since which picture peaks are held, or where there is no room that they are; nothing where they are not."""
    if since is None:
        return ()
    index, timecode = since
    title = f"peak since {timecode or f'frame {index}'}"
    return (Word(title if ink.text_width(title, letters) <= room else "peak"),)


def _pieces(words: Sequence[Word]) -> Iterator[tuple[str, Word, float]]:
    """What is written, whose it is, and how much of a letter is free behind it."""
    for number, word in enumerate(words):
        gap = _GAP if number + 1 < len(words) else 0.0
        if word.unit and (not gap or words[number + 1].unit != word.unit):
            yield word.text, word, _UNIT_GAP
            yield word.unit, word, gap
        else:
            yield word.text, word, gap


def _width(words: Sequence[Word], letters: int) -> float:
    return sum(ink.text_width(text, letters) + gap * letters for text, _, gap in _pieces(words))
