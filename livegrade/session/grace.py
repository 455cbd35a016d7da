"""How long a stop waits: one limit for several threads and several waits, one behind the other."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading


class Grace:
    """Begins when it is made. In real seconds: threads are waited for, whatever the program's clock says."""

    def __init__(self, seconds: float) -> None:
        self._end_s = time.monotonic() + seconds

    def wait(self, event: threading.Event, most_s: float | None = None) -> bool:
        """Whether `event` came within what is left, or within `most_s` of that."""
        left_s = max(0.0, self._end_s - time.monotonic())
        return event.wait(left_s if most_s is None else min(left_s, most_s))
