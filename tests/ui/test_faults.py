"""What becomes of the window is nothing to the outputs: it is killed, it hangs, it is seen again on the screen with its
picture, and the session has lost none. A foreign program looks at the screen."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from livegrade.control.client import Client
from livegrade.control.commands import StopSession
from livegrade.control.meeting import find_meetings
from livegrade.errors import ControlError
from livegrade.ui.start import FIRST_RIG, Kept, remember, remembered

pytestmark = [pytest.mark.gui, pytest.mark.alone]

SIZE = "1920x1080"
LOOKS = 20
PATIENCE_S = 60.0
RIG = """livegrade = 1
[[slot]]
name = "A"
source = "pattern:camera@640x360p10"
[[output]]
address = "null:"
"""


@pytest.fixture
def desktop(screen, places) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """`livegrade`, as a user starts it, on the tests' screen."""
    begun: list[subprocess.Popen[bytes]] = []

    def desktop() -> subprocess.Popen[bytes]:
        environment = os.environ | {"DISPLAY": screen, "QT_QPA_PLATFORM": "xcb"}
        begun.append(subprocess.Popen([sys.executable, "-P", "-m", "livegrade"], env=environment, cwd=places))
        return begun[-1]

    yield desktop
    for one in begun:
        one.kill()
        one.wait()


def seen(screen: str, seconds: float) -> dict:
    """What the screen's counter says."""
    command = [sys.executable, "-P", "-m", "livegrade.bench.screen_counter", screen, SIZE, f"{seconds:g}"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def seen_again(screen: str, seconds: float, more_than: int) -> dict:
    """What is said as soon as so many different pictures are seen in that time: on a machine that has much else to do,
    a window takes a while to come to itself."""
    for _ in range(LOOKS):
        count = seen(screen, seconds)
        if count["pictures"] > more_than:
            return count
    pytest.fail(f"there were never more than {more_than} pictures in {seconds:g} s on the screen, at last {count}")


def dropped(slot: str = "A") -> tuple[int, int]:
    """Pictures that slot and output have lost, as the session counts."""
    state = Client.find().state().state
    return state["slots"][slot]["dropped"], sum(sink["dropped"] for sink in state["sinks"].values())


def test_a_window_that_is_killed_or_hangs_costs_no_picture(screen, places, desktop, started) -> None:
    started("pattern:camera@1920x1080p10", "--out", "null:")
    first = desktop()
    assert seen(screen, 0)["first_s"] is not None
    before = dropped()
    first.send_signal(signal.SIGKILL)
    first.wait()
    again = desktop()
    assert seen_again(screen, 2.0, 5)["unreadable"] == 0
    again.send_signal(signal.SIGSTOP)
    frames = Client.find().state().state["sinks"]["1"]["frames"]
    while Client.find().state().state["sinks"]["1"]["frames"] < frames + 20:
        time.sleep(0.05)
    again.send_signal(signal.SIGCONT)
    seen_again(screen, 1.0, 2)
    assert dropped() == before


@pytest.fixture
def ended(places) -> Iterator[None]:
    """No session that a desktop has started stays behind."""
    yield
    for meeting in find_meetings():
        Client.find(meeting.port).send(StopSession())
    until(lambda: not find_meetings())


def until(so: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not so():
        assert time.monotonic() < deadline, "it did not become so"
        time.sleep(0.1)


def session() -> dict:
    """The state of the one that runs, {} where none does."""
    with contextlib.suppress(ControlError):
        return Client.find().state().state
    return {}


def test_it_opens_with_the_demo_at_first_and_then_with_the_last_rig_or_the_session_that_runs(
    screen, places, ended, desktop
) -> None:
    window = desktop()
    until(lambda: session().get("rig") == FIRST_RIG)
    assert seen(screen, 0)["first_s"] is not None
    assert session()["slots"].keys() == {"A", "B"}
    Client.find().send(StopSession())
    until(lambda: not find_meetings())
    window.terminate()
    window.wait(PATIENCE_S)
    assert remembered().rig == FIRST_RIG

    rig = places / "cart.toml"
    rig.write_text(RIG)
    remember(Kept(str(rig)))
    window = desktop()
    until(lambda: session().get("rig") == str(rig))
    (meeting,) = find_meetings()
    until(lambda: session()["faces"]["clients"] == 1)
    window.kill()
    window.wait()
    until(lambda: session()["faces"]["clients"] == 0)
    remember(Kept())  # what runs comes before what was remembered
    desktop()
    until(lambda: session()["faces"]["clients"] == 1)
    assert find_meetings() == [meeting]
    until(lambda: remembered().rig == str(rig))
