"""What several commands read alike: looks and cameras per slot."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from livegrade.color.camera import camera
from livegrade.color.files import load_look_file
from livegrade.color.look import Look
from livegrade.color.tabulate import hold_note
from livegrade.commands.voice import say
from livegrade.errors import UsageError
from livegrade.transport.address import split_slot
from livegrade.transport.places import place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livegrade.color.camera import Camera
    from livegrade.color.slots import SlotForm
    from livegrade.engine.view import View


def looks_by_slot(values: Sequence[str], slots: Sequence[str]) -> dict[str, Look]:
    """The look of every slot from the `--look` values, files in the order given; `B:FILE` counts for slot B only.

    Raises UsageError for a slot that is not there and LookFileError for a file that cannot be read.
    """
    split = [split_slot(value) for value in values]
    for value in split:
        if not value.value:
            raise UsageError("--look '' names no file")
        if value.slot is not None and value.slot not in slots:
            raise UsageError(
                f"--look {value.slot}:{value.value}: there is no slot {value.slot}, only {', '.join(slots)}"
            )
    loaded = {value.value: load_look_file(value.value) for value in split}
    for slot in slots:
        _tell_twice([value.value for value in split if value.slot in (None, slot)])
    return {
        slot: Look(tuple(node for value in split if value.slot in (None, slot) for node in loaded[value.value]))
        for slot in slots
    }


def _tell_twice(files: Sequence[str]) -> None:
    """A look may well be meant twice, but rarely is."""
    places = [place(file) for file in files]
    for number, file in enumerate(files):
        if places.index(places[number]) < number:
            say(f"--look {file} is given more than once and is applied each time", trouble=True)


def cameras_by_slot(names: Sequence[str], indices: Sequence[str], slots: Sequence[str]) -> dict[str, Camera | None]:
    """The camera of every slot from the `--camera` and `--ei` values; `B:NAME` counts for slot B only, and goes before
    one for all slots. None where none was named. Raises UsageError."""
    named, set_to = _by_slot("--camera", names, slots), _by_slot("--ei", indices, slots)
    cameras: dict[str, Camera | None] = {}
    for slot in slots:
        name, text = named.get(slot), set_to.get(slot)
        if text is not None and not re.fullmatch(r"\d{1,6}", text, re.ASCII):
            raise UsageError(f"--ei {text} is not an exposure index; write a number such as 800")
        if text is not None and name is None:
            raise UsageError(f"--ei {text} says nothing without a camera; add --camera")
        cameras[slot] = None if name is None else camera(name, None if text is None else int(text))
    return cameras


def one_camera(name: str | None, index: str | None) -> Camera | None:
    """The camera of a command with one source. Raises UsageError."""
    names, indices = ([] if value is None else [value] for value in (name, index))
    return cameras_by_slot(names, indices, ["A"])["A"]


def _by_slot(option: str, values: Sequence[str], slots: Sequence[str]) -> dict[str, str]:
    """What an option says for each slot; for one slot twice is refused."""
    found: dict[str | None, str] = {}
    for text in values:
        split = split_slot(text)
        if split.slot is not None and split.slot not in slots:
            raise UsageError(f"{option} {text}: there is no slot {split.slot}, only {', '.join(slots)}")
        if split.slot in found:
            where = f"slot {split.slot}" if split.slot is not None else "all slots"
            raise UsageError(f"{option} is given twice for {where}; keep one")
        found[split.slot] = split.value
    return {slot: found[slot if slot in found else None] for slot in slots if slot in found or None in found}


def look_notes(look: Look, *, beyond: bool = False) -> tuple[str, ...]:
    """What the engine does to a look that a person should know: what was baked, what is held, each with its error;
    `beyond`: also what is held where no wire carries anything."""
    return _form_notes(look.slots(), beyond=beyond)


def view_notes(look: Look, view: View) -> tuple[str, ...]:
    """The same of `look` as `view` shows it, with the view's own output transform, and of the view's calibration."""
    form = view.slots(look)
    calibration = () if view.calibration is None else look_notes(view.calibration)
    return (*(() if form is None else _form_notes(form)), *(f"calibration: {note}" for note in calibration))


def _form_notes(form: SlotForm, *, beyond: bool = False) -> tuple[str, ...]:
    baked = () if form.baked is None else (form.baked.sentence,)
    held = hold_note(form, beyond=beyond)
    return (*baked, held) if held else baked


def require_seconds(option: str, seconds: float | None) -> None:
    """Raises UsageError for what is no length of time: infinity passes the parser."""
    if seconds is not None and not math.isfinite(seconds):
        raise UsageError(f"{option} {seconds} is not a number of seconds")
