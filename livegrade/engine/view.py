"""What a sink shows: a `View` is a value, set per sink while the session runs, and drawn by the engine.

This module holds the value and its spelling on the command line; the drawing is in `engine`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from livegrade.color.rendering import display_of, with_output
from livegrade.engine.comparison import SOURCE_WIPE, Comparison, parse_comparison
from livegrade.engine.encoding import encoded_for
from livegrade.engine.squeeze import factor_words
from livegrade.engine.viewwords import WHOLE, over
from livegrade.errors import UsageError
from livegrade.scopes.measure import Tap, parse_tap
from livegrade.scopes.presets import DEFAULT_PRESET, preset, signal_words

if TYPE_CHECKING:
    from fractions import Fraction

    from livegrade.color.camera import Camera
    from livegrade.color.look import Look
    from livegrade.color.nodes import Node
    from livegrade.color.slots import SlotForm
    from livegrade.engine.burnin import BurnIn
    from livegrade.engine.guides import Guides
    from livegrade.engine.laid import Side
    from livegrade.scopes.bands import BandTable
    from livegrade.scopes.falsecolor import Zebra
    from livegrade.scopes.peaking import Peaking
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
    """`bands`, `tap` and `opacity` (percent of it over the graded picture) count only for false colour, `comparison`
    only for compare. `peaking`: edges of the picture, not of what is drawn over it. `desqueeze`: the factor of an
    anamorphic lens.
    `calibration` is a LUT of that one monitor, run as a pass of its own after everything else. `output`: nodes that are
    the look's output transform on this sink, in place of the look's own; none: the look as it is."""

    kind: ViewKind = ViewKind.GRADED
    bands: BandTable | None = None
    tap: Tap = Tap.SOURCE
    zebra: Zebra | None = None
    calibration: Look | None = None
    comparison: Comparison = SOURCE_WIPE
    output: tuple[Node, ...] = ()
    peaking: Peaking | None = None
    guides: Guides | None = None
    desqueeze: Fraction | None = None
    burn_in: BurnIn | None = None
    legend: Side | None = None
    opacity: Fraction = WHOLE

    @property
    def is_untouched(self) -> bool:
        return self.kind is ViewKind.SOURCE and not self.has_over and self.calibration is None

    @property
    def palette(self) -> BandTable | None:
        """What was read of the palette's file, for any camera; None where there is none."""
        return None if self.bands is None else self.bands.file

    @property
    def has_over(self) -> bool:
        """Whether something is drawn over the picture, or its proportions are others."""
        return self.has_marks or not (self.zebra is None and self.peaking is None and self.desqueeze is None)

    @property
    def has_marks(self) -> bool:
        """Whether lines, letters or a legend lie over it (`laid`)."""
        return not (self.guides is None and self.burn_in is None and self.legend is None)

    @property
    def is_own(self) -> bool:
        """Whether the picture may go through another look than that of its slot: its own output transform, bypass."""
        return bool(self.output) or self.kind is ViewKind.BYPASS

    @property
    def bases(self) -> tuple[ViewKind, ...]:
        """The whole pictures (source, bypass, graded) that this one is drawn from, in its own format."""
        if self.kind is ViewKind.FALSE_COLOR:
            return (ViewKind.GRADED,) if self.tap is Tap.GRADED or self.opacity < WHOLE else ()
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
            if self.opacity < WHOLE:
                text += f", {float(self.opacity):g} %"
        if self.zebra is not None:
            text += f", zebra {self.zebra} %"
        if self.peaking is not None:
            text += f", peaking {self.peaking}"
        if self.desqueeze is not None:
            text += f", de-squeezed {factor_words(self.desqueeze)}"
        if self.guides is not None:
            text += f", guides {self.guides}"
        text += ", burn-in" if self.burn_in is not None else ""
        text += ", legend" if self.legend is not None else ""
        if self.output and self.kind is not ViewKind.SOURCE:
            text += f", to {' and '.join(node.name or node.label for node in self.output)}"
        if self.calibration is not None:
            text += ", calibrated"
        return text


GRADED = View()
"""The look, whole, and nothing else."""


def parse_view(
    text: str,
    camera: Camera | None = None,
    calibration: Look | None = None,
    palette: BandTable | None = None,
    /,
    **words: str | None,
) -> View:
    """A view from its spelling: `source`, `bypass`, `graded`, `false-color`, `false-color:PRESET`, `compare` or
    `compare:PERCENT`, which is compare with `at` so many percent.

    `camera`: the slot's, for false colour. `words`: `tap` (source or graded); `against`, `mode`, `at`, `gain` of
    compare, as `parse_comparison` has them; what lies over it, as `viewwords.OVER` has it, with _ for -. PRESET may be
    a file NAME.toml, which is not read again where `palette` is what was read of it (`View.palette`). Raises
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
    tap, at = words.get("tap"), detail or words.get("at")
    read = Tap.SOURCE if tap is None else parse_tap(tap)
    is_false = kind is ViewKind.FALSE_COLOR
    bands = false_color_bands(detail or DEFAULT_PRESET, read, camera, palette) if is_false else None
    drawn = View(kind, bands, read, calibration=calibration, **over(words))
    if kind is not ViewKind.COMPARE:
        return drawn
    against, mode, gain = (words.get(name) for name in ("against", "mode", "gain"))
    return replace(drawn, comparison=parse_comparison(against, mode, at, gain))


def false_color_bands(name: str, tap: Tap, camera: Camera | None, palette: BandTable | None = None) -> BandTable:
    """The table called `name`, or in the file NAME.toml, for a camera's signal read at `tap`. `palette`: what was read
    of that file before. Raises UsageError where it needs a camera that is not said, or means nothing at that tap;
    LookFileError."""
    if name.lower().endswith(PALETTE_SUFFIX):
        from livegrade.scopes.palette_file import palette_for, read_palette

        table = read_palette(name, camera) if palette is None else palette_for(palette, camera)
    else:
        table = preset(name, camera)
    if tap is Tap.SOURCE:
        return table
    if table.needs_source:
        raise UsageError(f"false colour '{name}' reads the camera's own signal; leave out tap=graded or --tap graded")
    return replace(table, camera=None, note="")  # a graded picture has no camera's curve
