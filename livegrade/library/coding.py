"""Library values as JSON: exact for the database, readable for people.

In the database a timecode is its count of pictures and its exact rate. For people it is a label, and rates are names.
"""

from __future__ import annotations

import dataclasses
import threading
from enum import Enum
from fractions import Fraction
from typing import Any, TypeVar

import msgspec

from livegrade.errors import LibraryError
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode

V = TypeVar("V")

_decoders: dict[type[Any], msgspec.json.Decoder[Any]] = {}
_making = threading.Lock()
"""Decoders are made one at a time: msgspec 0.22 crashes where two threads are the first to read a type."""


def encoded(value: Any) -> bytes:
    """A value of `library.values` as it lies in the database."""
    return msgspec.json.encode(value, enc_hook=_fraction_text)


def decoded(body: bytes, kind: type[V]) -> V:
    """The value that gave `body`; fields that it lacks have their defaults. Raises LibraryError."""
    try:
        return _decoder(kind).decode(body)
    except (msgspec.DecodeError, ValueError, ArithmeticError) as error:
        raise LibraryError(f"an entry of the library cannot be read as a {kind.__name__.lower()}: {error}") from error


def _decoder(kind: type[V]) -> msgspec.json.Decoder[V]:
    with _making:
        if kind not in _decoders:
            _decoders[kind] = msgspec.json.Decoder(kind, dec_hook=_fraction)
        return _decoders[kind]


def plain(value: Any) -> Any:
    """For people and scripts: dicts, lists, words and numbers; timecodes as labels, rates by name."""
    if isinstance(value, Timecode | Rate):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return value


def _fraction_text(value: Any) -> Any:
    if isinstance(value, Fraction):
        return str(value)
    raise NotImplementedError(type(value))


def _fraction(kind: type, value: Any) -> Any:
    if kind is Fraction:
        return Fraction(str(value)[:40])
    raise NotImplementedError(kind)
