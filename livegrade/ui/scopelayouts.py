"""Arrangements of scopes by name: a few that are always there, and those of the user in a file of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

from livegrade.errors import UsageError
from livegrade.folders import put, state_folder
from livegrade.ui.scopewish import ScopeChoice, choice_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MOST_SCOPES = 4
MOST_LAYOUTS = 50
MOST_NAME = 40


@dataclass(frozen=True, slots=True)
class Layout:
    """`choices`: of the scopes, four of them; `count`: how many are shown, 1, 2 or 4; `beside`: two of them stand
    beside each other, else one under the other."""

    choices: tuple[ScopeChoice, ...]
    count: int
    beside: bool = False

    def kept(self) -> dict[str, Any]:
        """In words and numbers of JSON."""
        return {"count": self.count, "beside": self.beside, "scopes": [choice.kept() for choice in self.choices]}


def layout_of(kept: Mapping[str, Any]) -> Layout | None:
    """What was kept; None where it makes no sense."""
    count, scopes = kept.get("count"), kept.get("scopes")
    if count not in (1, 2, 4) or not isinstance(scopes, list) or len(scopes) != MOST_SCOPES:
        return None
    if not all(isinstance(scope, dict) for scope in scopes):
        return None
    return Layout(tuple(choice_of(scope) for scope in scopes), count, kept.get("beside") is True)


_WAVEFORM, _PARADE, _VECTORS = ScopeChoice(), ScopeChoice("parade"), ScopeChoice("vectorscope")
_SOURCE = ScopeChoice(tap="source")
_STOPS = ScopeChoice(tap="source", scale="stops")
FIRST = Layout((_WAVEFORM, _PARADE, _VECTORS, _SOURCE), 2)
BUILT_IN: Mapping[str, Layout] = MappingProxyType(
    {
        "Waveform and parade": FIRST,
        "Exposure": Layout((_STOPS, ScopeChoice(scale="percent"), ScopeChoice("histogram"), _SOURCE), 2),
        "Colour": Layout((_PARADE, _VECTORS, ScopeChoice("ycbcr"), _WAVEFORM), 2),
        "Gamut and balance": Layout(
            (ScopeChoice("cie-xy", "source"), ScopeChoice("cie-xy"), ScopeChoice("hml"), _VECTORS), 4
        ),
        "Source beside graded": Layout((_SOURCE, _WAVEFORM, ScopeChoice("vectorscope", "source"), _VECTORS), 4),
        "Blacks": Layout(
            (ScopeChoice(window=(0.0, 15.0)), ScopeChoice("parade", window=(0.0, 15.0)), _VECTORS, _SOURCE), 2
        ),
    }
)


def load_layouts() -> dict[str, Layout]:
    """Those of the user; empty without any, and without those that make no sense. Raises UsageError naming the file
    where it cannot be read, and ControlError where its folder cannot be used."""
    try:
        kept = msgspec.json.decode(_file().read_bytes(), type=dict[str, dict[str, Any]])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(f"{_file()}: layouts of scopes cannot be read ({error}); mend it or remove it") from error
    made = {name[:MOST_NAME]: layout_of(one) for name, one in list(kept.items())[:MOST_LAYOUTS]}
    return {name: layout for name, layout in made.items() if layout is not None}


def save_layouts(layouts: Mapping[str, Layout]) -> None:
    """Whole or not at all. Raises UsageError or ControlError where that cannot be."""
    if len(layouts) > MOST_LAYOUTS:
        raise UsageError(f"{MOST_LAYOUTS} layouts of scopes are the most; remove one")
    words = {name: layout.kept() for name, layout in layouts.items()}
    try:
        put(_file(), msgspec.json.format(msgspec.json.encode(words)))
    except OSError as error:
        raise UsageError(f"{_file()}: layouts of scopes cannot be kept ({error.strerror})") from error


def _file() -> Path:
    return state_folder() / "scopes.json"
