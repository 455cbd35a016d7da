"""Sound from packets to pictures: nothing lost, nothing doubled, gaps silent, lateness constant."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from livegrade.capture.ndisound import NdiSound
from livegrade.capture.sound import first_sample
from livegrade.capture.soundline import SoundLine
from livegrade.timing.rate import Rate
from livegrade.transport import ndi_abi as abi

SECOND = 10_000_000


def ramp(start: int, count: int) -> np.ndarray:
    return (np.arange(start, start + count, dtype=np.float32) / 2**20)[None]


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=20), st.sampled_from(["23.976", "25", "29.97", "59.94"]))
def test_any_packets_come_out_as_exact_pictures(packets: list[int], rate_name: str) -> None:
    line, rate = SoundLine(), Rate.parse(rate_name)
    at = 0
    for count in packets:
        line.push(at, ramp(at, count))
        at += count
    pieces, index = [], 0
    while first_sample(index, rate) < at:
        count = first_sample(index + 1, rate) - first_sample(index, rate)
        pieces.append(line.take(first_sample(index, rate), count))
        index += 1
    joined = np.concatenate(pieces, axis=1)
    assert np.array_equal(joined[:, :at], ramp(0, at))
    assert not joined[:, at:].any()


def test_jitter_is_ignored_and_a_gap_is_silence() -> None:
    line = SoundLine()
    line.push(1000, ramp(1000, 500))
    line.push(1500 + 200, ramp(1500, 500))  # 4 ms off: goes on
    line.push(5000, ramp(5000, 100))
    block = line.take(1000, 4100)
    assert np.array_equal(block[:, :1000], ramp(1000, 1000))
    assert not block[:, 1000:4000].any()
    assert np.array_equal(block[:, 4000:], ramp(5000, 100))


def test_overlap_is_cut_and_a_far_jump_begins_anew() -> None:
    line = SoundLine()
    line.push(0, ramp(0, 2000))
    line.push(1000, ramp(1000, 2000))
    assert np.array_equal(line.take(0, 3000), ramp(0, 3000))
    line.push(10_000_000, ramp(0, 100))
    assert line.end == 10_000_100
    line.push(10_000_100, np.zeros((2, 50), np.float32))
    assert line.take(10_000_100, 50).shape == (2, 50)


def test_late_sound_stays_behind_by_the_same() -> None:
    line = SoundLine()
    line.push(0, ramp(0, 500))
    first = line.take_late(0, 1000)
    assert line.lag == 500
    assert not first[:, :500].any()
    assert np.array_equal(first[:, 500:], ramp(0, 500))
    line.push(500, ramp(500, 5000))
    assert np.array_equal(line.take_late(1000, 1000), ramp(500, 1000))
    assert line.lag == 500


def packet(start: int, count: int, ticks: int, stamp: int) -> tuple[abi.AudioFrame, np.ndarray]:
    return abi.AudioFrame(sample_rate=48_000, timecode=ticks, timestamp=stamp), ramp(start, count)


def test_ndi_sound_is_beside_the_picture_of_its_timecode() -> None:
    """Sound first, then the picture, as a sender sends them; sent in bursts, so that time stamps say little."""
    sound, got = NdiSound(), []
    for index in range(60):
        stamp = 50 * SECOND + (index // 10) * 4_000_000
        sound.push(*packet(index * 1920, 1920, 36_000 * SECOND + index * 400_000, stamp))
        got.append(sound.take(1920, 0, 36_000 * SECOND + index * 400_000, stamp))
    assert all(block is not None and np.array_equal(block, ramp(index * 1920, 1920)) for index, block in enumerate(got))
    assert sound.lag == 0


def test_ndi_sound_of_lost_pictures_is_left_out() -> None:
    sound = NdiSound()
    for index in range(6):
        sound.push(*packet(index * 1920, 1920, index * 400_000, index * 400_000))
        if index == 0:
            sound.take(1920, 0, 0, 0)
    block = sound.take(1920, 4 * 1920, 5 * 400_000, 5 * 400_000)
    assert block is not None
    assert np.array_equal(block, ramp(5 * 1920, 1920))


def test_ndi_sound_at_29_97_counts_labels_without_drifting() -> None:
    rate, sound = Rate.parse("29.97"), NdiSound()
    for index in range(2000):
        start = first_sample(index, rate)
        count = first_sample(index + 1, rate) - start
        ticks, stamp = index * SECOND // 30, index * SECOND * 1001 // 30_000
        sound.push(*packet(start, count, ticks, stamp))
        block = sound.take(count, 0, ticks, stamp)
        assert block is not None
        assert np.array_equal(block, ramp(start, count))


def test_the_heap_of_a_new_connection_is_given_back() -> None:
    sound = NdiSound()
    sound.push(*packet(0, 1920, 0, 0))
    sound.take(1920, 0, 400_000, 400_000)  # the picture came before its sound
    assert sound.lag == 1920
    for index in range(1, 60):
        for half in (0, 1):
            start = index * 1920 + half * 960
            sound.push(*packet(start, 960, start * 625 // 3, start * 625 // 3))
        block = sound.take(1920, 0, index * 400_000, index * 400_000) if index > 1 else None
    assert sound.lag == 0
    assert block is not None
    assert np.array_equal(block, ramp(59 * 1920, 1920))


def test_no_sound_is_none() -> None:
    sound = NdiSound()
    assert sound.take(1920, 0, 0, 0) is None
    sound.push(*packet(0, 1920, 0, 0))
    blocks = [sound.take(1920, 0, index * 400_000, index * 400_000) for index in range(60)]
    assert blocks[0] is not None
    assert blocks[-1] is None


def test_other_sample_rates_are_brought_to_ours() -> None:
    sound = NdiSound()
    time = np.arange(44_100) / 44_100
    wave = np.sin(2 * np.pi * 100 * time).astype(np.float32)[None]
    sound.push(abi.AudioFrame(sample_rate=44_100, timecode=0, timestamp=0), wave)
    block = sound.take(47_000, 0, 0, 0)
    assert block is not None
    assert np.abs(block[0] - np.sin(2 * np.pi * 100 * np.arange(47_000) / 48_000)).max() < 1e-3
