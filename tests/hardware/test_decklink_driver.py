"""The emulated driver does what it says: time, signals, faults and its log, seen through a client."""

from __future__ import annotations

import ctypes
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from livegrade.transport.decklink import _binding
from livegrade.video.ancillary import AncillaryPacket
from livegrade_hardware.emulators.decklink import SettingError, Ticked, continuity, library, sound_offsets

from .conftest import A_SECOND, Bench, code, pass_on

if TYPE_CHECKING:
    from pathlib import Path

    from livegrade_hardware.emulators.decklink import EmulatedCard


def fates(card: EmulatedCard) -> list[str]:
    return [record.fate for record in card.input_log()]


def test_time_stands_still_but_for_steps(bench: Bench) -> None:
    bench.driver.card(0).signal("1080p25")
    capture = bench.capture()
    assert bench.pictures(capture) == []
    bench.advance(10)
    seen = bench.pictures(capture)
    assert [picture.stream_time for picture in seen] == [1000 * number for number in range(10)]
    assert [b.hardware_ns - a.hardware_ns for a, b in pairwise(seen)] == [A_SECOND // 25] * 9


def test_a_step_is_one_tick_of_whoever_is_next(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("PAL")
    bench.capture("pal ", queue=1)
    bench.playout("pal ", card=1)
    bench.driver.card(1).drift(output_ppm=100_000)  # ten ticks of the input are eleven of the output
    ticks = [bench.driver.step() for _ in range(21)]
    assert [tick.is_input for tick in ticks].count(True) == 10
    assert {(tick.card, tick.is_input) for tick in ticks} == {(0, True), (1, False)}
    ours = [tick.at_ns for tick in ticks if tick.is_input]
    assert [b - a for a, b in pairwise(ours)] == [A_SECOND // 25] * 9
    assert [tick.at_ns for tick in ticks] == sorted(tick.at_ns for tick in ticks)
    assert isinstance(ticks[0], Ticked)
    bench.close()
    with pytest.raises(SettingError, match="no clock runs"):
        bench.driver.step()


@pytest.mark.parametrize(("ppm", "ticks"), [(0, 250), (10_000, 252), (-10_000, 247)])
def test_each_clock_drifts_by_what_was_set(bench: Bench, ppm: int, ticks: int) -> None:
    """10 s at 25 p; one part in a hundred is 2.5 frames, and the input alone has it."""
    card = bench.driver.card(0)
    card.signal("PAL")
    card.drift(input_ppm=ppm)
    bench.capture("pal ", queue=1)
    bench.playout("pal ", card=0)
    bench.driver.advance(10 * A_SECOND)
    assert card.log_sizes() == (ticks, 250)


@pytest.mark.parametrize("layout", ["v210", "2vuy", "r210", "R10b", "R10l", "R12B", "R12L", "BGRA"])
def test_what_a_client_plays_is_read_again_in_every_layout(bench: Bench, layout: str) -> None:
    """The index is burned in and read back, and no byte changes on the way from card to card."""
    rgb = layout not in {"v210", "2vuy"}
    source, screen = bench.driver.card(0), bench.driver.card(1)
    source.signal("720p50", rgb=rgb)
    source.sums(True)
    screen.sums(True)
    capture = _binding.Capture(
        0, mode=code("hp50"), pixel_format=code(layout), rgb_format=code(layout if rgb else "r210"), queue=40
    )
    capture.start()
    playout = bench.playout("hp50", layout)
    for _ in range(8):
        bench.advance(1, rate=50)
        for picture in bench.pictures(capture):
            pass_on(picture, playout)
    capture.stop()
    shown = {record.index: record.sum for record in screen.output_log() if record.index >= 0}
    came = {record.index: record.sum for record in source.input_log()}
    assert len(shown) >= 3
    assert shown.items() <= came.items()
    assert len(set(shown.values())) == len(shown)


def test_sound_and_everything_beside_the_picture_keep_step(bench: Bench) -> None:
    source, screen = bench.driver.card(0), bench.driver.card(1)
    packets = [AncillaryPacket(0x51, 0x52, bytes(range(9)), line=16)]
    source.signal("1080p50")
    source.timecode("09:59:59:20", user_bits=0x12345678)
    source.packets(packets)
    source.counter_packet(True)
    capture, playout = bench.capture("Hp50"), bench.playout("Hp50")
    for _ in range(30):
        bench.advance(1, rate=50)
        for picture in bench.pictures(capture):
            pass_on(picture, playout)
    outputs = [record for record in screen.output_log() if record.fate == "shown"]
    assert continuity(outputs).gaps == 0
    assert len(outputs) > 25
    assert len(sound_offsets(source.input_log(), outputs, Fraction(50))) == 1
    assert sum(record.sound_breaks for record in outputs) == 0
    came = {record.index: record for record in source.input_log()}
    for record in outputs:
        assert record.counter_packet == record.index
        assert (record.packets, record.packets_sum) == (2, came[record.index].packets_sum)
        (sent,) = came[record.index].timecodes.values()
        assert {(value.text, value.user_bits) for value in record.timecodes.values()} == {(sent.text, sent.user_bits)}
    beside = screen.beside_picture().packets
    assert (beside[0].kind, beside[0].data) == ((0x51, 0x52), bytes(range(9)))


def test_sound_that_slips_is_seen(bench: Bench) -> None:
    """One sample left out: the offset is another one from there on, and the break is counted."""
    source, screen = bench.driver.card(0), bench.driver.card(1)
    source.signal("1080p25")
    capture, playout = bench.capture(), bench.playout()
    for number in range(20):
        bench.advance()
        for picture in bench.pictures(capture):
            sound = np.array(picture.audio)
            playout.write(np.asarray(picture.data), audio=sound[1:] if number == 9 else sound)
    outputs = screen.output_log()
    assert len(sound_offsets(source.input_log(), outputs, Fraction(25))) == 2
    assert sum(record.sound_breaks + record.sound_missing for record in outputs) >= 1


def test_timecode_of_every_kind(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("1080p59.94")
    card.timecode("10:00:59;58", carriers=("rpv1", "rphr"), user_bits=0xABCD0001)
    capture = bench.capture("Hp59")
    bench.driver.advance(4 * 1001 * A_SECOND // 60_000 + 1)
    seen = [
        {(t.format, t.minutes, t.seconds, t.frames, t.flags, t.user_bits) for t in picture.timecodes}
        for picture in bench.pictures(capture)
    ]
    pairs, single, drop = code("rpv1"), code("rphr"), 1
    assert seen == [
        {(pairs, 0, 59, 29, drop, 0xABCD0001), (single, 0, 59, 58, drop, 0xABCD0001)},
        {(pairs, 0, 59, 29, drop | 2, 0xABCD0001), (single, 0, 59, 59, drop, 0xABCD0001)},
        {(pairs, 1, 0, 2, drop, 0xABCD0001), (single, 1, 0, 4, drop, 0xABCD0001)},
        {(pairs, 1, 0, 2, drop | 2, 0xABCD0001), (single, 1, 0, 5, drop, 0xABCD0001)},
    ]


def test_the_record_state_is_told_in_each_form_and_with_noise(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("1080p25")
    on, off = AncillaryPacket(0x51, 0x52, b"\x01"), AncillaryPacket(0x51, 0x52, b"\x00")
    card.record_forms(flag=True, bits=0x80, packets=(on, off))
    card.record_frames(3, 6, noise=[1])
    capture = bench.capture()
    bench.advance(8)
    for picture in bench.pictures(capture):
        recording = picture.number in {1, 3, 4, 5}
        (timecode,), (packet,) = picture.timecodes, picture.packets
        assert timecode.flags == 8 | (16 if recording else 0)
        assert timecode.user_bits == (0x80 if recording else 0)
        assert packet.data == (b"\x01" if recording else b"\x00")


def test_colours_and_hdr_go_in_and_out(bench: Bench) -> None:
    bench.driver.card(0).signal("1080p25")
    bench.driver.card(0).hdr(eotf=2, colorspace="2020", values={"mcll": 1000.5})
    capture = bench.capture()
    bench.advance()
    (picture,) = bench.pictures(capture)
    assert picture.metadata_ints == {code("eotf"): 2, code("cspc"): code("2020")}
    assert picture.metadata_floats == {code("mcll"): 1000.5}
    playout = _binding.Playout(
        1,
        mode=code("Hp25"),
        pixel_format=code("v210"),
        eotf=3,
        colorspace=code("2020"),
        hdr_floats={code("fall"): 400.0},
    )
    for _ in range(3):
        playout.write(np.asarray(picture.data))
    bench.advance(2)
    beside = bench.driver.card(1).beside_picture()
    playout.stop()
    assert beside.ints == {"eotf": 3, "cspc": code("2020")}
    assert beside.floats["fall"] == 400.0


def test_lost_pictures_and_late_buffers(bench: Bench) -> None:
    """A gap on command, and a client that holds every buffer: pictures are lost until it lets go of one."""
    card = bench.driver.card(0)
    card.signal("1080p25")
    card.input_faults(drop_every=4, buffers=3)
    capture = bench.capture()
    held = []
    for _ in range(8):
        bench.advance()
        held += bench.pictures(capture)
    assert fates(card) == ["delivered"] * 3 + ["dropped"] + ["starved"] * 3 + ["dropped"]
    held.clear()
    bench.advance()
    assert fates(card)[-1] == "delivered"
    assert [picture.stream_time for picture in bench.pictures(capture)] == [8000]


def test_completions_that_are_late_or_dropped(bench: Bench) -> None:
    card = bench.driver.card(1)
    card.output_faults(late_every=5, drop_every=7)
    bench.driver.card(0).signal("1080p25")
    capture, playout = bench.capture(), bench.playout()
    for _ in range(33):
        bench.advance()
        for picture in bench.pictures(capture):
            pass_on(picture, playout)
    counters, outputs = card.output_counters(), card.output_log()
    assert counters["dropped"] == continuity(outputs).gaps > 2
    assert counters["late"] == sum(record.fate == "late" for record in outputs) > 2
    assert (playout.counters().late, playout.counters().dropped) == (counters["late"], counters["dropped"])


def test_a_card_that_jumps_ahead_drops_what_it_jumped_over(bench: Bench) -> None:
    bench.driver.card(0).signal("1080p25")
    capture, playout = bench.capture(), bench.playout(preroll=6)
    for number in range(20):
        bench.advance()
        if number == 12:
            bench.driver.card(1).output_faults(skip_ticks=2)
        for picture in bench.pictures(capture):
            pass_on(picture, playout)
    outputs = bench.driver.card(1).output_log()
    assert bench.driver.card(1).output_counters()["dropped"] == 2
    assert continuity(outputs).gaps == 2


def test_a_card_is_pulled_out_and_comes_back(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("1080p25")
    capture = bench.capture()
    bench.advance(3)
    held = bench.pictures(capture)
    first = bytes(held[0].data[:5120])
    card.pull()
    bench.advance(3)
    assert bench.pictures(capture) == []
    assert [found.index for found in _binding.cards()] == [0]
    assert bytes(held[0].data[:5120]) == first  # what a client holds stays
    card.plug_in()
    capture.stop()
    with pytest.raises(_binding.DriverError):
        capture.start()  # the old handle stays dead
    again = bench.capture()
    bench.advance(2)
    assert len(bench.pictures(again)) == 2


def test_what_a_client_may_not_do_is_refused(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.used_elsewhere("capture")
    with pytest.raises(_binding.DriverError) as refused:
        bench.capture()
    assert refused.value.code == 0x80000009
    card.used_elsewhere("none")
    bench.capture()
    with pytest.raises(_binding.DriverError) as refused:
        bench.capture()
    assert refused.value.code == 0x80000009
    assert _binding.supports(0, True, 1, code("4k25"), code("v210"))[0]
    card.abilities(lines=1080)
    assert not _binding.supports(0, True, 1, code("4k25"), code("v210"))[0]


class RawInput:
    """The input of card 0 as any program may call it: by the slots of generation 14, in any order."""

    ENABLE, DISABLE, START, STOP, PAUSE = 7, 8, 14, 15, 16

    class _Iid(ctypes.Structure):
        _fields_ = (("bytes", ctypes.c_ubyte * 16),)

    def __init__(self) -> None:
        driver = ctypes.CDLL(str(library()))
        make = driver.CreateDeckLinkIteratorInstance_0004
        make.restype = ctypes.c_void_p
        walk, card, found = make(), ctypes.c_void_p(), ctypes.c_void_p()
        assert self._call(walk, 3, ctypes.byref(card)) == 0
        iid = self._Iid((ctypes.c_ubyte * 16)(*bytes.fromhex("c21cdb6ef41446e4a63680a566e0ed37")))
        assert self._call(card.value, 0, iid, ctypes.byref(found)) == 0
        self._held = [walk, card.value, found.value]

    @staticmethod
    def _call(thing: int | None, slot: int, *arguments: object) -> int:
        assert thing is not None
        table = ctypes.cast(thing, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))
        entry = table[0][slot]
        assert entry is not None
        types = [type(each) if isinstance(each, ctypes.Structure) else ctypes.c_void_p for each in arguments]
        call = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, *types)(entry)
        return call(thing, *arguments) & 0xFFFFFFFF

    def __call__(self, slot: int, *arguments: int) -> int:
        return self._call(self._held[-1], slot, *arguments)

    def enable(self, mode: str) -> int:
        return self(self.ENABLE, code(mode), code("v210"), 0)

    def let_go(self) -> None:
        for thing in reversed(self._held):
            self._call(thing, 2)


DENIED = 0x80000009


def test_what_streams_is_not_enabled_again_but_what_rests_is(bench: Bench) -> None:
    """As the card has it: paused or stopped inside a change of format, and not otherwise; nor twice before a start."""
    before = bench.driver.living()
    raw = RawInput()
    try:
        assert raw(raw.START) == DENIED
        assert (raw.enable("Hp25"), raw.enable("Hp50")) == (0, DENIED)
        assert raw(raw.START) == 0
        assert (raw.enable("Hp50"), raw(raw.START)) == (DENIED, DENIED)
        for rest in (raw.PAUSE, raw.STOP):
            assert raw(rest) == 0
            assert raw.enable("Hp50") == 0
            assert raw(raw.START) == 0
            assert raw.enable("Hp25") == DENIED  # it streams again
        assert raw(raw.DISABLE) == 0
        assert raw(raw.STOP) == DENIED
        bench.driver.card(0).abilities(lines=1080)
        assert raw.enable("4k25") == 0x80000003
    finally:
        raw.let_go()
    assert {kind for kind, count in bench.driver.living().items() if count > before.get(kind, 0)} == set()


@pytest.mark.parametrize("ahead", [False, True])
def test_a_card_fills_no_more_buffers_than_it_has_whosever_they_are(bench: Bench, ahead: bool) -> None:
    """An allocator does not make the card's memory endless; one that is asked for all of it first keeps its pictures
    apart, across a change of size too."""
    before = bench.driver.living()
    card = bench.driver.card(0)
    card.signal("PAL")
    card.input_faults(buffers=5, buffers_ahead=ahead)
    own = [np.zeros(1920 * 576, np.uint8) for _ in range(3)]
    capture = bench.capture("pal ", buffers=own)
    bench.advance(8)
    held = bench.pictures(capture)
    assert fates(card) == ["delivered"] * 5 + ["starved"] * 3
    assert len({picture.data.ctypes.data for picture in held}) == 5
    assert len({picture.data.tobytes() for picture in held}) == 5
    assert capture.counters().own_memory == 2
    held.clear()
    bench.advance(5)
    assert fates(card)[8:] == ["delivered"] * 5
    card.signal("720p50")
    for _ in range(8):
        bench.advance(1, rate=50)
        held = bench.pictures(capture) or held
    assert fates(card)[-3:] == ["delivered"] * 3
    assert held[-1].height == 720
    held.clear()
    bench.close()
    del capture
    assert {kind for kind, count in bench.driver.living().items() if count > before.get(kind, 0)} == set()


def test_an_old_driver_has_no_new_interfaces(bench: Bench) -> None:
    bench.driver.version("12.4")
    assert _binding.driver_version() == (0x0C040000, "12.4")
    assert not any(card.captures for card in _binding.cards())


def test_a_loop_brings_back_what_was_played(bench: Bench) -> None:
    """Output 1 into input 1: pictures, timecode, packets and sound as they were sent."""
    source, looped = bench.driver.card(0), bench.driver.card(1)
    source.signal("1080p25")
    source.counter_packet(True)
    looped.signal("1080p25")
    looped.loop_from(1)
    capture, playout, back = bench.capture(), bench.playout(), bench.capture(card=1)
    returned = []
    for _ in range(12):
        bench.advance()
        for picture in bench.pictures(capture):
            pass_on(picture, playout)
        returned += bench.pictures(back)
    counted = [int.from_bytes(packet.data) for picture in returned for packet in picture.packets if packet.did == 0x5F]
    assert counted == list(range(counted[0], counted[0] + len(counted)))
    assert len(counted) > 6
    last = returned[-1]
    assert last.audio is not None
    assert (np.diff(last.audio[:, 0] >> 8) == 1).all()
    assert int(last.audio[0, 0]) >> 8 == 1920 * counted[-1]


def test_pictures_from_a_file(bench: Bench, tmp_path: Path) -> None:
    raw = np.random.default_rng(4).integers(0, 256, (2, 720 * 3456), np.uint8)
    (tmp_path / "two.v210").write_bytes(raw.tobytes())
    bench.driver.card(0).signal("720p50")
    bench.driver.card(0).pattern(tmp_path / "two.v210")
    capture = bench.capture("hp50")
    bench.advance(3, rate=50)
    seen = [np.array(picture.data) for picture in bench.pictures(capture)]
    assert all((a == b).all() for a, b in zip(seen, (raw[0], raw[1], raw[0]), strict=True))


def test_nothing_is_left_alive_after_many_changes(bench: Bench) -> None:
    """Pictures held across changes, a new mode every third picture, RGB and no signal in between."""
    before = bench.driver.living()
    card = bench.driver.card(0)
    card.signal("PAL")
    capture = bench.capture("pal ")
    held = []
    for number in range(60):
        mode = ("NTSC", "PAL", None, "720p50")[number % 4]
        card.signal(mode, rgb=number % 8 > 3)
        bench.driver.advance(A_SECOND // 8)
        held = bench.pictures(capture)[-2:]
    assert capture.counters().changes >= 40
    held.clear()
    bench.close()
    del capture
    assert {kind for kind, count in bench.driver.living().items() if count != before.get(kind, 0)} == set()


def test_another_depth_is_told_and_changes_nothing_else(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("1080p25")
    capture = bench.capture()
    bench.advance(3)
    assert len(bench.pictures(capture)) == 3
    card.signal("1080p25", depth=8)
    bench.advance(4)
    assert bench.driver.calls()["callback VideoInputFormatChanged"] == 1
    assert fates(card) == ["delivered"] * 7


def test_settings_that_cannot_be_are_refused_in_words(bench: Bench) -> None:
    for name, value, words in (
        ("0.signal", "1080p26", "not a mode"),
        ("0.timecode", "25:00:00:00", "not a timecode"),
        ("9.signal", "1080p25", "no such card"),
        ("0.packets", "51:00", "not a packet"),
        ("speed", "0", "a speed is more than 0"),
        ("cards", "9", "0 to 8"),
    ):
        with pytest.raises(SettingError, match=words):
            bench.driver.set(name, value)
