"""Commands on takes and markers, which a session keeps in its library."""

from __future__ import annotations

import re
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, assert_never

from msgspec import structs

from livegrade.control import commands as c
from livegrade.control.effects import WorkEffect, then
from livegrade.control.messages import Answer
from livegrade.errors import LibraryError, UsageError
from livegrade.library.kinds import TAKES
from livegrade.library.query import Condition, Query
from livegrade.library.values import MarkerKind, Slate
from livegrade.session.events import Link, RecordEdge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from livegrade.control.takesteps import TakeSteps
    from livegrade.library.store import Library
    from livegrade.library.values import Marker, Take
    from livegrade.session import Session
    from livegrade.session.keeping import Keeping

LEFT_OUT = "IO"
"""Letters that no shot is called by: on a slate they are taken for numbers."""

TakeCommand: TypeAlias = (
    c.StartTake
    | c.EndTake
    | c.SetSlate
    | c.NextTake
    | c.CircleTake
    | c.CommentTake
    | c.AmendTake
    | c.UndoTakes
    | c.RedoTakes
    | c.AddMarker
)


@dataclass(frozen=True, slots=True)
class SaidTake:
    """A take begins or ends. `by`: what it was said with, one of BY_PEOPLE."""

    command: c.StartTake | c.EndTake
    by: str


def carry_out(session: Session, keeping: Keeping, steps: TakeSteps, command: TakeCommand | SaidTake) -> WorkEffect:
    """`steps`: what was changed of takes. Raises UsageError for what cannot be; what the library refuses is the
    answer."""
    match command:
        case SaidTake(command=said, by=by):
            return _done(_with_trouble(keeping, _said(session, said, by)))
        case c.StartTake() | c.EndTake():
            return _done(_with_trouble(keeping, _said(session, command, "api")))
        case c.SetSlate() | c.NextTake():
            slate = keeping.write_slate(partial(_slated, command))
            words = f"next: {slate if slate.take else slate.setup or 'the next number'}"
            return _done(_with_trouble(keeping, Answer("done", step=words)))
        case c.CircleTake(circled=circled):
            return _changed(keeping, steps, command.take, lambda take: replace(take, circled=circled))
        case c.CommentTake(comment=comment):
            return _changed(keeping, steps, command.take, lambda take: replace(take, comment=comment))
        case c.AmendTake():
            return _changed(
                keeping, steps, command.take, lambda take: replace(take, slate=_amended(take.slate, command))
            )
        case c.UndoTakes():
            return WorkEffect(keeping.submit(lambda library: Answer("done", step=f"undo {steps.undo(library)}")))
        case c.RedoTakes():
            return WorkEffect(keeping.submit(lambda library: Answer("done", step=f"redo {steps.redo(library)}")))
        case c.AddMarker():
            return _marked(keeping, command)
        case _:
            assert_never(command)


def _done(answer: Answer) -> WorkEffect:
    work: Future[Answer] = Future()
    work.set_result(answer)
    return WorkEffect(work)


def _with_trouble(keeping: Keeping, answer: Answer) -> Answer:
    """Nobody is to believe that what the library does not take is kept."""
    if keeping.state.link is not Link.FAULTED:
        return answer
    return structs.replace(answer, step=f"{answer.step}; not kept so far: {keeping.state.reason}")


def _said(session: Session, command: c.StartTake | c.EndTake, by: str) -> Answer:
    starts = isinstance(command, c.StartTake)
    edge = RecordEdge.START if starts else RecordEdge.END
    names = [slot.name for slot in session.slots if slot.last] if command.slot is None else [command.slot]
    if not names:
        raise UsageError("no slot has had a picture yet; a take begins with one")
    told = [session.record(name, edge, by) for name in names]
    return Answer("done", frame=told[0].index, step=f"{'take of' if starts else 'end of'} {', '.join(names)}")


def _slated(command: c.SetSlate | c.NextTake, said: Slate, number: int) -> Slate:
    """As `Slating` has it."""
    if isinstance(command, c.SetSlate):
        other = _amended(said, command)
        is_other_setup = (other.scene, other.shot) != (said.scene, said.shot)
        take = command.take if command.take is not None else 0 if is_other_setup else said.take
        return replace(other, take=take)
    match command.step:
        case "take":
            return replace(said, take=number + 1 if number else 0)
        case "shot":
            return replace(said, shot=next_shot(said.shot), take=0)
        case "scene":
            return replace(said, scene=_next_scene(said.scene), shot="A" if said.shot else "", take=0)


def _amended(slate: Slate, command: c.SetSlate | c.AmendTake) -> Slate:
    fields = slate.fields if command.fields is None else _fields(slate.fields, command.fields)
    number = command.number if isinstance(command, c.AmendTake) and command.number is not None else slate.take
    scene, shot = (
        now if said is None else said for said, now in ((command.scene, slate.scene), (command.shot, slate.shot))
    )
    return Slate(scene, shot, number, fields)


def _fields(now: tuple[tuple[str, str], ...], said: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Those that are said over those that are there; an empty one is taken away."""
    return tuple((name, word) for name, word in ({**dict(now), **said}).items() if word)


def next_shot(shot: str) -> str:
    """A after none, B after A, AA after Z; no I and no O. Raises UsageError for one that is no letters."""
    if not shot:
        return "A"
    letters = [chr(code) for code in range(ord("A"), ord("Z") + 1) if chr(code) not in LEFT_OUT]
    upper = shot.upper()
    if any(letter not in letters for letter in upper):
        raise UsageError(f"nothing comes after the shot '{shot}' by itself; say its name with take.slate")
    head, last = upper[:-1], letters.index(upper[-1])
    if last + 1 < len(letters):
        return head + letters[last + 1]
    return (next_shot(head) if head else "A") + "A"


def _next_scene(scene: str) -> str:
    found = re.fullmatch(r"(\D*)(\d{1,6})\D*", scene, re.ASCII)
    if found is None:
        raise UsageError(f"nothing comes after the scene '{scene}' by itself; say its name with take.slate")
    return f"{found[1]}{int(found[2]) + 1}"


def _changed(keeping: Keeping, steps: TakeSteps, key: int | None, edit: Callable[[Take], Take]) -> WorkEffect:
    def change(library: Library) -> Answer:
        takes = steps.change(library, [key] if key else _newest(library), edit)
        slots = " and ".join(sorted({take.slot for take in takes}))
        numbers = ", ".join(f"take {take.key}" for take in takes)
        return Answer("done", step=f"{takes[0].slate}, slot {slots}, {numbers} in the library")

    return WorkEffect(keeping.submit(change))


def _newest(library: Library) -> list[int]:
    """The entries of the newest take: each camera that was in it has one, and one that was cut short has more."""
    newest = library.find(Query(), TAKES, 1)
    if not newest:
        raise LibraryError(f"the library {library.folder} keeps no take yet")
    take = newest[0]
    same = (
        Condition("scene", "=", take.slate.scene),
        Condition("shot", "=", take.slate.shot),
        Condition("take", "=", take.slate.take),
        Condition("day", "=", take.day),
        Condition("unit", "=", take.unit),
    )
    return sorted(one.key for one in library.find(Query(same), TAKES))


def _marked(keeping: Keeping, command: c.AddMarker) -> WorkEffect:
    def told(marker: Marker) -> Answer:
        return Answer("done", frame=marker.index, made=str(marker.key))

    return WorkEffect(then(keeping.mark(command.slot, MarkerKind(command.kind), command.text), told))
