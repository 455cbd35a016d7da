"""Guides, legends and burn-in of a picture that was made small: laid over it afterwards, so that lines stay fine."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from livegrade.engine.guides import Area
from livegrade.engine.laid import Laid, Place
from livegrade.engine.sample import Patch
from livegrade.engine.shrink import CHANNELS
from livegrade.video.format import Range, VideoFormat
from livegrade.video.layouts import layout
from livegrade_shaders import _native

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.engine.burnin import Said
    from livegrade.engine.view import View
    from livegrade.video.frame import Frame

_LAYOUT = "bgra"


class SmallMarks:
    """For one thread."""

    def __init__(self) -> None:
        self._laid = Laid()
        self._pool = _native.BandPool(1)

    def lay(
        self,
        small: NDArray[np.uint8],
        view: View,
        picture: Frame,
        area: Patch | None,
        said: Said,
        letters: int = 0,
    ) -> None:
        """Over `small`, uint8 (height, width, CHANNELS) of R, G, B, 255: what `area` of `picture` was made, all of it
        where that is None. `letters`: how large those of guides are, in pixels; 0: as fits the height."""
        height, width = small.shape[:2]
        form = _form(picture.format, width, height)
        place = _place(picture.format, view, area or Patch(0, 0, picture.format.width, picture.format.height), form)
        place = replace(place, letters=letters)
        image = _native.Image(small, _LAYOUT, width, height, [0], [CHANNELS * width])
        for marks in self._laid.marks(view, form, place, str(picture.timecode or ""), said):
            palette = np.ascontiguousarray(marks.palette[::-1])  # red stands first here, where that layout has blue
            _native.draw_marks(image, marks.top, marks.rows, marks.spans, palette, self._pool)


def _form(whole: VideoFormat, width: int, height: int) -> VideoFormat:
    return replace(whole, width=width, height=height, layout=layout(_LAYOUT), range=Range.FULL)


def _place(whole: VideoFormat, view: View, area: Patch, form: VideoFormat) -> Place:
    """Of the whole picture, of which the small one may be a part."""
    x, y = Fraction(form.width, area.width), Fraction(form.height, area.height)
    edges = (-area.x * x, -area.y * y, (whole.width - area.x) * x, (whole.height - area.y) * y)
    place = Place.of(whole, view, (0, whole.height))
    return replace(place, picture=Area(*(round(edge) for edge in edges)))
