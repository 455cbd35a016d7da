"""Drivers of other versions, which go on serving the interfaces that we ask for; and what a card says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from livegrade.transport.decklink import _binding
from livegrade.transport.decklink._binding import DriverError, Picture
from livegrade.transport.decklink.modes import four

if TYPE_CHECKING:
    from tests.transport.decklink.conftest import Bench

VERSIONS = {"14.0": 0x0E000000, "14.2.1": 0x0E020100, "14.3": 0x0E030000, "15.3.1": 0x0F030100, "16.0": 0x10000000}


@pytest.mark.parametrize(("text", "number"), VERSIONS.items())
def test_every_driver_since_14_serves_us(bench: Bench, text: str, number: int) -> None:
    bench.driver.version(text)
    assert _binding.driver_version() == (number, text)
    assert _binding.load_error() is None
    bench.driver.card(0).signal("720p50")
    capture, playout = bench.capture(0, queue=1), bench.playout(1)
    for _ in range(4):
        bench.frames(1)
        picture = capture.take(0)
        assert isinstance(picture, Picture)
        assert playout.write(picture.data) is not None
    assert playout.counters().completed >= 1


def test_the_calls_of_a_session_are_those_of_generation_14(bench: Bench) -> None:
    """What the driver was asked for, by identifier; nothing that only newer drivers have."""
    bench.driver.card(0).signal("720p50")
    bench.driver.forget()
    capture, playout = bench.capture(0), bench.playout(1)
    bench.frames(1)
    picture = capture.take(0)
    assert isinstance(picture, Picture)
    playout.write(picture.data)
    asked = bench.driver.queries()
    assert asked
    assert [query for query in asked if query.endswith("refused")] == []


def test_cards_tell_what_they_are(bench: Bench) -> None:
    bench.driver.cards(2)
    bench.driver.card(0).signal("1080p25")
    bench.driver.card(1).abilities(captures=False, detects=False, hdr=False)
    bench.driver.card(1).reference("none")
    first, second = _binding.cards()
    assert [first.index, second.index] == [0, 1]
    assert first.model
    assert first.name
    assert first.persistent_id != second.persistent_id
    assert (first.captures, first.plays, second.captures, second.plays) == (True, True, False, True)
    assert (first.detects_format, second.detects_format) == (True, False)
    assert (first.hdr, second.hdr) == (True, False)
    assert (first.has_reference, second.has_reference) == (True, False)
    assert (first.input_locked, first.detected_mode, first.busy) == (True, four("Hp25"), 0)
    assert first.max_audio_channels >= 16
    capture = bench.capture(0)
    assert _binding.cards()[0].busy == 1
    capture.stop()
    assert _binding.cards()[0].busy == 0


def test_modes_and_what_is_supported(bench: Bench) -> None:
    bench.driver.card(0).abilities(lines=1080)
    modes = {mode.code: mode for mode in _binding.modes(0, False)}
    assert (modes[four("Hp59")].scale, modes[four("Hp59")].duration) == (60000, 1001)
    assert (modes[four("Hi50")].dominance, modes[four("Hp25")].dominance) == (four("uppr"), four("prog"))
    assert _binding.supports(0, False, 0, four("Hp25"), four("v210")) == (True, four("Hp25"))
    assert _binding.supports(0, False, 0, four("4k25"), four("v210"))[0] is False
    assert _binding.supports(0, True, 0, four("4k25"), four("v210"))[0] is False
    with pytest.raises(IndexError):
        _binding.modes(9, True)
    bench.driver.card(1).abilities(captures=False)
    with pytest.raises(DriverError):
        _binding.modes(1, False)


def test_the_connection_is_set_and_holds_while_the_capture_lives(bench: Bench) -> None:
    hdmi = 2
    card = bench.driver.card(0)
    card.signal("720p50", connection="hdmi")
    capture = bench.capture(connection=hdmi, queue=3)
    bench.frames(2)
    picture = capture.take(0)
    assert isinstance(picture, Picture)
    assert picture.flags == 0
    assert capture.status() == (True, four("hp50"))
    assert _binding.cards()[0].input_connection == hdmi


def test_no_cards(bench: Bench) -> None:
    bench.driver.cards(0)
    assert _binding.cards() == []
    with pytest.raises(IndexError, match="there is no card 0"):
        bench.playout(0)
