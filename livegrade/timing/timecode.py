"""SMPTE timecode as a value: a count of pictures since midnight and the way of counting them.

Labels (hours, minutes, seconds, frames) are computed from the count and never stored, so a label that drop frame
counting skips cannot exist. Wire and file codings of timecode (ATC, LTC, tmcd) live with their carriers.

Source: IEC 60461:2010, which is SMPTE ST 12-1: counting and drop frame in 4.2, 25 and 24 frames in 5.2 and 6.2 (no drop
frame there), frame pairs of 48 to 60 pictures a second in clause 11. At 96 to 120 pictures four share a label, as in
SMPTE ST 12-3:2016 (the text of that one was not at hand).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from livegrade.errors import UsageError
from livegrade.timing.rate import Rate

_TEXT = re.compile(r"(\d{2}):(\d{2}):(\d{2})([:;.,])(\d{2,3})(?:\.(\d))?", re.ASCII)
_BASES = (24, 25, 30)


class Label(NamedTuple):
    """What a timecode display shows. `sub`: which picture of those that share the label, from 0 (the field or
    frame-pair flag of SDI); always 0 where each picture has its own label."""

    hours: int
    minutes: int
    seconds: int
    frames: int
    sub: int = 0


@dataclass(frozen=True, slots=True)
class TimecodeRate:
    """How pictures are counted.

    `rate`: pictures per second, exactly. `drop_frame`: labels are skipped so that 29.97, 59.94 and 119.88 stay with the
    wall clock. `per_label`: pictures that share one label: 1 where files count every picture, 2 on SDI at 48 to 60
    pictures a second (frame pairs), 4 at 96 to 120.
    """

    rate: Rate
    drop_frame: bool = False
    per_label: int = 1

    def __post_init__(self) -> None:
        if self.drop_frame and not (self.nominal % 30 == 0 and self.rate.fps.denominator == 1001):
            raise UsageError(
                f"drop frame counting exists at 29.97, 59.94 and 119.88 frames per second, not {self.rate}"
            )
        if self.per_label != 1 and (self.nominal % self.per_label or self.nominal // self.per_label not in _BASES):
            raise UsageError(f"{self.per_label} pictures cannot share a timecode label at {self.rate} frames/s")

    @classmethod
    def sdi(cls, rate: Rate, drop_frame: bool = False) -> TimecodeRate:
        """The counting that SDI uses at `rate`: pairs at 48 to 60, fours at 96 to 120 pictures a second."""
        per_label = next((group for group in (2, 4) if rate.nominal in [group * base for base in _BASES]), 1)
        return cls(rate, drop_frame, per_label)

    @property
    def nominal(self) -> int:
        """Pictures in a second of labels: 24 for 23.976."""
        return self.rate.nominal

    @property
    def labels_per_second(self) -> int:
        return self.nominal // self.per_label

    @property
    def dropped_per_minute(self) -> int:
        """Pictures' worth of labels skipped in nine of ten minutes: 2 at 29.97, 4 at 59.94."""
        return self.nominal // 15 if self.drop_frame else 0

    @property
    def frames_per_day(self) -> int:
        """Pictures from 00:00:00:00 to the next."""
        return 24 * 3600 * self.nominal - 24 * 54 * self.dropped_per_minute


@dataclass(frozen=True, slots=True)
class Timecode:
    """One moment of timecode. `frames`: pictures since 00:00:00:00, 0 <= frames < rate.frames_per_day.

    There is no `<`: a day is a circle and 23:59:59:24 comes before 00:00:00:00 on a night shoot. Ask `offset_from`.
    """

    frames: int
    rate: TimecodeRate

    def __post_init__(self) -> None:
        if not 0 <= self.frames < self.rate.frames_per_day:
            raise UsageError(f"picture {self.frames} does not lie within one day of timecode at {self.rate.rate}")

    @classmethod
    def wrapped(cls, frames: int, rate: TimecodeRate) -> Timecode:
        """Any count, before midnight or days after it, brought into its day."""
        return cls(frames % rate.frames_per_day, rate)

    @classmethod
    def from_label(cls, label: Label, rate: TimecodeRate) -> Timecode:
        """Raises UsageError where the label is out of range or one that drop frame counting skips."""
        hours, minutes, seconds, frames, sub = label
        if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= seconds < 60):
            raise UsageError(f"{hours:02}:{minutes:02}:{seconds:02} is not a time of day")
        if not (0 <= frames < rate.labels_per_second and 0 <= sub < rate.per_label):
            raise UsageError(
                f"frame {frames}.{sub} does not exist at {rate.rate} frames per second with {rate.per_label} a label"
            )
        dropped = rate.dropped_per_minute
        in_second = frames * rate.per_label + sub
        if minutes % 10 and not seconds and in_second < dropped:
            raise UsageError(
                f"{hours:02}:{minutes:02}:00;{frames:02} is skipped by drop frame counting; "
                f"the minute begins at ;{dropped // rate.per_label:02}"
            )
        minute = 60 * hours + minutes
        count = (60 * minute + seconds) * rate.nominal + in_second
        return cls(count - dropped * (minute - minute // 10), rate)

    @classmethod
    def parse(cls, text: str, rate: TimecodeRate) -> Timecode:
        """A timecode from "10:00:00:12", "10:00:00;12" (drop frame; "." and "," mean the same on some machines) or
        "10:00:00:12.1" (second picture of a pair).

        The separator decides about drop frame, not `rate`. Raises UsageError.
        """
        match = _TEXT.fullmatch(text.strip())
        if match is None:
            raise UsageError(f"'{text[:40]}' is not a timecode; write 10:00:00:00, or 10:00:00;00 for drop frame")
        hours, minutes, seconds, separator, frames, sub = match.groups("0")
        counting = replace(rate, drop_frame=separator != ":")
        return cls.from_label(Label(int(hours), int(minutes), int(seconds), int(frames), int(sub)), counting)

    @classmethod
    def from_samples(cls, samples: int, sample_rate: int, rate: TimecodeRate) -> Timecode:
        """The picture during which audio sample `samples` since midnight sounds (BWF TimeReference)."""
        frames = samples * rate.rate.fps.numerator // (sample_rate * rate.rate.fps.denominator)
        return cls.wrapped(frames, rate)

    def to_samples(self, sample_rate: int) -> int:
        """First audio sample of the picture, counted from midnight; `from_samples` gives the picture back."""
        return -(-self.frames * sample_rate * self.rate.rate.fps.denominator // self.rate.rate.fps.numerator)

    @property
    def label(self) -> Label:
        """Hours, minutes, seconds, frames and sub-frame as a display shows them."""
        rate = self.rate
        dropped = rate.dropped_per_minute
        in_ten_minutes = 600 * rate.nominal - 9 * dropped
        tens, rest = divmod(self.frames, in_ten_minutes)
        skips = 9 * tens + max(0, rest - dropped) // (60 * rate.nominal - dropped)
        seconds, in_second = divmod(self.frames + dropped * skips, rate.nominal)
        frames, sub = divmod(in_second, rate.per_label)
        return Label(seconds // 3600, seconds // 60 % 60, seconds % 60, frames, sub)

    def counted(self, per_label: int) -> Timecode:
        """The same picture counted another way: 1 for files, 2 for the frame pairs of SDI. Raises UsageError."""
        return Timecode(self.frames, replace(self.rate, per_label=per_label))

    def offset_from(self, other: Timecode) -> int:
        """Pictures from `other` to this one by the shorter way round the clock: negative when this one is earlier.

        At exactly half a day it is negative. Raises UsageError when the two are not at one rate and way of dropping.
        """
        if replace(self.rate, per_label=1) != replace(other.rate, per_label=1):
            raise UsageError(f"{self} and {other} are counted at different rates and cannot be compared")
        day = self.rate.frames_per_day
        return (self.frames - other.frames + day // 2) % day - day // 2

    def __add__(self, frames: int) -> Timecode:
        return Timecode.wrapped(self.frames + frames, self.rate)

    def __sub__(self, frames: int) -> Timecode:
        return Timecode.wrapped(self.frames - frames, self.rate)

    def __str__(self) -> str:
        label = self.label
        separator = ";" if self.rate.drop_frame else ":"
        digits = len(str(self.rate.labels_per_second - 1))
        sub = f".{label.sub}" if self.rate.per_label > 1 else ""
        whole = f"{label.hours:02}:{label.minutes:02}:{label.seconds:02}{separator}"
        return f"{whole}{label.frames:0{max(2, digits)}}{sub}"
