"""OSC in and out of a running session: who may speak, what is made of it, and who is told what has changed.

UDP has no connections and no passwords. So a session hears its own machine alone, and of others only the addresses that
its rig lists; what comes from elsewhere is dropped before anybody looks into it.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import logging
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from livegrade.control.auth import Access
from livegrade.control.commands import GrabStill, LoadLook, SetView
from livegrade.control.door import Allowance
from livegrade.control.osc.listener import Listener
from livegrade.control.osc.packets import bundled, packed, read_packet
from livegrade.control.surface.addresses import command_of
from livegrade.control.surface.complaints import Sparing
from livegrade.control.surface.inbox import Wish
from livegrade.control.surface.message import ROOT, Message
from livegrade.errors import LivegradeError, UsageError
from livegrade.redaction import one_line
from livegrade.session.events import Link

if TYPE_CHECKING:
    from livegrade.control.desk import Desk
    from livegrade.control.surface.feedback import Part, Values
    from livegrade.control.surface.inbox import Inbox
    from livegrade.control.surface.shown import Shown
    from livegrade.transport.peer import IpAddress, OscPlace

_log = logging.getLogger(__name__)

PING, PONG, REFRESH, FEEDBACK, ERROR = (f"/{ROOT}/{word}" for word in ("ping", "pong", "refresh", "feedback", "error"))
DATAGRAM = 65_536
WAITING = 1 << 20
"""Bytes that may wait with the system, where it allows so many: a wheel that is turned while a look is made."""
PACKETS, PACKETS_AT_ONCE = 4000, 1000
"""Packets that are read a second; the others wait with the system or are lost there."""
EACH = 2000
"""Messages a second of one surface that are looked into, and so many at once; a packet counts as one more."""
MOST_PACKET = 16_384
"""Bytes of a packet that is looked into; a surface sends a few hundred."""
TOO_FAST = f"more than {EACH} messages a second; the others are not heard"
TELL_S = 0.04
MOST_PEERS = 32
MOST_STRANGERS = 16
"""Addresses that are not listed and of which an event tells."""
REMEMBERED_S = 600.0
"""A surface that is not in the rig and says nothing for so long is told nothing more, until it speaks again."""


OWN_FILES = (LoadLook, GrabStill, SetView)
"""Commands in which a surface on this machine may name files: they read, or write what was not there. UDP does not tell
whose program sent it, so that nobody may replace files or open outputs by it."""


@dataclass(slots=True)
class Peer:
    """A surface: where it hears, what it was told. `listed`: in the rig, and never forgotten."""

    hears_at: tuple[str, int]
    access: Access
    listed: bool
    listener: Listener
    allowance: Allowance
    spoke_s: float
    complaints: Sparing = field(default_factory=Sparing)


def listen_osc(place: OscPlace) -> list[socket.socket]:
    """Sockets on one port: of the loopback where no other machine may speak, else of every address. Raises
    UsageError."""
    others = {peer.ip.version for peer in place.peers if not peer.ip.is_loopback}
    wanted = [(socket.AF_INET, "0.0.0.0" if 4 in others else "127.0.0.1")]  # noqa: S104  # only the rig's peers get in
    if 6 in others:
        wanted.append((socket.AF_INET6, "::"))
    made: list[socket.socket] = []
    port = place.port
    try:
        for family, host in wanted:
            one = socket.socket(family, socket.SOCK_DGRAM)
            made.append(one)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WAITING)
            one.bind((host, port))
            one.setblocking(False)
            port = one.getsockname()[1]
    except OSError as error:
        for one in made:
            one.close()
        raise UsageError(f"OSC cannot listen on port {port}: {error.strerror or error}; choose another") from error
    return made


def why_unheard(error: UsageError) -> str:
    """In a word, of what `listen_osc` raises: "taken" where another program has the port."""
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.errno != errno.EADDRINUSE:
        return (cause.strerror or str(cause)).lower()
    return "taken"


class OscFace:
    """Of the loop's thread. Owns no socket: whoever made them closes them."""

    def __init__(self, place: OscPlace, sockets: list[socket.socket], desk: Desk, inbox: Inbox, shown: Shown) -> None:
        self._place = place
        self._sockets = {one.family: one for one in sockets}
        self._desk = desk
        self._inbox = inbox
        self._port: int = sockets[0].getsockname()[1]
        self._admitted = {peer.ip for peer in place.peers}
        self._peers: dict[tuple[str, int], Peer] = {}
        self._complaints = Sparing()
        self._strangers: set[str] = set()
        self._shown = shown
        self._packed: dict[Part, tuple[Values, dict[str, bytes]]] = {}
        self._known: Values | None = None
        self._values: dict[str, bytes] = {}

    @property
    def surfaces(self) -> list[str]:
        """Who is told values now, and where."""
        return [f"{host}:{port}" for host, port in (peer.hears_at for peer in self._peers.values()) if port]

    async def serve(self) -> None:
        """Hears and tells, for as long as the session runs."""
        loop = asyncio.get_running_loop()
        for address in self._place.peers:
            if address.port is not None:
                self._meet((str(address.ip), address.port), address.ip, loop.time())
        tasks = [asyncio.create_task(self._hear(one)) for one in self._sockets.values()]
        tasks.append(asyncio.create_task(self._tell()))
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    # ---- in

    async def _hear(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        allowance = Allowance(PACKETS, PACKETS_AT_ONCE, loop.time())
        while True:
            while not allowance.take(loop.time()):
                await asyncio.sleep(TELL_S)
            try:
                data, source = await loop.sock_recvfrom(listening, DATAGRAM)
            except OSError as error:  # what we sent found nobody, or the network went: the next may come
                _log.debug("OSC was not received: %s", error)
                await asyncio.sleep(TELL_S)
                continue
            try:
                self.heard(data, source)
            except Exception as error:
                # The task's edge: one packet is lost, the surface and the session go on.
                _log.exception("an OSC packet failed")
                self._log(source, f"nobody expected this: {one_line(str(error))}")
            await asyncio.sleep(0)

    def heard(self, data: bytes, source: Any) -> None:
        """One packet. `source`: host and port as the socket gives them."""
        now_s = asyncio.get_running_loop().time()
        ip = ipaddress.ip_address(source[0].partition("%")[0])
        if not ip.is_loopback and ip not in self._admitted:
            return self._refuse(source[0])
        peer = self._meet(source[:2], ip, now_s)
        if not peer.allowance.take(now_s):
            return self._log(source, TOO_FAST)
        peer.spoke_s = now_s
        try:
            if len(data) > MOST_PACKET:
                raise UsageError(f"a packet of {len(data)} bytes; {MOST_PACKET} are looked into")
            messages = read_packet(data)
        except UsageError as error:
            return self._complain(peer, "", str(error))
        for message in messages:
            if not peer.allowance.take(now_s):
                return self._complain(peer, message.address, TOO_FAST)
            try:
                self._obey(peer, message, now_s)
            except LivegradeError as error:
                self._complain(peer, message.address, str(error))

    def _obey(self, peer: Peer, message: Message, now_s: float) -> None:
        match message.address:
            case address if address == PING:
                self._send(peer, packed(Message(PONG, message.arguments)))
            case address if address == REFRESH:
                for one in self._peers.values():
                    if one.hears_at[0] == peer.hears_at[0]:
                        one.listener.forget()
            case address if address == FEEDBACK:
                self._move(peer, message)
            case address if address in (PONG, ERROR):
                pass  # another session's answer
            case address:
                command = command_of(message, self._desk)
                if command is not None:
                    access = peer.access if isinstance(command, OWN_FILES) else Access.PAIRED
                    self._inbox.put(Wish(command, access, lambda said: self._complain(peer, address, said), "osc"))
                    if address in self._shown.values:
                        peer.listener.said(address, now_s)

    def _meet(self, source: tuple[str, int], ip: IpAddress, now_s: float) -> Peer:
        """The surface at `source`. On another machine, a port that the rig does not name is the speaking end of the
        surface whose hearing end it does: many have two. Of those that are not in the rig, the one that has been silent
        longest gives way to a new one."""
        if (peer := self._peers.get(source)) is not None:
            return peer
        if not ip.is_loopback:
            for one in self._peers.values():
                if one.listed and one.hears_at[0] == source[0]:
                    return one
        passing = [key for key, one in self._peers.items() if not one.listed]
        if len(passing) >= MOST_PEERS:
            del self._peers[min(passing, key=lambda key: self._peers[key].spoke_s)]
        access = Access.LOCAL if ip.is_loopback else Access.PAIRED
        listed = any(one.ip == ip and one.port == source[1] for one in self._place.peers)
        peer = Peer(source, access, listed, Listener(), Allowance(EACH, EACH, now_s), now_s)
        self._peers[source] = peer
        return peer

    def _move(self, peer: Peer, message: Message) -> None:
        """The surface names the port on which it hears; 0 for none."""
        port = message.arguments[0] if len(message.arguments) == 1 else None
        if not isinstance(port, int | float) or not 0 <= port <= 65535 or port != int(port):
            raise UsageError("it takes a port, or 0 for no feedback")
        if port == self._port and peer.access is Access.LOCAL:
            raise UsageError("that is where the session itself listens for OSC; name the port of the surface")
        peer.hears_at = (peer.hears_at[0], int(port))
        peer.listener.forget()

    # ---- out

    def _pack(self) -> dict[str, bytes]:
        """What is shown, as messages by address; the same dict while it is the same. Only parts that have changed are
        packed again."""
        if self._known is not self._shown.values:
            self._known = self._shown.values
            for part, values in self._shown.parts.items():
                if part not in self._packed or self._packed[part][0] is not values:
                    packets = {address: packed(Message(address, said)) for address, said in values.items()}
                    self._packed[part] = values, packets
            self._values = {address: data for _, part in self._packed.values() for address, data in part.items()}
        return self._values

    async def _tell(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            now_s, values = loop.time(), self._pack()
            for source, peer in list(self._peers.items()):
                if not peer.listed and now_s - peer.spoke_s > REMEMBERED_S:
                    del self._peers[source]
                elif peer.hears_at[1]:
                    self._tell_one(peer, values, now_s)
            await asyncio.sleep(TELL_S)

    def _tell_one(self, peer: Peer, values: dict[str, bytes], now_s: float) -> None:
        for group in peer.listener.due(values, now_s):
            if not self._send(peer, bundled(group)):
                return
            peer.listener.sent(group, now_s)

    def _send(self, peer: Peer, data: bytes) -> bool:
        """Whether it went out; what does not fits in no queue, and goes out newer the next time."""
        host, port = peer.hears_at
        sending = self._sockets.get(socket.AF_INET6 if ":" in host else socket.AF_INET)
        if sending is None or not port:
            return False
        try:
            sending.sendto(data, (host, port))
        except OSError as error:  # the network is full or gone
            _log.debug("OSC was not sent to %s: %s", host, error)
            return False
        return True

    def _complain(self, peer: Peer, address: str, sentence: str) -> None:
        """Tells the surface, and the log."""
        whole = f"{address}: {sentence}" if address and not sentence.startswith(address) else sentence
        told = peer.complaints.take(one_line(whole)[:400], asyncio.get_running_loop().time())
        if told is not None:
            self._send(peer, packed(Message(ERROR, (told,))))
        self._log(peer.hears_at, whole)

    def _refuse(self, host: str) -> None:
        """Somebody at the cart may wonder why a tablet does nothing: the first of its packets is an event."""
        sentence = f"{host} speaks and is not heard; list it in osc-peers or with --osc-peer"
        if host not in self._strangers and len(self._strangers) < MOST_STRANGERS:
            self._strangers.add(host)
            self._desk.tell(Link.RUNNING, sentence, "OSC", is_moment=True)
        self._log((host,), sentence)

    def _log(self, source: Any, sentence: str) -> None:
        told = self._complaints.take(f"OSC from {source[0]}: {one_line(sentence)[:400]}", self._now_s())
        if told is not None:
            _log.warning("%s", told)

    @staticmethod
    def _now_s() -> float:
        return asyncio.get_running_loop().time()
