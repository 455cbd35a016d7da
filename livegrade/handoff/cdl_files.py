"""CDL of a day: one collection of all looks, one decision list of all takes, one file a take, and lists of clips.

A take's correction is that of the look that was on at its end, the one that everybody had agreed on when the camera
stopped; an EDL has an event for each stretch of a take with one look.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from livegrade.color.files.write_cdl import WRITERS, ClipCdl, write_ale, write_edl
from livegrade.handoff.jobs import Job
from livegrade.handoff.plan import Lack, takes
from livegrade.timing.timecode import Label, Timecode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from livegrade.handoff.plan import LookItem, Plan, TakeItem

FIRST_HOUR = Label(1, 0, 0, 0)
"""Where the record side of an EDL begins, as the field has it."""


def cdl_jobs(plan: Plan) -> tuple[list[Job], list[Lack]]:
    """`.ccc`, `.cdl`, and a `.cc` for each take."""
    lacks = [
        Lack("look", look.title, f"a CDL cannot hold it: {' and '.join(look.grade.beyond)}; its .cube does")
        for look in plan.looks.values()
        if look.grade.cdl is None
    ]
    every = [clip for look in plan.looks.values() for clip in _correction(look.look_id, look)]
    taken = [(item, clip) for item in plan.takes for clip in _of_take(plan, item)]
    jobs = []
    if every:
        jobs.append(Job(f"cdl/{plan.stem}.ccc", "CDL collection, one look each", partial(WRITERS[".ccc"], every)))
    if taken:
        clips = [clip for _, clip in taken]
        jobs.append(Job(f"cdl/{plan.stem}.cdl", "CDL list, one take each", partial(WRITERS[".cdl"], clips)))
    for item, clip in taken:
        jobs.append(Job(f"cdl/cc/{item.stem}.cc", "CDL of a take", partial(WRITERS[".cc"], [clip]), item.look_id))
    return jobs, lacks


def ale_jobs(plan: Plan) -> tuple[list[Job], list[Lack]]:
    """A row for each take; one file for each way of counting timecode, for none can hold two."""
    jobs = [
        Job(f"{plan.stem}_{counting}.ale", "ALE with CDL", partial(write_ale, clips))
        for counting, items in _by_counting(plan)
        if (clips := list(_rows(plan, items)))
    ]
    return jobs, _left_out(plan, "ALE")


def edl_jobs(plan: Plan, reel_letters: int) -> tuple[list[Job], list[Lack]]:
    """An event for each stretch of a take with one look; one file for each way of counting timecode."""
    jobs = [
        Job(f"{stem}.edl", "EDL with CDL", partial(write_edl, clips, reel_letters, stem))
        for counting, items in _by_counting(plan)
        if (clips := list(_events(plan, items))) and (stem := f"{plan.stem}_{counting}")
    ]
    reels = {item.tape for item in plan.takes if item.tape}
    alike = Counter(reel[:reel_letters] for reel in reels)
    lacks = [
        Lack("reel", reel, f"it cannot be told from another one by the {reel_letters} letters that the EDL has for it")
        for reel in sorted(reels)
        if alike[reel[:reel_letters]] > 1
    ]
    return jobs, [*_left_out(plan, "EDL"), *lacks]


def _by_counting(plan: Plan) -> list[tuple[str, list[TakeItem]]]:
    groups: dict[str, list[TakeItem]] = {}
    for item in plan.takes:
        if item.span is not None:
            rate = item.span[0].rate
            groups.setdefault(f"{rate.rate}{'df' if rate.drop_frame else ''}", []).append(item)
    return sorted(groups.items())


def _left_out(plan: Plan, kind: str) -> list[Lack]:
    lacks = [
        Lack("take", item.name, f"it has no timecode at both ends and is not in the {kind}")
        for item in plan.takes
        if item.span is None
    ]
    looks = [plan.look_of(item) for item in plan.takes if item.span is not None]
    beyond = Counter(look.title for look in looks if look is not None and look.grade.cdl is None)
    return lacks + [
        Lack("look", title, f"{takes(count)} with it not in the {kind}: it is more than a CDL")
        for title, count in beyond.items()
    ]


def _correction(name: str, look: LookItem, tape: str = "", where: str = "") -> list[ClipCdl]:
    if look.grade.cdl is None:
        return []
    said = "; ".join(word for word in (f"look {look.look_id}", look.name, where or look.scene) if word)
    return [ClipCdl(name, look.grade.cdl, tape, description=said, space=look.grade.works_on)]


def _of_take(plan: Plan, item: TakeItem) -> list[ClipCdl]:
    look = plan.look_of(item)
    return [] if look is None else _correction(item.name, look, item.file or item.name, str(item.take.slate))


def _events(plan: Plan, items: list[TakeItem]) -> Iterator[ClipCdl]:
    """Of takes that are counted alike; one behind the other on the record side."""
    record = Timecode.from_label(FIRST_HOUR, items[0].stretches[0].start.rate)
    for item in items:
        for stretch in item.stretches:
            look = plan.looks.get(stretch.look_id)
            if look is None or look.grade.cdl is None:
                continue
            stop = record + stretch.end.offset_from(stretch.start)
            notes = [f"LOOK {look.look_id} {look.name}", str(item.take.slate).upper()]
            if look.grade.entrance is not None:
                notes.append(f"CDL WORKS ON {look.grade.works_on}")
            if not look.grade.cdl.clamp:
                notes.append("CDL DOES NOT CLAMP")
            if item.file:
                notes.insert(0, f"SOURCE FILE: {item.file}")
            yield ClipCdl(
                item.name,
                look.grade.cdl,
                item.tape,
                str(stretch.start),
                str(stretch.end),
                notes=tuple(notes),
                record=(str(record), str(stop)),
            )
            record = stop


def _rows(plan: Plan, items: list[TakeItem]) -> Iterator[ClipCdl]:
    for item in items:
        look, span = plan.look_of(item), item.span
        if look is None or look.grade.cdl is None or span is None:
            continue
        columns = tuple((name, cell) for name, cell in _columns(item, look, plan.date_of(item.take)) if cell)
        rate = str(span[0].rate.rate)
        times = str(span[0]), str(span[1])
        yield ClipCdl(item.name, look.grade.cdl, item.tape, *times, fps=rate, columns=columns)


def _columns(item: TakeItem, look: LookItem, date: str) -> Iterator[tuple[str, str]]:
    """What else an ALE says, under the names that Avid and Resolve know where they have one."""
    take = item.take
    length = item.stretches[-1].end.offset_from(item.stretches[0].start)
    yield "Duration", str(Timecode.wrapped(length, item.stretches[0].start.rate))
    yield "Source File", item.file
    yield "Camera", take.slot
    yield "Camroll", item.tape
    yield "Scene", take.slate.setup
    yield "Take", str(take.slate.take)
    yield "Shoot Date", date.replace("-", "")
    yield "Circled", "Y" if take.circled else ""
    yield "Comments", take.comment
    yield "ISO", "" if take.camera.ei is None else str(take.camera.ei)
    yield "Look", look.name
    yield "Look ID", look.look_id
    yield "CDL clamps", "" if look.grade.cdl is None or look.grade.cdl.clamp else "no"
    yield "CDL works on", "" if look.grade.entrance is None else look.grade.works_on
    yield "Looks in take", str(len(take.look_ids)) if len(take.look_ids) > 1 else ""
    yield "LUT", f"{look.stem}.cube"
