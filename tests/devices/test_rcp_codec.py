"""RED's older RCP as lines, and what its parameters mean."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade_devices.camera import CameraState
from livegrade_devices.cameras.red.lines import Line, read_line
from livegrade_devices.cameras.red.rcp import state_of

WORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", min_size=1, max_size=16)
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)


@pytest.mark.parametrize(
    ("line", "data"),
    [
        (Line("G", "RECORD"), b"#$EXT:G:RECORD:*1D\n"),
        (Line("S", "RECORD", "1"), b"#$EXT:S:RECORD:1:*02\n"),
        (Line("S", "ISO", "800"), b"#$EXT:S:ISO:800:*53\n"),
    ],
)
def test_the_published_vectors(line: Line, data: bytes) -> None:
    assert line.data == data
    assert read_line(data[:-1]) == line


def test_the_checksum_may_be_left_out_and_must_not_be_wrong() -> None:
    assert read_line(b"#$EXT:G:CAMINFO:") == Line("G", "CAMINFO")
    assert read_line(b"#@EXT$CAM1:C:POSTTC:10\\:00\\:00\\:05:") == Line("C", "POSTTC", "10:00:00:05", "CAM1", "EXT")
    assert read_line(b"#$EXT:G:RECORD:*1E") is None
    for wrong in (
        b"",
        b"#",
        b"$EXT:G:RECORD:",
        b"#EXT:G:RECORD:",
        b"#$EXT:G:",
        b"#$EXT:G:RECORD",
        b"#$E\xff:G:RECORD:",
    ):
        assert read_line(wrong) is None
    for line in (Line("G", "rec"), Line("", "RECORD"), Line("S", "ISO", "8\n0"), Line("S", "ISO", "é")):
        with pytest.raises(ValueError, match="cannot stand in a line"):
            _ = line.data


@given(WORDS, WORDS, VALUES, WORDS, st.one_of(st.just(""), WORDS))
def test_lines_come_back_and_no_part_with_a_checksum_is_one(
    command: str, parameter: str, value: str, source: str, target: str
) -> None:
    line = Line(command, parameter, value, source, target)
    data = line.data.rstrip(b"\n")
    assert read_line(data) == line
    for end in range(len(data)):
        # Without its checksum a line may end behind any field: that is why we always send one.
        assert read_line(data[:end]) is None or data[:end].endswith(b":")


@given(st.binary(max_size=80))
def test_garbage_is_no_line(data: bytes) -> None:
    line = read_line(data)
    assert line is None or data.startswith(b"#")


def test_values_keep_their_units_and_what_is_not_known_is_none() -> None:
    assert state_of({}, {}) == CameraState()
    said = state_of(
        {
            "ISO": "800",
            "COLTMP": "5600000",
            "TINT": "-1500",
            "SHANGLET": "172800",
            "SHTIMET": "50000",
            "APRTRT": "28",
            "SENSFPS": "24000",
            "PROJFPS": "25025",
            "RECORD": "1",
            "POSTTC": "10:00:00:05",
        },
        {"SHTIMET": "1/50"},
    )
    assert (said.ei, said.white_balance_k, said.tint, said.tint_unit) == (800, 5600, -1.5, "RED tint")
    assert (said.shutter_angle, said.shutter_s, said.iris) == (172.8, Fraction(1, 50), 2.8)
    assert (said.sensor_fps, said.project_fps) == (Fraction(24000, 1001), Fraction(25))
    assert (said.recording, said.timecode) == (True, "10:00:00:05")
    odd = state_of({"ISO": "high", "RECORD": "2", "SENSFPS": "0", "APRTRT": "-1"}, {"SHTIMET": "1/0"})
    assert odd == CameraState(alerts=("record state 2",))
