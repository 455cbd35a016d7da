"""UHD through the GPU backend, upload and download included: milliseconds, and how near that is to what the bus and the
memory can do. On a machine with a GPU:

    python tests/bench/cuda_uhd.py

The limits are measured in the same run: copies of the same kind and 256 MiB long. Prints Markdown.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from livegrade.errors import LivegradeError
from livegrade.scopes.measure import ScopeCounts, ScopeRequest
from livegrade.timing.rate import Rate
from livegrade.video.format import VideoFormat
from livegrade.video.layouts import layout

sys.path.insert(0, str(Path(__file__).parents[1] / "engine"))
from cuda_cases import cdl_and_lut

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.engine.cuda_backend import Cuda

FRAME_MS = 1000 / 60
REQUEST = ScopeRequest()
"""Luma, R'G'B' parade, vectorscope and histograms, every pixel."""

ONE = np.empty(1, np.uint8)


@dataclass(frozen=True, slots=True)
class Row:
    """`limit_ms`: the time that the bytes alone would take; `what` says which bytes."""

    job: str
    best_ms: float
    median_ms: float
    limit_ms: float
    what: str

    def __str__(self) -> str:
        of_frame, share = 100 * self.best_ms / FRAME_MS, 100 * self.limit_ms / self.best_ms
        times = f"{self.best_ms:.3f} | {self.median_ms:.3f} | {of_frame:.1f} %"
        return f"| {self.job} | {times} | {share:.0f} % of {self.what} |"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes a millisecond: pinned memory to device, back, and reading plus writing on the device."""

    up: float
    down: float
    memory: float


def limits(gpu: Cuda, size: int, rounds: int) -> Limits:
    device = gpu.device
    host, one, two = device.host_buffer(size), device.memory(size), device.memory(size)
    up = best(lambda: device.send(host, one), gpu, rounds)[0]
    down = best(lambda: device.fetch(one, host), gpu, rounds)[0]
    copy = best(lambda: device.copy(one, two), gpu, rounds)[0]
    return Limits(size / up, size / down, 2 * size / copy)


def best(job: Callable[[], object], gpu: Cuda, rounds: int, repeat: int = 1) -> tuple[float, float]:
    """Best and median ms of one `job`, waiting for the device after every `repeat` of them."""
    wait = gpu.device.memory(256)
    times = []
    for _ in range(rounds):
        begun = time.perf_counter_ns()
        for _ in range(repeat):
            job()
        gpu.device.fetch(wait, ONE)
        times.append((time.perf_counter_ns() - begun) / repeat / 1e6)
    return min(times), float(np.median(times))


def rows(gpu: Cuda, format: VideoFormat, limit: Limits, rounds: int, repeat: int) -> list[Row]:
    size = format.geometry.size
    pixels, out = gpu.allocate(size), gpu.allocate(size)
    pixels[:] = np.random.default_rng(1).integers(0, 256, size, np.uint8)
    program, counts = gpu.compile(cdl_and_lut(points=33), format, format), ScopeCounts.empty(REQUEST, format)
    source, target = gpu.source(pixels, format), gpu.target(out, format)
    count_bytes = counts.waveform.nbytes + counts.histogram.nbytes + counts.vectorscope.nbytes

    def whole() -> None:
        drawn = gpu.target(out, format)
        gpu.grade(gpu.source(pixels, format), program, drawn)
        gpu.finish(drawn)
        gpu.measure(drawn, REQUEST, counts)

    def live() -> None:
        drawn = gpu.target(out, format)
        gpu.grade(gpu.source(pixels, format), program, drawn)
        gpu.finish(drawn)

    bus_ms = size / limit.up + size / limit.down
    counted_ms = count_bytes / limit.down
    return [
        Row("look, up and down", *best(live, gpu, rounds), bus_ms, "the bus"),
        Row("look + all scopes, up and down", *best(whole, gpu, rounds), bus_ms + counted_ms, "the bus"),
        Row(
            "look alone, on the device",
            *best(lambda: gpu.grade(source, program, target), gpu, rounds, repeat),
            2 * size / limit.memory,
            "the device's memory",
        ),
        Row(
            "scopes with their counts down",
            *best(lambda: gpu.measure(target, REQUEST, counts), gpu, rounds),
            counted_ms,
            "the bus",
        ),
    ]


def main() -> int:
    from livegrade.engine.cuda import open_cuda

    try:
        gpu = open_cuda()
    except LivegradeError as error:
        print(f"not run: {error}")
        return 1
    limit = limits(gpu, 256 << 20, 20)
    print(f"{gpu.device.description}: {limit.up / 1e6:.1f} GB/s up, {limit.down / 1e6:.1f} down, ", end="")
    print(f"{limit.memory / 1e6:.0f} on the device (read + write), all measured here\n")
    print("| 3840x2160p60 v210, CDL with power + LUT 33 | best ms | median ms | of a frame at 60p | share |")
    print("|---|---|---|---|---|")
    for row in rows(gpu, VideoFormat(3840, 2160, Rate.of(60), layout("v210")), limit, 200, 20):
        print(row)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
