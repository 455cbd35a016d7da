"""A running session whose outputs come and go, watched by a receiver that has no code of ours."""

from __future__ import annotations

import json
import re
from pathlib import Path

import av
import pytest

from livegrade.control.client import Client
from livegrade.control.commands import AddSink, RemoveSink, SetSink, SetSource

pytestmark = [pytest.mark.emulated, pytest.mark.usefixtures("ndi_loopback")]


@pytest.mark.alone
def test_outputs_come_and_go_and_the_village_does_not_miss_a_picture(start, name, look, tmp_path, monkeypatch) -> None:
    """An NDI output and a recording come, change and go while the receiver counts. Whatever else two cores have to do
    at that moment may cost a picture, so three counts are taken at most, and one of them must be whole."""
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path))
    words = ["--out", f"ndi:{name('village')}", "--look", look, "--headless", "--scopes", 0]
    run = start("run", "pattern:camera@640x360p25", *words)
    run.wait_for("API on http")
    client = Client.find()
    for attempt in range(3):
        counter = start(name("village"), 6, "locked", module="livegrade.bench.ndi_counter")
        take = tmp_path / f"take-{attempt}.mov"
        recording = client.send(AddSink(address=f"{take},view=source"))
        director = client.send(AddSink(address=f"ndi:{name(f'director {attempt}')},view=bypass,on-loss=bars"))
        assert (recording.result, director.result) == ("done", "done")
        assert client.send(SetSink(sink=director.made, cal=str(look), on_loss="black")).result == "done"
        assert client.send(SetSource(slot="A", camera="ALEXA 35", to="rec709:plain")).result == "done"
        for made in (recording.made, director.made):
            assert client.send(RemoveSink(sink=made)).result == "done"
        assert counter.finish() == 0
        count = json.loads(counter.printed)
        assert (count["backwards"], count["unreadable"]) == (0, 0)
        assert _pictures(take) > 0
        if count["gaps"] == 0:
            break
    assert count["gaps"] == 0
    assert count["frames"] - count["repeats"] >= 145
    assert client.state().state["sinks"].keys() == {"1"}
    assert run.end() == 0 or re.search(
        r"pictures? missing", run.printed
    )  # a recording that a busy machine left holes in says so


def _pictures(path: Path) -> int:
    """What a decoder finds in a recording that was finished under its name."""
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))
