"""The session as one JSON tree for its clients, and what has changed between two of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from livegrade.color.rendering import WORKING
from livegrade.control.devicetrees import DeviceTrees
from livegrade.control.figures import NOTHING, Figures
from livegrade.control.happenings import happenings
from livegrade.control.messages import Change
from livegrade.control.meters import clip_tree, focus_tree, meter_trees
from livegrade.control.parameters import about, curves, settings
from livegrade.control.striptree import Strips
from livegrade.control.tree import (
    ExportTree,
    FacesTree,
    LibraryTree,
    LinkTree,
    LookTree,
    NodeTree,
    OpenTakeTree,
    PinTree,
    ReferenceTree,
    ScopePlanTree,
    SessionTree,
    SinkFiguresTree,
    SinkTree,
    SlateTree,
    SlotTree,
    TakeTree,
)
from livegrade.control.troubles import Troubles
from livegrade.engine.view import ViewKind
from livegrade.library.listing import length
from livegrade.session.events import Link
from livegrade.timing.rate import NS_PER_MS

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.control.desk import Desk
    from livegrade.control.history import History
    from livegrade.control.kept import AbsentSink
    from livegrade.library.values import Take
    from livegrade.session import Session
    from livegrade.session.events import State as LinkState
    from livegrade.session.keeping import Keeping
    from livegrade.session.output import OutputRunner
    from livegrade.session.references import ReferenceState
    from livegrade.session.setup import ScopePlan, SlotSetup
    from livegrade.session.slot import SlotRunner

EVENTS_SHOWN = 20
TAKES_SHOWN = 50


class Trees:
    """Builds the tree of a session again and again; what costs time (the id of a look) is kept while it stays true."""

    def __init__(self, desk: Desk, faces: Callable[[], FacesTree] | None = None) -> None:
        """`faces`: how what drives the session stands; None where nothing does."""
        self._faces = faces
        self._desk = desk
        self._looks: dict[str, tuple[_LookParts, LookTree]] = {}
        session = desk.session
        self._devices = DeviceTrees(session.events.epoch_ns)
        self._troubles = Troubles(session, desk.seen_on)
        self._strips = Strips()
        self._figures = Figures(session, None if desk.keeping is None else desk.keeping.folder)
        self._began_at = (session.events.epoch_ns + session.clock.now_ns()) // NS_PER_MS

    def build(self) -> Any:
        """The tree of now, of dicts, lists and plain values. From any one thread."""
        session = self._desk.session
        locked = self._desk.locked
        figures = self._figures
        figures.turn()
        alarms = self._troubles.tree(self._desk.seen)
        self._desk.see_on(self._troubles.seen_on)
        tree = SessionTree(
            version=_version(),
            rig=session.rig,
            began_at=self._began_at,
            engine=session.backend.name,
            engine_reason=session.reason,
            slots={slot.name: self._slot(slot) for slot in session.slots},
            sinks={str(each.number): self._sink(each, each.number in locked) for each in session.outputs}
            | {str(each.sink.number): _absent(each) for each in self._desk.absent},
            devices={each.setup.name: self._devices.of(each) for each in session.devices.all},
            library=None if self._desk.keeping is None else _library(self._desk.keeping, self._desk, self._strips),
            disks=dict(figures.disks),
            cameras=figures.cameras,
            faces=None if self._faces is None else self._faces(),
            alarms=alarms,
            references=_references(session),
            events=happenings(session.events, 0, EVENTS_SHOWN)[0],
        )
        return msgspec.to_builtins(tree)

    def _slot(self, slot: SlotRunner) -> SlotTree:
        format, scoping = slot.format, slot.scoping
        read, meters = self._desk.metering.of(slot), slot.meters
        return SlotTree(
            label=slot.setup.label,
            source=slot.address,
            options=_slot_options(slot.setup),
            state=_link(slot.state),
            camera=slot.camera.title if slot.camera is not None else None,
            ei=slot.camera.ei if slot.camera is not None else None,
            format=str(format) if format is not None else None,
            range=format.range.value if format is not None else None,
            range_source=slot.range_source,
            recording=slot.takes.recording,
            takes=[
                TakeTree(one.edge.value, one.index, _text(one.timecode), one.rule, one.exact)
                for one in slot.takes.found[-TAKES_SHOWN:]
            ],
            look=self._look(slot),
            notes=list(slot.notes),
            timecode=_text(slot.last[0].timecode) if slot.last else None,
            frames=slot.frames_in,
            missing=slot.gaps.missing,
            dropped=slot.latest.counters().dropped,
            scopes=scoping.state.link.value if scoping is not None else "off",
            scope_plan=None if scoping is None else _scope_plan(scoping.plan),
            figures=self._figures.slots[slot.name],
            size=None if format is None else [format.width, format.height],
            meters=meter_trees(meters, read),
            focus=focus_tree(meters, read),
            clips=clip_tree(read.clips),
        )

    def _sink(self, output: OutputRunner, locked: bool) -> SinkTree:
        counters = output.counters()
        return SinkTree(
            address=output.address,
            slot=output.slot,
            view=str(output.view),
            options=dict(output.place.options),
            locked=locked,
            state=_link(output.state),
            format=str(output.format) if output.format is not None else None,
            lossy=output.lossy,
            connections=output.connections,
            frames=output.frames_out,
            dropped=counters.dropped + output.skipped + output.undelivered,
            repeated=counters.repeated,
            held=output.held,
            missing=output.missing,
            files=[str(file) for file in output.files],
            figures=self._figures.sinks[output.number],
        )

    def _look(self, slot: SlotRunner) -> LookTree:
        grade = self._desk.grade
        parts = _LookParts(
            grade.histories[slot.name], slot.drawing.refused, slot.name in grade.bypassed, grade.links.of(slot.name)
        )
        kept = self._looks.get(slot.name)
        if kept is None or kept[0] != parts:
            kept = self._looks[slot.name] = parts, _look(parts)
        return kept[1]


def changes(old: Any, new: Any) -> list[Change]:
    """What makes `new` of `old`, two trees: values of keys that are new or other, and keys that are gone; lists are
    replaced whole."""
    found: list[Change] = []
    _compare(old, new, [], found)
    return found


def _compare(old: Any, new: Any, path: list[str], found: list[Change]) -> None:
    for key in old.keys() - new.keys():
        found.append(Change([*path, key], gone=True))
    for key, value in new.items():
        if key not in old:
            found.append(Change([*path, key], value))
        elif isinstance(value, dict) and isinstance(old[key], dict):
            _compare(old[key], value, [*path, key], found)
        elif type(value) is not type(old[key]) or value != old[key]:
            found.append(Change([*path, key], value))


@dataclass(frozen=True, slots=True)
class _LookParts:
    """What the tree of a look is made of. Histories are compared as objects: to compare their tables takes long."""

    history: History
    refused: str
    bypassed: bool
    links: dict[str, dict[str, str]]

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _LookParts)
            and self.history is other.history
            and (self.refused, self.bypassed, self.links) == (other.refused, other.bypassed, other.links)
        )

    __hash__ = None  # type: ignore[assignment]


def _absent(absent: AbsentSink) -> SinkTree:
    place = absent.sink.place
    return SinkTree(
        address=place.text,
        slot=place.slot,
        view=place.option("view") or ViewKind.GRADED.value,
        options=dict(place.options),
        locked=absent.sink.locked,
        state=LinkTree(Link.FAULTED, f"it could not come back: {absent.reason}"),
        format=None,
        lossy=False,
        connections=None,
        frames=0,
        dropped=0,
        repeated=0,
        held=0,
        missing=0,
        files=[],
        figures=SinkFiguresTree(NOTHING, NOTHING, NOTHING, None, []),
    )


def _references(session: Session) -> dict[str, dict[str, ReferenceTree]]:
    return {
        slot: {words: _reference(one) for words, one in states.items()}
        for slot, states in session.references.states().items()
    }


def _reference(one: ReferenceState) -> ReferenceTree:
    own_size = None if one.own_size is None else list(one.own_size)
    return ReferenceTree(_link(one.state), one.note, one.width, one.height, own_size)


def _library(keeping: Keeping, desk: Desk, strips: Strips) -> LibraryTree:
    desk.pins.refresh()
    slate, session, export = keeping.slate, desk.session, desk.export
    return LibraryTree(
        folder=str(keeping.folder),
        state=_link(keeping.state),
        day=keeping.day.name,
        unit=keeping.unit.name,
        slate=SlateTree(slate.scene, slate.shot, slate.take, dict(slate.fields)),
        open={
            take.slot: OpenTakeTree(
                take.key,
                str(take.slate),
                take.slate.take,
                take.first_index,
                _text(take.start),
                take.started_by,
                _length(take, session.slot(take.slot)),
            )
            for take in keeping.open_takes
        },
        unwritten=keeping.unwritten,
        lost=keeping.lost,
        revision=keeping.revision,
        strips=strips.trees(keeping.marked_takes),
        export=None if export is None else ExportTree(**asdict(export)),
        shelf={str(place): PinTree(**asdict(pin)) for place, pin in sorted(desk.pins.places.items())},
        undo=[step.words for step in desk.take_steps.past],
        redo=[step.words for step in desk.take_steps.future],
    )


def _length(take: Take, slot: SlotRunner) -> str:
    """Up to the newest picture."""
    frame = slot.last[0]
    return length(take.first_index, frame.index, frame.format.rate)


def _look(parts: _LookParts) -> LookTree:
    history, now = parts.history, parts.history.now
    nodes = {
        placed.id: NodeTree(
            at,
            placed.node.label,
            placed.node.name,
            placed.node.role,
            placed.node.enabled,
            settings(placed.node),
            curves(placed.node),
            about(placed.node),
            parts.links.get(placed.id, {}),
        )
        for at, placed in enumerate(now.nodes)
    }
    undo = [step.words for step in (*history.past, now)[1:]]
    redo = [step.words for step in history.future]
    return LookTree(now.look.id, now.name, nodes, undo, redo, parts.refused, parts.bypassed)


def _scope_plan(plan: ScopePlan) -> ScopePlanTree:
    return ScopePlanTree(plan.per_second, plan.sampling.value, plan.request.ycbcr, plan.hlg_peak)


def _slot_options(setup: SlotSetup) -> dict[str, str]:
    camera = setup.camera
    said = {
        "camera": camera and camera.name,
        "ei": camera and camera.ei and str(camera.ei),
        "to": setup.to,
        "grade-in": setup.grade_in if setup.grade_in != WORKING[0] else None,
        "range": setup.range if setup.range != "auto" else None,
        "matrix": setup.matrix if setup.matrix != "auto" else None,
    }
    return {key: value for key, value in said.items() if value}


def _link(state: LinkState) -> LinkTree:
    return LinkTree(state.link, state.reason)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _version() -> str:
    from livegrade import __version__

    return __version__
