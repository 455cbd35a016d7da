"""What went wrong on the way to a device, in a sentence: as the system, HTTP and serial ports really say it."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl

import aiohttp
import pytest
from aiohttp import web

from livegrade.errors import DeviceError
from livegrade_devices.wires.faults import http_fault, network_fault, serial_fault
from livegrade_devices.wires.live import LiveWires
from livegrade_devices.wires.values import Request


def closed_port() -> int:
    """One of the loopback where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.emulated
def test_a_port_where_nobody_listens_is_the_same_sentence_over_every_wire() -> None:
    async def work() -> set[str]:
        live, port = LiveWires(), closed_port()
        told: list[str] = []

        async def fault(wire, use) -> None:
            with pytest.raises(DeviceError) as caught:
                async with wire as opened:
                    await use(opened)
            told.append(caught.value.fault.replace(str(port), "PORT"))

        async def nothing(_) -> None: ...

        async def packet(datagrams) -> None:
            datagrams.send(b"?")
            await datagrams.receive()

        await fault(live.tcp("box", "127.0.0.1", port), nothing)
        await fault(live.udp("box", "127.0.0.1", port), packet)
        await fault(live.websocket("box", f"ws://127.0.0.1:{port}/"), nothing)
        await fault(live.web("box", f"http://127.0.0.1:{port}/"), lambda opened: opened.ask(Request("GET", "/")))
        await live.close()
        assert len(told) == 4
        return set(told)

    assert asyncio.run(work()) == {"it does not answer at 127.0.0.1:PORT (connection refused)"}


@pytest.mark.emulated
def test_what_is_something_else_than_it_should_be_is_said() -> None:
    async def refuse(request: web.Request) -> web.Response:
        return web.Response(status=404)

    async def work() -> None:
        app = web.Application()
        app.add_routes([web.get("/", refuse)])
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        live = LiveWires()
        with pytest.raises(DeviceError, match=r"its WebSocket cannot be reached \(it answers with status 404\)$"):
            async with live.websocket("box", f"ws://127.0.0.1:{port}/"):
                pass
        with pytest.raises(DeviceError, match=rf"it answers at 127.0.0.1:{port}, but not encrypted as it should"):
            async with live.websocket("box", f"wss://127.0.0.1:{port}/"):
                pass
        await runner.cleanup()
        await live.close()

    asyncio.run(work())


OS = [
    (
        ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed ('10.0.0.5', 9)"),
        "10.0.0.5:9 (connection refused)",
    ),
    (OSError("Multiple exceptions: [Errno 111] Connect call failed ('::1', 9), [Errno 111] x"), "(connection refused)"),
    (socket.gaierror(-2, "Name or service not known"), "nobody on this network knows the name 10.0.0.5"),
    (OSError(errno.EHOSTUNREACH, "Connect call failed"), "there is no way to 10.0.0.5:9 (no route to host)"),
    (TimeoutError(errno.ETIMEDOUT, "Connect call failed"), "it does not answer at 10.0.0.5:9 (nothing came back)"),
    (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), "it closed the connection"),
    (ssl.SSLCertVerificationError("self-signed"), "its certificate at 10.0.0.5:9 is not accepted"),
    (OSError("anything at all"), "it does not answer at 10.0.0.5:9"),
]


@pytest.mark.parametrize(("error", "said"), OS)
def test_what_the_system_says_of_a_network(error: OSError, said: str) -> None:
    told = network_fault(error, "10.0.0.5", 9)
    assert said in told
    assert not any(raw in told for raw in ("Errno", "call failed", "exceptions", "ssl"))
    assert "at [fe80::1]:9" in network_fault(OSError("anything"), "fe80::1", 9)


def test_what_http_says() -> None:
    assert (
        http_fault(aiohttp.ServerDisconnectedError(), "box", 80) == "it does not answer as a web server (it broke off)"
    )
    assert http_fault(aiohttp.InvalidURL("http://"), "box", 80) == "its address is no web address"
    assert http_fault(aiohttp.ServerTimeoutError(), "box", 80) == "it does not answer at box:80 (nothing came back)"


PORTS = [
    (OSError(errno.ENOENT, "could not open port /dev/x: [Errno 2] No such file"), "there is no /dev/x"),
    (OSError(errno.EACCES, "could not open port"), "it may not be used, or another program has it"),
    (OSError("could not open port 'COM9': FileNotFoundError(2, 'The system cannot', None, 2)"), "there is no /dev/x"),
    (OSError("could not open port 'COM9': PermissionError(13, 'Access is denied.')"), "it may not be used"),
    (OSError("Could not exclusively lock port /dev/x: [Errno 11] Resource temporarily"), "another program has it"),
    (ValueError("Invalid baud rate: 5"), "it does not take 5 baud"),
]


@pytest.mark.parametrize(("error", "said"), PORTS)
def test_what_pyserial_says(error: Exception, said: str) -> None:
    told = serial_fault(error, "/dev/x", 5)
    assert told.startswith("the serial port cannot be opened: ")
    assert said in told
    assert "Errno" not in told
