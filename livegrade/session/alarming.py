"""The alarms of one slot: what its threads see, held against the rules, told as events.

The capture thread tells frames, the engine thread scopes and the state of the signal; each follows rules of its own, so
that nothing is locked. It costs a few microseconds a frame and nothing per pixel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from livegrade.scopes.measure import Channel, Tap
from livegrade.scopes.shares import RGB, clipped, code_at, share
from livegrade.session.alarms import AlarmKind, Condition, Moment
from livegrade.session.events import Link

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livegrade.color.camera import Camera
    from livegrade.scopes.measure import ScopeData
    from livegrade.session.alarms import AlarmEvent, AlarmRule
    from livegrade.session.events import EventLog, State
    from livegrade.timing.timecode import Timecode
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame

_OF_SIGNALS = (AlarmKind.FREEZE, AlarmKind.TIMECODE)
"""What is as it should be where the picture is made here or read from a file, which may begin again."""
STRIDE = 4093
"""Every so many bytes of a frame are looked at for a frozen picture: a prime, so that it meets every byte of a group.
A camera's noise moves some of them in every picture; one that is sent again moves none."""


class SlotAlarms:
    """Follows the rules for one slot. What is raised now may be read from any thread."""

    def __init__(
        self, slot: str, rules: Iterable[AlarmRule], events: EventLog, camera: Camera | None, *, is_signal: bool
    ) -> None:
        """`camera`: its clip point stands for 100 % where the maker publishes it; `is_signal`: pictures from
        outside."""
        self._slot = slot
        self._events = events
        self._clip = None if camera is None else camera.clip
        self._is_signal = is_signal
        self._conditions = {rule.kind: Condition(rule, slot) for rule in rules if rule.on}
        self._format: VideoFormat | None = None
        self._before: tuple[int, Timecode] | None = None
        self._sample: np.ndarray[tuple[int], np.dtype[np.uint8]] | None = None
        self._broken = False
        self._last = Moment(0, 0, None)
        self.told = 0

    def clip_with(self, camera: Camera | None) -> None:
        """Another camera, or the same at another exposure index. From any thread."""
        self._clip = None if camera is None else camera.clip

    def begin_anew(self, *, is_signal: bool) -> None:
        """The next picture is of another source and follows none: of the capture thread."""
        self._is_signal = is_signal
        self._format = self._before = self._sample = None
        self._broken = False

    @property
    def raised(self) -> tuple[AlarmEvent, ...]:
        """The alarms that last now."""
        lasting = tuple(one.raised for one in self._conditions.values() if one.raised is not None)
        return (*lasting, *(one for one in self._events.counted() if one.slot == self._slot))

    def see(self, frame: Frame) -> None:
        """A picture has come: of the capture thread."""
        now = self._last = Moment(frame.captured_ns, frame.index, frame.timecode)
        if self._format is not None and frame.format != self._format:
            self._happened(AlarmKind.FORMAT, now, f"was {self._format}, is {frame.format}")
            self._before = None
        self._format = frame.format
        fault = None if self._before is None else _timecode_break(*self._before, frame)
        # Once where it begins to stand still, as between takes; one that jumps all the time breaks each time.
        stands = self._before is not None and frame.timecode in (None, self._before[1])
        if fault is not None and not (self._broken and stands):
            self._happened(AlarmKind.TIMECODE, now, fault)
        self._broken = fault is not None
        self._before = None if frame.timecode is None else (frame.index, frame.timecode)
        if self._is_signal and AlarmKind.FREEZE in self._conditions:
            sample = frame.data[::STRIDE].copy()
            still = self._sample is not None and np.array_equal(sample, self._sample)
            self._sample = sample
            self._see(AlarmKind.FREEZE, now, "the picture does not move" if still else None)
        else:
            self._see(AlarmKind.FREEZE, now, None)

    def measured(self, data: ScopeData, at_ns: int) -> None:
        """Scopes were counted: of the engine thread. The source is looked at for black and clipping, the graded picture
        for colours that leave the gamut."""
        now = Moment(at_ns, data.index, data.timecode)
        if data.tap is Tap.SOURCE:
            self._hold(AlarmKind.BLACK, now, data)
            self._hold(AlarmKind.CLIP, now, data)
        else:
            self._hold(AlarmKind.GAMUT, now, data)

    def signal(self, state: State, now_ns: int) -> None:
        """What has become of the signal: of the engine thread."""
        lost = state.reason if state.link is Link.LOST else None
        self._see(AlarmKind.LOSS, Moment(now_ns, self._last.index, self._last.timecode), lost)

    def _hold(self, kind: AlarmKind, now: Moment, data: ScopeData) -> None:
        condition = self._conditions.get(kind)
        if condition is None:
            return
        part, what = _SHARES[kind](data, condition.rule, self._clip)
        self._see(kind, now, what if 100 * part >= condition.rule.area and part > 0 else None)

    def _see(self, kind: AlarmKind, now: Moment, what: str | None) -> None:
        condition = self._conditions.get(kind)
        if condition is not None:
            self._tell(condition.see(now, what))

    def _happened(self, kind: AlarmKind, now: Moment, what: str) -> None:
        condition = self._conditions.get(kind)
        if condition is not None and (self._is_signal or kind not in _OF_SIGNALS):
            self._tell(condition.happened(now, what))

    def _tell(self, event: AlarmEvent | None) -> None:
        if event is not None:
            self.told += 1
            self._events.add_alarm(event)


def _timecode_break(index: int, before: Timecode, frame: Frame) -> str | None:
    """What is wrong with a timecode that does not count on from the one before, at picture `index`; lost pictures are
    allowed for."""
    if frame.timecode is None:
        return f"{before} is followed by none"
    if before.rate != frame.timecode.rate:
        return f"{before} is followed by {frame.timecode}, which counts otherwise"
    wanted = before + (frame.index - index)
    return None if wanted == frame.timecode else f"{before} is followed by {frame.timecode}, not by {wanted}"


def _black(data: ScopeData, rule: AlarmRule, clip: float | None) -> tuple[float, str]:
    black = share(data, Channel.Y, 0, code_at(data.format, rule.level))
    return black, f"{black:.1%} of the picture is black"


def _clipped(data: ScopeData, rule: AlarmRule, clip: float | None) -> tuple[float, str]:
    part, channel = clipped(data, clip, rule.level)
    of = "the end of the signal" if clip is None else "the sensor's clip point"
    return part, f"{part:.1%} of {channel.name} is at {of}"


def _outside(data: ScopeData, rule: AlarmRule, clip: float | None) -> tuple[float, str]:
    low, high = code_at(data.format, -rule.level), code_at(data.format, 100 + rule.level)
    shares = [
        (share(data, channel, 0, low - 1) + share(data, channel, high + 1, 1023), channel.name) for channel in RGB
    ]
    part, channel = max(shares)
    return part, f"{part:.1%} of {channel} is outside of {-rule.level:g} to {100 + rule.level:g} %"


_SHARES = {AlarmKind.BLACK: _black, AlarmKind.CLIP: _clipped, AlarmKind.GAMUT: _outside}
