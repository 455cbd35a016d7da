"""Writes layouts/packed.npz: pictures packed by pypixelpack, an independent implementation of the SDI layouts.

Run with Python 3.12 or newer and pypixelpack 0.3.0 beside NumPy; livegrade is not needed.
"""

from pathlib import Path

import numpy as np
import pypixelpack

DEPTHS = {"v210": 10, "2vuy": 8, "r210": 10, "R10l": 10, "R10b": 10, "R12B": 12, "R12L": 12}
OURS = {"2vuy": "uyvy"}
SIZES = ((48, 2), (50, 3), (24, 1), (96, 2))


def main() -> None:
    rng = np.random.default_rng(20260101)
    vectors = {}
    for layout, bits in DEPTHS.items():
        for width, height in SIZES:
            pixels = rng.integers(0, 1 << bits, (height, width, 3), dtype=np.uint16)
            if layout in pypixelpack.SUBSAMPLED_422:
                pixels[:, 1::2, 1:] = pixels[:, 0::2, 1:]
            row_bytes = pypixelpack.row_bytes(layout.lower(), width)
            packed = pypixelpack.pack(pixels, layout.lower(), row_bytes)
            key = f"{OURS.get(layout, layout)}_{width}x{height}"
            vectors[f"{key}_pixels"] = pixels
            vectors[f"{key}_packed"] = np.asarray(packed).reshape(height, row_bytes)
    np.savez_compressed(Path(__file__).parent / "layouts" / "packed.npz", **vectors)


if __name__ == "__main__":
    main()
