"""`livegrade devices prove --by capture`: the chart of known colours goes out of an output of ours, through a box, and
comes in again as a source. Nothing is asked of the box and nothing of it changes.

The chart's colours are whole codes of 10 bits, so that what went in is known to the last code. What comes out is taken
to have passed a wire of 10 bits at some place, whatever it comes in.
"""

from __future__ import annotations

import contextlib
import math
import threading
from concurrent.futures import wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from livegrade.beside import beside
from livegrade.capture.patchchart import chart_values, sight_of
from livegrade.capture.pattern import DEFAULT_SIZE
from livegrade.capture.source import Ended, NoSignal, SourceKind, open_source
from livegrade.color.look import Look
from livegrade.commands.devices import PROVE_S, asked, box_look_of, tell_proof
from livegrade.engine import program as rules
from livegrade.errors import DeviceRefusedError, SinkError, SourceError, UsageError
from livegrade.session import Session
from livegrade.session.choices import capture_options, slot_setup
from livegrade.session.events import Link
from livegrade.session.setup import SessionSetup, SinkSetup
from livegrade.session.views import view_of
from livegrade.timing.clock import MonotonicClock
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.transport.address import Scheme, parse_sink, parse_source
from livegrade.transport.places import require_own_places
from livegrade.video.format import Range
from livegrade_devices.address import parse_device
from livegrade_devices.proving import judged
from livegrade_devices.pushed import Proof

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from livegrade.capture.patchchart import Sight
    from livegrade.capture.source import Source
    from livegrade.commands.devices import DeviceArguments
    from livegrade.transport.address import SinkAddress, SourceAddress
    from livegrade.video.format import VideoFormat
    from livegrade_devices.device import Device

    Codes = NDArray[np.uint16]
    Floats = NDArray[np.float64]

DEPTH = 12
"""Bits of the codes in which colours are given and compared, whatever the box has."""
WIRE_BITS = 10
PICTURES = 8
"""So many are averaged; of a file, or a slow signal, those that are there in time."""
SETTLE = 5
"""Charts of a live signal that are passed over: the box may have been changing over."""
WAIT_S = 20.0
"""From the first picture that goes out to the last that comes in: names on a network are found within seconds."""
LAST_READ_S = 3.0
"""How much longer a last reading of a stream may take."""
CLOSE_S = 1.0
"""How long a source is let be closed when the command is called off."""
LOOK_S = 0.1
"""Between two looks at whether it has come; Ctrl+C ends the command within that on all systems."""


@dataclass(frozen=True, slots=True)
class CapturePlan:
    """`source`: where the box's output comes in; `out`: to the box, None where somebody else shows it the chart;
    `size`: of the chart there, as a pattern takes it."""

    source: SourceAddress
    out: SinkAddress | None
    size: str

    @classmethod
    def of(cls, source: str | None, out: str | None, size: str | None) -> CapturePlan:
        """Raises UsageError."""
        if source is None:
            raise UsageError("--by capture compares the output of a box: say with --source where it comes in")
        if out is None and size is not None:
            raise UsageError("--size is that of the chart which --out sends; without --out nothing is sent")
        sink = None if out is None else parse_sink(out)
        if sink is not None and (sink.is_file or sink.scheme is Scheme.NULL):
            raise UsageError(
                f"{sink}: --out is a live output to the box; the chart as a file is made by "
                "`livegrade render pattern:patches FILE --frames 25`"
            )
        where = parse_source(source)
        require_own_places([where], [] if sink is None else [sink])
        return cls(where, sink, size or DEFAULT_SIZE)


def run_prove_by_capture(arguments: DeviceArguments, threshold: float, plan: CapturePlan) -> int:
    """1 where the box shows something else than the tables of these looks give. Raises LivegradeError where that cannot
    be told."""
    if not arguments.looks:
        raise UsageError("--by capture compares what a box shows with a look, and sends none: say with --look which")
    box_look, address = box_look_of(arguments), parse_device(arguments.address)
    span = Range.FULL if arguments.full_range else Range.LEGAL
    given = _codes(chart_values(span), span)

    async def model(device: Device) -> Codes:
        if device.model is None:
            raise DeviceRefusedError(
                address, "what it makes of a look is not known, so there is nothing to compare with"
            )
        return await device.model.expected(box_look, given)

    expected = asked(arguments, model, PROVE_S)
    with _sent(plan, span) as sending:
        sights = _Watch(plan, span, sending).sights()
    shown = _codes(np.mean([sight.values for sight in sights], axis=0), span)
    step = 1 + math.ceil(_coarseness(sights[0].format) - 0.01)
    proof = Proof(_whole(given), _whole(shown), expected, DEPTH, _how(plan, sights, sending, step), step)
    return tell_proof(arguments, judged(proof, box_look), threshold, hint=_hint(proof))


class _Watch:
    """Waits for the chart to come back. `sending`: the session that shows it, None where another does."""

    def __init__(self, plan: CapturePlan, span: Range, sending: Session | None) -> None:
        self._plan = plan
        self._span = span
        self._sending = sending
        self._clock = MonotonicClock()
        self._until_ns = self._clock.now_ns() + round(WAIT_S * NS_PER_SECOND)
        self._given_up = threading.Event()
        self._why = "it has not opened: what waits to be sent to opens when somebody does"

    def sights(self) -> list[Sight]:
        """Of the chart, `PICTURES` of them or as many as a file has. Raises SourceError, with what to look at; also
        where the source never opens, which is then left to itself."""
        work = beside(self._sights, "livegrade-chart")
        last_ns = self._until_ns + round(LAST_READ_S * NS_PER_SECOND)
        try:
            while not work.done() and self._clock.now_ns() < last_ns:
                wait((work,), LOOK_S)
        except BaseException:
            self._given_up.set()
            wait((work,), CLOSE_S)
            raise
        self._given_up.set()
        found = work.result() if work.done() else []
        if not found:
            raise SourceError(self._fault())
        return found

    def _sights(self) -> list[Sight]:
        """On one thread, as a source wants it; empty where the chart has not come in time."""
        full = "full" if self._span is Range.FULL else "auto"
        options = replace(capture_options(full, "auto", live=False), wait=True)
        source = open_source(self._plan.source, options, self._clock)
        source.open()
        try:
            self._why = "no picture came"
            return self._gathered(source)
        finally:
            source.close()

    def _gathered(self, source: Source) -> list[Sight]:
        found: list[Sight] = []
        seen, last = 0, None
        while len(found) < PICTURES and self._clock.now_ns() < self._until_ns and not self._given_up.is_set():
            got = source.read()
            self._require_sending()
            if isinstance(got, Ended):
                break
            if isinstance(got, NoSignal):
                self._why = got.reason
                continue
            sight = sight_of(got)
            if isinstance(sight, str):
                self._why, found = f"a picture of {got.format} comes, but {sight}", []
                continue
            if (fault := self._of_another_size(got.format)) or (found and found[0].format != got.format):
                self._why, found = fault or "its signal changes", []
                continue
            if sight.index == last and self._sending is not None:
                self._why = "the chart comes, but its picture stands still: the box may hold or repeat an old one"
                continue
            seen, last = seen + 1, sight.index
            if source.kind is SourceKind.FILE or seen > SETTLE:
                found.append(sight)
        return found

    def _of_another_size(self, format: VideoFormat) -> str:
        if self._sending is None or (sent := self._sending.slots[0].format) is None:
            return ""
        if (sent.width, sent.height) == (format.width, format.height):
            return ""
        came, went = f"{format.width}x{format.height}", f"{sent.width}x{sent.height}"
        return f"a chart of {came} comes, where {went} is sent: it is scaled or cut"

    def _require_sending(self) -> None:
        """Raises SinkError, UsageError where the chart does not go out as it is."""
        if self._sending is None:
            return
        (output,) = self._sending.outputs
        if output.state.link is Link.FAULTED:
            raise SinkError(output.state.reason)
        if output.format is not None and output.format.layout.bits < WIRE_BITS:
            raise UsageError(
                f"{self._plan.out} sends {output.format.layout.bits} bits, and the chart has codes of {WIRE_BITS}: "
                "take its layout= away"
            )

    def _fault(self) -> str:
        source, out = self._plan.source, self._plan.out
        if source.scheme is Scheme.PATH:
            return (
                f"{source}: {self._why}; let the box make this file of the one that "
                "`livegrade render pattern:patches FILE --frames 25` writes"
            )
        look = f"the cable from {out} to it" if out is not None else "whether pattern:patches is shown to it"
        return (
            f"{source}: the chart has not come through the box within {WAIT_S:g} seconds ({self._why}); look at "
            f"{look}, at the input that it shows, whether it shows a picture of its own, and what goes to {source}"
        )


@contextlib.contextmanager
def _sent(plan: CapturePlan, span: Range) -> Iterator[Session | None]:
    """The chart at the output, for as long as this lasts; nothing where somebody else shows it. Raises SinkError where
    the output is somebody's already."""
    if plan.out is None:
        yield None
        return
    sink = plan.out.having(view="source")  # codes as they are
    slot = slot_setup("A", parse_source(f"pattern:patches@{plan.size}"), Look(), range=span.value)
    session = Session(SessionSetup(slots=(slot,), sinks=(SinkSetup(sink, "A", view_of(sink)),)))
    session.start()
    try:
        yield session
    finally:
        session.stop()


def _codes(values: Floats, span: Range) -> Floats:
    """R'G'B' as codes of 12 bits, not rounded."""
    black, white = (256.0, 3760.0) if span is Range.LEGAL else (0.0, 4095.0)
    return black + values * (white - black)


def _whole(codes: Floats) -> Codes:
    return np.clip(np.rint(codes), 0, (1 << DEPTH) - 1).astype(np.uint16)


def _coarseness(format: VideoFormat) -> float:
    """Codes of 12 bits by which R'G'B' can be off because the codes that carry it are whole."""
    spare = max(0, format.layout.bits - WIRE_BITS) if format.layout.is_ycbcr else 0
    one = 2.0 ** (format.layout.code_bits - format.layout.bits + spare)
    off = 0.5 * one * np.abs(rules.decoding(format)[:, :3]).sum(axis=1).max()
    return float(off * (3504.0 if format.range is Range.LEGAL else 4095.0))


def _how(plan: CapturePlan, sights: list[Sight], sending: Session | None, step: int) -> str:
    """Both ends, and how sure the figures are."""
    format, moved = sights[0].format, sights[0].moved
    noise = max(sight.grain for sight in sights)
    apart = np.ptp([sight.values for sight in sights], axis=0).max() * (876 if format.range is Range.LEGAL else 1023)
    count = "1 picture" if len(sights) == 1 else f"{len(sights)} pictures"
    sent = "" if sending is None else f", the chart sent as {sending.outputs[0].format} at {plan.out}"
    shift = f"; shifted by {moved[0]} pixels to the right and {moved[1]} down" if max(map(abs, moved)) > 1 else ""
    return (
        f"{count} captured as {format} from {plan.source}{sent}; noise {noise:.2f} codes of 10 bits "
        f"within a field, {apart:.2f} between pictures; a colour is known to {step - 1} of 12 bits{shift}"
    )


def _hint(proof: Proof) -> str:
    """What a box does that is off, where it is one of the usual things."""
    given, shown, expected = (codes.astype(np.float64) for codes in (proof.given, proof.shown, proof.expected))
    wide = (expected - 256) * 4095 / 3504
    guesses = {
        "what comes out is what went in: the box is bypassed, or has no look": given,
        "what comes out is stretched from 64-940 to 0-1023: look at the range of its output and of the source": wide,
        "what comes out is pressed from 0-1023 into 64-940: look at the range of its output and of the source": (
            256 + expected * 3504 / 4095
        ),
    }
    near = {words: float(np.abs(np.clip(meant, 0, 4095) - shown).mean()) for words, meant in guesses.items()}
    best = min(near, key=lambda words: near[words])
    return best if near[best] <= proof.step < float(np.abs(expected - shown).mean()) else ""
