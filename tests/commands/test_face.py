"""The session of a live run goes on from its journal, or begins as it is started: it always begins."""

from __future__ import annotations

from dataclasses import replace

import pytest

from livegrade.commands.face import Face
from livegrade.commands.journaling import run_name
from livegrade.commands.live import LiveArguments, ScopeFlags
from livegrade.commands.run import NO_SURFACES, session_setup
from livegrade.control.desk import Desk
from livegrade.control.journal import Journal, JournalText
from livegrade.control.journal_folder import JournalFolder
from livegrade.control.kept import ChangedSlot, KeptSink, slot_words
from livegrade.control.seen import Seen
from livegrade.control.troubles import Troubles
from livegrade.session import Session
from livegrade.session.events import Link
from livegrade.transport.address import parse_sink, parse_source

ARGUMENTS = LiveArguments(
    rig=None,
    sources=("pattern:ramp@640x360p25",),
    looks=(),
    cameras=(),
    exposure_indices=(),
    to=None,
    grade_in="camera",
    outputs=("null:",),
    range="auto",
    matrix="auto",
    engine="native",
    threads=1,
    scopes=ScopeFlags(0),
    loop=False,
    for_seconds=None,
    stats=None,
    overwrite=False,
    resume=True,
)


def test_the_words_of_the_scopes_are_those_of_the_session() -> None:
    plan = session_setup(replace(ARGUMENTS, scopes=ScopeFlags(12, "full", 600))).scopes
    assert plan is not None
    assert (plan.per_second, plan.sampling.value, plan.hlg_peak) == (12, "full", 600)


@pytest.mark.parametrize(("source", "goes_on"), [("pattern:bars@640x360p25", True), ("pattern:nothing", False)])
def test_a_session_that_cannot_go_on_begins_as_it_is_started(tmp_path, monkeypatch, capsys, source, goes_on) -> None:
    monkeypatch.setenv("LIVEGRADE_STATE", str(tmp_path))
    setup = session_setup(ARGUMENTS)
    desk = Desk(Session(setup))
    began = slot_words(setup.slots[0])
    changed = ChangedSlot(began, replace(began, source=parse_source(source)))
    folder = JournalFolder.take(run_name(None, (*ARGUMENTS.sources, "", *ARGUMENTS.outputs)))
    assert folder is not None
    folder.write(JournalText().encode(Journal(replace(desk.kept, slots={"A": changed}))), {})
    folder.close()
    face = Face(ARGUMENTS, NO_SURFACES, None)
    session = face.session(setup)
    assert session.slots[0].setup.source.text == (source if goes_on else ARGUMENTS.sources[0])
    face.stop()
    assert ("cannot go on from the one before" in capsys.readouterr().err) is not goes_on
    desk.close()


def test_what_does_not_come_back_is_an_event_of_the_session_and_in_the_log(
    tmp_path, monkeypatch, capsys, caplog
) -> None:
    """Of a session that a window starts nobody reads what it prints."""
    monkeypatch.setenv("LIVEGRADE_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path / "run"))
    desk = Desk(Session(session_setup(ARGUMENTS)))
    recording = parse_sink(str(tmp_path / "day.mov"))
    gone = parse_sink(f"null:,view=false-color:{tmp_path / 'gone.toml'}")
    sinks = (KeptSink(2, recording, None, False), KeptSink(3, gone, None, False))
    folder = JournalFolder.take(run_name(None, (*ARGUMENTS.sources, "", *ARGUMENTS.outputs)))
    assert folder is not None
    folder.write(JournalText().encode(Journal(replace(desk.kept, sinks=(*desk.kept.sinks, *sinks)))), {})
    folder.close()
    desk.close()
    face = Face(ARGUMENTS, NO_SURFACES, None)
    session = face.session(session_setup(ARGUMENTS))
    face.open(session, None)
    told = [event for event in session.events.since(0)[0] if event.link is Link.FAULTED]
    assert [event.text.partition(": ")[0] for event in told] == [
        f"output {recording} recorded, and ended with its session; add it to record again",
        f"output {gone} is not as before",
    ]
    entries = Troubles(session).tree(Seen()).entries.values()
    assert [(one.subject, one.what, one.lasts) for one in entries] == [("journal", one.text, False) for one in told]
    assert all("session before" in one.advice for one in entries)
    logged = [record.getMessage() for record in caplog.records]
    assert all(any(one.text in line for line in logged) for one in told)
    face.stop()
    assert not capsys.readouterr().err  # the run prints the events
    session.stop()
