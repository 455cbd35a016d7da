"""How far a job that counts frames or files has come: one line that redraws itself on a terminal, else plain lines."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

REDRAW_S = 0.1
LINE_S = 5.0


class Progress:
    """Shows frames (or `things`) done, of how many, how many a second and the time left on stderr; nothing, if `quiet`.

    Where stderr is no terminal that can redraw (a file, a pipe, TERM=dumb), a plain line appears every 5 s.
    """

    def __init__(
        self, *, quiet: bool = False, things: str = "frames", now: Callable[[], float] = time.monotonic
    ) -> None:
        """`now`: seconds of a clock that never goes back."""
        console = Console(stderr=True)
        can_redraw = console.is_terminal and not console.is_dumb_terminal
        self._quiet = quiet
        self._things = things
        self._now = now
        self._began = self._last = now()
        self._live = Live("", console=console, transient=True) if can_redraw and not quiet else None

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

    def advance(self, frames: int, total: int | None = None) -> None:
        """`frames`: done so far; `total`: of how many, None where nobody knows."""
        now = self._now()
        if self._quiet or now - self._last < (REDRAW_S if self._live is not None else LINE_S):
            return
        self._last = now
        text = progress_text(frames, total, now - self._began, self._things)
        if self._live is not None:
            self._live.update(Text(text))
        else:
            print(text, file=sys.stderr, flush=True)


def progress_text(frames: int, total: int | None, seconds: float, things: str = "frames") -> str:
    """For example "120 of 1440 frames (8 %), 48.0 frames/s, 28 s left"."""
    rate = frames / seconds if seconds > 0 else 0.0
    of = f" of {total}" if total else ""
    share = f" ({100 * frames // total} %)" if total else ""
    left = f", {_duration((total - frames) / rate)} left" if total and rate and total >= frames else ""
    return f"{frames}{of} {things}{share}, {rate:.1f} {things}/s{left}"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
