"""The curve of the whole look as it is in force: what it makes of greys, red, green and blue, as the session says."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from livegrade.ui import theme
from livegrade.ui.asking import Asking
from livegrade.ui.figures import signed
from livegrade.ui.press import tool
from livegrade.ui.ticks import Numbers, Stops

if TYPE_CHECKING:
    from livegrade.ui.link import SessionLink
    from livegrade.ui.plot import Line, Plot
    from livegrade.ui.plots import Plots
    from livegrade.ui.ticks import Scale

GAP_MS = 100
"""While a wheel is turned; a look that must be baked takes the session some milliseconds each time."""
CODES = {"legal": (64, 876), "full": (0, 1023)}
"""Codes of 10 bits of a range: black, and from there to white."""
CODE_STEPS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0)
PERCENT_STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 25.0)
SCALES = ("code", "percent", "stops")
CURVES = ("red", "green", "blue")


class ResponseView(QWidget):
    """`told`: what the session found: see look.response in docs/api.md. `scaled`: what numbers are marked in now."""

    told = Signal(object)
    scaled = Signal(object)

    def __init__(self, link: SessionLink, plots: Plots) -> None:
        super().__init__()
        self._slot = ""
        self._shown: tuple[object, ...] = ()
        self.asking = Asking(link, "look.response", GAP_MS)
        self.asking.came.connect(self._came)
        self.graph = _Graph(plots)
        self.graph.reached.connect(self._ask)
        self.state = self.graph.state
        title = QLabel("Whole look")
        title.setFont(theme.font(bold=True))
        self.scale = tool("", "the scale: codes of 10 bits, percent, or stops of the camera for what comes in")
        self.scale.clicked.connect(self._next_scale)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.scale)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, 4, theme.GAP, theme.GAP)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.graph, 1)
        self.show_scale("code")

    def show_look(self, slot: str, tree: dict[str, Any]) -> None:
        """Asks anew where the look of a slot, as it is shown, may be another one."""
        look = tree["look"]
        if self.graph.show_range(tree["range"]):
            self.scaled.emit(self.graph.numbers)
        self.state.setText("refused" if look["refused"] else "bypassed" if look["bypassed"] else "")
        # Of nodes with other ids too: a look that was recalled may be the same one.
        own = look["id"], *look["nodes"], look["bypassed"], look["refused"]
        shown = slot, own, tree["camera"], tree["ei"], tree["format"]
        if slot != self._slot:
            self.asking.turn_away()
        if shown != self._shown:
            self._slot, self._shown = slot, shown
            self._ask()

    def forget(self) -> None:
        """The session is another one."""
        self._shown = ()

    def show_scale(self, scale: str) -> None:
        """One of SCALES; stops where they are not known are codes."""
        self.graph.show_scale(scale)
        self.scaled.emit(self.graph.numbers)
        self._name_scale()

    def _ask(self) -> None:
        if self._slot:
            self.asking.want(slot=self._slot, samples=self.graph.samples)

    def _name_scale(self) -> None:
        """Stops that are not known are codes, and called so."""
        known = self.graph.scale != "stops" or self.graph.found.get("stops")
        scale = self.graph.scale if known else SCALES[0]
        self.scale.setText("%" if scale == "percent" else scale)

    def _next_scale(self) -> None:
        scales = SCALES if self.graph.found.get("stops") else SCALES[:2]
        now = self.graph.scale
        self.show_scale(scales[(scales.index(now) + 1) % len(scales)] if now in scales else scales[0])

    def _came(self, found: dict[str, Any]) -> None:
        self.graph.show_found(found)
        self._name_scale()
        self.told.emit(found)


class _Graph(QWidget):
    """The curves; the pointer reads them. `reached`: another part of them is looked at, in `samples`."""

    reached = Signal()

    def __init__(self, plots: Plots) -> None:
        super().__init__()
        self.scale = "code"
        self.found: dict[str, Any] = {}
        self.samples = 129
        self.plot: Plot | None = None
        self.state = QLabel()
        self.state.setStyleSheet(f"color: {theme.AMBER}")
        self._codes = CODES["legal"]
        self._pointed: float | None = None
        self._lines: dict[str, Line] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 100)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        plots.came.connect(self._begin)

    @property
    def numbers(self) -> Numbers:
        """What comes out is marked in, and what comes in where that is not in stops."""
        if self.scale == "percent":
            return Numbers(0, 100, PERCENT_STEPS, (-math.inf, math.inf))
        return Numbers(*self._codes, CODE_STEPS, (0, 1023))

    def show_found(self, found: dict[str, Any]) -> None:
        self.found = found
        self._show()

    def show_scale(self, scale: str) -> None:
        self.scale = scale
        self._show()

    def show_range(self, range: str | None) -> bool:
        """Legal or full: which codes the signal has. Whether that is news."""
        before, self._codes = self._codes, CODES.get(range or "", CODES["legal"])
        if before != self._codes:
            self._show()
        return before != self._codes

    def _begin(self) -> None:
        from livegrade.ui.plot import Plot

        self.plot = Plot(left_moves=True)
        self.plot.add_corner(self.state)
        for name, color in zip(CURVES, theme.CHANNELS, strict=True):
            self._lines[name] = self.plot.line(color, 1.5, adds=True)
        self._column.addWidget(self.plot)
        self.plot.pointed.connect(self._point)
        self.plot.reached.connect(self._reach)
        self._show()

    def _show(self) -> None:
        if self.plot is None:
            return
        self.plot.show_scales(self._across(), self.numbers)
        if self.found:
            for name, line in self._lines.items():
                line.show_samples(self.found["in"], self.found[name])
        self._read()

    def _across(self) -> Scale:
        known = self.found.get("stops")
        if self.scale != "stops" or not known:
            return self.numbers
        return Stops(tuple((stop, x) for stop, x in zip(known, self.found["in"], strict=True) if stop is not None))

    def _reach(self) -> None:
        if self.plot is not None and self.samples != self.plot.samples:
            self.samples = self.plot.samples
            self.reached.emit()
        self._read()

    def _point(self, at: tuple[float, float] | None) -> None:
        self._pointed = None if at is None else at[0]
        self._read()

    def _read(self) -> None:
        """What goes in under the pointer, and what comes out."""
        if self.plot is None:
            return
        ins = self.found.get("in")
        if self._pointed is None or not ins:
            return self.plot.read(None, "")
        at = min(range(len(ins)), key=lambda number: abs(ins[number] - (self._pointed or 0.0)))
        stops = self.found["stops"][at] if self.found.get("stops") else None
        light = f" {signed(stops, 1)}\u00a0stops" if stops is not None else ""
        words = self.numbers.words
        outs = [words(self.found[name][at]) for name in CURVES]
        outs = outs[:1] if len(set(outs)) == 1 else outs  # a grey that stays grey
        self.plot.read(ins[at], f"{words(ins[at])}{light}\n{' '.join(outs)}")
