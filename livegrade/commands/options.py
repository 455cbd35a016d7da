"""What several commands read alike: looks per slot, capture options, the engine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from livegrade.capture.source import CaptureOptions
from livegrade.color.files import load_look_file
from livegrade.color.look import Look
from livegrade.engine.select import Choice, choose
from livegrade.errors import UsageError
from livegrade.transport.address import Scheme, split_ffmpeg, split_slot
from livegrade.video.format import Matrix, Range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livegrade.transport.address import SinkAddress, SourceAddress, split_ffmpeg


def looks_by_slot(values: Sequence[str], slots: Sequence[str]) -> dict[str, Look]:
    """The look of every slot from the `--look` values, files in the order given; `B:FILE` counts for slot B only.

    Raises UsageError for a slot that is not there and LookFileError for a file that cannot be read.
    """
    split = [split_slot(value) for value in values]
    for value in split:
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


def require_own_files(sources: Sequence[SourceAddress], sinks: Sequence[SinkAddress]) -> None:
    """Raises UsageError where an output would replace what is read, whatever --overwrite says, or two outputs would
    write the same file."""
    named = [source.target for source in sources if source.scheme is Scheme.PATH]
    named += [split_ffmpeg(source.target)[1] for source in sources if source.scheme is Scheme.FFMPEG]
    read = [path for path in named if os.path.exists(path)]
    written: set[str] = set()
    for path in (sink.target for sink in sinks if sink.scheme is Scheme.PATH):
        if os.path.exists(path) and any(os.path.samefile(path, source) for source in read):
            raise UsageError(f"{path} is the source itself; give the result another name")
        if os.path.realpath(path) in written:
            raise UsageError(f"two outputs write {path}; give each a name of its own")
        written.add(os.path.realpath(path))


def usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


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
