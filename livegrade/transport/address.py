"""Sources and sinks as text: the one grammar of the command line, the rig profile and the API.

    SOURCE   PATH | pattern:NAME[@FORMAT] | ndi:NAME | decklink:INDEX | ffmpeg:[FORMAT]:URL      [,key=value]...
    SINK     PATH | ndi:NAME | decklink:INDEX | ffmpeg:[FORMAT]:URL | null:                      [,key=value]...

Only trailing `,key=value` pairs whose key is in the tables below are options; everything before them, commas included,
is the target. A one-letter scheme is a Windows drive, hence a path. Where the target is no file or URL, what reads like
an option with an unknown key is refused, because it is a slip of the finger and not a name; a name that does hold such
a thing stands in quotes: `ndi:"A,take=2",view=source`. Nothing is opened and no file is looked at here.
"""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from livegrade.engine.comparison import Mode
from livegrade.engine.view import ViewKind
from livegrade.engine.viewwords import OVER, spelled
from livegrade.errors import UsageError
from livegrade.redaction import shown, url_shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Scheme(StrEnum):
    PATH = "path"
    PATTERN = "pattern"
    NDI = "ndi"
    DECKLINK = "decklink"
    FFMPEG = "ffmpeg"
    NULL = "null"


class OnLoss(StrEnum):
    """What a sink shows while its source has no signal."""

    HOLD = "hold"
    BLACK = "black"
    BARS = "bars"


@dataclass(frozen=True, slots=True)
class OptionRule:
    """One option key: which schemes take it, what its values are (in words, for the error), and how to check one.

    `check` returns the value in its canonical spelling, or None where it is not allowed.
    """

    schemes: frozenset[Scheme]
    allowed: str
    check: Callable[[str], str | None]


def _one_of(*values: str) -> tuple[str, Callable[[str], str | None]]:
    return ", ".join(values), lambda value: value if value in values else None


def _rule(schemes: frozenset[Scheme], allowed: str, check: Callable[[str], str | None]) -> OptionRule:
    return OptionRule(schemes, allowed, check)


def _view(value: str) -> str | None:
    kind, _, detail = value.partition(":")
    known = kind in set(ViewKind) and (not detail or kind in (ViewKind.FALSE_COLOR, ViewKind.COMPARE))
    return value.removesuffix(":") if known else None


def _slot(value: str) -> str | None:
    return value.upper() if re.fullmatch(r"[A-Za-z]", value) else None


def _count(value: str) -> str | None:
    return value if re.fullmatch(r"\d{1,3}", value) else None


def _percent(value: str) -> str | None:
    return value if re.fullmatch(r"\d{1,3}(\.\d{1,3})?", value, re.ASCII) else None


def _record(value: str) -> str | None:
    return value.lower() if re.fullmatch(r"[\w:/=+]{1,200}", value) else None


def _mode(value: str) -> str | None:
    return value.lower() if re.fullmatch(r"auto|[\w. ]{3,40}", value, re.ASCII) else None


def _preroll(value: str) -> str | None:
    return value if value in {"2", "3", "4", "5", "6", "7", "8"} else None


def _packets(value: str) -> str | None:
    one = "[0-9a-f]{2}/[0-9a-f]{2}"
    return value.lower() if re.fullmatch(rf"all|none|{one}(\+{one}){{0,31}}", value.lower(), re.ASCII) else None


def _name(value: str) -> str | None:
    return value if re.fullmatch(r"[\w.+/ -]{1,64}", value) else None


def _any(value: str) -> str | None:
    return value or None


_SOURCES = frozenset({Scheme.PATH, Scheme.PATTERN, Scheme.NDI, Scheme.DECKLINK, Scheme.FFMPEG})
_SINKS = frozenset({Scheme.PATH, Scheme.NDI, Scheme.DECKLINK, Scheme.FFMPEG, Scheme.NULL})
_FILES = frozenset({Scheme.PATH, Scheme.FFMPEG})
_CAMERAS = frozenset({Scheme.PATTERN, Scheme.NDI, Scheme.DECKLINK, Scheme.FFMPEG})
_CARDS = frozenset({Scheme.DECKLINK})
_DRAWN = frozenset({Scheme.PATTERN})
_NAMED = frozenset({Scheme.PATTERN, Scheme.NDI, Scheme.DECKLINK, Scheme.NULL})
"""Schemes whose target is a name and no path or URL, in which anything may stand."""

SOURCE_OPTIONS: Mapping[str, OptionRule] = {
    "range": _rule(_SOURCES, *_one_of("auto", "legal", "full")),
    "matrix": _rule(_SOURCES, *_one_of("auto", "bt601", "bt709", "bt2020")),
    "layout": _rule(_DRAWN | _CARDS, "a pixel layout such as v210, uyvy or r210", _name),
    "connection": _rule(_CARDS, *_one_of("sdi", "hdmi", "optical")),
    "mode": _rule(_CARDS, "auto, or what comes, such as 1080p25 or 1080i50", _mode),
    "audio": _rule(_CARDS, *_one_of("on", "off")),
    "camera": _rule(_DRAWN, "a camera of docs/cameras.md, such as sony-slog3", _any),
    "timecode": _rule(_DRAWN, "the first timecode, written HH:MM:SS:FF", _any),
    "record": _rule(_CAMERAS, "where the record flag stands, such as auto, off, flag or bits:0x40", _record),
    "record-frames": _rule(_CAMERAS, "for how many pictures the flag must stand, a number from 1 to 100", _count),
}
"""Option keys of a source. Layouts, cameras, modes and timecodes are checked by the source that knows them, with
UsageError; `record` is read by `capture.recordrules`."""

SINK_OPTIONS: Mapping[str, OptionRule] = {
    "view": _rule(_SINKS, "source, bypass, graded, false-color[:PRESET], compare[:PERCENT]", _view),
    "slot": _rule(_SINKS, "one letter, A for the first source", _slot),
    "cal": _rule(_SINKS, "the path of a LUT file", _any),
    "to": _rule(_SINKS, "an output transform such as rec709, rec2100-pq or rec709:aces1", _any),
    "on-loss": _rule(_SINKS, *_one_of("hold", "black", "bars")),
    "tap": _rule(_SINKS, *_one_of("source", "graded")),
    "with": _rule(_SINKS, "what view=compare shows beside: source, slot:B, still:12, file:PATH", _any),
    "mode": _rule(_SINKS, *_one_of(*Mode)),
    "at": _rule(_SINKS, "percent, of view=compare", _percent),
    "gain": _rule(_SINKS, "a number from 1 to 64, of mode=difference", _count),
    **{word: _rule(_SINKS, allowed, partial(spelled, word)) for word, (allowed, _) in OVER.items()},
    "layout": _rule(_SINKS, "a pixel layout such as v210, uyvy or p216", _name),
    "codec": _rule(_FILES, "the name of a codec such as prores, dnxhr, v210 or h264", _name),
    "quality": _rule(_FILES, "a number from 0 to 999", _count),
    "audio": _rule(_SINKS, *_one_of("on", "off")),
    "preroll": _rule(_CARDS, "how many pictures wait in the card, 2 to 8", _preroll),
    "packets": _rule(_CARDS, "all, none, or the kinds that go out as DID/SDID, such as 51/53+61/01", _packets),
    "on-change": _rule(_CARDS, *_one_of("follow", "hold")),
}
"""Option keys of a sink. Codec and layout names are checked by the sink that knows them, with UsageError."""


@dataclass(frozen=True, slots=True)
class SourceAddress:
    """Where pictures come from. `text`: as it was written, without passwords; `options`: canonical values, in the
    order written."""

    text: str
    scheme: Scheme
    target: str
    options: tuple[tuple[str, str], ...] = ()

    def option(self, key: str) -> str | None:
        return dict(self.options).get(key)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class SinkAddress:
    """Where pictures go. `text`: as it was written, without passwords; `options`: canonical values, in the order
    written."""

    text: str
    scheme: Scheme
    target: str
    options: tuple[tuple[str, str], ...] = ()

    def option(self, key: str) -> str | None:
        return dict(self.options).get(key)

    @property
    def file(self) -> str | None:
        """The path of the file that every picture goes to; None for what shows them live (a URL, a device, NDI)."""
        if self.scheme is Scheme.PATH:
            return self.target
        if self.scheme is not Scheme.FFMPEG:
            return None
        url = split_ffmpeg(self.target)[1]
        live = "://" in url or url.startswith(("/dev/", "pipe:"))
        return None if live else url.removeprefix("file:")

    @property
    def is_file(self) -> bool:
        return self.file is not None

    @property
    def slot(self) -> str:
        return self.option("slot") or "A"

    def having(self, **options: str | None) -> SinkAddress:
        """The same place with other values of options, by their keys with `_` for `-`; None: without it. Raises
        UsageError for a value that an option does not take."""
        kept = dict(self.options)
        for name, value in options.items():
            key = name.replace("_", "-")
            kept.pop(key, None)
            if value is not None:
                kept[key] = _checked(self.text, self.scheme, key, value, SINK_OPTIONS[key])
        return replace(self, options=tuple(kept.items()))

    @property
    def on_loss(self) -> OnLoss:
        return OnLoss(self.option("on-loss") or "hold")

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class SlotValue:
    """A value of --look, --camera or --ei. `slot`: the letter it is for, None for all slots."""

    slot: str | None
    value: str


def parse_source(text: str) -> SourceAddress:
    """The source that `text` names. Raises UsageError."""
    scheme, target, options = _parse(text, _SOURCES, SOURCE_OPTIONS, "source")
    return SourceAddress(_text_shown(text, scheme, target), scheme, target, options)


def parse_sink(text: str) -> SinkAddress:
    """The sink that `text` names. Raises UsageError."""
    scheme, target, options = _parse(text, _SINKS, SINK_OPTIONS, "output")
    if scheme is Scheme.PATH:
        _refuse_slips_behind_file(text, target)
    return SinkAddress(_text_shown(text, scheme, target), scheme, target, options)


def sink_address(text: str, scheme: Scheme, target: str, options: Mapping[str, str]) -> SinkAddress:
    """A sink from its parts, as they were written down. Raises UsageError for options that no sink takes."""
    return SinkAddress(text, scheme, target, _from_parts(text, scheme, options, _SINKS, SINK_OPTIONS))


def source_address(text: str, scheme: Scheme, target: str, options: Mapping[str, str]) -> SourceAddress:
    """A source from its parts, as they were written down. Raises UsageError for options that no source takes."""
    return SourceAddress(text, scheme, target, _from_parts(text, scheme, options, _SOURCES, SOURCE_OPTIONS))


def _from_parts(
    text: str,
    scheme: Scheme,
    options: Mapping[str, str],
    schemes: frozenset[Scheme],
    rules: Mapping[str, OptionRule],
) -> tuple[tuple[str, str], ...]:
    unknown = [key for key in options if key not in rules]
    if unknown or scheme not in schemes:
        raise UsageError(f"'{text}' cannot be: {', '.join(unknown) or scheme} does not belong there")
    return tuple((key, _checked(text, scheme, key, value, rules[key])) for key, value in options.items())


def split_slot(text: str, *, drives: bool = os.name == "nt") -> SlotValue:
    r"""Take a prefix such as `B:` from a value of --look, --camera or --ei.

    `X:\` is a Windows drive everywhere, `X:/` only where there are drives (`drives`); write `B:C:\day.cube` for both.
    """
    match = re.match(r"([A-Za-z]):", text)
    if match is None or text[2:3] == "\\" or (drives and text[2:3] == "/"):
        return SlotValue(None, text)
    return SlotValue(match[1].upper(), text[2:])


def _text_shown(text: str, scheme: Scheme, target: str) -> str:
    if scheme is not Scheme.FFMPEG or "://" not in target:
        return shown(text)
    url = split_ffmpeg(target)[1]
    before, _, options = text.partition(url)
    return before + url_shown(url) + options


def split_ffmpeg(target: str) -> tuple[str | None, str]:
    """Format and URL of an `ffmpeg:FORMAT:URL` target; format None where it is left empty. Raises UsageError."""
    name, colon, url = target.partition(":")
    if not colon or not url or not re.fullmatch(r"[\w,]*", name):
        raise UsageError(f"'ffmpeg:{target}' is not ffmpeg:FORMAT:URL; leave FORMAT empty to let FFmpeg find out")
    return name or None, url


def _parse(
    text: str, schemes: frozenset[Scheme], rules: Mapping[str, OptionRule], kind: str
) -> tuple[Scheme, str, tuple[tuple[str, str], ...]]:
    scheme, rest = _split_scheme(text, schemes, kind)
    named = scheme in _NAMED
    target, options = _split_name(text, scheme, rest, rules) if named else _split_options(rest, rules)
    checked = tuple((key, _checked(text, scheme, key, value, rules[key])) for key, value in options)
    keys = [key for key, _ in checked]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise UsageError(f"'{text}' gives {twice}= more than once; keep one")
    if not target and scheme is not Scheme.NULL:
        raise UsageError(f"'{text}' names no {kind}; write {_usage(schemes)}")
    if target and scheme is Scheme.NULL:
        raise UsageError(f"'{text}': null: takes no name, only options such as null:,view=graded")
    if scheme is Scheme.FFMPEG:
        split_ffmpeg(target)
    return scheme, target, checked


def _split_scheme(text: str, schemes: frozenset[Scheme], kind: str) -> tuple[Scheme, str]:
    match = re.match(r"([A-Za-z][A-Za-z0-9+.-]+):", text)
    if match is None:
        return Scheme.PATH, text
    name, rest = match[1].lower(), text[match.end() :]
    if name in schemes and name != Scheme.PATH:
        return Scheme(name), rest
    if rest.startswith("//"):
        raise UsageError(f"'{url_shown(text)}' is a URL; write it as ffmpeg::{url_shown(text)}")
    if match[1] != name or "." in name:  # a file such as A001:C002.mov
        return Scheme.PATH, text
    raise UsageError(f"'{text}': there is no {kind} '{name}:'; write {_usage(schemes)} (a file of that name: ./{text})")


def _split_options(text: str, rules: Mapping[str, OptionRule]) -> tuple[str, list[tuple[str, str]]]:
    options: list[tuple[str, str]] = []
    while True:
        head, comma, tail = text.rpartition(",")
        key, equals, value = tail.partition("=")
        if not comma or not equals or key not in rules:
            return text, options[::-1]
        options.append((key, value))
        text = head


def _split_name(
    text: str, scheme: Scheme, rest: str, rules: Mapping[str, OptionRule]
) -> tuple[str, list[tuple[str, str]]]:
    """Name, out of its quotes where it stands in them, and options. Raises UsageError for a slip of the finger."""
    if not rest.startswith('"'):
        name, options = _split_options(rest, rules)
        hint = f"; a name that really holds it goes in quotes, '{scheme}:\"{name}\"'" if scheme is Scheme.NDI else ""
        _refuse_slips(text, scheme, name, rules, hint)
        return name, options
    quoted = re.fullmatch(r'"([^"]*)"(,.*)?', rest, re.DOTALL)
    left, options = _split_options(quoted[2] or "", rules) if quoted else ("", [])
    _refuse_slips(text, scheme, left, rules, "")
    if quoted is None or left:
        raise UsageError(f"'{text}': a name that begins with a quote ends with one, and only ,key=value follows it")
    return quoted[1], options


def _refuse_slips(text: str, scheme: Scheme, rest: str, rules: Mapping[str, OptionRule], hint: str) -> None:
    """Raises UsageError where `rest`, which has lost its known options, still holds what reads like an option."""
    keys = re.findall(r",\s*([A-Za-z][\w-]*)\s*=", rest)
    taken = [key for key, rule in rules.items() if scheme in rule.schemes]
    slip = next((key for key in keys if key not in taken), None)
    if slip is not None:
        near = difflib.get_close_matches(slip.lower(), taken, n=1)
        known = f"but {near[0]}= is one" if near else f"only {', '.join(taken)} are"
        raise UsageError(f"'{text}': {slip}= is not an option here, {known}{hint}")
    if keys:
        raise UsageError(f"'{text}': write ,{keys[0]}= without spaces{hint}")


def _refuse_slips_behind_file(text: str, target: str) -> None:
    """A file to be written may have commas in its name. What stands behind its extension is an option, and so is what
    reads like one further ahead (`A.v1,cdoec=h264.mov`)."""
    behind = re.search(r"\.\w{2,4}(,\s*([A-Za-z][\w-]*)\s*=[^/\\]*)$", target, re.DOTALL)
    if behind is None:
        return
    is_last = "," in os.path.splitext(target)[1]
    if is_last or difflib.get_close_matches(behind[2].lower(), SINK_OPTIONS, n=1):
        _refuse_slips(text, Scheme.PATH, behind[1], SINK_OPTIONS, "")


def _checked(text: str, scheme: Scheme, key: str, value: str, rule: OptionRule) -> str:
    if scheme not in rule.schemes:
        names = ", ".join(sorted(_spelled(one) for one in rule.schemes))
        raise UsageError(f"'{text}': {key}= is not an option of {_spelled(scheme)}, only of {names}")
    canonical = rule.check(value)
    if canonical is None:
        raise UsageError(f"'{text}': {key}='{value}' is not known; {key}= takes {rule.allowed}")
    return canonical


def _spelled(scheme: Scheme) -> str:
    return "a file" if scheme is Scheme.PATH else f"{scheme}:"


def _usage(schemes: frozenset[Scheme]) -> str:
    spelled = {
        Scheme.PATH: "a path",
        Scheme.PATTERN: "pattern:NAME",
        Scheme.NDI: "ndi:NAME",
        Scheme.DECKLINK: "decklink:INDEX",
        Scheme.FFMPEG: "ffmpeg:FORMAT:URL",
        Scheme.NULL: "null:",
    }
    names = [words for scheme, words in spelled.items() if scheme in schemes]
    return ", ".join(names[:-1]) + " or " + names[-1]
