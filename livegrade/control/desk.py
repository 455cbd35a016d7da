"""Carries commands out on a session, one after the other, and says when each is in effect.

What a slot's look is made of, with its undo steps, is kept here; the session knows only the look.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeAlias, assert_never

from livegrade.control import commands as c
from livegrade.control import devices, entries, looks, matches, meters, scopes, shelf, sources, takes, views
from livegrade.control.asked import Asked
from livegrade.control.choosing import Choosing
from livegrade.control.disk import MayNeedDisk
from livegrade.control.effects import Done
from livegrade.control.exports import Export, Exports
from livegrade.control.grade import Grade, in_light
from livegrade.control.history import History
from livegrade.control.kept import regraded
from livegrade.control.messages import Answer
from livegrade.control.pins import Pins
from livegrade.control.response import Responses
from livegrade.control.saving import look_file
from livegrade.control.seen import Seen, seen_now
from livegrade.control.sinks import AskedSink, SinkEffect, Sinks
from livegrade.control.started import Started
from livegrade.control.stills import Stills
from livegrade.control.takesteps import TakeSteps
from livegrade.engine.engine import Engine
from livegrade.engine.native import Native
from livegrade.errors import UsageError
from livegrade.outputs.staging import check_destination, write_whole
from livegrade.session.events import Event, Link
from livegrade.session.metering import Metering
from livegrade.session.setup import DeviceSetup

if TYPE_CHECKING:
    from livegrade.control.kept import AbsentSink, Kept
    from livegrade.control.seen import Sign
    from livegrade.session import Session
    from livegrade.session.keeping import Keeping

    Ready: TypeAlias = (
        "looks.PutLook | matches.Matched | shelf.Recalled | views.AskedView | AskedSink | DeviceSetup | takes.SaidTake "
        "| devices.LibraryAsked | Done"
    )
    """What is left of a command that needs the disk, when that has answered, and what is known of who sent it."""

    BesideLooks: TypeAlias = (
        c.GrabStill
        | c.RemoveSink
        | c.LockView
        | c.ListSources
        | c.SetSource
        | c.Reconnect
        | c.SetScopes
        | c.ResetScopes
        | c.ReadScope
        | c.MarkScope
        | c.KeepLook
        | c.PinLook
        | c.UnpinLook
        | c.ListTakes
        | c.ListMarkers
        | c.FindKept
        | c.ShowKept
        | c.EditKept
        | c.StartExport
        | c.StopExport
        | devices.DeviceCommand
        | c.LookResponse
        | c.SeeAlarms
        | c.AskWindow
        | c.TurnWindow
        | c.StopSession
    )
    """What changes no look and waits for no disk."""


class Effect(Protocol):
    """What became of a command that was carried out. From any thread. `patience_s`: how long to wait for it."""

    patience_s: ClassVar[float]

    def answer(self) -> Answer | None:
        """None while a picture that has it is still to come; pending where there is no signal to bring one."""


class Desk:
    """Of the thread that carries commands out, one at a time; `grade`, `locked`, `seen`, `seen_on` and `asked`
    are values replaced whole, which may be read from any. `changed`: set after every command. `seen_on`: the troubles
    that were seen and go on."""

    def __init__(
        self,
        session: Session,
        before: Kept | None = None,
        keeping: Keeping | None = None,
        seen_on: frozenset[Sign] = frozenset(),
    ) -> None:
        """`before`: of a session from which this one goes on; what of its looks does not fit is in `notes`. `keeping`:
        what keeps the session's takes, None where nobody does. `seen_on`: of a session that was cut off."""
        self.session = session
        self.keeping = keeping
        self.grade = Grade({slot.name: History.of(slot.look) for slot in session.slots})
        self.locked = frozenset(output.number for output in session.outputs if output.begins_locked)
        self.notes: tuple[str, ...] = ()
        self.seen = Seen()
        self.seen_on = seen_on
        self.asked = Asked()
        self.changed = threading.Event()
        self._began = dict(self.grade.histories)
        self._started = Started(session, before)
        if before is not None:
            self.grade, self.notes = regraded(session, before.grade)
            self.locked |= {sink.number for sink in before.sinks if sink.locked}
            self.changed.set()
        self._slate_before = None if before is None else before.slate
        if keeping is not None:
            keeping.go_on(self._slate_before, self.changed.set)
        self.metering = Metering(session)
        self._stills = Stills(Engine(Native(1)), lambda text: self.tell(Link.FAULTED, text, is_moment=True), keeping)
        self._sinks = Sinks(session)
        self._exports = Exports(keeping, partial(self.tell, is_moment=True))
        self._responses = Responses()
        self._choosing = Choosing()
        self.take_steps = TakeSteps()
        self.pins = Pins(keeping, partial(self.tell, who="look shelf"))

    def carry_out(self, command: c.DeskCommand | Ready) -> Effect:
        """Raises LivegradeError; nothing has changed then. Waits for the disk where `command` needs it and was not made
        `ready` before."""
        effect = self._effect(command)
        self.changed.set()
        return effect

    def ready(self, command: MayNeedDisk) -> Ready:
        """What is left to carry out of `command` when its files are read or written. Waits for the disk, and changes
        nothing of the session; from any thread. Raises LivegradeError."""
        match command:
            case c.LoadLook():
                self.session.slot(command.slot)
                return looks.load(command)
            case c.SaveLook():
                return self._save(command)
            case c.RecallLook():
                return shelf.read(self.session, self._library(), command)
            case c.RecallShelved():
                history = self.grade.histories[self.session.slot(command.slot).name]
                pin = self.pins.wanted(command, history.now.look.id)
                return shelf.read_pinned(self._library(), self.grade.histories, command, pin)
            case c.SetView() | c.SetSink():
                return views.asked(self.session, command, self.locked)
            case c.ShowLegend():
                return Done(found=[views.legend(self.session.slot(command.slot), command)])
            case c.AddSink():
                return self._sinks.asked(command)
            case c.AddDevice():
                return devices.loaded(command)
            case c.ShowLibrary():
                return devices.library_asked(self.session, command)
            case c.ReadMatch():
                self.session.slot(command.slot)
                frame, numbers = matches.read(self.session, self.grade.histories[command.slot], command)
                return Done(found=[numbers], frame=frame)
            case c.ApplyMatch():
                self.session.slot(command.slot)
                return matches.found(self.session, self.grade.histories[command.slot], command)
            case _:
                assert_never(command)

    def _effect(self, command: c.DeskCommand | Ready) -> Effect:
        if isinstance(command, takes.TakeCommand | takes.SaidTake):
            return takes.carry_out(self.session, self._library(), self.take_steps, command)
        if isinstance(command, c.MeterCommand):
            return meters.carry_out(self.metering, self.session.slot(command.slot), command)
        if isinstance(command, looks.LookCommand):
            return self._change_look(command)
        if isinstance(command, MayNeedDisk):
            return self._effect(self.ready(command))
        match command:
            case matches.Matched(slot=slot):
                history = matches.applied(self.session, self.grade.histories[slot], command)
                return self._regrade(slot, self.grade.after(slot, history, command))
            case looks.PutLook(slot=slot):
                self.session.slot(slot)
                before = self.grade.histories[slot]
                history = looks.put(before, command.look, command.words, add=command.add, turn=command.turn)
                return self._regrade(slot, self.grade.after(slot, history, command))
            case shelf.Recalled(command=recall):
                return self._regrade(recall.slot, shelf.recalled(self.grade, command))
            case views.AskedView():
                return views.show(self.session, command, self.locked)
            case AskedSink():
                return self._later(self._sinks.add(command))
            case DeviceSetup():
                return devices.add(self.session, command)
            case Done():
                return command
            case _:
                return self._beside_looks(command)

    def _beside_looks(self, command: BesideLooks) -> Effect:
        if isinstance(command, devices.DeviceCommand):
            return devices.carry_out(self.session, command)
        match command:
            case c.GrabStill():
                return self._stills.grab(self.session.slot(command.slot), command)
            case c.RemoveSink(sink=sink):
                if self._started.forget(sink):
                    return Done()
                output = views.unlocked(self.session, sink, self.locked)
                return self._later(self._sinks.remove(output))
            case c.LockView():
                self.locked = views.locked(self.session, command, self.locked)
                return Done()
            case c.ListSources():
                return self._choosing.ask()
            case c.SetSource() | c.Reconnect():
                return self._change_source(command)
            case c.SetScopes() | c.ResetScopes() | c.ReadScope() | c.MarkScope():
                return scopes.carry_out(self.metering, self.session.slot(command.slot), command)
            case c.KeepLook():
                kept = shelf.keep(self.session, self._library(), self.grade, command)
                if (named := self.grade.named(command.slot, command.name)) is not self.grade:
                    self._regrade(command.slot, named)
                return kept
            case c.PinLook() | c.UnpinLook():
                return self.pins.carry_out(self._library(), command)
            case c.ListTakes() | c.ListMarkers() | c.FindKept() | c.ShowKept() | c.EditKept():
                return entries.carry_out(self._library(), self.take_steps, command)
            case c.StartExport() | c.StopExport():
                return self._exports.carry_out(command)
            case c.LookResponse(slot=slot):
                return self._responses.ask(self.session.slot(slot), self.grade.histories[slot].now, command)
            case c.SeeAlarms(number=number):
                self.seen = seen_now(self.seen, number, self.session.events)
                return Done()
            case c.AskWindow(action=action):
                self.asked = self.asked.and_then(action)
                return Done()
            case c.TurnWindow(number=number, value=value, relative=relative):
                self.asked = self.asked.and_turned(number, value, relative=relative)
                return Done()
            case c.StopSession():
                self.tell(Link.ENDED, "the session is asked to end", is_moment=True)
                self.session.ask_to_end()
                return Done()
            case _:
                assert_never(command)

    def _later(self, effect: SinkEffect) -> SinkEffect:
        effect.work.add_done_callback(lambda _: self.changed.set())
        return effect

    @property
    def absent(self) -> tuple[AbsentSink, ...]:
        """Outputs of the session before that could not come back. From any thread."""
        return self._started.absent

    @property
    def kept(self) -> Kept:
        """What a session that follows this one needs of it. From any thread."""
        slate = self._slate_before if self.keeping is None else self.keeping.written_slate
        return self._started.kept(self.grade, self.locked, slate)

    @property
    def export(self) -> Export | None:
        """The hand-off that is being made, else the last one. From any thread."""
        return self._exports.now

    def tell(self, link: Link, text: str, who: str = "API", *, is_moment: bool = False) -> None:
        """What has become of a face of the session, as an event of it: somebody at the cart sees it. `is_moment`: it
        happened, and the face stands as before. Any thread."""
        self.session.events.add(Event(self.session.clock.now_ns(), who, link, text, is_moment))

    def see_on(self, signs: frozenset[Sign]) -> None:
        """From the thread that builds the state: `seen_on` is so now."""
        if signs != self.seen_on:
            self.seen_on = signs
            self.changed.set()

    def close(self) -> None:
        """Finishes what is being written."""
        self.metering.close()
        self._exports.close()
        self._stills.close()
        self._responses.close()
        self._sinks.close()

    def _change_look(self, command: looks.LookCommand) -> Effect:
        runner = self.session.slot(command.slot)
        before = self.grade
        ground = looks.Ground(self._began[command.slot].now, runner.camera, self.session.clock.now_ns())
        after = looks.changed(before, command, ground)
        return self._regrade(command.slot, after, looks.words(before, after, command))

    def _regrade(self, slot: str, after: Grade, words: str = "") -> Effect:
        """`words`: what was done to the look of `slot`, else its newest step."""
        before = self.grade
        changed = [name for name in after.histories if _is_shown_otherwise(name, before, after)]
        self.session.set_looks({name: after.look(name) for name in {slot, *changed}})
        self.grade = after
        runners = [self.session.slot(name) for name in (slot, *(name for name in changed if name != slot))]
        return looks.LookEffect(tuple(runners), words or after.histories[slot].now.words)

    def _library(self) -> Keeping:
        if self.keeping is None:
            raise UsageError("this session keeps no takes; start it with a library")
        return self.keeping

    def _change_source(self, command: c.SetSource | c.Reconnect) -> Effect:
        slot = self.session.slot(command.slot)
        now = slot.setup
        setup = sources.again(now) if isinstance(command, c.Reconnect) else sources.asked_setup(now, command)
        grade, began = self.grade, self._began[slot.name]
        if now.camera is not None and setup.camera is not None and now.camera.space != setup.camera.space:
            # Nodes that work in the light of the camera do so at every step of undo.
            grade = grade.in_light(slot.name, now.camera.space, setup.camera.space)
            began = in_light(began, now.camera.space, setup.camera.space)
        setup = replace(setup, look=grade.look(slot.name))
        shown = sources.views_of(slot, setup)
        reopened = self.session.change_slot(setup, shown, reopen=isinstance(command, c.Reconnect))
        self.grade, self._began = grade, {**self._began, slot.name: began}
        said = sources.words(command)
        return sources.SourceEffect(slot, setup, said) if reopened else looks.LookEffect((slot,), said)

    def _save(self, command: c.SaveLook) -> Done:
        chain = self.session.slot(command.slot).chain
        path = Path(looks.whole_path(command.path))
        check_destination(path, overwrite=command.overwrite)
        content, said = look_file(self.grade.histories[command.slot].now.look, chain, path)
        write_whole(path, content, overwrite=command.overwrite)
        return Done((str(path),), step=said)


def _is_shown_otherwise(slot: str, before: Grade, after: Grade) -> bool:
    changed = before.histories[slot] is not after.histories[slot]
    return changed or (slot in before.bypassed) is not (slot in after.bypassed)
