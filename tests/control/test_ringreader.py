"""The ring of shared pictures: one writes and waits for nobody, and no reader ever holds half of two."""

from __future__ import annotations

import json
import os
import signal
import stat
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livegrade.control.ringreader import PictureReader
from livegrade.errors import ControlError, SinkError
from livegrade.transport import _ring
from livegrade.transport.ring import SLOTS, RingWriter

WIDTH, HEIGHT = 64, 32


@pytest.fixture
def writer(tmp_path) -> Iterator[RingWriter]:
    made = RingWriter(tmp_path / "one.ring", WIDTH, HEIGHT)
    yield made
    made.close()


def picture(index: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    return np.full((height, width, 4), index % 251, np.uint8)


def test_what_is_written_is_read_with_all_that_is_said_of_it(writer) -> None:
    reader = PictureReader(writer.path)
    assert reader.newest() is None
    rng = np.random.default_rng(1)
    for number in range(1, 3 * SLOTS):
        size = (int(rng.integers(1, HEIGHT)), int(rng.integers(1, WIDTH)), 4)
        sent = rng.integers(0, 256, size, np.uint8)
        writer.write(sent, index=1000 * number, captured_ns=-number, timecode="10:00:00;02", look_id="a" * 64)
        got = reader.newest()
        assert got is not None
        assert (got.pixels == sent).all()
        said = (got.number, got.index, got.captured_ns, got.timecode, got.look_id)
        assert said == (number, 1000 * number, -number, "10:00:00;02", "a" * 64)
    reader.close()
    reader.close()
    with pytest.raises(ControlError, match="was closed"):
        reader.newest()


def test_the_file_is_the_users_alone_and_goes_with_the_stream(writer) -> None:
    if os.name == "posix":
        assert stat.S_IMODE(writer.path.stat().st_mode) == 0o600
    reader = PictureReader(writer.path)
    writer.write(picture(5), index=5, captured_ns=0)
    writer.close()
    writer.close()
    assert not writer.path.exists()
    assert reader.has_ended
    kept = reader.newest()
    assert kept is not None
    assert kept.index == 5
    with pytest.raises(ControlError, match="No such file"):
        PictureReader(writer.path)
    reader.close()


def test_a_reader_sleeps_until_there_is_something_new(writer) -> None:
    reader = PictureReader(writer.path)
    assert not reader.wait(0.0)
    for end in (lambda: writer.write(picture(1), index=1, captured_ns=0), writer.close):
        thread = threading.Timer(0.05, end)
        thread.start()
        came = reader.wait(60)
        thread.join()
        assert came or reader.has_ended
        reader.newest()
    with pytest.raises(ValueError, match="0 to 3600"):
        reader.wait(-1)
    reader.close()


def test_what_does_not_fit_is_refused(tmp_path, writer) -> None:
    for shape in ((HEIGHT + 1, WIDTH, 4), (1, 20_000, 1), (0, 5, 4), (4, 4, 5)):
        with pytest.raises(ValueError, match="does not fit"):
            writer.write(np.zeros(shape, np.uint8), index=0, captured_ns=0)
    with pytest.raises(SinkError, match=r"one\.ring: 0 MB for shared pictures cannot be had: File exists"):
        RingWriter(writer.path, WIDTH, HEIGHT)
    for slots, capacity in ((1, 64), (17, 64), (4, 0), (4, 1 << 40)):
        with pytest.raises(ValueError, match="such a size"):
            _ring.ring_size(slots, capacity)
    with pytest.raises(ValueError, match="too small"):
        _ring.Writer(bytearray(64), 4, 64)


def whole_ring() -> bytearray:
    memory = bytearray(_ring.ring_size(2, 64))
    ring = _ring.Writer(memory, 2, 64)
    ring.write(np.full((4, 4, 4), 9, np.uint8), 1, 2, "", "")
    del ring
    return memory


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "empty"),
        (b"x" * 4096, "no ring of pictures"),
        (bytes(whole_ring()[:100]), "no ring of pictures"),
        (bytes(whole_ring()[:-1]), "damaged"),
        (bytes(whole_ring()[:8]) + struct.pack("<Q", 2) + bytes(4096), "another version"),
        (bytes(whole_ring()[:16]) + struct.pack("<QQ", 1 << 60, 1 << 60) + bytes(4096), "damaged"),
    ],
)
def test_a_file_that_is_no_ring_is_refused_in_a_sentence(tmp_path, content, fault) -> None:
    path = tmp_path / "no.ring"
    path.write_bytes(content)
    with pytest.raises(ControlError, match=rf"no\.ring cannot be read: .*{fault}"):
        PictureReader(path)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(32, 500), st.integers(0, 255)), min_size=1, max_size=40))
def test_whatever_stands_in_a_ring_a_reader_stays_within_it(changes: list[tuple[int, int]]) -> None:
    """Sizes, numbers and sequences that nobody of ours writes: a picture that fits, or none."""
    memory = whole_ring()
    reader = _ring.Reader(memory)
    room = np.zeros(64 + 1024, np.uint8)
    room[64:] = 77
    for at, value in changes:
        memory[at % len(memory)] = value
    facts = reader.read(room)
    assert (room[64:] == 77).all()
    assert facts is None or facts[3] * facts[4] * facts[5] <= 64


def test_after_a_picture_that_cannot_be_had_the_next_is_waited_for(tmp_path) -> None:
    path = tmp_path / "odd.ring"
    memory = whole_ring()
    memory[128 + 192 + 64] = 1  # the sequence of the slot with picture 1: it is being written, for ever
    path.write_bytes(memory)
    reader = PictureReader(path)
    assert reader.wait(0.0)
    assert reader.newest() is None
    assert not reader.wait(0.01)
    reader.close()


# ---- several processes


class Reading:
    """A reader in another process."""

    def __init__(self, stream: Path) -> None:
        command = [sys.executable, str(Path(__file__).with_name("ring_reader.py")), str(stream)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def finish(self) -> dict[str, int]:
        printed, _ = self.process.communicate("\n", timeout=60)
        return dict(json.loads(printed))


@pytest.fixture
def reading() -> Iterator[Callable[[Path], Reading]]:
    started: list[Reading] = []

    def start(stream: Path) -> Reading:
        started.append(Reading(stream))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.communicate()


def write(writer: RingWriter, begin: int, count: int) -> int:
    for index in range(begin, begin + count):
        writer.write(picture(index, 256, 256), index=index, captured_ns=index)
    return begin + count


@pytest.mark.emulated
def test_no_reader_ever_holds_half_of_two_pictures_and_none_holds_the_writer_up(tmp_path, reading) -> None:
    """Readers in processes of their own, one stopped in the middle, one killed: the others see whole ones, and every
    picture is written."""
    writer = RingWriter(tmp_path / "stress.ring", 256, 256)
    readers = [reading(writer.path) for _ in range(4)]
    at = write(writer, 1, 20_000)
    readers[0].process.send_signal(signal.SIGSTOP)
    readers[1].process.kill()
    at = write(writer, at, 20_000)
    readers[0].process.send_signal(signal.SIGCONT)
    at = write(writer, at, 1_000)
    seen = [one.finish() for one in (readers[0], *readers[2:])]
    assert [(one["torn"], one["backwards"]) for one in seen] == [(0, 0)] * 3
    assert all(one["read"] > 100 for one in seen)
    newest = PictureReader(writer.path)
    last = newest.newest()
    assert last is not None
    assert last.index == at - 1
    newest.close()
    writer.close()


@pytest.mark.emulated
def test_a_writer_that_is_killed_in_the_middle_leaves_whole_pictures(tmp_path) -> None:
    path = tmp_path / "killed.ring"
    text = "import sys, numpy as np; from pathlib import Path; from livegrade.transport.ring import RingWriter\n"
    text += f"ring = RingWriter(Path({str(path)!r}), 256, 256); pixels = np.zeros((256, 256, 4), np.uint8); index = 0\n"
    text += "while True:\n index += 1; pixels[:] = index % 251; ring.write(pixels, index=index, captured_ns=0)\n"
    text += " if index == 50: print('ready', flush=True)\n"
    for _ in range(4):
        path.unlink(missing_ok=True)
        with subprocess.Popen([sys.executable, "-P", "-c", text], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.kill()
        reader = PictureReader(path)
        left = reader.newest()
        assert left is not None
        assert left.number >= 50
        assert (left.pixels == left.index % 251).all()
        assert not reader.wait(0.001)
        reader.close()
