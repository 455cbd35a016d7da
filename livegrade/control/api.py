"""What the API answers to whom: HTTP requests, and WebSockets with the state as it changes. Of the loop's thread."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import msgspec
from aiohttp import WSMsgType, web

from livegrade.control.auth import Access, Tokens, bearer, is_own_host, is_own_origin
from livegrade.control.commands import AnyCommand
from livegrade.control.door import Allowance, Door
from livegrade.control.happenings import Happened, happenings
from livegrade.control.messages import (
    ENCODER,
    FACE,
    MAX_BRACKETS,
    MAX_MESSAGE,
    Answer,
    Answered,
    Asked,
    Pair,
    Paired,
    Refused,
)
from livegrade.control.openapi import document
from livegrade.control.pairing import Pairing
from livegrade.control.pictures import (
    LOOK_PERIOD_S,
    Pictures,
    Wish,
    look_picture_wish,
    picture_wish,
    scope_picture_wish,
)
from livegrade.control.smallpictures import SmallPictures
from livegrade.control.uploads import Uploads
from livegrade.errors import LivegradeError, UsageError
from livegrade.redaction import one_line
from livegrade.session.events import EVENTS_KEPT, Link
from livegrade.session.load import MachineLoad

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from livegrade.control.desk import Desk
    from livegrade.control.publish import Publisher, Subscriber
    from livegrade.control.turns import Turns

_log = logging.getLogger(__name__)

T = TypeVar("T")

PAIR = "/v1/pair"
TICK_S = 0.04
RATE, BURST = 200, 400
"""Commands a second from one connection, and so many at once."""
SEND_S = 10.0
"""A client that takes nothing for so long is dropped."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What a request must show. `pairing`: None where no other machine may come in."""

    tokens: Tokens
    pairing: Pairing | None
    port: int


class Api:
    """What is answered to whom. Of the loop's thread."""

    def __init__(self, desk: Desk, gate: Gate, publisher: Publisher, turns: Turns) -> None:
        self.turned_ns = time.monotonic_ns()
        self.door: Door | None = None
        self._desk = desk
        self._gate = gate
        self._publisher = publisher
        self._load = MachineLoad(desk.session)
        self._turns = turns
        self._pictures = Pictures(desk.session)
        folder = None if desk.keeping is None else desk.keeping.folder
        self._look_pictures = Pictures(desk.session, folder, LOOK_PERIOD_S)
        self._uploads = Uploads()
        self._small = SmallPictures(folder)
        self._sockets: set[web.WebSocketResponse] = set()

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._guard()], client_max_size=MAX_MESSAGE)
        app.router.add_get("/v1/state", self._state)
        app.router.add_get("/v1/events", self._events)
        app.router.add_post("/v1/command", self._command)
        app.router.add_get("/v1/socket", self._socket)
        app.router.add_get("/v1/slots/{slot}/picture.jpg", self._picture)
        app.router.add_get("/v1/slots/{slot}/look.jpg", self._look_picture)
        app.router.add_get("/v1/slots/{slot}/scope.png", self._scope)
        app.router.add_post("/v1/slots/{slot}/look", self._look)
        app.router.add_get("/v1/library/pictures/{folder}/{name}", self._small_picture)
        app.router.add_get("/v1/openapi.json", self._openapi)
        app.router.add_post(PAIR, self._pair)
        return app

    @property
    def clients(self) -> int:
        """Who follows over a WebSocket now."""
        return len(self._sockets)

    async def tick(self) -> None:
        """Tells clients what has changed, for as long as the session runs."""
        loop = asyncio.get_running_loop()
        fault = ""
        while True:
            self.turned_ns = time.monotonic_ns()
            try:
                self._load.turn()
                self._publisher.tick()
                if self.door is not None:
                    self.door.sweep(loop.time())
                if fault:
                    self._desk.tell(Link.RUNNING, "its state is told again")
                fault = ""
            except Exception as error:
                # The task's edge: a state that cannot be told now may be told the next time. Said once.
                before, fault = fault, f"its state cannot be told: {one_line(str(error))}"
                if fault != before:
                    _log.exception("the state could not be told")
                    self._desk.tell(Link.FAULTED, fault)
            await asyncio.sleep(TICK_S)

    async def close(self) -> None:
        self._pictures.close()
        self._look_pictures.close()
        self._uploads.close()
        for socket_ in list(self._sockets):
            await socket_.close(code=1001, message=b"the session has ended")

    def _guard(self) -> Callable[..., Awaitable[web.StreamResponse]]:
        @web.middleware
        async def guard(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> web.StreamResponse:
            host = request.headers.get("Host", "")
            if not is_own_host(host, self._gate.port) or not is_own_origin(request.headers.get("Origin"), host):
                return _refusal(403, "this request comes from another place than the API")
            access = self._access(request)
            if access is None and request.path != PAIR:
                return _refusal(401, "this request shows no token that is known")
            if access is not None and self.door is not None:
                self.door.welcome(request.protocol)
            try:
                return await handler(request)
            except web.HTTPException as error:
                return _refusal(error.status, _plain(request, error))
            except Exception as error:
                # The task's edge: the session goes on, and the client hears of it.
                _log.exception("a request failed")
                return _refusal(500, f"nobody expected this: {one_line(str(error))}")

        return guard

    def _access(self, request: web.Request) -> Access | None:
        return self._gate.tokens.access(bearer(request.headers.get("Authorization")))

    async def _state(self, request: web.Request) -> web.Response:
        self._publisher.publish()
        return _json(200, self._publisher.snapshot())

    async def _events(self, request: web.Request) -> web.Response:
        since = request.query.get("since", "0")
        if not (since.isascii() and since.isdigit() and len(since) < 16):
            return _refusal(400, "since is the number of an event")
        found, last = happenings(self._desk.session.events, int(since), EVENTS_KEPT)
        return _json(200, ENCODER.encode(Happened(found, last)))

    async def _openapi(self, request: web.Request) -> web.Response:
        return _json(200, ENCODER.encode(document()))

    async def _picture(self, request: web.Request) -> web.Response:
        return await self._drawn(request, self._pictures, picture_wish, "image/jpeg")

    async def _look_picture(self, request: web.Request) -> web.Response:
        return await self._drawn(request, self._look_pictures, look_picture_wish, "image/jpeg")

    async def _scope(self, request: web.Request) -> web.Response:
        return await self._drawn(request, self._pictures, scope_picture_wish, "image/png")

    async def _small_picture(self, request: web.Request) -> web.Response:
        try:
            data, kind = await self._small.get(f"{request.match_info['folder']}/{request.match_info['name']}")
        except LivegradeError as error:
            return _refusal(409, str(error))
        return web.Response(body=data, content_type=kind, headers={**_HEADERS, "Cache-Control": _FOR_EVER})

    async def _drawn(
        self,
        request: web.Request,
        pictures: Pictures,
        wish: Callable[[str, Mapping[str, str]], Wish],
        kind: str,
    ) -> web.Response:
        try:
            shown = await pictures.get(wish(request.match_info["slot"], request.query))
        except LivegradeError as error:
            return _refusal(409, str(error))
        headers = {**_HEADERS, "Livegrade-Frame": str(shown.index), "Livegrade-Look": shown.look_id or ""}
        return web.Response(body=shown.data, content_type=kind, headers=headers)

    async def _pair(self, request: web.Request) -> web.Response:
        if self._gate.pairing is None:
            return _refusal(404, "this session takes no clients of other machines; --listen does")
        if request.content_type != "application/json":
            return _refusal(415, "a code is sent as application/json")
        try:
            code = _decoded(await request.read(), _CODE).code
            self._gate.pairing.try_code(code, asyncio.get_running_loop().time())
            token = self._gate.tokens.issue(Access.PAIRED)
            self._desk.changed.set()
        except UsageError as error:
            return _refusal(403, str(error))
        return _json(200, ENCODER.encode(Paired(token)))

    async def _command(self, request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            return _refusal(415, "a command is sent as application/json")
        body = await request.read()
        try:
            command = _decoded(body, _COMMAND)
        except UsageError as error:
            return _refusal(400, str(error))
        answer = await self._turns.answer(command, self._access(request), face=_face(request))
        return _json(_STATUS[answer.result], ENCODER.encode(answer))

    async def _look(self, request: web.Request) -> web.Response:
        try:
            command = await self._uploads.received(request)
        except LivegradeError as error:
            return _json(409, ENCODER.encode(Answer("refused", error=str(error))))
        answer = await self._turns.answer(command, self._access(request))
        return _json(_STATUS[answer.result], ENCODER.encode(answer))

    # ---- WebSocket

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket_ = web.WebSocketResponse(max_msg_size=MAX_MESSAGE, heartbeat=20.0, compress=False)
        await socket_.prepare(request)
        self._sockets.add(socket_)
        subscriber = self._publisher.subscribe()
        sending = asyncio.create_task(_send(socket_, subscriber))
        answering: set[asyncio.Task[None]] = set()
        try:
            await self._receive(socket_, subscriber, answering, self._access(request), _face(request))
        finally:
            self._publisher.unsubscribe(subscriber)
            self._sockets.discard(socket_)
            for task in (sending, *answering):
                task.cancel()
            await asyncio.gather(sending, *answering, return_exceptions=True)
            await self._turns.leave(subscriber)
        return socket_

    async def _receive(
        self,
        socket_: web.WebSocketResponse,
        subscriber: Subscriber,
        answering: set[asyncio.Task[None]],
        access: Access | None,
        face: str,
    ) -> None:
        allowance = Allowance(RATE, BURST, asyncio.get_running_loop().time())
        async for message in socket_:
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                break
            await asyncio.sleep(0)  # what was said to it goes out before the next of many is read
            try:
                if not allowance.take(asyncio.get_running_loop().time()) or len(answering) >= BURST:
                    raise UsageError(f"too fast: at most {RATE} commands a second")
                data = message.data.encode() if isinstance(message.data, str) else message.data
                asked = _decoded(data, _ASKED)
            except UsageError as error:
                if not subscriber.answer(ENCODER.encode(Refused(str(error)))):
                    break  # it asks and does not read
                continue
            task = asyncio.create_task(self._answer_socket(asked, subscriber, access, face))
            answering.add(task)
            task.add_done_callback(answering.discard)

    async def _answer_socket(self, asked: Asked, subscriber: Subscriber, access: Access | None, face: str) -> None:
        answer = await self._turns.answer(asked.do, access, subscriber, face)
        subscriber.answer(ENCODER.encode(Answered(asked.id, answer)))


_COMMAND: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)
_CODE: msgspec.json.Decoder[Pair] = msgspec.json.Decoder(Pair)
_ASKED: msgspec.json.Decoder[Asked] = msgspec.json.Decoder(Asked)
_STATUS = {"done": 200, "pending": 202, "refused": 409}


def _decoded(data: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    if data.count(b"[") + data.count(b"{") > MAX_BRACKETS:
        raise UsageError("this message is nested too deeply")
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"this is no command: {one_line(str(error))}") from None


async def _send(socket_: web.WebSocketResponse, subscriber: Subscriber) -> None:
    try:
        while not socket_.closed:
            for message in await subscriber.next():
                async with asyncio.timeout(SEND_S):
                    await socket_.send_str(message.decode())
    except (TimeoutError, ConnectionError):
        transport = socket_.get_extra_info("transport")  # a close frame would wait behind the rest
        if transport is not None:
            transport.abort()


def _json(status: int, body: bytes) -> web.Response:
    return web.Response(status=status, body=body, content_type="application/json", headers=_HEADERS)


def _face(request: web.Request) -> str:
    """What people say commands with, where it says so."""
    return "window" if request.headers.get(FACE) == "window" else "api"


def _plain(request: web.Request, error: web.HTTPException) -> str:
    """What is wrong with a request, in a sentence."""
    path = one_line(request.path[:80])
    match error.status:
        case 404:
            return f"there is nothing at {path}; /v1/openapi.json lists what there is"
        case 405:
            return f"{path} does not take {one_line(request.method[:20])}; /v1/openapi.json lists what it takes"
        case 413:
            return f"a body has at most {MAX_MESSAGE} bytes"
        case _:
            return error.reason


def _refusal(status: int, sentence: str) -> web.Response:
    return _json(status, ENCODER.encode(Refused(sentence)))


_FOR_EVER = "private, max-age=31536000, immutable"
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
