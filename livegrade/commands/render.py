"""`livegrade render`: every frame of a source through the look into a file."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.commands.options import capture_options, looks_by_slot, pick_engine
from livegrade.commands.progress import Progress
from livegrade.render import RenderJob, render, require_file_sink
from livegrade.session.views import view_of
from livegrade.transport.address import parse_sink, parse_source

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class RenderArguments:
    """The command line as it was given."""

    source: str
    dest: str
    looks: Sequence[str]
    frames: int | None
    range: str
    matrix: str
    engine: str
    threads: int
    overwrite: bool
    as_json: bool


def run_render(arguments: RenderArguments) -> int:
    """Renders and reports. Raises LivegradeError; on Ctrl+C it says how far the render came and returns 130."""
    source, sink = parse_source(arguments.source), parse_sink(arguments.dest)
    require_file_sink(sink)
    look = looks_by_slot(arguments.looks, ["A"])["A"]
    job = RenderJob(
        source=source,
        sink=sink,
        look=look,
        options=capture_options(arguments.range, arguments.matrix, live=False),
        view=view_of(sink),
        frames=arguments.frames,
        overwrite=arguments.overwrite,
    )
    choice = pick_engine(arguments.engine, arguments.threads)
    began = time.perf_counter()
    with Progress(quiet=arguments.as_json) as progress:
        try:
            result = render(job, choice.backend, progress.advance)
        except KeyboardInterrupt:
            progress.close()
            print(f"stopped after {progress.frames} frames; nothing was left under {sink.target}")
            return 130
    seconds = time.perf_counter() - began
    if arguments.as_json:
        report = {"path": result.path, "frames": result.frames, "seconds": round(seconds, 3), "note": result.note}
        report |= {"engine": choice.backend.name, "look": look.id}
        print(json.dumps(report))
    else:
        rate = result.frames / seconds if seconds else 0.0
        print(
            f"{result.path}: {result.frames} frames, {rate:.1f} frames/s, "
            f"engine {choice.backend.name} ({choice.reason})"
        )
        if result.note:
            print(f"note: {result.note}")
    return 0
