"""The package: all files that were asked for, in a new folder that appears when they are written and read back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from livegrade.color.files.write_cdl import MAX_REEL
from livegrade.errors import SinkError
from livegrade.handoff.cdl_files import ale_jobs, cdl_jobs, edl_jobs
from livegrade.handoff.jobs import Job
from livegrade.handoff.look_files import amf_jobs, cube_jobs, look_jobs, still_jobs
from livegrade.handoff.tables import Written, contents, table_jobs, unmatched
from livegrade.outputs.staging import StagedFolder, write_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from livegrade.handoff.plan import Lack, Plan

CONTENTS, UNMATCHED = "contents.csv", "unmatched.csv"
"""Of every package, whatever was asked for."""


class Part(StrEnum):
    """What can be asked for."""

    CDL = "cdl"
    CUBE = "cube"
    EDL = "edl"
    ALE = "ale"
    AMF = "amf"
    LOOKS = "looks"
    STILLS = "stills"
    TABLES = "tables"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Summary:
    """`files`: all of the package but its list of contents; `lacks`: what could not be matched or held."""

    files: tuple[Written, ...]
    lacks: tuple[Lack, ...]

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)


def write_package(
    plan: Plan,
    parts: Collection[Part],
    folder: Path,
    now_ns: int,
    advance: Callable[[int, int], None],
    reel_letters: int = MAX_REEL,
) -> Summary:
    """Writes `parts` of `plan` to the new folder `folder`, whole or not at all. `now_ns`: since 1970-01-01 UTC.
    `advance`: told files done and of how many. `reel_letters`: most of a reel in an EDL. Raises SinkError and
    LibraryError."""
    jobs, lacks = _jobs(plan, parts, now_ns, reel_letters)
    staged = StagedFolder(folder)
    try:
        files = []
        for number, job in enumerate(jobs):
            advance(number, len(jobs))
            files.append(_write(staged.path, job))
        _put(staged.path, CONTENTS, contents(files))
        staged.commit()
    finally:
        staged.discard()
    return Summary(tuple(files), tuple(lacks))


def _jobs(plan: Plan, parts: Collection[Part], now_ns: int, reel_letters: int) -> tuple[list[Job], list[Lack]]:
    """Everything to do, and everything that cannot be done, which the tables and the report tell too."""
    jobs: list[Job] = []
    lacks = list(plan.lacks)
    makers: tuple[tuple[Part, Callable[[], tuple[list[Job], list[Lack]]]], ...] = (
        (Part.CDL, lambda: cdl_jobs(plan)),
        (Part.EDL, lambda: edl_jobs(plan, reel_letters)),
        (Part.ALE, lambda: ale_jobs(plan)),
        (Part.CUBE, lambda: cube_jobs(plan)),
        (Part.LOOKS, lambda: look_jobs(plan)),
        (Part.AMF, lambda: amf_jobs(plan, now_ns)),
        (Part.STILLS, lambda: still_jobs(plan)),
    )
    for part, make in makers:
        if part in parts:
            more, missing = make()
            jobs += more
            lacks += [lack for lack in missing if lack not in lacks]
    if Part.TABLES in parts:
        jobs += table_jobs(plan, lacks)
    if Part.PDF in parts:
        jobs.append(Job(f"{plan.stem}.pdf", "report", lambda: _report(plan, lacks, now_ns)))
    jobs.append(Job(UNMATCHED, "what could not be matched", lambda: unmatched(lacks)))
    return jobs, lacks


def _report(plan: Plan, lacks: list[Lack], now_ns: int) -> bytes:
    from livegrade.handoff.report import write_report  # its packages are loaded by those who need it

    return write_report(plan, lacks, now_ns)


def _write(folder: Path, job: Job) -> Written:
    data = job.make()
    return Written(job.path, job.what, len(data), _put(folder, job.path, data), job.look_id)


def _put(folder: Path, name: str, data: bytes) -> str:
    """Writes a file of the package and reads it back; its SHA-256."""
    wanted = hashlib.sha256(data).hexdigest()
    path = folder / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise write_fault(name, error) from None
    if found != wanted:
        raise SinkError(f"{name} does not read back as it was written; nothing was kept: check the disk")
    return wanted
