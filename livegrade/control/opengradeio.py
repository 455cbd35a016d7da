"""A session as a LUT box: programs that speak OpenGradeIO give looks to its slots, at full float.

There is no password in that protocol, so only the loopback is listened on, and where the rig lists addresses of other
machines, those are heard and nobody else. A look is in its turn like every command,
and answered when a picture has it; a controller that sends faster waits, and nothing queues here.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
from typing import TYPE_CHECKING

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d, Samples
from livegrade.control.auth import Access
from livegrade.control.listening import LOOPBACK
from livegrade.control.looks import PutLook
from livegrade.errors import DeviceError, LivegradeError, UsageError
from livegrade.redaction import one_line
from livegrade.session.events import Link
from livegrade_devices.bson import decoded
from livegrade_devices.opengradeio import AXES, SetLut, answer_message, asked, read_message
from livegrade_devices.wires.lines import Lines

if TYPE_CHECKING:
    from livegrade.control.desk import Desk
    from livegrade.control.turns import Turns
    from livegrade.transport.peer import IpAddress, OpenGradeIoPlace
    from livegrade_devices.opengradeio import Axis, SetCdl

_log = logging.getLogger(__name__)

WHO = "OpenGradeIO"
MOST_CLIENTS = 4
"""Of more, the newest is hung up on: each may send as much as the largest lattice has."""
MOST_STRANGERS = 32
"""Machines whose being turned away is told."""
LEAVE_S = 1.0
HEAVY_S = 0.1
"""A look that took longer is rested from for as long: a lattice of 65 points takes the processor 0.15 s to make ready,
which the pictures want too. One of 33 points is in the next picture."""


def listen_opengradeio(place: OpenGradeIoPlace) -> socket.socket:
    """A socket of the loopback where no other machine may speak, else of every address. Raises UsageError where the
    port is taken."""
    others = {peer.version for peer in place.peers if not peer.is_loopback}
    family, host = (socket.AF_INET6, "::") if 6 in others else (socket.AF_INET, "0.0.0.0" if others else LOOPBACK)  # noqa: S104  # only the rig's peers get in
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        made.bind((host, place.port))
        made.listen(MOST_CLIENTS)
        made.setblocking(False)
    except OSError as error:
        made.close()
        why = error.strerror or error
        raise UsageError(f"OpenGradeIO cannot listen on port {place.port}: {why}; choose another") from None
    return made


def ip_of(host: str) -> IpAddress:
    """Of who connected. On a socket of both kinds, IPv4 comes dressed as IPv6."""
    ip = ipaddress.ip_address(host)
    return ip.ipv4_mapped or ip if isinstance(ip, ipaddress.IPv6Address) else ip


class OpenGradeIoFace:
    """Of the loop's thread. Owns no listening socket: whoever made it closes it."""

    def __init__(self, place: OpenGradeIoPlace, listening: socket.socket, desk: Desk, turns: Turns) -> None:
        self._place = place
        self._listening = listening
        self._desk = desk
        self._turns = turns
        self._talks: set[asyncio.Task[None]] = set()
        self._strangers: set[IpAddress] = set()

    async def serve(self) -> None:
        """Takes looks, for as long as the session runs."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                client, source = await loop.sock_accept(self._listening)
                if not self._may(ip_of(source[0])) or len(self._talks) >= MOST_CLIENTS:
                    client.close()
                    continue
                task = asyncio.create_task(self._talk(client))
                self._talks.add(task)
                task.add_done_callback(self._talks.discard)
        finally:
            for task in self._talks:
                task.cancel()
            if self._talks:
                await asyncio.wait(self._talks, timeout=LEAVE_S)

    def _may(self, ip: IpAddress) -> bool:
        """Whether that machine is heard. Somebody there may wonder: the first time it is not is an event."""
        if ip.is_loopback or ip in self._place.peers:
            return True
        if ip not in self._strangers and len(self._strangers) < MOST_STRANGERS:
            self._strangers.add(ip)
            sentence = f"{ip} speaks and is not heard; list it in opengradeio-peers"
            self._desk.tell(Link.RUNNING, sentence, WHO, is_moment=True)
        return False

    async def _talk(self, client: socket.socket) -> None:
        """With one controller, until it goes or says what nobody can read on behind."""
        controller = _Controller(client)
        lines = Lines(controller, "a controller")
        loop = asyncio.get_running_loop()
        try:
            while True:
                data = await read_message(lines)
                began_s = loop.time()
                await controller.write(await self._answered(data, controller))
                took_s = loop.time() - began_s
                if took_s > HEAVY_S:
                    await asyncio.sleep(took_s)
        except DeviceError as error:
            self._left(controller, error.fault)
        except (ValueError, OSError) as error:
            self._left(controller, str(error))
        except Exception as error:
            # The task's edge: this controller is hung up on, the session and the others go on.
            _log.exception("a controller's look failed")
            self._left(controller, f"nobody expected this: {one_line(str(error))}")
        finally:
            client.close()

    async def _answered(self, data: bytes, controller: _Controller) -> bytes:
        """What is said to one message: when the look is in effect, or why it is not."""
        try:
            look, instance = await asyncio.to_thread(self._read, data, controller)
            slot = self._slot(instance)
        except (ValueError, LivegradeError) as error:
            return answer_message(one_line(str(error)))
        words = f"{WHO} {'CDL' if isinstance(look.nodes[0], Cdl) else 'lattice'}"
        answer = await self._turns.answer(PutLook(slot, look, words, turn=WHO), Access.LOCAL)
        if answer.result == "refused":
            return answer_message(one_line(answer.error) or "it was refused")
        if slot not in controller.slots:
            controller.slots.add(slot)
            self._desk.tell(Link.RUNNING, f"a controller gives looks to slot {slot}", WHO, is_moment=True)
        return answer_message()

    def _read(self, data: bytes, controller: _Controller) -> tuple[Look, str]:
        """The look, and whom it is for. On a thread of its own: a lattice of 65 points has 4 MB. Raises ValueError."""
        message = asked(decoded(data))
        node = self._lattice(message, controller) if isinstance(message, SetLut) else _cdl(message)
        return Look((node,), WHO), message.instance

    def _lattice(self, message: SetLut, controller: _Controller) -> Lut3d:
        axis = self._place.axis
        if axis == "auto":
            controller.axis = message.fastest() or controller.axis
            return Lut3d(Samples(message.lattice(controller.axis)))
        return Lut3d(Samples(message.lattice(axis)))

    def _slot(self, instance: str) -> str:
        """The slot of that letter or label; the only one there is takes every name. Raises UsageError."""
        slots = self._desk.session.slots
        for slot in slots:
            if instance.strip().lower() in {slot.name.lower(), slot.setup.label.lower() or slot.name.lower()}:
                return slot.name
        if len(slots) == 1:
            return slots[0].name
        named = ", ".join(slot.name for slot in slots)
        raise UsageError(f"no slot is called {instance[:40]!r}; name the instance as one of {named} or by its label")

    def _left(self, controller: _Controller, why: str) -> None:
        for slot in sorted(controller.slots):
            self._desk.tell(
                Link.RUNNING, f"the controller of slot {slot} is gone; its last look stays", WHO, is_moment=True
            )
        _log.info("a controller is gone: %s", one_line(why))


class _Controller:
    """A connection, as `Stream`. `slots`: that it gave looks to; `axis`: as its last telling lattice had it."""

    def __init__(self, client: socket.socket) -> None:
        self.slots: set[str] = set()
        self.axis: Axis = AXES[0]
        self._client = client
        client.setblocking(False)

    async def read(self, most: int) -> bytes:
        return await asyncio.get_running_loop().sock_recv(self._client, most)

    async def write(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self._client, data)


def _cdl(message: SetCdl) -> Cdl:
    return Cdl(message.slope, message.offset, message.power, message.saturation)
