"""The looks of a day as files: LUTs, saved looks, AMFs, stills."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from livegrade.color.files.saved import write_saved_look
from livegrade.color.lutfile import lut_file
from livegrade.errors import LibraryError
from livegrade.handoff.amf import AmfClip, pipeline_of, write_amf
from livegrade.handoff.grade import behind_cdl
from livegrade.handoff.jobs import Job
from livegrade.handoff.plan import Lack, takes
from livegrade.library.parts import parts_that_may_be_kept

if TYPE_CHECKING:
    from livegrade.color.look import Look
    from livegrade.handoff.plan import LookItem, Plan, TakeItem

STILL_BYTES = 1 << 30


def cube_jobs(plan: Plan) -> tuple[list[Job], list[Lack]]:
    """The whole look as one `.cube`, and for a CDL with a LUT or output transform behind it that part by itself, once
    for all looks that share it. A look that is kept under a name without what the pictures had around it says so."""
    jobs = []
    bare = {part.id for item in plan.looks.values() for part in parts_that_may_be_kept(item.look)}
    parts: dict[str, tuple[Look, str]] = {}
    for item in plan.looks.values():
        if item.is_passing:
            continue
        what = (
            "LUT of a look as it is kept, without the transforms around it"
            if item.look_id in bare
            else "LUT of a whole look"
        )
        jobs.append(Job(f"lut/{item.stem}.cube", what, partial(write_cube, item.look), item.look_id))
        part = behind_cdl(item.look)
        if part.nodes and item.grade.cdl is not None and not item.grade.cdl.is_default:
            parts.setdefault(part.id, (part, item.grade.works_on))
    jobs += [
        Job(f"lut/behind-cdl_{part_id[:8]}.cube", "LUT behind the CDL", partial(write_cube, part, works_on), part_id)
        for part_id, (part, works_on) in parts.items()
    ]
    return jobs, []


def write_cube(look: Look, takes: str = "the camera's signal") -> bytes:
    """`look` from 0 to 1 in 33 points a side, with its id and what that costs. `takes`: what goes in, for people."""
    return lut_file(look, Path(f"{look.id}.cube"), takes).content


def look_jobs(plan: Plan) -> tuple[list[Job], list[Lack]]:
    """Saved looks, exact to the last digit; the tables of LUTs lie beside them, once for all looks that share one."""
    jobs = []
    tables: dict[str, bytes] = {}
    for item in plan.looks.values():
        data = write_saved_look(item.look, partial(_beside, tables))
        jobs.append(Job(f"looks/{item.stem}.json", "saved look", partial(bytes, data), item.look_id))
    jobs += [Job(f"looks/{name}", "table of a LUT", partial(bytes, data)) for name, data in tables.items()]
    return jobs, []


def amf_jobs(plan: Plan, now_ns: int) -> tuple[list[Job], list[Lack]]:
    """One for each take whose look has a place in an ACES pipeline."""
    jobs: list[Job] = []
    refused: dict[tuple[str, str], int] = {}
    for item in plan.takes:
        look = plan.look_of(item)
        if look is None:
            continue
        pipeline = pipeline_of(look.look, item.take.camera)
        if isinstance(pipeline, str):
            refused[look.title, pipeline] = refused.get((look.title, pipeline), 0) + 1
            continue
        clip = AmfClip(item.name, _said(item, look), item.take.started_ns, item.look_id, item.file)
        make = partial(write_amf, clip, pipeline, now_ns)
        jobs.append(Job(f"amf/{item.stem}.amf", "ACES metadata of a take", make, item.look_id))
    lacks = [
        Lack("look", title, f"an AMF cannot hold it ({takes(count)}): {why}") for (title, why), count in refused.items()
    ]
    return jobs, lacks


def still_jobs(plan: Plan) -> tuple[list[Job], list[Lack]]:
    """The 16-bit pictures, with and without their look, as they lie in the library."""
    jobs: list[Job] = []
    lacks: list[Lack] = []
    for still in plan.material.stills:
        for what, name in (("still, graded", still.graded), ("still, source", still.source)):
            if not name:
                continue
            path = plan.material.folder / name
            if not path.is_file():
                lacks.append(Lack("still", name, "the file is not in the library any more", True))
                continue
            place = f"stills/{PurePosixPath(name).name}"
            if any(job.path == place for job in jobs):
                place = f"stills/{still.key}_{PurePosixPath(name).name}"
            jobs.append(Job(place, what, partial(_whole_file, path), still.look_id))
    return jobs, lacks


def _said(item: TakeItem, look: LookItem) -> str:
    return "; ".join(word for word in (str(item.take.slate), look.name) if word)


def _beside(tables: dict[str, bytes], data: bytes) -> str:
    name = f"tables/{hashlib.blake2b(data, digest_size=16).hexdigest()}.bin"
    tables[name] = data
    return name


def _whole_file(path: Path) -> bytes:
    try:
        if path.stat().st_size > STILL_BYTES:
            raise LibraryError(f"{path} is larger than any still; remove it from the library")
        return path.read_bytes()
    except OSError as error:
        raise LibraryError(f"{path} cannot be read: {error.strerror or error}; check the disk") from error
