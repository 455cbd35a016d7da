"""All of one entry of the library: its numbers, what people say of it, and what can be done with it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from livegrade.ui import theme, words
from livegrade.ui.entrygrid import headline, look_of
from livegrade.ui.figures import percent, signed
from livegrade.ui.scrolling import scrolled
from livegrade.ui.wordfield import WordField

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.control.messages import Answer
    from livegrade.ui.link import SessionLink

Entry = dict[str, Any]
SAID = {"looks": ("name", "scene", "tags", "notes"), "stills": ("scene", "tags", "notes"), "takes": ("comment",)}
"""What people say of a kind and may change here."""
NS_PER_SECOND = 1_000_000_000
LABELS = {"name": "Name", "scene": "Scene", "tags": "Tags", "notes": "Notes", "comment": "Comment"}


class EntryDetails(QWidget):
    """`load`, `add`: an entry whose look is wanted in the slot, in place of its look or behind it; `compare`: a
    still or take that the picture is to be compared with."""

    load = Signal(object)
    add = Signal(object)
    compare = Signal(object)

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self.entry: Entry | None = None
        self._shown: tuple[str, int] | None = None
        self.title, self.numbers = QLabel(), QLabel()
        self.title.setFont(theme.font(14, bold=True))
        self.title.setWordWrap(True)
        self.numbers.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.numbers.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.numbers.setWordWrap(True)
        self.buttons: dict[str, QPushButton] = {}
        self.fields: dict[str, WordField] = {}
        self._labels: dict[str, QLabel] = {}
        self._arrange()
        self.show_entry(None)

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        for name, said, signal in (
            ("load", "Load", self.load),
            ("add", "Add behind", self.add),
            ("compare", "Compare", self.compare),
        ):
            button = self.buttons[name] = QPushButton(said)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setMinimumHeight(theme.TOUCH)
            button.clicked.connect(lambda _=False, signal=signal: signal.emit(self.entry))
            row.addWidget(button, 1)
        grid = QGridLayout()
        grid.setSpacing(4)
        grid.setColumnStretch(1, 1)
        for at, (name, said) in enumerate(LABELS.items()):
            field = self.fields[name] = WordField(said)
            field.setMaxLength(2000)
            field.entered.connect(lambda word, name=name: self._said(name, word))
            label = self._labels[name] = QLabel(said)
            label.setStyleSheet(f"color: {theme.DIM}")
            grid.addWidget(label, at, 0)
            grid.addWidget(field, at, 1)
        inside = QWidget()
        within = QVBoxLayout(inside)
        within.setContentsMargins(0, 0, theme.GAP, 0)
        within.setSpacing(theme.GAP)
        within.addWidget(self.title)
        within.addWidget(self.numbers)
        within.addLayout(grid)
        within.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(scrolled(inside), 1)

    def show_entry(self, entry: Entry | None) -> None:
        """What the list has of it at once, the rest when the session tells it; None: nothing is chosen."""
        self.entry = entry
        for name, button in self.buttons.items():
            has_picture = entry is not None and entry["entry"] != "looks"
            button.setEnabled(has_picture if name == "compare" else entry is not None and bool(look_of(entry)))
        if entry is None:
            self._shown = None
            self.title.setText("")
            self.numbers.setText("Choose a picture to see its numbers.")
        else:
            self.title.setText(headline(entry))
            if (entry["entry"], entry["key"]) != self._shown:
                self._shown = entry["entry"], entry["key"]
                self.numbers.setText("")
            came, kind = partial(self._came, self._shown), entry["entry"].removesuffix("s")
            self._link.do("library.show", came, entry=kind, key=entry["key"])
        said = SAID.get(entry["entry"], ()) if entry is not None else ()
        for name, field in self.fields.items():
            field.setVisible(name in said)
            self._labels[name].setVisible(name in said)
            if entry is not None and name in said:
                value = entry[name]
                field.show_words(", ".join(value) if isinstance(value, list) else value)

    def _came(self, asked: tuple[str, int], answer: Answer) -> None:
        if asked == self._shown:
            self.numbers.setText("\n".join(lines(answer.found[0])) if answer.found else answer.error)

    def _said(self, name: str, words: str) -> None:
        if self.entry is None:
            return
        kind, key = self.entry["entry"].removesuffix("s"), self.entry["key"]
        if kind == "take" and name == "comment":
            self._link.do_aloud("take.comment", take=key, comment=words)
        else:
            self._link.do_aloud("library.edit", entry=kind, key=key, fields={name: words})


def lines(entry: Entry) -> list[str]:
    """What is known of it, a line each: numbers with their units, nothing for what is not known."""
    camera = entry["camera"]
    found = [words.camera(camera["title"], camera["ei"]), camera["signal"]]
    if entry["entry"] == "takes":
        found += _take_lines(entry)
    else:
        at = datetime.fromtimestamp(entry["created_ns"] // NS_PER_SECOND)
        found.append(f"{at:%Y-%m-%d %H:%M}  slot {entry['slot']}  {entry.get('timecode') or ''}".strip())
    found += [f"look {look_of(entry)[:8]}" if look_of(entry) else "", entry.get("fault", "")]
    found += [f"with the look of slot {one['slot']}" for one in entry.get("linked", ())]
    nodes = [_node_line(at, node) for at, node in enumerate(entry.get("nodes", ()), 1)]
    return [*filter(None, found), "", *nodes]


def _take_lines(take: Entry) -> list[str]:
    exposure = take["exposure"]
    numbers: list[tuple[str, str, Callable[[float], str], str]] = [
        ("clip", "clip_percent", percent, ""),
        ("key", "key_stops", _stops, ""),
        ("low", "low_stops", _stops, ""),
        ("high", "high_stops", _stops, " stops"),
        ("", "kelvin", str, " K"),
    ]
    told = [
        f"{name} {said(exposure[field])}{unit}".strip()
        for name, field, said, unit in numbers
        if exposure[field] is not None
    ]
    return [
        f"{take['start'] or theme.DASH} to {take['end'] or theme.DASH}  {take.get('length', '')}",
        "  ".join(told),
        "  ".join(word for word in (camera_file(take), take["state"] if take["state"] != "ended" else "") if word),
        *(f"{name}: {word}" for name, word in take["slate"]["fields"]),
        *(
            f"{marker['timecode'] or theme.DASH}  {marker['kind']} {marker['text']}"
            for marker in take.get("markers", ())
        ),
        *(f"{alarm['timecode'] or theme.DASH}  {alarm['text']}" for alarm in exposure["alarms"]),
    ]


def _stops(value: float) -> str:
    return signed(value, 1)


def camera_file(take: Entry) -> str:
    """As the camera calls it."""
    return str(take["camera"]["clip"] or take["camera"]["reel"])


def _node_line(at: int, node: Entry) -> str:
    """Its place, kind and numbers; a mix of all of it is the usual."""
    shown = {name: value for name, value in node["settings"].items() if (name, value) != ("mix", 100)}
    words = [f"{at}  {node['kind']}", node["name"], "" if node["enabled"] else "(off)"]
    words += [f"{name} {_number(value)}" for name, value in shown.items() if not isinstance(value, bool)]
    words += [f"{name} {word}" for name, word in node["about"].items()]
    return "  ".join(word for word in words if word)


def _number(value: Any) -> str:
    return " ".join(f"{one:.3f}" for one in value) if isinstance(value, list) else f"{value:g}"
