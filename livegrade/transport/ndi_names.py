"""Names of NDI sources as people write them."""

from __future__ import annotations

import re


def match_name(wanted: str, names: tuple[str, ...]) -> str | None:
    """The full name that `wanted` stands for: itself, or the first whose part in parentheses it is; case counts only
    where two names differ by nothing else."""
    if wanted in names:
        return wanted
    streams = {name: found[1] for name in names if (found := re.search(r"\((.*)\)$", name))}
    exact = [name for name, stream in streams.items() if stream == wanted]
    folded = [name for name in names if wanted.casefold() in (name.casefold(), streams.get(name, name).casefold())]
    return next(iter(exact + folded), None)
