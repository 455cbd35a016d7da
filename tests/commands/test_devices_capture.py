"""`livegrade devices prove --by capture`: the chart through boxes that calculate by themselves, over NDI and files."""

from __future__ import annotations

import contextlib
import copy
import json
import signal
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import av
import av.filter
import numpy as np
import pytest

from livegrade.capture.source import CaptureOptions, NoSignal, Source, open_source
from livegrade.cli import run_command_line
from livegrade.commands import devices_capture
from livegrade.outputs.sink import StreamStart, open_sink
from livegrade.outputs.still import write_still
from livegrade.timing.clock import MonotonicClock
from livegrade.transport.address import parse_sink, parse_source
from livegrade.video.frame import Frame
from livegrade.video.planes import plane_views
from livegrade.video.pool import BufferPool
from livegrade_hardware.emulators.cart import EmulatedCart
from livegrade_hardware.emulators.colorbox import EmulatedColorBox
from livegrade_hardware.emulators.converter import EmulatedConverter
from livegrade_hardware.emulators.opengradeio import EmulatedOpenGradeIo
from livegrade_hardware.emulators.videohub import EmulatedVideohub

pytestmark = [pytest.mark.emulated, pytest.mark.usefixtures("ndi_loopback")]

CDL = """<ColorDecisionList xmlns="urn:ASC:CDL:v1.01"><ColorDecision><ColorCorrection id="a"><SOPNode>
<Slope>1.1 1 0.9</Slope><Offset>0 0 0</Offset><Power>1 1.1 1</Power></SOPNode></ColorCorrection></ColorDecision>
</ColorDecisionList>"""
SIZE = "640x360p25"
Whole = np.ndarray


@pytest.fixture
def look(tmp_path: Path) -> str:
    path = tmp_path / "day.cdl"
    path.write_text(CDL, encoding="utf-8")
    return str(path)


@dataclass
class Wired:
    """A box that takes its picture from NDI and gives it back there: Y'CbCr of 10 bits to whole R'G'B' of 12, what
    `does` makes of that, and back. `shape`: what becomes of the picture as a whole."""

    given: str
    shown: str
    does: Callable[[Whole], Whole]
    shape: Callable[[Whole], Whole] = np.asarray

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Wired:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        clock = MonotonicClock()
        source = open_source(parse_source(f"ndi:{self.given}"), CaptureOptions(), clock)
        sink = open_sink(parse_sink(f"ndi:{self.shown}"), clock)
        source.open()
        sink.prepare()
        opened, pool = None, None
        while not self._stop.is_set():
            frame = source.read()
            if isinstance(frame, NoSignal):
                continue
            picture = self.shape(self._graded(frame))
            format = replace(frame.format, width=picture.shape[1], height=picture.shape[0])
            if format != opened:
                opened, pool = format, BufferPool(format.geometry.size, allocate=sink.allocate)
                sink.open(format, StreamStart())
            lease = pool.lease()
            luma, chroma = (view.view("<u2") for view in plane_views(lease.data, format))
            luma[:] = picture[..., 0] << 6
            chroma[:, 0::2], chroma[:, 1::2] = picture[:, ::2, 1] << 6, picture[:, ::2, 2] << 6
            sink.write(Frame(lease, format, frame.index, frame.captured_ns))
        sink.close()
        source.close()

    def _graded(self, frame: Frame) -> Whole:
        """Codes of 10 bits, (height, width, 3), each colour reckoned once."""
        assert frame.format.layout.name == "p216"
        luma, chroma = (view.view("<u2").astype(np.int64) >> 6 for view in plane_views(frame.data, frame.format))
        cb, cr = (np.repeat(chroma[:, k::2], 2, axis=1) for k in range(2))
        packed, which = np.unique(luma << 20 | cb << 10 | cr, return_inverse=True)
        y, b, r = (packed >> 20) - 64, (packed >> 10 & 1023) - 512, (packed & 1023) - 512
        red, blue = y / 876 + 1.5748 * r / 896, y / 876 + 1.8556 * b / 896
        green = (y / 876 - 0.2126 * red - 0.0722 * blue) / 0.7152
        codes = np.clip(np.rint(256 + 3504 * np.stack([red, green, blue], axis=1)), 0, 4095).astype(np.int64)
        rgb = (self.does(codes) - 256) / 3504
        y = rgb @ [0.2126, 0.7152, 0.0722]
        ycc = np.stack([64 + 876 * y, *(512 + 896 * (rgb[:, k] - y) / s for k, s in ((2, 1.8556), (0, 1.5748)))], 1)
        return np.clip(np.rint(ycc), 4, 1019).astype(np.uint16)[which.reshape(luma.shape)]


@pytest.fixture
def names() -> tuple[str, str]:
    tag = uuid.uuid4().hex[:6]
    return f"lg patches {tag}", f"lg box {tag}"


@pytest.fixture
def box() -> EmulatedColorBox:
    return EmulatedColorBox()


@pytest.fixture
def address(box: EmulatedColorBox) -> Iterator[str]:
    with EmulatedCart() as cart:
        yield f"colorbox:127.0.0.1:{cart.add(box)},data-port={box.data_port}"


def test_a_box_is_proved_by_its_output_and_one_that_shows_something_else_is_not(
    box, address: str, names, look: str, capsys, until, monkeypatch
) -> None:
    """Through its own integer tables, with a wrong one, bypassed, with a wrong range; held; and with nothing behind."""
    assert run_command_line(["devices", "push", address, "--look", look]) == 0
    until(lambda: b"1DL4" in box.received)
    prove = ["devices", "prove", address, "--by", "capture", "--look", look, "--source", f"ndi:{names[1]}"]
    prove += ["--out", f"ndi:{names[0]}", "--size", SIZE]
    before, sent = copy.deepcopy(box.tree), list(box.received)
    capsys.readouterr()
    with Wired(*names, box.pipeline.run) as wired:
        assert run_command_line([*prove, "--json"]) == 0, capsys.readouterr().err
        told = json.loads(capsys.readouterr().out)
        assert (told["proved"], told["count"], told["depth"], told["hint"]) == (True, 121, 12, "")
        assert told["model"]["mean"] < 2.5
        assert told["look"]["maximum_delta_e"] < 0.5
        assert told["how"].startswith(f"8 pictures captured as {SIZE} p216 bt709 legal from ndi:{names[1]}, the chart")
        assert (box.tree, box.received) == (before, sent)

        right = box.pipeline.held["lut1d_4"]
        box.pipeline.held["lut1d_4"] = np.minimum(right + np.array([0, 16, 0], np.uint16), 4095)
        assert run_command_line(prove) == 1
        said = capsys.readouterr()
        assert "not proved: it shows " in said.err
        assert "delta E 2000" in said.err
        assert "against the look: " in said.out
        box.pipeline.held["lut1d_4"] = right

        wired.does = lambda codes: codes
        assert run_command_line([*prove, "--json"]) == 1
        told = json.loads(capsys.readouterr().out)
        assert (told["proved"], told["hint"].partition(":")[2]) == (False, " the box is bypassed, or has no look")
        wired.does = lambda codes: np.clip((box.pipeline.run(codes) - 256) * 4095 // 3504, 0, 4095)
        assert run_command_line(prove) == 1
        assert "stretched from 64-940 to 0-1023: look at the range" in capsys.readouterr().err

        monkeypatch.setattr(devices_capture, "WAIT_S", 6.0)
        kept: list[Whole] = []
        wired.shape = lambda picture: kept[0] if kept else kept.append(picture) or picture
        assert run_command_line(prove) == 1
        assert (
            "its picture stands still: the box may hold or repeat an old one); look at the cable"
            in capsys.readouterr().err
        )
        wired.shape = lambda picture: picture[:352]
        assert run_command_line(prove) == 1
        assert "a chart of 640x352 comes, where 640x360 is sent: it is scaled or cut" in capsys.readouterr().err
    monkeypatch.setattr(devices_capture, "WAIT_S", 1.0)
    assert run_command_line(prove) == 1
    assert f"NDI source '{names[1]}' is not on the network" in capsys.readouterr().err


def test_an_output_of_somebody_else_is_left_to_him(address: str, names, look: str, capsys) -> None:
    sink = open_sink(parse_sink(f"ndi:{names[0]}"), MonotonicClock())
    sink.prepare()
    try:
        words = ["--by", "capture", "--look", look, "--source", f"ndi:{names[1]}", "--out", f"ndi:{names[0]}"]
        assert run_command_line(["devices", "prove", address, *words]) == 1
        assert names[0] in capsys.readouterr().err
    finally:
        sink.close()
    words[-1] += ",layout=uyvy"
    assert run_command_line(["devices", "prove", address, *words]) == 2
    assert "sends 8 bits, and the chart has codes of 10" in capsys.readouterr().err


def chart_at(path: Path, range_: str = "legal") -> Path:
    words = ["still", f"pattern:patches@{SIZE},range={range_}", "-o", str(path)]
    assert run_command_line(words) == 0
    return path


def ffmpeg_through(cube: Path, chart: Path, shown: Path) -> None:
    """What FFmpeg's lut3d makes of the chart."""
    with av.open(str(chart)) as file, av.open(str(shown), "w") as out:
        stream = file.streams.video[0]
        graph = av.filter.Graph()
        places = [graph.add_buffer(template=stream), graph.add("lut3d", f"file={cube}:interp=tetrahedral")]
        places += [graph.add("format", "rgb48be"), graph.add("buffersink")]
        graph.link_nodes(*places).configure()
        written = out.add_stream("png", rate=25)
        written.width, written.height, written.pix_fmt = stream.width, stream.height, "rgb48be"
        graph.push(next(file.decode(stream)))
        out.mux(written.encode(graph.pull()))
        out.mux(written.encode())


def through(does: Callable[[Whole], Whole], chart: Path, shown: Path) -> None:
    """What `does` makes of R'G'B' (n, 3), each colour of the chart reckoned once."""
    with av.open(str(chart)) as file:
        picture = next(file.decode(video=0)).to_ndarray(format="rgb48le")
    colours, which = np.unique(picture.reshape(-1, 3), axis=0, return_inverse=True)
    given = np.rint(np.clip(does(colours / 65535.0), 0, 1) * 65535).astype(np.uint16)
    write_still(shown, given[which.reshape(-1)].reshape(picture.shape))


@pytest.mark.parametrize(("range_", "map_"), [("legal", "64-940"), ("full", "0-1023")])
def test_a_box_that_loads_files_is_proved_by_files_that_ffmpeg_has_made_through_its_lut(
    tmp_path: Path, look: str, range_: str, map_: str, capsys
) -> None:
    address, said = f"filebox:{tmp_path},range-map={map_}", ["--look", look, "--range", range_]
    assert run_command_line(["devices", "push", address, *said]) == 0
    chart, shown = chart_at(tmp_path / "chart.png", range_), tmp_path / "shown.png"
    ffmpeg_through(tmp_path / "livegrade.cube", chart, shown)
    prove = ["devices", "prove", address, "--by", "capture", *said, "--source"]
    assert run_command_line([*prove, str(shown), "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["step"], told["count"]) == (2, 121)
    assert told["model"]["maximum"] <= 1
    assert told["how"].startswith("1 picture captured as ")
    assert run_command_line([*prove, str(chart)]) == 1
    assert "the box is bypassed, or has no look" in capsys.readouterr().err


def test_the_models_of_other_boxes_are_what_their_stand_ins_show(tmp_path: Path, look: str, capsys) -> None:
    """A CDL as that, and a lattice of 10 bits; codes of 10 bits go in and come out of that one."""
    renderer, converter = EmulatedOpenGradeIo(), EmulatedConverter()
    chart, shown = chart_at(tmp_path / "chart.png"), tmp_path / "shown.png"

    def converted(rgb: Whole) -> Whole:
        codes = np.rint(64 + 876 * rgb).astype(int).tolist()
        return (np.array([converter.shown(0, tuple(code), 64, 940) for code in codes]) - 64) / 876

    with EmulatedCart() as cart:
        for address, does, off in (
            (f"opengradeio:127.0.0.1:{cart.add(renderer.server)},cdl=on", partial(renderer.show, "livegrade"), "1"),
            (f"blackmagic-lut:127.0.0.1:{cart.add(converter.server)}", converted, "6"),
        ):
            assert run_command_line(["devices", "push", address, "--look", look]) == 0
            through(does, chart, shown)
            prove = ["devices", "prove", address, "--by", "capture", "--look", look, "--threshold", off]
            assert run_command_line([*prove, "--source", str(shown)]) == 0, capsys.readouterr()
            assert run_command_line([*prove, "--source", str(chart)]) == 1
        hub = ["devices", "prove", f"videohub:127.0.0.1:{cart.add(EmulatedVideohub().server)}", "--by", "capture"]
        assert run_command_line([*hub, "--look", look, "--source", str(shown)]) == 1
        assert "what it makes of a look is not known" in capsys.readouterr().err


def test_a_file_that_is_not_the_chart_says_so_and_how_one_is_made(tmp_path: Path, look: str, capsys) -> None:
    bars = tmp_path / "bars.png"
    assert run_command_line(["still", f"pattern:bars@{SIZE}", "-o", str(bars)]) == 0
    prove = ["devices", "prove", f"filebox:{tmp_path}", "--by", "capture"]
    assert run_command_line([*prove, "--look", look, "--source", str(bars)]) == 1
    said = capsys.readouterr().err
    assert "but no flat fields where the chart has them" in said
    assert "`livegrade render pattern:patches FILE --frames 25`" in said
    for words, fault in (
        (["--source", "ndi:X"], "say with --look which"),
        (["--look", look], "say with --source where it comes in"),
        (["--look", look, "--source", "ndi:X", "--out", "x.mov"], "--out is a live output"),
        (["--look", look, "--source", "ndi:X", "--out", "ndi:X"], "the name of a source"),
        (["--look", look, "--source", "ndi:X", "--size", SIZE], "without --out nothing is sent"),
        (["--by", "grab", "--look", look, "--out", "ndi:X"], "belong to --by capture"),
    ):
        assert run_command_line([*prove, *words]) == 2
        assert fault in capsys.readouterr().err
    assert run_command_line([*prove, "--by", "colours", "--look", look]) == 1
    assert "it cannot say what becomes of colours; --by capture proves it from outside" in capsys.readouterr().err


def test_a_source_that_never_opens_is_waited_for_no_longer_and_ctrl_c_ends_it(
    tmp_path: Path, look: str, capsys, monkeypatch, until: Callable
) -> None:
    """An address that listens; whoever connects to it later finds nobody who looks."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    prove = ["devices", "prove", f"filebox:{tmp_path}", "--by", "capture", "--look", look]
    prove += ["--source", f"ffmpeg:mpegts:tcp://127.0.0.1:{port}?listen=1"]
    opens = threading.Event()

    def is_heard() -> bool:
        with contextlib.suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port)).close()
            return True
        return False

    def opened_source(*words: object) -> Source:
        source = open_source(*words)
        opens.set()
        return source

    monkeypatch.setattr(devices_capture, "open_source", opened_source)
    monkeypatch.setattr(devices_capture, "LAST_READ_S", 0.1)
    monkeypatch.setattr(devices_capture, "WAIT_S", 0.5)
    assert run_command_line(prove) == 1
    assert "within 0.5 seconds (it has not opened: what waits to be sent to" in capsys.readouterr().err
    until(is_heard)

    monkeypatch.setattr(devices_capture, "WAIT_S", 60.0)
    opens.clear()

    def interrupt() -> None:
        opens.wait()
        signal.raise_signal(signal.SIGINT)

    presser = threading.Thread(target=interrupt)
    presser.start()
    assert run_command_line(prove) == 130
    presser.join()
    until(is_heard)


def test_over_sdi_a_cable_is_a_box_without_a_look(tmp_path: Path, look: str, decklink_driver, capsys) -> None:
    """From one card to another and nothing between; then with the card at which the chart goes out in other hands."""
    decklink_driver.card(1).loop_from(0)
    nothing = tmp_path / "nothing.cdl"
    nothing.write_text(CDL.replace("1.1 1 0.9", "1 1 1").replace("1 1.1 1", "1 1 1"), encoding="utf-8")
    prove = ["devices", "prove", f"filebox:{tmp_path}", "--by", "capture", "--size", "720p50"]
    prove += ["--out", "decklink:0", "--source", "decklink:1", "--look"]
    assert run_command_line([*prove, str(nothing), "--json"]) == 0, capsys.readouterr()
    told = json.loads(capsys.readouterr().out)
    assert told["model"]["maximum"] <= told["step"]
    assert "8 pictures captured as 1280x720p50 v210 bt709 legal from decklink:1, the chart sent as" in told["how"]
    assert run_command_line([*prove, look]) == 1
    assert "the box is bypassed, or has no look" in capsys.readouterr().err
    decklink_driver.card(0).used_elsewhere("playback")
    assert run_command_line([*prove, look]) == 1
    assert "is in use by another program" in capsys.readouterr().err
