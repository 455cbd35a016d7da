"""Pictures of a slot that are kept: graded and source in 16 bits, with the look, written beside the live work."""

from __future__ import annotations

import os
import re
import threading
import time
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from msgspec import structs

from livegrade.beside import beside
from livegrade.color.files.saved import write_saved_look
from livegrade.control.effects import refused
from livegrade.control.looks import whole_path
from livegrade.control.messages import Answer
from livegrade.engine.view import GRADED, View, ViewKind
from livegrade.errors import UsageError
from livegrade.library.files import LibraryFiles
from livegrade.library.values import Still
from livegrade.outputs.staging import write_whole
from livegrade.outputs.still import write_still
from livegrade.session.sight import camera_state
from livegrade.sheet import rgb16

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    import numpy as np
    from numpy.typing import NDArray

    from livegrade.color.look import Look
    from livegrade.control import commands as c
    from livegrade.engine.engine import Engine
    from livegrade.session.keeping import Keeping
    from livegrade.session.slot import SlotRunner
    from livegrade.video.frame import Frame

STILL_S = 30.0
"""How long a command waits for its still to be written."""
WAITING = 8
"""Stills of one folder that wait to be written, each with its picture; more are refused."""
FOLDERS = 3
"""So many folders may hang at once: pictures that wait are held in memory."""
STOP_S = 10.0
"""The end waits so long for the next still to be written."""


class Stills:
    """Stills of one folder are written one after the other, in the order in which they were taken, and none waits for
    the disk of another folder. A thread for each, which keeps nobody from ending. `grab` is for one thread."""

    def __init__(self, engine: Engine, tell: Callable[[str], None], keeping: Keeping | None = None) -> None:
        """`engine`: draws them; nobody else uses it. `tell`: what was not written at the end. `keeping`: where stills
        go that name no folder."""
        self._engine = engine
        self._drawing = threading.Lock()
        self._tell = tell
        self._keeping = keeping
        self._waiting: dict[str | None, list[Future[tuple[str, ...]]]] = {}

    def grab(self, slot: SlotRunner, command: c.GrabStill) -> StillEffect:
        """Takes the newest picture of `slot` now and writes it in its turn. Raises UsageError; what the disk refuses
        is the answer."""
        if command.folder is not None:
            whole_path(command.folder)
        elif self._keeping is None:
            raise UsageError("this session keeps nothing; say into which folder the still goes")
        place = None if command.folder is None else os.path.normpath(command.folder)
        waiting = self._free(place)
        if slot.drawing.graded is None:
            raise UsageError(f"slot {slot.name} has had no picture yet")
        frame, look = slot.drawing.graded
        kept = self._keeping if command.folder is None else None
        before = waiting[-1:]

        def in_turn() -> tuple[str, ...]:
            wait(before)
            return self._write(command.folder, slot, frame, look, kept)

        written = beside(in_turn, "livegrade-still")
        self._waiting[place] = [*waiting, written]
        return StillEffect(frame.index, written)

    def _free(self, place: str | None) -> list[Future[tuple[str, ...]]]:
        """What waits for a folder, None for the library's, which always has a place of its own. Raises UsageError
        where that is enough."""
        left = {folder: [one for one in stills if not one.done()] for folder, stills in self._waiting.items()}
        self._waiting = {folder: stills for folder, stills in left.items() if stills}
        waiting = self._waiting.get(place, [])
        if len(waiting) >= WAITING:
            raise UsageError(f"{WAITING} stills still wait to be written there; try again in a moment")
        if place is not None and not waiting and len(self._waiting.keys() - {None}) >= FOLDERS:
            raise UsageError(f"{FOLDERS} folders have not taken their stills yet; try again in a moment")
        return waiting

    def close(self) -> None:
        """Writes what waits; leaves behind what a disk does not take, and says so."""
        left = set(chain.from_iterable(self._waiting.values()))
        while left:
            done, left = wait(left, STOP_S, FIRST_COMPLETED)
            if not done:
                lost = "a still was" if len(left) == 1 else f"{len(left)} stills were"
                self._tell(f"{lost} not written before the end: the disk does not answer")
                return

    def _write(
        self, named: str | None, slot: SlotRunner, frame: Frame, look: Look, keeping: Keeping | None
    ) -> tuple[str, ...]:
        """The names of the files; none of them replaces one that is there. `named`: the folder, where `keeping` is
        None."""
        if keeping is None:
            folder = Path(named or "")
            if not folder.is_dir():
                raise UsageError(f"'{folder}' is not a folder; make it first")
            taken = folder / still_name(slot.name, frame)
        else:
            folder = LibraryFiles(keeping.folder).stills_folder(keeping.day.name)
            taken = folder / _free(folder, keeping.still_name(slot, frame, look))
        whole, untouched = self._drawn(frame, look)
        notes = (("Slot", slot.name),)
        form = GRADED.encoded(frame.format, look)
        tags = replace(frame.format, primaries=form.primaries, transfer=form.transfer)
        shown = replace(frame, format=tags, look_id=look.id)
        graded, source, saved = (
            taken.with_name(f"{taken.name}_{end}") for end in ("graded.png", "source.png", "look.json")
        )
        write_still(graded, whole, shown, notes=notes, overwrite=False)
        write_still(source, untouched, frame, notes=notes, overwrite=False)
        write_whole(saved, write_saved_look(look), overwrite=False)
        if keeping is not None:
            files = LibraryFiles(keeping.folder)
            shot, own, kept = map(files.relative, (graded, source, saved))
            at = slot.name, time.time_ns(), frame.index, frame.timecode, look.id
            still = Still(*at, shot, own, kept, camera=camera_state(frame, slot.camera, slot.camera_said))
            keeping.keep_still(still, frame, look).result(STILL_S)
        return str(graded), str(source), str(saved)

    def _drawn(self, frame: Frame, look: Look) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
        """The graded picture and the source. The engine's own memory is free again afterwards."""
        with self._drawing:
            work = self._engine.take(frame, look)
            return rgb16(work, GRADED), rgb16(work, View(ViewKind.SOURCE))


@dataclass(frozen=True, slots=True)
class StillEffect:
    """In effect when its files are whole on the disk."""

    patience_s: ClassVar[float] = STILL_S

    index: int
    written: Future[tuple[str, ...]]

    def answer(self) -> Answer | None:
        if not self.written.done():
            return None
        if refusal := refused(self.written):
            return structs.replace(refusal, frame=self.index)
        return Answer("done", frame=self.index, files=self.written.result())


def _free(folder: Path, stem: str) -> str:
    """The name, with a number behind it where it was given before."""
    numbered = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    return next(name for name in numbered if not (folder / f"{name}_graded.png").exists())


def still_name(slot: str, frame: Frame) -> str:
    """`A_10-00-00-00_f123`: what no two pictures of a session share."""
    timecode = "" if frame.timecode is None else re.sub(r"[^0-9]", "-", str(frame.timecode)) + "_"
    return f"{slot}_{timecode}f{frame.index}"
