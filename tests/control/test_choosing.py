"""What there is to choose from as a source: looked for beside the commands, and told as `source.set` takes it."""

from __future__ import annotations

import threading

import pytest

from livegrade.capture.devices import CaptureDevice
from livegrade.capture.offers import Offers
from livegrade.color.look import Look
from livegrade.control import choosing
from livegrade.control import commands as c
from livegrade.control.choosing import told
from livegrade.control.desk import Desk
from livegrade.errors import SourceError
from livegrade.transport import ndi_sender
from livegrade.transport.address import parse_source


class Card:
    """Of the shape that is told."""

    def __init__(self, address: str, *inputs: str) -> None:
        self.address, self.inputs = address, inputs

    def __str__(self) -> str:
        return "DeckLink Duo 9 (1): SDI in, 1080p25 at SDI"


FOUND = Offers(
    cards=(Card("decklink:0", "SDI"), Card("decklink:1")),
    cards_missing="",
    ndi=("CART (CAM A, left)",),
    ndi_missing="",
    devices=(CaptureDevice("ffmpeg:v4l2:/dev/video0", "USB Capture"),),
    patterns=("camera", "bars"),
)


@pytest.fixture
def desk(bench):
    made = bench(Look())
    desk = Desk(made.session)
    yield desk
    desk.close()
    made.close()


def test_signals_come_before_patterns_and_every_address_is_a_source() -> None:
    sources = told(FOUND)["sources"]
    assert [source["kind"] for source in sources] == ["sdi", "ndi", "device", "pattern", "pattern"]
    assert sources[0] == {"address": "decklink:0", "kind": "sdi", "name": str(FOUND.cards[0])}
    assert [parse_source(source["address"]).target for source in sources] == [
        "0",
        "CART (CAM A, left)",
        "v4l2:/dev/video0",
        "camera",
        "bars",
    ]


def test_what_the_session_itself_sends_is_no_source(monkeypatch) -> None:
    class Sender:
        def sends_as(self, full_name: str) -> bool:
            return full_name == FOUND.ndi[0]

    monkeypatch.setattr(ndi_sender, "_senders", [Sender()])
    assert [source["kind"] for source in told(FOUND)["sources"]] == ["sdi", "device", "pattern", "pattern"]


def test_it_is_looked_for_once_at_a_time_and_other_commands_do_not_wait(desk, monkeypatch) -> None:
    asked, answers = [], threading.Event()

    def slowly(wait_s: float) -> Offers:
        asked.append(wait_s)
        assert answers.wait(30)
        return FOUND

    monkeypatch.setattr(choosing, "offers", slowly)
    first, second = (desk.carry_out(c.ListSources()) for _ in range(2))
    desk.carry_out(c.AddNode(slot="A", kind="cdl"))
    assert (first.answer(), second.answer()) == (None, None)
    assert first.patience_s == 10.0  # pending after that
    answers.set()
    first.work.result(30)
    assert first.answer().found == second.answer().found == [told(FOUND)]
    assert len(asked) == 1
    desk.carry_out(c.ListSources()).work.result(30)
    assert len(asked) == 2


def test_what_cannot_be_looked_for_is_said_and_the_next_one_looks_again(desk, monkeypatch) -> None:
    def fails(wait_s: float) -> Offers:
        raise SourceError("the driver has gone")

    monkeypatch.setattr(choosing, "offers", fails)
    effect = desk.carry_out(c.ListSources())
    assert effect.work.exception(30) is not None
    assert effect.answer().error == "the driver has gone"
    monkeypatch.setattr(choosing, "offers", lambda wait_s: FOUND)
    assert desk.carry_out(c.ListSources()).work.result(30).result == "done"


def test_a_look_that_hangs_keeps_nobody_from_another_and_they_are_not_many(desk, monkeypatch) -> None:
    asked, answers = [], threading.Event()

    def hangs(wait_s: float) -> Offers:
        asked.append(wait_s)
        assert answers.wait(30)
        return FOUND

    monkeypatch.setattr(choosing, "offers", hangs)
    monkeypatch.setattr(choosing, "HANGS_S", 0.0)
    first, *_, last = (desk.carry_out(c.ListSources()) for _ in range(10))
    assert first.work is not last.work
    assert len(asked) <= choosing.MOST_HANGING
    answers.set()
    last.work.result(30)
    first.work.result(30)
    monkeypatch.setattr(choosing, "offers", lambda wait_s: FOUND)
    assert desk.carry_out(c.ListSources()).work.result(30).result == "done"
    assert len(asked) == choosing.MOST_HANGING
