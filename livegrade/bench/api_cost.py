"""What strangers cost the API, in processor time of its own thread: python -m livegrade.bench.api_cost CONNECTIONS

That thread shares the interpreter with those that bring pictures, so this is what they may have to wait for. One JSON
object is printed; null where the system does not tell a thread's time. It wants LIVEGRADE_RUNTIME to itself.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from livegrade.capture.source import CaptureOptions
from livegrade.color.look import Look
from livegrade.control.entrance import ARRIVALS
from livegrade.control.listening import LOOPBACK, Place
from livegrade.control.server import ApiServer
from livegrade.session import Session
from livegrade.session.setup import SessionSetup, SlotSetup
from livegrade.transport.address import parse_source

if TYPE_CHECKING:
    from collections.abc import Callable

REST_S = 0.5


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds each: of a connection that is dropped without a word, and of a request without a token."""

    dropped_us: float
    refused_us: float


def cost(connections: int) -> Cost | None:
    """None where the system does not tell a thread's processor time."""
    if not hasattr(time, "pthread_getcpuclockid"):
        return None
    slot = SlotSetup("A", parse_source("pattern:bars@64x36p25"), CaptureOptions(), Look())
    session = Session(SessionSetup((slot,), (), engine="native", threads=1))
    server = ApiServer(session, Place(port=0), lambda code: None)
    session.start()
    server.start()
    try:
        clock = _clock_of("livegrade-control")
        request = b"GET /v1/state HTTP/1.1\r\nHost: %s:%d\r\n\r\n" % (LOOPBACK.encode(), server.port)
        return Cost(
            _each_us(clock, connections, lambda: _open(server.port, b"")),
            _each_us(clock, connections // 5, lambda: _open(server.port, request)),
        )
    finally:
        server.stop()
        session.stop()


def _clock_of(name: str) -> int:
    thread = next(thread for thread in threading.enumerate() if thread.name == name)
    return time.pthread_getcpuclockid(thread.ident or 0)


def _each_us(clock: int, count: int, act: Callable[[], None]) -> float:
    """What one takes beyond what the thread does anyway."""
    idle_ns = -time.clock_gettime_ns(clock)
    time.sleep(REST_S)
    idle_ns += time.clock_gettime_ns(clock)
    began_s, took_ns = time.monotonic(), -time.clock_gettime_ns(clock)
    for _ in range(count):
        act()
    time.sleep(REST_S + count / ARRIVALS)  # until all have been taken
    took_ns += time.clock_gettime_ns(clock)
    took_ns -= round(idle_ns * (time.monotonic() - began_s) / REST_S)
    return round(took_ns / count / 1000, 1)


def _open(port: int, words: bytes) -> None:
    with socket.create_connection((LOOPBACK, port)) as connection:
        if words:
            connection.sendall(words)
            connection.recv(4096)


def main(arguments: list[str]) -> int:
    found = cost(int(arguments[0]))
    print(json.dumps(None if found is None else asdict(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
