"""Builds and tears down ONE running graph. Wiring only: what threads do is in `slot` and `output`."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING

from livegrade.engine.select import choose
from livegrade.errors import LivegradeError, SinkError, UsageError
from livegrade.session.devices import SessionDevices
from livegrade.session.events import EventLog, Link
from livegrade.session.feed import DEPTH, NETWORK_DEPTH
from livegrade.session.output import OutputRunner
from livegrade.session.references import References
from livegrade.session.report import (
    NO_DURATIONS,
    DeviceStats,
    Milliseconds,
    RecordStats,
    SessionStats,
    SinkStats,
    SlotStats,
    TapStats,
)
from livegrade.session.slot import SlotRunner
from livegrade.timing.clock import MonotonicClock
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.transport.address import Scheme
from livegrade.transport.places import require_own_places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livegrade.color.look import Look
    from livegrade.engine.view import View
    from livegrade.scopes.measure import ScopeData, Tap
    from livegrade.session.events import RecordEdge, RecordEvent
    from livegrade.session.setup import SessionSetup, SinkSetup, SlotSetup
    from livegrade.timing.clock import Clock
    from livegrade.transport.address import SinkAddress, SourceAddress

SWITCH_INTERVAL_S = 0.0005
"""All threads share one interpreter lock; with Python's default of 5 ms a frame could wait a quarter of its period."""


class Session:
    """Sources to sinks, running. Looks and views may be set from any thread while it runs."""

    def __init__(self, setup: SessionSetup, clock: Clock | None = None) -> None:
        """Chooses and tests the engine and builds every part; nothing is opened yet. Raises LivegradeError."""
        self.clock = clock or MonotonicClock()
        self.events = EventLog(time.time_ns() - self.clock.now_ns())
        choice = choose(setup.engine, setup.threads)
        self.backend = choice.backend
        self.reason = choice.reason
        self.rig = setup.rig
        self._partial = setup.partial
        self.slots: list[SlotRunner] = []
        self.references = References(lambda: self.slots)
        by_name = {slot.name: slot for slot in setup.slots}
        self._numbers = count(1 + max(setup.numbered, *(sink.number or 0 for sink in setup.sinks), 0))
        self._coming_and_going = threading.Lock()
        self._failed = False
        self.outputs = [self._output(sink, by_name[sink.slot], overwrite=setup.overwrite) for sink in setup.sinks]
        self.slots = [
            SlotRunner(
                slot,
                self.backend,
                self.clock,
                [output for output in self.outputs if output.slot == slot.name],
                slot.scopes or setup.scopes,
                self.events,
                self.references.of(slot.name),
            )
            for slot in setup.slots
        ]
        for sink in setup.sinks:
            self.references.require_slots(sink.view)
        runners = {slot.name: slot for slot in self.slots}
        self.devices = SessionDevices(setup.devices, runners, self.clock, self.events, self.record)
        self._began_ns: int | None = None
        self._ended_ns: int | None = None
        self._is_stopped = False
        self._end_asked = threading.Event()
        self._switch_interval = sys.getswitchinterval()

    def _output(self, sink: SinkSetup, slot: SlotSetup, *, overwrite: bool) -> OutputRunner:
        loops = slot.options.loop and slot.source.scheme is Scheme.PATH
        depth, number = _depth(slot.source), sink.number or next(self._numbers)
        return OutputRunner(sink, self.clock, self.events, overwrite, depth, loops=loops, number=number)

    def start(self) -> None:
        """Opens all sources, then starts everything. When one cannot be opened, when there are outputs and none of them
        has its place (SinkError), or on Ctrl+C, all is stopped again and nothing has been written."""
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        try:
            for slot in self.slots:
                slot.start()
            self._bake_looks()
            self._wait_open()
            for output in self.outputs:
                output.start()
            for output in self.outputs:
                output.wait_prepared()
            self._require_an_output()
            self._began_ns = self.clock.now_ns()
            for slot in self.slots:
                slot.go()
            self.devices.start()
        except BaseException:
            self.stop()
            raise

    def _bake_looks(self) -> None:
        """While the sources are being opened, so that no first picture waits for it. A look that does not go is met
        again by the thread that draws with it, which says so."""
        for slot in self.slots:
            with suppress(LivegradeError):
                slot.chain.around(slot.look).slots()

    def _wait_open(self) -> None:
        """Raises what opening a source raised; in a session of parts only where none could be opened."""
        refused: list[LivegradeError] = []
        for slot in self.slots:
            try:
                slot.wait_open()
            except LivegradeError as error:
                refused.append(error)
        if refused and (not self._partial or len(refused) == len(self.slots)):
            raise refused[0]

    def _require_an_output(self) -> None:
        """Raises SinkError where there are outputs and all have failed already."""
        states = [output.state for output in self.outputs]
        if states and all(state.link is Link.FAULTED for state in states):
            raise SinkError("; ".join(state.reason for state in states))

    def stop(self) -> None:
        """Stops sources first, then lets every sink finish what it has. Safe to call twice."""
        if self._ended_ns is None:
            self._ended_ns = self.clock.now_ns()
        for slot in self.slots:
            slot.ask_to_stop()
        for slot in self.slots:
            slot.join()
        for output in self.outputs:
            output.ask_to_stop()
        self.references.close()
        for output in self.outputs:
            output.join()
        if not self._is_stopped:
            self._is_stopped = True
            self.devices.stop()
            self.events.settle(None)
            sys.setswitchinterval(self._switch_interval)

    def ask_to_end(self) -> None:
        """Whoever started the session is to stop it. From any thread."""
        self._end_asked.set()

    @property
    def end_asked(self) -> bool:
        """Somebody wants it to end."""
        return self._end_asked.is_set()

    @property
    def ended(self) -> bool:
        """Nobody gets a picture any more: all sinks are through, and all sources have ended or failed, or a sink has
        failed. While one sink goes on, or where there never was one, the session does too."""
        if not all(output.is_through for output in self.outputs):
            return False
        gave_up = any(output.state.link is Link.FAULTED for output in self.outputs)
        return gave_up or all(slot.finished for slot in self.slots)

    @property
    def failed(self) -> bool:
        """A source or a sink failed on the way, a recording is not whole, or a source never had a picture to give."""
        states = [*(slot.state for slot in self.slots), *(output.state for output in self.outputs)]
        dark = any(slot.state.link is Link.LOST and not slot.frames_in for slot in self.slots)
        holes = any(output.shortfall for output in self.outputs)
        return self._failed or dark or holes or any(state.link is Link.FAULTED for state in states)

    def slot(self, name: str) -> SlotRunner:
        """Raises UsageError for a slot that is not there."""
        for slot in self.slots:
            if slot.name == name:
                return slot
        raise UsageError(f"there is no slot {name}, only {', '.join(slot.name for slot in self.slots)}")

    def record(self, slot: str, edge: RecordEdge, rule: str) -> RecordEvent:
        """Somebody says that the camera of a slot records, or has stopped, beside what its signal says: `rule` is who,
        one of BY_PEOPLE, else "device NAME". From any thread. Raises UsageError for a slot that is not
        there or has had no picture yet."""
        runner = self.slot(slot)
        if not runner.last:
            raise UsageError(f"slot {slot} has had no picture yet; a take begins with one")
        return runner.takes.say(edge, rule, runner.last[0])

    def set_look(self, slot: str, look: Look) -> None:
        """`set_looks` for one slot."""
        self.set_looks({slot: look})

    def set_looks(self, looks: Mapping[str, Look]) -> None:
        """The next frame that the engine of a slot takes has its look, whole, between what the slot keeps around its
        looks: the way into what they are graded in and the output transform, which replaces one that the look ends
        with. Raises UsageError; none is set then.

        What must be baked and compiled is, here, on the caller's thread: it takes longer than a frame. Frames have the
        look before until that is done. Both forms are fitted first, so that a look without one is refused here.
        """
        for slot, look in looks.items():
            whole = self.slot(slot).chain.around(look)
            whole.slots()
            whole.slots(bypass=True)
        for slot, look in looks.items():
            self.slot(slot).look = look
        self.devices.changed()

    def change_slot(self, setup: SlotSetup, views: Mapping[OutputRunner, View], *, reopen: bool = False) -> bool:
        """The slot of that name is as `setup` says, with its look, and its outputs show `views`: see SlotRunner.change.
        What must be compiled is, on the caller's thread. Raises UsageError, and nothing has changed then."""
        slot = self.slot(setup.name)
        others = [one.setup.source for one in self.slots if one is not slot]
        require_own_places([*others, setup.source], self._places())
        whole = setup.chain.around(setup.look)
        whole.slots()
        whole.slots(bypass=True)
        reopened = slot.change(setup, views, reopen=reopen)
        for output in slot.outlets:
            output.deepen(_depth(setup.source))
        self.devices.changed()
        return reopened

    def output(self, number: int) -> OutputRunner:
        """Raises UsageError for one that is not there."""
        for output in self.outputs:
            if output.number == number:
                return output
        there = ", ".join(str(output.number) for output in self.outputs) or "none"
        raise UsageError(f"there is no output {number}, only {there}")

    def set_view(self, number: int, view: View) -> None:
        """What the output of `number` shows. The next frame has it; what it needs is compiled here first, on the
        caller's thread. Raises UsageError for an output that is not there, EngineError for what cannot be drawn."""
        output = self.output(number)
        self.references.require(view)
        self.slot(output.slot).drawing.prepare_view(output, view)
        output.view = view

    def add_output(self, sink: SinkSetup, *, overwrite: bool = False) -> OutputRunner:
        """An output more while the session runs; the others do not notice. Waits, seconds where it must, until it has
        its place. Raises LivegradeError, and there is none then."""
        slot = self.slot(sink.slot)
        self.references.require(sink.view)
        require_own_places([one.setup.source for one in self.slots], [*self._places(), sink.address])
        output = self._output(sink, slot.setup, overwrite=overwrite)
        output.start()
        output.wait_prepared()
        try:
            if output.state.link is Link.FAULTED:
                raise SinkError(output.state.reason)
            slot.attach(output)
        except LivegradeError:
            output.ask_to_stop()
            output.join()
            raise
        with self._coming_and_going:
            self.outputs = [*self.outputs, output]
        return output

    def remove_output(self, number: int) -> None:
        """Takes an output away while the session runs; the others do not notice. Waits until it is finished, which
        takes a recording as long as it needs. Raises UsageError for one that is not there."""
        output = self.output(number)
        self.slot(output.slot).outlets.remove(output)
        output.ask_to_stop()
        output.join()
        with self._coming_and_going:
            self._failed |= output.state.link is Link.FAULTED or bool(output.shortfall)
            self.outputs = [one for one in self.outputs if one is not output]

    def _places(self) -> list[SinkAddress]:
        """Of the outputs that run: who is through has left its place."""
        return [output.place for output in self.outputs if not output.is_through]

    def scopes(self, slot: str, tap: Tap) -> ScopeData | None:
        """The newest counts of a tap; None before the first. Raises UsageError."""
        return self.slot(slot).scopes.get(tap)

    def stats(self) -> SessionStats:
        """Counters and latencies since the start."""
        until = self._ended_ns if self._ended_ns is not None else self.clock.now_ns()
        seconds = (until - self._began_ns) / NS_PER_SECOND if self._began_ns is not None else 0.0
        return SessionStats(
            seconds=round(seconds, 3),
            engine=self.backend.name,
            reason=self.reason,
            slots=tuple(_slot_stats(slot) for slot in self.slots),
            sinks=tuple(_sink_stats(output, self.slot(output.slot)) for output in self.outputs),
            devices=tuple(DeviceStats.of(followed) for followed in self.devices.all),
        )


def _depth(source: SourceAddress) -> int:
    return NETWORK_DEPTH if source.scheme in (Scheme.NDI, Scheme.FFMPEG) else DEPTH


def _slot_stats(slot: SlotRunner) -> SlotStats:
    scoping = slot.scoping
    return SlotStats(
        name=slot.name,
        source=slot.address,
        state=slot.state.link.value,
        reason=slot.state.reason,
        notes=slot.notes,
        camera=slot.camera.title if slot.camera is not None else None,
        range=slot.format.range.value if slot.format is not None else None,
        range_source=slot.range_source,
        format=str(slot.format) if slot.format is not None else None,
        frames_in=slot.frames_in,
        missing=slot.gaps.missing,
        dropped=slot.latest.counters().dropped,
        recording=slot.takes.recording,
        takes=tuple(RecordStats.of(event) for event in slot.takes.found),
        alarms=tuple(f"{event.kind.value}: {event.said}" for event in slot.alarms.raised),
        alarms_told=slot.alarms.told,
        engine_ms=Milliseconds.of(slot.engine_ns),
        look_path=slot.drawing.look_path,
        look_baked=slot.drawing.baked(),
        scopes_state=scoping.state.link.value if scoping is not None else "off",
        scopes_reason=scoping.state.reason if scoping is not None else "",
        scopes_measured=scoping.measured if scoping is not None else 0,
        scopes_shed=scoping.shed if scoping is not None else 0,
        scopes_ms=Milliseconds.of(scoping.took_ns) if scoping is not None else NO_DURATIONS,
        scopes_taps=tuple(TapStats.of(data) for _, data in sorted(slot.scopes.items())),
    )


def _sink_stats(output: OutputRunner, slot: SlotRunner) -> SinkStats:
    counters, view = output.counters(), output.view
    return SinkStats(
        address=output.address,
        slot=output.slot,
        view=str(view),
        look_baked=slot.drawing.baked(view) if view.is_own else None,
        calibration_baked=slot.drawing.calibration_baked(view),
        lossy=output.lossy,
        state=output.state.link.value,
        reason=output.state.reason,
        format=str(output.format) if output.format is not None else None,
        frames_out=output.frames_out,
        put=counters.put,
        dropped=counters.dropped + output.skipped + output.undelivered,
        missing=output.missing,
        timecode_drift=output.drift,
        files=tuple(map(str, output.files)),
        repeated=counters.repeated,
        slips=counters.slips,
        held=output.held,
        capture_to_sink_ms=Milliseconds.of(output.latency_ns),
        edge_ms=Milliseconds.of(output.edge.spent_ns),
        write_ms=Milliseconds.of(output.write_ns),
        connections=output.connections,
        notes=output.notes,
        card=output.card_counts,
        in_to_out_ms=Milliseconds.of(delay) if (delay := output.delay_ns) is not None else NO_DURATIONS,
    )
