"""CDL in EDLs and ALEs: every spelling of the field, what `#id` means, and what is refused."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from livegrade.color.files import ale, edl, list_corrections, load_look_file
from livegrade.color.files.source import LookFile
from livegrade.color.nodes import Cdl
from livegrade.errors import LookFileError

EDL = """TITLE: DAY 1
FCM: NON-DROP FRAME

001  A001C001 V     C        01:00:04:05 01:00:05:12 00:00:00:00 00:00:01:07
* FROM CLIP NAME:  A001C001_230511_R1AB
* ASC_SOP (1.1 1.0 0.9)(0.01 0 -0.01)(1 1.1 1)
* ASC_SAT 0.9
002  A001C002 V     C        01:00:04:05 01:00:05:12 00:00:01:07 00:00:02:14
*FROM CLIP NAME: A001C002
*ASC_SOP: (1.2 1.0 0.9) (0.01 0 -1e-2) (1 1.1 1)
*ASC_SAT: 1.25
003  A001C003 AA/V  D    010 01:00:04:05 01:00:05:12 00:00:02:14 00:00:03:21
* TO CLIP NAME: A001C003
* LOC: 01:00:15:13 GREEN
004  A001C002 V     C        01:00:08:05 01:00:09:12 00:00:03:21 00:00:05:03
* FROM CLIP NAME: A001C002
* ASC_SOP (1.2 1.0 0.9)(0.01 0 -0.01)(1 1.1 1)
* ASC_SAT 1.25
005  A001C004 V     C        01:00:08:05 01:00:09:12 00:00:05:03 00:00:06:10
* FROM CLIP NAME: A001C004
* ASC_SAT 0
"""

ALE = "\n".join(
    [
        "Heading\nFIELD_DELIM\tTABS\nFPS\t24\n",
        "Column\nName\tTape\tStart\tEnd\tASC_SOP\tASC_SAT\tCDL\n",
        "Data\nA001C001\tA001\t01:00:00:00\t01:00:01:00\t(1.1 1 0.9)(0.01 0 -0.01)(1 1.1 1)\t0.9\t",
        "A001C002\tA001\t01:00:02:00\t01:00:03:00\t\t\t(1.2 1 0.9) (0.01 0 -0.01) (1 1.1 1) (1.25)",
        "A001C003\tA001\t01:00:04:00\t01:00:05:00\t\t\t",
        "A001C004\tA002\t01:00:06:00\t01:00:07:00\t\t0.5",
        "",
    ]
)


def read(kind: str, text: str | bytes, selection: str | None = None) -> Cdl:
    data = text if isinstance(text, bytes) else text.encode()
    reader = edl.read_edl if kind == "edl" else ale.read_ale
    (node,) = reader(LookFile(Path(f"day1.{kind}"), data, selection)).nodes
    assert isinstance(node, Cdl)
    return node


def refused(kind: str, text: str | bytes, selection: str | None = None) -> LookFileError:
    with pytest.raises(LookFileError) as caught:
        read(kind, text, selection)
    return caught.value


FIRST = ((1.1, 1.0, 0.9), (0.01, 0.0, -0.01), (1.0, 1.1, 1.0), 0.9)
SECOND = ((1.2, 1.0, 0.9), (0.01, 0.0, -0.01), (1.0, 1.1, 1.0), 1.25)
PLAIN = ((1.0,) * 3, (0.0,) * 3, (1.0,) * 3)


@pytest.mark.parametrize(
    ("kind", "selection", "numbers"),
    [
        ("edl", "001", FIRST),
        ("edl", "A001C001_230511_R1AB", FIRST),
        ("edl", "A001C001", FIRST),
        ("edl", "002", SECOND),
        ("edl", "A001C002", SECOND),
        ("edl", "005", (*PLAIN, 0.0)),
        ("ale", "A001C001", FIRST),
        ("ale", "A001C002", SECOND),
        ("ale", "A001C004", (*PLAIN, 0.5)),
        ("ale", "A002", (*PLAIN, 0.5)),
    ],
)
def test_an_id_selects(kind: str, selection: str, numbers: tuple[object, ...]) -> None:
    text = EDL if kind == "edl" else ALE
    for data in (text, text.replace("\n", "\r\n"), text.replace("\n", "\r")):
        node = read(kind, data, selection)
        assert (node.slope, node.offset, node.power, node.saturation) == numbers
        assert node.clamp


def test_several_corrections_need_an_id() -> None:
    assert refused("edl", EDL).fault == (
        "holds 4 corrections (001, 002, 004, 005); choose one by its id, as in day1.edl#001"
    )
    assert "holds 3 corrections (A001C001, A001C002, A001C004)" in refused("ale", ALE).fault
    assert "A001" in refused("ale", ALE, "A001").fault  # two clips of that tape differ
    assert "no correction with the id 'A009'" in refused("ale", ALE, "A009").fault


def test_clips_keep_tape_and_timecode(tmp_path: Path) -> None:
    (tmp_path / "day1.edl").write_text(EDL)
    (tmp_path / "day1.ale").write_text(ALE)
    clips = list_corrections(str(tmp_path / "day1.edl"))
    assert [clip.name for clip in clips] == ["001", "002", "004", "005"]
    assert (clips[0].tape, clips[0].start, clips[0].end) == ("A001C001", "01:00:04:05", "01:00:05:12")
    clips = list_corrections(str(tmp_path / "day1.ale"))
    assert (clips[2].tape, clips[2].start, clips[2].end) == ("A002", "01:00:06:00", "01:00:07:00")


@pytest.mark.parametrize(
    ("kind", "old", "new", "selection", "fault", "line"),
    [
        ("edl", "(1 1.1 1)\n* ASC_SAT 0.9", "(1 0 1)\n* ASC_SAT 0.9", "001", "Power of event 001 must be", 6),
        ("edl", "(1.1 1.0 0.9)(0", "(1,1 1,0 0,9)(0", "001", "comma", 6),
        ("edl", "(1.1 1.0 0.9)(0", "(1.1 1.0)(0", "001", "Slope of event 001 needs 3 numbers, found 2", 6),
        ("edl", "(1.1 1.0 0.9)(0", "1.1 1.0 0.9 (0", "001", "ASC_SOP of event 001 must be (r g b)(r g b)(r g b)", 6),
        ("edl", "* ASC_SAT 0.9", "* ASC_SAT -1", "001", "zero or more", 7),
        ("edl", "* ASC_SAT 0.9", "* ASC_SAT 0.9\n* ASC_SAT 0.8", "001", "twice under event 001", 8),
        ("edl", "TITLE: DAY 1", "* ASC_SAT 0.9", "001", "before the first event", 1),
        ("edl", "* ASC_SAT 0.9", "ASC_SAT 0.9", "001", "expected '* ASC_SOP", 7),
        ("edl", "002  A001C002 V     C ", "002  A001C002 V ", "001", "expected an event", 8),
        ("ale", "(1.1 1 0.9)", "(1.1 1)", "A001C001", "Slope of clip 'A001C001' needs 3 numbers", 9),
        ("ale", "(1.1 1 0.9)", "(-1.1 1 0.9)", "A001C001", "Slope of clip 'A001C001' must be zero or more", 9),
        ("ale", "(1.25)", "", "A001C002", "(sat)", 10),
        ("ale", "\t0.9\t", "\t0,9\t", "A001C001", "comma", 9),
        ("ale", "\t0.5", "\t0.5\t\tmore", "A001C004", "8 cells where there are 7 columns", 12),
        ("ale", "Heading\n", "", "A001C001", "expected 'Heading'", 1),
        ("ale", "Data\n", "", "A001C001", "expected 'Heading', 'Column' or 'Data'", 8),
        ("ale", "\tCDL", "\tASC_SAT", "A001C001", "column ASC_SAT twice", None),
    ],
)
def test_what_would_be_wrong_is_refused(
    kind: str, old: str, new: str, selection: str, fault: str, line: int | None
) -> None:
    text = EDL if kind == "edl" else ALE
    assert old in text
    error = refused(kind, text.replace(old, new, 1), selection)
    assert fault in error.fault
    assert error.line == line


def test_one_bad_correction_does_not_cost_the_others() -> None:
    assert read("edl", EDL.replace("(1.1 1.0 0.9)(0", "(1.1)(0", 1), "002").saturation == 1.25


@pytest.mark.parametrize("kind", ["edl", "ale"])
def test_files_cut_anywhere_are_read_or_refused_in_words(kind: str) -> None:
    whole = (EDL if kind == "edl" else ALE).encode()
    for length in range(1, len(whole)):
        with suppress(LookFileError):
            read(kind, whole[:length], "001" if kind == "edl" else "A001C001")


def test_the_files_of_others(shared_data: Path) -> None:
    """The numbers are those one reads in the files. The CDLs of cdl.edl have a power of zero, which ASC CDL forbids."""
    folder = shared_data / "edit"
    (node,) = load_look_file(f"{folder / 'ale' / 'sample_cdl.ale'}#A005_C009_0501A0")
    assert isinstance(node, Cdl)
    assert node.slope == (0.8604, 0.9252, 0.9755)
    assert node.offset == (-0.0735, -0.0813, -0.0737)
    assert node.power == (0.9988, 1.0218, 1.0101)
    assert node.saturation == 0.9
    (node,) = load_look_file(str(folder / "ale" / "sample_blanks.ale"))
    assert isinstance(node, Cdl)
    assert node.saturation == 1.068
    with pytest.raises(LookFileError, match=r"line 5: Power of event 001 must be above zero, found 0"):
        load_look_file(f"{folder / 'edl' / 'cdl.edl'}#001")
    for path in sorted(folder.glob("edl/*.edl")):
        assert len(list_corrections(str(path))) == (2 if path.name == "cdl.edl" else 0)
