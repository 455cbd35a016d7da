"""The bytes of a ColorBox: vectors of the reference, there and back, cut off, garbage."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade_devices.lutboxes import colorboxwire as wire
from livegrade_devices.lutboxes.stages import Stages

WHOLE = Stages(lattice=np.zeros((33, 33, 33, 3), np.uint16))


def test_a_lattice_that_changes_nothing_is_the_one_of_the_demos() -> None:
    """Vector: reference, 1.1: red goes fastest, entries are codes of 12 bits shifted left by 4."""
    planes = np.minimum(np.arange(33) << 7, 4095).astype(np.uint16)
    lattice = np.stack(np.meshgrid(planes, planes, planes, indexing="ij"), axis=-1)
    message = wire.lattice_message(lattice)
    assert message[:16] == bytes.fromhex("33444C31 000000000000 000800000000".replace(" ", ""))
    assert message[16:18] == b"\x00\x10"
    assert len(message) == 4 + 215_622
    assert struct.unpack("<3H", message[-6:]) == (4095 << 4,) * 3
    assert struct.unpack("<3H", message[4 + 33 * 6 : 4 + 34 * 6]) == (0, 128 << 4, 0)


def test_tables_and_matrices_have_the_lengths_of_the_reference() -> None:
    table = wire.table_message(b"1DL3", None)
    assert len(table) == 4 + 24_576
    assert struct.unpack("<6h", table[4 : 4 + 12]) == (0, 0, 0, 1, 1, 1)
    assert struct.unpack("<3h", table[-6:]) == (4095,) * 3
    matrix = wire.matrix_message(b"MTX2", np.array([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]], np.float32))
    assert len(matrix) == 4 + 64
    assert struct.unpack("<16f", matrix[4:]) == (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 0, 0, 1)


def test_every_stage_is_sent_in_the_order_of_the_picture() -> None:
    assert [message[:4] for message in wire.messages(WHOLE)] == list(wire.STAGES)
    assert [message[:4] for message in wire.messages(Stages())] == [each for each in wire.STAGES if each != b"3DL1"]


@given(st.integers(0, 2**32 - 1))
def test_what_is_made_is_read_as_it_was(seed: int) -> None:
    random = np.random.default_rng(seed)
    table = random.integers(0, 4096, (4096, 3)).astype(np.uint16)
    lattice = random.integers(0, 4096, (33, 33, 33, 3)).astype(np.uint16)
    matrix = random.standard_normal((3, 4)).astype(np.float32)
    read = wire.loaded(wire.table_message(b"1DL4", table))
    assert read is not None
    assert read.stage == "lut1d_4"
    assert (read.values == table).all()
    read = wire.loaded(wire.lattice_message(lattice))
    assert read is not None
    assert (read.values.astype(np.int64).transpose(2, 1, 0, 3) >> 4 == lattice).all()
    read = wire.loaded(wire.matrix_message(b"MTX3", matrix))
    assert read is not None
    assert (read.values[:3] == matrix).all()


@pytest.mark.parametrize("message", list(wire.messages(WHOLE)), ids=[each.decode() for each in wire.STAGES])
def test_a_message_of_another_length_is_refused(message: bytes) -> None:
    cuts = range(4, len(message)) if len(message) < 100 else [4, 5, len(message) // 2, len(message) - 1]
    for cut in cuts:
        with pytest.raises(ValueError, match="bytes, not"):
            wire.loaded(message[:cut])
    with pytest.raises(ValueError, match="bytes, not"):
        wire.loaded(message + b"\x00")


@given(st.binary(max_size=200))
def test_garbage_is_nothing(data: bytes) -> None:
    if data[:4] not in wire.STAGES:
        assert wire.loaded(data) is None
    assert wire.asked(data) is None
    assert wire.answered(data) is None


def test_a_question_is_what_the_demo_asks_and_cut_off_it_is_none() -> None:
    """Source: AJA, ColorBox demos, rgb_triplet."""
    message = wire.question("7", (3, 0), (1, 2048, 4095))
    assert json.loads(message) == {
        "type": "rgbtriplet",
        "x": 3,
        "y": 0,
        "r": 16,
        "g": 2048 << 4,
        "b": 4095 << 4,
        "cookie": "7",
    }
    question = wire.asked(message)
    assert question is not None
    assert (question.cookie, question.b) == ("7", 65_520)
    for cut in range(len(message)):
        assert wire.asked(message[:cut]) is None


def test_an_answer_is_read_and_cut_off_it_is_none() -> None:
    text = json.dumps(
        {"type": "rgbtriplet", "x": 3, "y": 0, "r": 1, "g": 2, "b": 3, "cookie": "7"}
        | {"expectedR": 1, "expectedG": 2, "expectedB": 3, "actualR": 4, "actualG": 5, "actualB": 6}
    ).encode()
    answer = wire.answered(text)
    assert answer is not None
    assert answer.actual == (4, 5, 6)
    assert (answer.expected_r, answer.expected_g, answer.expected_b, answer.cookie) == (1, 2, 3, "7")
    for cut in range(len(text)):
        assert wire.answered(text[:cut]) is None
