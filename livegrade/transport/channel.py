"""Messages between the program and one of its small processes: a kind, a length, that many bytes; nothing is pickled.

Both ends bound every length. The program's end never waits for the other one to read (`post`): what the socket does not
take is kept; whoever posts without end asks `flush` first. Descriptors of memory blocks travel beside their message.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import sys
from collections import deque
from typing import NamedTuple

MAX_MESSAGE = 1 << 22
"""Bytes of one message; the longest are packets of sound."""
_HEADER = struct.Struct("<II")
_PIECE = 1 << 16
_BUFFER = 1 << 20
_MAX_DESCRIPTORS = 16


class Message(NamedTuple):
    kind: int
    payload: bytes


class Channel:
    """One end. Read by one thread and written by one."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        self._incoming = bytearray()
        self._descriptors: deque[int] = deque()
        self._outgoing: deque[tuple[memoryview, int]] = deque()

    def send(self, kind: int, payload: bytes = b"") -> None:
        """Waits until the other end has room. Raises OSError when it is gone."""
        self._socket.setblocking(True)
        self._socket.sendall(_HEADER.pack(kind, len(payload)) + payload)

    def post(self, kind: int, payload: bytes = b"", descriptor: int = -1) -> None:
        """Never waits. Raises OSError when the other end is gone. `descriptor`: goes along, and stays open here."""
        self._outgoing.append((memoryview(_HEADER.pack(kind, len(payload)) + payload), descriptor))
        self.flush()

    def flush(self) -> bool:
        """Sends what is kept; True when nothing is left. Raises OSError when the other end is gone."""
        self._socket.setblocking(False)
        while self._outgoing:
            data, descriptor = self._outgoing[0]
            try:
                sent = self._push(data, descriptor)
            except BlockingIOError:
                return False
            self._outgoing.popleft()
            if sent < len(data):
                self._outgoing.appendleft((data[sent:], -1))
        return True

    def _push(self, data: memoryview, descriptor: int) -> int:
        if descriptor >= 0 and sys.platform != "win32":
            return socket.send_fds(self._socket, [data], [descriptor])
        return self._socket.send(data)

    def receive(self, timeout_ns: int | None) -> list[Message]:
        """What has come, after waiting at most `timeout_ns` (None: as long as it takes) for a first piece; often
        nothing, or several messages. Raises EOFError when the other end is gone or talks nonsense."""
        if timeout_ns is not None and not select.select([self._socket], [], [], max(0, timeout_ns) / 1e9)[0]:
            return []
        try:
            self._pull()
        except BlockingIOError:
            return []
        except OSError as error:
            raise EOFError(str(error)) from None
        return self._parsed()

    def _pull(self) -> None:
        if sys.platform == "win32":
            piece = self._socket.recv(_PIECE)
        else:
            piece, descriptors, _, _ = socket.recv_fds(self._socket, _PIECE, _MAX_DESCRIPTORS)
            self._descriptors.extend(descriptors)
        if not piece:
            raise EOFError("the other end is closed")
        self._incoming += piece

    def _parsed(self) -> list[Message]:
        messages = []
        while len(self._incoming) >= _HEADER.size:
            kind, length = _HEADER.unpack_from(self._incoming)
            if length > MAX_MESSAGE:
                raise EOFError(f"a message of {length} bytes is too long")
            end = _HEADER.size + length
            if len(self._incoming) < end:
                break
            messages.append(Message(kind, bytes(self._incoming[_HEADER.size : end])))
            del self._incoming[:end]
        return messages

    def take_descriptor(self) -> int:
        """The oldest descriptor received and not yet taken; the taker closes it. -1 where there is none."""
        return self._descriptors.popleft() if self._descriptors else -1

    def close(self) -> None:
        self._socket.close()
        while self._descriptors:
            os.close(self._descriptors.popleft())
