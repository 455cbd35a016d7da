"""`livegrade still`: one frame as a 16-bit picture, or as a sheet with scopes."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from livegrade.capture.source import Ended, NoSignal, open_source
from livegrade.commands.engines import pick_engine
from livegrade.commands.options import looks_by_slot, one_camera, view_notes
from livegrade.engine.engine import Engine
from livegrade.engine.view import View, ViewKind, parse_view
from livegrade.errors import MediaError, SourceError, UsageError
from livegrade.outputs.staging import check_destination
from livegrade.outputs.still import still_encoder, write_still
from livegrade.scopes.graticule import level_scale
from livegrade.scopes.measure import Tap, parse_tap
from livegrade.scopes.sheet import with_legend
from livegrade.scopes.wish import ScopeWish, parse_wish
from livegrade.session.choices import capture_options, chain_of, range_words
from livegrade.sheet import SheetPlan, rgb16, scope_sheet
from livegrade.timing.clock import MonotonicClock
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.transport.address import Scheme, parse_source
from livegrade.transport.places import require_own_places

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from livegrade.capture.source import Source
    from livegrade.color.camera import Camera
    from livegrade.color.look import Look
    from livegrade.transport.address import SourceAddress
    from livegrade.video.frame import Frame

PATIENCE_NS = 10 * NS_PER_SECOND
"""How long a live source may stay without a picture."""


@dataclass(frozen=True, slots=True)
class StillArguments:
    """The command line as it was given."""

    source: str
    out: Path
    at: str
    looks: Sequence[str]
    camera: str | None
    ei: str | None
    to: str | None
    grade_in: str
    view: str | None
    false_color: str | None
    scopes: str | None
    scale: str
    hlg_peak: int
    tap: str | None
    range: str
    matrix: str
    engine: str
    overwrite: bool
    as_json: bool


def run_still(arguments: StillArguments) -> int:
    """Writes the still. Raises LivegradeError."""
    source = parse_source(arguments.source)
    require_own_places([source], [], looks=arguments.looks, writes=[arguments.out])
    check_destination(arguments.out, overwrite=arguments.overwrite)
    look = looks_by_slot(arguments.looks, ["A"])["A"]
    used = one_camera(arguments.camera, arguments.ei)
    look = chain_of(used, arguments.to, arguments.grade_in).around(look)
    view = _view(arguments, used)
    scopes = _scopes(arguments)
    still_encoder(arguments.out)
    options = capture_options(arguments.range, arguments.matrix, live=False, used=used)
    frame = frame_at(open_source(source, options, MonotonicClock()), arguments.at)
    backend = pick_engine(arguments.engine, 0).backend
    if scopes:
        plan = SheetPlan(_name(source), view, scopes, used)
        write_still(arguments.out, scope_sheet(frame, look, backend, plan), overwrite=arguments.overwrite)
    else:
        shown = Engine(backend).take(frame, look)
        notes = (("Source", str(source)), ("View", str(view)), ("Look", look.id))
        picture = rgb16(shown, view)
        if view.bands is not None:
            picture = with_legend(picture, view.bands)
        form = view.encoded(frame.format, look)
        tagged = replace(frame, format=replace(frame.format, primaries=form.primaries, transfer=form.transfer))
        write_still(arguments.out, picture, tagged, notes=notes, overwrite=arguments.overwrite)
    _report(arguments, frame, view, look, used)
    return 0


def _report(arguments: StillArguments, frame: Frame, view: View, look: Look, used: Camera | None) -> None:
    note = view.bands.note if view.bands is not None else ""
    words = range_words(arguments.range, parse_source(arguments.source), used)
    notes = view_notes(look, view)
    if arguments.as_json:
        timecode = str(frame.timecode) if frame.timecode else None
        report = {"path": str(arguments.out), "frame": frame.index, "timecode": timecode, "view": str(view)}
        report |= {"look": look.id, "camera": None if used is None else used.title, "note": note, "look_notes": notes}
        print(json.dumps(report | {"range": frame.format.range.value, "range_source": words}))
        return
    if used is not None:
        print(f"{used.title}; range {frame.format.range.value}: {words}")
    if note and view.bands is not None:
        print(f"false colour {view.bands.name}: {note}")
    print("".join(f"note: {each}\n" for each in notes), end="")
    print(f"{arguments.out}: frame {frame.index}{f', {frame.timecode}' if frame.timecode else ''}, {view}")


def frame_at(source: Source, at: str) -> Frame:
    """The frame with number `at` (from 0), or with the timecode `at`. Raises UsageError, MediaError, SourceError."""
    number = int(at) if at.isascii() and at.isdigit() else None
    if number is None and ":" not in at:
        raise UsageError(f"--at '{at}' is not a frame number from 0 nor a timecode such as 10:00:00:00")
    source.open()
    try:
        began_ns: int | None = None
        count = 0
        while True:
            got = source.read()
            if isinstance(got, Ended):
                if got.early is not None:
                    raise SourceError(got.early)
                raise MediaError(source.address, f"has {got.frames} frames; there is no frame {at}")
            if isinstance(got, NoSignal):
                began_ns = began_ns if began_ns is not None else got.since_ns
                if MonotonicClock().now_ns() - began_ns > PATIENCE_NS:
                    raise SourceError(f"{source.address}: {got.reason}")
                continue
            if number == count if number is not None else _is_at(got, at, source.address):
                return got
            count += 1
            if number is None and got.timecode is not None and count > got.timecode.rate.frames_per_day:
                raise MediaError(source.address, f"shows no timecode {at} within a day")
    finally:
        source.close()


def _is_at(frame: Frame, at: str, address: str) -> bool:
    if frame.timecode is None:
        raise UsageError(f"{address} carries no timecode; give --at as a frame number instead of '{at}'")
    wanted = Timecode.parse(at, TimecodeRate(frame.format.rate, per_label=frame.timecode.rate.per_label))
    return frame.timecode == wanted


def _view(arguments: StillArguments, used: Camera | None) -> View:
    tap = _tap(arguments.tap, Tap.SOURCE)
    if arguments.false_color is not None and arguments.view is not None:
        raise UsageError("--view and --false-color each say what to show; give one of them")
    if arguments.false_color is not None:
        return parse_view(f"false-color:{arguments.false_color}", used, tap=tap.value)
    if arguments.view is not None:
        return parse_view(arguments.view, used, tap=tap.value)
    return View(ViewKind.SOURCE if arguments.tap == Tap.SOURCE else ViewKind.GRADED)


def _name(source: SourceAddress) -> str:
    """What a sheet calls the source: a file by its name alone, anything else by its address."""
    return os.path.basename(source.target) if source.scheme is Scheme.PATH else str(source)


def _tap(text: str | None, default: Tap) -> Tap:
    return default if text is None else parse_tap(text)


def _scopes(arguments: StillArguments) -> tuple[ScopeWish, ...]:
    base = ScopeWish(
        tap=_tap(arguments.tap, Tap.GRADED), scale=level_scale(arguments.scale), hlg_peak=arguments.hlg_peak
    )
    return tuple(parse_wish(text, base) for text in arguments.scopes.split(",")) if arguments.scopes is not None else ()
