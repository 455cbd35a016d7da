"""Devices in a session: they get the looks of their slots and their word on recording makes takes, whatever they do.

The boxes are drivers of the test: what they take and when they hang is in its hand; the hub and the session are real.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

import pytest

from livegrade.capture.recordflag import NOBODY
from livegrade.capture.source import CaptureOptions
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.errors import DeviceError, DeviceRefusedError, UsageError
from livegrade.session import Session
from livegrade.session import devices as devices_module
from livegrade.session import following as following_module
from livegrade.session.alarms import AlarmEdge, AlarmEvent, AlarmKind, AlarmRule
from livegrade.session.events import Event, Link, RecordEdge, RecordEvent
from livegrade.session.following import Following
from livegrade.session.report import status_text
from livegrade.session.setup import DeviceSetup, Role, SessionSetup, SlotSetup
from livegrade.session.sight import camera_state, sight_of
from livegrade.transport.address import parse_source
from livegrade.video.format import Range
from livegrade.video.frame import Metadata
from livegrade_devices.address import parse_device
from livegrade_devices.box import BoxState
from livegrade_devices.camera import CameraState
from livegrade_devices.deck import DeckState, Transport
from livegrade_devices.device import BoxLook, Capabilities, Detail, Device, Held, Identity, Report
from livegrade_devices.kinds import Kind
from livegrade_devices.pushed import Proof, Pushed
from livegrade_devices.state import DeviceState
from livegrade_devices.state import Link as DeviceLink
from livegrade_devices.wires.values import Wires

SOON = (AlarmRule(AlarmKind.DEVICE_LOOK, seconds=0.0),)


@dataclass
class Box:
    """`refuses`: what it says to looks; `open`: cleared, and it hangs with every look; `away`: not to be reached."""

    capabilities: Capabilities = field(default_factory=lambda: Capabilities(cdl=True, confirms=True, per_second=1000))
    refuses: str = ""
    away: str = ""
    open: threading.Event = field(default_factory=threading.Event)
    taken: list[BoxLook] = field(default_factory=list)
    report: Report | None = None
    loop: asyncio.AbstractEventLoop | None = None
    proving: bool = False

    def __post_init__(self) -> None:
        self.open.set()

    async def push(self, look: BoxLook) -> Pushed:
        if self.refuses:
            raise DeviceRefusedError("box", self.refuses)
        while not self.open.is_set():
            await asyncio.sleep(0.005)
        self.taken.append(look)
        return Pushed(look.look.id, "as it is", 0, None, confirmed=self.capabilities.confirms)

    async def bypass(self, on: bool) -> None:
        raise DeviceRefusedError("box", "it has no bypass")

    async def prove(self, codes: object) -> Proof:
        """For as long as nobody calls it off."""
        self.proving = True
        try:
            await asyncio.Event().wait()
        finally:
            self.proving = False
        raise AssertionError

    async def measure(self, codes: object) -> Proof:
        raise AssertionError

    def held(self) -> contextlib.AbstractAsyncContextManager[Held]:
        raise AssertionError

    @contextlib.asynccontextmanager
    async def connect(self, address: object, wires: Wires) -> AsyncIterator[Device]:
        if self.away:
            raise DeviceError("box", self.away)
        self.loop = asyncio.get_running_loop()

        async def listen(report: Report) -> None:
            self.report = report
            await asyncio.Event().wait()

        yield Device(Identity("Box"), self.capabilities, listen, looks=self, proof=self)

    def says(self, detail: Detail) -> None:
        assert self.loop is not None
        assert self.report is not None
        self.loop.call_soon_threadsafe(self.report, detail)


class Cart:
    """A session of slot A with boxes under their names."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.boxes: dict[str, Box] = {}
        self._made: list[Session] = []
        monkeypatch.setattr("livegrade_devices.hub.address_checked", self._kind)

    def _kind(self, address: object) -> Kind:
        name = str(address).partition(":")[2]
        return Kind("box", "a box of the test", self.boxes[name].connect, 1)

    def session(self, *devices: DeviceSetup, alarms: tuple[AlarmRule, ...] = (), **options: Range) -> Session:
        slot = SlotSetup(
            "A",
            parse_source("pattern:bars@96x64p50"),
            CaptureOptions(**options),
            Look((Cdl(slope=(1.5, 1, 1)),)),
            alarms=alarms,
        )
        session = Session(SessionSetup((slot,), (), engine="native", threads=1, devices=devices))
        self._made.append(session)
        return session

    def device(self, name: str, box: Box | None = None, role: Role = Role.ALL, slot: str | None = "A") -> DeviceSetup:
        self.boxes[name] = box or Box()
        return DeviceSetup(name, parse_device(f"box:{name}"), slot, role)

    def stop(self) -> None:
        for box in self.boxes.values():
            box.open.set()
        for session in self._made:
            session.stop()


@pytest.fixture
def cart(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cart]:
    made = Cart(monkeypatch)
    yield made
    made.stop()


def state_of(session: Session, name: str) -> DeviceState:
    return next(each.state for each in session.devices.all if each.setup.name == name)


def told(session: Session, subject: str) -> list[tuple[Link, str]]:
    return [(e.link, e.text) for e in session.events.since(0)[0] if isinstance(e, Event) and e.subject == subject]


def test_a_box_gets_the_look_of_its_slot_and_every_newer_one(cart: Cart, until: Callable) -> None:
    session = cart.session(cart.device("village"), range=Range.FULL)
    session.start()
    first = session.slot("A").look.id
    until(lambda: state_of(session, "village").confirmed == first)
    look = Look((Cdl(slope=(1.2, 1, 1)),))
    session.set_look("A", look)
    until(lambda: state_of(session, "village").confirmed == look.id)
    assert [each.full_range for each in cart.boxes["village"].taken] == [True, True]
    (counted,) = session.stats().devices
    assert (counted.name, counted.state, counted.slot, counted.pending) == ("village", "ready", "A", False)
    assert (counted.looks_sent, counted.looks_confirmed, counted.connections) == (2, 2, 1)
    assert counted.look_ms.p50 is not None
    assert "village: ready, 2 looks sent, 2 confirmed, after " in status_text(session.stats())
    assert told(session, "device village") == [(Link.RUNNING, "connected: Box")]


def test_two_hundred_looks_while_a_box_hangs_cost_the_caller_nothing_and_the_newest_arrives(
    cart: Cart, until: Callable
) -> None:
    session = cart.session(cart.device("slow"), cart.device("quick"), cart.device("lamp", role=Role.WATCH))
    box = cart.boxes["slow"]
    box.open.clear()
    session.start()
    until(lambda: state_of(session, "slow").wanted is not None)
    looks = [Look((Cdl(slope=(1 + n / 500, 1, 1)),)) for n in range(200)]
    for look in looks:
        session.set_look("A", look)
    until(lambda: state_of(session, "quick").confirmed == looks[-1].id)
    assert not box.taken, "it still hangs, and nobody waited for it"
    frames = session.slot("A").frames_in
    until(lambda: session.slot("A").frames_in > frames + 5)
    box.open.set()
    until(lambda: state_of(session, "slow").confirmed == looks[-1].id)
    assert len(box.taken) <= 3
    assert not session.failed
    slow, quick, lamp = session.stats().devices
    assert (slow.looks_sent, quick.looks_sent, lamp.looks_sent) == (len(box.taken), quick.looks_confirmed, None)
    assert "\n  lamp: ready" in status_text(session.stats())


def test_the_range_follows_the_signal_until_then_the_setup(cart: Cart, until: Callable) -> None:
    session = cart.session(cart.device("village"))
    session.start()
    until(lambda: bool(cart.boxes["village"].taken))
    assert cart.boxes["village"].taken[0].full_range is False
    slot = session.slot("A")
    assert slot.format is not None
    assert slot.format.range is Range.LEGAL


@pytest.mark.parametrize(
    ("role", "detail_on", "detail_off"),
    [
        (Role.ALL, CameraState(recording=True), CameraState(recording=False)),
        (Role.CAMERA, CameraState(recording=True), CameraState(recording=False)),
        (Role.RECORDER, DeckState(Transport.RECORDING), DeckState(Transport.STOPPED)),
    ],
)
def test_what_records_begins_and_ends_takes(
    cart: Cart, until: Callable, monkeypatch: pytest.MonkeyPatch, role: Role, detail_on: Detail, detail_off: Detail
) -> None:
    monkeypatch.setattr(following_module, "EDGE_NS", 0)
    session = cart.session(cart.device("cam", role=role))
    session.start()
    takes = session.slot("A").takes
    until(lambda: cart.boxes["cam"].report is not None and bool(session.slot("A").last))
    for detail in (detail_off, detail_on, detail_on, detail_off):
        cart.boxes["cam"].says(detail)
    until(lambda: len(takes.found) == 2)
    assert [(one.edge, one.rule, one.exact) for one in takes.found] == [
        (RecordEdge.START, "device cam", False),
        (RecordEdge.END, "device cam", False),
    ]
    assert [one for one in session.events.since(0)[0] if isinstance(one, RecordEvent)] == list(takes.found)


def test_a_camera_that_records_before_the_first_picture_begins_its_take_with_it(cart: Cart, until: Callable) -> None:
    session = cart.session(cart.device("cam"))
    (followed,) = session.devices.all
    followed.see(replace(followed.state, detail=CameraState(recording=True)))
    followed.turn(0)
    assert session.slot("A").takes.found == ()
    session.start()
    takes = session.slot("A").takes
    until(lambda: bool(takes.found))
    assert [one.edge for one in takes.found] == [RecordEdge.START]


def test_a_record_flag_that_flaps_begins_few_takes_and_its_newest_word_counts(cart: Cart) -> None:
    session = cart.session(cart.device("cam"))
    told: list[tuple[int, RecordEdge]] = []
    now_ns = 0

    def record(slot: str, edge: RecordEdge, rule: str) -> RecordEvent:
        told.append((now_ns, edge))
        return RecordEvent(now_ns, slot, edge, 0, None, rule, exact=False)

    followed = Following(cart.device("cam"), session.slot("A"), session.events, record)
    for turn in range(100):
        now_ns = turn * 100_000_000
        for flip in range(200):
            followed.see(replace(followed.state, detail=CameraState(recording=flip % 2 == 0)))
        followed.turn(now_ns)
    assert len(told) <= 20, "in ten seconds"
    assert [edge for _, edge in told[:2]] == [RecordEdge.START, RecordEdge.END]
    assert min(b - a for (a, _), (b, _) in pairwise(told)) >= following_module.EDGE_NS
    for recording, edge in ((True, RecordEdge.START), (False, RecordEdge.END)):
        followed.see(replace(followed.state, detail=CameraState(recording=recording)))
        for _ in range(10):
            now_ns += 100_000_000
            followed.turn(now_ns)
        assert told[-1][1] is edge


@pytest.mark.parametrize("role", [Role.BOX, Role.WATCH])
def test_a_device_that_is_there_for_something_else_begins_no_take(cart: Cart, until: Callable, role: Role) -> None:
    session = cart.session(cart.device("cam", role=role))
    session.start()
    until(lambda: cart.boxes["cam"].report is not None)
    cart.boxes["cam"].says(CameraState(recording=True))
    until(lambda: state_of(session, "cam").detail == CameraState(recording=True))
    assert session.slot("A").takes.found == ()
    if role is Role.BOX:
        until(lambda: bool(state_of(session, "cam").wanted))
    else:
        assert not state_of(session, "cam").wanted


def test_what_a_camera_says_beside_its_picture_is_kept_with_the_take(cart: Cart, until: Callable) -> None:
    session = cart.session(cart.device("cam"))
    session.start()
    slot = session.slot("A")
    until(lambda: cart.boxes["cam"].report is not None and bool(slot.last))
    cart.boxes["cam"].says(
        CameraState(ei=1280, white_balance_k=5600, shutter_angle=172.8, sensor_fps=Fraction(24000, 1001), reel="A001")
    )
    until(lambda: slot.camera_said is not None)
    sight = sight_of(slot)
    assert sight is not None
    assert (sight.state.ei, sight.state.reel, sight.state.clip, sight.kelvin) == (1280, "A001", "", 5600)
    assert sight.state.extra == (
        ("device.kelvin", "5600"), ("device.shutter-angle", "172.8"), ("device.sensor-fps", "24000/1001"),
    )  # fmt: skip
    picture = replace(slot.last[0], metadata=Metadata(exposure_index=800, reel="B002", extra=(("ndi.kelvin", "3200"),)))
    state = camera_state(picture, None, slot.camera_said)
    assert (state.ei, state.reel) == (800, "B002"), "the picture's own word goes first"


def test_what_a_camera_said_is_forgotten_when_it_is_gone(cart: Cart, until: Callable) -> None:
    session = cart.session(cart.device("cam"))
    (followed,) = session.devices.all
    slot = session.slot("A")
    there = replace(followed.state, link=DeviceLink.READY, detail=CameraState(ei=400))
    followed.see(there)
    assert slot.camera_said == CameraState(ei=400)
    followed.see(replace(there, link=DeviceLink.OFFLINE, reason="it closed the connection"))
    assert slot.camera_said is None


def test_a_box_that_is_not_there_is_a_state_an_event_and_an_alarm(cart: Cart, until: Callable) -> None:
    box = Box(away="nobody answers")
    session = cart.session(cart.device("village", box, Role.BOX), alarms=SOON)
    session.start()
    (followed,) = session.devices.all
    until(lambda: followed.alarm is not None)
    assert told(session, "device village") == [(Link.LOST, "nobody answers")]
    assert followed.alarm is not None
    assert followed.alarm.what == "device village cannot be given the look: nobody answers"
    box.away = ""
    until(lambda: followed.alarm is None)
    alarms = [one for one in session.events.since(0)[0] if isinstance(one, AlarmEvent)]
    assert [(one.slot, one.edge) for one in alarms] == [("A", AlarmEdge.BEGIN), ("A", AlarmEdge.END)]
    assert state_of(session, "village").confirmed == session.slot("A").look.id


def test_a_box_that_refuses_a_look_is_an_alarm_with_its_words(cart: Cart, until: Callable) -> None:
    session = cart.session(cart.device("village", Box(refuses="the library is full")), alarms=SOON)
    session.start()
    (followed,) = session.devices.all
    until(lambda: followed.alarm is not None and "library" in followed.alarm.what)
    assert followed.alarm is not None
    assert followed.alarm.what == "device village has not taken the look: the library is full"
    assert followed.state.link is DeviceLink.READY


@pytest.mark.parametrize(
    ("said", "shown"),
    [(BoxState(instead="preset 3"), "preset 3"), (BoxState(bypassed=True), "its input: it is bypassed,")],
)
def test_a_box_that_shows_something_else_is_an_alarm_until_it_has_its_look(
    cart: Cart, until: Callable, said: BoxState, shown: str
) -> None:
    session = cart.session(cart.device("village"), alarms=SOON)
    session.start()
    (followed,) = session.devices.all
    until(lambda: followed.state.confirmed is not None and followed.alarm is None)
    cart.boxes["village"].says(said)
    until(lambda: followed.alarm is not None)
    assert followed.alarm is not None
    assert followed.alarm.what == f"device village shows {shown} and not its look"
    cart.boxes["village"].says(BoxState())
    session.devices.push_again("village")
    until(lambda: followed.alarm is None)


def test_no_colours_are_put_through_a_box_while_somebody_records(cart: Cart, until: Callable) -> None:
    """A proof is refused then, and one that goes on is called off when a take begins."""
    session = cart.session(cart.device("village"), cart.device("deck", role=Role.WATCH, slot=None))
    session.start()
    box = cart.boxes["village"]
    until(lambda: state_of(session, "village").confirmed is not None and bool(session.slot("A").last))
    proof = session.devices.prove("village")
    until(lambda: box.proving)
    cart.boxes["deck"].says(DeckState(Transport.RECORDING))
    until(proof.cancelled)
    until(lambda: not box.proving)
    with pytest.raises(UsageError, match="village is not proved while deck records"):
        session.devices.prove("village")
    cart.boxes["deck"].says(DeckState(Transport.STOPPED))
    until(lambda: state_of(session, "deck").detail == DeckState(Transport.STOPPED))
    proof = session.devices.prove("village")
    until(lambda: box.proving)
    session.record("A", RecordEdge.START, "key")
    until(proof.cancelled)
    with pytest.raises(UsageError, match="not proved while a take of its slot goes on"):
        session.devices.prove("village")


def test_a_driver_that_cannot_be_loaded_costs_the_others_nothing(
    cart: Cart, until: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = cart._kind

    def kind(address: object) -> Kind:
        if "broken" in str(address):
            raise DeviceError("box", "the driver of package studio cannot be loaded")
        return good(address)

    session = cart.session(cart.device("broken", role=Role.BOX), cart.device("good"))
    monkeypatch.setattr("livegrade_devices.hub.address_checked", kind)
    session.start()
    until(lambda: state_of(session, "good").confirmed is not None)
    until(lambda: bool(told(session, "device broken")))
    assert told(session, "device broken") == [(Link.FAULTED, "box: the driver of package studio cannot be loaded")]
    assert state_of(session, "broken").link is DeviceLink.FAULTED


def test_what_is_not_there_at_the_start_is_told_together(cart: Cart, until: Callable) -> None:
    one, other = Box(away="nobody answers"), Box(away="wrong password")
    session = cart.session(cart.device("one", one), cart.device("good"), cart.device("other", other))
    assert session.devices.not_there is None
    session.start()
    until(lambda: session.devices.not_there is not None)
    assert session.devices.not_there == (
        "2 devices are not there:\n  one (box:one): nobody answers\n  other (box:other): wrong password"
    )
    one.away = other.away = ""
    until(lambda: session.devices.not_there == "")


def test_devices_come_and_go_while_the_session_runs(cart: Cart, until: Callable) -> None:
    session = cart.session(alarms=SOON)
    session.start()
    assert not [thread for thread in threading.enumerate() if "devices" in thread.name], "nobody needs a hub yet"
    village = cart.device("village")
    session.devices.add(village)
    until(lambda: state_of(session, "village").confirmed == session.slot("A").look.id)
    with pytest.raises(UsageError, match="there is a device village already"):
        session.devices.add(village)
    with pytest.raises(UsageError, match="there is no slot C, only A"):
        session.devices.add(cart.device("lost", slot="C"))
    cart.boxes["away"] = Box(away="nobody answers")
    session.devices.add(cart.device("away", cart.boxes["away"], Role.BOX))
    until(lambda: [one.alarm is not None for one in session.devices.all] == [False, True])
    session.devices.remove("away")
    assert [one.setup.name for one in session.devices.all] == ["village"]
    until(lambda: (Link.ENDED, "taken away") in told(session, "device away"))
    alarms = [one for one in session.events.since(0)[0] if isinstance(one, AlarmEvent)]
    assert [one.edge for one in alarms] == [AlarmEdge.BEGIN, AlarmEdge.END]
    assert told(session, "device away") == [(Link.LOST, "nobody answers"), (Link.ENDED, "taken away")]
    with pytest.raises(DeviceError, match="no device of this name, only village"):
        session.devices.remove("away")
    session.devices.remove("village")
    session.devices.add(village)
    until(lambda: state_of(session, "village").confirmed == session.slot("A").look.id)


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_camera_that_is_taken_away_while_it_records_leaves_no_take_open(
    cart: Cart, until: Callable, by_hand: bool
) -> None:
    """Unless a person began it: then a person ends it."""
    session = cart.session(cart.device("cam", role=Role.CAMERA))
    session.start()
    slot = session.slot("A")
    until(lambda: cart.boxes["cam"].report is not None and bool(slot.last))
    if by_hand:
        session.record("A", RecordEdge.START, "key")
    cart.boxes["cam"].says(CameraState(recording=True))
    until(lambda: slot.takes.found[-1:] != () and slot.takes.found[-1].rule == "device cam")
    session.devices.remove("cam")
    until(lambda: told(session, "device cam")[-1] == (Link.ENDED, "taken away"))
    last = slot.takes.found[-1]
    assert (last.edge, last.rule) == ((RecordEdge.START, "device cam") if by_hand else (RecordEdge.END, NOBODY))
    assert slot.takes.goes_on is by_hand
    assert slot.camera_said is None


def test_nothing_is_told_of_a_device_after_it_was_taken_away(cart: Cart, until: Callable) -> None:
    """It goes while the thread that follows devices is at work with it, and its last words come late."""
    session = cart.session(cart.device("cam"))
    session.start()
    slot = session.slot("A")
    until(lambda: cart.boxes["cam"].report is not None and bool(slot.last))
    (followed,) = session.devices.all
    turned = followed.turn
    going, gone = threading.Event(), threading.Event()

    def turn(now_ns: int) -> BoxLook | None:
        going.set()
        assert gone.wait(10)
        return turned(now_ns)

    followed.turn = turn  # type: ignore[method-assign]
    assert going.wait(10)
    followed.see(replace(followed.state, link=DeviceLink.OFFLINE, reason="it closed the connection"))
    session.devices.remove("cam")
    gone.set()
    until(lambda: (Link.ENDED, "taken away") in told(session, "device cam"))
    followed.see(replace(followed.state, link=DeviceLink.READY, detail=CameraState(ei=400)))
    assert slot.camera_said is None
    assert told(session, "device cam")[-2:] == [
        (Link.LOST, "it closed the connection"),
        (Link.ENDED, "taken away"),
    ]


def test_a_device_that_cannot_be_followed_is_said_and_logged_once_until_it_can(
    cart: Cart, until: Callable, monkeypatch, caplog
) -> None:
    monkeypatch.setattr(devices_module, "TURN_S", 0.01)
    session = cart.session(cart.device("one"), cart.device("two"))
    session.start()
    until(lambda: all(state_of(session, name).confirmed is not None for name in ("one", "two")))
    until(lambda: told(session, "device one") == [(Link.RUNNING, "connected: Box")])
    followed, failed = session.devices.named("one"), []

    def fail(now_ns: int) -> None:
        failed.append(now_ns)
        raise ValueError("nobody expected this")

    with monkeypatch.context() as broken:
        broken.setattr(followed, "turn", fail)
        until(lambda: len(failed) > 5)
    until(lambda: told(session, "device one")[-1] == (Link.RUNNING, "it is followed again"))
    fault = Link.FAULTED, "it cannot be followed (ValueError); the log says where"
    assert told(session, "device one")[1:-1] == [fault]
    assert caplog.messages.count("following a device failed name=one") == 1
    monkeypatch.setattr(followed, "leave", fail)
    session.devices.remove("one")
    ended = Link.ENDED, "taken away, but not let go of whole; the log says where"
    until(lambda: told(session, "device one")[-1] == ended)
    session.set_look("A", Look((Cdl(slope=(1.2, 1, 1)),)))
    until(lambda: state_of(session, "two").confirmed == session.slot("A").look.id)


def test_nothing_of_the_devices_is_left_after_the_stop(cart: Cart, until: Callable) -> None:
    session = cart.session(cart.device("one"), cart.device("two"))
    session.start()
    until(lambda: state_of(session, "two").confirmed is not None)
    session.stop()
    names = [thread.name for thread in threading.enumerate()]
    assert not [name for name in names if "devices" in name]


def test_who_asks_a_device_that_is_not_there_gets_the_names(cart: Cart) -> None:
    session = cart.session(cart.device("one"))
    session.start()
    with pytest.raises((DeviceError, UsageError), match="only one"):
        session.devices.ask("two", lambda device: asyncio.sleep(0))
