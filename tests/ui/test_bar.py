"""What is said over and under the picture: it has room in a small window, and nothing moves when a value comes."""

from __future__ import annotations

import time

import pytest

pytestmark = pytest.mark.gui

LONG = {
    "camera": "LogC3 EI 800, ARRI Wide Gamut 3",
    "ei": 800,
    "format": "1920x1080p23.98 v210 bt709 legal",
    "range": "legal",
    "state": {"link": "running", "reason": ""},
    "look": {"bypassed": False},
    "recording": True,
}
NOTHING = {**LONG, "camera": None, "ei": None, "format": None, "range": None, "recording": None}


def test_a_camera_is_said_without_its_gamut_and_its_exposure_index_once() -> None:
    from livegrade.ui import words

    assert words.camera("ALEXA 35, LogC4, ARRI Wide Gamut 4", 800) == "ALEXA 35, LogC4  EI 800"
    assert words.camera("ALEXA Mini LF, LogC3 EI 800, ARRI Wide Gamut 3", 800) == "ALEXA Mini LF, LogC3 EI 800"
    assert words.camera("S-Log3, S-Gamut3.Cine", None) == "S-Log3  EI –"
    assert words.camera("VENICE 2", 500) == "VENICE 2  EI 500"
    assert words.camera(None, 800) == ""


def test_what_has_no_room_in_one_line_has_it_in_two() -> None:
    from livegrade.ui import words

    def fits(line: str) -> bool:
        return len(line) <= 26

    assert words.in_two(["graded", "zebra 70 %", "guides"], fits) == ("graded · zebra 70 %", "guides")
    assert words.in_two(["false colour stops, EI 800, source"], fits) == ("false colour stops, EI 800", "source")
    assert words.in_two(["graded"], fits) == ("graded", "")
    assert words.in_two(["compare difference with still 11"], fits) == ("compare difference with", "still 11")
    said = ["compare difference with still 11", "zebra 95 %"]
    assert words.in_two(said, fits) == ("compare difference with", "still 11 · zebra 95 %")


def test_words_of_views_are_those_of_people_and_back_again() -> None:
    from livegrade.ui import words
    from livegrade.ui.viewfields import FIELDS

    for view in (*FIELDS["view"][1], "false-color", "false-color:/luts/My false-color:1.toml"):
        assert words.view_meant(words.view(view)) == view
        assert "false-color" not in words.view(view)[:11]
    assert words.view("false-color:stops") == "false colour stops"
    assert [words.view_meant(f"false colour{said}") for said in (": ire", " ire")] == ["false-color:ire"] * 2
    for reference in ("source", "slot:B", "slot:B:source", "still:12", "file:/a/slot b.png", "slot:A+slot:B+still:2"):
        assert words.reference_meant(words.reference(reference)) == reference
    assert words.reference("still:12") == "still 12"
    assert words.shows("compare with slot:B 50 %, zebra 95 %") == "compare with slot B 50 %, zebra 95 %"
    assert words.shows("compare with still:1 72.75 %") == "compare with still 1, 72.75 %"  # two numbers
    assert words.shows("false-color stops, source") == "false colour stops, source"
    assert words.goes_to("ndi:Village,view=source,slot=B") == "ndi:Village"
    assert words.goes_to("/takes/day1.mov,slot=B") == "day1.mov"


def test_the_curve_of_a_camera_is_called_as_people_call_it() -> None:
    from livegrade.ui import words

    assert words.curve("ALEXA 35, LogC4, ARRI Wide Gamut 4") == "LogC4"
    assert words.curve("S-Log3, S-Gamut3.Cine") == "S-Log3"
    assert words.unbroken("stops -2 to -1, S-Log3") == "stops -2 to -1, S\u2011Log3"
    assert [words.curve(title) for title in ("VENICE 2", "", None)] == ["", "", ""]


def test_codes_of_16_bits_have_room_at_both_taps(window) -> None:
    readout = window.meters.readout
    codes = {"bits": 16, "model": "rgb", "codes": [65535.0, 65535.0, 65535.0], "rgb": [100.0, 100.0, 100.0]}
    readout.show_zoom(None)
    readout._zoom = "44 % scaled, 8 bit"
    assert readout.beside("graded", 642) == "44 % scaled, 8 bit"
    readout.show_reading({"source": {**codes, "stops": 1.0}, "graded": codes, "pixel": [100, 100]})
    assert readout.beside("graded", 642) == "44 %"
    assert readout.beside("source", 642) == "x 100 y 100"


def test_what_is_left_of_a_comparison_is_not_said_of_another_view() -> None:
    from livegrade.ui.viewsaid import view_words

    compared = {"with": "still:1", "mode": "wipe"}
    assert view_words({"view": "compare", **compared}, LONG) == ["compare wipe with still 1"]
    assert view_words({"view": "source", **compared}, LONG) == ["source"]


def test_the_bar_gives_way_and_keeps_its_places(window, until) -> None:
    window.resize(1280, 800)
    bar, wish = window.bar, {"view": "false-color:stops"}
    bar.show_slot(LONG, wish, unkept="the disk is full")
    until(lambda: window.width() == 1280 and bar.width() == 1280)
    bar.layout().activate()
    assert window.minimumSizeHint().width() <= 1280
    assert bar.camera.text() == "LogC3 EI 800"
    assert bar.signal.text() == "1920x1080p23.98 v210 bt709   legal range"
    assert bar.signal.fontMetrics().horizontalAdvance(bar.signal.text()) <= bar.signal.width()
    assert bar.view.text() == "false colour stops, EI 800\nsource"
    bar.show_timecode("10:00:00:00")
    bar.layout().activate()
    tall = bar.sizeHint().height()
    bar.show_slot(LONG, wish)
    assert (bar.record.text(), bar.sizeHint().height()) == ("● REC", tall)  # the picture below stays where it is
    kept = bar.view, bar.record, bar.timecode, bar.latency
    places = [label.x() for label in kept]
    bar.show_slot(NOTHING, {"view": "graded"})
    bar.show_timecode("")
    bar.layout().activate()
    assert [label.x() for label in kept] == places
    for text in ("alarms –", "alarms 12  ● 9"):
        bar.alarms.setText(text)
        bar.layout().activate()
        assert [label.x() for label in kept] == places
    bar.show_gone()
    bar.layout().activate()
    assert [label.x() for label in kept] == places
    bar.show_slot(LONG, {"view": "compare", "with": "still:2", "mode": "wipe"})
    assert bar.view.text() == "compare wipe with still 2"
    bar.show_slot(LONG, {"view": "compare", "with": "slot:A+slot:B+still:2", "mode": "grid"})
    assert bar.view.text() == "compare grid"


@pytest.mark.usefixtures("window")
def test_what_is_told_again_sets_no_style_again(window, monkeypatch) -> None:
    """All of it is told with every state, and Qt works a style out anew however often it is the same."""
    from PySide6.QtWidgets import QLabel, QLineEdit

    bar, fields, view, styles = window.bar, window.outputs.detail.fields, {"view": "graded", "zebra": "95"}, []
    for kind in (None, QLabel, QLineEdit):
        if kind is not None:
            monkeypatch.setattr(kind, "setStyleSheet", lambda widget, style: styles.append(style))
        bar.show_slot(LONG, view)
        fields.show_words(view)
    assert styles == []
    bar.show_slot(NOTHING, view)
    assert styles  # it records no more


def test_an_alarm_has_the_room_that_nothing_else_wants(until) -> None:
    from livegrade.ui.statusline import StatusLine

    line = StatusLine()  # one of its own: that of the window shows what the session has
    line.resize(1280, line.sizeHint().height())
    line.show()
    what = "it does not answer at 127.0.0.1:9 (connection refused); it is tried again, and what it shows is not known"
    alarm = {"seen": False, "lasts": True, "timecode": None, "subject": "device village", "what": what, "at": 0}
    line.show_alarms({"entries": {"1": alarm}})
    needed = line.trouble.fontMetrics().horizontalAdvance(line.trouble.text())
    assert needed > 640
    until(lambda: line.trouble.width() >= needed)
    line.note("what was done stands in a sentence that is long too, as long as that one, and each of them has half")
    until(lambda: abs(line.said.width() - line.trouble.width()) < 40)
    line.note("done")
    until(lambda: line.trouble.width() >= needed)


def test_an_alarm_that_is_long_over_gives_way_and_one_that_goes_on_stays(application, until) -> None:
    from livegrade.ui import theme, words
    from livegrade.ui.statusline import AGE_MS, StatusLine

    line, now_ms = StatusLine(), round(1000 * time.time())
    line.resize(1280, line.sizeHint().height())
    line.show()
    lost = {"seen": False, "lasts": True, "timecode": "10:00:00:00", "at": now_ms - 3_600_000, "ended_at": None}
    lost |= {"subject": "slot A", "what": "the source sends nothing, and whoever looks finds the cable in the grass"}
    line.show_alarms({"entries": {"1": lost}})
    assert line.trouble.text() == f"TC 10:00:00:00  slot A: {lost['what']}"
    line.say("a sentence that has no room in half of a small window is cut where an alarm goes on, and " * 2)
    until(lambda: abs(line.said.width() - line.trouble.width()) < 40)
    back = {**lost, "lasts": False, "ended_at": now_ms - AGE_MS + 1500}
    slow = {"seen": False, "lasts": False, "timecode": None, "at": now_ms - 7_200_000, "ended_at": now_ms - 7_100_000}
    slow |= {"subject": "machine", "what": "too slow"}
    line.show_alarms({"entries": {"1": back, "2": slow}})
    assert line.trouble.text() == f"(2)  TC 10:00:00:00  slot A: {lost['what']}, over"  # and not the machine, long ago
    assert theme.AMBER in line.trouble.styleSheet()
    assert line.trouble.width() > 500
    until(lambda: theme.DIM in line.trouble.styleSheet())  # by itself
    assert line.trouble.text() == f"(2)  clock {words.clock(slow['at'])}  machine: too slow, over"
    until(lambda: line.said.width() > 1100)
    line.note("done")
    until(lambda: line.trouble.width() > 1000)
    line.show_alarms({"entries": {"1": lost, "2": slow}})
    assert line.trouble.text().startswith("(2)  TC 10:00:00:00  slot A")  # what goes on stands before what is over


def test_of_a_bake_the_amount_comes_first_and_a_node_is_not_named_twice(window) -> None:
    from livegrade.ui.gradepage import warnings_of
    from livegrade.ui.noderow import NodeRow

    told = {"cuts": {}, "baked": {"nodes": ["n1"], "figures": "3.4 codes off", "sentence": "CDL baked into a lattice"}}
    assert warnings_of({"nodes": {"n1": {}}}, told) == {"n1": "baked: 3.4 codes off; CDL baked into a lattice"}
    row, node = NodeRow("n1"), {"enabled": True, "role": "creative", "linked": [], "settings": {}}
    for name, said in (("", "exposure"), ("Exposure", "exposure"), ("key", "key  exposure")):
        row.show_node({**node, "name": name, "kind": "exposure"}, "", bypassed=False)
        assert row.words.text() == said


def test_a_long_alarm_is_read_whole(window, until) -> None:
    window.resize(1280, 800)
    window.pages.turn_to("Alarms")
    items = window.alarms.list
    what = "it does not answer at 127.0.0.1:9 (connection refused); it is tried again, and what it shows is not known"
    entry = {"lasts": True, "seen": False, "timecode": "", "at": 0, "subject": "slot A", "take": "", "alarm": "clip"}
    alarms = {"lasting": 2, "unseen": 2, "entries": {}}
    for number, words in enumerate((what, "short")):
        alarms["entries"][str(number)] = {**entry, "what": words, "times": 1, "advice": "Look."}
    window.link.at = lambda *path: alarms if path == ("alarms",) else None
    window.alarms.show_state([()])
    short, long = (items.topLevelItem(row) for row in (0, 1))  # the newest first
    until(lambda: items.visualItemRect(long).height() > 1.6 * items.visualItemRect(short).height())
    assert long.text(5) == f"clip: {what}"


def test_the_head_of_a_scope_has_its_lines_also_when_it_is_old(application) -> None:
    from livegrade.ui.scope import Head

    head, words = Head(), "Waveform · graded · % · x1"
    head.resize(head.fontMetrics().horizontalAdvance(words) + 30, 40)
    head.say(words, "")
    tall = head.height()
    head.say(words, "3 s old")
    assert head.height() == tall
    room = head.width() - 30 - head.fontMetrics().horizontalAdvance("3 s old")
    (line,) = head.lines(room)
    assert line.endswith("…")
    assert head.fontMetrics().horizontalAdvance(line) <= room


def test_in_a_wide_window_what_an_output_shows_has_more_room(window, until) -> None:
    from livegrade.ui.outputspage import SHOWS, WIDTHS

    listed = window.outputs.list
    window.pages.turn_to("Outputs")
    window.resize(1280, 800)
    until(lambda: window.outputs.width() <= 1280)
    assert listed.columnWidth(SHOWS) == WIDTHS[SHOWS]
    window.resize(1880, 800)
    until(lambda: listed.columnWidth(SHOWS) == WIDTHS[SHOWS] + (window.outputs.width() - 1280) // 3 > 250)
    listed.setColumnWidth(SHOWS, 90)
    window.resize(1580, 800)
    until(lambda: window.outputs.width() <= 1580)
    assert listed.columnWidth(SHOWS) == 90  # somebody has chosen it
