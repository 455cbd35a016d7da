"""The CUDA texts as one string each, ready for NVRTC: no include path, so a cached binary can never be older than a
header that it was made from."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

TEXTS = ("look", "over", "overlay", "scopes")
"""Names of the kernel texts, shaders/livegrade_shaders/cuda/NAME.cu."""

OPTIONS = ("--std=c++17",)
"""What we ask of NVRTC; CuPy adds its own (tests/engine/nvrtc.py says which)."""

_INCLUDE = re.compile(r'^#include "(?P<name>[^"]+)"\n', re.MULTILINE)
_FOLDERS = ("cuda", "include")


@cache
def kernel_text(name: str) -> str:
    """The text called `name` with its headers put in, each where it is first included."""
    seen: set[str] = set()
    return _expanded(f"{name}.cu", seen)


def _expanded(name: str, seen: set[str]) -> str:
    seen.add(name)
    text = _read(name).replace("#pragma once\n", "")

    def put_in(match: re.Match[str]) -> str:
        included = match["name"]
        return "" if included in seen else _expanded(included, seen)

    return _INCLUDE.sub(put_in, text)


def _read(name: str) -> str:
    root = resources.files("livegrade_shaders")
    for folder in _FOLDERS:
        file = root.joinpath(folder, *name.split("/"))
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise FileNotFoundError(f"the kernel text {name} is missing from the installed package livegrade_shaders")
