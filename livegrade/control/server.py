"""The API of a running session over HTTP and WebSocket: one thread with a loop of its own, and one that carries
commands out. No picture ever waits for either."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aiohttp import web

from livegrade.beside import OneThread
from livegrade.control.api import Api, Gate
from livegrade.control.auth import Access, Tokens, new_token
from livegrade.control.desk import Desk
from livegrade.control.door import Door
from livegrade.control.entrance import Entrance
from livegrade.control.happenings import happenings
from livegrade.control.journal import Journal
from livegrade.control.listening import LOOPBACK, listen
from livegrade.control.meeting import MeetingPoint
from livegrade.control.messages import Meeting
from livegrade.control.pairing import Pairing
from livegrade.control.publish import Publisher
from livegrade.control.state import Trees
from livegrade.control.streams import Streams
from livegrade.control.surfaces import Surfaces
from livegrade.control.tree import FacesTree, TurnedTree, WindowsTree
from livegrade.control.turns import Turns
from livegrade.errors import ControlError, LivegradeError
from livegrade.folders import runtime_folder
from livegrade.redaction import one_line
from livegrade.session.events import Link
from livegrade.transport.peer import NO_SURFACES, SurfacePlaces

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.control.listening import Place
    from livegrade.control.seen import Sign
    from livegrade.session import Session
    from livegrade.session.keeping import Keeping

_log = logging.getLogger(__name__)

EVENTS_TOLD = 50
"""Events that are told one by one within a turn; of more the newest are, and a client sees that numbers are missing."""
START_S = 10.0


@dataclass(frozen=True, slots=True)
class Before:
    """What a session goes on from. `journal`: of the one before; `run`: the supervisor's name for all its sessions;
    `token`: that programs of this user have already."""

    journal: Journal | None = None
    run: str = ""
    token: str | None = None

    @property
    def _of_run(self) -> Journal | None:
        """The journal, where it is of the same run."""
        return self.journal if self.journal is not None and self.run and self.journal.run == self.run else None

    @property
    def tokens(self) -> tuple[tuple[bytes, Access], ...]:
        """Of clients that were paired, where it is the same run."""
        return () if self._of_run is None else self._of_run.tokens

    @property
    def seen_on(self) -> frozenset[Sign]:
        """Troubles that were seen and went on, where it is the same run."""
        return frozenset() if self._of_run is None else frozenset(self._of_run.seen_on)


class ApiServer:
    """Owns the control thread, the listening socket and the meeting point."""

    def __init__(
        self,
        session: Session,
        place: Place,
        show_code: Callable[[str], None],
        surfaces: SurfacePlaces = NO_SURFACES,
        before: Before | None = None,
        keeping: Keeping | None = None,
    ) -> None:
        """Listens at once. `show_code`: puts a pairing code on the screen, from any thread; `surfaces`: what drives it
        beside the API; `before`: what this session goes on from; `keeping`: what keeps its takes, None for nobody.
        Raises UsageError where a place is taken, ControlError where the token has no safe place."""
        runtime_folder()
        before = before or Before()
        kept = None if before.journal is None else before.journal.kept
        self._sockets = listen(place)
        try:
            self._surfaces = Surfaces(surfaces, None if kept is None else kept.osc)
        except LivegradeError:
            for one in self._sockets:
                one.close()
            raise
        self.port: int = self._sockets[0].getsockname()[1]
        self._run_id = before.run
        self._token = before.token
        self._desk = Desk(session, kept, keeping, before.seen_on)
        self._tokens = Tokens(before.tokens)
        self._pairing = Pairing(show_code) if place.is_open else None
        self._meeting: MeetingPoint | None = None
        self._ready = threading.Event()
        self._api: Api | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._commands = OneThread("livegrade-commands", START_S)
        self._thread = threading.Thread(target=self._run, name="livegrade-control", daemon=True)

    @property
    def osc_port(self) -> int | None:
        """Where it hears OSC."""
        return self._surfaces.osc_port

    @property
    def opengradeio_port(self) -> int | None:
        """Where it takes looks as a LUT box."""
        return self._surfaces.opengradeio_port

    def _faces(self) -> FacesTree:
        clients = 0 if self._api is None else self._api.clients
        surfaces = self._surfaces
        is_open = self._pairing is not None
        asked = self._desk.asked
        numbers = {name: TurnedTree(one.times, one.to, one.by) for name, one in asked.numbers.items()}
        windows = WindowsTree(asked.number, list(asked.actions), numbers)
        port, peers = surfaces.opengradeio_port, surfaces.opengradeio_peers
        return FacesTree(self.port, is_open, clients, surfaces.osc, surfaces.midi, port, peers, windows)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def turned_ns(self) -> int | None:
        """When its loop last went round, on the system's monotonic clock; None where it does not run, as it should."""
        return None if self._meeting is None or self._api is None else self._api.turned_ns

    @property
    def changed(self) -> threading.Event:
        """Set whenever `journal` may be another."""
        return self._desk.changed

    @property
    def notes(self) -> tuple[str, ...]:
        """What of the session before could not be taken up."""
        return self._desk.notes

    def journal(self) -> Journal:
        """What a session that follows this one needs of it. From any thread."""
        paired = tuple(token for token in self._tokens.hashes if token[1] is Access.PAIRED)
        kept = replace(self._desk.kept, osc=self._surfaces.changed_osc)
        return Journal(kept, self._run_id, tokens=paired, seen_on=tuple(sorted(self._desk.seen_on)))

    def start(self) -> None:
        """Raises ControlError where it does not come up; the session goes on without it."""
        self._thread.start()
        if not self._ready.wait(START_S) or self._loop is None:
            raise ControlError("the API does not start; the session runs without it, and the log says more")
        token = self._token or new_token()
        self._tokens.admit(token, Access.LOCAL)
        self._meeting = MeetingPoint(Meeting(self.port, os.getpid(), token))

    def stop(self) -> None:
        """Drops all clients. Safe to call twice."""
        if self._meeting is not None:
            self._meeting.close()
            self._meeting = None
        if self._loop is not None and self._stop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended by itself
                self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread.ident is not None:
            self._thread.join(START_S)
        self._commands.shutdown(cancel_futures=True)
        self._desk.close()
        self._surfaces.close()
        for one in self._sockets:
            one.close()

    # ---- control thread

    def _run(self) -> None:
        try:
            # Windows would have another kind of loop, which cannot wait for a socket without reading from it.
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                runner.run(self._serve())
        except Exception as error:
            # The thread's edge: the pictures go on without the API.
            _log.exception("the API ended")
            self._desk.tell(Link.FAULTED, f"it ended, the pictures go on: {one_line(str(error))}")
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        events = self._desk.session.events
        publisher = Publisher(
            Trees(self._desk, self._faces).build, lambda after: happenings(events, after, EVENTS_TOLD)
        )
        streams = Streams(self._desk.session, self._desk.tell)
        turns = Turns(self._desk, streams, self._commands, publisher)
        self._api = api = Api(self._desk, Gate(self._tokens, self._pairing, self.port), publisher, turns)
        runner = web.AppRunner(api.application(), access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await runner.setup()
        if runner.server is None:
            raise RuntimeError("the HTTP server was not made")
        api.door = Door(runner.server)
        entrance = Entrance(self._sockets, api.door)
        entrance.open()
        self._surfaces.begin(self._desk, turns, publisher)
        ticking = asyncio.create_task(api.tick())
        self._loop = loop
        self._ready.set()
        try:
            await self._stop.wait()
        finally:
            await entrance.close()
            ticking.cancel()
            await asyncio.gather(ticking, return_exceptions=True)
            await self._surfaces.end()
            streams.close()
            await turns.close()
            await api.close()
            await runner.cleanup()
