"""`livegrade library export`: a day or a selection as one new folder for post."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from livegrade.commands.progress import Progress
from livegrade.handoff.cameraclips import read_camera_clips
from livegrade.handoff.material import gather
from livegrade.handoff.package import CONTENTS, UNMATCHED, Part, write_package
from livegrade.handoff.plan import plan_of, takes
from livegrade.library.store import Library, library_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from livegrade.handoff.package import Summary
    from livegrade.handoff.plan import Plan

LACKS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class ExportArguments:
    """The command line as it was given. `parts`: none for all."""

    words: Sequence[str]
    out: Path
    parts: Sequence[Part]
    clips: Sequence[Path]
    reel_letters: int
    library: Path | None
    as_json: bool


def run_export(arguments: ExportArguments) -> int:
    """Writes the package, whole or not at all, and prints what is in it and what could not be matched. Exit code 1
    where the library has lost something that it names. Raises LivegradeError."""
    began = time.monotonic()
    clips = [clip for path in arguments.clips for clip in read_camera_clips(path)]
    with Library.reading(arguments.library or library_folder()) as library:
        plan = plan_of(gather(library, arguments.words, datetime.now().astimezone()), clips)
    with Progress(quiet=arguments.as_json, things="files") as progress:
        parts = arguments.parts or tuple(Part)
        summary = write_package(plan, parts, arguments.out, time.time_ns(), progress.advance, arguments.reel_letters)
    seconds = time.monotonic() - began
    if arguments.as_json:
        files = [asdict(file) for file in summary.files]
        lacks = [asdict(lack) for lack in summary.lacks]
        report = {"folder": str(arguments.out), "seconds": round(seconds, 3), "files": files, "lacks": lacks}
        print(json.dumps(report))
    else:
        print("\n".join(_lines(arguments.out, plan, summary, seconds)))
    return 1 if any(lack.is_lost for lack in summary.lacks) else 0


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
        f"{folder}: {takes(len(plan.takes))}, {len(plan.looks)} looks, {count} files with {CONTENTS}, "
        f"{summary.bytes / 1e6:.1f} MB, read back, in {seconds:.1f} s",
    ]
