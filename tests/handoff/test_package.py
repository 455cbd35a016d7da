"""One exported day, file by file, read back by the programs of others, and a package that is whole or not there."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import PyOpenColorIO as ocio  # noqa: N813
import pytest
import xmlschema

from livegrade.color.camera import camera
from livegrade.color.files import list_corrections, load_look_file
from livegrade.color.look import Look
from livegrade.color.rendering import Chain, entrance, output_nodes
from livegrade.errors import SinkError
from livegrade.handoff.cameraclips import CameraClip
from livegrade.handoff.material import gather
from livegrade.handoff.package import CONTENTS, Part, Summary, write_package
from livegrade.handoff.plan import Plan, plan_of
from livegrade.handoff.tables import COLUMNS
from livegrade.library.kinds import LOOKS, STILLS, TAKES
from livegrade.library.query import parse_query
from livegrade.library.store import Library
from livegrade.library.values import LinkedLook, LookChange, LookEntry, Slate, Still, Take
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
NOW_NS = 1_795_291_200_000_000_000

Planned = Callable[..., Plan]


def export(plan: Plan, folder: Path, *parts: Part) -> Summary:
    return write_package(plan, parts or tuple(Part), folder, NOW_NS, lambda done, of: None)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, planned: Planned) -> Path:
    folder = tmp_path_factory.mktemp("package") / "out"
    export(planned("day1"), folder)
    return folder


def test_the_list_of_contents_is_all_that_is_there(out: Path) -> None:
    listed = rows(out / CONTENTS)
    there = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert {row["path"] for row in listed} | {CONTENTS} == there
    for row in listed:
        data = (out / row["path"]).read_bytes()
        assert (str(len(data)), hashlib.sha256(data).hexdigest()) == (row["bytes"], row["sha256"])


def test_every_file_of_a_look_says_its_id(out: Path) -> None:
    """In its own text, so that it stays when a file is renamed; a picture's id is in its name in the tables."""
    carried = [row for row in rows(out / CONTENTS) if row["look_id"] and not row["path"].endswith(".png")]
    assert len(carried) > 20
    for row in carried:
        assert row["look_id"].encode() in (out / row["path"]).read_bytes(), row["path"]
    stills = {row["file"]: row["look_id"] for row in rows(out / "tables/stills.csv")}
    assert all((out / "stills" / name).is_file() and len(look_id) == 32 for name, look_id in stills.items())
    edl, ale = ((out / f"day1_25{suffix}").read_text() for suffix in (".edl", ".ale"))
    for take in json.loads((out / "day1.json").read_text())["takes"]:
        assert (take["look_id"] in edl and take["look_id"] in ale) or take["look"] == "push"


def test_looks_come_back_exactly_and_luts_as_ocio_reads_them(out: Path, library: Library) -> None:
    units = np.random.default_rng(3).random((400, 3))
    for row in rows(out / "tables/looks.csv"):
        look = library.look(row["look_id"])
        assert Look(load_look_file(str(out / f"looks/{row['files']}.json"))).id == row["look_id"]
        transform = ocio.FileTransform(str(out / f"lut/{row['files']}.cube"), interpolation=ocio.INTERP_TETRAHEDRAL)
        theirs = units.astype(np.float32)
        ocio.Config.CreateRaw().getProcessor(transform).getDefaultCPUProcessor().applyRGB(theirs)
        assert np.abs(theirs - look.apply(units)).max() < 0.02


def test_cdl_and_the_lut_behind_it_make_the_whole_look(out: Path, library: Library) -> None:
    (show,) = [row for row in rows(out / "tables/looks.csv") if row["name"] == "show warm"]
    (behind,) = (out / "lut").glob("behind-cdl_*.cube")
    (cdl,) = load_look_file(f"{out}/cdl/day1.ccc#{show['look_id']}")
    (lut,) = load_look_file(str(behind))
    units = np.random.default_rng(3).random((400, 3))
    assert np.abs(Look((cdl, lut)).apply(units) - library.look(show["look_id"]).apply(units)).max() < 2e-3


def test_cdl_files_hold_each_take_with_its_last_look(out: Path, planned: Planned) -> None:
    plan = planned("day1")
    told = {item.name: plan.looks[item.look_id].grade.cdl for item in plan.takes}
    for name, cdl in told.items():
        if cdl is not None:
            (read,) = list_corrections(str(out / f"cdl/cc/{name}.cc"))
            assert np.abs(np.subtract(read.read().slope, cdl.slope)).max() < 1e-4
    assert len(list_corrections(str(out / "cdl/day1.ccc"))) == 6
    assert len(list_corrections(str(out / "cdl/day1.cdl"))) == sum(cdl is not None for cdl in told.values())


def test_an_edl_has_an_event_for_each_look_of_a_take(out: Path) -> None:
    otio = pytest.importorskip("opentimelineio", reason="there is no OpenTimelineIO for Python 3.14 yet")
    timeline = otio.adapters.read_from_string((out / "day1_25.edl").read_text(), "cmx_3600", rate=25.0)
    events = [(clip.name, clip.source_range.duration.to_frames()) for clip in timeline.find_clips()]
    assert events[:4] == [("A001C000", 1000), ("B001C001", 1000), ("A001C002", 500), ("A001C002", 500)]


def test_amfs_are_valid(out: Path, shared_data: Path) -> None:
    schema = xmlschema.XMLSchema(str(shared_data / "amf" / "ampas" / "schema" / "acesMetadataFile.xsd"))
    amfs = sorted((out / "amf").glob("*.amf"))
    assert len(amfs) == 6
    for path in amfs:
        schema.validate(str(path))


def test_stills_are_those_of_the_library(out: Path, library: Library) -> None:
    kept = {path.name: path.read_bytes() for path in (library.folder / "stills").rglob("*.png")}
    assert len(kept) == 10
    assert {path.name: path.read_bytes() for path in (out / "stills").iterdir()} == kept


def test_what_could_not_be_told_is_listed(out: Path) -> None:
    told = {tuple(row.values()) for row in rows(out / "unmatched.csv")}
    assert ("look", "push", "a CDL cannot hold it: exposure (node 1); its .cube does") in told
    why = 'an AMF cannot hold it (1 take): 3D LUT "show" has no place in an ACES pipeline'
    assert ("look", "show warm", why) in told
    whole = json.loads((out / "day1.json").read_text())["unmatched"]
    assert {tuple(one.values()) for one in whole} == told


def test_a_table_without_a_row_has_its_columns_all_the_same(out: Path, tmp_path: Path, day_looks: list[Look]) -> None:
    """Alone a look, kept: no take, no marker, no alarm, no still."""
    with Library.open(tmp_path / "library") as library:
        library.keep_look(day_looks[0], LookEntry("", "Tag", 1, day="day1"))
        export(plan_of(gather(library, ["day1"], NOW), []), tmp_path / "out", Part.TABLES)
    for table in ("takes", "looks", "markers", "alarms", "stills"):
        empty, full = (
            (folder / f"tables/{table}.csv").read_text(encoding="utf-8-sig").splitlines()
            for folder in (tmp_path / "out", out)
        )
        assert (len(empty), len(full) > 1) == (2 if table == "looks" else 1, True)
        fields = ",slate_director" if table == "takes" else ""
        assert full[0] == empty[0] + fields
    everything = json.loads((out / "day1.json").read_text(encoding="utf-8"))
    for table, columns in COLUMNS.items():
        assert [key for key in everything[table][0] if not key.startswith("slate_")] == list(columns)


def test_camera_files_give_clips_their_names(tmp_path: Path, planned: Planned) -> None:
    clips = (
        CameraClip(("A001C000_261121_R1AB.mxf",), "card", ("A001R1AB",), "A001C000_261121_R1AB.mxf",
                   "10:00:00:00", "10:00:40:00", Rate.of(25)),
        CameraClip(("A002C001_261121_R1AB.mxf",), "card, line 2"),
    )  # fmt: skip
    export(planned("day1", clips=clips), tmp_path / "out")
    first = rows(tmp_path / "out/tables/takes.csv")[0]
    assert (first["clip"], first["camera_file"]) == ("A001C000_261121_R1AB", "A001C000_261121_R1AB.mxf")
    assert first["matched_by"] == "clip name reel timecode"
    assert (
        "<aces:file>A001C000_261121_R1AB.mxf</aces:file>" in (tmp_path / "out/amf/A001C000_261121_R1AB.amf").read_text()
    )
    lacks = {(row["what"], row["name"]): row["why"] for row in rows(tmp_path / "out/unmatched.csv")}
    assert lacks["camera file", "A002C001_261121_R1AB.mxf"] == "no take belongs to it (card, line 2)"
    assert lacks["take", "B001C001"] == "no camera file has its timecode"


def test_a_selection_takes_what_lies_in_its_takes(planned: Planned) -> None:
    plan = planned("day1", "circled")
    assert [item.name for item in plan.takes] == ["A001C000", "B001C005"]
    assert len(plan.material.markers) == 2
    assert [still.take for still in plan.material.stills] == [plan.takes[0].take.key]


def test_only_what_was_asked_for_is_written(tmp_path: Path, planned: Planned) -> None:
    export(planned("day1"), tmp_path / "out", Part.ALE)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [CONTENTS, "day1_25.ale", "unmatched.csv"]


def test_a_package_is_whole_or_not_there(tmp_path: Path, planned: Planned) -> None:
    def stop(done: int, of: int) -> None:
        assert list(tmp_path.glob(".out.*"))
        if done == of // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_package(planned("day1"), tuple(Part), tmp_path / "out", NOW_NS, stop)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_added_to_a_folder_that_is_there(tmp_path: Path, planned: Planned) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(SinkError, match="exists already; name a new folder"):
        export(planned("day1"), tmp_path / "out")
    with pytest.raises(SinkError, match="does not exist"):
        export(planned("day1"), tmp_path / "missing" / "out")


@pytest.mark.parametrize("name", ["day1.ccc", "day1.cdl", "cc/A001C000.cc"])
def test_cdl_is_valid_by_the_schema_of_the_asc(out: Path, shared_data: Path, name: str) -> None:
    schema = xmlschema.XMLSchema(str(shared_data / "amf" / "ampas" / "schema" / "ASC-CDL_schema_v1.01.xsd"))
    schema.validate(str(out / "cdl" / name))


def test_linked_looks_come_along_under_the_name_of_theirs(tmp_path: Path, day_looks: list[Look]) -> None:
    """HDR of the same camera: kept with the SDR look, on no take itself."""
    sdr, hdr = day_looks[0], day_looks[3]
    with Library.open(tmp_path / "library") as library:
        entry = LookEntry("", "Tag", 1, scene="12", slot="A", day="day1")
        library.keep_look(sdr, entry, [(LinkedLook("B", ""), hdr)])
        plan = plan_of(gather(library, ["day1"], NOW), [])
    assert {look.name: look.look_id for look in plan.looks.values()} == {"Tag": sdr.id, "Tag B": hdr.id}


def test_a_look_whose_file_is_gone_is_lost_and_the_rest_goes_out(
    library: Library, tmp_path: Path, day_looks: list[Look]
) -> None:
    shutil.copytree(library.folder, tmp_path / "library")
    push = day_looks[6].id
    (tmp_path / "library/looks" / push[:2] / f"{push}.json").unlink()
    with Library.reading(tmp_path / "library") as damaged:
        summary = export(plan_of(gather(damaged, ["day1"], NOW), []), tmp_path / "out")
    assert [(lack.what, lack.name) for lack in summary.lacks if lack.is_lost] == [("look", push)]
    assert len(rows(tmp_path / "out/tables/takes.csv")) == 9


def test_a_look_that_was_only_passed_through_has_no_lut(
    planned: Planned, tmp_path: Path, day_looks: list[Look]
) -> None:
    """The third look: on at the beginning of take 3 and not at its end; here without a name and a still."""
    plan = planned("day1")
    material = replace(plan.material, takes=plan.material.takes[2:3], named={}, stills=())
    summary = export(plan_of(replace(material, looks={look.id: look for look in day_looks[2:4]}), []), tmp_path / "out")
    passed, last = (look.id for look in day_looks[2:4])
    kinds = {(file.what, file.look_id) for file in summary.files}
    assert {("saved look", passed), ("saved look", last), ("LUT of a whole look", last)} <= kinds
    assert ("LUT of a whole look", passed) not in kinds
    assert len(list_corrections(str(tmp_path / "out/cdl/day1.ccc"))) == 2
    text = (tmp_path / "out/day1_25.edl").read_text()
    assert text.startswith("TITLE: day1_25\n"), "EDLs of several days are told apart in an editing program"
    assert text.index(passed) < text.index(last)


@pytest.mark.parametrize("working", ["camera", "acescct"])
@pytest.mark.parametrize("to", [None, "rec709"])
def test_a_look_of_pictures_has_the_name_of_what_was_kept(
    tmp_path: Path, day_looks: list[Look], working: str, to: str | None
) -> None:
    """People keep a look; pictures have it with what leads into it and with the output transform of their slot."""
    used = camera("ALEXA 35")
    worn = Chain(entrance(used, working), () if to is None else output_nodes(to, used, working)).around(day_looks[0])
    with Library.open(tmp_path / "library") as library:
        library.keep_look(day_looks[0], LookEntry("", "Tag", 1, scene="12", day="day0"))
        library.files.keep_look(worn)
        library.add(Take("A", Slate("12"), 1, 0, None, (LookChange(0, None, worn.id),), "key", day="day1"))
        plan = plan_of(gather(library, ["day1"], NOW), [])
    assert {(look.name, look.look_id) for look in plan.looks.values()} == {("Tag", worn.id)}


@pytest.mark.parametrize("working", ["camera", "acescct"])
@pytest.mark.parametrize("to", [None, "rec709"])
def test_what_was_kept_is_found_by_its_id_in_takes_and_stills_and_stands_in_the_tables(
    tmp_path: Path, day_looks: list[Look], working: str, to: str | None
) -> None:
    """The look of the slot has one id, and that of its pictures another."""
    used = camera("ALEXA 35")
    look, other = day_looks[0], day_looks[1]
    chain = Chain(entrance(used, working), () if to is None else output_nodes(to, used, working))
    with Library.open(tmp_path / "library") as library:
        entry = library.keep_look(look, LookEntry("", "Tag", 1, scene="12", day="day1"))
        for number, one in enumerate((look, other)):
            worn = chain.around(one)
            library.files.keep_look(worn)
            take = Take("A", Slate("12"), number, 0, None, (LookChange(0, None, worn.id),), "key", day="day1")
            key = library.add(take).key
            library.add(Still("A", number, 1, None, worn.id, "", take=key, day="day1"))
        for word in (entry.look_id, entry.look_id[:8]):
            query = parse_query([f"look={word}"], NOW)
            assert [take.started_ns for take in library.find(query, TAKES)] == [0]
            assert [still.created_ns for still in library.find(query, STILLS)] == [0]
            assert [one.name for one in library.find(query, LOOKS)] == ["Tag"]
        (whole,) = {still.look_id for still in library.find(query, STILLS)}
        assert [take.started_ns for take in library.find(parse_query([f"look={whole}"], NOW), TAKES)] == [0]
        plan = plan_of(gather(library, [f"look={entry.look_id}"], NOW), [])
        export(plan, tmp_path / "out", Part.TABLES)
    for table in ("takes", "looks", "stills"):
        found = {(row["look_id"], row["kept_look_id"]) for row in rows(tmp_path / f"out/tables/{table}.csv")}
        assert found >= {(whole, entry.look_id)}
        assert {kept for _, kept in found} == {entry.look_id}


def test_a_look_that_was_kept_without_its_output_transform_says_so(tmp_path: Path, day_looks: list[Look]) -> None:
    """Kept and worn on one day, both go out under one name; only one of the two LUTs is what was seen."""
    used = camera("ALEXA 35")
    worn = Chain((), output_nodes("rec709", used, "camera")).around(day_looks[0])
    with Library.open(tmp_path / "library") as library:
        library.keep_look(day_looks[0], LookEntry("", "Tag", 1, scene="12", day="day1"))
        library.files.keep_look(worn)
        library.add(Take("A", Slate("12"), 1, 0, None, (LookChange(0, None, worn.id),), "key", day="day1"))
        summary = export(plan_of(gather(library, ["day1"], NOW), []), tmp_path / "out", Part.CUBE)
    assert {file.look_id: file.what for file in summary.files if file.path.startswith("lut/Tag_")} == {
        worn.id: "LUT of a whole look",
        day_looks[0].id: "LUT of a look as it is kept, without the transforms around it",
    }


def test_reels_that_an_edl_cannot_tell_apart_are_listed(planned: Planned, tmp_path: Path) -> None:
    plan = planned("day1")
    plan = replace(plan, takes=tuple(replace(item, tape=f"LONGNAME{item.take.slot}") for item in plan.takes))
    parts = (Part.EDL,)
    summary = write_package(plan, parts, tmp_path / "short", NOW_NS, lambda done, of: None, 8)
    assert [lack.name for lack in summary.lacks if lack.what == "reel"] == ["LONGNAMEA", "LONGNAMEB"]
    assert "001  LONGNAME V " in (tmp_path / "short/day1_25.edl").read_text()
    assert not [lack for lack in export(plan, tmp_path / "whole", *parts).lacks if lack.what == "reel"]
    assert "001  LONGNAMEA V " in (tmp_path / "whole/day1_25.edl").read_text()


def test_a_cdl_in_acescct_says_so_and_its_lut_takes_that(tmp_path: Path, day_looks: list[Look]) -> None:
    """What leads into ACEScct, the CDL and the LUT behind it are the whole look."""
    used = camera("ALEXA 35")
    graded = Look(tuple(replace(node, clamp=False) for node in day_looks[1].nodes))
    look = Chain(entrance(used, "acescct"), output_nodes("rec709", used, "acescct")).around(graded)
    counting = TimecodeRate(Rate.of(25))
    start = Timecode.parse("10:00:00:00", counting)
    with Library.open(tmp_path / "library") as library:
        library.files.keep_look(look)
        changes = (LookChange(0, start, look.id),)
        library.add(Take("A", Slate("12"), 1, 0, start, changes, "key", day="day1", last_index=49, end=start + 49))
        export(plan_of(gather(library, ["day1"], NOW), []), tmp_path / "out")
    out = tmp_path / "out"
    ccc = (out / "cdl/day1.ccc").read_text()
    assert "ASC CDL without clamping; works on ACEScct" in ccc
    assert "* CDL WORKS ON ACEScct" in (out / "day1_25.edl").read_text()
    assert "* CDL DOES NOT CLAMP" in (out / "day1_25.edl").read_text()
    assert "\tCDL clamps\tCDL works on" in (out / "day1_25.ale").read_text()
    (behind,) = (out / "lut").glob("behind-cdl_*.cube")
    assert "white of ACEScct" in behind.read_text()
    (cdl,) = load_look_file(f"{out}/cdl/day1.ccc#{look.id}")
    (lut,) = load_look_file(str(behind))
    cdl = replace(cdl, clamp=False)  # what the file can say to people only
    units = 0.1 + 0.6 * np.random.default_rng(3).random((400, 3))
    apart = np.abs(Look((*entrance(used, "acescct"), cdl, lut)).apply(units) - look.apply(units))
    elsewhere = np.abs(Look((cdl, lut)).apply(units) - look.apply(units))
    assert apart.mean() < 6e-3  # 33 points of an output transform
    assert elsewhere.mean() > 5 * apart.mean()
