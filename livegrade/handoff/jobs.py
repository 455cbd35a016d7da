"""One file of a hand-off, as something to do: its place, the look it carries, and how its bytes are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Job:
    """`path`: in the package, with slashes. `what`: kind of file, for people. `look_id`: "" where the file is not about
    one look. `make`: gives all its bytes; raises LivegradeError."""

    path: str
    what: str
    make: Callable[[], bytes]
    look_id: str = ""
