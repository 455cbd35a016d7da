"""Rates are exact: names, fractions, and the starts of frames far into a day."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.errors import UsageError
from livegrade.timing.rate import Rate

NAMED = {
    "23.976": Fraction(24000, 1001),
    "24": Fraction(24),
    "25": Fraction(25),
    "29.97": Fraction(30000, 1001),
    "30": Fraction(30),
    "47.95": Fraction(48000, 1001),
    "48": Fraction(48),
    "50": Fraction(50),
    "59.94": Fraction(60000, 1001),
    "60": Fraction(60),
    "95.9": Fraction(96000, 1001),
    "96": Fraction(96),
    "100": Fraction(100),
    "119.88": Fraction(120000, 1001),
    "120": Fraction(120),
}
rates = st.sampled_from([Rate(fps) for fps in NAMED.values()])


@pytest.mark.parametrize(("name", "fps"), NAMED.items())
def test_every_rate_has_a_name_that_reads_back(name: str, fps: Fraction) -> None:
    assert Rate.parse(name).fps == fps
    assert str(Rate(fps)) == name


@pytest.mark.parametrize(
    ("text", "fps"),
    [
        ("24p", Fraction(24)),
        (" 59.94P ", Fraction(60000, 1001)),
        ("25 fps", Fraction(25)),
        ("23.98", Fraction(24000, 1001)),
        ("30000/1001", Fraction(30000, 1001)),
        ("25/2", Fraction(25, 2)),
        ("15", Fraction(15)),
    ],
)
def test_other_ways_to_write_a_rate(text: str, fps: Fraction) -> None:
    assert Rate.parse(text).fps == fps


@pytest.mark.parametrize(
    "text",
    [
        *("", "p", "24.5", "29.98", "1e3", "1e999999999", "-25", "0", "0/5", "25/0", "25/00", "1001", "nan", "inf"),
        *("25/2/1", "٢٥", "999999999/1", "9" * 5000),
    ],
)
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="frame rate"):
        Rate.parse(text)


@pytest.mark.parametrize("fps", [Fraction(25, 2), Fraction(15000, 1001), Fraction(12)])
def test_a_rate_without_a_name_reads_back_too(fps: Fraction) -> None:
    assert Rate.parse(str(Rate(fps))).fps == fps


@pytest.mark.parametrize(
    ("container", "fps"),
    [
        (Fraction(2997, 100), Fraction(30000, 1001)),
        (Fraction(2997, 125), Fraction(24000, 1001)),
        (Fraction(2398, 100), Fraction(24000, 1001)),
        (Fraction(5994, 100), Fraction(60000, 1001)),
        (Fraction(24), Fraction(24)),
        (Fraction(1000000, 40000), Fraction(25)),
        (Fraction(25, 2), Fraction(25, 2)),
        (Fraction(299, 10), Fraction(299, 10)),
    ],
)
def test_a_container_s_rounded_rate_is_taken_for_what_it_means(container: Fraction, fps: Fraction) -> None:
    assert Rate.snapped(container).fps == fps


@pytest.mark.parametrize(("name", "nominal"), [("23.976", 24), ("29.97", 30), ("50", 50), ("119.88", 120)])
def test_nominal_is_what_timecode_counts(name: str, nominal: int) -> None:
    assert Rate.parse(name).nominal == nominal


@given(rates, st.integers(0, 24 * 3600 * 120))
def test_starts_never_accumulate_rounding(rate: Rate, index: int) -> None:
    exact = Fraction(index * 1_000_000_000) / rate.fps
    assert 0 <= exact - rate.start_ns(index) < 1


def test_an_hour_at_23_976_is_3_6_seconds_short_of_its_timecode() -> None:
    assert Rate.parse("23.976").start_ns(24 * 3600) == 3_603_600_000_000
    assert Rate.parse("23.976").frames_in(3_603_600_000_000) == 24 * 3600
