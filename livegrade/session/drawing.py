"""What the engine thread of one slot does with a frame: the look of now, and a picture for every output.

One output that cannot be drawn for does not cost the others their picture, and a look that cannot be compiled leaves
the last good one up.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from livegrade.color.look import Look
from livegrade.engine.engine import Engine, Wanted, unnamed
from livegrade.engine.kept import Kept
from livegrade.engine.view import GRADED
from livegrade.errors import LivegradeError
from livegrade.session.feed import LIVE_BUFFERS, RECORDING_QUEUE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from livegrade.color.slots import BakeError
    from livegrade.engine.backend import AnyBackend
    from livegrade.engine.burnin import Said
    from livegrade.engine.comparison import References
    from livegrade.engine.engine import FramePass
    from livegrade.engine.view import View
    from livegrade.session.output import OutputRunner
    from livegrade.timing.timecode import Timecode
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame

OWN_BUFFERS = 16
"""Pictures in work, and those that a reader of the last frame holds."""
NO_LOOK = Look()
NO_VIEWS: Mapping[OutputRunner, View] = MappingProxyType({})
ERRORS_KEPT = 32
"""A look, one for each output with its own transform, and as many calibrations."""


LOOKS_REMEMBERED = 1000


@dataclass(frozen=True, slots=True, eq=False)
class LookWorn:
    """From the picture of `index` on, pictures were drawn with `look`. `number` counts these changes; `at_ns`: on the
    session's clock."""

    number: int
    look: Look
    index: int
    timecode: Timecode | None
    at_ns: int


@dataclass(frozen=True, slots=True, eq=False)
class LookInForce:
    """`asked`: the look that was asked for when the frame of `index` was taken, the first of those that are drawn as
    they are now; `refused`: why they have another one, or empty."""

    asked: Look
    index: int
    refused: str


class Drawing:
    """For one thread; `look` may be set from any and is read once for each frame. What a new look costs is paid by the
    thread that sets it, once the source's format is known; until it is ready, frames have the look before.

    `said`: what a frame is called, for burn-in. `look_path`: how the engine runs the look in force; `refused`: why the
    look that was asked for is not, or empty;
    `in_force`: since which frame it is so, None before the first; `worn`: the last changes of the look that pictures
    were drawn with, oldest first; `graded`: the newest source frame with the look that
    it was drawn with;
    `last`: the newest source frame and the pictures drawn from it; `drawn`: those pictures with what they show.
    """

    def __init__(
        self,
        backend: AnyBackend,
        outputs: Iterable[OutputRunner],
        look: Look,
        references: References | None = None,
    ) -> None:
        self._look = self._newest = look
        self._setting = threading.Lock()
        self.said: Callable[[Frame], Said] = unnamed
        self.look_path: str | None = None
        self.refused = ""
        self.in_force: LookInForce | None = None
        self.worn: deque[LookWorn] = deque(maxlen=LOOKS_REMEMBERED)
        self.graded: tuple[Frame, Look] | None = None
        self.last: tuple[Frame, ...] = ()
        self.drawn: tuple[tuple[View, Frame], ...] = ()
        self._engine = Engine(
            backend, buffers=_held(outputs), allocate=_memory_for(backend, outputs), references=references
        )
        self._outputs = outputs
        self._asked: Look | None = None
        self._source: VideoFormat | None = None
        self._shown = NO_LOOK
        self._errors: Kept[tuple[Look, BakeError | None]] = Kept(ERRORS_KEPT)

    @property
    def look(self) -> Look:
        """The look asked for."""
        return self._look

    @look.setter
    def look(self, look: Look) -> None:
        self.change(look, {})

    def change(self, look: Look, views: Mapping[OutputRunner, View]) -> None:
        """A look and views that belong together: no frame has one without the others."""
        with self._setting:
            self._newest = look
        source = self._source
        if source is not None:
            # What cannot be compiled is met again by the engine thread, which says so and keeps the look before.
            with suppress(LivegradeError):
                self._engine.prepare(look, source, [wanted for _, wanted in self._targets(source, look, views)])
        with self._setting:
            for output, view in views.items():
                output.view = view
            if self._newest is look:  # else a look that was set later was ready sooner
                self._look = look

    def baked(self, view: View = GRADED) -> BakeError | None:
        """How far the look in force is off, as `view` shows it, where a part of it had to be baked; None where it is
        exact or not shown. From any thread, on whose time it is worked out, once for each look."""
        return self._error_of(self._shown, view)

    def calibration_baked(self, view: View) -> BakeError | None:
        """The same for the calibration of `view`; None where it has none."""
        return None if view.calibration is None else self._error_of(view.calibration, GRADED)

    def _error_of(self, look: Look, view: View) -> BakeError | None:
        def worked_out() -> tuple[Look, BakeError | None]:
            form = view.slots(look)
            return look, None if form is None else form.baked

        # The look is kept beside it, so that its identity is not given to another.
        return self._errors.get((id(look), view.kind, view.tap, view.output), worked_out)[1]

    def prepare_view(self, output: OutputRunner, view: View) -> None:
        """Compiles what `view` needs before it is set, on the caller's thread. Raises LivegradeError."""
        source = self._source
        if source is not None and not output.is_through:
            wanted = Wanted(view, view.format(source, output.format_for(source), self._shown))
            self._engine.prepare_view(self._shown, source, wanted)

    def expect(self, output: OutputRunner) -> None:
        """There will be room for the pictures of one more output, and what its view needs is compiled, on the caller's
        thread. Raises LivegradeError where it cannot show such a source."""
        self._engine.hold(_held([*self._outputs, output]))
        self.prepare_view(output, output.view)

    def draw(self, frame: Frame) -> FramePass:
        """Draws `frame` for all outputs and hands the pictures over; the pass is left for the scopes."""
        targets = self._choose_look(frame.format)
        if self._asked is not None and (self.in_force is None or self.in_force.asked is not self._asked):
            self.in_force = LookInForce(self._asked, frame.index, self.refused)
        if not self.worn or self.worn[-1].look is not self._shown:
            number = self.worn[-1].number + 1 if self.worn else 1
            self.worn.append(LookWorn(number, self._shown, frame.index, frame.timecode, frame.captured_ns))
        work = self._engine.take(frame, self._shown, self.said)
        drawn: list[tuple[View, Frame]] = []
        for output, wanted in targets:
            try:
                picture = work.output(wanted)
            except LivegradeError as error:
                output.skip(str(error))
                continue
            output.show(wanted.view, frame.index)
            output.put(picture)
            drawn.append((wanted.view, picture))
        self.last = (frame, *(picture for _, picture in drawn))
        self.drawn = tuple(drawn)
        self.graded = frame, self._shown
        return work

    def graded_format(self, source: VideoFormat) -> VideoFormat:
        """The format in which the graded tap is read: that of the first output that runs, so that most sessions grade
        once; the source's own where there is none."""
        for output in self._outputs:
            if not output.is_through:
                return GRADED.format(source, output.format_for(source), self._shown)
        return GRADED.format(source, source, self._shown)

    def _targets(
        self, source: VideoFormat, look: Look, views: Mapping[OutputRunner, View] = NO_VIEWS
    ) -> list[tuple[OutputRunner, Wanted]]:
        """The outputs that run with the formats they want under `look` and their `views`, else those they have; one
        that cannot show such a source is given up."""
        targets = []
        for output in self._outputs:
            if output.is_through:
                continue
            view = views.get(output) or output.view
            try:
                targets.append((output, Wanted(view, view.format(source, output.format_for(source), look))))
            except LivegradeError as error:
                output.fault(str(error))
        return targets

    def _choose_look(self, source: VideoFormat) -> list[tuple[OutputRunner, Wanted]]:
        """After a change of look or format: the look asked for, else the last good one, else none. A look is taken for
        all outputs or for none. The outputs with what they want of it, which depends on the display it is for."""
        with self._setting:
            look, views = self._look, {output: output.view for output in self._outputs}
        if look is self._asked and source == self._source:
            return self._targets(source, self._shown, views)
        self._asked, self._source, self.refused = look, source, ""
        for candidate, instead in ((look, ""), (self._shown, "the last good one stays"), (NO_LOOK, "there is none")):
            targets = self._targets(source, candidate, views)
            try:
                self.look_path = self._engine.prepare(candidate, source, [wanted for _, wanted in targets])
            except LivegradeError as error:
                fault = str(error)
                continue
            self._shown = candidate
            self.refused = f"look not applied, {instead}: {fault}" if instead else ""
            return targets
        return self._targets(source, self._shown, views)


def _held(outputs: Iterable[OutputRunner]) -> int:
    """How many pictures may be held at once: those in work, and those that wait for the outputs or are shown."""
    return OWN_BUFFERS + sum(LIVE_BUFFERS + RECORDING_QUEUE * output.is_recording for output in outputs)


def _memory_for(backend: AnyBackend, outputs: Iterable[OutputRunner]) -> Callable[[int], NDArray[np.uint8]] | None:
    """The memory of the first output that has its own; None for the backend's, which on a GPU is worth more than the
    copy that an output saves."""
    if backend.name == "cuda":
        return None
    return next((output.allocate for output in outputs if output.allocate is not None), None)
