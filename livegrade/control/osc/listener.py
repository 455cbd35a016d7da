"""One surface that is told the values as they change: the newest only, in few packets, and not what it says itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.control.osc.packets import bundles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HOLD_S = 0.3
"""A value that a surface turns is left to it for so long after its last word; then it is told what is true."""
AGAIN_S = 1.0
"""A value is told once more after it has rested for so long: packets get lost on the air."""
MOST_PACKETS = 24
"""Packets that go to a surface at once; the rest follows with the next turn."""


class Listener:
    """What a surface knows. Arithmetic only; times are the loop's, in seconds."""

    def __init__(self) -> None:
        self._told: dict[str, bytes] = {}
        self._again: dict[str, float] = {}
        self._own: dict[str, float] = {}
        self._settled: Mapping[str, bytes] | None = None

    def forget(self) -> None:
        """It is to be told everything again."""
        self._told.clear()
        self._again.clear()
        self._own.clear()
        self._settled = None

    def said(self, address: str, now_s: float) -> None:
        """The surface turns this value itself: it is told what became of it when it rests."""
        self._told.pop(address, None)
        self._own[address] = now_s + HOLD_S
        self._settled = None

    def due(self, values: Mapping[str, bytes], now_s: float) -> Iterator[list[bytes]]:
        """What to send now, in groups for one packet each; call `sent` with each that went out. `values`: packed
        messages by address."""
        if values is self._settled:
            return  # it knows all
        self._own = {address: until_s for address, until_s in self._own.items() if until_s > now_s}
        lost = [address for address in self._told if address not in values]
        for address in lost:
            self._told.pop(address)
            self._again.pop(address, None)
        wanted = [
            message
            for address, message in values.items()
            if address not in self._own
            and (self._told.get(address) != message or self._again.get(address, now_s + 1) <= now_s)
        ]
        for number, group in enumerate(bundles(wanted)):
            if number >= MOST_PACKETS:
                return
            yield group
        if not (wanted or self._own or self._again):
            self._settled = values

    def sent(self, group: list[bytes], now_s: float) -> None:
        """These went out."""
        for message in group:
            address = message[: message.index(b"\x00")].decode()
            if self._told.get(address) == message:
                self._again.pop(address, None)
            else:
                self._told[address] = message
                self._again[address] = now_s + AGAIN_S
