"""The bar over the picture: slots, what comes in and how it is taken, recording and timecode, what is lost.

State only, always in the same place, readable from a metre; a value that is not known is a dash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QTabBar, QVBoxLayout, QWidget

from livegrade.ui import theme, words
from livegrade.ui.assignable import mark_tab
from livegrade.ui.noderow import Elided
from livegrade.ui.recording import REC
from livegrade.ui.viewsaid import view_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livegrade.ui.link import SessionLink


VIEW, SMALL = 210, 1280
"""Pixels of what the picture is, in a window of so many; a wider one has half of the rest for it. All of it stands in
the tip."""
UNKEPT = "not kept"
TWO_LINES = 12
"""Points of both: the bar does not grow, and the picture below stays where it is."""
LATENCY = "from capture to the hand-over to the slowest output; 99 of 100 pictures of the last seconds took no longer"


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
        self.signal = Elided()
        self.camera = Elided()
        self.view = QLabel()
        self.record = QLabel()
        self.timecode = QLabel(theme.DASH)
        self.losses = QLabel()
        for label, points in ((self.camera, 14), (self.record, 14), (self.timecode, theme.LARGE_POINTS)):
            label.setFont(theme.font(points, bold=True))
        for label, widest in ((self.record, (REC, UNKEPT)), (self.timecode, ("00:00:00:00",))):
            widths = [label.fontMetrics().horizontalAdvance(one) for one in widest]
            label.setMinimumWidth(max(widths) + 2)  # nothing moves when one comes
        theme.tint(self.signal, theme.DIM)
        self.latency, self.devices, self.alarms = QLabel(), QLabel(), QLabel()
        self.latency.setToolTip(LATENCY)
        theme.tint(self.latency, theme.DIM)
        for label, longest in ((self.latency, "latency 9999 ms"), (self.devices, "devices 9 of 10")):
            label.setMinimumWidth(label.fontMetrics().horizontalAdvance(longest) + 2)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.alarms.setToolTip("alarms that nobody has seen, and ● those that go on; the page Alarms lists them")
        self._arrange()

    def _arrange(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.camera)
        column.addWidget(self.signal)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        row.setSpacing(4 * theme.GAP)
        row.addWidget(self.tabs)
        row.addLayout(column, 1)
        row.addWidget(self.view)
        row.addWidget(self.record)
        row.addWidget(self.timecode)
        health = QGridLayout()
        health.setHorizontalSpacing(3 * theme.GAP)
        health.setVerticalSpacing(0)
        right = Qt.AlignmentFlag.AlignRight
        for at, label in enumerate((self.losses, self.latency, self.devices, self.alarms)):
            health.addWidget(label, at % 2, at // 2, right)
        row.addLayout(health)

    def show_slots(self, names: list[str], current: str) -> None:
        """The tabs there are."""
        self.tabs.blockSignals(True)
        if [self.tabs.tabText(at) for at in range(self.tabs.count())] != names:
            while self.tabs.count():
                self.tabs.removeTab(0)
            for number, name in enumerate(names, 1):
                mark_tab(self.tabs, self.tabs.addTab(name), f"slot-{number}")
        if current in names:
            self.tabs.setCurrentIndex(names.index(current))
        self.tabs.blockSignals(False)

    def show_slot(self, slot: dict[str, Any], wish: Mapping[str, Any], *, take: bool = False, unkept: str = "") -> None:
        """What is known of the slot that is looked at, and what the window shows of it, as `Viewer.wish` has it.
        `take`: one of it goes on, whoever began it; `unkept`: why the library does not take it."""
        camera = slot.get("camera")
        self.camera.setText(words.camera(camera, slot.get("ei")) or f"camera {theme.DASH}")
        self.camera.setToolTip(camera or "")
        taken_as = slot.get("range") or theme.DASH
        said_format = (slot.get("format") or "").removesuffix(f" {taken_as}")  # which is said behind it
        self.signal.setText(f"{said_format or slot['state']['reason'] or theme.DASH}   {taken_as} range")
        self.signal.setToolTip(self.signal.text())
        self._show_view(view_words(wish, slot))
        recording = take or slot.get("recording")
        rec = f"{REC}\n{UNKEPT}" if unkept else REC
        if ("\n" in self.record.text()) != bool(recording and unkept):
            self.record.setFont(theme.font(TWO_LINES if recording and unkept else 14, bold=True))
        self.record.setText(rec if recording else theme.DASH if recording is None else "stby")
        self.record.setToolTip(unkept)
        theme.tint(self.record, theme.RED if recording else theme.DIM)
        dropped, missing = slot.get("dropped", 0), slot.get("missing", 0)
        self.losses.setText(f"lost {missing + dropped}")
        self.losses.setToolTip(f"missing from the source: {missing}; too late for the engine: {dropped}")
        theme.tint(self.losses, theme.AMBER if dropped or missing else theme.DIM)
        self._show_health()

    def _show_view(self, said: list[str]) -> None:
        room = VIEW + max(0, self.width() - SMALL) // 2
        metrics, elided = self.view.fontMetrics(), Qt.TextElideMode.ElideRight
        lines = words.in_two(said, lambda line: metrics.horizontalAdvance(line) <= room)
        self.view.setFixedWidth(room)
        self.view.setText("\n".join(metrics.elidedText(line, elided, room) for line in lines if line))
        self.view.setToolTip("\n".join(said))
        theme.tint(self.view, theme.DIM if said == ["graded"] else theme.AMBER)

    def show_gone(self) -> None:
        """The session is gone: nothing of it is known. The timecode is that of the picture, which stands."""
        self.signal.setText("no session")
        self.record.setText(theme.DASH)
        said = ("lost", self.losses), ("latency", self.latency), ("devices", self.devices), ("alarms", self.alarms)
        for name, label in said:
            label.setText(f"{name} {theme.DASH}")
        for label in (self.record, self.losses, self.devices, self.alarms):
            theme.tint(label, theme.DIM)

    def _show_health(self) -> None:
        """Of the whole session: how long pictures take to its outputs, devices that are well, what to look at."""
        sinks, devices = (self._link.at(name) or {} for name in ("sinks", "devices"))
        late = [one["figures"]["latency_ms"]["p99"] for one in sinks.values()]
        known = [value for value in late if value is not None]
        self.latency.setText(f"latency {words.milliseconds(max(known)) if known else theme.DASH}")
        well = sum(one["link"] == "ready" and not one["alarm"] for one in devices.values())
        self.devices.setText(f"devices {well} of {len(devices)}" if devices else "no devices")
        theme.tint(self.devices, theme.DIM if well == len(devices) else theme.RED)
        alarms = self._link.at("alarms") or {"unseen": 0, "lasting": 0}
        self.alarms.setText(f"alarms {alarms['unseen']}" + (f"  ● {alarms['lasting']}" if alarms["lasting"] else ""))
        color = theme.RED if alarms["lasting"] else theme.AMBER if alarms["unseen"] else theme.DIM
        theme.tint(self.alarms, color)

    def show_timecode(self, timecode: str) -> None:
        """Of the picture that is shown."""
        self.timecode.setText(timecode or theme.DASH)

    def _picked(self, at: int) -> None:
        if at >= 0:
            self.chosen.emit(self.tabs.tabText(at))
