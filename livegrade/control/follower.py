"""Follows a running session over its WebSocket: the state as it changes, and commands with their answers.

For faces that stay: the desktop, a panel, a script that watches. One thread keeps the connection and makes it anew when
the session was restarted; `Client` is for who asks once. It imports neither engine nor session.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote, urlencode

import aiohttp
import msgspec

from livegrade.control.messages import ENCODER, FACE, LARGEST, Answer, Answered, FromServer, Patch, Refused, Snapshot
from livegrade.errors import ControlError

if TYPE_CHECKING:
    from livegrade.control.messages import Change, Meeting

_LOG = logging.getLogger(__name__)
_DECODER = msgspec.json.Decoder(FromServer)
RETRY_S = 0.1
"""Between attempts: a session that its supervisor starts again is there within two seconds."""
SILENT_S = 10.0
"""A session that does not answer a ping for so long is taken for gone."""
LARGEST_PICTURE = 4 * 1024 * 1024
"""Bytes of a small picture."""
FETCHING = 8
"""Small pictures that are under way at once; who asks for more gets none."""
WAITING = 1000
"""Commands kept while the connection is busy; of more the newest are refused."""
CLOSED = "the connection to the session is closed"


@dataclass(frozen=True, slots=True)
class Here:
    """The session is there: its whole state follows with the first patches. `state`: as in a snapshot."""

    state: Any


@dataclass(frozen=True, slots=True)
class Changed:
    """What is new in the state, in order, and the whole of it."""

    changes: list[Change]
    state: Any


@dataclass(frozen=True, slots=True)
class Gone:
    """There is no session, and `reason` says why in a sentence; it is looked for again and again."""

    reason: str


News: TypeAlias = Here | Changed | Gone
Then: TypeAlias = Callable[[Answer], None]


class Mirror:
    """The state as the session has it, kept by the messages that come in order."""

    def __init__(self) -> None:
        self.state: Any = {}
        self._number: int | None = None

    def take(self, message: Snapshot | Patch) -> News:
        """Raises ControlError where a patch does not follow the state that is here."""
        match message:
            case Snapshot(number=number, state=state):
                self.state, self._number = state, number
                return Here(state)
            case Patch(number=number, changes=changes):
                if self._number is None or number != self._number + 1:
                    raise ControlError("the session's patches do not follow each other")
                for change in changes:
                    self.state = patched(self.state, change)
                self._number = number
                return Changed(changes, self.state)


def patched(state: Any, change: Change) -> Any:
    """The tree with the change in it; what it touches is made anew, the rest is the same objects. Raises ControlError
    where the path leads nowhere."""
    if not change.path:
        return change.value
    return _patched(state, change, 0)


def _patched(tree: Any, change: Change, depth: int) -> Any:
    if not isinstance(tree, dict):
        raise ControlError(f"the session changes what is not there: {'.'.join(change.path)}")
    key = change.path[depth]
    copy = dict(tree)
    if depth < len(change.path) - 1:
        copy[key] = _patched(tree.get(key), change, depth + 1)
    elif change.gone:
        copy.pop(key, None)
    else:
        copy[key] = change.value
    return copy


class Follower:
    """`find`: where the session is, None where there is none now; it may look at files. `face`: as behind FACE. `told`:
    gets the news, on the follower's thread, and must not wait. Thread-safe; `close` when nobody listens any more: what
    is asked for after that is refused at once, on the thread that asks."""

    def __init__(
        self, find: Callable[[], Meeting | None], told: Callable[[News], None], host: str = "127.0.0.1", face: str = ""
    ) -> None:
        self._find = find
        self._told = told
        self._host = host
        self._face = {FACE: face} if face else {}
        self._asked: dict[int, Then | None] = {}
        self._number = 0
        self._http: aiohttp.ClientSession | None = None
        self._fetching: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._queue: asyncio.Queue[tuple[Any, Then | None]] = asyncio.Queue(WAITING)
        self._closing = threading.Lock()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
        self._thread.start()

    def ask(self, command: Any, then: Then | None = None) -> None:
        """Sends a command (of `control.commands`, or a dict that says the same); `then` gets its answer on the
        follower's thread; where the session is gone, or goes before it answers, a refusal that says so."""
        if not self._soon(self._put, command, then):
            _refuse(then, CLOSED)

    def small_picture(self, thumbnail: str, then: Callable[[bytes | None], None]) -> None:
        """Asks for the small picture that an entry of the library names as its `thumbnail`; `then` gets the JPEG on the
        follower's thread, or None where there is none now."""
        self._want(f"/v1/library/{quote(thumbnail)}", then)

    def look_picture(self, slot: str, look_id: str, width: int, then: Callable[[bytes | None], None]) -> None:
        """The same for the newest picture of a slot with a look of the library on it, 64 to 640 pixels wide."""
        query = urlencode({"look": look_id, "width": width})
        self._want(f"/v1/slots/{quote(slot)}/look.jpg?{query}", then)

    def close(self) -> None:
        """Returns when the thread has ended."""
        self._soon(self._loop.stop)
        self._thread.join(5.0)

    def _soon(self, do: Callable[..., object], *what: object) -> bool:
        """On the follower's thread; False where that has ended."""
        with self._closing:
            if not self._is_closed:
                self._loop.call_soon_threadsafe(do, *what)
            return not self._is_closed

    def _want(self, path: str, then: Callable[[bytes | None], None]) -> None:
        if not self._soon(self._fetch, path, then):
            then(None)

    def _fetch(self, path: str, then: Callable[[bytes | None], None]) -> None:
        if self._http is None or len(self._fetching) >= FETCHING:
            then(None)
            return
        task = self._loop.create_task(_fetched(self._http, path, then))
        self._fetching.add(task)
        task.add_done_callback(self._fetching.discard)

    def _put(self, command: Any, then: Then | None) -> None:
        if self._queue.full():
            _refuse(then, "the session does not keep up; try again")
        else:
            self._queue.put_nowait((command, then))

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        task = self._loop.create_task(self._follow())
        try:
            self._loop.run_forever()
        finally:
            for each in (task, *self._fetching):
                each.cancel()
            self._loop.run_until_complete(asyncio.gather(task, *self._fetching, return_exceptions=True))
            with self._closing:
                self._is_closed = True
            self._loop.run_until_complete(asyncio.sleep(0))  # what was asked for until now
            self._let_down(CLOSED)
            self._loop.close()

    async def _follow(self) -> None:
        """For ever: connect, follow, look again."""
        reason = ""
        while True:
            try:
                said = await self._once()
            except (aiohttp.ClientError, OSError, TimeoutError, ControlError, msgspec.MsgspecError) as error:
                said = f"the connection to the session is lost ({str(error) or type(error).__name__})"
            self._let_down(said)
            if said != reason:
                self._told(Gone(said))
                reason = said
            await asyncio.sleep(RETRY_S)

    async def _once(self) -> str:
        """One connection to its end: what is then to be said."""
        meeting = await asyncio.to_thread(self._find)
        if meeting is None:
            return "no session runs"
        headers = {"Authorization": f"Bearer {meeting.token}", **self._face}
        base = f"http://{self._host}:{meeting.port}"
        async with (
            aiohttp.ClientSession(base, headers=headers, trust_env=False) as client,
            client.ws_connect("/v1/socket", max_msg_size=LARGEST, heartbeat=SILENT_S) as socket,
        ):
            sending = asyncio.create_task(self._send(socket))
            self._http = client
            try:
                await self._receive(socket)
            finally:
                self._http = None
                sending.cancel()
                with contextlib.suppress(asyncio.CancelledError, aiohttp.ClientError, ConnectionError):
                    await sending
        return "the session has ended"

    async def _send(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            command, then = await self._queue.get()
            self._number += 1
            self._asked[self._number] = then
            await socket.send_bytes(ENCODER.encode({"id": self._number, "do": command}), compress=0)

    async def _receive(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        mirror = Mirror()
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            match _DECODER.decode(message.data):
                case Snapshot() | Patch() as news:
                    self._told(mirror.take(news))
                case Answered(id=number, answer=answer):
                    _answer(self._asked.pop(number, None), answer)
                case Refused(error=error, id=number) if number is not None:
                    _refuse(self._asked.pop(number, None), error)
                case Refused(error=error):
                    _LOG.warning("the session refuses a message: %s", error)

    def _let_down(self, why: str) -> None:
        """Everything that was asked and not answered."""
        waiting = [*self._asked.values()]
        self._asked.clear()
        while not self._queue.empty():
            waiting.append(self._queue.get_nowait()[1])
        for then in waiting:
            _refuse(then, why)


async def _fetched(http: aiohttp.ClientSession, path: str, then: Callable[[bytes | None], None]) -> None:
    data = None
    try:
        if not http.closed:
            async with http.get(path, timeout=aiohttp.ClientTimeout(SILENT_S)) as response:
                size = response.content_length
                if response.status == 200 and size is not None and size <= LARGEST_PICTURE:
                    data = await response.read()
    except (aiohttp.ClientError, OSError, TimeoutError):
        data = None
    finally:
        then(data)  # also where it is called off


def _answer(then: Then | None, answer: Answer) -> None:
    if then is not None:
        then(answer)


def _refuse(then: Then | None, why: str) -> None:
    _answer(then, Answer("refused", error=why))
