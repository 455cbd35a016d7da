"""The journal of a session: what comes back of it, and that nothing that happened to its files stops a start."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from livegrade.capture.source import CaptureOptions
from livegrade.color.camera import camera
from livegrade.color.files.saved import write_saved_look
from livegrade.color.grading import Contrast, Exposure
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d, Role, Samples
from livegrade.commands.journaling import journal_before, open_journal
from livegrade.commands.voice import say
from livegrade.control import commands as c
from livegrade.control import journal as journals
from livegrade.control.auth import Access
from livegrade.control.desk import Desk
from livegrade.control.grade import Grade, Links
from livegrade.control.history import STEPS_KEPT, History, PlacedNode, Step
from livegrade.control.journal import Journal, JournalText, read_journal
from livegrade.control.journal_folder import JournalFolder
from livegrade.control.keeper import Keeper
from livegrade.control.kept import ChangedSlot, Kept, KeptSink, resumed, slot_words
from livegrade.control.server import Before
from livegrade.control.state import Trees
from livegrade.engine.view import GRADED
from livegrade.errors import ControlError, UsageError
from livegrade.scopes.measure import Sampling, ScopeRequest
from livegrade.session import Session
from livegrade.session.setup import DeviceSetup, ScopePlan, SessionSetup, SinkSetup, SlotSetup
from livegrade.session.setup import Role as DeviceRole
from livegrade.session.views import view_of
from livegrade.transport.address import parse_sink, parse_source
from livegrade_devices.address import parse_device

CUBE = Lut3d(Samples(np.linspace(0.0, 1.0, 81).reshape(3, 3, 3, 3)), name="show", role=Role.TRANSFORM)
OTHER = Lut3d(Samples(np.linspace(0.0, 0.5, 81).reshape(3, 3, 3, 3)))
SINK = b'{"livegrade_journal": 1, "slots": {}, "nodes": {}, "sinks": [{"number": 1, "place": %b}]}'
NODE = b'"A": {"now": {"words": "", "nodes": [%b]}}'
BARE = b'{"livegrade_journal": 1, "slots": {%b}, "nodes": {%b}}'


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("LIVEGRADE_STATE", str(tmp_path / "state"))


@pytest.fixture
def folder(state):
    made = JournalFolder.take("cart-1")
    assert made is not None
    yield made
    made.close()


def setup(*outs: str, name: str = "AB") -> SessionSetup:
    alexa, look = camera("ALEXA 35", 800), Look((CUBE,))
    slots = [SlotSetup(letter, parse_source("pattern:ramp"), CaptureOptions(), look, alexa) for letter in name]
    sinks = [parse_sink(text) for text in outs or ("null:", "null:", "null:,slot=B")]
    outputs = tuple(SinkSetup(sink, sink.slot, view_of(sink, alexa)) for sink in sinks)
    return SessionSetup(tuple(slots), outputs, engine="native", threads=1)


def session() -> Session:
    """Two slots and three outputs; nobody starts it."""
    return Session(setup())


@pytest.fixture
def lut(tmp_path):
    """Of a monitor; it may be gone when the session goes on."""
    path = tmp_path / "dp.json"
    path.write_bytes(write_saved_look(Look((OTHER,))))
    return path


def driven(made: Session, lut: Path) -> Desk:
    """A desk on which much has been done."""
    desk = Desk(made)
    do = desk.carry_out
    do(c.SetLook(slot="A", values={"slope.r": 1.2}))
    do(c.AddNode(slot="A", kind="contrast", name="punch"))
    do(c.SetLook(slot="A", values={"contrast": 1.3}))
    do(c.Undo(slot="A"))
    do(c.AddNode(slot="B", kind="exposure"))
    do(c.BypassLook(slot="B", bypassed=True))
    do(c.LinkNode(slot="B", origin="A", node="n2"))
    do(c.SetView(sink="1", view="false-color:stops", zebra="70-75"))
    do(c.SetView(sink="2", view="compare:33.3"))
    do(c.LockView(sink="2", locked=True))
    do(c.SetSource(slot="B", source="pattern:bars@720p50", camera="sony-slog3", ei=500, range="full", to=""))
    do(c.SetSink(sink="3", cal=str(lut), to="rec709", on_loss="bars"))
    return desk


def told(desk: Desk) -> Journal:
    seen_on = ("device village", "lost", ""), ("slot A", "freeze", "")
    return Journal(desk.kept, "run 1", tokens=((bytes(range(32)), Access.PAIRED),), seen_on=seen_on)


def written(folder: JournalFolder, journal: Journal) -> None:
    text = JournalText()
    folder.write(text.encode(journal), text.fresh)


def test_a_session_goes_on_where_the_one_before_ended(folder, lut) -> None:
    first = driven(session(), lut)
    written(folder, told(first))
    read = folder.read()
    assert JournalText().encode(read) == JournalText().encode(told(first))
    assert (read.tokens, read.seen_on) == (told(first).tokens, told(first).seen_on)
    lut.unlink()
    before = resumed(setup(), read.kept)
    made = Session(before.setup)
    second = Desk(made, before.kept)
    assert (second.kept, second.notes, before.notes) == (read.kept, (), ())
    assert [slot.setup.source.text for slot in made.slots] == ["pattern:ramp", "pattern:bars@720p50"]
    assert made.slots[1].camera == camera("sony-slog3", 500)
    assert made.slots[1].setup.range == "full"
    assert second.grade.links == first.grade.links != Links()
    assert second.grade.bypassed == {"B"}
    assert [slot.look.id for slot in made.slots] == [slot.look.id for slot in first.session.slots]
    for now, then in zip(made.outputs, first.session.outputs, strict=True):
        assert (now.number, now.place, now.view) == (then.number, then.place, then.view)
    with pytest.raises(UsageError, match="is locked"):
        second.carry_out(c.SetView(sink="2", view="source"))
    second.carry_out(c.Redo(slot="A"))
    assert second.grade.histories["A"].now.nodes[1].node == Contrast(1.3, name="punch")
    second.carry_out(c.ResetLook(slot="A"))  # to what this session was started with
    assert [placed.node for placed in second.grade.histories["A"].now.nodes] == [CUBE]
    first.close()
    second.close()


def test_scopes_are_measured_as_they_were_and_a_rig_that_changed_is_heeded(folder) -> None:
    plan = ScopePlan(ScopeRequest(), 25)
    began = replace(setup("null:"), scopes=plan)
    first = Desk(Session(began))
    assert first.kept.scopes == {}
    first.carry_out(c.SetScopes(slot="A", per_second=10, sampling="full", ycbcr=True, hlg_peak=600))
    first.carry_out(c.SetScopes(slot="A", per_second=0))
    first.carry_out(c.SetScopes(slot="B", sampling="2x2"))
    written(folder, told(first))
    kept = folder.read().kept
    assert kept == first.kept
    before = resumed(began, kept)
    second = Desk(Session(before.setup), before.kept)
    a, b = second.session.slots
    assert a.scoping is None
    assert b.scoping.plan == replace(plan, sampling=Sampling.HALF)
    second.carry_out(c.SetScopes(slot="A", per_second=10))  # off, it has forgotten nothing
    assert a.scoping.plan == ScopePlan(ScopeRequest(ycbcr=True), 10, Sampling.FULL, 600)
    assert second.kept.scopes["B"] == kept.scopes["B"]
    second.carry_out(c.SetScopes(slot="B", sampling="auto"))
    assert list(second.kept.scopes) == ["A"]
    edited = resumed(replace(began, scopes=replace(plan, per_second=5)), kept)
    assert [slot.scope_plan.per_second for slot in Session(edited.setup).slots] == [5, 5]
    assert resumed(setup("null:", name="A"), kept).setup.slots[0].scopes is None
    first.close()
    second.close()


def slotted(kept: Kept) -> Kept:
    """With slot A changed to full range."""
    began = slot_words(setup("null:", name="A").slots[0])
    return replace(kept, slots={"A": ChangedSlot(began, replace(began, range="full"))})


def test_a_file_that_was_set_by_hand_starts_again_at_its_end_and_one_of_the_rig_as_that_says() -> None:
    desk = Desk(session())
    desk.carry_out(c.SetSource(slot="A", source="/takes/a.mov"))
    rig = setup()
    assert [slot.options.loop for slot in resumed(rig, desk.kept).setup.slots] == [True, False]
    filed = replace(rig, slots=(replace(rig.slots[0], source=parse_source("/takes/a.mov")), rig.slots[1]))
    again = Desk(Session(filed))
    again.carry_out(c.SetSource(slot="A", range="full"))
    assert [slot.options.loop for slot in resumed(filed, again.kept).setup.slots] == [False, False]


def test_outputs_that_came_and_went_are_as_they_were_and_a_rig_that_changed_is_heeded() -> None:
    first = Desk(Session(setup("null:", "ndi:Village", "ndi:DP,view=source")))
    came = parse_sink("ndi:Focus,slot=B,view=compare")
    kept = first.kept
    kept = replace(kept, sinks=(kept.sinks[0], kept.sinks[2], KeptSink(4, came, None, locked=True)))
    before = resumed(setup("null:", "ndi:Village", "ndi:DP,view=source"), kept)
    assert [(sink.number, sink.address.target) for sink in before.setup.sinks] == [(1, ""), (3, "DP"), (4, "Focus")]
    assert before.setup.sinks[2].view == view_of(came)
    edited = resumed(setup("null:", "ndi:Village", "ndi:Director", "null:"), kept)
    assert [(sink.number, sink.address.target) for sink in edited.setup.sinks] == [
        (1, ""),
        (4, "Focus"),
        (None, "Director"),
        (None, ""),
    ]
    assert [output.number for output in Session(edited.setup).outputs] == [1, 4, 5, 6]
    other = replace(unchanged := setup("null:"), slots=(replace(unchanged.slots[0], range="legal"),))
    assert resumed(other, slotted(kept)).setup.slots[0].range == "legal"
    assert resumed(setup("null:", name="A"), slotted(kept)).setup.slots[0].range == "full"
    alone = resumed(setup("null:", name="A"), kept)
    assert [sink.address.target for sink in alone.setup.sinks] == [""]
    first.close()


HUB = DeviceSetup("hub", parse_device("videohub:10.0.0.9"), None, DeviceRole.WATCH)
BOX = DeviceSetup("village", parse_device("colorbox:10.0.0.5,password=open"), "A", DeviceRole.BOX, 600.0, "grab", 4.0)
CAMERA = DeviceSetup("A cam", parse_device("red:10.0.0.7"), "B")


def test_devices_that_came_and_went_are_as_they_were_and_a_rig_that_changed_is_heeded(folder) -> None:
    began = replace(setup("null:"), devices=(HUB, CAMERA))
    first = Desk(Session(began))
    added = c.AddDevice(
        name="village",
        address="colorbox:10.0.0.5,password=open",
        slot="A",
        role="box",
        prove_every=600.0,
        prove_by="grab",
        threshold=4.0,
    )
    first.carry_out(added)
    first.carry_out(c.RemoveDevice(device="A cam"))
    written(folder, told(first))
    kept = folder.read().kept
    assert (kept.devices, kept.rigged_devices) == ((HUB, BOX), (HUB, CAMERA))
    before = resumed(began, kept)
    assert before.setup.devices == (HUB, BOX)
    second = Desk(Session(before.setup), before.kept)
    assert second.kept.devices == (HUB, BOX)
    assert resumed(began, second.kept).setup.devices == (HUB, BOX)
    moved = replace(CAMERA, address=parse_device("red:10.0.0.8"))
    other = replace(HUB, name="village")
    edited = resumed(replace(began, devices=(moved, other)), kept)
    assert edited.setup.devices == (moved, other), "the rig's own word goes first"
    assert edited.notes == (
        "device village at colorbox:10.0.0.5,password=*** is not as before: the rig has another of this name",
    )
    assert resumed(began, replace(kept, devices=None)).setup.devices == (HUB, CAMERA)
    first.close()
    second.close()


def test_an_output_that_cannot_come_back_is_tried_again_until_somebody_removes_it(folder, tmp_path) -> None:
    first = Desk(Session(setup("null:")))
    lut = tmp_path / "no-such-palette.toml"
    came = [
        KeptSink(2, parse_sink("ndi:Focus,slot=B"), None, locked=False),
        KeptSink(3, parse_sink(f"ndi:DP,view=false-color:{lut}"), None, locked=True),
        KeptSink(4, parse_sink("ndi:Wall,view=compare,with=slot:B"), None, locked=False),
    ]
    written(folder, replace(told(first), kept=replace(first.kept, sinks=(*first.kept.sinks, *came))))
    first.close()
    for _ in range(2):  # what it could not be in one session, it is asked to be in the next
        before = resumed(setup("null:", name="A"), folder.read().kept)
        assert [sink.number for sink in before.setup.sinks] == [1]
        assert len(before.notes) == 3
        alone = Desk(Session(before.setup), before.kept)
        written(folder, told(alone))
        sinks = Trees(alone).build()["sinks"]
        alone.close()
    assert [(sink["state"]["link"], sink["options"].get("view")) for sink in sinks.values()][1:] == [
        ("faulted", None),
        ("faulted", f"false-color:{lut}"),
        ("faulted", "compare"),
    ]
    assert sinks["2"]["state"]["reason"] == "it could not come back: there is no slot B any more"
    assert str(lut) in sinks["3"]["state"]["reason"]
    assert "compares with slot B" in sinks["4"]["state"]["reason"]

    more = resumed(setup("null:", "ndi:New", name="A"), folder.read().kept)
    assert [output.number for output in Session(more.setup).outputs] == [1, 5], "a number is nobody else's"
    whole = resumed(setup("null:"), folder.read().kept)
    assert [sink.number for sink in whole.setup.sinks] == [1, 2, 4]
    desk = Desk(Session(whole.setup), whole.kept)
    with pytest.raises(UsageError, match="there is no output 9"):
        desk.carry_out(c.RemoveSink(sink="9"))
    assert desk.carry_out(c.RemoveSink(sink="3")).answer().result == "done"
    written(folder, told(desk))
    assert [sink.number for sink in folder.read().kept.sinks] == [1, 2, 4]
    desk.close()


def test_an_output_whose_place_another_has_by_now_is_not_asked_for_any_more(folder) -> None:
    first = Desk(Session(setup("null:")))
    came = KeptSink(2, parse_sink("ndi:Focus,slot=B"), None, locked=False)
    kept = replace(first.kept, sinks=(*first.kept.sinks, came))
    first.close()
    before = resumed(setup("null:", name="A"), kept)
    assert before.kept.absent
    again = replace(before.setup, sinks=(*before.setup.sinks, SinkSetup(came.place, "A", GRADED, 3)))
    desk = Desk(Session(again), before.kept)
    assert (desk.absent, [sink.number for sink in desk.kept.sinks]) == ((), [1, 3])
    desk.close()
    rigged = resumed(setup("null:", "ndi:Focus,slot=B"), kept).setup.sinks
    assert [(sink.number, sink.address.target) for sink in rigged] == [(1, ""), (None, "Focus")]


def test_links_and_bypass_come_back(folder) -> None:
    node = PlacedNode("n3", Cdl(slope=(1.1, 1.0, 1.0)))
    histories = {slot: History(Step("start", (node,)), used=3) for slot in "AB"}
    links = Links(frozenset({frozenset({("A", "n3"), ("B", "n3")})}))
    kept = Kept(Grade(histories, links, frozenset({"B"})))
    written(folder, Journal(kept))
    assert folder.read() == Journal(kept)


def test_what_does_not_fit_stays_as_it_was_started_and_is_said() -> None:
    first = Desk(Session(setup("null:", "ndi:Village")))
    first.carry_out(c.SetView(sink="1", view="false-color:stops"))
    unknown = setup("null:", "ndi:Village", name="A")
    unknown = replace(unknown, slots=(replace(unknown.slots[0], camera=None),))
    before = resumed(unknown, first.kept)
    assert len(before.notes) == 1
    assert before.notes[0].startswith("output null: is not as before: ")  # stops of a camera, and none is known
    assert [sink.view for sink in before.setup.sinks] == [GRADED, GRADED]
    desk = Desk(Session(before.setup), before.kept)
    assert set(desk.grade.histories) == {"A"}
    first.close()
    desk.close()


def test_a_journal_cut_off_anywhere_is_refused_with_a_sentence(folder, tmp_path) -> None:
    history = History(Step("now", (PlacedNode("n1", Cdl()), PlacedNode("n2", CUBE))))
    data = JournalText().encode(Journal(Kept(Grade({"A": history}))))
    path = tmp_path / "journal.json"
    for end in range(len(data)):
        path.write_bytes(data[:end])
        with pytest.raises(ControlError, match=r"^it is damaged: "):
            read_journal(path)


def test_a_journal_with_a_wrong_byte_is_refused_or_is_one(folder, lut) -> None:
    written(folder, told(driven(session(), lut)))
    path = next(folder._path.glob("journal.json"))
    data = bytearray(path.read_bytes())
    chance = random.Random(7)
    refused = 0
    for _ in range(200):
        at, byte = chance.randrange(len(data)), chance.randrange(256)
        path.write_bytes(data[:at] + bytes([byte]) + data[at + 1 :])
        try:
            folder.read()
        except ControlError:
            refused += 1
    assert refused > 100


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "it is damaged"),
        (b"\0" * 100, "it is damaged"),
        (b"[" * 100_000, "it is damaged"),
        (b'{"livegrade_journal": 2, "what": 1}', "from a newer livegrade"),
        (BARE % (NODE % b'["n1", "0"]', b""), "node 0 is missing"),
        (BARE % (NODE % b'["n1", "0"]', b'"0": {"livegrade_look": 1, "nodes": []}'), "node 0 is 0 nodes"),
        (BARE % (NODE % b'["n1", "0"], ["n1", "0"]', b'"0": {}'), "the same id"),
        (SINK % b'{"text": "x", "target": "", "scheme": "null", "options": {"what": "1"}}', "what does not belong"),
        (SINK % b'{"text": "x", "target": "", "scheme": "pattern"}', "pattern does not belong"),
        (SINK % b'{"text": "x", "target": "", "scheme": "null", "options": {"on-loss": "melt"}}', "it is damaged"),
    ],
)
def test_what_is_no_journal_is_refused(folder, tmp_path, content, fault) -> None:
    path = tmp_path / "journal.json"
    path.write_bytes(content)
    with pytest.raises(ControlError, match=fault):
        read_journal(path)


def test_a_huge_file_is_not_read(tmp_path) -> None:
    path = tmp_path / "journal.json"
    with path.open("wb") as file:
        file.truncate(2 << 30)
    with pytest.raises(ControlError, match="larger than 4 MB"):
        read_journal(path)


def test_a_session_of_more_than_a_hundred_outputs_goes_on_with_all_of_them_in_their_order(folder) -> None:
    """`run` takes as many `--out` as somebody writes; a journal that refused them would cost the looks."""
    begun = setup(*(f"ndi:Out {number}" for number in range(1, 121)), name="A")
    desk = Desk(Session(begun))
    desk.carry_out(c.SetLook(slot="A", values={"slope.r": 1.2}))
    written(folder, told(desk))
    on = resumed(begun, folder.read().kept)
    assert on.notes == ()
    assert [sink.number for sink in on.setup.sinks] == list(range(1, 121))
    assert [sink.address for sink in on.setup.sinks] == [sink.address for sink in begun.sinks]
    assert Session(on.setup).outputs[119].number == 120


def test_a_table_that_is_missing_or_changed_is_refused(folder, lut) -> None:
    written(folder, told(driven(session(), lut)))
    table = sorted(folder._path.glob("*.table"))[0]
    content = table.read_bytes()
    table.write_bytes(content[:-1] + b"\1")
    with pytest.raises(ControlError, match="BLAKE2b"):
        folder.read()
    table.unlink()
    with pytest.raises(ControlError, match="no such file"):
        folder.read()


def test_undo_steps_give_way_to_the_size_and_the_looks_of_now_do_not(folder, monkeypatch) -> None:
    past = tuple(Step(f"step {n}", (PlacedNode("n1", Exposure(n / 100)),)) for n in range(STEPS_KEPT))
    history = History(Step("now", (PlacedNode("n1", CUBE),)), past, (), 1)
    journal = Journal(Kept(Grade({"A": history})))
    whole = len(JournalText().encode(journal))
    monkeypatch.setattr(journals, "MOST_BYTES", whole // 3)
    written(folder, journal)
    kept = folder.read().kept.grade.histories["A"]
    assert kept.now == history.now
    assert kept.past == past[-50:]
    monkeypatch.setattr(journals, "MOST_TABLE_BYTES", 100)
    with pytest.raises(ControlError, match="more than the journal of the session keeps"):
        JournalText().encode(journal)


def test_a_table_is_written_once(folder) -> None:
    text = JournalText()
    nodes = [replace(CUBE, mix=mix) for mix in (10.0, 20.0)]
    journals_ = [Journal(Kept(Grade({"A": History(Step("now", (PlacedNode("n1", node),)))}))) for node in nodes]
    text.encode(journals_[0])
    assert len(text.fresh) == 1
    text.fresh.clear()
    text.encode(journals_[1])
    assert (text.fresh, len(text.tables)) == ({}, 1)
    text.encode(Journal(Kept(Grade({}))))
    assert not text.tables


# ---- the thread that writes


class Heard:
    """What the keeper told."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def __call__(self, text: str, is_trouble: bool) -> None:
        self.words.append(("trouble: " if is_trouble else "") + text)


def stepped(number: int) -> Journal:
    return Journal(Kept(Grade({"A": History(Step(f"step {number}", ()))})))


def test_the_last_state_is_on_the_disk_and_few_of_those_before_were(folder, until, monkeypatch) -> None:
    writes: list[bytes] = []
    real = folder.write
    monkeypatch.setattr(folder, "write", lambda data, fresh: (writes.append(data), real(data, fresh)))
    changed, number = threading.Event(), 0
    keeper = Keeper(folder, lambda: stepped(number), changed, Heard(), taken_up=False)
    monkeypatch.setattr("livegrade.control.keeper.PERIOD_S", 0.01)
    keeper.start()
    for _ in range(5000):
        number += 1
        changed.set()
    until(lambda: folder.read() == stepped(5000))
    assert len(writes) < 500
    keeper.stop()
    assert folder.read() == replace(stepped(5000), ended=True)
    keeper.stop()


def test_a_session_in_which_nothing_changed_leaves_the_journal_before_alone(folder) -> None:
    written(folder, stepped(1))
    keeper = Keeper(folder, lambda: stepped(2), threading.Event(), Heard(), taken_up=False)
    keeper.start()
    keeper.stop()
    assert folder.read() == stepped(1)


def test_the_first_change_sets_the_journal_before_aside(folder, until) -> None:
    written(folder, stepped(1))
    changed = threading.Event()
    keeper = Keeper(folder, lambda: stepped(2), changed, Heard(), taken_up=False)
    keeper.start()
    changed.set()
    until(lambda: (folder._path / "journal.json").exists() and folder.read() == stepped(2))
    keeper.stop()
    assert read_journal(folder._path.with_name("cart-1.before") / "journal.json") == stepped(1)


def test_the_newest_five_that_were_set_aside_are_kept(folder) -> None:
    for number in range(1, 8):
        written(folder, stepped(number))
        assert folder.set_aside("before") == folder._path.with_name("cart-1.before")
    names = ["cart-1.before", *(f"cart-1.before-{age}" for age in range(2, 6))]
    kept = [read_journal(folder._path.with_name(name) / "journal.json") for name in names]
    assert kept == [stepped(number) for number in (7, 6, 5, 4, 3)]
    assert sorted(path.name for path in folder._path.parent.glob("cart-1.before*")) == names


def test_a_disk_that_does_not_take_it_is_said_once_and_tried_again(folder, until) -> None:
    folder._path.write_text("in the way")
    heard, changed, number = Heard(), threading.Event(), 0
    keeper = Keeper(folder, lambda: stepped(number), changed, heard, taken_up=True)
    keeper.start()
    changed.set()
    until(lambda: bool(heard.words))
    number = 1
    changed.set()
    until(lambda: not changed.is_set())
    folder._path.unlink()
    number = 2
    changed.set()
    until(lambda: len(heard.words) == 2)
    keeper.stop()
    assert heard.words[0].startswith("trouble: it is not written, and the session goes on: ")
    assert heard.words[1] == "it is written again"
    assert folder.read().kept == stepped(2).kept


# ---- at the start


def test_one_session_has_the_journal_at_a_time(folder, capsys) -> None:
    assert open_journal("cart-1", say) is None
    assert "another session with the same rig or sources runs" in capsys.readouterr().err


def test_a_session_that_goes_on_waits_for_the_journal_of_one_that_ends(folder, capsys) -> None:
    ends = threading.Timer(0.4, folder.close)
    ends.start()
    then = open_journal("cart-1", say, 30.0)
    ends.join()
    assert then is not None
    then.close()
    assert capsys.readouterr().err == ""


def test_a_damaged_journal_is_set_aside_and_the_session_starts(folder, capsys) -> None:
    folder._path.mkdir()
    (folder._path / "journal.json").write_bytes(b"{")
    assert journal_before(folder, say, resume=True, run="") is None
    said = capsys.readouterr()
    assert "the journal of the session before is not used: it is damaged: " in said.err
    assert "cart-1.damaged" in said.out
    assert folder.read() is None


def test_a_journal_is_taken_up_where_it_is_asked_for_or_is_of_the_same_run(folder, capsys) -> None:
    assert journal_before(folder, say, resume=None, run="1") is None
    assert capsys.readouterr().out == ""
    assert journal_before(folder, say, resume=True, run="") is None
    assert "there is no journal" in capsys.readouterr().out
    written(folder, replace(stepped(1), run="1"))
    for resume, run, taken in ((True, "", True), (None, "1", True), (None, "2", False), (None, "", False)):
        assert (journal_before(folder, say, resume=resume, run=run) is not None) is taken
        words = "looks and views are those" if taken else "was cut off; --resume"
        assert words in capsys.readouterr().out
    written(folder, replace(stepped(1), ended=True))
    assert journal_before(folder, say, resume=None, run="") is None
    assert capsys.readouterr().out == ""


def test_what_begins_anew_sets_aside_what_would_be_taken_up_and_its_restarts_go_on(folder, capsys) -> None:
    written(folder, replace(stepped(1), run="1", ended=True))
    assert journal_before(folder, say, resume=False, run="2") is None
    assert "cart-1.before" in capsys.readouterr().out
    assert folder.read() is None
    written(folder, replace(stepped(2), run="2"))
    assert journal_before(folder, say, resume=False, run="2").kept == stepped(2).kept


@pytest.mark.parametrize("records", [True, False])
def test_a_recording_that_came_goes_on_after_a_crash_and_does_not_begin_by_itself(tmp_path, records: bool) -> None:
    first = Desk(Session(setup("null:", str(tmp_path / "rigged.mov"))))
    came = [parse_sink(str(tmp_path / "came.mov")), parse_sink("ndi:Village")]
    added = tuple(KeptSink(3 + at, place, None, locked=False) for at, place in enumerate(came))
    kept = replace(first.kept, sinks=(*first.kept.sinks, *added))
    before = resumed(setup("null:", str(tmp_path / "rigged.mov")), kept, records=records)
    assert [sink.number for sink in before.setup.sinks] == ([1, 2, 3, 4] if records else [1, 2, 4])
    assert ["came.mov recorded, and ended" in note for note in before.notes] == ([] if records else [True])
    first.close()


def test_paired_clients_stay_paired_in_the_same_run_only() -> None:
    paired = ((b"\1" * 32, Access.PAIRED),)
    seen_on = (("slot A", "freeze", ""),)
    journal = replace(stepped(1), run="1", tokens=paired, seen_on=seen_on)
    assert Before(journal, "1").seen_on == set(seen_on)
    assert Before(journal, "2").seen_on == Before(None, "1").seen_on == set()
    assert Before(journal, "1").tokens == paired
    assert Before(journal, "2").tokens == Before(journal, "").tokens == Before(None, "1").tokens == ()
    assert Before(replace(journal, run=""), "").tokens == ()
