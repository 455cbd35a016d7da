"""XML of look files as a small tree that knows its lines. Entities and outside references are refused (defusedxml)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast
from xml.parsers.expat import ErrorString

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from livegrade.color.files.source import LookFile

MAX_DEPTH = 64
MAX_ELEMENTS = 400_000


@dataclass(slots=True)
class XmlElement:
    """`name` without its `namespace`; `texts` are the character data directly inside; `line` counts from 1."""

    name: str
    line: int
    attributes: dict[str, str]
    children: list[XmlElement] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    namespace: str = ""

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def every(self, *names: str) -> list[XmlElement]:
        """Children with one of `names` (lower case), whatever case the file writes them in."""
        return [child for child in self.children if child.name.lower() in names]

    def walk(self) -> Iterator[XmlElement]:
        """This element and all below it, in document order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))


class _Builder:
    """Target of the parser: builds the tree, bounded in depth and number."""

    def __init__(self, file: LookFile) -> None:
        self.line: Callable[[], int] = lambda: 1
        self._file = file
        self._open: list[XmlElement] = []
        self._root: XmlElement | None = None
        self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._open) >= MAX_DEPTH:
            raise self._file.fault("is nested or filled beyond what a look file can be", self.line())
        named = {_local(key): value for key, value in attributes.items()}
        element = XmlElement(_local(tag), self.line(), named, namespace=tag.rpartition("}")[0].removeprefix("{"))
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)

    def data(self, text: str) -> None:
        self._open[-1].texts.append(text)

    def end(self, tag: str) -> None:
        self._open.pop()

    def close(self) -> XmlElement:
        if self._root is None:
            raise self._file.fault("holds no XML element")
        return self._root


def parse_xml(file: LookFile) -> XmlElement:
    """The root element. Raises LookFileError with the line where this is not XML, or XML with entities."""
    builder = _Builder(file)
    parser = DefusedXMLParser(target=builder)
    builder.line = lambda: int(parser.parser.CurrentLineNumber)
    try:
        parser.feed(file.data)
        root = parser.close()
    except ParseError as error:
        raise file.fault(f"is not whole, well-formed XML ({ErrorString(error.code)})", error.position[0]) from error
    except DefusedXmlException as error:
        raise file.fault(
            "declares XML entities, which no look file needs; remove its DOCTYPE", builder.line()
        ) from error
    except (LookupError, ValueError) as error:
        raise file.fault("names a text encoding that is not known; save it as UTF-8", 1) from error
    return cast("XmlElement", root)


def _local(name: str) -> str:
    return name.rpartition("}")[2]
