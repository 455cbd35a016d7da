"""Commands on what an output shows, and when it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from livegrade.control.looks import whole_path
from livegrade.control.messages import PICTURE_S, Answer
from livegrade.errors import UsageError
from livegrade.session.events import Link
from livegrade.session.views import calibrated_view, calibration_of

if TYPE_CHECKING:
    from livegrade.color.look import Look
    from livegrade.control import commands as c
    from livegrade.session import Session
    from livegrade.session.output import OutputRunner
    from livegrade.session.slot import SlotRunner
    from livegrade.transport.address import SinkAddress


def show(session: Session, command: c.SetView, locked: frozenset[int]) -> ViewEffect:
    """Raises UsageError for an output that is not there or is locked, and for a view that is not known."""
    output = unlocked(session, command.sink, locked)
    place = output.place.having(view=command.view, tap=command.tap, zebra=command.zebra)
    return shown(session, output, place, output.view.calibration)


def change(session: Session, command: c.SetSink, locked: frozenset[int]) -> ViewEffect:
    """Raises UsageError as `show`, LookFileError for a calibration that cannot be read."""
    output = unlocked(session, command.sink, locked)
    said = {key: getattr(command, key) for key in ("cal", "to", "on_loss")}
    if said["cal"]:
        whole_path(said["cal"])
    place = output.place.having(**{key: value or None for key, value in said.items() if value is not None})
    calibration = output.view.calibration if command.cal is None else calibration_of(place)
    effect = shown(session, output, place, calibration)
    output.lose_with(place.on_loss)
    return effect


def shown(session: Session, output: OutputRunner, place: SinkAddress, calibration: Look | None) -> ViewEffect:
    """What the options of `place` say, on `output`."""
    slot = session.slot(output.slot)
    session.set_view(output.number, calibrated_view(place, calibration, slot.camera, slot.setup.grade_in))
    output.place = place
    return ViewEffect(slot, output)


def locked(session: Session, command: c.LockView, locked: frozenset[int]) -> frozenset[int]:
    """The outputs that are locked, after `command`. Raises UsageError."""
    number = session.output(int(command.sink)).number
    return locked | {number} if command.locked else locked - {number}


def unlocked(session: Session, sink: str, locked: frozenset[int]) -> OutputRunner:
    """Raises UsageError for an output that is not there or is locked."""
    output = session.output(int(sink))
    if output.number in locked:
        raise UsageError(f"output {sink} ({output.address}) is locked; unlock it first")
    return output


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
        comes = self.output.state.link in (Link.STARTING, Link.RUNNING)
        runs = comes and self.slot.state.link is Link.RUNNING
        return None if runs else Answer("pending")
