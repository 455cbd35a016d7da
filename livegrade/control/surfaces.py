"""Control surfaces as faces of a session: their places are taken when it is set up, and their tasks run on its loop."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from livegrade.control.midi.cables import MidoPorts
from livegrade.control.midi.face import MidiFace
from livegrade.control.midi.mapfile import MidiMap, load_map
from livegrade.control.opengradeio import OpenGradeIoFace, listen_opengradeio
from livegrade.control.osc.face import OscFace, listen_osc
from livegrade.control.surface.inbox import Inbox
from livegrade.control.surface.shown import Shown
from livegrade.errors import UsageError
from livegrade.redaction import one_line
from livegrade.session.events import Link

if TYPE_CHECKING:
    import socket
    from collections.abc import Coroutine

    from livegrade.control.desk import Desk
    from livegrade.control.midi.cables import Ports
    from livegrade.control.publish import Publisher
    from livegrade.control.turns import Turns
    from livegrade.transport.peer import SurfacePlaces

_log = logging.getLogger(__name__)


class Surfaces:
    """Owns the sockets of OSC and OpenGradeIO. Of the loop's thread but for the beginning and the end."""

    def __init__(self, places: SurfacePlaces) -> None:
        """Listens at once; a port that is taken costs its face alone, which says so. Raises UsageError where the map of
        MIDI is none, ControlError where MIDI is not installed."""
        self._places = places
        self._map: MidiMap | None = None
        self._ports: Ports | None = None
        if places.midi is not None:
            self._map, self._ports = load_map(places.midi), MidoPorts()
        self._unheard: dict[str, str] = {}
        self._sockets: list[socket.socket] = []
        self._grade_socket: socket.socket | None = None
        if places.osc is not None:
            try:
                self._sockets = listen_osc(places.osc)
            except UsageError as error:
                self._unheard["OSC"] = str(error)
        if places.opengradeio is not None:
            try:
                self._grade_socket = listen_opengradeio(places.opengradeio)
            except UsageError as error:
                self._unheard["OpenGradeIO"] = str(error)

    @property
    def osc_port(self) -> int | None:
        """Where OSC is heard."""
        return self._sockets[0].getsockname()[1] if self._sockets else None

    @property
    def opengradeio_port(self) -> int | None:
        """Where looks come in as to a LUT box."""
        return None if self._grade_socket is None else int(self._grade_socket.getsockname()[1])

    def tasks(self, desk: Desk, turns: Turns, publisher: Publisher) -> list[asyncio.Task[None]]:
        """What runs for them, as long as the session does."""
        faces: dict[str, Coroutine[Any, Any, None]] = {}
        inbox, shown = Inbox(turns), Shown()
        for name, fault in self._unheard.items():
            desk.tell(Link.FAULTED, f"{fault}; the rest of the session runs", name)
        if self._places.osc is not None and self._sockets:
            faces["OSC"] = OscFace(self._places.osc, self._sockets, desk, inbox, shown).serve()
        if self._map is not None and self._ports is not None:
            for fault in self._map.faults:
                desk.tell(Link.FAULTED, fault, "MIDI")
            turns.midi = MidiFace(self._map, self._ports, desk, inbox, shown)
            faces["MIDI"] = turns.midi.serve()
        if self._places.opengradeio is not None and self._grade_socket is not None:
            face = OpenGradeIoFace(self._places.opengradeio, self._grade_socket, desk, turns)
            faces["OpenGradeIO"] = face.serve()
        if not faces:
            return []
        publisher.follow(shown.follow)
        made = [asyncio.create_task(_kept(name, face, desk)) for name, face in faces.items()]
        return [asyncio.create_task(inbox.work()), *made]

    def close(self) -> None:
        for one in self._sockets:
            one.close()
        if self._grade_socket is not None:
            self._grade_socket.close()


async def _kept(name: str, face: Coroutine[Any, Any, None], desk: Desk) -> None:
    """Runs a face; one that fails costs itself alone, and is said."""
    try:
        await face
    except Exception as error:
        # The task's edge: the API and the pictures go on without this face.
        _log.exception("%s ended", name)
        desk.tell(Link.FAULTED, f"it ended, the rest goes on: {one_line(str(error))}", name)
