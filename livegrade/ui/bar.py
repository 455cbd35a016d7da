"""The bar over the picture: slots, what comes in and how it is taken, recording and timecode, what is lost.

State only, always in the same place, readable from a metre; a value that is not known is a dash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QTabBar, QVBoxLayout, QWidget

from livegrade.ui import theme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livegrade.ui.link import SessionLink


class Bar(QWidget):
    """`chosen`: a slot, by its letter."""

    chosen = Signal(str)

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self.tabs = QTabBar(expanding=False, drawBase=False)
        self.tabs.setFont(theme.font(14, bold=True))
        self.tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tabs.currentChanged.connect(self._picked)
        self.signal = QLabel()
        self.camera = QLabel()
        self.view = QLabel()
        self.record = QLabel()
        self.timecode = QLabel(theme.DASH)
        self.losses = QLabel()
        for label, points in ((self.camera, 14), (self.record, 14), (self.timecode, theme.LARGE_POINTS)):
            label.setFont(theme.font(points, bold=True))
        self.signal.setStyleSheet(f"color: {theme.DIM}")
        self.losses.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._arrange()

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.camera)
        words.addWidget(self.signal)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        row.setSpacing(4 * theme.GAP)
        row.addWidget(self.tabs)
        row.addLayout(words, 1)
        row.addWidget(self.view)
        row.addWidget(self.record)
        row.addWidget(self.timecode)
        row.addWidget(self.losses, 1)

    def show_slots(self, names: list[str], current: str) -> None:
        """The tabs there are."""
        self.tabs.blockSignals(True)
        if [self.tabs.tabText(at) for at in range(self.tabs.count())] != names:
            while self.tabs.count():
                self.tabs.removeTab(0)
            for name in names:
                self.tabs.addTab(name)
        if current in names:
            self.tabs.setCurrentIndex(names.index(current))
        self.tabs.blockSignals(False)

    def show_slot(self, slot: dict[str, Any], wish: Mapping[str, Any], *, take: bool = False) -> None:
        """What is known of the slot that is looked at, and what the window shows of it, as `Viewer.wish` has it.
        `take`: one of it goes on, whoever began it."""
        camera = slot.get("camera")
        ei = slot.get("ei")
        self.camera.setText(f"{camera}  EI {ei or theme.DASH}" if camera else f"camera {theme.DASH}")
        range_words = f"{slot.get('range') or theme.DASH} range"
        self.signal.setText(f"{slot.get('format') or slot['state']['reason'] or theme.DASH}   {range_words}")
        view = wish["view"]
        words = ["bypass" if slot["look"]["bypassed"] and view == "graded" else view]
        words += [f"{name} {value}" for name, value in wish.items() if name != "view"]
        self.view.setText("\n".join(words))
        self.view.setStyleSheet(f"color: {theme.DIM if words == ['graded'] else theme.AMBER}")
        recording = take or slot.get("recording")
        self.record.setText("● REC" if recording else theme.DASH if recording is None else "stby")
        self.record.setStyleSheet(f"color: {theme.RED if recording else theme.DIM}")
        dropped, missing = slot.get("dropped", 0), slot.get("missing", 0)
        self.losses.setText(f"missing {missing}   dropped {dropped}")
        self.losses.setStyleSheet(f"color: {theme.AMBER if dropped or missing else theme.DIM}")

    def show_timecode(self, timecode: str) -> None:
        """Of the picture that is shown."""
        self.timecode.setText(timecode or theme.DASH)

    def _picked(self, at: int) -> None:
        if at >= 0:
            self.chosen.emit(self.tabs.tabText(at))
