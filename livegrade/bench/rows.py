"""One line of the benchmark's table as a value, and what the table was measured on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    MET = "pass"
    MISSED = "FAIL"
    NOT_RUN = "not run"
    """Could not be measured here; `detail` says why. Never counted as a pass."""
    SHORT = "short"
    """Measured and within the floor, but for less time than the floor asks (a quick run)."""


@dataclass(frozen=True, slots=True)
class BenchRow:
    """`figure`: what is measured; `measured` and `floor`: as shown, with units; `detail`: how, and what a peer leaves
    out; `values`: the plain numbers by name, in the unit the name ends in."""

    figure: str
    measured: str
    floor: str
    verdict: Verdict
    detail: str = ""
    values: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What the rows were measured on."""

    processor: str
    cores: int
    threads: int
    isa: str
    system: str
    versions: tuple[str, ...]
    load: float | None = None
    """Processes that wanted a core in the minute before the run: above 0.5, something else was running too."""

    def __str__(self) -> str:
        cores = f"{self.cores} core{'s' if self.cores > 1 else ''}"
        words = f"{self.processor}, {cores}, {self.threads} threads, instruction level {self.isa}, {self.system}"
        return words if self.load is None else f"{words}, load before the run {self.load:.1f}"


def not_run(figure: str, floor: str, why: str) -> BenchRow:
    return BenchRow(figure, "-", floor, Verdict.NOT_RUN, why)


def at_least(value: float, floor: float) -> Verdict:
    return Verdict.MET if value >= floor else Verdict.MISSED


def at_most(value: float, ceiling: float) -> Verdict:
    return Verdict.MET if value <= ceiling else Verdict.MISSED
