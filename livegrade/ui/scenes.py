"""What the screenshots show: a rig with everything that can be seen, and how the window is brought to each scene."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QKeyEvent

from livegrade.ui import theme
from livegrade.ui.scopelayouts import FIRST, Layout
from livegrade.ui.scopewish import ScopeChoice
from livegrade.ui.statusrows import SUBJECTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livegrade.ui.entries import Entries
    from livegrade.ui.window import Window

Until: TypeAlias = Callable[[Callable[[], object], str], None]
Scene: TypeAlias = Callable[["Window", Until], None]

RIG = """
livegrade = 1
name = "Screenshots"

[[slot]]
name = "A"
source = "pattern:camera@1920x1080p5,camera=arri-logc4"
camera = "ALEXA 35"
ei = 800
to = "rec709"

[[slot]]
name = "B"
source = "pattern:camera@1920x1080p5,camera=sony-slog3,timecode=12:00:00:00"
camera = "VENICE 2"
to = "rec709"

[[slot]]
name = "C"
source = "pattern:camera@1920x1080p5,camera=arri-logc3"
camera = "arri-logc3"
to = "rec709"

[[slot]]
name = "D"
source = "ffmpeg::tcp://127.0.0.1:9"

[[output]]
address = "null:"

[[output]]
address = "null:"
slot = "B"
view = "false-color:stops"

[[output]]
address = "null:"
slot = "C"

[[device]]
name = "village"
address = "colorbox:127.0.0.1:9"
slot = "A"
role = "box"
"""
"""Three cameras, a source that does not come, a box that is not there."""


def _slot(letter: str, view: str = "graded") -> Scene:
    def scene(window: Window, until: Until) -> None:
        window.look_at(letter)
        window.viewer.show_picture(view=view, zebra=None, peaking=None, guides=None, desqueeze=None, opacity=None)
        viewer = window.viewer
        until(lambda: viewer.message == "" and viewer.stream.fed.get("view") == view, f"a picture of slot {letter}")

    return scene


def _views(window: Window, until: Until) -> None:
    """Guides of an anamorphic picture, edges in focus, both zebras."""
    window.look_at("A")
    window.viewbar.restore({"lens": "1.33", "guides": "2.39+1.85+action+title+cross+shade:50", "zebra": "70-75+95"})
    window.viewer.show_picture(view="graded", zebra="70-75+95", peaking="high+green", desqueeze="1.33")
    window.viewbar.toggle("guides")
    until(lambda: window.viewer.shown is not None and _is_wide(window.viewer.shown.image), "a picture with guides")


def _is_wide(image: QImage) -> bool:
    return image.width() > 2.2 * image.height()


def _through(window: Window, until: Until) -> None:
    """False colour with the graded picture behind it."""
    _slot("A", "false-color:ire")(window, until)
    window.viewer.show_picture(opacity="60")
    until(lambda: window.legend.told is not None and window.viewer.stream.fed.get("opacity"), "false colour")


def _no_signal(window: Window, until: Until) -> None:
    window.look_at("D")


def _page(title: str) -> Scene:
    def scene(window: Window, until: Until) -> None:
        _slot("A")(window, until)
        window.pages.turn_to(title)

    return scene


def _compared_output(window: Window, until: Until) -> None:
    """An output of which more can be set than of any other."""
    _page("Outputs")(window, until)
    window.link.do("view.set", None, sink="3", view="compare", mode="wipe", at="50", **{"with": "slot:B"})
    until(lambda: window.link.at("sinks", "3", "options", "view") == "compare", "the output")
    window.outputs.choose("3")


def _takes(running: bool) -> Scene:
    """Some takes of the day, one of which may go on."""

    def scene(window: Window, until: Until) -> None:
        _page("Takes")(window, until)
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


def _hand_off(window: Window, until: Until) -> None:
    _takes(False)(window, until)
    window.takes.table.selectRow(1)
    window.takes.to_post.setChecked(True)
    page, export = window.takes.handoff, "export"
    if window.link.at("library", export) is None:
        page.begin()
    until(lambda: (window.link.at("library", export) or {}).get("state") == "done", "the hand-off")


def _library(kind: str) -> Scene:
    def scene(window: Window, until: Until) -> None:
        _takes(False)(window, until)
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


def _node(kind: str, **numbers: float) -> Scene:
    """The page of the grade with a node of that kind, made where there is none, and chosen."""

    def scene(window: Window, until: Until) -> None:
        _page("Grade")(window, until)

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


def _toe(window: Window, until: Until) -> None:
    """The foot of a curve that is bent there, of the whole look in stops."""
    _node("rgb-curves")(window, until)
    points = [[0.0, 0.0], [0.12, 0.08], [0.5, 0.55], [1.0, 0.96]]
    node = window.grade.nodes.current()
    window.link.do("look.curve", slot="A", node=node, channel="master", points=points)
    window.grade.response.show_scale("stops")
    until(lambda: window.grade.node.curves is not None, "the editor of curves")
    curves, whole = window.grade.node.curves, window.grade.response.graph.plot
    if curves is not None and whole is not None:
        for plot in (curves.field.plot, whole):
            plot.closer(plot.place(0.0, 0.0), 4.0)
        plot.pointed.emit((0.1, 0.1))
        until(lambda: window.grade.response.graph.samples == len(window.grade.response.graph.found["in"]), "samples")


def _status(subject: str) -> Scene:
    def scene(window: Window, until: Until) -> None:
        _page("Status")(window, until)
        window.state.show_subject(subject)

    return scene


def _scopes(count: int) -> Scene:
    def scene(window: Window, until: Until) -> None:
        _slot("A")(window, until)
        window.scopes.show_layout(replace(FIRST, count=count))
        shown = window.scopes.scopes[:count]
        until(lambda: all(scope.trace.shown is not None for scope in shown), f"{count} scopes")

    return scene


def _arranged(slot: str, count: int, *choices: ScopeChoice) -> Scene:
    """These scopes, the last of them for the places that are left."""

    def scene(window: Window, until: Until) -> None:
        _slot(slot)(window, until)
        filled = (choices + choices[-1:] * 4)[:4]
        window.scopes.show_layout(Layout(filled, count, beside=True))
        until(lambda: all(scope.trace.shown is not None for scope in window.scopes.shown()), "scopes")

    return scene


def _whole(window: Window, until: Until) -> None:
    """A day's window: four scopes, a node that does something, looks on the shelf."""
    _library("looks")(window, until)
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
    _arranged("A", 4, *choices, ScopeChoice("histogram", scale="percent"))(window, until)


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


def _meters(window: Window, until: Until) -> None:
    _slot("A")(window, until)
    spots = window.meters.spots
    if not spots.meters:
        for x, y in ((0.3, 0.3), (0.55, 0.6), (0.9, 0.8)):
            spots.add(QPointF(x, y))
        window.meters.focus.toggle()
    until(lambda: len(spots.meters) == 3, "three spot meters")
    window.link.do("meter.set", slot="A", meter="m1", name="key", size=65)
    until(lambda: all(one["reading"] for one in spots.meters.values()), "what they read")
    until(lambda: (window.meters.focus.meter or {}).get("peak") is not None, "the focus meter")
    window.meters.probe.point(QPointF(0.45, 0.4))
    until(lambda: window.meters.readout.words["source", "stops"] != theme.DASH, "what is under the cursor")


def _markers(window: Window, until: Until) -> None:
    _slot("B")(window, until)
    until(lambda: window.link.at("library", "state", "link") == "running", "the library")
    if not _runs(window):  # one that has ended takes no more markers
        window.link.do("take.start", slot="B")
    until(partial(_runs, window), "a take")
    for count, kind in enumerate(("flare", "boom-shadow", "focus"), 1):
        until(partial(_is_pictures_on, window, 40 * count), "pictures between markers")
        if not _has_marks(window, count):
            window.link.do("marker.add", slot="B", kind=kind)
        until(partial(_has_marks, window, count), "a marker")


def _runs(window: Window) -> bool:
    """Whether a take of the slot that is looked at goes on."""
    strip = window.strip.strip
    return strip is not None and bool(strip["runs"])


def _has_marks(window: Window, count: int) -> bool:
    strip = window.strip.strip
    return strip is not None and len(strip["markers"]) >= count


def _is_pictures_on(window: Window, pictures: int) -> bool:
    """The take has so many pictures by now."""
    strip, shown = window.strip.strip, window.viewer.shown
    return strip is not None and shown is not None and shown.index >= strip["index"] + pictures


def _pixels(window: Window, until: Until) -> None:
    _slot("A")(window, until)
    place = QPointF(0.401, 0.501)
    window.viewer.look_at(place, 12.0)
    window.viewer.pointed.emit(place)
    until(lambda: window.meters.readout.zoom == "1200 %, 8 bit", "pixels")


def _compared(mode: str, reference: str = "still") -> Scene:
    """Slot A beside a still of itself with another look, or beside another slot, and what is read of the difference."""

    def scene(window: Window, until: Until) -> None:
        _slot("A")(window, until)
        window.pages.turn_to("Compare")
        page = window.compare
        if not page.stills:
            window.link.do("still.grab", None, slot="A")
            until(lambda: page.stills, "a still")
            window.link.do("look.add", None, slot="A", kind="exposure")
            window.link.do("look.set", None, slot="A", values={"stops": -0.75})
        page.comparing.at = 50.0
        page.comparing.mode = mode
        page.comparing.choose(f"still:{page.stills[0]['key']}" if reference == "still" else reference)
        links = ("running", "lost") if mode == "grid" else ("running",)  # one of the slots has no signal
        until(lambda: (page.comparing.state() or {}).get("state", {}).get("link") in links, "the reference")
        page.match.read()
        until(lambda: page.match.is_told, "the match")

    return scene


def _alone(window: Window, until: Until) -> None:
    _slot("A")(window, until)
    window.toggle_picture_only()


def _palette(window: Window, until: Until) -> None:
    _slot("A")(window, until)
    window.open_palette()


def _palette_asks(window: Window, until: Until) -> None:
    """What cannot be taken back has been chosen once."""
    _palette(window, until)
    window.palette_.words.setText("end the session")
    QCoreApplication.sendEvent(
        window.palette_.words, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    )


def _unkept(window: Window, until: Until) -> None:
    """A take goes on, and the library does not take it: the last scene, for what the window knows is changed."""
    _takes(True)(window, until)
    window.link.at("library", "state").update(link="faulted", reason="another session records into the library")
    window.link.changed.emit([("library",)])


def _source_menu(window: Window, until: Until) -> None:
    _status("Sources")(window, until)
    menu = window.state.source.menu
    menu.click()
    until(lambda: len(menu.menu_.actions()) > 1, "what there is")


def _form(name: str) -> Scene:
    """What can be set of a tool over the picture."""

    def scene(window: Window, until: Until) -> None:
        _slot("A")(window, until)
        window.viewbar.buttons[name].customContextMenuRequested.emit(QPoint())

    return scene


def _wipe_meters(window: Window, until: Until) -> None:
    """Spot meters tell of the side of the wipe that is the slot's."""
    _meters(window, until)
    _compared("wipe", "slot:B")(window, until)


def _keys(window: Window, until: Until) -> None:
    _slot("A")(window, until)
    window.palette_.shut()
    window.controls.open_keys()


def _assigning(window: Window, until: Until) -> None:
    _slot("A")(window, until)
    window.palette_.shut()
    window.controls.open_assigning("/livegrade/A/slope/r")


SCENES: dict[str, Scene] = {
    "first-start": _page("Grade"),
    "grade-cdl": _node("cdl", **{"slope.r": 1.08, "slope.b": 0.94, "offset.g": -0.006, "saturation": 0.92}),
    "grade-lgg": _node("lift-gamma-gain", **{"gain.r": 1.03, "lift.b": 0.012}),
    "grade-printer": _node("printer-points"),
    "grade-balance": _node("white-balance", temperature=5200.0),
    "grade-exposure": _node("exposure", stops=0.25),
    "grade-curves": _node("rgb-curves"),
    "grade-toe": _toe,
    "takes": _takes(False),
    "takes-running": _takes(True),
    "hand-off": _hand_off,
    **{f"library-{kind}": _library(kind) for kind in ("looks", "stills", "takes")},
    "outputs": _page("Outputs"),
    "outputs-compare": _compared_output,
    **{f"status-{subject.lower()}": _status(subject) for subject in SUBJECTS},
    "alarms": _page("Alarms"),
    "views": _views,
    "false-color-through": _through,
    "false-color-logc4": _slot("A", "false-color:stops"),
    "false-color-slog3": _slot("B", "false-color:stops"),
    "false-color-logc3": _slot("C", "false-color:stops"),
    "no-signal": _no_signal,
    "meters": _meters,
    "pixels": _pixels,
    "markers": _markers,
    **{f"scopes-{count}": _scopes(count) for count in (1, 2, 4)},
    "scopes-scales": _arranged("C", 4, *SCALES, ScopeChoice(scale="nits")),
    "scopes-stops": _arranged("C", 1, SCALES[0]),
    "scopes-pairs": _arranged("A", 2, SCALES[0], ScopeChoice(scale="percent")),
    "scopes-colours": _arranged("C", 4, *COLOURS),
    "scopes-parts": _arranged("A", 4, *PARTS),
    "compare-wipe": _compared("wipe"),
    "compare-blend": _compared("blend", "slot:B"),
    "compare-difference": _compared("difference"),
    "compare-split": _compared("split", "slot:B"),
    "compare-grid": _compared("grid"),
    "wipe-meters": _wipe_meters,
    "picture-alone": _alone,
    "palette": _palette,
    "palette-asks": _palette_asks,
    "source-menu": _source_menu,
    **{f"form-{name}": _form(name) for name in ("false-color", "guides", "zebra", "peaking")},
    "keys": _keys,
    "midi-osc": _assigning,
    "whole": _whole,
    "rec-not-kept": _unkept,
}
