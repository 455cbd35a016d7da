"""Run as a program by test_layouts_native, once per instruction-set level: prints the level in use, or fails.

Kernels work in blocks of up to 24 pixels: widths around two blocks, a whole row of HD, and everything short.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from livegrade.timing.rate import Rate
from livegrade.video.codes import Codes, pack, unpack
from livegrade.video.format import Scan, VideoFormat
from livegrade.video.layouts import LAYOUTS, Chroma
from livegrade_shaders import _native

WIDTHS = (*range(1, 20), 23, 24, 25, 46, 47, 48, 49, 50, 51, 71, 1920)


def main() -> None:
    rng = np.random.default_rng(5)
    pool = _native.BandPool(1)
    for layout in LAYOUTS.values():
        scans = [(Scan.PROGRESSIVE, 3)]
        if layout.chroma is Chroma.C420:
            # 38 rows: into a second band, which must begin with a pair of rows.
            scans += [(Scan.INTERLACED_TFF, height) for height in (1, 2, 6, 7, 38)]
        for width, (scan, height) in product(WIDTHS, scans):
            format = VideoFormat(width, height, Rate.of(25), layout, scan=scan)
            planes = format.geometry.planes
            pixels = rng.integers(0, 256, format.geometry.size, dtype=np.uint8)
            offsets, strides = [plane.offset for plane in planes], [plane.stride for plane in planes]
            image = _native.Image(pixels, layout.name, width, height, offsets, strides, scan.is_interlaced)
            truth = unpack(pixels, format)
            codes = [np.empty_like(plane) for plane in truth.planes]
            _native.unpack(image, *codes, pool)
            for plane, expected in zip(codes, truth.planes, strict=True):
                np.testing.assert_array_equal(plane, expected, f"unpack {format}")
            written = [rng.integers(0, 65536, plane.shape, dtype=np.uint16) for plane in codes]
            by_numpy = pack(Codes(tuple(written), layout.bits, layout.is_ycbcr), format, pixels.copy())
            _native.pack(*written, image, pool)
            np.testing.assert_array_equal(pixels, by_numpy, f"pack {format}")
    print(_native.isa())


if __name__ == "__main__":
    main()
