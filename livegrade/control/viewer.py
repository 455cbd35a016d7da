"""Pictures of slots for people: the newest, in a view, made small. Scopes of it that the engine does not count. What an
output shows already is not drawn again."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.control.smallmarks import SmallMarks
from livegrade.engine.engine import Engine, Wanted
from livegrade.engine.native import Native
from livegrade.engine.shrink import Shrink
from livegrade.engine.view import GRADED
from livegrade.scopes.draw import scope_image
from livegrade.scopes.leases import CountsPool
from livegrade.scopes.measure import Tap
from livegrade.scopes.request import is_counted, request_for
from livegrade.sheet import rgb_picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from livegrade.color.look import Look
    from livegrade.engine.view import View
    from livegrade.scopes.measure import ScopeData, ScopeRequest
    from livegrade.scopes.wish import ScopeWish
    from livegrade.session.references import References
    from livegrade.session.slot import SlotRunner
    from livegrade.video.frame import Frame
    from livegrade_shaders import _native


COUNTS_KEPT = 8
"""Counts of scopes kept for the next stream that wants the same, and sizes of them whose memory is kept."""


class Viewer:
    """For one thread, which is not the engine's. `shrink`: makes small what `newest` gives; `marks`: lie over
    that."""

    def __init__(self, references: References) -> None:
        """`references`: of the session, for pictures to compare with."""
        native = Native(1)
        self.shrink = Shrink(native)
        self.marks = SmallMarks()
        self._references = references
        self._engine = Engine(native, buffers=4)
        self._engine.counts = CountsPool(native.allocate, sizes=COUNTS_KEPT)
        self._counted: OrderedDict[tuple[str, Tap, ScopeRequest], ScopeData] = OrderedDict()

    def newest(self, slot: SlotRunner, view: View) -> Frame | None:
        """The newest picture of `slot` as `view` shows it, in the format it has; None before the first. Raises
        LivegradeError where it cannot be drawn."""
        graded = slot.drawing.graded
        if graded is None:
            return None
        frame, look = graded
        if view.is_untouched:
            return frame
        for shown, picture in slot.drawing.drawn:
            if shown == view:
                return picture
        self._engine.references = self._references.of(slot.name)
        return rgb_picture(self._engine.take(frame, look), view)

    def newest_with(self, slot: SlotRunner, look: Look) -> Frame | None:
        """The newest picture of `slot` as `look` would have it, whatever its own is. None before the first. Raises
        LivegradeError where it cannot be drawn."""
        graded = slot.drawing.graded
        return None if graded is None else rgb_picture(self._engine.take(graded[0], look), GRADED)

    def scope(
        self, slot: SlotRunner, wish: ScopeWish, size: tuple[int, int], pool: _native.BandPool | None = None
    ) -> tuple[ScopeData, NDArray[np.uint8]] | None:
        """What was counted, and its picture: uint8 (height, width, 3). None before the first picture. Raises
        LivegradeError where it cannot be counted or drawn."""
        data = self.measured(slot, wish)
        if data is None:
            return None
        planned = wish.planned(slot.scope_plan.hlg_peak)
        return data, scope_image(data, planned, size, slot.camera, pool=pool, peaks=slot.peaks)

    def measured(self, slot: SlotRunner, wish: ScopeWish) -> ScopeData | None:
        """The counts that `wish` needs, of the newest picture of `slot`: those of the engine where it has them, which
        are the newest of the plan of scopes, else counted here. None before the first picture. Raises LivegradeError
        where they cannot be counted."""
        plan = slot.scoping.plan if slot.scoping is not None else None
        graded = slot.drawing.graded
        if plan is None or graded is None:
            return None
        frame, look = graded
        if is_counted(wish, plan.request, frame.format):
            return slot.scopes.get(wish.tap)
        tapped = frame if wish.tap is Tap.SOURCE else self._graded(slot, frame, look)
        request = request_for(wish, tapped.format, slot.camera)
        rows = tapped.format.height if request.area is None else request.area.height
        request = replace(request, step=plan.sampling.step(rows)).at(frame.index)
        key = slot.name, wish.tap, request
        data = self._counted.get(key)
        if data is None or (data.index, data.format) != (tapped.index, tapped.format):
            data = replace(self._engine.take(tapped, look).measure(Tap.SOURCE, request, tapped.format), tap=wish.tap)
            self._counted[key] = data
        self._counted.move_to_end(key)
        while len(self._counted) > COUNTS_KEPT:
            self._counted.popitem(last=False)
        return data

    def _graded(self, slot: SlotRunner, frame: Frame, look: Look) -> Frame:
        """The graded picture, as the graded tap has it: that of an output where one shows it."""
        for shown, picture in slot.drawing.drawn:
            if shown == GRADED:
                return picture
        format = slot.drawing.graded_format(frame.format)
        return self._engine.take(frame, look).output(Wanted(GRADED, format))
