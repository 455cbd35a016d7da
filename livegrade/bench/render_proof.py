"""Proof on a real clip: our graded picture against OpenColorIO's, before any encoder.

    python -m livegrade.bench.render_proof CLIP day1.cdl show.cube [--frames N]

Both begin with the same decoded R'G'B' (the float64 reference's). OpenColorIO reads the look files itself and computes
in float32; ours comes from the engine as full-range 16-bit R'G'B', clipped to 0..1, and so is OpenColorIO's. Decoder,
matrices and the encoder are therefore not part of the difference; the look, its compilation and the kernels are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import PyOpenColorIO
import typer

from livegrade.capture.source import CaptureOptions, Ended, NoSignal, open_source
from livegrade.color.files import load_look_file
from livegrade.color.look import Look
from livegrade.engine import program as rules
from livegrade.engine.reference import full_chroma
from livegrade.engine.select import choose
from livegrade.timing.clock import MonotonicClock
from livegrade.transport.address import parse_source
from livegrade.video.codes import unpack
from livegrade.video.format import Range
from livegrade.video.layouts import layout
from livegrade.video.pool import aligned_buffer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from livegrade.engine.backend import AnyBackend
    from livegrade.video.frame import Frame

FULL_SCALE = 65535


@dataclass(frozen=True, slots=True)
class Difference:
    """`maximum` and `mean` of the absolute difference, in codes of 16 bits, over `samples` R', G' and B' values."""

    frames: int
    samples: int
    maximum: float
    mean: float

    def __str__(self) -> str:
        return (
            f"{self.frames} frames, {self.samples} samples: max {self.maximum:.2f}, mean {self.mean:.4f} codes of 16 "
            f"bits ({self.maximum / 64:.3f} and {self.mean / 64:.5f} of 10 bits)"
        )


def compare(source: str, looks: Sequence[Path], frames: int | None = None, engine: str = "native") -> Difference:
    """Grades the first `frames` (None: all) of `source` with the look files in order, in both ways. Raises
    LivegradeError."""
    backend = choose(engine, 2).backend
    look = Look(tuple(node for path in looks for node in load_look_file(str(path))))
    peer = ocio_processor(looks)
    count = samples = 0
    maximum = total = 0.0
    for frame in _frames(source, frames):
        theirs = np.clip(ocio_graded(frame, peer), 0.0, 1.0).astype(np.float64) * FULL_SCALE
        off = np.abs(graded(frame, look, backend) - theirs)
        count, samples = count + 1, samples + off.size
        maximum, total = max(maximum, float(off.max())), total + float(off.sum())
    return Difference(count, samples, maximum, total / samples if samples else 0.0)


def decoded(frame: Frame) -> NDArray[np.float32]:
    """R'G'B' of a frame as the reference decodes it, float32 (H, W, 3), legal black 0 and white 1."""
    matrix = rules.decoding(frame.format)
    rgb = full_chroma(unpack(frame.data, frame.format), frame.format) @ matrix[:, :3].T + matrix[:, 3]
    return np.ascontiguousarray(rgb, np.float32)


def ocio_processor(looks: Sequence[Path]) -> PyOpenColorIO.CPUProcessor:
    """The look files one after the other, CDL clamping as ASC says and LUTs tetrahedral."""
    group = PyOpenColorIO.GroupTransform()
    for path in looks:
        step = PyOpenColorIO.FileTransform(str(path))
        step.setInterpolation(PyOpenColorIO.INTERP_TETRAHEDRAL)
        step.setCDLStyle(PyOpenColorIO.CDL_ASC)
        group.appendTransform(step)
    # No optimisation: inverse pairs and fast powers would be differences of their own.
    return (
        PyOpenColorIO.Config.CreateRaw()
        .getProcessor(group)
        .getOptimizedCPUProcessor(
            PyOpenColorIO.BIT_DEPTH_F32, PyOpenColorIO.BIT_DEPTH_F32, PyOpenColorIO.OPTIMIZATION_LOSSLESS
        )
    )


def ocio_graded(frame: Frame, processor: PyOpenColorIO.CPUProcessor) -> NDArray[np.float32]:
    """float32 (H, W, 3)."""
    rgb = decoded(frame)
    processor.apply(PyOpenColorIO.PackedImageDesc(rgb, frame.format.width, frame.format.height, 3))
    return rgb


def graded(frame: Frame, look: Look, backend: AnyBackend) -> NDArray[np.float64]:
    """Ours: codes of 16 bits, (H, W, 3)."""
    target = replace(frame.format, layout=layout("gbrp16"), range=Range.FULL)
    pixels = aligned_buffer(target.geometry.size)
    into = backend.target(pixels, target)
    backend.grade(backend.source(frame.data, frame.format), backend.compile(look.slots(), frame.format, target), into)
    backend.finish(into)
    return np.stack(unpack(pixels, target).planes, axis=-1).astype(np.float64)


def _frames(address: str, limit: int | None) -> Iterator[Frame]:
    source = open_source(parse_source(address), CaptureOptions(live=False, wait=False), MonotonicClock())
    source.open()
    try:
        count = 0
        while count != limit and not isinstance(got := source.read(), Ended):
            if not isinstance(got, NoSignal):
                count += 1
                yield got
    finally:
        source.close()


def main(clip: str, looks: list[Path], frames: int | None = None, engine: str = "native") -> None:
    print(f"OpenColorIO {PyOpenColorIO.__version__}: {compare(clip, looks, frames, engine)}")


if __name__ == "__main__":
    typer.run(main)
