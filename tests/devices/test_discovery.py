"""Discovery: announcements of real mDNS on the loopback, SSDP answers over a real socket, and what they mean."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import pytest
from zeroconf import ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from livegrade.errors import UsageError
from livegrade_devices import discovery
from livegrade_devices.cameras.red import rcp
from livegrade_devices.discovery import Found, discover
from livegrade_devices.interfaces import own_addresses
from livegrade_devices.kinds import Service, kind, kind_names
from livegrade_devices.routers import videohub
from livegrade_hardware.emulators import rcp as emulated_rcp
from livegrade_hardware.emulators.announcing import GROUP, Announced, _joined, by_answers, by_ssdp
from livegrade_hardware.emulators.colorbox import EmulatedColorBox
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.kinds import emulated_kind
from livegrade_hardware.emulators.rcp import EmulatedRcp

NOWHERE = ("127.0.0.1", 9)
HEARD_S = 2.5
"""Nobody tells all the same twice within a second (RFC 6762, section 6), and what announces itself has just done so."""
HUB = Service("_blackmagic._tcp", {"class": "Videohub"})


def free_port() -> int:
    with socket.socket(type=socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def info(instance: str, port: int, **said: str) -> ServiceInfo:
    return ServiceInfo(
        "_blackmagic._tcp.local.",
        f"{instance}._blackmagic._tcp.local.",
        port=port,
        addresses=[socket.inet_aton("127.0.0.1")],
        properties=dict(said),
        server="livegrade-test.local.",
    )


def test_an_announcement_means_the_kind_whose_words_it_says() -> None:
    services = [(HUB, videohub.KIND)]
    said = {"class": "Videohub", "name": "Cart \x1b[31mA", "unique id": "1"}
    assert discovery._announced(info("Videohub abc", 9990, **said), services) == Found(
        "videohub", "videohub:127.0.0.1", "Cart [31mA", "mDNS _blackmagic._tcp class=Videohub"
    )
    moved = discovery._announced(info("Videohub abc", 9991, **said), services)
    assert moved is not None
    assert moved.address == "videohub:127.0.0.1:9991"
    other = discovery._announced(info("ATEM", 9910, **{"class": "AtemSwitcher"}), services)
    assert other == Found("", "127.0.0.1:9910", "ATEM", "mDNS _blackmagic._tcp class=AtemSwitcher")


@pytest.mark.emulated
def test_what_announces_itself_by_mdns_is_found() -> None:
    """Both ends are zeroconf's; the network is the loopback."""

    async def work() -> None:
        async with AsyncZeroconf(interfaces=["127.0.0.1"]) as zeroconf:
            hub = info("Videohub of the test", 9990, **{"class": "Videohub", "name": "Cart A"})
            await (await zeroconf.async_register_service(hub))
            search = await discover(HEARD_S, ["127.0.0.1"], NOWHERE)
            assert search.faults == ()
            assert ("videohub", "videohub:127.0.0.1", "Cart A") in [
                (one.kind, one.address, one.name) for one in search.found
            ]
            await (await zeroconf.async_unregister_service(hub))

    asyncio.run(work())


def test_where_kinds_share_a_service_the_port_says_which_is_meant() -> None:
    services = [(service, each) for each in map(kind, kind_names()) for service in each.services]
    meant = {
        port: found.kind
        for port in (80, 9990, 9992, 9993)
        if (found := discovery._announced(info(f"unit {port}", port), services)) is not None
    }
    assert meant == {80: "blackmagic-camera", 9990: "", 9992: "smartview", 9993: ""}


@pytest.mark.emulated
def test_emulated_devices_announce_themselves_and_are_found() -> None:
    """Over real mDNS, and by the question that RED's cameras answer."""

    async def work() -> None:
        async with contextlib.AsyncExitStack() as stack:
            ports = {}
            for name in ("videohub", "arri-cap"):
                made = emulated_kind(name)
                device = made.announced(made.made({}, Faults()))
                ports[name] = await stack.enter_async_context(device.serve())
            search_port = free_port()
            announce = by_answers(search_port, emulated_rcp.found)
            await stack.enter_async_context(Announced(EmulatedRcp().server, announce).serve())
            search = await discover(HEARD_S, ["127.0.0.1"], NOWHERE, ("127.0.0.1", search_port))
        found = {(one.kind, one.address, one.name) for one in search.found if one.kind}
        assert {
            ("videohub", f"videohub:127.0.0.1:{ports['videohub']}", "Cart A"),
            ("arri-cap", f"arri-cap:127.0.0.1:{ports['arri-cap']}", "alexa35-12345"),
            ("red-rcp", "red-rcp:127.0.0.1", "A"),
        } <= found
        later = await discover(0.5, ["127.0.0.1"], NOWHERE, ("127.0.0.1", search_port))
        assert not {one.address for one in later.found} & {address for _, address, _ in found}, "they said goodbye"

    asyncio.run(work())


def test_what_is_no_answer_to_reds_search_is_passed_over() -> None:
    question = rcp.SEARCH
    assert question.words == b"#$EXT:G:CAMINFO:\n", "as in the reference"
    assert question.name(b"#$CAM1:C:CAMINFO:A cam:\n") == "A cam"
    assert question.name(b"#$CAM1:C:CAMINFO:\r\n") == "CAM1"
    for none in (question.words, b"", b"#", b"\xff" * 5000, b"#$CAM1:C:CAMINFO:A:*00\n"):
        assert question.name(none) is None


class _Answering(asyncio.DatagramProtocol):
    """A device that answers a search with three words: its own, somebody else's, and nonsense."""

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert data.startswith(b"M-SEARCH * HTTP/1.1\r\n")
        for server in (b"Linux UPnP/1.0 ColorBox/3.0", b"Linux UPnP/1.0 Printer", b"\xff\x00" * 700):
            self.transport.sendto(b"HTTP/1.1 200 OK\r\nSERVER: " + server + b"\r\nST: upnp:rootdevice\r\n\r\n", addr)


@pytest.mark.emulated
def test_what_answers_ssdp_and_names_a_kind_is_found_and_nothing_else() -> None:
    async def work() -> None:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(_Answering, local_addr=("127.0.0.1", 0))
        try:
            search = await discover(0.3, ["127.0.0.1"], transport.get_extra_info("sockname"))
        finally:
            transport.abort()
        boxes = [one for one in search.found if one.how == "SSDP"]
        assert boxes == [Found("colorbox", "colorbox:127.0.0.1", "Linux UPnP/1.0 ColorBox/3.0", "SSDP")]

    asyncio.run(work())


@pytest.mark.emulated
def test_a_network_with_two_addresses_of_ours_is_joined_once() -> None:
    _joined(["127.0.0.1", "127.0.0.2"], free_port()).close()
    with pytest.raises(OSError, match=r"\[Errno"):
        _joined(["203.0.113.7"], free_port())


@pytest.mark.parametrize(("kind", "host"), [("colorbox", "localhost"), ("videohub", "localhost"), ("colorbox", "::1")])
def test_what_cannot_be_announced_is_said(kind: str, host: str) -> None:
    announce = emulated_kind(kind).announce
    assert announce is not None

    async def work() -> None:
        async with announce(host, 9):
            pass

    with pytest.raises(UsageError, match=f"^{host} cannot be announced"):
        asyncio.run(work())


@pytest.mark.emulated
def test_an_emulated_box_answers_ssdp_as_a_group_and_is_found() -> None:
    """By the group's address on the loopback, as `livegrade emulate colorbox --announce` does it."""

    async def work() -> None:
        port = free_port()
        at = GROUP, port
        async with Announced(EmulatedColorBox(), by_ssdp("AJA ColorBox (emulated)", port)).serve():
            search = await discover(0.5, ["127.0.0.1"], at)
            assert search.faults == ()
            boxes = [one for one in search.found if one.how == "SSDP"]
            assert boxes == [Found("colorbox", "colorbox:127.0.0.1", "AJA ColorBox (emulated)", "SSDP")]
            other = discovery.SEARCH.replace(b"ssdp:all", b"urn:schemas-upnp-org:device:MediaServer:1")
            assert await discovery._answers(other, at, ["127.0.0.1"], 0.1, 1, 0.0) == []
            if others := [one for one in own_addresses() if not one.startswith("127.")]:
                heard = await discovery._answers(discovery.SEARCH, (others[0], port), others[:1], 0.1, 1, 0.0)
                assert heard == [], "it is served on the loopback alone"
        later = await discover(0.2, ["127.0.0.1"], at)
        assert [one for one in later.found if one.how == "SSDP"] == []

    asyncio.run(work())
    assert emulated_kind("colorbox").announce is not None


@pytest.mark.emulated
def test_a_way_that_is_closed_is_said_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async def closed(*words: object) -> list[Found]:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(discovery, "_by_mdns", closed)
    monkeypatch.setattr(discovery, "_serial_ports", lambda: [Found("", "/dev/ttyUSB0", "USB serial", "serial port")])
    search = asyncio.run(discover(0.1, ["127.0.0.1"], NOWHERE))
    assert search.faults == ("mDNS cannot be used here (Network is unreachable)",)
    assert search.found == (Found("", "/dev/ttyUSB0", "USB serial", "serial port"),)
