"""The takes of one slot's camera: its record flag followed picture by picture, and what others say of it, as
events."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from livegrade.session.events import BY_PEOPLE, RecordEdge, RecordEvent

if TYPE_CHECKING:
    from livegrade.capture.recordflag import RecordFlag
    from livegrade.session.events import EventLog
    from livegrade.video.frame import Frame

KEPT = 1000
"""Starts and ends that a slot remembers; a day of shooting has fewer."""


class RecordPort(Protocol):
    """Where whoever knows beside the picture says it: `Session.record`. A device's driver gets one."""

    def __call__(self, slot: str, edge: RecordEdge, rule: str) -> RecordEvent:
        """`rule`: who says it. Raises UsageError for a slot that is not there or has had no picture yet."""


class Takes:
    """Of the capture thread; what was found may be read from any, and said by any."""

    def __init__(self, slot: str, flag: RecordFlag, events: EventLog) -> None:
        self._slot = slot
        self._flag = flag
        self._events = events
        self._found: deque[RecordEvent] = deque(maxlen=KEPT)

    @property
    def recording(self) -> bool | None:
        """Whether the camera records now; None where nothing says so."""
        return self._flag.recording

    @property
    def goes_on(self) -> bool:
        """A take goes on, whoever said that it began."""
        found = self.found
        return bool(self.recording) or (bool(found) and found[-1].edge is RecordEdge.START)

    @property
    def begun_by(self) -> str:
        """The rule by which the take began that goes on; "" where none does."""
        rule = ""
        for event in reversed(self.found):
            if event.edge is RecordEdge.END:
                break
            rule = event.rule
        return rule

    @property
    def found(self) -> tuple[RecordEvent, ...]:
        """The last KEPT starts and ends, oldest first."""
        return tuple(self._found.copy())

    def follow(self, flag: RecordFlag) -> None:
        """Another source says whether it records: by the rules of `flag` from the next picture on."""
        self._flag.rules, self._flag.hold = flag.rules, flag.hold

    def see(self, frame: Frame) -> Frame:
        """`frame` with what the flag says, noise left out: `metadata.recording` turns with the picture that makes the
        change certain, while the event names the one with which it began."""
        change = self._flag.see(frame)
        if change is not None:
            edge = RecordEdge.START if change.recording else RecordEdge.END
            self._add(
                RecordEvent(
                    change.captured_ns, self._slot, edge, change.index, change.timecode, change.rule, change.exact
                )
            )
        if self._flag.recording is frame.metadata.recording:
            return frame
        return replace(frame, metadata=replace(frame.metadata, recording=self._flag.recording))

    def say(self, edge: RecordEdge, rule: str, newest: Frame) -> RecordEvent:
        """Somebody else says that the camera records, or has stopped: a person, a device. From any thread. `newest`:
        the picture of that moment."""
        event = RecordEvent(
            newest.captured_ns, self._slot, edge, newest.index, newest.timecode, rule, rule in BY_PEOPLE
        )
        self._add(event)
        return event

    def _add(self, event: RecordEvent) -> None:
        self._found.append(event)
        self._events.add_record(event)
