"""Real NDI on loopback, from a sender in a process of its own that shares nothing with our outputs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from livegrade.capture.indexcode import read_index
from livegrade.capture.ndi import NdiSource
from livegrade.capture.sound import first_sample
from livegrade.capture.source import CaptureOptions, NoSignal, Source, open_source
from livegrade.errors import SourceError
from livegrade.outputs.ndi import NdiSink
from livegrade.timing.clock import MonotonicClock
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode
from livegrade.transport.address import parse_sink, parse_source
from livegrade.transport.ndi import list_sources
from livegrade.transport.ndi_sender import is_own
from livegrade.video.codes import unpack
from livegrade.video.format import Matrix, Scan
from livegrade.video.frame import Frame

pytestmark = [pytest.mark.emulated, pytest.mark.usefixtures("ndi_loopback")]

PATIENCE_S = 60.0
TEN = 36_000 * 10_000_000
HD = {"fourcc": "P216", "width": 1280, "height": 720, "rate": [25, 1], "ticks": TEN}


class ForeignSender:
    """The sending process; orders are carried out one after the other."""

    def __init__(self, name: str) -> None:
        self.name = name
        script = Path(__file__).with_name("ndi_sender.py")
        self._process = subprocess.Popen([sys.executable, str(script), name], stdin=subprocess.PIPE, text=True)

    def order(self, **fields: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(fields) + "\n")
        self._process.stdin.flush()

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def sender() -> Iterator[ForeignSender]:
    running = ForeignSender(f"lg-capture-{uuid.uuid4().hex[:8]}")
    yield running
    running.stop()


@pytest.fixture
def source(sender: ForeignSender) -> Iterator[Source]:
    opened = open_source(parse_source(f"ndi:{sender.name}"), CaptureOptions(), MonotonicClock())
    opened.open()
    yield opened
    opened.close()


def read_until(source: Source, wanted: Callable[[Frame | NoSignal], bool]) -> list[Frame | NoSignal]:
    """Everything read up to and with the first thing that is `wanted`; fails when it does not come."""
    seen: list[Frame | NoSignal] = []
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        got = source.read()
        assert isinstance(got, Frame | NoSignal)
        seen = [*seen[-20:], got]
        if wanted(got):
            return seen
    raise AssertionError(f"did not come; last was {seen[-1] if seen else None}")


def is_frame(got: Frame | NoSignal) -> bool:
    return isinstance(got, Frame)


def burned(frame: Frame) -> int:
    index = read_index(unpack(frame.data, frame.format).planes[0])
    assert index is not None
    return index


def frames_after_lock(source: Source, count: int, skip: int = 60) -> Iterator[Frame]:
    read_until(source, is_frame)
    for _ in range(skip + count):
        [*_, frame] = read_until(source, is_frame)
        if skip:
            skip -= 1
        else:
            assert isinstance(frame, Frame)
            yield frame


@pytest.mark.parametrize("fourcc", ["P216", "UYVY", "UYVA", "PA16"])
def test_pictures_timecode_and_sound_in_step(sender: ForeignSender, source: Source, fourcc: str) -> None:
    """What is burned in, the timecode and the sound all say the same index; our own indices have the same steps."""
    assert isinstance(source, NdiSource)
    sender.order(**HD | {"fourcc": fourcc, "frames": 2000})
    offsets, in_step = set(), 0
    for frame in frames_after_lock(source, 30):
        index = burned(frame)
        offsets.add(index - frame.index)
        assert str(frame.format) == "1280x720p25 p216 bt709 legal"
        assert frame.timecode is not None
        assert frame.timecode.frames == 36_000 * 25 + index
        assert frame.audio is not None
        assert frame.audio.samples.shape == (2, 1920)
        ramp = (index * 1920 - source._sound.lag + np.arange(1920)) % 4800 / 4800
        in_step += np.abs(frame.audio.samples - np.stack([ramp, -ramp])).max() < 2e-3
    assert len(offsets) == 1
    assert in_step >= 25, "the sound is behind by what the source says, but for pictures at which that changes"
    assert f"{sender.name}" in source.notes[0]
    assert ("alpha" in " ".join(source.notes)) == (fourcc in ("UYVA", "PA16"))


def test_pictures_of_cyndilib(sender: ForeignSender, source: Source) -> None:
    sender.order(**HD | {"fourcc": "UYVY", "frames": 2000, "by": "cyndilib"})
    frames = [(burned(frame), frame) for frame in frames_after_lock(source, 5)]
    for index, frame in frames:
        luma = unpack(frame.data, frame.format).planes[0][300] / 256
        assert np.abs(luma - np.linspace(40, 200, 1280).astype(np.uint8)).max() < 4
        assert index - frame.index == frames[0][0] - frames[0][1].index
        assert frame.timecode is not None


def test_rate_and_drop_frame_label(sender: ForeignSender, source: Source) -> None:
    xml = '<livegrade timecode="01:00:00;02" reel="A007" recording="true"/>'
    sender.order(**HD | {"rate": [30_000, 1001], "frames": 2000, "xml": xml})
    rate = Rate.parse("29.97")
    for frame in frames_after_lock(source, 5):
        assert frame.format.rate == rate
        assert frame.timecode == Timecode.parse("01:00:00;02", frame.timecode.rate if frame.timecode else None)
        assert (frame.metadata.reel, frame.metadata.recording) == ("A007", True)
        assert frame.audio is not None
        assert frame.audio.length == first_sample(frame.index + 1, rate) - first_sample(frame.index, rate)


def test_color_tags_in_xml(sender: ForeignSender, source: Source) -> None:
    sender.order(**HD | {"frames": 2000, "xml": '<ndi_color_info matrix="bt_2020" primaries="bt_2020"/>'})
    for frame in frames_after_lock(source, 2, skip=0):
        assert frame.format.matrix is Matrix.BT2020


def test_loss_and_return_and_change_of_format(sender: ForeignSender, source: Source) -> None:
    sender.order(**HD | {"frames": 1000})
    first = read_until(source, is_frame)[-1]
    assert isinstance(first, Frame)
    assert first.index == 0
    sender.stop()
    lost = read_until(source, lambda got: isinstance(got, NoSignal))[-1]
    assert isinstance(lost, NoSignal)
    assert sender.name in lost.reason
    again = ForeignSender(sender.name)
    try:
        again.order(**HD | {"frames": 60})
        again.order(**HD | {"frames": 1000, "width": 1920, "height": 1080, "fourcc": "UYVY", "rate": [50, 1]})
        back = read_until(source, is_frame)[-1]
        assert isinstance(back, Frame)
        assert back.index >= 2
        larger = read_until(source, lambda got: isinstance(got, Frame) and got.format.width == 1920)[-1]
        assert isinstance(larger, Frame)
        assert larger.format.rate.fps == Fraction(50)
        assert larger.data.size == larger.format.geometry.size
        assert larger.index > back.index
        assert burned(larger) >= 60
    finally:
        again.stop()


def test_interlaced_fields_are_woven(sender: ForeignSender, source: Source) -> None:
    sender.order(**HD | {"width": 1920, "height": 1080, "fourcc": "UYVY", "fields": 0, "frames": 1000})
    for frame in frames_after_lock(source, 3, skip=2):
        assert (frame.format.height, frame.format.scan) == (1080, Scan.INTERLACED_TFF)
        burned(frame)
        luma = unpack(frame.data, frame.format).planes[0][500:600] / 256
        assert np.abs(luma - np.linspace(40, 200, 1920).astype(np.uint8)).max() < 4


def test_unknown_name_is_a_state_or_an_error() -> None:
    address = parse_source("ndi:no such camera")
    waiting = open_source(address, CaptureOptions(wait=True), MonotonicClock())
    waiting.open()
    state = waiting.read()
    assert isinstance(state, NoSignal)
    assert "'no such camera' is not on the network" in state.reason
    later = waiting.read()
    assert isinstance(later, NoSignal)
    assert later.since_ns == state.since_ns
    waiting.close()
    with pytest.raises(SourceError, match="NDI source 'no such camera' is not on the network; "):
        open_source(address, CaptureOptions(wait=False), MonotonicClock()).open()


def test_what_this_program_sends_is_not_offered_as_a_source(ndi_loopback) -> None:
    sink = NdiSink(parse_sink(f"ndi:own {uuid.uuid4().hex[:6]}"))
    sink.prepare()
    source = open_source(parse_source("ndi:no such camera"), CaptureOptions(wait=True), MonotonicClock())
    source.open()
    try:
        assert isinstance(source, NdiSource)
        deadline = time.monotonic() + PATIENCE_S
        states = [source.read()]
        while sink.name not in (source._receiver.names or ()) and time.monotonic() < deadline:
            states.append(source.read())
        states.append(source.read())
        assert sink.name is not None
        assert sink.name in (source._receiver.names or ())
        assert is_own(sink.name)
        for state in states:
            assert isinstance(state, NoSignal)
            assert "own " not in state.reason
    finally:
        source.close()
        sink.close()
    assert not is_own(sink.name)


def test_sources_are_listed(sender: ForeignSender) -> None:
    sender.order(**HD | {"frames": 2000, "width": 640, "height": 360})
    deadline = time.monotonic() + PATIENCE_S
    while not any(sender.name in name for name in list_sources(600_000_000)):
        assert time.monotonic() < deadline
