"""Counts pictures that a source lost before they reached us. These are not our drops, and are reported apart."""

from __future__ import annotations


class GapCounter:
    """Watches the indices of one source. For one thread. `seen`: pictures; `gaps`: places where some are missing;
    `missing`: how many are. A source that begins to count anew has lost nothing."""

    __slots__ = ("_last", "gaps", "missing", "seen")

    def __init__(self) -> None:
        self._last: int | None = None
        self.seen = self.gaps = self.missing = 0

    def see(self, index: int) -> int:
        """Pictures missing between the last one and this."""
        last, self._last = self._last, index
        self.seen += 1
        if last is None or index <= last:
            return 0
        lost = index - last - 1
        self.gaps += lost > 0
        self.missing += lost
        return lost
