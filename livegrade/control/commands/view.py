"""Commands on the outputs and what they show."""

from __future__ import annotations

from typing import Literal

from livegrade.control.commands.words import Command, Sink, Words


class SetView(Command, tag="view.set", frozen=True, kw_only=True):
    """What an output shows, in the words that stand behind `view=`, `tap=` and `zebra=` on the command line; its
    calibration and its output transform stay."""

    sink: Sink
    view: Words
    tap: Literal["source", "graded"] | None = None
    zebra: Words | None = None


class LockView(Command, tag="view.lock", frozen=True, kw_only=True):
    """A locked output keeps its view, whoever asks for another."""

    sink: Sink
    locked: bool
