"""The foreign receiver of the benchmark counts what a foreign sender sends, gap for gap."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

WIDTH, HEIGHT, SIDE = 640, 360, 24


def test_index_is_read_and_damage_is_noticed() -> None:
    from livegrade.bench.ndi_counter import read_blocks

    for index in (0, 1, 5, 0x0ABCDEF, (1 << 28) - 1):
        corner = _uyvy(index)[: 2 * SIDE, 1 : 36 * SIDE : 2]
        assert read_blocks(corner) == index
        corner[SIDE:, 5 * SIDE : 6 * SIDE] = 255 - corner[SIDE:, 5 * SIDE : 6 * SIDE]
        assert read_blocks(corner) is None
    assert read_blocks(np.full((2 * SIDE, 18 * SIDE), 128, np.uint8)) is None


def test_count_knows_gaps_repeats_and_damage() -> None:
    from livegrade.bench.ndi_counter import Count

    count = Count()
    for index in (None, 7, 8, 8, None, 11, 10, 11):
        count.add(index)
    assert (count.frames, count.gaps, count.repeats, count.backwards, count.unreadable) == (6, 2, 1, 1, 1)
    assert (count.first, count.last, count.lost_at) == (7, 11, [8])


def test_lock_is_a_second_without_a_fault_and_tells_what_came_before() -> None:
    from livegrade.bench.ndi_counter import LOCK, Lock

    for fault in ([10, 12], [11, 11], [12, 11], [11, None]):
        lock = Lock()
        assert not any(lock.is_there(index) for index in [*range(11 - LOCK + 2, 11), *fault])
        last = fault[-1] if fault[-1] is not None else 20
        row = [lock.is_there(index) for index in range(last + 1, last + LOCK + 1)]
        assert row.index(True) in (LOCK - 2, LOCK - 1)
        assert lock.before.frames >= 2 * LOCK - 3


@pytest.mark.emulated
def test_foreign_sender_is_counted(ndi_loopback: Path) -> None:
    """A cyndilib sender leaves out every tenth index; nothing else may be missing."""
    from cyndilib import FourCC, Sender, VideoSendFrame

    name = f"livegrade-count-{uuid.uuid4().hex[:8]}"
    command = [sys.executable, "-P", "-m", "livegrade.bench.ndi_counter", name, "2"]
    frame = VideoSendFrame()
    frame.set_resolution(WIDTH, HEIGHT)
    frame.set_frame_rate(Fraction(25))
    frame.set_fourcc(FourCC.UYVY)
    sender = Sender(name)
    sender.set_video_frame(frame)
    with sender, subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as counter:
        number = 0
        while counter.poll() is None and number < 1500:
            number += 1
            if number % 10:
                sender.write_video(_uyvy(number).ravel())
        counter.kill()
        count = json.loads(counter.stdout.read() if counter.stdout else "")
    tenths = [index for index in range(count["first"], count["last"]) if index % 10 == 0]
    assert count["gaps"] == len(tenths) > 0
    assert count["frames"] == count["last"] - count["first"] + 1 - len(tenths)
    assert (count["repeats"], count["backwards"], count["unreadable"]) == (0, 0, 0)


def _uyvy(index: int) -> np.ndarray:
    """A grey UYVY picture (h, 2 w) with `index` in blocks."""
    check = 0b1010
    for shift in range(0, 28, 4):
        check ^= index >> shift & 15
    code = f"10{index:028b}{check:04b}01"
    picture = np.full((HEIGHT, 2 * WIDTH), 128, np.uint8)
    for place, bit in enumerate(code):
        column, row = divmod(place, 2)
        picture[row * SIDE : (row + 1) * SIDE, 1::2][:, column * SIDE : (column + 1) * SIDE] = 235 if bit == "1" else 16
    return picture
