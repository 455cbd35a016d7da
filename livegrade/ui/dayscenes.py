"""Scenes of a day's work: takes, the hand-off, the library."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from livegrade.ui.scene import page

if TYPE_CHECKING:
    from livegrade.ui.entries import Entries
    from livegrade.ui.scene import Scene, Until
    from livegrade.ui.window import Window


def takes(running: bool) -> Scene:
    """Some takes of the day, one of which may go on."""

    def scene(window: Window, until: Until) -> None:
        page("Takes")(window, until)
        do, at = window.link.do, window.link.at
        window.takes.to_post.setChecked(False)
        until(lambda: (at("library", "state") or {}).get("link") == "running", "the library")
        do("take.end")
        until(lambda: not at("library", "open"), "the end of takes")
        until(lambda: not window.takes.takes.is_new, "the takes of the day")
        if window.takes.takes.rowCount() < 4:
            do("take.slate", scene="12", shot="A", fields={"director": "Varda"})
            for comment in ("boom in at the end", "good for camera"):
                before = window.takes.takes.rowCount()
                do("take.start")
                until(lambda: len(at("library", "open") or ()) == 3, "takes")
                do("marker.add", slot="A", kind="reflection", text="window")
                do("still.grab", slot="A")
                do("take.comment", comment=comment)
                do("take.end")
                do("take.circle")
                until(lambda: not at("library", "open"), "the end of takes")
                until(partial(_has_more, window.takes.takes, before), "takes in the list")
        window.takes.table.selectRow(1)
        if running:
            do("take.start", slot="A")
            until(lambda: (at("library", "open", "A", "length") or "") > "00:00:01:00", "a second of a take")

    return scene


def _has_more(entries: Entries, count: int) -> bool:
    return entries.rowCount() > count


def hand_off(window: Window, until: Until) -> None:
    takes(False)(window, until)
    window.takes.table.selectRow(1)
    window.takes.to_post.setChecked(True)
    page, export = window.takes.handoff, "export"
    if window.link.at("library", export) is None:
        page.begin()
    until(lambda: (window.link.at("library", export) or {}).get("state") == "done", "the hand-off")


def library(kind: str) -> Scene:
    def scene(window: Window, until: Until) -> None:
        takes(False)(window, until)
        window.pages.turn_to("Library")
        page, do = window.library, window.link.do
        page.filters.show_kind("looks")
        until(lambda: page.entries.query.startswith("looks") and not page.entries.is_new, "looks")
        for at, name in enumerate(("Day exterior", "Night blue", "Interior warm")):
            if page.entries.rowCount() <= at:
                do("look.set", slot="A", values={"slope.b": 1 - 0.03 * at, "saturation": 1 - 0.1 * at})
                do("library.keep", slot="A", name=name, scene="12", tags=["exterior"])
                until(partial(_has_more, page.entries, at), "a look in the list")
        page.filters.show_kind(kind)
        until(lambda: (page.entries.entry(0) or {}).get("entry") == kind, kind)
        page.grid.setCurrentIndex(page.entries.index(0, 0))
        until(lambda: page.details.numbers.text(), "its numbers")

    return scene


def unkept(window: Window, until: Until) -> None:
    """A take goes on, and the library does not take it: the last scene, for what the window knows is changed."""
    takes(True)(window, until)
    window.link.at("library", "state").update(link="faulted", reason="another session records into the library")
    window.link.changed.emit([("library",)])
