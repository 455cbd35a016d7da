"""`livegrade library ...` on the command line: parse and call. What a command does is imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from livegrade.commands.words import Json_

app = typer.Typer(help="What is kept: looks, stills, takes and markers; a day of them for post.")

Library_ = Annotated[
    Path | None,
    typer.Option("--library", metavar="FOLDER", help="The library; else LIVEGRADE_LIBRARY, or your own."),
]
FIND_TEXT = """What is kept, newest first: all words must fit.

\b
  scene=12 shot=A setup=12A take=3 take>2     slot=A camera="ALEXA 35" ei=800
  day=day1 unit=main since=today until=14:00  reel=A001 clipname=A001C003...
  circled  tag=night  look=ID  name=beach     marker=flare  state=open
  clip>2 (percent)  key<-1 low high red blue (stops)  kelvin=5600  alarms>0
  takes, looks, stills or markers: only these; any other word: text
"""


@app.command("find", help=FIND_TEXT, short_help="Takes, looks, stills and markers that fit.")
def library_find(
    words: Annotated[list[str] | None, typer.Argument(metavar="WORDS...")] = None,
    since: Annotated[str | None, typer.Option("--since", help="today, yesterday, 3d, 12h, 14:00, 2026-11-21.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="The same.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=20_000, help="Of each kind.")] = 200,
    library: Library_ = None,
    as_json: Json_ = False,
) -> int:
    from livegrade.commands.library import run_find

    return run_find(tuple(words or ()), since, until, limit, library, as_json)


@app.command("show")
def library_show(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="take, look, still or marker.")],
    name: Annotated[str, typer.Argument(metavar="KEY", help="Its number; of a look its name too, or its id.")],
    library: Library_ = None,
    as_json: Json_ = False,
) -> int:
    """All that is kept of one entry."""
    from livegrade.commands.library import run_show

    return run_show(kind, name, library, as_json)


@app.command("edit")
def library_edit(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="take, look, still or marker.")],
    key: Annotated[int, typer.Argument(metavar="KEY")],
    changes: Annotated[
        list[str],
        typer.Argument(
            metavar="FIELD=VALUE...",
            help="take: scene shot take circle comment, any other word for a field of the slate; look: name scene tags "
            "notes; still: scene tags notes; marker: kind text. Tags with commas between.",
        ),
    ],
    library: Library_ = None,
) -> int:
    """Changes what people say of an entry."""
    from livegrade.commands.library import run_edit

    return run_edit(kind, key, changes, library)


@app.command("import")
def library_import(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Look files, or a library.sqlite3, a backup, one set aside.")
    ],
    scene: Annotated[str, typer.Option("--scene", help="Of the looks.")] = "",
    tag: Annotated[list[str] | None, typer.Option("--tag", help="Of the looks; may be repeated.")] = None,
    library: Library_ = None,
) -> int:
    """Brings in look files, or what another database of a library holds."""
    from livegrade.commands.library import run_import

    return run_import(files, scene, tuple(tag or ()), library)


@app.command("backup")
def library_backup(library: Library_ = None) -> int:
    """A copy of the database as it is now, beside it."""
    from livegrade.commands.library import run_backup

    return run_backup(library)


@app.command("check")
def library_check(library: Library_ = None) -> int:
    """Whether the database and the files it names are whole."""
    from livegrade.commands.library import run_check

    return run_check(library)


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
    take: Annotated[
        list[int] | None, typer.Option("--take", metavar="N", min=1, help="Only the take with this number; repeat.")
    ] = None,
    reel: Annotated[
        int, typer.Option("--reel", metavar="N", min=8, max=128, help="Most letters of a reel in the EDL.")
    ] = 32,
    library: Library_ = None,
    as_json: Json_ = False,
    attached: Annotated[bool, typer.Option("--attached", hidden=True)] = False,
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
    return run_export(
        ExportArguments(words or [], out, parts, clips or [], reel, library, as_json, take or [], attached)
    )
