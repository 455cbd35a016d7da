"""Scopes in the window: as many as are wanted, what each shows chosen at it, read and marked, parts of the picture, and
arrangements that are kept."""

from __future__ import annotations

import os
import re
import signal

import pytest

pytestmark = pytest.mark.gui


def rings(places) -> int:
    """Streams that the session keeps now."""
    return len(list((places / "runtime").glob("*.ring")))


def choose(scope, *words: str) -> None:
    """An entry of the scope's menu, as pressing it does; what is none is typed into the field that is there."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QWidgetAction

    from livegrade.ui.scopemenu import menu_of

    menu = menu_of(scope)
    for word in words[:-1]:
        menu = next(action.menu() for action in menu.actions() if action.text() == word)
    named = [action for action in menu.actions() if action.text() == words[-1]]
    if named:
        named[0].trigger()
        return
    field = next(action for action in menu.actions() if isinstance(action, QWidgetAction)).defaultWidget()
    QTest.keyClicks(field, words[-1])
    QTest.keyClick(field, Qt.Key.Key_Return)


def shows(*scopes) -> bool:
    return all(scope.trace.shown is not None for scope in scopes)


def test_scopes_come_and_go_and_their_streams_with_them(running, places, window, until, pointer) -> None:
    scopes = window.scopes.scopes
    shown = [scope.trace for scope in scopes]
    until(lambda: shows(*scopes[:2]))
    assert [trace.shown for trace in shown[2:]] == [None, None]
    until(lambda: rings(places) == 3)  # the picture and two scopes
    pointer.click(window.scopes.buttons[4])
    until(lambda: shows(*scopes))
    until(lambda: rings(places) == 5)
    pointer.click(scopes[2].trace, twice=True)  # alone and large
    until(lambda: rings(places) == 2)
    until(lambda: shown[2].shown.image.width() == shown[2].width())
    assert window.scopes.shown() == [scopes[2]]
    pointer.click(scopes[2].trace, twice=True)
    until(lambda: rings(places) == 5)
    window.toggle_picture_only()
    until(lambda: rings(places) == 1)  # scopes that nobody sees cost nothing
    window.look_at("B")
    window.look_at("A")
    window.toggle_picture_only()
    until(lambda: rings(places) == 5)
    pointer.click(window.scopes.buttons[1])
    until(lambda: rings(places) == 2)
    before = shown[0].shown.image.copy()
    choose(scopes[0], "Vectorscope")
    until(lambda: shown[0].shown.image != before)
    assert scopes[0].head.words == "Vectorscope · graded · x1"
    pointer.turn(scopes[0].trace, 2)
    until(lambda: scopes[0].head.words == "Vectorscope · graded · x5")
    pointer.rest(scopes[0].trace)
    until(lambda: scopes[0].trace.reading.startswith("hue "))
    pointer.turn(scopes[0].trace, -1)
    until(lambda: scopes[0].choice.zoom == 2)
    window.resize(1500, 900)
    until(lambda: shown[0].shown.image.width() > before.width())
    until(lambda: rings(places) == 2)
    stream = shown[0].stream
    until(lambda: stream._settled)
    feed = stream._feed
    window.look_at("B")
    until(lambda: stream.fed.get("slot") == "B")
    assert stream._feed is not feed  # in which a trace of the slot before may be on its way still


def test_a_scale_is_chosen_read_under_the_cursor_and_zoomed(running, window, until, pointer) -> None:
    scope, other = window.scopes.scopes[:2]
    until(lambda: shows(scope, other))
    choose(scope, "Scale", "stops of the camera")
    until(lambda: "read the scope at the source" in scope.trace.message)  # and no trace that is of something else
    assert scope.trace.shown is None
    choose(scope, "source")
    until(lambda: shows(scope))
    assert scope.head.words == "Waveform · source · stops · x1"
    told = []
    window.scopes.pointed.connect(told.append)
    pointer.rest(scope.trace)
    until(lambda: "stops, code" in scope.trace.reading)
    until(lambda: told and told[-1] is not None and told[-1]["tap"] == "source")
    level = scope.reading["level"]
    assert abs(told[-1]["level"] - level) <= 2
    pointer.turn(scope.trace, 4)
    until(lambda: scope.choice.window is not None)
    low, high = scope.choice.window
    assert high - low < 60
    until(lambda: scope.trace.stream.fed.get("window") == scope.choice.arguments()["window"])
    until(lambda: scope.reading is not None)
    pointer.rest(scope.trace)
    until(lambda: abs(scope.reading["level"] - level) <= 12)  # it grew about the level under the cursor
    pointer.drag(scope.trace, 0, 30)
    until(lambda: scope.choice.window[0] > low)  # the trace goes with the hand: higher levels come into sight
    pointer.turn(scope.trace, -9)
    until(lambda: scope.choice.window is None)
    choose(scope, "Part of the scale", "0..7,5")
    choose(scope, "Part of the scale", "seven")
    assert scope.choice.window == (0.0, 7.5)
    choose(scope, "Gain", "3")
    assert scope.head.words == "Waveform · source · stops · 0..7.5 % · gain 3"
    choose(scope, "Gain", "1")
    choose(scope, "Part of the scale", "all of it")
    window.link.do("scope.set", slot="A", per_second=0)
    until(lambda: scope.head.words.endswith(" s old"))
    window.link.do("scope.set", slot="A", per_second=25)
    until(lambda: scope.head.words.endswith("x1"))
    window.link.do("source.set", slot="A", camera="")
    until(lambda: window.link.at("slots", "A", "camera") is None)
    scope.renew()
    until(lambda: "needs to know the camera" in scope.trace.message)
    window.link.do("source.set", slot="A", camera="ALEXA 35", ei=800)
    until(lambda: shows(scope))  # by itself
    until(lambda: scope.head.words == "Waveform · source · stops EI 800 · x1")
    window.link.do("source.set", slot="A", to="rec2100-hlg")
    choose(scope, "graded")
    choose(scope, "Scale", "nits")
    until(lambda: shows(scope))
    read, size = [], scope.trace.size_shown()

    def nits() -> float | None:
        """In the middle of the scope; None until the session has measured for the display."""
        words = {"slot": "A", "width": size[0], "height": size[1], **scope.choice.arguments()}
        count = len(read)
        window.link.do("scope.read", read.append, x=0.5, y=0.5, **words)
        until(lambda: len(read) > count)
        found = re.search(r"([0-9.]+) nit", read[-1].found[0]["text"]) if read[-1].found else None
        return None if found is None else float(found[1])

    until(lambda: nits() is not None)
    bright = nits()
    choose(scope, "HLG on a display of", "600 nit")
    until(lambda: scope.trace.stream.fed.get("hlg-peak") == 600)
    assert 0 < nits() < bright  # the same signal is darker there
    choose(scope, "HLG on a display of", "800")
    assert scope.choice.hlg_peak == 800
    choose(scope, "HLG on a display of", "600")
    assert scope.head.words == "Waveform · graded · nits · HLG 600 · x1"


def test_the_key_of_scales_goes_round_those_that_the_signal_has(running, window, until, press) -> None:
    first, second = scopes = window.scopes.scopes[:2]
    until(lambda: shows(*scopes))

    def round_of(count: int) -> list[str]:
        """What the head says after each press, once the trace is of it."""
        said = []
        for _ in range(count):
            press("U", "ShiftModifier")
            until(lambda: shows(*scopes) and not first._untried and not second._untried)
            until(lambda: all(one.trace.stream.fed.get("scale") == one.choice.scale for one in scopes))
            assert first.trace.message == ""
            assert first.choice.scale == second.choice.scale
            said.append(first.head.words.split(" · ")[2])
        return said

    window.scopes.show_tap("source")
    until(lambda: first.trace.stream.fed.get("tap") == "source")
    assert round_of(5) == ["%", "mV", "stops", "code", "%"]  # log light has no nits
    window.scopes.show_tap("graded")
    until(lambda: first.trace.stream.fed.get("tap") == "graded")
    assert round_of(3) == ["mV", "code", "%"]  # nor has it any at the other tap without an output transform
    window.link.do("source.set", slot="A", to="rec709")
    until(lambda: window.link.at("slots", "A", "options", "to") == "rec709")
    assert round_of(3) == ["mV", "nits", "code"]
    for scope in scopes:
        scope.change(scope="vectorscope")
    press("U", "ShiftModifier")
    until(lambda: "no" in window.status.said.text() and "scale" in window.status.said.text())


def test_scopes_beside_each_other_begin_at_the_same_height(running, window, until) -> None:
    window.resize(1280, 800)
    window.scopes.show_count(4)
    scopes = window.scopes.scopes
    until(lambda: shows(*scopes))
    first, second, third, fourth = (scope.head for scope in scopes)
    assert (len(first._lines(first._room())), len(second._lines(second._room()))) == (2, 1)
    until(lambda: first.height() == second.height() and third.height() == fourth.height())
    assert {scope.width() for scope in scopes} == {scopes[0].width()}
    assert len({scope.trace.height() for scope in scopes[:2]}) == 1
    tall = second.height()
    scopes[0].change(scope="vectorscope")
    until(lambda: first.height() == second.height() < tall)  # nobody needs two lines there
    window.scopes.show_count(2)
    until(lambda: first.width() > 300)
    assert first.height() == second.height()


def test_a_pixel_is_marked_and_a_part_of_the_picture_is_measured(running, window, until, pointer, press) -> None:
    scope, other = window.scopes.scopes[:2]
    until(lambda: shows(scope, other) and window.viewer.shown is not None)
    pointer.rest(window.viewer)
    until(lambda: len(scope.trace.marks) == 1 and len(other.trace.marks) == 3)
    ((channel, x, y),) = scope.trace.marks
    size = scope.trace.size_shown()
    read = []
    words = {"slot": "A", "width": size[0], "height": size[1], **scope.choice.arguments()}
    window.link.do("scope.read", lambda answer: read.append(answer.found), x=x, y=y, letters=15, **words)
    until(lambda: bool(read))
    assert channel == "Y"
    assert abs(read[0][0]["column"] - 0.5) < 0.02  # the pointer is in the middle of the picture
    before = scope.trace.shown.image.copy()
    choose(scope, "Part of the picture", "a rectangle: drag it in the picture")
    pointer.drag(window.viewer, 90, 60)
    left, top, width, height = scope.choice.region
    assert (round(left, 1), round(top, 1)) == (0.5, 0.5)
    assert 0.05 < width < 0.3
    assert 0.05 < height < 0.4
    until(lambda: scope.trace.stream.fed.get("region") == scope.choice.arguments()["region"])
    until(lambda: scope.trace.shown.image != before)
    assert "region" in scope.head.words
    pointer.drag(window.viewer, 10, 0)  # the next drag is not the scope's
    assert scope.choice.region == (left, top, width, height)
    for part in ("a rectangle: drag it in the picture", "one line: drag it in the picture"):
        choose(scope, "Part of the picture", part)
        press("Escape")  # as it was
        pointer.drag(window.viewer, 10, 30)
        assert (scope.choice.region, scope.choice.line) == ((left, top, width, height), None)
    window.meters.arm()
    press("Escape")
    assert not window.meters.spots.armed
    choose(scope, "Part of the picture", "one line: drag it in the picture")
    assert scope.choice.region is None
    line = scope.choice.line
    pointer.drag(window.viewer, 0, -40)
    until(lambda: scope.choice.line < line - 20)
    choose(scope, "Part of the picture", "all of it")
    assert "line" not in scope.head.words


def test_colours_of_light_the_balance_and_peaks(running, window, until, pointer) -> None:
    first, second, third, _ = scopes = window.scopes.scopes
    window.scopes.show_layout(window.scopes.layouts()["Gamut and balance"])
    until(lambda: shows(*scopes))
    assert first.head.words == "CIE 1931 · source · x1"
    told = []
    window.scopes.pointed.connect(told.append)
    pointer.rest(first.trace)
    until(lambda: first.trace.reading.startswith("x 0."))
    until(lambda: told and told[-1] is not None and told[-1].get("diagram") == "xy")
    found = []
    words = {name: told[-1][name] for name in ("slot", "tap", "diagram", "chromaticity")}
    window.link.do("meter.find", lambda answer: found.append(answer), **words)
    until(lambda: bool(found))
    assert (found[0].result, len(found[0].found)) == ("done", 1)
    pointer.turn(first.trace, 1)
    until(lambda: first.trace.stream.fed.get("zoom") == 2)
    before = third.trace.shown.image.copy()
    choose(third, "Cross points", "15 .. 60 %")
    assert third.head.words == "Balance · graded · x1 · 15..60"
    until(lambda: third.trace.stream.fed.get("cross") == "15..60" and third.trace.shown.image != before)
    choose(third, "Cross points", "-2 and +2 stops")
    until(lambda: "at the source" in third.trace.message)
    choose(second, "Waveform")
    choose(second, "Envelope", "held since reset")
    until(lambda: second.trace.stream.fed.get("hold") == "peak")
    assert second.head.words == "Waveform · graded · code · x1 · peak held"
    pointer.click(second.trace, twice=True)  # alone and large
    until(lambda: second.trace.shown.image.width() == second.trace.width())

    def since():
        """The words over the trace, left of its middle: since when peaks are held."""
        image = second.trace.shown.image
        return image.copy(0, 0, image.width() // 2, int(1.5 * second.trace.letters()))

    said = None

    def stands() -> bool:
        nonlocal said
        before, said = said, since()
        return before == said

    until(stands)
    choose(second, "Envelope", "Begin what is held anew")
    until(lambda: since() != said)


def test_arrangements_are_kept_by_name_and_per_rig(running, places, window, until, pointer) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QWidgetAction

    scopes = window.scopes
    until(lambda: shows(*scopes.scopes[:2]))
    pointer.click(scopes.pairs)
    until(lambda: shows(*scopes.shown()))
    assert [scope.choice.tap for scope in scopes.shown()] == ["source", "graded"]
    scopes.scopes[0].change(scale="stops", gain=2.0, window=(0.0, 15.0))
    menu = scopes.layout_menu()
    field = next(one for one in menu.actions() if isinstance(one, QWidgetAction)).defaultWidget().layout().itemAt(0)
    QTest.keyClicks(field.widget(), "Dark scene")
    QTest.keyClick(field.widget(), Qt.Key.Key_Return)
    mine = scopes.layout_now()
    window.keys.actions["scopes-layout-3"].run()  # Colour
    until(lambda: [scope.choice.scope for scope in scopes.shown()] == ["parade", "vectorscope"])
    assert "Dark scene" in (places / "state" / "scopes.json").read_text()
    palette = window.palette_

    def offered() -> list[str]:
        window.open_palette()
        QTest.keyClicks(palette.words, "dark scene")
        return [palette.list.item(at).text() for at in range(palette.list.count())]

    assert offered() == ["Scopes: layout 7, Dark scene"]
    QTest.keyClick(palette.words, Qt.Key.Key_Return)
    assert scopes.layout_now() == mine
    window.keys.actions["scopes-layout-3"].run()
    kept = window.kept()
    scopes.show_layout(scopes.layouts()["Dark scene"])
    assert scopes.layout_now() == mine
    assert scopes.scopes[0].head.words == "Waveform · source · stops · 0..15 % · gain 2"
    window.restore(kept)
    assert [scope.choice.scope for scope in scopes.shown()] == ["parade", "vectorscope"]
    scopes.restore({"count": 3, "scopes": "nonsense"})
    scopes.remove_layout("Dark scene")
    assert "Dark scene" not in scopes.layouts()
    assert offered() == []
    palette.shut()
    scopes.toggle_blacks()
    assert scopes.scopes[0].choice.window == (0.0, 15.0)
    scopes.toggle_tap()
    assert {scope.choice.tap for scope in scopes.scopes} == {"source"}


def test_a_trace_of_something_else_than_the_head_says_is_taken_away(running, window, until) -> None:
    scope = window.scopes.scopes[0]
    until(lambda: shows(scope))
    os.kill(running.process.pid, signal.SIGSTOP)  # a session that has no time to draw
    try:
        scope.change(scope="histogram")
        assert scope.trace.shown is not None  # for the moment in which the next one comes
        until(lambda: scope.trace.shown is None)
        assert scope.head.words.startswith("Histogram")
    finally:
        os.kill(running.process.pid, signal.SIGCONT)
    until(lambda: shows(scope))
    shown = scope.trace.shown
    until(lambda: scope.trace.shown is not shown)
    assert scope.trace.shown is not None
