"""Clients of a running session's API, in a process of their own, for the benchmark and the tests.

    python -m livegrade.bench.api_load wheel SECONDS           a wheel that is turned, how long each answer takes
    python -m livegrade.bench.api_load follow SECONDS CLIENTS  clients that follow the state and fetch pictures
    python -m livegrade.bench.api_load watch SECONDS           a stream of pictures, read in shared memory
    python -m livegrade.bench.api_load hostile CONNECTIONS     connections opened and dropped, messages that are none

The session is the one of LIVEGRADE_RUNTIME. One JSON object is printed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import socket
import struct
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import aiohttp
import msgspec

from livegrade.control.client import HOST
from livegrade.control.meeting import find_meetings
from livegrade.control.messages import MAX_MESSAGE, FromServer, Refused
from livegrade.control.ringreader import PictureReader
from livegrade.errors import ControlError

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.control.messages import Meeting

TURN_S = 0.04
"""A wheel gives a new number so often."""
PICTURE_S = 0.5
MESSAGES, MESSAGE_S = 50, 0.02
"""So many over one connection, one every so often."""
ANSWER_S = 10.0
FIND_S = 30.0
GONE = struct.pack("ii", 1, 0)
"""SO_LINGER so that a connection ends in a reset and not in order."""


JSON = "application/json"
RUDE = (
    ("POST", "/v1/command", JSON, bytes(MAX_MESSAGE + 1)),
    ("POST", "/v1/command", JSON, b'{"command": "look.undo"'),
    ("POST", "/v1/command", "text/plain", b"{}"),
    ("PUT", "/v1/state", JSON, b""),
    ("GET", "/v1/nothing", JSON, b""),
    ("GET", "/v1/slots/A/picture.jpg?width=1e9", JSON, b""),
    ("POST", "/v1/pair", JSON, b"[" * 600),
)
"""Requests with a token that are none: method, path, content type, body."""


@dataclass(frozen=True, slots=True)
class Turned:
    """`p50_ms`, `p99_ms`: from a new number on the wheel to the answer, which comes when a picture has it; `pending`:
    answered before there was one."""

    turns: int
    pending: int
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Followed:
    """`messages`: of the state, by all clients; `pictures`: JPEG that came whole."""

    clients: int
    messages: int
    pictures: int


@dataclass(frozen=True, slots=True)
class Watched:
    """`pictures`: that were read of a stream of 640x360; `missing`: of the source's that were never in it;
    `p50_ms`, `p99_ms`: from the source's picture until this process had read the small one."""

    pictures: int
    missing: int
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Hostility:
    """`messages`: sent over connections that were let in, none of them a command; `refusals`: those that were answered
    in a sentence of one line; `unexpected`: sentences of faults that nobody expected."""

    connections: int
    messages: int
    refusals: int
    unexpected: int
    seconds: float


async def wheel(meeting: Meeting, seconds: float) -> Turned:
    """Turns a wheel of slot A, one number after the other."""
    took_ms: list[float] = []
    pending = 0
    async with aiohttp.ClientSession(headers=_token(meeting)) as session, session.ws_connect(_url(meeting)) as socket_:
        until = time.monotonic() + seconds
        while (began := time.monotonic()) < until:
            values = {"slope.r": 1 + 0.1 * random.random()}  # noqa: S311
            turned = {"id": len(took_ms), "do": {"command": "look.set", "slot": "A", "values": values}}
            await socket_.send_str(json.dumps(turned))
            while (said := json.loads(await socket_.receive_str())).get("id") != turned["id"]:
                pass
            took_ms.append(1000 * (time.monotonic() - began))
            pending += said["answer"]["result"] != "done"
            await asyncio.sleep(max(0.0, began + TURN_S * (0.5 + random.random()) - time.monotonic()))  # noqa: S311
    return Turned(len(took_ms), pending, *_percentiles(took_ms))


async def watch(meeting: Meeting, seconds: float) -> Watched:
    """Reads as a window does: each picture as soon as it is there."""
    took_ms: list[float] = []
    indices: list[int] = []
    async with aiohttp.ClientSession(headers=_token(meeting)) as session, session.ws_connect(_url(meeting)) as socket_:
        await socket_.send_json({"id": 0, "do": {"command": "picture.subscribe", "slot": "A"}})
        while (said := json.loads(await socket_.receive_str())).get("id") != 0:
            pass
        reader = PictureReader(said["answer"]["made"])
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if await asyncio.to_thread(reader.wait, PICTURE_S) and (picture := reader.newest()) is not None:
                took_ms.append((time.perf_counter_ns() - picture.captured_ns) / 1e6)
                indices.append(picture.index)
        reader.close()
    return Watched(len(indices), indices[-1] - indices[0] + 1 - len(set(indices)), *_percentiles(took_ms))


async def follow(meeting: Meeting, seconds: float, clients: int) -> Followed:
    """Each has every patch of the state, and a picture of its own size now and then."""
    heard = await asyncio.gather(*(_one(meeting, seconds, 320 + 16 * number) for number in range(clients)))
    return Followed(clients, sum(messages for messages, _ in heard), sum(pictures for _, pictures in heard))


async def _one(meeting: Meeting, seconds: float, width: int) -> tuple[int, int]:
    messages = pictures = 0
    picture = f"http://{HOST}:{meeting.port}/v1/slots/A/picture.jpg?width={width}"
    async with aiohttp.ClientSession(headers=_token(meeting)) as session, session.ws_connect(_url(meeting)) as socket_:
        now = time.monotonic()
        until, next_picture = now + seconds, now + PICTURE_S
        while (now := time.monotonic()) < until:
            with contextlib.suppress(TimeoutError):
                await socket_.receive_str(timeout=min(until, next_picture) - now + 0.001)
                messages += 1
            if time.monotonic() >= next_picture:
                next_picture += PICTURE_S
                async with session.get(picture) as answer:
                    pictures += answer.status == 200 and len(await answer.read()) > 1000
    return messages, pictures


async def hostile(meeting: Meeting, connections: int) -> Hostility:
    """Connections of strangers on a thread of their own, and messages over a connection that is let in, until all
    connections have been made."""
    began = time.monotonic()
    opening = asyncio.create_task(asyncio.to_thread(_open_and_drop, meeting.port, connections))
    messages = refusals = unexpected = 0
    async with aiohttp.ClientSession(headers=_token(meeting)) as session:
        while not opening.done():
            async with session.ws_connect(_url(meeting)) as socket_:
                for _ in range(MESSAGES):
                    await socket_.send_bytes(_message())
                    await asyncio.sleep(MESSAGE_S)
                said = await _refusals(socket_)
                said += await _too_big(socket_)
            said += [await _rude(session, meeting, *words) for words in RUDE]
            messages += MESSAGES + 1 + len(RUDE)
            refusals += sum(bool(sentence) and sentence.isprintable() for sentence in said)
            unexpected += sum("nobody expected" in sentence for sentence in said)
    await opening
    return Hostility(connections, messages, refusals, unexpected, round(time.monotonic() - began, 1))


async def _refusals(socket_: aiohttp.ClientWebSocketResponse) -> list[str]:
    """The sentences that answer MESSAGES; fewer where the connection was closed or some are not answered."""
    heard: list[str] = []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(ANSWER_S):
            while len(heard) < MESSAGES and (message := await socket_.receive()).type is aiohttp.WSMsgType.TEXT:
                said = msgspec.json.decode(message.data, type=FromServer)
                if isinstance(said, Refused):
                    heard.append(said.error)
    return heard


async def _too_big(socket_: aiohttp.ClientWebSocketResponse) -> list[str]:
    """The name of the code with which the connection is closed for a message larger than any may be; nothing where it
    is not."""
    await socket_.send_bytes(bytes(MAX_MESSAGE + 1))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(ANSWER_S):
            while (message := await socket_.receive()).type is aiohttp.WSMsgType.TEXT:
                pass
            code = aiohttp.WSCloseCode.MESSAGE_TOO_BIG
            return [code.name] if message.data == code else []
    return []


async def _rude(
    session: aiohttp.ClientSession, meeting: Meeting, method: str, path: str, kind: str, body: bytes
) -> str:
    """Why a request is refused; empty where it is not, or not in a sentence."""
    url = f"http://{HOST}:{meeting.port}{path}"
    async with session.request(method, url, data=body, headers={"Content-Type": kind}) as answer:
        said = await answer.read()
    with contextlib.suppress(msgspec.MsgspecError):
        return msgspec.json.decode(said, type=Refused).error if 400 <= answer.status < 500 else ""
    return ""


def _open_and_drop(port: int, connections: int) -> None:
    """One after the other: nothing is said, or rubbish, or a request without a token; then it ends in order or not."""
    request = b"GET /v1/state HTTP/1.1\r\nHost: %s:%d\r\n\r\n" % (HOST.encode(), port)
    kinds: tuple[Callable[[], bytes], ...] = (lambda: b"",) * 8 + (lambda: os.urandom(64), lambda: request)
    for number in range(connections):
        with socket.create_connection((HOST, port)) as connection, contextlib.suppress(OSError):
            if said := kinds[number % len(kinds)]():
                connection.sendall(said)
                connection.recv(4096)
            if number % 3 == 0:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, GONE)


def _message() -> bytes:
    """None of these is a command: rubbish, half a command, wrong types and order, far too deep."""
    good = b'{"id": 7, "do": {"command": "look.set", "slot": "A", "values": {"slope.r": 1.05}}}'
    kinds: tuple[Callable[[], bytes], ...] = (
        lambda: random.randbytes(random.randrange(200)),  # noqa: S311
        lambda: good[: random.randrange(len(good))],  # noqa: S311
        lambda: good.replace(b"1.05", b'"much"'),
        lambda: good.replace(b"look.set", b"look.nothing"),
        lambda: b'{"message": "snapshot", "number": 1, "state": {}}',
        lambda: b"[" * (MAX_MESSAGE - 1),
        lambda: b'{"id": 1e999, "do": null}',
    )
    return random.choice(kinds)()  # noqa: S311


def _percentiles(took_ms: list[float]) -> tuple[float, float]:
    """The 50th and the 99th, by nearest rank."""
    ordered = sorted(took_ms)
    p50, p99 = (ordered[(len(ordered) - 1) * percent // 100] for percent in (50, 99))
    return round(p50, 2), round(p99, 2)


def _url(meeting: Meeting) -> str:
    return f"http://{HOST}:{meeting.port}/v1/socket"


def _token(meeting: Meeting) -> dict[str, str]:
    return {"Authorization": f"Bearer {meeting.token}"}


def _found() -> Meeting:
    """Raises ControlError where there is no session, or more than one."""
    until = time.monotonic() + FIND_S
    while time.monotonic() < until:
        if len(found := find_meetings()) == 1:
            return found[0]
        time.sleep(0.05)
    raise ControlError("there is no session to be a client of, or more than one")


def main(arguments: list[str]) -> int:
    meeting = _found()
    match arguments:
        case ["wheel", seconds]:
            heard: Turned | Followed | Watched | Hostility = asyncio.run(wheel(meeting, float(seconds)))
        case ["follow", seconds, clients]:
            heard = asyncio.run(follow(meeting, float(seconds), int(clients)))
        case ["watch", seconds]:
            heard = asyncio.run(watch(meeting, float(seconds)))
        case ["hostile", connections]:
            heard = asyncio.run(hostile(meeting, int(connections)))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    print(json.dumps(asdict(heard)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
