"""What all surfaces show, kept as the session changes: one value an address, whoever asks and however it travels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from livegrade.control.surface.feedback import Part, Values, parts_changed, parts_of, values_of

if TYPE_CHECKING:
    from livegrade.control.messages import Change


class Shown:
    """Of the loop's thread; `follow` is given to the publisher. Its dicts are replaced and never changed."""

    def __init__(self) -> None:
        self.parts: dict[Part, Values] = {}
        self.values: Values = {}

    def follow(self, tree: Any, changes: list[Change]) -> None:
        """A new tree, and what has changed in it; nothing for all of it."""
        parts = parts_changed(changes) if changes else set(parts_of(tree))
        if not parts:
            return
        self.parts = {**self.parts, **{part: values_of(tree, part) for part in parts}}
        self.values = {address: said for values in self.parts.values() for address, said in values.items()}
