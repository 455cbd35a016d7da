"""Control surfaces as faces of a session: their places are taken when it is set up, and their tasks run on its loop."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from livegrade.control.midi.cables import MidoPorts
from livegrade.control.midi.face import MidiFace
from livegrade.control.midi.mapfile import MidiMap, load_map
from livegrade.control.opengradeio import OpenGradeIoFace, listen_opengradeio
from livegrade.control.osc.face import OscFace, listen_osc, why_unheard
from livegrade.control.surface.inbox import Inbox
from livegrade.control.surface.shown import Shown
from livegrade.control.tree import MidiTree, OscTree
from livegrade.errors import LivegradeError, UsageError
from livegrade.folders import state_folder
from livegrade.redaction import one_line
from livegrade.session.events import Link
from livegrade.transport.peer import ChangedOsc, OscPlace, parse_peer

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Coroutine

    from livegrade.control.commands import SetOsc
    from livegrade.control.desk import Desk
    from livegrade.control.midi.cables import Ports
    from livegrade.control.publish import Publisher
    from livegrade.control.turns import Turns
    from livegrade.transport.peer import OpenGradeIoPlace, SurfacePlaces

_log = logging.getLogger(__name__)

AGAIN_S, MOST_PAUSE_S = 1.0, 30.0
"""A port that is taken is tried again after so long, and each time after twice as long as before, up to the most."""
OSC_PORT = 9000
"""Where no other was said."""
OWN_MAP = "midi.toml"
"""In the state folder: what is learned in sessions that name no map."""


class Surfaces:
    """Owns the sockets of OSC and OpenGradeIO. Of the loop's thread but for the beginning and the end."""

    def __init__(self, places: SurfacePlaces, osc: ChangedOsc | None = None) -> None:
        """Listens at once; a port that is taken costs its face alone, which says so and tries again. `osc`: where it
        was heard in the session before, which holds where that was started with the same. Raises UsageError where the
        map of MIDI that is named is none, ControlError where MIDI is not installed."""
        self._places = places
        self._osc_place = osc.now if osc is not None and osc.began == places.osc else places.osc
        self._osc_port = self._osc_place.port if self._osc_place is not None else OSC_PORT
        self._unheard: dict[str, str] = {}
        self._osc_waits = ""
        self._map: MidiMap | None = None
        self._ports: Ports | None = None
        if places.midi is not None:
            self._map, self._ports = load_map(places.midi), MidoPorts()
        else:
            self._take_own_map()
        self._sockets: list[socket.socket] = []
        self._grade_socket: socket.socket | None = None
        if self._osc_place is not None:
            try:
                self._sockets = listen_osc(self._osc_place)
            except UsageError as error:
                self._unheard["OSC"], self._osc_waits = str(error), why_unheard(error)
        if places.opengradeio is not None:
            try:
                self._grade_socket = listen_opengradeio(places.opengradeio)
            except UsageError as error:
                self._unheard["OpenGradeIO"] = str(error)
        self._osc: OscFace | None = None
        self._midi: MidiFace | None = None
        self._ground: _Ground | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._osc_task: asyncio.Task[None] | None = None
        self._setting_osc = asyncio.Lock()
        self._waiting: dict[str, asyncio.Task[None]] = {}

    def _take_own_map(self) -> None:
        """What was learned in a session that named no map; one that is broken must not cost the session."""
        try:
            path = state_folder() / OWN_MAP
            if path.exists():
                self._map, self._ports = load_map(path), MidoPorts()
        except LivegradeError as error:
            self._unheard["MIDI"] = str(error)

    @property
    def osc_port(self) -> int | None:
        """Where OSC is heard."""
        return self._sockets[0].getsockname()[1] if self._sockets else None

    @property
    def opengradeio_port(self) -> int | None:
        """Where looks come in as to a LUT box."""
        return None if self._grade_socket is None else int(self._grade_socket.getsockname()[1])

    @property
    def opengradeio_peers(self) -> list[str]:
        """The other machines that may give looks."""
        return [] if self._places.opengradeio is None else list(map(str, self._places.opengradeio.peers))

    @property
    def osc(self) -> OscTree | None:
        """As it stands now."""
        port, place = self.osc_port, self._osc_place
        peers = [] if place is None else list(map(str, place.peers))
        if port is not None:
            return OscTree(port, [] if self._osc is None else self._osc.surfaces, peers)
        return OscTree(place.port, [], peers, self._osc_waits) if place is not None and "OSC" in self._waiting else None

    @property
    def changed_osc(self) -> ChangedOsc | None:
        """Where it is heard, where that is not as it was started with. From any thread."""
        now = self._osc_place
        return None if now == self._places.osc else ChangedOsc(self._places.osc, now)

    @property
    def midi(self) -> MidiTree | None:
        """As it stands now."""
        return None if self._midi is None else self._midi.tree

    def begin(self, desk: Desk, turns: Turns, publisher: Publisher) -> None:
        """From now on they are heard, until `end`."""
        self._ground = _Ground(desk, Inbox(turns), Shown(), publisher)
        turns.begin_midi, turns.set_osc = self._begin_midi, self._set_osc
        for name, fault in self._unheard.items():
            again = "" if name == "MIDI" else ", and it is tried again"
            desk.tell(Link.FAULTED, f"{fault}; the rest of the session runs{again}", name)
        if self._osc_place is not None:
            self._heard("OSC", partial(self._begin_osc, self._osc_place), is_there=bool(self._sockets))
        if self._map is not None and self._ports is not None:
            for fault in self._map.faults:
                desk.tell(Link.FAULTED, fault, "MIDI", is_moment=True)
            turns.midi = self._serve_midi(self._map, self._ports)
        if (place := self._places.opengradeio) is not None:
            begin = partial(self._begin_opengradeio, place, desk, turns)
            self._heard("OpenGradeIO", begin, is_there=self._grade_socket is not None)

    def _heard(self, name: str, begin: Callable[[], None], *, is_there: bool) -> None:
        """Begins a face whose port is there, else as soon as it is."""
        if is_there:
            begin()
        else:
            self._waiting[name] = asyncio.create_task(_again(name, begin, self._standing.desk))

    def _begin_osc(self, place: OscPlace) -> None:
        """Raises UsageError where the port is taken."""
        self._sockets = self._sockets or listen_osc(place)
        self._serve_osc(self._standing)

    def _begin_opengradeio(self, place: OpenGradeIoPlace, desk: Desk, turns: Turns) -> None:
        """Raises UsageError where the port is taken."""
        self._grade_socket = self._grade_socket or listen_opengradeio(place)
        self._serve("OpenGradeIO", OpenGradeIoFace(place, self._grade_socket, desk, turns).serve())

    async def end(self) -> None:
        """Nobody is heard any more."""
        tasks = [*self._waiting.values(), *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def close(self) -> None:
        self._leave_osc()
        if self._grade_socket is not None:
            self._grade_socket.close()

    async def _set_osc(self, command: SetOsc) -> str:
        """What it is now, in words. Another port is taken before the one of now is left, so that nothing has changed
        where that cannot be. Raises UsageError."""
        async with self._setting_osc:
            before = self._osc_place_now
            place = None
            self._osc_port = self.osc_port or self._osc_port
            if command.on:
                peers = () if before is None else before.peers
                peers = peers if command.peers is None else tuple(map(parse_peer, command.peers))
                place = OscPlace(command.port or self._osc_port, peers)
            if place == before and (place is None or self._sockets):
                return self._osc_words
            stays = place is not None and place.port == self.osc_port
            sockets = [] if place is None or stays else listen_osc(place)
            await self._end_osc()
            if place is not None:
                self._take_osc(place, sockets, before)
                self._osc_port = place.port
            self._osc_place = place
            ground = self._standing
            self._serve_osc(ground)
            ground.desk.tell(Link.RUNNING, self._osc_words, "OSC")
            ground.desk.changed.set()
            return self._osc_words

    def _take_osc(self, place: OscPlace, sockets: list[socket.socket], before: OscPlace | None) -> None:
        """Where the port stays it can be asked for only when it was left, and others may have it at other addresses
        of this machine: then it is as it was `before`. Raises UsageError."""
        try:
            self._sockets = sockets or listen_osc(place)
        except UsageError:
            if before is not None:
                again = partial(self._begin_osc, before)
                try:
                    again()
                except UsageError as error:
                    self._osc_waits = why_unheard(error)
                    self._heard("OSC", again, is_there=False)
            raise

    @property
    def _osc_place_now(self) -> OscPlace | None:
        """With the port that it has, where it was begun with any."""
        place, port = self._osc_place, self.osc_port
        return place if place is None or port is None else replace(place, port=port)

    @property
    def _osc_words(self) -> str:
        if self.osc_port is None or self._osc_place is None:
            return "OSC is off"
        return f"OSC is heard on port {self.osc_port}: this machine" + "".join(
            f", {peer}" for peer in self._osc_place.peers
        )

    async def _end_osc(self) -> None:
        if (waiting := self._waiting.pop("OSC", None)) is not None:
            waiting.cancel()
        if self._osc_task is not None:
            self._osc_task.cancel()
            await asyncio.gather(self._osc_task, return_exceptions=True)
            self._tasks.remove(self._osc_task)
        self._osc = self._osc_task = None
        self._leave_osc()

    def _leave_osc(self) -> None:
        for one in self._sockets:
            one.close()
        self._sockets = []

    def _serve_osc(self, ground: _Ground) -> None:
        if self._osc_place is not None and self._sockets:
            self._osc = OscFace(self._osc_place, self._sockets, ground.desk, ground.inbox, ground.shown)
            self._osc_task = self._serve("OSC", self._osc.serve())

    @property
    def _standing(self) -> _Ground:
        if self._ground is None:
            raise RuntimeError("nothing is heard yet")
        return self._ground

    def _begin_midi(self) -> MidiFace:
        """The first control of a session without MIDI is to be learned: from now on it has some. Raises
        LivegradeError."""
        return self._serve_midi(load_map(state_folder() / OWN_MAP), MidoPorts())

    def _serve_midi(self, midi_map: MidiMap, ports: Ports) -> MidiFace:
        ground = self._standing
        self._midi = MidiFace(midi_map, ports, ground.desk, ground.inbox, ground.shown)
        self._serve("MIDI", self._midi.serve())
        return self._midi

    def _serve(self, name: str, face: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        ground = self._standing
        if not self._tasks:
            ground.publisher.follow(ground.shown.follow)
            self._tasks.append(asyncio.create_task(ground.inbox.work()))
        task = asyncio.create_task(_kept(name, face, ground.desk))
        self._tasks.append(task)
        return task


@dataclass(frozen=True, slots=True)
class _Ground:
    """What all faces stand on."""

    desk: Desk
    inbox: Inbox
    shown: Shown
    publisher: Publisher


async def _again(name: str, begin: Callable[[], None], desk: Desk) -> None:
    """Begins a face whose port is taken, as soon as it is not."""
    pause_s = AGAIN_S
    while True:
        await asyncio.sleep(pause_s)
        try:
            begin()
        except UsageError:
            pause_s = min(2 * pause_s, MOST_PAUSE_S)
        else:
            return desk.tell(Link.RUNNING, "its port is free, and it is heard now", name)


async def _kept(name: str, face: Coroutine[Any, Any, None], desk: Desk) -> None:
    """Runs a face; one that fails costs itself alone, and is said."""
    try:
        await face
    except Exception as error:
        # The task's edge: the API and the pictures go on without this face.
        _log.exception("%s ended", name)
        desk.tell(Link.FAULTED, f"it ended, the rest goes on: {one_line(str(error))}", name)
