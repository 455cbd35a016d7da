"""What a scene of the screenshots is, and how most of them begin."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from livegrade.ui.window import Window

Until: TypeAlias = Callable[[Callable[[], object], str], None]
Scene: TypeAlias = Callable[["Window", Until], None]


def slot(letter: str, view: str = "graded") -> Scene:
    def scene(window: Window, until: Until) -> None:
        window.look_at(letter)
        window.viewer.show_picture(view=view, zebra=None, peaking=None, guides=None, desqueeze=None, opacity=None)
        viewer = window.viewer
        until(lambda: viewer.message == "" and viewer.stream.fed.get("view") == view, f"a picture of slot {letter}")

    return scene


def page(title: str) -> Scene:
    def scene(window: Window, until: Until) -> None:
        slot("A")(window, until)
        window.pages.turn_to(title)

    return scene
