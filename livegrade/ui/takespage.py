"""The page of takes: the keys that begin, end and mark them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from livegrade.ui.keys import Action
from livegrade.ui.panel import Panel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livegrade.ui.link import SessionLink

MARKERS = {"boom-shadow": "boom shadow", "flare": "flare", "reflection": "reflection", "focus": "focus"}


class TakesPage(Panel):
    """Of the slot that is looked at."""

    title = "Takes"

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self._slot = ""

    def show_slot(self, slot: str) -> None:
        self._slot = slot

    def toggle_take(self) -> None:
        """Begins a take of the slot, or ends the one that runs."""
        runs = self._link.at("library", "open", self._slot) is not None
        self._do("take.end" if runs else "take.start")

    def can(self) -> Iterable[Action]:
        yield Action("grab", "Take: grab a still", "S", lambda: self._do("still.grab"))
        yield Action("take", "Take: begin or end", "R", self.toggle_take)
        yield Action("circle", "Take: circle the newest", "", lambda: self._link.do_aloud("take.circle"))
        yield Action("marker", "Take: marker", "M", lambda: self._do("marker.add"))
        for kind, words in MARKERS.items():
            yield Action(f"marker-{kind}", f"Take: marker, {words}", "", partial(self._do, "marker.add", kind=kind))

    def _do(self, command: str, **arguments: Any) -> None:
        self._link.do_aloud(command, slot=self._slot, **arguments)
