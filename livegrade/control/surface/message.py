"""One word to or from a surface: an address and its arguments, and what addresses are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

ROOT = "livegrade"
UNSAFE = " #*,/?[]{}"
"""What no part of an OSC address may hold; in the names of nodes a `-` stands for each."""

Argument: TypeAlias = int | float | bool | str | None


@dataclass(frozen=True, slots=True)
class Message:
    """`address`: `/livegrade/A/slope/r`; `arguments`: what stands behind it, in order."""

    address: str
    arguments: tuple[Argument, ...] = ()


def address_name(text: str) -> str:
    """A name as a part of an address."""
    return "".join("-" if char in UNSAFE or not char.isprintable() else char for char in text)
