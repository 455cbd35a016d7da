"""What the picture is, in few words that can be read from a metre."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from livegrade.ui.comparing import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_OVER = {"zebra": "zebra {} %", "peaking": "peaking {}", "guides": "guides", "desqueeze": "{}×"}


def view_words(wish: Mapping[str, Any], slot: Mapping[str, Any]) -> list[str]:
    """The view first, then what lies over it. `wish`: arguments of picture.subscribe; `slot`: its state."""
    return [_view(wish, slot), *_over(wish)]


def _view(wish: Mapping[str, Any], slot: Mapping[str, Any]) -> str:
    kind, _, detail = wish["view"].partition(":")
    if kind == "graded":
        return "bypass" if slot["look"]["bypassed"] else "graded"
    if kind == "compare":
        reference, mode = wish.get("with", ""), wish.get("mode")
        named = "" if not reference or mode == "grid" else f"with {name_of(reference)}"
        return " ".join(filter(None, [kind, mode, named or detail]))
    if kind != "false-color":
        return " ".join(filter(None, [kind, detail]))
    ei = f"EI {slot['ei']}" if slot.get("ei") else ""
    return ", ".join(
        filter(None, [f"false colour {'IRE' if detail in ('', 'ire') else detail}", ei, wish.get("tap", "source")])
    )


def _first(name: str, word: str) -> str:
    """Of peaking how much; its colour is seen."""
    return word.partition("+")[0] if name == "peaking" else word


def _over(wish: Mapping[str, Any]) -> list[str]:
    words = [said.format(_first(name, wish[name])) for name, said in _OVER.items() if name in wish]
    if "opacity" in wish and wish["view"].startswith("false-color"):
        words.append(f"{wish['opacity']} % opaque")
    return words
