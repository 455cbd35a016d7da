"""Commands on what an output shows, and when it does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from livegrade.control import commands as c
from livegrade.control.looks import whole_path
from livegrade.control.messages import PICTURE_S, Answer
from livegrade.engine.view import parse_view
from livegrade.errors import UsageError
from livegrade.scopes.graticule import LevelScale
from livegrade.scopes.legend import legend_entries
from livegrade.scopes.measure import Tap
from livegrade.scopes.scale import scale_for
from livegrade.session.events import Link
from livegrade.session.views import calibrated_view, calibration_of

if TYPE_CHECKING:
    from livegrade.color.camera import Camera
    from livegrade.color.look import Look
    from livegrade.engine.view import View
    from livegrade.scopes.scale import Scale
    from livegrade.session import Session
    from livegrade.session.output import OutputRunner
    from livegrade.session.slot import SlotRunner
    from livegrade.transport.address import SinkAddress


@dataclass(frozen=True, slots=True)
class Ground:
    """What an output shows and of which slot, when a view is made for it."""

    place: SinkAddress
    calibration: Look | None
    camera: Camera | None
    grade_in: str

    @classmethod
    def of(cls, session: Session, output: OutputRunner) -> Ground:
        slot = session.slot(output.slot)
        return cls(output.place, output.view.calibration, slot.camera, slot.setup.grade_in)

    def is_same(self, other: Ground) -> bool:
        """Calibrations are large and compared by what they are, not by what is in them."""
        ours, theirs = (replace(one, calibration=None) for one in (self, other))
        return ours == theirs and self.calibration is other.calibration


@dataclass(frozen=True, slots=True)
class AskedView:
    """What `command` makes of an output that stood on `ground`."""

    command: c.SetView | c.SetSink
    ground: Ground
    place: SinkAddress
    view: View


def asked(session: Session, command: c.SetView | c.SetSink, locked: frozenset[int]) -> AskedView:
    """Reads the disk where a calibration or a palette is a file. Raises UsageError for an output that is not there or
    is locked, and for a view that is not known, LookFileError for a file that cannot be read."""
    output = unlocked(session, command.sink, locked)
    ground = Ground.of(session, output)
    calibration = ground.calibration
    if isinstance(command, c.SetView):
        place = ground.place.having(view=command.view, **command.options())
    else:
        said = {key: getattr(command, key) for key in ("cal", "to", "on_loss")}
        if said["cal"]:
            whole_path(said["cal"])
        place = ground.place.having(**{key: value or None for key, value in said.items() if value is not None})
        calibration = calibration if command.cal is None else calibration_of(place)
    view = calibrated_view(place, calibration, ground.camera, ground.grade_in)
    session.references.require(view, read=True)
    return AskedView(command, ground, place, view)


def show(session: Session, asked: AskedView, locked: frozenset[int]) -> ViewEffect:
    """Raises UsageError for an output that is gone or locked by now, or shows something else than when the view was
    made."""
    output = unlocked(session, asked.command.sink, locked)
    if not Ground.of(session, output).is_same(asked.ground):
        raise UsageError(f"output {output.number} was changed while a file was read for it; send it again")
    session.set_view(output.number, asked.view)
    output.place = asked.place
    if isinstance(asked.command, c.SetSink):
        output.lose_with(asked.place.on_loss)
    return ViewEffect(session.slot(output.slot), output)


def legend(slot: SlotRunner, command: c.ShowLegend) -> dict[str, Any]:
    """Of the false colour that `command` names, as JSON. Raises UsageError, LookFileError."""
    view = parse_view(command.view, slot.camera, tap=command.tap)
    if view.bands is None:
        raise UsageError(f"view '{command.view}' has no legend; only false colour has")
    entries = [
        {"color": "#{:02x}{:02x}{:02x}".format(*color), "limits": limits, "name": name}
        for color, limits, name in legend_entries(view.bands, _legend_scale(slot, view.tap, command))
    ]
    tap = f", {view.tap.value}"
    curve = view.bands.curve.removesuffix(tap) + tap
    return {"title": view.bands.title, "curve": curve, "note": view.bands.note, "entries": entries}


def _legend_scale(slot: SlotRunner, tap: Tap, command: c.ShowLegend) -> Scale | None:
    """Raises UsageError where the signal that false colour is read from has no such scale."""
    if command.scale is None:
        return None
    if slot.drawing.graded is None:
        raise UsageError(f"slot {slot.name} has had no picture yet; until then say no scale")
    source = slot.drawing.graded[0].format
    format = source if tap is Tap.SOURCE else slot.drawing.graded_format(source)
    return scale_for(LevelScale(command.scale), format, tap, slot.camera, slot.scope_plan.hlg_peak)


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
