"""The session as its clients see it: one JSON tree, as types. No behaviour; `state` builds it."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from livegrade.color.grading import Points
from livegrade.color.nodes import Role
from livegrade.control.happenings import Happening
from livegrade.control.metertree import ClipTree, FocusTree, MeterTree
from livegrade.control.parameters import Setting
from livegrade.control.striptree import StripTree
from livegrade.session.events import Link


class LinkTree(Struct, frozen=True):
    """`link`: starting, running, lost, faulted or ended; `reason`: why, in a sentence, or empty."""

    link: Link
    reason: str


class NodeTree(Struct, frozen=True):
    """`place`: from 0 in the order in which nodes run; `settings`: what `look.set` takes; `curves`: what `look.curve`
    takes, where it has any; `about`: what it is made of and nobody turns; `linked`: the same node in other slots, by
    slot."""

    place: int
    kind: str
    name: str
    role: Role
    enabled: bool
    settings: dict[str, Setting]
    curves: dict[str, Points]
    about: dict[str, str]
    linked: dict[str, str]


class LookTree(Struct, frozen=True):
    """`id`: of the look as it is graded, without what the slot keeps around it; `nodes`: by their ids; `undo`, `redo`:
    the words of the steps that can be undone, the last one last, and of those that can be redone, the next one last;
    `bypassed`: the creative nodes are off, all of them."""

    id: str
    name: str
    nodes: dict[str, NodeTree]
    undo: list[str]
    redo: list[str]
    refused: str
    bypassed: bool


class TakeTree(Struct, frozen=True):
    """A start or end that the camera's record flag told: see RecordEvent."""

    edge: str
    index: int
    timecode: str | None
    rule: str
    exact: bool


class ScopePlanTree(Struct, frozen=True, rename="kebab"):
    """What `scope.set` takes."""

    per_second: int
    sampling: str
    ycbcr: bool
    hlg_peak: int


class DurationTree(Struct, frozen=True):
    """Milliseconds: half of the durations of the last five to ten seconds were no longer than `p50`, all but one of a
    hundred than `p99`; `worst` is of the whole run. Each nothing where there were none."""

    p50: float | None
    p99: float | None
    worst: float | None


class ScopeFiguresTree(Struct, frozen=True):
    """Pictures that were counted, one a tap, and left out because the next waited; and how long one took."""

    measured: int
    shed: int
    took_ms: DurationTree


class SlotFiguresTree(Struct, frozen=True):
    """At most once a second. `engine_ms`: how long a picture is in the engine, for all outputs of the slot; `load`: its
    p99 as percent of the time between two pictures; `scopes`: nothing where none are measured."""

    engine_ms: DurationTree
    load: int | None
    scopes: ScopeFiguresTree | None


class SinkFiguresTree(Struct, frozen=True):
    """At most once a second. `latency_ms`: from capture to the hand-over to this output, which the engine answers for;
    `waits_ms`: in its jitter buffer; `write_ms`: inside the output; `in_to_out_ms`: of a card, from capture to the
    screen's cable; `notes`: what a card has to say."""

    latency_ms: DurationTree
    waits_ms: DurationTree
    write_ms: DurationTree
    in_to_out_ms: DurationTree | None
    notes: list[str]


class DiskTree(Struct, frozen=True):
    """A folder that the session writes to. `free`, `size`: bytes of its disk, nothing while they are not known;
    `fault`: why."""

    folder: str
    free: int | None
    size: int | None
    fault: str


class SlotTree(Struct, frozen=True):
    """`label`: what people call it, or empty; `ei`: the exposure index of `camera`; `frames`, `missing`, `dropped`:
    counted since the start, as in the statistics; `timecode`: of the newest picture; `options`: what it was set up
    with, in the words of the command line, where it is not the usual; `size`: width and height of its
    pictures; `meters`: its spot meters by id; `focus`: the focus meter, where it is on; `clips`: what is clipped,
    nothing until it was counted. Meters are read while somebody follows the state."""

    label: str
    source: str
    options: dict[str, str]
    state: LinkTree
    camera: str | None
    ei: int | None
    format: str | None
    range: str | None
    range_source: str
    recording: bool | None
    takes: list[TakeTree]
    look: LookTree
    notes: list[str]
    timecode: str | None
    frames: int
    missing: int
    dropped: int
    scopes: str
    scope_plan: ScopePlanTree | None
    figures: SlotFiguresTree
    size: list[int] | None
    meters: dict[str, MeterTree]
    focus: FocusTree | None
    clips: ClipTree | None


class SinkTree(Struct, frozen=True):
    """`options`: those of its address as they are now, among them `view`, `tap`, `zebra`, `cal`, `to`, `on-loss`;
    `files`: where a recording goes; `missing`: pictures that it lacks."""

    address: str
    slot: str
    view: str
    options: dict[str, str]
    locked: bool
    state: LinkTree
    format: str | None
    lossy: bool
    connections: int | None
    frames: int
    dropped: int
    repeated: int
    held: int
    missing: int
    files: list[str]
    figures: SinkFiguresTree


class DeviceLookTree(Struct, frozen=True):
    """`wanted`, `sent`, `confirmed`: ids of looks; `pending`: the newest is not there; `fault`: why, where the device
    has refused it; `form`: in which it was sent last, and how far that is from the look, in codes of 10 bits and
    delta E; `approximate`: that is not known. `sent_at`, `confirmed_at`: milliseconds since 1970 UTC."""

    wanted: str | None
    sent: str | None
    confirmed: str | None
    sent_at: int | None
    confirmed_at: int | None
    pending: bool
    fault: str
    form: str
    approximate: bool
    took_ms: float | None
    max_codes: float | None
    mean_codes: float | None
    max_delta_e: float | None


class DeviceProofTree(Struct, frozen=True):
    """What came of the newest proof. `at`: milliseconds since 1970 UTC; `look`: the id of the look that it had then;
    `fault`: what was wrong, or empty where it showed that; `colours`: how many were looked at; `max_codes`,
    `mean_codes`: by how much they were off, in codes of `depth` bits, and `max_delta_e`, the largest difference that
    this makes."""

    at: int
    look: str | None
    fault: str
    colours: int
    depth: int
    max_codes: float
    mean_codes: float
    max_delta_e: float | None


class DeviceTree(Struct, frozen=True):
    """`address`: without passwords; `link`: offline, connecting, ready or faulted, with its `reason`; `model`, `name`,
    `firmware`, `serial`: as the device says them; `can`: its capabilities; `look`: of a device that shows the look of
    its slot; `alarm`: what is wrong with that now; `proof`: the newest one, where there was any; `says`: of itself,
    what it knows: a camera's settings, a deck's transport, a router's routes, as last `heard_at`, milliseconds since
    1970 UTC and whole seconds."""

    address: str
    slot: str | None
    role: str
    link: str
    reason: str
    model: str
    name: str
    firmware: str
    serial: str
    notes: list[str]
    connections: int
    can: list[str]
    look: DeviceLookTree | None
    alarm: str
    proof: DeviceProofTree | None
    heard_at: int | None
    says: dict[str, Any]


class SlateTree(Struct, frozen=True):
    """What the next take is called. `take` 0: the number after the highest of that scene and shot."""

    scene: str
    shot: str
    take: int
    fields: dict[str, str]


class OpenTakeTree(Struct, frozen=True):
    """A take that goes on. `key`: its number in the library, 0 while it is not there yet; `name`: what its slate says,
    and `take`: its number there; `index`, `timecode`: of its first picture; `rule`: what said that it began; `length`:
    up to the newest picture, every one counted, "00:00:12:05"."""

    key: int
    name: str
    take: int
    index: int
    timecode: str | None
    rule: str
    length: str


class ExportTree(Struct, frozen=True):
    """A hand-off that is being made, or the last one. `state`: running, done, failed or stopped; `done` files of `of`,
    0 while that is not known; `text`: what became of it, in a sentence."""

    number: int
    title: str
    folder: str
    state: str
    done: int
    of: int
    text: str


class PinTree(Struct, frozen=True):
    """A look on the shelf. `entry`: its number in the library; `look`: its id; `thumbnail`: a small picture that the
    library has of it, or empty."""

    entry: int
    look: str
    name: str
    scene: str
    version: int
    day: str
    thumbnail: str


class LibraryTree(Struct, frozen=True):
    """`unwritten`: takes that are not on disk as they are now; `lost`: that never got there; `open`: by slot;
    `revision`: another number whenever somebody has changed what the library holds; `strips`: the newest take of each
    slot with its markers; `export`: a hand-off; `shelf`: by
    place; `undo`, `redo`: the words of what was changed of takes and can be taken back, the last one last, and of what
    can be done again, the next one last."""

    folder: str
    state: LinkTree
    day: str
    unit: str
    slate: SlateTree
    open: dict[str, OpenTakeTree]
    unwritten: int
    lost: int
    revision: int
    strips: dict[str, StripTree]
    export: ExportTree | None
    shelf: dict[str, PinTree]
    undo: list[str]
    redo: list[str]


class OscTree(Struct, frozen=True):
    """`port`: where OSC is heard; `surfaces`: who is told values; `peers`: other machines and surfaces that are
    listed; `waits`: why it is not heard yet, "taken" where another program has the port, "" where it is heard."""

    port: int
    surfaces: list[str]
    peers: list[str]
    waits: str = ""


class MidiControlTree(Struct, frozen=True):
    """The `control` of a `port` drives the address `to`. `value`: what it sends there as a button."""

    port: str
    control: str
    to: str
    value: float | str | None


class MidiTree(Struct, frozen=True):
    """`map`: its file; `ports`: that are open; `controls`: what drives what."""

    map: str
    ports: list[str]
    controls: list[MidiControlTree]


class TurnedTree(Struct, frozen=True):
    """A number of windows: how many `times` it was set, the last time `to` that, and how far it was turned in all."""

    times: int
    to: float
    by: float


class WindowsTree(Struct, frozen=True):
    """What surfaces have asked of windows: how many `asked`, and the newest `actions`, the last one last; the
    `numbers` that were turned."""

    asked: int
    actions: list[str]
    numbers: dict[str, TurnedTree]


class FacesTree(Struct, frozen=True):
    """What drives the session. `port`: of the API, `is_open` to other machines, with so many `clients` that follow;
    `osc`, `midi`: nothing where there is none; `opengradeio`: the port where looks come in as to a LUT box,
    `opengradeio_peers`: other machines that may give some."""

    port: int
    is_open: bool
    clients: int
    osc: OscTree | None
    midi: MidiTree | None
    opengradeio: int | None
    opengradeio_peers: list[str]
    windows: WindowsTree


class SettingTree(Struct, frozen=True):
    """A setting of a camera: its `value` with the unit, nothing where nobody says it; what the `rig` says; `differs`:
    from the rig, from the others."""

    value: str | None
    rig: str | None
    differs: list[str]


class AlarmTree(Struct, frozen=True):
    """What somebody should look at. `alarm`: its kind, empty for a state that is a trouble; `subject`: slot, device,
    output or what else; `what`: in words; `take`: that the slot recorded then; `at`, `timecode`, `index`: of its
    beginning, `ended_at`, `ended_timecode` of its end; `lasts`: it goes on; `times`: how often it was told meanwhile;
    `seen`: somebody said so; `advice`: what to do. Times are milliseconds since 1970 UTC."""

    alarm: str
    subject: str
    what: str
    take: str
    at: int
    timecode: str | None
    index: int | None
    ended_at: int | None
    ended_timecode: str | None
    lasts: bool
    times: int
    seen: bool
    advice: str


class AlarmsTree(Struct, frozen=True):
    """`lasting`, `unseen`: how many; `entries`: by the number of the event that began them, the last 100 in order."""

    lasting: int
    unseen: int
    entries: dict[str, AlarmTree]


class ReferenceTree(Struct, frozen=True):
    """A picture that a slot is compared with, under its words (`slot:B`, `still:12`). `state`: starting while it is
    read or has had no picture, running, faulted with a reason where it cannot be had, lost or ended with one where its
    slot brings nothing new; `note`: what is taken for granted of it, for people; `own_size`: its own width and height,
    nothing while they are not known and of a grid."""

    state: LinkTree
    note: str
    width: int
    height: int
    own_size: list[int] | None


class SessionTree(Struct, frozen=True):
    """The root. `rig`: as behind --rig, empty without one; `began_at`: milliseconds since 1970 UTC; `library`: where
    the session keeps its takes, nothing where it does not; `disks`: by what is written there; `cameras`: their
    settings by slot and name, side by side; `references`: by the slot that is compared and their words; `events`: the
    newest last."""

    version: str
    rig: str
    began_at: int
    engine: str
    engine_reason: str
    slots: dict[str, SlotTree]
    sinks: dict[str, SinkTree]
    devices: dict[str, DeviceTree]
    library: LibraryTree | None
    disks: dict[str, DiskTree]
    alarms: AlarmsTree
    cameras: dict[str, dict[str, SettingTree]]
    faces: FacesTree | None
    references: dict[str, dict[str, ReferenceTree]]
    events: list[Happening]
