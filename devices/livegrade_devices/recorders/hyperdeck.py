"""Blackmagic HyperDeck: transport, slots, clips and recording over TCP 9993.

Source: Blackmagic, HyperDeck Ethernet Protocol 1.11. The deck's watchdog is never set: it stops a recording when its
client is gone, and a take must not end because livegrade did.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.errors import DeviceError, DeviceRefusedError
from livegrade_devices.answers import Answers
from livegrade_devices.deck import Clip, DeckState, Medium, Transport
from livegrade_devices.device import Capabilities, Device, Identity
from livegrade_devices.kinds import Kind
from livegrade_devices.recorders.hyperdecktext import Command, Reply, read_reply
from livegrade_devices.wires.lines import Lines

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from livegrade_devices.address import DeviceAddress
    from livegrade_devices.device import Report
    from livegrade_devices.wires.values import Wires

PORT = 9993
POLL_S = 1.0
"""So often the deck is asked for its transport: a sign of life, and a timecode that is not older."""
SETTLE_TRIES, SETTLE_S = 20, 0.1
"""A recording that the deck has said yes to is looked for so often: that it runs may be told later."""
MOST_SLOTS = 8
LONGEST_NAME = 200

TRANSPORTS = {
    "preview": Transport.PREVIEW,
    "stopped": Transport.STOPPED,
    "play": Transport.PLAYING,
    "record": Transport.RECORDING,
    **dict.fromkeys(("forward", "rewind", "jog", "shuttle"), Transport.MOVING),
}
REFUSALS = {
    104: "its disk is full",
    105: "it has no disk",
    106: "its disk has an error",
    107: "it has no clips",
    109: "it has no such clip or place",
    110: "nothing comes in at its input",
    111: "its remote control is off; press REM on its front, or write remote=on behind its address",
    120: "it takes no more connections",
    150: "it cannot do that now",
}


class HyperDeck:
    """A deck behind a wire. `state` is what is known, `changed` is called with it; `take` learns from a reply.
    `listed`: the clips of the state are those of the deck."""

    def __init__(self, device: object, answers: Answers[Reply]) -> None:
        self.state = DeckState()
        self.listed = False
        self.changed: Callable[[DeckState], None] = lambda state: None
        self._device = device
        self._answers = answers

    async def ask(self, name: str, given: Mapping[str, str] | None = None) -> Reply:
        """Raises DeviceRefusedError with what the deck says, DeviceError where it says nothing."""
        reply = await self._answers.ask(Command(name, given or {}).data, name)
        if reply.refused:
            why = REFUSALS.get(reply.code, f"it answers {reply.code} {reply.text[:80]} to {name!r}")
            raise DeviceRefusedError(self._device, why)
        return reply

    async def record(self, on: bool, clip: str = "") -> None:
        """As `RecordPort.record`. A deck that does not record is not stopped: it may be playing."""
        if "\n" in clip or "\r" in clip or len(clip) > LONGEST_NAME:
            raise DeviceRefusedError(self._device, f"a clip's name is one line of at most {LONGEST_NAME} characters")
        if on:
            await self.ask("record", {"name": clip} if clip else None)
        else:
            await self.look()
            if self.state.transport is not Transport.RECORDING:
                return
            await self.ask("stop")
        for _ in range(SETTLE_TRIES):
            await self.look()
            if (self.state.transport is Transport.RECORDING) == on:
                break
            await asyncio.sleep(SETTLE_S)
        else:
            raise DeviceRefusedError(self._device, "it has said yes and " + ("does not record" if on else "records on"))
        if not on:
            await self.list_clips()

    async def look(self) -> None:
        """Asks what the transport does."""
        self._learn((await self.ask("transport info")).named())

    async def list_clips(self) -> None:
        """Asks for the clips of the slot in use; a slot without a disk has none."""
        self.listed = True
        lines: tuple[str, ...] = ()
        with contextlib.suppress(DeviceRefusedError):
            lines = (await self.ask("clips get")).lines or ()
        clips = [_clip(line) for line in lines]
        self._become(replace(self.state, clips=tuple(clip for clip in clips if clip is not None)))

    async def look_at_slots(self, count: int) -> None:
        """Asks what is in each slot."""
        for slot in range(1, count + 1):
            self._fill((await self.ask("slot info", {"slot id": str(slot)})).named())

    def take(self, reply: Reply) -> None:
        """Learns from a reply that came."""
        match reply.code:
            case 502:
                self._fill(reply.named())
            case 508:
                self._learn(reply.named())
            case _ if not reply.unasked:
                self._answers.came(reply)

    def _learn(self, said: Mapping[str, str]) -> None:
        """From `transport info`; unasked it says only what has changed."""
        old = self.state
        transport = TRANSPORTS.get(said.get("status", ""), old.transport)
        signal = said.get("input video format", old.signal)
        slot = _number(said, "active slot" if "active slot" in said else "slot id", old.slot)
        if slot != old.slot or (old.transport is Transport.RECORDING and transport is not Transport.RECORDING):
            self.listed = False
        self._become(
            replace(
                old,
                transport=transport,
                speed=_number(said, "speed", old.speed),
                slot=slot,
                clip=_number(said, "clip id", old.clip),
                timecode=said.get("display timecode", said.get("timecode", old.timecode)),
                signal=None if signal == "none" else signal,
            )
        )

    def _fill(self, said: Mapping[str, str]) -> None:
        """From `slot info`."""
        slot = _number(said, "slot id", None)
        if slot is None or not 1 <= slot <= MOST_SLOTS:
            return
        media = {medium.slot: medium for medium in self.state.media}
        old = media.get(slot, Medium(slot, ""))
        media[slot] = Medium(
            slot,
            said.get("status", old.status),
            said.get("volume name", old.name),
            _number(said, "recording time", old.left_s),
        )
        self._become(replace(self.state, media=tuple(media[key] for key in sorted(media))))

    def _become(self, state: DeckState) -> None:
        if state != self.state:
            self.state = state
            self.changed(state)


@contextlib.asynccontextmanager
async def connect(address: DeviceAddress, wires: Wires) -> AsyncIterator[Device]:
    """As `Kind.connect`."""
    async with wires.tcp(address, address.host, address.port or PORT) as stream:
        lines = Lines(stream, address)
        greeting = await read_reply(lines)
        if greeting.code != 500:
            raise DeviceRefusedError(address, REFUSALS.get(greeting.code, f"it greets with {greeting.code}"))
        answers: Answers[Reply] = Answers(stream, address)
        deck = HyperDeck(address, answers)
        reading = asyncio.create_task(_read(deck, lines, answers))

        async def listen(report: Report) -> None:
            deck.changed = report
            report(deck.state)
            async with asyncio.TaskGroup() as group:
                group.create_task(_poll(deck))
                await reading

        try:
            identity = await _introduced(deck, address.options.get("remote") == "on")
            yield Device(identity, Capabilities(record=True, confirms=True), listen, recording=deck)
        finally:
            reading.cancel()
            await asyncio.wait([reading])
            answers.close()
            if not reading.cancelled():
                reading.exception()  # told by `listen`, or by whoever asked


async def _introduced(deck: HyperDeck, remote: bool) -> Identity:
    """Asks the deck who it is and how it stands, and to tell what changes."""
    said = (await deck.ask("device info")).named()
    if remote:
        await deck.ask("remote", {"enable": "true"})
    await deck.ask("notify", {"transport": "true", "slot": "true"})
    await deck.look()
    await deck.look_at_slots(min(_number(said, "slot count", 1) or 1, MOST_SLOTS))
    await deck.list_clips()
    return Identity(said.get("model", ""), firmware=said.get("software version", ""), serial=said.get("unique id", ""))


async def _read(deck: HyperDeck, lines: Lines, answers: Answers[Reply]) -> None:
    """The reader of the wire, until the deck is gone: then whoever waits for an answer is told so."""
    try:
        while True:
            deck.take(await read_reply(lines))
    except (DeviceError, OSError) as error:
        answers.close(error.fault if isinstance(error, DeviceError) else f"the connection broke ({error.strerror})")
        raise


async def _poll(deck: HyperDeck) -> None:
    while True:
        await asyncio.sleep(POLL_S)
        await deck.look()
        if not deck.listed:
            await deck.list_clips()


def _number(said: Mapping[str, str], name: str, known: int | None) -> int | None:
    """A number that was said; `none` is none, and what makes no sense is what was known."""
    text = said.get(name, "")
    if text == "none":
        return None
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else known


def _clip(line: str) -> Clip | None:
    """A line of `clips get`, version 1: `2: name 01:00:00:00 00:00:10:00`; names may have spaces."""
    number, _, rest = line.partition(":")
    parts = rest.strip().rsplit(" ", 2)
    if not (number.isascii() and number.isdigit() and len(number) <= 6 and len(parts) == 3):
        return None
    return Clip(int(number), *parts)


KIND = Kind(
    "hyperdeck",
    "Blackmagic HyperDeck",
    connect,
    PORT,
    {"remote": "on: takes control from its front panel"},
)
