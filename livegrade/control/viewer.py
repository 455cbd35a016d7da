"""Pictures of slots for people: the newest, in a view, made small. What an output shows already is not drawn again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.engine.engine import Engine
from livegrade.engine.native import Native
from livegrade.engine.shrink import Shrink
from livegrade.sheet import rgb_picture

if TYPE_CHECKING:
    from livegrade.engine.view import View
    from livegrade.session.slot import SlotRunner
    from livegrade.video.frame import Frame


class Viewer:
    """For one thread, which is not the engine's. `shrink`: makes small what `newest` gives."""

    def __init__(self) -> None:
        native = Native(1)
        self.shrink = Shrink(native)
        self._engine = Engine(native, buffers=4)

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
        return rgb_picture(self._engine.take(frame, look), view)
