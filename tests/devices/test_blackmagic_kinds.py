"""What all of Blackmagic's devices have in common here: both tables name them, their stand-ins serve, one client more
than they take is told, and no word of a login is."""

from __future__ import annotations

import pytest

from livegrade.errors import DeviceError, UsageError
from livegrade_devices.address import parse_device
from livegrade_devices.kinds import address_checked, kind
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.kinds import emulated_kind

from .talking import listening, live_wires, run

KINDS = ("blackmagic-camera", "blackmagic-lut", "hyperdeck", "smartview", "teranex", "videohub")
SETTINGS = {
    "blackmagic-camera": {"media": "off", "disorder": "on"},
    "hyperdeck": {"slots": "1", "old": "on", "remote": "off", "signal": "none"},
    "smartview": {"single": "on"},
    "teranex": {"signal": "off"},
    "videohub": {"inputs": "2", "outputs": "2", "old": "on"},
}


@pytest.mark.parametrize("name", KINDS)
def test_both_tables_name_it_with_one_port(name: str) -> None:
    assert kind(name).name == emulated_kind(name).name == name
    assert kind(name).port == emulated_kind(name).port
    assert address_checked(parse_device(f"{name}:10.0.0.5")) is kind(name)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("hyperdeck", {"slots": "99"}),
        ("hyperdeck", {"signal": ""}),
        ("smartview", {"single": "perhaps"}),
        ("blackmagic-camera", {"media": "some"}),
        ("blackmagic-lut", {"banks": "3"}),
    ],
)
def test_settings_that_make_no_sense_are_refused(name: str, settings: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=next(iter(settings))):
        emulated_kind(name).made(settings, Faults())


@pytest.mark.emulated
@pytest.mark.parametrize("set_up", [False, True])
@pytest.mark.parametrize("name", KINDS)
def test_the_stand_in_is_reached_by_the_driver_as_a_person_starts_both(name: str, set_up: bool) -> None:
    async def work() -> None:
        emulated = emulated_kind(name).made(SETTINGS.get(name, {}) if set_up else {}, Faults())
        async with (
            emulated.serve() as port,
            live_wires() as wires,
            kind(name).connect(parse_device(f"{name}:127.0.0.1:{port}"), wires) as device,
            listening(device) as talk,
        ):
            assert device.identity.model
            assert talk.failed is None

    run(work())


@pytest.mark.emulated
@pytest.mark.parametrize("name", KINDS)
def test_a_client_too_many_is_told_and_its_login_is_not(name: str) -> None:
    async def work() -> None:
        emulated = emulated_kind(name).made({}, Faults(most_clients=0))
        login = ",user=someone,password=ofmine" if name == "blackmagic-camera" else ""
        async with emulated.serve() as port, live_wires() as wires:
            with pytest.raises((DeviceError, ConnectionError)) as caught:
                async with kind(name).connect(parse_device(f"{name}:127.0.0.1:{port}{login}"), wires):
                    pass
        assert "ofmine" not in str(caught.value)

    run(work())
