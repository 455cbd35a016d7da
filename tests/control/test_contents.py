"""What streams draw, drawn by hand."""

from __future__ import annotations

import numpy as np

from livegrade.color.look import Look
from livegrade.control.contents import PictureContent
from livegrade.control.viewer import Viewer
from livegrade.engine.view import View, ViewKind


class Caught:
    """Keeps what a ring would be given."""

    def write(self, pixels: np.ndarray, **_: object) -> None:
        self.pixels = pixels.copy()


def test_a_part_of_a_picture_comes_pixel_for_pixel_or_smaller(bench) -> None:
    made = bench(Look())
    made.draw()
    slot, viewer = made.session.slot("A"), Viewer(made.session.references)

    def drawn(size: tuple[int, int], region: tuple[float, float, float, float] | None = None) -> np.ndarray:
        ring = Caught()
        PictureContent(slot, lambda camera: View(ViewKind.SOURCE), viewer, size, region).draw_into(ring)
        return ring.pixels

    whole = drawn((640, 360))
    assert whole.shape == (360, 640, 4)
    part = drawn((640, 360), (13 / 640, 101 / 360, 200 / 640, 90 / 360))
    assert np.array_equal(part, whole[101:191, 13:213])
    small = drawn((100, 100), (0.5, 0.5, 0.5, 0.5))
    assert small.shape == (56, 100, 4)
    made.close()
