"""One slot's engine: a frame and a look in, the pictures that its sinks want and the scopes' counts out.

The look is read once for a frame, so a frame is all old look or all new. Equal wishes are rendered once. Nothing here
knows threads, edges or devices; the session owns those.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from livegrade.color.rendering import with_output
from livegrade.color.slots import SlotForm
from livegrade.engine.burnin import Said
from livegrade.engine.compare import blend, mix_of, outside, pieces
from livegrade.engine.comparison import Mode
from livegrade.engine.kept import Kept
from livegrade.engine.laid import Laid, Place
from livegrade.engine.squeeze import lowered
from livegrade.engine.view import View, ViewKind
from livegrade.engine.viewwords import WHOLE
from livegrade.scopes.leases import CountsPool
from livegrade.scopes.measure import ScopeData, Tap
from livegrade.video.frame import Frame
from livegrade.video.pool import BufferPool

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from livegrade.color.look import Look
    from livegrade.color.nodes import Node
    from livegrade.engine.backend import AnyBackend, Picture, Program
    from livegrade.engine.comparison import References
    from livegrade.scopes.bands import BandTable
    from livegrade.scopes.measure import ScopeRequest
    from livegrade.video.format import VideoFormat
    from livegrade.video.pool import Lease

PROGRAMS_KEPT = 24
"""Compiled programs kept: undo, bypass and a few sinks' formats must not compile again."""

LOOKS_KEPT = 8

SIZES_KEPT = 8
"""Sizes of pictures whose buffers are kept: those of the outputs in force. A source whose window is drawn larger and
smaller goes through many, and would leave a few pictures of each behind."""


def unnamed(frame: Frame) -> Said:
    """What is known of a frame by itself."""
    return Said(clip=" ".join(word for word in (frame.metadata.reel, frame.metadata.clip) if word))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one sink asks for: a view in a format (which must have the source's size and rate)."""

    view: View
    format: VideoFormat


class Engine:
    """Compiles and keeps programs, and lends output buffers.

    Frames are drawn by one thread. Programs may be asked for by any: what a change of look costs is paid by whoever
    calls `prepare`, and the frames meanwhile have the old look. `counts`: memory for scopes.

    `allocate`: makes the buffers for pictures; None: the backend does. `references`: pictures of other slots, stills
    and files to compare with; None: there are none."""

    def __init__(
        self,
        backend: AnyBackend,
        *,
        buffers: int = 32,
        allocate: Callable[[int], NDArray[np.uint8]] | None = None,
        references: References | None = None,
    ) -> None:
        self.backend = backend
        self.references = references
        self.laid = Laid()
        self.counts = CountsPool(backend.allocate)
        self._buffers = buffers
        self._allocate = allocate or backend.allocate
        self._programs: Kept[Program] = Kept(PROGRAMS_KEPT)
        self._pools: OrderedDict[int, BufferPool] = OrderedDict()
        self._ids: Kept[tuple[Look, str]] = Kept(LOOKS_KEPT)
        self._shown: Kept[tuple[Look, Look]] = Kept(LOOKS_KEPT)

    def hold(self, buffers: int) -> None:
        """So many pictures of one size may be held at once from now on. From any thread."""
        self._buffers = buffers
        for pool in list(self._pools.values()):
            pool.limit = buffers

    def take(self, frame: Frame, look: Look, said: Callable[[Frame], Said] = unnamed) -> FramePass:
        """Starts work on `frame` with `look`; everything of that frame is asked from the pass. `said`: what the frame
        is called, asked for where that is drawn."""
        return FramePass(self, frame, look, said)

    def prepare(self, look: Look, source: VideoFormat, wanted: Sequence[Wanted]) -> str:
        """Compiles what frames of `source` with `look` need for these sinks, so that none of it is left for a frame.

        The path of the graded view, for the user. Raises LivegradeError where one of them cannot be compiled.
        """
        graded = self.program(look, False, source, wanted[0].format if wanted else source)
        for one in wanted:
            for base in one.view.bases:
                if base is not ViewKind.SOURCE:
                    self.base_program(base, self.look_of(one.view, look), source, one.format)
            if one.view.has_marks:
                self.laid.prepare(one.view, one.format)
        return graded.path

    def prepare_view(self, look: Look, source: VideoFormat, wanted: Wanted) -> None:
        """The same for one sink's new view, its calibration included. Raises LivegradeError."""
        self.prepare(look, source, [wanted])
        if wanted.view.calibration is not None:
            self.program(wanted.view.calibration, False, wanted.format, wanted.format)

    def program(self, look: Look | None, bypass: bool, source: VideoFormat, target: VideoFormat) -> Program:
        """The compiled program for a look (None: none at all), from the cache where it is there."""

        def compiled() -> Program:
            slots = SlotForm() if look is None else look.slots(bypass=bypass)
            program: Program = self.backend.compile(slots, source, target)
            return program

        return self._programs.get((self.look_id(look) if look is not None else None, bypass, source, target), compiled)

    def base_program(self, kind: ViewKind, look: Look, source: VideoFormat, target: VideoFormat) -> Program:
        """That of the source, bypass or graded picture."""
        return self.program(None if kind is ViewKind.SOURCE else look, kind is ViewKind.BYPASS, source, target)

    def look_of(self, view: View, look: Look) -> Look:
        """The look as `view` has it: with its own output transform where it has one. The same object each time."""
        if not view.output:
            return look
        # The look is kept beside it, so that its identity is not given to another.
        return self._shown.get((id(look), view.output), lambda: (look, with_output(look, view.output)))[1]

    def look_id(self, look: Look) -> str:
        """`look.id`, which hashes whole LUTs, remembered for the looks in use."""
        # The look is kept beside it, so that its identity is not given to another.
        return self._ids.get(id(look), lambda: (look, look.id))[1]

    def lease(self, format: VideoFormat) -> Lease:
        """A free buffer for one picture of `format`. Raises PoolExhaustedError."""
        size = format.geometry.size
        pool = self._pools.get(size)
        if pool is None:
            pool = self._pools[size] = BufferPool(size, limit=self._buffers, allocate=self._allocate)
            if len(self._pools) > SIZES_KEPT:
                self._pools.popitem(last=False)
        self._pools.move_to_end(size)
        return pool.lease()


@dataclass(frozen=True, slots=True, eq=False)
class _Rendered:
    lease: Lease
    picture: Picture


class FramePass:
    """One frame on its way: pictures are rendered when first asked for and shared afterwards."""

    def __init__(self, engine: Engine, frame: Frame, look: Look, said: Callable[[Frame], Said] = unnamed) -> None:
        self.frame = frame
        self.look = look
        self._said = said
        self._engine = engine
        self._source = engine.backend.source(frame.data, frame.format)
        self._bases: dict[tuple[ViewKind, VideoFormat, tuple[Node, ...]], _Rendered] = {}
        self._outputs: dict[Wanted, Frame] = {}
        self._references: list[Frame] = []

    def output(self, wanted: Wanted) -> Frame:
        """The picture for a sink. The source view in the source's own format is the source frame itself."""
        done = self._outputs.get(wanted)
        if done is None:
            if wanted.view.is_untouched and wanted.format == self.frame.format:
                done = self.frame
            else:
                done = self._as_frame(self._draw(wanted), wanted)
            self._outputs[wanted] = done
        return done

    def measure(self, tap: Tap, request: ScopeRequest, format: VideoFormat) -> ScopeData:
        """Counts of this frame at a tap, lent until the last holder lets go. `format`: that of the graded tap (a
        sink's, or the source's). Raises PoolExhaustedError, FormatError."""
        picture = self._source if tap is Tap.SOURCE else self._base(ViewKind.GRADED, format, View()).picture
        measured = self.frame.format if tap is Tap.SOURCE else format
        counts = self._engine.counts.lease(request, measured)
        self._engine.backend.measure(picture, request, counts)
        counts.seal()
        return ScopeData(
            counts=counts,
            format=measured,
            index=self.frame.index,
            timecode=self.frame.timecode,
            tap=tap,
            step=request.step,
            area=request.area,
            plot=request.plot,
        )

    def _draw(self, wanted: Wanted) -> _Rendered:
        backend = self._engine.backend
        view, format = wanted.view, wanted.format
        drawn, rows = self._shown(view, format), (0, format.height)
        if view.desqueeze is not None:
            low, squeezed = lowered(format, view.desqueeze), drawn
            drawn, rows = self._blank(format), low.filled
            backend.lower(squeezed.picture, low, drawn.picture)
        drawn = self._laid_over(drawn, view, format, rows)
        if view.calibration is not None:
            calibrated = self._blank(format)
            program = self._engine.program(view.calibration, False, format, format)
            backend.grade(drawn.picture, program, calibrated.picture)
            drawn = calibrated
        backend.finish(drawn.picture)
        return drawn

    def _shown(self, view: View, format: VideoFormat) -> _Rendered:
        """The picture of `view` with nothing over it."""
        if view.kind is ViewKind.FALSE_COLOR and view.bands is not None:
            return self._false_color(view, view.bands, format)
        if view.kind is ViewKind.COMPARE:
            return self._compared(view, format)
        return self._base(view.kind, format, view)

    def _false_color(self, view: View, bands: BandTable, format: VideoFormat) -> _Rendered:
        backend, drawn = self._engine.backend, self._blank(format)
        tap = self._source if view.tap is Tap.SOURCE else self._base(ViewKind.GRADED, format, view).picture
        backend.false_color(tap, bands, drawn.picture)
        if view.opacity == WHOLE:
            return drawn
        mixed = self._blank(format)
        graded = self._base(ViewKind.GRADED, format, view)
        backend.mix(graded.picture, drawn.picture, blend(view.opacity, format), mixed.picture)
        return mixed

    def _laid_over(self, clean: _Rendered, view: View, format: VideoFormat, rows: tuple[int, int]) -> _Rendered:
        """`clean` itself where nothing is laid over it; `rows`: of the picture, black above and below left out. Edges
        are those of the clean picture and lie over stripes."""
        if view.zebra is None and view.peaking is None and not view.has_marks:
            return clean
        backend, drawn = self._engine.backend, clean
        bars = () if view.zebra is None or not view.zebra.marks_black(format.range) else outside(format, rows)
        if view.peaking is not None or bars or clean in self._bases.values():
            drawn = self._copy(clean, format)
        if view.zebra is not None:
            backend.zebra(drawn.picture, view.zebra, self.frame.index)
        for bar in bars:  # they are no part of the picture, however dark it may be
            backend.place(clean.picture, bar, drawn.picture)
        if view.peaking is not None:
            backend.edges(clean.picture, view.peaking, rows, drawn.picture)
        if view.has_marks:
            place, timecode = Place.of(format, view, rows), str(self.frame.timecode or "")
            for marks in self._engine.laid.marks(view, format, place, timecode, self._said(self.frame)):
                backend.marks(drawn.picture, marks)
        return drawn

    def _compared(self, view: View, format: VideoFormat) -> _Rendered:
        """The graded picture alone while there is no reference."""
        graded, reference = self._base(ViewKind.GRADED, format, view), self._reference(view, format)
        if reference is None:
            return graded
        backend, comparison, drawn = self._engine.backend, view.comparison, self._blank(format)
        if comparison.mode in (Mode.BLEND, Mode.DIFFERENCE):
            backend.mix(graded.picture, reference, mix_of(comparison, format), drawn.picture)
            return drawn
        for picture, parts in zip((graded.picture, reference), pieces(comparison, format), strict=True):
            for piece in parts:
                backend.place(picture, piece, drawn.picture)
        return drawn

    def _reference(self, view: View, format: VideoFormat) -> Picture | None:
        own, references = view.comparison.own, self._engine.references
        if own is not None:
            return self._base(ViewKind(own), format, view).picture
        newest = references.picture(view.comparison.reference, format) if references is not None else None
        if newest is None:
            return None
        self._references.append(newest)  # its pixels are not another's before this frame is done
        picture: Picture = self._engine.backend.source(newest.data, format)
        return picture

    def _base(self, kind: ViewKind, format: VideoFormat, view: View) -> _Rendered:
        """Source, bypass or graded picture in `format`, with the output transform of `view`, shared by all that want
        it: never drawn upon."""
        key = kind, format, () if kind is ViewKind.SOURCE else view.output
        base = self._bases.get(key)
        if base is None:
            look = self._engine.look_of(view, self.look)
            program = self._engine.base_program(kind, look, self.frame.format, format)
            base = self._blank(format)
            self._engine.backend.grade(self._source, program, base.picture)
            self._bases[key] = base
        return base

    def _copy(self, rendered: _Rendered, format: VideoFormat) -> _Rendered:
        copy = self._blank(format)
        self._engine.backend.grade(rendered.picture, self._engine.program(None, False, format, format), copy.picture)
        return copy

    def _blank(self, format: VideoFormat) -> _Rendered:
        lease = self._engine.lease(format)
        return _Rendered(lease, self._engine.backend.target(lease.data, format))

    def _as_frame(self, rendered: _Rendered, wanted: Wanted) -> Frame:
        graded = wanted.view.kind in (ViewKind.GRADED, ViewKind.BYPASS)
        return replace(
            self.frame,
            pixels=rendered.lease,
            format=wanted.format,
            look_id=self._engine.look_id(self._engine.look_of(wanted.view, self.look)) if graded else None,
            drawn=not wanted.view.is_untouched,
        )
