"""What is said of SDI cards: values of the driver in, a line for a person out. The cards are stand-ins of the binding's
shape; the emulated driver's are asked in the system tests."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace

import pytest

from livegrade import doctor
from livegrade.capture import sdi
from livegrade.cli import run_command_line
from livegrade.doctor import Status
from livegrade.transport.decklink import _binding, cards
from livegrade.transport.decklink.modes import PROGRESSIVE, four


@dataclass(frozen=True)
class Facts:
    index: int = 0
    model: str = "DeckLink Duo 9"
    name: str = "DeckLink Duo 9 (1)"
    captures: bool = True
    plays: bool = True
    has_reference: bool = True
    input_connections: int = 1 | 2
    output_connections: int = 1
    input_connection: int | None = 1
    busy: int = 0
    input_locked: bool | None = True
    detected_mode: int | None = four("Hp25")
    detected_flags: int | None = 1 | 16
    reference_locked: bool | None = True
    pcie_width: int | None = 4
    pcie_speed: int | None = 2
    subdevice: int = 0
    subdevices: int = 1
    duplex: int | None = None


@dataclass(frozen=True)
class Mode:
    code: int
    height: int
    width: int
    scale: int
    duration: int = 1000
    dominance: int = PROGRESSIVE
    name: str = ""
    flags: int = 0


MODES = [Mode(four("Hp25"), 1080, 1920, 25000), Mode(four("4k60"), 2160, 3840, 60000)]


@pytest.fixture
def driver(monkeypatch):
    """A driver with these cards."""

    def load(*found: Facts, version: tuple[int, str] | None = (0x0E020100, "14.2.1"), error: str | None = None) -> None:
        monkeypatch.setattr(_binding, "driver_version", lambda: version)
        monkeypatch.setattr(_binding, "load_error", lambda: error)
        monkeypatch.setattr(_binding, "cards", lambda: list(found))
        monkeypatch.setattr(_binding, "modes", lambda card, output: MODES)

    return load


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        (Facts(), "SDI, HDMI in; SDI out, 1080p25 10 bit at SDI, reference locked"),
        (Facts(detected_flags=2 | 8), "SDI, HDMI in; SDI out, 1080p25 RGB 12 bit at SDI, reference locked"),
        (Facts(input_locked=False), "SDI, HDMI in; SDI out, no signal at SDI, reference locked"),
        (Facts(plays=False, has_reference=False, busy=1), "SDI, HDMI in, 1080p25 10 bit at SDI, input in use"),
        (Facts(captures=False, busy=2, reference_locked=None), "SDI out, output in use"),
        (Facts(input_locked=None, detected_mode=None), "SDI, HDMI in; SDI out, reference locked"),
    ],
)
def test_a_card_in_one_line(driver, facts, line) -> None:
    driver(facts)
    [card] = sdi.sdi_cards()
    assert str(card) == f"DeckLink Duo 9 (1): {line}"
    assert card.address == "decklink:0"


def test_what_a_slot_carries_is_compared_with_the_largest_mode(driver) -> None:
    driver(Facts(pcie_width=1))
    [card] = sdi.sdi_cards()
    assert card.pcie_mb_s == 400  # one lane of generation 2, 500 MB/s, less a fifth
    assert card.largest_mode == "2160p60"
    assert card.largest_mb_s == round(3840 / 48 * 128 * 2160 * 60 / 1e6)
    findings = [finding for finding in doctor.diagnose() if finding.topic == "decklink"]
    assert [finding.sentence for finding in findings if finding.status is Status.NOTE] == [
        "decklink:0: its slot carries 400 MB/s each way and 2160p60 needs 1327"
    ]


def test_the_parts_of_a_board_share_its_slot(driver) -> None:
    """Two boards of four parts each, the first in a slot that one stream fits through and four do not."""
    slots = {0: 4, 1: 16}
    driver(
        *(
            Facts(index=4 * board + part, subdevice=part, subdevices=4, pcie_width=lanes)
            for board, lanes in slots.items()
            for part in range(4)
        )
    )
    found = sdi.sdi_cards()
    assert [card.board for card in found] == [tuple(f"decklink:{n}" for n in range(4))] * 4 + [
        tuple(f"decklink:{n}" for n in range(4, 8))
    ] * 4
    assert found[0].largest_mb_s < found[0].pcie_mb_s == 1600
    findings = [finding for finding in doctor.diagnose() if finding.topic == "decklink"]
    four_at_once = round(4 * 3840 / 48 * 128 * 2160 * 60 / 1e6)
    assert [finding.sentence for finding in findings if finding.status is Status.NOTE] == [
        "decklink:0, decklink:1, decklink:2, decklink:3: their slot carries 1600 MB/s each way and all of them at once "
        f"need up to {four_at_once}"
    ]


def test_a_board_whose_inputs_and_outputs_fit_each_way_is_no_trouble(driver) -> None:
    """Two inputs, one output, and a part that has no connector: 2654 MB/s in, 1327 out."""
    ways = ((True, False, None), (True, False, None), (False, True, None), (True, True, four("dxin")))
    driver(
        *(
            Facts(index=n, subdevice=n, subdevices=4, captures=captures, plays=plays, duplex=duplex, pcie_width=7)
            for n, (captures, plays, duplex) in enumerate(ways)
        )
    )
    assert [(card.pcie_mb_s, card.board_mb_s) for card in sdi.sdi_cards()] == [(2800, 2654)] * 4
    assert not [finding for finding in doctor.diagnose() if "slot carries" in finding.sentence]


def test_the_cards_of_a_driver_are_listed_with_what_comes_there(decklink_driver, capsys) -> None:
    """The emulated driver's, through the real binding."""
    decklink_driver.card(0).signal("2160p25", rgb=True)
    decklink_driver.card(1).signal(None)
    decklink_driver.card(1).used_elsewhere("playback")
    assert run_command_line(["sources", "--wait", "0.1", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["decklink_driver"] == "16.0"
    first, second = report["decklink"]
    assert (first["address"], first["signal"], first["locked"]) == ("decklink:0", "2160p25 RGB 10 bit", True)
    assert first["inputs"] == ["SDI", "HDMI"]
    assert (second["signal"], second["locked"], second["in_use"]) == (None, False, ["output"])
    assert run_command_line(["sources", "--wait", "0.1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(
        "decklink:0  DeckLink Emulated (1): SDI, HDMI in; SDI, HDMI out, 2160p25 RGB 10 bit at SDI"
    )
    assert lines[1].startswith("decklink:1")
    assert lines[2] == "DeckLink driver 16.0"
    decklink_driver.version("12.4")
    assert run_command_line(["sources", "--wait", "0.1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert not any(line.startswith("decklink:") for line in lines)
    assert lines[-1].startswith(
        "no SDI: the DeckLink driver is version 12.4 and livegrade needs 14.0 or newer; install"
    )


def test_a_connector_without_a_signal_is_told_with_how_to_take_another(driver) -> None:
    driver(Facts(input_locked=False, input_connections=1 | 2 | 4 | 8))
    finding = [finding for finding in doctor.diagnose() if finding.topic == "decklink"][-1]
    assert (finding.status, finding.sentence) == (Status.NOTE, "decklink:0 has no signal at SDI")
    assert finding.advice == (
        "is the camera on, and the cable in this connector? For another one write decklink:0,connection=hdmi or "
        "decklink:0,connection=optical"
    )


@pytest.mark.parametrize(
    ("version", "error", "sentence"),
    [
        (None, None, "no DeckLink driver is on this machine; install Desktop Video from"),
        (None, "bad ELF", r"the DeckLink driver cannot be loaded \(bad ELF\); install"),
        ((0x0C040000, "12.4"), None, "the DeckLink driver is version 12.4 and livegrade needs 14.0 or newer; install"),
    ],
)
def test_a_driver_that_cannot_be_used_is_one_sentence(driver, version, error, sentence) -> None:
    driver(version=version, error=error)
    with pytest.raises(cards.SourceError, match=f"^{sentence}"):
        cards.find(0)
    [finding] = [finding for finding in doctor.diagnose() if finding.topic == "decklink"]
    assert finding.status is Status.NOTE
    assert finding.advice.startswith("install Desktop Video")
    assert sdi.missing_cards().startswith("no SDI: the DeckLink" if version or error else "no SDI: no DeckLink")


def test_a_card_that_is_not_there_names_those_that_are(driver) -> None:
    driver(Facts(), Facts(index=1, name="DeckLink Duo 9 (2)"))
    assert cards.find(1).name == "DeckLink Duo 9 (2)"
    with pytest.raises(
        cards.SourceError, match=r"^there is no card 2; there are decklink:0 \(DeckLink Duo 9 \(1\)\), dec"
    ):
        cards.find(2)


def test_a_card_is_known_again_in_another_place(driver) -> None:
    driver(replace(Facts(), model="other"), Facts(index=1))
    known = cards.Identity(None, None, 1, "DeckLink Duo 9", "Camera B")
    assert cards.find(0, known).index == 1
    driver(Facts(index=0))
    with pytest.raises(cards.SourceError, match=r"^the Camera B is gone: pulled out"):
        cards.find(1, known)


def test_no_card_looks_at_the_devices_of_the_module(driver, monkeypatch, tmp_path) -> None:
    driver()
    monkeypatch.setattr(sdi.sys, "platform", "linux")
    monkeypatch.setattr(sdi, "DEVICE_NODES", tmp_path / "blackmagic")
    assert "has made no device in" in str(sdi.node_trouble())
    (tmp_path / "blackmagic").mkdir()
    node = tmp_path / "blackmagic" / "io0"
    node.touch()
    assert sdi.node_trouble() is None
    monkeypatch.setattr(sdi.os, "access", lambda path, how: False)
    assert str(sdi.node_trouble()).startswith(f"you may not open {node}: install")
    [_, finding] = [finding for finding in doctor.diagnose() if finding.topic == "decklink"]
    assert (finding.status, finding.sentence) == (Status.NOTE, f"you may not open {node}")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0x80000009, r"the input of the DeckLink Duo 9 \(1\) is in use by another program"),
        (0x80000004, r"the DeckLink Duo 9 \(1\) has no input"),
        (0x80000008, r"the DeckLink Duo 9 \(1\) or its driver failed \(IDeckLinkInput::X: 80000008\)"),
    ],
)
def test_a_refusal_is_a_sentence(code, words) -> None:
    refusal = _binding.DriverError()
    refusal.call, refusal.code = "IDeckLinkInput::X", code
    assert re.match(words, cards.sentence(refusal, Facts(), capture=True))
