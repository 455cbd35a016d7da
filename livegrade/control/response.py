"""What the look of a slot does to greys, worked out beside the thread that carries commands out: a look that had to be
baked takes its time to measure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from livegrade.beside import OneThread
from livegrade.color.grading import RgbCurves
from livegrade.color.look import Look
from livegrade.color.nodes import FULL_MIX
from livegrade.color.reach import EXCURSIONS
from livegrade.color.response import FULL_RANGE, response, stops
from livegrade.control.effects import WorkEffect
from livegrade.control.entering import entering
from livegrade.control.messages import Answer
from livegrade.control.parameters import curves
from livegrade.errors import UsageError
from livegrade.scopes.measure import Tap
from livegrade.video.format import Range

if TYPE_CHECKING:
    from concurrent.futures import Future

    import numpy as np
    from numpy.typing import NDArray

    from livegrade.color.fold import Interval
    from livegrade.color.nodes import Node
    from livegrade.color.response import Response
    from livegrade.control.commands import LookResponse
    from livegrade.control.history import Step
    from livegrade.session.slot import SlotRunner

DECIMALS = 5
MOST_WAITING = 16
STOP_S = 2.0
"""How long the end of a session waits for one that is being worked out."""


class Responses:
    """Owns the thread that works them out."""

    def __init__(self) -> None:
        self._working = OneThread("livegrade-responses", STOP_S)
        self._waiting: set[Future[Answer]] = set()

    def ask(self, slot: SlotRunner, now: Step, command: LookResponse) -> WorkEffect:
        """Of the look that `slot` shows, whose own nodes are those of `now`. Raises UsageError for a node that is not
        there, and where too many wait."""
        if len(self._waiting) >= MOST_WAITING:
            raise UsageError(f"{MOST_WAITING} curves of looks are being worked out; ask again when they are there")
        if command.node is None:
            work = self._working.submit(_answered, _Asked.of(slot, now, command.samples))
        else:
            at = now.place(command.node)
            shown = slot.drawing.look.nodes[: len(slot.chain.entrance) + at]
            work = self._working.submit(_of_node, slot, now.nodes[at].node, Look(shown), command.samples)
        self._waiting.add(work)
        work.add_done_callback(self._waiting.discard)
        return WorkEffect(work)

    def close(self) -> None:
        """Waits for what is worked out, for STOP_S."""
        self._working.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """`shown`: with what the slot keeps around its look; `ids`: of the nodes of `shown` that clients know."""

    slot: SlotRunner
    shown: Look
    ids: dict[int, str]
    look_id: str
    samples: int

    @classmethod
    def of(cls, slot: SlotRunner, now: Step, samples: int) -> _Asked:
        asked, first = slot.drawing.look, len(slot.chain.entrance)
        own = slot.look.nodes
        ids = {
            first + at: placed.id
            for at, placed in enumerate(now.nodes)
            if first + at < len(asked.nodes) and asked.nodes[first + at] is own[at]
        }
        graded = slot.drawing.graded
        if slot.drawing.refused and graded is not None:
            return cls(slot, graded[1], {}, now.look.id, samples)
        return cls(slot, asked, ids, now.look.id, samples)


def _answered(asked: _Asked) -> Answer:
    slot = asked.slot
    made = response(asked.shown, asked.samples, _ends(slot))
    found: dict[str, Any] = {
        "look": asked.look_id,
        **_greys(made),
        "stops": None if slot.camera is None else _rounded(stops(made.ramp, slot.camera.curve)),
        "cuts": {asked.ids[number]: round(cut, DECIMALS) for number, cut in made.cuts.items() if number in asked.ids},
        "baked": _baked(asked),
    }
    return Answer("done", found=[found])


def _of_node(slot: SlotRunner, node: Node, before: Look, samples: int) -> Answer:
    """Of one node by itself, and where it has curves, of each by itself."""
    alone = replace(node, enabled=True, mix=FULL_MIX)  # type: ignore[type-var]  # all nodes are dataclasses
    found: dict[str, Any] = _greys(response(Look((alone,)), samples, _ends(slot)))
    each = (response(Look((RgbCurves(points),)), samples, _ends(slot)) for points in curves(node).values())
    found["curves"] = {name: _listed(made.rgb[:, 0]) for name, made in zip(curves(node), each, strict=True)}
    found["histogram"] = entering(slot.scopes.get(Tap.SOURCE), before)
    return Answer("done", found=[found])


def _ends(slot: SlotRunner) -> Interval:
    """The lowest and the highest grey that the slot's codes have."""
    is_full = slot.format is not None and slot.format.range is Range.FULL
    return FULL_RANGE if is_full else EXCURSIONS


def _greys(made: Response) -> dict[str, list[float]]:
    red, green, blue = (_listed(made.rgb[:, channel]) for channel in range(3))
    return {"in": _listed(made.ramp), "red": red, "green": green, "blue": blue}


def _listed(values: NDArray[np.float64]) -> list[float]:
    return list(values.round(DECIMALS).tolist())


def _baked(asked: _Asked) -> dict[str, Any] | None:
    """The bake itself is that of the engine: it is done once for all who want it."""
    error = asked.shown.slots().baked
    if error is None:
        return None
    nodes = [asked.ids[number] for number in error.nodes if number in asked.ids]
    codes = round(error.codes, 2)
    return {"nodes": nodes, "codes": codes, "figures": error.figures, "sentence": error.sentence}


def _rounded(values: list[float | None]) -> list[float | None]:
    return [None if value is None else round(value, 3) for value in values]
