"""The surface layout that comes along: each of its controls does something, and each of its texts is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from livegrade.capture.source import CaptureOptions
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control.desk import Desk
from livegrade.control.osc.face import ERROR, REFRESH
from livegrade.control.state import Trees
from livegrade.control.surface.addresses import command_of
from livegrade.control.surface.feedback import parts_of, values_of
from livegrade.control.surface.message import Message
from livegrade.engine.view import GRADED
from livegrade.session import Session
from livegrade.session.setup import SessionSetup, SinkSetup, SlotSetup
from livegrade.transport.address import parse_sink, parse_source

if TYPE_CHECKING:
    from collections.abc import Iterator

LAYOUT = "hardware/surfaces/livegrade.open-stage-control.json"


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """As many slots and outputs as the layout has."""
    slots = tuple(SlotSetup(n, parse_source("pattern:ramp"), CaptureOptions(), Look((Cdl(),))) for n in "AB")
    sinks = tuple(SinkSetup(parse_sink("null:"), "A", GRADED) for _ in range(4))
    made = Desk(Session(SessionSetup(slots, sinks, engine="native", threads=1)))
    yield made
    made.close()


def widgets_of(layout: Any) -> Iterator[dict[str, Any]]:
    for key in ("widgets", "tabs"):
        for widget in layout.get(key, ()):
            yield widget
            yield from widgets_of(widget)


def test_every_control_of_the_layout_is_a_command_and_every_value_comes_back(desk: Desk, repository) -> None:
    layout = json.loads((repository / LAYOUT).read_text(encoding="utf-8"))
    assert (layout["type"], layout["content"]["type"]) == ("session", "root")
    tree = Trees(desk).build()
    told = {address: said for part in parts_of(tree) for address, said in values_of(tree, part).items()}
    spoken = [widget for widget in widgets_of(layout["content"]) if "address" in widget]
    assert len(spoken) > 60
    for widget in spoken:
        address = widget["address"]
        if address in (ERROR, REFRESH):
            continue
        if widget["type"] == "text" or widget.get("mode") != "tap":
            assert address in told
        if widget["type"] == "fader":
            assert command_of(Message(address, (float(widget["default"]),)), desk) is not None
            assert told[address] == (widget["default"],)
        elif widget["type"] == "button":
            assert command_of(Message(address, (widget["on"],)), desk) is not None
            command_of(Message(address, (widget["off"],)), desk)


def test_no_two_widgets_have_one_name(repository) -> None:
    layout = json.loads((repository / LAYOUT).read_text(encoding="utf-8"))
    names = [widget["id"] for widget in widgets_of(layout["content"])]
    assert len(names) == len(set(names))
