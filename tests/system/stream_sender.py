"""Senders of a live stream for tests: FFmpeg's MPEG transport stream over TCP and UDP, and a small RTSP server for it.

The picture's brightness says which sender it comes from. A sender can fall silent (its connection stays) or go away.
"""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import threading
import time
from fractions import Fraction
from typing import Any

import av
import numpy as np

WIDTH, HEIGHT = 320, 180
_TS_PACKET = 188


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Sender:
    """25 pictures a second to `target`: a URL, or an object with `write`. Starts at once; keeps trying to connect."""

    def __init__(self, target: Any, level: int) -> None:
        self._target = target
        self._level = level
        self._silent = threading.Event()
        self._gone = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def fall_silent(self) -> None:
        self._silent.set()

    def go_away(self) -> None:
        self._silent.set()
        self._gone.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._gone.is_set():
            with (
                contextlib.suppress(av.error.FFmpegError, OSError),
                av.open(self._target, "w", format="mpegts") as container,
            ):
                self._send(container)
                self._gone.wait()
            self._gone.wait(0.02)

    def _send(self, container: Any) -> None:
        stream = container.add_stream("mpeg2video", rate=25, options={"g": "5", "bf": "0"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        picture = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        picture[:HEIGHT] = self._level
        began, count = time.monotonic(), 0
        while not self._silent.is_set():
            frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
            frame.pts, frame.time_base = count, Fraction(1, 25)
            container.mux(stream.encode(frame))
            count += 1
            self._silent.wait(max(0.0, began + count / 25 - time.monotonic()))


class RtspServer:
    """One client at a time, one stream: MPEG-TS in RTP (payload type 33), interleaved in the RTSP connection.

    Sources: RFC 2326 (RTSP 1.0; interleaving: section 10.12), RFC 2250 section 2 (MPEG-TS in RTP). UDP is refused with
    461, so that the client comes back and asks for TCP.
    """

    def __init__(self, port: int, level: int) -> None:
        self._level = level
        self._sender: Sender | None = None
        self._number = random.getrandbits(16)
        self._client: socket.socket | None = None
        self._listener = socket.create_server(("127.0.0.1", port))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def fall_silent(self) -> None:
        if self._sender is not None:
            self._sender.fall_silent()

    def go_away(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        if self._client is not None:
            with contextlib.suppress(OSError):
                self._client.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                self._client, _ = self._listener.accept()
            except OSError:
                return
            with self._client, contextlib.suppress(OSError):
                self._answer_all(self._client)
            if self._sender is not None:
                self._sender.go_away()
                self._sender = None

    def _answer_all(self, client: socket.socket) -> None:
        lines = client.makefile("rb")
        while request := lines.readline(4096):
            if request[:1] == b"$" or not request.strip():
                continue
            headers = {}
            while line := lines.readline(4096).decode().strip():
                key, _, value = line.partition(":")
                headers[key.lower()] = value.strip()
            verb, url = request.decode().split()[:2]
            client.sendall(self._answer(verb, url, headers))
            if verb == "PLAY":
                self._sender = Sender(self, self._level)

    def _answer(self, verb: str, url: str, headers: dict[str, str]) -> bytes:
        status, extra, body = "200 OK", "", ""
        if verb == "OPTIONS":
            extra = "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER\r\n"
        elif verb == "DESCRIBE":
            body = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=test\r\nt=0 0\r\nm=video 0 RTP/AVP 33\r\na=control:track\r\n"
            extra = f"Content-Base: {url}/\r\nContent-Type: application/sdp\r\n"
        elif verb == "SETUP" and "TCP" not in headers["transport"]:
            status = "461 Unsupported Transport"
        elif verb == "SETUP":
            extra = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n"
        head = f"RTSP/1.0 {status}\r\nCSeq: {headers['cseq']}\r\n{extra}Content-Length: {len(body)}\r\n\r\n"
        return (head + body).encode()

    def write(self, data: bytes) -> int:
        """The transport stream as FFmpeg writes it, on as RTP packets."""
        packed = bytes(data)
        for start in range(0, len(packed), 7 * _TS_PACKET):
            payload = packed[start : start + 7 * _TS_PACKET]
            self._number = (self._number + 1) & 0xFFFF
            stamp = int(time.monotonic() * 90_000) & 0xFFFFFFFF
            packet = struct.pack(">BBHII", 0x80, 33, self._number, stamp, 7) + payload
            if self._client is not None:
                self._client.sendall(struct.pack(">BBH", 0x24, 0, len(packet)) + packet)
        return len(packed)
