"""Rendering: every frame and only those, with sound, timecode and reel; and what is left when it cannot be done."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from livegrade.bench.material import cube_text, lattice
from livegrade.bench.render_proof import compare
from livegrade.capture.indexcode import read_index
from livegrade.capture.source import CaptureOptions, open_source
from livegrade.cli import run_command_line
from livegrade.color.files import load_look_file
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.engine.reference import Reference
from livegrade.engine.select import choose
from livegrade.engine.view import View, ViewKind
from livegrade.errors import MediaError, UsageError
from livegrade.outputs.sink import StreamStart, open_sink
from livegrade.render import Rendering, RenderJob, RenderResult, require_an_end, require_file_sink
from livegrade.timing.clock import FakeClock
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.transport.address import parse_sink, parse_source
from livegrade.video.format import VideoFormat
from livegrade.video.frame import Frame
from livegrade.video.layouts import layout
from livegrade.video.pool import Lease, aligned_buffer

CAMERA = "pattern:camera@480x270p25"
WARM = Look((Cdl(slope=(1.2, 1.0, 0.9), power=(1.1, 1.0, 1.0)),))
SOURCE_VIEW = View(ViewKind.SOURCE)
CDL = """<ColorCorrection id="day1"><SOPNode><Slope>1.1 1.0 0.95</Slope><Offset>0.01 0 -0.01</Offset>
<Power>1.05 1 0.98</Power></SOPNode><SatNode><Saturation>1.1</Saturation></SatNode></ColorCorrection>"""


@pytest.fixture(scope="module")
def backend():
    return choose("native", 2).backend


@pytest.fixture
def render(backend):
    def run(source: str, sink: Path | str, look: Look = WARM, frames: int | None = None, **job) -> RenderResult:
        options = CaptureOptions(live=False)
        planned = RenderJob(parse_source(source), parse_sink(str(sink)), look, options, frames=frames, **job)
        return Rendering(planned, backend).run()

    return run


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def indices(path: Path) -> list[int | None]:
    """The indices burned into the pictures of a file, read from FFmpeg's luma."""
    found = []
    with av.open(path) as container:
        for picture in container.decode(video=0):
            plane = picture.planes[0]
            kind = np.dtype("u1") if plane.line_size < 2 * picture.width else np.dtype("<u2")
            rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
            luma = rows[: picture.height].view(kind)[:, : picture.width]
            found.append(read_index(luma))
    return found


def raw_packets(path: Path) -> list[bytes]:
    with av.open(path) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def v210_file(path: Path, width: int, frames: int, reel: str | None = None) -> list[bytes]:
    """A v210 MOV of random words, padding included; its packets."""
    format = VideoFormat(width, 16, Rate.of(24000, 1001), layout("v210"))
    sink = open_sink(parse_sink(f"{path},codec=v210"), FakeClock())
    first = Timecode.parse("13:37:00:10", TimecodeRate(format.rate))
    sink.open(sink.accept(format), StreamStart(timecode=first, reel=reel))
    written = []
    for index in range(frames):
        data = aligned_buffer(format.geometry.size)
        words = np.random.default_rng(index).integers(4, 1020, (data.size // 4, 3), dtype=np.uint32)
        data[:] = (words[:, 0] | words[:, 1] << 10 | words[:, 2] << 20).astype("<u4").view(np.uint8)
        sink.write(Frame(Lease(data), format, index, 0))
        written.append(data.tobytes())
    sink.close()
    return written


@pytest.mark.parametrize("codec", ["prores", "dnxhr", "v210", "h264"])
def test_every_frame_and_only_those_with_sound_and_timecode(codec, tmp_path, render) -> None:
    path = tmp_path / "graded.mov"
    source = f"{CAMERA},timecode=09:59:59:20"
    result = render(source, f"{path},codec={codec}", frames=20)
    assert (result.frames, names(tmp_path)) == (20, ["graded.mov"])
    assert indices(path) == list(range(20))
    with av.open(path) as container:
        assert container.streams.video[0].average_rate == 25
        assert container.streams.video[0].metadata["timecode"] == "09:59:59:20"
        samples = sum(block.samples for block in container.decode(audio=0))
    assert samples == 20 * 1920


def test_a_file_goes_through_frame_by_frame_with_its_timecode_and_reel(tmp_path, render) -> None:
    v210_file(tmp_path / "in.mov", 96, 7, reel="A001C002")
    render(str(tmp_path / "in.mov"), tmp_path / "out.mov")
    with av.open(tmp_path / "out.mov") as container:
        stream = container.streams.video[0]
        assert stream.frames == 7
        assert stream.average_rate == Fraction(24000, 1001)
        texts = {**stream.metadata, **container.streams.data[0].metadata}
    assert texts["timecode"] == "13:37:00:10"
    assert texts["reel_name"] == "A001C002"


@pytest.mark.parametrize("width", [96, 100])
def test_the_source_view_of_v210_is_bit_exact_padding_included(width, tmp_path, render) -> None:
    written = v210_file(tmp_path / "in.mov", width, 5)
    render(str(tmp_path / "in.mov"), f"{tmp_path / 'out.mov'},codec=v210", view=SOURCE_VIEW)
    assert raw_packets(tmp_path / "out.mov") == written
    render(str(tmp_path / "in.mov"), f"{tmp_path / 'graded.mov'},codec=v210")
    assert raw_packets(tmp_path / "graded.mov") != written


def test_frames_stops_after_so_many(tmp_path, capsys) -> None:
    path = tmp_path / "a.mov"
    assert run_command_line(["render", CAMERA, str(path), "--frames", "7"]) == 0
    assert indices(path) == list(range(7))
    assert f"{path}: 7 frames" in capsys.readouterr().out


def test_a_longer_wish_than_the_file_is_the_whole_file(tmp_path, render) -> None:
    v210_file(tmp_path / "in.mov", 96, 4)
    assert render(str(tmp_path / "in.mov"), tmp_path / "out.mov", frames=99).frames == 4


def look_files(folder: Path) -> list[Path]:
    cdl, cube = folder / "day1.cc", folder / "show.cube"
    cdl.write_text(CDL)
    cube.write_text(cube_text(lattice()))
    return [cdl, cube]


def test_graded_pictures_are_those_of_opencolorio(tmp_path) -> None:
    """On the simulated camera, ten bits and full scale; the closing proof runs the same on a real clip."""
    difference = compare("pattern:camera@480x270p25", look_files(tmp_path), frames=2)
    assert difference.frames == 2
    assert difference.maximum <= 2
    assert difference.mean < 0.3  # rounding to 16 bits alone is 0.25


def test_graded_pictures_of_a_real_clip_are_those_of_opencolorio(tmp_path, shared_data) -> None:
    clip = shared_data / "footage" / "bigbuckbunny.mp4"
    difference = compare(str(clip), look_files(tmp_path), frames=2)
    print(difference)
    assert difference.maximum <= 2
    assert difference.mean < 0.3  # rounding to 16 bits alone is 0.25


def test_the_comparison_sees_a_difference(tmp_path) -> None:
    """Of one look less, and of a CDL that is one part in a thousand off."""
    cdl, cube = look_files(tmp_path)
    assert compare(CAMERA, [cdl, cube], frames=1).maximum > 0
    backend, look = Reference(), Look(load_look_file(str(cdl)))
    other = Look((Cdl(slope=(1.1 * 1.001, 1.0, 0.95), offset=(0.01, 0.0, -0.01), power=(1.05, 1.0, 0.98)),))
    from livegrade.bench import render_proof

    source = open_source(parse_source("pattern:ramp@96x16p25"), CaptureOptions(live=False), FakeClock())
    source.open()
    frame = source.read()
    assert isinstance(frame, Frame)
    right, wrong = (render_proof.graded(frame, one, backend) for one in (look, other))
    assert np.abs(right - wrong).max() > 20


def process(*arguments: object, **options) -> subprocess.Popen[str]:
    command = [sys.executable, "-P", "-m", "livegrade", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def ended(running: subprocess.Popen[str]) -> tuple[str, str]:
    """What it said on both streams, without the lines on how far it had come, which a slow machine sees."""
    out, complaint = running.communicate(timeout=60)
    return out, re.sub(r"^\d+ of \d+ frames \(\d+ %\), .* left\n", "", complaint, flags=re.MULTILINE)


def wait_for_file(path: Path) -> None:
    for _ in range(600):
        if path.exists():
            return
        time.sleep(0.05)
    pytest.fail(f"{path.name} was not written within thirty seconds")


def wait_for_bytes(folder: Path, least: int) -> None:
    for _ in range(600):
        if any(file.stem.endswith(".partial") and file.stat().st_size > least for file in folder.iterdir()):
            return
        time.sleep(0.05)
    pytest.fail("the render wrote nothing within thirty seconds")


@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C cannot be sent to one process on Windows")
def test_an_interrupted_render_says_how_far_it_came(tmp_path) -> None:
    running = process("render", CAMERA, tmp_path / "a.mov", "--frames", 100000)
    wait_for_bytes(tmp_path, 200_000)
    running.send_signal(signal.SIGINT)
    out, complaint = ended(running)
    assert (running.returncode, out) == (130, "")
    assert names(tmp_path) == ["a.partial.mov"]
    count = len(indices(tmp_path / "a.partial.mov"))
    assert count > 0
    assert complaint == (
        f"livegrade: stopped after {count} frames; the first {count} frames are in {tmp_path / 'a.partial.mov'}\n"
    )


@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C cannot be sent to one process on Windows")
def test_an_interrupted_sequence_says_how_many_files_there_are(tmp_path) -> None:
    pattern = tmp_path / "a.%06d.png"
    running = process("render", CAMERA, pattern, "--frames", 100000)
    wait_for_file(tmp_path / "a.000009.png")
    running.send_signal(signal.SIGINT)
    out, complaint = ended(running)
    assert (running.returncode, out) == (130, "")
    count = len(names(tmp_path))
    assert names(tmp_path) == [f"a.{number:06}.png" for number in range(count)]
    assert complaint == f"livegrade: stopped after {count} frames; the first {count} frames are in {pattern}\n"


def h264_stream(path: Path, width: int, height: int, frames: int, options: dict[str, str] | None = None) -> None:
    container = av.open(path, "w", options=options or {})
    stream = container.add_stream("libx264", rate=25, options={"preset": "ultrafast", "g": "5"})
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    for index in range(frames):
        noise = np.random.default_rng(index).integers(16, 235, (height, width, 3), dtype=np.uint8)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(noise, format="rgb24")))
    container.mux(stream.encode())
    container.close()


def test_a_source_that_changes_size_is_one_sentence_and_nothing_under_the_final_name(tmp_path, render) -> None:
    h264_stream(tmp_path / "one.h264", 64, 48, 6)
    h264_stream(tmp_path / "two.h264", 96, 64, 6)
    both = tmp_path / "both.h264"
    both.write_bytes((tmp_path / "one.h264").read_bytes() + (tmp_path / "two.h264").read_bytes())
    with pytest.raises(MediaError) as caught:
        render(str(both), tmp_path / "out.mov")
    assert f"{both}: changes from 64x48p25" in str(caught.value)
    assert "at frame 6; render the part before it with --frames 6" in str(caught.value)
    assert not (tmp_path / "out.mov").exists()
    assert render(str(both), tmp_path / "out.mov", frames=6).frames == 6


def test_a_file_that_is_cut_off_is_one_sentence_and_keeps_what_there_was(tmp_path, capsys) -> None:
    h264_stream(tmp_path / "whole.mp4", 64, 48, 50, {"movflags": "faststart"})
    cut = tmp_path / "cut.mp4"
    whole = (tmp_path / "whole.mp4").read_bytes()
    cut.write_bytes(whole[: len(whole) * 6 // 10])
    out = tmp_path / "out.mov"
    assert run_command_line(["render", str(cut), str(out)]) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith(f"livegrade: {cut}: ended early after ")
    assert printed.err.count("\n") == 1
    assert not out.exists()
    count = len(indices(tmp_path / "out.partial.mov"))
    assert 20 < count < 40
    assert printed.out == ""
    assert printed.err.endswith(
        f"of 50 pictures: the file is cut off or damaged; render what is there with --frames {count}; "
        f"the first {count} frames are in {tmp_path / 'out.partial.mov'}\n"
    )
    assert run_command_line(["render", str(cut), str(out), "--frames", str(count)]) == 0
    assert len(indices(out)) == count


@pytest.mark.skipif(os.name == "nt", reason="no file size limits there")
def test_no_room_on_the_disk_is_one_sentence_and_leaves_nothing(tmp_path, monkeypatch) -> None:
    import resource

    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")  # a module's would be kept cut off

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    running = process("render", CAMERA, tmp_path / "a.mov", "--frames", 60, preexec_fn=small)
    out, complaint = ended(running)
    assert (running.returncode, out) == (1, "")
    assert complaint.startswith(f"livegrade: {tmp_path / 'a.mov'}: the file has reached the largest size")
    assert complaint.endswith(f"; nothing of {tmp_path / 'a.mov'} could be kept\n")
    assert complaint.count("\n") == 1
    assert names(tmp_path) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting needs root")
@pytest.mark.parametrize("command", ["render", "run"])
def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path, capsys, command) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no tmpfs here: {mounted.stderr.decode().strip()}")
    try:
        take = str(disk / "a.mov")
        words = {"render": ["render", CAMERA, take, "--frames", "60"], "run": ["run", CAMERA, "--out", take]}
        assert run_command_line(words[command]) == 1
        assert names(disk) == []
    finally:
        subprocess.run(["umount", disk], check=True)
    printed = capsys.readouterr()
    sentence = f"{take}: the disk is full; free some space or choose another disk; nothing of {take} could be kept\n"
    if command == "render":
        assert printed.err == f"livegrade: {sentence}"
    else:
        assert sentence in printed.err


def test_what_can_be_rendered_where() -> None:
    for text in ("pattern:bars", "ndi:CAM"):
        with pytest.raises(UsageError, match="has no end; say how much to render with --frames"):
            require_an_end(parse_source(text), None)
        require_an_end(parse_source(text), 5)
    require_an_end(parse_source("a.mov"), None)
    for text in ("ndi:Village", "decklink:1"):
        with pytest.raises(UsageError, match="use: livegrade run SOURCE --out"):
            require_file_sink(parse_sink(text))
    require_file_sink(parse_sink("a.mov"))
    require_file_sink(parse_sink("null:"))


def test_the_source_itself_is_never_replaced(tmp_path, capsys) -> None:
    written = v210_file(tmp_path / "in.mov", 96, 3)
    (tmp_path / "link.mov").symlink_to(tmp_path / "in.mov")
    for name in ("in.mov", "link.mov"):
        words = ["render", str(tmp_path / "in.mov"), str(tmp_path / name), "--overwrite"]
        assert run_command_line(words) == 2
        assert f"{name} is what this command reads" in capsys.readouterr().err
    assert raw_packets(tmp_path / "in.mov") == written


def test_an_encoder_that_stops_answering_does_not_keep_the_threads(tmp_path, render, monkeypatch) -> None:
    """The helper threads wait in full edges when the writer fails; they must end too (the fixture checks)."""
    from livegrade.outputs.ffmpeg import FileSink

    def broken(self: FileSink, frame: Frame) -> None:
        raise MediaError("a.mov", "the encoder is gone")

    monkeypatch.setattr(FileSink, "write", broken)
    with pytest.raises(MediaError, match="the encoder is gone"):
        render(CAMERA, tmp_path / "a.mov", frames=500)
    assert names(tmp_path) == []
