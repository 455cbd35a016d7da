"""Runs the whole benchmark, row by row, and reports it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console

from livegrade import machine
from livegrade.bench import accuracy, ffmpeg_peer, material, ocio_peer, table
from livegrade.bench.api import FULL, QUICK, ApiRows
from livegrade.bench.bake_row import bake_row
from livegrade.bench.engine_rows import cdl_row, lut_row, scopes_row
from livegrade.bench.live import live_jobs
from livegrade.bench.rows import BenchRow, Setting, Verdict, not_run
from livegrade.bench.startup import help_row
from livegrade.engine.select import choose
from livegrade.errors import LivegradeError, UsageError
from livegrade.outputs.staging import check_destination, write_whole
from livegrade.redaction import one_line
from livegrade.scopes.measure import sampling
from livegrade_shaders import _native

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from livegrade.scopes.measure import Sampling

Job = tuple[str, "Callable[[], BenchRow]"]


def report(quick: bool, json_path: Path | None, scope_sampling: str, only: str = "") -> int:
    """Runs, prints the table, writes it where asked: JSON, or Markdown when the name ends in .md.

    Returns 1 when a floor was missed. `scope_sampling`: of the live rows; the race counts every pixel, as the peer
    does. `only`: rows with this in their name. Raises UsageError, and SinkError when the file cannot be written.
    """
    scopes = sampling(scope_sampling)
    if json_path is not None:
        check_destination(json_path, overwrite=True)
    measured_on = setting()
    jobs = [(figure, job) for figure, job in _jobs(quick, scopes) if only.casefold() in figure.casefold()]
    if not jobs:
        raise UsageError(
            f"no row of the benchmark has '{one_line(only)}' in its name; leave --only out to see them all"
        )
    rows = run_bench(jobs)
    table.show(measured_on, rows)
    if json_path is not None:
        render = table.as_markdown if json_path.suffix == ".md" else table.as_json
        write_whole(json_path, render(measured_on, rows).encode())
    return int(any(row.verdict is Verdict.MISSED for row in rows))


def run_bench(jobs: Sequence[Job]) -> list[BenchRow]:
    """The rows in this order; one that fails says so and the rest go on."""
    console = Console(stderr=True)
    rows: list[BenchRow] = []
    for figure, job in jobs:
        with console.status(figure):
            try:
                rows.append(job())
            except LivegradeError as error:
                rows.append(BenchRow(figure, "-", "", Verdict.MISSED, str(error)))
    return rows


def setting() -> Setting:
    """This machine now, and the versions of everything that is raced."""
    python = ".".join(str(part) for part in sys.version_info[:3])
    return Setting(
        processor=machine.processor_name(),
        cores=machine.usable_cores(),
        threads=threads(),
        isa=_native.isa(),
        system=machine.system_name(),
        versions=(ffmpeg_peer.version(), ocio_peer.version(), f"numpy {np.__version__}", f"Python {python}"),
        load=os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    )


def threads() -> int:
    """Threads given to us and to each peer: the floors are stated for 2."""
    return min(2, machine.usable_cores())


def _jobs(quick: bool, scopes: Sampling) -> Iterator[Job]:
    """`quick`: fewer rounds, live runs of seconds (some minutes in all); else about 20 minutes, 10 of them for the
    memory row."""
    count, rounds = threads(), 41 if quick else 201
    planes = material.picture()
    small = material.picture(480, 270) if quick else material.picture(960, 540)
    native = choose("native", count).backend
    reference = choose("reference", count).backend
    yield "look, LUT only", lambda: lut_row(native, planes, count, rounds)
    yield "look, CDL and LUT", lambda: cdl_row(native, planes, count, rounds)
    yield "scopes", lambda: scopes_row(native, planes, count, rounds)
    yield "bake", lambda: bake_row(rounds)
    yield "accuracy of native", lambda: accuracy.accuracy_row("native", native, reference, small)
    yield "accuracy of cuda", lambda: _cuda_row(count, small)
    yield from live_jobs(quick, scopes)
    yield from ApiRows(QUICK if quick else FULL).jobs()
    yield "livegrade --help", lambda: help_row(5 if quick else 15)


def _cuda_row(count: int, planes: material.Planes) -> BenchRow:
    try:
        cuda = choose("cuda", count).backend
    except LivegradeError as error:
        return not_run("error of cuda against float64", accuracy.FLOOR, f"no GPU to run it on: {error}")
    return accuracy.accuracy_row("cuda", cuda, choose("reference", count).backend, planes)
