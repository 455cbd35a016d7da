"""Emulated devices that announce themselves on the network, as the real ones do: by mDNS, or as answers to SSDP or to
the search of their maker."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, TypeAlias

from livegrade.errors import UsageError
from livegrade_devices.interfaces import own_addresses

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from livegrade_hardware.emulators.kinds import Served

Announce: TypeAlias = Callable[[str, int], AbstractAsyncContextManager[None]]
"""For as long as the block lasts, what is served at a host and port of this machine is announced. Raises OSError."""


class Announced:
    """`device`, which is announced while it is served."""

    def __init__(self, device: Served, announce: Announce) -> None:
        self._device = device
        self._announce = announce

    @contextlib.asynccontextmanager
    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[int]:
        async with self._device.serve(host, port) as taken, self._announce(host, taken):
            yield taken


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Raises UsageError."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        raise UsageError(
            f"{host[:80]} cannot be announced: an address of this machine is wanted, such as 127.0.0.1"
        ) from None


def by_mdns(type: str, instance: str, said: Mapping[str, str]) -> Announce:
    """`type`: such as "_blackmagic._tcp"; `said`: its TXT record."""

    @contextlib.asynccontextmanager
    async def announce(host: str, port: int) -> AsyncIterator[None]:
        from zeroconf import InterfaceChoice, ServiceInfo
        from zeroconf.asyncio import AsyncZeroconf

        own = _address(host)
        addresses = own_addresses() if own.is_unspecified else [host]
        interfaces = InterfaceChoice.All if own.is_unspecified else addresses
        service = f"{type}.local."
        server = f"{instance.replace(' ', '-')}-{port}.local."
        packed = [ipaddress.ip_address(each).packed for each in addresses]
        name = f"{instance}.{service}"
        info = ServiceInfo(service, name, port, addresses=packed, properties=dict(said), server=server)
        async with AsyncZeroconf(interfaces=interfaces) as zeroconf:
            await (await zeroconf.async_register_service(info, allow_name_change=True))
            try:
                yield
            finally:
                await (await zeroconf.async_unregister_service(info))

    return announce


class _Search(asyncio.DatagramProtocol):
    """`is_meant`: who is answered, by address."""

    def __init__(
        self, answer: Callable[[bytes], bytes | None], is_meant: Callable[[str], bool] = lambda address: True
    ) -> None:
        self._answer = answer
        self._is_meant = is_meant

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self._answer(data) if self._is_meant(addr[0]) else None
        if answer is not None:
            self._transport.sendto(answer, addr)


def by_answers(search_port: int, answer: Callable[[bytes], bytes | None]) -> Announce:
    """Whoever asks at `search_port` gets what `answer` gives, and nothing for None."""

    @contextlib.asynccontextmanager
    async def announce(host: str, port: int) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: _Search(answer), local_addr=(host, search_port))
        try:
            yield
        finally:
            transport.abort()

    return announce


GROUP, SSDP_PORT = "239.255.255.250", 1900
MULTICAST_ALL = 49
"""IP_MULTICAST_ALL of Linux, whose name Python lacks: what others on this machine have joined is not heard here."""


def by_ssdp(server: str, search_port: int = SSDP_PORT) -> Announce:
    """An answer to every search for root devices or for all. `server`: what it calls itself. Source: UPnP Device
    Architecture 2.0, section 1.3."""

    @contextlib.asynccontextmanager
    async def announce(host: str, port: int) -> AsyncIterator[None]:
        own = _address(host)
        if own.version == 6 and not own.is_unspecified:
            raise UsageError(
                f"{host} cannot be announced by SSDP, which is answered over IPv4 here; take an address of that"
            )
        addresses = own_addresses() if own.is_unspecified else [host]
        head = f"HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nEXT:\r\nLOCATION: http://{addresses[0]}:{port}/\r\n"
        uuid = "uuid:00000000-0000-1000-8000-6c6976656772"
        said = f"{head}SERVER: {server}\r\nST: upnp:rootdevice\r\nUSN: {uuid}::upnp:rootdevice\r\n\r\n".encode()

        def answer(question: bytes) -> bytes | None:
            lines = question.split(b"\r\n")
            sought = next((line[3:].strip() for line in lines if line[:3].upper() == b"ST:"), b"")
            is_meant = lines[0] == b"M-SEARCH * HTTP/1.1" and sought in (b"ssdp:all", b"upnp:rootdevice")
            return said if is_meant else None

        def is_answered(address: str) -> bool:
            """The port is everybody's: what is served on the loopback alone is nothing to other machines."""
            return not own.is_loopback or ipaddress.ip_address(address).is_loopback

        loop = asyncio.get_running_loop()
        with contextlib.closing(_joined(addresses, search_port)) as joined:
            transport, _ = await loop.create_datagram_endpoint(lambda: _Search(answer, is_answered), sock=joined)
            try:
                yield
            finally:
                transport.abort()

    return announce


def _joined(addresses: list[str], port: int) -> socket.socket:
    """A socket that hears what is said to everybody who does SSDP, on those networks. Raises OSError."""
    joined = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        joined.setblocking(False)
        for option in ("SO_REUSEADDR", "SO_REUSEPORT"):  # it is everybody's port
            if hasattr(socket, option):
                joined.setsockopt(socket.SOL_SOCKET, getattr(socket, option), 1)
        with contextlib.suppress(OSError):
            joined.setsockopt(socket.IPPROTO_IP, MULTICAST_ALL, 0)
        joined.bind(("", port))
        refusals = []
        for address in addresses:
            member = socket.inet_aton(GROUP) + socket.inet_aton(address)
            try:
                joined.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
            except OSError as error:  # of a network that has another of these addresses, or no groups
                refusals.append(error)
        if refusals and len(refusals) == len(addresses):
            raise refusals[0]
    except OSError:
        joined.close()
        raise
    return joined
