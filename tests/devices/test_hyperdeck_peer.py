"""The emulated HyperDeck against clients that nobody here wrote: hyperdeckwire of bmdwire 1.6.0 and npm's
hyperdeck-connection 2.0.1 (both MIT)."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hyperdeckwire.client import Hyperdeck, HyperdeckError

from livegrade_hardware.emulators.hyperdeck import EmulatedHyperDeck

from .talking import PATIENCE_S, served

pytestmark = pytest.mark.emulated
SCRIPT = Path(__file__).with_name("hyperdeck_peer.js")


@pytest.fixture
def emulated() -> EmulatedHyperDeck:
    return EmulatedHyperDeck()


@pytest.fixture
def port(emulated: EmulatedHyperDeck) -> Iterator[int]:
    with served(emulated.server) as thread:
        yield thread.port


def test_bmdwire_records_plays_and_lists(emulated: EmulatedHyperDeck, port: int) -> None:
    with Hyperdeck("127.0.0.1", port) as peer:
        assert (peer.model, peer.protocol_version) == ("HyperDeck Studio HD Plus", "1.11")
        assert peer.device_info()["slot count"] == "2"
        assert peer.transport_info()["status"] == "preview"
        peer._check_ok("record: name: A002 C003")
        assert emulated.deck.status == "record"
        peer.stop()
        assert [(clip.clip_id, clip.name) for clip in peer.clips_get()] == [(1, "A002 C003")]
        assert peer.clips_count() == 1
        assert peer.disk_list()[0].video_format == "1080p24"
        peer.play(loop=True, speed=200)
        assert (emulated.deck.status, emulated.deck.speed, emulated.deck.loop) == ("play", 200, True)
        peer.goto_clip(1)
        peer.slot_select(2)
        assert peer.slot_info()["volume name"] == "CARD2"
        peer.set_configuration(video_input="HDMI", file_format="H.264High")
        assert peer.configuration()["video input"] == "HDMI"
        peer.remote_enable(False)
        assert peer.remote_info()["enabled"] == "false"
        peer.ping()
        with pytest.raises(HyperdeckError, match=r"\[111\] remote control disabled"):
            peer.stop()
        peer.remote_enable(True)
        with pytest.raises(HyperdeckError, match=r"\[109\] out of range"):
            peer.goto_clip(5)


def test_bmdwire_is_refused_where_there_is_a_client_already(emulated: EmulatedHyperDeck, port: int) -> None:
    emulated.server.faults.most_clients = 1
    with Hyperdeck("127.0.0.1", port), pytest.raises(HyperdeckError, match=r"\[120\]"):
        Hyperdeck("127.0.0.1", port).connect()


def test_a_watchdog_that_waits_in_vain_ends_the_recording(emulated: EmulatedHyperDeck, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as client:
        client.sendall(b"record\nwatchdog: period: 1\n")
        while client.recv(4096):
            pass
    assert emulated.deck.status == "stopped"
    assert len(emulated.deck.slots[1].takes) == 1


def test_hyperdeck_connection_of_npm_records_and_lists(emulated: EmulatedHyperDeck, port: int) -> None:
    node, modules = shutil.which("node"), os.environ.get("LIVEGRADE_NODE_MODULES", "")
    if node is None:
        pytest.skip("node is not on this machine: hyperdeck-connection 2.0.1 is untested")
    if not (Path(modules) / "hyperdeck-connection").is_dir():
        pytest.skip("LIVEGRADE_NODE_MODULES names no folder with hyperdeck-connection 2.0.1: it is untested")
    ran = subprocess.run([node, str(SCRIPT), str(port)], capture_output=True, text=True, timeout=PATIENCE_S)
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    assert said["info"] == {"protocolVersion": 1.11, "model": "HyperDeck Studio HD Plus"}
    assert (said["before"]["status"], said["during"]["status"]) == ("preview", "record")
    assert said["told"][:2] == ["record", "stopped"]
    assert said["device"]["slots"] == 2
    assert [clip["name"] for clip in said["clips"]["clips"]] == ["A002C003"]
    assert [clip["name"] for clip in said["disk"]["clips"]] == ["A002C003.mov"]
    assert said["slot"] == {"slotId": 2, "status": "mounted", "volumeName": "CARD2"} | {
        "recordingTime": 3600,
        "videoFormat": "1080p24",
    }
    assert said["remote"] == {"enabled": True, "override": False}
    assert said["asked"]["transport"] is True
    assert said["refused"] == 109
    assert emulated.deck.status == "stopped"
