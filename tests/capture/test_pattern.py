"""The pattern source: what is asked for, bars against the standard and FFmpeg, index, letters, tone, pace."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from livegrade.capture.indexcode import read_index
from livegrade.capture.pattern import parse_pattern
from livegrade.capture.scenes import SCENES
from livegrade.capture.source import CaptureOptions, NoSignal, Source, open_source
from livegrade.color.camera import camera
from livegrade.errors import PoolExhaustedError, UsageError
from livegrade.timing.clock import FakeClock
from livegrade.timing.rate import Rate
from livegrade.transport.address import parse_source
from livegrade.video.codes import Codes, unpack
from livegrade.video.format import Range, Transfer
from livegrade.video.frame import Frame
from livegrade.video.layouts import LAYOUTS

FAST = CaptureOptions(live=False)


def opened(text: str, options: CaptureOptions = FAST, clock: FakeClock | None = None) -> Source:
    source = open_source(parse_source(text), options, clock or FakeClock())
    source.open()
    return source


def frames(text: str, count: int) -> list[Frame]:
    source = opened(text)
    read = [source.read() for _ in range(count)]
    source.close()
    assert all(isinstance(frame, Frame) for frame in read)
    return [frame for frame in read if isinstance(frame, Frame)]


def luma_of(codes: Codes) -> np.ndarray:
    return codes.planes[0] if codes.is_ycbcr else codes.planes[1]


@pytest.mark.parametrize(
    ("target", "size", "rate"),
    [
        ("bars", (1920, 1080), "25"),
        ("camera@2160p23.976", (3840, 2160), "24000/1001"),
        ("ramp@720p59.94", (1280, 720), "60000/1001"),
        ("white@1920x1080p50", (1920, 1080), "50"),
        ("grey@2048x858p24", (2048, 858), "24"),
        ("black@1080p", (1920, 1080), "25"),
    ],
)
def test_names_sizes_rates(target: str, size: tuple[int, int], rate: str) -> None:
    pattern = parse_pattern(target)
    assert (pattern.width, pattern.height) == size
    assert pattern.rate == Rate.parse(rate)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pattern:rainbow", "there is no pattern 'rainbow'"),
        ("pattern:bars@1080i50", "is not a format"),
        ("pattern:bars@999p25", "others need a width"),
        ("pattern:bars@", "is not a format"),
        ("pattern:bars@1x1p25", "pixels a side"),
        ("pattern:bars@99999x1080p25", "pixels a side"),
        ("pattern:bars@1080p23.5", "frame rate"),
        ("pattern:bars,layout=v211", "is not a pixel layout"),
        ("pattern:bars,timecode=25:00:00:00", "time of day"),
    ],
)
def test_wrong_patterns_are_usage_errors(text: str, words: str) -> None:
    with pytest.raises(UsageError) as refused:
        opened(text)
    assert words in str(refused.value)


# SMPTE RP 219-1:2014, 10-bit code values, at columns of 1920 x 1080 in the middle of each bar.
_TOP = [
    (120, (414, 512, 512)),
    (343, (721, 512, 512)),
    (549, (674, 176, 543)),
    (754, (581, 589, 176)),
    (960, (534, 253, 207)),
    (1165, (251, 771, 817)),
    (1371, (204, 435, 848)),
    (1577, (111, 848, 481)),
    (1800, (414, 512, 512)),
]
_SECOND = [(120, (754, 615, 64)), (343, (244, 612, 395)), (960, (721, 512, 512)), (1800, (127, 960, 471))]
_THIRD = [(120, (877, 64, 553)), (343, (141, 697, 606)), (1577, (940, 512, 512)), (1800, (250, 409, 960))]
_BOTTOM = [
    (120, (195, 512, 512)),
    (400, (64, 512, 512)),
    (750, (940, 512, 512)),
    (1050, (64, 512, 512)),
    (1166, (46, 512, 512)),
    (1235, (64, 512, 512)),
    (1303, (82, 512, 512)),
    (1440, (99, 512, 512)),
    (1577, (64, 512, 512)),
]


@pytest.mark.parametrize(("row", "bars"), [(300, _TOP), (675, _SECOND), (765, _THIRD), (950, _BOTTOM)])
def test_bars_have_the_code_values_of_the_standard(row: int, bars: list[tuple[int, tuple[int, int, int]]]) -> None:
    [frame] = frames("pattern:bars", 1)
    luma, cb, cr = unpack(frame.data, frame.format).planes
    for column, code in bars:
        assert (luma[row, column], cb[row, column // 2], cr[row, column // 2]) == code


def test_bars_lie_where_ffmpeg_draws_them() -> None:
    """FFmpeg's smptehdbars, 8 bit: same code within one, but for a few columns at edges."""
    with av.open("smptehdbars=size=1920x1080:rate=25", format="lavfi") as container:
        theirs = next(container.decode(video=0)).reformat(format="yuv422p").to_ndarray()[:1080]
    [frame] = frames("pattern:bars,layout=uyvy", 1)
    ours = unpack(frame.data, frame.format).planes[0]
    rows = [*range(200, 620, 20), 670, 700, *range(820, 1070, 20)]
    different = np.abs(ours[rows].astype(int) - theirs[rows]) > 1
    assert different.mean() < 0.02


def test_ramps_have_every_code() -> None:
    [frame] = frames("pattern:ramp", 1)
    luma = unpack(frame.data, frame.format).planes[0]
    assert set(luma[120]) == set(range(64, 941))
    assert set(luma[270]) == set(range(4, 1020))
    assert set(luma[450]) == set(range(480, 545))


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_every_layout_carries_the_index(name: str) -> None:
    read = frames(f"pattern:grey@540p25,layout={name}", 2)
    for index, frame in enumerate(read):
        assert frame.data.size == frame.format.geometry.size
        assert read_index(luma_of(unpack(frame.data, frame.format))) == index


@pytest.mark.parametrize("name", sorted(SCENES))
def test_every_pattern_carries_index_and_timecode(name: str) -> None:
    read = frames(f"pattern:{name}@540p59.94,timecode=01:02:03:58", 4)
    assert [read_index(unpack(frame.data, frame.format).planes[0]) for frame in read] == [0, 1, 2, 3]
    assert [str(frame.timecode) for frame in read] == ["01:02:03:58", "01:02:03:59", "01:02:04:00", "01:02:04:01"]
    assert [frame.pts for frame in read] == [Fraction(index * 1001, 60000) for index in range(4)]


def test_moving_patterns_move_and_still_ones_do_not() -> None:
    def bodies(name: str) -> list[np.ndarray]:
        return [unpack(frame.data, frame.format).planes[0][60:] for frame in frames(f"pattern:{name}@540p25", 2)]

    for name in ("camera", "zoneplate"):
        first, second = bodies(name)
        assert not np.array_equal(first, second)
    first, second = bodies("bars")
    assert np.array_equal(first, second)


def test_the_camera_moves_by_whole_rows_and_turns_round() -> None:
    read = frames("pattern:camera@540p25", 3)
    lumas = [unpack(frame.data, frame.format).planes[0] for frame in read]
    assert np.array_equal(lumas[0][60:500], lumas[1][58:498])
    assert np.array_equal(lumas[1][60:500], lumas[2][58:498])
    assert read[0].format.transfer is Transfer.CAMERA_LOG


def test_the_camera_is_log_encoded_light() -> None:
    """Highlights of the photograph (16 times scene white) stay below the clip, and shadows above black."""
    [frame] = frames("pattern:camera", 1)
    luma = unpack(frame.data, frame.format).planes[0][60:]
    assert luma.min() > 64 + 876 * 0.09
    assert luma.max() < 64 + 876 * 0.75
    assert 250 < np.median(luma) < 550


def test_letters_are_readable_dots() -> None:
    """The digit after '10:00:00:0' is compared with its drawing, dot by dot."""
    seven = ["11111", "00001", "00010", "00100", "01000", "01000", "01000"]
    frame = frames("pattern:black", 8)[7]
    luma = unpack(frame.data, frame.format).planes[0]
    cell = luma[:48, (18 + 11) * 24 : (18 + 12) * 24]
    dots = [
        "".join("1" if cell[12 + 4 * row, 4 * column + 4] > 500 else "0" for column in range(5)) for row in range(7)
    ]
    assert str(frame.timecode) == "10:00:00:07"
    assert dots == seven


def test_tone_is_continuous_with_a_marker_each_second() -> None:
    read = frames("pattern:black@540p29.97", 31)
    blocks = [frame.audio.samples for frame in read if frame.audio]
    assert [block.shape[1] for block in blocks[:5]] == [1602, 1601, 1602, 1601, 1602]
    sound = np.concatenate(blocks, axis=1)
    assert np.array_equal(sound[0], sound[1])
    expected = 10 ** (-18 / 20) * np.sin(2 * np.pi * np.arange(sound.shape[1]) / 48)
    marker = 10 ** (-6 / 20) / 10 ** (-18 / 20)
    for start in (0, 48_048):
        expected[start : start + 48] *= marker
    assert np.abs(sound[0] - expected).max() < 1e-6


def test_live_comes_on_the_clock() -> None:
    clock = FakeClock(7_000)
    source = opened("pattern:black@540p25", CaptureOptions(), clock)
    stamps = [frame.captured_ns for frame in (source.read() for _ in range(4)) if isinstance(frame, Frame)]
    assert stamps == [7_000 + 40_000_000 * index for index in range(4)]


def test_live_pictures_nobody_reads_are_lost_and_seen() -> None:
    clock = FakeClock()
    source = opened("pattern:black@540p25", CaptureOptions(), clock)
    indices = []
    for pause in (0, 30, 30, 110, 0, 400, 0):
        clock.advance(pause * 1_000_000)
        frame = source.read()
        assert isinstance(frame, Frame)
        indices.append(frame.index)
        assert read_index(unpack(frame.data, frame.format).planes[0]) == frame.index
    # read at 0, 40, 80, then 190 ms: picture 3 (120 ms) has waited less than two periods and is still there
    assert indices == [0, 1, 2, 3, 4, 14, 15]


def test_held_pictures_keep_their_bytes_until_there_is_no_room() -> None:
    source = opened("pattern:black@540p25")
    held = [source.read() for _ in range(32)]
    copies = [frame.data.copy() for frame in held if isinstance(frame, Frame)]
    with pytest.raises(PoolExhaustedError):
        source.read()
    for frame, copy in zip(held, copies, strict=True):
        assert isinstance(frame, Frame)
        assert np.array_equal(frame.data, copy)


def test_live_without_room_is_a_state() -> None:
    clock = FakeClock()
    source = opened("pattern:black@540p25", CaptureOptions(), clock)
    held = [source.read() for _ in range(32)]
    lost = source.read()
    assert isinstance(lost, NoSignal)
    assert "buffers" in lost.reason
    assert lost.since_ns == clock.now_ns()
    del held[0]
    frame = source.read()
    assert isinstance(frame, Frame)
    assert frame.index == 33


def test_range_is_what_the_user_says() -> None:
    source = opened("pattern:black@540p25,range=full")
    frame = source.read()
    assert isinstance(frame, Frame)
    assert frame.format.range is Range.FULL


def test_small_pictures_go_without_a_burn_in() -> None:
    [frame] = frames("pattern:white@64x36p25", 1)
    assert (unpack(frame.data, frame.format).planes[0] == 940).all()


@pytest.mark.parametrize(("name", "grey"), [("sony-slog3", 420), ("arri-logc4", 64 + 876 * 0.2784)])
def test_the_scene_has_the_curve_of_the_camera_asked_for(name: str, grey: float) -> None:
    """The median light of the scene, through the curve and back from the wire's own codes."""
    source = opened(f"pattern:camera@640x360p25,camera={name}")
    frame = source.read()
    source.close()
    curve = camera(name).curve
    assert frame.format.range.value == ("full" if name == "sony-slog3" else "legal")
    black, white = (0, 1023) if name == "sony-slog3" else (64, 940)
    luma = unpack(frame.data, frame.format).planes[0][80:].astype(np.float64)
    light = np.median(curve.decode((luma - black) / (white - black)))
    other = opened("pattern:camera@640x360p25")
    standard = unpack(other.read().data, frame.format).planes[0][80:].astype(np.float64)
    other.close()
    expected = np.median(camera("arri-logc4").curve.decode((standard - 64) / 876))
    assert light == pytest.approx(expected, rel=0.03)
    assert float(curve.encode(np.array(0.18))) * (white - black) + black == pytest.approx(grey, abs=0.1)


def test_only_the_camera_pattern_has_a_camera() -> None:
    with pytest.raises(UsageError, match="camera= is for pattern:camera"):
        opened("pattern:bars,camera=sony-slog3")
