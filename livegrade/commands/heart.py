"""How a session tells its supervisor that it lives: lines on a pipe, from a thread of its own.

The supervisor gives it a handover on stdin. Where a part stands still though the process lives, the heart says which,
and the supervisor (`commands.supervise`) ends it. The words: loaded, up PORT, picture, beat, still WHAT, stopping, end.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

import msgspec

from livegrade.commands.live import SUPERVISED
from livegrade.commands.voice import say
from livegrade.errors import UsageError
from livegrade.timing.rate import NS_PER_SECOND

if TYPE_CHECKING:
    from livegrade.commands.face import Face
    from livegrade.session import Session

_log = logging.getLogger(__name__)

BEAT_S = 0.5
QUICK_S = 0.01
"""Between two looks for the first picture."""
STILL_NS = 10 * NS_PER_SECOND
"""An engine or a loop that has not gone round for so long stands still."""
MOST_HANDOVER = 4_000_000


class Handover(msgspec.Struct, frozen=True):
    """From the supervisor to each of its sessions. `run`: the same for all of them; `token`: of programs of this user;
    `port`: of the API, where it has had one; `restarts`: sessions before this one; `fresh`: what was done in the one
    before is not taken up, because it came to no picture with it; `seconds`: what is left of --for; `rig`: the text of
    the rig as it was."""

    run: str
    token: str
    port: int | None = None
    restarts: int = 0
    fresh: bool = False
    seconds: float | None = None
    rig: str | None = None


class Heart:
    """Owns the pipe to the supervisor and the thread that beats. Where the supervisor has gone, all goes on."""

    def __init__(self, handover: Handover, pipe: int) -> None:
        self.handover = handover
        self._pipe = pipe
        self._lock = threading.Lock()
        self._watched: tuple[Session, Face | None] | None = None
        self._picture = False
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="livegrade-heart", daemon=True)
        self.tell("loaded")
        self._thread.start()

    @classmethod
    def of_supervisor(cls) -> Heart | None:
        """None for a session that nobody supervises. Raises UsageError for a handover that is none."""
        named = os.environ.pop(SUPERVISED, None)
        if named is None:
            return None
        data = sys.stdin.buffer.read(MOST_HANDOVER)
        try:
            handover = msgspec.json.decode(data, type=Handover)
            pipe = _opened(int(named))
        except (msgspec.MsgspecError, ValueError, OSError) as error:
            raise UsageError(f"{SUPERVISED} is for a supervisor, not for people; take it away ({error})") from None
        faulthandler.enable()
        if hasattr(signal, "SIGUSR1"):
            faulthandler.register(signal.SIGUSR1)  # what stood still, asked before it is ended
        return cls(handover, pipe)

    def watch(self, session: Session, face: Face | None) -> None:
        """The session runs: from now on all its parts must."""
        port = None if face is None else face.port
        self.tell("up" if port is None else f"up {port}")
        self._watched = session, face

    def stopping(self) -> None:
        """From now on it takes as long as it takes."""
        self._watched = None
        self.tell("stopping")

    def end(self) -> None:
        """The session has ended by itself or was stopped. Safe to call twice."""
        self._ends.set()
        self._thread.join()
        self.tell("end")
        with self._lock:
            if self._pipe >= 0:
                os.close(self._pipe)
            self._pipe = -1

    def tell(self, words: str) -> None:
        with self._lock:
            if self._pipe < 0:
                return
            try:
                os.write(self._pipe, words.encode() + b"\n")
            except OSError:
                os.close(self._pipe)
                self._pipe = -1
                _log.warning("the supervisor has gone")
                say("the supervisor has gone; the session goes on without it", trouble=True)

    # ---- thread

    def _beat(self) -> None:
        next_s = 0.0
        while not self._ends.wait(BEAT_S if self._picture else QUICK_S):
            watched = self._watched
            if watched is not None and not self._picture and _has_picture(watched[0]):
                self._picture = True
                self.tell("picture")
            if time.monotonic() >= next_s:
                next_s = time.monotonic() + BEAT_S
                still = None if watched is None else standing_still(*watched)
                self.tell("beat" if still is None else f"still {still}")


def standing_still(session: Session, face: Face | None) -> str | None:
    """Which part has not gone round for STILL_NS, in words; None where all do."""
    now_ns = session.clock.now_ns()
    for slot in session.slots:
        if not slot.finished and slot.frames_in and now_ns - slot.turned_ns > STILL_NS:
            return f"the engine of slot {slot.name} stands still"
    if face is not None and (turned_ns := face.turned_ns) is not None and time.monotonic_ns() - turned_ns > STILL_NS:
        return "the API stands still"
    return None


def _has_picture(session: Session) -> bool:
    if session.outputs:
        return any(output.frames_out for output in session.outputs)
    return any(slot.frames_in for slot in session.slots)


def _opened(number: int) -> int:
    """The pipe as a file of this process; on Windows its handle was given."""
    if os.name == "nt":
        import msvcrt

        return int(msvcrt.open_osfhandle(number, os.O_WRONLY))  # type: ignore[attr-defined,unused-ignore]
    with contextlib.suppress(OSError):
        os.set_inheritable(number, False)
    os.fstat(number)
    return number
