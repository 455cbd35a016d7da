"""One word to or from a surface: an address and its arguments. The value alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Argument: TypeAlias = int | float | bool | str | None


@dataclass(frozen=True, slots=True)
class Message:
    """`address`: `/livegrade/A/slope/r`; `arguments`: what stands behind it, in order."""

    address: str
    arguments: tuple[Argument, ...] = ()
