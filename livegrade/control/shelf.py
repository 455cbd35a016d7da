"""Looks of slots into the library and back, with those of slots that share nodes with them."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from livegrade.control import commands as c
from livegrade.control.effects import WorkEffect, then
from livegrade.control.looks import put
from livegrade.control.messages import Answer
from livegrade.errors import LibraryError
from livegrade.library.kinds import LOOKS
from livegrade.library.store import Library
from livegrade.library.values import NO_CAMERA, LinkedLook, LookEntry
from livegrade.session.sight import sight_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from livegrade.color.look import Look
    from livegrade.control.grade import Grade
    from livegrade.control.pins import Pin
    from livegrade.session import Session
    from livegrade.session.keeping import Keeping

LOOK_ID = re.compile("[0-9a-f]{32}", re.ASCII)


def keep(session: Session, keeping: Keeping, grade: Grade, command: c.KeepLook) -> WorkEffect:
    """Raises UsageError; what the library refuses is the answer."""
    sight = sight_of(session.slot(command.slot))
    entry = LookEntry(
        "",
        command.name,
        time.time_ns(),
        tags=command.tags,
        scene=command.scene,
        notes=command.notes,
        slot=command.slot,
        camera=NO_CAMERA if sight is None else sight.state,
    )
    look = grade.histories[command.slot].now.look
    others = partners(grade, command.slot)
    linked = [(linked_look(grade, command.slot, other), grade.histories[other].now.look) for other in others]

    return WorkEffect(then(keeping.keep_look(replace(look, name=command.name), entry, linked), _told))


def _told(kept: LookEntry) -> Answer:
    return Answer("done", step=f"{kept.name} is kept, version {kept.version}", made=str(kept.key))


def partners(grade: Grade, slot: str) -> list[str]:
    """The slots that share nodes with this one."""
    return sorted({other for nodes in grade.links.of(slot).values() for other in nodes})


def linked_look(grade: Grade, slot: str, other: str) -> LinkedLook:
    """What slot `other` shares with `slot`, by the places of the nodes."""
    own, theirs = grade.histories[slot].now, grade.histories[other].now
    pairs = ((node, by_slot[other]) for node, by_slot in grade.links.of(slot).items() if other in by_slot)
    return LinkedLook(other, theirs.look.id, tuple((own.place(node), theirs.place(partner)) for node, partner in pairs))


@dataclass(frozen=True, slots=True)
class Recalled:
    """What `command` found in the library. `linked`: looks of other slots that were kept with it."""

    command: c.RecallLook
    look: Look
    linked: tuple[tuple[LinkedLook, Look], ...] = ()


def read(session: Session, keeping: Keeping, command: c.RecallLook) -> Recalled:
    """The look that is kept, and those of other slots that were kept with it; of the look of a take or still, named by
    its id, without what stands around every look of the slot. Reads the disk. Raises UsageError for a slot that is not
    there, LibraryError and LookFileError for what cannot be read."""
    chain = session.slot(command.slot).chain
    with Library.reading(keeping.folder) as library:
        if LOOK_ID.fullmatch(command.look):
            return Recalled(command, chain.within(library.look(command.look)))
        entry = library.look_named(command.look, command.scene, command.version)
        return _entry_read(library, {one.name for one in session.slots}, command, entry)


def read_pinned(keeping: Keeping, slots: Collection[str], command: c.RecallShelved, pin: Pin) -> Recalled:
    """The look that stands on the shelf as `pin`, with those that were kept with it. Raises as `read` does."""
    recall = c.RecallLook(slot=command.slot, look=pin.name)
    with Library.reading(keeping.folder) as library:
        entry = library.get(LOOKS, pin.entry)
        if entry.look_id != pin.look:
            raise LibraryError(
                f"{pin.name} is not in the library any more as it was put on the shelf; put it there again"
            )
        return _entry_read(library, slots, recall, entry)


def _entry_read(library: Library, slots: Collection[str], command: c.RecallLook, entry: LookEntry) -> Recalled:
    look = replace(library.look(entry.look_id), name=entry.name)  # it may be kept under other names too
    others = [] if command.add else [one for one in entry.linked if one.slot in slots and one.slot != command.slot]
    return Recalled(command, look, tuple((one, library.look(one.look_id)) for one in others))


def recalled(grade: Grade, found: Recalled) -> Grade:
    """With what was found, linked as it was. Raises UsageError for too many nodes."""
    slot = found.command.slot
    grade = _with(grade, slot, found.look, found.command)
    for linked, look in found.linked:
        grade = _linked(_with(grade, linked.slot, look, found.command), slot, linked)
    return grade


def _with(grade: Grade, slot: str, look: Look, command: c.RecallLook) -> Grade:
    name = (look.name or command.look[:8]) if LOOK_ID.fullmatch(command.look) else command.look
    history = put(grade.histories[slot], look, f"{name} recalled", add=command.add)
    return grade.after(slot, history, command)


def _linked(grade: Grade, slot: str, linked: LinkedLook) -> Grade:
    own, theirs = grade.histories[slot].now.nodes, grade.histories[linked.slot].now.nodes
    links = grade.links
    for mine, other in linked.shared:
        if mine < len(own) and other < len(theirs):
            links = links.joined((slot, own[mine].id), (linked.slot, theirs[other].id))
    return replace(grade, links=links)
