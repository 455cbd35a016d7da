"""NVIDIA's run-time compiler through ctypes, as CuPy drives it, for machines without a GPU. Needs the wheel
nvidia-cuda-nvrtc (extra `test`). Source of the calls: CUDA NVRTC documentation, "Basic usage"."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from livegrade.engine.cuda_text import OPTIONS

CUPY_OPTIONS = ("-ftz=true", "--device-as-default-execution-space")
"""What CuPy adds to a RawModule's options (cupy/cuda/compiler.py of 14.2, 13.x alike), besides the architecture."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """`status` 0: compiled; `log`: errors and warnings, empty when there are none; `size`: bytes of the result."""

    status: int
    log: str
    size: int


def compile_text(text: str, architecture: str, extra: tuple[str, ...] = ()) -> Compiled:
    """`architecture`: "sm_90" for machine code, "compute_75" for PTX."""
    library = _library()
    program = ctypes.c_void_p()
    _check(library.nvrtcCreateProgram(ctypes.byref(program), text.encode(), b"kernel.cu", 0, None, None))
    try:
        options = [*OPTIONS, *CUPY_OPTIONS, f"-arch={architecture}", *extra]
        words = (ctypes.c_char_p * len(options))(*(option.encode() for option in options))
        status = int(library.nvrtcCompileProgram(program, len(options), words))
        size = ctypes.c_size_t(0)
        if status == 0:
            get_size = library.nvrtcGetCUBINSize if architecture.startswith("sm_") else library.nvrtcGetPTXSize
            _check(get_size(program, ctypes.byref(size)))
        return Compiled(status, _log(library, program), size.value)
    finally:
        library.nvrtcDestroyProgram(ctypes.byref(program))


def _log(library: ctypes.CDLL, program: ctypes.c_void_p) -> str:
    size = ctypes.c_size_t(0)
    _check(library.nvrtcGetProgramLogSize(program, ctypes.byref(size)))
    text = ctypes.create_string_buffer(size.value)
    _check(library.nvrtcGetProgramLog(program, text))
    return text.value.decode().strip()


@cache
def _library() -> ctypes.CDLL:
    import nvidia

    found = [
        file
        for root in nvidia.__path__
        for file in sorted(Path(root).glob("*/lib/libnvrtc.so.*"))
        if "builtins" not in file.name and "alt" not in file.name
    ]
    if not found:
        raise FileNotFoundError("libnvrtc is not installed: pip install nvidia-cuda-nvrtc")
    return ctypes.CDLL(str(found[0]))


def _check(status: int) -> None:
    if status != 0:
        raise RuntimeError(f"NVRTC answered with error {status}")
