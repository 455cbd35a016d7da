"""Captured SDI pictures in our terms: values of the driver in, ours out. Pictures are stand-ins of the binding's shape;
the binding itself is tested where there is a driver for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
import pytest

from livegrade.capture import decklinkpicture as told
from livegrade.capture.decklinktime import CardTime
from livegrade.capture.sound import first_sample
from livegrade.capture.source import CaptureOptions
from livegrade.errors import FormatError
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.transport.decklink import modes, tags
from livegrade.transport.decklink.modes import PIXEL_FORMATS, UPPER_FIELD, four
from livegrade.video.ancillary import MAX_PACKETS, AncillaryPacket, TimecodeFlag
from livegrade.video.format import Matrix, Primaries, Range, Scan, Transfer
from livegrade.video.frame import NO_METADATA

RPHR, RPV1, RP12, RPLT = four("rphr"), four("rpv1"), four("rp12"), four("rplt")
PLAIN = CaptureOptions()


@dataclass
class Mode:
    code: int = four("Hp50")
    width: int = 1920
    height: int = 1080
    duration: int = 1000
    scale: int = 50000
    dominance: int = modes.PROGRESSIVE
    name: str = ""
    flags: int = 0


@dataclass
class Code:
    format: int
    hours: int = 10
    minutes: int = 0
    seconds: int = 0
    frames: int = 0
    flags: int = 0
    user_bits: int | None = None


@dataclass
class Packet:
    did: int
    sdid: int
    line: int = 9
    stream: int = 0
    data: bytes = b"\1\2"


@dataclass
class Picture:
    mode: Mode = field(default_factory=Mode)
    pixel_format: int = PIXEL_FORMATS["v210"]
    flags: int = 0
    stream_time: int = 0
    audio: np.ndarray | None = None
    audio_time: int = 0
    timecodes: list[Code] = field(default_factory=list)
    metadata_ints: dict[int, int] = field(default_factory=dict)
    metadata_floats: dict[int, float] = field(default_factory=dict)

    @property
    def width(self) -> int:
        return self.mode.width

    @property
    def height(self) -> int:
        return self.mode.height


# ---- format


def test_a_plain_signal_is_legal_bt709_of_the_mode() -> None:
    format = told.picture_format(Picture(), PLAIN)
    assert str(format) == "1920x1080p50 v210 bt709 legal"
    assert (format.primaries, format.transfer) == (Primaries.UNKNOWN, Transfer.UNKNOWN)


@pytest.mark.parametrize(
    ("eotf", "transfer"), [(0, Transfer.BT709), (1, Transfer.UNKNOWN), (2, Transfer.PQ), (3, Transfer.HLG)]
)
def test_what_the_signal_says_of_its_colours_counts(eotf, transfer) -> None:
    picture = Picture(metadata_ints={tags.COLORSPACE: four("2020"), tags.EOTF: eotf})
    format = told.picture_format(picture, PLAIN)
    assert (format.matrix, format.primaries, format.transfer) == (Matrix.BT2020, Primaries.BT2020, transfer)
    assert told.picture_format(picture, replace(PLAIN, matrix=Matrix.BT709)).matrix is Matrix.BT709


def test_standard_definition_is_bt601() -> None:
    pal = Mode(width=720, height=576, scale=25000, dominance=UPPER_FIELD)
    format = told.picture_format(Picture(pal), PLAIN)
    assert (format.matrix, format.scan, format.rate) == (Matrix.BT601, Scan.INTERLACED_TFF, Rate.of(25))


@pytest.mark.parametrize(
    ("name", "span"), [("v210", Range.LEGAL), ("uyvy", Range.LEGAL), ("r210", Range.LEGAL), ("R12B", Range.FULL)]
)
def test_ranges_are_those_of_the_layout_and_of_the_camera(name, span) -> None:
    picture = Picture(pixel_format=PIXEL_FORMATS[name])
    assert told.picture_format(picture, PLAIN).range is span
    assert told.picture_format(picture, replace(PLAIN, range=Range.FULL)).range is Range.FULL
    sony = told.picture_format(picture, replace(PLAIN, camera_range=Range.FULL))
    assert sony.range is (Range.FULL if name in ("v210", "uyvy") else span)


def test_segments_are_said_by_the_picture() -> None:
    assert told.picture_format(Picture(flags=modes.CAPTURED_AS_PSF), PLAIN).scan is Scan.PSF


def test_an_unknown_pixel_format_is_named() -> None:
    with pytest.raises(FormatError, match="pictures in the card's format Ay10 cannot be taken"):
        told.picture_format(Picture(pixel_format=four("Ay10")), PLAIN)


# ---- timecode


@pytest.mark.parametrize(
    ("code", "fps", "text"),
    [
        (Code(RPV1, frames=24), Rate.of(25), "10:00:00:24"),
        (Code(RPLT, frames=7), Rate.of(24), "10:00:00:07"),
        (Code(RPHR, frames=49), Rate.of(50), "10:00:00:49"),
        (Code(RPV1, frames=24), Rate.of(50), "10:00:00:24.0"),
        (Code(RPV1, frames=24, flags=2), Rate.of(50), "10:00:00:24.1"),
        (Code(RP12, frames=24), Rate.of(50), "10:00:00:24.1"),
        (Code(RPV1, minutes=1, frames=2, flags=1), Rate.parse("29.97"), "10:01:00;02"),
        (Code(RPHR, minutes=1, frames=4, flags=1), Rate.parse("59.94"), "10:01:00;04"),
        (Code(RPV1, minutes=1, frames=2, flags=3), Rate.parse("59.94"), "10:01:00;02.1"),
        (Code(RPV1, frames=3, flags=1), Rate.of(25), "10:00:00:03"),  # drop frame does not exist there
    ],
)
def test_timecode_is_pairs_or_every_picture_by_its_carrier(code, fps, text) -> None:
    found = told.picture_timecode([code], fps)
    assert found is not None
    assert str(found[0]) == text


def test_pairs_and_the_full_count_are_the_same_pictures() -> None:
    full = [told.picture_timecode([Code(RPHR, frames=number)], Rate.of(50)) for number in range(50)]
    pairs = [
        told.picture_timecode([Code(RPV1, frames=number // 2, flags=2 * (number % 2))], Rate.of(50))
        for number in range(50)
    ]
    assert [one[0].frames for one in full if one] == [one[0].frames for one in pairs if one]


def test_the_first_possible_timecode_counts_and_an_impossible_one_does_not() -> None:
    wrong, right = Code(RPHR, frames=63), Code(RPV1, frames=12, user_bits=0x1234)
    found = told.picture_timecode([wrong, right], Rate.of(50))
    assert found is not None
    assert found[1] is right
    assert found[0] == Timecode(10 * 3600 * 50 + 24, TimecodeRate.sdi(Rate.of(50)))
    assert told.picture_timecode([wrong], Rate.of(50)) is None
    assert told.picture_timecode([], Rate.of(25)) is None


def test_metadata_has_the_flags_and_user_bits_as_they_came() -> None:
    code = Code(RPV1, flags=2 | 8 | 16 | 64, user_bits=0xDEADBEEF)
    metadata = told.picture_metadata(Picture(), code)
    assert metadata.timecode_flags is not None
    assert TimecodeFlag.TRIGGERED in metadata.timecode_flags
    assert int(metadata.timecode_flags) == code.flags
    assert metadata.user_bits == 0xDEADBEEF
    assert metadata.recording is None
    assert told.picture_metadata(Picture(), None) is NO_METADATA
    bright = Picture(metadata_floats={four("hdml"): 1000.0, four("hmil"): 0.0001})
    assert dict(told.picture_metadata(bright, None).extra) == {
        "hdr highest mastering luminance": "1000",
        "hdr lowest mastering luminance": "0.0001",
    }


@pytest.mark.parametrize("trigger", [8, 8 | 16])
def test_a_camera_may_tell_that_it_records_in_another_timecode_than_the_one_that_is_read(trigger: int) -> None:
    plain, marked = Code(RPV1, flags=2, user_bits=0x1234), Code(RPLT, flags=4 | trigger, user_bits=0x5678)
    carried = Picture(timecodes=[plain, marked])
    metadata = told.picture_metadata(carried, plain)
    assert (metadata.timecode_flags, metadata.user_bits) == (TimecodeFlag(2 | trigger), 0x1234)
    stands = replace(plain, flags=2 | 8)
    assert told.picture_metadata(Picture(timecodes=[stands, marked]), stands).timecode_flags == TimecodeFlag(2 | 8)


def test_a_packet_of_ones_alone_is_no_timecode_and_no_flag() -> None:
    ones = Code(RPV1, 45, 85, 85, 45, 0x7F, 0xFFFFFFFF)  # bits that are all set, read as BCD
    assert told.picture_metadata(Picture(timecodes=[ones]), None) is NO_METADATA
    plain = Code(RPLT, flags=2, user_bits=0x1234)
    metadata = told.picture_metadata(Picture(timecodes=[ones, plain]), plain)
    assert (metadata.timecode_flags, metadata.user_bits) == (TimecodeFlag(2), 0x1234)


def test_a_timecode_that_says_no_possible_time_still_tells_that_the_camera_records() -> None:
    wrong = Code(RPV1, frames=63, flags=2 | 8 | 16, user_bits=0x1234)
    carried = Picture(timecodes=[wrong])
    assert told.picture_timecode(carried.timecodes, Rate.of(25)) is None
    metadata = told.picture_metadata(carried, None)
    assert (metadata.timecode_flags, metadata.user_bits) == (TimecodeFlag(2 | 8 | 16), 0x1234)


# ---- packets and sound


def test_packets_pass_but_for_what_cannot_be() -> None:
    packets = [Packet(0x51, 0x53), Packet(0x41, 0x07, line=99999), Packet(0x61, 0x01, 12, 1)]
    assert told.picture_packets(packets) == (
        AncillaryPacket(0x51, 0x53, b"\1\2", 9),
        AncillaryPacket(0x61, 0x01, b"\1\2", 12, 1),
    )
    assert len(told.picture_packets([Packet(1, 2)] * 2000)) == MAX_PACKETS


def test_sound_of_24_bits_is_exact() -> None:
    codes = np.array([[0, 1], [-1, 2**23 - 1], [-(2**23), 12345]], np.int32)
    samples = told.sound_samples(codes << 8)
    assert samples.shape == (2, 3)
    assert (samples.astype(np.float64) * 2**23).T.tolist() == codes.tolist()


# ---- the card's time


def test_pictures_that_the_card_lost_are_a_gap() -> None:
    time = CardTime()
    fifty = Rate.of(50)
    placed = [time.place(Picture(stream_time=n * 1000), fifty, n * 20_000_000) for n in (7, 8, 11, 12)]
    assert placed == [(0, 0), (1, Fraction(1, 50)), (4, Fraction(4, 50)), (5, Fraction(5, 50))]


def test_a_time_that_begins_again_goes_on_by_the_clock() -> None:
    time = CardTime()
    fifty, film = Rate.of(50), Mode(duration=1001, scale=24000)
    for number in range(10):
        time.place(Picture(stream_time=number * 1000), fifty, number * 20_000_000)
    assert time.place(Picture(stream_time=0), fifty, 9 * 20_000_000 + 200_000_000) == (19, Fraction(19, 50))
    time.begin_anew()
    index, pts = time.place(Picture(film, stream_time=500_500), Rate.parse("23.976"), 580_000_000)
    assert (index, pts) == (24, Fraction(19, 50) + 5 * Fraction(1001, 24000))
    assert time.place(Picture(film, stream_time=501_501), Rate.parse("23.976"), 0)[0] == 25


@pytest.mark.parametrize("fps", ["25", "29.97", "59.94"])
@pytest.mark.parametrize("shift", [0, 7])
def test_sound_keeps_its_place_to_the_sample(fps, shift) -> None:
    """The samples carry their own number; the card cuts them where it likes, later than the picture by `shift`."""
    rate = Rate.parse(fps)
    mode = Mode(duration=rate.fps.denominator, scale=rate.fps.numerator)
    time = CardTime()
    heard: list[int] = []
    for number in range(100):
        start, end = (max(0, first_sample(n, rate) - shift) for n in (number, number + 1))
        block = np.arange(start, end, dtype=np.int32)[:, None].repeat(2, axis=1) << 8
        picture = Picture(mode, stream_time=number * mode.duration, audio=block, audio_time=start)
        time.place(picture, rate, 0)
        audio = time.sound_of(picture, rate)
        assert audio is not None
        assert audio.length == first_sample(number + 1, rate) - first_sample(number, rate)
        heard += np.rint(audio.samples[1].astype(np.float64) * 2**23).astype(int).tolist()
    late = max(shift, rate.fps.denominator > 1)  # a sample for rounding where a picture has no whole number of them
    assert time.sound.lag == late
    assert heard[late:] == list(range(len(heard) - late))


def test_a_picture_without_sound_between_others_is_silent_and_moves_nothing() -> None:
    rate, time = Rate.of(50), CardTime()
    heard = []
    for number in range(6):
        block = None if number == 3 else np.full((960, 2), (number + 1) << 8, np.int32)
        picture = Picture(stream_time=number * 1000, audio=block, audio_time=number * 960)
        time.place(picture, rate, 0)
        audio = time.sound_of(picture, rate)
        assert audio is not None
        heard.append(set(np.rint(audio.samples * 2**23).astype(int).ravel().tolist()))
    assert heard == [{1}, {2}, {3}, {0}, {5}, {6}]
    assert time.sound.lag == 0
