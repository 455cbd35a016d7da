"""Matching a slot to a reference: known exposures, balances and grades are found again, before and behind a LUT."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from livegrade.capture.source import CaptureOptions, open_source
from livegrade.color.balance import WhiteBalance
from livegrade.color.camera import Camera, camera
from livegrade.color.files.saved import write_saved_look
from livegrade.color.grading import Exposure
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d, Samples
from livegrade.control import commands as c
from livegrade.control.desk import Desk
from livegrade.engine.engine import Engine, Wanted
from livegrade.engine.native import Native
from livegrade.engine.view import View, ViewKind
from livegrade.errors import LivegradeError, UsageError
from livegrade.library.store import Library
from livegrade.library.values import Still
from livegrade.outputs.still import write_still
from livegrade.session import Session
from livegrade.session.choices import slot_setup
from livegrade.session.setup import SessionSetup
from livegrade.timing.clock import FakeClock
from livegrade.transport.address import parse_source
from livegrade.video.codes import unpack
from livegrade.video.format import Range
from livegrade.video.frame import Frame
from livegrade.video.layouts import layout

CAMERA = camera("ALEXA 35", 800)
SPACE = CAMERA.space
OTHER = Look((Exposure(0.5, SPACE), WhiteBalance(4800.0, SPACE, 6.0)))
"""Half a stop brighter and cooler, as a camera set up otherwise has it."""
GRADED = Look((Cdl((1.05, 0.98, 0.92), (0.01, 0.0, -0.01), (1.1, 1.0, 0.95), 0.9),))


def whole_signal(frame: Frame) -> np.ndarray:
    """R'G'B' of all pixels, 0 to 1."""
    form = replace(frame.format, layout=layout("gbrp16"), range=Range.FULL)
    drawn = Engine(Native(1)).take(frame, Look()).output(Wanted(View(ViewKind.SOURCE), form))
    return np.stack(unpack(drawn.data, form).planes, axis=-1) / 65535


class Rig:
    """Slots A and B of one scene; B holds what A does until somebody grades it."""

    def __init__(
        self, behind: tuple[Lut3d, ...], asked: Mapping[str, str] = MappingProxyType({}), of_b: Camera = CAMERA
    ) -> None:
        source = parse_source("pattern:camera@480x270p25,camera=arri-logc4")
        self.behind = behind
        cameras = {"A": CAMERA, "B": of_b}
        slots = tuple(slot_setup(name, source, Look(behind), camera=one, **asked) for name, one in cameras.items())
        self.clock = FakeClock()
        self.session = Session(SessionSetup(slots, (), engine="native", threads=1), self.clock)
        self.desk = Desk(self.session)
        taken = open_source(source, CaptureOptions(live=False), self.clock)
        taken.open()
        frame = taken.read()
        taken.close()
        assert isinstance(frame, Frame)
        self.frame = frame
        for slot in self.session.slots:
            slot.drawing.draw(frame)
        self.session.references.library = None

    def shown(self, look: Look) -> Look:
        """As it is seen: with what stands behind every look."""
        return Look((*look.nodes, *self.behind))

    def photograph(self, path: Path, look: Look, *, shown: bool = True) -> str:
        """What the scene looks like through `look` on the slot's display, or in its signal."""
        whole = self.shown(look) if shown else look
        signal = np.clip(whole.apply(whole_signal(self.frame)), 0, 1)
        write_still(path, np.rint(signal * 65535).astype(np.uint16))
        return f"file:{path}"

    def read(self, against: str, **more: object) -> dict:
        (found,) = self.desk.carry_out(c.ReadMatch(slot="A", against=against, **more)).answer().found
        return found

    def close(self) -> None:
        self.desk.close()
        self.session.stop()


def show_lut() -> Lut3d:
    """A contrasty picture for a monitor from LogC4, cut off in highlights, with some crosstalk."""
    axis = np.linspace(0, 1, 17)
    rgb = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    mixed = rgb @ np.array([[1.3, -0.15, -0.15], [-0.1, 1.2, -0.1], [-0.1, -0.2, 1.3]]).T
    s_curve = np.clip((mixed - 0.07) / 0.6, 0, 1)
    return Lut3d(Samples(3 * s_curve**2 - 2 * s_curve**3))


@pytest.fixture(params=[(), (show_lut(),)], ids=["log", "behind a LUT"])
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    made = Rig(request.param)
    yield made
    made.close()


def test_a_known_exposure_and_balance_are_read_and_closed_by_one_key(rig: Rig, tmp_path: Path) -> None:
    photograph = rig.photograph(tmp_path / "reference.png", OTHER)
    before = rig.read(photograph)
    assert before["stops"] == pytest.approx(0.5, abs=0.02)
    assert before["temperature"] == pytest.approx(4800, rel=0.02)
    assert before["tint"] == pytest.approx(6.0, abs=1.0)
    assert (before["quality"], before["aligned"]) == ("good", True)
    for by, kinds in (("cdl", ["CDL"]), ("light", ["exposure", "white balance"])):
        rig.desk.carry_out(c.ApplyMatch(slot="A", against=photograph, by=by))
        step = rig.desk.grade.histories["A"].now
        assert step.words == "Match to reference.png"
        labels = [placed.node.label for placed in step.nodes]
        assert labels == [*kinds, *(node.label for node in rig.behind)]  # the one of before gave way
        after = rig.read(photograph)
        assert after["stops"] == pytest.approx(0, abs=0.02)
        assert after["left_codes"] < 5
    rig.desk.carry_out(c.Undo(slot="A"))
    rig.desk.carry_out(c.Undo(slot="A"))
    assert rig.desk.grade.look("A").nodes == rig.behind


def test_the_look_of_another_slot_is_found_and_a_lut_behind_both_does_not_matter(rig: Rig) -> None:
    rig.session.set_look("B", rig.shown(GRADED))
    rig.session.slot("B").drawing.draw(rig.frame)
    rig.desk.carry_out(c.ApplyMatch(slot="A", against="slot:B"))
    node = rig.desk.grade.look("A").nodes[0]
    signal = whole_signal(rig.frame)
    ours, theirs = (np.clip(Look(nodes).apply(signal), 0, 1) for nodes in ((node,), GRADED.nodes))
    assert np.sqrt(np.mean((ours - theirs) ** 2)) * 1023 < 1.0
    assert rig.read("slot:B")["left_codes"] < 1.0
    assert rig.read("slot:B:source")["left_codes"] > rig.read("slot:B")["left_codes"]


def test_a_still_is_matched_where_it_was_graded(rig: Rig, tmp_path: Path) -> None:
    worn = rig.shown(GRADED)
    rig.photograph(tmp_path / "graded.png", GRADED)
    rig.photograph(tmp_path / "source.png", Look(), shown=False)
    (tmp_path / "look.json").write_bytes(write_saved_look(worn))
    with Library.open(tmp_path) as library:
        whole = library.add(Still("A", 1, 7, None, "", "graded.png", "source.png", "look.json")).key
        alone = library.add(Still("A", 2, 8, None, "", "graded.png")).key
    with pytest.raises(UsageError, match="keeps nothing"):
        rig.read(f"still:{whole}")
    rig.session.references.library = tmp_path
    assert rig.read(f"still:{whole}")["left_codes"] < 1.0
    assert abs(rig.read(f"still:{whole}:source")["stops"]) < 0.01
    assert rig.read(f"still:{alone}")["quality"] == "good"
    rig.desk.carry_out(c.ApplyMatch(slot="A", against=f"still:{whole}"))
    assert rig.desk.grade.histories["A"].now.words == f"Match to still {whole}"
    found = rig.desk.grade.look("A").nodes[0]
    np.testing.assert_allclose(found.slope, GRADED.nodes[0].slope, atol=0.03)


def test_a_match_of_another_look_than_the_slot_has_by_now_is_not_applied(rig: Rig) -> None:
    rig.session.set_look("B", rig.shown(GRADED))
    rig.session.slot("B").drawing.draw(rig.frame)
    command = c.ApplyMatch(slot="A", against="slot:B")
    rig.desk.carry_out(c.SetLook(slot="A", values={"slope": 1.1}))
    for meanwhile in (c.Undo(slot="A"), c.SetSource(slot="A", camera="Venice 2")):
        found = rig.desk.ready(command)
        rig.desk.carry_out(meanwhile)
        before = rig.desk.grade
        with pytest.raises(UsageError, match="slot A was changed while the match was worked out; apply it again"):
            rig.desk.carry_out(found)
        assert rig.desk.grade is before
    for meanwhile in (c.SetLook(slot="B", values={"slope": 1.1}), c.SetSource(slot="B", camera="Venice 2")):
        found = rig.desk.ready(command)
        rig.desk.carry_out(meanwhile)  # it is not the picture any more that was matched to
        with pytest.raises(UsageError, match="slot B was changed while the match was worked out; apply it again"):
            rig.desk.carry_out(found)
    source = rig.desk.ready(c.ApplyMatch(slot="A", against="slot:B"))
    rig.desk.carry_out(source)
    assert rig.desk.grade.histories["A"].now.words == "Match to slot B"


def test_a_look_that_is_turned_does_not_matter_to_who_is_matched_to_its_source(rig: Rig) -> None:
    found = rig.desk.ready(c.ApplyMatch(slot="A", against="slot:B:source"))
    rig.desk.carry_out(c.SetLook(slot="B", values={"slope": 1.1}))
    rig.desk.carry_out(found)
    assert rig.desk.grade.histories["A"].now.words == "Match to slot B source"


def test_a_source_is_compared_in_what_the_slot_is_graded_in_or_refused() -> None:
    """B is the same scene; graded in ACEScct its source is the same light, as another camera's it is not."""
    for camera_of_b, is_same in (("ALEXA 35", True), ("Venice 2", False)):
        made = Rig((), {"grade_in": "acescct"} if is_same else {}, camera(camera_of_b))
        try:
            if is_same:
                found = made.read("slot:B:source")
                assert abs(found["stops"]) < 0.01
                assert found["left_codes"] < 1.0
            else:
                with pytest.raises(UsageError, match="the source of slot B is another signal"):
                    made.read("slot:B:source")
                assert made.read("slot:B")["aligned"]
        finally:
            made.close()


def test_regions_and_pictures_of_other_framing(rig: Rig, tmp_path: Path) -> None:
    """A grey card that lies elsewhere in the photograph; and a picture that shows something else."""
    signal = np.clip(rig.shown(OTHER).apply(whole_signal(rig.frame)), 0, 1)
    moved = np.roll(signal, (30, 75), axis=(0, 1))
    write_still(tmp_path / "moved.png", np.rint(moved * 65535).astype(np.uint16))
    found = rig.read(
        f"file:{tmp_path}/moved.png", region=(0.25, 0.25, 0.3, 0.3),
        reference_region=(0.25 + 75 / 480, 0.25 + 30 / 270, 0.3, 0.3), aligned=False,
    )  # fmt: skip
    assert found["stops"] == pytest.approx(0.5, abs=0.1)
    assert found["quality"] == "rough"
    assert found["why"][-1] == "by their distributions"
    if rig.behind:
        return
    unlike = rig.read(f"file:{tmp_path}/moved.png")
    assert not unlike["aligned"]
    assert any("by their distributions, for" in sentence for sentence in unlike["why"])


def test_what_cannot_be_matched_is_refused(rig: Rig, tmp_path: Path) -> None:
    for against in ("source", "slot:C", f"file:{tmp_path}/none.png", "file:none.png", "still:3"):
        with pytest.raises(LivegradeError):
            rig.read(against)
    with pytest.raises(UsageError, match="no pixel"):
        rig.read("slot:B", region=(0.5, 0.5, 0.0, 0.1))
    dark = Rig(())
    dark.session.slot("A").drawing.graded = None
    try:
        with pytest.raises(UsageError, match="no picture yet"):
            dark.read("slot:B")
    finally:
        dark.close()
