"""What is asked of a scope, from its words."""

from fractions import Fraction

import pytest

from livegrade.errors import UsageError
from livegrade.scopes.graticule import LevelScale
from livegrade.scopes.measure import Tap
from livegrade.scopes.wish import Cross, Lines, Region, ScopeKind, ScopeWish, Window, parse_wish


def test_words_on_top_of_a_base() -> None:
    base = ScopeWish(tap=Tap.SOURCE, scale=LevelScale.PERCENT)
    assert parse_wish("parade", base) == ScopeWish(ScopeKind.PARADE, Tap.SOURCE, LevelScale.PERCENT)
    wish = parse_wish(" vectorscope:zoom=5:gain=0.5:tap=graded", base)
    assert wish == ScopeWish(ScopeKind.VECTORSCOPE, Tap.GRADED, LevelScale.PERCENT, 5, gain=0.5)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("lightning", "known ones are waveform"),
        ("waveform:gain", "write what is said of it once"),
        ("waveform:gain=1:gain=2", "write what is said of it once"),
        ("waveform:gain=1e3", "is not a number"),
        ("waveform:gain=0", "is not from 0.01 to 100"),
        ("vectorscope:zoom=3", "is not 1, 2 or 5"),
        ("waveform:tap=camera", "choose source or graded"),
        ("waveform:scale=furlongs", "known ones are code"),
        ("waveform:colour=red", "known are tap"),
    ],
)
def test_nonsense_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        parse_wish(text)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Lines(3, 2),
        lambda: Region(Fraction(60), Fraction(0), Fraction(50), Fraction(10)),
        lambda: Window(Fraction(10), Fraction(10)),
        lambda: Cross(Fraction(50), Fraction(40)),
        lambda: Cross(Fraction(0), Fraction(40), in_stops=True),
    ],
)
def test_impossible_values_are_refused(wrong: object) -> None:
    with pytest.raises(UsageError):
        wrong()
