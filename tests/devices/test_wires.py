"""Wires against real sockets and pseudo-terminals, and what is recorded on them played back."""

from __future__ import annotations

import asyncio
import gzip
import io
import os
import socket
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import serial
from aiohttp import web

from livegrade.errors import DeviceError
from livegrade.timing.clock import FakeClock
from livegrade_devices.wires import live as live_wires
from livegrade_devices.wires.lines import FAIR, Lines
from livegrade_devices.wires.live import LiveWires
from livegrade_devices.wires.names import Names
from livegrade_devices.wires.replay import Replay
from livegrade_devices.wires.serialport import SerialSettings
from livegrade_devices.wires.transcript import Transcript, read_transcript
from livegrade_devices.wires.values import Request, Sockets, Wires
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.rcp2 import EmulatedRed
from livegrade_hardware.emulators.videohub import EmulatedVideohub
from livegrade_hardware.emulators.webserving import WebEmulator

from .talking import PATIENCE_S, run


class Given:
    """A stream that holds these pieces."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = list(pieces)

    async def read(self, most: int) -> bytes:
        return self.pieces.pop(0) if self.pieces else b""

    async def write(self, data: bytes) -> None:
        raise AssertionError


def test_lines_come_whole_however_they_were_cut() -> None:
    async def work() -> None:
        for cut in range(1, 12):
            whole = b"one\r\ntwo\n\nEND\x00\x05fivesrest"
            lines = Lines(Given(*(whole[k : k + cut] for k in range(0, len(whole), cut))), "box")
            assert [await lines.line() for _ in range(3)] == [b"one", b"two", b""]
            assert await lines.until(b"\x00", 10) == b"END"
            assert await lines.exactly(1, 1) == b"\x05"
            assert await lines.exactly(5, 10) == b"fives"
            with pytest.raises(DeviceError, match="box: it closed the connection"):
                await lines.exactly(5, 10)

    run(work())


def test_what_is_longer_than_agreed_is_not_kept() -> None:
    class Endless:
        given = 0

        async def read(self, most: int) -> bytes:
            self.given += most
            return b"x" * most

        async def write(self, data: bytes) -> None:
            raise AssertionError

    async def work() -> None:
        endless = Endless()
        with pytest.raises(DeviceError, match="more than 1,000 bytes"):
            await Lines(endless, "box").line(1000)
        assert endless.given <= 2 * 65_536
        with pytest.raises(DeviceError, match="announced 4,294,967,295 bytes, where at most 1,000"):
            await Lines(endless, "box").exactly(2**32 - 1, 1000)
        with pytest.raises(DeviceError, match="more than 3 bytes"):
            await Lines(Given(b"1234\n"), "box").line(3)

    run(work())


async def _talk_tcp(wires: Wires, port: int) -> None:
    async with wires.tcp("box", "127.0.0.1", port) as stream:
        lines = Lines(stream, "box")
        assert await lines.line() == b"hello"
        await stream.write(b"echo ")
        await stream.write(b"me\n")
        assert await lines.line() == b"echo me"


@asynccontextmanager
async def echo_server() -> AsyncIterator[int]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello\n")
        writer.write(await reader.readline())
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.emulated
def test_tcp_is_recorded_and_played_back(tmp_path: Path) -> None:
    path = tmp_path / "box.jsonl"

    async def work() -> None:
        live = LiveWires()
        with path.open("wb") as file:
            async with echo_server() as port:
                await _talk_tcp(Transcript(live, file, FakeClock()), port)
        await live.close()
        await _talk_tcp(Replay(read_transcript(path)), 1)
        async with Replay(read_transcript(path)).tcp("box", "x", 1) as stream:
            with pytest.raises(DeviceError, match="the transcript has b'echo '"):
                await stream.write(b"another")

    run(work())


@pytest.mark.emulated
def test_the_system_watches_over_connections_on_which_nothing_is_said() -> None:
    def is_watched(connection: socket.socket) -> None:
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        if hasattr(socket, "TCP_KEEPIDLE"):
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 5

    async def work() -> None:
        async with EmulatedVideohub().server.serve() as port, LiveWires().tcp("box", "127.0.0.1", port) as stream:
            is_watched(stream._writer.get_extra_info("socket"))  # type: ignore[attr-defined]
        live = LiveWires()
        async with (
            EmulatedRed().server.serve() as port,
            live.websocket("camera", f"ws://127.0.0.1:{port}/") as sockets,
        ):
            is_watched(sockets._socket.get_extra_info("socket"))  # type: ignore[attr-defined]
        await live.close()

    run(work())


def test_a_damaged_transcript_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "box.jsonl"
    for bad in (b"{}", b"nonsense", b'{"t":0,"wire":0,"way":"in","hex":"0"}', b"\xff"):
        path.write_bytes(b'{"t":0,"wire":0,"way":"open","text":"tcp"}\n' + bad + b"\n")
        with pytest.raises(DeviceError, match="line 2 is none of a transcript"):
            read_transcript(path)


@pytest.mark.emulated
def test_udp_goes_both_ways_and_nobody_there_is_an_error() -> None:
    class Echo(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
            self.transport = transport

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            self.transport.sendto(data[::-1], addr)

    async def work() -> None:
        live = LiveWires()
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Echo, local_addr=("127.0.0.1", 0))
        port = transport.get_extra_info("sockname")[1]
        tape = io.BytesIO()
        async with Transcript(live, tape, FakeClock()).udp("camera", "127.0.0.1", port) as datagrams:
            datagrams.send(b"abc")
            assert await datagrams.receive() == b"cba"
            transport.close()
            await asyncio.sleep(0)  # the loop closes the socket in its next turn
            datagrams.send(b"x")
            with pytest.raises(DeviceError, match=rf"at 127.0.0.1:{port} \(connection refused\)"):
                await datagrams.receive()
        assert b'"hex":"616263"' in tape.getvalue()

    run(work())


@pytest.mark.emulated
def test_web_answers_are_bounded_and_redirects_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "web.jsonl"

    async def talk(wires: Wires, port: int) -> None:
        async with wires.web("box", f"http://127.0.0.1:{port}", ("admin", "secret")) as box:
            answer = await box.ask(Request("PUT", "/v2/x", b'{"a":1}', {"Content-Type": "application/json"}))
            assert (answer.status, answer.body) == (200, b'Basic YWRtaW46c2VjcmV0 {"a":1}')
            assert (await box.ask(Request("GET", "/away"))).status == 302
            assert (await box.ask(Request("GET", "/bomb"))).body == bomb, "as it came, 8 MB or not"
            with pytest.raises(DeviceError, match="more than 1,048,576 bytes"):
                await box.ask(Request("GET", "/endless"))

    async def put(request: web.Request) -> web.Response:
        return web.Response(body=request.headers["Authorization"].encode() + b" " + await request.read())

    async def away(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "http://127.0.0.1:1/"})

    bomb = gzip.compress(bytes(8 << 20))

    async def packed(request: web.Request) -> web.Response:
        assert request.headers["Accept-Encoding"] == "identity"
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b"x" * 65_536)

    async def work() -> None:
        app = web.Application()
        app.add_routes([web.put("/v2/x", put), web.get("/away", away), web.get("/endless", endless)])
        app.add_routes([web.get("/bomb", packed)])
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        live = LiveWires()
        with path.open("wb") as file:
            await talk(Transcript(live, file, FakeClock()), runner.addresses[0][1])
        await live.close()
        await runner.cleanup()
        kept = path.read_bytes()
        assert b'"out","hex":"505554202f76322f780a7b2261223a317d"' in kept  # PUT /v2/x and its body, and no header

    run(work())


@pytest.mark.emulated
def test_an_answer_by_web_that_does_not_come_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_wires, "ANSWER_S", 0.1)

    async def work() -> None:
        live = LiveWires()
        async with (
            WebEmulator(faults=Faults(deaf=True)).serve() as port,
            live.web("box", f"http://127.0.0.1:{port}") as box,
        ):
            with pytest.raises(DeviceError, match=r"has not answered within 0\.1 seconds"):
                await box.ask(Request("GET", "/"))
            await live.close()

    run(work())


@pytest.mark.emulated
def test_messages_of_a_websocket_stay_text_or_bytes(tmp_path: Path) -> None:
    path = tmp_path / "socket.jsonl"

    async def talk(socket: Sockets) -> None:
        await socket.send("text")
        assert await socket.receive() == "text"
        await socket.send(b"\x00\xff")
        assert await socket.receive() == b"\x00\xff"
        await socket.send("bye")
        with pytest.raises(DeviceError, match="closed the connection"):
            await socket.receive()

    async def echo(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if message.data == "bye":
                break
            if isinstance(message.data, str):
                await socket.send_str(message.data)
            else:
                await socket.send_bytes(message.data)
        return socket

    async def work() -> None:
        app = web.Application()
        app.add_routes([web.get("/", echo)])
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"ws://127.0.0.1:{runner.addresses[0][1]}/"
        live = LiveWires()
        with path.open("wb") as file:
            async with Transcript(live, file, FakeClock()).websocket("camera", url) as socket:
                await talk(socket)
        async with Replay(read_transcript(path)).websocket("camera", url) as socket:
            await talk(socket)
        await runner.cleanup()
        with pytest.raises(DeviceError, match=r"camera: it does not answer at 127.0.0.1:\d+ \(connection refused\)$"):
            async with live.websocket("camera", url):
                pass
        await live.close()

    run(work())


def test_a_name_that_hangs_is_looked_up_by_one_thread_however_often_it_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known, asked = threading.Event(), []
    ask = socket.getaddrinfo

    def hang(host: str, *args: object, **kwargs: object) -> object:
        asked.append(host)
        known.wait(PATIENCE_S)
        return ask("127.0.0.1", *args, **kwargs)  # type: ignore[arg-type]

    async def work() -> None:
        names = Names()
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.001):
                    await names.addresses("hung.test")
        waiting = asyncio.create_task(names.addresses("hung.test"))
        await asyncio.sleep(0)
        known.set()
        assert await waiting == ("127.0.0.1",)
        assert asked == ["hung.test"]
        assert await names.addresses("hung.test") == ("127.0.0.1",)
        assert asked == ["hung.test"] * 2, "nothing is remembered that may have changed"
        assert await names.addresses("::1") == ("::1",)
        assert len(asked) == 2

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    try:
        run(work())
    finally:
        known.set()


@pytest.mark.emulated
@pytest.mark.parametrize(
    "frame", [b"\x81\x00", b"\x82\x01x", b"\x89\x00", b"\x8a\x00"], ids=["text", "bytes", "ping", "pong"]
)
def test_a_flood_of_small_messages_leaves_the_others_their_turns(frame: bytes) -> None:
    rounds = 20

    async def flood(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        assert request.transport is not None
        request.transport.write(frame * (rounds * FAIR) + b"\x81\x04done")
        await socket.receive()
        return socket

    async def work() -> None:
        turns = 0

        async def somebody_else() -> None:
            nonlocal turns
            while True:
                await asyncio.sleep(0)
                turns += 1

        app = web.Application()
        app.add_routes([web.get("/", flood)])
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        live = LiveWires()
        async with live.websocket("box", f"http://127.0.0.1:{runner.addresses[0][1]}/") as socket:
            other = asyncio.create_task(somebody_else())
            while await socket.receive() != "done":
                pass
            other.cancel()
        assert turns >= rounds
        await live.close()
        await runner.cleanup()

    run(work())


@pytest.mark.emulated
@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no pseudo-terminals")
def test_a_serial_port_is_a_stream_until_it_is_pulled() -> None:
    async def work() -> None:
        master, slave = os.openpty()
        name = os.ttyname(slave)
        live = LiveWires()
        async with live.serial("camera", SerialSettings(name, 9600)) as stream:
            await stream.write(b"\x88\x30\x01\xff")
            assert await asyncio.to_thread(os.read, master, 100) == b"\x88\x30\x01\xff"
            os.write(master, b"\x90\x50\xff")
            got = b""
            while len(got) < 3:
                got += await stream.read(100)
            assert got == b"\x90\x50\xff"
            os.close(slave)
            os.close(master)
            assert await stream.read(100) == b""
        with pytest.raises(DeviceError, match="cannot be opened: there is no /dev/livegrade-nothing; look"):
            async with live.serial("camera", SerialSettings("/dev/livegrade-nothing", 9600)):
                pass

    run(work())


@pytest.mark.emulated
@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no pseudo-terminals")
def test_what_a_terminal_says_of_a_port_that_was_pulled_is_a_sentence_about_the_port(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import termios

    def pulled(*_: object, **__: object) -> None:
        raise termios.error(5, "Input/output error")

    async def work() -> None:
        master, slave = os.openpty()
        name = os.ttyname(slave)
        async with LiveWires().serial("camera", SerialSettings(name, 9600)) as stream:
            monkeypatch.setattr(serial.Serial, "flush", pulled)
            with pytest.raises(DeviceError, match="the serial port does not take what is sent; look at its cable"):
                await stream.write(b"look")
        monkeypatch.setattr(serial.Serial, "open", pulled)
        with pytest.raises(DeviceError, match=f"the serial port cannot be opened: {name} is none"):
            async with LiveWires().serial("camera", SerialSettings(name, 9600)):
                pass
        os.close(slave)
        os.close(master)

    run(work())


@pytest.mark.emulated
@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no pseudo-terminals")
def test_a_serial_port_that_takes_nothing_holds_nobody_else_up(monkeypatch: pytest.MonkeyPatch) -> None:
    writing, takes = threading.Event(), threading.Event()

    def hang(port: object) -> None:
        writing.set()
        takes.wait(PATIENCE_S)

    async def work() -> None:
        shared = ThreadPoolExecutor(1)
        asyncio.get_running_loop().set_default_executor(shared)
        master, slave = os.openpty()
        async with LiveWires().serial("camera", SerialSettings(os.ttyname(slave), 9600)) as stream:
            write = asyncio.create_task(stream.write(b"look"))
            while not writing.is_set():
                await asyncio.sleep(0)
            assert await asyncio.to_thread(int, "1") == 1
            assert not write.done()
            takes.set()
            await write
        for thread in [thread for thread in threading.enumerate() if os.ttyname(slave) in thread.name]:
            thread.join(PATIENCE_S)
            assert not thread.is_alive()
        os.close(slave)
        os.close(master)

    monkeypatch.setattr(serial.Serial, "flush", hang)
    try:
        run(work())
    finally:
        takes.set()
