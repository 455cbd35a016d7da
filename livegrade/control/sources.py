"""Commands on what a slot is set up as: another source, another camera, codes that are read otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from livegrade.color.camera import camera
from livegrade.control import commands as c
from livegrade.control.looks import whole_path
from livegrade.control.messages import PICTURE_S, Answer
from livegrade.errors import UsageError
from livegrade.scopes.measure import sampling
from livegrade.session.choices import begins_again, slot_setup
from livegrade.session.events import Link
from livegrade.session.setup import ScopePlan
from livegrade.session.views import calibrated_view
from livegrade.transport.address import Scheme, parse_source

USUAL_SCOPES = 25
"""A second, where they are turned on and nobody says how often."""

if TYPE_CHECKING:
    from livegrade.color.camera import Camera
    from livegrade.engine.view import View
    from livegrade.session.output import OutputRunner
    from livegrade.session.setup import SlotSetup
    from livegrade.session.slot import SlotRunner
    from livegrade.transport.address import SourceAddress


def asked_setup(now: SlotSetup, command: c.SetSource) -> SlotSetup:
    """The slot as `command` wants it. Raises UsageError."""
    source = _source(now, command)
    return slot_setup(
        now.name,
        source,
        now.look,
        camera=_camera(now, command),
        to=now.to if command.to is None else command.to or None,
        grade_in=command.grade_in or now.grade_in,
        range=command.range or now.range,
        matrix=command.matrix or now.matrix,
        loop=now.options.loop or begins_again(source, now.source),
        alarms=now.alarms,
        label=now.label,
    )


def views_of(slot: SlotRunner, setup: SlotSetup) -> dict[OutputRunner, View]:
    """What the outputs of a slot show when it is `setup`; no file is read again. Raises UsageError for one that cannot
    be then."""
    found = {}
    for output in slot.outlets:
        try:
            now = output.view
            view = calibrated_view(output.place, now.calibration, setup.camera, setup.grade_in, now.palette)
        except UsageError as error:
            raise UsageError(f"output {output.number} ({output.address}): {error}") from None
        found[output] = view
    return found


def measure(slot: SlotRunner, command: c.SetScopes) -> None:
    """Has the scopes of a slot measured as `command` wants it, and for what it does not say as they were, also where
    they were turned off: then they are as often as usual where something is said but that."""
    now = slot.scope_plan
    request = now.request if command.ycbcr is None else replace(now.request, ycbcr=command.ycbcr)
    step = now.sampling if command.sampling is None else sampling(command.sampling)
    often = command.per_second if command.per_second is not None else now.per_second or USUAL_SCOPES
    peak = now.hlg_peak if command.hlg_peak is None else command.hlg_peak
    slot.measure(ScopePlan(request, often, step, peak))


def _source(now: SlotSetup, command: c.SetSource) -> SourceAddress:
    if command.source is None:
        return now.source
    address = parse_source(command.source)
    if address.scheme is Scheme.PATH:
        whole_path(address.target)
    return address


def _camera(now: SlotSetup, command: c.SetSource) -> Camera | None:
    """An exposure index stays with the camera that it was said of."""
    if command.camera is not None:
        return camera(command.camera, command.ei or None) if command.camera else None
    if command.ei is None:
        return now.camera
    if now.camera is None:
        raise UsageError(f"slot {now.name} has no camera that could have an exposure index; say which camera it is")
    return camera(now.camera.name, command.ei or None)


@dataclass(frozen=True, slots=True)
class SourceEffect:
    """In effect with the first picture of the source that was opened."""

    patience_s: ClassVar[float] = PICTURE_S

    slot: SlotRunner
    setup: SlotSetup
    words: str

    def answer(self) -> Answer | None:
        force = self.slot.source_in_force
        if force is not None and force.setup is self.setup:
            return Answer("done", frame=force.index, step=self.words)
        is_waited_for = self.slot.source_changes or self.slot.state.link in (Link.RUNNING, Link.STARTING)
        return None if is_waited_for else Answer("pending", step=self.words)


def words(command: c.SetSource | c.Reconnect) -> str:
    """What it does, for people."""
    if isinstance(command, c.Reconnect):
        return f"slot {command.slot} opened again"
    said = {field: getattr(command, field) for field in c.SetSource.__struct_fields__[1:]}
    told = (f"{key.replace('_', '-')} {value or 'none'}" for key, value in said.items() if value is not None)
    return f"slot {command.slot}: {', '.join(told)}"


def again(now: SlotSetup) -> SlotSetup:
    """The same setup as another value, whose first picture can be told from those of before."""
    return replace(now)
