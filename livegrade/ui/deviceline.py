"""A device more, or one less, in a line below the table of devices."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QWidget

from livegrade.ui import theme, words
from livegrade.ui.press import tool
from livegrade.ui.twice import Twice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livegrade.control.messages import Answer
    from livegrade.ui.link import SessionLink

NO_SLOT = "no slot"


class DeviceLine(QWidget):
    """Enter or the button adds what was written; what was refused stays to be mended."""

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self.address, self.name = QLineEdit(), QLineEdit()
        self.address.setPlaceholderText("colorbox:10.0.0.5   red:10.0.0.7   videohub:10.0.0.9")
        self.name.setPlaceholderText("village box")
        self.slot, self.which = QComboBox(), QComboBox()
        self.which.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.which.setMinimumContentsLength(10)
        for box in (self.slot, self.which):
            box.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.add = tool("Add", "keeps it connected from now on; the slot is the one whose look it shows")
        self.remove = Twice("Remove", "press again")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, 0, 0, 0)
        for title, field, share in (("Address", self.address, 4), ("Name", self.name, 2), ("", self.slot, 0)):
            if title:
                row.addWidget(_dim(title))
            row.addWidget(field, share)
        row.addWidget(self.add)
        row.addSpacing(3 * theme.GAP)
        row.addWidget(self.which, 1)
        row.addWidget(self.remove)
        self.address.returnPressed.connect(self._add)
        self.name.returnPressed.connect(self._add)
        self.add.clicked.connect(self._add)
        self.remove.sure.connect(self._remove)
        self.which.currentIndexChanged.connect(lambda _: self.remove.calm())

    def show_slot(self, slot: str) -> None:
        """The slot that is looked at is the one that a device is added to, until another is chosen."""
        self.show_state()
        self.slot.setCurrentIndex(max(0, self.slot.findText(slot)))

    def show_state(self) -> None:
        """The slots and devices that there are; what is chosen stays chosen while it is there."""
        devices = list(self._link.at("devices") or {})
        _fill(self.slot, [NO_SLOT, *sorted(self._link.at("slots") or {})])
        _fill(self.which, devices)
        self.remove.setEnabled(bool(devices))
        self.which.setEnabled(bool(devices))

    def _add(self) -> None:
        address, name = self.address.text().strip(), self.name.text().strip()
        if not address or not name:
            return self._link.refused.emit("a device wants an address and a name")
        said: dict[str, Any] = {"address": address, "name": name}
        if self.slot.currentText() != NO_SLOT:
            said["slot"] = self.slot.currentText()
        self._link.do("device.add", partial(self._added, words.done("device.add", said)), **said)

    def _added(self, plain: str, answer: Answer) -> None:
        self._link.tell(answer, plain=plain)
        if answer.result != "refused":
            self.address.clear()
            self.name.clear()
            self.window().setFocus()  # the next key is the window's again

    def _remove(self) -> None:
        self._link.do_aloud("device.remove", device=self.which.currentText())


def _fill(box: QComboBox, names: Sequence[str]) -> None:
    if [box.itemText(at) for at in range(box.count())] == list(names):
        return
    chosen = box.currentText()
    box.clear()
    box.addItems(names)
    box.setCurrentIndex(max(0, box.findText(chosen)))


def _dim(text: str) -> QLabel:
    label = QLabel(text)
    label.setStyleSheet(f"color: {theme.DIM}")
    return label
