"""What comes in: pixels, timecode, packets, sound, metadata. Truth: what the emulated card was told to send, and its
own log. Its declarations of the driver's interfaces are not ours."""

from __future__ import annotations

import ctypes
import itertools
import weakref
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from livegrade.transport.decklink._binding import Capture, Picture
from livegrade.transport.decklink.modes import four
from livegrade.video.ancillary import AncillaryPacket
from livegrade_hardware.emulators.decklink.build import library

if TYPE_CHECKING:
    from pathlib import Path

    from tests.transport.decklink.conftest import Bench

V210_720 = -(-1280 // 48) * 128 * 720
NO_SOURCE, AS_PSF = 1 << 31, 1 << 30


def pictures(capture: Capture) -> list[Picture]:
    found = list(iter(lambda: capture.take(0), None))
    assert all(isinstance(one, Picture) for one in found)
    return [one for one in found if isinstance(one, Picture)]


def noise(tmp_path: Path, count: int) -> tuple[Path, np.ndarray]:
    """A file of `count` raw 720p pictures in v210, no two alike."""
    data = np.random.default_rng(1).integers(0, 256, (count, V210_720), dtype=np.uint8)
    path = tmp_path / "pictures.v210"
    path.write_bytes(data.tobytes())
    return path, data


def test_pictures_are_the_driver_s_words_in_place(bench: Bench, tmp_path: Path) -> None:
    path, sent = noise(tmp_path, 3)
    card = bench.driver.card(0)
    card.pattern(path)
    card.signal("720p50")
    capture = bench.capture(queue=3)
    bench.frames(3)
    came = pictures(capture)
    assert [picture.number for picture in came] == [0, 1, 2]
    for picture, record in zip(came, card.input_log(), strict=True):
        np.testing.assert_array_equal(picture.data, sent[record.index % 3])
        assert not picture.data.flags.writeable
        assert (picture.width, picture.height, picture.stride) == (1280, 720, V210_720 // 720)
        assert (picture.pixel_format, picture.flags, picture.mode.name) == (four("v210"), 0, "720p50")


def test_times_of_stream_card_and_host(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("1080p29.97")
    capture = bench.capture(mode="Hp29", queue=5)
    bench.frames(5, Fraction(30000, 1001))
    came = pictures(capture)
    assert [picture.stream_time for picture in came] == [n * 1001 for n in range(5)]
    assert {picture.stream_duration for picture in came} == {1001}
    steps = np.diff([picture.hardware_ns for picture in came])
    assert abs(steps - 1e9 * 1001 / 30000).max() <= 200
    logged = [record.host_ns for record in card.input_log()]
    assert all(early <= picture.arrived_ns for early, picture in zip(logged, came, strict=True))
    assert all(a.arrived_ns <= b.arrived_ns for a, b in itertools.pairwise(came))


@pytest.mark.parametrize("carriers", [("rpv1",), ("rphr", "rpv1", "rp12", "rplt"), ("rplt",)])
def test_every_carrier_of_timecode_is_asked_for_by_itself(bench: Bench, carriers: tuple[str, ...]) -> None:
    card = bench.driver.card(0)
    card.signal("720p50")
    card.timecode("01:02:03:10", carriers=carriers, user_bits=0x89ABCDEF)
    capture = bench.capture(queue=5)
    bench.frames(5)
    for picture, record in zip(pictures(capture), card.input_log(), strict=True):
        told = {
            t.format: (f"{t.hours:02}:{t.minutes:02}:{t.seconds:02}:{t.frames:02}", t.flags, t.user_bits)
            for t in picture.timecodes
        }
        assert told == {four(name): (t.text, t.flags, t.user_bits) for name, t in record.timecodes.items()}
        assert [t.format for t in picture.timecodes] == list(map(four, carriers))
        assert {t.user_bits for t in picture.timecodes} == {0x89ABCDEF}


def test_the_trigger_flags_come_with_the_picture_that_carries_them(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("720p50")
    card.timecode("10:00:00:00")
    card.record_forms(flag=True)
    capture = bench.capture(queue=9)
    card.record_frames(3, 6)
    bench.frames(9)
    flags = {picture.number: picture.timecodes[0].flags & 24 for picture in pictures(capture)}
    first = card.input_log()[0].index
    assert flags == {n: 24 if 3 <= first + n < 6 else 8 for n in range(9)}


def test_packets_come_whole_with_their_line(bench: Bench) -> None:
    sent = [
        AncillaryPacket(0x51, 0x53, bytes(range(255)), line=12),
        AncillaryPacket(0x60, 0x60, b"\x01" * 16, line=9),
        AncillaryPacket(0x43, 0x05, b"", line=573),
    ]
    card = bench.driver.card(0)
    card.signal("720p50")
    card.packets(sent)
    capture, deaf = bench.capture(queue=2), bench.capture(1, packets=False)
    bench.driver.card(1).signal("720p50")
    bench.driver.card(1).packets(sent)
    bench.frames(2)
    for picture in pictures(capture):
        came = [AncillaryPacket(p.did, p.sdid, p.data, p.line, p.stream) for p in picture.packets]
        assert came == sent
    assert pictures(deaf)[-1].packets == []


@pytest.mark.parametrize(
    ("signal", "mode", "fps"), [("720p50", "hp50", Fraction(50)), ("1080p29.97", "Hp29", Fraction(30000, 1001))]
)
def test_sound_is_continuous_and_tied_to_its_picture(bench: Bench, signal: str, mode: str, fps: Fraction) -> None:
    card = bench.driver.card(0)
    card.signal(signal)
    card.sound(True)
    capture = bench.capture(mode=mode, queue=12)
    bench.frames(12, fps)
    came = pictures(capture)
    log = card.input_log()
    sound = np.concatenate([picture.audio for picture in came if picture.audio is not None])
    assert sound.shape == (sum(record.sound_count for record in log), 16)
    assert not (sound & 0xFF).any()  # 24 bits at the top of 32
    counted = (sound.view(np.uint32) >> 8).astype(np.int64)
    channels = 65536 * np.arange(16)
    expected = log[0].sound_first + np.arange(len(sound))[:, None] + channels
    np.testing.assert_array_equal(counted, expected % (1 << 24))
    for picture in came:
        due = Fraction(picture.stream_time, picture.mode.scale) * 48000
        assert -1 < picture.audio_time - due < 1


def test_two_channels_or_none(bench: Bench) -> None:
    for card in (0, 1):
        bench.driver.card(card).signal("720p50")
        bench.driver.card(card).sound(True)
    two, none = bench.capture(0, audio_channels=2), bench.capture(1, audio_channels=0)
    bench.frames(1)
    assert [picture.audio.shape for picture in pictures(two) if picture.audio is not None] == [(960, 2)]
    assert [picture.audio for picture in pictures(none)] == [None]


def test_colour_metadata_where_the_picture_carries_it(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("720p50")
    capture = bench.capture(queue=8)
    bench.frames(1)
    values = {"hdrx": 0.708, "hdwy": 0.329, "hdml": 1000.0, "hmil": 0.005, "mcll": 900.0, "fall": 400.0}
    card.hdr(eotf=2, colorspace="2020", values=values)
    bench.frames(1)
    plain, tagged = pictures(capture)
    assert (plain.metadata_ints, plain.metadata_floats, plain.flags) == ({}, {}, 0)
    assert tagged.metadata_ints == {four("eotf"): 2, four("cspc"): four("2020")}
    assert {name: tagged.metadata_floats[four(name)] for name in values} == values


def test_segmented_frames_and_interlaced_modes(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("1080p25", psf=True)
    bench.driver.card(1).signal("1080i50")
    segmented, fields = bench.capture(mode="Hp25"), bench.capture(1, mode="Hi50")
    bench.frames(1, 25)
    assert [picture.flags & AS_PSF for picture in pictures(segmented)] == [AS_PSF]
    assert [picture.mode.dominance for picture in pictures(fields)] == [four("uppr")]


@pytest.mark.parametrize("name", ["2vuy", "BGRA", "r210", "R10l", "R10b", "R12B", "R12L"])
def test_other_pixel_formats(bench: Bench, name: str) -> None:
    card = bench.driver.card(0)
    card.signal("720p50", rgb=name != "2vuy")
    card.sums(True)
    capture = bench.capture(pixel_format=four(name), rgb_format=four(name))
    bench.frames(3)
    came = pictures(capture)[-1]
    assert came.pixel_format == four(name)
    assert came.data.size == came.stride * came.height
    assert came.data.any()


def test_given_memory_is_captured_into_and_our_own_serves_when_it_is_used_up(bench: Bench) -> None:
    bench.driver.card(0).signal("720p50")
    given = [np.zeros(V210_720, np.uint8) for _ in range(2)] + [np.zeros(100, np.uint8)]
    capture = bench.capture(queue=8, buffers=given)
    bench.frames(4)
    came = pictures(capture)
    served = [next((n for n, own in enumerate(given) if np.shares_memory(own, p.data)), None) for p in came]
    assert sorted(n for n in served if n is not None) == [0, 1]
    assert len({picture.data.tobytes() for picture in came}) == 4  # no memory served twice
    used_up = capture.counters().own_memory
    assert used_up >= 2
    del came
    bench.frames(1)
    after = pictures(capture)[-1]
    assert any(np.shares_memory(own, after.data) for own in given)


def test_a_given_buffer_outlives_its_list_and_its_capture(bench: Bench) -> None:
    bench.driver.card(0).signal("720p50")
    before = bench.driver.living()
    given = [np.zeros(V210_720, np.uint8)]
    address = given[0].__array_interface__["data"][0]
    capture = bench.capture(queue=1, buffers=given)
    bench.frames(1)
    (picture,) = pictures(capture)
    data, words = picture.data, picture.data.copy()
    bench.close()
    given.clear()
    del capture, picture
    assert data.__array_interface__["data"][0] == address
    np.testing.assert_array_equal(data, words)
    del data
    assert all(count <= before.get(kind, 0) for kind, count in bench.driver.living().items())


def test_given_memory_is_let_go_after_the_driver_s_frame(bench: Bench) -> None:
    """The emulated driver writes 0xA5 into the first byte as it gives a buffer back."""
    bench.driver.card(0).signal("720p50")
    memory = np.zeros(V210_720, np.uint8)
    at_the_end: list[int] = []
    given = [memory[:]]
    weakref.finalize(given[0], lambda: at_the_end.append(int(memory[0])))
    capture = bench.capture(queue=1, buffers=given)
    bench.frames(1)
    (picture,) = pictures(capture)
    data = picture.data
    bench.close()
    given.clear()
    del capture, picture
    memory[0] = 0
    assert at_the_end == []
    del data
    assert at_the_end == [0xA5]


def test_no_call_back_takes_the_interpreter_lock(bench: Bench) -> None:
    """Time is moved by a call that keeps the lock: a call-back that wanted it would not end, which the driver tells."""
    bench.driver.card(0).signal("720p50")
    capture = bench.capture(queue=8)
    playout = bench.playout()
    for _ in range(2):
        playout.write(np.zeros(V210_720, np.uint8))
    obey = ctypes.PyDLL(str(library())).livegrade_decklink_obey
    obey.argtypes, obey.restype = [ctypes.c_char_p], ctypes.c_char_p
    assert obey(b"advance 100000000").startswith(b"ok")
    assert len(pictures(capture)) == 5
    assert playout.wait_tick(0) is not None


def test_every_call_is_counted_as_the_driver_counts_it(bench: Bench) -> None:
    bench.driver.card(0).signal("720p50")
    bench.driver.card(0).sound(True)
    bench.driver.forget()
    capture = bench.capture(queue=3)
    bench.frames(5)
    pictures(capture)
    capture.stop()
    ours, theirs = capture.counters().calls, bench.driver.calls()
    counted = {name: count for name, count in theirs.items() if name.startswith("IDeckLinkInput::")}
    assert len(counted) >= 7
    assert counted == {name: ours.get(name) for name in counted}
    assert (ours["IDeckLinkInput::StartStreams"], ours["IDeckLinkInput::SetCallback"]) == (1, 2)
