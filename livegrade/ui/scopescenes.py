"""Scenes of scopes: how many, which, in which scale, of which part."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.ui.scene import slot
from livegrade.ui.scopelayouts import FIRST, Layout
from livegrade.ui.scopewish import ScopeChoice

if TYPE_CHECKING:
    from livegrade.ui.scene import Scene, Until
    from livegrade.ui.window import Window


SCALES = [ScopeChoice(tap="source", scale=scale) for scale in ("stops", "percent", "mv")]
COLOURS = (
    ScopeChoice("cie-xy", "source"),
    ScopeChoice("cie-uv", zoom=2),
    ScopeChoice("hml", "source", zoom=5, cross="-2..2stops"),
    ScopeChoice("parade", hold="both"),
)
PARTS = (
    ScopeChoice("parade", window=(0.0, 15.0), scale="percent"),
    ScopeChoice(line=540, hold="now"),
    ScopeChoice("vectorscope", zoom=2, region=(0.3, 0.2, 0.3, 0.5)),
    ScopeChoice("histogram", "source", "stops"),
)


def scopes(count: int) -> Scene:
    def scene(window: Window, until: Until) -> None:
        slot("A")(window, until)
        window.scopes.show_layout(replace(FIRST, count=count))
        shown = window.scopes.scopes[:count]
        until(lambda: all(scope.trace.shown is not None for scope in shown), f"{count} scopes")

    return scene


def arranged(letter: str, count: int, *choices: ScopeChoice) -> Scene:
    """These scopes, the last of them for the places that are left."""

    def scene(window: Window, until: Until) -> None:
        slot(letter)(window, until)
        filled = (choices + choices[-1:] * 4)[:4]
        window.scopes.show_layout(Layout(filled, count, beside=True))
        until(lambda: all(scope.trace.shown is not None for scope in window.scopes.shown()), "scopes")

    return scene


def scope_menu(window: Window, until: Until) -> None:
    """Everything that a scope can show."""
    scopes(2)(window, until)
    window.scopes.scopes[0].head.click()
