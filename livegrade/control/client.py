"""A client of a running session: `livegrade ctl`, scripts, tests. It imports neither
engine nor session."""

from __future__ import annotations

import http.client
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from livegrade.control.meeting import find_meetings
from livegrade.control.messages import ENCODER, LARGEST, Answer, Meeting, Pair, Paired, Refused, Snapshot
from livegrade.errors import ControlError

T = TypeVar("T")
WAIT_S = 35.0
"""A still may take half a minute."""
HOST = "127.0.0.1"


class Client:
    """One session's API. Not thread-safe. Every method raises ControlError where the session is not there or refuses
    the request as such; what becomes of a command is its answer."""

    def __init__(self, meeting: Meeting, host: str = HOST, timeout_s: float = WAIT_S) -> None:
        """`host`: the number of the machine; with the token of `pair` where it is another."""
        self._host = host
        self.port = meeting.port
        self._token = meeting.token
        self._timeout_s = timeout_s

    @classmethod
    def find(cls, port: int | None = None) -> Client:
        """The session of this user on `port`, or the only one that answers. Raises ControlError where there is none, or
        more than one and no port."""
        found = [one for one in find_meetings() if port in (None, one.port)]
        clients = [client for client in map(cls, found) if len(found) == 1 or client.is_there()]
        if len(clients) == 1:
            return clients[0]
        if clients:
            ports = ", ".join(str(client.port) for client in clients)
            raise ControlError(f"several sessions run, on the ports {ports}; choose one with --port")
        where = "" if port is None else f" on port {port}"
        raise ControlError(f"no session with an API runs here{where}; start one with `livegrade run ... --headless`")

    @classmethod
    def pair(cls, host: str, port: int, code: str) -> Client:
        """A client of a session on another machine, with the code that it shows. Raises ControlError."""
        stranger = cls(Meeting(port, 0, ""), host)
        paired = _decoded(stranger._request("POST", "/v1/pair", ENCODER.encode(Pair(code))), Paired)
        return cls(Meeting(port, 0, paired.token), host)

    def is_there(self) -> bool:
        try:
            self.state()
        except ControlError:
            return False
        return True

    def state(self) -> Snapshot:
        """The whole state, with its number."""
        return _decoded(self._request("GET", "/v1/state"), Snapshot)

    def picture(self, slot: str, *, source: bool = False, width: int = 640) -> bytes:
        """The newest picture of a slot as JPEG, graded unless `source`. `width`: in pixels, 64 to 1920."""
        view = "source" if source else "graded"
        return self._request("GET", f"/v1/slots/{slot}/picture.jpg?view={view}&width={width}")

    def scope(
        self, slot: str, scope: str = "waveform", *, source: bool = False, width: int = 640, height: int = 360
    ) -> bytes:
        """The newest of a slot's scopes as PNG, behind the look unless `source`."""
        query = urlencode({"scope": scope, "tap": "source" if source else "graded", "width": width, "height": height})
        return self._request("GET", f"/v1/slots/{slot}/scope.png?{query}")

    def look_picture(self, slot: str, look_id: str, width: int = 160) -> bytes:
        """The newest picture of a slot with a look of the library on it, as JPEG. `width`: in pixels, 64 to 640."""
        return self._request("GET", f"/v1/slots/{slot}/look.jpg?{urlencode({'look': look_id, 'width': width})}")

    def small_picture(self, thumbnail: str) -> bytes:
        """The small JPEG that an entry of the library names as its `thumbnail`."""
        return self._request("GET", f"/v1/library/{quote(thumbnail)}")

    def send_look(self, slot: str, name: str, data: bytes, *, add: bool = False) -> Answer:
        """The look that `data` holds in place of that of a slot, or with `add` behind its nodes. `name`: as of a file;
        its extension says what it is."""
        query = urlencode({"name": name, "add": int(add)})
        return _decoded(self._request("POST", f"/v1/slots/{slot}/look?{query}", data), Answer)

    def send(self, command: Any) -> Answer:
        """Carries `command` out: one of `control.commands`, or a dict that says the same."""
        return _decoded(self._request("POST", "/v1/command", ENCODER.encode(command)), Answer)

    def _request(self, method: str, path: str, body: bytes | None = None) -> bytes:
        connection = http.client.HTTPConnection(self._host, self.port, timeout=self._timeout_s)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            data = response.read(LARGEST + 1)
        except (OSError, http.client.HTTPException) as error:
            raise ControlError(f"the session on port {self.port} does not answer: {error}") from None
        finally:
            connection.close()
        if len(data) > LARGEST:
            raise ControlError(f"the session on port {self.port} answers with more than {LARGEST >> 20} MB")
        if response.status in (200, 202) or (response.status == 409 and method == "POST"):
            return data
        raise ControlError(_decoded(data, Refused).error)


def _decoded(data: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.MsgspecError as error:
        raise ControlError(f"the session answers what cannot be read: {error}") from None
