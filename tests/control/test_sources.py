"""Slots that are set up otherwise while they run: another source, another camera."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
import pytest

from livegrade.color.camera import camera
from livegrade.color.grading import Exposure
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control import commands as c
from livegrade.control.desk import Desk
from livegrade.control.messages import Answer
from livegrade.control.places import names_files
from livegrade.control.state import Trees
from livegrade.errors import UsageError
from livegrade.scopes.draw import scope_image
from livegrade.scopes.measure import Tap
from livegrade.scopes.wish import ScopeKind, ScopeWish
from livegrade.session.events import Link
from livegrade.timing.rate import NS_PER_SECOND

WARM = Look((Cdl(slope=(1.2, 1.0, 0.8)),))


@pytest.fixture
def at(bench):
    made = bench(WARM)
    desk = Desk(made.session)
    yield made, desk
    desk.close()
    made.close()


def slot_tree(desk: Desk) -> dict:
    return Trees(desk).build()["slots"]["A"]


def test_another_camera_changes_false_colour_and_output_transform_in_one_picture(at) -> None:
    bench, desk = at
    desk.carry_out(c.SetSource(slot="A", camera="arri-logc4"))
    desk.carry_out(c.SetView(sink="1", view="false-color:stops"))
    logc4 = bench.draw().data.copy()
    effect = desk.carry_out(c.SetSource(slot="A", camera="Venice 2", ei=500, to="rec709:plain", range="legal"))
    before = bench.session.output(1).in_force.index
    picture = bench.draw()
    assert not np.array_equal(picture.data, logc4)
    assert bench.session.output(1).in_force.index == picture.index == before + 1
    assert slot_tree(desk)["options"] == {
        "camera": "VENICE 2",
        "ei": "500",
        "to": "rec709:plain",
        "range": "legal",
    }
    desk.carry_out(c.SetView(sink="1", view="graded"))
    expected = bench.session.slot("A").chain.around(WARM).id
    assert bench.draw().look_id == expected != WARM.id
    assert desk.carry_out(c.SetSource(slot="A", ei=800)).words == "slot A: ei 800"
    assert bench.session.slot("A").camera == camera("VENICE 2", 800)
    assert effect.words == "slot A: camera Venice 2, ei 500, to rec709:plain, range legal"


def test_another_camera_reads_no_palette_again(at, tmp_path) -> None:
    bench, desk = at
    path = tmp_path / "own.toml"
    path.write_text('title = "Own"\nunit = "stops"\n[[band]]\nname = "skin"\ncolor = "#c8641e"\nlow = -1\nhigh = 1\n')
    desk.carry_out(c.SetSource(slot="A", camera="arri-logc4"))
    desk.carry_out(c.SetView(sink="1", view=f"false-color:{path}"))
    logc4 = bench.draw().data.copy()
    path.unlink()
    desk.carry_out(c.SetSource(slot="A", camera="Venice 2"))
    assert not np.array_equal(bench.draw().data, logc4)
    assert bench.session.output(1).view.bands.camera == camera("VENICE 2")


def test_a_change_of_camera_alone_is_answered_with_its_first_picture(at) -> None:
    bench, desk = at
    bench.draw()
    desk.carry_out(c.SetSource(slot="A", camera="arri-logc3", ei=800))
    effect = desk.carry_out(c.SetSource(slot="A", ei=1600))
    picture = bench.draw()
    assert effect.answer() == Answer("done", frame=picture.index, step="slot A: ei 1600")


def test_nodes_that_work_in_light_follow_the_camera_at_every_step_of_undo(at) -> None:
    bench, desk = at
    desk.carry_out(c.SetSource(slot="A", camera="arri-logc3", ei=800))
    desk.carry_out(c.AddNode(slot="A", kind="exposure"))
    desk.carry_out(c.SetLook(slot="A", node="n2", values={"stops": 1.0}))
    desk.carry_out(c.RemoveNode(slot="A", node="n2"))
    desk.carry_out(c.SetSource(slot="A", ei=1600))
    desk.carry_out(c.Undo(slot="A"))
    space = camera("arri-logc3", 1600).space
    assert desk.grade.histories["A"].now.nodes[1].node == Exposure(1.0, space)
    assert bench.session.slot("A").look.nodes[1] == Exposure(1.0, space)
    desk.carry_out(c.Undo(slot="A"))
    assert desk.grade.histories["A"].now.nodes[1].node == Exposure(0.0, space)


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        (c.SetSource(slot="A", camera="ALEXA 36"), "is not known"),
        (c.SetSource(slot="A", ei=800), "has no camera"),
        (c.SetSource(slot="A", to="rec709"), "needs to know the camera"),
        (c.SetSource(slot="A", source="A001.mov"), "not a whole path"),
        (c.SetSource(slot="A", source="pattern:ramp,what=1"), "is not an option"),
        (c.SetSource(slot="B", source="pattern:ramp"), "there is no slot B"),
    ],
)
def test_what_is_refused_changes_nothing(at, command, fault: str) -> None:
    bench, desk = at
    setup, grade = bench.session.slot("A").setup, desk.grade
    with pytest.raises(UsageError, match=fault):
        desk.carry_out(command)
    assert bench.session.slot("A").setup is setup
    assert desk.grade is grade


def test_a_camera_that_an_output_needs_is_not_taken_away(at) -> None:
    _, desk = at
    desk.carry_out(c.SetSource(slot="A", camera="arri-logc4"))
    desk.carry_out(c.SetView(sink="1", view="false-color:stops"))
    with pytest.raises(UsageError, match=r"output 1 .*camera"):
        desk.carry_out(c.SetSource(slot="A", camera=""))
    desk.carry_out(c.SetView(sink="1", view="graded"))
    desk.carry_out(c.SetSource(slot="A", camera=""))
    assert slot_tree(desk)["options"] == {}


def test_scopes_are_measured_as_they_are_asked_for(at) -> None:
    bench, desk = at
    slot = bench.session.slot("A")
    assert (slot_tree(desk)["scopes"], slot_tree(desk)["scope_plan"]) == ("off", None)
    desk.carry_out(c.SetScopes(slot="A", sampling="2x2"))
    assert slot_tree(desk)["scope_plan"] == {"per-second": 25, "sampling": "2x2", "ycbcr": False, "hlg-peak": 1000}
    slot._draw_one(bench.frame())
    assert {data.step for data in slot.scopes.values()} == {2}
    desk.carry_out(c.SetScopes(slot="A", per_second=50, sampling="full", ycbcr=True))
    bench.clock.advance(NS_PER_SECOND)
    slot._draw_one(bench.frame())
    assert [data.step for data in slot.scopes.values()] == [1, 1]
    assert scope_image(slot.scopes[Tap.SOURCE], ScopeWish(ScopeKind.YCBCR), (400, 200)).shape == (200, 400, 3)
    desk.carry_out(c.SetScopes(slot="A", per_second=0))
    assert (slot.scopes, slot_tree(desk)["scopes"]) == ({}, "off")
    with pytest.raises(UsageError, match="there is no slot B"):
        desk.carry_out(c.SetScopes(slot="B"))


def test_nits_of_hlg_are_those_of_the_display_that_is_said(at) -> None:
    bench, desk = at
    desk.carry_out(c.SetSource(slot="A", camera="arri-logc4", to="rec2100-hlg"))
    bench.session.slot("A")._draw_one(bench.frame())

    def nits(**said: int) -> float:
        asked = c.ReadScope(slot="A", scope="waveform", scale="nits", x=0.5, y=0.4, **said)
        (found,) = desk.carry_out(asked).answer().found
        return float(found["text"].partition(" nit")[0].split()[-1])

    desk.carry_out(c.SetScopes(slot="A"))
    bench.clock.advance(NS_PER_SECOND)
    bench.session.slot("A")._draw_one(bench.frame())
    usual = nits()
    assert nits(hlg_peak=600) < 0.8 * usual
    desk.carry_out(c.SetScopes(slot="A", hlg_peak=600))
    assert (nits(), nits(hlg_peak=1000)) == (nits(hlg_peak=600), usual)
    assert slot_tree(desk)["scope_plan"]["hlg-peak"] == 600


@pytest.fixture
def live(bench) -> Iterator[Desk]:
    """Of a session that runs."""
    made = bench(WARM)
    session = made.live("pattern:ramp@96x8p25")
    session.start()
    desk = Desk(session)
    yield desk
    desk.close()
    session.stop()
    made.close()


def test_a_running_slot_gets_another_source_whose_pictures_count_on(live, until) -> None:
    slot = live.session.slot("A")
    until(lambda: slot.frames_in > 2)
    effect = live.carry_out(c.SetSource(slot="A", source="pattern:bars@128x16p25"))
    until(lambda: effect.answer() is not None and effect.answer().result == "done")
    index = effect.answer().frame
    assert index > 2  # it counts on
    assert (slot.format.width, slot.address) == (128, "pattern:bars@128x16p25")
    nowhere = live.carry_out(c.SetSource(slot="A", source="/nowhere/A001.mov"))
    until(lambda: slot.state.link is Link.LOST)
    assert "/nowhere/A001.mov" in slot.state.reason
    assert nowhere.answer() == Answer("pending", step="slot A: source /nowhere/A001.mov")
    back = live.carry_out(c.SetSource(slot="A", source="pattern:ramp@96x8p25"))
    until(lambda: back.answer() is not None and back.answer().result == "done")
    again = live.carry_out(c.Reconnect(slot="A"))
    until(lambda: again.answer() is not None and again.answer().result == "done")
    assert again.answer().frame > index


def test_a_file_that_takes_the_place_of_another_source_starts_again_at_its_end(live, until, tmp_path) -> None:
    """Its end would be that of the slot and its outputs."""
    path = tmp_path / "three.mkv"
    with av.open(str(path), "w") as container:
        video = container.add_stream("ffv1", rate=Fraction(25))
        video.width, video.height, video.pix_fmt = 96, 16, "yuv422p10le"
        for _ in range(3):
            container.mux(video.encode(av.VideoFrame(96, 16, "yuv422p10le")))
        container.mux(video.encode(None))
    slot = live.session.slot("A")
    effect = live.carry_out(c.SetSource(slot="A", source=str(path)))
    until(lambda: effect.answer() is not None and effect.answer().result == "done")
    before = slot.frames_in
    until(lambda: slot.frames_in > before + 9)
    assert slot.state.link is Link.RUNNING
    live.carry_out(c.SetSource(slot="A", source="pattern:bars@96x8p25"))
    until(lambda: slot.address == "pattern:bars@96x8p25" and slot.source_in_force.setup is slot.setup)


@pytest.mark.parametrize(
    ("source", "is_for_own_programs"),
    [("ndi:CAM A", False), ("pattern:ramp", False), ("/cards/A001.mov", True), ("ffmpeg::rtsp://10.0.0.1/", True)],
)
def test_a_client_of_another_machine_names_no_files_as_sources(source: str, is_for_own_programs: bool) -> None:
    assert names_files(c.SetSource(slot="A", source=source)) is is_for_own_programs
