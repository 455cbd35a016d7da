"""What a driver may ask of a wire: Protocols and the values that pass. No behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractAsyncContextManager

    from livegrade_devices.wires.serialport import SerialSettings

USUAL_MOST = 1024 * 1024
"""Bytes of an answer or a message, where a driver does not expect more."""


class Stream(Protocol):
    """Bytes in order, as TCP and serial ports give them."""

    async def read(self, most: int) -> bytes:
        """What is there, at least one byte; b"" at the end. Raises DeviceError, OSError."""
        ...

    async def write(self, data: bytes) -> None:
        """Returns when the system has taken all of it. Raises DeviceError, OSError."""
        ...


class Datagrams(Protocol):
    """Packets to and from one peer."""

    async def receive(self) -> bytes:
        """The next packet. Raises DeviceError, OSError."""
        ...

    def send(self, packet: bytes) -> None:
        """Never waits. Raises OSError."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of an HTTP server. `path`: from the root, with its query."""

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def piece(self) -> bytes:
        """As it stands in a transcript."""
        return f"{self.method} {self.path}\n".encode() + self.body


@dataclass(frozen=True, slots=True)
class Answer:
    """What an HTTP server answered. `body`: at most as many bytes as was asked for."""

    status: int
    body: bytes


class Web(Protocol):
    """Requests to one HTTP server."""

    async def ask(self, request: Request, most: int = USUAL_MOST) -> Answer:
        """`most`: bytes of the largest answer that is taken. Redirects are not followed. Raises DeviceError."""
        ...


class Sockets(Protocol):
    """Messages over one WebSocket; text and binary are kept apart."""

    async def receive(self) -> str | bytes:
        """The next message. Raises DeviceError at its end."""
        ...

    async def send(self, message: str | bytes) -> None:
        """Raises DeviceError."""
        ...


class Wires(Protocol):
    """Everything a driver can speak over. What is opened is closed on the way out of the `async with`.

    `device`: whose wire it is, for the sentences of its faults and for transcripts."""

    def tcp(self, device: object, host: str, port: int) -> AbstractAsyncContextManager[Stream]: ...

    def udp(self, device: object, host: str, port: int) -> AbstractAsyncContextManager[Datagrams]: ...

    def serial(self, device: object, settings: SerialSettings) -> AbstractAsyncContextManager[Stream]: ...

    def web(
        self, device: object, base: str, user: tuple[str, str] | None = None
    ) -> AbstractAsyncContextManager[Web]: ...

    def websocket(
        self, device: object, url: str, most: int = USUAL_MOST, protocols: tuple[str, ...] = ()
    ) -> AbstractAsyncContextManager[Sockets]: ...
