"""Scenes of the page of the grade: each kind of node, and a window in which all of it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from livegrade.ui.dayscenes import library
from livegrade.ui.scene import page
from livegrade.ui.scopescenes import arranged
from livegrade.ui.scopewish import ScopeChoice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livegrade.ui.scene import Scene, Until
    from livegrade.ui.window import Window


def node(kind: str, **numbers: float) -> Scene:
    """The page of the grade with a node of that kind, made where there is none, and chosen."""

    def scene(window: Window, until: Until) -> None:
        page("Grade")(window, until)

        def found() -> str:
            nodes = window.link.at("slots", "A", "look", "nodes") or {}
            said = kind.replace("-", " ")
            return next((id for id, node in nodes.items() if node["kind"].replace(",", "").casefold() == said), "")

        if not found():
            window.link.do("look.add", slot="A", kind=kind)
            until(found, f"a node {kind}")
            if numbers:
                window.link.do("look.set", slot="A", node=found(), values=numbers)
                until(lambda: _has(window.link.at("slots", "A", "look", "nodes", found()), numbers), "its numbers")
        window.grade.nodes.choose(found())

    return scene


def _has(node: Mapping[str, Any], numbers: Mapping[str, float]) -> bool:
    """Whether a node has these numbers: "slope.r" is the first of three."""
    for name, value in numbers.items():
        setting, _, channel = name.partition(".")
        found = node["settings"][setting]
        if abs((found["rgb".index(channel)] if channel else found) - value) > 1e-6:
            return False
    return True


def toe(window: Window, until: Until) -> None:
    """The foot of a curve that is bent there, of the whole look in stops."""
    node("rgb-curves")(window, until)
    points = [[0.0, 0.0], [0.12, 0.08], [0.5, 0.55], [1.0, 0.96]]
    curved = window.grade.nodes.current()
    window.link.do("look.curve", slot="A", node=curved, channel="master", points=points)
    window.grade.response.show_scale("stops")
    until(lambda: window.grade.node.curves is not None, "the editor of curves")
    curves, whole = window.grade.node.curves, window.grade.response.graph.plot
    if curves is not None and whole is not None:
        for plot in (curves.field.plot, whole):
            plot.closer(plot.place(0.0, 0.0), 4.0)
        plot.pointed.emit((0.1, 0.1))
        until(lambda: window.grade.response.graph.samples == len(window.grade.response.graph.found["in"]), "samples")


def whole(window: Window, until: Until) -> None:
    """A day's window: four scopes, a node that does something, looks on the shelf."""
    library("looks")(window, until)
    count, shelf = window.library.entries.rowCount(), window.grade.shelf
    for place, entry in enumerate(range(count), 1):
        key = (window.library.entries.entry(entry) or {}).get("key")
        window.link.do("shelf.pin", place=place, entry=key)
    until(lambda: len(window.link.at("library", "shelf") or ()) == count, "the shelf")
    window.pages.turn_to("Grade")
    window.link.do("shelf.recall", slot="A", place=1)
    until(lambda: window.link.at("slots", "A", "look", "name"), "the look")
    pins = [tile.pin["look"] for tile in shelf.tiles if tile.pin is not None]
    until(lambda: all(shelf.pictures.picture(look) is not None for look in pins), "its pictures")
    choices = (ScopeChoice("waveform", "source", "stops"), ScopeChoice("parade"), ScopeChoice("vectorscope"))
    arranged("A", 4, *choices, ScopeChoice("histogram", scale="percent"))(window, until)
