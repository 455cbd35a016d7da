"""Statistics of a session as values, as JSON and as one line for a person."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from livegrade.video.latency import Percentiles

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Milliseconds:
    """A distribution of durations in milliseconds; all None where nothing was measured."""

    p50: float | None
    p95: float | None
    p99: float | None
    max: float | None

    @classmethod
    def of(cls, recorded: Percentiles) -> Milliseconds:
        spread = recorded.spread()
        if spread.count == 0:
            return NO_DURATIONS
        return cls(*(round(ns / 1e6, 3) for ns in (spread.p50_ns, spread.p95_ns, spread.p99_ns, spread.max_ns)))


NO_DURATIONS = Milliseconds(None, None, None, None)


@dataclass(frozen=True, slots=True)
class SlotStats:
    """`notes`: what the user should know though all goes on; `dropped`: frames that the engine could not take in time;
    `missing`: gaps in the source's own numbering; `scopes_measured`, `scopes_shed`: pictures counted (one a tap) and
    left out because the next frame was waiting."""

    name: str
    source: str
    state: str
    reason: str
    notes: tuple[str, ...]
    format: str | None
    frames_in: int
    missing: int
    dropped: int
    engine_ms: Milliseconds
    look_path: str | None
    scopes_measured: int
    scopes_shed: int
    scopes_ms: Milliseconds


@dataclass(frozen=True, slots=True)
class SinkStats:
    """`capture_to_sink_ms`: from the capture call-back to the put into this sink's edge (what DESIGN promises);
    `dropped`: pictures that were never written; `write_ms`: time inside the sink; `held`: pictures shown while the
    source had no signal."""

    address: str
    slot: str
    view: str
    state: str
    reason: str
    format: str | None
    frames_out: int
    put: int
    dropped: int
    repeated: int
    slips: int
    held: int
    capture_to_sink_ms: Milliseconds
    write_ms: Milliseconds


@dataclass(frozen=True, slots=True)
class SessionStats:
    """`seconds`: how long the session has run; `engine`: backend's name; `reason`: why it was chosen."""

    seconds: float
    engine: str
    reason: str
    slots: tuple[SlotStats, ...]
    sinks: tuple[SinkStats, ...]


def as_json(stats: SessionStats) -> str:
    """The statistics with a schema number, for scripts."""
    return json.dumps({"schema": SCHEMA, **asdict(stats)}, indent=2) + "\n"


def one_line(stats: SessionStats) -> str:
    """What a person wants to know every few seconds."""
    parts = [f"{stats.seconds:.0f} s"]
    for slot in stats.slots:
        engine = slot.engine_ms.p50
        parts.append(f"{slot.name}: {slot.frames_in} in, {slot.dropped} dropped, engine {_ms(engine)}")
    for sink in stats.sinks:
        latency = f"{_ms(sink.capture_to_sink_ms.p50)} (p99 {_ms(sink.capture_to_sink_ms.p99)})"
        parts.append(
            f"{sink.address}: {sink.frames_out} out, {sink.dropped} dropped, "
            f"{sink.repeated} repeated, {sink.slips} slips, latency {latency}"
        )
    return " | ".join(parts)


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} ms"
