"""What tests of colour share: colours that find faults, OpenColorIO as the judge, two cameras' spaces."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import PyOpenColorIO as ocio  # noqa: N813
import pytest
from numpy.typing import NDArray

from livegrade.color.camera import CURVES
from livegrade.color.space import D65, ColorSpace, rgb_to_xyz


def _colours(low: float = -0.5, high: float = 1.5) -> NDArray[np.float64]:
    """Grey ramp, saturated corners of three sizes, and 10,000 random colours."""
    ramp = np.repeat(np.linspace(low, high, 1025)[:, None], 3, axis=1)
    unit = np.stack(np.meshgrid([0.0, 1.0], [0.0, 1.0], [0.0, 1.0]), axis=-1).reshape(-1, 3)
    random = np.random.default_rng(7).uniform(low, high, (10_000, 3))
    return np.concatenate([ramp, unit, unit * 0.5, unit * (high - low) + low, random])


def _judged(
    rgb: NDArray[np.float64], *transforms: ocio.Transform, config: ocio.Config | None = None
) -> NDArray[np.float32]:
    """`rgb` through OpenColorIO in float32, nothing optimised away."""
    group = ocio.GroupTransform()
    for transform in transforms:
        group.appendTransform(transform)
    processor = (config or ocio.Config.CreateRaw()).getProcessor(group)
    cpu = processor.getOptimizedCPUProcessor(ocio.BIT_DEPTH_F32, ocio.BIT_DEPTH_F32, ocio.OPTIMIZATION_LOSSLESS)
    pixels = np.ascontiguousarray(rgb, dtype=np.float32)
    cpu.applyRGB(pixels)
    return pixels


@pytest.fixture(scope="session")
def colours() -> object:
    return _colours


def _judged_file(path: Path, rgb: NDArray[np.float64], selection: str = "") -> NDArray[np.float32]:
    """`rgb` through what OpenColorIO reads in a file, lattices tetrahedral, CDLs as ASC CDL v1.2 says."""
    transform = ocio.FileTransform(str(path), selection, ocio.INTERP_BEST)
    transform.setCDLStyle(ocio.CDL_ASC)
    return _judged(rgb, transform)


@pytest.fixture(scope="session")
def judged() -> object:
    return _judged


@pytest.fixture(scope="session")
def judged_file() -> object:
    return _judged_file


@pytest.fixture(scope="session")
def spaces() -> SimpleNamespace:
    """From the makers' printed primaries."""
    return SimpleNamespace(
        logc4=ColorSpace(
            CURVES["arri-logc4"],
            rgb_to_xyz(((0.7347, 0.2653), (0.1424, 0.8576), (0.0991, -0.0308)), D65),
            "ARRI LogC4",
        ),
        logc3=ColorSpace(
            CURVES["arri-logc3"],
            rgb_to_xyz(((0.6840, 0.3130), (0.2210, 0.8480), (0.0861, -0.1020)), D65),
            "ARRI LogC3 EI 800",
        ),
    )
