"""What NDI's numbers mean: timecode to and from the 100 ns counter, names, and the layout of the C structures."""

from __future__ import annotations

import ctypes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Label, Timecode, TimecodeRate
from livegrade.transport import ndi_abi
from livegrade.transport.ndi import timecode_from_ndi, timecode_to_ndi
from livegrade.transport.ndi_names import match_name

RATES = [Rate.parse(text) for text in ("23.976", "24", "25", "29.97", "30", "48", "50", "59.94", "60", "119.88")]


def test_the_digits_are_time_of_day_at_every_rate() -> None:
    for rate in RATES:
        counting = TimecodeRate(rate)
        ten = Timecode.from_label(Label(10, 0, 0, 12), counting)
        assert timecode_to_ndi(ten) == 36_000 * 10_000_000 + -(-12 * 10_000_000 // rate.nominal)


@given(st.sampled_from(RATES), st.integers(0, 24 * 3600 * 24 - 1))
def test_round_trip(rate: Rate, frames: int) -> None:
    timecode = Timecode(frames, TimecodeRate(rate))
    assert timecode_from_ndi(timecode_to_ndi(timecode), rate) == timecode


def test_drop_frame_and_pairs_keep_their_digits() -> None:
    rate = Rate.parse("59.94")
    dropped = Timecode.from_label(Label(1, 1, 0, 4), TimecodeRate(rate, drop_frame=True))
    back = timecode_from_ndi(timecode_to_ndi(dropped), rate)
    assert back.label == dropped.label
    pair = Timecode.from_label(Label(1, 1, 0, 3, 1), TimecodeRate.sdi(rate))
    assert timecode_from_ndi(timecode_to_ndi(pair), rate).label == Label(1, 1, 0, 7)


def test_a_counter_of_utc_reads_as_time_of_day() -> None:
    seconds = 1_700_000_000  # 2023-11-14 22:13:20 UTC
    assert str(timecode_from_ndi(seconds * 10_000_000 + 4_400_000, Rate.of(25))) == "22:13:20:11"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("CART (CAM A)", "CART (CAM A)"),
        ("CAM A", "CART (CAM A)"),
        ("cam b", "CART (Cam B)"),
        ("Chan (1)", "BOX (Chan (1))"),
        ("CAM", None),
    ],
)
def test_names(wanted: str, found: str | None) -> None:
    assert match_name(wanted, ("BOX (Chan (1))", "CART (CAM A)", "CART (Cam B)")) == found


def test_structures_are_as_large_as_the_headers_make_them() -> None:
    """64-bit sizes, from compiling Processing.NDI.Lib.h of the NDI SDK 6.3 with g++ 12."""
    if ctypes.sizeof(ctypes.c_void_p) != 8:
        pytest.skip("sizes are those of 64-bit systems")
    sizes = {
        ndi_abi.VideoFrame: 72,
        ndi_abi.AudioFrame: 64,
        ndi_abi.MetadataFrame: 24,
        ndi_abi.RecvCreate: 40,
        ndi_abi.SendCreate: 24,
        ndi_abi.FindCreate: 24,
    }
    assert {kind: ctypes.sizeof(kind) for kind in sizes} == sizes
