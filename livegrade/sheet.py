"""Pictures of a frame for people: the frame as R'G'B', and sheets of the frame beside its scopes."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from livegrade.engine.engine import Engine, Wanted
from livegrade.engine.native import Native
from livegrade.engine.view import GRADED, View, ViewKind
from livegrade.redaction import one_line
from livegrade.scopes.draw import ScopeKind
from livegrade.scopes.graticule import LevelScale
from livegrade.scopes.measure import ScopeRequest, Tap
from livegrade.scopes.sheet import LegendPanel, PicturePanel, ScopePanel, sheet
from livegrade.video.codes import unpack
from livegrade.video.format import Range
from livegrade.video.layouts import layout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.look import Look
    from livegrade.engine.backend import AnyBackend
    from livegrade.engine.engine import FramePass
    from livegrade.scopes.measure import ScopeData
    from livegrade.scopes.sheet import Panel
    from livegrade.video.frame import Frame

ALL_CHANNELS = ScopeRequest(ycbcr=True)


def rgb16(work: FramePass, view: View) -> NDArray[np.uint16]:
    """A view of the frame as full-range R'G'B', uint16 (height, width, 3)."""
    form = view.encoded(replace(work.frame.format, layout=layout("gbrp16"), range=Range.FULL), work.look)
    shown = work.output(Wanted(view, form))
    return np.stack(unpack(shown.data, form).planes, axis=-1)


def rgb8(work: FramePass, view: View) -> NDArray[np.uint8]:
    """The same in 8 bit, uint8 (height, width, 3), rounded to nearest."""
    form = view.encoded(replace(work.frame.format, layout=layout("gbrp"), range=Range.FULL), work.look)
    shown = work.output(Wanted(view, form))
    return np.stack(unpack(shown.data, form).planes, axis=-1).astype(np.uint8)


def jpeg(work: FramePass, view: View, width: int, quality: int = 85) -> bytes:
    """The same as a JPEG `width` pixels wide, that of the picture where it is less."""
    from PIL import Image

    picture = Image.fromarray(rgb8(work, view))
    if width < picture.width:
        size = width, max(1, round(picture.height * width / picture.width))
        picture = picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


class Thumbnails:
    """Small JPEGs of graded pictures, for one thread."""

    WIDTH = 320

    def __init__(self) -> None:
        self._engine = Engine(Native(1))

    def __call__(self, frame: Frame, look: Look) -> bytes:
        return jpeg(self._engine.take(frame, look), GRADED, self.WIDTH)


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """What stands on a sheet: the view of the picture, and scopes read at `tap` with `scale`. `name`: of the source."""

    name: str
    view: View
    scopes: tuple[ScopeKind, ...]
    tap: Tap = Tap.GRADED
    scale: LevelScale = LevelScale.CODE


def scope_sheet(frame: Frame, look: Look, backend: AnyBackend, plan: SheetPlan) -> NDArray[np.uint8]:
    """The picture and the scopes asked for: uint8 (height, width, 3)."""
    work = Engine(backend).take(frame, look)
    data = _measured(work, plan.tap)
    panels = _pictures(work, plan.view)
    panels += [ScopePanel(data, kind, plan.scale) for kind in plan.scopes]
    read = GRADED if plan.tap is Tap.GRADED else plan.view  # what the scopes read counts too
    return sheet(header(plan.name, frame, look, read), panels, columns=2 if len(panels) <= 4 else 3)


def contact_sheet(name: str, frame: Frame, look: Look, backend: AnyBackend, false_color: View) -> NDArray[np.uint8]:
    """Three rows: source, graded and the source's waveform; false colour, its legend and the waveform of the graded
    picture; parade, vectorscope and histogram of that. `name`: of the source."""
    work = Engine(backend).take(frame, look)
    graded = _measured(work, Tap.GRADED)
    panels = [*_pictures(work, View(ViewKind.SOURCE)), *_pictures(work, GRADED)]
    panels += [ScopePanel(_measured(work, Tap.SOURCE), ScopeKind.WAVEFORM), *_pictures(work, false_color)]
    kinds = (ScopeKind.WAVEFORM, ScopeKind.PARADE, ScopeKind.VECTORSCOPE, ScopeKind.HISTOGRAM)
    panels += [ScopePanel(graded, kind) for kind in kinds]
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


def _measured(work: FramePass, tap: Tap) -> ScopeData:
    return work.measure(tap, ALL_CHANNELS, GRADED.encoded(work.frame.format, work.look))


def _pictures(work: FramePass, view: View) -> list[Panel]:
    """The picture, and the legend of its false colour where it has one."""
    picture = PicturePanel(_title(view), rgb8(work, view))
    return [picture] if view.bands is None else [picture, LegendPanel(view.bands)]


def _title(view: View) -> str:
    if view.kind is ViewKind.FALSE_COLOR and view.bands is not None:
        return f"False colour, {view.bands.title}, {view.tap.value}"
    if view.kind is ViewKind.COMPARE:
        return "Source at the left, graded at the right"
    return {ViewKind.SOURCE: "Source", ViewKind.BYPASS: "Bypass"}.get(view.kind, "Graded")
