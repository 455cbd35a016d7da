"""What the system, HTTP and serial ports say went wrong, as the rest of a sentence about a device: one cause, and no
words that only a programmer reads. Nothing is decided here."""

from __future__ import annotations

import errno
import os
import re
import socket
import ssl

import aiohttp

_NUMBER = re.compile(r"\[Errno (\d+)\]")
_CLOSED = (errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE, errno.ESHUTDOWN)
_NO_WAY = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN, errno.EADDRNOTAVAIL)
_PORT_ERRORS = {"FileNotFoundError": errno.ENOENT, "PermissionError": errno.EACCES}
"""As pyserial quotes them on Windows."""


def network_fault(error: Exception, host: str, port: int) -> str:
    """Of a connection to `host` that could not be made, or broke."""
    cause = getattr(error, "os_error", error)  # aiohttp's own words have the system's within
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if isinstance(cause, socket.gaierror):
        return f"nobody on this network knows the name {host}"
    if isinstance(cause, ssl.CertificateError):
        return f"its certificate at {place} is not accepted"
    if isinstance(cause, ssl.SSLError):
        return f"it answers at {place}, but not encrypted as it should (TLS)"
    number = _number(cause)
    if number in _CLOSED or isinstance(cause, aiohttp.ServerDisconnectedError):
        return "it closed the connection"
    if number in _NO_WAY:
        return f"there is no way to {place} ({os.strerror(number).lower()}); look at cables and addresses"
    if isinstance(cause, TimeoutError) or number == errno.ETIMEDOUT:
        return f"it does not answer at {place} (nothing came back)"
    return f"it does not answer at {place}{_in_brackets(number)}"


def http_fault(error: aiohttp.ClientError, host: str, port: int) -> str:
    """Of a request, or of a WebSocket that was to be opened."""
    match error:
        case aiohttp.WSServerHandshakeError(status=status):
            return f"its WebSocket cannot be reached (it answers with status {status})"
        case aiohttp.InvalidURL():
            return "its address is no web address"
        case aiohttp.ClientConnectionError() if not isinstance(error, aiohttp.ServerDisconnectedError):
            return network_fault(error, host, port)
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientPayloadError():
            return "it does not answer as a web server (it broke off)"
        case _:
            return "it does not answer as a web server"


def serial_fault(error: Exception, port: str, baud: int) -> str:
    """Of a serial port that could not be opened."""
    number = _number(error)
    match number:
        case errno.ENOENT | errno.ENODEV | errno.ENXIO:
            return f"the serial port cannot be opened: there is no {port}; look whether its cable is in"
        case errno.EACCES | errno.EPERM:
            return "the serial port cannot be opened: it may not be used, or another program has it"
        case errno.EBUSY | errno.EAGAIN:
            return "the serial port cannot be opened: another program has it"
        case errno.ENOTTY | errno.EINVAL | errno.EIO:
            return f"the serial port cannot be opened: {port} is none"
    if isinstance(error, ValueError):
        return f"the serial port cannot be opened: it does not take {baud} baud"
    return f"the serial port cannot be opened{_in_brackets(number)}"


def _number(error: BaseException) -> int:
    """Of the system, 0 where it is not told; of several attempts that of the first. Terminals have theirs first."""
    number = getattr(error, "errno", next(iter(error.args), None))
    if isinstance(number, int):
        return number
    said = str(error)
    if (found := _NUMBER.search(said)) is not None:
        return int(found[1])
    return next((number for name, number in _PORT_ERRORS.items() if name in said), 0)


def _in_brackets(number: int) -> str:
    """Windows has no words for its numbers of networks."""
    if number == errno.ECONNREFUSED:
        return " (connection refused)"
    return f" ({os.strerror(number).lower()})" if number else ""
