"""The GPU benchmark runs: here on the kernel texts through the shim, its figures meaning nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from livegrade.timing.rate import Rate
from livegrade.video.format import VideoFormat
from livegrade.video.layouts import layout

sys.path.insert(0, str(Path(__file__).parents[1] / "engine"))
sys.path.insert(0, str(Path(__file__).parent))
import cuda_uhd
from cuda_cases import backend


def test_every_row_is_measured() -> None:
    gpu = backend("shim")
    limit = cuda_uhd.limits(gpu, 1 << 16, 2)
    found = cuda_uhd.rows(gpu, VideoFormat(96, 8, Rate.of(60), layout("v210")), limit, 2, 2)
    assert len(found) == 4
    assert all(0 < row.best_ms <= row.median_ms for row in found)
    assert all(str(row).count("|") == 6 for row in found)


def test_without_a_gpu_it_says_so_and_fails() -> None:
    script = "import sys; sys.modules['cupy'] = None; import cuda_uhd; sys.exit(cuda_uhd.main())"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=Path(__file__).parent, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert done.stdout.startswith("not run: the GPU engine needs CuPy")
    assert done.stderr == ""
