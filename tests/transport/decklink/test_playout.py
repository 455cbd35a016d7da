"""What goes out, seen by the emulated card: every tick in its own log, and what another of its inputs takes in when the
output is plugged into it."""

from __future__ import annotations

import threading
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from livegrade.transport.decklink._binding import Capture, DriverError, Packet, Picture, Playout, Timecode14
from livegrade.transport.decklink.modes import four
from livegrade_hardware.emulators.decklink.log import continuity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade_hardware.emulators.decklink.log import OutputRecord
    from tests.transport.decklink.conftest import Bench, Until

V210_720 = -(-1280 // 48) * 128 * 720
BLACK = np.zeros(V210_720, np.uint8)
SECOND_NS = 1_000_000_000
ACCESS_DENIED, NO_INTERFACE = 0x80000009, 0x80000004
FIELD_MARK = 2


def picture(number: int, size: int = V210_720) -> NDArray[np.uint8]:
    return np.random.default_rng(number).integers(0, 256, size, dtype=np.uint8)


def shown(records: list[OutputRecord]) -> list[OutputRecord]:
    return [record for record in records if record.fate in {"shown", "late"}]


def newest(capture: Capture) -> Picture:
    found = list(iter(lambda: capture.take(0), None))
    assert isinstance(found[-1], Picture)
    return found[-1]


def seen_again(bench: Bench, mode: str = "hp50", signal: str = "720p50", **options: object) -> Capture:
    """An input of card 0 with the output of card 1 plugged in; its pictures begin a third of a frame after the
    output's, so that it is clear which one it sees."""
    bench.driver.advance(7_000_000)
    card = bench.driver.card(0)
    card.loop_from(1)
    card.signal(signal)
    return bench.capture(0, mode=mode, queue=16, **options)


def test_every_picture_is_shown_once_in_order_to_the_last_bit(bench: Bench) -> None:
    out = bench.driver.card(1)
    playout = bench.playout(preroll=2)
    back = seen_again(bench)
    sent = [picture(n) for n in range(12)]
    assert playout.preroll == 2
    assert [playout.write(one) for one in sent[:2]] == [0, 1]
    for number, one in enumerate(sent[2:], start=2):
        bench.frames(1)
        if number > 2:  # the first completes when the second replaces it
            assert playout.wait_tick(0) is not None
        assert playout.write(one) == number
    bench.frames(3)
    came = [one for one in iter(lambda: back.take(0), None) if isinstance(one, Picture)]
    matched = [n for one in came for n, own in enumerate(sent) if np.array_equal(one.data, own)]
    assert matched[:12] == list(range(12))
    assert set(matched[12:]) <= {11}  # the last one stays
    assert [record.fate for record in out.output_log() if record.time >= 0][:12] == ["shown"] * 12
    counters = playout.counters()
    assert (counters.scheduled, counters.completed, counters.late, counters.dropped) == (12, 11, 0, 0)


def test_frames_go_round_and_a_card_that_completes_none_gets_no_more(bench: Bench) -> None:
    playout = bench.playout(preroll=3)
    assert [playout.write(BLACK) for _ in range(6)] == [0, 1, 2, 3, 4, None]
    assert playout.counters().calls["IDeckLinkOutput::CreateVideoFrame"] == 5
    bench.frames(2)
    assert playout.write(BLACK) == 5
    assert playout.write(BLACK) is None


def test_every_completion_is_handed_over_once(bench: Bench) -> None:
    playout = bench.playout()
    for _ in range(4):
        playout.write(BLACK)
    assert playout.wait_tick(0) is None
    bench.frames(4)
    ticks = [playout.wait_tick(0) for _ in range(4)]
    assert [tick and tick[1] for tick in ticks] == [1, 2, 3, None]
    times = [tick[0] for tick in ticks if tick]
    assert times == sorted(times)


def test_after_a_stall_the_next_picture_is_never_in_the_past(bench: Bench) -> None:
    card = bench.driver.card(1)
    playout = bench.playout(preroll=2)
    for _ in range(2):
        playout.write(BLACK)
    bench.frames(7)
    playhead = card.output_log()[-1].time // 1000
    number = playout.write(BLACK)
    assert number == playhead + 1
    bench.frames(3)
    records = shown(card.output_log())
    assert [record.fate for record in records] == ["shown"] * 3
    counters = playout.counters()
    assert counters.underruns == number - 2
    repeats = [record for record in card.output_log() if record.fate == "repeat"]
    assert len([record for record in repeats if record.time < number * 1000]) == counters.underruns
    assert (counters.late, counters.dropped) == (0, 0)


def test_late_and_dropped_frames_are_counted_and_come_back(bench: Bench) -> None:
    card = bench.driver.card(1)
    card.output_faults(late_every=5, drop_every=7)
    before = card.output_counters()
    playout = bench.playout(preroll=3)
    for _ in range(60):
        playout.write(BLACK)
        bench.frames(1)
    counters = playout.counters()
    theirs = {name: count - before[name] for name, count in card.output_counters().items()}
    assert counters.late > 5
    assert counters.dropped > 5
    ours = (counters.scheduled, counters.completed, counters.late, counters.dropped, counters.flushed)
    assert ours == tuple(theirs[name] for name in ("scheduled", "completed", "late", "dropped", "flushed"))


def test_a_card_that_jumps_ahead_drops_what_was_due(bench: Bench) -> None:
    card = bench.driver.card(1)
    playout = bench.playout(preroll=4)
    for _ in range(4):
        playout.write(BLACK)
    bench.frames(1)
    card.output_faults(skip_ticks=2)
    bench.frames(2)
    assert playout.counters().dropped == 2
    for _ in range(3):
        assert playout.write(BLACK) is not None
        bench.frames(1)
    assert playout.counters().dropped == 2


@pytest.mark.parametrize(
    ("mode", "fps", "frames", "flags", "carriers"),
    [
        ("Hp25", 25, 24, 0, {"rpv1": ("24", 0)}),
        ("Hi50", 25, 24, 0, {"rpv1": ("24", 0), "rp12": ("24", FIELD_MARK)}),
        ("hp50", 50, 24, 0, {"rpv1": ("24", 0)}),
        ("hp50", 50, 24, FIELD_MARK, {"rp12": ("24", FIELD_MARK)}),
        ("hp50", 50, 24, 24 | FIELD_MARK, {"rp12": ("24", 24 | FIELD_MARK)}),
    ],
)
def test_timecode_stands_where_st_12_2_wants_it(
    bench: Bench, mode: str, fps: int, frames: int, flags: int, carriers: dict[str, tuple[str, int]]
) -> None:
    """SMPTE ST 12-2, 7.2 and 9.2: both VITC carriers for fields, VITC1 for up to 30 frames, and above for the first of
    a pair; VITC2 for its second."""
    card = bench.driver.card(1)
    playout = bench.playout(mode=mode)
    black = np.zeros(playout.stride * (720 if mode.startswith("h") else 1080), np.uint8)
    timecode = Timecode14(four("rpv1"), 23, 59, 59, frames, flags, 0xFEDCBA98)
    for _ in range(3):
        playout.write(black, timecode=timecode)
    bench.frames(2, fps)
    told = shown(card.output_log())[0].timecodes
    assert {name: (t.text[-2:], t.flags) for name, t in told.items()} == carriers
    assert {t.user_bits for t in told.values()} == {0xFEDCBA98}
    assert {t.text[:8] for t in told.values()} == {"23:59:59"}


def test_the_full_count_of_high_frame_rates_becomes_pairs(bench: Bench) -> None:
    card = bench.driver.card(1)
    playout = bench.playout()
    for count in (0, 1, 2, 49):
        playout.write(BLACK, timecode=Timecode14(four("rphr"), 1, 2, 3, count), hfr_timecode=True)
        bench.frames(1)
    bench.frames(2)
    told = [
        {name: (int(t.text[-2:]), t.flags) for name, t in record.timecodes.items()}
        for record in shown(card.output_log())
    ]
    assert told == [
        {"rpv1": (0, 0), "rphr": (0, 0)},
        {"rp12": (0, FIELD_MARK), "rphr": (1, 0)},
        {"rpv1": (1, 0), "rphr": (2, 0)},
        {"rp12": (24, FIELD_MARK), "rphr": (49, 0)},
    ]


def test_a_frame_that_is_used_again_keeps_nothing_of_its_last_use(bench: Bench) -> None:
    card = bench.driver.card(1)
    playout = bench.playout()
    for number in range(16):
        full = number < 8
        playout.write(
            BLACK,
            timecode=Timecode14(four("rphr"), 1, 2, 3, number, 0, 5) if full else None,
            hfr_timecode=True,
            packets=[Packet(0x51, 0x52, b"x")] if full else (),
        )
        if number >= 1:
            bench.frames(1)
    bench.frames(3)
    records = shown(card.output_log())
    assert [len(record.timecodes) for record in records[:16]] == [2] * 8 + [0] * 8
    assert [record.packets for record in records[:16]] == [1] * 8 + [0] * 8


def test_packets_go_out_whole_with_their_line(bench: Bench) -> None:
    sent = [(0x51, 0x53, bytes(range(255)), 12), (0x60, 0x60, b"\x01" * 16, 9), (0x43, 0x05, b"", 573)]
    playout = bench.playout()
    back = seen_again(bench)
    for _ in range(3):
        playout.write(BLACK, packets=[Packet(did, sdid, data, line=line) for did, sdid, data, line in sent])
    bench.frames(3)
    assert [(p.did, p.sdid, p.data, p.line) for p in newest(back).packets] == sent


def counting_sound(first: int, count: int) -> NDArray[np.int32]:
    """The emulated cards' counting sound: channel c is c * 65536 ahead."""
    counted = (first + np.arange(count)[:, None] + 65536 * np.arange(16)) % (1 << 24)
    return (counted.astype(np.uint32) << 8).view(np.int32)


@pytest.mark.parametrize(
    ("mode", "fps", "phase"),
    [("hp50", Fraction(50), 0), ("hp59", Fraction(60000, 1001), 0), ("hp59", Fraction(60000, 1001), 2)],
)
def test_sound_goes_out_continuous_and_with_its_picture(bench: Bench, mode: str, fps: Fraction, phase: int) -> None:
    """`phase`: where in its round of 800 and 801 samples the source begins; nobody aligns that."""
    card = bench.driver.card(1)
    playout = bench.playout(mode=mode, audio_channels=16)
    sent = 0
    for number in range(20):
        count = int((phase + number + 1) * 48000 / fps) - int((phase + number) * 48000 / fps)
        assert playout.write(BLACK, audio=counting_sound(sent, count)) == number
        sent += count
        if number >= 2:
            bench.frames(1, fps)
    records = shown(card.output_log())
    assert len(records) > 15
    assert {(record.sound_breaks, record.sound_missing) for record in records} == {(0, 0)}
    assert {record.sound_first - record.sound_at for record in records} == {0}
    assert playout.counters().sound_lost == 0


def test_sound_begins_anew_with_its_picture_after_a_jump(bench: Bench) -> None:
    card = bench.driver.card(1)
    playout = bench.playout(audio_channels=16)
    for number in range(3):
        playout.write(BLACK, audio=counting_sound(960 * number, 960))
    bench.frames(6)
    number = playout.write(BLACK, audio=counting_sound(100_000, 960))
    assert number is not None
    playout.write(BLACK, audio=counting_sound(100_960, 960))
    bench.frames(3)
    heard = {record.time // 1000: record for record in card.output_log()}
    assert heard[number].fate == "shown"
    assert (heard[number].sound_first, heard[number].sound_missing) == (100_000, 0)
    assert heard[number + 1].sound_first == 100_960


def test_sound_that_has_no_place_beside_its_picture_is_counted(bench: Bench) -> None:
    """Twice as much as belongs to each picture: that of every second one finds its place taken."""
    playout = bench.playout(audio_channels=2)
    for number in range(6):
        playout.write(BLACK, audio=np.zeros((1920, 2), np.int32))
        if number >= 2:
            bench.frames(1)
    assert playout.counters().sound_lost == 3 * 1920


def test_without_sound_the_output_is_silent_and_misses_nothing(bench: Bench) -> None:
    card = bench.driver.card(1)
    playout = bench.playout(audio_channels=2)
    for number in range(6):
        playout.write(BLACK)
        if number >= 2:
            bench.frames(1)
    assert {record.sound_missing for record in shown(card.output_log())} == {0}
    assert {record.sound_first for record in shown(card.output_log())} == {-1}


def test_colour_metadata_goes_out_with_every_picture(bench: Bench) -> None:
    values = {"hdrx": 0.708, "hdwy": 0.329, "hdml": 1000.0, "hmil": 0.005, "mcll": 900.0, "fall": 400.0}
    playout = bench.playout(
        colorspace=four("2020"), eotf=3, hdr_floats={four(name): value for name, value in values.items()}
    )
    back = seen_again(bench)
    sent = [picture(n) for n in range(3)]
    for one in sent:
        playout.write(one, timecode=Timecode14(four("rpv1"), 1, 2, 3, 4), packets=[Packet(0x51, 0x52, b"abc", line=11)])
    bench.frames(3)
    came = newest(back)
    assert came.metadata_ints == {four("cspc"): four("2020"), four("eotf"): 3}
    assert {name: came.metadata_floats[four(name)] for name in values} == values
    assert [packet.data for packet in came.packets] == [b"abc"]
    assert came.timecodes[0].frames == 4
    assert any(np.array_equal(came.data, one) for one in sent)
    assert playout.counters().calls["IDeckLinkOutput::ScheduleVideoFrame"] == 3
    bench.frames(3)
    assert playout.write(BLACK) is not None


@pytest.mark.parametrize(("eotf", "told"), [(None, {}), (2, {"cspc": four("r709"), "eotf": 2})])
def test_a_picture_without_a_transfer_is_not_marked_as_hdr(
    bench: Bench, eotf: int | None, told: dict[str, int]
) -> None:
    """The emulated card reads metadata of pictures alone whose flags say that they contain HDR metadata."""
    playout = bench.playout(colorspace=four("r709"), eotf=eotf)
    for number in range(3):
        playout.write(picture(number))
    bench.frames(2)
    assert bench.driver.card(1).beside_picture().ints == told
    assert bench.driver.card(1).output_log()[-1].fate == "shown"


def test_stop_is_at_once_and_what_was_scheduled_is_flushed(bench: Bench) -> None:
    playout = bench.playout(preroll=3)
    for _ in range(4):
        playout.write(BLACK)
    bench.frames(1)
    assert playout.stop()
    counters = playout.counters()
    assert counters.scheduled == counters.completed + counters.flushed == 4
    assert playout.write(BLACK) is None
    assert len(list(iter(lambda: playout.wait_tick(3600 * SECOND_NS), None))) == counters.completed
    again = bench.playout()
    assert again.write(BLACK) == 0


def test_an_output_in_use_elsewhere_refuses(bench: Bench) -> None:
    bench.driver.card(1).used_elsewhere("playback")
    with pytest.raises(DriverError) as refused:
        bench.playout()
    assert (refused.value.call, refused.value.code) == ("IDeckLinkOutput::EnableVideoOutput", ACCESS_DENIED)
    bench.driver.card(1).abilities(plays=False)
    with pytest.raises(DriverError) as refused:
        bench.playout()
    assert refused.value.code == NO_INTERFACE


def test_a_pulled_card_refuses_the_next_picture_and_stops(bench: Bench) -> None:
    playout = bench.playout()
    for _ in range(3):
        playout.write(BLACK)
    bench.frames(2)
    bench.driver.card(1).pull()
    bench.frames(2)
    with pytest.raises(DriverError) as refused:
        playout.write(BLACK)
    assert refused.value.call == "IDeckLinkOutput::ScheduleVideoFrame"
    playout.stop()


def test_wrong_sizes_and_formats_are_refused_before_the_driver_sees_them(bench: Bench) -> None:
    playout = bench.playout(audio_channels=16)
    with pytest.raises(ValueError, match=f"has {V210_720} bytes"):
        playout.write(BLACK[:-1])
    with pytest.raises(ValueError, match="has 16 channels"):
        playout.write(BLACK, audio=np.zeros((960, 2), np.int32))
    with pytest.raises(ValueError, match="pixel format cannot be played"):
        Playout(0, mode=four("hp50"), pixel_format=four("hev1"))


def test_what_the_driver_refuses_beside_a_picture_does_not_cost_the_picture(bench: Bench) -> None:
    card = bench.driver.card(1)
    playout = bench.playout()
    for _ in range(3):
        playout.write(BLACK, timecode=Timecode14(four("rpv1"), 99, 99, 99, 99))
    bench.frames(3)
    assert len(shown(card.output_log())) == 3
    assert playout.counters().refused == 3


def test_the_reference_input_is_told(bench: Bench) -> None:
    card = bench.driver.card(1)
    playout = bench.playout()
    card.reference("locked")
    assert playout.reference()[0] is True
    card.reference("unlocked")
    assert playout.reference()[0] is False
    card.reference("none")
    assert playout.reference() == (None, None)


def test_stop_ends_a_wait_for_a_tick(bench: Bench) -> None:
    playout = bench.playout()
    answers: list[object] = []
    writer = threading.Thread(target=lambda: answers.append(playout.wait_tick(3600 * SECOND_NS)))
    writer.start()
    playout.stop()
    writer.join(timeout=60)
    assert answers == [None]


def test_a_driver_that_does_not_stop_costs_the_limit_once(bench: Bench, until: Until) -> None:
    """It comes back at last. What was counted is there without asking it."""
    before = bench.driver.living()
    playout = bench.playout()
    for _ in range(3):
        playout.write(BLACK)
    bench.frames(2)
    bench.driver.card(1).hang_stop(1)
    assert not playout.stop(20_000_000)
    assert not playout.stop()
    assert playout.counters().scheduled == 3
    assert playout.wait_tick(3600 * SECOND_NS) is not None  # what was completed before
    bench.close()
    del playout
    until(lambda: all(count <= before.get(kind, 0) for kind, count in bench.driver.living().items()))


def test_a_driver_that_keeps_a_timecode_on_a_frame_gives_another_frame(bench: Bench) -> None:
    bench.driver.keeps_timecode(True)
    card = bench.driver.card(1)
    playout = bench.playout()
    for number in range(16):
        code = Timecode14(four("rpv1"), 1, 2, 3, number, 0, 5)
        playout.write(BLACK, timecode=code if number < 8 else None)
        if number >= 1:
            bench.frames(1)
    bench.frames(3)
    records = shown(card.output_log())
    assert [len(record.timecodes) for record in records[:16]] == [1] * 8 + [0] * 8
    assert playout.counters().calls["IDeckLinkOutput::CreateVideoFrame"] == 4 + 4
    assert playout.counters().refused == 0


def test_two_hundred_outputs_leave_nothing(bench: Bench) -> None:
    before = bench.driver.living()
    for number in range(200):
        playout = bench.playout(audio_channels=2, eotf=2 if number % 2 else None)
        for _ in range(3):
            playout.write(BLACK, packets=[Packet(1, 2, b"x")], timecode=Timecode14(four("rpv1"), 1, 2, 3, 4))
        bench.frames(1)
        bench.close()
        del playout
    assert all(count <= before.get(kind, 0) for kind, count in bench.driver.living().items())


def test_in_and_out_together_every_index_once(bench: Bench) -> None:
    """The generator's indices through capture and playout; both cards on one clock."""
    source, out = bench.driver.card(0), bench.driver.card(1)
    source.signal("720p50")
    source.counter_packet(True)
    capture, playout = bench.capture(0, queue=3), bench.playout(1, preroll=2)
    for _ in range(100):
        bench.frames(1)
        came = capture.take(0)
        assert isinstance(came, Picture)
        packets = [Packet(p.did, p.sdid, p.data, p.line) for p in came.packets]
        assert playout.write(came.data, packets=packets) is not None
    told = continuity(out.output_log())
    assert (told.gaps, told.repeats, told.backward, told.black) == (0, 0, 0, 0)
    assert told.pictures >= 96
    assert all(record.counter_packet == record.index for record in out.output_log() if record.index >= 0)
