"""The source of one slot, whose place another may take while the session runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from livegrade.capture.source import SourceKind
from livegrade.video.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.capture.source import Ended, NoSignal, Source
    from livegrade.session.setup import SlotSetup


@dataclass(frozen=True, slots=True, eq=False)
class SourceInForce:
    """`index`: of the first frame of the source that `setup` names."""

    setup: SlotSetup
    index: int


class SlotSource:
    """A `Source` for one thread that stands for one after the other; their frames count on. `change` is for any thread:
    the reading thread makes the change before its next frame and calls `moved` with the setup then.

    `in_force`: since which frame the present one gives them.
    """

    def __init__(self, source: Source, setup: SlotSetup, moved: Callable[[SlotSetup], None]) -> None:
        self.in_force: SourceInForce | None = None
        self._source = source
        self._setup = setup
        self._moved = moved
        self._next: tuple[Source, SlotSetup] | None = None
        self._base = 0
        self._last = -1
        self._was_open = True
        """Whether one that came later was open once; a file that cannot be opened at first may be there later."""

    @property
    def address(self) -> str:
        return self._source.address

    @property
    def kind(self) -> SourceKind:
        kind = self._source.kind
        return kind if self._was_open or kind is not SourceKind.FILE else SourceKind.ENDLESS

    @property
    def notes(self) -> tuple[str, ...]:
        return self._source.notes

    @property
    def length(self) -> int | None:
        return self._source.length

    @property
    def changes(self) -> bool:
        """Another one waits to take its place."""
        return self._next is not None

    def change(self, source: Source, setup: SlotSetup) -> None:
        """`source`, not yet opened, is the one that `setup` names. Of two that wait the later one counts."""
        self._next = source, setup

    def open(self) -> None:
        """Raises what opening a source raises."""
        self._take_over()
        self._source.open()
        self._was_open = True

    def read(self) -> Frame | NoSignal | Ended:
        """Raises what opening and reading a source raise."""
        if self._take_over():
            self._source.open()
            self._was_open = True
        got = self._source.read()
        if not isinstance(got, Frame):
            return got
        frame = got if not self._base else replace(got, index=got.index + self._base)
        self._last = frame.index
        if self.in_force is None or self.in_force.setup is not self._setup:
            self.in_force = SourceInForce(self._setup, frame.index)
        return frame

    def close(self) -> None:
        self._source.close()

    def _take_over(self) -> bool:
        waiting, self._next = self._next, None
        if waiting is None:
            return False
        self._source.close()
        self._source, self._setup = waiting
        self._base, self._was_open = self._last + 1, False
        self._moved(self._setup)
        return True
