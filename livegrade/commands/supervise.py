"""`livegrade run --supervised`: the session in a process of its own, started again when it is cut off or stands still.

The supervisor holds no picture and loads nothing that could break: it starts, listens, waits and starts again. What the
session was doing is in its journal (`control.keeper`); what it was started with is handed over again.
"""

from __future__ import annotations

import logging
import os
import queue
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec

from livegrade.commands.heart import Handover
from livegrade.commands.live import SUPERVISED
from livegrade.commands.voice import say
from livegrade.timing.backoff import Backoff
from livegrade.timing.rate import NS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

_log = logging.getLogger(__name__)

LOAD_S = 60.0
"""How long a session may take to be loaded: until then it cannot say a word."""
SILENT_S = 10.0
"""A session that says nothing for so long stands still as a whole."""
LATE_S = 1.0
"""A supervisor that was held up for so long itself (the machine slept) waits anew."""
MOST_CUTS, WITHIN_S = 20, 120.0
FRESH_AFTER = 3
"""Sessions in a row without a picture, after which one begins without what was done in those before."""
FIRST_PAUSE_NS = NS_PER_SECOND // 50
READERS_S = 1.0
"""How long the last words of a session are waited for; what it had started may still hold its stderr."""
TAIL, TRACE = 30, 1000
"""Last lines on stderr that go into the log, and those of the places where its threads were."""
TRACE_BEGINS = ("Fatal Python error", "Thread 0x", "Current thread 0x")
STOPS = [name for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]


@dataclass(slots=True)
class Life:
    """What is known of one session. Times are `time.monotonic`."""

    process: subprocess.Popen[bytes]
    began_s: float
    said: queue.SimpleQueue[str | None] = field(default_factory=queue.SimpleQueue)
    tail: deque[str] = field(default_factory=lambda: deque(maxlen=TAIL))
    trace: list[str] = field(default_factory=list)
    readers: list[threading.Thread] = field(default_factory=list)
    loaded_s: float | None = None
    up_s: float | None = None
    picture_s: float | None = None
    is_stopping: bool = False
    ended: bool = False
    still: str = ""


class Supervisor:
    """Owns the process of the session, one after the other."""

    def __init__(self, arguments: Sequence[str], rig: str | None, seconds: float | None) -> None:
        """`arguments`: the whole command line, which the session is started with again; `rig`: the text of its rig;
        `seconds`: of --for."""
        self._command = [sys.executable, "-P", "-m", "livegrade", *arguments]
        self._handover = Handover(secrets.token_hex(8), secrets.token_urlsafe(32), rig=rig)
        self._seconds = seconds
        self._life: Life | None = None
        self._stop: int | None = None
        self._cuts: deque[float] = deque(maxlen=MOST_CUTS)
        self._dark = 0
        self._up_s: float | None = None
        self._cut_s: float | None = None
        self._backoff = Backoff(FIRST_PAUSE_NS)

    def run(self) -> int:
        """Until the session ends by itself, is stopped, or is cut off too often. The exit code."""
        before = {number: signal.signal(number, self._forward) for number in map(signal.Signals.__getitem__, STOPS)}
        try:
            while True:
                life = self._live()
                if self._is_over(life) or not self._begin_again(life):
                    return _exit_code(life.process.returncode)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    # ---- one session

    def _live(self) -> Life:
        self._backoff.worked(time.monotonic_ns())
        self._life = life = self._started()
        if self._stop is not None:  # asked meanwhile
            self._pass_on(life, self._stop)
        self._listen(life)
        life.process.wait()
        for reader in life.readers:
            reader.join(READERS_S)
        return life

    def _started(self) -> Life:
        ours, theirs = os.pipe()
        environment = {**os.environ, SUPERVISED: str(_given(theirs))}
        began_s = time.monotonic()
        process = subprocess.Popen(  # the same command again, by this interpreter
            self._command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, **_passing(theirs)
        )
        os.close(theirs)
        life = Life(process, began_s)
        for target, stream in ((_read, os.fdopen(ours, "rb")), (_copy, process.stderr)):
            reader = threading.Thread(target=target, args=(life, stream), name="livegrade-supervisor", daemon=True)
            reader.start()
            life.readers.append(reader)
        self._hand_over(process)
        return life

    def _hand_over(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdin is None:
            return
        if self._seconds is not None and self._up_s is not None:
            left_s = max(0.1, self._seconds - (time.monotonic() - self._up_s))
            self._handover = msgspec.structs.replace(self._handover, seconds=left_s)
        try:
            process.stdin.write(msgspec.json.encode(self._handover))
            process.stdin.close()
        except OSError as error:
            _log.warning("the session did not take its handover: %s", error)

    def _listen(self, life: Life) -> None:
        """Until the session has closed its pipe, which its end does, or stands still."""
        heard_s = asked_s = time.monotonic()
        while True:
            patience_s = LOAD_S if life.loaded_s is None else SILENT_S
            try:
                words = life.said.get(timeout=0.25)
            except queue.Empty:
                now_s = time.monotonic()
                if now_s - asked_s > LATE_S:
                    heard_s = now_s
                asked_s = now_s
                if now_s - heard_s > patience_s and not life.is_stopping:
                    life.still = "it does not answer"
                    return _end(life)
                continue
            if words is None:
                return None
            heard_s = asked_s = time.monotonic()
            self._hear(life, words)
            if life.still:
                return _end(life)

    def _hear(self, life: Life, words: str) -> None:
        word, _, rest = words.partition(" ")
        now_s = time.monotonic()
        match word:
            case "loaded":
                life.loaded_s = now_s
            case "up":
                life.up_s = now_s
                self._up_s = self._up_s or now_s
                if rest.isdigit():
                    self._handover = msgspec.structs.replace(self._handover, port=int(rest))
            case "picture":
                life.picture_s = now_s
                self._say_back(life)
            case "stopping":
                life.is_stopping = True
            case "end":
                life.ended = True
            case "still" if not life.is_stopping:
                life.still = rest

    def _say_back(self, life: Life) -> None:
        """How long there was no picture, and what for."""
        if self._cut_s is None or life.loaded_s is None or life.up_s is None or life.picture_s is None:
            return
        text = (
            f"pictures again {life.picture_s - self._cut_s:.2f} s after the session was cut off (waited "
            f"{life.began_s - self._cut_s:.2f} s, program {life.loaded_s - life.began_s:.2f} s, engine, sources and "
            f"outputs {life.up_s - life.loaded_s:.2f} s, first picture {life.picture_s - life.up_s:.2f} s)"
        )
        say(text)
        _log.info("%s", text)

    # ---- between two

    def _is_over(self, life: Life) -> bool:
        """Whether that was the end: it was stopped, or it has ended by itself. One that could not even start ends the
        first time only: later, what it needs may come back."""
        if self._stop is not None:
            return True
        return life.ended and not life.still and (life.up_s is not None or not self._handover.restarts)

    def _begin_again(self, life: Life) -> bool:
        """Says what happened and waits a little; False where it has happened too often, or is stopped meanwhile."""
        now_s = self._cut_s = time.monotonic()
        reason = _reason(life)
        _log.error("%s; the last it said: %s", reason, " | ".join(life.tail) or "nothing")
        for thread in "\n".join(life.trace).split("\n\n"):
            if thread:
                _log.error("where it was: %s", thread)
        self._cuts.append(now_s)
        if len(self._cuts) == MOST_CUTS and now_s - self._cuts[0] < WITHIN_S:
            say(
                f"{reason}, {MOST_CUTS} times within {WITHIN_S / 60:g} minutes; it is not started again. "
                "The log says more: livegrade doctor names it",
                trouble=True,
            )
            return False
        if life.picture_s is not None:
            self._backoff, self._dark = Backoff(FIRST_PAUSE_NS), 0
        elif not life.ended and now_s - life.began_s < LOAD_S:  # later it is a signal that is not there
            self._dark += 1
        fresh = self._dark >= FRESH_AFTER
        pause_ns = self._backoff.failed(time.monotonic_ns())
        later = f" in {pause_ns / NS_PER_SECOND:.1f} s" if pause_ns > NS_PER_SECOND // 2 else ""
        say(f"{reason}; it starts again{later}", trouble=True)
        restarts = self._handover.restarts + 1
        self._handover = msgspec.structs.replace(self._handover, restarts=restarts, fresh=fresh)
        until_s = now_s + pause_ns / NS_PER_SECOND
        while (left_s := until_s - time.monotonic()) > 0 and self._stop is None:
            time.sleep(min(left_s, 0.05))
        return self._stop is None

    def _forward(self, number: int, frame: FrameType | None) -> None:
        del frame
        self._stop = number
        if self._life is not None:
            self._pass_on(self._life, number)

    def _pass_on(self, life: Life, number: int) -> None:
        if life.process.returncode is None:
            life.process.send_signal(signal.CTRL_BREAK_EVENT if os.name == "nt" else number)  # type: ignore[attr-defined,unused-ignore]


def supervise(arguments: Sequence[str], rig: str | None, seconds: float | None) -> int:
    """Runs `livegrade` with `arguments` as a session that is started again. `rig`: as behind --rig."""
    return Supervisor(arguments, _rig_text(rig), seconds).run()


def _rig_text(rig: str | None) -> str | None:
    """As it is now: a rig that is being changed while a session is started again must not cost the picture. What cannot
    be read is the session's to say."""
    if rig is None or rig.startswith("demo:"):
        return None
    try:
        with Path(rig).open(encoding="utf-8-sig") as file:
            return file.read(1 << 20)
    except (OSError, UnicodeDecodeError):
        return None


def _reason(life: Life) -> str:
    code = life.process.returncode
    ran_s = time.monotonic() - life.began_s
    after = f"after {ran_s:.0f} s" if ran_s < 120 else f"after {ran_s / 60:.0f} min"
    if life.still:
        return f"the session stood still ({life.still}) {after} and was ended"
    if code is not None and code < 0:
        return f"the session was ended by {_signal_name(-code)} {after}"
    return f"the session ended with exit code {code} {after}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _exit_code(code: int) -> int:
    return code if code >= 0 else 128 - code


def _end(life: Life) -> None:
    """Asks it where it stands, which comes on its stderr, and ends it. One that is stopped cannot answer."""
    if hasattr(signal, "SIGUSR1"):
        life.process.send_signal(signal.SIGUSR1)
        time.sleep(0.2)
    life.process.kill()


def _read(life: Life, pipe: IO[bytes]) -> None:
    """Thread: what the session says, line by line; None when it can say no more."""
    with pipe:
        while line := pipe.readline(1000):
            life.said.put(line.decode("utf-8", "replace").strip())
    life.said.put(None)


def _copy(life: Life, stream: IO[bytes]) -> None:
    """Thread: its stderr, on to ours, the last lines kept. Where its threads were when it crashed is for the log."""
    with stream:
        while line := stream.readline(4000):
            text = line.decode("utf-8", "backslashreplace").rstrip("\n")
            if life.trace or text.startswith(TRACE_BEGINS):
                life.trace += [text][: TRACE - len(life.trace)]
            else:
                life.tail.append(text)
                say(text, trouble=True)


def _given(pipe: int) -> int:
    """How the other process knows the pipe."""
    if os.name != "nt":
        return pipe
    import msvcrt

    os.set_inheritable(pipe, True)
    return int(msvcrt.get_osfhandle(pipe))  # type: ignore[attr-defined,unused-ignore]


def _passing(pipe: int) -> dict[str, Any]:
    """The pipe goes with the process, which has a session of its own: Ctrl+C at the terminal is for the supervisor, who
    passes it on, once."""
    if os.name != "nt":
        return {"pass_fds": (pipe,), "start_new_session": True}
    startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [_given(pipe)]})  # type: ignore[attr-defined,unused-ignore]
    group = subprocess.CREATE_NEW_PROCESS_GROUP  # type: ignore[attr-defined,unused-ignore]
    return {"startupinfo": startup, "creationflags": group}
