"""Every CUDA text compiles without a warning, on this machine without a GPU, as CuPy would compile it on one with."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from livegrade.engine.cuda_text import TEXTS, kernel_text
from livegrade_shaders import __file__ as package

sys.path.insert(0, str(Path(__file__).parent))
from nvrtc import compile_text

ARCHITECTURES = (
    "compute_75",
    *(pytest.param(name, marks=pytest.mark.emulated) for name in ("sm_80", "sm_90", "sm_120")),
)
"""Turing as PTX, which every later driver can take; machine code for Ampere, Hopper and Blackwell, which takes long."""


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("name", TEXTS)
def test_compiles_without_a_warning(name: str, architecture: str) -> None:
    compiled = compile_text(kernel_text(name), architecture)
    assert (compiled.status, compiled.log) == (0, "")
    assert compiled.size > 1000


def test_the_check_would_see_an_error_and_a_warning() -> None:
    text = kernel_text(TEXTS[0])
    assert compile_text(text + "\nint broken(", "compute_75").status != 0
    warned = compile_text(text + "\n__device__ int odd() { int never; return never; }", "compute_75")
    assert warned.status == 0
    assert "never" in warned.log


def test_every_text_is_known_and_holds_all_its_headers() -> None:
    files = {file.stem for file in (Path(package).parent / "cuda").glob("*.cu")}
    assert files == set(TEXTS)
    for name in TEXTS:
        assert "#include" not in kernel_text(name)
        assert "#pragma once" not in kernel_text(name)
