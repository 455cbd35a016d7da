"""Commands on scopes: how they are measured, and what a place in a drawn one stands for."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, field

from livegrade.control.commands.meter import Part
from livegrade.control.commands.words import HEIGHT, WIDTH, Command, Letters, Side, Slot, Words

HlgPeak: TypeAlias = Annotated[int, Meta(ge=400, le=2000)]


class SetScopes(Command, tag="scope.set", frozen=True, kw_only=True):
    """How the scopes of `slot` are measured: `per-second` at most, 0 for not at all; `sampling` as of
    `--scope-sampling`; `ycbcr`: Cb and Cr too, for the scope of that name; `hlg-peak`: nits of the display that HLG is
    read on. What is not said stays."""

    slot: Slot
    per_second: Annotated[int, Meta(ge=0, le=120)] | None = field(name="per-second", default=None)
    sampling: Literal["auto", "full", "2x2"] | None = None
    ycbcr: bool | None = None
    hlg_peak: HlgPeak | None = field(name="hlg-peak", default=None)


class ResetScopes(Command, tag="scope.reset", frozen=True, kw_only=True):
    """The peaks that the scopes of `slot` hold begin anew: those of one `tap`, or all."""

    slot: Slot
    tap: Literal["source", "graded"] | None = None


class ScopeWords(Command, frozen=True, kw_only=True):
    """A drawn scope of `slot`, in the words of docs/scopes.md."""

    slot: Slot
    scope: Literal["waveform", "overlay", "parade", "ycbcr", "vectorscope", "histogram", "cie-xy", "cie-uv", "hml"]
    tap: Literal["source", "graded"] = "graded"
    scale: Literal["code", "percent", "mv", "nits", "stops"] | None = None
    letters: Letters | None = None
    zoom: Literal[1, 2, 5] | None = None
    gain: Annotated[float, Meta(gt=0, le=100)] | None = None
    window: Words | None = None
    line: Words | None = None
    region: Words | None = None
    hold: Literal["off", "now", "peak", "both"] | None = None
    cross: Words | None = None
    hlg_peak: HlgPeak | None = field(name="hlg-peak", default=None)


class ReadScope(ScopeWords, tag="scope.read", frozen=True, kw_only=True):
    """What stands at `x`, `y` in the scope drawn in `width` x `height`: one entry in `found`, none where no trace can
    be. `text` is for people."""

    x: Part
    y: Part
    width: Side = WIDTH
    height: Side = HEIGHT


class MarkScope(ScopeWords, tag="scope.mark", frozen=True, kw_only=True):
    """Where the pixel at `x`, `y` of the newest picture lies in the scope drawn in `width` x `height`: in `found` an
    entry for each channel that shows it, its `x` and `y` 0 to 1 from the left and top of the scope."""

    x: Part
    y: Part
    width: Side = WIDTH
    height: Side = HEIGHT
