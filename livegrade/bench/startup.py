"""How long `livegrade --help` takes, from a new process to its exit."""

from __future__ import annotations

import statistics
import subprocess
import sys

from livegrade.bench.pairs import run_ms
from livegrade.bench.rows import BenchRow, Verdict, at_most

FIGURE = "`livegrade --help`"
CEILING_S = 0.4
FLOOR = f"under {CEILING_S} s"


def help_row(runs: int) -> BenchRow:
    """The fastest of `runs`: a neighbour can only make it slower. The first run only warms the file cache."""
    command = [sys.executable, "-P", "-m", "livegrade", "--help"]
    first = subprocess.run(command, capture_output=True, text=True, check=False)
    if first.returncode != 0:
        return BenchRow(FIGURE, "-", FLOOR, Verdict.MISSED, f"it failed: {first.stderr.strip()[-200:]}")
    taken = [run_ms(lambda: subprocess.run(command, capture_output=True, check=True)) / 1e3 for _ in range(runs)]
    best, median = min(taken), statistics.median(taken)
    return BenchRow(
        FIGURE,
        f"{best:.2f} s",
        FLOOR,
        at_most(best, CEILING_S),
        f"fastest of {runs} new processes, median {median:.2f} s",
        (("best_s", best), ("median_s", median)),
    )
