"""From a rig to a session: what can start starts, and the rest is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from livegrade.control import commands as c
from livegrade.control.desk import Desk
from livegrade.control.kept import resumed
from livegrade.control.state import Trees
from livegrade.errors import RigError, UsageError
from livegrade.library.naming import STILLS
from livegrade.rig import load_rig
from livegrade.scopes.measure import ScopeRequest
from livegrade.session import Session
from livegrade.session.events import Link
from livegrade.session.meters import Meter
from livegrade.session.rigging import rigged
from livegrade.session.setup import DeviceSetup, Role, ScopePlan
from livegrade.transport.peer import OpenGradeIoPlace, SurfacePlaces
from livegrade_devices.address import DeviceAddress

CDL = """<ColorDecisionList xmlns="urn:ASC:CDL:v1.01"><ColorDecision><ColorCorrection id="a"><SOPNode>
<Slope>1.2 1 1</Slope><Offset>0 0 0</Offset><Power>1 1 1</Power></SOPNode></ColorCorrection></ColorDecision>
</ColorDecisionList>"""


def rig_of(tmp_path: Path, text: str):
    (tmp_path / "out").mkdir(exist_ok=True)
    (tmp_path / "day1.cdl").write_text(CDL, encoding="utf-8")
    path = tmp_path / "cart.toml"
    path.write_text("livegrade = 1\n" + text, encoding="utf-8")
    return rigged(load_rig(path))


def test_words_of_a_rig_mean_what_they_mean_on_the_command_line(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path.parent)
    work = rig_of(
        tmp_path,
        """[[slot]]
name = "A"
source = "pattern:camera@1080p25"
camera = "ALEXA 35"
ei = 800
looks = ["day1.cdl"]
to = "rec709"
[[slot]]
name = "B"
source = "b.mov"
loop = true
range = "full"
[[output]]
address = "null:"
view = "false-color:stops"
[[output]]
address = "out/b.mov"
slot = "B"
cal = "day1.cdl"
[engine]
backend = "native"
threads = 1
[scopes]
per-second = 0
""",
    )
    assert work.faults == ()
    first, second = work.setup.slots
    assert first.camera is not None
    assert first.camera.title.startswith("ALEXA 35")
    assert first.look.nodes[0].slope == (1.2, 1.0, 1.0)
    assert first.chain.output
    assert second.source.target == str(tmp_path / "b.mov")
    assert second.options.loop
    assert second.options.range == "full"
    null, file = work.setup.sinks
    assert null.view.bands is not None
    assert null.view.bands.name == "stops"
    assert (file.slot, file.address.target) == ("B", str(tmp_path / "out" / "b.mov"))
    assert file.view.calibration is not None
    assert (work.setup.engine, work.setup.threads) == ("native", 1)
    assert work.setup.scopes == ScopePlan(ScopeRequest(), 0)


def test_a_key_that_cannot_be_read_hides_no_other_fault(tmp_path) -> None:
    """Whoever mends a rig mends it once."""
    work = rig_of(
        tmp_path,
        """[[slot]]
name = "A"
source = "pattern:bars"
camera = "ALEXA 36"
look = ["day1.cdl"]
looks = ["nowhere.cube"]
[[slot]]
name = "B"
source = "pattern:bars"
ei = "800"
to = "rec70"
grade-in = "acescct"
[[slot]]
name = "B"
source = "pattern:bars"
[[slot]]
name = "B"
source = "pattern:bars"
camera = "ALEXA 36"
[[output]]
address = "null:"
slot = "B"
zebra = 95
view = "false-color:nonsense"
[[device]]
name = "box"
address = "nothing:here"
slt = "B"
[[device]]
name = "other"
address = "videohub:10.0.0.9"
rol = "push"
[library]
keep = false
folder = 5
""",
    )
    assert sorted((fault.part, fault.key) for fault in work.faults) == [
        ("device box", "address"),
        ("device box", "slt"),
        ("device other", "rol"),
        ("library", "folder"),
        ("output null:", "view"),
        ("output null:", "zebra"),
        ("slot A", "camera"),
        ("slot A", "look"),
        ("slot A", "looks"),
        ("slot B", "camera"),
        ("slot B", "ei"),
        ("slot B", "name"),
        ("slot B", "name"),
        ("slot B", "to"),
    ]
    assert [slot.name for slot in work.setup.slots] == ["B"], "the one that is whole"
    assert (work.setup.sinks, work.setup.devices) == ((), ())
    assert work.setup.keeping is None, "what is right in a table counts"


def test_all_that_is_wrong_is_found_and_the_rest_is_set_up(tmp_path) -> None:
    work = rig_of(
        tmp_path,
        """[[slot]]
name = "A"
source = "pattern:bars"
[[slot]]
name = "B"
source = "nid:X"
camera = "ALEXA 36"
looks = ["nowhere.cube"]
[[slot]]
name = "C"
source = "pattern:bars"
to = "rec70"
[[output]]
address = "null:"
view = "false-color:nonsense"
[[output]]
address = "null:"
slot = "B"
[[output]]
address = "ndi:X,vew=source"
[[output]]
address = "a.mov"
[[output]]
address = "a.mov"
[[output]]
address = "null:"
slot = "Q"
""",
    )
    assert [(fault.part, fault.key, fault.line) for fault in work.faults] == [
        ("slot B", "source", 7),
        ("slot B", "camera", 8),
        ("slot B", "looks", 9),
        ("slot C", "to", 13),
        ("output null:", "view", 16),
        ("output null:", "slot", 19),
        ("output ndi:X,vew=source", "address", 21),
        ("output a.mov", "address", 25),
        ("output null:", "slot", 28),
    ]
    assert "near" in work.faults[1].fault or "ALEXA 35" in work.faults[1].fault
    assert work.faults[5].fault == "slot B cannot start"
    assert work.faults[8].fault == "slot Q is not in this rig"
    assert [slot.name for slot in work.setup.slots] == ["A"]
    assert [sink.address.target for sink in work.setup.sinks] == [str(tmp_path / "a.mov")]


def test_a_rig_without_a_slot_that_works_is_refused_with_its_faults(tmp_path) -> None:
    with pytest.raises(RigError, match="no slot of this rig can start") as error:
        rig_of(tmp_path, "[[slot]]\nname='A'\nsource='nid:X'\n")
    assert "  slot A\n    source, line 4: 'nid:X'" in error.value.faults


def test_a_source_that_is_not_there_does_not_keep_the_others_from_starting(tmp_path, until) -> None:
    work = rig_of(
        tmp_path,
        """[[slot]]
name = "A"
source = "missing.mov"
[[slot]]
name = "B"
source = "pattern:bars@1080p25"
[[output]]
address = "null:"
slot = "B"
[scopes]
per-second = 0
""",
    )
    session = Session(work.setup)
    try:
        session.start()
        until(lambda: session.slot("B").frames_in > 0)
        assert session.slot("A").state.link is Link.FAULTED
        assert "missing.mov" in session.slot("A").state.reason
        assert session.failed
    finally:
        session.stop()


def test_devices_of_a_rig_are_read_and_their_faults_told(tmp_path) -> None:
    work = rig_of(
        tmp_path,
        """[[slot]]
name = "A"
source = "pattern:bars"
[[slot]]
name = "B"
source = "pattern:bars"
to = "nothing"
[[device]]
name = "hub"
address = "videohub:10.0.0.9:9991"
slot = "A"
role = "watch"
prove-every = 600
prove-by = "grab"
threshold = 2.5
[[device]]
name = "of a slot that does not start"
address = "videohub:10.0.0.9"
slot = "B"
[[device]]
name = "lost"
address = "videohub:10.0.0.9"
slot = "C"
[[device]]
name = "wrong"
address = "videohob:10.0.0.9"
[[device]]
name = "serial"
address = "videohub:/dev/ttyUSB0"
""",
    )
    assert work.setup.devices == (
        DeviceSetup("hub", DeviceAddress("videohub", "10.0.0.9", 9991), "A", Role.WATCH, 600.0, "grab", 2.5),
        DeviceSetup("of a slot that does not start", DeviceAddress("videohub", "10.0.0.9"), None, Role.ALL),
        DeviceSetup("lost", DeviceAddress("videohub", "10.0.0.9"), None, Role.ALL),
    )
    assert [(fault.part, fault.fault) for fault in work.faults if fault.part.startswith("device")] == [
        ("device lost", "slot C is not in this rig"),
        ("device wrong", "there is no kind of device 'videohob'; did you mean videohub?"),
        ("device serial", "videohub:/dev/ttyUSB0: Blackmagic Videohub is not reached over a serial port"),
    ]


def test_alarms_of_a_rig_change_what_they_name(tmp_path) -> None:
    work = rig_of(
        tmp_path,
        """[[slot]]
name = "A"
source = "pattern:bars"
[alarms]
clip = { level = 98, seconds = 0.2 }
gamut = { on = false }
""",
    )
    assert work.faults == ()
    rules = {rule.kind.value: rule for rule in work.setup.slots[0].alarms}
    assert (rules["clip"].level, rules["clip"].area, rules["clip"].seconds) == (98, 1, 0.2)
    assert not rules["gamut"].on
    assert rules["black"].on


def test_a_surface_whose_address_is_none_is_told_and_the_others_are_heard(tmp_path) -> None:
    slot = '[[slot]]\nname = "A"\nsource = "pattern:ramp"\n'
    work = rig_of(tmp_path, slot + '[control]\nosc = 9000\nosc-peers = ["192.168.1.300", "192.168.1.30:9001"]\n')
    assert [(fault.part, fault.key, fault.line) for fault in work.faults] == [("control", "osc-peers", 7)]
    assert [str(peer) for peer in work.surfaces.osc.peers] == ["192.168.1.30:9001"]
    assert rig_of(tmp_path, slot).surfaces == SurfacePlaces()
    assert "osc = PORT" in str(rig_of(tmp_path, slot + '[control]\nosc-peers = ["192.168.1.3"]\n').faults[0])
    own = rig_of(tmp_path, slot + '[control]\nosc = 9000\nosc-peers = ["127.0.0.1:9000"]\n')
    assert "where the session itself listens" in str(own.faults[0])
    many = ", ".join(f'"192.168.1.{number}"' for number in range(1, 34))
    (fault,) = rig_of(tmp_path, slot + f"[control]\nosc = 9000\nosc-peers = [{many}]\n").faults
    assert "33 surfaces are listed for OSC, and the most is 32" in str(fault)


def test_a_rig_says_where_the_session_is_a_lut_box(tmp_path) -> None:
    slot = '[[slot]]\nname = "A"\nsource = "pattern:ramp"\n[control]\n'
    assert rig_of(tmp_path, slot + "opengradeio = 8089\n").surfaces.opengradeio == OpenGradeIoPlace(8089)
    work = rig_of(tmp_path, slot + 'opengradeio = 8089\nopengradeio-axis = "red"\n')
    assert work.surfaces.opengradeio == OpenGradeIoPlace(8089, "red")
    work = rig_of(
        tmp_path, slot + 'opengradeio = 8089\nopengradeio-peers = ["192.168.1.40", "fd00::5", "10.0.0.2:80"]\n'
    )
    assert list(map(str, work.surfaces.opengradeio.peers)) == ["192.168.1.40", "fd00::5"]
    assert [fault.key for fault in work.faults] == ["opengradeio-peers"]
    assert "opengradeio = PORT" in str(rig_of(tmp_path, slot + 'opengradeio-peers = ["10.0.0.2"]\n').faults[0])
    work = rig_of(tmp_path, slot + 'opengradeio-axis = "red"\n')
    assert work.surfaces.opengradeio is None
    assert "opengradeio = PORT" in str(work.faults[0])


def test_a_rig_says_where_takes_go_and_how_stills_are_named(tmp_path) -> None:
    slot = '[[slot]]\nname = "A"\nsource = "pattern:ramp"\n'
    kept = rig_of(tmp_path, slot + '[library]\nfolder = "lib"\nday = "day 3"\n[naming]\nstill = "{day}_{take:02}"\n')
    assert kept.faults == ()
    assert (kept.setup.keeping.folder, kept.setup.keeping.day) == (tmp_path / "lib", "day 3")
    assert kept.setup.keeping.stills.name({"day": "day 3", "take": 4}) == "day-3_04"
    assert rig_of(tmp_path, slot + "[library]\nkeep = false\n").setup.keeping is None

    wrong = rig_of(tmp_path, slot + '[naming]\nstill = "{scen}"\n')
    assert [(fault.part, fault.key, fault.line) for fault in wrong.faults] == [("naming", "still", 6)]
    assert wrong.setup.keeping.stills == STILLS, "the usual names"


def test_meters_of_a_rig_are_there_from_the_start(tmp_path) -> None:
    head = "[[slot]]\nname = 'A'\nsource = 'pattern:ramp'\nmeters = "
    work = rig_of(tmp_path, head + "[{ x = 0.25, y = 0.5, size = 31, name = 'face' }, { x = 1, y = 0 }]\n")
    slot = Session(work.setup).slot("A")
    assert slot.meters.spots == (("m1", Meter(0.25, 0.5, 31, "face")), ("m2", Meter(1.0, 0.0)))
    with pytest.raises(RigError, match="no slot of this rig") as refused:
        rig_of(tmp_path, head + "[{ x = 1.5, y = 0 }]\n")
    assert "meters" in refused.value.faults


def test_a_rig_says_on_which_display_hlg_is_read(tmp_path) -> None:
    slot = '[[slot]]\nname = "A"\nsource = "pattern:bars"\n'
    said, usual = (rig_of(tmp_path, slot + more).setup.scopes for more in ("[scopes]\nhlg-peak = 600\n", ""))
    assert (said.hlg_peak, usual.hlg_peak) == (600, 1000)


def test_labels_and_locks_of_a_rig_reach_who_drives_the_session(tmp_path) -> None:
    text = "[[slot]]\nname = 'A'\nlabel = 'crane'\nsource = 'pattern:ramp'\n"
    text += "[[output]]\naddress = 'null:'\nlocked = true\n[[output]]\naddress = 'null:'\nview = 'source'\n"
    desk = Desk(Session(rig_of(tmp_path, text).setup))
    tree = Trees(desk).build()
    assert tree["slots"]["A"]["label"] == "crane"
    assert [sink["locked"] for sink in tree["sinks"].values()] == [True, False]
    with pytest.raises(UsageError, match="is locked"):
        desk.carry_out(c.SetView(sink="1", view="source"))
    desk.carry_out(c.LockView(sink="1", locked=False))
    desk.carry_out(c.SetSource(slot="A", range="full"))
    assert Trees(desk).build()["slots"]["A"]["label"] == "crane"
    before = resumed(rig_of(tmp_path, text).setup, desk.kept)
    assert not Desk(Session(before.setup), before.kept).locked
    desk.close()


def test_a_recording_that_is_there_is_a_fault_unless_it_may_be_replaced_or_goes_on(tmp_path) -> None:
    (tmp_path / "take.mov").write_bytes(b"yesterday")
    text = "[[slot]]\nname = 'A'\nsource = 'pattern:ramp'\n[[output]]\naddress = 'take.mov'\n"
    assert ["exists already" in str(fault) for fault in rig_of(tmp_path, text).faults] == [True]
    rig = load_rig(tmp_path / "cart.toml")
    assert rigged(rig, overwrite=True).setup.overwrite
    for allowed in (rigged(rig, overwrite=True), rigged(rig, goes_on=True)):
        assert not allowed.faults
        assert len(allowed.setup.sinks) == 1
