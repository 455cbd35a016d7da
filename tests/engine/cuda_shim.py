"""A device of `livegrade.engine.cuda_backend` that runs the kernel texts on the CPU (cuda_shim.hpp): what it computes
is what the texts say, launched as the backend launches them."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING
from weakref import WeakSet

import numpy as np

from livegrade.engine.cuda_text import kernel_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.engine.cuda_launch import Launch

HERE = Path(__file__).parent
ORDERS = (0, 1, 2)
"""Orders in which the threads of a block can be run."""

_KERNEL = re.compile(r'extern "C" __global__ void (?:__launch_bounds__\(\w+\) )?(\w+)\(const (\w+) a\)')
_DYNAMIC = re.compile(r"extern __shared__ (\w+) (\w+)\[\];")
_FAULTS = {
    1: "the text has no kernel of that name",
    2: "some threads of a block reached a barrier and others did not",
    3: "the block needs more than 48 KiB of shared memory",
}
_FLAGS = ("-std=c++20", "-O1", "-ffp-contract=fast", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror")
_QUIET = ("-Wno-unused-function", "-Wno-unknown-pragmas", "-Wno-int-to-pointer-cast")


GUARD = 256
"""Bytes before and after each piece of memory that nothing may write."""

RUBBISH = 0xA5


@dataclass(eq=False)
class HostMemory:
    """Device memory that is an array between guards. Fresh memory is filled with rubbish."""

    data: NDArray[np.uint8]
    guards: tuple[NDArray[np.uint8], NDArray[np.uint8]]

    def is_sound(self) -> bool:
        return all((guard == RUBBISH).all() for guard in self.guards)

    @property
    def address(self) -> int:
        return int(self.data.ctypes.data)

    @property
    def size(self) -> int:
        return self.data.size


class ShimDevice:
    """`order`: of the threads. `launches`, `sent`, `fetched`: what was asked for; bytes up and down."""

    description = "CPU, kernel texts through a shim"

    def __init__(self, order: int = 0) -> None:
        self.order = order
        self.launches: list[Launch] = []
        self.sent: list[int] = []
        self.fetched: list[int] = []
        self._memories: WeakSet[HostMemory] = WeakSet()

    def host_buffer(self, size: int) -> NDArray[np.uint8]:
        return np.zeros(size, np.uint8)

    def memory(self, size: int) -> HostMemory:
        room = np.full(size + 3 * GUARD, RUBBISH, np.uint8)
        start = GUARD + -room.ctypes.data % GUARD
        memory = HostMemory(room[start : start + size], (room[:start], room[start + size :]))
        self._memories.add(memory)
        return memory

    def send(self, data: NDArray[np.uint8], into: HostMemory) -> None:
        self.sent.append(data.size)
        into.data[: data.size] = data

    def fetch(self, memory: HostMemory, into: NDArray[np.uint8]) -> None:
        self.fetched.append(into.size)
        into[:] = memory.data[: into.size]

    def copy(self, source: HostMemory, into: HostMemory) -> None:
        into.data[:] = source.data

    def clear(self, memory: HostMemory, size: int) -> None:
        memory.data[:size] = 0

    def launch(self, launch: Launch) -> None:
        self.launches.append(launch)
        library = _built(launch.text)
        three = ctypes.c_uint * 3
        fault = library.lg_shim_launch(
            launch.kernel.encode(),
            three(*launch.grid),
            three(*launch.block),
            launch.shared,
            ctypes.c_void_p(launch.arguments.ctypes.data),
            self.order,
        )
        if fault:
            raise AssertionError(f"{launch.kernel}: {_FAULTS[fault]}")
        if not all(memory.is_sound() for memory in self._memories):
            raise AssertionError(f"{launch.kernel} wrote outside the memory it was given")


@cache
def _built(name: str) -> ctypes.CDLL:
    """The kernel text `name` between the halves of the shim, compiled once a session."""
    compiler = shutil.which("g++")
    if compiler is None:
        raise AssertionError("g++ is not installed: the CUDA kernels cannot be tested without it or a GPU")
    text = kernel_text(name)
    kernels = _KERNEL.findall(text)
    assert len(kernels) == text.count("__global__"), "every kernel takes one structure called a, by value"
    wrappers = "".join(
        f"static void run_{kernel}(const void* p) {{ {kernel}(*static_cast<const {given}*>(p)); }}\n"
        for kernel, given in kernels
    )
    table = ", ".join(f'{{"{kernel}", run_{kernel}}}' for kernel, _ in kernels)
    dynamic = _DYNAMIC.sub(r"\1* const \2 = reinterpret_cast<\1*>(lg_shim_dynamic);", text).replace('extern "C" ', "")
    folder = Path(mkdtemp(prefix="livegrade-shim-"))
    source = folder / f"{name}.cpp"
    source.write_text(
        f'#include "{HERE / "cuda_shim.hpp"}"\n#line 1 "{name}.cu"\n{dynamic}\n#line 1 "table"\n'
        f'#include "{HERE / "cuda_shim_run.hpp"}"\n{wrappers}'
        f"const lg_shim_kernel lg_shim_kernels[] = {{{table}}};\n"
        f"const int lg_shim_kernel_count = {len(kernels)};\n"
    )
    built = folder / f"{name}.so"
    done = subprocess.run([compiler, *_FLAGS, *_QUIET, str(source), "-o", str(built)], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"the shim for {name}.cu does not compile:\n{done.stderr}")
    try:
        return ctypes.CDLL(str(built))
    finally:
        shutil.rmtree(folder)
