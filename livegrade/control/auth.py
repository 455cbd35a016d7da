"""Who may talk to a session: tokens kept as hashes, requests that a page on another origin or a rebound name sent, and
where programs of the same user find their token."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import ipaddress
import os
import secrets
from enum import StrEnum
from pathlib import Path

import msgspec

from livegrade.control.messages import ENCODER, Meeting
from livegrade.errors import ControlError, UsageError

TOKEN_BYTES = 32
MOST_TOKENS = 256


class Access(StrEnum):
    """Who shows a token: a program of this machine and user, or a client that was paired and may not name files."""

    LOCAL = "local"
    PAIRED = "paired"


class Tokens:
    """The tokens that open the session, as SHA-256 of them. A token has 256 random bits, so a hash without salt gives
    nothing away."""

    def __init__(self) -> None:
        self._hashes: dict[bytes, Access] = {}

    def issue(self, access: Access) -> str:
        """A new token, which only who gets it knows. Raises UsageError where there are too many."""
        if len(self._hashes) >= MOST_TOKENS:
            raise UsageError(f"{MOST_TOKENS} clients are paired already; start the session anew to begin again")
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self._hashes[_hash(token)] = access
        return token

    def access(self, token: str) -> Access | None:
        """What `token` opens, None where it was not issued; takes as long for each that is wrong."""
        given = _hash(token)
        found = [access for known, access in self._hashes.items() if hmac.compare_digest(given, known)]
        return found[0] if found else None


def bearer(header: str | None) -> str:
    """The token of an Authorization header, empty where there is none."""
    scheme, _, token = (header or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def is_own_host(host: str, port: int) -> bool:
    """Whether a Host header names this machine by a number or as localhost. A page that was led here by a name of its
    own (DNS rebinding) has that name in it."""
    name, _, its_port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    if its_port != str(port):
        return False
    if name == "localhost":
        return True
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def is_own_origin(origin: str | None, host: str) -> bool:
    """Whether a request comes from no page, or from one that this server gave out."""
    return origin is None or origin == f"http://{host}"


def runtime_folder() -> Path:
    """Where sessions leave their meeting points; LIVEGRADE_RUNTIME names another folder. Raises ControlError where
    others may write there."""
    import platformdirs

    folder = Path(os.environ.get("LIVEGRADE_RUNTIME") or platformdirs.user_runtime_path("livegrade", appauthor=False))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix":
        status = folder.stat()
        if status.st_uid != os.geteuid() or status.st_mode & 0o022:
            raise ControlError(
                f"{folder} can be written by others; tokens are not kept there: chmod go-w, or remove it"
            )
    return folder


def leave_meeting(meeting: Meeting) -> Path:
    """Writes the meeting point of a session, readable for its user only, whole or not at all."""
    path = runtime_folder() / f"api-{meeting.port}.json"
    staged = path.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        staged.unlink()
    handle = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(ENCODER.encode(meeting))
    staged.replace(path)
    return path


def find_meetings() -> list[Meeting]:
    """The meeting points that sessions of this user have left, by port; some of those sessions may be gone."""
    found = []
    for path in sorted(runtime_folder().glob("api-*.json")):
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            found.append(msgspec.json.decode(path.read_bytes(), type=Meeting))
    return sorted(found, key=lambda meeting: meeting.port)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
