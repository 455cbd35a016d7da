"""Takes, markers, looks and stills that a face has kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from livegrade.capture.source import CaptureOptions
from livegrade.color.grading import Saturation
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control import commands as c
from livegrade.control.desk import Desk
from livegrade.control.journal import Journal, JournalText, read_journal
from livegrade.control.kept import Kept
from livegrade.control.messages import Answer
from livegrade.control.state import Trees
from livegrade.control.takes import next_shot
from livegrade.errors import LibraryError, UsageError
from livegrade.library.kinds import STILLS, TAKES
from livegrade.library.query import Query
from livegrade.library.store import Library
from livegrade.library.values import Slate
from livegrade.session.events import RecordEdge
from livegrade.session.setup import SlotSetup
from livegrade.transport.address import parse_source
from livegrade.video.frame import Frame

SDR = Look((Cdl(slope=(1.2, 1.0, 0.8)), Saturation(0.9)), "sdr")
HDR = Look((Saturation(1.1),), "hdr")


def _small(frame: Frame, look: Look) -> bytes:
    return f"picture {frame.format.width} {look.id}".encode()


def nodes(cart, slot: str) -> list[object]:
    return [placed.node for placed in cart.desk.grade.histories[slot].now.nodes]


@pytest.fixture
def cart(carts):
    """HDR and SDR of one camera."""
    source = parse_source("pattern:ramp@96x8p50")
    looks = (("A", SDR), ("B", HDR))
    return carts(_small, [SlotSetup(name, source, CaptureOptions(), look) for name, look in looks])


def test_a_take_is_slated_begun_ended_circled_and_found(cart) -> None:
    cart.do(c.SetSlate(scene="12", shot="A", fields={"director": "Varda", "roll": "A004"}))
    cart.do(c.SetSlate(fields={"roll": ""}))
    cart.until(
        lambda: cart.library()["slate"] == {"scene": "12", "shot": "A", "take": 1, "fields": {"director": "Varda"}}
    )
    begun = cart.do(c.StartTake())
    assert (begun.result, begun.step) == ("done", "take of A, B")
    cart.until(lambda: {"A", "B"} == {slot for slot, take in cart.library()["open"].items() if take["key"]})
    one = cart.library()["open"]["A"]
    assert (one["name"], one["rule"]) == ("12A take 1", "api")
    cart.do(c.EndTake(slot="A"))
    cart.do(c.EndTake(slot="B"))
    cart.until(lambda: cart.library()["open"] == {} and cart.library()["unwritten"] == 0)
    step = f"12A take 1, slot A, take {one['key']} in the library"
    assert cart.do(c.CircleTake(take=one["key"])) == Answer("done", step=step)
    cart.do(c.CommentTake(take=one["key"], comment="boom in at the end"))
    cart.do(c.AmendTake(take=one["key"], shot="B", number=3))
    (found,) = cart.do(c.ListTakes(query="circled 'at the end'")).found
    assert (found["entry"], found["key"], found["circled"], found["state"]) == ("takes", one["key"], True, "ended")
    slate = {"scene": "12", "shot": "B", "take": 3, "fields": [["director", "Varda"]]}
    assert found["slate"] == slate
    assert len(cart.do(c.ListTakes()).found) == 2
    assert cart.do(c.ListTakes(query="scene=13")).found == []


def test_without_a_number_the_newest_take_is_meant_with_all_its_cameras(cart) -> None:
    cart.do(c.SetSlate(scene="12", shot="A"))
    for _ in range(2):
        cart.do(c.StartTake())
        cart.until(lambda: {"A", "B"} == {slot for slot, take in cart.library()["open"].items() if take["key"]})
        cart.do(c.EndTake())
        cart.until(lambda: cart.library()["open"] == {} and cart.library()["unwritten"] == 0)
    answer = cart.do(c.CircleTake())
    assert answer.step.startswith("12A take 2, slot A and B, take ")
    cart.do(c.CommentTake(comment="good for both"))
    found = cart.do(c.ListTakes(query="scene=12")).found
    said = {(one["slot"], one["slate"]["take"]): (one["circled"], one["comment"]) for one in found}
    assert said == {
        ("A", 1): (False, ""),
        ("B", 1): (False, ""),
        ("A", 2): (True, "good for both"),
        ("B", 2): (True, "good for both"),
    }
    cart.do(c.AmendTake(number=7))
    assert {one["slot"] for one in cart.do(c.ListTakes(query="take=7")).found} == {"A", "B"}


def test_what_was_changed_of_takes_is_undone_and_redone_in_words(cart, monkeypatch) -> None:
    cart.do(c.SetSlate(scene="12", shot="A", fields={"roll": "A004"}))
    cart.do(c.StartTake())
    cart.until(lambda: {"A", "B"} == {slot for slot, take in cart.library()["open"].items() if take["key"]})
    cart.do(c.EndTake())
    cart.until(lambda: cart.library()["open"] == {} and cart.library()["unwritten"] == 0)

    def said() -> list[tuple[object, ...]]:
        found = sorted(cart.do(c.ListTakes()).found, key=lambda one: one["slot"])
        return [(one["slate"]["fields"], one["slate"]["scene"], one["circled"], one["comment"]) for one in found]

    began = said()
    cart.do(c.CircleTake())
    cart.do(c.CircleTake())  # nothing becomes another
    one = cart.do(c.ListTakes(query="slot=A")).found[0]["key"]
    cart.do(c.AmendTake(take=one, scene="13", fields={"roll": "A005", "lens": "35"}))
    cart.do(c.EditKept(entry="take", key=one, fields={"comment": "boom in"}))
    steps = ["circled of 12A take 1, slot A and B", "scene, roll, lens of 12A take 1, slot A"]
    steps.append("comment of 13A take 1, slot A")
    cart.until(lambda: cart.library()["undo"] == steps)
    assert cart.do(c.UndoTakes()).step == f"undo {steps[2]}"
    assert cart.do(c.UndoTakes()).step == f"undo {steps[1]}"
    assert said() == [(*began[0][:2], True, ""), (*began[1][:2], True, "")]
    cart.until(lambda: (cart.library()["undo"], cart.library()["redo"]) == (steps[:1], [steps[2], steps[1]]))
    assert cart.do(c.RedoTakes()).step == f"redo {steps[1]}"
    assert said()[0] == ([["roll", "A005"], ["lens", "35"]], "13", True, "")
    cart.do(c.UndoTakes())
    change, asked = Library.change, []

    def refuse(library: Library, *what: object) -> object:
        asked.append(what)
        if len(asked) > 1:
            raise LibraryError("the disk is full")
        return change(library, *what)

    with monkeypatch.context() as full:
        full.setattr(Library, "change", refuse)
        assert "the disk is full" in cart.do(c.UndoTakes()).error
    assert sorted(one[2] for one in said()) == [False, True]
    assert cart.do(c.UndoTakes()).step == f"undo {steps[0]}"  # nothing of it is forgotten
    assert said() == began
    assert "nothing to undo of takes" in cart.do(c.UndoTakes()).error
    cart.do(c.CommentTake(take=one, comment="good"))
    cart.until(lambda: cart.library()["redo"] == [])
    with Library.open(cart.keeping.folder) as library:  # as another program
        library.change(TAKES, one, lambda take: replace(take, comment="mine"))
    assert "changed since by another program" in cart.do(c.UndoTakes()).error
    assert said()[0][3] == "mine"
    assert "there is no entry 99" in cart.do(c.AmendTake(take=99, scene="1")).error
    assert "nothing to undo of takes" in cart.do(c.UndoTakes()).error


def test_a_disk_that_does_not_answer_forgets_no_step_and_a_take_that_is_gone_does(cart, monkeypatch) -> None:
    cart.take()
    cart.do(c.CircleTake())
    (step,) = cart.library()["undo"]

    def gone(*what: object) -> object:
        raise LibraryError("the disk is away")

    for undone in (c.UndoTakes(), c.RedoTakes()):
        with monkeypatch.context() as away:
            away.setattr(Library, "get", gone)
            away.setattr(Library, "held", gone)
            assert "the disk is away" in cart.do(undone).error
        assert cart.do(undone).step.endswith(step)
    with Library.open(cart.keeping.folder) as library:
        library._connection.execute("DELETE FROM takes")
    assert "is not in the library any more: circled of" in cart.do(c.UndoTakes()).error
    assert "nothing to undo of takes" in cart.do(c.UndoTakes()).error


def test_the_slate_goes_on_by_take_shot_and_scene(cart) -> None:
    cart.do(c.SetSlate(scene="12", shot="H", take=3))
    cart.do(c.NextTake())
    assert cart.keeping.slate.take == 4
    cart.do(c.NextTake(step="shot"))
    cart.until(lambda: cart.library()["slate"] == {"scene": "12", "shot": "J", "take": 1, "fields": {}})
    cart.do(c.NextTake(step="scene"))
    cart.until(lambda: cart.library()["slate"] == {"scene": "13", "shot": "A", "take": 1, "fields": {}})
    cart.do(c.SetSlate(scene="park"))
    with pytest.raises(UsageError, match="nothing comes after the scene 'park'"):
        cart.do(c.NextTake(step="scene"))


@pytest.mark.parametrize(
    ("shot", "after"), [("", "A"), ("a", "B"), ("H", "J"), ("Z", "AA"), ("AZ", "BA"), ("ZZ", "AAA")]
)
def test_shots_are_lettered_as_on_a_slate(shot: str, after: str) -> None:
    assert next_shot(shot) == after


def test_a_number_that_nobody_has_said_is_the_next_one_whatever_is_said_beside(cart, hanging_disk) -> None:
    """Also while the disk does not answer, and a take has begun of which nobody knows its number."""
    cart.do(c.SetSlate(scene="12", shot="A"))
    cart.take()
    cart.until(lambda: cart.library()["slate"]["take"] == 2)
    with hanging_disk(cart.keeping):
        assert cart.do(c.SetSlate(fields={"lens": "32"})).step == "next: 12A take 2"
        assert cart.library()["slate"]["take"] == 2
        cart.do(c.SetSlate(fields={"lens": ""}))
        cart.desk.carry_out(c.StartTake(slot="A"))
        cart.desk.carry_out(c.SetSlate(fields={"lens": "35"}))
        cart.desk.carry_out(c.EndTake(slot="A"))
        cart.desk.carry_out(c.SetSlate(take=7))
        cart.desk.carry_out(c.StartTake(slot="A"))
        cart.desk.carry_out(c.SetSlate(fields={"roll": "A004"}))
        cart.desk.carry_out(c.EndTake(slot="A"))
        cart.desk.carry_out(c.NextTake())
    cart.until(lambda: cart.library()["unwritten"] == 0 and cart.library()["slate"]["take"] == 9)
    found = sorted(cart.do(c.ListTakes(query="slot=A")).found, key=lambda one: one["slate"]["take"])
    assert [(one["slate"]["take"], one["slate"]["fields"]) for one in found] == [
        (1, []),
        (2, []),
        (7, [["lens", "35"]]),
    ]
    assert cart.library()["slate"]["fields"] == {"lens": "35", "roll": "A004"}
    cart.do(c.SetSlate(scene="13", take=9))  # the number that the other scene has
    cart.take()
    assert {one["slate"]["take"] for one in cart.do(c.ListTakes(query="scene=13")).found} == {9}


def test_markers_are_pinned_to_the_picture_and_its_take(cart) -> None:
    cart.do(c.StartTake(slot="A"))
    cart.until(lambda: cart.library()["open"].get("A", {}).get("key", 0) > 0)
    key = cart.library()["open"]["A"]["key"]
    marked = cart.do(c.AddMarker(slot="A", kind="flare", text="from the window"))
    assert marked.frame is not None
    strip = cart.library()["strips"]["A"]
    assert (strip["key"], strip["runs"], strip["last"]) == (key, True, None)
    assert [(mark["kind"], mark["index"], mark["text"]) for mark in strip["markers"]] == [
        ("flare", marked.frame, "from the window")
    ]
    (found,) = cart.do(c.ListMarkers(query="window")).found
    assert (found["take"], found["index"], found["kind"]) == (key, marked.frame, "flare")
    assert {one["entry"] for one in cart.do(c.FindKept(query="markers")).found} == {"markers"}


def test_a_look_comes_back_from_the_library_with_the_one_that_shares_nodes(cart) -> None:
    cart.do(c.LinkNode(slot="B", origin="A", node="n1"))
    kept = cart.do(c.KeepLook(slot="A", name="night", scene="12", tags=("blue",)))
    assert (kept.result, kept.step) == ("done", "night is kept, version 1")
    (entry,) = cart.do(c.FindKept(query="looks name=night tag=blue")).found
    assert (entry["day"], entry["slot"], [one["slot"] for one in entry["linked"]]) == ("day1", "A", ["B"])
    assert (cart.keeping.folder / entry["thumbnail"]).read_bytes().startswith(b"picture 96")
    shown = nodes(cart, "A"), nodes(cart, "B")
    cart.do(c.SetLook(slot="A", node="n1", values={"slope": 1.5}))
    cart.do(c.RemoveNode(slot="B", node="n1"))
    assert cart.do(c.KeepLook(slot="A", name="night", scene="12")).step == "night is kept, version 2"
    cart.do(c.RecallLook(slot="A", look="night", version=1))
    assert (nodes(cart, "A"), nodes(cart, "B")) == shown
    assert cart.desk.grade.histories["A"].now.words == "night recalled"
    a, b = (cart.desk.grade.histories[slot].now.nodes for slot in "AB")
    assert cart.desk.grade.links.of("A") == {a[0].id: {"B": next(one.id for one in b if one.node == a[0].node)}}
    cart.do(c.Undo(slot="A"))
    assert nodes(cart, "A")[0] == Cdl(slope=(1.5, 1.5, 1.5))
    cart.do(c.RecallLook(slot="B", look=SDR.id, add=True))
    assert nodes(cart, "B")[-2:] == list(SDR.nodes)
    with pytest.raises(LibraryError, match="no look is kept as 'day'"):
        cart.do(c.RecallLook(slot="A", look="day"))


def test_a_still_without_a_folder_goes_into_the_library(cart) -> None:
    cart.do(c.StartTake(slot="A"))
    cart.until(lambda: cart.library()["open"].get("A", {}).get("key", 0) > 0)
    answer = cart.do(c.GrabStill(slot="A"))
    assert (answer.result, len(answer.files)) == ("done", 3)
    with Library.reading(cart.keeping.folder) as library:
        (still,) = library.find(Query(), STILLS)
    assert [str(cart.keeping.folder / path) for path in (still.graded, still.source, still.look)] == list(answer.files)
    assert (cart.keeping.folder / still.thumbnail).read_bytes() == f"picture 96 {SDR.id}".encode()
    assert (still.look_id, still.day, still.take) == (SDR.id, "day1", cart.library()["open"]["A"]["key"])


def test_the_look_of_a_still_outside_of_takes_is_in_the_library(cart) -> None:
    cart.do(c.GrabStill(slot="A"))
    with Library.reading(cart.keeping.folder) as library:
        assert library.look(SDR.id).nodes == SDR.nodes


def test_what_the_library_has_not_is_refused_with_a_sentence(cart) -> None:
    assert "keeps no take yet" in cart.do(c.CircleTake()).error
    assert "there is no entry 7" in cart.do(c.CircleTake(take=7)).error
    for fault, query in (("nothing called scen", "scen=12"), ("no end", "'at the"), ("is a number", "take=x")):
        with pytest.raises(UsageError, match=fault):
            cart.do(c.ListTakes(query=query))


def test_a_session_without_a_library_says_so(bench) -> None:
    made = bench(SDR)
    desk = Desk(made.session)
    made.draw()
    assert Trees(desk).build()["library"] is None
    for command in (c.StartTake(slot="A"), c.ListTakes(), c.KeepLook(slot="A", name="day"), c.GrabStill(slot="A")):
        with pytest.raises(UsageError, match="this session keeps no"):
            desk.carry_out(command)
    desk.close()
    made.close()


def test_a_session_whose_library_another_has_says_so_at_every_take(cart, carts) -> None:
    second = carts(_small, [SlotSetup("A", parse_source("pattern:ramp@96x8p50"), CaptureOptions(), SDR)])
    assert "not kept so far: another session records" in second.do(c.StartTake()).step
    assert "not kept so far: another session records" in second.do(c.SetSlate(scene="12")).step
    second.until(lambda: len(second.alarms()) == 2)
    assert [alarm["lasts"] for alarm in second.alarms()] == [True, False]
    assert all("end the session that holds the library" in alarm["advice"] for alarm in second.alarms())


def test_the_slate_for_the_next_take_is_there_again_in_a_session_that_goes_on(cart, carts, tmp_path) -> None:
    path, text = tmp_path / "journal.json", JournalText()

    def journal() -> Kept:
        path.write_bytes(text.encode(Journal(cart.desk.kept)))
        return read_journal(path).kept

    def slate(one) -> tuple[str, int, dict[str, str]]:
        shown = one.library()["slate"]
        return f"{shown['scene']}{shown['shot']}", shown["take"], shown["fields"]

    assert journal().slate is None
    cart.do(c.SetSlate(scene="12", shot="A"))
    cart.take()
    cart.do(c.SetSlate(scene="13", fields={"lens": "35"}))
    assert journal().slate.slate == Slate("13", "A", 0, (("lens", "35"),))  # from the moment at which it is written
    cart.until(lambda: slate(cart) == ("13A", 1, {"lens": "35"}))
    untold = journal()
    cart.do(c.SetSlate(take=7))
    cart.until(lambda: slate(cart) == ("13A", 7, {"lens": "35"}))
    told = journal()
    cart.do(c.StartTake(slot="A"))  # with a picture that may have come before the slate was written
    cart.until(lambda: slate(cart)[1] == 8)
    assert journal().slate.slate.take == 0  # the number is used
    cart.do(c.EndTake(slot="A"))
    cart.until(lambda: cart.library()["open"] == {} and cart.library()["unwritten"] == 0)
    cart.do(c.SetSlate(scene="14", shot="B"))
    last = journal()
    cart.session.stop()
    cart.keeping.stop()
    for before, day, says in (
        (last, "day1", ("14B", 1, {"lens": "35"})),
        (last, "day2", ("", 1, {})),  # another day is begun with nothing
        (untold, "day1", ("13A", 8, {"lens": "35"})),  # a take was begun since
        (told, "day1", ("13A", 8, {"lens": "35"})),
        (replace(last, slate=None), "day1", ("13A", 8, {"lens": "35"})),  # of an older livegrade
    ):
        one = carts(_small, cart.slots, before, day)
        one.until(lambda one=one, says=says: slate(one) == says)
        assert one.desk.kept.slate is None or one.desk.kept.slate.slate.take == 0
        one.session.stop()
        one.keeping.stop()


def test_that_a_take_used_the_slate_is_written_down(cart) -> None:
    changed = cart.desk.changed
    cart.do(c.SetSlate(scene="12", take=4))
    cart.until(lambda: cart.library()["slate"]["take"] == 4)
    known = cart.desk.kept.slate
    changed.clear()
    cart.session.record("A", RecordEdge.START, "key")  # nobody's command
    cart.until(changed.is_set)
    now = cart.desk.kept.slate
    assert (now.slate.take, now.after_ns > known.after_ns) == (0, True)
