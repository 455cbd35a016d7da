"""The benchmark: our engine against the best open implementations, and live runs, in one run on one machine.

Importing the package loads nothing, because its NDI counter runs as a process of its own and must start fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def report(quick: bool, json_path: Path | None, scope_sampling: str = "auto", only: str = "") -> int:
    """Runs the benchmark and prints its table; see `livegrade.bench.run.report`."""
    from livegrade.bench import run

    return run.report(quick, json_path, scope_sampling, only)
