"""Looks to Blackmagic converters: the text of a LUT, and the emulated converter, which computes by itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.errors import DeviceError, DeviceRefusedError, UsageError
from livegrade_devices import attached
from livegrade_devices.address import DeviceAddress
from livegrade_devices.blocks import Block
from livegrade_devices.device import BoxLook
from livegrade_devices.lutboxes import converter
from livegrade_devices.lutboxes.convertertext import LINES, lut_block, read_lut
from livegrade_devices.state import Link
from livegrade_devices.wires.live import LiveWires
from livegrade_devices.wires.replay import Replay
from livegrade_devices.wires.transcript import read_transcript
from livegrade_hardware.emulators.converter import EmulatedConverter
from livegrade_hardware.emulators.faults import Faults

from .talking import hub_of, listening, live_wires, recorded, run, served

emulated_tier = pytest.mark.emulated
MILD = Look((Cdl(slope=(1.1, 1.0, 0.9), offset=(0.01, 0.0, -0.01), power=(1.0, 1.1, 1.0)),))


def address(port: int, **options: str) -> DeviceAddress:
    return DeviceAddress("blackmagic-lut", "127.0.0.1", port, options=options)


def lattice() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.random.default_rng(9).integers(0, 1024, (33, 33, 33, 3)) / 1023


def test_the_text_has_red_fastest_and_an_empty_line_at_its_end() -> None:
    values = lattice()
    data = lut_block(1, values).data
    lines = data.decode().split("\n")
    assert (lines[0], len(lines), lines[-2:]) == ("LUT DATA 1:", LINES + 3, ["", ""])
    for line, place in (
        (1, (0, 0, 0)),
        (2, (1, 0, 0)),
        (34, (0, 1, 0)),
        (1 + 33 * 33, (0, 0, 1)),
        (LINES, (32, 32, 32)),
    ):
        assert lines[line] == " ".join(str(round(value * 1023)) for value in values[place])


def test_what_is_written_is_read() -> None:
    values = lattice()
    bank, codes = read_lut(lut_block(0, values))
    assert bank == 0
    np.testing.assert_array_equal(codes, np.rint(values * 1023))


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        (Block("LUT DATA 2", ("0 0 0",) * LINES), "no LUT"),
        (Block("LUT DATA 0", ("0 0 0",) * (LINES - 1)), "no LUT; it has 35,937"),
        (Block("LUT DATA 0", ("0 0 0",) * (LINES - 1) + ("0 0",)), "line 35937 is no colour"),
        (Block("LUT DATA 0", ("0 0 1024",) * LINES), "from 0 to 1023"),
        (Block("LUT DATA 0", ("0 0 -1",) * LINES), "line 1 is no colour"),
    ],
)
def test_what_is_no_whole_lut_is_not_taken(block: Block, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        read_lut(block)


@emulated_tier
@pytest.mark.parametrize(("range_map", "low", "high"), [("64-940", 64, 940), ("0-1023", 0, 1023)])
def test_the_converter_shows_the_look_within_what_was_reported(range_map: str, low: int, high: int) -> None:
    async def work() -> None:
        emulated = EmulatedConverter()
        options = {"bank": "2", "range-map": range_map}
        async with (
            emulated.server.serve() as port,
            converter.connect(address(port, **options), LiveWires()) as device,
            listening(device),
        ):
            assert device.looks is not None
            pushed = await device.looks.push(BoxLook(MILD))
            assert (pushed.look_id, pushed.confirmed) == (MILD.id, True)
            assert pushed.form == f"bank 2: 33 points a side, 10 bits, {range_map}"
            assert pushed.error is not None
            # Along the edge of a clip no lattice can follow: colours that the look keeps away from its ends.
            for code in np.random.default_rng(4).integers(120, 780, (200, 3)).tolist():
                wanted = MILD.apply((np.array(code) - 64.0) / 876.0) * 876.0 + 64.0
                shown = emulated.shown(1, tuple(code), low, high)
                assert np.abs(np.clip(wanted, low, high) - shown).max() < 2.5
            with pytest.raises(DeviceRefusedError, match="at the converter only"):
                await device.looks.bypass(True)

    run(work())


@emulated_tier
def test_options_that_make_no_sense_are_refused() -> None:
    async def work() -> None:
        for options in ({"bank": "3"}, {"range-map": "1-2"}):
            with pytest.raises(UsageError, match=r"bank=3: it is 1 or 2|range-map=1-2 is not known"):
                async with converter.connect(address(1, **options), LiveWires()):
                    pass

    run(work())


@emulated_tier
@pytest.mark.parametrize("cut", [0, 5, 30])
def test_one_that_hangs_up_at_the_start_is_an_error(cut: int) -> None:
    async def work() -> None:
        emulated = EmulatedConverter(faults=Faults(cut_after=cut))
        async with emulated.server.serve() as port:
            with pytest.raises((DeviceError, ConnectionError)):
                async with converter.connect(address(port), LiveWires()):
                    pass

    run(work())


@emulated_tier
def test_one_that_answers_nothing_or_nonsense_is_told() -> None:
    async def work() -> None:
        emulated = EmulatedConverter()
        async with (
            emulated.server.serve() as port,
            converter.connect(address(port), LiveWires()) as device,
            listening(device) as talk,
        ):
            assert device.looks is not None
            emulated.server.faults.garbage = b"NAK\n\n"
            with pytest.raises(DeviceRefusedError, match="it has not taken the LUT"):
                await device.looks.push(BoxLook(MILD))
            emulated.server.faults.garbage = b"\xff" * 5000
            with pytest.raises(DeviceError, match="more than 1,024 bytes"):
                await device.looks.push(BoxLook(MILD))
            assert isinstance(await talk.lost(), DeviceError)

    run(work())


@emulated_tier
def test_the_newest_of_two_hundred_looks_wins_also_after_a_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converter, "PER_SECOND", 100.0)
    monkeypatch.setattr(attached, "JITTER", 0.0)
    emulated = EmulatedConverter()
    looks = [Look((Cdl(slope=(0.5 + n / 400, 1.0, 1.0)),)) for n in range(200)]
    with served(emulated.server) as thread, hub_of(address(thread.port)) as (hub, watch):
        watch.until(lambda state: state.link is Link.READY)
        for look in looks:
            hub.push("it", BoxLook(look))
        watch.until(lambda state: state.confirmed == looks[-1].id)
        assert emulated.banks[0][32, 0, 0, 0] == round((0.5 + 199 / 400) * 1023)
        emulated.banks.clear()
        thread.stop()
        watch.until(lambda state: state.link is Link.OFFLINE and state.connections == 1)
        thread.start()
        watch.until(lambda state: state.connections == 2 and state.confirmed == looks[-1].id)
        assert 0 in emulated.banks


@emulated_tier
def test_a_recorded_converter_is_played_back(tmp_path: Path) -> None:
    async def work() -> None:
        emulated = EmulatedConverter()
        path = tmp_path / "converter.jsonl"
        async with live_wires() as wires, emulated.server.serve() as port:
            transcript, tape = recorded(wires)
            async with converter.connect(address(port), transcript) as device, listening(device):
                assert device.looks is not None
                await device.looks.push(BoxLook(MILD))
        path.write_bytes(tape.getvalue())
        async with converter.connect(address(1), Replay(read_transcript(path))) as device, listening(device):
            assert device.looks is not None
            assert (await device.looks.push(BoxLook(MILD))).confirmed
            with pytest.raises(DeviceError):
                await device.looks.push(BoxLook(Look()))

    run(work())
