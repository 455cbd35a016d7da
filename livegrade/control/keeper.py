"""Writes the journal of a session as it changes: on a thread of its own, a few times a second at most, whole and synced
to the disk each time."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.control.journal import JournalText
from livegrade.errors import LivegradeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.control.journal import Journal
    from livegrade.control.journal_folder import JournalFolder

_log = logging.getLogger(__name__)

PERIOD_S = 0.1
"""Between two writings: a wheel that is turned changes the look much more often."""
STOP_S = 10.0
"""How long the end of a session waits for a disk that does not answer."""


class Keeper:
    """Owns the journal folder and the thread that writes into it. What was there of another session is set aside with
    the first change; a session in which nothing was changed leaves it alone.

    `now`: what is to be kept, from any thread; `changed`: set whenever that is another; `tell`: given a sentence when
    the journal cannot be written (True), and one when it can again; `taken_up`: the session goes on from the journal
    that is there.
    """

    def __init__(
        self,
        folder: JournalFolder,
        now: Callable[[], Journal],
        changed: threading.Event,
        tell: Callable[[str, bool], None],
        *,
        taken_up: bool,
    ) -> None:
        self._folder = folder
        self._now = now
        self._changed = changed
        self._tell = tell
        self._is_own = taken_up
        self._text = JournalText()
        self._written = b""
        self._fault = ""
        self._pause = threading.Event()
        self._thread = threading.Thread(target=self._run, name="livegrade-journal", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Writes what is left and that the session was stopped. Safe to call twice."""
        self._pause.set()
        self._changed.set()
        if self._thread.ident is not None:
            self._thread.join(STOP_S)
        self._folder.close()

    def _run(self) -> None:
        while not self._pause.is_set():
            self._changed.wait()
            self._changed.clear()
            if not self._pause.is_set():
                self._keep(ended=False)
                self._pause.wait(PERIOD_S)
        if self._written:
            self._keep(ended=True)

    def _keep(self, *, ended: bool) -> None:
        try:
            data = self._text.encode(replace(self._now(), ended=ended))
            if data != self._written:
                self._write(data)
                self._written = data
        except LivegradeError as error:
            self._fail(str(error))
        except Exception as error:
            # The thread's edge: the picture does not depend on its journal.
            _log.exception("the journal could not be written")
            self._fail(f"nobody expected this: {error}")
        else:
            if self._fault:
                self._tell("it is written again", False)
            self._fault = ""

    def _write(self, data: bytes) -> None:
        if not self._is_own:
            self._folder.set_aside("before")
            self._is_own = True
        self._folder.write(data, self._text.fresh)
        self._text.fresh.clear()
        self._folder.clear(self._text.tables)

    def _fail(self, reason: str) -> None:
        """Said once for each reason; the next change tries again."""
        if reason != self._fault:
            self._fault = reason
            _log.warning("the journal is not written: %s", reason)
            self._tell(f"it is not written, and the session goes on: {reason}", True)
