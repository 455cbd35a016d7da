"""How the picture of a slot differs from another one, and what of a grade would close the difference: measured on the
newest frames, where a CDL would stand, before the LUTs and transforms of the slot. On the caller's thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.camera import camera
from livegrade.color.compare import CODE_MAX
from livegrade.color.files import open_look_file
from livegrade.color.look import Look
from livegrade.color.match import Match, match, match_behind
from livegrade.color.nodes import Role
from livegrade.color.rendering import WORKING, with_output
from livegrade.color.space import REC709
from livegrade.color.takenback import taken_back
from livegrade.engine.comparison import FilePicture, OwnPicture, Shown, SlotPicture, StillPicture
from livegrade.engine.engine import Engine, Wanted
from livegrade.engine.native import Native
from livegrade.engine.view import View, ViewKind
from livegrade.errors import UsageError
from livegrade.library.kinds import STILLS
from livegrade.library.store import Library
from livegrade.session.referencepictures import read_original
from livegrade.video.codes import unpack
from livegrade.video.format import Range
from livegrade.video.layouts import layout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.rendering import Chain
    from livegrade.color.space import ColorSpace
    from livegrade.engine.comparison import SingleReference
    from livegrade.session.graph import Session
    from livegrade.session.slot import SlotRunner
    from livegrade.video.frame import Frame

    Floats = NDArray[np.float64]

WIDTH = 256
"""Pictures are made so small, by the mean of whole pixels: noise and fine detail say nothing of a grade."""
GOOD_CODES = 6.0
"""RMS of 10 bits that an aligned match may leave and still be called good."""
UNLIKE = "not every pixel shows the same"
SOURCE = View(ViewKind.SOURCE)


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a picture, 0 to 1 of its sides."""

    x: float
    y: float
    width: float
    height: float


WHOLE = Region(0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class MatchWish:
    """`region`: of the slot's picture, `reference_region`: of the other. `aligned`: they show the same in every pixel;
    None: that is found out."""

    reference: SingleReference
    region: Region = WHOLE
    reference_region: Region = WHOLE
    aligned: bool | None = None


@dataclass(frozen=True, slots=True)
class MatchReading:
    """`found`: what brings the slot's picture to the other; `index`: of the slot's frame; `space`: whose light stops
    and kelvin are of; `quality`: good, rough or poor, and `why`, in sentences."""

    found: Match
    index: int
    space: ColorSpace
    quality: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Halves:
    """The nodes of a slot's picture up to where a CDL is put, and those behind it."""

    before: Look
    after: Look

    @classmethod
    def of(cls, look: Look, chain: Chain) -> Halves:
        """`look`: without what the chain puts around it."""
        place = next((at for at, one in enumerate(look.nodes) if one.role is Role.TRANSFORM), len(look.nodes))
        behind = Look(look.nodes[place:])
        after = with_output(behind, chain.output) if chain.output else behind
        return cls(Look((*chain.entrance, *look.nodes[:place])), after)


def read_match(session: Session, slot: SlotRunner, look: Look, wish: MatchWish) -> MatchReading:
    """The difference between the newest picture of `slot`, graded with `look` (without what its chain puts around it),
    and another picture. Reads the disk for stills and files. Raises UsageError, MediaError, LibraryError."""
    if slot.drawing.graded is None:
        raise UsageError(f"slot {slot.name} has had no picture yet")
    frame = slot.drawing.graded[0]
    halves = Halves.of(look, slot.chain)
    picture = halves.before.apply(_cut(_signal(frame), wish.region))
    beside, notes = _beside(session, slot, halves, wish)
    space, assumed = _space(slot)
    found, more = _matched(picture, beside, space, wish.aligned)
    why = [*assumed, *notes, *more]
    quality = "good" if found.aligned and not found.doubt and found.error * CODE_MAX <= GOOD_CODES else "rough"
    if found.doubt:
        why.append(UNLIKE)
        quality = "poor"
    return MatchReading(found, frame.index, space, quality, tuple(why))


def _matched(
    picture: Floats, beside: _Beside, space: ColorSpace, aligned: bool | None
) -> tuple[Match, tuple[str, ...]]:
    """Pixel by pixel where that can be, else by their distributions."""
    how = "by their distributions"
    if aligned or (aligned is None and picture.shape == beside.signal.shape):
        found = match(picture, beside.before_transforms(picture), space)
        if aligned or not found.doubt:
            return found, ()
        how += f", for {UNLIKE}"
    return beside.distribution(picture, space), (how,)


def _space(slot: SlotRunner) -> tuple[ColorSpace, tuple[str, ...]]:
    """Of the signal where a CDL stands, and what was assumed of it."""
    if slot.setup.grade_in != WORKING[0]:
        return camera(slot.setup.grade_in).space, ()
    if slot.camera is not None:
        return slot.camera.space, ()
    return REC709, ("the camera is not known: stops and kelvin are reckoned as for a Rec.709 display",)


@dataclass(frozen=True, slots=True)
class _Beside:
    """The other picture. `through`: what stands between `signal` and where a CDL is put; None: nothing."""

    signal: Floats
    through: Look | None = None

    def before_transforms(self, near: Floats) -> Floats:
        """Of the same shape, where `near` shows the same."""
        if self.through is None or near.shape != self.signal.shape:
            return self.signal
        found, _ = taken_back(self.through.apply, self.signal.reshape(-1, 3), near.reshape(-1, 3))
        return found.reshape(self.signal.shape)

    def distribution(self, picture: Floats, space: ColorSpace) -> Match:
        if self.through is None:
            return match(picture, self.signal, space, aligned=False)
        return match_behind(picture, self.signal, self.through.apply, space)


def _beside(session: Session, slot: SlotRunner, halves: Halves, wish: MatchWish) -> tuple[_Beside, tuple[str, ...]]:
    """The other picture, and what is done to compare it where a CDL stands in the slot's look."""
    reference = wish.reference
    match reference:
        case OwnPicture():
            raise UsageError("a picture is matched to another slot, a still or a file, not to its own slot")
        case SlotPicture():
            other = session.slot(reference.slot)
            if other.drawing.graded is None:
                raise UsageError(f"slot {other.name} has had no picture yet")
            frame, worn = other.drawing.graded
            signal, theirs = _signal(frame), Halves.of(other.chain.within(worn), other.chain)
        case StillPicture():
            signal, theirs = _still(session, slot, reference)
        case FilePicture():
            signal, theirs = _signal(session.references.original(reference)), Halves(Look(), Look())
    signal = _cut(signal, wish.reference_region)
    if not isinstance(reference, FilePicture):
        if reference.shown is Shown.SOURCE:
            other = session.slot(reference.slot) if isinstance(reference, SlotPicture) else slot
            _require_same_light(slot, other)
            return _Beside(Look(other.chain.entrance).apply(signal)), ()
        if theirs.after.id == halves.after.id:
            return _Beside(theirs.before.apply(signal)), ()
    shown = theirs.after.apply(theirs.before.apply(signal))
    if not halves.after.elements():
        return _Beside(shown), ()
    return _Beside(shown, halves.after), ("taken back through the slot's LUT or output transform",)


def _require_same_light(slot: SlotRunner, other: SlotRunner) -> None:
    """Raises UsageError where what two slots are graded in is known, and is not the same signal."""
    (ours, unsure), (theirs, assumed) = _space(slot), _space(other)
    if not (unsure or assumed) and ours.canonical != theirs.canonical:
        raise UsageError(
            f"the source of slot {other.name} is another signal ({theirs.name or theirs.curve.name}) than slot "
            f"{slot.name} is graded in ({ours.name or ours.curve.name}); match to its graded picture, or grade both in "
            "acescct"
        )


def _still(session: Session, slot: SlotRunner, reference: StillPicture) -> tuple[Floats, Halves]:
    """Its source with its look; where one of them was not kept, the graded picture as it is."""
    folder = session.references.library
    if folder is None:
        raise UsageError("this session keeps nothing, and has no stills to match with")
    with Library.reading(folder) as library:
        still = library.get(STILLS, reference.key)
    if not still.source or (not still.look and reference.shown is not Shown.SOURCE):
        graded = replace(reference, shown=Shown.GRADED)
        return _signal(session.references.original(graded)), Halves(Look(), Look())
    source = read_original(folder / still.source).frame
    if reference.shown is Shown.SOURCE:
        return _signal(source), Halves(Look(), Look())
    worn = Look(open_look_file(str(folder / still.look)).nodes)
    return _signal(source), Halves.of(slot.chain.within(worn), slot.chain)


def _signal(frame: Frame) -> Floats:
    """R'G'B' of a frame, float64 (height, width, 3), 0 to 1, no wider than WIDTH."""
    form = replace(frame.format, layout=layout("gbrp16"), range=Range.FULL)
    drawn = Engine(Native(1), buffers=2).take(frame, Look()).output(Wanted(SOURCE, form))
    step = -(-frame.format.width // WIDTH)
    height, width = (side // step for side in (form.height, form.width))
    planes = [
        plane[: height * step, : width * step].reshape(height, step, width, step).mean(axis=(1, 3))
        for plane in unpack(drawn.data, form).planes
    ]
    return np.stack(planes, axis=-1) / np.iinfo(np.uint16).max


def _cut(picture: Floats, region: Region) -> Floats:
    lines, columns = picture.shape[:2]
    left, top = int(region.x * columns), int(region.y * lines)
    right, bottom = round((region.x + region.width) * columns), round((region.y + region.height) * lines)
    cut = picture[top:bottom, left:right]
    if cut.size == 0:
        raise UsageError("the region holds no pixel; make it larger")
    return cut
