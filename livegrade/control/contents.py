"""What a stream can show: a view of a slot's picture, or one of its scopes."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np

from livegrade.engine.sample import area_of
from livegrade.engine.shrink import CHANNELS, fitted
from livegrade.errors import UsageError
from livegrade.scopes.draw import require_size, scale_of
from livegrade.scopes.request import is_counted, request_for
from livegrade.session.sight import said_of
from livegrade.timing.rate import NS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.color.camera import Camera
    from livegrade.control.viewer import Viewer
    from livegrade.engine.view import View
    from livegrade.scopes.wish import ScopeWish
    from livegrade.session.slot import SlotRunner
    from livegrade.transport.ring import RingWriter
    from livegrade_shaders import _native

Region: TypeAlias = tuple[float, float, float, float]
"""Left, top, width and height of a part of the picture, 0 to 1."""


class Content(Protocol):
    """What a stream shows. For the thread that draws."""

    @property
    def slot(self) -> SlotRunner: ...
    @property
    def size(self) -> tuple[int, int]:
        """Width and height that it is drawn within."""

    @property
    def what(self) -> str:
        """In words, as the subject of a sentence."""

    def index(self) -> int | None:
        """Of the newest picture that there is, None before the first."""

    def draw_into(self, ring: RingWriter) -> int | None:
        """The index of what was drawn. Raises LivegradeError where it cannot be drawn now."""


class PictureContent:
    """Within `size`, width and height; of the picture's `region` alone, where there is one. A de-squeezed picture is
    made lower here, where it is made small, and has no bars. `letters`: how large those of guides are, in pixels; 0: as
    fits `size`."""

    def __init__(
        self,
        slot: SlotRunner,
        view_for: Callable[[Camera | None], View],
        viewer: Viewer,
        size: tuple[int, int],
        region: Region | None = None,
        letters: int = 0,
    ) -> None:
        """`view_for`: what a camera's pictures are shown in; raises LivegradeError where it cannot be."""
        self.slot = slot
        self._view_for = view_for
        self._camera = slot.camera
        self._view = self._whole = view_for(slot.camera)
        self._take_view()
        self._viewer = viewer
        self.size = size
        self._region = region
        self._letters = letters
        self._room = np.empty(size[0] * size[1] * CHANNELS, np.uint8)

    @property
    def what(self) -> str:
        return f"slot {self.slot.name}, {self._whole},"

    def index(self) -> int | None:
        graded = self.slot.drawing.graded
        return None if graded is None else graded[0].index

    def draw_into(self, ring: RingWriter) -> int | None:
        if (camera := self.slot.camera) is not self._camera:
            self._whole, self._camera = self._view_for(camera), camera
            self._take_view()
        picture = self._viewer.newest(self.slot, self._view)
        if picture is None:
            return None
        area = None if self._region is None else area_of(picture.format, *self._region)
        width, height = fitted(area or picture.format, *self.size, lower=self._whole.desqueeze or 1)
        small = self._room[: width * height * CHANNELS].reshape(height, width, CHANNELS)
        self._viewer.shrink.draw(picture.data, picture.format, small, area)
        if self._whole.has_marks:
            said = said_of(self.slot, picture)
            self._viewer.marks.lay(small, self._whole, picture, area, said, self._letters)
        ring.write(
            small,
            index=picture.index,
            captured_ns=picture.captured_ns,
            timecode=str(picture.timecode or ""),
            look_id=picture.look_id or "",
        )
        return picture.index

    def _take_view(self) -> None:
        """The engine's part of it; marks are laid over the small picture, where lines stay fine."""
        self._view = replace(self._whole, desqueeze=None, guides=None, burn_in=None, legend=None)


class ScopeContent:
    """As large as `size`. The moment of its picture is not known: `captured_ns` is 0."""

    def __init__(
        self, slot: SlotRunner, wish: ScopeWish, viewer: Viewer, size: tuple[int, int], pool: _native.BandPool
    ) -> None:
        """Raises UsageError where no scopes are measured, it is too small to be drawn, or the signal of now has no such
        scale."""
        if slot.scoping is None:
            raise UsageError("this session measures no scopes; start it without --scopes 0")
        require_size(size)
        self.slot = slot
        self._wish = wish
        self._viewer = viewer
        self._due_ns = 0
        self._drawn: int | None = None
        self.size = size
        self._pool = pool
        self._room = np.full((size[1], size[0], CHANNELS), 255, np.uint8)
        if (data := slot.scopes.get(wish.tap)) is not None:
            scale_of(data, wish, slot.camera)
            request_for(wish, data.format, slot.camera)

    @property
    def what(self) -> str:
        return f"slot {self.slot.name}, {self._wish.kind.value} of the {self._wish.tap.value},"

    def index(self) -> int | None:
        scoping, graded = self.slot.scoping, self.slot.drawing.graded
        if scoping is None or graded is None:
            return self._drawn
        if is_counted(self._wish, scoping.plan.request, graded[0].format):
            data = self.slot.scopes.get(self._wish.tap)
            return None if data is None else data.index
        return graded[0].index if time.monotonic_ns() >= self._due_ns else self._drawn

    def draw_into(self, ring: RingWriter) -> int | None:
        scoping = self.slot.scoping
        if scoping is not None:
            self._due_ns = time.monotonic_ns() + NS_PER_SECOND // scoping.plan.per_second
        drawn = self._viewer.scope(self.slot, self._wish, self.size, self._pool)
        if drawn is None:
            return None
        data, self._room[..., :3] = drawn
        ring.write(self._room, index=data.index, captured_ns=0, timecode=str(data.timecode or ""))
        self._drawn = data.index
        return data.index
