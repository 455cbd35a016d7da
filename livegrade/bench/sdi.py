"""The SDI row: an emulated card in, look and scopes, an emulated card out, judged at the connectors by the log of the
emulated driver, which knows nothing of this program."""

from __future__ import annotations

import itertools
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from livegrade.bench.live_process import LiveProcess
from livegrade.bench.rows import BenchRow, Verdict, not_run
from livegrade.errors import MissingPackageError, UsageError
from livegrade_hardware.emulators.decklink import child_environment, continuity, read_log, sound_offsets

if TYPE_CHECKING:
    from livegrade.scopes.measure import Sampling
    from livegrade_hardware.emulators.decklink import InputRecord, OutputRecord

FIGURE = "live SDI in, look, scopes, SDI out, 1080p50, emulated cards"
FLOOR = "0 gaps, sound within a sample"
FPS = 50
STARTING = 50
"""Ticks of the output that show the first picture again and again, and find the source's pace."""
_SETTINGS: dict[str, str | float | bool] = {
    "0.signal": "1080p50",
    "0.counter-packet": True,
    "0.user-bits": "0xdeadbeef",
    "1.signal": "none",
}


def sdi_row(seconds: float, asked_s: float, scopes: Sampling) -> BenchRow:
    """No picture missing or twice, each with its own timecode, packets and sound. `asked_s`: how long a run must last
    to count. Raises EngineError when the run fails."""
    with tempfile.TemporaryDirectory(prefix="livegrade-bench-") as name:
        log = Path(name) / "log"
        try:
            environment = child_environment({**_SETTINGS, "log-file": str(log)})
        except (UsageError, MissingPackageError) as error:
            return not_run(FIGURE, FLOOR, str(error))
        with LiveProcess(
            "decklink:0", "decklink:1", seconds, Path(name), scopes=scopes, environment=environment
        ) as process:
            stats = process.finish()
        came, went = read_log(log)
    slot, sink = stats["slots"][0], stats["sinks"][0]
    first = next((number for number, record in enumerate(went) if record.fate == "shown"), len(went))
    settled = went[first + STARTING : -2]
    seen = continuity(settled)
    wrong = sum(not _is_whole(record, came) for record in _fresh(settled))
    offsets = sound_offsets(came, _fresh(settled), Fraction(FPS))
    met = seen.gaps == seen.repeats == seen.backward == seen.black == wrong == 0 and len(offsets) == 1
    met = met and seen.pictures >= 0.9 * (FPS * seconds - STARTING)
    verdict = Verdict.MISSED if not met else Verdict.MET if seconds >= asked_s else Verdict.SHORT
    in_to_out = sink["in_to_out_ms"]
    detail = (
        f"{seen.pictures} pictures in {seconds:.0f} s by the emulated driver's log, {wrong} with another timecode or "
        f"packets, sound offsets {sorted(offsets)}; engine p50 {slot['engine_ms']['p50']} ms, "
        f"{slot['scopes_measured']} scopes; in to out p50 {in_to_out['p50']} ms, p99 {in_to_out['p99']} ms"
    )
    values = (("gaps", seen.gaps), ("repeats", seen.repeats), ("wrong", wrong), ("in_to_out_ms", in_to_out["p50"] or 0))
    measured = f"{seen.gaps} gaps, {seen.repeats} repeats, in to out {in_to_out['p50']} ms"
    return BenchRow(FIGURE, measured, FLOOR, verdict, detail, values)


def _fresh(records: list[OutputRecord]) -> list[OutputRecord]:
    """The pictures, each once: one that is shown again has neither sound nor packets."""
    return [now for before, now in itertools.pairwise(records) if now.index not in (-1, before.index)]


def _is_whole(record: OutputRecord, came: list[InputRecord]) -> bool:
    """Whether the picture went out with what it came in with. The log begins with picture 0 and leaves none out."""
    sent = came[record.index]
    codes = list(sent.timecodes.values())
    return (
        sent.index == record.counter_packet == record.index
        and record.packets_sum == sent.packets_sum
        and bool(codes)
        and all(code in record.timecodes.values() for code in codes)
    )
