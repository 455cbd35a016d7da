"""OpenColorIO, wrapped: its built-in transforms as functions of colours. Only this and operators.py import it."""

from __future__ import annotations

import difflib
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


@lru_cache(maxsize=8)
def builtin(style: str) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """The built-in transform called `style` (from ACES2065-1 to XYZ of a D65 display where it is an output transform).

    The function takes and gives float64 (..., 3), computed in float32, nothing optimised away. Raises UsageError with
    near names where there is none of that name.
    """
    import PyOpenColorIO as ocio  # noqa: N813  0.1 s: only looks that need it pay for it

    names = [name for name, _ in ocio.BuiltinTransformRegistry().getBuiltins()]
    if style not in names:
        near = difflib.get_close_matches(style, names, 3, 0.5)
        hint = f"; near: {', '.join(near)}" if near else ""
        raise UsageError(f"OpenColorIO {ocio.__version__} has no built-in transform {style[:80]!r}{hint}")
    processor = ocio.Config.CreateRaw().getProcessor(ocio.BuiltinTransform(style))
    cpu = processor.getOptimizedCPUProcessor(ocio.BIT_DEPTH_F32, ocio.BIT_DEPTH_F32, ocio.OPTIMIZATION_LOSSLESS)

    def apply(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
        pixels = np.ascontiguousarray(rgb, dtype=np.float32).reshape(-1, 3)
        cpu.applyRGB(pixels)
        return pixels.astype(np.float64).reshape(rgb.shape)

    return apply
