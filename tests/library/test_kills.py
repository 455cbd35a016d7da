"""SIGKILL while takes are written: the library opens, no take that ended is missing, nothing is half there."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from livegrade.errors import LibraryError
from livegrade.library.kinds import LOOKS, MARKERS, TAKES
from livegrade.library.query import Query
from livegrade.library.store import Library
from livegrade.library.values import TakeState

pytestmark = [
    pytest.mark.emulated,
    pytest.mark.skipif(os.name != "posix", reason="SIGKILL and fork are POSIX"),
]

KILLS = 50
MOST_TAKES = 3
"""That one life ends before it is killed; some time later, which is about that of one take more."""


def one_life(writer: subprocess.Popen[bytes], chance: random.Random, longest_s: float) -> tuple[set[int], int]:
    """Lets a child write, kills it at some moment, and says which takes it said had ended, and what it had to say of
    the library it found."""
    assert writer.stdin is not None
    assert writer.stdout is not None
    writer.stdin.write(b"on\n")
    writer.stdin.flush()
    opened, pid, said = writer.stdout.readline().split()
    assert opened == b"opened"
    ended = {int(writer.stdout.readline().split()[1]) for _ in range(chance.randint(0, MOST_TAKES))}
    time.sleep(chance.uniform(0, longest_s))
    os.kill(int(pid), signal.SIGKILL)
    while (line := writer.stdout.readline()) != b"gone\n":
        assert line, "the writer died by itself"
        ended.add(int(line.split()[1]))
    return ended, int(said)


@pytest.mark.parametrize(("writer", "longest_s"), [("take_writer.py", 0.03), ("take_session.py", 0.1)])
def test_fifty_kills_lose_no_take_that_ended_and_leave_nothing_half_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], writer: str, longest_s: float
) -> None:
    """Of a process that writes into the library as fast as it can, and of whole sessions."""
    ended = killed_and_killed(tmp_path, writer, longest_s)

    with Library.open(tmp_path) as library:
        assert library.said == ()
        takes = {take.key: take for take in library.find(Query(), TAKES)}
        assert library.check() == [], "the database, and every look that an entry names"
        entries, markers = library.find(Query(), LOOKS), library.find(Query(), MARKERS)
    assert ended <= takes.keys()
    assert all(takes[key].state is TakeState.ENDED and takes[key].last_index is not None for key in ended)
    assert all(takes[key].looks for key in ended)
    assert {marker.take for marker in markers} <= takes.keys()
    named = [entry.thumbnail for entry in (*entries, *takes.values()) if entry.thumbnail]
    assert all(picture_is_whole(tmp_path / path) for path in named)
    saved, tables = whole_looks(tmp_path)
    left = list(tmp_path.rglob(".*.part"))
    with capsys.disabled():
        print(
            f"\n{KILLS} kills of {writer}: {len(ended)} takes had ended, {len(takes) - len(ended)} were under way or "
            f"not yet said, {saved} looks and {tables} tables whole, {len(left)} staging files left"
        )


def killed_and_killed(folder: Path, writer: str, longest_s: float) -> set[int]:
    """KILLS lives of a writer; the takes that it said had ended."""
    chance = random.Random(5)
    ended: set[int] = set()
    command = [sys.executable, Path(__file__).parent / writer, folder]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        for _ in range(KILLS):
            more, faults = one_life(process, chance, longest_s)
            assert faults == 0, "no database was damaged, and each could be written"
            assert not more & ended
            ended |= more
        assert process.stdin is not None
        process.stdin.close()
    return ended


def picture_is_whole(path: Path) -> bool:
    """It has the hash that is its name."""
    return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest() == path.stem


def whole_looks(folder: Path) -> tuple[int, int]:
    """How many looks and tables there are, each what its name says; also those that no entry names yet."""
    tables = list((folder / "tables").rglob("*.bin"))
    for table in tables:
        assert hashlib.blake2b(table.read_bytes(), digest_size=32).hexdigest() == table.stem
    saved = [path.stem for path in (folder / "looks").rglob("*.json")]
    with Library.reading(folder) as reader:
        assert all(reader.files.look(look_id).id == look_id for look_id in saved)
    return len(saved), len(tables)


def test_a_session_that_is_killed_leaves_its_take_as_far_as_it_came(tmp_path: Path) -> None:
    run = [
        sys.executable,
        "-P",
        "-m",
        "livegrade",
        "run",
        "pattern:camera@96x64p50,record=running",
        "--library",
        tmp_path,
    ]
    with subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
        while not open_takes(tmp_path):
            assert first.poll() is None
            time.sleep(0.05)
        first.kill()
    subprocess.run([*run, "--for", "1"], check=True, capture_output=True)

    with Library.reading(tmp_path) as reader:
        after, before = reader.find(Query(), TAKES)
        assert (before.state, before.slate.take) == (TakeState.BROKEN, 1)
        assert reader.look(before.looks[0].look_id).id == before.looks[0].look_id
        assert (after.state, after.slate) == (TakeState.ENDED, before.slate), "the camera was still in that take"


def open_takes(folder: Path) -> bool:
    """Whether a session has one."""
    try:
        with Library.reading(folder) as reader:
            return reader.count(TAKES) > 0
    except LibraryError:
        return False
