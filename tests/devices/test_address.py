"""Addresses of devices."""

import pytest

from livegrade.errors import UsageError
from livegrade_devices.address import DeviceAddress, parse_device


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("colorbox:10.0.0.5", DeviceAddress("colorbox", "10.0.0.5")),
        ("rcp2:camera-a.local:9998", DeviceAddress("rcp2", "camera-a.local", 9998)),
        ("rcp2:[fe80::1%eth0]:9998", DeviceAddress("rcp2", "fe80::1%eth0", 9998)),
        ("visca:/dev/ttyUSB0,baud=38400", DeviceAddress("visca", serial="/dev/ttyUSB0", options={"baud": "38400"})),
        ("visca:COM3", DeviceAddress("visca", serial="COM3")),
        (
            "colorbox:box,user=a,password=b:c=d",
            DeviceAddress("colorbox", "box", None, "", {"user": "a", "password": "b:c=d"}),
        ),
    ],
)
def test_an_address_is_kind_place_and_options(text: str, address: DeviceAddress) -> None:
    assert parse_device(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "colorbox",
        "colorbox:",
        "Color Box:10.0.0.5",
        "rcp2:host:70000",
        "rcp2:host:0",
        "rcp2:a:b:c",
        "rcp2:host,x",
        "rcp2:h,x=1,x=2",
        "rcp2:a b",
        "rcp2:" + "a" * 2000,
    ],
)
def test_what_is_no_address_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_device(text)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400


def test_passwords_are_not_shown() -> None:
    address = parse_device("colorbox:10.0.0.5:8080,password=hunter2")
    assert str(address) == "colorbox:10.0.0.5:8080,password=***"
    with pytest.raises(UsageError) as refused:
        parse_device("colorbox:a b,password=hunter2")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "password", ["ab&hunter2", "ab;hunter2", "ab'hunter2", 'ab"hunter2', "ab hunter2", ":hunter2:", ""]
)
def test_a_password_is_hidden_whatever_stands_in_it(password: str) -> None:
    address = parse_device(f"colorbox:10.0.0.5,user=dit,password={password},range=full")
    assert str(address) == "colorbox:10.0.0.5,user=dit,password=***,range=full"
    assert "hunter2" not in repr(address)
    assert parse_device(address.whole) == address
    for text in (
        f"colorbox:a b,password={password}",
        f"colorbox:box,password=x,{password}",
        f"colorbox:box,key={password},x",
    ):
        with pytest.raises(UsageError) as refused:
            parse_device(text)
        assert "hunter2" not in str(refused.value)


def test_an_address_of_a_number_is_written_as_it_is_read() -> None:
    for text in ("rcp2:[fe80::1]:9998", "rcp2:[::1]", "visca:/dev/ttyUSB0,baud=9600", "colorbox:box"):
        assert str(parse_device(text)) == text
