"""The PDF, read back by PDFium: what stands in it, that nothing leaves its place, that its fonts travel along."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import replace

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest

from livegrade.handoff.pages import HEIGHT, INNER, MARGIN, WIDTH
from livegrade.handoff.plan import Lack, Plan
from livegrade.handoff.report import write_report
from livegrade.handoff.typeface import BOX, fitted, shown, width_mm
from livegrade.library.values import Marker, MarkerKind

NOW_NS = 1_795_291_200_000_000_000
LACKS = (Lack("camera file", "A002C001", "no take belongs to it (card, line 2)"),)

Planned = Callable[..., Plan]


@pytest.fixture(scope="module")
def report(planned: Planned) -> pdfium.PdfDocument:
    return pdfium.PdfDocument(write_report(planned("day1"), LACKS, NOW_NS))


def text_of(document: pdfium.PdfDocument) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_it_tells_of_every_take_look_marker_and_alarm(report: pdfium.PdfDocument, planned: Planned) -> None:
    text = text_of(report)
    plan = planned("day1")
    for item in plan.takes:
        assert item.name in text
        assert str(item.stretches[0].start) in text
    for look in plan.looks.values():
        assert f"id {look.look_id}" in text
    assert text.count("oben links") == len(plan.material.markers) == 9
    assert text.count("clip: 2.3 % of the picture") == 2
    for words in ("9, 2 of them circled", "6 min 0 s", "夜景 ブルー", "director: H. 山田", "Wind im Ton, sonst schön"):
        assert words in text
    assert LACKS[0].why in text
    assert "page 1 of 3" in text


def test_pictures_of_takes_that_have_a_still_are_there(report: pdfium.PdfDocument) -> None:
    """Five takes have one; of the seven looks, those that were on when it was taken."""
    pictures = [item for page in report for item in page.get_objects([raw.FPDF_PAGEOBJ_IMAGE])]
    assert len(pictures) == 5 + 5


def test_every_font_travels_in_the_file(report: pdfium.PdfDocument) -> None:
    embedded = set()
    for page in report:
        for item in page.get_objects([raw.FPDF_PAGEOBJ_TEXT]):
            font = raw.FPDFTextObj_GetFont(item.raw)
            name = ctypes.create_string_buffer(200)
            raw.FPDFFont_GetBaseFontName(font, name, 200)
            embedded.add((name.value, raw.FPDFFont_GetIsEmbedded(font)))
    assert len(embedded) == 2
    assert all(is_embedded == 1 for _, is_embedded in embedded)


def test_nothing_leaves_its_page_or_runs_into_another_text(report: pdfium.PdfDocument) -> None:
    """Long names, umlauts and kanji in every column; boxes of text may touch and not cross."""
    points = 72 / 25.4
    for page in report:
        boxes = [item.get_bounds() for item in page.get_objects([raw.FPDF_PAGEOBJ_TEXT])]
        for left, bottom, right, top in boxes:
            assert left >= MARGIN * points - 1
            assert right <= (WIDTH - MARGIN) * points + 1
            assert bottom >= 0
            assert top <= HEIGHT * points
        for number, one in enumerate(boxes):
            for other in boxes[number + 1 :]:
                across = min(one[2], other[2]) - max(one[0], other[0])
                down = min(one[3], other[3]) - max(one[1], other[1])
                assert across < 1 or down < 2, (one, other)


def test_a_take_with_a_hundred_markers_keeps_to_its_page(planned: Planned) -> None:
    plan = planned("day1")
    take = plan.takes[0].take
    many = tuple(Marker(MarkerKind.FREE, "A", 0, n, take.start, f"Nr. {n}", take.key) for n in range(100))
    crowded = replace(plan, material=replace(plan.material, markers=many))
    text = text_of(pdfium.PdfDocument(write_report(crowded, (), NOW_NS)))
    assert "Nr. 40" in text
    assert "Nr. 60" not in text
    assert "more, in the tables" in text
    assert "Nothing: every look, take and file found its place." in text


def test_an_empty_day_is_a_page(planned: Planned) -> None:
    plan = planned("day1")
    nothing = replace(plan, looks={}, takes=(), material=replace(plan.material, markers=(), stills=()))
    assert len(pdfium.PdfDocument(write_report(nothing, (), NOW_NS))) == 1


@pytest.mark.parametrize("text", ["Übergröße " * 20, "夜景ブルー" * 30, "x" * 200, "a 🎬 b\ncالف"])
@pytest.mark.parametrize("width", [8.0, 25.0, INNER])
def test_text_is_cut_to_its_place(text: str, width: float) -> None:
    lines = fitted(text, width, 8.0, 3)
    assert 1 <= len(lines) <= 3
    assert all(width_mm(line, 8.0) <= width + 1e-6 for line in lines)
    whole = "".join(shown(text).split())
    assert whole.startswith("".join("".join(lines).split()).removesuffix("…"))


def test_a_letter_that_no_font_has_is_a_box() -> None:
    assert shown("Klappe 🎬\n7") == f"Klappe {BOX} 7"
