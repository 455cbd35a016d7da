"""Commands on what an output shows, and when it does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from livegrade.control.messages import PICTURE_S, Answer
from livegrade.engine.view import parse_view
from livegrade.errors import UsageError
from livegrade.session.events import Link

if TYPE_CHECKING:
    from livegrade.control import commands as c
    from livegrade.session import Session
    from livegrade.session.output import OutputRunner
    from livegrade.session.slot import SlotRunner


def show(session: Session, command: c.SetView, locked: frozenset[int]) -> ViewEffect:
    """Raises UsageError for an output that is not there or is locked, and for a view that is not known."""
    number = _number(session, command.sink)
    output = session.outputs[number]
    if number in locked:
        raise UsageError(f"the view of output {command.sink} ({output.address}) is locked; unlock it first")
    slot = session.slot(output.slot)
    view = parse_view(command.view, tap=command.tap, zebra=command.zebra, camera=slot.camera)
    session.set_view(number, replace(view, calibration=output.view.calibration, output=output.view.output))
    return ViewEffect(slot, output)


def locked(session: Session, command: c.LockView, locked: frozenset[int]) -> frozenset[int]:
    """The outputs whose view is locked, after `command`. Raises UsageError."""
    number = _number(session, command.sink)
    return locked | {number} if command.locked else locked - {number}


def _number(session: Session, sink: str) -> int:
    number = int(sink) - 1
    if number >= len(session.outputs):
        raise UsageError(f"there is no output {sink}, only {len(session.outputs)}")
    return number


@dataclass(frozen=True, slots=True)
class ViewEffect:
    """In effect when the output got a picture that was drawn with the view it has now."""

    patience_s: ClassVar[float] = PICTURE_S

    slot: SlotRunner
    output: OutputRunner

    def answer(self) -> Answer | None:
        force = self.output.in_force
        if force is not None and force.view is self.output.view:
            return Answer("done", frame=force.index)
        runs = self.slot.state.link is Link.RUNNING and self.output.state.link is Link.RUNNING
        return None if runs else Answer("pending")
