"""Transcripts: everything that went over a device's wires, written to a file as it happens.

One JSON object a line. `t`: nanoseconds since the first line; `wire`: which one, counted as they were opened; `way`:
open, out, in or end; `text` or `hex`: what it was; `status`: of an HTTP answer. A user's bug report is such a file, and
`replay.py` plays it back. User and password of HTTP are not in it; what a device's own protocol says in the clear is.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import msgspec

from livegrade.errors import DeviceError
from livegrade.redaction import without_secrets
from livegrade_devices.wires.values import USUAL_MOST, Answer, Request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path
    from typing import BinaryIO

    from livegrade.timing.clock import Clock
    from livegrade_devices.wires.serialport import SerialSettings
    from livegrade_devices.wires.values import Datagrams, Sockets, Stream, Web, Wires

MOST_BYTES = 256 * 1024 * 1024
"""What one transcript may hold; it ends there with a line that says so. A session of a day must not fill a disk."""
LONGEST_LINE = 256 * 1024 * 1024


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that happened on a wire, as the module says."""

    t: int
    wire: int
    way: str
    text: str | None = None
    hex: str | None = None
    status: int | None = None

    @property
    def data(self) -> bytes:
        """What it was, as bytes."""
        return bytes.fromhex(self.hex) if self.hex is not None else (self.text or "").encode()

    @property
    def message(self) -> str | bytes:
        """What it was, text being text."""
        return self.text if self.text is not None else self.data


def read_transcript(path: Path) -> tuple[Line, ...]:
    """Raises DeviceError naming the line that is none."""
    lines: list[Line] = []
    if path.stat().st_size > MOST_BYTES:
        raise DeviceError(path, f"a transcript has at most {MOST_BYTES:,} bytes")
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            try:
                line = msgspec.json.decode(text, type=Line)
                _ = line.data
            except (msgspec.MsgspecError, ValueError) as error:
                raise DeviceError(path, f"line {number} is none of a transcript ({error})") from error
            lines.append(line)
    return tuple(lines)


class Transcript:
    """`wires` with everything that passes written to `file`, which stays the caller's. Used on one loop."""

    def __init__(self, wires: Wires, file: BinaryIO, clock: Clock) -> None:
        self._wires = wires
        self._file = file
        self._clock = clock
        self._began_ns = clock.now_ns()
        self._opened = 0
        self._left = MOST_BYTES

    @contextlib.asynccontextmanager
    async def tcp(self, device: object, host: str, port: int) -> AsyncIterator[Stream]:
        async with self._wires.tcp(device, host, port) as stream:
            tape = self._tape(f"tcp {host}:{port}")
            yield _RecordedStream(stream, tape)
            tape.note("end")

    @contextlib.asynccontextmanager
    async def udp(self, device: object, host: str, port: int) -> AsyncIterator[Datagrams]:
        async with self._wires.udp(device, host, port) as datagrams:
            tape = self._tape(f"udp {host}:{port}")
            yield _RecordedDatagrams(datagrams, tape)
            tape.note("end")

    @contextlib.asynccontextmanager
    async def serial(self, device: object, settings: SerialSettings) -> AsyncIterator[Stream]:
        async with self._wires.serial(device, settings) as stream:
            tape = self._tape(f"serial {settings.port} {settings.baud}")
            yield _RecordedStream(stream, tape)
            tape.note("end")

    @contextlib.asynccontextmanager
    async def web(self, device: object, base: str, user: tuple[str, str] | None = None) -> AsyncIterator[Web]:
        async with self._wires.web(device, base, user) as web:
            yield _RecordedWeb(web, self._tape(without_secrets(f"web {base}")))

    @contextlib.asynccontextmanager
    async def websocket(
        self, device: object, url: str, most: int = USUAL_MOST, protocols: tuple[str, ...] = ()
    ) -> AsyncIterator[Sockets]:
        async with self._wires.websocket(device, url, most, protocols) as socket:
            tape = self._tape(without_secrets(f"websocket {url}"))
            yield _RecordedSocket(socket, tape)
            tape.note("end")

    def write(self, wire: int, way: str, what: str | bytes | None, status: int | None) -> None:
        """One line; none where the transcript is full."""
        if self._left <= 0:
            return
        text, data = (what, None) if isinstance(what, str) else (None, what)
        as_hex = data.hex() if data is not None else None
        line = msgspec.json.encode(Line(self._clock.now_ns() - self._began_ns, wire, way, text, as_hex, status)) + b"\n"
        self._left -= len(line)
        if self._left <= 0:
            line = msgspec.json.encode(Line(0, wire, "full", "the transcript ends here: it is full")) + b"\n"
        self._file.write(line)
        self._file.flush()

    def _tape(self, place: str) -> _Tape:
        tape = _Tape(self, self._opened)
        self._opened += 1
        tape.note("open", place)
        return tape


class _Tape:
    """The lines of one wire."""

    def __init__(self, transcript: Transcript, wire: int) -> None:
        self._transcript = transcript
        self._wire = wire

    def note(self, way: str, what: str | bytes | None = None, status: int | None = None) -> None:
        self._transcript.write(self._wire, way, what, status)


class _RecordedStream:
    def __init__(self, stream: Stream, tape: _Tape) -> None:
        self._stream = stream
        self._tape = tape

    async def read(self, most: int) -> bytes:
        data = await self._stream.read(most)
        self._tape.note("in", data)
        return data

    async def write(self, data: bytes) -> None:
        self._tape.note("out", data)
        await self._stream.write(data)


class _RecordedDatagrams:
    def __init__(self, datagrams: Datagrams, tape: _Tape) -> None:
        self._datagrams = datagrams
        self._tape = tape

    async def receive(self) -> bytes:
        packet = await self._datagrams.receive()
        self._tape.note("in", packet)
        return packet

    def send(self, packet: bytes) -> None:
        self._tape.note("out", packet)
        self._datagrams.send(packet)


class _RecordedWeb:
    def __init__(self, web: Web, tape: _Tape) -> None:
        self._web = web
        self._tape = tape

    async def ask(self, request: Request, most: int = USUAL_MOST) -> Answer:
        self._tape.note("out", request.piece)
        answer = await self._web.ask(request, most)
        self._tape.note("in", answer.body, answer.status)
        return answer


class _RecordedSocket:
    def __init__(self, socket: Sockets, tape: _Tape) -> None:
        self._socket = socket
        self._tape = tape

    async def receive(self) -> str | bytes:
        message = await self._socket.receive()
        self._tape.note("in", message)
        return message

    async def send(self, message: str | bytes) -> None:
        self._tape.note("out", message)
        await self._socket.send(message)
