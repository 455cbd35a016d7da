"""Sound in step with the picture: exactly as many samples as the pictures so far last, whatever the source gave.

It cuts and fills blocks and converts samples; encoders and sinks are elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

    from livegrade.video.frame import AudioBlock

_PCM24_SCALE = 2.0**23


class SoundTrack:
    """The sound of one stream, frame by frame, `channels` wide at `rate` samples per second.

    Blocks pass as they come while their total stays within one picture's worth of what the pictures last (1601 and
    1602 samples alternate at 29.97). Beyond that, and where a frame has no sound, silence is put in or samples are cut
    at the end of the block. `filled` and `cut` count those samples.
    """

    def __init__(self, channels: int, rate: int, fps: Fraction) -> None:
        self.channels = channels
        self.rate = rate
        self.filled = 0
        self.cut = 0
        self._per_picture = rate / fps
        self._pictures = 0
        self._samples = 0

    @property
    def samples(self) -> int:
        """Samples per channel given so far; the time of the next block."""
        return self._samples

    def next(self, block: AudioBlock | None) -> NDArray[np.float32]:
        """The samples, float32 (channels, n), of the next picture, which came with `block`.

        A block at another sample rate counts as none. Missing channels are silent, surplus ones are left out.
        """
        self._pictures += 1
        due = int(self._pictures * self._per_picture) - self._samples
        if block is None or block.rate != self.rate:
            self.filled += max(0, due)
            samples = np.zeros((self.channels, max(0, due)), np.float32)
        else:
            samples = self._widened(block.samples)
            surplus = samples.shape[1] - due
            if abs(surplus) > self._per_picture:
                samples = self._corrected(samples, surplus)
        self._samples += samples.shape[1]
        return samples

    def _widened(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        if samples.shape[0] == self.channels:
            return samples
        widened = np.zeros((self.channels, samples.shape[1]), np.float32)
        kept = min(self.channels, samples.shape[0])
        widened[:kept] = samples[:kept]
        return widened

    def _corrected(self, samples: NDArray[np.float32], surplus: int) -> NDArray[np.float32]:
        if surplus < 0:
            self.filled -= surplus
            return np.pad(samples, ((0, 0), (0, -surplus)))
        removed = min(surplus, samples.shape[1])
        self.cut += removed
        return samples[:, : samples.shape[1] - removed]


def pcm24(samples: NDArray[np.float32]) -> NDArray[np.int32]:
    """24-bit samples in the upper bits of int32, shape (n, channels), from float32 (channels, n).

    Full scale is 2^23; what lies beyond is clipped, not wrapped; not-a-number becomes silence. Exact for samples that
    were 24 bits before.
    """
    finite = np.nan_to_num(samples.T.astype(np.float64), nan=0.0, posinf=1.0, neginf=-1.0)
    limited = np.clip(np.rint(finite * _PCM24_SCALE), -_PCM24_SCALE, _PCM24_SCALE - 1).astype(np.int32)
    return np.ascontiguousarray(limited << 8)


def pcm24_in_32(samples: NDArray[np.float32]) -> NDArray[np.int32]:
    """The same interleaved to shape (1, n * channels), as FFmpeg takes it."""
    return pcm24(samples).reshape(1, -1)
