"""One `livegrade run` in a process of its own, as a user starts it, with the benchmark's look on disk."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from livegrade.bench.material import CDL, cube_text, lattice
from livegrade.errors import EngineError
from livegrade.scopes.measure import Sampling

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

GRACE_S = 30.0
"""How long a run may take to start and to stop, beside its own length."""
_CDL_FILE = """<?xml version="1.0" encoding="UTF-8"?>
<ColorDecisionList xmlns="urn:ASC:CDL:v1.2"><ColorDecision><ColorCorrection id="bench">
<SOPNode><Slope>{0}</Slope><Offset>{1}</Offset><Power>{2}</Power></SOPNode>
<SatNode><Saturation>{3}</Saturation></SatNode>
</ColorCorrection></ColorDecision></ColorDecisionList>
"""


class LiveProcess:
    """Runs `source` into `sink` for `seconds`, with look and scopes or plain. `folder` takes look files and statistics;
    `environment`: variables on top of ours; `words`: further ones of the command line. Leaving the context ends the
    process however far it is.
    """

    def __init__(
        self,
        source: str,
        sink: str,
        seconds: float,
        folder: Path,
        *,
        graded: bool = True,
        scopes: Sampling = Sampling.AUTO,
        environment: dict[str, str] | None = None,
        words: Sequence[str] = (),
    ) -> None:
        self._seconds = seconds
        self._stats = folder / f"stats-{time.monotonic_ns()}.json"
        command = [
            sys.executable,
            "-P",
            "-m",
            "livegrade",
            "run",
            source,
            "--out",
            sink,
            "--for",
            f"{seconds:g}",
            "--no-library",
        ]
        command += ["--stats", str(self._stats), "--scopes", "25" if graded else "0", "--scope-sampling", scopes.value]
        for path in _write_look(folder) if graded else ():
            command += ["--look", str(path)]
        command += words
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(
            command, stdin=quiet, stdout=quiet, stderr=subprocess.PIPE, text=True, env=os.environ | (environment or {})
        )

    def __enter__(self) -> LiveProcess:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()

    def finish(self) -> Any:
        """Waits for the end of the run; returns its statistics as JSON objects. Raises EngineError with the run's own
        sentence when it failed, or when it hangs."""
        try:
            _, complaint = self._process.communicate(timeout=self._seconds + GRACE_S)
        except subprocess.TimeoutExpired:
            raise EngineError(f"a live run did not stop {GRACE_S:.0f} s after its end") from None
        if self._process.returncode not in (0, 130):
            raise EngineError(f"a live run failed: {complaint.strip()[-300:]}")
        return json.loads(self._stats.read_text(encoding="utf-8"))

    def interrupt(self) -> Any:
        """Ends the run as Ctrl+C does; returns what `finish` returns."""
        self._process.send_signal(signal.SIGINT)
        return self.finish()

    def resident_mb(self) -> float | None:
        """Resident size now, or None where the system does not tell or the run has ended. Source: proc(5), statm."""
        try:
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_text(encoding="ascii").split()[1])
        except (OSError, IndexError):
            return None
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6 if pages else None

    def cpu_s(self) -> float | None:
        """Seconds of processor that the run has had, or None where the system does not tell or it has ended. Source:
        proc(5), stat, utime and stime."""
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _write_look(folder: Path) -> tuple[Path, Path]:
    cdl, cube = folder / "bench.cdl", folder / "bench.cube"
    numbers = [" ".join(f"{value:g}" for value in values) for values in (CDL.slope, CDL.offset, CDL.power)]
    cdl.write_text(_CDL_FILE.format(*numbers, CDL.saturation), encoding="utf-8")
    cube.write_text(cube_text(lattice()), encoding="utf-8")
    return cdl, cube
