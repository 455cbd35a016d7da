"""`livegrade run`: the live picture, until Ctrl+C, the end of the sources or `--for`."""

from __future__ import annotations

import contextlib
import gc
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from livegrade.commands.heart import Heart
from livegrade.commands.live import ScopeFlags
from livegrade.commands.options import cameras_by_slot, look_notes, looks_by_slot, require_seconds, view_notes
from livegrade.commands.rig import DEMO, rig_path, rig_setup, tell_faults
from livegrade.commands.voice import say
from livegrade.errors import LivegradeError, UsageError
from livegrade.library.store import library_folder
from livegrade.loading import loading
from livegrade.machine import usable_cores
from livegrade.outputs.staging import check_destination, write_whole
from livegrade.scopes.measure import ScopeRequest, sampling
from livegrade.session import Session
from livegrade.session.alarms import AlarmEdge, AlarmEvent, AlarmKind
from livegrade.session.choices import slot_setup
from livegrade.session.events import RIG, Event, Link
from livegrade.session.keeping import Keeping
from livegrade.session.load import MachineLoad
from livegrade.session.report import as_json, headed, status_text
from livegrade.session.rigging import Rigged
from livegrade.session.setup import MAX_SLOTS, KeepingPlan, ScopePlan, SessionSetup, SinkSetup
from livegrade.session.views import view_of
from livegrade.sheet import Thumbnails
from livegrade.transport.address import parse_sink, parse_source
from livegrade.transport.peer import NO_SURFACES, OscPlace, SurfacePlaces, parse_peer
from livegrade.transport.places import require_own_places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livegrade.commands.face import Face
    from livegrade.commands.heart import Handover
    from livegrade.commands.live import LiveArguments
    from livegrade.rig.faults import RigFault
    from livegrade.session.events import Told
    from livegrade.session.output import OutputRunner

REPORT_EVERY_S = 5.0
IMPATIENCE = 1
"""Ctrl+C while stopping that does not yet give recordings up."""


def run_live(arguments: LiveArguments) -> int:
    """Runs the session and prints what it does. Raises LivegradeError when it cannot start.

    Returns 1 when a source or an output failed on the way, and 0 also after Ctrl+C, which is how a live run ends.
    """
    heart = Heart.of_supervisor()
    try:
        code = _live(arguments, heart)
    except (LivegradeError, KeyboardInterrupt):
        if heart is not None:
            heart.end()
        raise  # what nobody expected is no end: the session is started again
    if heart is not None:
        heart.end()
    return code


@dataclass(frozen=True, slots=True)
class _Beside:
    """What runs beside the pictures, where it does."""

    keeping: Keeping | None
    face: Face | None
    heart: Heart | None


def _live(arguments: LiveArguments, heart: Heart | None) -> int:
    with contextlib.ExitStack() as stand_ins:
        return _live_beside(stand_ins, arguments, heart)


def _live_beside(stand_ins: contextlib.ExitStack, arguments: LiveArguments, heart: Heart | None) -> int:
    """`stand_ins`: takes those of the rig, which end behind the session."""
    require_seconds("--for", arguments.for_seconds)
    if arguments.stats is not None:
        check_destination(arguments.stats, overwrite=True)
    handover = None if heart is None else heart.handover
    work = _setup(arguments, stand_ins, handover)
    surfaces = _surfaces(arguments, work.surfaces)
    wanted = arguments.api or (surfaces != NO_SURFACES and arguments.api is not None)
    face = _face(arguments, surfaces, handover) if wanted else None
    try:
        session = Session(work.setup) if face is None else face.session(work.setup)
        plan = _keeping_plan(work.setup, arguments)
        # Who can be asked by nobody is a sender or a test: it does not take a library from those who work with it.
        keeping = None if plan is None else Keeping(session, replace(plan, waits=face is not None), Thumbnails())
        events = _EventPrinter(session)
        if face is not None:
            face.open(session, keeping)
            tell_faults(work.faults, session.events, session.clock.now_ns())
        if not session.outputs:
            say(_sent_nowhere(arguments.rig, work.faults))
        left_s = handover.seconds if handover is not None else None
        _run(session, events, _Beside(keeping, face, heart), left_s or arguments.for_seconds)
    finally:
        if face is not None:
            face.stop()
    return _end(session, events, arguments.stats, not work.faults)


def _run(session: Session, events: _EventPrinter, beside: _Beside, for_seconds: float | None) -> None:
    """From the start to the stop, whatever ends it."""
    keeping, face, heart = beside.keeping, beside.face, beside.heart
    try:
        if keeping is not None:
            keeping.start()
        gc.freeze()  # what was loaded stays and is not looked through: that takes as long as a picture
        session.start()
        say(f"engine {session.backend.name}: {session.reason}")
        if face is not None:
            face.start()
        _say_cameras(session)
        if heart is not None:
            heart.watch(session, face)
        if for_seconds is None:
            say("Ctrl+C stops")
        gc.freeze()  # nor what has come since: 40 ms for all of it, a whole picture at 25p
        is_looked_at = face is not None and face.turned_ns is not None  # an API looks how the machine keeps up
        _watch(session, events, for_seconds, None if is_looked_at else MachineLoad(session))
        _say_what_waits(session)
    except KeyboardInterrupt:
        say("\nstopping; recordings are being finished")
    finally:
        if heart is not None:
            heart.stopping()
        gc.unfreeze()
        try:
            _stop(session)
        finally:
            if keeping is not None:
                keeping.stop()


def _sent_nowhere(rig: str | None, faults: Sequence[RigFault]) -> str:
    """Why no output has the picture, and what to do."""
    if rig is None:
        return "no --out: the picture is measured and sent nowhere; add for example --out ndi:Village"
    if any(fault.part.startswith("output ") for fault in faults):
        return f"no output of {rig} can start: the picture is measured and sent nowhere until its faults are mended"
    return (
        f"no output in {rig}: the picture is measured and sent nowhere; add [[output]] and for example "
        'address = "ndi:Village"'
    )


def _end(session: Session, events: _EventPrinter, into: Path | None, is_whole: bool) -> int:
    """What became of it; the exit code."""
    events.print_new()
    stats = session.stats()
    say(status_text(stats))
    if into is not None:
        write_whole(into, as_json(stats).encode())
    for output in session.outputs:
        if output.shortfall and output.state.link is not Link.FAULTED:  # of one given up, it is said what is left
            say(f"{output.address} is not whole: {output.shortfall}", trouble=True)
    return 1 if session.failed or not is_whole else 0


def _keeping_plan(setup: SessionSetup, arguments: LiveArguments) -> KeepingPlan | None:
    """What the command line says goes before what the rig says."""
    if not arguments.keep:
        return None
    if arguments.library is None:
        return setup.keeping
    return replace(setup.keeping or KeepingPlan(arguments.library), folder=arguments.library)


def _surfaces(arguments: LiveArguments, rigged: SurfacePlaces) -> SurfacePlaces:
    """What the command line says goes before what the rig says."""
    words, osc = arguments.surfaces, rigged.osc
    if words.osc is None and words.osc_peers:
        raise UsageError("--osc-peer says who is heard; --osc PORT where")
    if words.osc is not None:
        osc = OscPlace(words.osc, tuple(map(parse_peer, words.osc_peers)))
    return SurfacePlaces(osc, words.midi or rigged.midi, rigged.opengradeio)


def _face(arguments: LiveArguments, surfaces: SurfacePlaces, handover: Handover | None) -> Face:
    with loading():
        from livegrade.commands.face import Face  # what serves the API is loaded by those who need it

    return Face(arguments, surfaces, handover)


def _setup(arguments: LiveArguments, stand_ins: contextlib.ExitStack, handover: Handover | None = None) -> Rigged:
    """From the rig or else from the words of the command line. A session that was started again goes on in further
    parts of its recordings."""
    goes_on = bool(arguments.resume) or (handover is not None and handover.restarts > 0)
    work = _as_asked(arguments, stand_ins, goes_on, None if handover is None else handover.rig)
    sinks = tuple(replace(sink, goes_on=goes_on) for sink in work.setup.sinks)
    return replace(work, setup=replace(work.setup, sinks=sinks, rig=_rig_words(arguments.rig)))


def _rig_words(rig: str | None) -> str:
    """As behind --rig, wherever that is said."""
    return "" if rig is None else rig if rig.startswith(DEMO) else str(Path(rig).absolute())


def _as_asked(arguments: LiveArguments, stand_ins: contextlib.ExitStack, goes_on: bool, rig: str | None) -> Rigged:
    """`rig`: its text, where it was read before."""
    if arguments.rig is None:
        if not arguments.sources:
            raise UsageError("there is no SOURCE; name one, such as pattern:camera or ndi:NAME, or a rig with --rig")
        return Rigged(session_setup(arguments), (), NO_SURFACES)
    usual = ScopeFlags()
    given = {
        "SOURCE": bool(arguments.sources),
        "--look": bool(arguments.looks),
        "--camera": bool(arguments.cameras),
        "--ei": bool(arguments.exposure_indices),
        "--to": arguments.to is not None,
        "--grade-in": arguments.grade_in != "camera",
        "--out": bool(arguments.outputs),
        "--range": arguments.range != "auto",
        "--matrix": arguments.matrix != "auto",
        "--loop": arguments.loop,
        "--scopes": arguments.scopes.per_second != usual.per_second,
        "--scope-sampling": arguments.scopes.sampling != usual.sampling,
        "--hlg-peak": arguments.scopes.hlg_peak != usual.hlg_peak,
        "--engine": arguments.engine != "auto",
        "--threads": arguments.threads != 0,
    }
    path = rig_path(arguments.rig)
    return rig_setup(path, given, stand_ins, overwrite=arguments.overwrite, goes_on=goes_on, text=rig)


def _say_cameras(session: Session) -> None:
    """What each camera is taken for, what the look costs, and false colour that does not fit."""
    for slot in session.slots:
        if slot.camera is not None:
            say(f"slot {slot.name}: {slot.camera.title}; range {slot.camera.wire or 'auto'}: {slot.range_source}")
        for note in look_notes(slot.chain.around(slot.look)):
            say(f"slot {slot.name}: {note}")
    for output in session.outputs:
        for note in _output_notes(session, output):
            say(f"{headed(output.address)} {note}")
        if output.view.bands is not None and output.view.bands.note:
            say(f"{headed(output.address)} false colour {output.view.bands.name}: {output.view.bands.note}")


def _say_what_waits(session: Session) -> None:
    """Why the program does not end at once: an encoder or a disk is behind."""
    for output in session.outputs:
        if output.is_recording and (waiting := output.counters().depth):
            say(f"{headed(output.address)} {waiting} pictures still wait; the recording is being finished")


def _output_notes(session: Session, output: OutputRunner) -> tuple[str, ...]:
    """What the engine does for it that is not said for its slot: its own output transform, its calibration."""
    slot = session.slot(output.slot)
    look = slot.chain.around(slot.look)
    said = look_notes(look)
    return tuple(note for note in view_notes(look, output.view) if note not in said)


def _stop(session: Session) -> None:
    """Stops, and finishes recordings even when Ctrl+C comes again: only the third one gives them up."""
    for _ in range(IMPATIENCE):
        try:
            return session.stop()
        except KeyboardInterrupt:
            say("still finishing recordings; Ctrl+C again gives them up", trouble=True)
    return session.stop()


def _watch(session: Session, events: _EventPrinter, for_seconds: float | None, load: MachineLoad | None) -> None:
    """Prints events as they come and a line of figures now and then, until the end. `load`: of the machine, where
    nobody else looks at it."""
    began = time.monotonic()
    next_report = began + REPORT_EVERY_S
    lacking: str | None = None
    while not (session.ended or session.end_asked):
        now = time.monotonic()
        if for_seconds is not None and now - began >= for_seconds:
            break
        if load is not None:
            load.turn()
        events.print_new()
        if lacking is None and (lacking := session.devices.not_there):
            say(lacking, trouble=True)
        if now >= next_report:
            next_report += REPORT_EVERY_S
            say(status_text(session.stats()))
        time.sleep(0.05)
    events.print_new()
    if session.end_asked:
        say("ended by the API; recordings are being finished")
    elif session.ended and not all(slot.finished for slot in session.slots):
        say("no output is left that works; the run ends", trouble=True)


def session_setup(arguments: LiveArguments) -> SessionSetup:
    """From words to values. Raises UsageError and LookFileError."""
    if len(arguments.sources) > MAX_SLOTS:
        raise UsageError(f"{len(arguments.sources)} sources are too many; a session has at most {MAX_SLOTS}")
    names = [chr(ord("A") + index) for index in range(len(arguments.sources))]
    looks = looks_by_slot(arguments.looks, names)
    cameras = cameras_by_slot(arguments.cameras, arguments.exposure_indices, names)
    slots = []
    for name, text in zip(names, arguments.sources, strict=True):
        slots.append(
            slot_setup(
                name,
                parse_source(text),
                looks[name],
                camera=cameras[name],
                to=arguments.to,
                grade_in=arguments.grade_in,
                range=arguments.range,
                matrix=arguments.matrix,
                loop=arguments.loop,
            )
        )
    sinks = [parse_sink(text) for text in arguments.outputs]
    views = [view_of(sink, cameras.get(sink.slot), arguments.grade_in) for sink in sinks]
    stats = [arguments.stats] if arguments.stats is not None else []
    require_own_places([slot.source for slot in slots], sinks, looks=arguments.looks, writes=stats)
    plan = ScopePlan(
        ScopeRequest(), arguments.scopes.per_second, sampling(arguments.scopes.sampling), arguments.scopes.hlg_peak
    )
    return SessionSetup(
        slots=tuple(slots),
        sinks=tuple(SinkSetup(sink, sink.slot, view) for sink, view in zip(sinks, views, strict=True)),
        engine=arguments.engine,
        threads=arguments.threads or usable_cores(),
        scopes=plan,
        overwrite=arguments.overwrite,
        keeping=KeepingPlan(library_folder()),
    )


class _EventPrinter:
    """Prints each event of a session once, trouble on stderr."""

    def __init__(self, session: Session) -> None:
        self._events = session.events
        self._clock = session.clock
        self._printed = 0

    def print_new(self) -> None:
        self._events.settle(self._clock.now_ns())
        events, self._printed = self._events.since(self._printed)
        for event in events:
            if not _is_said_already(event):
                say(_event_text(event), trouble=_is_trouble(event))


def _is_said_already(event: Told) -> bool:
    """What a slot's own events say as well, and what was told of the rig before."""
    if isinstance(event, AlarmEvent):
        return event.kind in (AlarmKind.LOSS, AlarmKind.FORMAT)
    return isinstance(event, Event) and event.subject == RIG


def _is_trouble(event: Told) -> bool:
    if isinstance(event, AlarmEvent):
        return event.edge is not AlarmEdge.END
    return isinstance(event, Event) and event.link.is_trouble


def _event_text(event: Told) -> str:
    """One line. The subject stands before it unless the sentence names it already."""
    if not isinstance(event, Event):
        return event.text
    text = event.text or event.link.value
    return text if event.subject.partition(",")[0] in text else f"{headed(event.subject)} {text}"
