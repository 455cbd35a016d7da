"""Reads ASC CDL XML: `.cc` (one correction), `.ccc` (a collection), `.cdl` (a decision list). The root tells which.

Source: ASC CDL v1.2 and ASC-CDL_schema_v1.01.xsd, and what the field writes: no namespace, missing or empty ids,
ASC_SOP, ASC_SAT and SATNode as element names, descriptions anywhere, elements of makers' own. `file.ccc#id` selects. A
correction is read with the clamping that ASC CDL v1.2 defines; the files cannot say otherwise.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from livegrade.color.files.content import MAX_COMMENT, MAX_COMMENTS, LookContent
from livegrade.color.files.corrections import Correction, Words, checked_cdl, choose
from livegrade.color.files.numbers import shown
from livegrade.color.files.text import require_version
from livegrade.color.files.xml_tree import XmlElement, parse_xml

if TYPE_CHECKING:
    from livegrade.color.files.source import LookFile
    from livegrade.color.nodes import Cdl

MAX_BYTES = 16_000_000

_NAMESPACE = re.compile(r"urn:ASC:CDL:v(\d+)(?:\.\d+)*", re.IGNORECASE)

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
    if version := _NAMESPACE.fullmatch(root.namespace):
        require_version(file, version[1], ("1",), root.line)
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
    parts = None
    if sop is not None:
        slope, offset, power = (_words(file, correction, sop, name) for name in ("Slope", "Offset", "Power"))
        parts = slope, offset, power
    saturation = None if sat is None else _words(file, correction, sat, "Saturation")
    return checked_cdl(file, _where(correction), parts, saturation, _id(correction) or file.path.name)


def _where(correction: XmlElement) -> str:
    return f"correction {shown(_id(correction))}" if _id(correction) else "the correction"


def _only(file: LookFile, parent: XmlElement, names: tuple[str, ...]) -> XmlElement | None:
    """The one child with one of `names`, or None."""
    found = parent.every(*names)
    if len(found) > 1:
        raise file.fault(f"{shown(found[1].name)} stands here a second time", found[1].line)
    return found[0] if found else None


def _words(file: LookFile, correction: XmlElement, node: XmlElement, name: str) -> Words:
    """What the child `name` of `node` holds."""
    element = _only(file, node, (name.lower(),))
    if element is None:
        raise file.fault(f"{shown(node.name)} of {_where(correction)} has no {name}", node.line)
    return Words(element.text.split(), element.line)
