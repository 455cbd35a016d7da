"""A box that is proved again and again in a session: an emulated ColorBox, over real sockets."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from livegrade.capture.source import CaptureOptions
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d, Samples
from livegrade.errors import DeviceRefusedError
from livegrade.session import Session
from livegrade.session.alarms import AlarmKind, AlarmRule
from livegrade.session.events import RecordEdge
from livegrade.session.following import Following
from livegrade.session.proofs import Proofs, question
from livegrade.session.setup import DeviceSetup, Role, SessionSetup, SlotSetup
from livegrade.transport.address import parse_source
from livegrade_devices.address import parse_device
from livegrade_devices.device import BoxLook, Capabilities, Device, Identity
from livegrade_devices.lutboxes import colorbox, colorboxproof
from livegrade_devices.lutboxes.stages import INTERPOLATIONS
from livegrade_devices.proving import judged
from livegrade_devices.pushed import Proof
from livegrade_devices.state import DeviceState
from livegrade_hardware.emulators.cart import EmulatedCart
from livegrade_hardware.emulators.colorbox import EmulatedColorBox

COLOUR = r"\d+, \d+, \d+"
WHAT = re.compile(
    rf"device village shows something else than its look: it shows {COLOUR} for {COLOUR}, where its tables give "
    rf"{COLOUR}: \d{{2,4}} codes of 12 bits off, at most delta E 2000 \d+\.\d"
)
NEGATIVE = np.repeat(np.arange(4095, -1, -1)[:, np.newaxis], 3, axis=1)
PLAIN = Look((Cdl(),))
BENT = Look((Lut3d(Samples(np.random.default_rng(3).random((9, 9, 9, 3)))),))


def test_a_box_is_off_by_as_many_codes_as_its_user_allows() -> None:
    codes = np.arange(30, dtype=np.uint16).reshape(10, 3)
    state = replace(DeviceState("village", "colorbox:10.0.0.5"), sent_ns=0)
    for threshold, is_right in ((3.0, True), (2.9, False)):
        proofs = Proofs(1.0, threshold)
        proofs.found(judged(Proof(codes, codes + np.uint16(3), codes, 12, "here"), None), 0)
        assert (proofs.fault(state) == "") is is_right
        assert proofs.fault(replace(state, sent_ns=1)) == ""


def test_a_box_that_cannot_be_proved_is_named() -> None:
    box = Device(Identity("converter"), Capabilities(), listen=lambda report: asyncio.sleep(0))
    with pytest.raises(DeviceRefusedError, match="village: it cannot say what becomes of colours"):
        asyncio.run(question("village", BoxLook(Look()))(box))


@contextmanager
def village(box: EmulatedColorBox, look: Look = PLAIN, **proved: Any) -> Iterator[tuple[Session, Following]]:
    """A session whose slot A has the box, and what is known of that. `proved`: how, as `DeviceSetup` has it."""
    with EmulatedCart() as cart:
        address = parse_device(f"colorbox:127.0.0.1:{cart.add(box)},data-port={box.data_port}")
        device = DeviceSetup("village", address, "A", Role.BOX, **proved)
        soon = (AlarmRule(AlarmKind.DEVICE_LOOK, seconds=0.0),)
        slot = SlotSetup("A", parse_source("pattern:bars@96x64p50"), CaptureOptions(), look, alarms=soon)
        session = Session(SessionSetup((slot,), (), engine="native", threads=1, devices=(device,)))
        session.start()
        try:
            yield session, session.devices.named("village")
        finally:
            session.stop()


@pytest.mark.emulated
def test_a_box_that_is_changed_behind_our_back_is_an_alarm_until_it_is_right_again(
    until: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First by whoever changed it, then by a push, which sends all of the look."""
    monkeypatch.setattr(colorboxproof, "SETTLE_S", 0.0)
    box = EmulatedColorBox()
    with village(box, prove_every_s=0.001) as (session, followed):
        until(lambda: "lut1d_4" in box.pipeline.held and followed.state.sent is not None and followed.alarm is None)
        held = box.pipeline.held["lut1d_4"]
        for mend in (lambda: box.pipeline.held.update(lut1d_4=held), lambda: session.devices.push_again("village")):
            box.pipeline.held["lut1d_4"] = NEGATIVE
            until(lambda: followed.alarm is not None)
            assert followed.alarm is not None
            # A change in the middle of a proof is seen in some of its colours.
            assert WHAT.fullmatch(followed.alarm.what), followed.alarm.what
            mend()
            until(lambda: followed.alarm is None)
        assert (box.pipeline.held["lut1d_4"] == held).all()


@pytest.mark.emulated
def test_a_proof_by_hand_begins_and_ends_the_alarm_by_the_threshold_of_the_box(
    until: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is asked with another threshold is answered by that, and the alarm stays as it is."""
    monkeypatch.setattr(colorboxproof, "SETTLE_S", 0.0)
    box = EmulatedColorBox()
    with village(box) as (session, followed):
        until(lambda: "lut1d_4" in box.pipeline.held and followed.state.sent is not None)
        until(lambda: not followed.state.pending and followed.alarm is None)
        held = box.pipeline.held["lut1d_4"]
        for mend in ("undone", "pushed"):
            box.pipeline.held["lut1d_4"] = NEGATIVE
            session.devices.prove("village", 4095.0).result(60)
            until(lambda: followed.alarm is not None)
            assert followed.alarm is not None
            assert WHAT.fullmatch(followed.alarm.what), followed.alarm.what
            assert followed.last_proof is not None
            assert followed.last_proof.fault == ""
            if mend == "undone":
                box.pipeline.held["lut1d_4"] = held
                session.devices.prove("village").result(60)
            else:
                session.devices.push_again("village")
            until(lambda: followed.alarm is None)


@pytest.mark.emulated
@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
def test_a_box_that_computes_otherwise_is_an_alarm_until_it_has_another_look(
    interpolation: str, until: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(colorboxproof, "SETTLE_S", 0.0)
    monkeypatch.setattr(colorbox, "MODE_POLL_S", 0.0)
    with village(EmulatedColorBox(interpolation=interpolation), BENT, prove_every_s=0.001) as (session, followed):
        is_right = interpolation == INTERPOLATIONS[0]
        proofs = followed._proofs
        until(lambda: proofs._last_ns is not None and proofs._work is None)
        until(lambda: bool(proofs.fault(followed.state)) is not is_right)
        if not is_right:
            until(lambda: "shows something else than its look: it shows" in (followed._missing() or ""))
            session.set_look("A", Look((Cdl(slope=(1.1, 1, 1)),)))
        until(lambda: followed._missing() is None and not proofs.fault(followed.state))


@pytest.mark.emulated
def test_pictures_of_a_box_are_compared_again_and_again_also_while_a_take_goes_on(until: Callable) -> None:
    box = EmulatedColorBox()
    box.raster = (1280, 720)
    with village(box, BENT, prove_every_s=0.001, prove_by="grab") as (session, followed):
        until(lambda: session.slot("A").last)
        session.record("A", RecordEdge.START, "device camera")
        until(lambda: "lut1d_4" in box.pipeline.held and followed.state.sent is not None and followed.alarm is None)
        held, sent = box.pipeline.held["lut1d_4"], list(box.received)
        box.pipeline.held["lut1d_4"] = NEGATIVE
        until(lambda: followed.alarm is not None)
        assert followed.alarm is not None
        assert WHAT.fullmatch(followed.alarm.what), followed.alarm.what
        box.pipeline.held["lut1d_4"] = held
        until(lambda: followed.alarm is None)
        assert box.received == sent
        assert box.tree["/v2/frameStore"]["enabled"] is False
