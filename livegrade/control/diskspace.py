"""How much is free where the session writes. A disk that does not answer keeps a thread waiting and nobody
else."""

from __future__ import annotations

import shutil
import threading
from typing import TYPE_CHECKING

from livegrade.control.tree import DiskTree
from livegrade.timing.rate import NS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from livegrade.timing.clock import Clock

EVERY_NS = 5 * NS_PER_SECOND
LONG_NS = 10 * NS_PER_SECOND
"""A disk that has not answered for so long is said to be silent."""
STEP = 10_000_000
"""Bytes to which free space is rounded down: a recording would change it with every picture."""


class DiskSpace:
    """Of one thread. `found`: by what is written there."""

    def __init__(self, clock: Clock) -> None:
        self.found: dict[str, DiskTree] = {}
        self._clock = clock
        self._looks: dict[str, _Look] = {}

    def look(self, folders: Mapping[str, Path]) -> None:
        """Asks again where it is time; does not wait for the answer."""
        now_ns = self._clock.now_ns()
        self._looks = {of: look for of, look in self._looks.items() if look.folder == folders.get(of)}
        found: dict[str, DiskTree] = {}
        for of, folder in folders.items():
            look = self._looks.get(of)
            before = self.found.get(of)
            if look is None or (look.is_done and now_ns - look.asked_ns >= EVERY_NS):
                self._looks[of] = look = _Look(folder, now_ns)
            if look.is_done:
                found[of] = DiskTree(str(folder), look.free, look.size, look.fault)
            elif now_ns - look.asked_ns >= LONG_NS:
                found[of] = DiskTree(str(folder), None, None, "the disk does not answer")
            else:
                found[of] = before or DiskTree(str(folder), None, None, "")
        self.found = found


class _Look:
    """One question, on a thread of its own."""

    def __init__(self, folder: Path, asked_ns: int) -> None:
        self.folder = folder
        self.asked_ns = asked_ns
        self.free: int | None = None
        self.size: int | None = None
        self.fault = ""
        self.is_done = False
        threading.Thread(target=self._ask, name="livegrade-diskspace", daemon=True).start()

    def _ask(self) -> None:
        try:
            there = self.folder
            while not there.exists() and there != there.parent:
                there = there.parent
            usage = shutil.disk_usage(there)
            self.free, self.size = usage.free // STEP * STEP, usage.total
        except OSError as error:
            self.fault = f"it cannot be asked: {error.strerror or error}"
        finally:
            self.is_done = True
