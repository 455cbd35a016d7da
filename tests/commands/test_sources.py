"""`livegrade sources`: what is found is written as it is to be typed, and what is not found has a way out."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import av
import pytest

from livegrade.capture import offers
from livegrade.capture.devices import CaptureDevice, capture_devices
from livegrade.cli import run_command_line
from livegrade.errors import MissingPackageError, SourceError
from livegrade.transport import ndi_network
from livegrade.transport.address import parse_source, split_ffmpeg


def device(name: str, description: str, *media: str) -> SimpleNamespace:
    return SimpleNamespace(name=name, description=description, is_default=False, media_types=list(media))


@pytest.mark.parametrize(
    ("system", "format", "found", "addresses"),
    [
        ("linux", "v4l2", [device("/dev/video0", "USB Capture")], ["ffmpeg:v4l2:/dev/video0"]),
        (
            "darwin",
            "avfoundation",
            [device("0", "FaceTime", "video"), device("0", "Microphone", "audio")],
            ["ffmpeg:avfoundation:0"],
        ),
        ("win32", "dshow", [device("Cam Link 4K", "Cam Link 4K", "video")], ["ffmpeg:dshow:video=Cam Link 4K"]),
        ("plan9", None, [], []),
    ],
)
def test_devices_are_addresses(monkeypatch, system, format, found, addresses) -> None:
    """The listing itself needs such a system and such a device; what is made of it does not."""
    asked = []
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(av, "enumerate_input_devices", lambda name: asked.append(name) or found, raising=False)
    devices = capture_devices()
    assert asked == ([format] if format else [])
    assert [device.address for device in devices] == addresses
    assert all(split_ffmpeg(parse_source(device.address).target)[0] == format for device in devices)


def test_this_ffmpeg_lists_its_devices_or_none() -> None:
    assert all(isinstance(device, CaptureDevice) for device in capture_devices())


def test_a_system_that_lists_nothing_has_no_devices(monkeypatch) -> None:
    def fails(name: str) -> list[object]:
        raise ValueError(f"no such input format: {name!r}")

    monkeypatch.setattr(av, "enumerate_input_devices", fails, raising=False)
    assert capture_devices() == ()


@pytest.fixture
def found(monkeypatch, capsys):
    """What the command prints when these NDI sources and devices are found, or the error comes."""

    def run(names, devices=(), *words: str) -> str:
        def listed(timeout_s: float) -> tuple[str, ...]:
            if isinstance(names, Exception):
                raise names
            return tuple(names)

        monkeypatch.setattr(offers, "list_sources", listed)
        monkeypatch.setattr(offers, "capture_devices", lambda: tuple(devices))
        monkeypatch.setattr(offers, "sdi_cards", tuple)
        assert run_command_line(["sources", *words]) == 0
        return capsys.readouterr().out

    return run


def test_what_is_found_can_be_pasted(found) -> None:
    lines = found(["CART (CAM A)"], [CaptureDevice("ffmpeg:v4l2:/dev/video0", "USB Capture")]).splitlines()
    if lines[0].startswith("DeckLink driver "):  # of this machine, beside its cards
        lines.append(lines.pop(0))
    assert lines[:3] == ['ndi:"CART (CAM A)"', '"ffmpeg:v4l2:/dev/video0"  USB Capture', "pattern:camera"]
    assert not [line for line in lines[:-1] if line.startswith("no ")]
    assert lines[-1].startswith(("no SDI: no DeckLink driver is on this machine; install", "DeckLink driver "))


def test_json_holds_everything(found) -> None:
    report = json.loads(found(["CART (CAM A)"], [CaptureDevice("ffmpeg:v4l2:/dev/video0", "USB")], "--json"))
    assert report["ndi"] == ["CART (CAM A)"]
    assert report["devices"] == [{"address": "ffmpeg:v4l2:/dev/video0", "name": "USB"}]
    assert "bars" in report["patterns"]
    assert report["ndi_missing"] == ""


@pytest.mark.parametrize("error", [MissingPackageError("say pip install"), SourceError("the library does not run")])
def test_no_ndi_at_all_is_said(found, error) -> None:
    assert f"no NDI: {error}" in found(error)


@pytest.mark.parametrize(
    ("configured", "avahi", "words"),
    [
        ("/set/ndi", False, "NDI looks only at the addresses in /set/ndi (NDI_CONFIG_DIR)"),
        ("", False, "avahi-daemon does not run, so NDI finds no names by itself (livegrade doctor says"),
        ("", True, "is the sender on, and in the same network?"),
    ],
)
def test_no_source_has_a_way_out(monkeypatch, tmp_path, found, configured, avahi, words) -> None:
    socket = tmp_path / "socket"
    if avahi:
        socket.touch()
    monkeypatch.setenv("NDI_CONFIG_DIR", configured)
    monkeypatch.setattr(ndi_network, "AVAHI_SOCKET", socket)
    monkeypatch.setattr(sys, "platform", "linux")
    printed = found([])
    assert f"no NDI source answered within 2 s; {words}" in printed
    assert "no capture device that FFmpeg can list" in printed
