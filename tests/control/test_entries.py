"""Entries of the library as a client lists, shows and changes them, with their small pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from livegrade.capture.source import CaptureOptions
from livegrade.color.camera import camera
from livegrade.color.grading import Saturation
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control import commands as c
from livegrade.control.desk import Desk
from livegrade.control.messages import Answer
from livegrade.control.smallpictures import SmallPictures
from livegrade.control.state import Trees
from livegrade.errors import LibraryError, UsageError
from livegrade.library.store import Library
from livegrade.session import Session
from livegrade.session.choices import chain_of
from livegrade.session.events import Link
from livegrade.session.keeping import Keeping
from livegrade.session.setup import KeepingPlan, SessionSetup, SlotSetup
from livegrade.transport.address import parse_source

WARM = Look((Cdl(slope=(1.2, 1.0, 0.8)), Saturation(0.9)), "warm")
CHAIN = chain_of(camera("arri-logc4"), "rec709", "acescct")


@dataclass
class Cart:
    """A running slot behind an output transform, whose takes are kept."""

    session: Session
    keeping: Keeping
    desk: Desk
    until: Callable[[Callable[[], bool]], None]

    def do(self, command: c.AnyCommand) -> Answer:
        effect = self.desk.carry_out(command)
        self.until(lambda: effect.answer() is not None)
        return effect.answer()

    def library(self) -> dict:
        return Trees(self.desk).build()["library"]

    def take(self) -> dict:
        """One that has ended, as it is listed."""
        self.do(c.StartTake())
        self.until(lambda: "A" in self.library()["open"] and self.library()["open"]["A"]["key"] > 0)
        self.do(c.AddMarker(slot="A", kind="flare", text="window"))
        self.until(lambda: self.library()["open"]["A"]["length"] > "00:00:00:05")
        self.do(c.EndTake())
        self.until(lambda: self.library()["open"] == {} and self.library()["unwritten"] == 0)
        return self.do(c.ListTakes(limit=1)).found[0]


@pytest.fixture
def cart(tmp_path: Path, until) -> Iterator[Cart]:
    slot = SlotSetup("A", parse_source("pattern:ramp@96x8p50"), CaptureOptions(), WARM, chain=CHAIN)
    session = Session(SessionSetup((slot,), (), engine="native", threads=1))
    keeping = Keeping(session, KeepingPlan(tmp_path / "library", "day1"), lambda frame, look: look.id.encode())
    desk = Desk(session, keeping=keeping)
    keeping.start()
    session.start()
    until(lambda: bool(session.slots[0].last) and keeping.state.link is not Link.STARTING)
    yield Cart(session, keeping, desk, until)
    session.stop()
    desk.close()
    keeping.stop()


def test_a_take_is_listed_with_what_belongs_to_it_and_shown_with_its_numbers(cart) -> None:
    cart.do(c.KeepLook(slot="A", name="day warm"))
    take = cart.take()
    assert (take["look_name"], take["marks"]) == ("day warm", 1)  # it is kept without the output transform
    pictures = take["last_index"] - take["first_index"] + 1
    assert take["length"] == f"00:00:{pictures // 50:02}:{pictures % 50:02}"
    (shown,) = cart.do(c.ShowKept(entry="take", key=take["key"])).found
    assert [one["text"] for one in shown["markers"]] == ["window"]
    kinds = [node["kind"] for node in shown["nodes"]]
    assert len(kinds) == len(CHAIN.around(WARM).nodes)
    cdl = next(node for node in shown["nodes"] if "slope" in node["settings"])
    assert cdl["settings"]["slope"] == (1.2, 1.0, 0.8)
    with pytest.raises(LibraryError, match="there is no entry 99"):
        raise cart.desk.carry_out(c.ShowKept(entry="look", key=99)).work.exception(10)


def test_the_look_of_a_take_comes_back_without_what_stands_around_every_look(cart) -> None:
    take = cart.take()
    cart.do(c.SetLook(slot="A", values={"slope.r": 2.0}))
    cart.do(c.RecallLook(slot="A", look=take["looks"][-1]["look_id"]))
    assert cart.session.slots[0].look.id == WARM.id


def test_lists_are_read_page_by_page_and_say_how_many_there_are(cart) -> None:
    for name in ("one", "two", "three"):
        cart.do(c.SetLook(slot="A", values={"saturation": 0.5}, relative=True))
        cart.do(c.KeepLook(slot="A", name=name))
    first = cart.do(c.FindKept(query="looks", limit=2))
    rest = cart.do(c.FindKept(query="looks", limit=2, skip=2))
    assert ([one["name"] for one in first.found], first.total) == (["three", "two"], 3)
    assert ([one["name"] for one in rest.found], rest.total) == (["one"], 3)
    assert cart.do(c.FindKept(query="looks name=two")).total == 1
    assert cart.do(c.FindKept(query="clip>2 looks")).total == 0


def test_what_people_say_of_an_entry_is_changed_and_everybody_can_see_that(cart) -> None:
    key = int(cart.do(c.KeepLook(slot="A", name="day")).made)
    cart.until(lambda: cart.keeping.unwritten == 0)
    before = cart.library()["revision"]
    changed = cart.do(c.EditKept(entry="look", key=key, fields={"name": "night", "tags": "blue, exterior"}))
    assert changed.step == f"look {key}: name, tags"
    (look,) = cart.do(c.FindKept(query="tag=exterior")).found
    assert (look["name"], look["tags"]) == ("night", ["blue", "exterior"])
    cart.until(lambda: cart.library()["revision"] != before)
    before = cart.library()["revision"]
    with Library.open(cart.keeping.folder, check=False) as other:  # as the command line does it
        other.add(other.get(_looks(), key).__class__("f" * 32, "other", 1))
    cart.until(lambda: cart.library()["revision"] != before)
    with pytest.raises(UsageError, match="lens is nothing that can be changed here"):
        raise cart.desk.carry_out(c.EditKept(entry="look", key=key, fields={"lens": "35"})).work.exception(10)


def _looks():
    from livegrade.library.kinds import LOOKS

    return LOOKS


def test_small_pictures_are_read_by_their_names_and_nothing_else_is(cart, tmp_path) -> None:
    cart.do(c.KeepLook(slot="A", name="day"))
    (look,) = cart.do(c.FindKept(query="looks")).found
    pictures = SmallPictures(cart.keeping.folder)

    def get(name: str) -> tuple[bytes, str]:
        return asyncio.run(pictures.get(name))

    name = look["thumbnail"].removeprefix("pictures/")
    data, kind = get(name)
    assert (len(data), kind) == (32, "image/jpeg")
    (tmp_path / "library/pictures/secret.jpg").write_bytes(b"x")
    for bad in ("secret.jpg", "../library.sqlite3", f"00/{name.partition('/')[2]}", f"{name}/..", ""):
        with pytest.raises(UsageError, match="as its thumbnail"):
            get(bad)
    with pytest.raises(LibraryError, match="is not there"):
        get(f"00/00{'0' * 30}.jpg")
    with pytest.raises(UsageError, match="keeps nothing"):
        asyncio.run(SmallPictures(None).get(name))
