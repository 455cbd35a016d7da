"""Commands on how a picture differs from another one: the numbers for clients, and the nodes that close the
difference."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from livegrade.color.balance import WhiteBalance
from livegrade.color.compare import CODE_MAX
from livegrade.color.grading import Exposure
from livegrade.color.look import Look
from livegrade.color.nodes import Role
from livegrade.control.history import PlacedNode, Step
from livegrade.control.looks import MOST_NODES, whole_path
from livegrade.engine.comparison import FilePicture, Shown, SlotPicture, StillPicture, parse_reference
from livegrade.errors import UsageError
from livegrade.session.matching import WHOLE, MatchWish, Region, read_match

if TYPE_CHECKING:
    from livegrade.color.nodes import Node
    from livegrade.control import commands as c
    from livegrade.control.history import History
    from livegrade.engine.comparison import SingleReference
    from livegrade.session import Session
    from livegrade.session.matching import MatchReading
    from livegrade.session.setup import SlotSetup
    from livegrade.session.slot import SlotRunner

NAME = "Match to "
"""What nodes that a match made are called by, and what it was to."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What stands in the look of a slot, and how the slot is set up, when a match is worked out for it; `theirs`: the
    look and the set-up of the slot that it is matched to, where it is to one; without a look where it is to its
    source."""

    nodes: tuple[PlacedNode, ...]
    setup: SlotSetup
    theirs: tuple[Look | None, SlotSetup] | None

    @classmethod
    def of(cls, session: Session, slot: SlotRunner, history: History, reference: SingleReference) -> Ground:
        theirs = None
        if isinstance(reference, SlotPicture):
            other = session.slot(reference.slot)
            theirs = (None if reference.shown is Shown.SOURCE else other.drawing.look), other.setup
        return cls(history.now.nodes, slot.setup, theirs)

    def is_own(self, now: Ground) -> bool:
        """All are replaced whole where they change, and compared by what they are, not by what is in them."""
        return self.nodes is now.nodes and self.setup is now.setup

    def is_theirs(self, now: Ground) -> bool:
        if self.theirs is None or now.theirs is None:
            return self.theirs is now.theirs
        return self.theirs[0] is now.theirs[0] and self.theirs[1] is now.theirs[1]


@dataclass(frozen=True, slots=True)
class Matched:
    """What `match.apply` found: `nodes` for the look of `slot` as it stood on `ground`, and what they are from."""

    slot: str
    reference: SingleReference
    ground: Ground
    nodes: tuple[Node, ...]
    words: str


def read(session: Session, history: History, command: c.ReadMatch) -> tuple[int, dict[str, Any]]:
    """The frame and the numbers. Reads the disk. Raises LivegradeError."""
    reading = read_match(session, session.slot(command.slot), history.now.look, _wish(command))
    return reading.index, told(command.against, reading)


def found(session: Session, history: History, command: c.ApplyMatch) -> Matched:
    """Reads the disk. Raises LivegradeError."""
    wish, slot = _wish(command), session.slot(command.slot)
    ground = Ground.of(session, slot, history, wish.reference)
    look = Look(tuple(placed.node for placed in without_match(ground.nodes)))
    reading = read_match(session, slot, look, wish)
    if reading.quality == "poor":
        raise UsageError(f"not applied, for it would not be to be trusted: {reading.why[-1]}")
    words = NAME + named(wish.reference)
    nodes = _cdl(reading, words) if command.by == "cdl" else _light(reading, words)
    return Matched(slot.name, wish.reference, ground, nodes, words)


def applied(session: Session, history: History, matched: Matched) -> History:
    """With the nodes, as one step; a match that is there gives way. Raises UsageError for too many nodes, and where the
    look, camera or source of the slot, or of the one that it is matched to, is another than when the match was worked
    out."""
    now, slot = history.now, session.slot(matched.slot)
    ground = Ground.of(session, slot, history, matched.reference)
    for name, same in ((slot.name, matched.ground.is_own(ground)), (_other(matched), matched.ground.is_theirs(ground))):
        if not same:
            raise UsageError(f"the look of slot {name} was changed while the match was worked out; apply it again")
    kept = without_match(now.nodes)
    if len(kept) + len(matched.nodes) > MOST_NODES:
        raise UsageError(f"this look has {MOST_NODES} nodes, which is as many as there may be")
    place = next((at for at, one in enumerate(kept) if one.node.role is Role.TRANSFORM), len(kept))
    new = tuple(PlacedNode(f"n{history.used + at}", node) for at, node in enumerate(matched.nodes, 1))
    nodes = (*kept[:place], *new, *kept[place:])
    return history.then(Step(matched.words, nodes, now.name, now.notes), new_nodes=len(new))


def _other(matched: Matched) -> str:
    return matched.reference.slot if isinstance(matched.reference, SlotPicture) else ""


def without_match(nodes: tuple[PlacedNode, ...]) -> tuple[PlacedNode, ...]:
    """Without the nodes of a match that stand last before the first LUT or transform."""
    place = next((at for at, one in enumerate(nodes) if one.node.role is Role.TRANSFORM), len(nodes))
    end = place
    while end and nodes[end - 1].node.name.startswith(NAME):
        end -= 1
    return (*nodes[:end], *nodes[place:])


def named(reference: SingleReference) -> str:
    """For people: "still 12", "slot B", the name of a file."""
    match reference:
        case StillPicture():
            return f"still {reference.key}" + (" source" if reference.shown is Shown.SOURCE else "")
        case SlotPicture():
            return f"slot {reference.slot}" + (" source" if reference.shown is Shown.SOURCE else "")
        case FilePicture():
            return Path(reference.path).name
        case _:
            return str(reference)


def told(against: str, reading: MatchReading) -> dict[str, Any]:
    """What a client is told of a reading: docs/api.md, match.read."""
    found = reading.found
    rough = None if found.rough is None else asdict(found.rough)
    cdl = {name: getattr(found.cdl, name) for name in ("slope", "offset", "power", "saturation")}
    numbers = {name: getattr(found, name) for name in ("stops", "temperature", "tint", "contrast", "pixels", "aligned")}
    return {
        "with": against,
        **numbers,
        "reference_kelvin": found.reference,
        "cdl": cdl,
        "left_codes": found.error * CODE_MAX,
        "rough": rough,
        "light_of": reading.space.name or reading.space.curve.name,
        "quality": reading.quality,
        "why": list(reading.why),
    }


def _wish(command: c.ReadMatch | c.ApplyMatch) -> MatchWish:
    reference = parse_reference(command.against)
    if isinstance(reference, FilePicture):
        whole_path(reference.path)
    regions = (WHOLE if part is None else Region(*part) for part in (command.region, command.reference_region))
    own, other = regions
    return MatchWish(reference, own, other, command.aligned)


def _cdl(reading: MatchReading, words: str) -> tuple[Node, ...]:
    return (replace(reading.found.cdl, name=words),)


def _light(reading: MatchReading, words: str) -> tuple[Node, ...]:
    found, space = reading.found, reading.space
    if found.temperature is None or found.tint is None:
        raise UsageError("the colours are too far apart for any white balance; apply the CDL instead")
    balance = WhiteBalance(found.temperature, space, found.tint, found.reference, name=words)
    return (Exposure(found.stops, space, name=words), balance)
