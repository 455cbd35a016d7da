"""Parts of a session that tests look into: frames, a source that follows a script, a sink that keeps what it got."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from livegrade.capture.source import CaptureOptions, Ended, NoSignal, SourceKind
from livegrade.color.look import Look
from livegrade.color.rendering import Chain
from livegrade.engine.view import GRADED, View
from livegrade.outputs.sink import StreamStart
from livegrade.session import Session
from livegrade.session.events import Event, Link
from livegrade.session.setup import NO_CHAIN, ScopePlan, SessionSetup, SinkSetup, SlotSetup
from livegrade.timing.clock import Clock
from livegrade.timing.rate import Rate
from livegrade.transport.address import SinkAddress, SourceAddress, parse_sink, parse_source
from livegrade.video.format import VideoFormat
from livegrade.video.frame import AudioBlock, Frame
from livegrade.video.layouts import layout
from livegrade.video.pool import Lease, aligned_buffer

NO_LOOK = Look()
WAITING = CaptureOptions()
SMALL = VideoFormat(96, 8, Rate.of(25), layout("v210"))


def make_frame(index: int = 0, format: VideoFormat = SMALL, captured_ns: int = 0) -> Frame:
    """Random legal v210 words, another picture for every index, with a little sound."""
    data = aligned_buffer(format.geometry.size)
    words = np.random.default_rng(index).integers(64, 940, (data.size // 4, 3), dtype=np.uint32)
    data[:] = (words[:, 0] | words[:, 1] << 10 | words[:, 2] << 20).astype("<u4").view(np.uint8)
    sound = AudioBlock(np.full((2, 8), 0.1, np.float32), 48000)
    return Frame(Lease(data), format, index, captured_ns=captured_ns, audio=sound)


class ScriptedSource:
    """Gives what the script says: frames, states, or an exception that is raised. Ended after the last line.

    A function in the script is called and what it returns is given.
    """

    def __init__(self, script: list[object], address: str = "scripted") -> None:
        self.address = address
        self.kind = SourceKind.FILE
        self.notes: tuple[str, ...] = ()
        self.script = list(script)
        self.open_fault: BaseException | None = None
        self.closed = False
        self.opens = 0
        self.given = 0

    def open(self) -> None:
        self.closed = False
        self.opens += 1
        if self.open_fault is not None:
            raise self.open_fault

    def read(self) -> Frame | NoSignal | Ended:
        if self.closed:
            raise AssertionError("read after close")
        if not self.script:
            return Ended(self.given)
        line = self.script.pop(0)
        if callable(line):
            line = line()
        if isinstance(line, BaseException):
            raise line
        assert isinstance(line, Frame | NoSignal | Ended)
        self.given += 1
        return line

    def close(self) -> None:
        self.closed = True


class KeepingSink:
    """Keeps copies of the pictures. `faults`: what to raise in which method; `at`: from which write on; `gate`: what
    each write waits for; `away`: what each write says."""

    lossy = False

    def __init__(self, address: str = "kept") -> None:
        self.address = address
        self.frames_written = 0
        self.kept: list[tuple[int, bytes, str | None]] = []
        self.opened: list[VideoFormat] = []
        self.calls: list[str] = []
        self.faults: dict[str, BaseException] = {}
        self.at = 0
        self.gate: threading.Event | None = None
        self.layout: str | None = None
        self.away: str | None = None

    def accept(self, source: VideoFormat) -> VideoFormat:
        self._fail("accept")
        return source if self.layout is None else replace(source, layout=layout(self.layout))

    def open(self, format: VideoFormat, start: StreamStart) -> Path | None:
        self.calls.append("open")
        self._fail("open")
        self.opened.append(format)
        return None if self.address.startswith("ndi:") else Path(f"part-{len(self.opened)}.mov")

    def write(self, frame: Frame) -> str | None:
        if self.gate is not None:
            self.gate.wait(10)
        if len(self.kept) >= self.at:
            self._fail("write")
        assert frame.format == self.opened[-1]
        self.kept.append((frame.index, frame.data.tobytes(), frame.look_id))
        self.frames_written += 1
        return self.away

    def close(self) -> None:
        self.calls.append("close")
        self._fail("close")

    def abort(self) -> None:
        self.calls.append("abort")

    def _fail(self, where: str) -> None:
        if where in self.faults:
            raise self.faults[where]

    @property
    def indices(self) -> list[int]:
        return [index for index, _, _ in self.kept]


class PlacedSink(KeepingSink):
    """A live sink that takes a while to have its place on the network."""

    connections = 0

    def prepare(self) -> None:
        time.sleep(0.2)
        self.calls.append("prepare")
        self._fail("prepare")

    def allocate(self, size: int) -> NDArray[np.uint8]:
        return aligned_buffer(size)


class Stage:
    """Scripted sources and keeping sinks take the place of the real ones under the addresses given here."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sources: dict[str, ScriptedSource] = {}
        self.sinks: dict[str, KeepingSink] = {}
        self._sessions: list[Session] = []
        from livegrade.session import output, slot

        real_source, real_sink = slot.open_source, output.open_sink

        def source(address: SourceAddress, options: CaptureOptions, clock: Clock) -> object:
            return self.sources.get(address.text) or real_source(address, options, clock)

        def sink(address: SinkAddress, clock: Clock, **how: bool) -> object:
            return self.sinks.get(address.text) or real_sink(address, clock, **how)

        monkeypatch.setattr(slot, "open_source", source)
        monkeypatch.setattr(output, "open_sink", sink)

    def source(self, address: str, script: list[object]) -> ScriptedSource:
        self.sources[address] = ScriptedSource(script, address)
        return self.sources[address]

    def sink(self, address: str) -> KeepingSink:
        self.sinks[address] = KeepingSink(address)
        return self.sinks[address]

    def placed_sink(self, address: str) -> PlacedSink:
        sink = self.sinks[address] = PlacedSink(address)
        return sink

    def session(
        self,
        sources: list[str],
        sinks: list[str | tuple[str, View]],
        look: Look = NO_LOOK,
        *,
        engine: str = "native",
        scopes: ScopePlan | None = None,
        options: CaptureOptions = WAITING,
        chain: Chain = NO_CHAIN,
    ) -> Session:
        """Not yet started; stopped at the end of the test if nobody did."""
        slots = [
            SlotSetup(chr(65 + number), parse_source(text), options, look, chain=chain)
            for number, text in enumerate(sources)
        ]
        pairs = [sink if isinstance(sink, tuple) else (sink, GRADED) for sink in sinks]
        outputs = [SinkSetup(address, address.slot, view) for address, view in ((parse_sink(t), v) for t, v in pairs)]
        session = Session(SessionSetup(tuple(slots), tuple(outputs), engine=engine, scopes=scopes))
        self._sessions.append(session)
        return session

    def stop(self) -> None:
        for sink in self.sinks.values():
            if sink.gate is not None:
                sink.gate.set()
        for session in self._sessions:
            session.stop()


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    made = Stage(monkeypatch)
    yield made
    made.stop()


@pytest.fixture
def frame() -> Callable[..., Frame]:
    return make_frame


@pytest.fixture
def accounts() -> Callable[[Session], None]:
    """Asserts that every frame that came in went on or was counted, at each edge."""

    def check(session: Session) -> None:
        for slot in session.slots:
            counters = slot.latest.counters()
            assert slot.frames_in == counters.put == counters.taken + counters.dropped + counters.left + counters.depth
            assert slot.engine_ns.spread().count == counters.taken
        for output in session.outputs:
            counters = output.counters()
            assert counters.put == counters.taken + counters.dropped + counters.left + counters.depth

    return check


@pytest.fixture
def gently(until: Callable[[Callable[[], bool]], None]) -> Callable[..., Callable[[], Frame]]:
    """A line of a script: the frame, stamped now, once the engine has taken the one before; then none is dropped.

    `when`: what else is waited for first.
    """

    def line(session: Session, made: Frame, when: Callable[[], bool] = lambda: True) -> Callable[[], Frame]:
        def give() -> Frame:
            until(lambda: session.slots[0].latest.counters().depth == 0 and when())
            return replace(made, captured_ns=session.clock.now_ns())

        return give

    return line


@pytest.fixture
def links() -> Callable[[Session], list[tuple[Link, str]]]:
    """What was told of slot A, but for its format."""

    def told(session: Session) -> list[tuple[Link, str]]:
        events = session.events.since(0)[0]
        return [
            (e.link, e.text)
            for e in events
            if isinstance(e, Event) and e.subject == "slot A" and "signal is" not in e.text
        ]

    return told
