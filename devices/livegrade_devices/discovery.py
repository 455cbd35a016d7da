"""Which devices are out there: those that announce themselves by mDNS, those that answer SSDP or their maker's own
search, and serial ports.

What a kind announces itself as stands with the kind (`Kind.services`, `Kind.ssdp`, `Kind.search`). Everything is
bounded in time and number; what a stranger says on the network is only shown.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.errors import LivegradeError
from livegrade.redaction import one_line
from livegrade_devices.interfaces import own_addresses
from livegrade_devices.kinds import kind, kind_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zeroconf import ServiceInfo

    from livegrade_devices.kinds import Kind, Service

MOST = 200
"""Announcements looked at; a network has fewer."""
RESOLVE_S = 2.0
SSDP_AT = ("239.255.255.250", 1900)
SEARCH = b'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n'
"""Source: UPnP Device Architecture 2.0, section 1.3.2."""
LONGEST_ANSWER = 4096
EVERYBODY = "255.255.255.255"
INTERFACES = 16
"""Addresses of this machine from which is asked."""
SHOWN = 120


@dataclass(frozen=True, slots=True)
class Found:
    """`kind`: "" where none of ours is meant. `address`: to be used as it stands, where there is a kind; else where it
    is. `name`: as it calls itself. `how`: who said so."""

    kind: str
    address: str
    name: str
    how: str


@dataclass(frozen=True, slots=True)
class Search:
    """`faults`: why a way of looking was closed, in sentences."""

    found: tuple[Found, ...]
    faults: tuple[str, ...]


async def discover(
    seconds: float,
    interfaces: Sequence[str] | None = None,
    ssdp_at: tuple[str, int] = SSDP_AT,
    search_at: tuple[str, int | None] = (EVERYBODY, None),
) -> Search:
    """Looks for so long, and a little more to hear who they are. `interfaces`: addresses of this machine, None for
    all; `search_at`: whom the makers' searches ask, at their own ports where it names none."""
    kinds, faults = _kinds()
    sought = [each for each in kinds if each.search is not None]
    ways = await asyncio.gather(
        _by_mdns(kinds, seconds, interfaces),
        _by_ssdp(kinds, seconds, interfaces, ssdp_at),
        *(_by_search(each, seconds, interfaces, search_at) for each in sought),
        return_exceptions=True,
    )
    found: list[Found] = []
    for way, result in zip(("mDNS", "SSDP", *(f"the search for {each.name}" for each in sought)), ways, strict=True):
        if isinstance(result, OSError):
            faults.append(f"{way} cannot be used here ({result.strerror or result})")
        elif isinstance(result, BaseException):
            raise result
        else:
            found += result
    found += await asyncio.to_thread(_serial_ports)
    return Search(tuple(dict.fromkeys(found)), tuple(faults))


def _kinds() -> tuple[list[Kind], list[str]]:
    """All that can be loaded, and what is wrong with the others."""
    kinds, faults = [], []
    for name in kind_names():
        try:
            kinds.append(kind(name))
        except LivegradeError as error:
            faults.append(str(error))
    return kinds, faults


async def _by_mdns(kinds: Iterable[Kind], seconds: float, interfaces: Sequence[str] | None) -> list[Found]:
    from zeroconf import DNSQuestionType, InterfaceChoice, ServiceStateChange, Zeroconf
    from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

    services = [(service, each) for each in kinds for service in each.services]
    types = sorted({f"{service.type}.local." for service, _ in services})
    if not types:
        return []
    heard: dict[tuple[str, str], None] = {}

    def see(zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        if state_change is ServiceStateChange.Added and len(heard) < MOST:
            heard[service_type, name] = None

    async with AsyncZeroconf(interfaces=InterfaceChoice.All if interfaces is None else list(interfaces)) as zeroconf:
        # Of several programs that listen at this address the system gives an answer to it alone to one: not always us.
        to_all = DNSQuestionType.QM
        browser = AsyncServiceBrowser(zeroconf.zeroconf, types, handlers=[see], question_type=to_all)
        await asyncio.sleep(seconds)
        await browser.async_cancel()
        infos = [AsyncServiceInfo(service_type, name) for service_type, name in heard]
        wait_ms = round(RESOLVE_S * 1000)
        await asyncio.gather(*(info.async_request(zeroconf.zeroconf, wait_ms, to_all) for info in infos))
    return [one for info in infos if (one := _announced(info, services)) is not None]


def _announced(info: ServiceInfo, services: Iterable[tuple[Service, Kind]]) -> Found | None:
    """What an announcement means; None where it has no place."""
    places = info.parsed_addresses()
    if not places:
        return None
    said = {
        key.decode("utf-8", "replace").lower(): (value or b"").decode("utf-8", "replace")
        for key, value in info.properties.items()
    }
    service_type = info.type.removesuffix(".local.")
    name = one_line(said.get("name") or info.name.removesuffix(f".{info.type}"))[:SHOWN]
    meant = next((kind for service, kind in services if service.means(service_type, said, info.port)), None)
    host = _host(places[0])
    how = f"mDNS {service_type}" + (f" class={one_line(said['class'])[:40]}" if "class" in said else "")
    if meant is None:
        return Found("", f"{host}:{info.port}", name, how)
    port = "" if info.port == meant.port else f":{info.port}"
    return Found(meant.name, f"{meant.name}:{host}{port}", name, how)


def _host(address: str) -> str:
    return f"[{address}]" if ":" in address else address


class _Answers(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.heard: dict[tuple[str, bytes], None] = {}
        self.refusals: list[Exception] = []

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(self.heard) < MOST:
            self.heard[addr[0], data[:LONGEST_ANSWER]] = None

    def error_received(self, exc: Exception) -> None:
        self.refusals.append(exc)


async def _answers(
    words: bytes, at: tuple[str, int], interfaces: Sequence[str] | None, seconds: float, times: int, every_s: float
) -> list[tuple[str, bytes]]:
    """Who has answered, and what, to a question sent from every address of this machine. Raises OSError where it can
    be sent from none."""
    loop = asyncio.get_running_loop()
    answers = _Answers()
    transports: list[asyncio.DatagramTransport] = []
    end = loop.time() + seconds
    addresses = list(own_addresses() if interfaces is None else interfaces)[:INTERFACES]
    try:
        for address in addresses:
            # An address that is bound is the network by which a question for everybody goes out.
            try:
                local = (address, 0)
                transport, _ = await loop.create_datagram_endpoint(
                    lambda: answers, local_addr=local, allow_broadcast=True
                )
            except OSError as error:
                answers.refusals += [error] * times
            else:
                transports.append(transport)
                with contextlib.suppress(OSError):  # where being bound is not enough for what goes to a group
                    out = transport.get_extra_info("socket")
                    out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address))
        for _ in range(times):
            for transport in transports:
                transport.sendto(words, at)
            await asyncio.sleep(max(0.0, min(every_s, end - loop.time())))
        await asyncio.sleep(max(0.0, end - loop.time()))
    finally:
        for transport in transports:
            transport.abort()
    if not answers.heard and len(answers.refusals) >= times * len(addresses) > 0:
        raise answers.refusals[0]
    return list(answers.heard)


async def _by_search(
    kind: Kind, seconds: float, interfaces: Sequence[str] | None, at: tuple[str, int | None]
) -> list[Found]:
    asked = kind.search
    if asked is None:
        return []
    place = at[0], asked.port if at[1] is None else at[1]
    heard = await _answers(asked.words, place, interfaces, seconds, asked.times, asked.every_s)
    named = [(host, asked.name(answer)) for host, answer in heard]
    return [
        Found(kind.name, f"{kind.name}:{_host(host)}", one_line(name)[:SHOWN], "its maker's search")
        for host, name in named
        if name is not None
    ]


async def _by_ssdp(
    kinds: Iterable[Kind], seconds: float, interfaces: Sequence[str] | None, at: tuple[str, int]
) -> list[Found]:
    sought = [each for each in kinds if each.ssdp]
    if not sought:
        return []
    heard = await _answers(SEARCH, at, interfaces, seconds, 1, 0.0)
    found = []
    for host, answer in heard:
        text = answer.decode("utf-8", "replace")
        meant = next((each for each in sought if each.ssdp.lower() in text.lower()), None)
        if meant is not None:
            server = re.search(r"(?im)^server:\s*(.+)$", text)
            name = one_line(server[1])[:SHOWN] if server else ""
            found.append(Found(meant.name, f"{meant.name}:{_host(host)}", name, "SSDP"))
    return found


def _serial_ports() -> list[Found]:
    """Nothing is sent to them: who is at a serial port cannot be known before it is asked in its own language."""
    from serial.tools import list_ports

    found = []
    with contextlib.suppress(OSError):
        for port in sorted(list_ports.comports())[:MOST]:
            said = (port.manufacturer, port.description, port.serial_number)
            name = " ".join(word for word in said if word and word != "n/a")
            found.append(Found("", port.device, one_line(name)[:SHOWN], "serial port"))
    return found
