"""Reads `.clf` (Common LUT Format, to 3.0 and SMPTE ST 2136-1) and `.ctf` (Autodesk's, its superset).

The XML is checked here first: entities, references to other files and sizes that the file cannot hold are refused
before OpenColorIO (livegrade.color.operators) takes the bytes apart, which it does by the letter of the format.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from livegrade.color.files.content import (
    MAX_COMMENT,
    MAX_COMMENTS,
    LookContent,
    OutputSpace,
    parse_output_space,
)
from livegrade.color.files.numbers import shown
from livegrade.color.files.text import require_no_selection
from livegrade.color.files.xml_tree import XmlElement, parse_xml
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from livegrade.color.files.source import LookFile

MAX_BYTES = 256_000_000
MAX_OPERATORS = 256
FEW = 1000
"""Numbers that may be announced without being looked into: old matrices say 3 3 3 for nine of them."""
_DESCRIPTORS = ("inputdescriptor", "outputdescriptor")


def read_clf(file: LookFile) -> LookContent:
    """The operators as nodes, each exactly where there is a node for it; `notes` say what had to be baked."""
    require_no_selection(file)
    root = parse_xml(file)
    if root.name != "ProcessList":
        raise file.fault(f"is XML but no CLF or CTF: its root element is {shown(root.name)}", root.line)
    _check_operators(file, root)
    from livegrade.color.operators import read_operators  # 0.1 s: only files that need it pay for it

    try:
        nodes, notes = read_operators(file)
    except UsageError as error:  # a number that no node takes
        raise file.fault(str(error)) from error
    comments = [" ".join(child.text.split()) for child in root.every("description", *_DESCRIPTORS)]
    version = root.attributes.get("compCLFversion") or root.attributes.get("version") or "2.0"
    kind = f"{'CTF' if file.path.suffix.lower() == '.ctf' else 'CLF'} {version}"
    kept = tuple(comment[:MAX_COMMENT] for comment in comments if comment and parse_output_space(comment) is None)
    return LookContent(nodes, kind, root.attributes.get("name", ""), kept[:MAX_COMMENTS], _space(root), notes)


def _check_operators(file: LookFile, root: XmlElement) -> None:
    """Refuses what must not reach OpenColorIO."""
    if len(root.children) > MAX_OPERATORS:
        raise file.fault(f"holds more than {MAX_OPERATORS} operators")
    for element in root.walk():
        if element.name == "Reference" or {"path", "basePath", "alias"} & set(element.attributes):
            raise file.fault(
                "refers to another file or a transform built into a program; livegrade reads only what is in the file. "
                "Export it with everything inside",
                element.line,
            )
        if element.name in ("Array", "IndexMap"):
            _check_dimensions(file, element)


def _check_dimensions(file: LookFile, element: XmlElement) -> None:
    """An array that announces more numbers than it has characters for is refused before anything makes room for it."""
    words = element.attributes.get("dim", "").split()
    if not words or not all(re.fullmatch(r"\d{1,9}", word, re.ASCII) for word in words):
        raise file.fault(
            f"{element.name} has the dimensions {shown(' '.join(words))}; they must be whole numbers", element.line
        )
    numbers = 1
    for word in words:
        numbers *= int(word)
    if numbers > max(len(element.text), FEW):
        raise file.fault(f"{element.name} announces {' x '.join(words)} numbers and holds far fewer", element.line)
    if "," in element.text:
        raise file.fault(
            f"{element.name} holds a comma; decimals need a point, numbers a space between them", element.line
        )


def _space(root: XmlElement) -> OutputSpace | None:
    spaces = (parse_output_space(child.text) for child in root.every("outputdescriptor"))
    return next((space for space in spaces if space is not None), None)
