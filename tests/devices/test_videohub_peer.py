"""The emulated Videohub against a client that nobody here wrote: videohubwire of bmdwire 1.6.0 (MIT)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from videohubwire.client import Videohub, VideohubError

from livegrade_hardware.emulators.videohub import EmulatedVideohub

from .talking import served

pytestmark = pytest.mark.emulated


@pytest.fixture
def emulated() -> EmulatedVideohub:
    return EmulatedVideohub(inputs=4, outputs=6)


@pytest.fixture
def port(emulated: EmulatedVideohub) -> Iterator[int]:
    with served(emulated.server) as thread:
        yield thread.port


def test_the_peer_reads_routes_names_and_pings(emulated: EmulatedVideohub, port: int) -> None:
    with Videohub("127.0.0.1", port) as peer, Videohub("127.0.0.1", port) as other:
        assert peer.state()["device"] == {
            "model_name": "Blackmagic Smart Videohub 4x6",
            "friendly_name": "Cart A",
            "video_inputs": 4,
            "video_outputs": 6,
            "protocol_version": "2.8",
        }
        peer.route(5, 3)
        peer.set_input_label(0, "A CAM")
        peer.set_output_label(1, "")
        peer.ping()
        assert emulated.routes[5] == 3
        told = other.state()
        assert told["outputs"][5]["source"] == 3
        assert told["inputs"][0]["label"] == "A CAM"
        assert told["outputs"][1]["label"] == "Output 2"  # the peer's own word for an empty one


def test_the_peer_takes_the_old_protocol_too(port: int, emulated: EmulatedVideohub) -> None:
    emulated.old = True
    with Videohub("127.0.0.1", port) as peer:
        assert peer.state()["device"]["protocol_version"] == "2.3"
        peer.route(0, 1)
    assert emulated.routes[0] == 1


def test_the_peer_sees_locks_and_is_refused(emulated: EmulatedVideohub, port: int) -> None:
    emulated.owners[2] = 99
    with Videohub("127.0.0.1", port) as peer:
        assert peer.state()["outputs"][2]["lock"] == "L"
        peer.route(2, 0)
        assert peer.state()["outputs"][2]["source"] == 2
        peer.device["video outputs"] = "99"
        with pytest.raises(VideohubError, match="hub refused route 50"):
            peer.route(50, 0)
