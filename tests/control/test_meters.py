"""Meters of a session: placed, read at both taps from the newest picture, told in the state, and kept."""

from __future__ import annotations

import base64
import threading
import time
import zlib

import msgspec
import numpy as np
import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control import commands as c
from livegrade.control.desk import Desk
from livegrade.control.journal import Journal, JournalText, read_journal
from livegrade.control.kept import resumed
from livegrade.control.state import Trees
from livegrade.engine import program as rules
from livegrade.engine.reference import full_chroma
from livegrade.errors import UsageError
from livegrade.scopes.classes import open_rgb
from livegrade.scopes.find import LEVELS_NEAR
from livegrade.session import metering
from livegrade.session.meters import MOST_METERS, Meter, Meters
from livegrade.session.setup import SessionSetup
from livegrade.video.codes import unpack

LIFTED = Look((Cdl(offset=(0.1, 0.1, 0.1)),))


@pytest.fixture
def at(bench):
    made = bench(LIFTED)
    desk = Desk(made.session)
    yield made, desk
    desk.close()
    made.close()


def slot_of(desk: Desk) -> dict:
    return Trees(desk).build()["slots"]["A"]


def done(effect, until):
    until(lambda: effect.answer() is not None)
    return effect.answer()


def test_a_reading_is_of_the_newest_picture_at_both_taps(at, until) -> None:
    bench, desk = at
    with pytest.raises(UsageError, match="no picture yet"):
        desk.carry_out(c.ReadMeter(slot="A", x=0.5, y=0.5))
    picture = bench.draw()
    source = bench.session.slot("A").last[0]
    answer = done(desk.carry_out(c.ReadMeter(slot="A", x=0.75, y=0.5, size=3)), until)
    assert answer.frame == source.index
    (found,) = answer.found
    assert found["pixel"] == [479, 179, 3, 3]
    for tap, frame in (("source", source), ("graded", picture)):
        whole = full_chroma(unpack(frame.data, frame.format), frame.format)[179:182, 479:482].reshape(-1, 3)
        assert found[tap]["codes"] == pytest.approx(whole.mean(axis=0), abs=0.005)
        decode = rules.decoding(frame.format)
        rgb = 100 * (whole.mean(axis=0) @ decode[:, :3].T + decode[:, 3])
        assert found[tap]["rgb"] == pytest.approx(rgb, abs=0.0005)
    assert found["graded"]["luma"] == pytest.approx(found["source"]["luma"] + 10, abs=0.2)
    assert found["source"]["stops"] is None  # no camera was said


def test_a_meter_is_read_while_somebody_looks_and_shows_nothing_where_it_was_not_read(at, until) -> None:
    bench, desk = at
    made = desk.carry_out(c.AddMeter(slot="A", x=0.5, y=0.5, name="key")).answer().made
    assert made == "m1"
    assert slot_of(desk)["meters"] == {"m1": {"name": "key", "x": 0.5, "y": 0.5, "size": 9, "reading": None}}
    bench.draw()
    until(lambda: slot_of(desk)["meters"]["m1"]["reading"] is not None)
    middle = slot_of(desk)["meters"]["m1"]["reading"]["source"]["luma"]
    desk.carry_out(c.SetMeter(slot="A", meter="m1", x=0.9))
    assert slot_of(desk)["meters"]["m1"]["reading"] is None
    until(lambda: slot_of(desk)["meters"]["m1"]["reading"] is not None)
    assert slot_of(desk)["meters"]["m1"]["reading"]["source"]["luma"] != middle  # it is a ramp
    desk.carry_out(c.SetMeter(slot="A", meter="m1", name="fill"))
    assert slot_of(desk)["meters"]["m1"]["reading"] is not None
    desk.carry_out(c.RemoveMeter(slot="A", meter="m1"))
    assert slot_of(desk)["meters"] == {}
    assert desk.carry_out(c.AddMeter(slot="A", x=0, y=0)).answer().made == "m2"
    with pytest.raises(UsageError, match="no meter m1; the slot has m2"):
        desk.carry_out(c.SetMeter(slot="A", meter="m1", x=0.1))
    for _ in range(MOST_METERS - 1):
        desk.carry_out(c.AddMeter(slot="A", x=0, y=0))
    with pytest.raises(UsageError, match="at most"):
        desk.carry_out(c.AddMeter(slot="A", x=0, y=0))


def test_clips_and_the_focus_meter_with_its_peak(at, until) -> None:
    bench, desk = at
    with pytest.raises(UsageError, match=r"focus\.set begins one"):
        desk.carry_out(c.ResetFocus(slot="A"))
    desk.carry_out(c.SetFocus(slot="A", x=0, y=0, width=1, height=0.5))
    bench.draw()
    until(lambda: (slot_of(desk)["focus"] or {}).get("score") is not None)
    known = slot_of(desk)
    assert 0 < known["focus"]["score"] == known["focus"]["peak"] <= 100
    source = bench.session.slot("A").last[0]
    until(lambda: slot_of(desk)["clips"] is not None)
    clips = slot_of(desk)["clips"]
    assert (clips["clip"], clips["black"], clips["published"]) == (1019, 64, False)
    dark = [plane <= 64 for plane in open_rgb(unpack(source.data, source.format), source.format)]
    wanted = [100 * one.mean() for one in (*dark, np.logical_or.reduce(dark))]
    assert list(clips["under"].values()) == pytest.approx(wanted, abs=0.0001)
    desk.carry_out(c.ResetFocus(slot="A"))
    assert slot_of(desk)["focus"]["peak"] is None
    desk.carry_out(c.RemoveFocus(slot="A"))
    assert slot_of(desk)["focus"] is None


def test_meters_come_back_with_the_session(at, tmp_path) -> None:
    _, desk = at
    desk.carry_out(c.AddMeter(slot="A", x=0.25, y=0.75, size=31, name="face"))
    desk.carry_out(c.AddMeter(slot="A", x=0.5, y=0.5))
    desk.carry_out(c.RemoveMeter(slot="A", meter="m2"))
    desk.carry_out(c.SetFocus(slot="A"))
    path = tmp_path / "journal.json"
    path.write_bytes(JournalText().encode(Journal(desk.kept)))
    kept = read_journal(path).kept
    assert kept.meters == {"A": desk.session.slot("A").meters}
    slots = tuple(slot.setup for slot in desk.session.slots)
    (slot,) = resumed(SessionSetup(slots, ()), kept).setup.slots
    assert slot.meters.spots == (("m1", Meter(0.25, 0.75, 31, "face")),)
    assert slot.meters.with_new(Meter(0, 0))[1] == "m3"
    assert Meters.of((Meter(0.1, 0.2),)).at("m1") == Meter(0.1, 0.2)


@pytest.mark.parametrize("field", [{"x": 1.5}, {"size": 0}, {"size": 500}, {"name": "x" * 50}])
def test_what_is_no_place_is_refused_at_the_door(field) -> None:
    said = {"command": "meter.add", "slot": "A", "x": 0.5, "y": 0.5} | field
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(said, c.AnyCommand)


def test_pixels_at_a_place_of_a_scope_come_as_a_mask(at, until) -> None:
    bench, desk = at
    bench.draw()
    source = bench.session.slot("A").last[0]
    level = int(unpack(source.data, source.format).planes[0][200, 320])
    answer = done(desk.carry_out(c.FindPixels(slot="A", tap="source", channel="Y", level=level)), until)
    (found,) = answer.found
    assert (found["width"], found["height"], found["step"], answer.frame) == (640, 360, 1, source.index)
    bits = np.frombuffer(zlib.decompress(base64.b64decode(found["mask"])), np.uint8).reshape(360, 80)
    near = np.abs(unpack(source.data, source.format).planes[0].astype(int) - level) <= LEVELS_NEAR
    assert np.array_equal(np.unpackbits(bits, axis=1).astype(bool), near)
    assert found["percent"] == pytest.approx(100 * near.mean(), abs=1e-4)


def test_what_waits_at_the_end_is_refused_and_what_was_given_up_is_left(at, monkeypatch) -> None:
    bench, _ = at
    bench.draw()
    slot, readers = bench.session.slot("A"), metering.Metering(bench.session)
    asked, go = threading.Event(), threading.Event()
    real = metering.patch_at

    def held(*arguments: object) -> object:
        asked.set()
        assert go.wait(60)
        return real(*arguments)

    monkeypatch.setattr(metering, "patch_at", held)
    first = readers.read(slot, Meter(0.5, 0.5))
    assert asked.wait(60)
    given_up, waits = (readers.read(slot, Meter(0.5, 0.5)) for _ in range(2))
    assert given_up.cancel()
    ending = threading.Thread(target=readers.close)
    ending.start()
    while not readers._is_closed:
        time.sleep(0.005)
    with pytest.raises(UsageError, match="session ends"):
        readers.read(slot, Meter(0.5, 0.5))
    go.set()
    ending.join()
    assert first.result(60).index == 0
    assert str(waits.exception(60)) == "it cannot be read: the session ends"
    assert given_up.cancelled()


def test_a_reading_that_goes_wrong_costs_no_other_and_is_said_once(at, until, monkeypatch, caplog) -> None:
    bench, desk = at
    real, broken = metering.patch_at, [True]

    def torn(format, x: float, y: float, size: int):
        if x == 0.5 and broken:
            raise RuntimeError("torn")
        return real(format, x, y, size)

    monkeypatch.setattr(metering, "patch_at", torn)
    monkeypatch.setattr(metering, "FAULT_REST_S", 0.02)
    bench.draw()
    bad, good = (desk.carry_out(c.ReadMeter(slot="A", x=x, y=0.5)) for x in (0.5, 0.75))
    assert done(bad, until).error == "it cannot be read: torn"
    assert "a reading failed slot=A" in caplog.messages
    assert done(good, until).result == "done"
    desk.carry_out(c.AddMeter(slot="A", x=0.5, y=0.5))

    def told() -> list[tuple[str, str]]:
        return [(one.link, one.text) for one in bench.session.events.since(0)[0] if one.subject == "meters"]

    until(lambda: slot_of(desk) and told())
    stand = [("faulted", "meters of slot A stand still: torn")]
    for _ in range(5):
        bench.draw()
        time.sleep(0.03)
        slot_of(desk)
    assert told() == stand
    broken.clear()
    bench.draw()
    until(lambda: slot_of(desk)["meters"]["m1"]["reading"] is not None)
    assert told() == [*stand, ("running", "meters of slot A are read again")]
