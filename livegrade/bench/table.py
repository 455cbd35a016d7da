"""The benchmark's table for a terminal, for a Markdown file and for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from livegrade.bench.rows import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livegrade.bench.rows import BenchRow, Setting

HEADINGS = ("figure", "measured", "at least", "", "how")
STYLES = {Verdict.MET: "green", Verdict.MISSED: "bold red", Verdict.NOT_RUN: "yellow", Verdict.SHORT: "cyan"}


def show(setting: Setting, rows: Sequence[BenchRow], console: Console | None = None) -> None:
    """Prints the table, what it was measured on and what stood beside it."""
    table = Table(show_edge=False, pad_edge=False)
    for heading in HEADINGS:
        table.add_column(heading, overflow="fold")
    for row in rows:
        style = STYLES[row.verdict]
        table.add_row(row.figure, row.measured, row.floor, f"[{style}]{row.verdict}[/]", row.detail)
    out = console or Console()
    out.print(table)
    out.print(str(setting), highlight=False)
    out.print("; ".join(setting.versions), highlight=False)


def as_markdown(setting: Setting, rows: Sequence[BenchRow]) -> str:
    """The table as Markdown, with a line that says what it was measured on."""
    lines = ["| " + " | ".join(HEADINGS) + " |", "|---" * len(HEADINGS) + "|"]
    for row in rows:
        cells = (row.figure, row.measured, row.floor, row.verdict.value, row.detail)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join([*lines, "", f"{setting}. {'; '.join(setting.versions)}.", ""])


def as_json(setting: Setting, rows: Sequence[BenchRow]) -> str:
    """Schema 1: {"schema", "setting": {...}, "rows": [{figure, measured, floor, verdict, detail, values: {...}}]}."""
    plain = [asdict(row) | {"values": dict(row.values)} for row in rows]
    return json.dumps({"schema": 1, "setting": asdict(setting), "rows": plain}, indent=2) + "\n"
