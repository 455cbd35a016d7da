"""An emulated Blackmagic Videohub: the whole state at the start, then what changed, told to all clients.

Source: Blackmagic, Videohub Developer Information, protocol 2.8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade_devices.blocks import Block, read_block
from livegrade_hardware.emulators.announcing import by_mdns
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.kinds import EmulatedKind, count_of, switch_of
from livegrade_hardware.emulators.serving import Client, TcpEmulator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TextIO

ACK, NAK = Block("ACK", word=True), Block("NAK", word=True)


class EmulatedVideohub:
    """`inputs` and `outputs`: how many there are. `old`: as protocol 2.3 was, without names and END PRELUDE.

    `routes`, `labels`, `owners` (of locks: numbers of clients) may be looked at and changed by tests.
    """

    def __init__(
        self,
        inputs: int = 12,
        outputs: int = 12,
        old: bool = False,
        faults: Faults | None = None,
        log: TextIO | None = None,
    ) -> None:
        self.inputs = inputs
        self.outputs = outputs
        self.old = old
        self.present = "true"
        self.routes = {output: output % inputs for output in range(outputs)}
        self.labels = {
            "INPUT LABELS": {number: f"Input {number + 1}" for number in range(inputs)},
            "OUTPUT LABELS": {number: f"Output {number + 1}" for number in range(outputs)},
        }
        self.owners: dict[int, int] = {}
        self.server = TcpEmulator(self, faults, log)

    async def refuse(self, client: Client) -> None:
        """It just hangs up."""

    async def talk(self, client: Client) -> None:
        for block in self._prelude(client):
            await client.write(block.data)
        try:
            while True:
                await self._answer(client, await read_block(client.lines))
        finally:
            # A lock outlives its client, as somebody else's.
            self.owners = {output: 0 if owner == client.number else owner for output, owner in self.owners.items()}

    def _prelude(self, client: Client) -> Iterator[Block]:
        yield Block("PROTOCOL PREAMBLE", (f"Version: {'2.3' if self.old else '2.8'}",))
        yield Block("VIDEOHUB DEVICE", tuple(self._device()))
        for title in self.labels:
            yield self._dump(title, client)
        yield self._dump("VIDEO OUTPUT LOCKS", client)
        yield self._dump("VIDEO OUTPUT ROUTING", client)
        if not self.old:
            yield Block("CONFIGURATION", ("Take Mode: false",))
            yield Block("END PRELUDE")

    def _device(self) -> Iterator[str]:
        yield f"Device present: {self.present}"
        if self.present != "true":
            return
        yield f"Model name: Blackmagic Smart Videohub {self.inputs}x{self.outputs}"
        if not self.old:
            yield "Friendly name: Cart A"
            yield "Unique ID: 7C2E0D012345"
        yield f"Video inputs: {self.inputs}"
        yield "Video processing units: 0"
        yield f"Video outputs: {self.outputs}"
        yield "Video monitoring outputs: 0"
        yield "Serial ports: 0"

    def _dump(self, title: str, client: Client, only: frozenset[int] | None = None) -> Block:
        match title:
            case "VIDEO OUTPUT ROUTING":
                values = {output: str(source) for output, source in self.routes.items()}
            case "VIDEO OUTPUT LOCKS":
                values = {output: self._lock(output, client) for output in range(self.outputs)}
            case _:
                values = self.labels[title]
        chosen = values if only is None else {number: values[number] for number in sorted(only)}
        return Block(title, tuple(f"{number} {text}" for number, text in chosen.items()))

    def _lock(self, output: int, client: Client) -> str:
        owner = self.owners.get(output)
        return "U" if owner is None else "O" if owner == client.number else "L"

    async def _answer(self, client: Client, block: Block) -> None:
        if block.title == "PING":
            await client.write(ACK.data)
            return
        known = {"VIDEO OUTPUT ROUTING": self.outputs, "VIDEO OUTPUT LOCKS": self.outputs} | {
            title: len(labels) for title, labels in self.labels.items()
        }
        wanted = dict(block.numbered())
        if block.title not in known or len(wanted) != len(block.lines) or any(n >= known[block.title] for n in wanted):
            await client.write(NAK.data)
            return
        if not wanted:
            await client.write(ACK.data + self._dump(block.title, client).data)
            return
        if not self._set(client, block.title, wanted):
            await client.write(NAK.data)
            return
        await client.write(ACK.data)
        for each in list(self.server.clients):
            await each.tell(self._dump(block.title, each, frozenset(wanted)).data)

    def _set(self, client: Client, title: str, wanted: dict[int, str]) -> bool:
        """Takes what can be taken; False where a value makes no sense, and then nothing is taken."""
        match title:
            case "VIDEO OUTPUT ROUTING":
                if not all(text.isdigit() and int(text) < self.inputs for text in wanted.values()):
                    return False
                ours = {output for output in wanted if self.owners.get(output, client.number) == client.number}
                self.routes |= {output: int(wanted[output]) for output in ours}
            case "VIDEO OUTPUT LOCKS":
                if not all(text in ("O", "U", "F") for text in wanted.values()):
                    return False
                for number, text in wanted.items():
                    self._change_lock(client, number, text)
            case _:
                self.labels[title] |= wanted
        return True

    def _change_lock(self, client: Client, output: int, text: str) -> None:
        owner = self.owners.get(output)
        if text == "O" and owner is None:
            self.owners[output] = client.number
        elif text == "F" or (text == "U" and owner == client.number):
            self.owners.pop(output, None)


def _make(settings: Mapping[str, str], faults: Faults, log: TextIO | None) -> TcpEmulator:
    inputs, outputs = count_of(settings, "inputs", 12, 288), count_of(settings, "outputs", 12, 288)
    return EmulatedVideohub(inputs, outputs, switch_of(settings, "old"), faults, log).server


KIND = EmulatedKind(
    "videohub",
    "Blackmagic Videohub",
    9990,
    _make,
    {"inputs": "1 to 288", "outputs": "1 to 288", "old": "on for protocol 2.3"},
    announce=by_mdns(
        "_blackmagic._tcp",
        "Cart A",
        {"class": "Videohub", "name": "Cart A", "unique id": "7C2E0D012345", "protocol version": "2.8"},
    ),
)
