"""Hand-offs that a client asks for, made beside the session."""

from __future__ import annotations

import csv
import os
import resource
import signal
from typing import get_args

import pytest

from livegrade.control import commands as c
from livegrade.control.commands.handoff import PartName
from livegrade.control.happenings import happenings
from livegrade.control.places import names_files
from livegrade.errors import UsageError
from livegrade.handoff.package import Part


def told(cart) -> list[str]:
    return [one.text for one in happenings(cart.session.events, 0, 50)[0] if one.subject == "hand-off"]


def test_the_day_is_handed_off_beside_the_pictures(cart_a, tmp_path) -> None:
    cart_a.do(c.KeepLook(slot="A", name="day"))
    out = tmp_path / "out"
    effect = cart_a.desk.carry_out(c.StartExport(folder=str(out), parts=("looks", "tables")))
    with pytest.raises(UsageError, match="out is still being made"):
        cart_a.desk.carry_out(c.StartExport(folder=str(tmp_path / "other")))
    assert cart_a.library()["export"]["state"] == "running"
    cart_a.until(lambda: effect.answer() is not None)
    answer = effect.answer()
    assert (answer.result, answer.files) == ("done", (str(out),))
    state = cart_a.library()["export"]
    assert (state["state"], state["title"], state["done"] + 1) == ("done", "day1", state["of"])
    assert state["text"] == answer.step == told(cart_a)[-1]
    with (out / "contents.csv").open(encoding="utf-8-sig") as file:
        written = {row["path"] for row in csv.DictReader(file)}
    assert "tables/looks.csv" in written
    assert any(path.startswith("looks/day_") for path in written)
    assert not any(path.endswith(".pdf") for path in written)

    again = cart_a.do(c.StartExport(folder=str(out)))  # another look at the same place
    assert (again.result, again.error) == ("refused", f"{out} exists already; name a new folder")


@pytest.mark.emulated
def test_an_export_is_given_up_or_killed_and_leaves_nothing(cart_a, tmp_path, monkeypatch) -> None:
    cart_a.do(c.KeepLook(slot="A", name="day"))
    (tmp_path / "to").mkdir()
    effect = cart_a.desk.carry_out(c.StartExport(folder=str(tmp_path / "to/out")))
    cart_a.until(lambda: cart_a.library()["export"]["of"] > 0)
    cart_a.do(c.StopExport())
    cart_a.until(lambda: effect.answer() is not None)
    assert effect.answer().error == f"{tmp_path}/to/out was given up as asked; nothing of it was kept"
    assert list((tmp_path / "to").iterdir()) == []
    with pytest.raises(UsageError, match="no hand-off is being made"):
        cart_a.do(c.StopExport())
    effect = cart_a.desk.carry_out(c.StartExport(folder=str(tmp_path / "to/out")))
    cart_a.until(lambda: cart_a.library()["export"]["of"] > 0)
    os.kill(cart_a.desk._exports._process.pid, signal.SIGKILL)
    cart_a.until(lambda: effect.answer() is not None)
    assert "ended without a word (code -9); nothing was kept" in effect.answer().error
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")  # a module's would be kept cut off
    effect = cart_a.desk.carry_out(c.StartExport(folder=str(tmp_path / "to/out")))
    cart_a.until(lambda: cart_a.desk._exports._process is not None)
    resource.prlimit(cart_a.desk._exports._process.pid, resource.RLIMIT_FSIZE, (1000, 1000))  # as a disk that is full
    cart_a.until(lambda: effect.answer() is not None)
    assert "the file has reached the largest size allowed here; choose another disk" in effect.answer().error
    assert not (tmp_path / "to/out").exists()


@pytest.mark.emulated
def test_without_a_folder_it_goes_into_the_library_and_only_chosen_takes_go_out(cart_a) -> None:
    kept = [cart_a.take() for _ in range(2)]
    answer = cart_a.do(c.StartExport(takes=(kept[0]["key"],), parts=("ale",)))
    assert answer.result == "done", answer
    assert answer.step.startswith(f"{answer.files[0]}: 1 take, 1 look, ")
    assert answer.files[0].startswith(str(cart_a.keeping.folder / "handoff"))
    none = cart_a.do(c.StartExport(query="-o elsewhere --library", takes=(99,)))  # words are never options
    assert none.error == "no take of the library has the number 99"


def test_clients_of_other_machines_name_no_folder_and_parts_are_those_of_the_package() -> None:
    assert names_files(c.StartExport(folder="/out"))
    assert names_files(c.StartExport(clips=("/card.ale",)))
    assert not names_files(c.StartExport(query="scene=12"))
    assert set(get_args(PartName)) == {part.value for part in Part}
