"""Entries of the library as a client lists, shows and changes them, with their small pictures."""

from __future__ import annotations

import asyncio

import pytest

from livegrade.control import commands as c
from livegrade.control.client import Client
from livegrade.control.listening import Place
from livegrade.control.messages import Meeting
from livegrade.control.server import ApiServer
from livegrade.control.smallpictures import SmallPictures
from livegrade.control.state import Trees
from livegrade.errors import ControlError, LibraryError, UsageError
from livegrade.library.kinds import LOOKS
from livegrade.library.store import Library
from livegrade.library.values import CameraState, LookEntry


def test_a_take_is_listed_with_what_belongs_to_it_and_shown_with_its_numbers(cart_a) -> None:
    cart_a.do(c.KeepLook(slot="A", name="day warm"))
    take = cart_a.take()
    assert (take["look_name"], take["marks"]) == ("day warm", 1)  # it is kept without the output transform
    pictures = take["last_index"] - take["first_index"] + 1
    assert take["length"] == f"00:00:{pictures // 50:02}:{pictures % 50:02}"
    (shown,) = cart_a.do(c.ShowKept(entry="take", key=take["key"])).found
    assert [one["text"] for one in shown["markers"]] == ["window"]
    kinds = [node["kind"] for node in shown["nodes"]]
    assert len(kinds) == len(cart_a.slots[0].chain.around(cart_a.slots[0].look).nodes)
    cdl = next(node for node in shown["nodes"] if "slope" in node["settings"])
    assert cdl["settings"]["slope"] == (1.2, 1.0, 0.8)
    with pytest.raises(LibraryError, match="there is no entry 99"):
        raise cart_a.desk.carry_out(c.ShowKept(entry="look", key=99)).work.exception(10)


@pytest.mark.parametrize(
    ("camera", "title", "signal"),
    [
        (
            CameraState("ALEXA 35", "arri-logc4", "arri-awg4", 800, "1920x1080p25 v210 bt709 legal"),
            "ALEXA 35, LogC4, ARRI Wide Gamut 4",
            "1920x1080p25 10-bit 4:2:2 (v210) BT.709 legal",
        ),
        (
            CameraState("arri-logc3", "arri-logc3-ei400", "arri-awg3", 400, "2048x1080psf24 R12B rgb full"),
            "LogC3 EI 400, ARRI Wide Gamut 3",
            "2048x1080psf24 12-bit 4:4:4 (R12B) RGB full",
        ),
        (CameraState("PHANTOM", "own-log", "own", format="96x8p50"), "PHANTOM, own-log, own", "96x8p50"),
        (CameraState(), "", ""),
    ],
)
def test_the_camera_and_the_signal_of_an_entry_are_said_in_the_words_of_the_field(
    cart_a, camera: CameraState, title: str, signal: str
) -> None:
    with Library.open(cart_a.keeping.folder, check=False) as other:
        key = other.add(LookEntry("", "night", 1, camera=camera)).key
    (shown,) = cart_a.do(c.ShowKept(entry="look", key=key)).found
    assert (shown["camera"]["title"], shown["camera"]["signal"]) == (title, signal)


def test_a_marker_is_shown_as_it_is_listed(cart_a) -> None:
    cart_a.take()
    (marker,) = cart_a.do(c.FindKept(query="markers")).found
    assert cart_a.do(c.ShowKept(entry="marker", key=marker["key"])).found == [marker]


def test_the_look_of_a_take_comes_back_without_what_stands_around_every_look(cart_a) -> None:
    take = cart_a.take()
    cart_a.do(c.SetLook(slot="A", values={"slope.r": 2.0}))
    cart_a.do(c.RecallLook(slot="A", look=take["looks"][-1]["look_id"]))
    assert cart_a.session.slots[0].look.id == cart_a.slots[0].look.id


def test_the_look_of_a_slot_is_called_as_it_is_kept_and_nothing_else_of_it_is_changed(cart_a) -> None:
    def called() -> tuple[str, str]:
        slot = cart_a.session.slots[0]
        return Trees(cart_a.desk).build()["slots"]["A"]["look"]["name"], slot.look.name

    cart_a.do(c.SetLook(slot="A", values={"slope.r": 1.1}))
    before, shown, id = called(), cart_a.desk.grade.histories["A"], cart_a.session.slots[0].look.id
    cart_a.do(c.KeepLook(slot="A", name="day"))
    history = cart_a.desk.grade.histories["A"]
    assert called() == ("day", "day")  # in the window, and in what is burnt in
    assert (history.past, history.now.nodes, cart_a.session.slots[0].look.id) == (shown.past, shown.now.nodes, id)
    cart_a.do(c.SetLook(slot="A", values={"saturation": 0.7}))
    assert called() == ("day", "day")
    cart_a.do(c.KeepLook(slot="A", name="dusk"))
    cart_a.do(c.Undo(slot="A"))
    assert called() == ("day", "day")
    cart_a.do(c.Undo(slot="A"))
    assert called() == before
    cart_a.do(c.KeepLook(slot="A", name="one"))
    cart_a.do(c.KeepLook(slot="A", name="other"))
    cart_a.do(c.RecallLook(slot="A", look="one"))
    assert called() == ("one", "one")  # of a look that is kept under two names the one that was asked for


def test_lists_are_read_page_by_page_and_say_how_many_there_are(cart_a) -> None:
    for name in ("one", "two", "three"):
        cart_a.do(c.SetLook(slot="A", values={"saturation": 0.5}, relative=True))
        cart_a.do(c.KeepLook(slot="A", name=name))
    first = cart_a.do(c.FindKept(query="looks", limit=2))
    rest = cart_a.do(c.FindKept(query="looks", limit=2, skip=2))
    assert ([one["name"] for one in first.found], first.total) == (["three", "two"], 3)
    assert ([one["name"] for one in rest.found], rest.total) == (["one"], 3)
    assert cart_a.do(c.FindKept(query="looks name=two")).total == 1
    assert cart_a.do(c.FindKept(query="clip>2 looks")).total == 0


def test_what_people_say_of_an_entry_is_changed_and_everybody_can_see_that(cart_a) -> None:
    key = int(cart_a.do(c.KeepLook(slot="A", name="day")).made)
    cart_a.until(lambda: cart_a.keeping.unwritten == 0)
    before = cart_a.library()["revision"]
    changed = cart_a.do(c.EditKept(entry="look", key=key, fields={"name": "night", "tags": "blue, exterior"}))
    assert changed.step == f"look {key}: name, tags"
    (look,) = cart_a.do(c.FindKept(query="tag=exterior")).found
    assert (look["name"], look["tags"]) == ("night", ["blue", "exterior"])
    cart_a.until(lambda: cart_a.library()["revision"] != before)
    before = cart_a.library()["revision"]
    with Library.open(cart_a.keeping.folder, check=False) as other:  # as the command line does it
        assert other.get(LOOKS, key).name == "night"
        other.add(LookEntry("f" * 32, "other", 1))
    cart_a.until(lambda: cart_a.library()["revision"] != before)
    with pytest.raises(UsageError, match="lens is nothing that can be changed here"):
        raise cart_a.desk.carry_out(c.EditKept(entry="look", key=key, fields={"lens": "35"})).work.exception(10)


def test_small_pictures_are_read_by_their_names_and_nothing_else_is(cart_a, tmp_path) -> None:
    cart_a.do(c.KeepLook(slot="A", name="day"))
    (look,) = cart_a.do(c.FindKept(query="looks")).found
    pictures = SmallPictures(cart_a.keeping.folder)

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


@pytest.mark.emulated
def test_a_client_gets_small_pictures_over_http_and_nothing_beside_them(cart_a, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path / "runtime"))
    cart_a.do(c.KeepLook(slot="A", name="day"))
    (look,) = cart_a.do(c.FindKept(query="looks")).found
    server = ApiServer(cart_a.session, Place(port=0), print, keeping=cart_a.keeping)
    server.start()
    try:
        client = Client.find(server.port)
        assert client.small_picture(look["thumbnail"]) == (cart_a.keeping.folder / look["thumbnail"]).read_bytes()
        for name in ("library.sqlite3", "pictures/../library.sqlite3", "pictures/00/x.jpg", "pictures/%2e%2e/x"):
            with pytest.raises(ControlError, match=r"there is nothing at|as its thumbnail"):
                client.small_picture(name)
        with pytest.raises(ControlError, match="no token that is known"):
            Client(Meeting(server.port, 0, "wrong")).small_picture(look["thumbnail"])
    finally:
        server.stop()
