"""Statistics of a session as values, as JSON and as words for a person."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from livegrade.scopes.measure import Channel
from livegrade.session.events import Link

if TYPE_CHECKING:
    from livegrade.color.slots import BakeError
    from livegrade.outputs.sink import CardCounts
    from livegrade.scopes.measure import ClipCount, ScopeData
    from livegrade.session.events import RecordEvent
    from livegrade.session.following import Following
    from livegrade.video.latency import Percentiles

SCHEMA = 1
CLIP_CHANNELS = (Channel.Y, Channel.R, Channel.G, Channel.B)


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
class TapStats:
    """The newest picture that scopes counted at one tap. `sampling`: "full" or "2x2"; `clips`: of Y', R', G' and B',
    under the keys y, r, g and b."""

    tap: str
    index: int
    sampling: str
    clips: dict[str, ClipCount]

    @classmethod
    def of(cls, data: ScopeData) -> TapStats:
        clips = {channel.name.lower(): data.clips(channel) for channel in CLIP_CHANNELS}
        return cls(data.tap.value, data.index, data.sampling.value, clips)


@dataclass(frozen=True, slots=True)
class RecordStats:
    """A take began (`edge` start) or ended at the picture of `index` and `timecode`; `rule` and `exact` as RecordEvent
    has them."""

    edge: str
    index: int
    timecode: str | None
    rule: str
    exact: bool

    @classmethod
    def of(cls, event: RecordEvent) -> RecordStats:
        timecode = str(event.timecode) if event.timecode is not None else None
        return cls(event.edge.value, event.index, timecode, event.rule, event.exact)


@dataclass(frozen=True, slots=True)
class SlotStats:
    """`notes`: what the user should know though all goes on; `camera`: what the user says it is; `range`: in force, and
    `range_source` who says so; `dropped`: frames that the engine could not take in time;
    `missing`: gaps in the source's own numbering; `recording`: what the camera's record flag says now, None where
    nothing says it, and `takes` its starts and ends; `alarms`: those that last now, in words, and `alarms_told` how
    many began or ended so far, with each break of a timecode, told or counted; `look_baked`: how far the look in force
    is off because a part of it had to be baked, None where it is exact; `scopes_measured`, `scopes_shed`: pictures
    counted (one a tap) and left out because the next frame was waiting; `scopes_state`: off, starting, running or
    faulted."""

    name: str
    source: str
    state: str
    reason: str
    notes: tuple[str, ...]
    camera: str | None
    format: str | None
    range: str | None
    range_source: str
    frames_in: int
    missing: int
    dropped: int
    recording: bool | None
    takes: tuple[RecordStats, ...]
    alarms: tuple[str, ...]
    alarms_told: int
    engine_ms: Milliseconds
    look_path: str | None
    look_baked: BakeError | None
    scopes_state: str
    scopes_reason: str
    scopes_measured: int
    scopes_shed: int
    scopes_ms: Milliseconds
    scopes_taps: tuple[TapStats, ...]


@dataclass(frozen=True, slots=True)
class SinkStats:
    """`look_baked`: how far the look is off as this sink shows it, with its own output transform or in bypass; None
    where that is exact, not shown, or the slot's; `calibration_baked`: the same for its calibration; `lossy`: what
    arrives is not what was sent;
    `capture_to_sink_ms`: from the capture call-back to the put into this sink's edge (what DESIGN promises);
    `dropped`: pictures that were never written; `missing`: pictures of the source that a recording lacks (repeated
    or left out, whoever lost them); `timecode_drift`: pictures by which the source's timecode has moved away from that
    of its newest file; `files`: where it went; `write_ms`: time inside the sink; `held`: pictures shown
    while the source had no signal; `connections`: who watches an NDI output now, None where nobody can know. Of a card:
    `notes`, what the user should know though all goes on; `card`, its own counts; `in_to_out_ms`, from the capture
    call-back to the moment at which the card began to show the picture."""

    address: str
    slot: str
    view: str
    look_baked: BakeError | None
    calibration_baked: BakeError | None
    lossy: bool
    state: str
    reason: str
    format: str | None
    frames_out: int
    put: int
    dropped: int
    missing: int
    timecode_drift: int
    files: tuple[str, ...]
    repeated: int
    slips: int
    held: int
    capture_to_sink_ms: Milliseconds
    edge_ms: Milliseconds
    write_ms: Milliseconds
    connections: int | None = None
    notes: tuple[str, ...] = ()
    card: CardCounts | None = None
    in_to_out_ms: Milliseconds = NO_DURATIONS


@dataclass(frozen=True, slots=True)
class DeviceStats:
    """One device. `state`: offline, connecting, ready, faulted; `looks_sent`, `looks_confirmed`: None of one that shows
    none; `look_ms`: from a look's being meant for it, or its being reached, to the look's being sent; `alarm`: why it
    does not show its look."""

    name: str
    address: str
    slot: str | None
    state: str
    reason: str
    connections: int
    looks_sent: int | None
    looks_confirmed: int | None
    look_ms: Milliseconds
    pending: bool
    alarm: str

    @classmethod
    def of(cls, followed: Following) -> DeviceStats:
        state, alarm = followed.state, followed.alarm
        shows, confirms = followed.shows_looks, state.capabilities.confirms
        return cls(
            name=state.name,
            address=state.address,
            slot=followed.setup.slot,
            state=state.link.value,
            reason=state.reason,
            connections=state.connections,
            looks_sent=followed.sent if shows else None,
            looks_confirmed=followed.confirmed if shows and confirms else None,
            look_ms=Milliseconds.of(followed.took_ns),
            pending=shows and state.pending,
            alarm="" if alarm is None else alarm.what,
        )


@dataclass(frozen=True, slots=True)
class SessionStats:
    """`seconds`: how long the sources have been read, without opening them and without finishing files; `engine`:
    backend's name; `reason`: why it was chosen."""

    seconds: float
    engine: str
    reason: str
    slots: tuple[SlotStats, ...]
    sinks: tuple[SinkStats, ...]
    devices: tuple[DeviceStats, ...] = ()


def as_json(stats: SessionStats) -> str:
    """The statistics with a schema number, for scripts."""
    return json.dumps({"schema": SCHEMA, **asdict(stats)}, indent=2) + "\n"


def status_text(stats: SessionStats) -> str:
    """What a person wants to know every few seconds: one line, or one for each camera, output and device where there
    are more than one of each. Counters of trouble appear when there is some, drops always."""
    parts = [_slot_text(slot) for slot in stats.slots] + [_sink_text(sink) for sink in stats.sinks]
    parts += [_device_text(device) for device in stats.devices]
    if len(stats.slots) == 1 and len(stats.sinks) <= 1 and len(stats.devices) <= 1:
        return " | ".join([f"{stats.seconds:.0f} s", *parts])
    return "\n".join([f"{stats.seconds:.0f} s", *(f"  {part}" for part in parts)])


def _slot_text(slot: SlotStats) -> str:
    counts = _counts(f"{slot.frames_in} in", f"{slot.dropped} dropped", missing=slot.missing)
    text = f"{slot.name}: {_trouble(slot.state)}{counts}, engine {_ms(slot.engine_ms.p50)}"
    text = f"{text}, recording" if slot.recording else text
    text += _baked("look", slot.look_baked)
    return text + (", no scopes" if slot.scopes_state == Link.FAULTED else "")


def _sink_text(sink: SinkStats) -> str:
    counts = _counts(
        f"{sink.frames_out} out",
        f"{sink.dropped} dropped",
        missing=sink.missing,
        repeated=sink.repeated,
        slips=sink.slips,
        held=sink.held,
        **_card_counts(sink.card),
    )
    latency = f"latency {_ms(sink.capture_to_sink_ms.p50)} (p99 {_ms(sink.capture_to_sink_ms.p99)})"
    if sink.in_to_out_ms.p50 is not None:
        latency += f", in to out {_ms(sink.in_to_out_ms.p50)}"
    return f"{headed(sink.address)} {_trouble(sink.state)}{counts}, {latency}, waits {_ms(sink.edge_ms.p50)}" + (
        _baked("own look", sink.look_baked) + _baked("calibration", sink.calibration_baked)
    )


def _device_text(device: DeviceStats) -> str:
    text = f"{device.name}: {device.state if device.state in ('ready', 'connecting') else device.state.upper()}"
    if device.looks_sent is not None:
        confirmed = "" if device.looks_confirmed is None else f", {device.looks_confirmed} confirmed"
        spread = device.look_ms
        text += f", {device.looks_sent} looks sent{confirmed}, after {_ms(spread.p50)} (p95 {_ms(spread.p95)})"
        text += ", one to go" if device.pending else ""
    return text


def _card_counts(card: CardCounts | None) -> dict[str, int]:
    if card is None:
        return {}
    return {
        "late": card.late,
        "dropped by the card": card.dropped,
        "underruns": card.underruns,
        "restarts": card.restarts,
        "samples of sound lost": card.sound_lost,
    }


def _baked(what: str, error: BakeError | None) -> str:
    return "" if error is None else f", {what} baked: {error.figures}"


def headed(name: str) -> str:
    """A name before what is said of it: "null:" has its colon already."""
    return name if name.endswith(":") else f"{name}:"


def _trouble(state: str) -> str:
    """The word where the picture is not what it should be."""
    return f"{state.upper()}, " if Link(state).is_trouble else ""


def _counts(*always: str, **when_some: int) -> str:
    return ", ".join([*always, *(f"{count} {name}" for name, count in when_some.items() if count)])


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} ms"
