"""A camera on SDI, from the connector of the emulated card to the session's events: the record flag in its three forms,
with noise, at the picture that the driver says it put it on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from livegrade.capture import decklink
from livegrade.capture.source import CaptureOptions
from livegrade.color.look import Look
from livegrade.session import Session
from livegrade.session.events import RecordEvent
from livegrade.session.setup import SessionSetup, SlotSetup
from livegrade.transport.address import parse_source
from livegrade.video.ancillary import AncillaryPacket

if TYPE_CHECKING:
    from livegrade_hardware.emulators.decklink import EmulatedDriver

BEGINS, ENDS, NOISE = 60, 90, (40, 75, 100)
ROLLS, STANDS = AncillaryPacket(0x51, 0x0C, b"\x01\xa0", line=9), AncillaryPacket(0x51, 0x0C, b"\x01\x20", line=9)
PERIOD_NS = 40_000_000
FORMS: dict[str, dict[str, Any]] = {
    "auto": {"flag": True},
    "bits:0x00000040": {"bits": 0x40},
    "packet:51/0C:1:0x80": {"packets": (ROLLS, STANDS)},
}


@pytest.mark.parametrize("rule", FORMS)
def test_a_take_on_sdi_begins_and_ends_at_its_picture(
    decklink_driver: EmulatedDriver,
    until: Callable[[Callable[[], bool]], None],
    monkeypatch: pytest.MonkeyPatch,
    rule: str,
) -> None:
    """Three pictures tell the opposite of the truth. The timecode is the driver's: it says which picture was meant."""
    monkeypatch.setattr(decklink, "STILL_NS", 1 << 60)  # time at the card goes on when the test comes to it
    card = decklink_driver.card(0)
    card.signal("1080p25")
    card.timecode("10:00:00:00", user_bits=0xA0000000)
    card.record_forms(**FORMS[rule])
    card.record_frames(BEGINS, ENDS, noise=NOISE)
    decklink_driver.stepped(True)
    slot = SlotSetup("A", parse_source(f"decklink:0,record={rule}"), CaptureOptions(), Look(()))
    session = Session(SessionSetup((slot,), (), engine="native"))
    session.start()
    try:
        for _ in range(NOISE[-1] + 10):
            _one_more(decklink_driver, session, until)
    finally:
        decklink_driver.stepped(False)
        session.stop()
    told = [event for event in session.events.since(0)[0] if isinstance(event, RecordEvent)]
    told_by = "flag" if rule == "auto" else rule
    assert [(event.edge, str(event.timecode), event.rule, event.exact) for event in told] == [
        ("start", "10:00:02:10", told_by, True),
        ("end", "10:00:03:15", told_by, True),
    ]
    assert told[1].index - told[0].index == ENDS - BEGINS


def _one_more(driver: EmulatedDriver, session: Session, until: Callable[[Callable[[], bool]], None]) -> None:
    """The card's time goes on by a picture, which is waited for; nothing is lost however busy the machine is. Until
    the card has found the format there is none."""
    before = session.slots[0].frames_in
    driver.advance(PERIOD_NS)
    if before:
        until(lambda: session.slots[0].frames_in > before)
