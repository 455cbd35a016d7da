"""The tools over the picture: mouse and keys change what the session draws for the window, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QMenu

pytestmark = pytest.mark.gui

GREEN, WHITE = (0, 255, 0), (255, 255, 255)


def shows(window) -> bool:
    return window.viewer.shown is not None and window.viewer.message == ""


def pixels(window) -> np.ndarray:
    """(height, width, 3) of what is shown."""
    image = window.viewer.shown.image
    line = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return line[:, : 4 * image.width()].reshape(image.height(), image.width(), 4)[..., :3].astype(int)


def share(window, so) -> float:
    """Of the picture's pixels."""
    return float(so(pixels(window)).mean())


def shape(window) -> float:
    """Width by height of what is shown."""
    image = window.viewer.shown.image
    return image.width() / image.height()


def is_red(picture: np.ndarray) -> np.ndarray:
    return (picture[..., 0] > 150) & (picture[..., 1] < 90) & (picture[..., 2] < 90)


def opened(button):
    """What opens at a tool, where it opens."""
    button.menu().popup(button.mapToGlobal(button.rect().bottomLeft()))
    return button.menu()


def type_into(field, text: str) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_keys_and_forms_draw_over_the_picture_of_the_window_alone(running, window, until, pointer, press) -> None:
    until(lambda: shows(window))
    bar, sinks = window.viewbar, window.link.at("sinks")
    plain = share(window, is_red)
    press("P")
    until(lambda: share(window, is_red) > plain + 0.02)
    assert bar.buttons["peaking"].isChecked()
    assert "peaking medium" in window.bar.view.toolTip()
    form, menu = bar.forms["peaking"], opened(bar.buttons["peaking"])
    form.colors.buttons["green"].click()
    until(lambda: share(window, lambda seen: (seen[..., 1] > 150) & (seen[..., 0] < 90)) > 0.01)
    medium = share(window, lambda seen: (seen[..., 1] > 150) & (seen[..., 0] < 90))
    form.strengths.buttons["low"].click()
    until(lambda: share(window, lambda seen: (seen[..., 1] > 150) & (seen[..., 0] < 90)) < 0.8 * medium)
    assert window.viewer.wish["peaking"] == "low+green"
    menu.close()
    pointer.click(bar.buttons["peaking"])
    until(lambda: "peaking" not in window.viewer.wish)

    pointer.click(bar.buttons["zebra"])
    until(lambda: window.viewer.wish.get("zebra") == "95")
    zebra, menu = bar.forms["zebra"], opened(bar.buttons["zebra"])
    zebra.second.click()
    type_into(zebra.numbers[0].field, "40")
    type_into(zebra.numbers[1].field, "60")
    assert window.viewer.wish["zebra"] == "40-60+70-75"
    zebra.numbers[1].turned.emit(500.0)
    assert window.viewer.wish["zebra"] == "40+70-75"
    menu.close()
    until(lambda: window.viewer.stream.fed.get("zebra") == "40+70-75" and shows(window))
    press("Z")
    until(lambda: "zebra" not in window.viewer.wish)
    assert window.link.at("sinks")["1"]["view"] == sinks["1"]["view"] == "graded"


def test_a_lens_and_guides_keep_what_it_saw(running, window, until, pointer, press) -> None:
    until(lambda: shows(window))
    bar = window.viewbar
    places = [window.meters.spot_button.x(), bar.buttons["desqueeze"].width()]
    bar.restore({"lens": "1.33"})
    until(lambda: bar.buttons["desqueeze"].text() == "1.33×")
    assert window.minimumSizeHint().width() <= 1280
    assert [window.meters.spot_button.x(), bar.buttons["desqueeze"].width()] == places
    bar.restore({"lens": ""})
    press("G")
    until(lambda: window.viewer.stream.fed.get("guides") == "2.39+shade:50")
    until(lambda: abs(window.viewer.stream.fed["letters"] * max(1, window.viewer.placed().scale) - 11 * 96 / 72) < 1)
    guides, menu = bar.forms["guides"], opened(bar.buttons["guides"])
    type_into(guides.own, "2,2")
    guides.aspects.buttons["2.39"].click()
    type_into(guides.line.field, "100")
    for part in ("action", "title"):  # safe areas
        guides.parts.buttons[part].click()
    safe = "2.2+action+title+shade:50+line:100"

    def drawn() -> np.ndarray:
        return np.flatnonzero((pixels(window) == 255).all(axis=2).mean(axis=1) > 0.3)

    until(lambda: window.viewer.stream.fed.get("guides") == safe and shows(window) and len(drawn()) >= 6)
    rows = drawn()
    high, tall = pixels(window).shape[0], pixels(window).shape[1] / 2.2  # they are of the frame
    edges = [(high + part * sign * tall) / 2 for part in (1.0, 0.93, 0.9) for sign in (-1, 1)]
    assert all(min(abs(row + 0.5 - edge) for edge in edges) <= 1.5 for row in rows)
    assert all(min(abs(row + 0.5 - edge) for row in rows) <= 1.5 for edge in edges)
    for part in ("action", "title"):
        guides.parts.buttons[part].click()
    assert window.viewer.wish["guides"] == "2.2+shade:50+line:100"
    menu.close()

    def lines() -> list[int]:
        picture = pixels(window)
        rows = np.flatnonzero((picture[:, picture.shape[1] // 3 :] == 255).all(axis=(1, 2)))
        return rows.tolist()

    until(lambda: len(lines()) == 2)
    top, bottom = lines()
    assert abs((bottom - top - 1) - pixels(window).shape[1] / 2.2) <= 2
    bar.lens.factors.buttons["2"].click()
    until(lambda: abs(shape(window) - 2 * 16 / 9) < 0.03)
    columns = np.flatnonzero((pixels(window)[30:-30] == 255).all(axis=(0, 2)))
    assert len(columns) == 2
    wide = pixels(window).shape[1]
    assert abs((columns[1] - columns[0] - 1) / pixels(window).shape[0] - 2.2) < 0.05
    press("D")
    until(lambda: abs(shape(window) - 16 / 9) < 0.03)
    assert window.viewer.wish["guides"].endswith("+squeezed:2")
    squeezed = np.flatnonzero((pixels(window)[30:-30] == 255).all(axis=(0, 2)))
    assert np.abs(squeezed / pixels(window).shape[1] - columns / wide).max() < 0.005
    kept = bar.kept()
    bar.restore({"lens": "1.3", "zebra": "bright"})
    assert bar.kept() == kept
    bar.restore({"lens": "1.8", "zebra": 7})
    assert (bar.last["lens"], bar.last["zebra"]) == ("1.8", kept["zebra"])


def test_false_colour_has_its_legend_beside_the_picture(running, window, until, pointer, press) -> None:
    until(lambda: shows(window))
    bar, legend = window.viewbar, window.legend
    assert not legend.isVisible()
    press("F")
    until(lambda: legend.isVisible() and legend.told is not None)
    assert window.viewer.wish["view"] == "false-color:stops"
    assert legend.told["curve"].endswith("LogC4, source")
    until(lambda: window.viewer.stream.fed.get("view") == "false-color:stops" and shows(window))
    colors = {tuple(int(entry["color"][at : at + 2], 16) for at in (1, 3, 5)) for entry in legend.told["entries"]}
    until(lambda: len({tuple(color) for color in pixels(window)[200].tolist()} & colors) > 3)
    pointer.click(legend)
    units = QApplication.activePopupWidget()
    next(action for action in units.actions() if action.text() == "mV").trigger()
    units.close()
    until(lambda: not legend.findChildren(QMenu))  # one that was closed is not kept
    until(lambda: all(entry["limits"].endswith("mV") for entry in legend.told["entries"] if entry["limits"]))
    menu = opened(bar.buttons["false-color"])
    bar.false_color.presets.buttons["ire"].click()
    until(lambda: legend.told["title"].startswith("IRE"))
    taps = bar.false_color.taps.buttons
    taps["graded"].click()
    until(lambda: window.viewer.stream.fed.get("tap") == "graded" and taps["graded"].isChecked())
    assert bar.kept()["tap"] == "graded"
    bar.false_color.presets.buttons["stops"].click()  # reads the source, and the tap is remembered
    until(lambda: legend.told["curve"].endswith("LogC4, source") and shows(window))
    assert not taps["graded"].isEnabled()
    assert taps["source"].isChecked()
    bar.false_color.presets.buttons["ire"].click()
    until(lambda: legend.told["title"].startswith("IRE") and legend.told["curve"].endswith("graded"))
    type_into(bar.false_color.opacity.field, "40")
    assert window.viewer.wish["opacity"] == "40"
    menu.close()
    until(lambda: window.viewer.stream.fed.get("opacity") == "40" and shows(window))
    window.look_at("B")
    until(lambda: not bar.false_color.presets.buttons["stops"].isEnabled())
    press("F")
    until(lambda: window.viewer.wish["view"] == "graded" and not legend.isVisible())
    press("O")
    until(lambda: window.viewer.wish["view"] == "source")
    pointer.click(bar.buttons["bypass"])
    until(lambda: window.viewer.wish["view"] == "bypass")
    window.resize(1280, 800)
    until(lambda: window.width() == 1280)
    pointer.rest(bar.buttons["zebra"])
    assert all(button.width() >= button.sizeHint().width() for button in bar.buttons.values())
    window.resize(1900, 1000)
    until(lambda: bar.buttons["zebra"].popupMode() == bar.buttons["zebra"].ToolButtonPopupMode.MenuButtonPopup)


def test_the_presets_of_the_window_are_those_of_the_session() -> None:
    from livegrade.scopes.peaking import COLORS, STRENGTHS
    from livegrade.scopes.presets import PRESETS
    from livegrade.ui import viewforms

    percents = [name for name in viewforms.PRESETS if name not in viewforms.OF_CAMERA]
    assert set(percents) <= set(PRESETS)
    assert set(viewforms.COLORS) == set(COLORS)
    assert {name: float(step) for name, step in STRENGTHS.items()} == viewforms.STRENGTHS
