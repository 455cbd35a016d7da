"""Emulated devices of every kind that stop answering while they run, and answer again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from livegrade.errors import DeviceError
from livegrade.timing.clock import MonotonicClock
from livegrade_devices import attached
from livegrade_devices.address import parse_device
from livegrade_devices.hub import Hub
from livegrade_devices.state import Link
from livegrade_hardware.emulators.cart import EmulatedCart
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.kinds import OURS, emulated_kind

from .talking import PATIENCE_S

SAY_NOTHING = ("arri-tally", "opengradeio")
"""Nothing is asked of them when they are connected."""


@pytest.fixture
def cart() -> Iterator[EmulatedCart]:
    with EmulatedCart() as cart:
        yield cart


@pytest.mark.emulated
@pytest.mark.parametrize("name", [name for name in OURS if name not in SAY_NOTHING])
def test_a_device_that_goes_deaf_while_it_runs_is_not_there_until_it_hears_again(
    name: str, cart: EmulatedCart, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = Faults()
    device = emulated_kind(name).made({"data-port": "0"} if name == "colorbox" else {}, faults)
    options = {"blackmagic-camera": ""}.get(name, "")
    address = f"{name}:127.0.0.1:{cart.add(device)}{options}"
    if name == "colorbox":
        address += f",data-port={device.data_port}"  # type: ignore[attr-defined]
    hub = Hub(MonotonicClock())
    try:
        hub.attach(name, parse_device(address))
        assert hub.wait_tried(PATIENCE_S) == {}
        for _ in range(2):
            faults.deaf = True
            with monkeypatch.context() as patch:
                patch.setattr(attached, "CONNECT_S", 0.1)
                with pytest.raises(DeviceError):
                    hub.reconnect(name).result(PATIENCE_S)
            faults.deaf = False
            hub.reconnect(name).result(PATIENCE_S)
            assert hub.states()[name].link is Link.READY
    finally:
        hub.close()
