"""SDI cards as values and in words, for `livegrade sources` and `livegrade doctor`. Looks only: nothing is opened."""

from __future__ import annotations

import os
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from livegrade.transport.decklink import _binding, cards, modes
from livegrade.video.layouts import layout

if TYPE_CHECKING:
    from livegrade.transport.decklink._binding import CardFacts, Mode

DEVICE_NODES = Path("/dev/blackmagic")
"""Where the driver's kernel module makes its devices on Linux."""
_LANE_MB_S = {1: 250, 2: 500, 3: 985, 4: 1969}
"""What one lane of PCI Express carries each way, by its generation. Source: PCI-SIG, after line coding."""
_USABLE = 0.8
"""Share of it that pictures get: headers of packets, and other traffic."""
_DEPTHS = {8: "12 bit", 16: "10 bit", 32: "8 bit"}
_RGB = 2
_INACTIVE = modes.four("dxin")
"""A part whose connectors are given to another one."""


@dataclass(frozen=True, slots=True)
class SdiCard:
    """One card, or one of several parts of a card. `inputs`, `outputs`: connectors; `connector`: the input in force;
    `signal`: what comes there, None for nothing or unknown; `locked`: None where the card does not tell; `reference`:
    the same for its reference input; `in_use`: "input", "output"; `pcie_mb_s`: what its link carries each way;
    `largest_mb_s`: what one stream in `largest_mode` needs; `board`: the addresses of all parts that share the link;
    `board_mb_s`: what their largest modes at once need in the busier direction."""

    address: str
    name: str
    model: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    connector: str | None
    signal: str | None
    locked: bool | None
    reference: bool | None
    in_use: tuple[str, ...]
    pcie_mb_s: int | None
    largest_mode: str | None
    largest_mb_s: int | None
    board: tuple[str, ...]
    board_mb_s: int

    def __str__(self) -> str:
        ways = [f"{', '.join(names)} {way}" for names, way in ((self.inputs, "in"), (self.outputs, "out")) if names]
        parts = ["; ".join(ways)]
        if self.inputs and self.signal is not None:
            parts.append(f"{self.signal} at {self.connector}" + ("" if self.locked is not False else ", not locked"))
        elif self.inputs and self.locked is False:
            parts.append(f"no signal at {self.connector}")
        if self.reference:
            parts.append("reference locked")
        if self.in_use:
            parts.append(f"{' and '.join(self.in_use)} in use")
        return f"{self.name}: " + ", ".join(part for part in parts if part)


def sdi_cards() -> tuple[SdiCard, ...]:
    """Every card that can be used; none without a driver, or with one that is too old."""
    if cards.driver_trouble():
        return ()
    found = [_Known(facts, _modes(facts, output=False), _modes(facts, output=True)) for facts in _binding.cards()]
    return tuple(_card(known, board) for known, board in zip(found, _boards(found), strict=True))


def option_of(connector: str) -> str:
    """What chooses that input: "connection=hdmi"; empty where nothing does."""
    names = {cards.connector(bit): word for word, bit in cards.CONNECTIONS.items()}
    return f"connection={names[connector]}" if connector in names else ""


def driver_version() -> str | None:
    """Of the driver that is loaded; None without one."""
    version = _binding.driver_version()
    return None if version is None else version[1]


def missing_cards() -> str | None:
    """Why there is no card, as a sentence; None where there is one."""
    trouble = cards.driver_trouble()
    if trouble is not None:
        return f"no SDI: {trouble}"
    return None if _binding.cards() else f"no SDI: {cards.listed([])}"


def node_trouble() -> str | None:
    """On Linux: what is wrong with the devices that the driver's module makes, as a sentence with what to do."""
    if not sys.platform.startswith("linux"):
        return None
    nodes = sorted(DEVICE_NODES.iterdir()) if DEVICE_NODES.is_dir() else []
    if not nodes:
        return (
            f"the driver has made no device in {DEVICE_NODES}: no card is in the machine, or its kernel module is not "
            "loaded (modprobe blackmagic; after a new kernel: dpkg-reconfigure desktopvideo)"
        )
    locked = [str(node) for node in nodes if not os.access(node, os.R_OK | os.W_OK)]
    if locked:
        return f"you may not open {', '.join(locked)}: install Desktop Video again, or give your user the right"
    return None


class _Known(NamedTuple):
    facts: CardFacts
    inputs: list[Mode]
    outputs: list[Mode]


def _boards(found: list[_Known]) -> list[list[_Known]]:
    """For each card all parts of its board. The driver does not tell which belong together: of boards of one model the
    first has the first of each part, wherever those stand in the list."""
    seen: Counter[tuple[str, int, int]] = Counter()
    boards: dict[tuple[str, int, int], list[_Known]] = defaultdict(list)
    of: list[list[_Known]] = []
    for known in found:
        facts = known.facts
        part = facts.model, facts.subdevices, facts.subdevice
        board = boards[facts.model, facts.subdevices, seen[part]]
        seen[part] += 1
        board.append(known)
        of.append(board)
    return of


def _card(known: _Known, board: list[_Known]) -> SdiCard:
    facts = known.facts
    largest = max([*known.inputs, *known.outputs], key=mb_s, default=None)
    ways = ([part.inputs for part in board], [part.outputs for part in board])
    width, generation = facts.pcie_width, facts.pcie_speed
    lane = _LANE_MB_S.get(generation or 0)
    return SdiCard(
        address=f"decklink:{facts.index}",
        name=facts.name,
        model=facts.model,
        inputs=cards.connectors(facts.input_connections) if facts.captures else (),
        outputs=cards.connectors(facts.output_connections) if facts.plays else (),
        connector=cards.connector(facts.input_connection) if facts.captures else None,
        signal=_signal(facts, known.inputs),
        locked=facts.input_locked if facts.captures else None,
        reference=facts.reference_locked if facts.has_reference else None,
        in_use=tuple(word for bit, word in ((cards.CAPTURES, "input"), (cards.PLAYS, "output")) if facts.busy & bit),
        pcie_mb_s=round(width * lane * _USABLE) if width and lane else None,
        largest_mode=modes.name_of(largest) if largest is not None else None,
        largest_mb_s=round(mb_s(largest)) if largest is not None else None,
        board=tuple(f"decklink:{part.facts.index}" for part in board),
        board_mb_s=round(max(sum(max(map(mb_s, each), default=0.0) for each in way) for way in ways)),
    )


def mb_s(mode: Mode) -> float:
    """What pictures of that mode need as v210, in megabytes a second."""
    return float(layout("v210").geometry(mode.width, mode.height).size * modes.rate_of(mode).fps) / 1e6


def _modes(facts: CardFacts, output: bool) -> list[Mode]:
    if facts.duplex == _INACTIVE or not (facts.plays if output else facts.captures):
        return []
    try:
        return _binding.modes(facts.index, output)
    except (_binding.DriverError, IndexError):
        return []  # it was pulled meanwhile


def _signal(facts: CardFacts, known: list[Mode]) -> str | None:
    mode = next((mode for mode in known if mode.code == facts.detected_mode), None)
    if mode is None or facts.input_locked is False:
        return None
    flags = facts.detected_flags or 0
    depth = next((words for bit, words in _DEPTHS.items() if flags & bit), "")
    return " ".join(part for part in (modes.name_of(mode), "RGB" if flags & _RGB else "", depth) if part)
