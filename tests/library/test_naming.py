"""Schemes for names of files are checked before they are used, and what they give fits every disk."""

from __future__ import annotations

import pytest

from livegrade.errors import UsageError
from livegrade.library.naming import MOST_NAME, STILL, Naming

FIELDS = {
    "day": "day 1", "setup": "12A", "take": 3, "slot": "A", "timecode": "10:00:00;12", "frame": 77,
    "clip": "", "ei": 800, "camera": "ALEXA 35", "scene": "../../etc",
}  # fmt: skip


@pytest.mark.parametrize(
    ("scheme", "name"),
    [
        (STILL, "A_10-00-00-12_f77"),
        ("{day}_{setup}_T{take:02}_{slot}", "day-1_12A_T03_A"),
        ("{clip}_{slot}", "A"),
        ("{camera} {ei:5} {frame:06}", "ALEXA-35-800-000077"),
        ("{scene}", "etc"),
        ("{{x}}{slot}", "x-A"),
        ("夕_{slot}", "夕_A"),
        ("{reel}", "still"),
        ("a" * 130 + "{slot}", "a" * MOST_NAME),
    ],
)
def test_a_scheme_gives_a_name_that_fits(scheme: str, name: str) -> None:
    assert Naming.parse(scheme).name(FIELDS) == name


@pytest.mark.parametrize(
    ("scheme", "sentence"),
    [
        ("", "1 to 200 letters"),
        ("a" * 201, "1 to 200 letters"),
        ("still", "all files would have one name"),
        ("{slot", "cannot be read"),
        ("{scen}", r"has no field \{scen\}; there are day, date"),
        ("{slot.__class__}", "has no field"),
        ("{0}", "has no field"),
        ("{slot:10}", "takes no '10'; numbers take a width"),
        ("{take:9999999}", "takes no '9999999'"),
        ("{take!r}", "takes no"),
        ("stills/{slot}", "names folders"),
    ],
)
def test_a_scheme_that_cannot_work_is_refused(scheme: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        Naming.parse(scheme)
