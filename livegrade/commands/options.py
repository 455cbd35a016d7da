"""What several commands read alike: looks per slot, capture options, the engine."""

from __future__ import annotations

import math
import os
import re
from typing import TYPE_CHECKING

from livegrade.capture.source import CaptureOptions
from livegrade.color.camera import camera
from livegrade.color.files import load_look_file
from livegrade.color.look import Look
from livegrade.color.rendering import Chain, entrance, output_nodes
from livegrade.color.tabulate import hold_note
from livegrade.commands.voice import say
from livegrade.engine.select import Choice, choose
from livegrade.errors import UsageError
from livegrade.machine import usable_cores
from livegrade.transport.address import Scheme, split_ffmpeg, split_slot
from livegrade.video.format import Matrix, Range

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from livegrade.color.camera import Camera
    from livegrade.transport.address import SinkAddress, SourceAddress


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
    places = [_place(file) for file in files]
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


def range_words(range_: str, source: SourceAddress, used: Camera | None) -> str:
    """Why a source's Y'CbCr code values are read as they are."""
    if (source.option("range") or range_) != "auto":
        return "asked for"
    if used is not None and used.wire is not None:
        return used.wire_source
    asked = "the stream's tag, else what is usual for its pixel layout"
    return asked if used is None else f"{asked}; {used.wire_source}"


def chain_of(used: Camera | None, to: str | None, working: str) -> Chain:
    """What `--grade-in` (camera or acescct) and `--to` put around the looks of a camera. Raises UsageError."""
    return Chain(entrance(used, working), () if to is None else output_nodes(to, used, working))


def look_notes(look: Look) -> tuple[str, ...]:
    """What the engine does to a look that a person should know: what was baked, what is held, each with its error."""
    form = look.slots()
    baked = () if form.baked is None else (form.baked.sentence,)
    held = hold_note(form)
    return (*baked, held) if held else baked


def capture_options(
    range_: str, matrix: str, *, live: bool, loop: bool = False, used: Camera | None = None
) -> CaptureOptions:
    """Capture options from `--range` and `--matrix`; what the address itself says goes before. `used`: the camera; its
    maker's range convention, where there is one, is what auto means. Raises UsageError."""
    return CaptureOptions(
        range=_range(range_),
        matrix=_matrix(matrix),
        camera_range=None if used is None or used.wire is None else Range(used.wire),
        loop=loop,
        live=live,
        wait=live,
    )


def pick_engine(name: str, threads: int) -> Choice:
    """The backend for `--engine`; `threads` 0 stands for all cores this process may use."""
    return choose(name, threads or usable_cores())


def require_own_places(
    sources: Sequence[SourceAddress],
    sinks: Sequence[SinkAddress],
    *,
    looks: Sequence[str] = (),
    writes: Sequence[Path] = (),
) -> None:
    """Raises UsageError where an output would replace what is read, whatever --overwrite says, where two outputs would
    write the same file or may come to, or where two on the network would have one name.

    `looks`: the values of --look; `writes`: files that are written beside the outputs.
    """
    named = [source.target for source in sources if source.scheme is Scheme.PATH]
    named += [split_ffmpeg(source.target)[1] for source in sources if source.scheme is Scheme.FFMPEG]
    files = [split_slot(look).value for look in looks]
    named += [file if os.path.exists(file) else file.partition("#")[0] for file in files]
    named += [path for sink in sinks if (path := sink.option("cal")) is not None]
    written: set[str] = set()
    for path in (*(sink.file for sink in sinks if sink.file is not None), *map(str, writes)):
        if any(_is_same_file(path, source) for source in named):
            raise UsageError(f"{path} is what this command reads; give the result another name")
        if _place(path) in written:
            raise UsageError(f"{path} would be written twice; give each output a name of its own")
        written.add(_place(path))
    _require_own_parts([sink.file for sink in sinks if sink.file is not None])
    _require_own_names(sources, sinks)


def _require_own_parts(files: Sequence[str]) -> None:
    """A recording goes on in NAME-2.mov after a break in its signal: another output of that name would replace it."""
    places = [(file, os.path.split(_place(file))) for file in files]
    for file, (folder, name) in places:
        stem, suffix = os.path.splitext(name)
        part = re.compile(rf"{re.escape(stem)}-(?:[2-9]|[1-9]\d+){re.escape(suffix)}")
        for other, (elsewhere, called) in places:
            if elsewhere == folder and part.fullmatch(called):
                raise UsageError(f"{other} is what a later part of {file} may be called; give one of them another name")


def _require_own_names(sources: Sequence[SourceAddress], sinks: Sequence[SinkAddress]) -> None:
    """NDI tells names that differ only in case apart, people do not, and `ndi:NAME` as a source finds either."""
    seen = {source.target.casefold() for source in sources if source.scheme is Scheme.NDI}
    sent: set[str] = set()
    for sink in (sink for sink in sinks if sink.scheme in (Scheme.NDI, Scheme.DECKLINK)):
        name = sink.target.casefold()
        if sink.scheme is Scheme.NDI and name in seen:
            raise UsageError(
                f"'{sink}' has the name of a source of this run, which would then see itself; give it another name, "
                "or write the source in full as `livegrade sources` shows it"
            )
        if f"{sink.scheme}:{name}" in sent:
            raise UsageError(f"two outputs are called {sink.scheme}:{sink.target}; give each a name of its own")
        sent.add(f"{sink.scheme}:{name}")


def _is_same_file(path: str, other: str) -> bool:
    if os.path.exists(path) and os.path.exists(other):
        return os.path.samefile(path, other)
    return _place(path) == _place(other)


def _place(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))


def require_seconds(option: str, seconds: float | None) -> None:
    """Raises UsageError for what is no length of time: infinity passes the parser."""
    if seconds is not None and not math.isfinite(seconds):
        raise UsageError(f"{option} {seconds} is not a number of seconds")


def _range(text: str) -> Range | None:
    if text == "auto":
        return None
    try:
        return Range(text)
    except ValueError:
        raise UsageError(f"--range '{text}' is not known; choose auto, legal or full") from None


def _matrix(text: str) -> Matrix | None:
    if text == "auto":
        return None
    try:
        return Matrix(text)
    except ValueError:
        raise UsageError(f"--matrix '{text}' is not known; choose auto, {', '.join(Matrix)}") from None
