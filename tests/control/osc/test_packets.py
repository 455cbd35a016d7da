"""OSC bytes against two implementations that are not ours (liblo, python-osc), and against what nobody sends in good
faith."""

from __future__ import annotations

import contextlib
import socket
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.osc_packet import OscPacket

from livegrade.control.osc.packets import (
    BUNDLE,
    MOST_ARGUMENTS,
    MOST_DATAGRAM,
    MOST_MESSAGES,
    bundled,
    bundles,
    packed,
    read_packet,
)
from livegrade.control.surface.message import Message
from livegrade.errors import UsageError

liblo = pytest.importorskip("pyliblo3", reason="pyliblo3 has no wheel for this system")

TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
ADDRESS = st.text(st.sampled_from("abcdefgA1-_"), min_size=1, max_size=12).map(lambda word: f"/{word}")
FLOAT32 = st.floats(width=32, allow_nan=False, allow_infinity=False)


def from_python_osc(address: str, *arguments: tuple[str, object]) -> bytes:
    builder = OscMessageBuilder(address)
    for kind, value in arguments:
        builder.add_arg(value, kind)
    return builder.build().dgram


def from_liblo(send: object) -> bytes:
    """What liblo puts on the wire."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(30)
        liblo.send(liblo.Address("127.0.0.1", receiver.getsockname()[1]), send)
        return receiver.recv(65536)


def test_every_type_that_a_surface_sends_is_read() -> None:
    data = from_python_osc(
        "/livegrade/A/x",
        ("i", -7), ("f", 1.05), ("s", "Grün 1"), ("h", 2**40), ("d", 0.1), ("T", True), ("F", False), ("N", None),
    )  # fmt: skip
    assert read_packet(data) == [Message("/livegrade/A/x", (-7, 1.05, "Grün 1", 2**40, 0.1, True, False, None))]
    by_liblo = from_liblo(liblo.Message("/a", ("i", 3), ("f", 0.01), ("s", "x"), ("T", True), ("I", None)))
    assert read_packet(by_liblo) == [Message("/a", (3, 0.01, "x", True, True))]


def test_a_number_of_32_bits_is_the_one_that_was_meant() -> None:
    for meant in (1.05, 0.1, -0.002, 3.3333333):
        assert read_packet(from_python_osc("/a", ("f", meant)))[0].arguments == (meant,)
    assert read_packet(from_python_osc("/a", ("d", 1 / 3)))[0].arguments == (1 / 3,)
    with np.printoptions(legacy="1.13"):  # as some libraries leave it
        assert read_packet(from_python_osc("/a", ("f", 1000001.0)))[0].arguments == (1000001.0,)


def test_bundles_in_bundles_are_read_in_order_whatever_their_time() -> None:
    inner = OscBundleBuilder(IMMEDIATELY)
    for address in ("/b", "/c"):
        inner.add_content(OscMessageBuilder(address).build())
    outer = OscBundleBuilder(2_000_000_000.5)
    outer.add_content(OscMessageBuilder("/a").build())
    outer.add_content(inner.build())
    outer.add_content(OscMessageBuilder("/d").build())
    assert [one.address for one in read_packet(outer.build().dgram)] == ["/a", "/b", "/c", "/d"]
    by_liblo = from_liblo(liblo.Bundle(liblo.time() + 60, liblo.Message("/x", 1), liblo.Message("/y", 2)))
    assert read_packet(by_liblo) == [Message("/x", (1,)), Message("/y", (2,))]


def test_a_message_without_type_tags_has_no_arguments() -> None:
    assert read_packet(b"/livegrade/ping\x00") == [Message("/livegrade/ping")]


@given(ADDRESS, st.lists(st.integers(-(2**63), 2**63 - 1) | FLOAT32 | TEXT | st.none(), max_size=MOST_ARGUMENTS))
def test_what_we_send_is_read_by_others_and_by_us(address: str, arguments: list) -> None:
    data = packed(Message(address, tuple(arguments)))
    theirs = OscPacket(data).messages[0].message
    assert theirs.address == address
    assert theirs.params == pytest.approx(arguments) if all(isinstance(a, float) for a in arguments) else True
    ours = read_packet(data)[0]
    assert [struct.pack(">f", a) if isinstance(a, float) else a for a in ours.arguments] == [
        struct.pack(">f", a) if isinstance(a, float) else a for a in arguments
    ]


def test_a_number_beyond_32_bits_is_sent_with_64() -> None:
    assert OscPacket(packed(Message("/a", (1e300,)))).messages[0].message.params == [1e300]


def test_many_values_go_out_in_packets_that_fit_the_network() -> None:
    messages = [packed(Message(f"/livegrade/A/node/n{number}/slope", (1.0, 2.0, 3.0))) for number in range(200)]
    packets = [bundled(group) for group in bundles(messages)]
    assert max(map(len, packets)) <= MOST_DATAGRAM
    assert len(packets) < 12
    heard = [one.message.address for packet in packets for one in OscPacket(packet).messages]
    assert heard == [f"/livegrade/A/node/n{number}/slope" for number in range(200)]
    assert OscPacket(bundled(messages[:1])).messages[0].message.address == "/livegrade/A/node/n0/slope"


GOOD = bundled([packed(Message("/livegrade/A/slope", (1.0, 2, "x"))), packed(Message("/b", (1,)))])


@settings(max_examples=150)
@given(
    st.binary(max_size=200)
    | st.binary(max_size=60).map(lambda rest: BUNDLE + bytes(8) + rest)
    | st.binary(max_size=60).map(lambda rest: b"/a\x00\x00," + rest)
    | st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)).map(
        lambda change: GOOD[: change[0]] + bytes([change[1]]) + GOOD[change[0] + 1 :]
    )
)
def test_any_bytes_are_messages_or_one_refusal(data: bytes) -> None:
    with contextlib.suppress(UsageError):
        assert all(one.address.startswith("/") for one in read_packet(data))


def test_a_packet_that_is_cut_anywhere_is_refused_or_shorter() -> None:
    whole = read_packet(GOOD)
    for end in range(len(GOOD)):
        try:
            assert read_packet(GOOD[:end]) in ([], whole[:1])
        except UsageError:
            continue


def element(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"#bundle\x00",
        BUNDLE + bytes(8) + (-4 & 0xFFFFFFFF).to_bytes(4, "big"),
        BUNDLE + bytes(8) + bytes(4) * 5,
        BUNDLE + bytes(8) + element(b"/a\x00\x00") * (MOST_MESSAGES + 1),
        b"/" + b"a" * 300 + bytes(4),
        b"/a\x00\x00" + b"," + b"i" * (MOST_ARGUMENTS + 1) + bytes(200),
        b"/a\x00\x00,[i]\x00\x00\x00\x00\x00\x00\x00\x00\x01",
        b"/\xff\xfe\x00",
        b"/a\x00\x00,b\x00\x00\xff\xff\xff\xff",
    ],
)
def test_what_no_surface_sends_is_refused(data: bytes) -> None:
    with pytest.raises(UsageError):
        read_packet(data)


def test_a_bundle_a_thousand_deep_is_refused_and_not_climbed() -> None:
    data = packed(Message("/a"))
    while len(data) < 60_000:
        data = BUNDLE + bytes(8) + element(data)
    with pytest.raises(UsageError):
        read_packet(data)
