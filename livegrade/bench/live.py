"""The live rows, judged by the statistics of the run, by the system's account of its memory, and from outside."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from livegrade.bench import sdi
from livegrade.bench.live_process import LiveProcess
from livegrade.bench.rows import BenchRow, Verdict, not_run
from livegrade.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from livegrade.scopes.measure import Sampling

ASKED_S = 60.0
"""How long a live run must last to count; a shorter one that meets its floor is called short."""
QUICK_S = 5.0
WARM_S = 3.0
"""How long the NDI chain runs before anybody counts: six processes start on the same cores until then."""
LEAST_SHARE = 0.9
"""Share of the frames due in the time that must have come, or the source itself was late."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One live run into `null:`. `latency`: whether the 99th percentile counts too."""

    figure: str
    source: str
    fps: int
    latency: bool


HD = Chain("live 1080p50 pattern, look and scopes at 25 Hz", "pattern:camera@1080p50", 50, True)
UHD = Chain("live 2160p25 pattern, look and scopes at 25 Hz", "pattern:camera@2160p25", 25, False)
NDI_FIGURE = "live NDI in, look, NDI out, 1080p25 on loopback"
MEMORY_FIGURE = "resident memory, live 1080p50, minute 2 to minute 10"
MEMORY_CEILING_MB = 5.0
LOOPBACK = {
    "ndi": {
        "networks": {"ips": "".join(f"127.0.0.{host}," for host in range(1, 33))},
        "adapters": {"allowed": ["127.0.0.1"]},
    }
}
"""NDI's configuration for a run that stays on this machine. Every NDI process listens on port 5960 and the system deals
connections out among them, so one address reaches one process only; many addresses of the loopback reach them all."""


def live_jobs(quick: bool, scopes: Sampling) -> tuple[tuple[str, Callable[[], BenchRow]], ...]:
    """Figure and measurement of each live row. A measurement raises EngineError when its run fails."""
    seconds = QUICK_S if quick else ASKED_S
    return (
        (HD.figure, lambda: live_row(HD, seconds, scopes)),
        (UHD.figure, lambda: live_row(UHD, seconds, scopes)),
        (NDI_FIGURE, lambda: ndi_row(seconds)),
        (sdi.FIGURE, lambda: sdi.sdi_row(seconds, ASKED_S, scopes)),
        (MEMORY_FIGURE, lambda: memory_row(*((4.0, 12.0) if quick else (120.0, 600.0)))),
    )


def live_row(chain: Chain, seconds: float, scopes: Sampling) -> BenchRow:
    """No drops anywhere; where latency counts, capture to sink edge within one frame at the 99th percentile."""
    with _folder() as folder, LiveProcess(chain.source, "null:", seconds, folder, scopes=scopes) as process:
        stats = process.finish()
    slot, sink = stats["slots"][0], stats["sinks"][0]
    drops = slot["dropped"] + slot["missing"] + sink["dropped"]
    p99_ms = sink["capture_to_sink_ms"]["p99"] or float("inf")
    met = drops == 0 and slot["frames_in"] >= LEAST_SHARE * chain.fps * seconds
    if chain.latency:
        met = met and p99_ms <= 1000 / chain.fps
    detail = (
        f"{slot['frames_in']} frames in {seconds:.0f} s; engine {stats['engine']}, p50 {slot['engine_ms']['p50']} ms;"
        f" scopes {_sampled(slot)}, {slot['scopes_measured']} measured, {slot['scopes_shed']} shed"
    )
    return BenchRow(
        chain.figure,
        f"{drops} drops, p99 {p99_ms:.1f} ms",
        "0 drops, p99 within a frame" if chain.latency else "0 drops",
        _verdict(met, seconds),
        detail,
        (("drops", drops), ("p99_ms", p99_ms), ("frames", slot["frames_in"])),
    )


def ndi_row(seconds: float) -> BenchRow:
    """A sender, `livegrade run` between two NDI names, and a foreign receiver: three processes on loopback."""
    floor = "0 gaps after lock"
    first, second = f"livegrade bench in {os.getpid()}", f"livegrade bench out {os.getpid()}"
    with _folder() as folder:
        (folder / "ndi-config.v1.json").write_text(json.dumps(LOOPBACK), encoding="utf-8")
        loopback = {"NDI_CONFIG_DIR": str(folder)}
        longest = seconds + 90.0
        command = [sys.executable, "-P", "-m", "livegrade.bench.ndi_counter", second, f"{seconds:g}", "locked"]
        with (
            LiveProcess(
                "pattern:camera@1080p25", f"ndi:{first}", longest, folder, graded=False, environment=loopback
            ) as camera,
            LiveProcess(f"ndi:{first}", f"ndi:{second}", longest, folder, environment=loopback) as grader,
        ):
            time.sleep(WARM_S)
            counted = subprocess.run(command, env=os.environ | loopback, capture_output=True, text=True, check=False)
            grader.interrupt()
            camera.interrupt()
    if counted.returncode:
        return not_run(NDI_FIGURE, floor, counted.stderr.strip()[-200:])
    count = json.loads(counted.stdout)
    met = count["gaps"] == count["backwards"] == count["unreadable"] == 0
    met = met and count["frames"] >= LEAST_SHARE * 25 * seconds
    detail = (
        f"{count['frames']} frames in {count['seconds']:.0f} s, counted by a foreign receiver from the burned-in index;"
        f" locked after {count['pictures_to_lock']} pictures, of which {count['gaps_to_lock']} were missing;"
        f" {count['repeats']} repeats, {count['unreadable']} unreadable"
    )
    values = tuple((key, float(count[key])) for key in ("frames", "gaps", "repeats", "backwards", "unreadable"))
    return BenchRow(NDI_FIGURE, f"{count['gaps']} gaps", floor, _verdict(met, seconds), detail, values)


def memory_row(begin_s: float, end_s: float) -> BenchRow:
    """Growth of the resident size of one live run between two times, each the smallest of a few readings."""
    floor = f"growth of {MEMORY_CEILING_MB:.0f} MB at most"
    with _folder() as folder, LiveProcess(HD.source, "null:", end_s + 2.0, folder) as process:
        if process.resident_mb() is None:
            return not_run(MEMORY_FIGURE, floor, "this system does not tell another process's resident size")
        early_mb = _settled_mb(process, begin_s)
        late_mb = _settled_mb(process, end_s - begin_s)
        process.finish()
    growth_mb = late_mb - early_mb
    verdict = Verdict.MISSED if growth_mb > MEMORY_CEILING_MB else Verdict.MET if end_s >= 600 else Verdict.SHORT
    detail = f"{early_mb:.1f} MB after {begin_s:.0f} s, {late_mb:.1f} MB after {end_s:.0f} s"
    values = (("growth_mb", growth_mb), ("late_mb", late_mb))
    return BenchRow(MEMORY_FIGURE, f"{growth_mb:+.1f} MB", floor, verdict, detail, values)


def _settled_mb(process: LiveProcess, after_s: float) -> float:
    """The smallest reading of one second, `after_s` from now. Raises EngineError when the run has ended."""
    time.sleep(max(0.0, after_s - 1.0))
    readings: list[float] = []
    for _ in range(10):
        reading = process.resident_mb()
        if reading is None:
            process.finish()
            raise EngineError("the live run ended before its memory could be read")
        readings.append(reading)
        time.sleep(0.1)
    return min(readings)


def _sampled(slot: Any) -> str:
    """What the run's scopes counted, by its own statistics."""
    return ", ".join(sorted({tap["sampling"] for tap in slot["scopes_taps"]})) or "-"


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="livegrade-bench-") as name:
        yield Path(name)


def _verdict(met: bool, seconds: float) -> Verdict:
    if not met:
        return Verdict.MISSED
    return Verdict.MET if seconds >= ASKED_S else Verdict.SHORT
