"""The exposure log: numbers that a person can check with a grey card."""

from __future__ import annotations

import numpy as np
import pytest

from livegrade.color.camera import camera
from livegrade.library.exposure import DARKEST, MOST_ALARMS, ExposureSum
from livegrade.library.values import AlarmNote, ExposureLog
from livegrade.scopes.measure import ScopeCounts, ScopeData, ScopeRequest, Tap, measure
from livegrade.timing.rate import Rate
from livegrade.video.format import Range, VideoFormat
from livegrade.video.layouts import layout

FORMAT = VideoFormat(64, 32, Rate.of(25), layout("gbrp16"), range=Range.FULL)
ALEXA = camera("ALEXA 35")


def scopes(signal: np.ndarray) -> ScopeData:
    """Scopes of a full-range R'G'B' picture. `signal`: (32, 64, 3)."""
    codes = np.round(np.broadcast_to(signal, (32, 64, 3)) * 65535).astype("<u2")
    planes = codes[..., [1, 2, 0]].transpose(2, 0, 1)
    request = ScopeRequest()
    counts = ScopeCounts.empty(request, FORMAT)
    measure(np.ascontiguousarray(planes).view(np.uint8).ravel(), FORMAT, request, counts)
    return ScopeData(counts, FORMAT, 0, None, Tap.SOURCE)


def card(stops: float) -> np.ndarray:
    """A grey card, so many stops over mid grey in LogC4."""
    return ALEXA.curve.encode(np.array([0.18 * 2.0**stops]))


@pytest.mark.parametrize("stops", [-3.0, -1.0, 0.0, 2.0])
def test_a_grey_card_has_its_stops(stops: float) -> None:
    log = ExposureSum(ALEXA)
    log.see(scopes(card(stops)))

    made = log.log()
    assert made.samples == 1
    assert made.key_stops == pytest.approx(stops, abs=0.02)
    assert made.low_stops == made.high_stops == made.key_stops
    assert made.red_stops == pytest.approx(0, abs=0.02)


def test_stops_are_the_mean_of_the_pictures_and_clipping_the_worst_of_them() -> None:
    log = ExposureSum(None)
    half = np.zeros((32, 64, 3))
    half[:8, :, 0] = 1.0
    for picture in (np.zeros((32, 64, 3)), half):
        log.see(scopes(picture))
    assert log.log() == ExposureLog(2, 25.0)

    mean = ExposureSum(ALEXA)
    for stops in (0.0, 2.0):
        mean.see(scopes(card(stops)))
    assert mean.log().key_stops == pytest.approx(1.0, abs=0.02)


def test_a_warm_light_shows_as_stops_between_the_channels_and_black_has_an_end() -> None:
    red, green, blue = (ALEXA.curve.encode(np.array([0.18 * 2.0**stops]))[0] for stops in (0.5, 0.0, -1.0))
    log = ExposureSum(ALEXA)
    log.see(scopes(np.array([red, green, blue])))
    made = log.log(5600)
    assert (made.red_stops, made.blue_stops) == (pytest.approx(0.5, abs=0.02), pytest.approx(-1.0, abs=0.02))
    assert made.kelvin == 5600

    black = ExposureSum(ALEXA)
    black.see(scopes(np.zeros(3)))
    assert black.log().key_stops == DARKEST


def test_without_pictures_there_are_no_numbers_and_alarms_are_bounded() -> None:
    log = ExposureSum(ALEXA)
    assert log.log() == ExposureLog()
    for index in range(MOST_ALARMS + 10):
        log.note(AlarmNote("clip", index, None, ""))
    assert len(log.log().alarms) == MOST_ALARMS
