"""Whether every output of a session has a place of its own: a file that nobody reads and no other writes, a name on the
network, a connector."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from livegrade.errors import UsageError
from livegrade.transport.address import Scheme, split_ffmpeg, split_slot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from livegrade.transport.address import SinkAddress, SourceAddress


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
        if place(path) in written:
            raise UsageError(f"{path} would be written twice; give each output a name of its own")
        written.add(place(path))
    _require_own_parts([sink.file for sink in sinks if sink.file is not None])
    _require_own_names(sources, sinks)


def _require_own_parts(files: Sequence[str]) -> None:
    """A recording goes on in NAME-2.mov after a break in its signal: another output of that name would replace it."""
    places = [(file, os.path.split(place(file))) for file in files]
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
    return place(path) == place(other)


def place(path: str) -> str:
    """The same for two paths of one file."""
    return os.path.normcase(os.path.realpath(path))
