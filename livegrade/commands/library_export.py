"""`livegrade library export`: a day or a selection as one new folder for post."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from livegrade.commands.attached import run_attached
from livegrade.commands.progress import Progress
from livegrade.handoff.cameraclips import read_camera_clips
from livegrade.handoff.material import gather
from livegrade.handoff.package import CONTENTS, UNMATCHED, Part, write_package
from livegrade.handoff.plan import counted, plan_of, takes
from livegrade.library.store import Library, library_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from livegrade.handoff.package import Summary
    from livegrade.handoff.plan import Plan

LACKS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class ExportArguments:
    """The command line as it was given. `parts`: none for all; `chosen`: numbers of takes, none for all that `words`
    find; `attached`: to a session, which reads how far it is and may end it."""

    words: Sequence[str]
    out: Path
    parts: Sequence[Part]
    clips: Sequence[Path]
    reel_letters: int
    library: Path | None
    as_json: bool
    chosen: Sequence[int] = ()
    attached: bool = False


def run_export(arguments: ExportArguments) -> int:
    """Writes the package, whole or not at all, and prints what is in it and what could not be matched. Exit code 1
    where the library has lost something that it names. Raises LivegradeError."""
    if arguments.attached:
        return run_attached(lambda advance: _attached(arguments, advance))
    began = time.monotonic()
    plan = _plan(arguments)
    with Progress(quiet=arguments.as_json, things="files") as progress:
        summary = _write(arguments, plan, progress.advance)
    seconds = time.monotonic() - began
    if arguments.as_json:
        files = [asdict(file) for file in summary.files]
        lacks = [asdict(lack) for lack in summary.lacks]
        report = {"folder": str(arguments.out), "seconds": round(seconds, 3), "files": files, "lacks": lacks}
        print(json.dumps(report))
    else:
        print("\n".join(_lines(arguments.out, plan, summary, seconds)))
    return 1 if any(lack.is_lost for lack in summary.lacks) else 0


def _plan(arguments: ExportArguments) -> Plan:
    clips = [clip for path in arguments.clips for clip in read_camera_clips(path)]
    with Library.reading(arguments.library or library_folder()) as library:
        return plan_of(gather(library, arguments.words, datetime.now().astimezone(), arguments.chosen), clips)


def _write(arguments: ExportArguments, plan: Plan, advance: Callable[[int, int], None]) -> Summary:
    parts = arguments.parts or tuple(Part)
    return write_package(plan, parts, arguments.out, time.time_ns(), advance, arguments.reel_letters)


def _attached(arguments: ExportArguments, advance: Callable[[int, int], None]) -> str:
    """What became of it, in a sentence."""
    plan = _plan(arguments)
    summary = _write(arguments, plan, advance)
    lost = sum(lack.is_lost for lack in summary.lacks)
    whole = f"{arguments.out}: {takes(len(plan.takes))}, {counted(len(plan.looks), 'look')}, "
    whole += f"{counted(len(summary.files) + 1, 'file')}, {summary.bytes / 1e6:.1f} MB, read back"
    lacks = f"; {len(summary.lacks)} could not be matched or told, {UNMATCHED} has them" if summary.lacks else ""
    return whole + lacks + (f"; the library has lost {lost} that it names" if lost else "")


def _lines(folder: Path, plan: Plan, summary: Summary, seconds: float) -> list[str]:
    kinds: dict[str, int] = {}
    for file in summary.files:
        kinds[file.what] = kinds.get(file.what, 0) + 1
    lines = [f"  {count:>4}  {what}" for what, count in kinds.items()]
    if summary.lacks:
        lines.append(f"{len(summary.lacks)} could not be matched or told:")
        lines += [f"  {lack.what} {lack.name[:60]}: {lack.why}" for lack in summary.lacks[:LACKS_SHOWN]]
    if len(summary.lacks) > LACKS_SHOWN:
        lines.append(f"  and {len(summary.lacks) - LACKS_SHOWN} more; {UNMATCHED} has all of them")
    count = len(summary.files) + 1
    return [
        *lines,
        f"{folder}: {takes(len(plan.takes))}, {counted(len(plan.looks), 'look')}, {count} files with {CONTENTS}, "
        f"{summary.bytes / 1e6:.1f} MB, read back, in {seconds:.1f} s",
    ]
