"""The session of a live run goes on from its journal, or begins as it is started: it always begins."""

from __future__ import annotations

from dataclasses import replace

import pytest

from livegrade.commands.face import Face
from livegrade.commands.journaling import run_name
from livegrade.commands.live import LiveArguments
from livegrade.commands.run import NO_SURFACES, session_setup
from livegrade.control.desk import Desk
from livegrade.control.journal import Journal, JournalText
from livegrade.control.journal_folder import JournalFolder
from livegrade.control.kept import ChangedSlot, slot_words
from livegrade.session import Session
from livegrade.transport.address import parse_source

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
    scopes_per_second=0,
    scope_sampling="auto",
    loop=False,
    for_seconds=None,
    stats=None,
    overwrite=False,
    resume=True,
)


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
    assert ("cannot go on from the one before" in capsys.readouterr().err) is not goes_on
    face.stop()
    desk.close()
