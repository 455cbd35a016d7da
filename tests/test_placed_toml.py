"""Lines of keys and tables in a TOML file, checked against where they were written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.placed_toml import TomlError, read_toml

if TYPE_CHECKING:
    from pathlib import Path

TEXT = '''# a rig
name = "x"   # 2
[engine]     # 3
threads = 2  # 4
"a b" = 1    # 5

[[slot]]     # 7
name = """
[[slot]]
source = 1
"""
source = "b" # 12
[[slot]]     # 13
name = "B"   # 14
[[slot.node]]
kind = "cdl" # 16
[[slot.node]]
[slot.node.values]  # 18
slope = [
  1, 2,
]
[deep.table] # 22
x.y = 3      # 23
'''


def test_lines_are_those_they_were_written_in(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    for end in ("\n", "\r\n"):
        path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", end).encode())
        file = read_toml(path, 10_000)
        wanted = {
            ("name",): 2,
            ("engine",): 3,
            ("engine", "threads"): 4,
            ("engine", "a b"): 5,
            ("slot", 0): 7,
            ("slot", 0, "source"): 12,
            ("slot", 1): 13,
            ("slot", 1, "name"): 14,
            ("slot", 1, "node", 0, "kind"): 16,
            ("slot", 1, "node", 1, "values"): 18,
            ("slot", 1, "node", 1, "values", "slope", 0): 19,
            ("deep", "table", "x", "y"): 23,
            ("slot", 1, "missing"): 13,
            ("nowhere",): None,
        }
        assert {key: file.line_of(key) for key in wanted} == wanted


@pytest.mark.parametrize(
    ("data", "fault", "line"),
    [
        (b"a = 1\nb = \n", "is not TOML: Invalid value", 2),
        (b"a = 1\nb = [", "is not TOML", None),
        (b"a = 1\nb = 1,5\n", "is not TOML: there is a comma in a number; write decimals with a point", 2),
        (b"a = 1\n\xff", "is not UTF-8 text", 2),
        (b"a = " + b"[" * 5000, "is not TOML that anybody wrote", None),
        (b"#" * 10_001, "is larger than 9 KiB", None),
    ],
)
def test_faults_have_their_line(data: bytes, fault: str, line: int | None, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(data)
    with pytest.raises(TomlError) as error:
        read_toml(path, 10_000)
    assert error.value.fault.startswith(fault)
    assert error.value.line == line


def test_a_folder_and_nothing_are_no_file(tmp_path: Path) -> None:
    for path, fault in ((tmp_path, "this is a folder"), (tmp_path / "nowhere.toml", "there is no such file")):
        with pytest.raises(TomlError, match=fault):
            read_toml(path, 100)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("toml") / "a.toml"
    path.write_bytes(data)
    file, line = None, None
    try:
        file = read_toml(path, 1000)
    except TomlError as error:
        line = error.line
    assert line is None or 1 <= line <= data.count(b"\n") + data.count(b"\r") + 1
    assert file is None or data.count(b"=") != 1 or all(file.line_of((key,)) for key in file.tree)
