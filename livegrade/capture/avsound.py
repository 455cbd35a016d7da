"""The sound of a file or stream: every audio stream of it, resampled to 48 kHz float and laid on one timeline."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from livegrade.capture.sound import SAMPLE_RATE
from livegrade.capture.soundline import MAX_CHANNELS, SoundLine

if TYPE_CHECKING:
    import av
    from numpy.typing import NDArray


class AudioTrack:
    """One audio stream. Positions count 48 kHz samples from `origin`, the time of the first picture in seconds."""

    def __init__(self, stream: av.AudioStream) -> None:
        self._stream = stream
        self._line = SoundLine()
        self._resampler: av.AudioResampler | None = None
        self.channels = min(stream.codec_context.channels, MAX_CHANNELS)
        self.damaged = 0
        self._kind: tuple[str, str, int] | None = None
        self.ended = False

    @property
    def index(self) -> int:
        return self._stream.index

    @property
    def end(self) -> int:
        """Position after the last sample that has been decoded."""
        return self._line.end if self._line.begun else -SAMPLE_RATE

    def decode(self, packet: av.Packet[Any], origin: Fraction) -> None:
        """Decode `packet`; an empty one is the end of the stream."""
        import av

        try:
            frames = self._stream.codec_context.decode(packet)
        except av.error.EOFError:
            frames = []
        except av.error.FFmpegError:
            # Whatever ails the sound, the picture goes on.
            self.damaged += 1
            return
        for frame in frames:
            self._push(frame, origin)
        if not packet.size:
            self.ended = True

    def take(self, position: int, count: int, late: bool) -> NDArray[np.float32]:
        block = (self._line.take_late if late else self._line.take)(position, count)
        if block.shape[0] == self.channels:
            return block
        return np.zeros((self.channels, count), np.float32)

    def restart(self) -> None:
        """Forget everything: the stream begins again."""
        self._line = SoundLine()
        self._resampler = None
        self.ended = False

    def _push(self, frame: av.AudioFrame, origin: Fraction) -> None:
        import av

        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._resampler is None or kind != self._kind:
            self._kind = kind
            self._resampler = av.AudioResampler(format="fltp", layout=frame.layout, rate=SAMPLE_RATE)
        for piece in self._resampler.resample(frame):
            if piece.pts is None or piece.time_base is None:
                position = self.end
            else:
                position = round((piece.pts * piece.time_base - origin) * SAMPLE_RATE)
            samples = np.asarray(piece.to_ndarray(), np.float32)[: self.channels]
            missing = self.channels - samples.shape[0]
            self._line.push(position, np.pad(samples, ((0, missing), (0, 0))) if missing else samples)
