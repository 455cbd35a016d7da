"""A process of ours that may end at any moment without harm: started, watched, ended. What it does is its own matter.

It sees its end of a socket close when we end in whatever way, and goes. It has no part in Ctrl+C: we decide.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import time

from livegrade.timing.backoff import Backoff
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.transport.channel import Channel, Message

SILENCE_NS = NS_PER_SECOND
"""A child that has said nothing for so long hangs and is replaced. It beats twenty times a second; a busy machine may
hold it up for a few tenths, and replacing it then would cost more than the wait."""
FIRST_WORD_NS = 10 * NS_PER_SECOND
"""A child that is just starting may take longer: a cold disk has to give the interpreter and the runtime."""
FIRST_PAUSE_NS = NS_PER_SECOND // 10
LONGEST_PAUSE_NS = 2 * NS_PER_SECOND
END_S = 1.0


class Child:
    """One process and the channel to it. Used by one thread.

    `ended`: why it is gone, in words such as "SIGABRT" or "exit code 1"; empty while it runs.
    """

    def __init__(self, module: str, *words: str) -> None:
        """Starts `python -m module words...` with the socket as its last word. Raises OSError."""
        ours, self._theirs = socket.socketpair()
        self.channel = Channel(ours)
        self.ended = ""
        self._heard_ns = time.perf_counter_ns()
        self._spoke = False
        try:
            self._process = _start([sys.executable, "-P", "-m", module, *words], self._theirs)
        except BaseException:
            self._theirs.close()
            self.channel.close()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    def receive(self, timeout_ns: int) -> list[Message]:
        """What it said within `timeout_ns`; notices its end and its silence."""
        if self.ended:
            return []
        try:
            messages = self.channel.receive(timeout_ns)
        except EOFError:
            self._end()
            return []
        now_ns = time.perf_counter_ns()
        if messages:
            self._heard_ns, self._spoke = now_ns, True
            self._theirs.close()  # not earlier: Windows hands a socket over only while it is open here
        elif self._process.poll() is not None:
            self._end()
        elif now_ns - self._heard_ns > (SILENCE_NS if self._spoke else FIRST_WORD_NS):
            self._end("it did not answer")
        return messages

    def post(self, kind: int, payload: bytes = b"", descriptor: int = -1) -> None:
        """Never waits; what is said to a child that is gone is lost with it."""
        if not self.ended:
            try:
                self.channel.post(kind, payload, descriptor)
            except OSError:
                self._end()

    def reads(self) -> bool:
        """Whether it has taken everything that was posted; ask before posting what has no end."""
        if not self.ended:
            try:
                return self.channel.flush()
            except OSError:
                self._end()
        return False

    def _end(self, why: str = "") -> None:
        if not why:
            # Its socket closes a moment before its exit code is there.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(END_S / 10)
        code = self._process.poll()
        self.close(kill=True)
        self.ended = why or _in_words(code)

    def close(self, *, kill: bool = False) -> None:
        """Ends the process: it sees the socket close and has a second to leave, none with `kill`."""
        self.ended = self.ended or "closed"
        self._theirs.close()
        self.channel.close()
        if not kill:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(END_S)
                return
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_S)


class Restart:
    """When a child that ended is started again: 0.1 s later, then after ever longer pauses of up to 2 s."""

    def __init__(self) -> None:
        self._backoff = Backoff(FIRST_PAUSE_NS, LONGEST_PAUSE_NS)
        self._due_ns = 0

    def worked(self) -> None:
        """The child does what it is for."""
        self._backoff.worked(time.perf_counter_ns())

    def ended(self) -> None:
        now_ns = time.perf_counter_ns()
        self._due_ns = now_ns + self._backoff.failed(now_ns)

    @property
    def is_due(self) -> bool:
        return time.perf_counter_ns() >= self._due_ns


def connected_channel(word: str) -> Channel:
    """The child's end, from the last word of its command line."""
    if sys.platform == "win32":
        return Channel(socket.fromshare(sys.stdin.buffer.read()))
    return Channel(socket.socket(fileno=int(word)))


def _start(command: list[str], theirs: socket.socket) -> subprocess.Popen[bytes]:
    silent = subprocess.DEVNULL
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        process = subprocess.Popen(
            [*command, "stdin"], stdin=subprocess.PIPE, stdout=silent, stderr=silent, creationflags=flags
        )
        process.communicate(theirs.share(process.pid))
        return process
    return subprocess.Popen(
        [*command, str(theirs.fileno())],
        stdin=silent,
        stdout=silent,
        stderr=silent,
        pass_fds=(theirs.fileno(),),
        start_new_session=True,
    )


def _in_words(code: int | None) -> str:
    if code is None:
        return "it closed its connection"
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"
