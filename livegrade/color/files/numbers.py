"""Numbers as look files write them: plain decimals with a point, of sane size. All else is a fault with a reason."""

from __future__ import annotations

import re

MAX_NUMBER = 1_000_000_000
"""Larger numbers mean nothing in a look, and would overflow float32 a few steps later."""

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_SHOWN = 40


def number_fault(token: str) -> str | None:
    """Why `token` is not a plain number up to MAX_NUMBER, or None where it is one."""
    if "," in token:
        return f"holds a comma in {shown(token)}; write decimals with a point and separate numbers with spaces"
    if not _NUMBER.fullmatch(token):
        return f"expected a number, found {shown(token)}"
    if abs(float(token)) > MAX_NUMBER:
        return f"the number {shown(token)} is too large"
    return None


def shown(token: str) -> str:
    """`token` quoted for a message: printable and not long."""
    return ascii(token if len(token) <= _SHOWN else token[:_SHOWN] + "...")
