"""Commands on the outputs and what they show."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field
from msgspec.structs import fields

from livegrade.control.commands.words import Command, CompareMode, Sink, Slot, Words


class ViewWords(Command, frozen=True, kw_only=True):
    """What is shown of a picture, in the words of the command line: false colour reads `tap` and covers `opacity`
    percent; `with`, `mode`, `at` and `gain` are of compare; the rest lies over the picture (docs/views.md)."""

    tap: Literal["source", "graded"] | None = None
    against: Words | None = field(name="with", default=None)
    mode: CompareMode | None = None
    at: Words | None = None
    gain: Words | None = None
    zebra: Words | None = None
    peaking: Words | None = None
    guides: Words | None = None
    desqueeze: Words | None = None
    burn_in: Words | None = field(name="burn-in", default=None)
    legend: Words | None = None
    opacity: Words | None = None

    def options(self) -> dict[str, str | None]:
        """As the options of an output; all but the view itself."""
        return {known.encode_name: getattr(self, known.name) for known in fields(ViewWords)}


class SetView(ViewWords, tag="view.set", frozen=True, kw_only=True):
    """What an output shows, in the words that stand behind `view=` and the others of a view on the command line; its
    calibration and its output transform stay."""

    sink: Sink
    view: Words


class ShowLegend(Command, tag="view.legend", frozen=True, kw_only=True):
    """What false colour means on the signal of `slot`: its bands with their colours and limits, and the curve that they
    assume. `view` and `tap` as of `view.set`; `scale`: what limits are read in, else what the table counts in."""

    slot: Slot
    view: Words = "false-color"
    tap: Literal["source", "graded"] | None = None
    scale: Literal["code", "percent", "mv", "nits", "stops"] | None = None


class LockView(Command, tag="view.lock", frozen=True, kw_only=True):
    """A locked output keeps its view, whoever asks for another."""

    sink: Sink
    locked: bool


class AddSink(Command, tag="sink.add", frozen=True, kw_only=True):
    """An output more: `address` as behind `--out`, with its options (`slot=B`, `view=`, `cal=`, `to=`). The others do
    not notice. The answer says by which number it is known. `overwrite`: a recording may replace a file that is
    there."""

    address: Words
    overwrite: bool = False


class SetSink(Command, tag="sink.set", frozen=True, kw_only=True):
    """Changes an output: `cal`, the path of a calibration LUT; `to`, an output transform such as rec709; both are taken
    away where they are empty. `on-loss`: what it shows while there is no signal. What is not said stays."""

    sink: Sink
    cal: Annotated[str, Meta(max_length=4000)] | None = None
    to: Words | None = None
    on_loss: Literal["hold", "black", "bars"] | None = field(name="on-loss", default=None)


class RemoveSink(Command, tag="sink.remove", frozen=True, kw_only=True):
    """Takes an output away, and the others do not notice. A recording is finished first; nobody gets its number."""

    sink: Sink
