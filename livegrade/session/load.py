"""Whether the machine keeps up with all that is asked of it: engines that leave pictures out because they are late,
scopes that are left out for seconds, outputs that are all late at once. It is one state of the session, with a
beginning and an end; the parts say what becomes of them anyway, and none of them knows that it is the machine.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from livegrade.session.events import Event, Link
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.transport.address import Scheme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livegrade.session.graph import Session
    from livegrade.session.output import OutputRunner
    from livegrade.session.scoping import Scoping
    from livegrade.session.slot import SlotRunner
    from livegrade.video.latency import Counts, Percentiles

SUBJECT = "machine"
TURN_NS = NS_PER_SECOND
REMEMBERED, BEGINS = 5, 3
"""It is a trouble when so many of the last turns were late, and over when none of them was."""
BUSY_PERCENT = 90
"""Of the time between two pictures; pictures that an engine drops while it is at work for less came in a burst."""
WORTH_PERCENT = 10
"""An engine that takes less beside its scopes, or scopes beside the engine, have no part in it and no figure."""
SHED, LEAST_TRIED = 0.75, 8
"""Of the scopes that were due in one turn so many are left out, of so many at least."""
RENEWED = 10
"""Turns after which it is told again while it lasts, where what is late has become another."""
PACED = (Scheme.NDI, Scheme.DECKLINK)
"""Outputs that say when they are late."""


class MachineLoad:
    """For one thread, which calls `turn` several times a second."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._slots: dict[str, _Slot] = {}
        self._late: dict[int, int] = {}
        self._turns: deque[dict[str, str]] = deque(maxlen=REMEMBERED)
        self._told: frozenset[str] = frozenset()
        self._since_told = 0
        self._due_ns = 0
        self._is_slow = False

    def turn(self) -> None:
        """Looks where a second has passed, and tells what has become of it."""
        now_ns = self._session.clock.now_ns()
        if now_ns < self._due_ns:
            return
        self._due_ns = now_ns + TURN_NS
        found: dict[str, str] = {}
        for slot in self._session.slots:
            found |= self._slot(slot)
        found |= self._outputs()
        self._turns.append(found)
        self._since_told += 1
        if not self._is_slow and found and sum(map(bool, self._turns)) >= BEGINS:
            self._is_slow = True
            self._tell_causes(found)
        elif self._is_slow and not any(self._turns):
            self._is_slow = False
            self._tell(Link.RUNNING, "this machine keeps up again")
        elif self._is_slow and self._since_told >= RENEWED:
            late = {what: words for turn in self._turns for what, words in turn.items()}
            if late.keys() != self._told:
                self._tell_causes(late)

    def _tell_causes(self, late: Mapping[str, str]) -> None:
        self._told, self._since_told = frozenset(late), 0
        causes = "; ".join(late.values())
        self._tell(
            Link.FAULTED,
            f"this machine is too slow for all of it: {causes}; fewer outputs, smaller scopes or --scopes 10 help",
        )

    def _tell(self, link: Link, text: str) -> None:
        self._session.events.add(Event(self._session.clock.now_ns(), SUBJECT, link, text))

    def _slot(self, slot: SlotRunner) -> dict[str, str]:
        """What is late of it: which, and with its figures."""
        before, now = self._slots.get(slot.name), _Slot(slot)
        self._slots[slot.name] = now
        if before is None or slot.format is None:
            return {}
        period_ns = slot.format.rate.period_ns
        engine = _percent(slot.engine_ns, before.engine, period_ns)
        scopes, shed, tried = 0, 0, 0
        if (scoping := now.scoping) is not None and scoping is before.scoping:
            scopes = _percent(scoping.took_ns, before.took, period_ns)
            shed, tried = now.shed - before.shed, now.shed - before.shed + now.measured - before.measured
        found: dict[str, str] = {}
        if now.dropped > before.dropped and engine + scopes >= BUSY_PERCENT:
            found[f"engine {slot.name}"] = f"{_busy(slot.name, engine, scopes)} of a picture's time"
        if tried >= LEAST_TRIED and shed >= SHED * tried:
            found[f"scopes {slot.name}"] = f"the scopes of slot {slot.name} are left out"
        return found

    def _outputs(self) -> dict[str, str]:
        """Whether more than one is there, and all of them are late."""
        paced = [output for output in self._session.outputs if _shows(output)]
        before, self._late = self._late, {output.number: output.late for output in paced}
        late = [output for output in paced if output.late > before.get(output.number, output.late)]
        return {"outputs": f"all {len(paced)} outputs are late"} if len(late) == len(paced) > 1 else {}


class _Slot:
    """The counts of one slot as they are now."""

    __slots__ = ("dropped", "engine", "measured", "scoping", "shed", "took")

    def __init__(self, slot: SlotRunner) -> None:
        self.dropped = slot.latest.counters().dropped
        self.engine = slot.engine_ns.counts()
        self.scoping: Scoping | None = slot.scoping
        self.measured = self.shed = 0
        self.took: Counts | None = None
        if (scoping := self.scoping) is not None:
            self.measured, self.shed, self.took = scoping.measured, scoping.shed, scoping.took_ns.counts()


def _busy(slot: str, engine: int, scopes: int) -> str:
    """What takes how much, in percent: an engine that is late by itself, else what of the two has a part in it."""
    if engine < WORTH_PERCENT:
        return f"the scopes of slot {slot} take up to {scopes} %"
    beside = f" and its scopes up to {scopes} %" if engine < BUSY_PERCENT and scopes >= WORTH_PERCENT else ""
    return f"the engine of slot {slot} takes up to {engine} %{beside}"


def _shows(output: OutputRunner) -> bool:
    return output.place.scheme in PACED and not output.is_through


def _percent(of: Percentiles, since: Counts | None, period_ns: int) -> int:
    """Of the longest but one in a hundred, of the time between two pictures."""
    return round(100 * of.spread(since).p99_ns / period_ns)
