"""Which cards there are, and what a driver's refusal means: one plain sentence each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.errors import SourceError
from livegrade.transport.decklink import _binding

if TYPE_CHECKING:
    from livegrade.transport.decklink._binding import CardFacts, DriverError

OLDEST_DRIVER = 0x0E000000
"""14.0: the first that knows the interfaces we ask for."""
STOP_LIMIT_NS = 3_000_000_000
"""What a driver gets to stop an input or an output. The session gives a source and an output longer."""
CAPTURES, PLAYS = 1, 2
"""Bits of `busy`."""
CONNECTIONS = {"sdi": 1, "hdmi": 2, "optical": 4}
"""Of a signal; by the words behind `connection=`."""
_SPELLED = {1: "SDI", 2: "HDMI", 4: "optical SDI", 8: "component", 16: "composite", 32: "S-Video", 64: "Ethernet"}
_ACCESS_DENIED = frozenset({0x80000009, 0x80070005})
"""Linux and macOS, and Windows. The same for what follows."""
_INVALID = frozenset({0x80000003, 0x80070057})
_NO_INTERFACE = frozenset({0x80000004, 0x80004002})
_NOT_THERE = "libDeckLinkAPI.so: cannot open shared object file: No such file"
_INSTALL = "install Desktop Video from blackmagicdesign.com/support"


@dataclass(frozen=True, slots=True)
class Identity:
    """Which card it is, whatever place it has in the driver's list: cards move up when one before them is pulled.
    `name`: for sentences; it tells equal parts of one card apart, and the user may choose it in Desktop Video Setup."""

    persistent_id: int | None
    handle: str | None
    index: int
    model: str
    name: str

    @classmethod
    def of(cls, card: CardFacts) -> Identity:
        return cls(card.persistent_id, card.handle, card.index, card.model, card.name)

    def is_of(self, card: CardFacts) -> bool:
        if self.persistent_id is not None:
            return card.persistent_id == self.persistent_id
        if self.handle is not None:
            return card.handle == self.handle
        return (card.index, card.model) == (self.index, self.model)


def driver_trouble() -> str | None:
    """Why no card can be used, as a sentence with what to do; None where the driver is there and new enough."""
    version = _binding.driver_version()
    if version is None:
        why = _binding.load_error()
        if not why or _NOT_THERE in why:
            return f"no DeckLink driver is on this machine; {_INSTALL}"
        return f"the DeckLink driver cannot be loaded ({why}); {_INSTALL}"
    if version[0] < OLDEST_DRIVER:
        return f"the DeckLink driver is version {version[1]} and livegrade needs 14.0 or newer; {_INSTALL}"
    return None


def find(number: int, known: Identity | None = None) -> CardFacts:
    """Card `number` of the driver's list, or the one that was `known` before, wherever it is now.

    Raises SourceError: no driver or an old one, no such card (with those that there are), the known one has gone."""
    trouble = driver_trouble()
    if trouble is not None:
        raise SourceError(trouble)
    found = _binding.cards()
    if known is not None:
        card = next((card for card in found if known.is_of(card)), None)
        if card is None:
            raise SourceError(f"the {known.name} is gone: pulled out, switched off, or its driver stopped")
        return card
    if not 0 <= number < len(found):
        raise SourceError(f"there is no card {number}; {listed(found)}")
    return found[number]


def listed(found: list[CardFacts]) -> str:
    """The cards that there are, for a sentence."""
    if not found:
        return "no DeckLink card is plugged in, or its driver does not see it (`livegrade doctor` looks)"
    return "there are " + ", ".join(f"decklink:{card.index} ({card.name})" for card in found)


def connector(connection: int | None) -> str:
    """A connection in words: "SDI"; "input" where it is not known."""
    return _SPELLED.get(connection or 0, "input")


def connectors(bits: int) -> tuple[str, ...]:
    """The connections of a bit field, in words."""
    return tuple(name for bit, name in _SPELLED.items() if bits & bit)


def does_not_stop(card: CardFacts, *, capture: bool) -> str:
    """The driver did not come to rest within STOP_LIMIT_NS."""
    side = "input" if capture else "output"
    return (
        f"the driver does not stop the {side} of the {card.name} and is left alone; it may have to be started anew "
        "before that is free again"
    )


def sentence(error: DriverError, card: CardFacts, *, capture: bool) -> str:
    """What a refusal of the driver means to the user. `capture`: an input was asked for, else an output."""
    if error.code in _ACCESS_DENIED:
        return (
            f"the {'input' if capture else 'output'} of the {card.name} is in use by another program, or by another "
            "source or output here; end that one, or take another connector"
        )
    if error.code in _NO_INTERFACE:
        return f"the {card.name} has no {'input' if capture else 'output'}"
    if error.code in _INVALID:
        return f"the {card.name} does not do what it was asked for ({error.call})"
    return f"the {card.name} or its driver failed ({error.call}: {error.code:08X})"
