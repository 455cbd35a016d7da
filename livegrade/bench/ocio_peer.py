"""OpenColorIO's CPU engine doing CDL and LUT only, on float32 RGBA, its fastest buffers; nothing of the video side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import PyOpenColorIO

if TYPE_CHECKING:
    from types import TracebackType

    from numpy.typing import NDArray

    from livegrade.bench.material import Cdl, Floats
    from livegrade.color.slots import Lattice

LEAVES_OUT = "v210, both matrices and both chroma filters; it runs float32 RGBA"


def version() -> str:
    return f"OpenColorIO {PyOpenColorIO.__version__}"


class OcioLook:
    """CDL (ASC, clamping) and tetrahedral LUT from one float32 RGBA picture into another, one band a thread.

    Separate source and destination: in place, repeated runs would converge to a flat picture and flatter the peer. A
    context manager, because it owns its threads.
    """

    def __init__(self, rgb: Floats, cdl: Cdl, lattice: Lattice, threads: int) -> None:
        self._source: NDArray[np.float32] = np.ones((*rgb.shape[:2], 4), np.float32)
        self._source[..., :3] = rgb
        self.result = np.empty_like(self._source)
        self._processor = _processor(cdl, lattice)
        self._threads = threads
        self._workers = ThreadPoolExecutor(threads)

    def __enter__(self) -> OcioLook:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._workers.shutdown()

    def run(self) -> None:
        for done in [self._workers.submit(self._run_band, band) for band in range(self._threads)]:
            done.result()

    def _run_band(self, band: int) -> None:
        height, width = self._source.shape[:2]
        rows = slice(height * band // self._threads, height * (band + 1) // self._threads)
        count = rows.stop - rows.start
        source = PyOpenColorIO.PackedImageDesc(self._source[rows], width, count, 4)
        self._processor.apply(source, PyOpenColorIO.PackedImageDesc(self.result[rows], width, count, 4))


def _processor(cdl: Cdl, lattice: Lattice) -> PyOpenColorIO.CPUProcessor:
    primary = PyOpenColorIO.CDLTransform()
    primary.setSlope(list(cdl.slope))
    primary.setOffset(list(cdl.offset))
    primary.setPower(list(cdl.power))
    primary.setSat(cdl.saturation)
    primary.setStyle(PyOpenColorIO.CDL_ASC)
    lut = PyOpenColorIO.Lut3DTransform(gridSize=lattice.size)
    lut.setInterpolation(PyOpenColorIO.INTERP_TETRAHEDRAL)
    lut.setData(lattice.values.astype(np.float32).reshape(-1))
    both = PyOpenColorIO.GroupTransform()
    both.appendTransform(primary)
    both.appendTransform(lut)
    processor = PyOpenColorIO.Config.CreateRaw().getProcessor(both)
    return processor.getOptimizedCPUProcessor(
        PyOpenColorIO.BIT_DEPTH_F32, PyOpenColorIO.BIT_DEPTH_F32, PyOpenColorIO.OPTIMIZATION_ALL
    )
