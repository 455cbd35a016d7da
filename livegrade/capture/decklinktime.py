"""Numbers and sound of captured pictures by the card's own count of time. Arithmetic only."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from livegrade.capture.decklinkpicture import sound_samples
from livegrade.capture.sound import SAMPLE_RATE, first_sample
from livegrade.capture.soundline import SoundLine
from livegrade.video.frame import AudioBlock

if TYPE_CHECKING:
    from livegrade.timing.rate import Rate
    from livegrade.transport.decklink._binding import Picture

_SAME_PLACE = 2
"""Samples by which the rounding of the card's times may move a block of sound."""


class CardTime:
    """Numbers pictures by the card's stream time, and lays the sound on it. Begins anew when the card does; what was
    lost in between is told by the time that passed."""

    def __init__(self) -> None:
        self.index = -1
        self.sound = SoundLine(_SAME_PLACE)
        self._offset: int | None = None
        self._number = -1
        self._pts = self._origin = Fraction(0)
        self._last_ns = 0

    def begin_anew(self) -> None:
        self._offset = None

    def place(self, picture: Picture, rate: Rate, arrived_ns: int) -> tuple[int, Fraction]:
        """Index of the picture, and its time in seconds since the first one."""
        number = round(Fraction(picture.stream_time, picture.mode.duration))
        if self._offset is None or number <= self._number:
            first = self.index < 0
            steps = 1 if first else max(1, round(rate.frames_in(arrived_ns - self._last_ns)))
            self._offset = self.index + steps - number
            self._origin = (Fraction(0) if first else self._pts + steps / rate.fps) - number / rate.fps
            self.sound = SoundLine(_SAME_PLACE)
        self._number, self._last_ns = number, arrived_ns
        self.index = self._offset + number
        self._pts = self._origin + number / rate.fps
        return self.index, self._pts

    def sound_of(self, picture: Picture, rate: Rate) -> AudioBlock | None:
        """The sound of the picture that was placed last; None before the first sound."""
        if picture.audio is not None and picture.audio.size:
            begins = not self.sound.begun
            self.sound.push(picture.audio_time, sound_samples(picture.audio))
            if begins and SAMPLE_RATE % rate.fps:
                # Where a picture has no whole number of samples the card may cut a sample sooner or later than we do.
                self.sound.lag = 1
        if not self.sound.begun:
            return None
        start = first_sample(self._number, rate)
        count = first_sample(self._number + 1, rate) - start
        if picture.audio is None:
            return AudioBlock(self.sound.take(start - self.sound.lag, count), SAMPLE_RATE)
        return AudioBlock(self.sound.take_late(start, count), SAMPLE_RATE)
