"""Network streams through FFmpeg on loopback: the picture comes, is lost, and returns by itself. Measured by states."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest

from livegrade.capture.source import CaptureOptions, Ended, open_source
from livegrade.color.look import Look
from livegrade.engine.view import View, ViewKind
from livegrade.errors import SourceError
from livegrade.session import Session
from livegrade.session.events import Link
from livegrade.session.setup import SessionSetup, SinkSetup, SlotSetup
from livegrade.timing.clock import FakeClock
from livegrade.transport.address import parse_sink, parse_source
from livegrade.video.frame import Frame

from .stream_sender import RtspServer, Sender, free_port

pytestmark = pytest.mark.emulated
Until = Callable[[Callable[[], bool]], None]


class Path:
    """One way of sending: the source's address, and how to start a sender for it."""

    def __init__(self, protocol: str) -> None:
        port = free_port()
        self.protocol = protocol
        self.source = {
            "tcp": f"ffmpeg:mpegts:tcp://127.0.0.1:{port}?listen=1",
            "udp": f"ffmpeg:mpegts:udp://127.0.0.1:{port}",
            "rtsp": f"ffmpeg::rtsp://127.0.0.1:{port}/camera",
        }[protocol]
        self._port = port
        self._senders: list[Any] = []

    def send(self, level: int) -> Any:
        if self.protocol == "rtsp":
            self._senders.append(RtspServer(self._port, level))
        else:
            self._senders.append(Sender(f"{self.protocol}://127.0.0.1:{self._port}?pkt_size=1316", level))
        return self._senders[-1]

    def close(self) -> None:
        for sender in self._senders:
            sender.go_away()


@pytest.fixture(params=["tcp", "udp", "rtsp"])
def path(request: pytest.FixtureRequest) -> Iterator[Path]:
    level = av.logging.get_level()
    av.logging.set_level(av.logging.PANIC)
    made = Path(request.param)
    yield made
    made.close()
    av.logging.set_level(level)


def session_for(source: str) -> Session:
    slot = SlotSetup("A", parse_source(source), CaptureOptions(), Look())
    return Session(SessionSetup((slot,), (SinkSetup(parse_sink("null:"), "A", View(ViewKind.SOURCE)),)))


def shows(session: Session, level: int) -> Callable[[], bool]:
    def seen() -> bool:
        last = session.slots[0].last
        return bool(last) and abs(int(np.median(last[0].data[:1000])) - level) <= 2

    return seen


def test_a_stream_is_lost_when_it_falls_silent_and_returns_from_another_sender(path: Path, until: Until) -> None:
    session = session_for(path.source)
    slot, output = session.slots[0], session.outputs[0]
    first = path.send(60)
    session.start()
    try:
        until(lambda: slot.state.link is Link.RUNNING and shows(session, 60)())
        until(lambda: output.frames_out >= 25)
        first.fall_silent()
        until(lambda: slot.state.link is Link.LOST)
        before = session.events.since(0)[1]
        until(lambda: output.held >= 25)
        first.go_away()
        path.send(120)
        until(lambda: slot.state.link is Link.RUNNING and shows(session, 120)())
        written = output.frames_out
        until(lambda: output.frames_out >= written + 5)
        assert output.state.link is Link.RUNNING
        assert slot.gaps.missing >= 10
        texts = [event.text for event in session.events.since(0)[0][:before]]
        assert f"'{path.source}' sends no pictures any more" in texts
    finally:
        session.stop()
    assert not session.failed


def test_a_stream_that_comes_later_is_waited_for_and_one_that_stays_away_does_not_hold_up_the_stop(
    path: Path, until: Until
) -> None:
    session = session_for(path.source)
    slot = session.slots[0]
    session.start()
    try:
        until(lambda: slot.state.link is Link.LOST)
        assert session.failed
        sender = path.send(90)
        until(lambda: slot.state.link is Link.RUNNING and shows(session, 90)())
        sender.go_away()
        until(lambda: slot.state.link is Link.LOST)
    finally:
        session.stop()
    assert slot.state.link is Link.LOST
    assert slot.finished


def test_a_protocol_that_ffmpeg_lacks_is_an_error_of_the_start() -> None:
    """As srt: is in the builds that PyAV brings; this one no build has."""
    with pytest.raises(SourceError, match="this build of FFmpeg cannot read carrier-pigeon:"):
        session_for("ffmpeg:mpegts:carrier-pigeon://127.0.0.1:9").start()


def transport_stream(from_s: int) -> bytes:
    """Two seconds of picture and tone whose time stamps begin at `from_s`."""
    written = io.BytesIO()
    with av.open(written, "w", format="mpegts") as container:
        video = container.add_stream("mpeg2video", rate=25, options={"g": "5", "bf": "0"})
        video.width, video.height, video.pix_fmt = 320, 180, "yuv420p"
        audio = container.add_stream("mp2", rate=48_000)
        audio.layout = "stereo"
        tone = (8000 * np.sin(np.arange(2 * 1152) // 2 / 48 * 2 * np.pi)).astype(np.int16).reshape(1, -1)
        blocks = 0
        for number in range(50):
            picture = av.VideoFrame.from_ndarray(np.full((270, 320), 128, np.uint8), format="yuv420p")
            picture.pts, picture.time_base = from_s * 25 + number, Fraction(1, 25)
            container.mux(video.encode(picture))
            while blocks * 1152 < (number + 1) * 1920:
                block = av.AudioFrame.from_ndarray(tone, format="s16", layout="stereo")
                block.sample_rate, block.time_base = 48_000, Fraction(1, 48_000)
                block.pts = from_s * 48_000 + blocks * 1152
                container.mux(audio.encode(block))
                blocks += 1
        container.mux(video.encode())
        container.mux(audio.encode())
    return written.getvalue()


@pytest.mark.parametrize("times_s", [(100, 0), (0, 3600)])
def test_time_stamps_that_jump_are_neither_missing_pictures_nor_the_end_of_the_sound(times_s) -> None:
    """One connection, two senders after each other."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def send() -> None:
            client, _ = server.accept()
            with client:
                client.sendall(b"".join(map(transport_stream, times_s)))

        sender = threading.Thread(target=send)
        sender.start()
        address = parse_source(f"ffmpeg:mpegts:tcp://127.0.0.1:{server.getsockname()[1]}")
        source = open_source(address, CaptureOptions(), FakeClock())
        source.open()
        indices: list[int] = []
        loud: list[bool] = []
        while isinstance(got := source.read(), Frame):
            indices.append(got.index)
            loud.append(got.audio is not None and float(np.abs(got.audio.samples).max()) > 0.1)
        source.close()
        sender.join()
    assert isinstance(got, Ended)
    assert len(indices) >= 90
    assert indices[-1] < 110
    assert sum(loud[:45]) >= 40
    assert sum(loud[-40:]) >= 35
