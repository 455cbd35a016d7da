"""Two cards whose clocks drift apart: the real source, feed and output on the emulated driver, stepped from tick to
tick. As many whole pictures are left out or shown twice as arithmetic says, each when it is due, and nothing else
happens."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from fractions import Fraction

import pytest

from livegrade.capture import decklink
from livegrade.capture.source import CaptureOptions, open_source
from livegrade.outputs.sink import ClockedSink, StreamStart, open_sink
from livegrade.session.feed import DEPTH, LiveFeed
from livegrade.session.loss import LossPicture
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.transport.address import OnLoss, parse_sink, parse_source
from livegrade.video.frame import Frame
from livegrade_hardware.emulators.decklink import EmulatedDriver, OutputRecord, sound_offsets

from .sdi_proof import fresh, require_whole

HOUR_S = 3600
FIRST_REPEAT = Fraction(5, 8)
"""Of a picture of drift at which a slower source costs its first repeat: it lies one picture ahead at the start, and
must not lie less than 3/8 ahead. From there on a whole picture each."""
AVERAGED = Fraction(64 + 128)
"""Pictures by which the averages that drift is read from lie behind it, at most."""
STARTING = 10
"""Ticks of the output until it shows what comes."""


class DriverClock:
    """The driver's time. It moves by a nanosecond with each look at it, so that no wait is endless in one thread."""

    def __init__(self) -> None:
        self.ns = 0

    def now_ns(self) -> int:
        self.ns += 1
        return self.ns

    def sleep_until_ns(self, moment_ns: int) -> None:
        self.ns = max(self.ns, moment_ns)

    def of_counter_ns(self, counter_ns: int) -> int:
        del counter_ns
        return self.ns


class Wire:
    """From card 0 to card 1 in one thread: a picture is put when it comes, and taken when the output has ticked."""

    def __init__(self, driver: EmulatedDriver) -> None:
        self.driver = driver
        self.monitor = driver.card(1)
        self._clock = DriverClock()
        self._source = open_source(parse_source("decklink:0"), CaptureOptions(), self._clock)
        sink = open_sink(parse_sink("decklink:1"), self._clock)
        assert isinstance(sink, ClockedSink)
        self._sink = sink
        self.feed = LiveFeed(self._clock, LossPicture(OnLoss.HOLD), DEPTH, sink)
        self._go = threading.Event()
        self._completed = 0
        self.counts = sink.counts

    def open(self) -> None:
        self._sink.prepare()
        self._source.open()
        self._source.read()  # nothing came yet
        while not isinstance(first := self._arrived(self.driver.step().at_ns), Frame):
            pass
        self._sink.accept(first.format)
        self._sink.open(first.format, StreamStart())
        self._show()

    def close(self) -> None:
        self._source.close()
        self._sink.close()

    def run(self, seconds: Fraction) -> None:
        end_ns = self._clock.ns + int(seconds * NS_PER_SECOND)
        while (tick := self.driver.step()).at_ns < end_ns:
            if tick.is_input:
                assert isinstance(self._arrived(tick.at_ns), Frame)
            else:
                self._clock.ns = tick.at_ns
                self._ticked()

    def _arrived(self, now_ns: int) -> object:
        self._clock.ns = now_ns
        got = self._source.read()
        if isinstance(got, Frame):
            self.feed.put(got, now_ns)
        return got

    def _ticked(self) -> None:
        """A picture for each that is over."""
        counters = self.monitor.output_counters()
        completed = counters["completed"] + counters["late"] + counters["dropped"]
        for _ in range(completed - self._completed):
            self._show()
        self._completed = completed

    def _show(self) -> None:
        frame = self.feed.next(self._go)
        assert frame is not None
        assert self._sink.write(frame) is None


@pytest.fixture
def wire(decklink_driver: EmulatedDriver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    monkeypatch.setattr(decklink, "FIRST_PICTURE_NS", 5)
    decklink_driver.stepped(True)
    decklink_driver.card(0).counter_packet(True)
    decklink_driver.card(1).signal(None)
    made = Wire(decklink_driver)
    yield made
    made.close()


def slips(shown: list[OutputRecord], ppm: int) -> list[tuple[int, Fraction]]:
    """For each tick at which the index does not go on by one: by how many it goes on, and how far the clocks had
    drifted apart by then, in pictures."""
    return [
        (after.index - before.index, Fraction(abs(ppm), 10**6) * after.tick)
        for before, after in itertools.pairwise(shown)
        if after.index - before.index != 1
    ]


def prove(wire: Wire, mode: str, rate: Fraction, ppm: int, seconds: Fraction) -> None:
    """`ppm`: by how much the input's clock is faster than the output's, which is at most 25 slower or
    faster than the program's."""
    camera = wire.driver.card(0)
    camera.signal(mode)
    slower = min(25, max(-25, ppm // 2))
    camera.drift(input_ppm=ppm - slower)
    wire.monitor.drift(output_ppm=-slower)
    wire.open()
    wire.run(seconds)
    log = wire.monitor.output_log()
    first = next(place for place, record in enumerate(log) if record.index >= 0)
    shown = log[first + STARTING :]
    assert all(record.index >= 0 for record in shown)
    drift = seconds * rate * Fraction(abs(ppm), 10**6)
    due = [whole - (1 - FIRST_REPEAT if ppm < 0 else 0) for whole in range(1, int(drift) + 2)]
    lag = AVERAGED * Fraction(abs(ppm), 10**6) + Fraction(1, 50)
    seen = slips(shown, ppm)
    expected = [at for at in due if at + lag < drift]
    assert len(expected) == int(drift + (1 - FIRST_REPEAT if ppm < 0 else 0)), "a slip may fall just before the end"
    assert [step for step, _ in seen] == [2 if ppm > 0 else 0] * len(expected)
    assert all(at <= seen_at <= at + lag for at, (_, seen_at) in zip(expected, seen, strict=True))
    counters = wire.feed.counters()
    assert (counters.slips, counters.starved) == (len(expected), 0)
    assert {record.fate for record in shown} == {"shown"}
    counts = wire.counts()
    assert (counts.late, counts.dropped, counts.underruns) == (0, 0, 0)
    came = camera.input_log()
    require_whole(came, fresh(shown), rate)
    if 48_000 % rate == 0:
        assert sound_offsets(came, shown, rate) == {0}


MODES = [("PAL", Fraction(25)), ("NTSC", Fraction(30_000, 1001)), ("720p59.94", Fraction(60_000, 1001))]


@pytest.mark.parametrize(
    ("mode", "rate", "ppm"),
    [
        pytest.param(*mode, ppm, marks=[] if (number + index) % 2 == 0 else pytest.mark.emulated)
        for index, mode in enumerate(MODES)
        for number, ppm in enumerate((1000, -1000))
    ],
)
def test_fast_drift_slips_as_often_as_arithmetic_says(wire: Wire, mode: str, rate: Fraction, ppm: int) -> None:
    """Twenty times what clocks drift, for 2.5 pictures of drift. One direction a mode here, the other in the emulated
    tier."""
    prove(wire, mode, rate, ppm, Fraction(5, 2) * 1000 / rate)


@pytest.mark.parametrize(("mode", "rate"), MODES)
def test_a_common_reference_ends_all_slips(wire: Wire, mode: str, rate: Fraction) -> None:
    """Both clocks are wrong by the same."""
    camera = wire.driver.card(0)
    camera.signal(mode)
    camera.drift(input_ppm=5000)
    wire.monitor.drift(output_ppm=5000)
    wire.open()
    wire.run(1000 / rate)
    shown = wire.monitor.output_log()[2 * STARTING :]
    assert slips(shown, 5000) == []
    counters = wire.feed.counters()
    assert (counters.slips, counters.dropped, counters.starved) == (0, 0, 0)
    require_whole(camera.input_log(), fresh(shown), rate)
    [offset, *rounding] = sorted(sound_offsets(camera.input_log(), shown, rate))
    assert rounding in ([], [offset + 1])


@pytest.mark.emulated
def test_an_hour_at_50_ppm_slips_as_often_as_arithmetic_says(wire: Wire) -> None:
    """4.5 pictures of 40 ms. tests/bench/README.md has the hours at other rates, and of the other sign."""
    prove(wire, "PAL", Fraction(25), 50, Fraction(HOUR_S))
