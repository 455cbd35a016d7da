"""Finds actions by what is typed: every word of it is the beginning of one of theirs, in any order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livegrade.ui.keys import Action

SMALL = frozenset(("a", "an", "and", "in", "it", "of", "on", "the", "to"))
"""Nothing is missed for these; where some have them (slot A), the others are left out."""


def find(text: str, actions: Mapping[str, Action]) -> list[str]:
    """The names of those that it finds, all for "". What is found by its own words comes before what is found by the
    others that it has."""
    typed = _words(text)
    great = [word for word in typed if word not in SMALL]
    own = {name: _words(action.words) for name, action in actions.items()}
    every = {name: own[name] + _words(action.also) for name, action in actions.items()}
    found = [name for name in actions if _begin(great, every[name])]
    for word in SMALL.intersection(typed):
        having = [name for name in found if word in own[name]]
        found = having or found
    return sorted(found, key=lambda name: not _begin(great, own[name]))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _begin(typed: list[str], words: list[str]) -> bool:
    return all(any(word.startswith(beginning) for word in words) for beginning in typed)
