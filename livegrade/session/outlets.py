"""The outputs of one slot, which come and go while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from livegrade.session.output import OutputRunner


class Outlets:
    """Read by any thread, changed by one: who goes through them meets those that were there when it began."""

    def __init__(self, outputs: Iterable[OutputRunner]) -> None:
        self._now = tuple(outputs)

    def __iter__(self) -> Iterator[OutputRunner]:
        return iter(self._now)

    def add(self, output: OutputRunner) -> None:
        self._now = (*self._now, output)

    def remove(self, output: OutputRunner) -> None:
        self._now = tuple(one for one in self._now if one is not output)
