"""Writes takes, looks and pictures into a library as fast as it can, in a process made to be killed.

    python take_writer.py FOLDER

For every line on its input it forks: the child opens the library, says its own number, and then of every take that has
ended, once the library says that it is kept. Forked, because 50 interpreters take 50 times their start.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d, Samples
from livegrade.library.kinds import TAKES
from livegrade.library.store import Library
from livegrade.library.values import LookChange, LookEntry, Marker, MarkerKind, Slate, Take, TakeState


def write(folder: Path) -> None:
    """Until it is killed."""
    chance = np.random.default_rng(os.getpid())
    with Library.open(folder) as library:
        say(f"opened {os.getpid()} {len(library.said)}")
        for number in range(1_000_000):
            looks = [Look((Cdl(slope=tuple(chance.uniform(0.5, 2, 3).tolist())),)) for _ in range(3)]
            looks[2] = Look((*looks[2].nodes, Lut3d(Samples(chance.random((9, 9, 9, 3))))))
            library.keep_look(
                looks[0], LookEntry("", f"look {number} of {os.getpid()}", number), thumbnail=chance.bytes(900)
            )
            first = LookChange(0, None, looks[0].id)
            take = library.add(Take("A", Slate("1", "", number + 1), number, 0, None, (first,), "key"))
            library.add(Marker(MarkerKind.FREE, "A", number, 1, None, take=take.key))
            for index, look in enumerate(looks[1:], start=1):
                library.files.keep_look(look)
                change = LookChange(index, None, look.id)
                library.change(TAKES, take.key, lambda kept, one=change: replace(kept, looks=(*kept.looks, one)))
            library.change(TAKES, take.key, lambda kept: replace(kept, state=TakeState.ENDED, last_index=9))
            say(f"ended {take.key}")


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            write(Path(sys.argv[1]))
        os.waitpid(child, 0)
        say("gone")
