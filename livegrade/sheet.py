"""Pictures of a frame for people: the frame as R'G'B', and sheets of the frame beside its scopes."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, cast

import numpy as np

from livegrade.engine.engine import Engine, Wanted
from livegrade.engine.native import Native
from livegrade.engine.shrink import CHANNELS, Shrink, fitted
from livegrade.engine.view import GRADED, View, ViewKind
from livegrade.outputs.still import encode_png
from livegrade.redaction import one_line
from livegrade.scopes.leases import CountsPool
from livegrade.scopes.measure import ScopeRequest, Tap
from livegrade.scopes.request import request_for
from livegrade.scopes.sheet import MOST_PANELS, LegendPanel, PicturePanel, ScopePanel, sheet
from livegrade.scopes.wish import ScopeKind, ScopeWish
from livegrade.video.codes import unpack
from livegrade.video.format import Range
from livegrade.video.layouts import layout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.camera import Camera
    from livegrade.color.look import Look
    from livegrade.engine.backend import AnyBackend
    from livegrade.engine.engine import FramePass
    from livegrade.scopes.measure import ScopeData
    from livegrade.scopes.sheet import Panel
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame


def rgb16(work: FramePass, view: View) -> NDArray[np.uint16]:
    """A view of the frame as full-range R'G'B', uint16 (height, width, 3)."""
    form = view.encoded(replace(work.frame.format, layout=layout("gbrp16"), range=Range.FULL), work.look)
    shown = work.output(Wanted(view, form))
    return np.stack(unpack(shown.data, form).planes, axis=-1)


def rgb_picture(work: FramePass, view: View) -> Frame:
    """A view of the frame as a picture of full-range R'G'B' in 8 bits."""
    form = view.encoded(replace(work.frame.format, layout=layout("gbrp"), range=Range.FULL), work.look)
    return work.output(Wanted(view, form))


def rgb8(work: FramePass, view: View) -> NDArray[np.uint8]:
    """The same as uint8 (height, width, 3), rounded to nearest."""
    shown = rgb_picture(work, view)
    return np.stack(unpack(shown.data, shown.format).planes, axis=-1).astype(np.uint8)


def jpeg(picture: Frame, shrink: Shrink, width: int, quality: int = 85) -> bytes:
    """A picture of any format as a JPEG `width` pixels wide, as wide as it is where that is less."""
    from PIL import Image

    size = fitted(picture.format, width, picture.format.height)
    small = np.empty((size[1], size[0], CHANNELS), np.uint8)
    shrink.draw(picture.data, picture.format, small)
    # Only while it writes to a descriptor does Pillow let go of the interpreter, which live pictures need.
    with _memory_file() as out:
        Image.frombuffer("RGBX", size, small, "raw", "RGBX", 0, 1).save(out, "JPEG", quality=quality)
        out.seek(0)
        return out.read()


def _memory_file() -> BinaryIO:
    """A file without a name, in memory where the system has such."""
    if sys.platform == "linux":
        return os.fdopen(os.memfd_create("livegrade", os.MFD_CLOEXEC), "w+b")
    else:
        return cast("BinaryIO", tempfile.TemporaryFile())


def png(picture: NDArray[np.uint8]) -> bytes:
    """An (height, width, 3) picture as a PNG."""
    return encode_png(picture, None, ())


class Thumbnails:
    """Small JPEGs of graded pictures, for one thread."""

    WIDTH = 320

    def __init__(self) -> None:
        native = Native(1)
        self._engine = Engine(native)
        self._shrink = Shrink(native)

    def __call__(self, frame: Frame, look: Look) -> bytes:
        return jpeg(rgb_picture(self._engine.take(frame, look), GRADED), self._shrink, self.WIDTH)


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """What stands on a sheet: the view of the picture, and scopes. `name`: of the source; `camera`: whose signal it
    is."""

    name: str
    view: View
    scopes: tuple[ScopeWish, ...]
    camera: Camera | None = None


def scope_sheet(frame: Frame, look: Look, backend: AnyBackend, plan: SheetPlan) -> NDArray[np.uint8]:
    """The picture and the scopes asked for: uint8 (height, width, 3)."""
    engine = Engine(backend)
    engine.counts = CountsPool(backend.allocate, limit=MOST_PANELS)
    work = engine.take(frame, look)
    panels = _pictures(work, plan.view)
    panels += [ScopePanel(_measured(work, wish, plan.camera), wish, plan.camera) for wish in plan.scopes]
    is_graded = any(wish.tap is Tap.GRADED for wish in plan.scopes)
    read = GRADED if is_graded else plan.view  # what the scopes read counts too
    return sheet(header(plan.name, frame, look, read), panels, columns=2 if len(panels) <= 4 else 3)


def contact_sheet(name: str, frame: Frame, look: Look, backend: AnyBackend, false_color: View) -> NDArray[np.uint8]:
    """Three rows: source, graded and the source's waveform; false colour, its legend and the waveform of the graded
    picture; parade, vectorscope and histogram of that. `name`: of the source."""
    work = Engine(backend).take(frame, look)
    graded = _measured_whole(work, Tap.GRADED)
    panels = [*_pictures(work, View(ViewKind.SOURCE)), *_pictures(work, GRADED)]
    panels += [ScopePanel(_measured_whole(work, Tap.SOURCE), ScopeWish()), *_pictures(work, false_color)]
    kinds = (ScopeKind.WAVEFORM, ScopeKind.PARADE, ScopeKind.VECTORSCOPE, ScopeKind.HISTOGRAM)
    panels += [ScopePanel(graded, ScopeWish(kind)) for kind in kinds]
    return sheet(header(name, frame, look), panels, columns=3, width=2560)


def header(name: str, frame: Frame, look: Look, view: View = GRADED) -> str:
    """Two lines: name, place and format; the look, how far it is off as `view` shows it where it had to be baked, and
    its nodes."""
    form = view.slots(look)
    baked = None if form is None else form.baked
    names = " + ".join(node.name or node.label for node in look.nodes if node.enabled) or "no look"
    place = f"frame {frame.index}, {frame.timecode or 'no timecode'}"
    off = "" if baked is None else f"    baked: {baked.figures}"
    return f"{one_line(name)}    {place}    {frame.format}\nlook {look.id[:12]}{off}    {one_line(names)}"


def _measured(work: FramePass, wish: ScopeWish, camera: Camera | None) -> ScopeData:
    format = _format_at(work, wish.tap)
    return work.measure(wish.tap, request_for(wish, format, camera), format)


def _measured_whole(work: FramePass, tap: Tap) -> ScopeData:
    return work.measure(tap, ScopeRequest(), _format_at(work, tap))


def _format_at(work: FramePass, tap: Tap) -> VideoFormat:
    return work.frame.format if tap is Tap.SOURCE else GRADED.encoded(work.frame.format, work.look)


def _pictures(work: FramePass, view: View) -> list[Panel]:
    """The picture, and the legend of its false colour where it has one."""
    picture = PicturePanel(_title(view), rgb8(work, view))
    return [picture] if view.bands is None else [picture, LegendPanel(view.bands)]


def _title(view: View) -> str:
    if view.kind is ViewKind.FALSE_COLOR and view.bands is not None:
        return f"False colour, {view.bands.title}, {view.tap.value}"
    if view.kind is ViewKind.COMPARE:
        return f"{view}: the reference at the left, graded at the right".capitalize()
    return {ViewKind.SOURCE: "Source", ViewKind.BYPASS: "Bypass"}.get(view.kind, "Graded")
