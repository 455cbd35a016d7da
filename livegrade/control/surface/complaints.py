"""What goes wrong on a surface, told sparingly: one sentence at a time, and how many were not."""

from __future__ import annotations

PERIOD_S = 1.0


class Sparing:
    """Lets one sentence through every `PERIOD_S`. Arithmetic only."""

    def __init__(self) -> None:
        self._next_s = float("-inf")
        self._kept_back = 0

    def take(self, sentence: str, now_s: float) -> str | None:
        """What to tell now, None for nothing."""
        if now_s < self._next_s:
            self._kept_back += 1
            return None
        self._next_s = now_s + PERIOD_S
        others, self._kept_back = self._kept_back, 0
        return sentence if not others else f"{sentence} (and {others} more before it)"
