"""BSON documents, as far as OpenGradeIO and its relatives use them, with every length bounded.

Source: bsonspec.org, version 1.1. Read are all types that a controller may send; those that say nothing here (object
ids, times, patterns) are passed over. No wire and no meaning in here.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Value: TypeAlias = float | str | bytes | bool | int | Mapping[str, "Value"] | Sequence["Value"] | None
    Document: TypeAlias = Mapping[str, Value]

MOST_ITEMS = 256
"""Of a document or an array."""
DEEPEST = 8
SMALLEST = 5
"""Bytes of a document: its length and its end."""
_LENGTH = struct.Struct("<i")
_DOUBLE, _STRING, _DOCUMENT, _ARRAY, _BINARY, _BOOL, _NULL, _INT32, _INT64 = 1, 2, 3, 4, 5, 8, 10, 16, 18
_SKIPPED = {6: 0, 7: 12, 9: 8, 17: 8, 19: 16, 0xFF: 0, 0x7F: 0}
"""Types without a meaning here, with the bytes of their values."""
_OLD_BINARY = 2
"""A subtype with a second length inside."""


def encoded(document: Document) -> bytes:
    """Raises ValueError for what BSON cannot hold."""
    body = b"".join(_element(key, value) for key, value in document.items())
    return _LENGTH.pack(len(body) + SMALLEST) + body + b"\x00"


def decoded(data: bytes) -> dict[str, Value]:
    """One whole document. Raises ValueError where it is none, or has more in it than makes sense."""
    reader = _Reader(data)
    document = reader.document(0)
    if reader.place != len(data):
        raise ValueError(f"{len(data) - reader.place} bytes stand behind a document")
    return document


def _element(key: str, value: Value) -> bytes:
    if "\x00" in key:
        raise ValueError(f"{key!r} cannot be a key")
    kind, data = _value(value)
    return bytes([kind]) + key.encode() + b"\x00" + data


def _value(value: Value) -> tuple[int, bytes]:
    match value:
        case None:
            return _NULL, b""
        case bool():
            return _BOOL, bytes([value])
        case int() if -(2**31) <= value < 2**31:
            return _INT32, struct.pack("<i", value)
        case int() if -(2**63) <= value < 2**63:
            return _INT64, struct.pack("<q", value)
        case float():
            return _DOUBLE, struct.pack("<d", value)
        case str():
            text = value.encode() + b"\x00"
            return _STRING, _LENGTH.pack(len(text)) + text
        case bytes():
            return _BINARY, _LENGTH.pack(len(value)) + b"\x00" + value
        case dict():
            return _DOCUMENT, encoded(value)
        case list() | tuple():
            return _ARRAY, encoded({str(number): each for number, each in enumerate(value)})
    raise ValueError(f"{value!r} cannot be written")


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.place = 0

    def document(self, depth: int) -> dict[str, Value]:
        """`place` is at its length; then behind its end."""
        if depth > DEEPEST:
            raise ValueError(f"documents lie more than {DEEPEST} deep in each other")
        start, length = self.place, self._length()
        end = start + length - 1
        if length < SMALLEST or end >= len(self._data) or self._data[end] != 0:
            raise ValueError(f"a document says that it has {length:,} bytes, and does not end there")
        found: dict[str, Value] = {}
        count = 0
        while self.place < end:
            count += 1
            if count > MOST_ITEMS:
                raise ValueError(f"a document has more than {MOST_ITEMS} things in it")
            kind = self._take(1)[0]
            key = self._key()
            if kind in _SKIPPED:
                self._take(_SKIPPED[kind])
            else:
                found[key] = self._read(kind, depth)
        if self.place != end:
            raise ValueError("a value reaches beyond the end of its document")
        self.place += 1
        return found

    def _read(self, kind: int, depth: int) -> Value:
        match kind:
            case 1:
                (number,) = struct.unpack("<d", self._take(8))
                return float(number)
            case 2:
                text = self._take(self._length())
                if not text.endswith(b"\x00"):
                    raise ValueError("a text has no end")
                return text[:-1].decode()
            case 3:
                return self.document(depth + 1)
            case 4:
                return list(self.document(depth + 1).values())
            case 5:
                return self._binary()
            case 8:
                return self._take(1) != b"\x00"
            case 10:
                return None
            case 16:
                return int.from_bytes(self._take(4), "little", signed=True)
            case 18:
                return int.from_bytes(self._take(8), "little", signed=True)
        raise ValueError(f"a value is of type {kind}, which no such message has")

    def _binary(self) -> bytes:
        length = self._length()
        subtype = self._take(1)[0]
        data = self._take(length)
        return data[_LENGTH.size :] if subtype == _OLD_BINARY and length >= _LENGTH.size else data

    def _key(self) -> str:
        end = self._data.find(b"\x00", self.place)
        if end < 0:
            raise ValueError("a key has no end")
        key = self._data[self.place : end].decode()
        self.place = end + 1
        return key

    def _length(self) -> int:
        (length,) = _LENGTH.unpack(self._take(_LENGTH.size))
        return int(length)

    def _take(self, count: int) -> bytes:
        if count < 0 or self.place + count > len(self._data):
            raise ValueError("a value reaches beyond the end")
        self.place += count
        return self._data[self.place - count : self.place]
