"""Reads ASC CDL XML: `.cc` (one correction), `.ccc` (a collection), `.cdl` (a decision list). The root tells which.

Source: ASC CDL v1.2 and ASC-CDL_schema_v1.01.xsd, and what the field writes: no namespace, missing or empty ids,
ASC_SOP, ASC_SAT and SATNode as element names, descriptions anywhere, elements of makers' own. `file.ccc#id` selects. A
correction is read with the clamping that ASC CDL v1.2 defines; the files cannot say otherwise.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from livegrade.color.files.content import MAX_COMMENT, MAX_COMMENTS, LookContent
from livegrade.color.files.corrections import Correction, choose
from livegrade.color.files.numbers import number_fault, shown
from livegrade.color.files.xml_tree import XmlElement, parse_xml
from livegrade.color.nodes import BLACK, WHITE, Cdl, Triple

if TYPE_CHECKING:
    from livegrade.color.files.source import LookFile

MAX_BYTES = 16_000_000

CLAMP_NOTE = ("clamps at 0 and 1 as ASC CDL v1.2 says; the file cannot say otherwise",)

_ROOTS = {
    "colorcorrection": "correction",
    "colorcorrectioncollection": "collection",
    "colordecisionlist": "decision list",
}
_SOP = ("sopnode", "asc_sop")
_SAT = ("satnode", "asc_sat")
_DESCRIPTIONS = ("description", "inputdescription", "viewingdescription")
_IDS_SHOWN = 12


def read_cdl(file: LookFile) -> LookContent:
    """One Cdl, named for its id or else the file."""
    root = _root(file)
    correction = choose(file, _corrections(file, root), none="holds no ColorCorrection")
    comments = tuple(text[:MAX_COMMENT] for text in (*_descriptions(root), correction.description) if text)
    kind = f"ASC CDL {_ROOTS[root.name.lower()]}"
    return LookContent((correction.read(),), kind, comments=comments[:MAX_COMMENTS], notes=CLAMP_NOTE)


def list_cdl(file: LookFile) -> tuple[Correction, ...]:
    """Every correction of the file, in its order."""
    return tuple(_corrections(file, _root(file)))


def _root(file: LookFile) -> XmlElement:
    root = parse_xml(file)
    if root.name.lower() not in _ROOTS:
        raise file.fault(f"is XML but not ASC CDL: its root element is {shown(root.name)}", root.line)
    return root


def _corrections(file: LookFile, root: XmlElement) -> list[Correction]:
    elements = [element for element in root.walk() if element.name.lower() == "colorcorrection"]
    return [
        Correction(
            (_id(element),) if _id(element) else (), element.line, partial(_cdl, file, element), _description(element)
        )
        for element in elements
    ]


def _id(correction: XmlElement) -> str:
    return correction.attributes.get("id", "").strip()


def _descriptions(element: XmlElement) -> list[str]:
    return [" ".join(child.text.split()) for child in element.every(*_DESCRIPTIONS)]


def _description(correction: XmlElement) -> str:
    texts = [*_descriptions(correction), *(text for node in correction.children for text in _descriptions(node))]
    return "; ".join(text for text in texts if text)


def _cdl(file: LookFile, correction: XmlElement) -> Cdl:
    sop, sat = _only(file, correction, _SOP), _only(file, correction, _SAT)
    others = [child for child in correction.children if child.name.lower() not in _DESCRIPTIONS]
    if sop is None and sat is None and others:
        names = ", ".join(sorted({shown(child.name) for child in others})[:_IDS_SHOWN])
        raise file.fault(f"{_where(correction)} has no SOPNode and no SatNode, only {names}", correction.line)
    slope, offset, power = WHITE, BLACK, WHITE
    if sop is not None:
        slope = _triple(file, correction, sop, "slope", "zero or more")
        offset = _triple(file, correction, sop, "offset", "")
        power = _triple(file, correction, sop, "power", "above zero")
    saturation = 1.0
    if sat is not None:
        saturation = _numbers(file, correction, sat, "saturation", 1, "zero or more")[0]
    return Cdl(slope, offset, power, saturation, name=_id(correction) or file.path.name)


def _where(correction: XmlElement) -> str:
    return f"correction {shown(_id(correction))}" if _id(correction) else "the correction"


def _only(file: LookFile, parent: XmlElement, names: tuple[str, ...]) -> XmlElement | None:
    """The one child with one of `names`, or None."""
    found = parent.every(*names)
    if len(found) > 1:
        raise file.fault(f"{shown(found[1].name)} stands here a second time", found[1].line)
    return found[0] if found else None


def _triple(file: LookFile, correction: XmlElement, sop: XmlElement, name: str, rule: str) -> Triple:
    red, green, blue = _numbers(file, correction, sop, name, 3, rule)
    return red, green, blue


def _numbers(
    file: LookFile, correction: XmlElement, node: XmlElement, name: str, count: int, rule: str
) -> tuple[float, ...]:
    """The `count` numbers of the child `name` of `node`. `rule`: what each must be ("" for any number)."""
    element = _only(file, node, (name,))
    where = f"{name.capitalize()} of {_where(correction)}"
    if element is None:
        raise file.fault(f"{shown(node.name)} of {_where(correction)} has no {name.capitalize()}", node.line)
    words = element.text.split()
    for word in words:
        if fault := number_fault(word):
            raise file.fault(f"{where}: {fault}", element.line)
    if len(words) != count:
        raise file.fault(f"{where} needs {count} numbers, found {len(words)}", element.line)
    values = tuple(float(word) for word in words)
    for value in values:
        if (rule and value < 0) or (rule == "above zero" and value == 0):
            raise file.fault(f"{where} must be {rule}, found {value:g}", element.line)
    return values
