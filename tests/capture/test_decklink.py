"""`decklink:INDEX` as a source, on the real binding and an emulated driver whose time goes on when it is told to."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from livegrade.capture import decklink
from livegrade.capture.source import CaptureOptions, Ended, NoSignal, open_source
from livegrade.errors import LivegradeError, MediaError, SourceError, UsageError
from livegrade.timing.clock import MonotonicClock
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.transport.address import parse_source
from livegrade.transport.decklink import cards
from livegrade.video.ancillary import AncillaryPacket, TimecodeFlag
from livegrade.video.frame import Frame
from livegrade.video.pool import aligned_buffer
from livegrade_hardware.emulators.decklink import EmulatedDriver

PAL = 1920 * 576  # bytes: 720 pixels are 15 blocks of 128 bytes


class Looked:
    """A clock that moves when it is looked at."""

    def __init__(self, step_ns: int) -> None:
        self._step_ns = step_ns
        self._now_ns = 0

    def now_ns(self) -> int:
        self._now_ns += self._step_ns
        return self._now_ns

    def sleep_until_ns(self, moment_ns: int) -> None:
        self._now_ns = max(self._now_ns, moment_ns)

    def of_counter_ns(self, counter_ns: int) -> int:
        return self._now_ns


class Input:
    """One source, read one picture at a time of a clock that stands still in between."""

    def __init__(self, driver: EmulatedDriver, text: str, options: CaptureOptions) -> None:
        self.driver = driver
        self.card = driver.card(0)
        self.source = open_source(parse_source(text), options, MonotonicClock())
        self.period_ns = 40_000_000

    def read(self) -> Frame | NoSignal | Ended:
        self.driver.advance(self.period_ns)
        return self.source.read()

    def frames(self, count: int) -> list[Frame]:
        """The next so many pictures; what comes before them is passed over, for at most 20 pictures."""
        found: list[Frame] = []
        for _ in range(count + 20):
            got = self.read()
            if isinstance(got, Frame):
                found.append(got)
            if len(found) == count:
                return found
        pytest.fail(f"{len(found)} pictures of {count} came")

    def dark(self) -> NoSignal:
        """What is said two pictures later."""
        self.driver.advance(2 * self.period_ns)
        got = self.source.read()
        assert isinstance(got, NoSignal)
        return got

    def comes(self, mode: str, rate: Fraction, **how: object) -> None:
        self.period_ns = int(NS_PER_SECOND / rate) + 1
        self.card.signal(mode, **how)


@pytest.fixture
def driver(monkeypatch, decklink_driver) -> EmulatedDriver:
    # While time stands still there is no picture to wait for.
    for patience, value in (("FIRST_PICTURE_NS", 2_000_000), ("LEAST_STALL_NS", 2_000_000), ("GONE_PERIODS", 0.05)):
        monkeypatch.setattr(decklink, patience, value)
    monkeypatch.setattr(decklink, "STILL_NS", 1 << 60)
    decklink_driver.stepped(True)
    return decklink_driver


@pytest.fixture
def opened(driver) -> Iterator[Callable[..., Input]]:
    made: list[Input] = []

    def make(text: str = "decklink:0", signal: str = "PAL", **options: object) -> Input:
        driver.card(0).signal(signal)
        one = Input(driver, text, replace(CaptureOptions(), **options))
        made.append(one)
        one.source.open()
        return one

    yield make
    for one in made:
        one.source.close()
    gc.collect()
    assert {kind: count for kind, count in driver.living().items() if count} == {}


def raw_pictures(path: Path, count: int, size: int = PAL) -> list[bytes]:
    """Random pictures in a file for the generator: words that SDI may carry."""
    words = np.random.default_rng(5).integers(4, 1020, (count, size // 4, 3), dtype=np.uint32)
    pictures = (words[..., 0] | words[..., 1] << 10 | words[..., 2] << 20).astype("<u4")
    path.write_bytes(pictures.tobytes())
    return [picture.tobytes() for picture in pictures]


def resident_pages() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1])


def codes(frame: Frame) -> np.ndarray:
    assert frame.audio is not None
    return np.rint(frame.audio.samples.astype(np.float64) * 2**23).astype(np.int64) % 2**24


# ---- pictures


def test_pictures_come_word_for_word_in_order_and_without_a_copy(opened, driver, tmp_path) -> None:
    made = raw_pictures(tmp_path / "pictures", 3)
    driver.card(0).pattern(tmp_path / "pictures")
    got = opened().frames(7)
    first = made.index(got[0].data.tobytes())
    assert [frame.data.tobytes() for frame in got] == [made[(first + n) % 3] for n in range(7)]
    assert [frame.index for frame in got] == list(range(7))
    assert [frame.pts for frame in got] == [Fraction(n, 25) for n in range(7)]
    assert str(got[0].format) == "720x576i25 v210 bt601 legal"
    assert not got[0].data.flags.writeable  # the driver's own memory
    assert all(later.captured_ns > sooner.captured_ns for sooner, later in itertools.pairwise(got))


def test_pictures_that_are_held_for_long_do_not_take_the_memory_from_the_card(opened, driver, tmp_path) -> None:
    made = raw_pictures(tmp_path / "pictures", 5)
    driver.card(0).pattern(tmp_path / "pictures")
    driver.card(0).input_faults(buffers=10)
    got = opened().frames(30)
    first = made.index(got[0].data.tobytes())
    assert [frame.data.tobytes() for frame in got] == [made[(first + n) % 5] for n in range(30)]
    assert [frame.index for frame in got] == list(range(30))
    assert {record.fate for record in driver.card(0).input_log()} == {"delivered"}


@pytest.mark.parametrize("ahead", [False, True])
def test_an_engine_with_memory_of_its_own_gets_pictures_there(opened, driver, tmp_path, ahead) -> None:
    """Also from a card that asks for more buffers ahead than the engine gives."""
    made = raw_pictures(tmp_path / "pictures", 3)
    driver.card(0).pattern(tmp_path / "pictures")
    driver.card(0).input_faults(buffers_ahead=ahead)
    given: list[np.ndarray] = []

    def allocate(size: int) -> np.ndarray:
        given.append(aligned_buffer(size))
        return given[-1]

    one = opened(allocate=allocate, pinned=True)
    got = one.frames(20)
    first = made.index(got[0].data.tobytes())
    assert [frame.data.tobytes() for frame in got] == [made[(first + n) % 3] for n in range(20)]
    ours = {buffer.ctypes.data for buffer in given}
    assert {frame.data.ctypes.data for frame in got} <= ours
    one.comes("1080p25", Fraction(25))  # larger than the card's buffers
    larger = [frame for frame in one.frames(6) if frame.format.height == 1080]
    assert larger
    assert {frame.data.ctypes.data for frame in larger} <= {buffer.ctypes.data for buffer in given}


def test_what_the_card_lost_is_a_gap(opened, driver) -> None:
    one = opened()
    one.frames(3)
    driver.card(0).input_faults(drop_next=4)
    after = one.frames(2)
    assert [frame.index for frame in after] == [7, 8]
    assert after[0].pts == Fraction(7, 25)


# ---- beside the picture


def test_timecode_flags_user_bits_and_packets_belong_to_their_picture(opened, driver) -> None:
    card = driver.card(0)
    one = opened()
    one.frames(1)
    packets = [AncillaryPacket(0x51, 0x53, bytes(range(9)), 10), AncillaryPacket(0x44, 0x04, b"", 11)]
    card.timecode("23:59:59:22", user_bits=0xDEADBEEF)
    card.record_forms(flag=True)
    card.record(True)
    card.packets(packets)
    card.counter_packet(True)
    got = one.frames(6)[-5:]
    assert [str(frame.timecode) for frame in got][:1] != ["None"]
    labels = [str(frame.timecode) for frame in got]
    assert labels[-2:] == ["00:00:00:01", "00:00:00:02"]
    told = {record.index: record for record in card.input_log()}
    for frame in got:
        assert frame.metadata.user_bits == 0xDEADBEEF
        assert frame.metadata.timecode_flags == TimecodeFlag.TRIGGER_EMBEDDED | TimecodeFlag.TRIGGERED
        assert frame.metadata.recording is None
        assert [packet for packet in frame.ancillary if packet.did != 0x5F] == packets
        [counter] = [packet for packet in frame.ancillary if packet.did == 0x5F]
        record = told[int.from_bytes(counter.data, "big")]
        assert record.timecodes["rpv1"].text == str(frame.timecode)


@pytest.mark.parametrize(
    ("carriers", "labels"),
    [
        (["rpv1"], ["10:00:00:24.0", "10:00:00:24.1", "10:00:01:00.0"]),
        (["rphr", "rpv1"], ["10:00:00:48", "10:00:00:49", "10:00:01:00"]),
    ],
)
def test_above_30_pictures_timecode_counts_pairs_or_all(opened, driver, carriers, labels) -> None:
    one = opened(signal="720p50")
    driver.card(0).timecode("10:00:00:00", carriers=carriers)
    one.period_ns = 20_000_000
    seen = [str(frame.timecode) for _ in range(60) for frame in one.frames(1)]
    assert labels[0] in seen
    at = seen.index(labels[0])
    assert seen[at : at + 3] == labels


@pytest.mark.parametrize(("mode", "rate"), [("PAL", Fraction(25)), ("NTSC", Fraction(30000, 1001))])
def test_sound_is_that_of_its_picture_to_the_sample(opened, driver, mode, rate) -> None:
    one = opened(signal=mode)
    one.period_ns = int(NS_PER_SECOND / rate) + 1
    got = one.frames(12)
    heard = np.concatenate([codes(frame) for frame in got], axis=1)[:, 1:]  # one of 1601.6 samples begins the next
    assert heard.shape[0] == 16
    assert ((np.diff(heard, axis=1) - 1) % 2**24 == 0).all()  # every sample follows the one before
    assert (((heard - heard[0]) - (np.arange(16) << 16)[:, None]) % 2**24 == 0).all()
    offsets = set()
    told = [record for record in driver.card(0).input_log() if record.fate == "delivered"]
    for frame, record in zip(got, told[-12:], strict=True):
        offsets.add(int(codes(frame)[0, 1]) - 1 - record.sound_first)
    assert offsets <= ({0} if rate.denominator == 1 else {-1, 0, 1})


def test_sound_can_be_left_out(opened) -> None:
    assert opened("decklink:0,audio=off").frames(2)[-1].audio is None


# ---- formats


def test_the_format_follows_the_signal(opened, driver) -> None:
    one = opened()
    seen: list[str] = []
    index = -1
    for mode, rate, rgb in (
        ("PAL", Fraction(25), False),
        ("720p50", Fraction(50), False),
        ("720p60", Fraction(60), False),
        ("2160p25", Fraction(25), False),
        ("2160p25", Fraction(25), True),
        ("1080i50", Fraction(25), False),
        ("NTSC", Fraction(30000, 1001), False),
    ):
        one.comes(mode, rate, rgb=rgb)
        for frame in one.frames(8):
            assert frame.index > index
            index = frame.index
        seen.append(str(frame.format))
    assert seen == [
        "720x576i25 v210 bt601 legal",
        "1280x720p50 v210 bt709 legal",
        "1280x720p60 v210 bt709 legal",
        "3840x2160p25 v210 bt709 legal",
        "3840x2160p25 r210 rgb legal",
        "1920x1080i25 v210 bt709 legal",
        "720x486i29.97 v210 bt601 legal",
    ]


def test_rgb_of_12_bits_comes_by_itself_unless_10_are_asked_for(opened, driver) -> None:
    for text, taken in (("decklink:0", "R12B rgb full"), ("decklink:0,layout=r210", "r210 rgb legal")):
        one = opened(text, signal="1080p25")
        one.card.signal("1080p25", rgb=True, depth=12)
        assert str(one.frames(6)[-1].format) == f"1920x1080p25 {taken}"
        one.source.close()


def test_rgb_of_12_bits_comes_where_it_is_asked_for(opened, driver) -> None:
    driver.card(0).signal("1080p25", rgb=True, depth=12)
    one = opened("decklink:0,layout=R12B", signal="1080p25")
    one.card.signal("1080p25", rgb=True, depth=12)
    assert str(one.frames(6)[-1].format) == "1920x1080p25 R12B rgb full"


def test_segmented_frames_and_colours_are_told(opened, driver) -> None:
    one = opened(signal="1080p25")
    one.card.signal("1080p25", psf=True)
    one.card.hdr(eotf=2, colorspace="2020", values={"hdml": 1000, "mcll": 800})
    frame = one.frames(6)[-1]
    assert str(frame.format) == "1920x1080psf25 v210 bt2020 legal"
    assert frame.format.transfer == "pq"
    assert dict(frame.metadata.extra)["hdr highest mastering luminance"] == "1000"


def test_a_mode_that_was_asked_for_stays(opened) -> None:
    one = opened("decklink:0,mode=1080p25", signal="1080p25")
    one.frames(2)
    one.comes("720p50", Fraction(25))
    assert one.dark().reason == (
        "720p50 comes at the SDI connector of the DeckLink Emulated (1) and mode=1080p25 was asked for; leave mode= "
        "out, and it is found out"
    )
    one.card.signal(None)
    assert one.dark().reason == "no signal at the SDI connector of the DeckLink Emulated (1)"


@pytest.mark.emulated
def test_a_thousand_changes_leave_nothing_behind(opened, driver) -> None:
    one = opened()
    held: list[int] = []
    for change in range(1000):
        one.card.signal("NTSC" if change % 2 else "PAL")
        height = 486 if change % 2 else 576
        while one.frames(1)[0].format.height != height:
            pass
        if change % 100 == 50:
            held.append(resident_pages())
            driver.forget()
    index = one.frames(1)[0].index
    assert index >= 1000
    assert held[-1] - held[2] < 2000  # pages: 8 MB, of 800 MB that passed through each hundred


# ---- loss


def test_no_signal_is_told_at_the_second_picture_without_and_returns(opened) -> None:
    one = opened()
    before = one.frames(3)[-1]
    one.card.signal(None)
    dark = one.dark()
    assert dark.reason == "no signal at the SDI connector of the DeckLink Emulated (1)"
    assert isinstance(again := one.read(), NoSignal)
    assert again.since_ns == dark.since_ns
    one.card.signal("PAL")
    back = one.frames(1)[0]
    assert back.index > before.index + 3


@pytest.mark.parametrize("read_before", [True, False])
def test_a_format_that_is_refused_stays_the_reason_until_another_comes(opened, driver, read_before) -> None:
    one = opened()
    if read_before:
        one.frames(1)
    driver.card(0).used_elsewhere("capture")
    one.comes("1080p25", Fraction(25))
    driver.advance(6 * one.period_ns)
    told = [one.source.read(), *(one.read() for _ in range(6))]
    reasons = [dark.reason for dark in told if isinstance(dark, NoSignal)]
    assert set(reasons[2 if read_before else 0 :]) == {"1080p25 comes, which cannot be captured"}
    driver.card(0).used_elsewhere("none")
    one.comes("720p50", Fraction(50))
    assert str(one.frames(1)[0].format) == "1280x720p50 v210 bt709 legal"
    one.card.signal(None)
    assert one.dark().reason == "no signal at the SDI connector of the DeckLink Emulated (1)"


def test_another_depth_behind_a_refusal_is_another_try_and_no_reason_less(opened, driver) -> None:
    one = opened()
    one.frames(1)
    driver.card(0).used_elsewhere("capture")
    one.comes("1080p25", Fraction(25))
    driver.advance(4 * one.period_ns)
    one.card.signal("1080p25", depth=8)
    driver.advance(4 * one.period_ns)
    told = [one.source.read(), *(one.read() for _ in range(4))]
    assert isinstance(told[-1], NoSignal)
    assert told[-1].reason == "1080p25 comes, which cannot be captured"
    driver.card(0).used_elsewhere("none")
    one.card.signal("1080p25", depth=10)
    assert str(one.frames(1)[0].format) == "1920x1080p25 v210 bt709 legal"


def test_another_depth_alone_is_no_break_in_time(opened, driver) -> None:
    """The stream time goes on, and a picture that is lost at the change is a gap by the card's own count."""
    one = opened()
    before = one.frames(3)[-1]
    one.card.signal("PAL", depth=8)
    one.card.input_faults(drop_next=4)
    after = one.frames(1)[0]
    assert after.index == before.index + 5
    assert after.pts == before.pts + Fraction(5, 25)


@pytest.mark.parametrize("read_before", [True, False])
def test_a_picture_without_memory_is_a_gap_and_two_are_dark_for_that_reason(opened, driver, read_before) -> None:
    one = opened()
    before = one.frames(1)[0].index if read_before else -1
    driver.card(0).input_faults(refuse_next=1)
    driver.advance(2 * one.period_ns)
    assert one.frames(1)[0].index > before
    driver.card(0).input_faults(refuse_next=2)
    reason = "the DeckLink Emulated (1) or its driver failed (IDeckLinkVideoInputFrame::GetBytes: 80000008)"
    while isinstance(got := one.source.read(), Frame):
        pass
    assert isinstance(got, NoSignal)
    assert one.dark().reason == reason
    assert one.frames(1)[0].index > before + 3


def test_no_signal_at_the_start_is_waited_for(opened, driver) -> None:
    one = opened()
    one.card.signal(None)
    one.dark()
    one.comes("720p50", Fraction(50))
    assert str(one.frames(1)[0].format) == "1280x720p50 v210 bt709 legal"


def test_a_card_that_is_pulled_ends_and_comes_back_by_opening(opened, driver) -> None:
    one = opened()
    last = one.frames(3)[-1]
    driver.card(0).pull()
    ended = one.read()
    assert isinstance(ended, Ended)
    assert ended.early is not None
    assert ended.early.startswith("decklink:0: the DeckLink Emulated (1) is gone: pulled out, switched off")
    one.source.close()
    with pytest.raises(MediaError, match=r"^decklink:0: the DeckLink Emulated \(1\) is gone"):
        one.source.open()
    driver.card(0).plug_in()
    one.source.open()
    assert one.frames(2)[0].index > last.index


@pytest.mark.parametrize("code", ["23ps", "24ps", "Hp25", "Hp29", "Hp30", "Hp47", "Hp48", "Hp50", "Hp59", "Hp60"])
def test_a_card_that_is_pulled_is_told_within_three_pictures(monkeypatch, decklink_driver, code) -> None:
    """By a clock that moves by a tenth of a picture at each look at it: nothing depends on the machine."""
    monkeypatch.setattr(decklink, "_next_of", lambda capture, timeout_ns: capture.take(0))
    decklink_driver.stepped(True)
    decklink_driver.card(0).signal(code)
    clock = Looked(1_600_000)
    source = open_source(parse_source("decklink:0"), CaptureOptions(), clock)
    source.open()
    for _ in range(6):
        decklink_driver.advance(42_000_000)
        got = source.read()
    decklink_driver.card(0).pull()
    while isinstance(got, Frame):
        last_ns, period_ns = clock.now_ns(), got.format.rate.period_ns
        got = source.read()
    assert isinstance(got, Ended)
    assert 2 < (clock.now_ns() - last_ns) / period_ns < 3
    source.close()


def test_a_card_that_stands_still_is_opened_anew(monkeypatch, decklink_driver) -> None:
    """It is there and answers, and calls for nothing, not even for a picture without a signal."""
    monkeypatch.setattr(decklink, "_next_of", lambda capture, timeout_ns: capture.take(0))
    decklink_driver.stepped(True)
    decklink_driver.card(0).signal("Hp25")
    clock = Looked(20_000_000)
    source = open_source(parse_source("decklink:0"), CaptureOptions(), clock)
    source.open()
    for _ in range(4):
        decklink_driver.advance(40_000_000)
        got = source.read()
    assert isinstance(got, Frame)
    since_ns, last = clock.now_ns(), got.index
    while isinstance(got := source.read(), NoSignal):
        assert got.reason == "the DeckLink Emulated (1) gives no pictures"
    assert isinstance(got, Ended)
    assert got.early == "the DeckLink Emulated (1) gives no pictures"
    assert 2 <= (clock.now_ns() - since_ns) / NS_PER_SECOND < 3
    source.close()
    source.open()
    decklink_driver.advance(40_000_000)
    source.read()
    decklink_driver.advance(80_000_000)
    again = source.read()
    assert isinstance(again, Frame)
    assert again.index > last
    source.close()


def test_a_driver_that_does_not_stop_is_said_and_left_alone(driver, monkeypatch, until) -> None:
    monkeypatch.setattr(cards, "STOP_LIMIT_NS", 20_000_000)
    driver.card(0).signal("PAL")
    source = open_source(parse_source("decklink:0"), CaptureOptions(), MonotonicClock())
    source.open()
    driver.card(0).hang_stop(1)
    with pytest.raises(
        MediaError,
        match=r"^decklink:0: the driver does not stop the input of the DeckLink Emulated \(1\) and is left alone",
    ):
        source.close()
    source.close()
    gc.collect()
    until(lambda: not any(driver.living().values()))


def test_packets_that_a_card_gives_with_v210_only_are_told_to_be_missing(opened, driver) -> None:
    driver.card(0).abilities(packets_need_v210=True)
    driver.card(0).packets([AncillaryPacket(0x51, 0x53, b"lens", 11)])
    one = opened()
    assert one.frames(2)[-1].ancillary
    assert not [note for note in one.source.notes if "packets" in note]
    one.comes("PAL", Fraction(25), rgb=True)
    assert one.frames(2)[-1].ancillary == ()
    assert one.source.notes[-1].startswith(
        "the DeckLink Emulated (1) gives ancillary packets with v210 only, not with r210: what a camera tells in "
    )


# ---- refusals: one sentence each


@pytest.mark.parametrize(
    ("text", "error", "sentence"),
    [
        (
            "decklink:7",
            SourceError,
            r"^decklink:7: there is no card 7; there are decklink:0 \(DeckLink Emulated \(1\)\)",
        ),
        ("decklink:A", UsageError, "^'decklink:A': write a card as decklink:0"),
        ("decklink:0,mode=1080p26", UsageError, "mode=1080p26 is not among 1080p23.976, 1080p24, 1080p25, .* more$"),
        ("decklink:0,connection=optical", SourceError, "has no optical SDI input; it has SDI, HDMI"),
        ("decklink:0,layout=p216", UsageError, "layout= takes v210, uyvy, r210"),
    ],
)
def test_what_cannot_be_opened_is_one_sentence(driver, text, error, sentence) -> None:
    with pytest.raises(error, match=sentence):
        open_source(parse_source(text), CaptureOptions(), MonotonicClock()).open()


@pytest.mark.parametrize(
    ("abilities", "text", "sentence"),
    [
        ({"captures": False}, "decklink:0", r"^decklink:0: the DeckLink Emulated \(1\) has no input"),
        ({"detects": False}, "decklink:0", "cannot tell which signal comes; write it, as in ,mode=1080p25"),
        ({"lines": 576}, "decklink:0,mode=1080p25", "mode=1080p25 is not among 576i50, 486i59.94"),
    ],
)
def test_what_a_card_cannot_do_is_one_sentence(driver, abilities, text, sentence) -> None:
    driver.card(0).abilities(**abilities)
    with pytest.raises((SourceError, UsageError), match=sentence):
        open_source(parse_source(text), CaptureOptions(), MonotonicClock()).open()


@pytest.mark.parametrize(("wait", "error"), [(True, MediaError), (False, SourceError)])
def test_an_input_in_use_is_waited_for_or_refused(driver, wait, error) -> None:
    driver.card(0).used_elsewhere("capture")
    source = open_source(parse_source("decklink:0"), CaptureOptions(wait=wait), MonotonicClock())
    with pytest.raises(
        error, match=r"^decklink:0: the input of the DeckLink Emulated \(1\) is in use by another program"
    ):
        source.open()
    driver.card(0).used_elsewhere("none")
    source.open()
    source.close()


def test_an_old_driver_is_one_sentence(driver) -> None:
    driver.version("12.4")
    with pytest.raises(
        LivegradeError, match=r"^decklink:0: the DeckLink driver is version 12\.4 and livegrade needs 14"
    ):
        open_source(parse_source("decklink:0"), CaptureOptions(), MonotonicClock()).open()
