"""The look shelf: kept looks in places, there again in the next session, recalled by place and along the row."""

from __future__ import annotations

import asyncio
import threading
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from livegrade.control import commands as c
from livegrade.control.desk import Desk
from livegrade.control.pictures import Pictures, look_picture_wish, picture_wish
from livegrade.errors import LivegradeError, UsageError
from livegrade.library.files import LibraryFiles


def keep(cart_a, name: str, saturation: float) -> int:
    cart_a.do(c.SetLook(slot="A", values={"saturation": saturation}))
    return int(cart_a.do(c.KeepLook(slot="A", name=name)).made)


def saturation(cart_a) -> float:
    return cart_a.desk.grade.histories["A"].now.nodes[0].node.saturation


def test_looks_are_put_on_the_shelf_recalled_and_taken_off(cart_a) -> None:
    with pytest.raises(UsageError, match="the shelf is empty"):
        cart_a.do(c.RecallShelved(slot="A", step="next"))
    day, night = keep(cart_a, "day", 0.9), keep(cart_a, "night", 0.4)
    assert cart_a.do(c.PinLook(place=3, entry=day)).step == "day is 3 of the shelf"
    cart_a.do(c.PinLook(place=7, entry=night))
    assert cart_a.do(c.PinLook(place=1, entry=999)).result == "refused"
    shelf = cart_a.library()["shelf"]
    assert {place: (pin["name"], pin["entry"]) for place, pin in shelf.items()} == {
        "3": ("day", day),
        "7": ("night", night),
    }
    assert shelf["3"]["thumbnail"]
    assert cart_a.do(c.RecallShelved(slot="A", place=3)).step == "day recalled"
    assert saturation(cart_a) == 0.9
    for step, wanted in (("next", 0.4), ("next", 0.9), ("previous", 0.4), ("previous", 0.9)):
        cart_a.do(c.RecallShelved(slot="A", step=step))
        assert saturation(cart_a) == wanted
    cart_a.do(c.SetLook(slot="A", values={"saturation": 0.1}))  # on from the one that it had last
    cart_a.do(c.RecallShelved(slot="A", step="next"))
    assert saturation(cart_a) == 0.4
    for command, words in (
        (c.RecallShelved(slot="A", place=4), "no look in place 4 of the shelf; places with one: 3, 7"),
        (c.RecallShelved(slot="A"), "say either the place"),
        (c.RecallShelved(slot="A", place=3, step="next"), "say either the place"),
    ):
        with pytest.raises(UsageError, match=words):
            cart_a.do(command)
    assert cart_a.do(c.UnpinLook(place=3)).step == "day is off the shelf"
    assert cart_a.do(c.UnpinLook(place=3)).error == "there is nothing in place 3 of the shelf"
    assert list(cart_a.library()["shelf"]) == ["7"]


def test_the_shelf_is_there_again_and_never_gives_another_look(cart_a) -> None:
    entry = keep(cart_a, "day", 0.9)
    cart_a.do(c.PinLook(place=1, entry=entry))
    cart_a.do(c.EditKept(entry="look", key=entry, fields={"name": "dawn"}))
    cart_a.until(lambda: cart_a.library()["shelf"]["1"]["name"] == "dawn")
    again = Desk(cart_a.session, keeping=cart_a.keeping)
    again.pins.refresh()
    cart_a.until(lambda: again.pins.places)
    assert again.pins.places[1].name == "dawn"
    path = cart_a.keeping.folder / "shelf.json"
    path.write_text(path.read_text().replace(again.pins.places[1].look, "0" * 32))
    other = Desk(cart_a.session, keeping=cart_a.keeping)
    other.pins.refresh()
    cart_a.until(lambda: cart_a.do(c.UnpinLook(place=1)).result == "refused")
    assert dict(other.pins.places) == {}
    path.write_text("{")
    third = Desk(cart_a.session, keeping=cart_a.keeping)
    third.pins.refresh()
    cart_a.until(
        lambda: any("the look shelf cannot be read" in str(one.text) for one in cart_a.session.events.since(0)[0])
    )
    assert "mend the file" in cart_a.do(c.PinLook(place=1, entry=entry)).error
    path.unlink()
    cart_a.do(c.EditKept(entry="look", key=entry, fields={"name": "noon"}))  # it is read again where something changes

    def told() -> list[str]:
        third.pins.refresh()
        return [one.text for one in cart_a.session.events.since(0)[0] if one.subject == "look shelf"]

    cart_a.until(lambda: "the look shelf is read again" in told())
    for desk in (again, other, third):
        desk.close()


def test_a_picture_of_the_slot_with_a_look_of_the_library_is_as_if_it_had_it(cart_a) -> None:
    cart_a.do(c.SetLook(slot="A", values={"slope": 0.3}))
    kept = cart_a.desk.grade.histories["A"].now.look.id
    cart_a.do(c.KeepLook(slot="A", name="dusk"))
    cart_a.until(lambda: cart_a.session.slot("A").drawing.graded[1] == cart_a.session.slot("A").drawing.look)
    pictures = Pictures(cart_a.session, cart_a.keeping.folder)

    def mean(wish) -> float:
        encoded = asyncio.run(pictures.get(wish))
        return float(np.asarray(Image.open(BytesIO(encoded.data)).convert("RGB")).mean())

    as_shown = mean(picture_wish("A", {"width": "64"}))
    cart_a.do(c.SetLook(slot="A", values={"slope": 1.5}))
    cart_a.until(lambda: cart_a.session.slot("A").drawing.graded[1] == cart_a.session.slot("A").drawing.look)
    with_look = mean(look_picture_wish("A", {"look": kept, "width": "64"}))
    assert with_look == pytest.approx(as_shown, abs=1.5)
    assert mean(picture_wish("A", {"width": "65"})) > with_look + 20
    for words, said in (({"look": "x"}, "32 digits"), ({"look": "0" * 32}, "is not in the library")):
        with pytest.raises(LivegradeError, match=said):
            mean(look_picture_wish("A", words))
    pictures.close()


def test_a_disk_that_hangs_holds_up_no_other_picture_and_not_the_end(cart_a, monkeypatch) -> None:
    asked, back = threading.Event(), threading.Event()

    def hanging(files: LibraryFiles, look_id: str) -> None:
        asked.set()
        assert back.wait(60)

    monkeypatch.setattr(LibraryFiles, "look", hanging)
    pictures = Pictures(cart_a.session, cart_a.keeping.folder)

    async def work() -> None:
        hung = asyncio.create_task(pictures.get(look_picture_wish("A", {"look": "0" * 32})))
        assert await asyncio.to_thread(asked.wait, 60)
        assert (await pictures.get(picture_wish("A", {"width": "64"}))).data
        pictures.close()
        assert not hung.done()

    try:
        asyncio.run(asyncio.wait_for(work(), 30))
    finally:
        back.set()
