"""The focus meter: what is sharper reads more, and neither exposure nor contrast counts."""

from __future__ import annotations

import numpy as np
import pytest

from livegrade.engine.focus import sharpness


def edges(softness: float) -> np.ndarray:
    """Upright edges 96 pixels apart, (32, 384), each as wide as `softness` pixels."""
    x = np.arange(384)
    wave = 0.5 + 0.5 * np.tanh(60 * np.sin(2 * np.pi * x / 192) / softness)
    return np.broadcast_to(wave, (32, 384)).astype(np.float32)


def test_a_sharper_picture_reads_more() -> None:
    scores = [sharpness(edges(softness)) for softness in (1.0, 2.0, 4.0, 8.0, 16.0)]
    assert all(score is not None for score in scores)
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 2 * scores[-1]


def test_exposure_and_contrast_do_not_count() -> None:
    one = sharpness(edges(2.0))
    assert sharpness(edges(2.0) * 0.1 + 0.3) == pytest.approx(one, rel=1e-3)


def test_the_most_is_a_wave_of_four_pixels_and_nothing_is_over_100() -> None:
    x = np.arange(96)
    wave = np.broadcast_to(0.5 + 0.25 * np.sin(np.pi * x / 2), (64, 96)).astype(np.float32)
    assert sharpness(wave) == pytest.approx(100, abs=1.0)
    assert sharpness(wave.T.copy()) == pytest.approx(100, abs=1.0)
    noise = np.random.default_rng(3).normal(0.5, 0.1, (64, 96)).astype(np.float32)
    assert sharpness(noise) == pytest.approx(100 * np.sqrt(0.375), abs=2.0)  # the mean of both squared gains


def test_without_contrast_there_is_nothing_to_be_sharp() -> None:
    assert sharpness(np.full((16, 16), 0.5, np.float32)) is None


def test_fields_are_of_two_moments_and_one_is_looked_at() -> None:
    still = edges(16.0)
    torn = still.copy()
    torn[1::2] = np.roll(still, 40, axis=1)[1::2]
    one = sharpness(still[::2].copy())
    assert sharpness(torn, interlaced=True) == one
    assert sharpness(torn) < 0.8 * one  # smoothed over both
    assert sharpness(np.ones((15, 96), np.float32), interlaced=True) is None
