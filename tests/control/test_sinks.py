"""Outputs that a face adds, changes and takes away."""

from __future__ import annotations

import threading

import pytest

from livegrade.color.camera import camera
from livegrade.color.files.saved import write_saved_look
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control import commands as c
from livegrade.control.desk import Desk
from livegrade.control.messages import Answer
from livegrade.control.places import names_files
from livegrade.control.state import Trees
from livegrade.errors import LookFileError, UsageError
from livegrade.transport.address import OnLoss

WARM = Look((Cdl(slope=(1.2, 1.0, 0.8)),))


@pytest.fixture
def at(bench):
    made = bench(WARM)
    desk = Desk(made.session)
    yield made, desk
    desk.close()
    made.session.stop()
    made.close()


def test_an_output_is_added_shown_in_the_state_and_removed(at, tmp_path) -> None:
    bench, desk = at
    bench.draw()
    effect = desk.carry_out(c.AddSink(address="null:,view=source,on-loss=bars"))
    effect.work.result(30)
    assert effect.answer() == Answer("pending", made="2")  # no picture comes by itself here
    picture = bench.draw()
    assert effect.answer() == Answer("done", frame=picture.index, made="2")
    sink = Trees(desk).build()["sinks"]["2"]
    assert (sink["view"], sink["options"]) == ("source", {"view": "source", "on-loss": "bars"})
    desk.carry_out(c.LockView(sink="2", locked=True))
    for command in (c.RemoveSink(sink="2"), c.SetSink(sink="2", on_loss="hold")):
        with pytest.raises(UsageError, match=r"output 2 .* is locked"):
            desk.carry_out(command)
    desk.carry_out(c.LockView(sink="2", locked=False))
    gone = desk.carry_out(c.RemoveSink(sink="2"))
    gone.work.result(30)
    assert gone.answer() == Answer("done")
    assert Trees(desk).build()["sinks"].keys() == {"1"}


def test_an_output_that_comes_while_the_camera_is_changed_shows_what_the_new_one_means(at, monkeypatch) -> None:
    bench, desk = at
    bench.draw()
    desk.carry_out(c.SetSource(slot="A", camera="arri-logc4"))
    opened, changed, real = threading.Event(), threading.Event(), bench.session.add_output

    def slowly(*words: object, **options: object) -> object:
        opened.set()
        assert changed.wait(30)
        return real(*words, **options)

    monkeypatch.setattr(bench.session, "add_output", slowly)
    effect = desk.carry_out(c.AddSink(address="null:,view=false-color:stops"))
    assert opened.wait(30)
    desk.carry_out(c.SetSource(slot="A", camera="sony-slog3"))
    changed.set()
    output = effect.work.result(30)
    assert output.view.bands.camera == bench.session.slot("A").camera == camera("sony-slog3")


def test_an_output_whose_opening_hangs_does_not_hold_up_the_end(bench, monkeypatch) -> None:
    monkeypatch.setattr("livegrade.control.sinks.END_S", 0.05)
    made = bench(WARM)
    desk = Desk(made.session)
    opened, answers = threading.Event(), threading.Event()

    def hangs(*words: object, **options: object) -> object:
        opened.set()
        assert answers.wait(60)
        raise UsageError("it has no place")

    monkeypatch.setattr(made.session, "add_output", hangs)
    effect = desk.carry_out(c.AddSink(address="null:"))
    assert opened.wait(30)
    ending = threading.Thread(target=desk.close, daemon=True)
    ending.start()
    ending.join(20)
    has_ended = not ending.is_alive()
    assert all(one.daemon for one in threading.enumerate() if one.name == "livegrade-outputs")
    answers.set()
    assert "no place" in str(effect.work.exception(30))
    assert has_ended
    made.close()


def test_what_cannot_be_an_output_is_refused_at_once_or_when_it_comes(at, tmp_path) -> None:
    _, desk = at
    for fault, address in (
        ("there is no slot B", "null:,slot=B"),
        ("not a whole path", "day.mov"),
        ("not a whole path", "null:,cal=day.cube"),
        ("view='x' is not known", "null:,view=x"),
        ("needs to know the camera", "null:,to=rec709"),
    ):
        with pytest.raises(UsageError, match=fault):
            desk.carry_out(c.AddSink(address=address))
    path = tmp_path / "there.mov"
    path.write_bytes(b"")
    effect = desk.carry_out(c.AddSink(address=str(path)))
    assert "exists" in str(effect.work.exception(30))
    assert effect.answer().result == "refused"


def test_calibration_and_what_is_shown_without_a_signal_are_changed(at, tmp_path) -> None:
    bench, desk = at
    bench.draw()
    cal = tmp_path / "dp.json"
    cal.write_bytes(write_saved_look(Look((Cdl(slope=(0.5, 0.5, 0.5)),))))
    effect = desk.carry_out(c.SetSink(sink="1", cal=str(cal), on_loss="black"))
    plain = bench.session.slot("A").last[1].data.copy()
    assert effect.answer().result == "pending"
    assert bench.draw().data[1000:1100].tolist() != plain[1000:1100].tolist()
    output = bench.session.output(1)
    assert (output.place.option("cal"), output.place.on_loss) == (str(cal), OnLoss.BLACK)
    desk.carry_out(c.SetView(sink="1", view="bypass"))
    assert output.view.calibration is not None  # the view changes, the monitor stays what it is
    desk.carry_out(c.SetSink(sink="1", cal=""))
    assert (output.view.calibration, output.place.option("cal")) == (None, None)
    assert output.place.on_loss is OnLoss.BLACK
    with pytest.raises(LookFileError):
        desk.carry_out(c.SetSink(sink="1", cal=str(tmp_path / "none.cube")))
    with pytest.raises(UsageError, match="there is no output transform 'rec708'"):
        desk.carry_out(c.SetSink(sink="1", to="rec708"))
    assert output.place.option("to") is None


@pytest.mark.parametrize(
    ("command", "is_for_own_programs"),
    [
        (c.AddSink(address="ndi:DP,view=false-color,on-loss=bars"), False),
        (c.AddSink(address="/mnt/day.mov"), True),
        (c.AddSink(address="ffmpeg:flv:rtmp://example.org/live"), True),
        (c.AddSink(address="ndi:DP,cal=/etc/passwd"), True),
        (c.AddSink(address="ndi:DP,view=false-color:/etc/my.TOML"), True),
        (c.SetView(sink="1", view="false-color:/etc/my.toml"), True),
        (c.SetView(sink="1", view="false-color:stops"), False),
        (c.SetSink(sink="1", cal=""), False),
        (c.SetSink(sink="1", cal="/etc/passwd"), True),
        (c.SetSink(sink="1", to="rec709"), False),
    ],
)
def test_a_client_of_another_machine_names_no_files(command, is_for_own_programs: bool) -> None:
    assert names_files(command) is is_for_own_programs
