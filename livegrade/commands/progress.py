"""A progress line on the terminal for work that counts frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.text import Text

if TYPE_CHECKING:
    from types import TracebackType

REDRAW_EVERY = 5


class Progress:
    """Shows frames done and frames per second on stderr; nothing when `quiet` or when stderr is no terminal."""

    def __init__(self, *, quiet: bool = False, total: int | None = None) -> None:
        console = Console(stderr=True)
        self.frames = 0
        self._total = total
        self._live = Live("", console=console, transient=True) if console.is_terminal and not quiet else None

    def __enter__(self) -> Progress:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._live is not None:
            self._live.stop()

    def advance(self, frames: int) -> None:
        """`frames`: done so far."""
        self.frames = frames
        if self._live is not None and frames % REDRAW_EVERY == 0:
            of = f" of {self._total}" if self._total is not None else ""
            self._live.update(Text(f"{frames}{of} frames"))
