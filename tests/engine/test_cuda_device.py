"""The CUDA device. Where there is none: plain sentences, and an engine that carries on without it. Where there is one
(`-m gpu`): what the shim cannot show, pinned memory, threads, many pictures under way."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from livegrade.engine import select
from livegrade.engine.cuda import open_cuda
from livegrade.engine.select import ENGINES, choose
from livegrade.errors import EngineError
from livegrade.video.pool import BufferPool

sys.path.insert(0, str(Path(__file__).parent))
from cuda_cases import backend, cdl_and_lut, form, graded, noise


def no_cupy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cupy", None)


def cupy_with(monkeypatch: pytest.MonkeyPatch, devices: int | Exception) -> None:
    """Only what is asked before a device is used: how many there are."""

    def count() -> int:
        if isinstance(devices, Exception):
            raise devices
        return devices

    runtime = SimpleNamespace(getDeviceCount=count)
    monkeypatch.setitem(sys.modules, "cupy", SimpleNamespace(cuda=SimpleNamespace(runtime=runtime)))


def test_without_cupy_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    no_cupy(monkeypatch)
    with pytest.raises(EngineError, match=r"install livegrade\[cuda12\] or livegrade\[cuda13\]"):
        open_cuda()


def test_without_a_driver_the_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    cupy_with(monkeypatch, RuntimeError("cudaErrorInsufficientDriver"))
    with pytest.raises(EngineError, match="no NVIDIA GPU was found"):
        open_cuda()


@pytest.mark.parametrize("index", [-1, 2])
def test_a_gpu_that_is_not_there(monkeypatch: pytest.MonkeyPatch, index: int) -> None:
    cupy_with(monkeypatch, 2)
    with pytest.raises(EngineError, match="this machine has 2"):
        open_cuda(index)


def test_auto_carries_on_with_native_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    no_cupy(monkeypatch)
    choice = choose("auto", 1)
    assert choice.backend.name == "native"
    assert "cuda not used: the GPU engine needs CuPy" in " ".join(choice.details)
    assert "cuda" in ENGINES
    with pytest.raises(EngineError):
        choose("cuda", 1)


@pytest.mark.parametrize(("cuda_ms", "taken"), [(0.8, "cuda"), (9.0, "native")])
def test_auto_takes_the_faster_of_those_that_pass(monkeypatch: pytest.MonkeyPatch, cuda_ms: float, taken: str) -> None:
    """The self-test runs for both, here through the shim; the times are made up."""
    monkeypatch.setattr(select, "_cuda", lambda: backend("shim"))
    monkeypatch.setattr(select, "frame_ms", lambda one: cuda_ms if one.name == "cuda" else 3.0)
    choice = choose("auto", 1)
    assert choice.backend.name == taken
    assert f"cuda {cuda_ms} ms" in choice.reason
    assert "native 3.0 ms" in choice.reason


def test_a_gpu_that_fails_when_it_is_timed_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(one: object) -> float:
        if getattr(one, "name", "") == "cuda":
            raise EngineError("the GPU could not give memory: 2 MB left; use the native engine")
        return 3.0

    monkeypatch.setattr(select, "_cuda", lambda: backend("shim"))
    monkeypatch.setattr(select, "frame_ms", fails)
    choice = choose("auto", 1)
    assert choice.backend.name == "native"
    assert "cuda not used: the GPU could not give memory: 2 MB left" in " ".join(choice.details)


@pytest.mark.gpu
def test_the_gpu_passes_the_self_test_and_says_its_name() -> None:
    choice = choose("cuda", 1)
    assert choice.backend.name == "cuda"
    assert backend("device").device.description.startswith("GPU 0, ")


@pytest.mark.gpu
def test_pinned_buffers_serve_a_pool_and_give_what_pageable_ones_give() -> None:
    gpu, picture, look = backend("device"), form("v210", 1920, 1080), cdl_and_lut()
    pool = BufferPool(picture.geometry.size, limit=4, allocate=gpu.allocate)
    before, after = pool.lease(), pool.lease()
    assert before.data.ctypes.data % 64 == 0
    before.data[:] = noise(picture)
    into = gpu.target(after.data, picture)
    gpu.grade(gpu.source(before.data, picture), gpu.compile(look, picture, picture), into)
    gpu.finish(into)
    np.testing.assert_array_equal(after.data, graded(gpu, look, picture, picture))


@pytest.mark.gpu
def test_threads_share_one_backend() -> None:
    gpu, look = backend("device"), cdl_and_lut()
    forms = [form("v210", 1280, 720), form("p216", 960, 540)] * 20
    truth = {picture.layout.name: graded(gpu, look, picture, picture) for picture in forms[:2]}
    with ThreadPoolExecutor(4) as threads:
        for picture, out in zip(forms, threads.map(lambda one: graded(gpu, look, one, one), forms), strict=True):
            np.testing.assert_array_equal(out, truth[picture.layout.name])
