"""The API of a live run with the journal of what is done through it. A session that keeps no journal, or whose API does
not come up, still shows its pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.commands.journaling import journal_before, open_journal, run_name
from livegrade.commands.voice import say
from livegrade.control.keeper import Keeper
from livegrade.control.kept import resumed
from livegrade.control.listening import Place, parse_place
from livegrade.control.server import ApiServer, Before
from livegrade.errors import ControlError, LivegradeError, UsageError
from livegrade.session import Session
from livegrade.session.events import JOURNAL, Event, Link

if TYPE_CHECKING:
    from livegrade.commands.heart import Handover
    from livegrade.commands.live import LiveArguments
    from livegrade.session.keeping import Keeping
    from livegrade.session.setup import SessionSetup
    from livegrade.transport.peer import SurfacePlaces


ENDING_S = 5.0
"""How long one that goes on waits for the journal of a session that is about to end."""


class Face:
    """Owns the API and the journal of one session: `session`, then `open` on it before it is started, `start`
    and `stop`."""

    def __init__(self, arguments: LiveArguments, surfaces: SurfacePlaces, handover: Handover | None) -> None:
        """`handover`: of the supervisor, where there is one. Raises UsageError where --listen names no place."""
        self._surfaces = surfaces
        self._handover = handover
        self._run = "" if handover is None else handover.run
        self._place = Place() if arguments.listen is None else parse_place(arguments.listen)
        is_restart = handover is not None and handover.restarts > 0
        waits = arguments.resume is not None and not is_restart
        name = run_name(arguments.rig, (*arguments.sources, "", *arguments.outputs))
        self._notes: list[tuple[str, bool]] = []
        self._folder = open_journal(name, self._note, ENDING_S if waits else 0.0)
        self._journal = None
        if self._folder is not None and not (handover is not None and handover.fresh):
            self._journal = journal_before(self._folder, self._note, resume=arguments.resume, run=self._run)
        self._api: ApiServer | None = None
        self._keeper: Keeper | None = None

    def session(self, setup: SessionSetup) -> Session:
        """One with the slots, outputs and views of the session before, where it goes on from it. Where that cannot be
        built, it begins as `setup` says. Raises LivegradeError."""
        if self._journal is None:
            return Session(setup)
        records = bool(self._run) and self._journal.run == self._run
        before = resumed(setup, self._journal.kept, records=records)
        try:
            session = Session(before.setup)
        except LivegradeError as error:
            self._note(
                f"this session cannot go on from the one before, and begins as it is started: {error}", trouble=True
            )
            self._journal = None
            return Session(setup)
        self._journal = replace(self._journal, kept=before.kept)
        self._note_all(before.notes)
        return session

    def _note(self, text: str, *, trouble: bool = False) -> None:
        """For the events of the session, once there is one: nobody may read along where it is started."""
        self._notes.append((text, trouble))

    def _note_all(self, troubles: tuple[str, ...]) -> None:
        for text in troubles:
            self._note(text, trouble=True)

    def open(self, session: Session, keeping: Keeping | None) -> None:
        """`keeping`: what keeps its takes. Raises UsageError where the API has no place to listen, ControlError where
        its token has no safe place."""
        self._api = api = self._opened(session, keeping)
        self._note_all(api.notes)

        def tell(text: str, is_trouble: bool, *, is_moment: bool = False) -> None:
            link = Link.FAULTED if is_trouble else Link.RUNNING
            session.events.add(Event(session.clock.now_ns(), JOURNAL, link, text, is_moment))

        for text, is_trouble in self._notes:
            tell(text, is_trouble, is_moment=True)
        self._notes.clear()
        if self._folder is None:
            return
        taken_up = self._journal is not None
        self._keeper = Keeper(self._folder, api.journal, api.changed, tell, taken_up=taken_up)

    def _opened(self, session: Session, keeping: Keeping | None) -> ApiServer:
        """At the port of the sessions before; where somebody else has it by now, at another: the picture goes first."""
        handover = self._handover
        before = Before(self._journal, self._run, None if handover is None else handover.token)

        def server(place: Place) -> ApiServer:
            return ApiServer(session, place, _show_code, self._surfaces, before, keeping)

        if handover is not None and handover.port is not None:
            try:
                return server(replace(self._place, port=handover.port))
            except UsageError as error:
                say(f"the API has another port from now on: {error}", trouble=True)
        return server(self._place)

    @property
    def port(self) -> int | None:
        """Of the API; None before `open`."""
        return None if self._api is None else self._api.port

    @property
    def turned_ns(self) -> int | None:
        """When the API's loop last went round, on the system's monotonic clock; None where it does not run."""
        return None if self._api is None else self._api.turned_ns

    def start(self) -> None:
        if self._keeper is not None:
            self._keeper.start()
        if self._api is None:
            return
        try:
            self._api.start()
        except (ControlError, OSError) as error:
            say(str(error), trouble=True)
        else:
            heard = f", OSC on port {self._api.osc_port}" if self._api.osc_port is not None else ""
            if self._api.opengradeio_port is not None:
                heard += f", OpenGradeIO on port {self._api.opengradeio_port}"
            say(f"API on {self._api.url}{heard}: livegrade ctl --help")

    def stop(self) -> None:
        if self._api is not None:
            self._api.stop()
        if self._keeper is not None:
            self._keeper.stop()
        elif self._folder is not None:
            self._folder.close()
        for text, is_trouble in self._notes:  # of a session that never came to be
            say(text, trouble=is_trouble)
        self._notes.clear()


def _show_code(code: str) -> None:
    say(f"to pair a client of another machine: {code}")
