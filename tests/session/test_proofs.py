"""A box that is proved again and again in a session: an emulated ColorBox, over real sockets."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from livegrade.capture.source import CaptureOptions
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d, Samples
from livegrade.session import Session
from livegrade.session.setup import DeviceSetup, Role, SessionSetup, SlotSetup
from livegrade.transport.address import parse_source
from livegrade_devices.address import parse_device
from livegrade_devices.lutboxes import colorbox, colorboxproof
from livegrade_devices.lutboxes.stages import INTERPOLATIONS
from livegrade_hardware.emulators.cart import EmulatedCart
from livegrade_hardware.emulators.colorbox import EmulatedColorBox

BENT = Look((Lut3d(Samples(np.random.default_rng(3).random((9, 9, 9, 3)))),))


@pytest.mark.emulated
@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
def test_a_box_that_computes_otherwise_is_an_alarm_until_it_has_another_look(
    interpolation: str, until: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(colorboxproof, "SETTLE_S", 0.0)
    monkeypatch.setattr(colorbox, "MODE_POLL_S", 0.0)
    box = EmulatedColorBox(interpolation=interpolation)
    with EmulatedCart() as cart:
        address = parse_device(f"colorbox:127.0.0.1:{cart.add(box)},data-port={box.data_port}")
        device = DeviceSetup("village", address, "A", Role.BOX, prove_every_s=0.001)
        slot = SlotSetup("A", parse_source("pattern:bars@96x64p50"), CaptureOptions(), BENT)
        session = Session(SessionSetup((slot,), (), engine="native", threads=1, devices=(device,)))
        session.start()
        try:
            (followed,) = session.devices.all
            is_right = interpolation == INTERPOLATIONS[0]
            proofs = followed._proofs
            until(lambda: proofs._last_ns is not None and proofs._work is None)
            until(lambda: bool(proofs.fault) is not is_right)
            if not is_right:
                until(lambda: "shows something else than its look: it shows" in (followed._missing() or ""))
                session.set_look("A", Look((Cdl(slope=(1.1, 1, 1)),)))
            until(lambda: followed._missing() is None and not proofs.fault)
        finally:
            session.stop()
