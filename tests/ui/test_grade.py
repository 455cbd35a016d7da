"""The page of the grade: what mouse and keys do to nodes, wheels and curves, and what the session then has."""

from __future__ import annotations

import pytest

from livegrade.ui.nodemenu import WRITTEN, endings

pytestmark = pytest.mark.gui


@pytest.fixture
def grade(running, window, until):
    """The page, of a session that shows a picture, and a way to have commands answered."""
    until(lambda: window.viewer.shown is not None)
    return window.grade


@pytest.fixture
def do(window, until):
    def do(command: str, **words):
        answers: list = []
        window.link.do(command, answers.append, **words)
        until(lambda: answers)
        assert answers[0].result == "done", answers[0].error
        return answers[0]

    return do


@pytest.fixture
def press(application, window):
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    window.keys.watch(application)

    def press(key: str, *held: str) -> None:
        modifiers = Qt.KeyboardModifier.NoModifier
        for word in held:
            modifiers |= getattr(Qt.KeyboardModifier, f"{word}Modifier")
        QTest.keyClick(window.windowHandle(), getattr(Qt.Key, f"Key_{key}"), modifiers)

    yield press
    application.removeEventFilter(window.keys)


@pytest.fixture
def when_asked(application):
    """Answers the next dialogue that opens; while one is open, whoever opened it waits."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    timer, answers = QTimer(), []

    def look_about() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is not None and answers:
            answers.pop()(dialog)
            if dialog.isVisible():
                dialog.close()  # a test that fails must not hang

    timer.timeout.connect(look_about)
    timer.start(50)
    yield answers.append
    timer.stop()


def order(window) -> list[str]:
    nodes = window.link.at("slots", "A", "look", "nodes") or {}
    return sorted(nodes, key=lambda id: nodes[id]["place"])


def settings(window, id: str) -> dict:
    return window.link.at("slots", "A", "look", "nodes", id, "settings") or {}


def test_nodes_are_moved_switched_named_mixed_and_removed(grade, window, until, pointer, press, do) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    for kind in ("cdl", "saturation", "contrast"):
        do("look.add", slot="A", kind=kind)
    until(lambda: list(grade.nodes.rows) == ["n1", "n2", "n3"])
    assert grade.nodes.current() == "n3"  # what was just added is what one turns next
    pointer.drag(grade.nodes.rows["n3"].words, 0, -62)
    until(lambda: order(window) == ["n3", "n1", "n2"])
    until(lambda: list(grade.nodes.rows) == ["n3", "n1", "n2"])
    press("Down", "Alt", "Shift")
    until(lambda: order(window) == ["n1", "n3", "n2"])
    press("Up", "Alt")
    assert grade.nodes.current() == "n1"
    pointer.click(grade.nodes.rows["n2"].check)
    until(lambda: window.link.at("slots", "A", "look", "nodes", "n2", "enabled") is False)
    press("E", "Control")
    until(lambda: window.link.at("slots", "A", "look", "nodes", "n1", "enabled") is False)
    pointer.click(grade.nodes.rows["n2"].words, twice=True)
    name = grade.nodes.rows["n2"].name
    until(lambda: name.isVisible())
    QTest.keyClicks(name, "nothing of this")
    QTest.keyClick(name, Qt.Key.Key_Escape)
    assert name.isHidden()
    assert not grade.nodes.rows["n2"].words.isHidden()
    pointer.click(grade.nodes.rows["n2"].words, twice=True)
    until(lambda: name.isVisible())
    QTest.keyClicks(name, "day for night")
    QTest.keyClick(name, Qt.Key.Key_Return)
    until(lambda: window.link.at("slots", "A", "look", "nodes", "n2", "name") == "day for night")
    pointer.drag(grade.node.numbers["mix"].label, -160, 0)
    until(lambda: settings(window, "n2")["mix"] == 60)
    until(lambda: "60 %" in grade.nodes.rows["n2"].badges.text())
    assert grade.nodes.undo.toolTip() == 'Undo saturation "day for night": mix, slot A'
    press("D", "Control")
    until(lambda: len(order(window)) == 4)
    until(lambda: grade.nodes.current() == "n4")
    press("Delete", "Control")
    until(lambda: order(window) == ["n1", "n3", "n2"])


def test_what_is_to_be_known_of_nodes_is_told_of_a_look_that_comes_again_as_others(
    grade, window, until, do, tmp_path
) -> None:
    do("look.add", slot="A", kind="cdl")
    do("look.set", slot="A", node="n1", values={"slope": 1.2})
    until(lambda: "clamp cuts what comes in above" in grade.node.warning.text())
    do("look.save", slot="A", path=str(tmp_path / "hot.json"))
    do("look.load", slot="A", path=str(tmp_path / "hot.json"))
    until(lambda: list(window.link.at("slots", "A", "look", "nodes")) == ["n2"])
    until(lambda: grade.nodes.rows["n2"].badges.text() == "!")


def test_wheels_clamp_printer_and_the_curve_of_the_look(grade, window, until, pointer, press, do) -> None:
    do("look.add", slot="A", kind="cdl")
    until(lambda: "slope" in grade.node.wheels)
    wheel = grade.node.wheels["slope"]
    until(lambda: grade.response.graph.found and wheel.pad.isVisible())
    assert grade.response.graph.found["red"] == grade.response.graph.found["in"]
    pointer.drag(wheel.pad, 0, -40, at=(0, -0.88))
    until(lambda: settings(window, "n1")["slope"][0] > 1.1)
    red, green, blue = settings(window, "n1")["slope"]
    assert red == green == blue  # the ring turns all three
    place = grade.node.warning.geometry()
    until(lambda: "clamp cuts what comes in above" in grade.node.warning.text())
    grade.node.layout().activate()
    assert grade.node.warning.geometry() == place  # nothing above it has moved
    window.look_at("A")  # which is looked at
    assert "clamp cuts what comes in above" in grade.node.warning.text()
    found = grade.response.graph.found
    assert max(found["green"]) == 1.0
    press("K")
    until(lambda: settings(window, "n1")["clamp"] is False)
    until(lambda: grade.node.warning.text() == "")
    assert max(grade.response.graph.found["green"]) > 1.1
    press("Space")
    until(lambda: grade.response.state.text() == "bypassed")
    until(lambda: grade.response.graph.found["green"] == grade.response.graph.found["in"])
    press("Space")
    pointer.click(wheel.rest)
    until(lambda: settings(window, "n1")["slope"] == [1.0, 1.0, 1.0])
    press("R", "Alt")
    until(lambda: settings(window, "n2").get("points") == [1.0, 0.0, 0.0])
    until(lambda: window.status.said.text() == "Printer points R +1, G +0, B +0, slot A")
    until(lambda: grade.node.printer is not None)
    for letters, by in (("b", -1), ("rgb", 1)):
        pointer.click(grade.node.printer.buttons[letters, by])
    until(lambda: settings(window, "n2")["points"] == [2.0, 1.0, 0.0])
    asked: list[str] = []
    grade.assign_wanted.connect(asked.append)
    grade.node.printer.numbers["r"].assign_wanted.emit(grade.node.printer.numbers["r"].address)
    assert asked == ["/livegrade/A/points/r"]


def test_every_kind_of_node_is_made_in_its_menu_and_turned_by_hand(grade, window, until, pointer) -> None:
    """Coarse, fine, typed and back: lift, gamma and gain, temperature and tint, exposure, contrast, saturation."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    def add(words: str) -> str:
        known = set(order(window))
        action = next(one for one in grade.nodes.add.menu().actions() if one.text() == words)
        action.trigger()
        until(lambda: len(order(window)) == len(known) + 1)
        (made,) = set(order(window)) - known
        until(lambda: grade.nodes.current() == made)
        return made

    light = add("Lift, gamma, gain")
    assert list(grade.node.wheels) == ["lift", "gamma", "gain"]
    for name, rest in (("lift", 0.0), ("gamma", 1.0), ("gain", 1.0)):
        wheel = grade.node.wheels[name]
        pointer.drag(wheel.pad, 0, -32)
        until(lambda name=name: settings(window, light)[name][0] > settings(window, light)[name][1])
        pointer.drag(wheel.pad, 0, -30, at=(0, -0.88))
        until(lambda name=name, rest=rest: sum(settings(window, light)[name]) / 3 > rest + 0.005)
        pointer.click(wheel.numbers[0].label, twice=True)
        until(lambda name=name, rest=rest: settings(window, light)[name][0] == rest)
        assert settings(window, light)[name][1] != rest  # red alone
        pointer.click(wheel.rest)
        until(lambda name=name, rest=rest: settings(window, light)[name] == [rest] * 3)

    for words, name, coarse, rest in (
        ("Temperature and tint", "temperature", 200.0, 5600.0),
        ("Exposure", "stops", 0.2, 0.0),
        ("Contrast", "contrast", 0.04, 1.0),
        ("Saturation", "saturation", 0.04, 1.0),
    ):
        node = add(words)
        number = grade.node.numbers[name]
        pointer.drag(number.label, 20, 0)
        until(lambda node=node, name=name, to=rest + coarse: settings(window, node)[name] == pytest.approx(to))
        pointer.drag(number.label, 20, 0, held="shift")
        wanted = rest + 1.1 * coarse
        until(lambda node=node, name=name, wanted=wanted: settings(window, node)[name] == pytest.approx(wanted))
        pointer.click(number.label, twice=True)
        until(lambda node=node, name=name, rest=rest: settings(window, node)[name] == rest)
        if name == "temperature":
            field = grade.node.numbers["tint"].field
            field.setFocus()
            field.selectAll()
            QTest.keyClicks(field, "-3,5")
            QTest.keyClick(field, Qt.Key.Key_Return)
            until(lambda node=node: settings(window, node)["tint"] == -3.5)


def test_points_of_a_curve_are_put_dragged_and_taken_away(grade, window, until, pointer, do) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    def points(channel: str = "master") -> list:
        return window.link.at("slots", "A", "look", "nodes", "n1", "curves", channel) or []

    do("look.add", slot="A", kind="rgb-curves")
    until(lambda: grade.node.curves is not None)
    field = grade.node.curves.field
    middle = within(field, field.plot.place(0.5, 0.5))
    until(lambda: is_drawn(field, 0.25, 0.25) and is_drawn(field, 1.0, 1.0))  # a straight line with its ends
    pointer.click(field, at=within(field, field.place(1)))
    until(lambda: grade.node.curves.numbers["in"].field.text() == "1.000")
    field.remove_point()
    assert points() == []
    pointer.click(field, at=middle)
    until(lambda: len(points()) == 3)
    assert points()[1] == pytest.approx([0.5, 0.5], abs=0.02)  # on the curve as it was: nothing jumps
    assert points()[1][0] == points()[1][1]
    pointer.drag(field, 0, -30, at=middle)
    until(lambda: points()[1][1] > 0.6)
    assert len(points()) == 3
    until(lambda: grade.node.curves.numbers["out"].field.text() == f"{points()[1][1]:.3f}")
    until(lambda: field.value_at(0.75) > 0.8)  # the session's own curve, bent
    until(lambda: field.histogram.keys() == {"red", "green", "blue"})
    QTest.qWait(1200)  # a turn that rests for a second has ended
    undone = len(window.link.at("slots", "A", "look", "undo"))
    put = field.plot.place(0.8, 0.6)
    pointer.drag(field, 0, -20, at=within(field, put), rest_s=1.3)
    until(lambda: len(points()) == 4 and points()[2][1] > 0.82)
    QTest.qWait(500)  # what the hand sent last has come too
    assert len(window.link.at("slots", "A", "look", "undo")) == undone + 1
    do("look.undo", slot="A")
    until(lambda: len(points()) == 3)
    pointer.click(grade.node.curves.buttons["blue"])
    pointer.click(field, at=middle)
    until(lambda: len(points("blue")) == 3)
    QTest.keyClick(field, Qt.Key.Key_Down)
    until(lambda: points("blue")[1][1] < points("blue")[1][0])
    QTest.keyClick(field, Qt.Key.Key_Delete)
    until(lambda: len(points("blue")) == 2)
    pointer.click(grade.node.curves.buttons["master"])
    grade.node.curves.field.point = 0
    for _ in range(2):
        field.point = 0
        field.remove_point()
    until(lambda: points() == [])


def is_drawn(field, x: float, y: float) -> bool:
    """Whether a line or a point lies there: lighter than all that else stands in the field."""
    image = field.plot.grab().toImage()
    at = field.plot.place(x, y) * image.devicePixelRatio()
    near = (image.pixelColor(round(at.x()) + dx, round(at.y())).lightness() for dx in range(-7, 8))
    return max(near) > 170


def within(widget, place) -> tuple[float, float]:
    """A place of a widget as the pointer of the tests wants it."""
    return 2 * place.x() / widget.width() - 1, 2 * place.y() / widget.height() - 1


def test_the_toe_of_curves_is_looked_at_closely(grade, window, until, pointer, do) -> None:
    def points() -> list:
        return window.link.at("slots", "A", "look", "nodes", "n1", "curves", "master") or []

    do("look.add", slot="A", kind="rgb-curves")
    until(lambda: grade.node.curves is not None and grade.response.graph.found)
    whole, curve = grade.response.graph.plot, grade.node.curves.field
    for plot in (whole, curve.plot):
        until(lambda plot=plot: plot.field.height() > plot.height() / 2)  # it is laid out
        all_of_it = plot.spans
        pointer.turn(plot, 8, at=within(plot, plot.place(0.0, 0.0)))
        until(lambda plot=plot, all_of_it=all_of_it: plot.spans[0] < all_of_it[0] / 5)
        assert plot.field.contains(plot.place(0.0, 0.0))  # where the pointer was stays under it
    until(lambda: len(grade.response.graph.found["in"]) == 1025)  # finer where less of it is seen
    names = [words for _, words in grade.response.graph.numbers.ticks(0.0, 0.1, 0.02)]
    assert names == ["64", "96", "128"]
    grade.response.scale.click()
    assert "%" in grade.response.graph.numbers.words(0.5)
    pointer.hover(whole)
    until(lambda: "%" in whole.reading.text())
    before = whole.value(whole.field.center())
    pointer.drag(whole, -40, 0)
    until(lambda: whole.value(whole.field.center())[0] > before[0] + 0.01)
    pointer.click(whole, twice=True)
    until(lambda: whole.spans[0] > 1.18)
    span = curve.plot.spans[1]
    pointer.click(curve, at=within(curve, curve.plot.place(0.05, 0.05)))
    until(lambda: len(points()) == 3)
    pointer.drag(curve, 0, -20, at=within(curve, curve.plot.place(*points()[1])))
    lifted = pytest.approx(20 / curve.plot.field.height() * span, rel=0.1)  # nearer by, a pixel is less
    until(lambda: points()[1][1] - points()[1][0] == lifted)
    pointer.click(curve, twice=True, button=2)
    until(lambda: curve.plot.spans[0] > 1.18)
    assert len(points()) == 3


def test_looks_on_the_shelf_and_nodes_that_slots_share(keeping, window, until, pointer, press, do, when_asked) -> None:
    grade, shelf = window.grade, window.grade.shelf
    until(lambda: window.viewer.shown is not None)
    until(lambda: window.link.at("library", "state", "link") == "running")
    do("look.add", slot="A", kind="saturation", name="sat")
    until(lambda: grade.nodes.current() == "n1")
    names = iter(("grey", "vivid"))

    def answer(dialog) -> None:
        dialog.setTextValue(next(names))
        dialog.accept()

    for place, saturation in ((0, 0.0), (1, 1.8)):
        do("look.set", slot="A", values={"saturation": saturation})
        when_asked(answer)
        shelf.tiles[place].pressed.emit()  # a press that opens a dialogue does not come back from Qt until it is shut
        until(lambda at=place: shelf.tiles[at].pin is not None)
    until(lambda: all(shelf.pictures.picture(tile.pin["look"]) is not None for tile in shelf.tiles[:2]))
    first, second = (shelf.pictures.picture(tile.pin["look"]).toImage() for tile in shelf.tiles[:2])
    spot = first.pixelColor(first.width() // 2, first.height() * 3 // 4)
    assert max(spot.getRgb()[:3]) - min(spot.getRgb()[:3]) < 12  # as the slot would be without colours
    assert first != second
    press("1")
    until(lambda: any(one["settings"].get("saturation") == 0.0 for one in look(window).values()))
    press("Period")
    until(lambda: any(one["settings"].get("saturation") == 1.8 for one in look(window).values()))
    until(lambda: shelf.tiles[1].toolTip().startswith("vivid, version 1"))
    pointer.click(shelf.tiles[0])
    until(lambda: any(one["settings"].get("saturation") == 0.0 for one in look(window).values()))
    found = do("library.find", query="looks").found
    window.library.shelve(found[0])
    until(lambda: shelf.tiles[2].pin is not None and shelf.tiles[2].pin["entry"] == found[0]["key"])
    (node,) = look(window)
    menu = grade.nodes.menu.of_node("A", node, grade.nodes.rows[node])
    link = next(action.menu() for action in menu.actions() if action.text() == "Make one with slot B")
    link.actions()[0].trigger()
    until(lambda: grade.nodes.rows[node].badges.text() == "= B")
    pointer.drag(grade.node.numbers["saturation"].label, 50, 0)
    until(lambda: look(window)[node]["settings"]["saturation"] == 0.1)
    (shared,) = look(window, "B").values()
    assert shared["settings"]["saturation"] == 0.1


def look(window, slot: str = "A") -> dict:
    return window.link.at("slots", slot, "look", "nodes") or {}


def test_the_endings_of_the_window_are_those_of_the_session() -> None:
    from livegrade.control.saving import CDLS, LUTS

    assert {*endings(*WRITTEN)} == {".json", *LUTS, *CDLS}


def test_files_copies_and_refusals(grade, window, until, do, tmp_path, when_asked) -> None:
    from PySide6.QtWidgets import QLineEdit

    def choose(dialog) -> None:
        dialog.findChild(QLineEdit, "fileNameEdit").setText(str(saved))
        dialog.accept()

    do("look.add", slot="A", kind="cdl", name="day")
    do("look.set", slot="A", values={"slope.r": 1.25})
    saved = tmp_path / "day.cube"
    when_asked(choose)
    grade.nodes.menu.save("A")
    until(lambda: window.status.said.text().startswith("day.cube: LUT of 33 points a side, 0."))
    assert "LUT_3D_SIZE 33" in saved.read_text()
    for name, kind in (("red.cc", WRITTEN[0]), ("red", WRITTEN[2])):
        saved = tmp_path / name
        when_asked(lambda dialog, kind=kind: (dialog.selectNameFilter(kind), choose(dialog)))
        grade.nodes.menu.save("A")
        until((tmp_path / {"red": "red.cdl"}.get(name, name)).is_file)
    assert "<Slope>1.25" in (tmp_path / "red.cdl").read_text()
    saved = tmp_path / "red"  # nobody has asked whether red.cdl may go
    when_asked(lambda dialog: (dialog.selectNameFilter(WRITTEN[2]), choose(dialog)))
    grade.nodes.menu.save("A")
    until(lambda: "red.cdl exists" in window.status.said.text())
    saved = tmp_path / "day.json"
    when_asked(choose)
    grade.nodes.menu.save("A")
    until(saved.is_file)
    do("look.set", slot="A", values={"slope.r": 0.5})
    when_asked(choose)
    grade.nodes.menu.load("A")
    until(lambda: [one["settings"]["slope"][0] for one in look(window).values()] == [1.25])
    until(lambda: window.status.said.text() == "day.json loaded, slot A")
    window.look_at("B")
    menu = grade.nodes.look.menu()
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == "Copy the look of slot A").trigger()
    until(lambda: [one["name"] for one in look(window, "B").values()] == ["day"])
    until(lambda: [row.words.text() for row in grade.nodes.rows.values()] == ["day  CDL"])
    window.link.do_aloud("look.add", slot="B", kind="exposure")
    until(lambda: "needs to know the camera" in window.status.said.text())
    assert len(look(window, "B")) == 1


def test_an_answer_that_comes_late_takes_no_newer_refusal_away(grade, window, until, monkeypatch) -> None:
    """The look of another slot waits for a picture; what is refused is answered at once."""
    from livegrade.control.messages import Answer

    answers = []
    with monkeypatch.context() as patched:
        patched.setattr(window.link, "do", lambda command, then, **words: answers.append(then))
        window.link.do_aloud("look.copy", slot="B", **{"from": "A"})
        window.link.do_aloud("look.add", slot="B", kind="exposure")
    copied, added = answers
    added(Answer("refused", error="exposure needs to know the camera"))
    copied(Answer("done", step="look of slot A copied"))
    assert window.status.said.text() == "exposure needs to know the camera"
    copied(Answer("refused", error="there is no slot A"))  # this was meant to be done, and was not
    assert window.status.said.text() == "there is no slot A"
