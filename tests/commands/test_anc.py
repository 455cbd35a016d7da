"""`livegrade sources ADDRESS --anc`: what came beside the pictures is listed, saved whole, and nothing is replaced."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from livegrade.capture.recordrules import parse_rules
from livegrade.capture.source import CaptureOptions, Ended, NoSignal, SourceKind
from livegrade.cli import run_command_line
from livegrade.commands import anc
from livegrade.timing.clock import Clock
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.transport.address import SourceAddress
from livegrade.video.ancillary import AncillaryPacket, TimecodeFlag
from livegrade.video.format import VideoFormat
from livegrade.video.frame import Frame, Metadata
from livegrade.video.layouts import layout
from livegrade.video.pool import BufferPool

if TYPE_CHECKING:
    from livegrade_hardware.emulators.decklink import EmulatedDriver

BLANK = Frame(BufferPool(32).lease(), VideoFormat(8, 2, Rate.of(25), layout("v210")), 0, 0)
FIRST = Timecode.parse("10:00:00:00", TimecodeRate.sdi(Rate.of(25)))


def take(index: int, rolls: bool) -> Frame:
    """A picture of a camera with a flag in its timecode, one in its user bits and one in a packet of its own."""
    flags = TimecodeFlag.TRIGGER_EMBEDDED | (TimecodeFlag.TRIGGERED if rolls else TimecodeFlag(0))
    packets = (
        AncillaryPacket(0x51, 0x0C, bytes((index & 255, 0x20 * rolls, *range(40))), line=9),
        AncillaryPacket(0x51, 0x53, bytes.fromhex("0408000001050300 10270000"), line=16),
    )
    metadata = Metadata(timecode_flags=flags, user_bits=0x12000000 | rolls << 6)
    return replace(BLANK, index=index, timecode=FIRST + index, metadata=metadata, ancillary=packets)


class Scripted:
    kind = SourceKind.FILE
    notes: tuple[str, ...] = ()
    length = None

    def __init__(self, script: list[Frame | NoSignal], address: str) -> None:
        self.address = address
        self.script = script
        self.closed = False

    def open(self) -> None: ...

    def read(self) -> Frame | NoSignal | Ended:
        return self.script.pop(0) if self.script else Ended(0)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Exit code and what was printed when a source with this script is watched."""

    def run(script: list[Frame | NoSignal], *words: str) -> tuple[int, str, str]:
        made: list[Scripted] = []

        def source(address: SourceAddress, options: CaptureOptions, clock: Clock) -> Scripted:
            made.append(Scripted(list(script), address.text))
            return made[0]

        monkeypatch.setattr(anc, "open_source", source)
        code = run_command_line(["sources", "--anc", *words])
        assert all(one.closed for one in made)
        return code, *capsys.readouterr()

    return run


TAKE = [take(number, 4 <= number < 8) for number in range(12)]


def test_everything_is_listed_and_flags_are_told_as_rules(watched) -> None:
    code, out, _ = watched(TAKE)
    assert code == 0
    assert out.splitlines() == [
        "decklink:0: 8x2p25 v210 bt709 legal, 12 pictures",
        "timecode 10:00:00:00 to 10:00:00:11, flags: trigger embedded, triggered, user bits 12000000",
        "  changed twice: record=bits:0x00000040",
        "51/0C  line 9  not known: 12 in 12 of 12 pictures, 42 words",
        "  00 00 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 14 15 16 17 18 19 1A 1B 1C 1D ...",
        "  changed 5 times: record=packet:51/0C:0:0x02",
        "  changed twice: record=packet:51/0C:0:0x04",
        "  changed once: record=packet:51/0C:0:0x08",
        "  changed twice: record=packet:51/0C:1:0x20",
        "51/53  line 16  Blackmagic camera control: 12 in 12 of 12 pictures, 12 words",
        "  04 08 00 00 01 05 03 00 10 27 00 00",
        "  camera 4: exposure us = 10000",
    ]
    for line in out.splitlines():
        if "record=" in line:
            assert parse_rules(line.partition("record=")[2])


def test_json_has_the_same(watched) -> None:
    code, out, _ = watched(TAKE, "ndi:CAM", "--json")
    told = json.loads(out)
    assert (code, told["address"], told["census"]["pictures"], told["saved"]) == (0, "ndi:CAM", 12, None)
    assert told["census"]["kinds"][1]["says"] == ["camera 4: exposure us = 10000"]
    assert told["census"]["timecode"]["user_flags"] == [{"rule": "bits:0x00000040", "changes": 2}]


def test_all_of_it_is_saved_and_nothing_is_replaced(watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert watched(TAKE, "--save", str(tmp_path))[0] == 0
    lines = (tmp_path / "ancillary.txt").read_text(encoding="utf-8").splitlines()
    assert lines[:3] == ["livegrade ancillary packets 1", "source decklink:0", "format 8x2p25 v210 bt709 legal"]
    assert lines[3] == "picture 0 timecode 10:00:00:00 flags 08 user-bits 12000000"
    assert len(lines) == 3 + 12 * 3
    fields = lines[4].split()
    assert fields[:5] == ["line", "9", "stream", "0", "51/0C"]
    assert bytes.fromhex("".join(fields[5:])) == TAKE[0].ancillary[0].data
    monkeypatch.setattr(anc, "SAVED_BYTES", 500)
    out = watched([*TAKE, BLANK], "--save", str(tmp_path))[1]
    assert f"{tmp_path / 'ancillary-2.txt'}: the beginning, it was too much" in out
    assert (tmp_path / "ancillary-2.txt").stat().st_size < 600
    assert len((tmp_path / "ancillary.txt").read_text(encoding="utf-8").splitlines()) == len(lines)


def test_a_source_without_anything_says_so(watched) -> None:
    code, out, _ = watched([BLANK, replace(BLANK, metadata=Metadata(recording=True))])
    assert (code, out.splitlines()[1:]) == (
        0,
        [
            "no timecode",
            "  the source says itself whether the camera records: record=sender",
            "no ancillary packets: the signal has none, or its carrier does not bring them",
        ],
    )


def test_no_picture_is_a_failure_with_a_reason(watched) -> None:
    code, out, error = watched([NoSignal("no cable in 'SDI 1'", 0)], "--wait", "1")
    assert (code, out) == (1, "")
    assert error == "livegrade: no picture came from 'decklink:0' within 1 s: no cable in 'SDI 1'\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["decklink:0"], "ADDRESS and --save go with --anc"),
        (["--save", "."], "ADDRESS and --save go with --anc"),
        (["--anc", "--save", "no-such-folder"], "the folder no-such-folder does not exist"),
        (["--anc", "null:"], "null"),
    ],
)
def test_wrong_use_is_told(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command_line(["sources", *words]) in (1, 2)
    assert says in capsys.readouterr().err


def test_an_sdi_camera_is_listed_and_its_flag_is_found_in_each_form(
    decklink_driver: EmulatedDriver, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The driver counts pictures in a packet of its own: what is saved is whole and belongs to its pictures."""
    flag = [AncillaryPacket(0x51, 0x0C, bytes((1, byte)), line=9) for byte in (0xA0, 0x20)]
    card = decklink_driver.card(0)
    card.signal("1080p25")
    card.packets([AncillaryPacket(0x51, 0x53, bytes.fromhex("0408000001050300 10270000"), line=16)])
    card.counter_packet(True)
    card.record_forms(flag=True, bits=0x40, packets=(flag[0], flag[1]))
    card.record_frames(8, 16)
    decklink_driver.speed(4)
    words = ["sources", "decklink:0", "--anc", "--wait", "1", "--save", str(tmp_path), "--json"]
    assert run_command_line(words) == 0
    census = json.loads(capsys.readouterr().out)["census"]
    kinds = {kind["id"]: kind for kind in census["kinds"]}
    assert (kinds["51/53"]["line"], kinds["51/53"]["says"]) == (16, ["camera 4: exposure us = 10000"])
    assert kinds["51/0C"]["flags"] == [{"rule": "packet:51/0C:1:0x80", "changes": 2}]
    assert census["timecode"]["user_flags"] == [{"rule": "bits:0x00000040", "changes": 2}]
    assert census["timecode"]["flags"] == ["trigger embedded", "triggered"]
    for kind in kinds.values():
        assert kind["pictures"] == kind["packets"] == census["pictures"]
    saved = (tmp_path / "ancillary.txt").read_text(encoding="utf-8").splitlines()
    counts = [int("".join(line.split()[-4:]), 16) for line in saved if " 5F/01 " in line]
    pictures = [int(line.split()[1]) for line in saved if line.startswith("picture ")]
    assert len(counts) == len(pictures) == census["pictures"]
    assert [count - counts[0] for count in counts] == [picture - pictures[0] for picture in pictures]
