"""The bytes of OSC 1.0: packets from strangers into messages, and messages into packets.

Written here and not left to a library: what comes from the network is bounded before anything is made of it, and a
bundle is walked without recursion. Source: The Open Sound Control 1.0 Specification, M. Wright, 2002, and the type tags
T, F, N and I of version 1.1.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from livegrade.control.surface.message import Argument, Message
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

BUNDLE = b"#bundle\x00"
BUNDLE_HEAD = len(BUNDLE) + 8
"""Bytes before the first element: the word and the time tag."""
AT_ONCE = (1).to_bytes(8, "big")
"""The time tag that means now."""
MOST_MESSAGES = 256
"""Messages of a packet, however they are nested."""
MOST_ELEMENTS = 2 * MOST_MESSAGES
MOST_ADDRESS = 255
MOST_ARGUMENTS = 16
MOST_DATAGRAM = 1400
"""Bytes of a packet that we send: what fits into one frame of any network."""

_NUMBERS = {"i": struct.Struct(">i"), "f": struct.Struct(">f"), "h": struct.Struct(">q"), "d": struct.Struct(">d")}
_PLAIN: dict[str, Argument] = {"T": True, "F": False, "N": None, "I": True}
MOST_FLOAT32 = 3.4e38
_INT32 = range(-(2**31), 2**31)


def read_packet(data: bytes) -> list[Message]:
    """The messages of a packet in the order in which they stand; time tags are read past: what comes is meant now.
    Raises UsageError for a packet that is not OSC, or holds more than any surface sends."""
    found: list[Message] = []
    left: list[tuple[int, int]] = [(0, len(data))]
    elements = 0
    while left:
        begin, end = left.pop()
        elements += 1
        if elements > MOST_ELEMENTS or len(found) >= MOST_MESSAGES:
            raise UsageError(f"a packet of more than {MOST_MESSAGES} messages; send them in several")
        if data.startswith(BUNDLE, begin, end):
            left.extend(reversed(_elements(data, begin, end)))
        else:
            found.append(_message(data, begin, end))
    return found


def packed(message: Message) -> bytes:
    """A message as bytes. Numbers with a point go as 32 bits, switches as 1 and 0: every surface knows those."""
    tags, body = ",", b""
    for argument in message.arguments:
        if isinstance(argument, str):
            tags, body = tags + "s", body + _text(argument)
        elif isinstance(argument, float):
            tag = "f" if abs(argument) < MOST_FLOAT32 else "d"
            tags, body = tags + tag, body + _NUMBERS[tag].pack(argument)
        elif argument is None:
            tags += "N"
        else:
            tag = "i" if int(argument) in _INT32 else "h"
            tags, body = tags + tag, body + _NUMBERS[tag].pack(int(argument))
    return _text(message.address) + _text(tags) + body


def bundles(messages: Iterable[bytes]) -> Iterable[list[bytes]]:
    """Packed messages in groups that each fit into one packet, in order; `bundled` makes the packet."""
    group: list[bytes] = []
    size = BUNDLE_HEAD
    for message in messages:
        if group and size + 4 + len(message) > MOST_DATAGRAM:
            yield group
            group, size = [], BUNDLE_HEAD
        group.append(message)
        size += 4 + len(message)
    if group:
        yield group


def bundled(group: list[bytes]) -> bytes:
    """One packet: a message by itself, or a bundle of several that is meant now."""
    if len(group) == 1:
        return group[0]
    return BUNDLE + AT_ONCE + b"".join(len(message).to_bytes(4, "big") + message for message in group)


def shortest(value: float) -> float:
    """The number that was meant by one of 32 bits: the shortest decimal that they stand for, so that 1.05 is not
    1.0499999523162842 in a look."""
    # Not str(): how that writes numbers is a setting of the whole process, and libraries change it.
    return float(np.format_float_scientific(np.float32(value), unique=True))


def _elements(data: bytes, begin: int, end: int) -> list[tuple[int, int]]:
    """Where the elements of a bundle begin and end."""
    at = begin + BUNDLE_HEAD
    if at > end:
        raise UsageError("a bundle that ends before its time tag")
    places: list[tuple[int, int]] = []
    while at < end:
        size = int.from_bytes(data[at : at + 4], "big")
        at += 4
        if size % 4 or size == 0 or at + size > end:
            raise UsageError(f"an element of {size} bytes in a bundle that has {max(end - at, 0)} left")
        places.append((at, at + size))
        if len(places) > MOST_ELEMENTS:
            raise UsageError(f"a packet of more than {MOST_MESSAGES} messages; send them in several")
        at += size
    return places


def _message(data: bytes, begin: int, end: int) -> Message:
    if data[begin : begin + 1] != b"/":
        raise UsageError("a packet that is no OSC message: it does not begin with a /")
    address, at = _string(data, begin, end)
    if len(address) > MOST_ADDRESS:
        raise UsageError(f"an address of {len(address)} characters; there is none with more than {MOST_ADDRESS}")
    if at == end:
        return Message(address)  # old senders leave the type tags out
    tags, at = _string(data, at, end)
    if not tags.startswith(","):
        raise UsageError(f"{address}: arguments without type tags")
    if len(tags) > 1 + MOST_ARGUMENTS:
        raise UsageError(f"{address}: {len(tags) - 1} arguments; none takes more than {MOST_ARGUMENTS}")
    arguments: list[Argument] = []
    for tag in tags[1:]:
        argument, at = _argument(address, tag, data, at, end)
        arguments.append(argument)
    return Message(address, tuple(arguments))


def _argument(address: str, tag: str, data: bytes, at: int, end: int) -> tuple[Argument, int]:
    if tag in _PLAIN:
        return _PLAIN[tag], at
    if tag in ("s", "S"):
        return _string(data, at, end)
    number = _NUMBERS.get(tag)
    if number is None:
        raise UsageError(f"{address}: an argument of type '{tag}'; send numbers, text or switches")
    if at + number.size > end:
        raise UsageError(f"{address}: ends within its arguments")
    value = number.unpack_from(data, at)[0]
    return (shortest(value) if tag == "f" else value), at + number.size


def _string(data: bytes, at: int, end: int) -> tuple[str, int]:
    """The text at `at`, and where what follows it begins."""
    stop = data.find(b"\x00", at, end)
    if stop < 0:
        raise UsageError("a packet with a text that does not end")
    after = at + (stop - at) // 4 * 4 + 4
    if after > end:
        raise UsageError("a packet with a text that is not filled up to 4 bytes")
    try:
        return data[at:stop].decode(), after
    except UnicodeDecodeError:
        raise UsageError("a packet with a text that is not UTF-8") from None


def _text(text: str) -> bytes:
    """UTF-8, ended and filled up to 4 bytes."""
    data = text.replace("\x00", "").encode(errors="replace")
    return data + b"\x00" * (4 - len(data) % 4)
