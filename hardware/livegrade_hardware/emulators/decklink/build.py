"""Builds the emulated driver from its sources, once for each state of them, into the user's cache folder."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from livegrade.errors import MissingPackageError, SourceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCES = Path(__file__).with_name("driver")
LIBRARY = "libDeckLinkAPI.so"
_FLAGS = (
    *("-std=c++20", "-O2", "-fPIC", "-fvisibility=hidden", "-pthread", "-static-libstdc++", "-shared", "-s"),
    # Clients find a library that is loaded already by this name; it must never be unloaded under its own threads.
    *(f"-Wl,-soname,{LIBRARY}", "-Wl,-z,nodelete", "-Wl,--no-undefined", f"-Wl,--version-script={SOURCES}/exports.map"),
)
_KEPT = 8
"""Built libraries of older sources that stay, for other checkouts on the same machine."""


def library() -> Path:
    """The built driver of these sources; builds it (about ten seconds) if this is the first time.

    Raises UsageError where it cannot run (it is for Linux on x86-64), MissingPackageError without a C++ compiler, and
    SourceError when the compiler refuses.
    """
    if sys.platform != "linux" or platform.machine() not in {"x86_64", "AMD64"}:
        raise UsageError("DeckLink cards are emulated on Linux with an x86-64 processor only; run this there")
    cache = platformdirs.user_cache_path("livegrade") / "emulated-decklink"
    folder = cache / _fingerprint()
    built = folder / LIBRARY
    if not built.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone_in(folder):
            if not built.exists():
                _compile(built)
                _forget_oldest(cache)
    return built


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Who wants the library while another process builds it waits; the lock ends with its process."""
    import fcntl  # Linux only, as all of this

    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fingerprint() -> str:
    summed = hashlib.sha256(" ".join(flag for flag in _FLAGS if str(SOURCES) not in flag).encode())
    for source in sorted((*SOURCES.glob("*.[ch]pp"), *SOURCES.glob("*.map"))):
        summed.update(source.name.encode())
        summed.update(source.read_bytes())
    return summed.hexdigest()[:16]


def _compile(built: Path) -> None:
    """One translation unit of all files: the headers are read once. The file appears whole or not at all."""
    compiler = os.environ.get("CXX") or next(filter(None, map(shutil.which, ("c++", "g++", "clang++"))), None)
    if compiler is None:
        raise MissingPackageError(
            "the emulated DeckLink driver is built with a C++ compiler and none is here; install one "
            "(Debian, Ubuntu: apt install g++)"
        )
    unit = "".join(f'#include "{source.name}"\n' for source in sorted(SOURCES.glob("*.cpp")))
    with tempfile.TemporaryDirectory(prefix="building-", dir=built.parent) as workshop:
        unfinished = Path(workshop) / LIBRARY
        command = [compiler, "-x", "c++", "-I", str(SOURCES), "-", *_FLAGS, "-o", str(unfinished)]
        run = subprocess.run(command, input=unit, capture_output=True, text=True, check=False)
        if run.returncode != 0:
            complaint = next((line for line in run.stderr.splitlines() if "error" in line), "no reason given")
            raise SourceError(
                f"{compiler} cannot build the emulated DeckLink driver (C++20 is wanted): {complaint.strip()}"
            )
        unfinished.replace(built)


def _forget_oldest(cache: Path) -> None:
    folders = sorted((path for path in cache.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for folder in folders[:-_KEPT]:
        shutil.rmtree(folder, ignore_errors=True)
