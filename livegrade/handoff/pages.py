"""Pages of a report: A4 across, text that is cut to its place, pictures, a head and a foot. All places are in mm from
the upper left corner; it knows nothing of takes and looks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fpdf import FPDF

from livegrade.handoff.typeface import FONTS, POINTS_PER_MM, fitted, runs, shown, width_mm

if TYPE_CHECKING:
    from io import BytesIO

WIDTH, HEIGHT = 297.0, 210.0
MARGIN = 12.0
INNER = WIDTH - 2 * MARGIN
TOP, BOTTOM = 22.0, HEIGHT - 15.0
BODY, SMALL, TITLE, HEAD = 7.5, 6.5, 20.0, 11.0
"""Sizes of letters, in points."""
LINE = 1.32
"""Height of a line, in heights of its letters."""
BLACK, GREY, FAINT = 0, 95, 200
FOOT = 22.0
"""Room for the page's number."""
AMBER = (176, 104, 0)
"""Of alarms: the amber of the screen, dark enough for white paper."""


class Pages:
    """Owns one PDF. `y`: where the next thing goes."""

    def __init__(self, title: str, subtitle: str, now_ns: int) -> None:
        """`title`: of the document and at the head of each page; `now_ns`: when it is made, since 1970 UTC."""
        self._pdf = FPDF("L", "mm", "A4")
        self._pdf.set_auto_page_break(False)
        self._pdf.set_creation_date(datetime.fromtimestamp(now_ns // 10**9, UTC))
        self._pdf.set_title(shown(title))
        self._pdf.set_creator("livegrade")
        for name, path in FONTS.items():
            self._pdf.add_font(name, fname=path)
        self._title, self._subtitle = title, subtitle
        self.y = BOTTOM

    @property
    def room(self) -> float:
        """What is left of the page, in mm."""
        return BOTTOM - self.y

    def begin(self) -> None:
        """A new page."""
        self._pdf.add_page()
        self.text(MARGIN, 10.0, INNER * 0.7, self._title, SMALL, grey=GREY)
        self.text(MARGIN + INNER * 0.7, 10.0, INNER * 0.3, self._subtitle, SMALL, grey=GREY, right=True)
        self.rule(15.5)
        # fpdf2 puts the number of pages in place of {nb} when it knows it, in cells only.
        self._pdf.set_font("latin", size=SMALL)
        self._pdf.set_text_color(GREY)
        self._pdf.set_xy(WIDTH - MARGIN - FOOT, HEIGHT - 11.0)
        self._pdf.cell(FOOT, 4.0, f"page {self._pdf.page} of {{nb}}")
        self.y = TOP

    def text(
        self,
        x: float,
        y: float,
        width: float,
        text: str,
        points: float = BODY,
        *,
        lines: int = 1,
        grey: int = BLACK,
        color: tuple[int, int, int] | None = None,
        right: bool = False,
    ) -> float:
        """Writes `text` from the upper left corner (x, y), at most `lines` lines of `width`; where the next goes."""
        self._pdf.set_text_color(*(color or (grey, grey, grey)))
        height = line_height(points)
        for line in fitted(text, width, points, lines):
            at = x + width - width_mm(line, points) if right else x
            for run in runs(line):
                self._pdf.set_font(run.font, size=points)
                self._pdf.text(at, y + points / POINTS_PER_MM, run.text)
                at += run.width * points / POINTS_PER_MM
            y += height
        return y

    def rule(self, y: float, grey: int = FAINT) -> None:
        """A thin line across."""
        self._pdf.set_draw_color(grey)
        self._pdf.set_line_width(0.15)
        self._pdf.line(MARGIN, y, WIDTH - MARGIN, y)

    def picture(self, jpeg: BytesIO | None, x: float, y: float, width: float, height: float) -> None:
        """A picture within a box, whole; for none a box that says so."""
        if jpeg is None:
            self._pdf.set_draw_color(FAINT)
            self._pdf.set_line_width(0.15)
            self._pdf.rect(x, y, width, height)
            self.text(x + 1.5, y + 1.2, width - 3, "no still", SMALL, grey=GREY)
        else:
            self._pdf.image(jpeg, x, y, width, height, keep_aspect_ratio=True)

    def ring(self, x: float, y: float, width: float, height: float) -> None:
        """An ellipse around what stands in the box, as a circled take has it."""
        self._pdf.set_draw_color(BLACK)
        self._pdf.set_line_width(0.4)
        self._pdf.ellipse(x, y, width, height)

    def finished(self) -> bytes:
        """The file."""
        return bytes(self._pdf.output())


def line_height(points: float) -> float:
    """In mm."""
    return points * LINE / POINTS_PER_MM
