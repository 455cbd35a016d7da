"""What wheels and fields change, on its way to the session: gathered while a message is under way, so that a fast hand
makes no queue and the last position is always sent.

Changes are relative: two hands on one number, at the window and at a panel, add up and do not fight.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from typing import TypeAlias

    from livegrade.control.messages import Answer
    from livegrade.ui.link import SessionLink

    Points: TypeAlias = list[tuple[float, float]]


class Turns(QObject):
    """For one window."""

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self._gathered: dict[tuple[str, str | None], dict[str, float]] = {}
        self._under_way: set[tuple[str, str | None]] = set()
        self._said: dict[tuple[str, str | None], Callable[[], str]] = {}
        self._curves: dict[tuple[str, str, str], Points | None] = {}

    def turn(self, slot: str, node: str | None, deltas: dict[str, float], said: Callable[[], str] = lambda: "") -> None:
        """Adds to numbers of a node (`{"slope.r": 0.01}`), of the first that has them where `node` is None. `said`: is
        asked what was done when it is; "" for the session's words."""
        self._said[slot, node] = said
        gathered = self._gathered.setdefault((slot, node), {})
        for name, delta in deltas.items():
            gathered[name] = gathered.get(name, 0.0) + delta
        self._send((slot, node))

    def set(self, slot: str, node: str | None, values: dict[str, float | bool | list[float]]) -> None:
        """Sets numbers at once; what was gathered of them is forgotten."""
        gathered = self._gathered.get((slot, node), {})
        for name in values:
            for each in [key for key in gathered if key == name or key.startswith(f"{name}.")]:
                del gathered[each]
        self._link.do_aloud("look.set", slot=slot, node=node, values=values)

    def draw(self, slot: str, node: str, channel: str, points: Points) -> None:
        """The points of a curve of a node; of those that come while some are under way, the newest are sent."""
        at = slot, node, channel
        waits = at in self._curves
        self._curves[at] = points
        if not waits:
            self._send_curve(at)

    def _send_curve(self, at: tuple[str, str, str]) -> None:
        points = self._curves[at]
        if points is None:
            del self._curves[at]
            return
        self._curves[at] = None
        slot, node, channel = at

        def answered(answer: Answer) -> None:
            self._link.tell(answer, slot)
            self._send_curve(at)

        self._link.do("look.curve", answered, slot=slot, node=node, channel=channel, points=points)

    def _send(self, at: tuple[str, str | None]) -> None:
        if at in self._under_way or not self._gathered.get(at):
            return
        slot, node = at
        values = {name: delta for name, delta in self._gathered.pop(at).items() if delta}
        if not values:
            return
        self._under_way.add(at)

        def answered(answer: Answer) -> None:
            self._under_way.discard(at)
            self._link.tell(answer, slot, self._said[at]())
            self._send(at)

        self._link.do("look.set", answered, slot=slot, node=node, values=values, relative=True)
