"""The benchmark's table for a terminal, for a Markdown file and for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from livegrade.bench.rows import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livegrade.bench.rows import BenchRow, Setting

HEADINGS = ("", "figure", "measured", "floor", "")
STYLES = {Verdict.MET: "green", Verdict.MISSED: "bold red", Verdict.NOT_RUN: "yellow", Verdict.SHORT: "cyan"}


def show(setting: Setting, rows: Sequence[BenchRow], console: Console | None = None) -> None:
    """Prints the table, how each row was measured, and what it was measured on."""
    table = Table(show_edge=False, pad_edge=False)
    for heading in HEADINGS:
        table.add_column(heading, overflow="fold")
    for number, row in enumerate(rows, start=1):
        verdict = Text(row.verdict, style=STYLES[row.verdict])
        table.add_row(str(number), Text(row.figure), Text(row.measured), Text(row.floor), verdict)
    out = console or Console()
    out.print(table)
    out.print()
    for number, row in enumerate(rows, start=1):
        if row.detail:
            out.print(Padding(Text(f"{number}  {row.detail}", style="dim"), (0, 0, 0, 1)))
    out.print(Text(f"{setting}. {'; '.join(setting.versions)}."))


def as_markdown(setting: Setting, rows: Sequence[BenchRow]) -> str:
    """The table as Markdown, with a line that says what it was measured on."""
    headings = ("figure", "measured", "floor", "", "how")
    lines = ["| " + " | ".join(headings) + " |", "|---" * len(headings) + "|"]
    for row in rows:
        cells = (row.figure, row.measured, row.floor, row.verdict.value, row.detail)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join([*lines, "", f"{setting}. {'; '.join(setting.versions)}.", ""])


def as_json(setting: Setting, rows: Sequence[BenchRow]) -> str:
    """Schema 1: {"schema", "setting": {...}, "rows": [{figure, measured, floor, verdict, detail, values: {...}}]}."""
    plain = [asdict(row) | {"values": dict(row.values)} for row in rows]
    return json.dumps({"schema": 1, "setting": asdict(setting), "rows": plain}, indent=2) + "\n"
