"""Streams to a real receiver on loopback (FFmpeg's own), and to one that is away, comes, and hangs."""

from __future__ import annotations

import json
import socket

import av
import pytest

pytestmark = pytest.mark.emulated

CAMERA = "pattern:camera@480x270p25"


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def received(url: str, container: str, pictures: int) -> tuple[int, str, int]:
    """Pictures that could be decoded, the codec, and sound blocks."""
    with av.open(url, format=container, timeout=60, options={"probesize": "500000"}) as stream:
        seen = heard = 0
        for packet in stream.demux(video=0, audio=0):
            for one in packet.decode():
                seen += isinstance(one, av.VideoFrame)
                heard += isinstance(one, av.AudioFrame)
            if seen >= pictures:
                break
        return seen, stream.streams.video[0].codec_context.name, heard


@pytest.mark.parametrize("text", ["ffmpeg:mpegts:udp://127.0.0.1:{}", "ffmpeg::udp://127.0.0.1:{}"])
def test_a_stream_arrives(start, port, text) -> None:
    run = start("run", CAMERA, "--out", text.format(port), "--out", "null:")
    run.wait_for("running")
    seen, codec, heard = received(f"udp://127.0.0.1:{port}", "mpegts", 30)
    assert (seen, codec) == (30, "h264")
    assert heard > 10
    assert run.end() == 0
    assert "Traceback" not in run.printed


@pytest.mark.alone
def test_a_receiver_that_is_away_comes_and_goes_costs_nobody_else_anything(start, port, tmp_path) -> None:
    stats = tmp_path / "stats.json"
    out = f"ffmpeg:flv:tcp://127.0.0.1:{port}"
    run = start("run", CAMERA, "--out", out, "--out", "null:", "--stats", stats)
    run.wait_for("cannot be reached (connection refused); trying again")
    seen, codec, _ = received(f"tcp://127.0.0.1:{port}?listen=1", "flv", 30)
    assert (seen, codec) == (30, "h264")
    run.wait_for(f"{out}: running")
    run.wait_for("cannot be reached", times=2)
    assert run.end() == 0
    stream, null = json.loads(stats.read_text())["sinks"]
    assert stream["frames_out"] >= 30
    assert stream["dropped"] > 0
    assert (null["dropped"], null["state"]) == (0, "ended")


@pytest.mark.alone
def test_a_receiver_that_hangs_costs_nobody_else_anything(start, port, tmp_path) -> None:
    """It accepts and never reads."""
    stats = tmp_path / "stats.json"
    with socket.socket() as silent:
        silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        silent.bind(("127.0.0.1", port))
        silent.listen()
        out = f"ffmpeg:mpegts:tcp://127.0.0.1:{port}?send_buffer_size=4096,quality=0"
        run = start("run", CAMERA, "--out", out, "--out", "null:", "--stats", stats)
        run.wait_for("cannot be reached")
        assert run.end() == 0
    _, null = json.loads(stats.read_text())["sinks"]
    assert (null["dropped"], null["state"]) == (0, "ended")


@pytest.mark.alone
@pytest.mark.parametrize("text", ["ffmpeg::rtmp://127.0.0.1:{}/live/a", "ffmpeg:rtsp:rtsp://127.0.0.1:{}/live"])
def test_a_server_that_says_nothing_is_lost_and_holds_up_nobody(start, port, text, tmp_path) -> None:
    stats = tmp_path / "stats.json"
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", port))
        silent.listen()
        run = start("run", CAMERA, "--out", text.format(port), "--out", "null:", "--stats", stats)
        run.wait_for("cannot be reached")
        assert run.end() == 0
    stream, null = json.loads(stats.read_text())["sinks"]
    assert stream["state"] == "ended"
    assert (null["dropped"], null["state"]) == (0, "ended")


def test_while_a_connection_is_being_made_other_threads_run(port) -> None:
    """PyAV alone would hold them all up, and every picture with them, until the server answers or time is over."""
    import threading

    from livegrade.outputs.sink import StreamStart, open_sink
    from livegrade.timing.clock import MonotonicClock
    from livegrade.timing.rate import Rate
    from livegrade.transport.address import parse_sink
    from livegrade.video.format import VideoFormat
    from livegrade.video.layouts import layout
    from tests.outputs.conftest import make_frame

    ran = 0
    over = threading.Event()

    def walk() -> None:
        nonlocal ran
        while not over.wait(0.01):
            ran += 1

    walker = threading.Thread(target=walk)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", port))
        silent.listen()
        sink = open_sink(parse_sink(f"ffmpeg::rtmp://127.0.0.1:{port}/live/a,audio=off"), MonotonicClock())
        format = sink.accept(VideoFormat(320, 180, Rate.of(25), layout("yuv422p10")))
        sink.open(format, StreamStart())
        walker.start()
        index = 0
        while (away := sink.write(make_frame(format, index % 20))) is None:
            index += 1
        over.set()
        walker.join()
        assert "cannot be reached" in away
        assert ran >= 10
        sink.abort()
