"""What stands at the axes of curves, and that what draws them is not loaded before a picture is shown."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from livegrade.ui import plots
from livegrade.ui.ticks import Numbers, Stops

LEGAL = Numbers(64, 876, (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0), (0, 1023))


def named(ticks) -> list[str]:
    return [words for _, words in ticks if words]


def test_codes_have_black_and_white_and_the_least_step_that_has_room() -> None:
    assert named(LEGAL.ticks(-5 / 54, 59 / 54, 0.2)) == ["64", "256", "512", "940"]
    assert named(LEGAL.ticks(-5 / 54, 59 / 54, 0.051)) == [
        *("0", "64", "128", "192", "256", "320", "384", "448", "512", "576", "640", "704", "768", "832", "940")
    ]
    ticks = LEGAL.ticks(0.0, 0.02, 0.004)
    assert named(ticks) == ["64", "68", "72", "76", "80"]
    assert [value for value, _ in ticks] == pytest.approx([code / 876 for code in (0, 4, 8, 12, 16)])


def test_stops_have_grey_before_all_and_nothing_where_light_is_not_known_closely() -> None:
    camera = Stops(((-9.0, 0.05), (-3.5, 0.1), *((-3 + half / 2, 0.2 + 0.04 * half) for half in range(13))))
    assert named(camera.ticks(0.0, 1.0, 0.2)) == ["-3", "0", "+3"]
    assert named(camera.ticks(0.0, 1.0, 0.07)) == ["-3", "-2", "-1", "0", "+1", "+2", "+3"]
    assert named(camera.ticks(0.4, 0.49, 0.019)) == ["-0.5", "-0.25", "0", "+0.25", "+0.5"]
    values = dict((words, value) for value, words in camera.ticks(0.0, 1.0, 0.07))
    assert values["+1"] == pytest.approx(0.52)


def test_plots_are_loaded_by_nobody_before_they_are_wanted() -> None:
    program = (
        "import sys, livegrade.ui.app, livegrade.ui.window; "
        "print([name for name in sys.modules if 'pyqtgraph' in name or name == 'livegrade.ui.plot'])"
    )
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


@pytest.mark.gui
def test_plots_that_cannot_be_loaded_are_a_sentence(monkeypatch, until) -> None:
    said: list[str] = []
    monkeypatch.setattr(plots, "import_module", lambda name: importlib.import_module("pyqtgraph_of_nobody"))
    made = plots.Plots()
    made.failed.connect(said.append)
    made.begin()
    until(lambda: said)
    assert said == ["curves cannot be drawn: No module named 'pyqtgraph_of_nobody'; pip install pyqtgraph"]
    assert not made.are_here


@pytest.mark.gui
def test_lines_are_as_thick_on_a_screen_with_more_pixels(application, monkeypatch) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    from livegrade.ui.plot import Plot

    plot = Plot(left_moves=False)
    line = plot.line("#ffffff", 1.5)
    assert line._curve.opts["pen"].widthF() == 1.5 * plot.devicePixelRatioF()
    monkeypatch.setattr(plot, "devicePixelRatioF", lambda: 3.0)
    QCoreApplication.sendEvent(plot, QEvent(QEvent.Type.DevicePixelRatioChange))
    assert line._curve.opts["pen"].widthF() == 4.5
    line.show_pen("#ff0000", over=True)
    assert line._curve.opts["pen"].widthF() == 6.0
