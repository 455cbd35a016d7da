"""Forty emulated devices on one hub: all are reached, and nothing is left of it afterwards."""

from __future__ import annotations

import threading

import pytest

from livegrade.timing.clock import MonotonicClock
from livegrade_devices.hub import Hub
from livegrade_hardware.emulators.cart import EmulatedCart
from tests.bench.forty_devices import BOXES, EACH, KINDS, PATIENCE_S, attach


@pytest.mark.emulated
def test_forty_devices_are_reached_and_let_go_of(caplog: pytest.LogCaptureFixture) -> None:
    hub = Hub(MonotonicClock())
    with EmulatedCart() as cart:
        try:
            attach(hub, cart)
            assert hub.wait_tried(PATIENCE_S) == {}
            assert len(hub.states()) == EACH * len(KINDS) + BOXES == 40
            before = {thread.name for thread in threading.enumerate()}
            assert "devices" in before
        finally:
            hub.close()
    left = [thread.name for thread in threading.enumerate() if "devices" in thread.name]
    assert left == []
    assert [record.message for record in caplog.records if record.name.startswith("livegrade_devices")] == []
