"""`livegrade sources ADDRESS --anc`: what a source carries beside its pictures, watched for a while, listed, and saved
for a bug report."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from livegrade.capture.packetcensus import PacketCensus
from livegrade.capture.source import CaptureOptions, Ended, NoSignal, open_source
from livegrade.commands.voice import say
from livegrade.errors import SourceError
from livegrade.outputs.staging import check_destination, write_whole
from livegrade.timing.clock import MonotonicClock
from livegrade.transport.address import parse_source

if TYPE_CHECKING:
    from pathlib import Path

    from livegrade.capture.packetcensus import Census, PacketKind
    from livegrade.capture.source import Source
    from livegrade.video.frame import Frame

DEFAULT = "decklink:0"
SAVED_BYTES = 20_000_000
"""The most that is kept for a report: minutes of a camera with much metadata."""
_SHOWN_WORDS = 32


@dataclass(frozen=True, slots=True)
class Watched:
    """What a source gave; `format`: the newest, in words; `saved`: the report's path; `cut`: it does not hold all."""

    address: str
    format: str
    census: Census
    saved: str | None
    cut: bool


def run_anc(text: str | None, wait_s: float, folder: Path | None, as_json: bool) -> int:
    """Watches the source for `wait_s` seconds or until Ctrl+C. Raises LivegradeError where no picture comes."""
    address = parse_source(text or DEFAULT)
    report = None if folder is None else _Report(_free_place(folder))
    source = open_source(address, CaptureOptions(), MonotonicClock())
    try:
        source.open()
        watched = _watch(source, wait_s, report)
    finally:
        source.close()
    if as_json:
        print(json.dumps(asdict(watched), indent=2))
    else:
        _print(watched)
    return 0


def _watch(source: Source, wait_s: float, report: _Report | None) -> Watched:
    census, format, reason = PacketCensus(), "", "it sends no pictures"
    until = time.monotonic() + wait_s
    try:
        while time.monotonic() < until:
            got = source.read()
            if isinstance(got, Ended):
                break
            if isinstance(got, NoSignal):
                reason = got.reason
                continue
            format = str(got.format)
            census.see(got)
            if report is not None:
                report.add(got)
    except KeyboardInterrupt:
        say("", trouble=True)
    if not format:
        raise SourceError(f"no picture came from '{source.address}' within {wait_s:g} s: {reason}")
    saved = report.write(source.address, format) if report is not None else None
    return Watched(source.address, format, census.result(), saved, report is not None and report.is_cut)


class _Report:
    """Hexadecimal text, a block for each picture: its number and timecode, and a line for each packet."""

    def __init__(self, path: Path) -> None:
        self.is_cut = False
        self._path = path
        self._blocks: list[str] = []
        self._size = 0

    def add(self, frame: Frame) -> None:
        flags, bits = frame.metadata.timecode_flags, frame.metadata.user_bits
        head = f"picture {frame.index} timecode {frame.timecode or '-'}"
        head += f" flags {'-' if flags is None else f'{int(flags):02X}'}"
        head += f" user-bits {'-' if bits is None else f'{bits:08X}'}\n"
        lines = [
            f"  line {packet.line} stream {packet.stream} {packet} {packet.data.hex(' ').upper()}\n"
            for packet in frame.ancillary
        ]
        block = head + "".join(lines)
        self.is_cut = self.is_cut or self._size + len(block) > SAVED_BYTES
        if not self.is_cut:
            self._size += len(block)
            self._blocks.append(block)

    def write(self, address: str, format: str) -> str:
        head = f"livegrade ancillary packets 1\nsource {address}\nformat {format}\n"
        write_whole(self._path, "".join([head, *self._blocks]).encode())
        return str(self._path)


def _free_place(folder: Path) -> Path:
    """A name in `folder` that is not taken. Raises SinkError."""
    path, number = folder / "ancillary.txt", 1
    while path.exists():
        number += 1
        path = folder / f"ancillary-{number}.txt"
    check_destination(path, overwrite=False)
    return path


def _print(watched: Watched) -> None:
    census = watched.census
    print(f"{watched.address}: {watched.format}, {census.pictures} pictures")
    _print_timecode(census)
    for kind in census.kinds:
        _print_kind(kind, census.pictures)
    if not census.kinds:
        print("no ancillary packets: the signal has none, or its carrier does not bring them")
    if census.left_out:
        print(f"{census.left_out} packets of further kinds are not listed")
    if watched.saved is not None:
        print(f"{watched.saved}: all of it" if not watched.cut else f"{watched.saved}: the beginning, it was too much")


def _print_timecode(census: Census) -> None:
    seen = census.timecode
    if seen.first is None:
        print("no timecode")
    else:
        flags = "" if seen.flags is None else f", flags: {', '.join(seen.flags) or 'none'}"
        bits = "" if seen.user_bits is None else f", user bits {seen.user_bits}"
        print(f"timecode {seen.first} to {seen.last}{flags}{bits}")
    for flag in seen.user_flags:
        print(f"  changed {_times(flag.changes)}: record={flag.rule}")
    if census.recording_said:
        print("  the source says itself whether the camera records: record=sender")


def _print_kind(kind: PacketKind, pictures: int) -> None:
    length = f"{kind.shortest}" if kind.shortest == kind.longest else f"{kind.shortest} to {kind.longest}"
    often = f"{kind.packets} in {kind.pictures} of {pictures} pictures"
    print(f"{kind.id}  line {kind.line}  {kind.name or 'not known'}: {often}, {length} words")
    words = kind.first.split()
    if words:
        print(f"  {' '.join(words[:_SHOWN_WORDS])}{' ...' if len(words) > _SHOWN_WORDS else ''}")
    for line in kind.says:
        print(f"  {line}")
    for flag in kind.flags:
        print(f"  changed {_times(flag.changes)}: record={flag.rule}")


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
