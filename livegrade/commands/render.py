"""`livegrade render`: every frame of a source through the look into a file."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.commands.engines import pick_engine
from livegrade.commands.options import looks_by_slot, one_camera, view_notes
from livegrade.commands.progress import Progress
from livegrade.engine.view import ViewKind
from livegrade.errors import LivegradeError, UsageError
from livegrade.render import Rendering, RenderJob, require_an_end, require_file_sink
from livegrade.session.choices import capture_options, chain_of
from livegrade.session.views import view_of
from livegrade.transport.address import parse_sink, parse_source
from livegrade.transport.places import require_own_places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livegrade.color.look import Look
    from livegrade.engine.select import Choice
    from livegrade.render import RenderResult

INTERRUPTED = 130
"""What shells call the end by Ctrl+C: 128 and the signal's number."""


@dataclass(frozen=True, slots=True)
class RenderArguments:
    """The command line as it was given."""

    source: str
    dest: str
    looks: Sequence[str]
    camera: str | None
    ei: str | None
    to: str | None
    grade_in: str
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
    require_an_end(source, arguments.frames)
    require_own_places([source], [sink], looks=arguments.looks)
    used = one_camera(arguments.camera, arguments.ei)
    view = view_of(sink, used, arguments.grade_in)
    if view.kind is ViewKind.COMPARE and view.comparison.own is None:
        raise UsageError(f"{view}: only a session has pictures of others; here with=source, bypass or graded")
    look = looks_by_slot(arguments.looks, ["A"])["A"]
    look = chain_of(used, arguments.to, arguments.grade_in).around(look)
    job = RenderJob(
        source=source,
        sink=sink,
        look=look,
        options=capture_options(arguments.range, arguments.matrix, live=False, used=used),
        view=view,
        frames=arguments.frames,
        overwrite=arguments.overwrite,
    )
    choice = pick_engine(arguments.engine, arguments.threads)
    notes = view_notes(look, job.view)
    if not arguments.as_json:
        print("".join(f"note: {note}\n" for note in notes), end="", flush=True)
    began = time.perf_counter()
    with Progress(quiet=arguments.as_json) as progress:
        rendering = Rendering(job, choice.backend, progress.advance)
        try:
            result = rendering.run()
        except KeyboardInterrupt:
            progress.close()
            print(f"livegrade: stopped after {rendering.written} frames; {_left(rendering, job)}", file=sys.stderr)
            return INTERRUPTED
        except LivegradeError as error:
            if rendering.partial is not None:
                error.add_note(str(rendering.partial))
            raise
    _report(result, arguments.as_json, time.perf_counter() - began, choice, look, notes)
    return 0


def _left(rendering: Rendering, job: RenderJob) -> str:
    """What a render that was given up has left behind."""
    if rendering.partial is None:
        return f"nothing was written to {job.sink.target}"
    return str(rendering.partial)


def _report(
    result: RenderResult, as_json: bool, seconds: float, choice: Choice, look: Look, notes: Sequence[str]
) -> None:
    if as_json:
        report = {"path": result.path, "frames": result.frames, "seconds": round(seconds, 3), "note": result.note}
        report |= {"engine": choice.backend.name, "look": look.id, "look_notes": notes}
        print(json.dumps(report))
        return
    rate = result.frames / seconds if seconds else 0.0
    print(f"{result.path}: {result.frames} frames, {rate:.1f} frames/s, engine {choice.backend.name}")
    if result.note:
        print(f"note: {result.note}")
