"""Clients that others wrote, unmodified, capture from the emulated DeckLink driver and play to it: every frame in
order, with the same payload. pydecklink speaks generation 16 of the interface and needs Python 3.12; blackmagic-io
speaks 14."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from livegrade.capture.indexcode import read_index
from livegrade_hardware.emulators.decklink import continuity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType
    from typing import Any

    from numpy.typing import NDArray

    from livegrade_hardware.emulators.decklink import EmulatedDriver, InputRecord, OutputRecord

FRAMES = 50
AHEAD = 3
PERIOD_NS = 40_000_000
SIZE = 5120 * 1080
needs_312 = pytest.mark.skipif(
    sys.version_info < (3, 12), reason="pydecklink has no build for this Python; .ci/run runs it on a newer one"
)


@pytest.fixture
def pydecklink(decklink_driver: EmulatedDriver) -> ModuleType:
    import pydecklink

    return pydecklink


@pytest.fixture
def decklink_io(decklink_driver: EmulatedDriver) -> ModuleType:
    """The module inside blackmagic-io that speaks with the driver."""
    import decklink_io

    return decklink_io


def burned_index(v210: NDArray[np.uint8]) -> int:
    """Out of the top lines of a packed picture of 1920x1080."""
    words = v210[: 48 * 5120].view("<u4").reshape(48, -1, 4)
    luma = [words[..., word] >> shift & 0x3FF for word, shift in ((0, 10), (1, 0), (1, 20), (2, 10), (3, 0), (3, 20))]
    index = read_index(np.stack(luma, axis=-1).reshape(48, -1), unit=24)
    assert index is not None
    return index


def indices(records: list[OutputRecord]) -> list[int]:
    """Of all pictures that were shown, each when it was first."""
    return [record.index for record in records if record.fate in {"shown", "late"}]


def require_same_payload(inputs: list[InputRecord], outputs: list[OutputRecord]) -> None:
    """Every picture that went out is, to the last bit, the one that came in with its index."""
    came = {record.index: record.sum for record in inputs if record.fate == "delivered"}
    went = [(record.index, record.sum) for record in outputs if record.index >= 0]
    assert went
    assert all(summed == came[index] != 0 for index, summed in went)


def sees(device: Any, width: int, layout: str, signal: bool = True) -> bool:
    """Whether the next picture is one of these."""
    frame = device.pop_capture_frame_ref(5000)
    return (frame.width, frame.pixel_format.name, frame.has_signal) == (width, layout, signal)


def held(driver: EmulatedDriver) -> set[str]:
    """What a client has not let go of."""
    return {kind for kind, count in driver.living().items() if count}


@needs_312
def test_pydecklink_captures_and_plays_every_frame_in_order(
    decklink_driver: EmulatedDriver, pydecklink: ModuleType, until
) -> None:
    """Zero copy in, a copy into the pool of the scheduled output, on two cards; nothing of the picture may change. Time
    is stepped: a card that plays while its client is late repeats a picture, and here none is."""
    decklink_driver.stepped(True)
    one, other = decklink_driver.card(0), decklink_driver.card(1)
    one.signal("1080p25")
    one.sums(True)
    other.sums(True)
    mode, layout = pydecklink.DisplayMode.HD1080p25, pydecklink.PixelFormat.Format10BitYUV
    camera, monitor = pydecklink.Device(0), pydecklink.Device(1)
    camera.enable_video_input(
        mode, layout, pydecklink.VideoInputFlag.EnableFormatDetection, zero_copy=True, input_queue_depth=20
    )
    monitor.enable_video_output(mode)
    monitor.create_frame_pool(16, 1920, 1080, 5120, layout)
    camera.start_streams()
    for number in range(FRAMES):
        decklink_driver.advance(PERIOD_NS)
        captured = camera.pop_capture_frame_ref(5000)
        out = monitor.acquire_output_frame(5000)
        np.copyto(out.data, captured.data)
        monitor.schedule_output_frame(out, number * 1000, 1000, 25000)
        del captured, out
        if number == AHEAD:
            monitor.start_scheduled_playback(0, 25000)
    while other.output_counters()["buffered"]:
        decklink_driver.advance(PERIOD_NS)
    monitor.stop_scheduled_playback()
    camera.stop_streams()
    camera.disable_video_input()
    monitor.disable_video_output()
    inputs, outputs = one.input_log(), other.output_log()
    first = indices(outputs)[0]
    assert indices(outputs) == list(range(first, first + FRAMES))
    counted = continuity(outputs)
    assert (counted.pictures, counted.gaps, counted.backward, counted.repeats, counted.black) == (FRAMES, 0, 0, 0, 0)
    require_same_payload(inputs, outputs)
    assert [other.output_counters()[fate] for fate in ("late", "dropped")] == [0, 0]
    del camera, monitor
    assert held(decklink_driver) == set()


@needs_312
def test_pydecklink_follows_the_signal_and_the_card(
    decklink_driver: EmulatedDriver, pydecklink: ModuleType, until
) -> None:
    """A hot change of mode and to RGB, no signal, and the signal back."""
    card = decklink_driver.card(0)
    card.signal("1080p25")
    device = pydecklink.Device(0)
    device.enable_video_input(
        pydecklink.DisplayMode.HD1080p25,
        pydecklink.PixelFormat.Format10BitYUV,
        pydecklink.VideoInputFlag.EnableFormatDetection,
        zero_copy=True,
    )
    device.start_streams()
    until(lambda: sees(device, 1920, "Format10BitYUV"))
    card.signal("720p60")
    until(lambda: sees(device, 1280, "Format10BitYUV"))
    card.signal("2160p25", rgb=True)
    until(lambda: sees(device, 3840, "Format10BitRGB"))
    card.signal(None)
    until(lambda: sees(device, 3840, "Format10BitRGB", signal=False))
    card.signal("2160p25", rgb=True)
    until(lambda: sees(device, 3840, "Format10BitRGB"))
    device.stop_streams()
    device.disable_video_input()
    device = None  # lets go of it; the lambdas above hold the name
    assert held(decklink_driver) == set()


STEPPER = """
import sys, time
from pathlib import Path
from livegrade_hardware.emulators.decklink import EmulatedDriver, SettingError
driver, client = EmulatedDriver.at(Path(sys.argv[1])), Path(f"/proc/{sys.argv[2]}/task/{sys.argv[2]}/stat")
looks = 0
while True:
    time.sleep(0.001)
    looks = looks + 1 if client.read_text().rpartition(")")[2].split()[0] == "S" else 0
    if looks < 8:
        continue
    looks = 0
    try:
        driver.step()
    except SettingError:  # nothing is enabled
        pass
"""
"""Steps the driver's time, tick by tick, whenever the thread of a test waits for it. Another process must do it: the
client holds the interpreter lock while it waits."""


@pytest.fixture
def stepped_as_it_waits(decklink_driver: EmulatedDriver, tmp_path: Path) -> Iterator[None]:
    decklink_driver.stepped(True)
    decklink_driver.listen(tmp_path / "driver")
    command = [sys.executable, "-c", STEPPER, str(tmp_path / "driver"), str(threading.get_native_id())]
    with subprocess.Popen(command) as stepper:
        yield
        stepper.kill()


@pytest.mark.usefixtures("stepped_as_it_waits")
def test_blackmagic_io_captures_every_frame_in_order(
    decklink_driver: EmulatedDriver, decklink_io: ModuleType, tmp_path: Path
) -> None:
    """It keeps one picture only and hands on the next one that comes, so the card waits until it is asked for. It plays
    a file in a loop, and what comes is that, byte for byte."""
    words = np.random.default_rng(3).integers(0, 256, (3, SIZE), np.uint8)
    (tmp_path / "three.v210").write_bytes(words.tobytes())
    card = decklink_driver.card(0)
    card.signal("1080p50")
    card.pattern(tmp_path / "three.v210")
    camera = decklink_io.DeckLinkInput()
    assert camera.initialize(0)
    assert camera.start_capture(decklink_io.PixelFormat.YUV10)
    frame = decklink_io.CapturedFrame()
    came = []
    while len(came) < 12:
        assert camera.capture_frame(frame, 60_000)
        if frame.mode == decklink_io.DisplayMode.HD1080p50 and frame.valid:
            came.append(np.array(frame.data))
    camera.stop_capture()
    camera.cleanup()
    seen = [[np.array_equal(data, picture) for picture in words].index(True) for data in came]
    assert seen == [(seen[0] + number) % 3 for number in range(12)]
    del camera
    assert held(decklink_driver) == set()


@pytest.mark.usefixtures("stepped_as_it_waits")
def test_blackmagic_io_plays_every_frame_in_order(decklink_driver: EmulatedDriver, decklink_io: ModuleType) -> None:
    """Each picture is shown before the call returns; what the output showed is what was captured, byte for byte."""
    one, other = decklink_driver.card(0), decklink_driver.card(1)
    one.signal("1080p25")
    one.sums(True)
    other.sums(True)
    camera, monitor = decklink_io.DeckLinkInput(), decklink_io.DeckLinkOutput()
    assert camera.initialize(0)
    assert monitor.initialize(1)
    assert camera.start_capture(decklink_io.PixelFormat.YUV10)
    settings = monitor.get_video_settings(decklink_io.DisplayMode.HD1080p25)
    settings.format = decklink_io.PixelFormat.YUV10
    assert monitor.setup_output(settings)
    frame = decklink_io.CapturedFrame()
    sent: list[int] = []
    while len(sent) < 15:
        assert camera.capture_frame(frame, 60_000)
        if frame.mode != decklink_io.DisplayMode.HD1080p25 or not frame.valid:
            continue
        assert monitor.set_frame_data(np.asarray(frame.data))
        assert monitor.display_frame()
        sent.append(burned_index(np.asarray(frame.data)))
    monitor.stop_output()
    camera.stop_capture()
    inputs, outputs = one.input_log(), other.output_log()
    assert indices(outputs) == sent
    assert sent == sorted(set(sent))
    require_same_payload(inputs, outputs)
    monitor.cleanup()
    camera.cleanup()
    del camera, monitor
    assert held(decklink_driver) == set()
