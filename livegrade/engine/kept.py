"""The last few of what was expensive to make, shared by the threads that prepare looks and those that draw."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Made = TypeVar("Made")


class Kept(Generic[Made]):
    """At most `most` values by key; the one longest unused goes first. Thread-safe.

    Nothing is locked while a value is made, so that a thread that finds what it wants never waits for one that makes
    something else. Two that want the same new value at once both make it and get the same one.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, Made] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """The value of `key`, made by `make` where it is not there; what `make` raises is passed on and not kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        made = make()
        with self._lock:
            made = self._values.setdefault(key, made)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return made
