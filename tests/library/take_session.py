"""A session that keeps one short take after the other, in a process made to be killed.

    python take_session.py FOLDER

For every line on its input it forks: the child runs a session with a simulated camera, and says "opened PID FAULTS" and
then "ended KEY" of every take once the library has it whole. Forked, because 50 interpreters take 50 times their start;
nothing has a thread before. Takes follow each other as fast as they are written, not at the pace of people: more of a
life is writing.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

from livegrade.capture.source import CaptureOptions
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d, Samples
from livegrade.engine.view import GRADED
from livegrade.library.kinds import TAKES
from livegrade.library.query import Condition, Query
from livegrade.library.store import Library
from livegrade.scopes.measure import ScopeRequest
from livegrade.session import Session, keeping
from livegrade.session.events import Event, Link, RecordEdge
from livegrade.session.keeping import Keeping
from livegrade.session.setup import KeepingPlan, ScopePlan, SessionSetup, SinkSetup, SlotSetup
from livegrade.sheet import Thumbnails
from livegrade.transport.address import parse_sink, parse_source

STEP_S = 0.005
"""Between two looks of the library's thread at what is to be written."""
ENDED = Query((Condition("state", "=", "ended"),))


def keep_takes(folder: Path) -> None:
    """Until it is killed."""
    chance = np.random.default_rng(os.getpid())
    lut = Lut3d(Samples(chance.random((9, 9, 9, 3))))
    slot = SlotSetup("A", parse_source("pattern:camera@96x64p50"), CaptureOptions(live=True), Look((lut,)))
    sink = SinkSetup(parse_sink("null:"), "A", GRADED)
    session = Session(SessionSetup((slot,), (sink,), "native", 1, ScopePlan(ScopeRequest(), 50)))
    keeper = Keeping(session, KeepingPlan(folder), Thumbnails())
    keeper.start()
    session.start()
    wait(lambda: bool(session.slots[0].last) and keeper.state.link is not Link.STARTING)
    known = set(keeper.submit(ended_keys).result())
    faults = sum(isinstance(one, Event) and one.subject == "library" for one in session.events.since(0)[0])
    say(f"opened {os.getpid()} {faults}")
    while True:
        session.record("A", RecordEdge.START, "key")
        wait(lambda: bool(keeper.open_takes))
        session.set_look("A", Look((Cdl(slope=tuple(chance.uniform(0.5, 2, 3).tolist())), lut)))
        session.record("A", RecordEdge.END, "key")
        wait(lambda: not keeper.open_takes and not keeper.unwritten)
        for key in set(keeper.submit(ended_keys).result()) - known:
            known.add(key)
            say(f"ended {key}")


def ended_keys(library: Library) -> list[int]:
    return [take.key for take in library.find(ENDED, TAKES)]


def wait(condition: object) -> None:
    while not condition():
        time.sleep(0.002)


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    keeping.STEP_S = STEP_S
    np.random.default_rng()  # read once, here, with what Pillow needs
    Image.init()
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            keep_takes(Path(sys.argv[1]))
        os.waitpid(child, 0)
        say("gone")
