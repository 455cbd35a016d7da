"""`livegrade library ...` on the command line: parse and call. What a command does is imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from livegrade.commands.words import Json_

app = typer.Typer(help="What is kept: looks, stills and takes; a day of them for post.")

Library_ = Annotated[
    Path | None,
    typer.Option("--library", metavar="FOLDER", help="The library; LIVEGRADE_LIBRARY, or your own, if not said."),
]


@app.callback()
def library() -> None:
    """What is kept: looks, stills and takes; a day of them for post."""


@app.command("export", short_help="A day or a selection as one new folder for post.")
def library_export(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FOLDER", help="The folder to make; it must be new.")],
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS...", help="A day, or words to search for: day1, scene=12, circled, since=today."),
    ] = None,
    cdl: Annotated[bool, typer.Option("--cdl", help=".ccc, .cdl, and a .cc for each take.")] = False,
    cube: Annotated[bool, typer.Option("--cube", help="Each look as .cube, and what stands behind CDLs.")] = False,
    edl: Annotated[bool, typer.Option("--edl", help="CMX 3600 with CDL, an event for each look of a take.")] = False,
    ale: Annotated[bool, typer.Option("--ale", help="Avid Log Exchange with CDL, a row for each take.")] = False,
    amf: Annotated[bool, typer.Option("--amf", help="ACES Metadata File for each take that ACES can tell.")] = False,
    looks: Annotated[bool, typer.Option("--looks", help="Saved looks, exact to the last digit.")] = False,
    stills: Annotated[bool, typer.Option("--stills", help="The 16-bit stills, with and without their look.")] = False,
    tables: Annotated[bool, typer.Option("--tables", help="JSON and CSV.")] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="The report.")] = False,
    clips: Annotated[
        list[Path] | None,
        typer.Option(
            "--clips",
            metavar="FILE",
            help="List of camera files to match with the takes: ALE, EDL, ARRI or RED table, Sony XML ...; repeat.",
        ),
    ] = None,
    library: Library_ = None,
    as_json: Json_ = False,
) -> int:
    """A day or a selection as one new folder for post, whole or not there; without options, all of it.

    docs/hand-off.md tells what each file is.
    """
    from livegrade.commands.library_export import ExportArguments, run_export
    from livegrade.handoff.package import Part

    wanted = {
        Part.CDL: cdl,
        Part.CUBE: cube,
        Part.EDL: edl,
        Part.ALE: ale,
        Part.AMF: amf,
        Part.LOOKS: looks,
        Part.STILLS: stills,
        Part.TABLES: tables,
        Part.PDF: pdf,
    }
    parts = tuple(part for part, is_wanted in wanted.items() if is_wanted)
    return run_export(ExportArguments(words or [], out, parts, clips or [], library, as_json))
