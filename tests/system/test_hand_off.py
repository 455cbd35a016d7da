"""From a running session to a folder for post: what pictures had is what every file says."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xmlschema
from PIL import Image

from livegrade.capture.source import CaptureOptions
from livegrade.color.camera import camera
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.color.rendering import Chain, entrance, output_nodes
from livegrade.control import commands as c
from livegrade.control.desk import Desk
from livegrade.handoff.material import gather
from livegrade.handoff.package import Part, write_package
from livegrade.handoff.plan import plan_of
from livegrade.library.store import Library
from livegrade.session import Session
from livegrade.session.events import Link
from livegrade.session.keeping import Keeping
from livegrade.session.setup import KeepingPlan, SessionSetup, SlotSetup
from livegrade.session.sight import sight_of
from livegrade.transport.address import parse_source

ALEXA = camera("ALEXA 35")
CHAIN = Chain(entrance(ALEXA, "acescct"), output_nodes("rec709", ALEXA, "acescct"))


@pytest.fixture
def out(tmp_path: Path, until: Callable[[Callable[[], bool]], None]) -> Path:
    """A take with two looks, the second kept under a name and in a still, handed off."""
    setup = SlotSetup(
        "A",
        parse_source("pattern:ramp@192x108p50"),
        CaptureOptions(),
        Look((Cdl((1.1, 1.0, 0.9)),)),
        camera=ALEXA,
        chain=CHAIN,
    )
    session = Session(SessionSetup((setup,), (), engine="native", threads=1))
    keeping = Keeping(session, KeepingPlan(tmp_path / "library", "day1"))
    desk = Desk(session, keeping=keeping)

    def do(command: c.AnyCommand) -> None:
        effect = desk.carry_out(command)
        until(lambda: effect.answer() is not None)
        assert effect.answer().result == "done", effect.answer()

    def pictures(count: int) -> None:
        first = sight_of(session.slot("A")).index
        until(lambda: sight_of(session.slot("A")).index >= first + count)

    keeping.start()
    session.start()
    until(lambda: sight_of(session.slot("A")) is not None and keeping.state.link is not Link.STARTING)
    do(c.SetSlate(scene="12", shot="A"))
    do(c.StartTake(slot="A"))
    pictures(75)
    do(c.SetLook(slot="A", node="n1", values={"slope": 1.25}))
    do(c.KeepLook(slot="A", name="Abend", scene="12"))
    pictures(75)
    do(c.GrabStill(slot="A"))
    do(c.AddMarker(slot="A", kind="focus", text="weich"))
    do(c.EndTake(slot="A"))
    session.stop()
    desk.close()
    keeping.stop()
    with Library.reading(tmp_path / "library") as library:
        plan = plan_of(gather(library, ["day1"], datetime.now(UTC)), [])
    write_package(plan, tuple(Part), tmp_path / "out", 0, lambda done, of: None)
    return tmp_path / "out"


@pytest.mark.emulated
def test_a_session_is_handed_off(out: Path, shared_data: Path) -> None:
    whole = json.loads((out / "day1.json").read_text())
    (take,) = whole["takes"]
    assert (take["scene"], take["shot"], take["state"], take["look"]) == ("12", "A", "ended", "Abend")
    assert len(take["looks"]) == 2
    assert take["looks"][1]["look_id"] == take["look_id"]
    # The picture that was grabbed says itself which look it had.
    (still,) = whole["stills"]
    with Image.open(out / "stills" / still["file"]) as picture:
        assert picture.text["Look"] == still["look_id"] == take["look_id"]
    # Two events, one behind the other, as long as the take.
    edl = (out / "day1_50.edl").read_text()
    events = re.findall(r"^\d{3} .* C +(\S+) (\S+) \S+ \S+$", edl, re.MULTILINE)
    assert (events[0][0], events[0][1], events[1][1]) == (take["start"], events[1][0], take["end"])
    assert re.findall(r"^\* LOOK (\w+)", edl, re.MULTILINE) == [change["look_id"] for change in take["looks"]]
    assert "(1.2500 1.2500 1.2500)" in edl
    # AMF: graded in ACEScct, shown on Rec.709.
    (amf,) = (out / "amf").iterdir()
    xmlschema.XMLSchema(str(shared_data / "amf/ampas/schema/acesMetadataFile.xsd")).validate(str(amf))
    text = amf.read_text()
    assert take["look_id"] in text
    assert re.findall(r"v2\.0:(\S+?)\.a2", text) == [
        "CSC.Arri.LogC4_to_ACES",
        "CSC.Academy.ACES_to_ACEScct",
        "CSC.Academy.ACEScct_to_ACES",
        "Output.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886",
    ]
    with (out / "tables/markers.csv").open(encoding="utf-8-sig", newline="") as stream:
        (marker,) = csv.DictReader(stream)
    assert (marker["kind"], marker["text"], marker["clip"]) == ("focus", "weich", take["clip"])
    assert (out / "unmatched.csv").read_text("utf-8-sig").splitlines() == ["what,name,why"]
