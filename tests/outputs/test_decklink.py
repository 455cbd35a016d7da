"""`decklink:INDEX` as an output, on the real binding and an emulated driver whose time goes on when it is told to. What
went out is read in the driver's own log."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from livegrade.errors import SinkError, UsageError
from livegrade.outputs import decklink
from livegrade.outputs.fallback import black
from livegrade.outputs.sink import StreamStart, Tick, open_sink
from livegrade.timing.clock import MonotonicClock
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.transport.address import parse_sink
from livegrade.transport.decklink import cards
from livegrade.transport.decklink.modes import four
from livegrade.video.ancillary import AncillaryPacket, TimecodeFlag
from livegrade.video.format import Matrix, Primaries, Range, Scan, Transfer, VideoFormat
from livegrade.video.frame import AudioBlock, Frame, Metadata
from livegrade.video.layouts import layout
from livegrade.video.pool import Lease, aligned_buffer
from livegrade_hardware.emulators.decklink import EmulatedDriver, OutputRecord

PAL = VideoFormat(720, 576, Rate.of(25), layout("v210"), scan=Scan.INTERLACED_TFF)
HD50 = VideoFormat(1280, 720, Rate.of(50), layout("v210"))
FOR_EVER_NS = 1 << 60
UHD = VideoFormat(3840, 2160, Rate.of(25), layout("v210"))


def picture(format: VideoFormat, seed: int) -> Lease:
    data = aligned_buffer(format.geometry.size)
    words = np.random.default_rng(seed).integers(4, 1020, (data.size // 4, 3), dtype=np.uint32)
    data[:] = (words[:, 0] | words[:, 1] << 10 | words[:, 2] << 20).astype("<u4").view(np.uint8)
    return Lease(data)


class Output:
    """One sink and the ticks of its card."""

    def __init__(self, driver: EmulatedDriver, text: str) -> None:
        self.driver = driver
        self.card = driver.card(0)
        self.clock = MonotonicClock()
        self.sink = open_sink(parse_sink(text), self.clock)
        self.pixels: dict[VideoFormat, tuple[Lease, Lease]] = {}
        self.format: VideoFormat | None = None
        self.index = 0

    def frame(self, format: VideoFormat, **beside: object) -> Frame:
        """The next picture, with sound that counts: sample s of channel c is s + 65536 c."""
        if format not in self.pixels:
            self.pixels[format] = picture(format, 1), picture(format, 2)
        count = int(48_000 / format.rate.fps)
        ramp = self.index * count + np.arange(count) + (np.arange(16) << 16)[:, None]
        sound = AudioBlock((ramp / 2**23).astype(np.float32), 48_000)
        frame = Frame(self.pixels[format][self.index % 2], format, self.index, self.clock.now_ns(), audio=sound)
        self.index += 1
        return replace(frame, **beside)

    def write(self, frame: Frame) -> str | None:
        if frame.format != self.format:
            self.sink.open(frame.format, StreamStart())
            self.format = frame.format
        return self.sink.write(frame)

    def tick(self, format: VideoFormat, periods: int = 1) -> Tick:
        """The next tick: the second one after the card began, the others a period apart."""
        for _ in range(2):
            self.driver.advance(periods * format.rate.period_ns)
            tick = self.sink.wait_tick(1)
            if tick is not None:
                return tick
        pytest.fail("the card does not tick")

    def play(self, format: VideoFormat, count: int, **beside: object) -> list[str | None]:
        """So many pictures, each at a tick; what was said of each."""
        said = [self.write(self.frame(format, **beside))]
        for _ in range(count - 1):
            self.tick(format)
            said.append(self.write(self.frame(format, **beside)))
        return said

    def shown(self) -> list[OutputRecord]:
        return [record for record in self.card.output_log() if record.fate in ("shown", "late", "repeat")]


@pytest.fixture
def driver(monkeypatch, decklink_driver) -> EmulatedDriver:
    # Time at the card goes on when a test says so, however long that takes.
    monkeypatch.setattr(decklink, "STILL_NS", FOR_EVER_NS)
    decklink_driver.stepped(True)
    decklink_driver.card(0).signal(None)
    return decklink_driver


@pytest.fixture
def output(driver) -> Iterator[Callable[[str], Output]]:
    made: list[Output] = []

    def make(text: str = "decklink:0") -> Output:
        made.append(Output(driver, text))
        made[-1].sink.prepare()
        return made[-1]

    yield make
    for one in made:
        one.sink.close()
    gc.collect()
    assert {kind: count for kind, count in driver.living().items() if count} == {}


# ---- what goes out


def test_pictures_go_out_word_for_word(output, driver, tmp_path) -> None:
    out = output()
    driver.card(0).save_next(tmp_path / "shown")
    out.play(PAL, 6)
    assert (tmp_path / "shown").read_bytes() == out.pixels[PAL][0].data.tobytes()
    assert out.sink.frames_written == 6
    assert out.sink.counts().underruns == 0


@pytest.mark.parametrize(("option", "ahead"), [("", 3), (",preroll=2", 2), (",preroll=5", 5)])
def test_as_many_pictures_wait_in_the_card_as_it_was_told(output, option, ahead) -> None:
    out = output(f"decklink:0{option}")
    before = out.card.output_counters()["scheduled"]
    out.play(PAL, 1)
    assert out.card.output_counters()["scheduled"] - before == ahead
    numbers = []
    for _ in range(10):
        tick = out.tick(PAL)
        numbers.append(tick.number)
        assert out.write(out.frame(PAL)) is None
    assert numbers == list(range(1, 11))
    assert out.card.output_counters()["scheduled"] - before == ahead + 10
    assert {record.fate for record in out.shown()} == {"shown"}


def test_sound_begins_with_its_picture_and_never_breaks(output) -> None:
    out = output()
    out.play(PAL, 20)
    heard = [record for record in out.shown() if record.sound_first >= 0]
    assert len(heard) > 12
    assert {record.sound_breaks for record in heard} == {0}
    assert {record.sound_missing for record in heard} == {0}
    assert {record.sound_first - record.sound_at for record in heard} == {-2 * 1920}  # two pictures ahead of the first


def test_timecode_flags_user_bits_and_packets_go_out_with_their_picture(output) -> None:
    out = output()
    counting = TimecodeRate(Rate.of(25))
    first = Timecode.parse("10:00:00:23", counting)
    said = Metadata(timecode_flags=TimecodeFlag.TRIGGER_EMBEDDED | TimecodeFlag.TRIGGERED, user_bits=0xDEADBEEF)
    for number in range(12):
        counter = AncillaryPacket(0x5F, 0x01, number.to_bytes(4, "big"), 10)
        packets = (counter, AncillaryPacket(0x60, 0x60, bytes(16)), AncillaryPacket(0x51, 0x53, b"lens", 11))
        out.write(out.frame(PAL, timecode=first + number, metadata=said, ancillary=packets))
        out.tick(PAL)
    records = [record for record in out.shown() if record.counter_packet >= 0]
    assert [record.counter_packet for record in records] == list(range(len(records)))
    assert len(records) >= 9
    for record in records:
        code = record.timecodes["rpv1"]
        assert code.text == str(first + record.counter_packet)
        assert code.flags & 0x18 == 0x18
        assert code.user_bits == 0xDEADBEEF
        assert record.packets == 2


def test_packets_are_left_out_where_they_are_not_wanted(output) -> None:
    out = output("decklink:0,packets=51/53")
    packets = (AncillaryPacket(0x51, 0x53, b"lens", 11), AncillaryPacket(0x61, 0x01, b"words", 12))
    out.play(PAL, 6, ancillary=packets)
    assert [packet.data for packet in out.card.beside_picture().packets] == [b"lens"]


@pytest.mark.parametrize("full", [False, True])
def test_above_30_pictures_pairs_go_out_whichever_way_they_were_counted(output, full) -> None:
    out = output()
    counting = TimecodeRate(Rate.of(50)) if full else TimecodeRate.sdi(Rate.of(50))
    first = Timecode.parse("10:00:00:00", counting)
    for number in range(12):
        beside = AncillaryPacket(0x5F, 1, bytes((0, 0, 0, number))), AncillaryPacket(0x60, 0x61, b"ST 12-3")
        out.write(out.frame(HD50, timecode=first + number, ancillary=beside))
        out.tick(HD50)
    records = [record for record in out.shown() if record.counter_packet >= 0]
    assert len(records) >= 9
    for record in records:
        frames, second = divmod(record.counter_packet, 2)
        code = record.timecodes["rp12" if second else "rpv1"]
        assert (code.text, bool(code.flags & 2)) == (f"10:00:00:{frames:02}", bool(second))
        if full:
            assert record.timecodes["rphr"].text == f"10:00:00:{record.counter_packet:02}"
        assert record.packets == (1 if full else 2), "the card writes ST 12-3 itself where it is given the full count"


def test_the_time_from_capture_to_the_cable_is_measured(output) -> None:
    out = output()
    out.play(PAL, 10)
    assert out.sink.delay_ns.spread().count >= 7


def test_colours_go_out_with_the_picture(output, driver) -> None:
    """Values of the driver: cspc is a four-character code, eotf 2 is PQ (CTA-861)."""
    out = output()
    bright = replace(UHD, transfer=Transfer.PQ, matrix=Matrix.BT2020, primaries=Primaries.BT2020)
    said = Metadata(extra=(("hdr highest mastering luminance", "1000"), ("hdr red x", "0.708"), ("lens", "35 mm")))
    out.play(bright, 5, metadata=said)
    beside = driver.card(0).beside_picture()
    assert beside.ints == {"cspc": four("2020"), "eotf": 2}
    assert beside.floats == {"hdml": 1000.0, "hdrx": 0.708}


def test_what_is_said_of_mastering_goes_out_once_and_only_with_the_sources_picture(output, driver) -> None:
    """The packet 41/0C says the same as the driver's values; 2 is PQ (CTA-861)."""
    out = output()
    bright = replace(UHD, transfer=Transfer.PQ, matrix=Matrix.BT2020, primaries=Primaries.BT2020)
    beside = {
        "metadata": Metadata(extra=(("hdr highest mastering luminance", "1000"),)),
        "ancillary": (AncillaryPacket(0x41, 0x0C, bytes(29), 12), AncillaryPacket(0x51, 0x53, b"lens", 11)),
    }
    for drawn, values in ((False, {"hdml": 1000.0}), (True, {}), (False, {})):
        for _ in range(6):
            assert out.write(out.frame(bright, drawn=drawn, **beside)) is None
            tick = out.tick(bright)
        shown = driver.card(0).beside_picture()
        assert (shown.ints["eotf"], shown.floats) == (2, values)
        assert [packet.data for packet in shown.packets] == [b"lens"]
    assert tick.line == 2  # a drawn picture takes the values away; what would bring them back is a new start


# ---- late, and gone


def test_a_late_picture_is_an_underrun_and_the_numbers_go_on(output) -> None:
    out = output()
    out.play(PAL, 5)
    first = out.tick(PAL, 7)  # three were there, the last of them stays
    numbers = [first.number]
    while (tick := out.sink.wait_tick(1)) is not None:
        numbers.append(tick.number)
    for _ in numbers:
        assert out.write(out.frame(PAL)) is None
    following = []
    for _ in range(6):
        tick = out.tick(PAL)
        following.append(tick.number)
        out.write(out.frame(PAL))
    assert numbers == [5, 6]
    assert following[0] > numbers[-1] + 1
    assert following == list(range(following[0], following[0] + 6))
    assert out.sink.counts().underruns == following[0] - numbers[-1] - 1
    assert sum(record.fate == "repeat" for record in out.shown()) == out.sink.counts().underruns


def test_a_picture_too_many_is_not_taken(output) -> None:
    out = output()
    out.play(PAL, 1)
    assert out.write(out.frame(PAL)) == "decklink:0: the DeckLink Emulated (1) takes no pictures"


def test_late_and_dropped_pictures_are_counted(output, driver) -> None:
    out = output()
    driver.card(0).output_faults(late_every=5, drop_every=7)
    out.play(PAL, 36)
    counts = out.sink.counts()
    told = driver.card(0).output_counters()
    assert counts.late == told["late"] >= 5
    assert counts.dropped == told["dropped"] >= 4
    out.sink.close()
    assert out.sink.counts().flushed == driver.card(0).output_counters()["flushed"] > 0


def test_a_card_that_is_pulled_is_told_and_taken_again(output, driver) -> None:
    out = output()
    out.play(PAL, 5)
    driver.card(0).pull()
    driver.advance(PAL.rate.period_ns)
    assert out.sink.wait_tick(500_000_000) is None
    said = out.write(out.frame(PAL))
    assert said == "decklink:0: the DeckLink Emulated (1) is gone: pulled out, switched off, or its driver stopped"
    driver.card(0).plug_in()
    for _ in range(100):
        if out.write(out.frame(PAL)) is None:
            break
        out.clock.sleep_until_ns(out.clock.now_ns() + 20_000_000)
    tick = out.tick(PAL)
    assert (tick.line, tick.number) == (2, 1)


def test_a_card_that_stands_still_is_told_and_set_up_anew(output, driver, monkeypatch) -> None:
    """It is there and answers, and shows no other picture: time at its connector does not go on."""
    out = output()
    out.play(PAL, 5)
    assert out.sink.wait_tick(10_000_000) is None
    assert out.write(out.frame(PAL)) == "decklink:0: the DeckLink Emulated (1) takes no pictures"
    monkeypatch.setattr(decklink, "STILL_NS", 1)
    assert out.sink.wait_tick(10_000_000) is None
    monkeypatch.setattr(decklink, "STILL_NS", FOR_EVER_NS)
    said = out.write(out.frame(PAL))
    assert said == "decklink:0: the DeckLink Emulated (1) shows no pictures any more"
    assert out.write(out.frame(PAL)) == said  # not tried again at once
    for _ in range(100):
        if out.write(out.frame(PAL)) is None:
            break
        out.clock.sleep_until_ns(out.clock.now_ns() + 20_000_000)
    assert (out.tick(PAL).line, out.sink.counts().restarts) == (2, 1)
    assert out.write(out.frame(PAL)) is None


def test_a_driver_that_does_not_stop_for_another_format_is_the_reason_that_there_is_none(
    output, driver, monkeypatch
) -> None:
    monkeypatch.setattr(cards, "STOP_LIMIT_NS", 20_000_000)
    out = output()
    out.play(PAL, 3)
    driver.card(0).hang_stop(1)
    said = out.write(out.frame(HD50))
    driver.card(0).hang_stop(0)
    assert said is not None
    assert said.startswith("decklink:0: the driver does not stop the output of the DeckLink Emulated (1)")
    for _ in range(200):
        if out.write(out.frame(HD50)) is None:
            break
        out.clock.sleep_until_ns(out.clock.now_ns() + 20_000_000)
    assert out.tick(HD50).line == 2
    monkeypatch.undo()


def test_a_driver_that_does_not_stop_is_said_and_left_alone(output, driver, monkeypatch, until) -> None:
    monkeypatch.setattr(cards, "STOP_LIMIT_NS", 20_000_000)
    before = driver.living()
    out = output()
    out.play(PAL, 3)
    driver.card(0).hang_stop(1)
    with pytest.raises(
        SinkError,
        match=r"^decklink:0: the driver does not stop the output of the DeckLink Emulated \(1\) and is left alone",
    ):
        out.sink.close()
    out.sink.close()
    gc.collect()
    until(lambda: all(count <= before[kind] for kind, count in driver.living().items()))


# ---- formats


def test_v210_legal_is_asked_for_unless_something_else_is(output) -> None:
    rgb = replace(HD50, layout=layout("r210"), range=Range.FULL)
    assert output().sink.accept(rgb) == HD50
    assert output("decklink:0,layout=r210").sink.accept(HD50) == replace(HD50, layout=layout("r210"))
    assert output("decklink:0,layout=R12B").sink.accept(HD50) == replace(HD50, layout=layout("R12B"), range=Range.FULL)


def test_what_the_card_cannot_show_is_one_sentence_with_what_it_can(output, driver) -> None:
    driver.card(0).abilities(lines=720)
    odd = replace(HD50, rate=Rate.of(24))
    sentence = (
        r"^decklink:0: the DeckLink Emulated \(1\) does not play 1280x720p24 v210 bt709 legal; "
        r"it plays 720p50, 720p59\.94, 720p60, 486i59\.94, 576i50"
    )
    with pytest.raises(SinkError, match=sentence):
        output().sink.accept(odd)


def test_a_new_format_sets_the_card_up_anew(output) -> None:
    out = output()
    lines = []
    for format in (PAL, HD50, UHD, replace(UHD, transfer=Transfer.PQ)):
        assert set(out.play(format, 5)) == {None}
        tick = out.tick(format)
        lines.append(tick.line)
        out.write(out.frame(format))
    assert lines == [1, 2, 3, 4]
    assert out.sink.counts().underruns == 0


def test_a_card_that_holds_keeps_its_mode_and_says_so(output) -> None:
    out = output("decklink:0,on-change=hold,on-loss=black")
    out.play(PAL, 5)
    out.tick(PAL)
    said = out.play(HD50, 1)
    held = "decklink:0,on-change=hold,on-loss=black stays at 576i50 (on-change=hold); the signal is 1280x720p50"
    assert said[0] is not None
    assert said[0].startswith(held)
    for _ in range(5):
        out.tick(PAL)
        assert out.write(out.frame(HD50)) == said[0]
    assert {record.fate for record in out.shown()} == {"shown"}
    out.tick(PAL)
    assert out.write(out.frame(PAL)) is None
    tick = out.tick(PAL)
    assert tick.line == 1


def test_the_held_picture_is_black_where_it_was_told_to_be(output, driver, tmp_path) -> None:
    out = output("decklink:0,on-change=hold,on-loss=black")
    out.play(PAL, 5)
    for _ in range(6):
        out.tick(PAL)
        out.write(out.frame(HD50))
    driver.card(0).save_next(tmp_path / "held")
    out.tick(PAL)
    assert (tmp_path / "held").read_bytes() == black(PAL).tobytes()


@pytest.mark.parametrize("changes", ["before", "while it is away"])
def test_a_card_that_holds_and_is_pulled_comes_back_in_the_mode_it_held(output, driver, tmp_path, changes) -> None:
    out = output("decklink:0,on-change=hold,on-loss=black")
    out.play(PAL, 5)
    held = None
    if changes == "before":
        out.tick(PAL)
        held = out.write(out.frame(HD50))
    driver.card(0).pull()
    driver.advance(PAL.rate.period_ns)
    assert out.sink.wait_tick(500_000_000) is None
    assert "is gone" in out.write(out.frame(HD50))
    driver.card(0).plug_in()
    driver.card(0).save_next(tmp_path / "held")
    for _ in range(100):
        said = out.write(out.frame(HD50))
        if said is None or "is gone" not in said:
            break
        out.clock.sleep_until_ns(out.clock.now_ns() + 20_000_000)
    assert said == held or changes != "before"
    assert said is not None
    assert said.endswith("(on-change=hold); the signal is 1280x720p50 v210 bt709 legal")
    assert out.tick(PAL).line == 2
    assert out.write(out.frame(HD50)) == said
    assert (tmp_path / "held").read_bytes() == black(PAL).tobytes()
    out.tick(PAL)
    assert out.write(out.frame(PAL)) is None
    assert out.tick(PAL).line == 2


def test_a_signal_that_the_card_cannot_show_leaves_its_picture(output, driver) -> None:
    driver.card(0).abilities(lines=1080)
    out = output()
    out.play(PAL, 5)
    assert out.sink.accept(UHD) == UHD
    out.tick(PAL)
    said = out.write(out.frame(UHD))
    assert said is not None
    assert (
        "does not play 3840x2160p25 v210 bt709 legal; it plays 576i50, 1080p25, 1080i50, 2048x1080p25 and 18 more"
        in said
    )
    assert said.endswith("it goes on with 576i50")
    out.tick(PAL)
    assert out.write(out.frame(PAL)) is None


# ---- refusals


@pytest.mark.parametrize(
    ("text", "error", "sentence"),
    [
        ("decklink:9", SinkError, "^decklink:9: there is no card 9; there are decklink:0"),
        ("decklink:B", UsageError, "^'decklink:B': write a card as decklink:0"),
        ("decklink:0,layout=p216", UsageError, "layout= takes v210, uyvy"),
        ("decklink:0,packets=51", UsageError, "all, none, or the kinds that go out as DID/SDID"),
    ],
)
def test_what_cannot_be_an_output_is_one_sentence(driver, text, error, sentence) -> None:
    with pytest.raises(error, match=sentence):
        open_sink(parse_sink(text), MonotonicClock()).prepare()


def test_a_card_without_an_output_is_one_sentence(driver) -> None:
    driver.card(0).abilities(plays=False)
    with pytest.raises(SinkError, match=r"^decklink:0: the DeckLink Emulated \(1\) has no output$"):
        open_sink(parse_sink("decklink:0"), MonotonicClock()).prepare()


def test_an_output_in_use_is_one_sentence(output, driver) -> None:
    driver.card(0).used_elsewhere("playback")
    out = output()
    with pytest.raises(
        SinkError, match=r"^decklink:0: the output of the DeckLink Emulated \(1\) is in use by another program"
    ):
        out.write(out.frame(PAL))


def test_notes_say_what_it_plays_and_that_it_runs_free(output, driver) -> None:
    driver.card(0).reference("unlocked")
    out = output()
    assert out.sink.notes == ()
    out.play(replace(HD50, transfer=Transfer.PQ), 2)
    notes = out.sink.notes
    assert notes[0] == "plays 720p50 on the DeckLink Emulated (1), 3 pictures ahead"
    assert "it runs free, without a reference" in notes[1]


def test_as_many_pictures_are_told_as_the_card_needs_at_least(output, driver) -> None:
    driver.card(0).abilities(least_preroll=5)
    out = output("decklink:0,preroll=2")
    out.play(PAL, 2)
    assert out.sink.notes[0].endswith("5 pictures ahead")


def test_an_old_driver_is_one_sentence(driver) -> None:
    driver.version("12.4")
    sink = open_sink(parse_sink("decklink:0"), MonotonicClock())
    with pytest.raises(SinkError, match=r"^decklink:0: the DeckLink driver is version 12\.4 and livegrade needs 14\.0"):
        sink.prepare()


def test_the_file_of_a_driver_is_never_in_the_package(repository: Path) -> None:
    assert not list(repository.glob("*/**/libDeckLinkAPI.so"))
