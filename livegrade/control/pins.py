"""The look shelf: which looks of the library stand in which place. A file beside the library's database keeps it, so
that it is there in the next session of the same library."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta, Struct

from livegrade.control import commands as c
from livegrade.control.commands.shelf import MOST_SHELVED
from livegrade.control.effects import WorkEffect
from livegrade.control.messages import Answer
from livegrade.errors import LibraryError, UsageError
from livegrade.library.kinds import LOOKS
from livegrade.outputs.staging import write_whole
from livegrade.session.events import Link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from livegrade.library.store import Library
    from livegrade.session.keeping import Keeping

FILE = "shelf.json"
MOST_BYTES = 65_536
NOBODY: Mapping[int, Pin] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Pin:
    """A look of the library, as an entry of it says: `entry` is its number, `look` the look's id, `thumbnail` a small
    picture of it in the library, or empty."""

    entry: int
    look: str
    name: str
    scene: str = ""
    version: int = 1
    day: str = ""
    thumbnail: str = ""


class _Kept(Struct, frozen=True):
    """The file. `places`: number of the entry and id of the look: a library that was begun anew gives numbers again,
    and a look that is not the one that was meant must never come by its number."""

    livegrade_shelf: int
    places: Annotated[dict[Annotated[str, Meta(pattern="^[1-9][0-9]?$")], tuple[int, str]], Meta(max_length=99)]


class Pins:
    """`places`: what stands where, replaced whole; may be read from any thread. `refresh` is for the thread that builds
    the state; of `wanted` the calls for one slot follow each other."""

    def __init__(self, keeping: Keeping | None, tell: Callable[[Link, str], None]) -> None:
        """`tell`: puts what is wrong with the file where somebody at the cart sees it."""
        self.places = NOBODY
        self._keeping = keeping
        self._tell = tell
        self._read_at: int | None = None
        self._reading: Future[None] | None = None
        self._recalled: dict[str, int] = {}
        self._fault = ""

    def refresh(self) -> None:
        """Has the file read where that was not possible before, or somebody has changed the library since."""
        keeping = self._keeping
        if keeping is None or keeping.state.link is not Link.RUNNING or keeping.revision == self._read_at:
            return
        if self._reading is None or self._reading.done():
            self._read_at = keeping.revision
            self._reading = keeping.submit(self._read)
            self._reading.add_done_callback(self._was_read)

    def carry_out(self, keeping: Keeping, command: c.PinLook | c.UnpinLook) -> WorkEffect:
        """What the library refuses is the answer."""

        def changed(library: Library) -> Answer:
            places = _places(library)
            if isinstance(command, c.PinLook):
                pin = _pin(library, command.entry)
                places = {**places, command.place: pin}
                words = f"{pin.name} is {command.place} of the shelf"
            else:
                if command.place not in places:
                    raise UsageError(f"there is nothing in place {command.place} of the shelf")
                words = f"{places.pop(command.place).name} is off the shelf"
            entries = {str(at): (pin.entry, pin.look) for at, pin in sorted(places.items())}
            write_whole(library.folder / FILE, msgspec.json.encode(_Kept(1, entries)), overwrite=True)
            self.places = places
            return Answer("done", step=words)

        return WorkEffect(keeping.submit(changed))

    def wanted(self, command: c.RecallShelved, look_id: str) -> Pin:
        """The look that is meant. `look_id`: of the slot's now. Raises UsageError where there is none."""
        places = self.places
        if (command.place is None) is (command.step is None):
            raise UsageError("say either the place of the shelf or whether the next or the previous look is meant")
        place = self._stepped(command, look_id) if command.place is None else command.place
        if place not in places:
            there = ", ".join(map(str, sorted(places))) or "none"
            raise UsageError(f"there is no look in place {place} of the shelf; places with one: {there}")
        self._recalled[command.slot] = place
        return places[place]

    def _stepped(self, command: c.RecallShelved, look_id: str) -> int:
        """From the place of the look that the slot has, else from the one that it had last."""
        order = sorted(self.places)
        if not order:
            raise UsageError("the shelf is empty; shelf.pin puts looks of the library on it")
        here = self._recalled.get(command.slot, 0)
        if here not in self.places or self.places[here].look != look_id:
            here = next((at for at in order if self.places[at].look == look_id), here)
        if command.step == "next":
            return next((at for at in order if at > here), order[0])
        return next((at for at in reversed(order) if at < here), order[-1])

    def _read(self, library: Library) -> None:
        self.places = _places(library)

    def _was_read(self, reading: Future[None]) -> None:
        error = None if reading.cancelled() else reading.exception()
        if error is not None and str(error) != self._fault:
            self._tell(Link.FAULTED, str(error))
        elif error is None and self._fault:
            self._tell(Link.RUNNING, "the look shelf is read again")
        self._fault = "" if error is None else str(error)


def _places(library: Library) -> dict[int, Pin]:
    """Of the file; without those that are not in the library any more. Raises LibraryError for one that is no shelf."""
    path = library.folder / FILE
    found: dict[int, Pin] = {}
    for place, (entry, look) in _kept(path).places.items():
        if int(place) <= MOST_SHELVED:
            try:
                pin = _pin(library, entry)
            except LibraryError:
                continue
            if pin.look == look:
                found[int(place)] = pin
    return found


def _kept(path: Path) -> _Kept:
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(MOST_BYTES), type=_Kept)
    except FileNotFoundError:
        return _Kept(1, {})
    except (OSError, msgspec.MsgspecError) as error:
        raise LibraryError(f"{path}: the look shelf cannot be read ({error}); mend the file or remove it") from error


def _pin(library: Library, entry: int) -> Pin:
    """Raises LibraryError where there is no such look."""
    look = library.get(LOOKS, entry)
    return Pin(entry, look.look_id, look.name, look.scene, look.version, look.day, look.thumbnail)
