"""`livegrade run`: the live picture, until Ctrl+C, the end of the sources or `--for`."""

from __future__ import annotations

import math
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.commands.options import capture_options, looks_by_slot, require_own_files, usable_cores
from livegrade.errors import UsageError
from livegrade.outputs.staging import check_destination, write_whole
from livegrade.scopes.measure import ScopeRequest
from livegrade.session import Session
from livegrade.session.report import as_json, one_line
from livegrade.session.setup import MAX_SLOTS, ScopePlan, SessionSetup, SinkSetup, SlotSetup
from livegrade.session.views import view_of
from livegrade.transport.address import parse_sink, parse_source

if TYPE_CHECKING:
    from pathlib import Path

REPORT_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class LiveArguments:
    """The command line as it was given."""

    sources: tuple[str, ...]
    looks: tuple[str, ...]
    outputs: tuple[str, ...]
    range: str
    matrix: str
    engine: str
    threads: int
    scopes_per_second: int
    loop: bool
    for_seconds: float | None
    stats: Path | None
    overwrite: bool


def run_live(arguments: LiveArguments) -> int:
    """Runs the session and prints what it does. Raises LivegradeError when it cannot start.

    Returns 1 when a source or an output failed on the way, and 0 also after Ctrl+C, which is how a live run ends.
    """
    if arguments.for_seconds is not None and not math.isfinite(arguments.for_seconds):
        raise UsageError(f"--for {arguments.for_seconds} is not a number of seconds")
    if arguments.stats is not None:
        check_destination(arguments.stats, overwrite=True)
    session = Session(session_setup(arguments))
    shown = 0
    try:
        session.start()
        print(f"engine {session.backend.name}: {session.reason}")
        shown = _watch(session, arguments.for_seconds)
    except KeyboardInterrupt:
        print()
    finally:
        session.stop()
    _print_events(session, shown)
    stats = session.stats()
    if arguments.stats is not None:
        write_whole(arguments.stats, as_json(stats).encode())
    print(one_line(stats))
    return 1 if session.failed else 0


def _watch(session: Session, for_seconds: float | None) -> int:
    """Prints events as they come and a line of figures now and then, until the end; how many events were printed."""
    began = time.monotonic()
    next_report = began + REPORT_EVERY_S
    shown = 0
    while not session.ended:
        now = time.monotonic()
        if for_seconds is not None and now - began >= for_seconds:
            break
        shown = _print_events(session, shown)
        if now >= next_report:
            next_report += REPORT_EVERY_S
            print(one_line(session.stats()), flush=True)
        time.sleep(0.05)
    return shown


def session_setup(arguments: LiveArguments) -> SessionSetup:
    """From words to values. Raises UsageError and LookFileError."""
    if len(arguments.sources) > MAX_SLOTS:
        raise UsageError(f"{len(arguments.sources)} sources are too many; a session has at most {MAX_SLOTS}")
    names = [chr(ord("A") + index) for index in range(len(arguments.sources))]
    looks = looks_by_slot(arguments.looks, names)
    slots = []
    for name, text in zip(names, arguments.sources, strict=True):
        address = parse_source(text)
        options = capture_options(arguments.range, arguments.matrix, live=True, loop=arguments.loop)
        slots.append(SlotSetup(name, address, options, looks[name]))
    sinks = [parse_sink(text) for text in arguments.outputs]
    require_own_files([slot.source for slot in slots], sinks)
    per_second = arguments.scopes_per_second
    return SessionSetup(
        slots=tuple(slots),
        sinks=tuple(SinkSetup(sink, sink.slot, view_of(sink)) for sink in sinks),
        engine=arguments.engine,
        threads=arguments.threads or usable_cores(),
        scopes=ScopePlan(ScopeRequest(), per_second) if per_second else None,
        overwrite=arguments.overwrite,
    )


def _print_events(session: Session, shown: int) -> int:
    """Prints the events after the first `shown`; returns how many there have been in all."""
    events, count = session.events.since(shown)
    for event in events:
        stream = sys.stderr if event.link.is_trouble else sys.stdout
        print(f"{event.subject}: {event.text or event.link.value}", file=stream, flush=True)
    return count
