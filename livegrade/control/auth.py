"""Who may talk to a session: tokens kept as hashes, and requests that a page on another origin or a rebound name
sent."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from enum import StrEnum
from typing import TYPE_CHECKING

from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

TOKEN_BYTES = 32
MOST_TOKENS = 256


class Access(StrEnum):
    """Who shows a token: a program of this machine and user, or a client that was paired and may not name files."""

    LOCAL = "local"
    PAIRED = "paired"


class Tokens:
    """The tokens that open the session, as SHA-256 of them. A token has 256 random bits, so a hash without salt gives
    nothing away."""

    def __init__(self, known: Iterable[tuple[bytes, Access]] = ()) -> None:
        """`known`: tokens that were issued before, as `hashes` has them."""
        self._hashes: dict[bytes, Access] = dict(known)

    @property
    def hashes(self) -> tuple[tuple[bytes, Access], ...]:
        """All that open the session. From any thread."""
        return tuple(self._hashes.copy().items())

    def issue(self, access: Access) -> str:
        """A new token, which only who gets it knows. Raises UsageError where there are too many."""
        if len(self._hashes) >= MOST_TOKENS:
            raise UsageError(f"{MOST_TOKENS} clients are paired already; start the session anew to begin again")
        token = new_token()
        self.admit(token, access)
        return token

    def admit(self, token: str, access: Access) -> None:
        """A token that somebody has already."""
        self._hashes[_hash(token)] = access

    def access(self, token: str) -> Access | None:
        """What `token` opens, None where it was not issued; takes as long for each that is wrong."""
        given = _hash(token)
        found = [access for known, access in self._hashes.items() if hmac.compare_digest(given, known)]
        return found[0] if found else None


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


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


def _hash(token: str) -> bytes:
    # A header may hold bytes that are no text; they are a wrong token like any other.
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
