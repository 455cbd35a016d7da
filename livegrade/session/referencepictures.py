"""Pictures to compare with, made for one format: of another slot, a still, a file, or several in a grid. On whatever
thread asks, which is never the engine's of a slot."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PIL import Image

from livegrade.capture.source import CaptureOptions, open_source
from livegrade.color.look import Look
from livegrade.engine.comparison import FilePicture, Grid, OwnPicture, Shown, SlotPicture, StillPicture
from livegrade.engine.engine import Engine, Wanted
from livegrade.engine.native import Native
from livegrade.engine.shrink import CHANNELS, Shrink, fitted
from livegrade.engine.view import View, ViewKind
from livegrade.errors import MediaError, UsageError
from livegrade.library.kinds import STILLS
from livegrade.library.store import Library
from livegrade.scopes.lettering import BACKGROUND, LABEL, stamp
from livegrade.session.photographs import as_meant, said_of
from livegrade.timing.clock import MonotonicClock
from livegrade.transport.address import Scheme, SourceAddress
from livegrade.video.codes import unpack
from livegrade.video.format import Primaries, Range, Scan, Transfer
from livegrade.video.frame import Frame
from livegrade.video.layouts import layout
from livegrade.video.planes import plane_views
from livegrade.video.pool import Lease

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.engine.comparison import Reference, SingleReference
    from livegrade.session.slot import SlotRunner
    from livegrade.video.format import VideoFormat

    SlotNamed: TypeAlias = Callable[[str], SlotRunner]

SOURCE = View(ViewKind.SOURCE)
LEAST_LETTERS, LETTERS_SHARE = 15, 23
"""Pixels, and the part of the picture's height, of the letters of a grid."""
UNDER = 6
"""Pixels that their strip has besides."""
BUFFERS = 48
CONVERTED, TURNED = "are converted to", "asks to be turned"
"""What a source says of its layout, which nobody needs to hear of a picture that is made anew anyway."""


@dataclass(frozen=True, slots=True)
class Original:
    """A picture as it was kept. `note`: what was assumed of it; empty where nothing was."""

    frame: Frame
    note: str


class ReferencePictures:
    """What draws is for one thread, what reads the disk for any. `slot_named`: raises UsageError for one that is not
    there. `library`: where stills lie, None for nowhere."""

    def __init__(self, slot_named: SlotNamed) -> None:
        native = Native(1)
        self.library: Path | None = None
        self._slot_named = slot_named
        self._engine = Engine(native, buffers=BUFFERS)
        self._shrink = Shrink(native)

    def original(self, reference: StillPicture | FilePicture) -> Original:
        """A still or file as it was kept. Reads the disk; from any thread. Raises LivegradeError."""
        return read_original(self.path(reference))

    def fitted(self, original: Original, format: VideoFormat) -> tuple[Frame, str]:
        """In `format`, as large as it fits, and what was assumed. Raises LivegradeError."""
        return self._drawn(original.frame, SOURCE, Look(), format), _assumed(original, format)

    def live(self, reference: SlotPicture, format: VideoFormat) -> Frame | None:
        """The newest picture of a slot; None before its first. Raises LivegradeError."""
        drawing, view = self._slot_named(reference.slot).drawing, View(ViewKind(reference.shown))
        if drawing.graded is None:
            return None
        for shown, picture in drawing.drawn:
            if shown == view and picture.format == format:
                return picture
        frame, look = drawing.graded
        return self._drawn(frame, view, look, format)

    def grid(self, cells: tuple[SingleReference, ...], parts: dict[Reference, Frame], format: VideoFormat) -> Frame:
        """`cells` row by row, in 8 bits. `parts`: stills and files, whole and of any size; what is not there stays
        dark, and has no name before it has a picture. Rows that are fewer than the columns have room for the names
        under whole pictures, and stand in the middle. Raises LivegradeError."""
        side = max(1, math.isqrt(max(len(cells) - 1, 0)) + 1)
        form = replace(format, layout=layout("gbrp"), range=Range.FULL)
        sheet = np.full((format.height, format.width, 3), BACKGROUND, np.uint8)
        size = max(LEAST_LETTERS, format.height // LETTERS_SHARE)
        rows = max(1, -(-len(cells) // side))
        width, height = format.width // side, format.height // side
        if rows < side:
            height = min(height + size + UNDER, format.height // rows)
        above = (format.height - rows * height) // 2
        for number, cell in enumerate(cells):
            left, top = number % side * width, above + number // side * height
            room = sheet[top : top + height, left : left + width]
            picture = parts.get(cell) if not isinstance(cell, SlotPicture) else self._newest(cell)
            if picture is None:
                continue
            self._put(picture, room[: height - size - UNDER])
            stamp(room, (8, height - (size + UNDER) / 2), self._name(cell), size, (LABEL, LABEL, LABEL))
        frame = Frame(Lease(np.zeros(form.geometry.size, np.uint8)), form, 0, captured_ns=0)
        green_blue_red = plane_views(frame.data, form)
        for plane, channel in zip(green_blue_red, (1, 2, 0), strict=True):
            plane[:, : form.width] = sheet[..., channel]
        return self._drawn(frame, SOURCE, Look(), format)

    def require(self, reference: StillPicture | FilePicture, *, read: bool) -> None:
        """Raises LivegradeError for what cannot be there; with `read`, for what cannot be read. From any thread."""
        if isinstance(reference, StillPicture) and self.library is None:
            raise UsageError("this session keeps nothing, and has no stills to compare with")
        if read:
            self.original(reference)

    def path(self, reference: StillPicture | FilePicture) -> Path:
        """Where it lies. Raises UsageError, LibraryError."""
        if isinstance(reference, FilePicture):
            return Path(reference.path)
        if self.library is None:
            raise UsageError("this session keeps nothing, and has no stills to compare with")
        with Library.reading(self.library) as library:
            still = library.get(STILLS, reference.key)
        name = still.source if reference.shown is Shown.SOURCE else still.graded
        if not name:
            raise UsageError(f"still {reference.key} was kept without its {reference.shown.value} picture")
        return self.library / name

    def _name(self, cell: SingleReference) -> str:
        match cell:
            case SlotPicture():
                slot = self._slot_named(cell.slot)
                said = slot.setup.label or (slot.camera.title.partition(",")[0] if slot.camera is not None else "")
                which = "" if cell.shown is Shown.GRADED else f", {cell.shown.value}"
                return f"{cell.slot}  {said}{which}"
            case FilePicture():
                return Path(cell.path).name
            case StillPicture():
                return f"still {cell.key}" + ("" if cell.shown is Shown.GRADED else ", source")
            case OwnPicture():
                return cell.shown.value

    def _newest(self, cell: SlotPicture) -> Frame | None:
        """Of whatever format costs least."""
        drawing, view = self._slot_named(cell.slot).drawing, View(ViewKind(cell.shown))
        if drawing.graded is None:
            return None
        frame, look = drawing.graded
        if view.is_untouched:
            return frame
        drawn = next((picture for shown, picture in drawing.drawn if shown == view), None)
        if drawn is not None:
            return drawn
        form = replace(frame.format, layout=layout("gbrp"), range=Range.FULL)
        return self._engine.take(frame, look).output(Wanted(view, form))

    def _put(self, picture: Frame, room: NDArray[np.uint8]) -> None:
        width, height = fitted(picture.format, room.shape[1], room.shape[0])
        small = np.empty((height, width, CHANNELS), np.uint8)
        self._shrink.draw(picture.data, picture.format, small)
        top, left = (room.shape[0] - height) // 2, (room.shape[1] - width) // 2
        room[top : top + height, left : left + width] = small[..., :3]

    def _drawn(self, frame: Frame, view: View, look: Look, format: VideoFormat) -> Frame:
        if (frame.format.width, frame.format.height) == (format.width, format.height):
            return self._engine.take(frame, look).output(Wanted(view, format))
        form = replace(frame.format, layout=layout("gbrp16"), range=Range.FULL)
        whole = self._engine.take(frame, look).output(Wanted(view, form))
        fit = replace(form, width=format.width, height=format.height, scan=Scan.PROGRESSIVE)
        return self._engine.take(_fitted(whole, fit), Look()).output(Wanted(SOURCE, format))


def read_original(path: Path) -> Original:
    """The first picture of a file, upright, and a photograph in the colours of sRGB where it says that it has others.
    Raises UsageError, MediaError, SourceError."""
    if not path.is_absolute():
        raise UsageError(f"'{path}' is not a whole path; the session may run in another folder than the client")
    source = open_source(SourceAddress(str(path), Scheme.PATH, str(path)), CaptureOptions(live=False), MonotonicClock())
    source.open()
    try:
        got = source.read()
        notes = source.notes
    finally:
        source.close()
    if not isinstance(got, Frame):
        raise MediaError(str(path), "holds no picture that can be decoded; choose another file")
    said = said_of(path)
    kept = [note for note in notes if CONVERTED not in note and not (said.orientation > 1 and TURNED in note)]
    frame, done = as_meant(got, said)
    return Original(frame, "; ".join(filter(None, (*kept, done))))


def _assumed(original: Original, format: VideoFormat) -> str:
    """What the comparison takes for granted, in words."""
    tags = original.frame.format
    said = [original.note] if original.note else []
    if (tags.width, tags.height) != (format.width, format.height):
        said.append(f"scaled from {tags.width} x {tags.height}")
    if Primaries.UNKNOWN in (tags.primaries,) or tags.transfer is Transfer.UNKNOWN:
        said.append("the file does not say its colours: its signal is shown as it is")
    elif (tags.primaries, tags.transfer) != (format.primaries, format.transfer):
        theirs = f"{tags.primaries.value}, {tags.transfer.value}"
        said.append(f"made for {theirs}, shown as it is beside {format.primaries.value}, {format.transfer.value}")
    return "; ".join(said)


def _fitted(picture: Frame, form: VideoFormat) -> Frame:
    """As large as it fits into `form`, in the middle, black around it; gbrp16 both. Bicubic, with the whole area where
    it becomes smaller (Pillow)."""
    scale = min(form.width / picture.format.width, form.height / picture.format.height)
    size = tuple(max(1, round(side * scale)) for side in (picture.format.width, picture.format.height))
    left, top = (form.width - size[0]) // 2, (form.height - size[1]) // 2
    target = Frame(Lease(np.zeros(form.geometry.size, np.uint8)), form, picture.index, captured_ns=0)
    planes = plane_views(target.data, form)
    red, green, blue = unpack(picture.data, picture.format).planes
    for plane, channel in zip(planes, (green, blue, red), strict=True):
        whole = Image.fromarray(channel.astype(np.float32))
        small = np.asarray(whole.resize((size[0], size[1]), Image.Resampling.BICUBIC))
        words = plane.view("<u2")[top : top + size[1], left : left + size[0]]
        words[:] = np.clip(np.rint(small), 0, 65535)
    return target


def expanded(reference: Grid, own: str, slots: tuple[str, ...]) -> tuple[SingleReference, ...]:
    """The cells of a grid for the slot `own`: all slots where it names none."""
    cells: tuple[SingleReference, ...] = reference.cells or tuple(SlotPicture(name) for name in slots)
    return tuple(SlotPicture(own, cell.shown) if isinstance(cell, OwnPicture) else cell for cell in cells[:9])
