"""What a user is told of cards and drivers: one plain sentence each, about real answers of the (emulated) driver."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from livegrade.errors import SourceError
from livegrade.transport.decklink import _binding, cards
from livegrade.transport.decklink._binding import Capture, DriverError
from livegrade.transport.decklink.modes import four

if TYPE_CHECKING:
    from tests.transport.decklink.conftest import Bench


def test_a_driver_that_is_new_enough_is_no_trouble(bench: Bench) -> None:
    for version in ("14.0", "16.0"):
        bench.driver.version(version)
        assert cards.driver_trouble() is None


def test_an_old_driver_is_told_with_its_version_and_what_to_do(bench: Bench) -> None:
    bench.driver.version("12.9")
    trouble = cards.driver_trouble()
    assert trouble is not None
    assert "12.9" in trouble
    assert "14.0 or newer" in trouble
    with pytest.raises(SourceError, match=r"12\.9"):
        cards.find(0)


def test_a_card_that_is_not_there_is_told_with_those_that_are(bench: Bench) -> None:
    with pytest.raises(SourceError, match=r"no card 5; there are decklink:0 .*, decklink:1"):
        cards.find(5)
    bench.driver.cards(0)
    with pytest.raises(SourceError, match="no DeckLink card is plugged in"):
        cards.find(0)


def test_a_card_is_found_again_when_those_before_it_are_pulled(bench: Bench) -> None:
    second = cards.Identity.of(cards.find(1))
    bench.driver.card(0).pull()
    again = cards.find(1, second)
    assert again.index == 0
    assert again.persistent_id == second.persistent_id
    bench.driver.card(1).pull()
    with pytest.raises(SourceError, match=r"^the DeckLink Emulated \(2\) is gone"):
        cards.find(1, second)


@pytest.mark.parametrize(
    ("trouble", "words"), [("busy", "in use by another program"), ("mode", "does not do what it was asked for")]
)
def test_a_refusal_becomes_a_sentence(bench: Bench, trouble: str, words: str) -> None:
    card = cards.find(0)
    if trouble == "busy":
        bench.driver.card(0).used_elsewhere("capture")
    mode = "hp50" if trouble == "busy" else "iunk"
    capture = Capture(0, mode=four(mode), pixel_format=four("v210"))
    with pytest.raises(DriverError) as refused:
        capture.start()
    sentence = cards.sentence(refused.value, card, capture=True)
    assert words in sentence
    assert card.name in sentence


def test_a_card_without_the_direction_is_told(bench: Bench) -> None:
    bench.driver.card(0).abilities(captures=False)
    card = cards.find(0)
    with pytest.raises(DriverError) as refused:
        _binding.modes(0, False)
    assert cards.sentence(refused.value, card, capture=True) == f"the {card.name} has no input"


def test_connectors_are_named() -> None:
    assert cards.connectors(1 | 2 | 4) == ("SDI", "HDMI", "optical SDI")
    assert (cards.connector(2), cards.connector(None)) == ("HDMI", "input")
