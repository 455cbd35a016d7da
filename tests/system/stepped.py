"""A running session on emulated cards whose time goes on tick by tick: its threads are the real ones, and each tick is
worked out to its end before the next begins, however slow the machine is."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence

import pytest

from livegrade.capture.source import CaptureOptions
from livegrade.color.look import Look
from livegrade.engine.view import parse_view
from livegrade.session import Session
from livegrade.session.events import Link
from livegrade.session.setup import ScopePlan, SessionSetup, SinkSetup, SlotSetup
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.transport.address import parse_sink, parse_source
from livegrade_hardware.emulators.decklink import EmulatedDriver, InputRecord, OutputRecord, SettingError, Ticked

PATIENCE_S = 30.0
"""Only there to end a test that hangs."""
PAUSE_S = 0.00005
PREROLL = 3
NOTHING = Look(())
LOOKS = 4
ON_ITS_WAY = 6
"""Pictures until a change is noticed, told and over, and some."""
MOST_NUDGES = 3000


def settled(condition: Callable[[], bool]) -> None:
    """Waits for what another thread does, while the driver's time stands still."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            pytest.fail("it did not come, and time stands still")
        time.sleep(PAUSE_S)


def at_rest() -> None:
    """Waits until every thread of the session waits too, at some looks in a row: nothing but the driver's time can wake
    them."""
    files: dict[int, int] = {}  # a change of the signal takes hundreds of looks
    looks = 0
    while looks < LOOKS:
        time.sleep(PAUSE_S)
        ours = [thread.native_id for thread in threading.enumerate() if thread.name.startswith("livegrade-")]
        looks = looks + 1 if all(_sleeps(number, files) for number in ours if number is not None) else 0
    for file in files.values():
        os.close(file)


def _sleeps(thread: int, files: dict[int, int]) -> bool:
    """`files`: what was opened of each thread."""
    try:
        if thread not in files:
            files[thread] = os.open(f"/proc/self/task/{thread}/stat", os.O_RDONLY | os.O_CLOEXEC)
        words = os.pread(files[thread], 512, 0)
    except OSError:  # it has ended
        if thread in files:
            os.close(files.pop(thread))
        return True
    return words[words.rindex(b")") + 2 :].startswith(b"S")


class DriverClock:
    """The driver's time as the program's clock."""

    def __init__(self, driver: EmulatedDriver) -> None:
        self.now_ns = driver.now_ns

    def sleep_until_ns(self, moment_ns: int) -> None:
        while (left_ns := moment_ns - self.now_ns()) > 0:
            time.sleep(min(0.001, left_ns / NS_PER_SECOND))

    def of_counter_ns(self, counter_ns: int) -> int:
        """A tick is worked out before the next: whatever is stamped belongs to the present."""
        del counter_ns
        return self.now_ns()


class SteppedCart:
    """From card 0 to card 1."""

    NUDGE_NS = 10_000_000

    def __init__(
        self,
        driver: EmulatedDriver,
        view: str = "source",
        look: Look = NOTHING,
        scopes: ScopePlan | None = None,
        options: str = "",
    ) -> None:
        driver.stepped(True)
        self.driver = driver
        self.camera, self.monitor = driver.card(0), driver.card(1)
        self.monitor.signal(None)
        slot = SlotSetup("A", parse_source("decklink:0"), CaptureOptions(), look)
        output = SinkSetup(parse_sink(f"decklink:1,view={view}{options}"), "A", parse_view(view))
        setup = SessionSetup((slot,), (output,), engine="native", threads=2, scopes=scopes)
        self.session = Session(setup, DriverClock(driver))
        self.slot, self.output = self.session.slots[0], self.session.outputs[0]

    def start(self) -> None:
        self.session.start()
        at_rest()  # who opens an input lets go of what came before the first look

    def stop(self) -> None:
        self.driver.stepped(False)  # time goes on, so that what waits for it ends
        self.session.stop()

    def step(self) -> Ticked:
        """One tick, and all that follows from it: the picture is drawn and waits for the output, or the output has its
        next one."""
        before, (came, _) = self.slot.last, self.camera.log_sizes()
        tick = self.driver.step()
        if tick.is_input:
            if any(record.fate == "delivered" for record in self.camera.input_log(came)):
                settled(lambda: self.slot.last is not before and self._is_served())
        else:
            settled(self._is_served)
        return tick

    def _is_served(self) -> bool:
        counters = self.monitor.output_counters()
        over = sum(counters[fate] for fate in ("completed", "late", "dropped", "flushed"))
        return counters["scheduled"] - over == PREROLL

    def run(self, pictures: int) -> None:
        """So many ticks of the input."""
        while pictures:
            pictures -= self.step().is_input

    def nudge(self) -> None:
        """One tick, and whatever the session makes of it."""
        try:
            self.driver.step()
        except SettingError:  # no clock runs
            self.driver.advance(self.NUDGE_NS)
        at_rest()

    def passes(self, ns: int) -> None:
        """Time, from a moment at which all wait."""
        at_rest()
        self.driver.advance(ns)

    def until(self, condition: Callable[[], bool]) -> None:
        """Nudges until it is so."""
        for _ in range(MOST_NUDGES):
            if condition():
                return
            self.nudge()
        pytest.fail(f"it did not come; what is seen: {self.seen}")

    def input_ticks(self, count: int) -> None:
        """So many ticks of the input, and those of the output between them."""
        came = self.camera.log_sizes()[0]
        while self.camera.log_sizes()[0] < came + count:
            self.driver.step()

    @property
    def seen(self) -> str:
        """The format of what goes out, where all is well; else what is not."""
        states = self.slot.state, self.output.state
        trouble = [state.reason or state.link.value for state in states if state.link is not Link.RUNNING]
        return "; ".join(trouble) or str(self.output.format)

    def shows(self, format: str) -> None:
        """Nudges until pictures of that format go out, live, that came after what is now on its way."""
        came = self._newest(self.camera.input_log, self.camera.log_sizes()[0]) + ON_ITS_WAY
        self.until(lambda: self.seen == format and self._newest(self.monitor.output_log, self._ticks_out()) > came)

    def _ticks_out(self) -> int:
        return self.monitor.log_sizes()[1]

    @staticmethod
    def _newest(log: Callable[[int], Sequence[InputRecord | OutputRecord]], size: int) -> int:
        """The index in the last record of a log of that size."""
        return log(size - 1)[-1].index if size else -1
