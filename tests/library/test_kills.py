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
MOST_TAKES = 5
LONGEST_S = 0.03
"""After the last take that is waited for; one with its looks takes about 20 ms."""
WRITER = Path(__file__).parent / "take_writer.py"


def one_life(writer: subprocess.Popen[bytes], chance: random.Random) -> tuple[set[int], int]:
    """Lets a child write, kills it at some moment, and says which takes it said had ended, and what it had to say of
    the library it found."""
    assert writer.stdin is not None
    assert writer.stdout is not None
    writer.stdin.write(b"on\n")
    writer.stdin.flush()
    opened, pid, said = writer.stdout.readline().split()
    assert opened == b"opened"
    ended = {int(writer.stdout.readline().split()[1]) for _ in range(chance.randint(0, MOST_TAKES))}
    time.sleep(chance.uniform(0, LONGEST_S))
    os.kill(int(pid), signal.SIGKILL)
    while (line := writer.stdout.readline()) != b"gone\n":
        assert line, "the writer died by itself"
        ended.add(int(line.split()[1]))
    return ended, int(said)


def test_fifty_kills_lose_no_take_that_ended_and_leave_nothing_half_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(5)
    ended: set[int] = set()
    with subprocess.Popen([sys.executable, WRITER, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        for _ in range(KILLS):
            more, said = one_life(writer, chance)
            assert said == 0, "no database was damaged"
            assert not more & ended
            ended |= more
        writer.stdin.close()

    with Library.open(tmp_path) as library:
        assert library.said == ()
        takes = {take.key: take for take in library.find(Query(), TAKES)}
        assert library.check() == [], "the database, and every look that an entry names"
        entries, markers = library.find(Query(), LOOKS), library.find(Query(), MARKERS)
    assert ended <= takes.keys()
    for key in ended:
        assert takes[key].state is TakeState.ENDED
        assert len(takes[key].looks) == 3
    assert {marker.take for marker in markers} <= takes.keys()
    assert all((tmp_path / entry.thumbnail).stat().st_size == 900 for entry in entries)
    tables = list((tmp_path / "tables").rglob("*.bin"))
    for table in tables:
        assert hashlib.blake2b(table.read_bytes(), digest_size=32).hexdigest() == table.stem
    with Library.reading(tmp_path) as reader:
        saved = [path.stem for path in (tmp_path / "looks").rglob("*.json")]
        assert all(reader.files.look(look_id).id == look_id for look_id in saved), "also those that no entry names yet"
    left = list(tmp_path.rglob(".*.part"))
    with capsys.disabled():
        print(
            f"\n{KILLS} kills: {len(ended)} takes ended, {len(takes) - len(ended)} were under way or not yet said, "
            f"{len(saved)} looks and {len(tables)} tables whole, {len(left)} staging files left"
        )


def test_a_session_that_is_killed_leaves_its_take_as_far_as_it_came(tmp_path: Path) -> None:
    run = [sys.executable, "-m", "livegrade", "run", "pattern:camera@96x64p50,record=running", "--library", tmp_path]
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
