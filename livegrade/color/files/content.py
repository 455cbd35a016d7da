"""What a look file says: its nodes, and what a person wants to know before trusting it. Values only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livegrade.color.nodes import Node

OUTPUT_SPACE_TAG = "LIVEGRADE_OUTPUTCOLORSPACE"
MAX_COMMENTS, MAX_COMMENT = 64, 400

_SPACE = re.compile(r"rgb/([\w.+-]{1,40})/([\w.+-]{1,40})/([\w.+-]{1,40})", re.ASCII)


class OutputSpace(NamedTuple):
    """The colour space that a LUT gives out, by the words of the comment tag, e.g. rec2020, d65, pq.

    Source: the tag that Livegrade (Pomfort) writes as `# LIVEGRADE_OUTPUTCOLORSPACE rgb/<primaries>/<white>/<eotf>`.
    """

    primaries: str
    white: str
    eotf: str

    def __str__(self) -> str:
        return f"rgb/{self.primaries}/{self.white}/{self.eotf}"


@dataclass(frozen=True, slots=True)
class LookContent:
    """`kind`: format and make-up, for people. `notes`: what the reader had to assume, bake or leave out."""

    nodes: tuple[Node, ...]
    kind: str
    title: str = ""
    comments: tuple[str, ...] = ()
    output_space: OutputSpace | None = None
    notes: tuple[str, ...] = ()


def parse_output_space(text: str) -> OutputSpace | None:
    """`rgb/<primaries>/<white>/<eotf>`, or None where `text` is something else."""
    match = _SPACE.fullmatch(text.strip())
    return OutputSpace(*match.groups()) if match else None


def split_comments(comments: Iterable[str]) -> tuple[tuple[str, ...], OutputSpace | None]:
    """Comments without their marks, bounded, and the output space where one of them is the tag."""
    kept: list[str] = []
    space: OutputSpace | None = None
    for comment in comments:
        text = comment.strip()
        tag, _, rest = text.partition(" ")
        if tag == OUTPUT_SPACE_TAG:
            space = parse_output_space(rest) or space
        elif text and len(kept) < MAX_COMMENTS:
            kept.append(text[:MAX_COMMENT])
    return tuple(kept), space
