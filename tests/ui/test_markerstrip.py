"""The strip of the take with its markers: set by key, drawn where they were set, told when they are pointed at."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.gui


def test_markers_of_a_take_stand_on_the_strip(keeping, window, until, press) -> None:
    from PySide6.QtGui import QColor

    from livegrade.ui import theme
    from livegrade.ui.markerstrip import scale_of

    strip = window.strip
    until(lambda: window.viewer.shown is not None and window.link.at("library", "state", "link") == "running")
    assert strip.strip is None
    press("R")
    until(lambda: strip.strip is not None and strip.strip["runs"])
    keys = {"F3": "flare", "F2": "boom-shadow", "F4": "reflection", "F5": "focus", "M": "free"}
    for count, key in enumerate(keys, 1):
        press(key, "NoModifier" if key == "M" else "ShiftModifier")
        until(lambda count=count: len(strip.strip["markers"]) == count)
    assert [mark["kind"] for mark in strip.strip["markers"]] == list(keys.values())
    flare, last = strip.strip["markers"][0], strip.strip["markers"][-1]
    assert strip.words_at(strip.place(flare["index"])).startswith(f"flare, {flare['timecode']}")
    assert strip.words_at(strip.width() - 20) == ""
    until(lambda: window.viewer.shown.index > last["index"] + 5)
    until(lambda: strip.place(strip._last(strip.strip)) > strip.place(last["index"]))
    press("R")
    until(lambda: not strip.strip["runs"] and strip.strip["last"] is not None)
    assert strip._last(strip.strip) == strip.strip["last"]
    assert [scale_of(count) for count in (0, 500, 501, 4001)] == [500, 500, 1000, 8000]

    def is_red() -> bool:
        picture, red = strip.grab().toImage(), QColor(theme.RED).rgb()
        return any(picture.pixel(x, strip.height() // 2) == red for x in range(strip.width()))

    press("R")
    until(lambda: strip.strip["runs"] and is_red())
    keeping.stop()
    until(lambda: not window.link.is_here)
    assert not is_red()  # whether it goes on nobody knows
