"""ARRI's CAP as bytes, in both forms of its fields, and what its variables mean."""

from __future__ import annotations

import asyncio
import math
import struct
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.errors import DeviceError
from livegrade_devices.camera import CameraState
from livegrade_devices.cameras.arri import variables as cap
from livegrade_devices.cameras.arri.frames import Fields, Frame, FrameType, next_frame, read_frame
from livegrade_devices.wires.lines import Lines

from .talking import Pieces

PLAIN, TYPED = Fields(), Fields(typed=True)
both = pytest.mark.parametrize("fields", [PLAIN, TYPED], ids=["plain", "typed"])


def test_the_vectors_of_the_plain_form() -> None:
    live = Frame(FrameType.COMMAND, 1, cap.LIVE)
    name = Frame(FrameType.COMMAND, 2, cap.CLIENT_NAME, PLAIN.string("dit"))
    assert live.data == bytes.fromhex("00 07 01 00 01 00 80")
    assert name.data == bytes.fromhex("00 0C 01 00 02 00 83 00 03 64 69 74")
    assert TYPED.string("dit") == bytes.fromhex("09 00 03 64 69 74")
    assert TYPED.number("f", 1.0) == bytes.fromhex("07 3F 80 00 00")
    assert PLAIN.array([0x40, 0x53]) == bytes.fromhex("00 02 00 40 00 53")


@given(st.sampled_from(FrameType), st.integers(0, 65535), st.integers(0, 65535), st.binary(max_size=40))
def test_frames_come_back_and_no_part_of_one_is_one(kind: FrameType, number: int, code: int, payload: bytes) -> None:
    frame = Frame(kind, number, code, payload)
    data = frame.data
    assert read_frame(data) == frame
    for end in range(len(data)):
        with pytest.raises(DeviceError):
            read_frame(data[:end])


@given(st.binary(max_size=40))
def test_garbage_is_a_frame_that_comes_back_or_a_sentence(data: bytes) -> None:
    try:
        frame = read_frame(data)
    except DeviceError:
        return
    assert frame.data == data


def test_a_stream_gives_frames_and_refuses_lengths_that_are_none() -> None:
    frame = Frame(FrameType.EVENT, 0, cap.EI, PLAIN.number("I", 800))

    async def work() -> None:
        data = 2 * frame.data
        lines = Lines(Pieces(*(data[at : at + 3] for at in range(0, len(data), 3))), "camera")
        assert [await next_frame(lines), await next_frame(lines)] == [frame, frame]
        with pytest.raises(DeviceError, match="closed the connection"):
            await next_frame(lines)
        for wrong in (b"\x00\x00", b"\x00\x06\x01\x00\x00\x00", b"\x00\x07\x09\x00\x01\x00\x80"):
            with pytest.raises(DeviceError):
                await next_frame(Lines(Pieces(wrong), "camera"))

    asyncio.run(work())


@both
@given(st.integers(-(2**31), 2**31 - 1), st.text(max_size=20), st.lists(st.integers(0, 65535), max_size=9))
def test_fields_come_back(fields: Fields, number: int, text: str, numbers: list[int]) -> None:
    assert fields.read_number(fields.number("i", number), signed=True) == number
    assert fields.read_string(fields.string(text)) == text
    assert fields.read_array(fields.array(numbers)) == tuple(numbers)
    for data, read in ((fields.string(text), fields.read_string), (fields.array(numbers), fields.read_array)):
        for end in range(len(data)):
            with pytest.raises(DeviceError):
                read(data[:end])


@both
@given(st.sampled_from([*cap.WATCHED, cap.TYPE]), st.binary(max_size=12))
def test_payloads_of_any_kind_are_values_or_sentences(fields: Fields, variable: int, payload: bytes) -> None:
    try:
        value = cap.read_variable(fields, variable, payload)
    except DeviceError:
        return
    cap.state_of({variable: value})


def test_numbers_that_do_not_fit_are_refused() -> None:
    for form, value in (("H", 65536), ("H", -1), ("I", 2**32)):
        with pytest.raises(ValueError, match="does not fit"):
            PLAIN.number(form, value)
    with pytest.raises(ValueError, match="do not fit a frame"):
        _ = Frame(FrameType.COMMAND, 0, 0, bytes(65536)).data


def test_values_keep_their_units_and_what_is_not_known_is_none() -> None:
    assert cap.state_of({}) == CameraState()
    said = cap.state_of(
        {
            cap.INDEX: 1,
            cap.PROJECT_RATE: 0,
            cap.STATE: 0x29,
            cap.KELVIN: 5600,
            cap.TINT: struct.unpack(">f", struct.pack(">f", -1.3))[0],
            cap.EI: 1280,
            cap.REEL: 7,
            cap.CLIP: 12,
            cap.SENSOR_FPS: struct.unpack(">f", struct.pack(">f", 23.976))[0],
            cap.ANGLE: struct.unpack(">f", struct.pack(">f", 172.8))[0],
            cap.TIMECODE: 0x10203024,
            cap.IRIS: 4000,
            cap.FOCUS: 1524,
            cap.FOCAL: 47000,
        }
    )
    assert (said.ei, said.white_balance_k, said.tint, said.tint_unit) == (1280, 5600, -1.3, "ARRI tint")
    assert (said.sensor_fps, said.project_fps, said.shutter_angle) == (Fraction(24000, 1001),) * 2 + (172.8,)
    assert (said.recording, said.alerts) == (True, ("warning", "pre-recording"))
    assert (said.reel, said.clip, said.timecode) == ("B007", "C012", "10:20:30:24")
    assert said.iris == pytest.approx(2**1.5)
    assert (said.iris_is_t, said.focus_m, said.focal_mm) == (True, 1.524, 47.0)
    odd = cap.state_of({cap.FOCUS: -1, cap.IRIS: -2, cap.TIMECODE: 0x1A, cap.PROJECT_RATE: 99, cap.FOCAL: 0})
    assert odd == CameraState(focus_m=math.inf, alerts=("iris is closed",))
    assert cap.state_of({cap.PROJECT_RATE: 9}).project_fps == 25
    assert cap.state_of({cap.SENSOR_FPS: 12.5}).sensor_fps == Fraction(25, 2)
