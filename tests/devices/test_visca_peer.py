"""The emulated VISCA camera, driven by a client that others wrote: visca-over-ip 0.5.2."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from pathlib import Path

import pytest
from visca_over_ip import Camera
from visca_over_ip.exceptions import ViscaException

from livegrade_hardware.emulators.visca import EmulatedFr7

pytestmark = pytest.mark.emulated
HOST = "127.0.0.1"


def connected(port: int) -> Camera:
    """The client listens at the camera's own port number, which on one machine is taken: it is made for another port,
    and led to the camera afterwards."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind((HOST, 0))
        free = one.getsockname()[1]
    peer = Camera(HOST, free)
    with contextlib.suppress(TimeoutError):
        while True:
            peer._inq_sock.recv(100)  # what it sent to itself
    peer._location = (HOST, port)
    peer.reset_sequence_number()
    return peer


def test_visca_over_ip_drives_the_emulated_camera(tmp_path: Path) -> None:
    log = tmp_path / "visca.log"

    def drive(port: int) -> None:
        peer = connected(port)
        try:
            assert peer._send_command("04 00", query=True) == bytes.fromhex("50 02")
            assert peer._send_command("00 02", query=True) == bytes.fromhex("50 00 01 05 1E 04 00 02")
            assert peer._send_command("7E 04 1D 01") == bytes.fromhex("41")
            assert peer._send_command("7E 04 1E", query=True) == bytes.fromhex("50 01")
            assert peer._send_command("05 43 01 01 05 0E 00") == bytes.fromhex("41")
            assert peer._send_command("05 43 01", query=True) == bytes.fromhex("50 01 05 0E 00")
            with pytest.raises(ViscaException) as refused:
                peer._send_command("05 43 02 01 05 0E 00")
            assert refused.value.status_code == 0x41
            peer.set_power(False)
            assert peer._send_command("04 00", query=True) == bytes.fromhex("50 03")
        finally:
            peer.close_connection()

    async def work() -> None:
        with log.open("w", encoding="utf-8") as file:
            camera = EmulatedFr7(log=file)
            async with camera.server.serve() as port:
                await asyncio.to_thread(drive, port)

    asyncio.run(work())
    assert log.read_text().count(" < ") >= 10
