"""What one slot can have of another: its look, and nodes, as copies or as one node in both."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from livegrade.ui.keys import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from livegrade.ui.link import SessionLink

Choice: TypeAlias = tuple[str, Callable[[], object]]
"""In words, and what does it."""


class AcrossSlots:
    """Reads which slots and nodes there are whenever it is asked."""

    def __init__(self, link: SessionLink) -> None:
        self._link = link

    def looks(self, slot: str) -> Iterator[Choice]:
        """The look of another slot instead of its own."""
        for other in self._others(slot):
            copy = partial(self._link.do_aloud, "look.copy", slot=slot, **{"from": other})
            yield f"Copy the look of slot {other}", copy

    def copies(self, slot: str, node: str) -> Iterator[Choice]:
        """The node in another slot too."""
        for other in self._others(slot):
            copy = partial(self._link.do_aloud, "look.copy", slot=other, node=node, **{"from": slot})
            yield f"Copy to slot {other}", copy

    def links(self, slot: str, node: str) -> Iterator[tuple[str, list[Choice]]]:
        """The node as one with another slot's: where, and as which node there."""
        linked = self._link.at("slots", slot, "look", "nodes", node, "linked") or {}
        for other in self._others(slot):
            if other in linked:
                continue
            join = partial(self._link.do_aloud, "look.link", slot=other, node=node, **{"from": slot})
            there = self._link.at("slots", other, "look", "nodes") or {}
            into = [
                (f"in place of {one['place'] + 1}: {one['name'] or one['kind']}", partial(join, into=id))
                for id, one in sorted(there.items(), key=lambda item: item[1]["place"])
            ]
            yield f"Make one with slot {other}", [("as a node more there", join), *into]

    def unlinks(self, slot: str, node: str) -> Iterator[Choice]:
        """The node for its slot alone again, where it is one with others."""
        if self._link.at("slots", slot, "look", "nodes", node, "linked"):
            yield "Its own again", partial(self._link.do_aloud, "look.unlink", slot=slot, node=node)

    def actions(self, slot: str, node: str) -> Iterable[Action]:
        """All of it for a slot and the node of it that is chosen, "" for none."""
        for words, run in self.looks(slot):
            yield _action("Look", words, run)
        if node:
            for words, run in (*self.copies(slot, node), *self.unlinks(slot, node)):
                yield _action("Node", words, run)
            for where, choices in self.links(slot, node):
                for words, run in choices:
                    yield _action("Node", f"{where}, {words}", run)

    def _others(self, slot: str) -> list[str]:
        return [other for other in sorted(self._link.at("slots") or {}) if other != slot]


def _action(whose: str, words: str, run: Callable[[], object]) -> Action:
    said = f"{whose}: {words[0].lower()}{words[1:]}"
    return Action(said, said, "", run)
