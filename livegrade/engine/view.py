"""What a sink shows: a `View` is a value, set per sink while the session runs, and drawn by the engine.

This module holds the value and its spelling on the command line; the drawing is in `engine`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from livegrade.color.rendering import display_of, with_output
from livegrade.engine.comparison import SOURCE_WIPE, Comparison, parse_comparison
from livegrade.engine.encoding import encoded_for
from livegrade.errors import UsageError
from livegrade.scopes.falsecolor import Zebra
from livegrade.scopes.measure import Tap, parse_tap
from livegrade.scopes.presets import DEFAULT_PRESET, preset, signal_words

if TYPE_CHECKING:
    from livegrade.color.camera import Camera
    from livegrade.color.look import Look
    from livegrade.color.nodes import Node
    from livegrade.color.slots import SlotForm
    from livegrade.scopes.bands import BandTable
    from livegrade.video.format import VideoFormat


class ViewKind(StrEnum):
    SOURCE = "source"
    """The signal untouched: on a path that keeps the layout, bit for bit."""
    BYPASS = "bypass"
    """Creative nodes off, LUT and output transforms kept."""
    GRADED = "graded"
    FALSE_COLOR = "false-color"
    COMPARE = "compare"
    """The graded picture and another one, as the comparison says: the source at its left unless it says otherwise."""


PALETTE_SUFFIX = ".toml"


@dataclass(frozen=True, slots=True)
class View:
    """`bands` and `tap` count only for false colour, `comparison` only for compare.
    `calibration` is a LUT of that one monitor, run as a pass of its own after everything else. `output`: nodes that are
    the look's output transform on this sink, in place of the look's own; none: the look as it is."""

    kind: ViewKind = ViewKind.GRADED
    bands: BandTable | None = None
    tap: Tap = Tap.SOURCE
    zebra: Zebra | None = None
    calibration: Look | None = None
    comparison: Comparison = SOURCE_WIPE
    output: tuple[Node, ...] = ()

    @property
    def is_untouched(self) -> bool:
        return self.kind is ViewKind.SOURCE and self.zebra is None and self.calibration is None

    @property
    def is_own(self) -> bool:
        """Whether the picture may go through another look than that of its slot: its own output transform, bypass."""
        return bool(self.output) or self.kind is ViewKind.BYPASS

    @property
    def bases(self) -> tuple[ViewKind, ...]:
        """The whole pictures (source, bypass, graded) that this one is drawn from, in its own format."""
        if self.kind is ViewKind.FALSE_COLOR:
            return (ViewKind.GRADED,) if self.tap is Tap.GRADED else ()
        if self.kind is ViewKind.COMPARE:
            own = self.comparison.own
            return (ViewKind.GRADED,) if own is None else (ViewKind(own), ViewKind.GRADED)
        return (self.kind,)

    def slots(self, look: Look) -> SlotForm | None:
        """The slot form of `look` as the picture of this view goes through it, with the view's own output transform
        where it has one; None where it shows nothing but the source."""
        if not {ViewKind.GRADED, ViewKind.BYPASS} & set(self.bases):
            return None
        own = with_output(look, self.output) if self.output else look
        return own.slots(bypass=self.kind is ViewKind.BYPASS)

    def format(self, source: VideoFormat, accepted: VideoFormat, look: Look) -> VideoFormat:
        """The format to draw in for a sink that `accepted` such a `source`, with `look` in force.

        The source view keeps the source's range and matrix and takes only the sink's layout: its words are not to be
        scaled, whatever the sink would rather have.
        """
        if self.kind is not ViewKind.SOURCE or source.layout.is_ycbcr != accepted.layout.is_ycbcr:
            return self.encoded(accepted, look)
        return replace(accepted, range=source.range, matrix=source.matrix)

    def encoded(self, format: VideoFormat, look: Look) -> VideoFormat:
        """`format` with matrix, primaries and transfer of the display that the picture is for, where an output
        transform says which."""
        if self.kind is ViewKind.SOURCE:
            return format
        return encoded_for(format, display_of(self.output or look.nodes, bypass=self.kind is ViewKind.BYPASS))

    def __str__(self) -> str:
        text = str(self.comparison) if self.kind is ViewKind.COMPARE else self.kind.value
        if self.bands is not None:
            text += f" {self.bands.name}, {self.tap.value}"
            if self.bands.camera is not None:
                text += f", {signal_words(self.bands.camera)}"
        if self.zebra is not None:
            upper = f" to {float(self.zebra.high):g}" if self.zebra.high is not None else " and more"
            text += f", zebra {float(self.zebra.low):g}{upper} %"
        if self.output and self.kind is not ViewKind.SOURCE:
            text += f", to {' and '.join(node.name or node.label for node in self.output)}"
        if self.calibration is not None:
            text += ", calibrated"
        return text


_ZEBRA = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)(?:-(\d{1,3}(?:\.\d{1,3})?))?", re.ASCII)

ZEBRA_MOST = 109
"""Percent: the last code of a legal-range signal, (1023 - 64) / 876, rounded down."""

GRADED = View()
"""The look, whole, and nothing else."""


def parse_view(
    text: str,
    *,
    tap: str | None = None,
    zebra: str | None = None,
    calibration: Look | None = None,
    camera: Camera | None = None,
    against: str | None = None,
    mode: str | None = None,
    at: str | None = None,
    gain: str | None = None,
) -> View:
    """A view from its spelling: `source`, `bypass`, `graded`, `false-color`, `false-color:PRESET`, `compare` or
    `compare:PERCENT`, which is compare with `at` so many percent. `against`, `mode`, `at`, `gain`: of compare, as
    `parse_comparison` has them.

    `tap`: "source" or "graded"; `zebra`: "LOW" or "LOW-HIGH" in percent of the signal (0 black, 100 white of the range
    in force), each at most ZEBRA_MOST; `camera`: the slot's, for false colour. PRESET may be a file NAME.toml. Raises
    UsageError, and LookFileError for that file.
    """
    name, colon, detail = text.partition(":")
    try:
        kind = ViewKind(name)
    except ValueError:
        allowed = ", ".join(ViewKind)
        detailed = "false-color:PRESET, compare:PERCENT"
        raise UsageError(f"view '{text}' is not known; choose one of {allowed} ({detailed})") from None
    if detail and kind not in (ViewKind.FALSE_COLOR, ViewKind.COMPARE):
        raise UsageError(f"view '{text}': only false-color takes a preset after the colon, and compare a percentage")
    if colon and not detail:
        raise UsageError(f"view '{text}' ends with a colon; write a preset or a percentage behind it, or leave it out")
    read = Tap.SOURCE if tap is None else parse_tap(tap)
    bands = false_color_bands(detail or DEFAULT_PRESET, read, camera) if kind is ViewKind.FALSE_COLOR else None
    drawn = View(kind, bands, read, _parse_zebra(zebra), calibration)
    if kind is not ViewKind.COMPARE:
        return drawn
    return replace(drawn, comparison=parse_comparison(against, mode, detail or at, gain))


def false_color_bands(name: str, tap: Tap, camera: Camera | None) -> BandTable:
    """The table called `name`, or in the file NAME.toml, for a camera's signal read at `tap`. Raises UsageError where
    it needs a camera that is not said, or means nothing at that tap; LookFileError."""
    if name.lower().endswith(PALETTE_SUFFIX):
        from livegrade.scopes.palette_file import read_palette

        table = read_palette(name, camera)
    else:
        table = preset(name, camera)
    if tap is Tap.SOURCE:
        return table
    if table.needs_source:
        raise UsageError(f"false colour '{name}' reads the camera's own signal; leave out tap=graded or --tap graded")
    return replace(table, camera=None, note="")  # a graded picture has no camera's curve


def _parse_zebra(text: str | None) -> Zebra | None:
    if text is None:
        return None
    levels = _ZEBRA.fullmatch(text)
    if levels is None:
        raise UsageError(f"zebra '{text}' is not a level; write for example zebra=95 or zebra=70-75")
    low, high = levels.groups()
    if max(Fraction(level) for level in levels.groups() if level) > ZEBRA_MOST:
        raise UsageError(f"zebra={text} lies above every signal; levels go from 0 to {ZEBRA_MOST} percent")
    return Zebra(Fraction(low), Fraction(high) if high else None)
