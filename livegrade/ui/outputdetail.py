"""One output with all that can be set of it: its view in words, its calibration and transform, its lock, its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from livegrade.ui import theme, words
from livegrade.ui.assignable import mark
from livegrade.ui.monitor import screen_named, words_of
from livegrade.ui.noderow import Elided
from livegrade.ui.press import tool
from livegrade.ui.twice import Twice
from livegrade.ui.viewfields import FIELDS, HEIGHT, NOTHING, STRETCH, ViewFields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from livegrade.ui.link import SessionLink
    from livegrade.ui.monitor import Monitor

TRANSFORMS = (NOTHING, "rec709", "p3-d65", "rec2100-pq", "rec2100-hlg", "srgb")
LOSSES = ("hold", "black", "bars")
WIDTH = 426
NO_OUTPUT, NONE_CHOSEN = "No output; add one below", "Choose an output at the left"


class OutputDetail(QScrollArea):
    """Of the output that is chosen, or of the picture on another monitor."""

    def __init__(self, link: SessionLink, monitor: Monitor) -> None:
        super().__init__()
        self._link = link
        self._monitor = monitor
        self._toggle: Callable[[], object] = lambda: None
        self.number = ""
        self.title = Elided()
        self.title.setFont(theme.font(bold=True))
        self.reason = QLabel()
        self.reason.setWordWrap(True)
        self.reason.setStyleSheet(f"color: {theme.AMBER}")
        self.lock = tool("Lock", "a locked output refuses every change, whoever asks", checkable=True)
        self.lock.clicked.connect(lambda on: self._link.do_aloud("view.lock", sink=self.number, locked=on))
        self.remove = Twice("Remove", "press again")
        self.remove.sure.connect(lambda: self._link.do_aloud("sink.remove", sink=self.number))
        self.fields = ViewFields()
        self.fields.wanted.connect(self._show)
        self.to, self.on_loss = _box(TRANSFORMS, editable=True), _box(LOSSES)
        self.to.activated.connect(lambda _: self._set(to=_word(self.to)))
        self.on_loss.activated.connect(lambda _: self._set(on_loss=self.on_loss.currentText()))
        self.cal = tool(NOTHING, "a LUT for that monitor, after the look; press to choose a file")
        self.cal.clicked.connect(self._calibrate)
        self.no_cal = tool("None", "takes the calibration away")
        self.no_cal.clicked.connect(lambda: self._set(cal=""))
        self.screens = _box(())
        self.screens.activated.connect(lambda _: self._move())
        self.toggle = tool("", "the picture alone, with nothing on it, full screen")
        self.toggle.clicked.connect(lambda: self._toggle())
        mark(self.toggle, "monitor")
        self._of_sink = QWidget()
        self._of_monitor = QWidget()
        self._arrange()

    def show_sink(self, number: str, sink: Mapping[str, Any] | None, *, are_others: bool = False) -> None:
        """An output as the session has it; None: none is chosen, of which there may be some."""
        if number != self.number:
            self.remove.calm()
            self.fields.forget()
        self.number = number
        self._choose(self._of_sink)
        self._inside.setEnabled(sink is not None)
        if sink is None:
            self.title.setText(NONE_CHOSEN if are_others else NO_OUTPUT)
            self.reason.hide()
            self.fields.show_words({})
            return
        self.title.setText(f"{number}  {sink['address']}")
        self.title.setToolTip(sink["address"])
        said = [sink["state"]["reason"], *sink["figures"]["notes"], *sink["files"]]
        if sink["missing"]:
            said.append(f"{sink['missing']} pictures are missing in the recording")
        self.reason.setText("\n".join(filter(None, said)))
        self.reason.setVisible(bool(self.reason.text()))
        locked = sink["locked"]
        self.lock.setChecked(locked)
        for widget in (self.fields, self.to, self.on_loss, self.cal, self.no_cal, self.remove):
            widget.setEnabled(not locked)
        options = sink["options"]
        self.fields.show_words({"view": "graded", **{name: options[name] for name in FIELDS if name in options}})
        _show(self.to, options.get("to", NOTHING))
        _show(self.on_loss, options.get("on-loss", "hold"))
        cal = options.get("cal", "")
        self.cal.setText(words.shortened(cal, 24) or NOTHING)
        self.no_cal.setEnabled(bool(cal) and not locked)

    def show_monitor(self, toggle: Callable[[], object]) -> None:
        """The picture on another monitor; `toggle` opens and shuts it."""
        self._toggle = toggle
        if self.number:
            self.fields.forget()
        self.number = ""
        self._choose(self._of_monitor)
        self._inside.setEnabled(True)
        self.fields.setEnabled(True)
        monitor = self._monitor
        self.title.setText("The clean picture on a monitor of this machine")
        self.title.setToolTip("")
        self.reason.setText(monitor.fault)
        self.reason.setVisible(bool(monitor.fault))
        self.fields.show_words(monitor.wish)
        self.toggle.setText("Shut it" if monitor.is_open else "Open it")
        names = [words_of(screen) for screen in QGuiApplication.screens()]
        if names != [self.screens.itemText(at) for at in range(self.screens.count())]:
            self.screens.clear()
            self.screens.addItems(names)
        if monitor.is_open:
            _show(self.screens, words_of(monitor.screen()))

    def _choose(self, shown: QWidget) -> None:
        for part in (self._of_sink, self._of_monitor):
            part.setVisible(part is shown)
        for widget in (self.lock, self.remove):
            widget.setVisible(shown is self._of_sink)

    def _show(self, view: dict[str, str]) -> None:
        if self.number:
            self._link.do_aloud("view.set", sink=self.number, **view)
        else:
            self._monitor.show_picture(view)

    def _set(self, **said: str) -> None:
        self._link.do_aloud("sink.set", sink=self.number, **said)

    def _calibrate(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Calibration of this output", "", "LUT (*.cube *.3dl *.clf *)")
        if name:
            self._set(cal=name)

    def _move(self) -> None:
        screen = screen_named(self.screens.currentText())
        if screen is not None and self._monitor.is_open:
            self._monitor.open_on(screen)

    def _arrange(self) -> None:
        self._inside = inside = QWidget()
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.lock)
        head.addWidget(self.remove)
        sink = QGridLayout(self._of_sink)
        sink.setContentsMargins(0, 0, 0, 0)
        sink.setHorizontalSpacing(theme.GAP)
        sink.setVerticalSpacing(2)
        for field in (self.to, self.on_loss, self.cal, self.no_cal):
            field.setFixedHeight(HEIGHT)
        self.cal.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        calibration = QHBoxLayout()
        calibration.addWidget(self.cal, 1)
        calibration.addWidget(self.no_cal)
        for row, (name, field) in enumerate((("Transform", self.to), ("No signal", self.on_loss))):
            sink.addWidget(_dim(name), 0, 2 * row, Qt.AlignmentFlag.AlignRight)
            sink.addWidget(field, 0, 2 * row + 1)
            sink.setColumnMinimumWidth(2 * row, self.fields.label_widths[row])
            sink.setColumnStretch(2 * row + 1, STRETCH[row])
        sink.addWidget(_dim("Calibration"), 1, 0, Qt.AlignmentFlag.AlignRight)
        sink.addLayout(calibration, 1, 1, 1, 3)
        monitor = QHBoxLayout(self._of_monitor)
        monitor.setContentsMargins(0, 0, 0, 0)
        monitor.addWidget(_dim("Screen"))
        monitor.addWidget(self.screens, 1)
        monitor.addWidget(self.toggle)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, theme.GAP, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.reason)
        column.addWidget(self._of_monitor)
        column.addWidget(self.fields)
        column.addWidget(self._of_sink)
        column.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(WIDTH)


def _dim(text: str) -> QLabel:
    label = QLabel(text)
    label.setStyleSheet(f"color: {theme.DIM}")
    return label


def _box(choices: tuple[str, ...], *, editable: bool = False) -> QComboBox:
    box = QComboBox()
    box.setEditable(editable)
    if editable:
        box.setCompleter(QCompleter(box))  # of no words: the usual one calls what it completes not typed
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.setFocusPolicy(Qt.FocusPolicy.ClickFocus if editable else Qt.FocusPolicy.NoFocus)
    box.addItems(list(choices))
    return box


def _word(box: QComboBox) -> str:
    return box.currentText().strip().strip(NOTHING)


def _show(box: QComboBox, text: str) -> None:
    line = box.lineEdit()
    if line is not None:
        if not line.isModified():
            box.setEditText(text)
    elif box.currentText() != text:
        box.setCurrentText(text)
