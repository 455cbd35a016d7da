"""Sound in step with pictures, by arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from livegrade.outputs.sound import SoundTrack, pcm24_in_32
from livegrade.video.frame import AudioBlock

RATES = st.sampled_from(
    [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(60000, 1001), Fraction(120)]
)
BLOCK = st.one_of(st.none(), st.integers(0, 5000))


def block(length: int, channels: int = 2, rate: int = 48000) -> AudioBlock:
    return AudioBlock(np.full((channels, length), 0.5, np.float32), rate)


@given(RATES, st.lists(BLOCK, max_size=60))
def test_sound_never_leaves_the_picture_by_more_than_one_picture(fps, lengths) -> None:
    track = SoundTrack(2, 48000, fps)
    for count, length in enumerate(lengths, 1):
        given_samples = track.next(None if length is None else block(length))
        assert given_samples.shape[0] == 2
        assert abs(track.samples - count * 48000 / fps) <= 48000 / fps + 1


@given(RATES, st.integers(1, 2000))
def test_blocks_of_a_regular_source_pass_untouched(fps, pictures) -> None:
    track = SoundTrack(2, 48000, fps)
    for index in range(pictures):
        length = -(-(index + 1) * 48000 // fps) - -(-index * 48000 // fps)
        assert track.next(block(int(length))).shape == (2, length)
    assert (track.filled, track.cut) == (0, 0)


def test_silence_and_cuts_are_counted() -> None:
    track = SoundTrack(1, 48000, Fraction(25))
    assert not track.next(None).any()
    assert track.filled == 1920
    assert track.next(block(48000, 1)).shape == (1, 1920)
    assert track.cut == 48000 - 1920


def test_another_rate_is_silence_and_channels_are_fitted() -> None:
    track = SoundTrack(3, 48000, Fraction(25))
    assert not track.next(block(1764, 3, 44100)).any()
    fitted = track.next(block(1920, 1))
    assert fitted.shape == (3, 1920)
    assert fitted[0].all()
    assert not fitted[1:].any()
    assert track.next(block(1920, 8)).shape == (3, 1920)


def test_pcm_clips_at_full_scale_and_survives_nonsense() -> None:
    samples = np.array([[0.0, 1.0, -1.0, 2.0, -2.0, np.nan, np.inf, 2.0**-23]], np.float32)
    top = (1 << 23) - 1
    assert (pcm24_in_32(samples)[0] >> 8).tolist() == [0, top, -(1 << 23), top, -(1 << 23), 0, top, 1]
