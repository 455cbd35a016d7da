"""An emulated Blackmagic HyperDeck: its protocol, over the deck of `deck.py`.

Source: Blackmagic, HyperDeck Ethernet Protocol 1.11. Commands whose replies are not known to the byte (commands,
uptime, help, format) are answered 103 unsupported.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from livegrade.errors import UsageError
from livegrade_devices.recorders.hyperdecktext import Command, Reply, read_command
from livegrade_hardware.emulators.deck import Deck, RefusedError, timecode
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.kinds import EmulatedKind, count_of, switch_of
from livegrade_hardware.emulators.serving import Client, TcpEmulator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TextIO

OK = Reply(200, "ok")
REFUSALS = {
    100: "syntax error",
    101: "unsupported parameter",
    102: "invalid value",
    103: "unsupported",
    104: "disk full",
    105: "no disk",
    107: "timeline empty",
    109: "out of range",
    110: "no input",
    111: "remote control disabled",
    150: "invalid state",
}
TOLD = {
    "transport": 508,
    "slot": 502,
    "remote": 510,
    "configuration": 511,
    "dropped frames": 0,
    "display timecode": 513,
    "timeline position": 514,
}
"""What a client may ask to be told of, and the reply that tells it."""


class EmulatedHyperDeck:
    """`deck`: its disks and its transport. `old`: takes one client only, as old units did. `clock`: seconds."""

    def __init__(
        self,
        slots: int = 2,
        old: bool = False,
        faults: Faults | None = None,
        log: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.deck = Deck(slots, clock)
        self.configuration = {"audio input": "embedded", "video input": "SDI", "file format": "QuickTimeProResHQ"}
        self.server = TcpEmulator(self, faults, log)
        if old:
            self.server.faults.most_clients = 1
        self._wanted: dict[Client, dict[str, bool]] = {}
        self._watchdogs: dict[Client, int] = {}
        self._known: dict[str, Callable[[Client, Mapping[str, str]], Reply]] = {
            "ping": lambda client, given: OK,
            "device info": lambda client, given: self._introduction(204, "device info"),
            "transport info": lambda client, given: self._transport(208),
            "slot info": self._slot_info,
            "slot select": self._slot_select,
            "disk list": self._disk_list,
            "clips count": lambda client, given: Reply(214, "clips count", (f"clip count: {len(self._takes())}",)),
            "clips get": self._clips_get,
            "clips clear": self._clips_clear,
            "clips remove": self._clips_remove,
            "configuration": self._configure,
            "remote": self._remote,
            "notify": self._notify,
            "watchdog": self._watchdog,
            "preview": self._preview,
            "play": self._play,
            "shuttle": lambda client, given: self._moved(lambda: self.deck.play(_whole(given, "speed"), "shuttle")),
            "stop": lambda client, given: self._moved(self.deck.stop),
            "record": lambda client, given: self._moved(lambda: self.deck.record(given.get("name", ""))),
            "goto": self._goto,
            "identify": lambda client, given: OK,
        }

    async def refuse(self, client: Client) -> None:
        await client.write(Reply(120, "connection rejected").data)

    async def talk(self, client: Client) -> None:
        self._wanted[client] = dict.fromkeys(TOLD, False)
        try:
            await client.write(self._introduction(500, "connection info").data)
            while (command := await self._heard(client)) is not None and command.name != "quit":
                await self._answer(client, command)
            if command is not None:
                await client.write(OK.data)
        finally:
            self._wanted.pop(client)
            self._watchdogs.pop(client, None)

    async def changed(self, what: str) -> None:
        """Tells whoever wanted to know; for tests that change the deck by hand, too."""
        replies = {
            "transport": lambda: self._transport(508),
            "slot": lambda: self._slot(502, self.deck.slot),
            "remote": lambda: self._remote_info(510),
            "configuration": lambda: self._configuration(511),
        }
        for client, wanted in list(self._wanted.items()):
            if wanted[what]:
                await client.tell(replies[what]().data)

    async def _heard(self, client: Client) -> Command | None:
        """The next command; None where the watchdog has waited in vain, and then a recording ends."""
        try:
            async with asyncio.timeout(self._watchdogs.get(client)):
                return await read_command(client.lines)
        except TimeoutError:
            if self.deck.status == "record":
                self.deck.stop()
                await self.changed("transport")
            return None

    async def _answer(self, client: Client, command: Command) -> None:
        before = self._transport(0), self._remote_info(0), dict(self.configuration), repr(self.deck.slots)
        try:
            known = self._known.get(command.name)
            if known is None:
                raise RefusedError(103)
            reply = known(client, command.given)
        except RefusedError as error:
            reply = Reply(error.code, REFUSALS[error.code])
        await client.write(reply.data)
        after = self._transport(0), self._remote_info(0), dict(self.configuration), repr(self.deck.slots)
        for what, old, new in zip(("transport", "remote", "configuration", "slot"), before, after, strict=True):
            if old != new and command.name not in ("ping", "transport info"):
                await self.changed(what)

    def _introduction(self, code: int, text: str) -> Reply:
        said = ["protocol version: 1.11", "model: HyperDeck Studio HD Plus"]
        if code == 204:
            said += ["unique id: 7c2e0d01f00d", f"slot count: {len(self.deck.slots)}", "software version: 8.4.2"]
        return Reply(code, text, tuple(said))

    def _transport(self, code: int) -> Reply:
        deck = self.deck
        shown = timecode(deck.display())
        said = (
            f"status: {deck.status}",
            f"speed: {deck.speed}",
            f"slot id: {deck.slot}",
            f"clip id: {deck.clip or 'none'}",
            f"single clip: {_word(deck.single)}",
            f"display timecode: {shown}",
            f"timecode: {shown}",
            "video format: 1080p24",
            f"loop: {_word(deck.loop)}",
            f"input video format: {deck.signal}",
            "dynamic range: off",
        )
        # At a change, the timecode of that moment: it is no change itself.
        return Reply(code, "transport info", said if code else tuple(line for line in said if "timecode" not in line))

    def _slot(self, code: int, number: int) -> Reply:
        slot = self.deck.slots[number]
        said = [f"slot id: {number}", f"status: {slot.status}", f"volume name: {slot.name}"]
        return Reply(code, "slot info", (*said, f"recording time: {slot.seconds}", "video format: 1080p24"))

    def _slot_info(self, client: Client, given: Mapping[str, str]) -> Reply:
        number = _whole(given, "slot id", self.deck.slot)
        if number not in self.deck.slots:
            raise RefusedError(109)
        return self._slot(202, number)

    def _slot_select(self, client: Client, given: Mapping[str, str]) -> Reply:
        return self._moved(lambda: self.deck.select(_whole(given, "slot id")))

    def _disk_list(self, client: Client, given: Mapping[str, str]) -> Reply:
        number = _whole(given, "slot id", self.deck.slot)
        if number not in self.deck.slots:
            raise RefusedError(109)
        takes = enumerate(self.deck.slots[number].takes, 1)
        rows = (f"{n}: {take.name}.mov QuickTimeProResHQ 1080p24 {timecode(take.length)}" for n, take in takes)
        return Reply(206, "disk list", (f"slot id: {number}", *rows))

    def _takes(self) -> list[tuple[int, str]]:
        """The clips, each with its line of version 1."""
        takes = enumerate(self.deck.disk.takes, 1)
        return [(n, f"{n}: {take.name} {timecode(take.start)} {timecode(take.length)}") for n, take in takes]

    def _clips_get(self, client: Client, given: Mapping[str, str]) -> Reply:
        first, count = _whole(given, "clip id", 1), _whole(given, "count", 1_000_000)
        if given.get("version", "1") != "1":
            raise RefusedError(101)
        rows = [row for n, row in self._takes() if first <= n < first + count]
        return Reply(205, "clips info", (f"clip count: {len(rows)}", *rows))

    def _clips_clear(self, client: Client, given: Mapping[str, str]) -> Reply:
        def clear() -> None:
            self.deck.disk.takes.clear()
            self.deck.clip = 0

        return self._moved(clear)

    def _clips_remove(self, client: Client, given: Mapping[str, str]) -> Reply:
        number = _whole(given, "clip id")

        def remove() -> None:
            if not 1 <= number <= len(self.deck.disk.takes):
                raise RefusedError(109)
            del self.deck.disk.takes[number - 1]
            self.deck.clip = min(self.deck.clip, len(self.deck.disk.takes))

        return self._moved(remove)

    def _configuration(self, code: int) -> Reply:
        return Reply(code, "configuration", tuple(f"{key}: {value}" for key, value in self.configuration.items()))

    def _configure(self, client: Client, given: Mapping[str, str]) -> Reply:
        if not given:
            return self._configuration(211)
        if not given.keys() <= self.configuration.keys():
            raise RefusedError(101)
        return self._moved(lambda: self.configuration.update(given))

    def _remote_info(self, code: int) -> Reply:
        return Reply(code, "remote info", (f"enabled: {_word(self.deck.remote)}", "override: false"))

    def _remote(self, client: Client, given: Mapping[str, str]) -> Reply:
        if not given:
            return self._remote_info(210)
        self.deck.remote = _switch(given, "enable", self.deck.remote)
        return OK

    def _notify(self, client: Client, given: Mapping[str, str]) -> Reply:
        wanted = self._wanted[client]
        if not given:
            return Reply(209, "notify", tuple(f"{key}: {_word(on)}" for key, on in wanted.items()))
        if not given.keys() <= wanted.keys():
            raise RefusedError(101)
        wanted.update({key: _switch(given, key, False) for key in given})
        return OK

    def _watchdog(self, client: Client, given: Mapping[str, str]) -> Reply:
        period = _whole(given, "period")
        self._watchdogs.pop(client, None)
        if period:
            self._watchdogs[client] = period
        return OK

    def _preview(self, client: Client, given: Mapping[str, str]) -> Reply:
        return self._moved(lambda: self.deck.preview(_switch(given, "enable", True)))

    def _play(self, client: Client, given: Mapping[str, str]) -> Reply:
        def play() -> None:
            self.deck.loop = _switch(given, "loop", False)
            self.deck.single = _switch(given, "single clip", False)
            self.deck.play(_whole(given, "speed", 100))

        return self._moved(play)

    def _goto(self, client: Client, given: Mapping[str, str]) -> Reply:
        clip = given.get("clip id", "")
        ends = {"start": self.deck.clip, "end": self.deck.clip}
        if clip:
            step = _whole(given, "clip id")
            return self._moved(lambda: self.deck.go(self.deck.clip + step if clip[0] in "+-" else step))
        if given.get("clip") in ends:
            return self._moved(lambda: self.deck.go(ends[given["clip"]]))
        raise RefusedError(101)

    def _moved(self, move: Callable[[], None]) -> Reply:
        """What needs the deck under remote control."""
        if not self.deck.remote:
            raise RefusedError(111)
        move()
        return OK


def _whole(given: Mapping[str, str], name: str, usual: int | None = None) -> int:
    text = given.get(name, "" if usual is None else str(usual))
    digits = text.lstrip("+-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9 and len(text) - len(digits) <= 1):
        raise RefusedError(102 if text else 100)
    return int(text)


def _switch(given: Mapping[str, str], name: str, usual: bool) -> bool:
    text = given.get(name, _word(usual))
    if text not in ("true", "false"):
        raise RefusedError(102)
    return text == "true"


def _word(on: bool) -> str:
    return "true" if on else "false"


def _make(settings: Mapping[str, str], faults: Faults, log: TextIO | None) -> TcpEmulator:
    emulated = EmulatedHyperDeck(count_of(settings, "slots", 2, 8), switch_of(settings, "old"), faults, log)
    emulated.deck.remote = switch_of(settings, "remote", True)
    emulated.deck.signal = settings.get("signal", "1080p24")
    if not emulated.deck.signal or "\n" in emulated.deck.signal:
        raise UsageError("signal=: a format such as 1080p24 is wanted, or none")
    return emulated.server


KIND = EmulatedKind(
    "hyperdeck",
    "Blackmagic HyperDeck",
    9993,
    _make,
    {
        "slots": "1 to 8",
        "old": "on: one client only",
        "remote": "off: the front panel has it",
        "signal": "what comes in, none for nothing",
    },
)
