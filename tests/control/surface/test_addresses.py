"""Which command an address is, which not, and that whatever a surface shows it may also send."""

from __future__ import annotations

import contextlib
import re
from typing import get_args

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livegrade.capture.source import CaptureOptions
from livegrade.color.grading import Contrast
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control import commands as c
from livegrade.control.desk import Desk
from livegrade.control.state import Trees
from livegrade.control.surface.addresses import MARKERS, STEPS, command_of
from livegrade.control.surface.feedback import SHOWN, parts_changed, parts_of, values_of
from livegrade.control.surface.message import Message
from livegrade.control.tree import LibraryTree, LinkTree, OpenTakeTree, SlateTree
from livegrade.engine.view import GRADED
from livegrade.errors import UsageError
from livegrade.session import Session
from livegrade.session.events import Link
from livegrade.session.setup import SessionSetup, SinkSetup, SlotSetup
from livegrade.transport.address import parse_sink, parse_source

LOOK = Look((Cdl(name="day 1/warm"), Contrast(name="n1")), name="night")


@pytest.fixture(scope="module")
def desk():
    slot = SlotSetup("A", parse_source("pattern:ramp"), CaptureOptions(), LOOK)
    sinks = (SinkSetup(parse_sink("null:"), "A", GRADED),)
    made = Desk(Session(SessionSetup((slot,), sinks, engine="native", threads=1)))
    made.carry_out(c.AddMeter(slot="A", x=0.5, y=0.5, name="key light"))
    yield made
    made.close()


def asked(desk: Desk, address: str, *arguments: object) -> c.AnyCommand | None:
    return command_of(Message(f"/livegrade/{address}", arguments), desk)


def set_look(values: dict, node: str | None = "n1", *, relative: bool = False) -> c.SetLook:
    return c.SetLook(slot="A", values=values, node=node, relative=relative)


@pytest.mark.parametrize(
    ("address", "arguments", "command"),
    [
        ("A/slope/r", (1.05,), set_look({"slope.r": 1.05})),
        ("A/slope/r/add", (0.01,), set_look({"slope.r": 0.01}, relative=True)),
        ("A/slope", (1.0, 1.1, 1.2), set_look({"slope": (1.0, 1.1, 1.2)})),
        ("A/slope", (2,), set_look({"slope": 2.0})),
        ("A/meter/m1/at", (0.25, 1), c.SetMeter(slot="A", meter="m1", x=0.25, y=1.0)),
        ("A/meter/Key-light/at", (0, 0), c.SetMeter(slot="A", meter="m1", x=0.0, y=0.0)),
        ("A/focus", (1,), c.SetFocus(slot="A")),
        ("A/focus", (0,), c.RemoveFocus(slot="A")),
        ("A/focus/reset", (), c.ResetFocus(slot="A")),
        ("A/match", ("slot:B",), c.ApplyMatch(slot="A", against="slot:B")),
        ("A/offset/add", (0.1,), set_look({"offset": 0.1}, relative=True)),
        ("A/clamp", (0,), set_look({"clamp": False})),
        ("A/clamp", (1.0,), set_look({"clamp": True})),
        ("A/contrast", (1.2,), set_look({"contrast": 1.2}, "n2")),
        ("A/node/n2/contrast", (1.2,), set_look({"contrast": 1.2}, "n2")),
        ("A/node/day-1-warm/saturation", (0,), set_look({"saturation": 0.0})),
        ("A/node/DAY-1-WARM/slope/b/add", (-1,), set_look({"slope.b": -1.0}, relative=True)),
        ("A/node/n1/enabled", (False,), c.SwitchNode(slot="A", node="n1", enabled=False)),
        ("A/node/n2/earlier", (1,), c.MoveNode(slot="A", node="n2", place=0)),
        ("A/node/n2/earlier", (0,), None),
        ("A/node/day-1-warm/later", (), c.MoveNode(slot="A", node="n1", place=1)),
        ("A/node/n1/earlier", (), None),
        ("A/node/n2/later", (), None),
        ("A/node/n2/reset", (), c.ResetLook(slot="A", node="n2")),
        ("A/node/n2/remove", (1,), c.RemoveNode(slot="A", node="n2")),
        ("A/lift", (0.1,), set_look({"lift": 0.1}, None)),
        ("A/undo", (1.0,), c.Undo(slot="A")),
        ("A/redo", (), c.Redo(slot="A")),
        ("A/reset", (True,), c.ResetLook(slot="A")),
        ("A/undo", (0,), None),
        ("A/bypass", (1,), c.BypassLook(slot="A", bypassed=True)),
        ("A/load", ("/looks/day.cdl",), c.LoadLook(slot="A", path="/looks/day.cdl")),
        ("A/still", ("/stills",), c.GrabStill(slot="A", folder="/stills")),
        ("A/still", (1,), c.GrabStill(slot="A")),
        ("A/still", (0.0,), None),
        ("A/recall", ("night",), c.RecallLook(slot="A", look="night")),
        ("A/recall", ("night", 3.0), c.RecallLook(slot="A", look="night", version=3)),
        ("A/keep", ("night",), c.KeepLook(slot="A", name="night")),
        ("A/take", (1,), c.StartTake(slot="A")),
        ("A/take", (0,), c.EndTake(slot="A")),
        ("take", (1.0,), c.StartTake()),
        ("take", (False,), c.EndTake()),
        ("take/next/scene", (), c.NextTake(step="scene")),
        ("take/next/take", (0,), None),
        ("take/scene", ("12A",), c.SetSlate(scene="12A")),
        ("take/scene", (12.0,), c.SetSlate(scene="12")),
        ("take/shot", ("B",), c.SetSlate(shot="B")),
        ("take/number", (4,), c.SetSlate(take=4)),
        ("take/circle", (1,), c.CircleTake(circled=True)),
        ("take/undo", (1,), c.UndoTakes()),
        ("take/undo", (0,), None),
        ("take/redo", (), c.RedoTakes()),
        ("take/comment", ("best",), c.CommentTake(comment="best")),
        ("A/marker/boom-shadow", (), c.AddMarker(slot="A", kind="boom-shadow")),
        ("A/marker/free", ("a fly",), c.AddMarker(slot="A", kind="free", text="a fly")),
        ("sink/1/view", ("false-color:stops",), c.SetView(sink="1", view="false-color:stops")),
        ("sink/1/view/bypass", (1,), c.SetView(sink="1", view="bypass")),
        ("sink/1/view/bypass", (0,), None),
        ("sink/1/view/graded", (0,), c.SetView(sink="1", view="graded")),
        ("sink/1/false-color", ("ire",), c.SetView(sink="1", view="false-color:ire")),
        ("sink/1/compare", (33.3,), c.SetView(sink="1", view="compare:33.300")),
        ("sink/1/peaking", ("high+red",), c.SetView(sink="1", view="graded", peaking="high+red")),
        ("sink/1/burn-in", (0,), c.SetView(sink="1", view="graded")),
        ("sink/1/guides", ("",), c.SetView(sink="1", view="graded")),
        ("sink/1/lock", (1,), c.LockView(sink="1", locked=True)),
        ("do", ('{"command": "look.undo", "slot": "A"}',), c.Undo(slot="A")),
    ],
)
def test_an_address_is_a_command(desk: Desk, address: str, arguments: tuple, command: object) -> None:
    assert asked(desk, address, *arguments) == command


@pytest.mark.parametrize(
    ("address", "arguments", "words"),
    [
        ("A/slope/r", ("1.05",), "number, not text"),
        ("A/slope/r", (), "one number"),
        ("A/slope/r", (1, 2, 3), "one number"),
        ("A/slope/r", (float("nan"),), "no number"),
        ("A/slope/r", (1e300,), "no number"),
        ("A/slope/r", (None,), "not nothing"),
        ("A/slope", (1, 2), "three for red, green and blue"),
        ("A/clamp", (2,), "1 or 0"),
        ("A/clamp", ("on",), "1 or 0"),
        ("A/undo", ("now",), "1 or 0"),
        ("A/slope/x", (1,), "no such address"),
        ("A/node/n9/slope", (1,), "no node n9; it has n1 day 1/warm, n2 n1"),
        ("A/node/n1/undo/now/please", (1,), "no such address"),
        ("B/slope", (1,), "no slot B"),
        ("AB/slope", (1,), "no such address"),
        ("a/undo", (), "no such address"),
        ("", (), "no such address"),
        ("A/SLOPE", (1,), "takes one number"),
        ("sink/2/view", ("graded",), "no output 2"),
        ("sink/1/sparkle", ("all",), "has no sparkle"),
        ("sink/0/lock", (1,), "no output 0"),
        ("sink/1/view", (1,), "takes text"),
        ("A/recall", (), "the name of a look"),
        ("A/recall", ("night", 1.5), "whole number"),
        ("A/recall", ("night", 0), "one number|version"),
        ("take/number", (-1,), "number"),
        ("take/scene", ("x" * 81,), "text"),
        ("take/next/slot", (), "no such address"),
        ("A/marker/ghost", (), "no such address"),
        ("sink/x/view", ("graded",), "no output x"),
        ("do", ("{",), "as JSON"),
        ("do", ("[]",), "as JSON"),
        ("do", ('{"command": "look.melt"}',), "look.melt"),
        ("do", ("[" * 65,), "64 brackets"),
        ("do", ("x" * 9000,), "8192 characters"),
        ("do", ('{"command": "look.undo", "slot": "\ud800"}',), "as JSON"),
    ],
)
def test_a_mistake_is_one_sentence(desk: Desk, address: str, arguments: tuple, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        asked(desk, address, *arguments)


def test_an_address_of_another_program_is_refused(desk: Desk) -> None:
    with pytest.raises(UsageError, match="addresses begin with /livegrade"):
        command_of(Message("/ch/01/mix/fader", (0.5,)), desk)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(
            ["livegrade", "A", "B", "sink", "1", "node", "n1", "slope", "r", "add", "view", "undo", "do", ""]
        ),
        max_size=6,
    ),
    st.lists(st.floats() | st.integers() | st.text(max_size=5) | st.booleans() | st.none(), max_size=4),
)
def test_any_words_are_a_command_a_released_button_or_a_refusal(desk: Desk, parts: list, arguments: list) -> None:
    with contextlib.suppress(UsageError):
        found = command_of(Message("/" + "/".join(parts), tuple(arguments)), desk)
        assert found is None or type(found) in c.NAMES.values()


LIBRARY = LibraryTree(
    folder="/takes",
    state=LinkTree(Link.RUNNING, ""),
    day="2026-03-01",
    unit="main",
    slate=SlateTree("12", "A", 0, {}),
    open={"A": OpenTakeTree(3, "12A take 1", 1, 100, None, "client", "00:00:04:00")},
    unwritten=0,
    lost=0,
    revision=1,
    strips={},
    export=None,
    shelf={},
    undo=[],
    redo=[],
)


def tree_of(desk: Desk) -> dict:
    """With takes, and with outputs that show what has a detail."""
    tree = Trees(desk).build()
    sink = tree["sinks"]["1"]
    views = {"8": ("false-color stops, source", "false-color:stops"), "9": ("compare 33.3 %", "compare:33.300")}
    sinks = {number: {**sink, "view": shown, "options": {"view": said}} for number, (shown, said) in views.items()}
    return {**tree, "sinks": {**tree["sinks"], **sinks}, "library": msgspec.to_builtins(LIBRARY)}


def test_every_value_that_is_shown_may_be_sent_back_or_is_said_to_be_for_reading(desk: Desk) -> None:
    tree = tree_of(desk)
    shown = {address: said for part in parts_of(tree) for address, said in values_of(tree, part).items()}
    reading = ("state", "reason", "recording", "look", "refused", "step", "name")
    reading += ("stops", "percent", "code", "score", "peak", "clip", "no-light")
    assert shown["/livegrade/A/take"] == (True,)
    sent = [address for address in shown if address.rsplit("/", 1)[-1] not in reading]
    assert "/livegrade/A/slope/r" in sent
    assert "/livegrade/A/node/day-1-warm/slope" in sent
    assert "/livegrade/A/node/n2/contrast" in sent
    assert shown["/livegrade/sink/9/compare"] == (33.3,)
    for address in [address for address in sent if not address.startswith(("/livegrade/sink/8", "/livegrade/sink/9"))]:
        command_of(Message(address, shown[address]), desk)


def test_every_value_has_its_row_in_the_table_and_every_row_its_value(desk: Desk) -> None:
    tree = tree_of(desk)
    shown = [address for part in parts_of(tree) for address in values_of(tree, part)]
    rows = {pattern: re.compile("/livegrade/" + re.sub(r"{(\w+)}", r"[^/]+", pattern)) for pattern, _, _ in SHOWN}
    assert [address for address in shown if not any(row.fullmatch(address) for row in rows.values())] == []
    assert [pattern for pattern, row in rows.items() if not any(map(row.fullmatch, shown))] == []


def test_a_name_never_hides_an_id(desk: Desk) -> None:
    """The second node is called n1, as the first one's id is."""
    tree = Trees(desk).build()
    shown = values_of(tree, ("slots", "A"))
    assert shown["/livegrade/A/node/n1/name"] == ("day 1/warm",)
    assert shown["/livegrade/A/node/n2/name"] == ("n1",)


def test_a_session_without_a_library_shows_no_takes(desk: Desk) -> None:
    tree = Trees(desk).build()
    assert tree["library"] is None
    assert values_of(tree, ("library", "")) == {}
    assert values_of(tree_of(desk), ("library", ""))["/livegrade/A/take/name"] == ("12A take 1",)


def test_the_words_of_addresses_are_those_of_the_commands() -> None:
    kinds = {field.name: get_args(field.type) for field in msgspec.structs.fields(c.AddMarker)}
    assert kinds["kind"] == MARKERS
    assert {field.name: get_args(field.type) for field in msgspec.structs.fields(c.NextTake)}["step"] == STEPS


def test_counters_are_no_change_of_what_is_shown(desk: Desk) -> None:
    from livegrade.control.messages import Change

    quiet = [Change(["slots", "A", "frames"], 3), Change(["sinks", "1", "held"], 3), Change(["events"], [])]
    assert parts_changed(quiet) == set()
    assert parts_changed([*quiet, Change(["slots", "A", "look", "name"], "x")]) == {("slots", "A")}
    assert parts_changed([Change(["sinks", "2"], gone=True)]) == {("sinks", "2")}
    assert parts_changed([Change(["library", "slate", "scene"], "3")]) == {("library", "")}
    assert parts_changed([Change(["library", "open", "A", "length"], "00:00:04:01")]) == set()


def test_what_meters_read_is_a_part_of_its_own_and_nil_where_it_is_not_known(desk: Desk) -> None:
    from livegrade.control.messages import Change

    for what in (["meters", "m1", "reading", "frame"], ["focus", "score"], ["clips"]):
        assert parts_changed([Change(["slots", "A", *what], 1)]) == {("meters", "A")}
    tree = Trees(desk).build()
    shown = values_of(tree, ("meters", "A"))
    assert shown["/livegrade/A/meter/m1/stops"] == (None,)
    assert shown["/livegrade/A/focus"] == (False,)
    assert shown["/livegrade/A/clip"] == (None,) * 4
    tap = {"codes": [512.0, 512.0, 512.0], "luma": 51.1, "stops": 1.25}
    read = {**tree["slots"]["A"]["meters"]["m1"], "reading": {"source": tap, "graded": {**tap, "luma": 60.0}}}
    slot = {**tree["slots"]["A"], "meters": {"m1": read}}
    shown = values_of({**tree, "slots": {"A": slot}}, ("meters", "A"))
    assert shown["/livegrade/A/meter/key-light/stops"] == (1.25,)
    assert shown["/livegrade/A/meter/m1/percent"] == (51.1, 60.0)


def test_a_part_that_is_gone_shows_nothing(desk: Desk) -> None:
    assert values_of(Trees(desk).build(), ("sinks", "7")) == {}


def test_the_examples_of_the_documents_are_commands(desk: Desk, repository) -> None:
    texts = [(repository / name).read_text(encoding="utf-8") for name in ("docs/osc.md", "README.md")]
    said = re.findall(
        r"(?<![\w`\[])(/livegrade/[A-Za-z0-9/.-]+)(?: (\'.*?\'|\".*?\"|[\d.]+))?(?= {2,}|$)", "\n".join(texts), re.M
    )
    assert len(said) >= 9
    for address, words in said:
        argument = words[1:-1] if words[:1] in ("'", '"') else float(words or 1)
        assert command_of(Message(address.replace("/sink/2", "/sink/1"), (argument,)), desk) is not None, address
