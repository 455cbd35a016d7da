"""Outputs that come and go while a session runs. Opening one and finishing a recording take seconds, and nothing else
waits for it."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from livegrade.beside import OneThread, beside
from livegrade.control.effects import refused
from livegrade.control.looks import whole_path
from livegrade.control.messages import Answer
from livegrade.control.views import ViewEffect
from livegrade.engine.comparison import named_files
from livegrade.errors import UsageError
from livegrade.session.setup import SinkSetup
from livegrade.session.views import calibrated_view, view_of
from livegrade.transport.address import parse_sink

if TYPE_CHECKING:
    from livegrade.control import commands as c
    from livegrade.session import Session
    from livegrade.session.output import OutputRunner
    from livegrade.session.setup import SlotSetup

OPENING_S = 10.0
"""How long a command waits for an output to come or go; it is pending after that."""
END_S = 5.0
"""How long the end of a session waits for outputs that still come."""
MOST_SINKS = 32


@dataclass(frozen=True, slots=True)
class AskedSink:
    """An output that is to come. `seen`: its slot when the view was made."""

    setup: SinkSetup
    seen: SlotSetup
    overwrite: bool


class Sinks:
    """Owns the thread on which outputs come, and one for each that goes: daemons, for a disk that never answers must
    not keep the program from ending."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._coming = OneThread("livegrade-outputs", END_S)
        self._leaving: set[int] = set()

    def asked(self, command: c.AddSink) -> AskedSink:
        """The output that is to come. Reads the disk where a calibration or a palette is a file; from any thread.
        Raises LivegradeError for what cannot be an output of this session."""
        address = parse_sink(command.address)
        for path in (address.file, address.option("cal")):
            if path is not None:
                whole_path(path)
        slot = self._session.slot(address.slot)
        if len(self._session.outputs) >= MOST_SINKS:
            raise UsageError(f"there are {MOST_SINKS} outputs, which is as many as there may be")
        seen = slot.setup
        view = view_of(address, seen.camera, seen.grade_in)
        for path in named_files(view.comparison.reference):
            whole_path(path)
        self._session.references.require(view, read=True)
        setup = SinkSetup(address, slot.name, view)
        return AskedSink(setup, seen, command.overwrite)

    def add(self, asked: AskedSink) -> SinkEffect:
        return SinkEffect(self._session, self._coming.submit(self._come, asked))

    def _come(self, asked: AskedSink) -> OutputRunner:
        """A camera that was changed meanwhile makes the view anew."""
        sink, seen = asked.setup, asked.seen
        output = self._session.add_output(sink, overwrite=asked.overwrite)
        now = self._session.slot(sink.slot).setup
        if now.camera != seen.camera or now.grade_in != seen.grade_in:
            was = output.view
            view = calibrated_view(output.place, was.calibration, now.camera, now.grade_in, was.palette)
            self._session.set_view(output.number, view)
        return output

    def remove(self, output: OutputRunner) -> SinkEffect:
        """Raises UsageError for one that goes already."""
        if output.number in self._leaving:
            raise UsageError(f"output {output.number} ({output.address}) is being finished already")
        self._leaving.add(output.number)
        going = beside(partial(self._session.remove_output, output.number), "livegrade-outputs")
        return SinkEffect(self._session, going)

    def close(self) -> None:
        """Waits for what comes, for END_S; what goes is waited for by the session."""
        self._coming.shutdown()


@dataclass(frozen=True, slots=True)
class SinkEffect:
    """In effect when a new output had its first picture, and when one that goes is finished."""

    patience_s: ClassVar[float] = OPENING_S

    session: Session
    work: Future[OutputRunner] | Future[None]

    def answer(self) -> Answer | None:
        if not self.work.done():
            return None
        if refusal := refused(self.work):
            return refusal
        output = self.work.result()
        if output is None:
            return Answer("done")
        shown = ViewEffect(self.session.slot(output.slot), output).answer()
        return None if shown is None else Answer(shown.result, shown.frame, made=str(output.number))
