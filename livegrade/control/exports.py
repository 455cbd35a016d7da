"""Hand-offs that a client asks for: made by a process of its own at low priority, `livegrade library export`, so that
neither the pictures nor the interpreter of the session are touched. One at a time; what becomes of it is a state and an
event."""

from __future__ import annotations

import contextlib
import logging
import shlex
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, ClassVar

import msgspec

from livegrade.control import commands as c
from livegrade.control.effects import Done
from livegrade.control.looks import whole_path
from livegrade.control.messages import Answer
from livegrade.errors import LivegradeError, SinkError, UsageError
from livegrade.library.files import make_folder
from livegrade.redaction import one_line
from livegrade.session.events import Link

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.session.keeping import Keeping

_log = logging.getLogger(__name__)

EXPORT_S = 10.0
"""How long a command waits for its export; it is pending after that."""
STOP_S = 5.0
"""How long the end of a session waits for an export to clear up."""
WHO = "hand-off"
MOST_LINE = 1 << 16
"""Bytes of what the process says at once."""


@dataclass(frozen=True, slots=True)
class Export:
    """`state`: running, done, failed or stopped; `done` files of `of`, 0 while that is not known; `text`: what became
    of it, in a sentence."""

    number: int
    title: str
    folder: str
    state: str = "running"
    done: int = 0
    of: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class ExportEffect:
    """In effect when the folder is there, whole."""

    patience_s: ClassVar[float] = EXPORT_S

    work: Future[Export]

    def answer(self) -> Answer | None:
        if not self.work.done():
            return None
        ended = self.work.result()
        if ended.state == "done":
            return Answer("done", step=ended.text, files=(ended.folder,))
        return Answer("refused", error=ended.text)


class Exports:
    """Owns the process and the thread that listens to it. `begin`, `cancel` and `close` are for one thread; `now` may
    be read from any."""

    def __init__(self, keeping: Keeping | None, tell: Callable[[Link, str, str], None]) -> None:
        """`tell`: what became of an export, from any thread."""
        self._keeping = keeping
        self._tell = tell
        self._now: Export | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = False
        self._thread: threading.Thread | None = None

    @property
    def now(self) -> Export | None:
        """The one that is being made, else the last one."""
        return self._now

    def carry_out(self, command: c.StartExport | c.StopExport) -> ExportEffect | Done:
        """Raises UsageError for what cannot be; what the disk refuses is the answer."""
        if isinstance(command, c.StartExport):
            return self.begin(command)
        self.cancel()
        return Done()

    def begin(self, command: c.StartExport) -> ExportEffect:
        """Raises UsageError for what cannot be; what the disk refuses is the answer."""
        if self._keeping is None:
            raise UsageError("this session keeps nothing that could be handed off; start it with a library")
        if self._now is not None and self._now.state == "running":
            raise UsageError(f"{self._now.folder} is still being made; wait for it, or end it with handoff.cancel")
        words = _words(command.query) or (() if command.takes else (self._keeping.day.name,))
        title = " ".join(words) or f"{len(command.takes)} takes"
        if command.folder is None:
            named = f"{self._keeping.day.name}_{datetime.now():%Y%m%d-%H%M%S}"
            folder = self._keeping.folder / "handoff" / named.replace("/", "_")
        else:
            folder = Path(whole_path(command.folder))
        number = 1 if self._now is None else self._now.number + 1
        self._now = Export(number, title, str(folder))
        self._stopping = False
        work: Future[Export] = Future()
        line = _command_line(self._keeping.folder, folder, words, command)
        own = None if command.folder is not None else folder.parent
        self._thread = threading.Thread(target=self._run, args=(line, own, work), name="livegrade-export", daemon=True)
        self._thread.start()
        return ExportEffect(work)

    def cancel(self) -> None:
        """Raises UsageError where nothing is being made."""
        if self._now is None or self._now.state != "running":
            raise UsageError("no hand-off is being made")
        self._stop()

    def close(self) -> None:
        """What is being made is given up."""
        self._stop()
        if self._thread is not None:
            self._thread.join(STOP_S)
        process = self._process
        if process is not None and process.poll() is None:
            process.kill()

    def _stop(self) -> None:
        self._stopping = True
        process = self._process
        if process is not None and process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()  # it ends with it, and clears up

    # ---- the thread

    def _run(self, line: list[str], own: Path | None, work: Future[Export]) -> None:
        """`own`: a folder of the library, made where it is missing."""
        began_s = time.monotonic()
        try:
            if own is not None:
                make_folder(own)
            ended = self._made(line)
        except LivegradeError as error:
            ended = self._ended("failed", str(error))
        except Exception as error:
            # The thread's edge: whoever asked hears of it.
            _log.exception("an export failed")
            ended = self._ended("failed", f"nobody expected this: {one_line(str(error))}")
        self._process = None  # first, or the next one's could be taken for this
        self._now = ended
        # Who asked a moment ago has the answer; later nobody may be looking.
        is_missed = ended.state == "failed" and time.monotonic() - began_s > EXPORT_S
        self._tell(Link.FAULTED if is_missed else Link.RUNNING, ended.text, WHO)
        work.set_result(ended)

    def _made(self, line: list[str]) -> Export:
        try:
            process = subprocess.Popen(
                line,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise SinkError(f"the hand-off cannot be begun: {error.strerror or error}") from None
        self._process = process
        if self._stopping:
            self._stop()
        with process:
            said = self._follow(process.stdout) if process.stdout is not None else {}
        if "error" in said:
            return self._ended("failed", str(said["error"]))
        if "text" in said:
            return self._ended("done", str(said["text"]))
        if self._stopping:
            return self._ended("stopped", f"{self._folder} was given up as asked; nothing of it was kept")
        return self._ended("failed", f"the hand-off ended without a word (code {process.returncode}); nothing was kept")

    def _follow(self, lines: IO[bytes]) -> dict[str, Any]:
        """The last thing that it says."""
        said: dict[str, Any] = {}
        while line := lines.readline(MOST_LINE):
            try:
                said = msgspec.json.decode(line, type=dict[str, Any])
            except msgspec.MsgspecError:
                continue  # a library of the child has said something
            done, of = said.get("done"), said.get("of")
            if self._now is not None and isinstance(done, int) and isinstance(of, int):
                self._now = replace(self._now, done=done, of=of)
        return said

    @property
    def _folder(self) -> str:
        return self._now.folder if self._now is not None else ""

    def _ended(self, state: str, text: str) -> Export:
        if self._now is None:
            raise RuntimeError("an export that was never begun has ended")
        return replace(self._now, state=state, text=text)


def _words(query: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(query))
    except ValueError:
        raise UsageError("a quote in the query has no end") from None


def _command_line(library: Path, folder: Path, words: tuple[str, ...], command: c.StartExport) -> list[str]:
    """What makes it. Words of people stand behind `--`, where nothing is an option."""
    line = [sys.executable, "-P", "-m", "livegrade", "library", "export", "--attached"]
    line += ["--library", str(library), "--out", str(folder), "--reel", str(command.reel)]
    line += [f"--{part}" for part in dict.fromkeys(command.parts)]
    for take in command.takes:
        line += ["--take", str(take)]
    for clip in command.clips:
        line += ["--clips", whole_path(clip)]
    return [*line, "--", *words]
