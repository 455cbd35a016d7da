"""What people change of an entry, by words: `circle=yes comment="boom in shot"`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from livegrade.errors import UsageError
from livegrade.library.values import LookEntry, Marker, MarkerKind, Slate, Still, Take

if TYPE_CHECKING:
    from collections.abc import Iterable

V = TypeVar("V", Take, LookEntry, Still, Marker)
MOST_TEXT = 20_000
MOST_TAKE = 99_999
MOST_FIELDS = 64
_YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def edited(value: V, changes: Iterable[tuple[str, str]]) -> V:
    """The entry with each field as its word says. Raises UsageError."""
    for name, text in changes:
        if len(text) > MOST_TEXT:
            raise UsageError(f"{name} is too long: {len(text)} letters, and {MOST_TEXT} are the most")
        whole = text.strip().encode("utf-8", "replace").decode()
        value = _changed(value, name.strip().lower(), whole)
    return value


def _changed(value: V, name: str, text: str) -> V:
    fields: dict[str, Any] = {name: text}
    match value:
        case Take():
            return _take(value, name, text)
        case LookEntry() if name in ("name", "scene", "notes"):
            return replace(value, **fields)
        case Still() if name in ("scene", "notes"):
            return replace(value, **fields)
        case LookEntry() | Still() if name == "tags":
            return replace(value, tags=tuple(dict.fromkeys(tag.strip() for tag in text.split(",") if tag.strip())))
        case Marker() if name == "text":
            return replace(value, text=text)
        case Marker() if name == "kind":
            return replace(value, kind=_marker(text))
        case _:
            raise UsageError(
                f"{name[:40]} is nothing that can be changed here; livegrade library edit --help says what"
            )


def _take(take: Take, name: str, text: str) -> Take:
    slate = take.slate
    if name == "comment":
        return replace(take, comment=text)
    if name in ("circle", "circled"):
        if text.lower() not in _YES:
            raise UsageError(f"{name} is yes or no, not '{text[:40]}'")
        return replace(take, circled=_YES[text.lower()])
    if name == "scene":
        return replace(take, slate=replace(slate, scene=text))
    if name == "shot":
        return replace(take, slate=replace(slate, shot=text))
    if name == "take":
        if not (text.isascii() and text.isdigit() and 0 < int(text) <= MOST_TAKE):
            raise UsageError(f"take is a number from 1 to {MOST_TAKE}, not '{text[:40]}'")
        return replace(take, slate=replace(slate, take=int(text)))
    return replace(take, slate=_with_field(slate, name, text))


def _with_field(slate: Slate, name: str, text: str) -> Slate:
    """Empty text takes the field away."""
    fields = {**dict(slate.fields), name: text}
    kept = tuple((key, word) for key, word in fields.items() if word)
    if len(kept) > MOST_FIELDS or len(name) > 80 or not name:
        raise UsageError(f"a slate has at most {MOST_FIELDS} fields, with names of 1 to 80 letters")
    return replace(slate, fields=kept)


def _marker(text: str) -> MarkerKind:
    try:
        return MarkerKind(text.lower())
    except ValueError:
        raise UsageError(f"'{text[:40]}' is no kind of marker; there are {', '.join(MarkerKind)}") from None
