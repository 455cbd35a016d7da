"""A session whose SDI driver does not stop: it ends all the same, and says which part was left alone."""

from __future__ import annotations

import gc
from collections.abc import Callable

import pytest

from livegrade.capture.source import CaptureOptions
from livegrade.color.look import Look
from livegrade.engine.view import parse_view
from livegrade.session import Session
from livegrade.session.events import Link, State
from livegrade.session.output import LIVE_GRACE_S
from livegrade.session.setup import SessionSetup, SinkSetup, SlotSetup
from livegrade.session.slot import STOP_GRACE_S
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.transport.address import parse_sink, parse_source
from livegrade.transport.decklink import cards
from livegrade_hardware.emulators.decklink import EmulatedDriver


def test_a_driver_gets_less_time_to_stop_than_who_waits_for_it() -> None:
    assert min(LIVE_GRACE_S, STOP_GRACE_S) * NS_PER_SECOND > cards.STOP_LIMIT_NS


@pytest.mark.emulated
def test_a_driver_that_hangs_is_said_by_each_part_and_costs_the_stop_its_limit(
    decklink_driver, monkeypatch, until
) -> None:
    monkeypatch.setattr(cards, "STOP_LIMIT_NS", 50_000_000)
    states = hung_states(decklink_driver, until)
    for state, part in zip(
        states, ("input of the DeckLink Emulated (1)", "output of the DeckLink Emulated (2)"), strict=True
    ):
        assert state.link is Link.FAULTED
        assert f"the driver does not stop the {part} and is left alone" in state.reason
    gc.collect()
    until(lambda: not any(decklink_driver.living().values()))


def hung_states(driver: EmulatedDriver, until: Callable[[Callable[[], bool]], None]) -> tuple[State, State]:
    """Of the slot and the output of a session that was stopped while the driver hung."""
    driver.card(0).signal("720p50")
    driver.card(1).signal(None)
    slot = SlotSetup("A", parse_source("decklink:0"), CaptureOptions(), Look(()))
    sink = SinkSetup(parse_sink("decklink:1,view=source"), "A", parse_view("source"))
    session = Session(SessionSetup((slot,), (sink,), engine="native", threads=1))
    session.start()
    until(lambda: session.outputs[0].frames_out > 10)
    for card in (0, 1):
        driver.card(card).hang_stop(1)
    session.stop()
    assert session.failed
    return session.slots[0].state, session.outputs[0].state
