"""How far the picture of a slot is from its reference, in numbers, and what closes the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from livegrade.ui import theme
from livegrade.ui.asking import Asking
from livegrade.ui.assignable import mark
from livegrade.ui.figures import signed
from livegrade.ui.noderow import Elided
from livegrade.ui.press import tool

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QHideEvent, QShowEvent

    from livegrade.control.messages import Answer
    from livegrade.ui.comparing import Comparing
    from livegrade.ui.link import SessionLink
    from livegrade.ui.matchparts import MatchParts

READING, MATCHING = "reading ...", "matching ..."
WAITS = "the match is still being worked out; it is there when it is done"
QUALITY = {"good": theme.GREEN, "rough": theme.AMBER, "poor": theme.RED}
ROW = 20
"""Pixels of a number: with three lines of reasons all has room in a window of 1280x800."""


class MatchReadout(QWidget):
    """How far the picture is from the reference, in numbers with units, read when it is asked for."""

    def __init__(self, link: SessionLink, comparing: Comparing, parts: MatchParts) -> None:
        super().__init__()
        self._link = link
        self._comparing = comparing
        self._slot = ""
        self._read_of: tuple[object, ...] = ()
        self.reading: dict[str, Any] | None = None
        self._asking = Asking(link, "match.read")
        self._asking.came.connect(self._came)
        self._asking.failed.connect(self._failed)
        self.parts = parts
        self.part_button = tool("Region", "Drag out a grey card, of the picture that is seen there", checkable=True)
        self.part_button.clicked.connect(lambda on: parts.arm() if on else parts.call_off())
        self.whole_button = tool("Whole", "All of both pictures")
        self.whole_button.clicked.connect(parts.clear)
        parts.changed.connect(self._show_parts)
        parts.settled.connect(self._settled)
        self.head = Elided()
        self.head.setFont(theme.font(bold=True))
        self.values = {name: QLabel(theme.DASH) for name in ("exposure", "balance", "tint", "contrast", "left")}
        self.why = QLabel()
        self.why.setWordWrap(True)
        self.why.setStyleSheet(f"color: {theme.DIM}")
        self.why.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.read_button = tool("Read", "Read how far the picture is from the reference (Shift+M)")
        self.read_button.clicked.connect(self.read)
        self.apply_button = tool("Apply CDL", "Close the difference with one node (Ctrl+M)")
        self.apply_button.clicked.connect(lambda: self.apply("cdl"))
        self.light_button = tool("Apply light", "Exposure and white balance instead of a CDL")
        self.light_button.clicked.connect(lambda: self.apply("light"))
        mark(self.part_button, "match-region")
        mark(self.whole_button, "match-whole")
        mark(self.read_button, "match-read")
        mark(self.apply_button, "match-apply")
        self._arrange()

    def _arrange(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * theme.GAP)
        grid.setVerticalSpacing(0)
        titles = ("Exposure", "White balance", "Tint", "Contrast", "CDL leaves")
        for at, (words, label) in enumerate(zip(titles, self.values.values(), strict=True)):
            title = QLabel(words)
            title.setStyleSheet(f"color: {theme.DIM}")
            grid.addWidget(title, at, 0)
            label.setFont(theme.font(13, bold=True))
            label.setFixedHeight(ROW)  # nothing moves when there is more to say below
            grid.addWidget(label, at, 1)
        grid.setColumnStretch(1, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for button in (self.read_button, self.apply_button, self.light_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(4)
        for widget in (self.head, self.part_button, self.whole_button):
            head.addWidget(widget, int(widget is self.head))
        column.addLayout(head)
        column.addLayout(grid)
        column.addWidget(self.why, 1)
        column.addLayout(buttons)
        self.setFixedWidth(300)

    def showEvent(self, event: QShowEvent) -> None:
        self.parts.look_at(on=True)

    def hideEvent(self, event: QHideEvent) -> None:
        self.parts.look_at(on=False)

    def show_slot(self, slot: str) -> None:
        self._slot = slot
        self.parts.show_slot(slot)
        self.show_reference()

    def show_reference(self) -> None:
        """Numbers of another reference, or of another slot, do not stand any longer."""
        self.head.setText(f"Slot {self._slot or theme.DASH} to {self._comparing.named()}")
        if self._read_of != self._of:
            self.reading = None
            self._write()
        self._show_parts()
        other = self._comparing.is_other
        for button in (self.read_button, self.apply_button, self.light_button, self.part_button):
            button.setEnabled(other)
        if not other:
            self.why.setText("Choose another slot, a still or a file.")

    @property
    def is_told(self) -> bool:
        """What was asked for last has been answered."""
        return self.why.text() not in (READING, MATCHING)

    def read(self) -> None:
        self._read_of = self._of
        self.why.setText(READING)
        self._asking.want(slot=self._slot, **{"with": self._comparing.reference}, **self.parts.words())

    def apply(self, by: str) -> None:
        """As one step of undo; then the difference is read again."""
        self.why.setText(MATCHING)

        def answered(answer: Answer) -> None:
            if answer.result == "refused":
                self._failed(answer.error)
                self._link.refused.emit(answer.error)
            elif answer.result == "pending" and not answer.step:  # to ask again would match twice
                self._failed(WAITS)
                self._link.noted.emit(WAITS)
            else:
                self._link.noted.emit(answer.step)
                self.read()

        asked = {"with": self._comparing.reference, **self.parts.words()}
        self._link.do("match.apply", answered, slot=self._slot, by=by, **asked)

    @property
    def _of(self) -> tuple[object, ...]:
        """Which pictures are read, and which parts of them."""
        return self._slot, self._comparing.reference, self.parts.own, self.parts.theirs

    def _show_parts(self) -> None:
        self.part_button.setChecked(self.parts.is_armed)
        self.whole_button.setEnabled(self.parts.own is not None or self.parts.theirs is not None)

    def _settled(self) -> None:
        """The numbers are those of the parts that count now."""
        if self._comparing.is_other:
            self.read()

    def _came(self, reading: dict[str, Any]) -> None:
        if self._read_of != self._of or reading["with"] != self._comparing.reference:
            return  # of what is not looked at any more
        self.reading = reading
        self._write()

    def _failed(self, sentence: str) -> None:
        self.reading = None
        self._write()
        self.why.setText(sentence)
        self.why.setStyleSheet(f"color: {theme.AMBER}")

    def _write(self) -> None:
        reading = self.reading
        for name, text in readings(reading).items():
            self.values[name].setText(text)
        if reading is None:
            self.why.setText("")
            return
        sentences = "; ".join(reading["why"])
        self.why.setText(f"{reading['quality']}" + (f": {sentences}" if sentences else ""))
        self.why.setStyleSheet(f"color: {QUALITY[reading['quality']]}")


def readings(reading: Mapping[str, Any] | None) -> dict[str, str]:
    """What the slot needs, in words with units; a dash where it is not known."""
    if reading is None:
        return dict.fromkeys(("exposure", "balance", "tint", "contrast", "left"), theme.DASH)
    rough = reading["rough"] or {}

    def about(name: str, decimals: int) -> str:
        return f" ± {rough[name]:.{decimals}f}" if rough.get(name) is not None else ""

    kelvin, tint = reading["temperature"], reading["tint"]
    balance = f"{reading['reference_kelvin']:.0f} to {kelvin:.0f} K" if kelvin is not None else f"{theme.DASH} K"
    return {
        "exposure": f"{signed(reading['stops'], 2)} stops{about('stops', 2)}",
        "balance": balance + about("temperature", 0),
        "tint": f"{signed(tint, 1)}{about('tint', 1)}" if tint is not None else theme.DASH,
        "contrast": f"x {reading['contrast']:.2f}{about('contrast', 2)}",
        "left": f"{reading['left_codes']:.1f} codes (10 bit)",
    }
