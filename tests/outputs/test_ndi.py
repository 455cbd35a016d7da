"""NDI output on loopback, counted and read by a receiver in another process that shares no code with ours."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import time
import uuid
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from defusedxml import ElementTree

from livegrade.errors import FormatError, SinkError, UsageError
from livegrade.outputs.ndi import NdiSink
from livegrade.outputs.sink import StreamStart, open_sink
from livegrade.timing.clock import FakeClock, MonotonicClock
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.transport import ndi, ndi_abi, ndi_runtime
from livegrade.transport.address import parse_sink
from livegrade.video.format import Matrix, Primaries, Range, Transfer, VideoFormat
from livegrade.video.frame import AudioBlock, Frame, Metadata
from livegrade.video.layouts import layout
from livegrade.video.pool import BufferPool, Lease, aligned_buffer

pytestmark = pytest.mark.emulated

HD25 = VideoFormat(1920, 1080, Rate.of(25), layout("v210"))
BITS, BLOCK = 16, 32
LOCK = 5
"""Pictures after a connection that the runtime may double or skip while it locks."""


def unique(name: str) -> str:
    """NDI names are shared with everything else that runs on this machine."""
    return f"{name} {uuid.uuid4().hex[:8]}"


def sink_for(text: str) -> NdiSink:
    sink = open_sink(parse_sink(text), FakeClock())
    assert isinstance(sink, NdiSink)
    return sink


def grey(format: VideoFormat) -> np.ndarray:
    """A mid-grey P216 or UYVY picture with a gentle ramp, as NDI's codec likes it."""
    data = aligned_buffer(format.geometry.size)
    if format.layout.name == "p216":
        words = data.view("<u2").reshape(2, format.height, format.width)
        words[0] = np.linspace(20000, 40000, format.width, dtype=np.uint16)
        words[1] = 32768
    else:
        pairs = data.reshape(format.height, format.width, 2)
        pairs[..., 0] = 128
        pairs[..., 1] = np.linspace(60, 180, format.width, dtype=np.uint8)
    return data


def burn(data: np.ndarray, format: VideoFormat, index: int) -> None:
    bits = np.repeat([(index >> bit) & 1 for bit in range(BITS)], BLOCK)
    if format.layout.name == "p216":
        rows = data.view("<u2")[: format.width * BLOCK].reshape(BLOCK, format.width)
        rows[:, : bits.size] = np.where(bits, 60160, 4096)
    else:
        rows = data[: 2 * format.width * BLOCK].reshape(BLOCK, format.width, 2)
        rows[:, : bits.size, 1] = np.where(bits, 235, 16)


def receive(name: str, frames: int, output: Path) -> subprocess.Popen[str]:
    script = Path(__file__).with_name("ndi_receiver.py")
    return subprocess.Popen(
        [sys.executable, str(script), name, str(frames), str(output)], stdout=subprocess.PIPE, text=True
    )


@pytest.mark.alone
@pytest.mark.parametrize(("source", "wanted_layout"), [("v210", "p216"), ("uyvy", "uyvy")])
def test_a_foreign_receiver_counts_no_gap_at_1080p25(source, wanted_layout, tmp_path, ndi_loopback) -> None:
    """Five seconds at full HD: every index once and in order, timecode and sound in step with it."""
    name = unique("lg test")
    sink = sink_for(f"ndi:{name}")
    format = sink.accept(HD25.with_layout(layout(source)))
    assert format.layout.name == wanted_layout
    sink.open(format, StreamStart(audio_channels=2))
    background = grey(format)
    pool = BufferPool(format.geometry.size, limit=3)
    clock = MonotonicClock()
    start_tc = Timecode.parse("10:00:00:00", TimecodeRate(format.rate))
    wanted, index, stop = 125, 0, time.monotonic() + 30
    output = tmp_path / "received.npz"
    receiver = receive(name, wanted, output)
    try:
        began = clock.now_ns()
        while receiver.poll() is None and time.monotonic() < stop:
            lease = pool.lease()
            lease.data[:] = background
            burn(lease.data, format, index % (1 << BITS))
            tone = np.sin(2 * np.pi * 1000 * (np.arange(1920) + 1920 * index) / 48000).astype(np.float32) * 0.1
            sound = AudioBlock(np.stack([tone, np.full(1920, index / 10000, np.float32)]), 48000)
            clock.sleep_until_ns(began + format.rate.start_ns(index))
            sink.write(Frame(lease, format, index, clock.now_ns(), timecode=start_tc + index, audio=sound))
            index += 1
        facts = receiver.communicate(timeout=10)[0].splitlines()[-1]
    finally:
        receiver.kill()
        receiver.wait()
        sink.close()
    assert facts == "P216 1920 1080 25/1 1"  # asked for its best, the runtime gives 16 bits whatever was sent
    received = np.load(output)
    indices = received["indices"]
    assert len(indices) == wanted
    locked = indices[LOCK:]
    assert np.diff(locked).tolist() == [1] * (len(locked) - 1)
    assert received["ticks"][LOCK:].tolist() == [ndi.timecode_to_ndi(start_tc + int(i)) for i in locked]
    below = slice(1920 * 2 * BLOCK, 1920 * 1080)
    sent = background.view("<u2")[below] if wanted_layout == "p216" else background[1::2][below].astype(int) * 256
    assert np.abs(received["first"].view("<u2")[below] - sent.astype(int)).mean() < 128  # half a code of 8 bits
    assert np.abs(received["sound"][0]).max() == pytest.approx(0.1 * ndi.AUDIO_FULL_SCALE, rel=0.01)
    first_sound = int(np.rint(received["sound"][1][1920 * LOCK] * 10000 / ndi.AUDIO_FULL_SCALE))
    assert received["sound_ticks"][LOCK] == ndi.timecode_to_ndi(start_tc + first_sound)
    assert pool.peak <= 3


def test_frame_metadata_says_timecode_reel_look_and_colour(frame, ndi_loopback) -> None:
    sink = sink_for(f"ndi:{unique('lg meta')}")
    source = VideoFormat(
        320, 180, Rate.of(30000, 1001), layout("yuv422p10"),
        matrix=Matrix.BT2020, primaries=Primaries.BT2020, transfer=Transfer.PQ,
    )  # fmt: skip
    format = sink.accept(source)
    sink.open(format, StreamStart())
    timecode = Timecode.parse("01:00:59;28", TimecodeRate(format.rate))
    known = Metadata(reel='A"001', recording=True)
    sent = Frame(Lease(grey(format)), format, 7, 0, timecode=timecode, look_id="9f<3&", metadata=known)
    try:
        texts, ticks = _captured(sink, sent)
    finally:
        sink.close()
    root = ElementTree.fromstring(texts)
    assert root.find("ndi_color_info").attrib == {"transfer": "bt_2100_pq", "matrix": "bt_2020", "primaries": "bt_2020"}
    assert root.find("livegrade").attrib == {
        "timecode": "01:00:59;28", "reel": 'A"001', "recording": "true", "look": "9f<3&", "frame": "7",
    }  # fmt: skip
    assert Fraction(ticks, ndi.TICKS_PER_SECOND) == pytest.approx(3659 + 28 / 30, abs=1e-6)


def _captured(sink: NdiSink, frame: Frame) -> tuple[str, int]:
    """Metadata text and timecode of the first picture that the runtime's own receiver gets."""
    library = ndi_runtime.library()
    name = sink.name.encode()
    settings = ndi_abi.RecvCreate(
        ndi_abi.SourceName(name, None), ndi_abi.COLOR_BEST, ndi_abi.BANDWIDTH_HIGHEST, True, None
    )
    receiver = library.recv_create_v3(ctypes.byref(settings))
    picture = ndi_abi.VideoFrame()
    try:
        for _ in range(200):
            sink.write(frame)
            if library.recv_capture_v3(receiver, ctypes.byref(picture), None, None, 50) == ndi_abi.FRAME_VIDEO:
                deadline = time.monotonic() + 20
                while sink.connections != 1:
                    assert time.monotonic() < deadline
                    sink.write(frame)
                    time.sleep(0.05)
                texts, ticks = picture.metadata.decode(), picture.timecode
                library.recv_free_video_v2(receiver, ctypes.byref(picture))
                return texts, ticks
        pytest.fail("no picture arrived")
    finally:
        library.recv_destroy(receiver)


def test_the_last_picture_is_held_until_the_next_and_let_go_at_the_end(ndi_loopback) -> None:
    sink = sink_for(f"ndi:{unique('lg hold')}")
    format = sink.accept(VideoFormat(320, 180, Rate.of(25), layout("uyvy")))
    pool = BufferPool(format.geometry.size, limit=4, allocate=sink.allocate)
    sink.open(format, StreamStart())
    sent = 0
    while sent < 20:
        sink.write(Frame(pool.lease(), format, sent, 0))
        assert 1 <= pool.in_use <= 3
        if sink.frames_written == sent:
            time.sleep(0.01)  # the process has not done with those before
        sent = sink.frames_written
    sink.close()
    assert pool.in_use == 0
    assert (sink.frames_written, sink.connections) == (20, 0)
    sink.abort()


def test_a_name_that_is_taken_in_this_program_is_refused(ndi_loopback) -> None:
    name = unique("lg twin")
    first, second = sink_for(f"ndi:{name}"), sink_for(f"ndi:{name}")
    format = first.accept(VideoFormat(320, 180, Rate.of(25), layout("uyvy")))
    first.open(format, StreamStart())
    try:
        with pytest.raises(SinkError, match=f"cannot make an output called '{name}'; is the name taken"):
            second.open(format, StreamStart())
    finally:
        first.close()
        second.close()


def test_what_ndi_cannot_carry_is_refused_with_one_sentence(frame, ndi_loopback) -> None:
    with pytest.raises(UsageError, match="NDI is sent as p216 or uyvy, not layout=v210"):
        sink_for("ndi:lg,layout=v210")
    with pytest.raises(UsageError, match="needs an even width"):
        sink_for("ndi:lg").accept(VideoFormat(321, 180, Rate.of(25), layout("uyvy")))
    sink = sink_for("ndi:lg")
    with pytest.raises(SinkError, match="is not open"):
        sink.write(frame(HD25))
    with pytest.raises(FormatError, match="takes p216 or uyvy"):
        sink.open(HD25, StreamStart())


def test_the_layout_follows_the_depth_and_the_range_is_legal(ndi_loopback) -> None:
    eight = VideoFormat(320, 180, Rate.of(25), layout("yuv420p"), range=Range.FULL)
    assert sink_for("ndi:lg").accept(eight).layout.name == "uyvy"
    assert sink_for("ndi:lg").accept(eight).range is Range.LEGAL
    assert sink_for("ndi:lg").accept(HD25).layout.name == "p216"
    assert sink_for("ndi:lg,layout=uyvy").accept(HD25).layout.name == "uyvy"
