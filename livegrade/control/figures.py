"""Numbers of the state that cost time to work out or change with every picture: at most once a second.

Percentiles are of the last seconds, for after an hour those of the whole run say nothing of now; the worst is of the
run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.control.cameras import cameras
from livegrade.control.diskspace import DiskSpace
from livegrade.control.tree import (
    DiskTree,
    DurationTree,
    ScopeFiguresTree,
    SettingTree,
    SinkFiguresTree,
    SlotFiguresTree,
)
from livegrade.timing.rate import NS_PER_SECOND

if TYPE_CHECKING:
    from pathlib import Path

    from livegrade.session import Session
    from livegrade.session.output import OutputRunner
    from livegrade.session.slot import SlotRunner
    from livegrade.video.latency import Counts, Percentiles, Spread

WINDOW_NS = 5 * NS_PER_SECOND
"""Percentiles are of what came in the last one to two of these."""
NOTHING = DurationTree(None, None, None)


@dataclass(slots=True)
class _Window:
    """Counts at two moments before: durations since `old`, which gives way to `young` when that is old enough."""

    since_ns: int
    old: Counts | None = None
    young: Counts | None = None

    def spread(self, of: Percentiles, now_ns: int) -> Spread:
        spread = of.spread(self.old)
        if now_ns - self.since_ns >= WINDOW_NS:
            self.since_ns, self.old, self.young = now_ns, self.young, of.counts()
        return spread


class Figures:
    """Of the thread that builds the state."""

    def __init__(self, session: Session, library: Path | None) -> None:
        """`library`: its folder, None where the session keeps none."""
        self.slots: dict[str, SlotFiguresTree] = {}
        self.sinks: dict[int, SinkFiguresTree] = {}
        self.cameras: dict[str, dict[str, SettingTree]] = {}
        self._session = session
        self._library = library
        self._disks = DiskSpace(session.clock)
        self._windows: dict[Percentiles, _Window] = {}
        self._due_ns = session.clock.now_ns()

    @property
    def disks(self) -> dict[str, DiskTree]:
        """The folders that are written to, and what is free there."""
        return self._disks.found

    def turn(self) -> None:
        """Works all of it out again where it is time, or somebody has come or gone."""
        now_ns = self._session.clock.now_ns()
        slots, outputs = self._session.slots, self._session.outputs
        is_known = self.slots.keys() == {slot.name for slot in slots}
        is_known = is_known and self.sinks.keys() == {output.number for output in outputs}
        if now_ns < self._due_ns and is_known:
            return
        self._due_ns = now_ns + NS_PER_SECOND
        before, self._windows = self._windows, {}
        self.slots = {slot.name: self._slot(slot, before, now_ns) for slot in slots}
        self.sinks = {output.number: self._sink(output, before, now_ns) for output in outputs}
        self.cameras = cameras(slots)
        folders = {"library": self._library} if self._library is not None else {}
        for output in outputs:
            if output.files:
                folders[f"output {output.number}"] = output.files[-1].parent
        self._disks.look(folders)

    def _of(self, recorded: Percentiles, before: dict[Percentiles, _Window], now_ns: int) -> DurationTree:
        window = self._windows[recorded] = before.get(recorded) or _Window(now_ns)
        spread = window.spread(recorded, now_ns)
        if spread.max_ns == 0 and spread.count == 0:
            return NOTHING
        worst = _ms(spread.max_ns)
        return DurationTree(_ms(spread.p50_ns), _ms(spread.p99_ns), worst) if spread.count else _only(worst)

    def _slot(self, slot: SlotRunner, before: dict[Percentiles, _Window], now_ns: int) -> SlotFiguresTree:
        engine = self._of(slot.engine_ns, before, now_ns)
        load = None
        if engine.p99 is not None and slot.format is not None:
            load = round(100 * engine.p99 / _ms(slot.format.rate.period_ns))
        scoping = slot.scoping
        scopes = None
        if scoping is not None:
            scopes = ScopeFiguresTree(scoping.measured, scoping.shed, self._of(scoping.took_ns, before, now_ns))
        return SlotFiguresTree(engine, load, scopes)

    def _sink(self, output: OutputRunner, before: dict[Percentiles, _Window], now_ns: int) -> SinkFiguresTree:
        delay = output.delay_ns
        return SinkFiguresTree(
            latency_ms=self._of(output.latency_ns, before, now_ns),
            waits_ms=self._of(output.edge.spent_ns, before, now_ns),
            write_ms=self._of(output.write_ns, before, now_ns),
            in_to_out_ms=None if delay is None else self._of(delay, before, now_ns),
            notes=list(output.notes),
        )


def _only(worst: float) -> DurationTree:
    """Nothing came lately."""
    return DurationTree(None, None, worst)


def _ms(ns: int) -> float:
    return round(ns / 1e6, 2)
