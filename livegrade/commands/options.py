"""What several commands read alike: looks per slot, capture options, the engine."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

from livegrade.capture.source import CaptureOptions
from livegrade.color.files import load_look_file
from livegrade.color.look import Look
from livegrade.engine.select import Choice, choose
from livegrade.errors import UsageError
from livegrade.machine import usable_cores
from livegrade.transport.address import Scheme, split_ffmpeg, split_slot
from livegrade.video.format import Matrix, Range

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

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
    return {
        slot: Look(tuple(node for value in split if value.slot in (None, slot) for node in loaded[value.value]))
        for slot in slots
    }


def capture_options(range_: str, matrix: str, *, live: bool, loop: bool = False) -> CaptureOptions:
    """Capture options from `--range` and `--matrix`; what the address itself says goes before. Raises UsageError."""
    return CaptureOptions(
        range=_range(range_),
        matrix=_matrix(matrix),
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
    write the same file, or where two on the network would have one name.

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
    _require_own_names(sources, sinks)


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
