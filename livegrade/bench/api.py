"""The API's rows: a live run with clients that follow it and with such as mean it harm, judged from outside: by a
foreign NDI receiver, the clients' own clocks and the system's account of processor and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from livegrade.bench.live import LEAST_SHARE, LOOPBACK, WARM_S
from livegrade.bench.live_process import LiveProcess
from livegrade.bench.rows import BenchRow, Verdict, not_run
from livegrade.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCE = "pattern:camera@1080p25"
FPS = 25
HOSTILE_FIGURE = "live 1080p25 to NDI, connections opened and dropped, hostile messages"
FOLLOW_FIGURE = "live 1080p25 to NDI, 20 clients that follow the state and fetch pictures"
WATCH_FIGURE = "live 1080p25 to NDI, a stream of 640x360 read by another process"
FLOOR = "0 gaps, growth of 30 MB at most"
GROWTH_CEILING_MB = 30.0
"""Five pictures of the source: readers of the newest one hold it for a while."""
CLIENTS = 20
LOCK_S = 3.0
"""How long receiver and wheel are there before the load begins."""
SETTLING = 0.2
"""Share of the time after which memory is read first: what is needed once is there by then."""
GRACE_S = 120.0


@dataclass(frozen=True, slots=True)
class Size:
    """How long and how much."""

    seconds: float
    connections: int
    verdict: Verdict


FULL = Size(60.0, 10_000, Verdict.MET)
QUICK = Size(6.0, 300, Verdict.SHORT)


@dataclass(frozen=True, slots=True)
class Phase:
    """One run. `count`: of the foreign receiver; `wheel`, `load`: what the clients say; `cpu_s`: processor that the
    run had meanwhile, without its NDI process; `growth_mb`: of its memory, once it had settled; `latency_p99_ms`:
    capture to the edge of the sink."""

    count: dict[str, Any]
    wheel: dict[str, Any]
    load: dict[str, Any]
    cpu_s: float
    growth_mb: float
    latency_p99_ms: float


class ApiRows:
    """Measures; the run without a load is made once for all rows."""

    def __init__(self, size: Size) -> None:
        self._size = size
        self._quiet: Phase | None = None

    def jobs(self) -> tuple[tuple[str, Callable[[], BenchRow]], ...]:
        return (
            (HOSTILE_FIGURE, self.hostile_row),
            (FOLLOW_FIGURE, self.follow_row),
            (WATCH_FIGURE, self.watch_row),
        )

    def hostile_row(self) -> BenchRow:
        connections = self._size.connections
        pair = self._pair(["hostile", str(connections)])
        if isinstance(pair, str):
            return not_run(HOSTILE_FIGURE, FLOOR, pair)
        quiet, loaded = pair
        load, cost = loaded.load, _cost(connections // 5)
        plain = load["refusals"] == load["messages"] and load["unexpected"] == 0
        detail = (
            f"{connections} connections and {load['messages']} messages in {load['seconds']} s, "
            f"{load['refusals']} of these refused in a sentence; {cost['dropped_us']:.0f} us of the API's thread for "
            f"one that is dropped, {cost['refused_us']:.0f} us for a request without a token"
        )
        return self._row(HOSTILE_FIGURE, quiet, loaded, plain, detail, tuple(cost.items()))

    def follow_row(self) -> BenchRow:
        pair = self._pair(["follow", f"{self._size.seconds - 1:g}", str(CLIENTS)])
        if isinstance(pair, str):
            return not_run(FOLLOW_FIGURE, FLOOR, pair)
        quiet, loaded = pair
        load = loaded.load
        share = max(0.0, loaded.cpu_s - quiet.cpu_s) / self._size.seconds
        detail = f"{load['messages']} messages, {load['pictures']} JPEG; {100 * share:.0f} % of a core more than alone"
        served = load["messages"] > 0 and load["pictures"] > 0
        return self._row(FOLLOW_FIGURE, quiet, loaded, served, detail, (("core_share", share),))

    def watch_row(self) -> BenchRow:
        pair = self._pair(["watch", f"{self._size.seconds - 1:g}"])
        if isinstance(pair, str):
            return not_run(WATCH_FIGURE, FLOOR, pair)
        quiet, loaded = pair
        load = loaded.load
        detail = (
            f"{load['pictures']} pictures read, {load['missing']} left out, captured to read p50 {load['p50_ms']} ms, "
            f"p99 {load['p99_ms']} ms"
        )
        more = (("stream_missing", float(load["missing"])), ("stream_p99_ms", float(load["p99_ms"])))
        return self._row(WATCH_FIGURE, quiet, loaded, load["pictures"] > 0, detail, more)

    def _pair(self, load: list[str]) -> tuple[Phase, Phase] | str:
        """Without a load and with it, or why not."""
        if self._quiet is None:
            quiet = _phase(self._size.seconds, None)
            if isinstance(quiet, str):
                return quiet
            self._quiet = quiet
        loaded = _phase(self._size.seconds, load)
        return loaded if isinstance(loaded, str) else (self._quiet, loaded)

    def _row(
        self,
        figure: str,
        quiet: Phase,
        loaded: Phase,
        served: bool,
        detail: str,
        more: tuple[tuple[str, float], ...],
    ) -> BenchRow:
        count, wheel = loaded.count, loaded.wheel
        whole = count["gaps"] == count["backwards"] == count["unreadable"] == 0
        whole = whole and count["frames"] >= LEAST_SHARE * FPS * self._size.seconds
        met = whole and served and loaded.growth_mb <= GROWTH_CEILING_MB
        detail += (
            f"; wheel to answer p50 {wheel['p50_ms']} ms, p99 {wheel['p99_ms']} ms (alone {quiet.wheel['p50_ms']}, "
            f"{quiet.wheel['p99_ms']}); capture to sink p99 {loaded.latency_p99_ms} ms (alone {quiet.latency_p99_ms}); "
            f"{count['frames']} frames counted by a foreign receiver, alone {quiet.count['gaps']} gaps; "
            f"{loaded.growth_mb:+.1f} MB"
        )
        values = (
            ("gaps", float(count["gaps"])),
            ("gaps_alone", float(quiet.count["gaps"])),
            ("wheel_p99_ms", float(wheel["p99_ms"])),
            ("wheel_alone_p99_ms", float(quiet.wheel["p99_ms"])),
            ("growth_mb", loaded.growth_mb),
            *more,
        )
        verdict = self._size.verdict if met else Verdict.MISSED
        return BenchRow(figure, f"{count['gaps']} gaps, {loaded.growth_mb:+.1f} MB", FLOOR, verdict, detail, values)


def _phase(seconds: float, load: list[str] | None) -> Phase | str:
    """One live run with receiver, wheel and perhaps a load; where the receiver saw nothing, why. Raises EngineError
    when the run or a client fails."""
    name = f"livegrade bench api {os.getpid()}"
    with tempfile.TemporaryDirectory(prefix="livegrade-bench-") as folder:
        (Path(folder) / "ndi-config.v1.json").write_text(json.dumps(LOOPBACK), encoding="utf-8")
        there = {"NDI_CONFIG_DIR": folder, "LIVEGRADE_RUNTIME": folder}
        longest = seconds + GRACE_S
        words = ("--headless",)
        with LiveProcess(SOURCE, f"ndi:{name}", longest, Path(folder), environment=there, words=words) as run:
            time.sleep(WARM_S)
            receiver = _started("livegrade.bench.ndi_counter", [name, f"{seconds + LOCK_S:g}", "locked"], there)
            wheel = _started("livegrade.bench.api_load", ["wheel", f"{seconds + LOCK_S:g}"], there)
            time.sleep(LOCK_S)
            clients = None if load is None else _started("livegrade.bench.api_load", load, there)
            began_s, cpu_s = time.monotonic(), run.cpu_s()
            time.sleep(SETTLING * seconds)
            resident_mb = run.resident_mb()
            said = {} if clients is None else _heard(clients)
            time.sleep(max(0.0, began_s + seconds - 1 - time.monotonic()))
            cpu_s, growth_mb = _grown(cpu_s, run.cpu_s()), _grown(resident_mb, run.resident_mb())
            turned, counted = _heard(wheel), receiver.communicate(timeout=GRACE_S)
            stats = run.interrupt()
    if receiver.returncode:
        return counted[1].strip()[-200:]
    p99_ms = stats["sinks"][0]["capture_to_sink_ms"]["p99"] or 0.0
    return Phase(json.loads(counted[0]), turned, said, cpu_s, growth_mb, p99_ms)


def _grown(then: float | None, now: float | None) -> float:
    """0 where the system does not tell."""
    return 0.0 if then is None or now is None else now - then


def _started(module: str, words: list[str], environment: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-P", "-m", module, *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=os.environ | environment)


def _heard(client: subprocess.Popen[str]) -> dict[str, Any]:
    """What a client said at its end. Raises EngineError where it failed."""
    said, complaint = client.communicate(timeout=10 * GRACE_S)
    if client.returncode:
        raise EngineError(f"a client of the API failed: {complaint.strip()[-300:]}")
    return dict(json.loads(said))


def _cost(connections: int) -> dict[str, float]:
    """What strangers cost the API's thread, in microseconds; 0 where the system does not tell."""
    with tempfile.TemporaryDirectory(prefix="livegrade-bench-") as folder:
        words = [str(connections)]
        client = _started("livegrade.bench.api_cost", words, {"LIVEGRADE_RUNTIME": folder})
        said, complaint = client.communicate(timeout=GRACE_S)
    if client.returncode:
        raise EngineError(f"the cost of a connection could not be measured: {complaint.strip()[-300:]}")
    return json.loads(said) or {"dropped_us": 0.0, "refused_us": 0.0}
