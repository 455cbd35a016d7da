"""The CUDA device of the GPU backend, through CuPy: memory, one stream, kernels compiled by NVRTC.

The only module that imports CuPy. Everything that is computed is in `cuda_backend` and in the kernel texts.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from livegrade.engine.cuda_backend import Cuda
from livegrade.engine.cuda_text import OPTIONS, TEXTS, kernel_text
from livegrade.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from livegrade.engine.cuda_backend import Memory
    from livegrade.engine.cuda_launch import Launch


def open_cuda(index: int = 0) -> Cuda:
    """The backend on GPU number `index`; compiles the kernels, about a second where they are not cached.

    Raises EngineError when CuPy is not installed or there is no such GPU.
    """
    return Cuda(CupyDevice(index))


@dataclass(frozen=True, slots=True, eq=False)
class _CupyMemory:
    """`pointer`: CuPy's, which gives the memory back to CuPy's pool for our stream when it dies."""

    pointer: Any
    size: int

    @property
    def address(self) -> int:
        return int(self.pointer.ptr)


class CupyDevice:
    """One GPU and one stream of ours on it, which does not wait for anybody else's."""

    def __init__(self, index: int = 0) -> None:
        self._cupy = _import_cupy()
        self._device = _found(self._cupy, index)
        with self._device, self._as_engine_errors("be set up"):
            self._stream = self._cupy.cuda.Stream(non_blocking=True)
            self._modules = {name: self._cupy.RawModule(code=kernel_text(name), options=OPTIONS) for name in TEXTS}
            for module in self._modules.values():
                module.compile()
            name = self._cupy.cuda.runtime.getDeviceProperties(index)["name"].decode()
        self._kernels: dict[tuple[str, str], Any] = {}
        self.description = f"GPU {index}, {name}"

    def host_buffer(self, size: int) -> NDArray[np.uint8]:
        with self._device, self._as_engine_errors("give pinned memory"):
            # Not from CuPy's pool of pinned memory, which keeps what it has and rounds sizes up to powers of two.
            pinned = self._cupy.cuda.PinnedMemoryPointer(self._cupy.cuda.PinnedMemory(size), 0)
        buffer: NDArray[np.uint8] = np.frombuffer(pinned, np.uint8, size)
        buffer[:] = 0
        return buffer

    def memory(self, size: int) -> _CupyMemory:
        with self._device, self._stream, self._as_engine_errors("give memory"):
            return _CupyMemory(self._cupy.cuda.alloc(size), size)

    def send(self, data: NDArray[np.uint8], into: Memory) -> None:
        runtime = self._cupy.cuda.runtime
        self._move(into.address, int(data.ctypes.data), data.size, runtime.memcpyHostToDevice)

    def fetch(self, memory: Memory, into: NDArray[np.uint8]) -> None:
        runtime = self._cupy.cuda.runtime
        self._move(int(into.ctypes.data), memory.address, into.size, runtime.memcpyDeviceToHost)
        with self._device, self._as_engine_errors("finish its work"):
            # A sleeping wait: a spinning one would take a core from the sinks. An event, because others may queue more.
            done = self._cupy.cuda.Event(block=True, disable_timing=True)
            done.record(self._stream)
            done.synchronize()

    def copy(self, source: Memory, into: Memory) -> None:
        runtime = self._cupy.cuda.runtime
        self._move(into.address, source.address, into.size, runtime.memcpyDeviceToDevice)

    def clear(self, memory: Memory, size: int) -> None:
        with self._device, self._as_engine_errors("clear memory"):
            self._cupy.cuda.runtime.memsetAsync(memory.address, 0, size, self._stream.ptr)

    def launch(self, launch: Launch) -> None:
        with self._device, self._stream, self._as_engine_errors(f"run {launch.kernel}"):
            key = (launch.text, launch.kernel)
            kernel = self._kernels.get(key)
            if kernel is None:
                kernel = self._kernels[key] = self._modules[launch.text].get_function(launch.kernel)
            # CuPy passes a NumPy array of one element by value, whatever its type.
            kernel(launch.grid, launch.block, (launch.arguments,), shared_mem=launch.shared)

    def _move(self, into: int, source: int, size: int, kind: int) -> None:
        with self._device, self._as_engine_errors("move a picture"):
            self._cupy.cuda.runtime.memcpyAsync(into, source, size, kind, self._stream.ptr)

    @contextmanager
    def _as_engine_errors(self, what: str) -> Iterator[None]:
        cuda = self._cupy.cuda
        try:
            yield
        except (RuntimeError, cuda.memory.OutOfMemoryError, cuda.compiler.CompileException) as error:
            # RuntimeError: what CuPy derives all its CUDA errors from, and raises for a missing library itself.
            first_line = (str(error).splitlines() or ["no reason given"])[0]
            raise EngineError(f"the GPU could not {what}: {first_line}; use the native engine") from error


def _import_cupy() -> Any:
    try:
        import cupy  # type: ignore[import-not-found, unused-ignore]
    except ImportError as error:
        raise EngineError(
            f"the GPU engine needs CuPy, which cannot be imported ({error}); "
            "install livegrade[cuda12] or livegrade[cuda13], whichever your NVIDIA driver can run"
        ) from error
    return cupy


def _found(cupy: Any, index: int) -> Any:
    runtime = cupy.cuda.runtime
    try:
        count = int(runtime.getDeviceCount())
    except RuntimeError as error:
        raise EngineError(f"no NVIDIA GPU was found ({error}); install its driver, or use the native engine") from error
    if not 0 <= index < count:
        raise EngineError(f"there is no GPU {index}; this machine has {count}, counted from 0")
    return cupy.cuda.Device(index)
