"""NDI in, look, NDI out, each in a process of its own on loopback, counted by a receiver that has no code of ours."""

from __future__ import annotations

import json

import av
import numpy as np
import pytest

pytestmark = [pytest.mark.emulated, pytest.mark.usefixtures("ndi_loopback")]

CAMERA = "pattern:camera@1080p25"


@pytest.mark.alone
def test_1080p25_goes_through_without_a_gap(start, counted_steady, name, look, tmp_path) -> None:
    """Ten seconds after the lock: no index missing, none out of order, none unreadable after the look.

    Whatever else two cores have to do at that moment may cost a picture, so three counts are taken at most, and one of
    them must be whole. A minute in one count is shown by the benchmark on a machine that does nothing else. That the
    camera records goes along.
    """
    start("run", f"{CAMERA},record=running", "--out", f"ndi:{name('camera')}", "--scopes", 0)
    stats = tmp_path / "stats.json"
    words = ["--look", look, "--out", f"ndi:{name('village')}", "--scopes", 0, "--stats", stats]
    grader = start("run", f"ndi:{name('camera')}", *words)
    grader.wait_for("signal is 1920x1080p25")
    for _ in range(3):
        count = counted_steady(name("village"), 10.0)
        assert (count["backwards"], count["unreadable"]) == (0, 0)
        if count["gaps"] == 0:
            break
    assert count["gaps"] == 0
    assert count["frames"] - count["repeats"] >= 245
    assert grader.end() == 0
    report = json.loads(stats.read_text())
    slot, sink = report["slots"][0], report["sinks"][0]
    assert slot["frames_in"] >= 250
    assert slot["look_path"] not in (None, "copy", "repack")
    assert [(take["edge"], take["rule"]) for take in slot["takes"]] == [("start", "sender")]
    assert sink["capture_to_sink_ms"]["p50"] < 40


@pytest.mark.alone
def test_the_picture_returns_when_the_source_does(start, counted, name, look, tmp_path) -> None:
    """The camera goes off for good; its output is held and marked; another one of the same name is picked up."""
    pattern = "pattern:camera@720p25"
    first = start("run", pattern, "--out", f"ndi:{name('camera')}", "--scopes", 0)
    stats = tmp_path / "stats.json"
    grader = start("run", f"ndi:{name('camera')}", "--look", look, "--out", f"ndi:{name('village')}", "--stats", stats)
    grader.wait_for("signal is 1280x720p25")
    assert first.end() == 0
    grader.wait_for("slot A: NDI source")
    held = counted(name("village"), 3.0)
    assert held["repeats"] >= 60
    assert held["first"] == held["last"]
    start("run", pattern, "--out", f"ndi:{name('camera')}", "--scopes", 0)
    deadline = grader.printed.count("slot A: running")
    while grader.printed.count("slot A: running") == deadline:
        grader.wait_for("slot A: running\n")
    back = counted(name("village"), 3.0)
    assert back["frames"] - back["repeats"] >= 65
    assert grader.end() == 0
    report = json.loads(stats.read_text())
    assert report["slots"][0]["state"] == "running"
    assert report["sinks"][0]["held"] >= 60


@pytest.mark.alone
def test_a_clip_in_a_loop_becomes_an_ndi_source(start, counted_steady, name, tmp_path) -> None:
    clip = tmp_path / "clip.mov"
    assert start("render", "pattern:camera@720p25", clip, "--frames", 40).finish() == 0
    looping = start("run", clip, "--loop", "--out", f"ndi:{name('test')}")
    looping.wait_for("running")
    for _ in range(3):  # as above
        count = counted_steady(name("test"), 5.0)
        if count["gaps"] == 0:
            break
    assert count["gaps"] == 0
    assert count["backwards"] >= 2  # it began again, twice at least
    assert count["last"] < 40
    assert looping.end() == 0


def test_a_name_that_is_nowhere_is_a_state_and_no_success(start, name) -> None:
    nobody = start("run", f"ndi:{name('nobody')}", "--out", "null:", "--for", 2)
    assert nobody.finish() == 1
    assert f"slot A: NDI source '{name('nobody')}' is not on the network" in nobody.printed
    render = start("render", f"ndi:{name('nobody')}", "out.mov", "--frames", 2)
    assert render.finish() == 1
    assert render.printed.startswith(f"livegrade: NDI source '{name('nobody')}' is not on the network")


def test_a_receiver_hears_what_display_the_picture_is_for_and_reads_it_with_that_matrix(start, name, tmp_path) -> None:
    bars = ["pattern:bars@640x360p25", "--camera", "arri-logc4", "--to", "rec709"]
    sender = start("run", *bars, "--scopes", 0, "--out", f"ndi:{name('hdr')},to=rec2100-pq")
    sender.wait_for("running")
    heard, meant = tmp_path / "heard.png", tmp_path / "meant.png"
    assert start("still", f"ndi:{name('hdr')}", "-o", heard).finish() == 0
    assert sender.end() == 0
    assert start("still", *bars[:-1], "rec2100-pq", "-o", meant).finish() == 0
    assert b"cICP\x09\x10\x00\x01" in heard.read_bytes()  # H.273: BT.2020, PQ, R'G'B', full
    got, wanted = (
        av.open(path).decode(video=0).__next__().to_ndarray().astype(int)[120:200] for path in (heard, meant)
    )
    flat = np.ptp(np.stack([wanted[:, shift : 600 + shift] for shift in range(0, 40, 4)]), axis=0).max(axis=-1) == 0
    assert flat.sum() > 2000
    assert np.abs(got - wanted)[:, 20:620][flat].max() <= 8 * 64  # NDI is lossy
